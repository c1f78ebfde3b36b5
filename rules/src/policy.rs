//! What differs by cloud and era, as values: no constant of a rule hides in a function
//! (domain.md §3.4–3.6).

use crate::{
    Catalogue, Cloud, Partner, Permission, PriceList, Refusal, RetentionPolicy, Roles, Rounding,
    Standing, permitted,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

/// From when the free days are counted (domain.md A3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Anchor {
    /// From the subscription's own opening.
    Subscription,
    /// From the day the customer was added; then the cap of 30 really bites.
    Customer,
}

/// What "Cancel" does (domain.md A1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum CancelMeans {
    /// Suspended with the intent to cancel; the window runs and can still be undone.
    SuspendWithIntent,
}

/// The rules of one cloud in one era.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each switches one rule, in any combination")]
pub struct Policy {
    /// The window to reactivate.
    pub retention: RetentionPolicy,
    /// From when free days are counted.
    pub anchor: Anchor,
    /// Whether the end of the term shortens the window: the reading of 2023 (domain.md A9).
    pub term_cuts_window: bool,
    /// Whether a trial can be suspended (domain.md A16).
    pub trial_suspends: bool,
    /// Whether a subscription's billing frequency may change: from 2018-11-16 (domain.md §1.2).
    pub cycle_changes: bool,
    /// What "Cancel" does.
    pub cancel: CancelMeans,
    /// Whether a suspension without a reason is refused. The screens always ask for one; a script
    /// that sends none is recorded as not stated (design.md §5).
    pub reason_required: bool,
    /// Whether billing admins may suspend for non-payment (domain.md §1.7; off by default).
    pub billing_admin_suspends: bool,
    /// How estimates are rounded (domain.md A17).
    pub rounding: Rounding,
}

impl Policy {
    /// Commercial, US Government and Germany in 2018.
    pub const OF_2018: Self = Self {
        retention: RetentionPolicy::NINETY,
        anchor: Anchor::Subscription,
        term_cuts_window: false,
        trial_suspends: true,
        cycle_changes: false,
        cancel: CancelMeans::SuspendWithIntent,
        reason_required: false,
        billing_admin_suspends: false,
        rounding: Rounding::Once,
    };

    /// The policy in force in a cloud on a day. The sources place the change from 60 to 90 days
    /// between January and 18 July 2017; "mid-2017" is read as 1 July (domain.md §3.4).
    pub fn of(cloud: Cloud, on: NaiveDate) -> Self {
        const NINETY_SINCE: Option<NaiveDate> = NaiveDate::from_ymd_opt(2017, 7, 1);
        let sixty = cloud == Cloud::China || NINETY_SINCE.is_some_and(|since| on < since);
        let retention = if sixty { RetentionPolicy::SIXTY } else { RetentionPolicy::NINETY };
        Self { retention, ..Self::OF_2018 }
    }
}

/// All that a decision looks at beside the customer: when, for whom, by whom, on which catalogue.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The moment of the decision; comes in with the caller, never from a clock here.
    pub now: DateTime<Utc>,
    /// The rules in force.
    pub policy: &'a Policy,
    /// Who sells.
    pub partner: &'a Partner,
    /// What the person asking may do.
    pub roles: Roles,
    /// What is sold.
    pub catalogue: &'a Catalogue,
    /// What it costs, where known.
    pub prices: &'a PriceList,
}

impl Context<'_> {
    /// The UTC calendar day of the decision (domain.md A7).
    pub fn today(&self) -> NaiveDate {
        self.now.date_naive()
    }

    /// Refuses what the person's roles do not allow.
    pub fn may(&self, permission: Permission) -> Result<(), Refusal> {
        permitted(self.roles, permission)
    }

    /// Refuses what creates or raises a charge while the partner's own account is blocked
    /// (domain.md A23).
    pub fn partner_in_good_standing(&self) -> Result<(), Refusal> {
        match self.partner.standing {
            Standing::Good => Ok(()),
            Standing::Blocked => Err(Refusal::PartnerBlocked),
        }
    }
}
