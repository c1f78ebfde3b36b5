//! The memory store, saved record by record on a shelf such as the browser's `localStorage`.
//!
//! A record is one account with its log and requests, with a version and a checksum: a damaged one
//! is set aside and told, the rest works. A shelf that is full or forbidden never costs the change
//! on screen: it stays in memory and the store says what is not kept (design.md §3).

use crate::demo::World;
use crate::log::{Entry, LogQuery};
use crate::record;
use crate::{
    Commit, Committed, CustomerQuery, CustomerRow, Kept, MemoryStore, Page, PageToken, Recorded,
    RequestId, Result, SavedAccount, Store,
};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use subscription_rules::{CustomerAccount, CustomerId, Order, PartnerId, Policy};

/// Why a shelf did not take something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotKept {
    /// No room is left.
    #[error("the browser's storage is full")]
    Full,
    /// The browser allows no storage here.
    #[error("the browser forbids storage")]
    Forbidden,
}

/// A place for texts under names.
pub trait Shelf {
    /// All names.
    fn names(&self) -> Vec<String>;
    /// The text under a name.
    fn get(&self, name: &str) -> Option<String>;
    /// Puts a text there, whole or not at all.
    fn put(&self, name: &str, text: &str) -> std::result::Result<(), NotKept>;
    /// Takes it away.
    fn remove(&self, name: &str);
}

/// A record that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// Its name on the shelf; it was moved to this name with `damaged.` before it.
    pub name: String,
}

/// What the name of an account's record begins with.
pub const ACCOUNTS: &str = "subscription-desk.account.";

const ASIDE: &str = "damaged.";

/// The account of a record on a shelf.
fn account_of(text: &str) -> Option<SavedAccount> {
    record::unsealed(text).and_then(record::read)
}

fn name_of(partner: &PartnerId, customer: &CustomerId) -> String {
    format!("{ACCOUNTS}{partner}.{customer}")
}

/// The memory store over a shelf.
#[derive(Debug)]
pub struct SavedStore<S> {
    memory: MemoryStore,
    shelf: S,
    damaged: Vec<Damage>,
    /// Accounts whose last change is not on the shelf.
    unsaved: Mutex<BTreeSet<(PartnerId, CustomerId)>>,
    /// Whether this store writes to the shelf; a tab that follows another does not.
    writes: std::sync::atomic::AtomicBool,
}

impl<S: Shelf> SavedStore<S> {
    /// Reads what the shelf holds over the given worlds. Records that cannot be read are set
    /// aside under another name; see [`Self::damaged`].
    pub fn open(worlds: impl IntoIterator<Item = Arc<World>>, shelf: S) -> Self {
        let memory = MemoryStore::over(worlds);
        let mut damaged = Vec::new();
        for name in shelf.names().into_iter().filter(|name| name.starts_with(ACCOUNTS)) {
            let Some(text) = shelf.get(&name) else { continue };
            if let Some(saved) = account_of(&text) {
                memory.restore(saved);
                continue;
            }
            // Kept under another name for whoever wants to look, if there is room for it.
            if shelf.put(&format!("{ASIDE}{name}"), &text).is_ok() {
                shelf.remove(&name);
            }
            damaged.push(Damage { name });
        }
        let writes = std::sync::atomic::AtomicBool::new(true);
        Self { memory, shelf, damaged, unsaved: Mutex::default(), writes }
    }

    /// A store that reads and writes nothing for now: its tab follows another one.
    pub fn following(worlds: impl IntoIterator<Item = Arc<World>>, shelf: S) -> Self {
        Self {
            memory: MemoryStore::over(worlds),
            shelf,
            damaged: Vec::new(),
            unsaved: Mutex::default(),
            writes: std::sync::atomic::AtomicBool::new(false),
        }
    }

    /// Records that could not be read when the store was opened.
    pub fn damaged(&self) -> &[Damage] {
        &self.damaged
    }

    /// How many accounts have changes that are not on the shelf.
    pub fn unsaved(&self) -> usize {
        self.unsaved.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether changes go to the shelf from now on. When they do again, memory and shelf are
    /// brought together: of each account the newer record wins, by revision.
    pub fn set_writing(&self, writes: bool) {
        self.writes.store(writes, std::sync::atomic::Ordering::Relaxed);
        if writes {
            for name in self.shelf.names().into_iter().filter(|name| name.starts_with(ACCOUNTS)) {
                if let Some(kept) = self.shelf.get(&name).as_deref().and_then(account_of) {
                    self.memory.restore(kept);
                }
            }
            for saved in self.memory.all_saved() {
                let name = name_of(&saved.partner, &saved.account.customer().id);
                let kept = self.shelf.get(&name).as_deref().and_then(account_of);
                if kept.is_none_or(|kept| kept.revision < saved.revision) {
                    self.save(&saved);
                }
            }
        }
    }

    /// What differs from the worlds.
    pub const fn memory(&self) -> &MemoryStore {
        &self.memory
    }

    /// The shelf.
    pub const fn shelf(&self) -> &S {
        &self.shelf
    }

    /// Takes another tab's record in.
    pub fn follow(&self, saved: SavedAccount) -> bool {
        self.memory.restore(saved)
    }

    /// Puts records of a file in the place of everything that differs from the worlds.
    pub fn replace_all(&self, records: Vec<SavedAccount>) {
        self.reset();
        for saved in records {
            self.save(&saved);
            self.memory.restore(saved);
        }
    }

    /// Forgets every change, on the shelf too.
    pub fn reset(&self) {
        self.memory.clear();
        for name in self.shelf.names() {
            if name.starts_with(ACCOUNTS) || name.starts_with(ASIDE) {
                self.shelf.remove(&name);
            }
        }
        self.unsaved.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn save(&self, saved: &SavedAccount) {
        if !self.writes.load(std::sync::atomic::Ordering::Relaxed) {
            return;
        }
        let key = (saved.partner.clone(), saved.account.customer().id.clone());
        let name = name_of(&key.0, &key.1);
        let kept = record::written(saved)
            .is_some_and(|text| self.shelf.put(&name, &record::sealed(&text)).is_ok());
        let mut unsaved = self.unsaved.lock().unwrap_or_else(PoisonError::into_inner);
        if kept {
            unsaved.remove(&key);
        } else {
            unsaved.insert(key);
        }
    }
}

impl<S: Shelf> Store for SavedStore<S> {
    async fn account(
        &self,
        partner: &PartnerId,
        customer: &CustomerId,
    ) -> Result<Option<Kept<CustomerAccount>>> {
        self.memory.account(partner, customer).await
    }

    async fn commit(&self, commit: Commit) -> Result<Committed> {
        let (partner, customer) = (commit.partner.clone(), commit.account.customer().id.clone());
        let committed = self.memory.commit(commit).await?;
        if let Some(saved) = self.memory.saved(&partner, &customer) {
            self.save(&saved);
        }
        Ok(committed)
    }

    async fn recorded(&self, partner: &PartnerId, request: &RequestId) -> Result<Option<Recorded>> {
        self.memory.recorded(partner, request).await
    }

    async fn customers(
        &self,
        partner: &PartnerId,
        query: &CustomerQuery,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Result<Page<CustomerRow>> {
        self.memory.customers(partner, query, now, policy).await
    }

    async fn customer_count(&self, partner: &PartnerId) -> Result<u64> {
        self.memory.customer_count(partner).await
    }

    async fn entries(
        &self,
        partner: &PartnerId,
        query: &LogQuery,
        after: Option<&PageToken>,
        size: u16,
    ) -> Result<Page<Entry>> {
        self.memory.entries(partner, query, after, size).await
    }

    async fn orders(&self, partner: &PartnerId, customer: &CustomerId) -> Result<Vec<Order>> {
        self.memory.orders(partner, customer).await
    }

    async fn due(
        &self,
        partner: &PartnerId,
        until: DateTime<Utc>,
        policy: &Policy,
        most: usize,
    ) -> Result<Vec<CustomerId>> {
        self.memory.due(partner, until, policy, most).await
    }
}
