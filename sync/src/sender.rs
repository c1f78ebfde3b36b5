//! Drives an outbox over storage, network and clock.

use crate::entry::{Choice, Entry};
use crate::outbox::{Next, Outbox};
use chrono::{DateTime, Utc};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use subscription_usecases::{Answer, Failure, MOST_COMMANDS, NotAnswered};

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

/// Entries to be kept under numbers from this one on.
pub type Numbered = Box<dyn Fn(u64) -> Vec<Entry>>;

/// Where entries are kept.
#[expect(async_fn_in_trait, reason = "a browser has one thread, and so has the simulator")]
pub trait Storage {
    /// All entries of this person.
    async fn all(&self) -> Result<Vec<Entry>, NotKept>;
    /// Keeps new entries under the next free numbers, and newer states of others, all or none, and
    /// gives them back; is over when they survive a crash. Other tabs give out numbers as well: who
    /// was too slow asks for them again under others.
    async fn add(&self, entries: Numbered) -> Result<Vec<Entry>, NotKept>;
    /// Keeps newer states of entries, all or none. A state that a crash takes back is no loss: the
    /// entry is sent again under its name, and gets the answer that the server has kept.
    async fn put(&self, entries: &[Entry]) -> Result<(), NotKept>;
}

/// The way to the server.
#[expect(async_fn_in_trait, reason = "a browser has one thread, and so has the simulator")]
pub trait Network {
    /// Sends changes of different accounts, each under its name. There are as many answers, in the
    /// same order, or none at all.
    async fn send(&self, entries: &[Entry]) -> Result<Vec<Result<Answer, Failure>>, Failure>;
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
    /// Something became of these: sent and answered, one way or another, or too old to be sent.
    Changed(Vec<Entry>),
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
    /// What is on its way.
    sent: RefCell<BTreeSet<u64>>,
    storage: S,
    network: N,
    clock: C,
}

impl<S: Storage, N: Network, C: Clock> Sender<S, N, C> {
    /// Opens what is kept.
    pub async fn open(storage: S, network: N, clock: C) -> Result<Self, NotKept> {
        let outbox = RefCell::new(Outbox::of(storage.all().await?));
        let (behind, sent) = (RefCell::default(), RefCell::default());
        Ok(Self { outbox, behind, sent, storage, network, clock })
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

    /// Keeps changes that were decided here, and gives them back with their numbers. "Saved on this
    /// device" is true when this is over.
    pub async fn add(&self, entries: Vec<Entry>) -> Result<Vec<Entry>, NotKept> {
        self.keep(Box::new(move |from| {
            let numbered = entries.iter().cloned().zip(from..);
            numbered.map(|(entry, number)| Entry { number, ..entry }).collect()
        }))
        .await
    }

    /// Does what the person chose about a change that needs them: the entries as they are now.
    pub async fn settle(&self, number: u64, choice: Choice) -> Result<Vec<Entry>, NotKept> {
        let entry = self.outbox.borrow().get(number).cloned();
        let (Some(entry), now) = (entry, self.clock.now()) else { return Ok(Vec::new()) };
        // What becomes of the entry from here on stands above what was still to be kept of it, which
        // must not be written over it later.
        let older = self.behind.borrow_mut().remove(&number);
        let others: Vec<Entry> = {
            let outbox = self.outbox.borrow();
            let about = entry.customer().map(|customer| outbox.about(customer).cloned());
            about.into_iter().flatten().collect()
        };
        let settled = move |from| entry.clone().settled(choice.clone(), now, from, &others);
        let kept = self.keep(Box::new(settled)).await;
        if let (Err(_), Some(older)) = (&kept, older) {
            self.behind.borrow_mut().insert(number, older);
        }
        kept
    }

    async fn keep(&self, entries: Numbered) -> Result<Vec<Entry>, NotKept> {
        let kept = self.storage.add(entries).await?;
        self.put_in(kept.clone());
        Ok(kept)
    }

    /// Takes in what another tab has kept: what was added there, or chosen, or what became of an
    /// entry. It stands above what was still to be kept of it here.
    pub fn take(&self, entries: Vec<Entry>) {
        for entry in &entries {
            self.behind.borrow_mut().remove(&entry.number);
        }
        self.put_in(entries);
    }

    fn put_in(&self, entries: Vec<Entry>) {
        let mut outbox = self.outbox.borrow_mut();
        for entry in entries {
            outbox.take(entry);
        }
    }

    /// Reads everything that is kept again, as when this tab sends from now on.
    pub async fn reload(&self) -> Result<(), NotKept> {
        let entries = self.storage.all().await?;
        self.put_in(entries);
        Ok(())
    }

    /// Where the entries are kept.
    pub const fn storage(&self) -> &S {
        &self.storage
    }

    /// Sends what is to be sent next, and keeps what became of it. Several may run at a time: each
    /// takes other accounts.
    pub async fn step(&self) -> Step {
        self.catch_up().await;
        // Looked at with nothing waited for before the sending: a device may sleep for a month.
        let outlived = self.outbox.borrow_mut().outlived(self.clock.now(), &self.sent.borrow());
        if !outlived.is_empty() {
            return self.changed(outlived).await;
        }
        let next = self.outbox.borrow().next(self.clock.now(), &self.sent.borrow(), MOST_COMMANDS);
        let numbers = match next {
            Next::Send(numbers) => numbers,
            Next::Later(moment) => return Step::Later(moment),
            Next::Nothing => return Step::Nothing,
        };
        let entries: Vec<Entry> = {
            let outbox = self.outbox.borrow();
            numbers.iter().filter_map(|number| outbox.get(*number).cloned()).collect()
        };
        let answers = {
            let _sent = OnTheirWay::of(&self.sent, numbers);
            self.network.send(&entries).await
        };
        // One that has no answer of its own may have been carried out: it is asked for again.
        let lost = Failure::NotAnswered(NotAnswered::NotOurs);
        let answers =
            answers.map(|answers| answers.into_iter().chain(std::iter::repeat(Err(lost))));
        let mut answers: Box<dyn Iterator<Item = _>> = match answers {
            Ok(answers) => Box::new(answers),
            Err(why) => Box::new(std::iter::repeat(Err(why))),
        };
        let now = self.clock.now();
        let mut changed = Vec::with_capacity(entries.len());
        for entry in &entries {
            let (Some(answer), dice) = (answers.next(), self.clock.dice()) else { break };
            changed.extend(self.outbox.borrow_mut().answered(entry.number, answer, now, dice));
        }
        if changed.is_empty() {
            // Nothing is sent any more until somebody signs in, or loads the page again.
            return Step::Nothing;
        }
        self.changed(changed).await
    }

    /// Keeps what became of entries.
    async fn changed(&self, entries: Vec<Entry>) -> Step {
        let numbered = entries.iter().map(|entry| (entry.number, entry.clone()));
        self.behind.borrow_mut().extend(numbered);
        self.catch_up().await;
        Step::Changed(entries)
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

/// Entries that are on their way for as long as this is there.
struct OnTheirWay<'a>(&'a RefCell<BTreeSet<u64>>, Vec<u64>);

impl<'a> OnTheirWay<'a> {
    fn of(sent: &'a RefCell<BTreeSet<u64>>, numbers: Vec<u64>) -> Self {
        sent.borrow_mut().extend(&numbers);
        Self(sent, numbers)
    }
}

impl Drop for OnTheirWay<'_> {
    fn drop(&mut self) {
        let mut sent = self.0.borrow_mut();
        for number in &self.1 {
            sent.remove(number);
        }
    }
}
