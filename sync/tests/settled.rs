//! What a person chooses about a change, and what waits behind it, carried out on a store as the
//! server would.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on has failed")]

mod support;

use chrono::TimeDelta;
use subscription_rules::{
    BillingCycle, CustomerId, Line, Nickname, OfferId, Quantity, Refusal, SubscriptionId,
};
use subscription_sync::{Ahead, Choice, Entry, Settled, State};
use subscription_usecases::{Answer, Ask, Caller, Command, Failure, MemoryStore, Store};
use support::{name, now, world};

const FABRIKAM: &str = "5d5d0000-0000-4000-8002-000000000000";

fn customer() -> CustomerId {
    CustomerId::parse(FABRIKAM).unwrap()
}

/// The demo's partner and its customers, on a fixed day.
struct Desk {
    caller: Caller,
    store: MemoryStore,
    subscription: SubscriptionId,
}

impl Desk {
    fn open() -> Self {
        let (caller, store) = world();
        let subscription = SubscriptionId::parse("5d5d0000-0000-4000-8002-000000000001").unwrap();
        Self { caller, store, subscription }
    }

    fn name_it(&self, to: &str) -> Command {
        let (customer, subscription) = (customer(), self.subscription.clone());
        Command::Rename { customer, subscription, to: Nickname::parse(to).unwrap() }
    }

    /// Decides commands one after the other without the server, on what it has now.
    fn decided(&self, commands: Vec<Command>) -> Vec<Entry> {
        let kept = now(self.store.account(&self.caller.partner.id, &customer()));
        let seen = kept.unwrap().unwrap().value;
        let ahead = now(Ahead::of((&seen, self.caller.now), [], &self.caller));
        let mut entries = Vec::new();
        for (place, command) in commands.into_iter().enumerate() {
            let ask = Ask::to_do(name(&format!("kept-{place}")));
            let decided = now(ahead.decide(command, ask, &self.caller)).unwrap();
            entries.extend(decided.entries);
        }
        for (number, entry) in (1..).zip(&mut entries) {
            entry.number = number;
        }
        entries
    }

    fn sent(&self, entry: &Entry) -> Result<Answer, Failure> {
        now(entry.command.carry_out(&self.store, &self.caller, &entry.ask))
    }

    fn nickname(&self) -> String {
        let kept = now(self.store.account(&self.caller.partner.id, &customer()));
        let account = kept.unwrap().unwrap().value;
        account.get(&self.subscription).unwrap().nickname.as_str().to_owned()
    }

    /// Somebody else is faster.
    fn colleague(&self, to: &str) {
        let ask = Ask::to_do(name("colleague"));
        now(self.name_it(to).carry_out(&self.store, &self.caller, &ask)).unwrap();
    }

    /// The entry as it is after such an answer, a minute later.
    fn needs_you(&self, entry: &Entry, why: Failure) -> Entry {
        let at = self.caller.now + TimeDelta::minutes(1);
        Entry { state: State::NeedsYou { at, why }, ..entry.clone() }
    }

    /// The entries after a choice about the first, by their numbers.
    fn chosen(&self, entries: &[Entry], first: &Entry, choice: Choice) -> Vec<Entry> {
        let later = self.caller.now + TimeDelta::minutes(2);
        let free = entries.len() as u64 + 1;
        let mut all = entries.to_vec();
        for changed in first.settled(choice, later, free, entries) {
            match all.iter_mut().find(|entry| entry.number == changed.number) {
                Some(entry) => *entry = changed,
                None => all.push(changed),
            }
        }
        all
    }
}

/// What was decided on a change that is given up was never seen by the server in that state: it
/// must not pass for decided on what a colleague made.
#[test]
fn what_waits_behind_overwrites_nobody() {
    for choice in [Choice::TakeTheirs, Choice::Drop] {
        let desk = Desk::open();
        let entries = desk.decided(vec![desk.name_it("mine"), desk.name_it("mine too")]);
        desk.colleague("theirs");
        let why = desk.sent(&entries[0]).unwrap_err();
        assert!(matches!(why, Failure::Changed(_)), "{why:?}");
        let first = desk.needs_you(&entries[0], why);
        let after = desk.chosen(&entries, &first, choice);
        let second = desk.sent(&after[1]);
        assert!(matches!(second, Err(Failure::Changed(_))), "{second:?}");
        assert_eq!(desk.nickname(), "theirs");
    }
}

/// Nobody else changed anything: what waits behind goes on.
#[test]
fn what_waits_behind_what_was_refused_goes_on() {
    let desk = Desk::open();
    let entries = desk.decided(vec![desk.name_it("mine"), desk.name_it("mine too")]);
    let first = desk.needs_you(&entries[0], Refusal::SubscriptionNotActive.into());
    let after = desk.chosen(&entries, &first, Choice::Drop);
    assert_eq!(after.len(), 2);
    assert!(matches!(after[0].state, State::Refused { settled: Settled::Dropped, .. }));
    desk.sent(&after[1]).unwrap();
    assert_eq!(desk.nickname(), "mine too");
}

/// "Apply mine again" takes its place again: what came after it still does, and both are decided on
/// what the person was shown.
#[test]
fn applied_again_it_comes_before_what_waits_behind() {
    let desk = Desk::open();
    let entries = desk.decided(vec![desk.name_it("mine"), desk.name_it("mine too")]);
    desk.colleague("theirs");
    let first = desk.needs_you(&entries[0], desk.sent(&entries[0]).unwrap_err());
    let after = desk.chosen(&entries, &first, Choice::ApplyAgain(name("again")));
    let waiting: Vec<&Entry> = after.iter().filter(|entry| entry.is_waiting()).collect();
    assert_eq!(waiting.iter().map(|entry| entry.number).collect::<Vec<_>>(), [1, 2]);
    assert!(matches!(after[2].state, State::Refused { settled: Settled::By(1), .. }));
    for entry in waiting {
        desk.sent(entry).unwrap();
    }
    assert_eq!(desk.nickname(), "mine too");
}

/// What was decided after it needed the person was decided without it, and stays as it is.
#[test]
fn what_was_decided_later_stays() {
    let desk = Desk::open();
    let entries = desk.decided(vec![desk.name_it("mine"), desk.name_it("mine too")]);
    let first = desk.needs_you(&entries[0], Refusal::SubscriptionNotActive.into());
    let mut later = entries.clone();
    later[1].at = desk.caller.now + TimeDelta::minutes(1);
    let after = desk.chosen(&later, &first, Choice::Drop);
    assert_eq!(after[1], later[1]);
}

/// An order that is placed again makes other subscriptions: what waits for those of the first goes
/// to those of the second.
#[test]
fn an_order_placed_again_takes_what_waits_for_it_along() {
    let desk = Desk::open();
    let offer = OfferId::parse("031C9E47-4802-4248-838E-778FB1D2CC05").unwrap();
    let lines = vec![Line { offer, quantity: Quantity::ONE, nickname: None }];
    let order = Command::Place { customer: customer(), cycle: BillingCycle::Monthly, lines };
    let bought = order.makes(&name("kept-0"))[0].clone();
    let named = Command::Rename {
        customer: customer(),
        subscription: bought.clone(),
        to: Nickname::parse("bought on the train").unwrap(),
    };
    let entries = desk.decided(vec![order.clone(), named]);
    assert_eq!(entries[0].touches, std::slice::from_ref(&bought));
    let first = desk.needs_you(&entries[0], Refusal::SubscriptionNotActive.into());
    let after = desk.chosen(&entries, &first, Choice::ApplyAgain(name("again")));
    let made = order.makes(&name("again"))[0].clone();
    assert_ne!(made, bought);
    assert_eq!((&after[0].touches[..], &after[1].touches[..]), (&[made.clone()][..], &[made][..]));
    for entry in &after[..2] {
        desk.sent(entry).unwrap();
    }
}
