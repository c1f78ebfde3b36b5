//! Subscriptions and the add-ons under them (domain.md §3.3, §1.4, A1): what is drawn along, what
//! comes back, and whose date counts.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use subscription_rules::{
    AccountError, BillingCycle, Cause, CustomerAccount, DeletedBecause, Event, ExpiresOn, Intent,
    State, Status, Subscription, Suspend, SuspensionReason, suspend,
};
use support::{Desk, Story, Tree, customer, day, offers, outcome};

use Status::{Active, Deleted, Suspended};

/// What is done to a base (0), its add-on (1) or the add-on of that (2).
#[derive(Debug, Clone, Copy)]
enum Deed {
    Suspend(usize),
    Reactivate(usize),
    Cancel(usize),
}

use Deed::{Cancel, Reactivate, Suspend as Lock};

const OK: &str = "ok";
const PARENT: &str = "PARENT_NOT_ACTIVE";

/// Each deed with its outcome, one a day, and the statuses in the end.
type Row = (&'static str, &'static [(Deed, &'static str)], [Status; 3]);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("the base draws all along",
        &[(Lock(0), OK)], [Suspended, Suspended, Suspended]),
    ("an add-on draws only what is under it",
        &[(Lock(1), OK)], [Active, Suspended, Suspended]),
    ("the leaf draws nothing",
        &[(Lock(2), OK)], [Active, Active, Suspended]),
    ("the base brings all back",
        &[(Lock(0), OK), (Reactivate(0), OK)], [Active, Active, Active]),
    ("what was suspended for itself stays so",
        &[(Lock(1), OK), (Lock(0), OK), (Reactivate(0), OK)], [Active, Suspended, Suspended]),
    ("the leaf suspended for itself stays so",
        &[(Lock(2), OK), (Lock(0), OK), (Reactivate(0), OK)], [Active, Active, Suspended]),
    ("and so does what it drew along, until it comes back itself",
        &[(Lock(1), OK), (Lock(0), OK), (Reactivate(0), OK), (Reactivate(1), OK)],
        [Active, Active, Active]),
    ("27009: nothing comes back under a suspended base",
        &[(Lock(0), OK), (Reactivate(1), PARENT), (Reactivate(2), PARENT)],
        [Suspended, Suspended, Suspended]),
    ("27009: two levels down neither",
        &[(Lock(1), OK), (Reactivate(2), PARENT)], [Active, Suspended, Suspended]),
    ("suspending what is drawn along changes nothing",
        &[(Lock(0), OK), (Lock(1), OK), (Reactivate(0), OK)], [Active, Active, Active]),
    ("a cancelled base brings all back too (A1: can be undone)",
        &[(Cancel(0), OK), (Reactivate(0), OK)], [Active, Active, Active]),
    ("suspended and then cancelled, the same",
        &[(Lock(0), OK), (Cancel(0), OK), (Reactivate(0), OK)], [Active, Active, Active]),
    ("a cancelled add-on stays away",
        &[(Cancel(1), OK), (Lock(0), OK), (Reactivate(0), OK)], [Active, Suspended, Suspended]),
];

fn does(tree: &mut Tree, deed: Deed) -> String {
    let ids = [tree.base.clone(), tree.add_on.clone(), tree.leaf.clone()];
    match deed {
        Lock(which) => outcome(&tree.story.suspends(&ids[which])),
        Reactivate(which) => outcome(&tree.story.reactivates(&ids[which])),
        Cancel(which) => outcome(&tree.story.cancels(&ids[which])),
    }
}

/// §3.3, T6, T7, §8 items 8 and 12: three levels, by what is drawn along and what comes back.
#[test]
fn what_is_drawn_along_and_what_comes_back() {
    for (what, deeds, expected) in ROWS {
        let mut tree = Tree::at("2018-06-01");
        for (count, (deed, outcome)) in deeds.iter().enumerate() {
            tree.story.goes_to(&format!("2018-06-{:02}", 2 + count));
            assert_eq!(&does(&mut tree, *deed), outcome, "{what}: {deed:?}");
        }
        assert_eq!(tree.statuses(), *expected, "{what}");
    }
}

/// A1: an add-on that was cancelled for itself does not come back by itself, also when its base
/// was suspended before.
#[test]
fn what_was_cancelled_under_a_suspended_base_stays_away() {
    let mut tree = Tree::at("2018-06-01");
    tree.story.suspends(&tree.base).unwrap();
    tree.story.cancels(&tree.add_on).unwrap();
    tree.story.reactivates(&tree.base).unwrap();
    assert_eq!(tree.statuses(), [Active, Suspended, Suspended]);
}

fn suspended(held: &Subscription) -> (&Cause, Intent) {
    let suspension = held.suspension().unwrap();
    (&suspension.cause, suspension.intent)
}

/// §3.3 "the same cause chain": all name the subscription that was suspended; the log does too.
#[test]
fn the_cause_is_the_subscription_that_was_suspended() {
    let mut tree = Tree::at("2018-06-01");
    let change = tree.story.suspends(&tree.base).unwrap();
    let cascade = Cause::Cascade(tree.base.clone());
    assert_eq!(suspended(tree.story.the(&tree.base)), (&Cause::Own, Intent::Hold));
    for id in [&tree.add_on, &tree.leaf] {
        assert_eq!(suspended(tree.story.the(id)), (&cascade, Intent::Hold));
    }
    assert_eq!(change.effects.drawn_along, [tree.add_on.clone(), tree.leaf.clone()]);
    let causes: Vec<_> = change.facts.iter().map(|fact| fact.cause.clone()).collect();
    assert_eq!(causes, [None, Some(tree.base.clone()), Some(tree.base.clone())]);
    let back = tree.story.reactivates(&tree.base).unwrap();
    assert_eq!(back.effects.drawn_along, change.effects.drawn_along);
}

/// S21, §3.3: reason and note go along with the cascade, and stand in the log.
#[test]
fn the_reason_goes_along() {
    for reason in SuspensionReason::OFFERED {
        let mut tree = Tree::at("2018-06-01");
        let note = subscription_rules::Note::parse("third reminder").unwrap();
        let ask = Suspend { reason: Some(reason), note: Some(note.clone()) };
        let story = &mut tree.story;
        let change =
            story.keeps(suspend(&story.context(), &story.account, &tree.base, &ask)).unwrap();
        assert_eq!(change.facts.len(), 3);
        for fact in &change.facts {
            let Event::Suspended { reason: logged, note: noted, intent, .. } = &fact.event else {
                panic!("{fact:?}")
            };
            assert_eq!((*logged, noted.as_ref(), *intent), (reason, Some(&note), Intent::Hold));
        }
        for id in [&tree.base, &tree.add_on, &tree.leaf] {
            assert_eq!(tree.story.the(id).suspension().unwrap().reason, reason);
        }
    }
}

/// A15: there are exactly three reasons to choose from; without one a policy may refuse.
#[test]
fn a_reason_is_one_of_three() {
    let offered = SuspensionReason::OFFERED.map(|reason| serde_json::to_value(reason).unwrap());
    assert_eq!(offered, ["customer_request", "non_payment", "fraud"]);
    let mut tree = Tree::at("2018-06-01");
    tree.story.desk.policy.reason_required = true;
    assert_eq!(outcome(&tree.story.suspends(&tree.base)), "REASON_MISSING");
    assert_eq!(outcome(&tree.story.cancels(&tree.base)), "REASON_MISSING");
    assert_eq!(tree.statuses(), [Active, Active, Active]);
}

/// A1, T9, S28, §8 item 7: cancel is a suspension with its own intent, same window, same date.
#[test]
fn cancel_is_a_suspension_with_an_intent() {
    let mut cancelled = Tree::at("2018-06-01");
    let mut held = Tree::at("2018-06-01");
    for tree in [&mut cancelled, &mut held] {
        tree.story.goes_to("2018-07-10");
    }
    let told = cancelled.story.cancels(&cancelled.base).unwrap().effects.expires_on;
    assert_eq!(told, held.story.suspends(&held.base).unwrap().effects.expires_on);
    // 10 July and 90 days.
    assert_eq!(told, Some(ExpiresOn(day("2018-10-08"))));
    assert_eq!(cancelled.statuses(), [Suspended, Suspended, Suspended], "nothing is deleted");
    for id in [&cancelled.base, &cancelled.add_on, &cancelled.leaf] {
        assert_eq!(suspended(cancelled.story.the(id)).1, Intent::Cancel);
    }
}

/// A1, T9: on a suspended one only the intent changes, for what it drew along too; the date stays.
#[test]
fn cancelling_a_suspended_one_moves_no_date() {
    let mut tree = Tree::at("2018-06-01");
    tree.story.suspends(&tree.leaf).unwrap();
    tree.story.goes_to("2018-06-05");
    tree.story.suspends(&tree.base).unwrap();
    let ids = [tree.base.clone(), tree.add_on.clone(), tree.leaf.clone()];
    let dates = |tree: &Tree| ids.clone().map(|id| tree.story.expires_on(&id));
    let before = dates(&tree);
    tree.story.goes_to("2018-07-05");
    let change = tree.story.cancels(&tree.base).unwrap();
    assert_eq!(change.effects.expires_on, before[0]);
    assert_eq!(dates(&tree), before);
    let intents = ids.clone().map(|id| suspended(tree.story.the(&id)).1);
    assert_eq!(intents, [Intent::Cancel, Intent::Cancel, Intent::Hold], "the leaf has its own");
    let events = change.facts.iter().all(|fact| matches!(fact.event, Event::IntentChanged { .. }));
    assert!(events && change.facts.len() == 2);
    assert!(tree.story.cancels(&tree.base).unwrap().is_nothing(), "twice changes nothing");
}

/// A base of February 2018 with 14 free days, and an add-on bought when they had passed.
fn with_free_days() -> (Story, [subscription_rules::SubscriptionId; 2]) {
    let mut desk = Desk::new();
    desk.partner.billing_day = support::billing_day(15);
    let mut story = Story::of(desk, customer(), "2018-02-01");
    let base = story.buys(offers::E3, BillingCycle::Monthly, 1);
    story.goes_to("2018-02-16");
    let add_on = story.adds(&base, offers::PHONE);
    (story, [base, add_on])
}

/// §3.3: an add-on's date is never later than its suspended parent's.
#[test]
fn an_add_ons_date_is_never_later_than_its_parents() {
    // Add-on of an annual base, with a bad import's 30 free days: alone it would have 120 days.
    for (own, base, expected) in
        [("2018-07-01", Some("2018-07-02"), "2018-09-30"), ("2018-07-01", None, "2018-10-29")]
    {
        let mut story = Story::at("2018-06-01");
        let parent = story.buys(offers::E3, BillingCycle::Annual, 1);
        let add_on = story.adds(&parent, offers::PHONE);
        let mut row = story.the(&add_on).clone();
        let subscription_rules::Term::Paid { free_days, .. } = &mut row.term else {
            panic!("paid")
        };
        *free_days = subscription_rules::FreeDays::from(30);
        story.imports(row);
        story.goes_to(own);
        story.suspends(&add_on).unwrap();
        if let Some(base) = base {
            story.goes_to(base);
            story.suspends(&parent).unwrap();
        }
        assert_eq!(story.expires_on(&add_on), Some(ExpiresOn(day(expected))), "{base:?}");
    }
}

/// §3.3, S26: it may be earlier: the extra days are each subscription's own.
#[test]
fn an_add_ons_date_may_be_earlier() {
    let (mut story, [base, add_on]) = with_free_days();
    story.goes_to("2018-04-18");
    story.suspends(&base).unwrap();
    // W1 for the base; 90 days for the add-on.
    assert_eq!(story.expires_on(&base), Some(ExpiresOn(day("2018-07-31"))));
    assert_eq!(story.expires_on(&add_on), Some(ExpiresOn(day("2018-07-17"))));
}

/// §3.3, T8: deleting a parent deletes what hangs under it, the own-suspended too, at the instant.
#[test]
fn deleting_a_parent_deletes_its_descendants() {
    use DeletedBecause::{ParentDeleted, WindowEnded};
    let mut tree = Tree::at("2018-06-01");
    tree.story.suspends(&tree.base).unwrap();
    tree.story.goes_to("2018-08-30T23:59:59Z");
    assert_eq!(tree.statuses(), [Suspended, Suspended, Suspended]);
    tree.story.goes_to("2018-08-31T00:00:00Z");
    assert_eq!(tree.statuses(), [Deleted, Deleted, Deleted]);
    let why = [&tree.base, &tree.add_on, &tree.leaf].map(|id| match &tree.story.the(id).state {
        State::Deleted(deleted) => deleted.because,
        other => panic!("{other:?}"),
    });
    assert_eq!(why, [WindowEnded, ParentDeleted, ParentDeleted]);
    let id = tree.leaf.clone();
    assert_eq!(outcome(&tree.story.reactivates(&id)), "SUBSCRIPTION_DELETED");
}

/// §3.3: an add-on's window ends without its parent; the parent goes on, and reactivating it later
/// does not raise the dead.
#[test]
fn deleting_an_add_on_leaves_its_parent() {
    let (mut story, [base, add_on]) = with_free_days();
    story.goes_to("2018-04-18");
    story.suspends(&base).unwrap();
    story.goes_to("2018-07-18");
    assert_eq!((story.status(&base), story.status(&add_on)), (Suspended, Deleted));
    story.reactivates(&base).unwrap();
    assert_eq!((story.status(&base), story.status(&add_on)), (Active, Deleted));
}

/// §3.1, §3.3: what ended before its parent keeps its own end when the parent is deleted too.
#[test]
fn a_deleted_add_on_is_not_deleted_again() {
    let (mut story, [base, add_on]) = with_free_days();
    story.goes_to("2018-04-18");
    story.suspends(&base).unwrap();
    story.goes_to("2018-07-18");
    let gone = story.the(&add_on).clone();
    story.goes_to("2018-08-01");
    assert_eq!((story.status(&base), story.the(&add_on)), (Deleted, &gone));
}

/// §8 item 8, T7: back as it was, quantity and renewal included, for every level.
#[test]
fn back_as_it_was() {
    let mut tree = Tree::at("2018-06-01");
    let before = tree.story.account.clone();
    tree.story.goes_to("2018-06-10");
    tree.story.suspends(&tree.base).unwrap();
    tree.story.goes_to("2018-06-20");
    tree.story.reactivates(&tree.base).unwrap();
    for held in before.subscriptions() {
        let mut back = tree.story.the(&held.id).clone();
        assert_eq!(back.revision, held.revision + 2);
        back.revision = held.revision;
        assert_eq!(&back, held);
    }
}

/// §1.4, T4: an add-on is a subscription with a parent, the parent's frequency and end.
#[test]
fn an_add_on_is_aligned_with_its_base() {
    for (cycle, ends) in
        [(BillingCycle::Monthly, "2019-06-01"), (BillingCycle::Annual, "2019-06-01")]
    {
        let mut story = Story::at("2018-06-01");
        let base = story.buys(offers::E3, cycle, 10);
        story.goes_to("2018-11-30");
        let add_on = story.adds(&base, offers::PHONE);
        let held = story.the(&add_on);
        assert_eq!(held.parent.as_ref(), Some(&base));
        assert_eq!((held.cycle(), held.term.ends_on()), (cycle, Some(day(ends))));
        assert_eq!(held.opened_on, day("2018-11-30"));
        assert_eq!(story.account.descendants_of(&base).len(), 1);
    }
}

/// §3.3: rows that contradict each other make no account.
#[test]
fn contradictions_make_no_account() {
    let tree = Tree::at("2018-06-01");
    let rows = tree.story.account.subscriptions().cloned().collect::<Vec<_>>();
    let [base, add_on, leaf] = <[Subscription; 3]>::try_from(rows).unwrap();
    let make = |rows: Vec<Subscription>| CustomerAccount::new(customer(), rows).map(drop);

    assert_eq!(make(vec![base.clone(), add_on.clone(), leaf.clone()]), Ok(()));
    assert_eq!(make(vec![leaf.clone(), add_on.clone(), base.clone()]), Ok(()), "in any order");
    let twice = make(vec![base.clone(), base.clone()]);
    assert_eq!(twice, Err(AccountError::Duplicate(base.id.clone())));
    let orphan = make(vec![base.clone(), leaf.clone()]);
    assert_eq!(orphan, Err(AccountError::Orphan(leaf.id.clone())));
    let circle = Subscription { parent: Some(leaf.id.clone()), ..base.clone() };
    let circle = make(vec![circle, add_on.clone(), leaf.clone()]);
    assert!(matches!(circle, Err(AccountError::Orphan(_))), "{circle:?}");

    let mut ahead = Tree::at("2018-06-01");
    ahead.story.suspends(&ahead.base).unwrap();
    let locked = ahead.story.the(&ahead.base).clone();
    let ahead = make(vec![locked, add_on.clone(), leaf]);
    assert_eq!(ahead, Err(AccountError::AheadOfParent(add_on.id)));
}
