//! Accounts as they were read or written last, so that a decision on a customer with thousands of
//! subscriptions need not read and write all of them again.
//!
//! An account of one revision is always the same, whichever server wrote it: the database lets one
//! writer through. So the cache is asked with the revision that the database has, and is never
//! wrong, only sometimes of no use.

use super::row::folded;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::sync::Arc;
use subscription_rules::{CustomerAccount, CustomerId, PartnerId};

/// Subscriptions that are kept, of all accounts together; each takes about half a kilobyte.
const MOST: u64 = 200_000;

/// Accounts that are expected to be kept.
const USUALLY: usize = 20_000;

/// Partner and customer, as the rows have them.
pub(super) type Key = (String, String);

/// The key of an account.
pub(super) fn key(partner: &PartnerId, customer: &CustomerId) -> Key {
    (folded(partner.as_str()), folded(customer.as_str()))
}

/// An account at a revision.
#[derive(Debug)]
pub(super) struct Held {
    pub revision: u64,
    pub account: CustomerAccount,
}

#[derive(Clone)]
struct BySubscriptions;

impl Weighter<Key, Arc<Held>> for BySubscriptions {
    fn weight(&self, _: &Key, held: &Arc<Held>) -> u64 {
        1 + held.account.subscriptions().len() as u64
    }
}

/// The accounts. Clones are the same.
#[derive(Clone)]
pub(super) struct Accounts(Arc<Cache<Key, Arc<Held>, BySubscriptions>>);

impl std::fmt::Debug for Accounts {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_tuple("Accounts").field(&self.0.len()).finish()
    }
}

impl Accounts {
    pub(super) fn new() -> Self {
        Self(Arc::new(Cache::with_weighter(USUALLY, MOST, BySubscriptions)))
    }

    /// The account, if it is here as the database has it.
    pub(super) fn at(&self, key: &Key, revision: u64) -> Option<Arc<Held>> {
        self.0.get(key).filter(|held| held.revision == revision)
    }

    /// Keeps an account that is in the database at this revision.
    pub(super) fn keep(&self, key: Key, revision: u64, account: CustomerAccount) {
        self.0.insert(key, Arc::new(Held { revision, account }));
    }
}
