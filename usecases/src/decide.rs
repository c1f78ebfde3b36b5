//! The one workflow of every write: read, decide, keep; and decide again when somebody was faster.

use crate::log::{Actor, Entry};
use crate::{Ask, Caller, Commit, NotAnswered, Outcome, Recorded, RequestId, Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use subscription_rules::{
    Change, Context, Customer, CustomerAccount, CustomerId, Effects, Fact, Line, OrderId, Refusal,
    Subscription, SubscriptionId, account_at,
};

/// What a write did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Done {
    /// The customer.
    pub customer: CustomerId,
    /// Subscriptions that were made or changed.
    pub subscriptions: Vec<SubscriptionId>,
    /// Orders that were placed.
    pub orders: Vec<OrderId>,
    /// What it draws along, costs, and until when it can be undone.
    pub effects: Effects,
}

/// Why a write was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Failure {
    /// A rule refused it; a person can do something about it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The subscription has changed since the person looked at it.
    #[error("the subscription has changed meanwhile")]
    Changed(Box<Subscription>),
    /// The request ID was used for something else.
    #[error("this request ID was used for another request")]
    RequestIdReused,
    /// The store could not do its part.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The server that was asked did not answer.
    #[error(transparent)]
    NotAnswered(#[from] NotAnswered),
    /// The page around the screens held it back before it was asked for, with its own words.
    #[error("held back by the page: {0}")]
    HeldBack(String),
}

/// How often a decision is taken again after somebody else was faster. Each time one writer got
/// through, so this many in a row means a store that answers wrongly.
const TRIES: usize = 100;

/// How long the answer to a request is remembered (design.md §3).
pub const REMEMBERED: TimeDelta = TimeDelta::days(30);

/// What a write is about.
pub(crate) struct Write<'a> {
    /// Whose account.
    pub customer: &'a CustomerId,
    /// The subscription whose revision the person saw, if any.
    pub subscription: Option<&'a SubscriptionId>,
    /// A fingerprint of what is asked.
    pub asked: String,
    /// Whether the customer is still as the person saw it, where that matters.
    pub still: Option<Still<'a>>,
}

/// Tells whether a customer is as somebody saw it.
pub(crate) type Still<'a> = &'a (dyn Fn(&Customer) -> bool + Sync);

/// An identifier as a fingerprint has it: it is the same in either case, unlike what is typed.
pub(crate) fn folded(id: &impl ToString) -> String {
    id.to_string().to_ascii_lowercase()
}

/// A line of an order as a fingerprint has it.
pub(crate) fn asked_line(line: &Line) -> String {
    format!("{} {} {:?}", folded(&line.offer), line.quantity, line.nickname)
}

/// What `rules` says to a write. One type for all of them, so that the workflow is compiled once;
/// `Sync`, so that a server may go on with a write on another thread.
pub(crate) type Rule<'a> =
    dyn Fn(&Context<'_>, &CustomerAccount) -> Result<Change, Refusal> + Sync + 'a;

/// Answers from memory when the request was answered before.
pub(crate) async fn remembered<S: Store>(
    store: &S,
    caller: &Caller,
    ask: &Ask,
    asked: &str,
) -> Result<Option<Done>, Failure> {
    if ask.validate_only {
        return Ok(None);
    }
    let recorded = store.recorded(&caller.partner.id, &ask.request).await?;
    match recorded.filter(|recorded| caller.now - recorded.at < REMEMBERED) {
        None => Ok(None),
        Some(recorded) if recorded.asked != asked => Err(Failure::RequestIdReused),
        Some(Recorded { outcome: Outcome::Done(done), .. }) => Ok(Some(done)),
        Some(Recorded { outcome: Outcome::Refused(refusal), .. }) => Err(refusal.into()),
    }
}

/// Reads the account as it stands at the caller's moment, lets `rules` decide and keeps the
/// change, with what time has brought, the log lines and the request, in one transaction.
pub(crate) async fn decide<S: Store>(
    store: &S,
    caller: &Caller,
    ask: &Ask,
    write: &Write<'_>,
    rule: &Rule<'_>,
) -> Result<Done, Failure> {
    let context = caller.context();
    for _ in 0..TRIES {
        // Asked again after a late write: the faster one may have been this very request.
        if let Some(done) = remembered(store, caller, ask, &write.asked).await? {
            return Ok(done);
        }
        let kept = store.account(&caller.partner.id, write.customer).await?;
        let kept = kept.ok_or(Refusal::CustomerNotFound)?;
        let (account, brought) = account_at(&kept.value, caller.now, &caller.policy);
        if let Err(changed) = seen(&account, write, ask.revision) {
            // It may be this very request that has changed it, since it was asked for above.
            let done = remembered(store, caller, ask, &write.asked).await?;
            return done.ok_or(changed);
        }
        let decided = rule(&context, &account);
        if ask.validate_only {
            return Ok(done(write.customer, decided?));
        }
        // Only what the account's own state refused is an answer worth remembering; a missing
        // role may be granted a minute later.
        let change = match decided {
            Ok(change) => change,
            Err(refusal @ Refusal::RoleNotAllowed { .. }) => return Err(refusal.into()),
            Err(refusal) => {
                let outcome = Outcome::Refused(refusal.clone());
                let recorded = recorded(ask, &write.asked, caller.now, outcome);
                // Nothing but the answer changes, so the account keeps what it was read as.
                let commit = Commit {
                    partner: caller.partner.id.clone(),
                    revision: Some(kept.revision),
                    account: kept.value,
                    orders: Vec::new(),
                    entries: Vec::new(),
                    recorded: Some(recorded),
                    policy: caller.policy,
                };
                match store.commit(commit).await {
                    Ok(_) => return Err(refusal.into()),
                    Err(StoreError::Stale) => continue,
                    Err(error) => return Err(error.into()),
                }
            }
        };
        let after = account.with(&change);
        let mut entries = entries(&Actor::System, None, &account, brought);
        let user = Actor::User(caller.user.clone());
        entries.extend(self::entries(&user, Some(&ask.request), &after, change.facts.clone()));
        let orders = change.orders.clone();
        let done = done(write.customer, change);
        let outcome = Outcome::Done(done.clone());
        let commit = Commit {
            partner: caller.partner.id.clone(),
            revision: Some(kept.revision),
            account: after,
            orders,
            entries,
            recorded: Some(recorded(ask, &write.asked, caller.now, outcome)),
            policy: caller.policy,
        };
        match store.commit(commit).await {
            Ok(_) => return Ok(done),
            Err(StoreError::Stale) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(StoreError::Stale.into())
}

/// Tells the person whose subscription or customer has moved on since it was looked at.
fn seen(
    account: &CustomerAccount,
    write: &Write<'_>,
    revision: Option<u32>,
) -> Result<(), Failure> {
    if write.still.is_some_and(|still| !still(account.customer())) {
        return Err(StoreError::Stale.into());
    }
    let held = write.subscription.and_then(|id| account.get(id));
    match (held, revision) {
        (Some(held), Some(revision)) if held.revision != revision => {
            Err(Failure::Changed(Box::new(held.clone())))
        }
        _ => Ok(()),
    }
}

pub(crate) fn recorded(ask: &Ask, asked: &str, at: DateTime<Utc>, outcome: Outcome) -> Recorded {
    Recorded { request: ask.request.clone(), asked: asked.to_owned(), at, outcome }
}

pub(crate) fn done(customer: &CustomerId, change: Change) -> Done {
    Done {
        customer: customer.clone(),
        subscriptions: change.subscriptions.into_iter().map(|changed| changed.id).collect(),
        orders: change.orders.into_iter().map(|order| order.id).collect(),
        effects: change.effects,
    }
}

/// Log lines for what happened to an account.
pub(crate) fn entries(
    actor: &Actor,
    request: Option<&RequestId>,
    account: &CustomerAccount,
    facts: Vec<Fact>,
) -> Vec<Entry> {
    let customer = account.customer();
    let line = |fact: Fact| {
        let held = fact.subscription.as_ref().and_then(|id| account.get(id));
        Entry {
            actor: actor.clone(),
            customer: customer.id.clone(),
            customer_name: customer.company_name.as_str().to_owned(),
            subscription_name: held.map_or_else(String::new, |held| held.nickname.as_str().into()),
            fact,
            request: request.cloned(),
            rules: subscription_rules::VERSION.to_owned(),
        }
    };
    facts.into_iter().map(line).collect()
}
