//! The form in which changes are kept, which outlives the program that wrote them; and that a
//! submit which has arrived after all is not done twice.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::fs;
use subscription_rules::{BillingCycle, CustomerId, Line, OfferId, Quantity, SuspensionReason};
use subscription_sync::{Ahead, Unread, read, written};
use subscription_usecases::{Answer, Ask, Command, Failure, Store};
use support::{name, now, world};

fn customer() -> CustomerId {
    CustomerId::parse("5d5d0000-0000-4000-8005-000000000000").unwrap()
}

fn line(offer: &str) -> Line {
    Line { offer: OfferId::parse(offer).unwrap(), quantity: Quantity::ONE, nickname: None }
}

/// A submit of two offers of different sales groups: two orders.
fn submit() -> Command {
    let lines = ["031C9E47-4802-4248-838E-778FB1D2CC05", "MS-AZR-0145P"];
    let lines = lines.map(line).into();
    Command::Place { customer: customer(), cycle: BillingCycle::Monthly, lines }
}

/// Changes wait while the screens are updated. A form that is not this one any more needs another
/// head (`sync/src/kept.rs`) and must still read this.
#[test]
fn a_kept_change_has_the_form_that_its_head_says() {
    let (caller, store) = world();
    let seen = now(store.account(&caller.partner.id, &customer())).unwrap().unwrap().value;
    let ahead = now(Ahead::of((&seen, caller.now), [], &caller));
    let subscription = seen.subscriptions().next().unwrap().id.clone();
    let suspend = Command::Suspend {
        customer: customer(),
        subscription,
        why: subscription_rules::Suspend { reason: Some(SuspensionReason::NonPayment), note: None },
    };
    let mut entries =
        now(ahead.decide(submit(), Ask::to_do(name("buy")), &caller)).unwrap().entries;
    entries.extend(now(ahead.decide(suspend, Ask::to_do(name("stop")), &caller)).unwrap().entries);
    let texts: Vec<String> = entries.iter().map(|entry| written(entry).unwrap()).collect();
    for (entry, text) in entries.iter().zip(&texts) {
        assert_eq!(read(text).as_ref(), Ok(entry));
        assert_eq!(read(&text.replace("change-1", "change-2")), Err(Unread::OtherVersion));
        assert_eq!(read(&text[..text.len() - 4]), Err(Unread::Damaged));
        assert_eq!(read("garbage"), Err(Unread::Damaged));
    }
    // What a program of this form wrote once.
    let before = fs::read_to_string("tests/kept/change-1.txt").unwrap_or_default();
    let before: Vec<&str> = before.lines().collect();
    assert_eq!(texts, before, "{}", texts.join("\n"));
}

/// The whole submit has arrived and its answer was lost; then each of its orders is sent by itself.
#[test]
fn a_submit_that_has_arrived_is_not_done_twice() {
    let (caller, store) = world();
    let count = || {
        let kept = now(store.account(&caller.partner.id, &customer())).unwrap().unwrap();
        kept.value.subscriptions().len()
    };
    let seen = now(store.account(&caller.partner.id, &customer())).unwrap().unwrap().value;
    let before = count();
    let ask = Ask::to_do(name("buy"));
    let Answer::Placed(placed) = now(submit().carry_out(&store, &caller, &ask)).unwrap() else {
        panic!("a submit is placed")
    };
    assert_eq!((placed.len(), count()), (2, before + 2), "two sales groups are two orders");

    let ahead = now(Ahead::of((&seen, caller.now), [], &caller));
    let decided = now(ahead.decide(submit(), ask, &caller)).unwrap();
    assert_eq!(decided.answer, Answer::Placed(placed), "here it is known what the server did");
    for entry in decided.entries {
        now(entry.command.carry_out(&store, &caller, &entry.ask)).unwrap();
    }
    assert_eq!(count(), before + 2);
}

/// Somebody's screen shows an older state than the one that is kept here.
#[test]
fn what_was_decided_on_an_older_state_is_not_taken() {
    let (caller, store) = world();
    let seen = now(store.account(&caller.partner.id, &customer())).unwrap().unwrap().value;
    let held = seen.subscriptions().next().unwrap().clone();
    let to = subscription_rules::Nickname::parse("Reception").unwrap();
    let rename = Command::Rename { customer: customer(), subscription: held.id, to };
    let ahead = now(Ahead::of((&seen, caller.now), [], &caller));
    let ask = |text: &str| Ask::to_do(name(text)).on_revision(held.revision);
    assert!(now(ahead.decide(rename.clone(), ask("one"), &caller)).is_ok());
    let late = now(ahead.decide(rename, ask("two"), &caller));
    assert!(matches!(late, Err(Failure::Changed(_))), "{late:?}");
}

/// A request's name that stood for two orders does not buy one of them again, nor the other way
/// round.
#[test]
fn a_name_is_for_one_submit() {
    let one = || Command::Place {
        customer: customer(),
        cycle: BillingCycle::Monthly,
        lines: vec![line("031C9E47-4802-4248-838E-778FB1D2CC05")],
    };
    for (first, second) in [(submit(), one()), (one(), submit())] {
        let (caller, store) = world();
        let ask = Ask::to_do(name("buy"));
        let done = now(first.carry_out(&store, &caller, &ask)).unwrap();
        assert_eq!(now(second.carry_out(&store, &caller, &ask)), Err(Failure::RequestIdReused));
        assert_eq!(now(first.carry_out(&store, &caller, &ask)), Ok(done), "the same is answered");
    }
}
