//! What a decision came to: the rows that change, what is to be told about them, and what a person
//! should know before submitting. A decision changes nothing itself.

use crate::{
    BillingCycle, Customer, DeletedBecause, Estimate, ExpiresOn, Intent, Money, Note, OfferId,
    Order, OrderId, Qualifications, Quantity, Status, Subscription, SubscriptionId,
    SuspensionReason,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// What happened, with old and new value (domain.md §2.4 `AuditRecord`, §8 item 15).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Event {
    /// A customer was added.
    CustomerAdded,
    /// The customer's special qualifications were set.
    QualificationSet {
        /// Before.
        from: Qualifications,
        /// After.
        to: Qualifications,
    },
    /// The reseller relationship was ended.
    RelationshipRemoved,
    /// T1, T2, T4: a subscription was bought.
    Created {
        /// The offer.
        offer: OfferId,
        /// The licenses.
        quantity: Quantity,
        /// The frequency.
        cycle: BillingCycle,
        /// The order.
        order: OrderId,
    },
    /// T3.
    QuantityChanged {
        /// Before.
        from: Quantity,
        /// After.
        to: Quantity,
    },
    /// A nickname was given.
    Renamed {
        /// Before.
        from: String,
        /// After.
        to: String,
    },
    /// T6, or T9 on an active one.
    Suspended {
        /// Why.
        reason: SuspensionReason,
        /// What was written beside it.
        #[serde(default)]
        note: Option<Note>,
        /// To what end.
        intent: Intent,
        /// The last day to reactivate it.
        expires_on: ExpiresOn,
    },
    /// T9 on a suspended one: only the intent changes.
    IntentChanged {
        /// Before.
        from: Intent,
        /// After.
        to: Intent,
    },
    /// T7.
    Reactivated {
        /// The last day on which it could have been reactivated.
        would_have_expired_on: ExpiresOn,
    },
    /// T5.
    Converted {
        /// The trial.
        from: OfferId,
        /// The paid offer.
        to: OfferId,
        /// The licenses from now on.
        quantity: Quantity,
        /// The frequency from now on.
        cycle: BillingCycle,
    },
    /// T10.
    Renewed {
        /// The first day of the new term.
        from: NaiveDate,
        /// Its end, exclusive.
        to: NaiveDate,
    },
    /// T8, T11 and what they draw along.
    Deleted {
        /// The status before.
        from: Status,
        /// Why.
        because: DeletedBecause,
    },
    /// The contact or the billing address was changed.
    BillingProfileSet {
        /// The contact's address before.
        from: String,
        /// After.
        to: String,
    },
}

/// One line for the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fact {
    /// When it takes effect: the moment of the decision, or the instant that time brought it.
    pub at: DateTime<Utc>,
    /// The subscription it happened to; `None` for the customer itself.
    #[serde(default)]
    pub subscription: Option<SubscriptionId>,
    /// The subscription that drew it along (domain.md §3.3).
    #[serde(default)]
    pub cause: Option<SubscriptionId>,
    /// What happened.
    pub event: Event,
}

/// What a person should know before submitting.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Effects {
    /// Add-ons drawn along.
    pub drawn_along: Vec<SubscriptionId>,
    /// The last day to undo it.
    pub expires_on: Option<ExpiresOn>,
    /// What it costs or brings, for each subscription whose price is known.
    pub estimates: Vec<(SubscriptionId, Estimate)>,
    /// Licenses that users have, when the new quantity is below (domain.md A20).
    pub assigned_above: Option<u32>,
}

impl Effects {
    /// The estimates' sum, if there is one and all are in one currency.
    pub fn total(&self) -> Option<Money> {
        let (_, first) = self.estimates.first()?;
        let currency = first.amount.currency;
        let same = self.estimates.iter().all(|(_, each)| each.amount.currency == currency);
        let minor_units = self.estimates.iter().map(|(_, each)| each.amount.minor_units).sum();
        same.then_some(Money { minor_units, currency })
    }
}

/// What a decision came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// The customer, if it changes.
    pub customer: Option<Customer>,
    /// New and changed subscriptions, whole.
    pub subscriptions: Vec<Subscription>,
    /// New orders.
    pub orders: Vec<Order>,
    /// What to log.
    pub facts: Vec<Fact>,
    /// What to tell before submitting.
    pub effects: Effects,
}

impl Change {
    pub(crate) fn of_customer(customer: Customer) -> Self {
        Self { customer: Some(customer), ..Self::default() }
    }

    /// Whether nothing changes: the state asked for was there already.
    pub fn is_nothing(&self) -> bool {
        self.customer.is_none() && self.subscriptions.is_empty() && self.orders.is_empty()
    }

    /// Adds what was decided on the account as this change leaves it; both become one.
    pub(crate) fn join(&mut self, later: Self) {
        self.customer = later.customer.or(self.customer.take());
        for changed in later.subscriptions {
            self.subscriptions.retain(|earlier| earlier.id != changed.id);
            self.subscriptions.push(changed);
        }
        self.orders.extend(later.orders);
        self.facts.extend(later.facts);
        self.effects.drawn_along.extend(later.effects.drawn_along);
        self.effects.expires_on = later.effects.expires_on.or(self.effects.expires_on);
        self.effects.estimates.extend(later.effects.estimates);
        self.effects.assigned_above = later.effects.assigned_above.or(self.effects.assigned_above);
    }

    pub(crate) fn note(&mut self, at: DateTime<Utc>, event: Event) {
        self.facts.push(Fact { at, subscription: None, cause: None, event });
    }

    /// Puts a changed subscription in, with its revision counted up and its line for the log.
    pub(crate) fn keep(
        &mut self,
        mut changed: Subscription,
        at: DateTime<Utc>,
        cause: Option<&SubscriptionId>,
        event: Event,
    ) {
        changed.revision = changed.revision.saturating_add(1);
        let subscription = Some(changed.id.clone());
        self.facts.push(Fact { at, subscription, cause: cause.cloned(), event });
        self.subscriptions.push(changed);
    }
}
