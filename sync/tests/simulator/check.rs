//! What must hold after every step, and at the end.

use super::device::Device;
use super::server::{Server, now};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use subscription_rules::{CustomerId, SubscriptionId};
use subscription_sync::State;
use subscription_usecases::{Entry as LogLine, NotAnswered, Outcome, RequestId, Store, record};

/// What was seen so far.
pub struct Checks {
    /// How many lines of the log each request has made, from when it was answered.
    lines: BTreeMap<RequestId, usize>,
    revisions: BTreeMap<SubscriptionId, u32>,
    /// The account's commits when it was last looked at.
    seen: BTreeMap<CustomerId, u64>,
    /// How long the log of a customer was, and the end of the chain over it.
    logs: BTreeMap<CustomerId, (usize, u64)>,
}

/// Before the first line.
const START: u64 = 0;

/// The end of a chain after some more lines, each of which counts with all before it.
fn chain(start: u64, lines: &[LogLine]) -> u64 {
    lines.iter().fold(start, |before, line| {
        let mut hash = DefaultHasher::new();
        before.hash(&mut hash);
        record::written(line).hash(&mut hash);
        hash.finish()
    })
}

impl Checks {
    pub fn new() -> Self {
        Self {
            seen: BTreeMap::new(),
            lines: BTreeMap::new(),
            revisions: BTreeMap::new(),
            logs: BTreeMap::new(),
        }
    }

    pub fn after_each(&mut self, server: &Server, devices: &[Device]) -> Result<(), String> {
        for device in devices {
            let disk = device.disk.borrow();
            // What is asked for in the place of another takes its number, so names count.
            let kept: BTreeSet<&RequestId> =
                disk.safe.values().map(|entry| &entry.ask.request).collect();
            for name in &device.acknowledged {
                if !kept.contains(name) {
                    return Err(format!("device {} lost {}", device.place, name.as_str()));
                }
            }
        }
        for customer in Server::customers() {
            self.customer(server, &customer)?;
        }
        Ok(())
    }

    fn customer(&mut self, server: &Server, customer: &CustomerId) -> Result<(), String> {
        let revision = server.revision(customer);
        if self.seen.insert(customer.clone(), revision) == Some(revision) {
            return Ok(());
        }
        let Some(saved) = server.saved(customer) else { return Ok(()) };
        // One effect a request: its lines come in one commit and are never joined by others.
        let mut lines: BTreeMap<&RequestId, usize> = BTreeMap::new();
        for entry in &saved.entries {
            if let Some(request) = &entry.request {
                *lines.entry(request).or_default() += 1;
            }
        }
        for (request, count) in lines {
            let before = *self.lines.entry(request.clone()).or_insert(count);
            if before != count {
                return Err(format!("{} has two effects", request.as_str()));
            }
        }
        // The log is only added to: its chain leads over where it ended before.
        let (length, before) = self.logs.get(customer).copied().unwrap_or((0, START));
        let (known, new) = saved.entries.split_at_checked(length).unwrap_or((&[], &[]));
        if known.len() != length || chain(START, known) != before {
            return Err(format!("the log of {customer} was changed"));
        }
        self.logs.insert(customer.clone(), (saved.entries.len(), chain(before, new)));
        for held in saved.account.subscriptions() {
            let before = self.revisions.insert(held.id.clone(), held.revision);
            if before.is_some_and(|before| before > held.revision) {
                return Err(format!("the ETag of {} went back", held.id));
            }
            let limit = Server::limit(&held.offer);
            let count = saved.account.held_of(&held.offer).count();
            // Stories may begin above a limit, which is then only kept from growing.
            if limit.is_some_and(|limit| count > limit.max(server.at_first(customer, &held.offer)))
            {
                return Err(format!("{customer} has {count} of {}", held.offer));
            }
        }
        Ok(())
    }

    /// Every change has a fate, and the server knows of it what the device says.
    pub fn at_the_end(&self, server: &Server, devices: &[Device]) -> Result<(), String> {
        for device in devices {
            for entry in device.disk.borrow().safe.values() {
                let name = &entry.ask.request;
                let known = now(server.0.store.recorded(&entry.who.partner, name));
                let known = known.map_err(|error| error.to_string())?;
                let known = known.map(|known| known.outcome);
                // The log never forgets; the answer of what needed no line may be forgotten.
                let is_done =
                    matches!(known, Some(Outcome::Done(_))) || self.lines.contains_key(name);
                let is_forgotten = known.is_none() && server.forgets(entry.at);
                let tally = &mut server.world().borrow_mut().tally;
                match &entry.state {
                    State::Applied { .. } if is_done || is_forgotten => tally.applied += 1,
                    // The person was told that nobody knows whether it was done.
                    State::Refused { why, .. } if *why == NotAnswered::Forgotten.into() => {
                        tally.forgotten += 1;
                    }
                    State::Refused { why, .. } if !is_done => {
                        tally.refused += 1;
                        if matches!(why, subscription_usecases::Failure::Changed(_)) {
                            tally.conflicts += 1;
                        }
                    }
                    state => {
                        return Err(format!(
                            "{} is {state:?}, the server knows {known:?}",
                            name.as_str()
                        ));
                    }
                }
            }
        }
        Ok(())
    }
}
