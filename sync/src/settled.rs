//! What a person's choice about a change makes of it, and of what waits behind it.

use crate::entry::{Choice, Entry, Settled, State};
use chrono::{DateTime, Utc};
use subscription_rules::SubscriptionId;
use subscription_usecases::{Ask, Failure};

impl Entry {
    /// What a choice makes of it, the entries to be kept: nothing if it does not need the person.
    ///
    /// What is asked for in its place takes its number, so that it is sent before what waits behind
    /// it, which was decided on it; what it was stays under the free number `free`. `others` are the
    /// changes about the same customer: those that were decided while it was to be done ask on the
    /// revision that there will be now, and of the subscriptions that there will be.
    pub fn settled<'a>(
        &self,
        choice: Choice,
        now: DateTime<Utc>,
        free: u64,
        others: impl IntoIterator<Item = &'a Self>,
    ) -> Vec<Self> {
        let State::NeedsYou { why, at: since } = &self.state else { return Vec::new() };
        let (command, settled) = match choice {
            Choice::ApplyAgain(request) => {
                (Some((self.command.clone(), request)), Settled::By(self.number))
            }
            Choice::Edit(command, request) => (Some((*command, request)), Settled::By(self.number)),
            Choice::TakeTheirs => (None, Settled::Theirs),
            Choice::Drop => (None, Settled::Dropped),
        };
        // Decided on what the person has just been shown; what was refused by a rule is asked of
        // whatever is there.
        let (base, revision) = match why {
            Failure::Changed(theirs) => (Some(theirs.clone()), Some(theirs.revision)),
            // What is there now the person has not been shown.
            Failure::NotAnswered(_) => (self.base.clone(), self.ask.revision),
            _ => (self.base.clone(), None),
        };
        let new = command.map(|(command, request)| {
            let mut new = Self {
                at: now,
                command,
                ask: Ask { revision, ..Ask::to_do(request) },
                base,
                state: State::Waiting { tries: 0, not_before: None },
                ..self.clone()
            };
            for (old, made) in self.renamed(&new) {
                rename(&mut new.touches, &old, &made);
            }
            new
        });
        let behind = others.into_iter().filter(|other| {
            let is_same_customer =
                other.customer().is_some() && other.customer() == self.customer();
            is_same_customer && other.is_waiting() && other.number > self.number
        });
        let moved = behind.filter_map(|other| {
            let moved = self.moved(other, new.as_ref(), *since);
            Some(moved).filter(|moved| moved != other)
        });
        let moved: Vec<Self> = moved.collect();
        let number = if new.is_some() { free } else { self.number };
        let old = Self {
            number,
            state: State::Refused { at: now, why: why.clone(), settled },
            ..self.clone()
        };
        new.into_iter().chain([old]).chain(moved).collect()
    }

    /// What it would have made, with what is made in its place.
    fn renamed(&self, new: &Self) -> Vec<(SubscriptionId, SubscriptionId)> {
        let old = self.command.makes(&self.ask.request);
        old.into_iter().zip(new.command.makes(&new.ask.request)).collect()
    }

    /// What waits behind it, now that it is not done as it was, or `new` instead.
    fn moved(&self, other: &Self, new: Option<&Self>, since: DateTime<Utc>) -> Self {
        let mut moved = other.clone();
        for (old, made) in new.map(|new| self.renamed(new)).unwrap_or_default() {
            rename(&mut moved.touches, &old, &made);
            if let Some(own) = moved.command.subscription_mut().filter(|own| **own == old) {
                *own = made.clone();
            }
            if let Some(base) = moved.base.as_mut().filter(|base| base.id == old) {
                base.id = made;
            }
        }
        // What was decided later was decided without it.
        let Some(revision) = other.ask.revision.filter(|_| other.at < since) else { return moved };
        let own = other.command.subscription().filter(|own| self.touches.contains(own));
        let Some(own) = own else { return moved };
        let by = match (new, self.ask.revision) {
            (None, _) => -1,
            (Some(new), Some(before)) if Some(own) == self.command.subscription() => {
                let after = new.ask.revision.unwrap_or(before);
                i64::from(after) - i64::from(before)
            }
            (Some(_), _) => 0,
        };
        let revision = i64::from(revision).saturating_add(by);
        moved.ask.revision = Some(u32::try_from(revision).unwrap_or_default());
        moved
    }
}

fn rename(among: &mut [SubscriptionId], old: &SubscriptionId, new: &SubscriptionId) {
    for id in among.iter_mut().filter(|id| *id == old) {
        *id = new.clone();
    }
}
