//! A commit as the rows that either database writes: made once, by whoever commits, however often
//! it is tried and whoever writes it.

use super::cache::{Held, Key};
use super::row::{Line, damaged, folded, json, micros};
use std::ptr;
use subscription_rules::{CustomerAccount, Order, Subscription};
use subscription_usecases::{Commit, Entry, REMEMBERED, Recorded, Result, log};

/// The rows of a commit. Where there can be several they are columns, as PostgreSQL takes them.
pub(super) struct Rows {
    pub partner: String,
    pub customer: String,
    /// The revision it was decided on; `None` for a customer that is added.
    pub before: Option<i64>,
    pub line: Line,
    /// Whether the customer itself is known to be as it was.
    pub is_same: bool,
    /// Identifiers, places in the account, bodies.
    pub subscriptions: (Vec<String>, Vec<i64>, Vec<String>),
    /// Identifiers and bodies.
    pub orders: Vec<(String, String)>,
    /// Moments, actions, bodies.
    pub entries: (Vec<i64>, Vec<String>, Vec<String>),
    pub request: Option<Request>,
}

/// The answer to a request.
pub(super) struct Request {
    pub id: String,
    pub at: i64,
    /// An answer from before is forgotten.
    pub forgotten: i64,
    pub body: String,
}

/// The subscriptions that a commit has to write, with their places: those that are not the same as
/// before. Most are the very same, and are not looked into.
fn changed<'a>(
    now: &'a CustomerAccount,
    before: Option<&'a Held>,
) -> impl Iterator<Item = (usize, &'a Subscription)> {
    let mut before = before.into_iter().flat_map(|held| held.account.subscriptions());
    now.subscriptions().enumerate().filter(move |(_, now)| {
        !before.next().is_some_and(|before| ptr::eq(before, *now) || before == *now)
    })
}

impl Rows {
    /// The rows of a commit to the account of a key. `before` is the account that was decided on,
    /// where it is known: then only what differs from it is written.
    pub(super) fn of(commit: &Commit, key: &Key, before: Option<&Held>) -> Result<Self> {
        let mut subscriptions = (Vec::new(), Vec::new(), Vec::new());
        for (place, held) in changed(&commit.account, before) {
            subscriptions.0.push(folded(held.id.as_str()));
            subscriptions.1.push(i64::try_from(place).map_err(|error| damaged(&error))?);
            subscriptions.2.push(json(held)?);
        }
        let mut entries = (Vec::new(), Vec::new(), Vec::new());
        for entry in &commit.entries {
            let Entry { fact, .. } = entry;
            entries.0.push(micros(fact.at));
            entries.1.push(log::action(&fact.event).to_owned());
            entries.2.push(json(entry)?);
        }
        let order = |order: &Order| Ok((folded(order.id.as_str()), json(order)?));
        let request = |recorded: &Recorded| {
            Ok(Request {
                id: recorded.request.as_str().to_owned(),
                at: micros(recorded.at),
                forgotten: micros(recorded.at - REMEMBERED),
                body: json(recorded)?,
            })
        };
        Ok(Self {
            partner: key.0.clone(),
            customer: key.1.clone(),
            before: commit.revision.map(|revision| i64::try_from(revision).unwrap_or(i64::MAX)),
            line: Line::of(commit)?,
            is_same: before
                .is_some_and(|held| held.account.customer() == commit.account.customer()),
            subscriptions,
            orders: commit.orders.iter().map(order).collect::<Result<_>>()?,
            entries,
            request: commit.recorded.as_ref().map(request).transpose()?,
        })
    }

    /// The revision that the account has afterwards.
    pub(super) fn revision(&self) -> i64 {
        self.before.unwrap_or(0) + 1
    }
}
