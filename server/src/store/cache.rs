//! Accounts as they were read or written last, so that a decision on a customer with thousands of
//! subscriptions need not read and write all of them again; and orders and customers.
//!
//! An account of one revision is always the same, whichever server wrote it: the database lets one
//! writer through. So the cache is asked with the revision that the database has, and is never
//! wrong, only sometimes of no use. Who writes alone need not ask the database.

use super::row::folded;
use quick_cache::sync::{Cache, DefaultLifecycle, GuardResult};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use subscription_rules::{Customer, CustomerAccount, CustomerId, Order, OrderId, PartnerId};
use subscription_usecases::{Kept, Result};

/// Subscriptions that are kept, of all accounts together; each takes about half a kilobyte.
const MOST: u64 = 200_000;

/// Accounts that are expected to be kept.
const USUALLY: usize = 20_000;

/// Parts of the cache, each with a lock of its own. None keeps an account that is larger than
/// itself: with a part for each thread of a large machine, those of thousands of subscriptions, for
/// which the cache is there, would be too large.
const SHARDS: usize = 8;

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

impl Held {
    /// The account as a store gives it.
    pub(super) fn kept(&self) -> Kept<CustomerAccount> {
        Kept { value: self.account.clone(), revision: self.revision }
    }
}

impl From<Kept<CustomerAccount>> for Held {
    fn from(kept: Kept<CustomerAccount>) -> Self {
        Self { revision: kept.revision, account: kept.value }
    }
}

impl Accounts {
    pub(super) fn new() -> Self {
        Self::of(MOST)
    }

    /// That keeps so many subscriptions.
    fn of(most: u64) -> Self {
        let mut options = OptionsBuilder::new();
        options.estimated_items_capacity(USUALLY).weight_capacity(most).shards(SHARDS);
        let cache = match options.build() {
            Ok(options) => Cache::with_options(
                options,
                BySubscriptions,
                DefaultHashBuilder::default(),
                DefaultLifecycle::default(),
            ),
            // Never, since all that it needs is said.
            Err(_) => Cache::with_weighter(USUALLY, most, BySubscriptions),
        };
        Self(Arc::new(cache))
    }

    /// The account, if it is here as the database has it.
    pub(super) fn at(&self, key: &Key, revision: u64) -> Option<Arc<Held>> {
        self.0.get(key).filter(|held| held.revision == revision)
    }

    /// The account as it is kept. Only where this process makes every write, as with [`Customers`].
    pub(super) fn last(&self, key: &Key) -> Option<Arc<Held>> {
        self.0.get(key)
    }

    /// The account as it is kept, or as it is read now, and kept from then on. One that is written
    /// while it is read is not kept as it was read.
    pub(super) fn or_read(
        &self,
        key: &Key,
        read: impl FnOnce() -> Result<Option<Kept<CustomerAccount>>>,
    ) -> Result<Option<Kept<CustomerAccount>>> {
        // One of thousands of subscriptions takes long to read. Nobody waits for another one there:
        // both hold up what else their threads have to do.
        match self.0.get_value_or_guard(key, Some(Duration::ZERO)) {
            GuardResult::Value(held) => Ok(Some(held.kept())),
            GuardResult::Guard(place) => {
                let kept = read()?;
                if let Some(kept) = &kept {
                    let _written_meanwhile = place.insert(Arc::new(kept.clone().into()));
                }
                Ok(kept)
            }
            GuardResult::Timeout => read(),
        }
    }

    /// Keeps an account that is in the database at this revision.
    pub(super) fn keep(&self, key: &Key, revision: u64, account: CustomerAccount) {
        self.0.insert(key.clone(), Arc::new(Held { revision, account }));
        // The cache refuses an account that is too large. Then an older one, or one that is just being
        // read, must not stay in its place.
        if self.0.peek(key).is_none_or(|held| held.revision < revision) {
            self.0.remove(key);
        }
    }

    /// Nobody knows what the database has.
    pub(super) fn forget(&self, key: &Key) {
        self.0.remove(key);
    }

    /// The database has another one than that of this revision.
    pub(super) fn forget_at(&self, key: &Key, revision: u64) {
        self.0.remove_if(key, |held| held.revision == revision);
    }
}

/// Orders that are kept, each about half a kilobyte.
const ORDERS: usize = 4_096;

/// Orders that were placed lately: whoever places one is answered with it. An order never changes,
/// so one that is here is never wrong. Clones are the same.
#[derive(Clone)]
pub(super) struct Orders(Arc<Cache<(Key, String), Order>>);

impl std::fmt::Debug for Orders {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_tuple("Orders").field(&self.0.len()).finish()
    }
}

impl Orders {
    pub(super) fn new() -> Self {
        Self(Arc::new(Cache::new(ORDERS)))
    }

    /// The order, if it was placed lately.
    pub(super) fn get(&self, customer: &Key, id: &OrderId) -> Option<Order> {
        self.0.get(&(customer.clone(), folded(id.as_str())))
    }

    /// Keeps orders of a customer that are in the database.
    pub(super) fn keep(&self, customer: &Key, orders: Vec<Order>) {
        for order in orders {
            self.0.insert((customer.clone(), folded(order.id.as_str())), order);
        }
    }
}

/// Customers that are kept, each about a kilobyte.
const CUSTOMERS: usize = 50_000;

/// As many customers that were asked for are remembered, to keep those that are asked for again.
const ASKED: usize = 1 << 16;

/// Customers as the database has them. Only where this process makes every write: nothing here is
/// compared with the database. Clones are the same.
#[derive(Clone)]
pub(super) struct Customers(Arc<Inside>);

struct Inside {
    kept: Cache<Key, Arc<Customer>>,
    /// Who was asked for lately: one half of a key's hash gives the slot, the other half is kept in
    /// it. Only who is asked for twice is kept, since keeping costs as much as reading.
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

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;
    use subscription_rules::{Cloud, Standing};
    use subscription_usecases::catalogue::read_catalogue;
    use subscription_usecases::demo::{World, WorldSettings};

    /// One with some sixty subscriptions.
    fn account() -> CustomerAccount {
        let start = NaiveDate::from_ymd_opt(2026, 11, 2).unwrap();
        let settings = WorldSettings { seed: 1, size: 1, start, cloud: Cloud::Commercial };
        let offers = read_catalogue(include_str!("../../../public/catalogue.json")).unwrap();
        let world = World::new(settings, Standing::Good, Arc::new(offers));
        let place = world.place_of("humongous insurance");
        world.account(&world.customer(place).unwrap().id).unwrap()
    }

    #[test]
    fn what_is_written_while_it_is_read_is_not_kept_as_it_was_read() {
        let (accounts, customers) = (Accounts::new(), Customers::new());
        let (key, account) = (Key::from(("partner".into(), "customer".into())), account());
        let read_at = |revision| Kept { value: account.clone(), revision };
        let read = accounts.or_read(&key, || {
            accounts.keep(&key, 2, account.clone());
            Ok(Some(read_at(1)))
        });
        assert_eq!(read.unwrap().unwrap().revision, 1);
        assert_eq!(accounts.last(&key).unwrap().revision, 2);

        // Nor where what is written is too large to be kept.
        let accounts = Accounts::of(40);
        let small = CustomerAccount::empty(account.customer().clone());
        let read = accounts.or_read(&key, || {
            accounts.keep(&key, 2, account.clone());
            Ok(Some(Kept { value: small, revision: 1 }))
        });
        assert_eq!(read.unwrap().unwrap().revision, 1);
        assert!(accounts.last(&key).is_none());

        let customer = Arc::new(account.customer().clone());
        let read = || Ok(Some(customer.clone()));
        for _ in 0..2 {
            let written_meanwhile = || {
                customers.forget(&key);
                read()
            };
            assert!(customers.or_read(&key, written_meanwhile).unwrap().is_some());
            assert!(customers.get(&key).is_none());
        }
        customers.or_read(&key, read).unwrap();
        assert!(customers.get(&key).is_some());
    }

    #[test]
    fn an_account_of_which_nobody_knows_what_the_database_has_is_read_again() {
        let accounts = Accounts::new();
        let (key, account) = (Key::from(("partner".into(), "customer".into())), account());
        accounts.keep(&key, 2, account.clone());
        accounts.forget(&key);
        let read = accounts.or_read(&key, || Ok(Some(Kept { value: account, revision: 3 })));
        assert_eq!(read.unwrap().unwrap().revision, 3);
        assert_eq!(accounts.last(&key).unwrap().revision, 3);
    }
}
