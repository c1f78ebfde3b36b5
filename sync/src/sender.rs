//! Drives an outbox over storage, network and clock.

use crate::entry::{Choice, Entry};
use crate::outbox::{Next, Outbox};
use chrono::{DateTime, Utc};
use std::cell::RefCell;
use std::collections::BTreeMap;
use subscription_usecases::{Answer, Failure};

/// Why something was not kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotKept {
    /// The browser forbids it.
    #[error("storage is not allowed")]
    Forbidden,
    /// There is no room.
    #[error("storage is full")]
    Full,
    /// It failed otherwise.
    #[error("storage failed: {0}")]
    Failed(String),
}

/// Where entries are kept.
#[expect(async_fn_in_trait, reason = "a browser has one thread, and so has the simulator")]
pub trait Storage {
    /// All entries of this person.
    async fn all(&self) -> Result<Vec<Entry>, NotKept>;
    /// Keeps entries, all or none; is over when they survive a crash.
    async fn put(&self, entries: &[Entry]) -> Result<(), NotKept>;
}

/// The way to the server.
#[expect(async_fn_in_trait, reason = "a browser has one thread, and so has the simulator")]
pub trait Network {
    /// Sends a change under its name.
    async fn send(&self, entry: &Entry) -> Result<Answer, Failure>;
}

/// The time, and chance.
pub trait Clock {
    /// The moment.
    fn now(&self) -> DateTime<Utc>;
    /// Any number.
    fn dice(&self) -> u64;
}

/// What a step came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Something was sent and answered, one way or another.
    Sent(u64),
    /// Nothing is to be sent before this moment.
    Later(DateTime<Utc>),
    /// Nothing is to be sent.
    Nothing,
}

/// An outbox with all it needs. One tab has it; others see what it keeps.
#[derive(Debug)]
pub struct Sender<S, N, C> {
    outbox: RefCell<Outbox>,
    /// What became of entries and could not be kept yet.
    behind: RefCell<BTreeMap<u64, Entry>>,
    storage: S,
    network: N,
    clock: C,
}

impl<S: Storage, N: Network, C: Clock> Sender<S, N, C> {
    /// Opens what is kept.
    pub async fn open(storage: S, network: N, clock: C) -> Result<Self, NotKept> {
        let outbox = RefCell::new(Outbox::of(storage.all().await?));
        Ok(Self { outbox, behind: RefCell::default(), storage, network, clock })
    }

    /// Looks at the outbox.
    pub fn with<V>(&self, look: impl FnOnce(&Outbox) -> V) -> V {
        look(&self.outbox.borrow())
    }

    /// The person has signed in, the network is back, or the screens are of the server's version.
    pub fn resume(&self) {
        let mut outbox = self.outbox.borrow_mut();
        outbox.resume();
        outbox.hurry();
    }

    /// Keeps changes that were decided here. "Saved on this device" is true when this is over.
    pub async fn add(&self, entries: Vec<Entry>) -> Result<(), NotKept> {
        // What becomes of an entry from here on stands above what was still to be kept of it, which
        // must not be written over it later.
        let older: Vec<Entry> = {
            let mut behind = self.behind.borrow_mut();
            entries.iter().filter_map(|entry| behind.remove(&entry.number)).collect()
        };
        if let Err(why) = self.storage.put(&entries).await {
            self.behind.borrow_mut().extend(older.into_iter().map(|entry| (entry.number, entry)));
            return Err(why);
        }
        let mut outbox = self.outbox.borrow_mut();
        for entry in entries {
            outbox.take(entry);
        }
        Ok(())
    }

    /// Does what the person chose about a change that needs them.
    pub async fn settle(&self, number: u64, choice: Choice) -> Result<(), NotKept> {
        let entries = self.outbox.borrow().settled(number, choice, self.clock.now());
        self.add(entries).await
    }

    /// Sends what is to be sent next, and keeps what became of it.
    pub async fn step(&self) -> Step {
        self.catch_up().await;
        let next = self.outbox.borrow().next(self.clock.now());
        let number = match next {
            Next::Send(number) => number,
            Next::Later(moment) => return Step::Later(moment),
            Next::Nothing => return Step::Nothing,
        };
        let Some(entry) = self.outbox.borrow().get(number).cloned() else { return Step::Nothing };
        let answer = self.network.send(&entry).await;
        let (now, dice) = (self.clock.now(), self.clock.dice());
        let changed = self.outbox.borrow_mut().answered(number, answer, now, dice);
        if let Some(changed) = changed {
            self.behind.borrow_mut().insert(number, changed);
            self.catch_up().await;
        }
        Step::Sent(number)
    }

    /// Keeps what became of entries. Where that fails it is tried again with the next step; and
    /// after a restart they are sent again, each under its own name, and get the answers that the
    /// server has kept.
    async fn catch_up(&self) {
        let behind: Vec<Entry> = self.behind.borrow().values().cloned().collect();
        if !behind.is_empty() && self.storage.put(&behind).await.is_ok() {
            let mut held = self.behind.borrow_mut();
            for kept in behind {
                if held.get(&kept.number) == Some(&kept) {
                    held.remove(&kept.number);
                }
            }
        }
    }
}
