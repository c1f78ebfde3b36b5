//! What waits, as a state machine without input or output.

use crate::entry::{Entry, State};
use crate::pace::{Pace, wait_after};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet};
use subscription_rules::CustomerId;
use subscription_usecases::{Answer, Failure, NotAnswered, REMEMBERED, StoreError};

/// Why nothing is sent for now, until somebody does something about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// The person is not signed in.
    SignedOut,
    /// The server is of another version than the screens.
    OtherVersion,
}

/// What is to be done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Send the entries of these numbers, each of another account.
    Send(Vec<u64>),
    /// Nothing before this moment.
    Later(DateTime<Utc>),
    /// Nothing until something changes.
    Nothing,
}

/// The changes of one person on this device, in the order in which they were made.
#[derive(Debug, Clone, Default)]
pub struct Outbox {
    entries: BTreeMap<u64, Entry>,
    /// The numbers of those about a customer: it is asked for often, and there may be thousands
    /// about others.
    about: BTreeMap<CustomerId, BTreeSet<u64>>,
    pause: Option<Pause>,
    pace: Pace,
    /// While the server is not reached nothing is sent: how often that was, and until when.
    away: Option<(u32, DateTime<Utc>)>,
}

impl Outbox {
    /// With what was kept.
    pub fn of(entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut outbox = Self::default();
        entries.into_iter().for_each(|entry| outbox.take(entry));
        outbox
    }

    /// All of them, oldest first.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// One of them.
    pub fn get(&self, number: u64) -> Option<&Entry> {
        self.entries.get(&number)
    }

    /// All changes about a customer, in their order.
    pub fn about(&self, customer: &CustomerId) -> impl Iterator<Item = &Entry> {
        let numbers = self.about.get(customer).into_iter().flatten();
        numbers.filter_map(|number| self.entries.get(number))
    }

    /// Why nothing is sent, if so.
    pub const fn pause(&self) -> Option<Pause> {
        self.pause
    }

    /// The person has signed in, or the screens are of the server's version now.
    pub fn resume(&mut self) {
        self.pause = None;
    }

    /// How many are still to be sent.
    pub fn waiting(&self) -> usize {
        self.entries().filter(|entry| entry.is_waiting()).count()
    }

    /// How many wait for the person.
    pub fn needing_you(&self) -> usize {
        self.entries().filter(|entry| entry.needs_you()).count()
    }

    /// Takes in what storage has: an entry that was added, or a newer state of one.
    pub fn take(&mut self, entry: Entry) {
        if let Some(customer) = entry.customer() {
            match self.about.get_mut(customer) {
                Some(numbers) => {
                    numbers.insert(entry.number);
                }
                None => {
                    self.about.insert(customer.clone(), BTreeSet::from([entry.number]));
                }
            }
        }
        self.entries.insert(entry.number, entry);
    }

    /// What is to be sent next, at most so many, while some are on their way. In order for each account; and what is about a subscription waits
    /// for everything earlier about it, also for what needs the person.
    pub fn next(&self, now: DateTime<Utc>, underway: &BTreeSet<u64>, most: usize) -> Next {
        if self.pause.is_some() {
            return Next::Nothing;
        }
        if let Some((_, until)) = self.away.filter(|(_, until)| is_ahead(*until, now)) {
            let waits = self.entries.values().any(Entry::is_waiting);
            return if waits { Next::Later(until) } else { Next::Nothing };
        }
        let (mut ready, mut earliest) = (Vec::new(), None::<DateTime<Utc>>);
        // Subscriptions of what needs the person, and of what is behind that; accounts that have
        // something earlier on its way.
        let (mut stuck, mut busy) = (BTreeSet::new(), BTreeSet::new());
        for entry in self.entries() {
            let not_before = match &entry.state {
                State::Applied { .. } | State::Refused { .. } => continue,
                State::NeedsYou { .. } => {
                    stuck.extend(&entry.touches);
                    continue;
                }
                State::Waiting { not_before, .. } => not_before,
            };
            if entry.touches.iter().any(|id| stuck.contains(id)) {
                stuck.extend(&entry.touches);
                continue;
            }
            if !busy.insert(entry.customer()) || underway.contains(&entry.number) {
                continue;
            }
            match not_before.filter(|moment| is_ahead(*moment, now)) {
                None => ready.push(entry.number),
                Some(moment) => {
                    earliest = Some(earliest.map_or(moment, |held| held.min(moment)));
                }
            }
            if ready.len() >= most {
                break;
            }
        }
        if !ready.is_empty() {
            return Next::Send(ready);
        }
        earliest.map_or(Next::Nothing, Next::Later)
    }

    /// Changes that were decided so long ago that the server, should it have done one before its
    /// answer was lost, would do it once more, or refuse it because it is there: the person chooses.
    /// As they are now, to be kept.
    #[must_use = "the new states are to be kept"]
    pub fn outlived(&mut self, now: DateTime<Utc>, underway: &BTreeSet<u64>) -> Vec<Entry> {
        let is_old = |entry: &&mut Entry| {
            let is_sent = underway.contains(&entry.number);
            entry.is_waiting() && !is_sent && now - entry.at >= SURELY_REMEMBERED
        };
        let old = self.entries.values_mut().filter(is_old);
        let old = old.map(|entry| {
            let why = NotAnswered::Forgotten.into();
            entry.state = State::NeedsYou { at: now, why };
            entry.clone()
        });
        old.collect()
    }

    /// What became of an entry that was sent; the entry as it is now, to be kept. `dice` is any
    /// number, for the time to the next try.
    #[must_use = "the new state is to be kept"]
    pub fn answered(
        &mut self,
        number: u64,
        answer: Result<Answer, Failure>,
        now: DateTime<Utc>,
        dice: u64,
    ) -> Option<Entry> {
        let pace = self.pace;
        self.heard(&answer, now, dice);
        let entry = self.entries.get_mut(&number)?;
        let State::Waiting { tries, .. } = entry.state else { return None };
        let again = |wait: TimeDelta| State::Waiting {
            tries: tries.saturating_add(1),
            not_before: now.checked_add_signed(wait),
        };
        let state = match answer.and_then(whole) {
            Ok(answer) => State::Applied { at: now, answer },
            Err(Failure::NotAnswered(NotAnswered::SignedOut)) => {
                self.pause = Some(Pause::SignedOut);
                return None;
            }
            Err(Failure::NotAnswered(NotAnswered::OtherVersion)) => {
                self.pause = Some(Pause::OtherVersion);
                return None;
            }
            // As long as was asked for, and longer each time: who says nothing is taken to say 1.
            Err(Failure::NotAnswered(NotAnswered::Busy(seconds))) => {
                let asked = TimeDelta::seconds(i64::from(seconds.clamp(1, 3_600)));
                again(asked.max(wait_after(tries.saturating_add(1), pace, dice)))
            }
            Err(
                why @ (Failure::Refused(_)
                | Failure::Changed(_)
                | Failure::RequestIdReused
                | Failure::HeldBack(_)
                // What the server cannot read today it cannot read tomorrow.
                | Failure::Store(StoreError::Damaged(_))),
            ) => State::NeedsYou { at: now, why },
            // Whether it was done is not known: it is asked for again under its own name.
            Err(Failure::NotAnswered(_) | Failure::Store(_)) => {
                again(wait_after(tries.saturating_add(1), pace, dice))
            }
        };
        entry.state = state;
        Some(entry.clone())
    }

    /// Whether the server was reached: if it was not, everything waits, longer each time.
    fn heard(&mut self, answer: &Result<Answer, Failure>, now: DateTime<Utc>, dice: u64) {
        let is_away = matches!(
            answer,
            Err(Failure::NotAnswered(
                NotAnswered::Network | NotAnswered::TimedOut | NotAnswered::NotOurs
            ))
        );
        if !is_away {
            self.away = None;
        } else if self.away.is_none_or(|(_, until)| until <= now) {
            // The answers to one request count once.
            let times = self.away.map_or(0, |(times, _)| times).saturating_add(1);
            let until = now.checked_add_signed(wait_after(times, self.pace, dice));
            self.away = until.map(|until| (times, until));
        }
    }

    /// The network is back, or the person asks: nothing waits for its time any more.
    pub fn hurry(&mut self) {
        self.away = None;
        for entry in self.entries.values_mut() {
            if let State::Waiting { not_before, .. } = &mut entry.state {
                *not_before = None;
            }
        }
    }
}

/// The server knows its answers for [`REMEMBERED`]; the clocks may be a day apart.
const SURELY_REMEMBERED: TimeDelta = TimeDelta::days(REMEMBERED.num_days() - 1);

/// The longest that anything waits. A moment further ahead is of a clock that has been put back.
const FURTHEST: TimeDelta = TimeDelta::hours(1);

/// Whether a moment is still to come.
fn is_ahead(moment: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    moment > now && moment - now <= FURTHEST
}

/// A submit of which a part was refused is not done: each order is an entry of its own, so there
/// is one part, and its refusal is the refusal.
fn whole(answer: Answer) -> Result<Answer, Failure> {
    if let Answer::Placed(placed) = &answer
        && let Some(why) = placed.iter().find_map(|part| part.outcome.as_ref().err())
    {
        return Err(why.clone());
    }
    Ok(answer)
}
