//! The store in memory: for tests, and the heart of the demo.
//!
//! Over a demo [`World`] it keeps only what differs from it, so a hundred thousand customers cost
//! nothing until one is touched.

use crate::decide::REMEMBERED;
use crate::demo::World;
use crate::log::{Entry, LogQuery, newest_first};
use crate::{
    Commit, Committed, CustomerQuery, CustomerRow, CustomerSort, Kept, Page, PageToken, Recorded,
    RequestId, Result, SearchIn, Store, StoreError, lower_case, sort_key,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use subscription_rules::{
    Customer, CustomerAccount, CustomerId, Order, PartnerId, Policy, next_due,
};

/// All that is kept of one account. One record, so that account, log and requests are saved
/// together or not at all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SavedAccount {
    /// Whose customer.
    pub partner: PartnerId,
    /// Counts the commits.
    pub revision: u64,
    /// The account.
    pub account: CustomerAccount,
    /// Its orders, oldest first.
    #[serde(default)]
    pub orders: Vec<Order>,
    /// Its log since the demo began, oldest first.
    #[serde(default)]
    pub entries: Vec<Entry>,
    /// Requests that have their answer.
    #[serde(default)]
    pub recorded: Vec<Recorded>,
}

type Key = (PartnerId, CustomerId);

#[derive(Debug, Default)]
struct Inner {
    accounts: BTreeMap<Key, SavedAccount>,
    /// Customers that no world knows, by sort key.
    added: BTreeMap<(PartnerId, String), CustomerId>,
    /// The account that holds a request's answer.
    requests: HashMap<(PartnerId, RequestId), CustomerId>,
}

/// A store in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    worlds: HashMap<PartnerId, Arc<World>>,
    inner: Mutex<Inner>,
}

/// How many customers of a world are looked through for the log and for what is due. Beyond, only
/// the customers with a story and those that were touched are; each customer's own page always
/// shows its whole history.
const LOOKED_THROUGH: usize = 2_000;

impl MemoryStore {
    /// An empty store over the given worlds.
    pub fn over(worlds: impl IntoIterator<Item = Arc<World>>) -> Self {
        let worlds = worlds.into_iter().map(|world| (world.partner().id.clone(), world));
        Self { worlds: worlds.collect(), inner: Mutex::default() }
    }

    /// What is kept of one account; `None` while it is as its world made it.
    pub fn saved(&self, partner: &PartnerId, customer: &CustomerId) -> Option<SavedAccount> {
        self.inner().accounts.get(&(partner.clone(), customer.clone())).cloned()
    }

    /// All accounts that differ from their world.
    pub fn all_saved(&self) -> Vec<SavedAccount> {
        self.inner().accounts.values().cloned().collect()
    }

    /// Puts a record in, unless a newer one of the account is there. Tells whether it did.
    pub fn restore(&self, saved: SavedAccount) -> bool {
        let key = (saved.partner.clone(), saved.account.customer().id.clone());
        let mut inner = self.inner();
        if inner.accounts.get(&key).is_some_and(|held| held.revision >= saved.revision) {
            return false;
        }
        self.put(&mut inner, key, saved);
        true
    }

    /// Forgets everything that differs from the worlds.
    pub fn clear(&self) {
        *self.inner() = Inner::default();
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // Nothing under the lock can leave it half changed, so a panic elsewhere spoils nothing.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives a customer that no world knows its place in the list.
    fn add(&self, inner: &mut Inner, key: &Key, account: &CustomerAccount) {
        if !self.in_world(key) {
            let place = (key.0.clone(), sort_key(account.customer()));
            inner.added.insert(place, key.1.clone());
        }
    }

    fn put(&self, inner: &mut Inner, key: Key, saved: SavedAccount) {
        self.add(inner, &key, &saved.account);
        for recorded in &saved.recorded {
            let request = (key.0.clone(), recorded.request.clone());
            inner.requests.insert(request, key.1.clone());
        }
        inner.accounts.insert(key, saved);
    }

    fn in_world(&self, (partner, customer): &Key) -> bool {
        self.worlds.get(partner).is_some_and(|world| world.account(customer).is_some())
    }

    fn read(&self, inner: &Inner, key: &Key) -> Option<Kept<CustomerAccount>> {
        if let Some(saved) = inner.accounts.get(key) {
            return Some(Kept { value: saved.account.clone(), revision: saved.revision });
        }
        let value = self.worlds.get(&key.0)?.account(&key.1)?;
        Some(Kept { value, revision: 0 })
    }

    /// The customers whose lines and dues are looked through.
    fn looked_through(&self, inner: &Inner, partner: &PartnerId) -> Vec<CustomerId> {
        let saved = inner.accounts.keys().filter(|(of, _)| of == partner);
        let mut ids: Vec<CustomerId> = saved.map(|(_, customer)| customer.clone()).collect();
        if let Some(world) = self.worlds.get(partner) {
            if world.len() <= LOOKED_THROUGH {
                ids.extend((0..world.len()).filter_map(|place| Some(world.customer(place)?.id)));
            } else {
                ids.extend(world.story_ids());
            }
        }
        ids.sort();
        ids.dedup();
        ids
    }

    fn lines_of(&self, inner: &Inner, partner: &PartnerId, customer: &CustomerId) -> Vec<Entry> {
        let world = self.worlds.get(partner);
        let mut lines = world.map_or_else(Vec::new, |world| world.history(customer));
        let key = (partner.clone(), customer.clone());
        if let Some(saved) = inner.accounts.get(&key) {
            lines.extend(saved.entries.iter().cloned());
        }
        lines
    }
}

/// Places of a world that a query asks for, in its order.
fn places<'a>(
    world: &'a World,
    query: &'a CustomerQuery,
    from: Option<&'a str>,
) -> impl Iterator<Item = (String, Customer)> + 'a {
    let mut ranges = if query.starts_with.is_empty() {
        std::iter::once(0..world.len()).collect()
    } else {
        world.starting_with(&query.starts_with)
    };
    let descending = query.sort == CustomerSort::NameDescending;
    if let Some(from) = from {
        let place = world.place_of(from);
        for range in &mut ranges {
            if descending {
                range.end = range.end.min(place.saturating_add(1));
            } else {
                range.start = range.start.max(place);
            }
        }
    }
    if descending {
        ranges.reverse();
    }
    let walk = move |range: std::ops::Range<usize>| {
        let (start, end) = (range.start, range.end.max(range.start));
        (start..end).map(move |place| if descending { start + (end - 1 - place) } else { place })
    };
    let found = ranges.into_iter().flat_map(walk).filter_map(|place| world.customer(place));
    // A world finds both names and domains.
    let wanted = move |customer: &Customer| {
        query.search_in == SearchIn::Either || query.search_in.finds(customer, &query.starts_with)
    };
    found.filter(wanted).map(|customer| (sort_key(&customer), customer))
}

impl Store for MemoryStore {
    async fn account(
        &self,
        partner: &PartnerId,
        customer: &CustomerId,
    ) -> Result<Option<Kept<CustomerAccount>>> {
        Ok(self.read(&self.inner(), &(partner.clone(), customer.clone())))
    }

    async fn commit(&self, commit: Commit) -> Result<Committed> {
        let key = (commit.partner.clone(), commit.account.customer().id.clone());
        let mut inner = self.inner();
        let held = self.read(&inner, &key);
        if held.as_ref().map(|held| held.revision) != commit.revision {
            return Err(StoreError::Stale);
        }
        let revision = held.map_or(0, |held| held.revision) + 1;
        self.add(&mut inner, &key, &commit.account);
        let Inner { accounts, requests, .. } = &mut *inner;
        if let Some(recorded) = &commit.recorded {
            let request = (key.0.clone(), recorded.request.clone());
            requests.insert(request, key.1.clone());
        }
        // Changed where it is: what an account has grown to is not copied for each change.
        let saved = accounts.entry(key).or_insert_with(|| SavedAccount {
            partner: commit.partner.clone(),
            revision,
            account: commit.account.clone(),
            orders: Vec::new(),
            entries: Vec::new(),
            recorded: Vec::new(),
        });
        saved.revision = revision;
        saved.account = commit.account;
        saved.orders.extend(commit.orders);
        saved.entries.extend(commit.entries);
        if let Some(recorded) = commit.recorded {
            saved.recorded.retain(|old| recorded.at - old.at < REMEMBERED);
            saved.recorded.push(recorded);
        }
        Ok(Committed { revision })
    }

    async fn recorded(&self, partner: &PartnerId, request: &RequestId) -> Result<Option<Recorded>> {
        let inner = self.inner();
        let Some(customer) = inner.requests.get(&(partner.clone(), request.clone())) else {
            return Ok(None);
        };
        let saved = inner.accounts.get(&(partner.clone(), customer.clone()));
        let answers = saved.map_or(&[][..], |saved| &saved.recorded);
        Ok(answers.iter().rev().find(|recorded| recorded.request == *request).cloned())
    }

    async fn customers(
        &self,
        partner: &PartnerId,
        query: &CustomerQuery,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Result<Page<CustomerRow>> {
        let inner = self.inner();
        let size = if query.size == 0 { 100 } else { usize::from(query.size.min(500)) };
        let descending = query.sort == CustomerSort::NameDescending;
        let start_at = query.start_at.as_ref().map(|name| {
            // Descending, everything of that name comes first, whatever its ID.
            let end = if descending { "\u{10ffff}" } else { "" };
            format!("{}{end}", lower_case(name))
        });
        let token = query.after.as_ref().map(|token| token.0.as_str());
        let from = token.or(start_at.as_deref());

        let world = self.worlds.get(partner);
        let mut theirs = world.into_iter().flat_map(|world| places(world, query, from)).peekable();
        let added = inner.added.iter().filter(|((of, _), _)| of == partner);
        let mut added: Vec<(String, Customer)> = added
            .filter_map(|((of, key), id)| {
                let saved = inner.accounts.get(&(of.clone(), id.clone()))?;
                Some((key.clone(), saved.account.customer().clone()))
            })
            .filter(|(_, customer)| query.search_in.finds(customer, &query.starts_with))
            .collect();
        if descending {
            added.reverse();
        }
        let mut ours = added.into_iter().peekable();
        let before = |left: &String, right: &String| {
            if descending { left > right } else { left < right }
        };
        let past = |key: &String| {
            let from_here = from.is_none_or(|from| {
                if descending { key.as_str() <= from } else { key.as_str() >= from }
            });
            from_here && token.is_none_or(|token| key != token)
        };

        let mut items = Vec::with_capacity(size);
        let mut last = None;
        let mut more = false;
        loop {
            let next = match (theirs.peek(), ours.peek()) {
                (Some((left, _)), Some((right, _))) if before(right, left) => ours.next(),
                (Some(_), _) => theirs.next(),
                (None, _) => ours.next(),
            };
            let Some((key, customer)) = next else { break };
            if !past(&key) {
                continue;
            }
            if items.len() == size {
                more = true;
                break;
            }
            if let Some(kept) = self.read(&inner, &(partner.clone(), customer.id)) {
                items.push(CustomerRow::of(&kept.value, now, policy));
            }
            last = Some(PageToken(key));
        }
        Ok(Page { items, next: last.filter(|_| more) })
    }

    async fn customer_count(&self, partner: &PartnerId) -> Result<u64> {
        let world = self.worlds.get(partner).map_or(0, |world| world.len());
        let added = self.inner().added.keys().filter(|(of, _)| of == partner).count();
        Ok((world + added) as u64)
    }

    async fn entries(
        &self,
        partner: &PartnerId,
        query: &LogQuery,
        after: Option<&PageToken>,
        size: u16,
    ) -> Result<Page<Entry>> {
        let inner = self.inner();
        let customers = match &query.customer {
            Some(customer) => vec![customer.clone()],
            None => self.looked_through(&inner, partner),
        };
        let lines = customers.iter().flat_map(|id| self.lines_of(&inner, partner, id));
        let mut lines: Vec<Entry> = lines.filter(|line| query.wants(line)).collect();
        // Of lines of one instant the later one comes first, too.
        lines.reverse();
        newest_first(&mut lines);
        // The log only grows at its new end, so counting from the old one holds a page in place.
        let rest = after.and_then(|token| token.0.parse().ok()).unwrap_or(lines.len());
        let start = lines.len().saturating_sub(rest);
        let end = lines.len().min(start + usize::from(size.max(1)));
        let next = (end < lines.len()).then(|| PageToken((lines.len() - end).to_string()));
        Ok(Page { items: lines.drain(start..end).collect(), next })
    }

    async fn orders(&self, partner: &PartnerId, customer: &CustomerId) -> Result<Vec<Order>> {
        let saved = self.saved(partner, customer);
        Ok(saved.map_or_else(Vec::new, |saved| saved.orders))
    }

    async fn due(
        &self,
        partner: &PartnerId,
        until: DateTime<Utc>,
        policy: &Policy,
        most: usize,
    ) -> Result<Vec<CustomerId>> {
        let inner = self.inner();
        let ids = self.looked_through(&inner, partner).into_iter();
        let mut due: Vec<_> = ids
            .filter_map(|id| {
                let kept = self.read(&inner, &(partner.clone(), id.clone()))?;
                let due = next_due(&kept.value, policy).filter(|due| due.at <= until)?;
                Some((due.at, id))
            })
            .collect();
        due.sort();
        due.truncate(most);
        Ok(due.into_iter().map(|(_, id)| id).collect())
    }
}
