//! What is sent when, what becomes of it, and what a person can choose: case by case.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeSet;
use subscription_rules::{CustomerId, PartnerId, Quantity, Refusal, SubscriptionId};
use subscription_sync::{
    Choice, Entry, Next, NotImported, Outbox, Pause, Settled, State, Who, exported, imported,
};
use subscription_usecases::{
    Answer, Ask, Command, Done, Failure, NotAnswered, RequestId, StoreError,
};

const NOON: i64 = 1_816_000_000;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(NOON + seconds, 0).unwrap()
}

fn name(text: &str) -> RequestId {
    RequestId::parse(text).unwrap()
}

fn who(user: &str) -> Who {
    Who { user: user.into(), partner: PartnerId::parse("partner").unwrap() }
}

/// A change of a quantity of one subscription of one customer.
fn entry(number: u64, customer: &str, subscription: &str) -> Entry {
    let (customer, subscription) =
        (CustomerId::parse(customer).unwrap(), SubscriptionId::parse(subscription).unwrap());
    let to = Quantity::try_from(5).unwrap();
    Entry {
        number,
        who: who("dana"),
        at: at(0),
        customer_name: "Contoso".into(),
        touches: vec![subscription.clone()],
        command: Command::ChangeQuantity { customer, subscription, to },
        ask: Ask::to_do(name(&format!("r-{number}"))).on_revision(7),
        base: None,
        state: State::Waiting { tries: 0, not_before: None },
    }
}

fn on_their_way<const N: usize>(numbers: [u64; N]) -> BTreeSet<u64> {
    numbers.into()
}

fn send(number: u64) -> Next {
    Next::Send(vec![number])
}

fn done() -> Answer {
    Answer::Done(Done {
        customer: CustomerId::parse("c-1").unwrap(),
        subscriptions: Vec::new(),
        orders: Vec::new(),
        effects: subscription_rules::Effects::default(),
    })
}

fn refused() -> Failure {
    Refusal::SubscriptionNotActive.into()
}

/// In order for an account; other accounts need not wait.
#[test]
fn in_order_for_each_account() {
    let mut outbox =
        Outbox::of([entry(1, "c-1", "s-1"), entry(2, "c-1", "s-2"), entry(3, "c-2", "s-3")]);
    assert_eq!(outbox.next(at(0), &on_their_way([]), 1), send(1));
    outbox.answered(1, Err(NotAnswered::Busy(30).into()), at(0), 0).unwrap();
    assert_eq!(
        outbox.next(at(0), &on_their_way([]), 1),
        send(3),
        "the second waits behind the first"
    );
    outbox.answered(3, Ok(done()), at(1), 0).unwrap();
    assert_eq!(
        outbox.next(at(1), &on_their_way([]), 1),
        Next::Later(at(30)),
        "as long as the server asks for"
    );
    assert_eq!(outbox.next(at(30), &on_their_way([]), 1), send(1));
    outbox.answered(1, Ok(done()), at(31), 0).unwrap();
    assert_eq!(outbox.next(at(31), &on_their_way([]), 1), send(2));
}

/// While one is on its way, what is next is of another account.
#[test]
fn several_are_on_their_way() {
    let outbox =
        Outbox::of([entry(1, "c-1", "s-1"), entry(2, "c-1", "s-2"), entry(3, "c-2", "s-3")]);
    assert_eq!(outbox.next(at(0), &on_their_way([1]), 1), send(3));
    assert_eq!(outbox.next(at(0), &on_their_way([1, 3]), 1), Next::Nothing);
}

/// Changes of several accounts go together, of each account the first.
#[test]
fn several_accounts_are_sent_together() {
    let outbox = Outbox::of([
        entry(1, "c-1", "s-1"),
        entry(2, "c-1", "s-2"),
        entry(3, "c-2", "s-3"),
        entry(4, "c-3", "s-4"),
    ]);
    assert_eq!(outbox.next(at(0), &on_their_way([]), 9), Next::Send(vec![1, 3, 4]));
    assert_eq!(outbox.next(at(0), &on_their_way([]), 2), Next::Send(vec![1, 3]));
    assert_eq!(outbox.next(at(0), &on_their_way([3]), 9), Next::Send(vec![1, 4]));
}

/// What needs the person holds up what is about the same subscription, and nothing else.
#[test]
fn what_needs_the_person_holds_up_its_subscription() {
    let mut outbox =
        Outbox::of([entry(1, "c-1", "s-1"), entry(2, "c-1", "s-1"), entry(3, "c-1", "s-2")]);
    outbox.answered(1, Err(refused()), at(0), 0).unwrap();
    assert_eq!((outbox.needing_you(), outbox.waiting()), (1, 2));
    assert_eq!(outbox.next(at(0), &on_their_way([]), 1), send(3));
    outbox.answered(3, Ok(done()), at(0), 0).unwrap();
    assert_eq!(outbox.next(at(0), &on_their_way([]), 1), Next::Nothing);
    let held = outbox.get(1).unwrap().clone();
    for settled in held.settled(Choice::Drop, at(1), 4, []) {
        outbox.take(settled);
    }
    assert_eq!(outbox.next(at(1), &on_their_way([]), 1), send(2));
}

/// What becomes of each answer.
#[test]
fn every_answer_has_a_fate() {
    let again = |tries, wait: i64| State::Waiting {
        tries,
        not_before: Some(at(0) + TimeDelta::milliseconds(wait)),
    };
    let needs = |why: Failure| State::NeedsYou { at: at(0), why };
    let cases = [
        (Ok(done()), State::Applied { at: at(0), answer: done() }),
        (Err(NotAnswered::Network.into()), again(1, 500)),
        (Err(NotAnswered::TimedOut.into()), again(1, 500)),
        (Err(NotAnswered::NotOurs.into()), again(1, 500)),
        (Err(NotAnswered::Busy(12).into()), again(1, 12_000)),
        (Err(NotAnswered::Busy(0).into()), again(1, 1_000)),
        (Err(refused()), needs(Refusal::SubscriptionNotActive.into())),
        (Err(Failure::RequestIdReused), needs(Failure::RequestIdReused)),
    ];
    for (answer, expected) in cases {
        let mut outbox = Outbox::of([entry(1, "c-1", "s-1")]);
        let kept = outbox.answered(1, answer.clone(), at(0), 0).unwrap();
        assert_eq!(kept.state, expected, "{answer:?}");
        assert_eq!(outbox.get(1).unwrap(), &kept);
    }
}

/// A sign-in that ended, or a newer server, stops everything and costs no entry a try.
#[test]
fn some_answers_are_not_about_the_entry() {
    for (why, pause) in [
        (NotAnswered::SignedOut, Pause::SignedOut),
        (NotAnswered::OtherVersion, Pause::OtherVersion),
    ] {
        let mut outbox = Outbox::of([entry(1, "c-1", "s-1")]);
        assert_eq!(outbox.answered(1, Err(why.into()), at(0), 0), None);
        assert_eq!(
            (outbox.pause(), outbox.next(at(0), &on_their_way([]), 1)),
            (Some(pause), Next::Nothing)
        );
        outbox.resume();
        assert_eq!(outbox.next(at(0), &on_their_way([]), 1), send(1));
        assert_eq!(outbox.get(1).unwrap().state, entry(1, "c-1", "s-1").state);
    }
}

/// A server that is not reached for one change is not asked for another one until it is time.
#[test]
fn while_the_server_is_not_reached_nothing_is_sent() {
    let mut outbox = Outbox::of([entry(1, "c-1", "s-1"), entry(2, "c-2", "s-2")]);
    outbox.answered(1, Err(NotAnswered::Network.into()), at(0), 0).unwrap();
    let half = at(0) + TimeDelta::milliseconds(500);
    assert_eq!(outbox.next(at(0), &on_their_way([]), 9), Next::Later(half));
    assert_eq!(outbox.next(half, &on_their_way([]), 9), Next::Send(vec![1, 2]));
    // Half of two seconds, after the second time.
    outbox.answered(2, Err(NotAnswered::TimedOut.into()), at(10), 0).unwrap();
    assert_eq!(outbox.next(at(10), &on_their_way([]), 9), Next::Later(at(11)));
    // Reached, if only to be told to wait with one.
    outbox.answered(1, Err(NotAnswered::Busy(60).into()), at(20), 0).unwrap();
    assert_eq!(outbox.next(at(20), &on_their_way([]), 9), Next::Send(vec![2]));
}

/// When the network is back nothing waits for its time.
#[test]
fn the_network_is_back() {
    let mut outbox = Outbox::of([entry(1, "c-1", "s-1")]);
    outbox.answered(1, Err(NotAnswered::Network.into()), at(0), 0).unwrap();
    assert!(matches!(outbox.next(at(0), &on_their_way([]), 1), Next::Later(_)));
    outbox.hurry();
    assert_eq!(outbox.next(at(0), &on_their_way([]), 1), send(1));
}

/// "Apply mine again" is a new entry with a new name, decided on what somebody else made; the old
/// one ends as refused and says by which it was replaced.
#[test]
fn what_can_be_chosen() {
    let mut outbox = Outbox::of([entry(1, "c-1", "s-1")]);
    let held = outbox.answered(1, Err(refused()), at(0), 0).unwrap();
    let settled = held.settled(Choice::ApplyAgain(name("again")), at(9), 3, []);
    let [new, old] = &settled[..] else { panic!("{settled:?}") };
    assert_eq!((new.number, new.ask.request.clone(), new.ask.revision), (1, name("again"), None));
    assert_eq!(old.number, 3, "the new one is sent where the old one was");
    assert_eq!(new.command, old.command);
    assert!(new.is_waiting() && old.is_over());
    assert!(matches!(&old.state, State::Refused { settled: Settled::By(1), .. }));

    for (choice, expected) in
        [(Choice::TakeTheirs, Settled::Theirs), (Choice::Drop, Settled::Dropped)]
    {
        let settled = held.settled(choice, at(9), 3, []);
        let [old] = &settled[..] else { panic!("{settled:?}") };
        assert!(matches!(&old.state, State::Refused { settled, .. } if *settled == expected));
    }
    let waiting = entry(2, "c-1", "s-2");
    assert!(waiting.settled(Choice::Drop, at(9), 3, []).is_empty(), "it does not need the person");
}

/// A file has what is not over; it is taken once, by the same person only.
#[test]
fn what_waits_goes_into_a_file_and_back() {
    let mut outbox = Outbox::of([entry(4, "c-1", "s-1"), entry(5, "c-1", "s-2")]);
    outbox.answered(4, Ok(done()), at(0), 0).unwrap();
    let file = exported(outbox.entries());
    assert_eq!(imported(&file, &who("dana"), []), Ok(vec![entry(5, "c-1", "s-2")]));
    assert_eq!(imported(&file, &who("dana"), outbox.entries()), Ok(Vec::new()), "it is here");
    assert_eq!(imported(&file, &who("erin"), []), Err(NotImported::OfSomebodyElse));
    for cut in [0, 1, file.len() / 2, file.len() - 2] {
        assert_eq!(imported(&file[..cut], &who("dana"), []), Err(NotImported::NotOurs));
    }
    let newer = file.replace("change-1", "change-2");
    assert_eq!(imported(&newer, &who("dana"), []), Err(NotImported::NotOurs));
}

/// A clock that was ahead is put right: what it made wait does not wait for that moment.
#[test]
fn a_clock_that_is_put_back_holds_up_nothing() {
    let mut outbox = Outbox::of([entry(1, "c-1", "s-1")]);
    outbox.answered(1, Err(NotAnswered::Network.into()), at(1_000_000), 0).unwrap();
    assert!(matches!(outbox.next(at(1_000_000), &on_their_way([]), 1), Next::Later(_)));
    assert_eq!(outbox.next(at(0), &on_their_way([]), 1), send(1));
}

/// A server that is busy and says nothing more is asked less and less often.
#[test]
fn a_busy_server_is_asked_less_and_less_often() {
    let mut outbox = Outbox::of([entry(1, "c-1", "s-1")]);
    let mut wait = |seconds| {
        outbox.answered(1, Err(NotAnswered::Busy(seconds).into()), at(0), 0).unwrap();
        match outbox.next(at(0), &on_their_way([]), 1) {
            Next::Later(moment) => (moment - at(0)).num_seconds(),
            other => panic!("{other:?}"),
        }
    };
    // Half of 1, 2, 4, 8, 16, 32 s by the pace, and never less than was asked for.
    assert_eq!([1, 1, 1, 1, 1, 1].map(&mut wait), [1, 1, 2, 4, 8, 16]);
    assert_eq!(wait(300), 300);
}

/// An account that the server cannot read does not hold up everything else for ever.
#[test]
fn what_the_server_cannot_read_needs_the_person() {
    let mut outbox = Outbox::of([entry(1, "c-1", "s-1"), entry(2, "c-1", "s-2")]);
    let damaged = Failure::Store(StoreError::Damaged("the server's log says which".into()));
    assert!(outbox.answered(1, Err(damaged), at(0), 0).unwrap().needs_you());
    assert_eq!(outbox.next(at(0), &on_their_way([]), 1), send(2));
}

/// The server knows its answers for thirty days: what it did before would be done once more, or
/// refused because it is there.
#[test]
fn what_was_decided_weeks_ago_is_not_sent_without_the_person() {
    const DAY: i64 = 24 * 60 * 60;
    let younger = Entry { at: at(20 * DAY), ..entry(2, "c-2", "s-2") };
    let mut outbox = Outbox::of([entry(1, "c-1", "s-1"), younger, entry(3, "c-3", "s-3")]);
    let nothing = BTreeSet::new();
    assert_eq!(outbox.outlived(at(29 * DAY - 1), &nothing), []);

    let old = outbox.outlived(at(29 * DAY), &on_their_way([3]));
    let why = Failure::NotAnswered(NotAnswered::Forgotten);
    let state = State::NeedsYou { at: at(29 * DAY), why };
    assert_eq!(old, [Entry { state, ..entry(1, "c-1", "s-1") }], "one on its way has been asked");
    assert_eq!(outbox.next(at(29 * DAY), &on_their_way([3]), 50), send(2));

    // Asked for again it is still asked of what the person saw: nobody has looked since.
    let again = Choice::ApplyAgain(name("again"));
    let settled = old[0].settled(again, at(29 * DAY), 4, []);
    assert_eq!(settled[0].ask, Ask::to_do(name("again")).on_revision(7));
    assert!(settled[0].is_waiting());
    assert_eq!(Outbox::of(settled).outlived(at(29 * DAY), &nothing), []);
}
