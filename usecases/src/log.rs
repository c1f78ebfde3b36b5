//! The activity log: who did what, when, with old and new value, reason and cascade cause
//! (domain.md §2.4 `AuditRecord`, §8 item 15). It has no 90-day bound: ours is the memory.

use crate::RequestId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use subscription_rules::{CustomerId, Event, Fact};

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Actor {
    /// One of the partner's people, by sign-in name.
    User(String),
    /// Time: a window, trial or term that ended, a term that renewed.
    System,
    /// The vendor.
    Vendor,
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Who.
    pub actor: Actor,
    /// Whose account.
    pub customer: CustomerId,
    /// The company's name then.
    pub customer_name: String,
    /// The subscription's nickname then; empty for the customer itself.
    #[serde(default)]
    pub subscription_name: String,
    /// What.
    pub fact: Fact,
    /// The request that did it; none for what time brought.
    #[serde(default)]
    pub request: Option<RequestId>,
    /// The version of the rules that decided.
    pub rules: String,
}

/// Which lines of the log to read; newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogQuery {
    /// Only this customer's.
    pub customer: Option<CustomerId>,
    /// From this instant on.
    pub from: Option<DateTime<Utc>>,
    /// Before this instant.
    pub until: Option<DateTime<Utc>>,
    /// Only this action, by the name of [`action`].
    pub action: Option<String>,
}

impl LogQuery {
    /// Whether a line is asked for.
    pub fn wants(&self, entry: &Entry) -> bool {
        self.customer.as_ref().is_none_or(|customer| entry.customer == *customer)
            && self.from.is_none_or(|from| entry.fact.at >= from)
            && self.until.is_none_or(|until| entry.fact.at < until)
            && self.action.as_ref().is_none_or(|wanted| action(&entry.fact.event) == wanted)
    }
}

/// The name of an action, as filters and downloads spell it.
pub const fn action(event: &Event) -> &'static str {
    use subscription_rules::Intent;
    match event {
        Event::CustomerAdded => "customerAdded",
        Event::QualificationSet { .. } => "qualificationSet",
        Event::RelationshipRemoved => "relationshipRemoved",
        Event::Created { .. } => "created",
        Event::QuantityChanged { .. } => "quantityChanged",
        Event::Renamed { .. } => "renamed",
        Event::Suspended { intent: Intent::Hold, .. } => "suspended",
        Event::Suspended { intent: Intent::Cancel, .. } | Event::IntentChanged { .. } => {
            "cancelled"
        }
        Event::Reactivated { .. } => "reactivated",
        Event::Converted { .. } => "converted",
        Event::Renewed { .. } => "renewed",
        Event::Deleted { .. } => "deleted",
        Event::BillingProfileSet { .. } => "billingProfileSet",
    }
}

/// The actions a log can be filtered by.
pub const ACTIONS: [&str; 13] = [
    "customerAdded",
    "billingProfileSet",
    "qualificationSet",
    "relationshipRemoved",
    "created",
    "quantityChanged",
    "renamed",
    "suspended",
    "cancelled",
    "reactivated",
    "converted",
    "renewed",
    "deleted",
];

/// Puts lines in the order of the log. Many windows end at one midnight: of one instant the lines
/// of a customer stay together, as they were, so that every store gives the same order.
pub(crate) fn newest_first(lines: &mut [Entry]) {
    lines.sort_by(|one, other| {
        let newer = other.fact.at.cmp(&one.fact.at);
        newer.then_with(|| one.customer.cmp(&other.customer))
    });
}
