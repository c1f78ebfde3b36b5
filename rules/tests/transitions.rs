//! The states and every move between them (domain.md §3.2: T3–T11, S20, S24, S28): the table by
//! hand, and each (status × action × role) through the commands.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use subscription_rules::{
    Action, BillingCycle, Change, DeletedBecause, Nickname, Refusal, Role, Status, SubscriptionId,
    TRANSITIONS, Trigger, choices, rename,
};
use support::{Story, name, offers, outcome};

use Status::{Active, Deleted, Suspended};

/// domain.md §3.2 with its paragraph on idempotence: from what, by what, to what.
const TABLE: &[(&str, Status, Trigger, Status)] = &[
    ("T3", Active, Trigger::ChangeQuantity, Active),
    ("T4", Active, Trigger::BuyAddOn, Active),
    ("T5", Active, Trigger::Convert, Active),
    ("T6", Active, Trigger::Suspend, Suspended),
    ("T7", Suspended, Trigger::Reactivate, Active),
    ("T8", Suspended, Trigger::WindowEnds, Deleted),
    ("T9", Active, Trigger::Cancel, Suspended),
    ("T9", Suspended, Trigger::Cancel, Suspended),
    ("T10", Active, Trigger::Renew, Active),
    ("T11", Active, Trigger::TermEnds, Deleted),
    ("idempotence", Suspended, Trigger::Suspend, Suspended),
    ("idempotence", Active, Trigger::Reactivate, Active),
];

/// T3–T11: the code's table is that of domain.md, no row more, none twice.
#[test]
fn the_moves_are_those_of_the_table() {
    for &(number, from, by, to) in TABLE {
        let count = TRANSITIONS.iter().filter(|row| **row == (from, by, to)).count();
        assert_eq!(count, 1, "{number}: {from} by {by:?}");
    }
    assert_eq!(TRANSITIONS.len(), TABLE.len());
}

/// T3–T11: every pair of status and trigger leads where the table says, or nowhere.
#[test]
fn every_pair_leads_somewhere_or_nowhere() {
    for from in Status::ALL {
        for by in Trigger::ALL {
            let row = TABLE.iter().find(|row| (row.1, row.2) == (from, by));
            match (from.after(by), row) {
                (Ok(to), Some(row)) => assert_eq!(to, row.3, "{from} by {by:?}"),
                (Err(_), None) => {}
                (got, _) => panic!("{from} by {by:?} gave {got:?}"),
            }
        }
    }
}

/// §3.1: deleted is final.
#[test]
fn nothing_leaves_deleted() {
    for by in Trigger::ALL {
        assert_eq!(Deleted.after(by), Err(Refusal::SubscriptionDeleted), "{by:?}");
    }
}

const OK: &str = "ok";
/// Accepted, and nothing changes.
const SAME: &str = "unchanged";
const NO: &str = "ROLE_NOT_ALLOWED";
const GONE: &str = "SUBSCRIPTION_DELETED";
const CLOSED: &str = "WINDOW_CLOSED";
const LOCKED: &str = "QUANTITY_LOCKED_WHILE_SUSPENDED";
const PARENT: &str = "PARENT_NOT_ACTIVE";
const INACTIVE: &str = "SUBSCRIPTION_NOT_ACTIVE";
const FIXED: &str = "SEATS_NOT_UPDATABLE";
const NONE: &str = "CONVERSIONS_NOT_FOUND";

/// What the subscription of a cell is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Paid,
    Trial,
}

use Kind::{Paid, Trial};

/// domain.md §3.2 by §1.7. Columns as in the matrix: global admin, admin agent, sales agent,
/// helpdesk agent, billing admin, user management admin. A deleted one ended with its window.
#[rustfmt::skip]
const CELLS: &[(Kind, Status, Action, [&str; 6])] = &[
    (Paid,  Active,    Action::EditQuantity, [OK,     OK,     OK,     NO,   NO, NO]),
    (Paid,  Active,    Action::Rename,       [OK,     OK,     OK,     OK,   NO, NO]),
    (Paid,  Active,    Action::Suspend,      [OK,     OK,     OK,     NO,   NO, NO]),
    (Paid,  Active,    Action::Reactivate,   [SAME,   SAME,   SAME,   NO,   NO, NO]),
    (Paid,  Active,    Action::Cancel,       [OK,     OK,     NO,     NO,   NO, NO]),
    (Paid,  Active,    Action::Convert,      [NONE,   NONE,   NONE,   NO,   NO, NO]),
    (Paid,  Active,    Action::AddAddOn,     [OK,     OK,     OK,     NO,   NO, NO]),
    (Paid,  Suspended, Action::EditQuantity, [LOCKED, LOCKED, LOCKED, NO,   NO, NO]),
    (Paid,  Suspended, Action::Rename,       [OK,     OK,     OK,     OK,   NO, NO]),
    (Paid,  Suspended, Action::Suspend,      [SAME,   SAME,   SAME,   NO,   NO, NO]),
    (Paid,  Suspended, Action::Reactivate,   [OK,     OK,     OK,     NO,   NO, NO]),
    (Paid,  Suspended, Action::Cancel,       [OK,     OK,     NO,     NO,   NO, NO]),
    (Paid,  Suspended, Action::Convert,      [INACTIVE, INACTIVE, INACTIVE, NO, NO, NO]),
    (Paid,  Suspended, Action::AddAddOn,     [PARENT, PARENT, PARENT, NO,   NO, NO]),
    (Paid,  Deleted,   Action::EditQuantity, [GONE,   GONE,   GONE,   NO,   NO, NO]),
    (Paid,  Deleted,   Action::Rename,       [GONE,   GONE,   GONE,   GONE, NO, NO]),
    (Paid,  Deleted,   Action::Suspend,      [GONE,   GONE,   GONE,   NO,   NO, NO]),
    (Paid,  Deleted,   Action::Reactivate,   [CLOSED, CLOSED, CLOSED, NO,   NO, NO]),
    (Paid,  Deleted,   Action::Cancel,       [GONE,   GONE,   NO,     NO,   NO, NO]),
    (Paid,  Deleted,   Action::Convert,      [GONE,   GONE,   GONE,   NO,   NO, NO]),
    (Paid,  Deleted,   Action::AddAddOn,     [GONE,   GONE,   GONE,   NO,   NO, NO]),
    (Trial, Active,    Action::EditQuantity, [FIXED,  FIXED,  FIXED,  NO,   NO, NO]),
    (Trial, Active,    Action::Rename,       [OK,     OK,     OK,     OK,   NO, NO]),
    (Trial, Active,    Action::Suspend,      [OK,     OK,     OK,     NO,   NO, NO]),
    (Trial, Active,    Action::Reactivate,   [SAME,   SAME,   SAME,   NO,   NO, NO]),
    (Trial, Active,    Action::Cancel,       [OK,     OK,     NO,     NO,   NO, NO]),
    (Trial, Active,    Action::Convert,      [OK,     OK,     OK,     NO,   NO, NO]),
    (Trial, Active,    Action::AddAddOn,     [OK,     OK,     OK,     NO,   NO, NO]),
    (Trial, Suspended, Action::EditQuantity, [LOCKED, LOCKED, LOCKED, NO,   NO, NO]),
    (Trial, Suspended, Action::Rename,       [OK,     OK,     OK,     OK,   NO, NO]),
    (Trial, Suspended, Action::Suspend,      [SAME,   SAME,   SAME,   NO,   NO, NO]),
    (Trial, Suspended, Action::Reactivate,   [OK,     OK,     OK,     NO,   NO, NO]),
    (Trial, Suspended, Action::Cancel,       [OK,     OK,     NO,     NO,   NO, NO]),
    (Trial, Suspended, Action::Convert,      [INACTIVE, INACTIVE, INACTIVE, NO, NO, NO]),
    (Trial, Suspended, Action::AddAddOn,     [PARENT, PARENT, PARENT, NO,   NO, NO]),
];

/// A paid E3 of 10 licenses or its trial, in the status asked for, seen by an admin agent.
fn in_status(kind: Kind, status: Status) -> (Story, SubscriptionId) {
    let mut story = Story::at("2018-06-01");
    let id = match kind {
        Paid => story.buys(offers::E3, BillingCycle::Monthly, 10),
        Trial => story.buys(offers::E3_TRIAL, BillingCycle::None, 25),
    };
    if status != Active {
        story.suspends(&id).unwrap();
    }
    if status == Deleted {
        story.goes_to("2018-12-01");
    }
    assert_eq!(story.status(&id), status);
    (story, id)
}

/// The one place that calls the commands.
fn does(story: &mut Story, id: &SubscriptionId, action: Action) -> Result<Change, Refusal> {
    match action {
        Action::EditQuantity => story.sets_quantity(id, 12),
        Action::Rename => {
            let to = Nickname::parse("Head office").unwrap();
            let change = rename(&story.context(), &story.account, id, &to);
            story.keeps(change)
        }
        Action::Suspend => story.suspends(id),
        Action::Reactivate => story.reactivates(id),
        Action::Cancel => story.cancels(id),
        Action::Convert => story.converts(id, offers::E3, BillingCycle::Monthly, 12),
        Action::AddAddOn => story.orders_on(id, offers::PHONE, 1).map(|(_, change)| change),
    }
}

fn told(got: &Result<Change, Refusal>) -> String {
    match got {
        Ok(change) if change.is_nothing() => SAME.to_owned(),
        other => outcome(other),
    }
}

/// T3–T9, S20, S24, S28, §1.7: every cell, by the command itself.
#[test]
fn every_status_action_and_role() {
    for &(kind, status, action, expected) in CELLS {
        for (role, expected) in Role::ALL.into_iter().zip(expected) {
            let (mut story, id) = in_status(kind, status);
            story.desk.roles = role.into();
            let got = does(&mut story, &id, action);
            assert_eq!(told(&got), expected, "{kind:?} {status} {action:?} {role:?}");
        }
    }
    assert_eq!(CELLS.len(), (3 + 2) * Action::ALL.len(), "no action is forgotten");
}

/// What the screens offer agrees with what the commands do: an action is offered where it changes
/// something, and the reason given is the command's own.
#[test]
fn what_is_offered_is_what_works() {
    for &(kind, status, action, expected) in CELLS {
        for (role, expected) in Role::ALL.into_iter().zip(expected) {
            let (mut story, id) = in_status(kind, status);
            story.desk.roles = role.into();
            let offered = choices(&story.context(), &story.account, story.the(&id));
            assert_eq!(offered.iter().map(|each| each.0).collect::<Vec<_>>(), Action::ALL);
            let (_, got) = offered.into_iter().find(|each| each.0 == action).unwrap();
            let (got, cell) = (outcome(&got), format!("{kind:?} {status} {action:?} {role:?}"));
            match expected {
                SAME => assert_eq!(got, "STATUS_TRANSITION_NOT_ALLOWED", "{cell}"),
                // Suspended already: what the role may not do is not offered either.
                NO => assert_ne!(got, OK, "{cell}"),
                expected => assert_eq!(got, expected, "{cell}"),
            }
        }
    }
}

/// The words for a state in messages are those of the wire (§2.4).
#[test]
fn a_status_is_written_as_on_the_wire() {
    for (status, word) in [(Active, "active"), (Suspended, "suspended"), (Deleted, "deleted")] {
        assert_eq!(status.to_string(), word);
        assert_eq!(serde_json::to_value(status).unwrap(), word);
    }
}

/// What is so already is not offered again, and the reason names the move that is not possible.
#[test]
fn what_is_so_already_is_not_offered() {
    for (status, action, trigger) in [
        (Suspended, Action::Suspend, Trigger::Suspend),
        (Active, Action::Reactivate, Trigger::Reactivate),
    ] {
        let (story, id) = in_status(Paid, status);
        let offered = choices(&story.context(), &story.account, story.the(&id));
        let (_, got) = offered.into_iter().find(|each| each.0 == action).unwrap();
        assert_eq!(got, Err(Refusal::StatusTransitionNotAllowed { status, trigger }));
    }
}

/// §3.2 "Refusals to code for", §2.7: the names by which the wire and the screens know them.
#[test]
fn the_refusals_to_code_for() {
    let (mut story, suspended) = in_status(Paid, Suspended);
    assert_eq!(outcome(&story.sets_quantity(&suspended, 12)), LOCKED, "2001: T3 while suspended");

    let (mut story, deleted) = in_status(Paid, Deleted);
    for action in [Action::EditQuantity, Action::Rename, Action::Suspend, Action::Cancel] {
        let got = does(&mut story, &deleted, action);
        assert_eq!(outcome(&got), GONE, "2011: {action:?} of a deleted one");
    }

    let mut story = Story::at("2018-06-01");
    let base = story.buys(offers::E3, BillingCycle::Monthly, 10);
    let child = story.adds(&base, offers::PHONE);
    story.suspends(&base).unwrap();
    assert_eq!(outcome(&story.reactivates(&child)), PARENT, "27009: T7 under a suspended parent");

    for _ in 0..2 {
        story.buys(offers::BUSINESS_PREMIUM, BillingCycle::Monthly, 1);
    }
    for (number, offer, cycle, count, expected) in [
        (27006, offers::BUSINESS_PREMIUM, BillingCycle::Monthly, 1, "OFFER_USE_LIMIT_EXCEEDED"),
        (2002, offers::ACCOUNTANT, BillingCycle::Monthly, 2, "QUANTITY_OUT_OF_RANGE"),
        (6001, offers::MONTHLY_ONLY, BillingCycle::Annual, 1, "CYCLE_NOT_SUPPORTED_BY_OFFER"),
    ] {
        assert_eq!(outcome(&story.orders(offer, cycle, count)), expected, "{number}");
    }
}

/// §2.7 `SUBSCRIPTION_NOT_FOUND`: for every action.
#[test]
fn a_missing_subscription_is_told_as_such() {
    let (mut story, _) = in_status(Paid, Active);
    let unknown = support::subscription_id("nothing");
    for action in Action::ALL {
        let got = does(&mut story, &unknown, action);
        assert_eq!(outcome(&got), "SUBSCRIPTION_NOT_FOUND", "{action:?}");
    }
}

/// §3.2 idempotence, S24: suspend on suspended and reactivate on active change not a byte.
#[test]
fn asking_twice_changes_nothing() {
    for (status, action) in [(Suspended, Action::Suspend), (Active, Action::Reactivate)] {
        let (mut story, id) = in_status(Paid, status);
        let before = story.account.clone();
        story.goes_to("2018-07-01");
        let change = does(&mut story, &id, action).unwrap();
        assert!(change.is_nothing() && change.facts.is_empty(), "{status} {action:?}");
        assert_eq!(story.account, before, "{status} {action:?}");
    }
}

/// T3: the same number of licenses is no change; a change keeps everything else.
#[test]
fn a_quantity_is_all_that_changes() {
    let (mut story, id) = in_status(Paid, Active);
    assert!(story.sets_quantity(&id, 10).unwrap().is_nothing());
    let before = story.the(&id).clone();
    story.goes_to("2018-07-10");
    story.sets_quantity(&id, 12).unwrap();
    let mut after = story.the(&id).clone();
    assert_eq!((after.quantity.get(), after.revision), (12, before.revision + 1));
    (after.quantity, after.revision) = (before.quantity, before.revision);
    assert_eq!(after, before);
}

/// A20: fewer than users have is allowed, with the number they have.
#[test]
fn fewer_than_assigned_is_warned_of() {
    for (to, warned) in [(20, None), (8, None), (7, Some(8)), (1, Some(8))] {
        let (mut story, id) = in_status(Paid, Active);
        let mut row = story.the(&id).clone();
        row.assigned = Some(8);
        story.imports(row);
        let effects = story.sets_quantity(&id, to).unwrap().effects;
        assert_eq!(effects.assigned_above, warned, "{to}");
    }
}

/// T8, §2.7 `WINDOW_CLOSED`: only a window that ended is called closed; other ends are deleted.
#[test]
fn how_it_ended_decides_what_is_told() {
    let (mut story, id) = in_status(Paid, Deleted);
    let refusal = story.reactivates(&id).unwrap_err();
    assert!(
        matches!(
            refusal,
            Refusal::WindowClosed { because: DeletedBecause::WindowEnded, last_day }
                if last_day == support::day("2018-08-30")
        ),
        "{refusal:?}"
    );
    let mut story = Story::at("2018-06-01");
    let trial = story.buys(offers::E3_TRIAL, BillingCycle::None, 25);
    story.goes_to("2018-12-01");
    assert_eq!(name(&story.reactivates(&trial).unwrap_err()), GONE);
}
