//! Accounts as they were read or written last, so that a decision on a customer with thousands of
//! subscriptions need not read and write all of them again.
//!
//! An account of one revision is always the same, whichever server wrote it: the database lets one
//! writer through. So the cache is asked with the revision that the database has, and is never
//! wrong, only sometimes of no use.

use super::row::folded;
use quick_cache::Weighter;
use quick_cache::sync::{Cache, GuardResult};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use subscription_rules::{Customer, CustomerAccount, CustomerId, PartnerId};
use subscription_usecases::Result;

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

/// Customers that are kept, each about a kilobyte.
const CUSTOMERS: usize = 50_000;

/// As many customers that were asked for are remembered, to keep those that are asked for again.
const ASKED: usize = 1 << 16;

/// Customers as the database has them. Only for who is told of every write, since nobody is asked
/// whether one that is kept is still true. Clones are the same.
#[derive(Clone)]
pub(super) struct Customers(Arc<Inside>);

struct Inside {
    kept: Cache<Key, Arc<Customer>>,
    /// Of each that was asked for, a part of its hash, in the place that another part gives. Among a
    /// million that are read once each, keeping them would take as long as reading them.
    asked: Box<[AtomicU32]>,
    hashed: RandomState,
}

impl std::fmt::Debug for Customers {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_tuple("Customers").field(&self.0.kept.len()).finish()
    }
}

impl Customers {
    pub(super) fn new() -> Self {
        let asked = (0..ASKED).map(|_| AtomicU32::new(0)).collect();
        let hashed = RandomState::new();
        Self(Arc::new(Inside { kept: Cache::new(CUSTOMERS), asked, hashed }))
    }

    /// The customer, if it is kept.
    pub(super) fn get(&self, key: &Key) -> Option<Arc<Customer>> {
        self.0.kept.get(key)
    }

    /// Whether it was asked for lately; from now on it was.
    fn is_asked_again(&self, key: &Key) -> bool {
        let hash = self.0.hashed.hash_one(key);
        let [a, b, c, d, place @ ..] = hash.to_le_bytes();
        let mark = u32::from_le_bytes([a, b, c, d]);
        let place = self.0.asked.get(u32::from_le_bytes(place) as usize % ASKED);
        place.is_some_and(|place| place.swap(mark, Ordering::Relaxed) == mark)
    }

    /// The customer as it is kept, or as it is read now and, if it was asked for before, kept from
    /// then on. Another one that wants to read it waits. One that is forgotten while it is read is
    /// not kept: it may have been read before it changed.
    pub(super) fn or_read(
        &self,
        key: &Key,
        read: impl FnOnce() -> Result<Option<Arc<Customer>>>,
    ) -> Result<Option<Arc<Customer>>> {
        if !self.is_asked_again(key) {
            return read();
        }
        match self.0.kept.get_value_or_guard(key, None) {
            GuardResult::Value(customer) => Ok(Some(customer)),
            GuardResult::Guard(place) => {
                let customer = read()?;
                if let Some(customer) = &customer {
                    let _forgotten_meanwhile = place.insert(Arc::clone(customer));
                }
                Ok(customer)
            }
            GuardResult::Timeout => read(),
        }
    }

    /// The database has another one from now on.
    pub(super) fn forget(&self, key: &Key) {
        self.0.kept.remove(key);
    }
}
