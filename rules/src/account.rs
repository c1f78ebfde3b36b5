//! A customer with its subscriptions: the unit of consistency. Limits, cascades and orders of
//! several lines all live inside one (design.md §3).

use crate::{
    Cause, Change, Customer, ExpiresOn, OfferId, Policy, Refusal, Status, Subscription,
    SubscriptionId,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::sync::Arc;

/// Why rows make no account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// Two subscriptions carry the same ID.
    #[error("the subscription {0} stands twice in the account")]
    Duplicate(SubscriptionId),
    /// An add-on hangs under a subscription that is not there, or under itself.
    #[error("the add-on {0} hangs under nothing")]
    Orphan(SubscriptionId),
    /// An add-on is further than the subscription it hangs under (domain.md §3.3).
    #[error("the add-on {0} cannot stand so under its subscription")]
    AheadOfParent(SubscriptionId),
}

/// A customer with its subscriptions, deleted ones included: they count for lifetime limits. Copies
/// share what is the same in them: each decision makes several, and changes one subscription of
/// what may be thousands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Rows", into = "Rows")]
pub struct CustomerAccount {
    customer: Arc<Customer>,
    subscriptions: Arc<Vec<Arc<Subscription>>>,
}

#[derive(Serialize, Deserialize)]
struct Rows {
    customer: Customer,
    subscriptions: Vec<Subscription>,
}

impl TryFrom<Rows> for CustomerAccount {
    type Error = AccountError;
    fn try_from(rows: Rows) -> Result<Self, AccountError> {
        Self::new(rows.customer, rows.subscriptions)
    }
}

impl From<CustomerAccount> for Rows {
    fn from(account: CustomerAccount) -> Self {
        let held = Arc::unwrap_or_clone(account.subscriptions).into_iter();
        Self {
            customer: Arc::unwrap_or_clone(account.customer),
            subscriptions: held.map(Arc::unwrap_or_clone).collect(),
        }
    }
}

impl CustomerAccount {
    /// A customer with its rows; refused when they contradict each other.
    pub fn new(customer: Customer, subscriptions: Vec<Subscription>) -> Result<Self, AccountError> {
        let subscriptions = subscriptions.into_iter().map(Arc::new).collect();
        let account = Self { customer: Arc::new(customer), subscriptions: Arc::new(subscriptions) };
        let mut seen = HashSet::new();
        for held in account.subscriptions() {
            if !seen.insert(&held.id) {
                return Err(AccountError::Duplicate(held.id.clone()));
            }
            // A chain of parents longer than the account has gone in a circle.
            let mut above = held;
            for _ in 0..=account.subscriptions.len() {
                let Some(parent) = &above.parent else { break };
                above = account.get(parent).ok_or(AccountError::Orphan(held.id.clone()))?;
            }
            if above.parent.is_some() {
                return Err(AccountError::Orphan(held.id.clone()));
            }
            if account.parent_of(held).is_some_and(|parent| parent.status() > held.status()) {
                return Err(AccountError::AheadOfParent(held.id.clone()));
            }
        }
        Ok(account)
    }

    /// A customer without subscriptions.
    pub fn empty(customer: Customer) -> Self {
        Self { customer: Arc::new(customer), subscriptions: Arc::default() }
    }

    /// Who it is.
    pub fn customer(&self) -> &Customer {
        &self.customer
    }

    /// The same, for whoever keeps it: no copy is made.
    pub fn who(&self) -> Arc<Customer> {
        Arc::clone(&self.customer)
    }

    /// What it has and had.
    pub fn subscriptions(&self) -> impl ExactSizeIterator<Item = &Subscription> + Clone {
        self.subscriptions.iter().map(AsRef::as_ref)
    }

    /// One of its subscriptions.
    pub fn get(&self, id: &SubscriptionId) -> Option<&Subscription> {
        self.subscriptions().find(|held| held.id == *id)
    }

    /// One of its subscriptions, or the refusal for one it does not have.
    pub fn find(&self, id: &SubscriptionId) -> Result<&Subscription, Refusal> {
        self.get(id).ok_or(Refusal::SubscriptionNotFound)
    }

    /// What an add-on hangs under.
    pub fn parent_of(&self, add_on: &Subscription) -> Option<&Subscription> {
        add_on.parent.as_ref().and_then(|parent| self.get(parent))
    }

    /// The add-ons directly under a subscription.
    pub fn children_of<'a>(
        &'a self,
        parent: &SubscriptionId,
    ) -> impl Iterator<Item = &'a Subscription> + use<'a> {
        let parent = parent.clone();
        self.subscriptions().filter(move |held| held.parent.as_ref() == Some(&parent))
    }

    /// All add-ons under a subscription, at any depth, nearer ones first.
    pub fn descendants_of(&self, root: &SubscriptionId) -> Vec<&Subscription> {
        let mut found: Vec<&Subscription> = self.children_of(root).collect();
        let mut next = 0;
        while let Some(above) = found.get(next) {
            found.extend(self.children_of(&above.id));
            next += 1;
        }
        found
    }

    /// Subscriptions of an offer that exist now: what a concurrent limit counts.
    pub fn held_of<'a>(&'a self, offer: &'a OfferId) -> impl Iterator<Item = &'a Subscription> {
        self.subscriptions().filter(move |held| held.is_held() && held.offer == *offer)
    }

    /// Subscriptions of an offer that ever existed: what a lifetime limit counts
    /// (domain.md §4.2).
    pub fn ever_of<'a>(&'a self, offer: &'a OfferId) -> impl Iterator<Item = &'a Subscription> {
        self.subscriptions().filter(move |held| held.was_of(offer))
    }

    /// The last day to reactivate a suspended subscription: the date under the Suspended button
    /// (S27). An add-on's is never later than that of a suspended subscription above it
    /// (domain.md §3.3).
    pub fn expires_on(&self, held: &Subscription, policy: &Policy) -> Option<ExpiresOn> {
        let suspended_on = held.suspension()?.at.date_naive();
        let own = held.window_from(suspended_on, &self.customer, policy);
        // Parents are checked to form no circle when the account is built.
        let above = self.parent_of(held).and_then(|parent| self.expires_on(parent, policy));
        Some(above.map_or(own, |above| own.min(above)))
    }

    /// The last day that would be shown if the subscription were suspended on a day.
    pub fn would_expire_on(
        &self,
        held: &Subscription,
        on: NaiveDate,
        policy: &Policy,
    ) -> ExpiresOn {
        held.window_from(on, &self.customer, policy)
    }

    /// The next day on which the customer loses something unless somebody acts: the last day of a
    /// window, a trial or a term that does not renew.
    pub fn next_expiry(&self, policy: &Policy) -> Option<NaiveDate> {
        let last_day = |held: &Subscription| match held.status() {
            Status::Active if !held.term.auto_renews() => held.term.last_day(),
            Status::Suspended => self.expires_on(held, policy).map(|until| until.0),
            Status::Active | Status::Deleted => None,
        };
        self.subscriptions().filter_map(last_day).min()
    }

    /// How many subscriptions are in a status.
    pub fn count(&self, status: Status) -> usize {
        self.subscriptions().filter(|held| held.status() == status).count()
    }

    /// The account after a change.
    #[must_use]
    pub fn with(&self, change: &Change) -> Self {
        let mut after = self.clone();
        if let Some(customer) = &change.customer {
            after.customer = Arc::new(customer.clone());
        }
        for changed in &change.subscriptions {
            after.put(changed.clone());
        }
        after
    }

    pub(crate) fn put(&mut self, changed: Subscription) {
        let subscriptions = Arc::make_mut(&mut self.subscriptions);
        let place = subscriptions.iter_mut().find(|held| held.id == changed.id);
        let changed = Arc::new(changed);
        match place {
            Some(place) => *place = changed,
            None => subscriptions.push(changed),
        }
    }

    /// Whether `add_on` is suspended because `root` was.
    pub(crate) fn drawn_along_by(add_on: &Subscription, root: &SubscriptionId) -> bool {
        let cause = add_on.suspension().map(|suspension| &suspension.cause);
        matches!(cause, Some(Cause::Cascade(by)) if by == root)
    }

    /// The account at a moment, without the log lines; see [`crate::account_at`].
    #[must_use]
    pub fn at(&self, now: DateTime<Utc>, policy: &Policy) -> Self {
        crate::account_at(self, now, policy).0
    }
}
