//! What time brings (domain.md §3.2: T8, T10, T11; §3.1, A8, A9, W15): the date decides, not a job.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use subscription_rules::{
    BillingCycle, CustomerAccount, DeletedBecause, Event, Relationship, State, Status,
    SubscriptionId, Trigger, account_at, next_due,
};
use support::{Story, Tree, at, day, offers, outcome};

const MONTHLY: BillingCycle = BillingCycle::Monthly;
const ANNUAL: BillingCycle = BillingCycle::Annual;

/// T10, §3.1, §1.2: terms renew at paid start + 12·n months, counted from the first paid start, so
/// that 29 February returns in leap years.
#[test]
fn terms_renew_year_by_year() {
    for (cycle, bought, seen, renewals, ends) in [
        (MONTHLY, "2018-06-01", "2019-05-31T23:59:59Z", 0, "2019-06-01"),
        (MONTHLY, "2018-06-01", "2019-06-01T00:00:00Z", 1, "2020-06-01"),
        (MONTHLY, "2018-06-01", "2023-06-01T00:00:00Z", 5, "2024-06-01"),
        (MONTHLY, "2018-05-30", "2019-06-01T00:00:00Z", 1, "2020-06-01"),
        (MONTHLY, "2018-02-01", "2019-02-14T23:59:59Z", 0, "2019-02-15"),
        (MONTHLY, "2018-02-01", "2019-02-15T00:00:00Z", 1, "2020-02-15"),
        (ANNUAL, "2020-02-29", "2021-02-28T00:00:00Z", 1, "2022-02-28"),
        (ANNUAL, "2020-02-29", "2023-02-27T23:59:59Z", 2, "2023-02-28"),
        (ANNUAL, "2020-02-29", "2023-02-28T00:00:00Z", 3, "2024-02-29"),
        (ANNUAL, "2020-02-29", "2024-02-28T23:59:59Z", 3, "2024-02-29"),
        (ANNUAL, "2020-02-29", "2024-02-29T00:00:00Z", 4, "2025-02-28"),
    ] {
        let mut story = Story::at(bought);
        let id = story.buys(offers::E1, cycle, 1);
        let (after, facts) = account_at(&story.account, at(seen), &story.desk.policy);
        assert_eq!(facts.len(), renewals, "{bought} {seen}");
        assert!(facts.iter().all(|fact| matches!(fact.event, Event::Renewed { .. })));
        let held = after.get(&id).unwrap();
        assert_eq!(held.term.ends_on(), Some(day(ends)), "{bought} {seen}");
        assert_eq!(held.status(), Status::Active);
        assert_eq!(held.quantity.get(), 1);
    }
}

/// T10: the log names each new term by its first day and its exclusive end, at its instant.
#[test]
fn each_renewal_is_logged() {
    let mut story = Story::at("2018-06-01");
    let id = story.buys(offers::E1, MONTHLY, 1);
    let (_, facts) = account_at(&story.account, at("2020-06-02"), &story.desk.policy);
    let expected = [("2019-06-01", "2020-06-01"), ("2020-06-01", "2021-06-01")];
    for (fact, (from, to)) in facts.iter().zip(expected) {
        assert_eq!(fact.event, Event::Renewed { from: day(from), to: day(to) });
        assert_eq!(
            (fact.at, fact.subscription.as_ref()),
            (at(&format!("{from}T00:00:00Z")), Some(&id))
        );
    }
    assert_eq!(facts.len(), 2);
}

/// How one ended and at which instant.
fn ended(story: &Story, id: &SubscriptionId) -> Option<(DeletedBecause, String)> {
    match &story.the(id).state {
        State::Deleted(gone) => Some((gone.because, gone.at.format("%FT%TZ").to_string())),
        _ => None,
    }
}

/// T8, T11, W15, A8: the last second, the first instant after it, and years later: the same end.
#[test]
fn each_end_has_its_instant() {
    use DeletedBecause::{TermEnded, TrialEnded, WindowEnded};
    for (what, offer, cycle, suspended, instant, because) in [
        ("T8", offers::E3, ANNUAL, Some("2018-06-10"), "2018-09-09T00:00:00Z", WindowEnded),
        ("T11, retired offer", offers::E4, MONTHLY, None, "2019-06-01T00:00:00Z", TermEnded),
        (
            "T11, trial",
            offers::E3_TRIAL,
            BillingCycle::None,
            None,
            "2018-07-02T00:00:00Z",
            TrialEnded,
        ),
    ] {
        let start = || {
            let mut story = Story::at("2018-06-01");
            let count = if offer == offers::E3_TRIAL { 25 } else { 1 };
            let id = story.buys(offer, cycle, count);
            if let Some(when) = suspended {
                story.goes_to(when);
                story.suspends(&id).unwrap();
            }
            (story, id)
        };
        let (mut story, id) = start();
        story.comes_to(at(instant) - chrono::Duration::nanoseconds(1));
        assert_eq!(ended(&story, &id), None, "{what}: the last moment");
        for seen in [instant, "2031-01-01T00:00:00Z"] {
            let (mut story, id) = start();
            story.goes_to(seen);
            assert_eq!(ended(&story, &id), Some((because, instant.to_owned())), "{what} at {seen}");
        }
    }
}

/// T11, §1.2: a retired offer shows "Expires on" its last day.
#[test]
fn a_retired_offer_expires_on_its_last_day() {
    let mut story = Story::at("2018-06-01");
    let id = story.buys(offers::E4, MONTHLY, 1);
    let held = story.the(&id);
    assert!(!held.term.auto_renews());
    assert_eq!(held.term.last_day(), Some(day("2019-05-31")));
    assert_eq!(story.account.next_expiry(&story.desk.policy), Some(day("2019-05-31")));
}

/// §3.1, §4.1: usage has no end and no renewal.
#[test]
fn usage_runs_on() {
    let mut story = Story::at("2018-06-01");
    let id = story.buys(offers::AZURE, MONTHLY, 1);
    assert_eq!(story.account.next_expiry(&story.desk.policy), None);
    story.goes_to("2031-01-01");
    assert_eq!(story.status(&id), Status::Active);
    assert_eq!(story.the(&id).term.ends_on(), None);
    story.suspends(&id).unwrap();
    story.goes_to("2031-04-02T00:00:00Z");
    assert_eq!(ended(&story, &id).unwrap().0, DeletedBecause::WindowEnded);
}

/// A9, W17: no renewal while suspended; reactivated after the old renewal date, the next term
/// starts from that date.
#[test]
fn a_term_that_ends_while_suspended() {
    for (back, ends) in [("2018-07-20", "2018-08-01"), ("2018-08-20", "2019-08-01")] {
        let mut story = Story::at("2017-08-01");
        story.desk.partner.billing_day = support::billing_day(1);
        let id = story.buys(offers::E1, MONTHLY, 1);
        story.goes_to("2018-07-10");
        story.suspends(&id).unwrap();
        let (after, facts) = account_at(&story.account, at(back), &story.desk.policy);
        assert_eq!((&after, facts.len()), (&story.account, 0), "nothing renews: {back}");
        story.goes_to(back);
        story.reactivates(&id).unwrap();
        assert_eq!(story.the(&id).term.ends_on(), Some(day(ends)), "{back}");
        assert_eq!(next_due(&story.account, &story.desk.policy).unwrap().trigger, Trigger::Renew);
    }
}

/// A9, T11: the window outlives a term that does not renew, but there is no term to come back to.
#[test]
fn nothing_to_come_back_to() {
    for (back, expected) in [("2019-05-31", "ok"), ("2019-06-01", "WINDOW_CLOSED")] {
        let mut story = Story::at("2018-06-01");
        let id = story.buys(offers::E4, MONTHLY, 1);
        story.goes_to("2019-05-20");
        let window = story.suspends(&id).unwrap().effects.expires_on.unwrap();
        let last = story.account.get(&id).unwrap().back_until(window);
        assert_eq!(last.0, day("2019-05-31"), "the day that is told (A6)");
        story.goes_to(back);
        assert_eq!(story.status(&id), Status::Suspended);
        assert_eq!(outcome(&story.reactivates(&id)), expected, "{back}");
    }
}

/// S27, A9: the date under the button is the day the data goes, and a term's end does not shorten
/// it, not even of a retired offer.
#[test]
fn the_window_of_a_retired_offer_is_as_long_as_any() {
    let mut story = Story::at("2018-06-01");
    let id = story.buys(offers::E4, MONTHLY, 1);
    story.goes_to("2019-05-20");
    let shown = story.suspends(&id).unwrap().effects.expires_on.unwrap();
    assert_eq!(shown.0, day("2019-08-18"), "90 days after 20 May");
    story.comes_to(shown.ends_at() - chrono::Duration::seconds(1));
    assert_eq!(story.status(&id), Status::Suspended, "administrators still reach the data");
}

/// design.md §3: oldest first; at one instant a base before its add-ons, so that theirs is the end
/// of a parent.
#[test]
fn what_is_due_comes_in_order() {
    let mut tree = Tree::at("2018-06-01");
    let trial = tree.story.buys(offers::CE_TRIAL, BillingCycle::None, 25);
    let retired = tree.story.buys(offers::E4, MONTHLY, 1);
    tree.story.goes_to("2018-06-05");
    tree.story.suspends(&tree.base).unwrap();
    let due = next_due(&tree.story.account, &tree.story.desk.policy).unwrap();
    assert_eq!((due.subscription, due.trigger), (trial.clone(), Trigger::TermEnds));
    assert_eq!(due.at, at("2018-07-02T00:00:00Z"));
    let (after, facts) = account_at(&tree.story.account, at("2020-01-01"), &tree.story.desk.policy);
    let order: Vec<_> = facts.iter().map(|fact| fact.subscription.clone().unwrap()).collect();
    assert_eq!(order, [trial, tree.base, tree.add_on, tree.leaf, retired]);
    assert!(facts.is_sorted_by_key(|fact| fact.at));
    assert_eq!(after.count(Status::Deleted), 5);
    assert_eq!(next_due(&after, &tree.story.desk.policy), None);
}

/// design.md §3: at one instant the base goes first, however the rows are ordered.
#[test]
fn the_order_of_the_rows_does_not_matter() {
    use DeletedBecause::{ParentDeleted, WindowEnded};
    let mut tree = Tree::at("2018-06-01");
    tree.story.suspends(&tree.base).unwrap();
    let mut rows = tree.story.account.subscriptions().cloned().collect::<Vec<_>>();
    rows.reverse();
    let customer = tree.story.account.customer().clone();
    tree.story.account = CustomerAccount::new(customer, rows).unwrap();
    tree.story.goes_to("2019-01-01");
    let why = [&tree.base, &tree.add_on, &tree.leaf].map(|id| ended(&tree.story, id).unwrap().0);
    assert_eq!(why, [WindowEnded, ParentDeleted, ParentDeleted]);
}

/// design.md §3: looking twice is looking once, at any pace.
#[test]
fn time_in_steps_is_time_at_once() {
    let mut tree = Tree::at("2018-06-01");
    tree.story.suspends(&tree.add_on).unwrap();
    let at_once = account_at(&tree.story.account, at("2022-01-01"), &tree.story.desk.policy);
    let (mut account, mut facts) = (tree.story.account.clone(), Vec::new());
    for year in 2018..=2022 {
        for month in 1..=12 {
            let step = at(&format!("{year}-{month:02}-01"));
            if step > at("2022-01-01") || step < tree.story.now {
                continue;
            }
            let (next, new) = account_at(&account, step, &tree.story.desk.policy);
            account = next;
            facts.extend(new);
        }
    }
    assert_eq!((account, facts), at_once);
}

/// §2.7 `ACTIVE_SUBSCRIPTIONS_REMAIN`, §8 item 19: what time has ended does not hold a customer.
#[test]
fn a_relationship_ends_when_nothing_is_active() {
    let mut story = Story::at("2018-06-01");
    let id = story.buys(offers::E4, MONTHLY, 1);
    let remove = |story: &Story| {
        outcome(&subscription_rules::remove_relationship(&story.context(), &story.account))
    };
    assert_eq!(remove(&story), "ACTIVE_SUBSCRIPTIONS_REMAIN");
    story.suspends(&id).unwrap();
    assert_eq!(remove(&story), "ok");
    story.reactivates(&id).unwrap();
    story.goes_to("2019-06-01T00:00:00Z");
    assert_eq!(remove(&story), "ok");
    let removed = subscription_rules::remove_relationship(&story.context(), &story.account);
    story.keeps(removed).unwrap();
    assert_eq!(story.account.customer().relationship, Relationship::None);
}

/// What renews by itself is not lost, so the next day to act on is that of the suspended one.
#[test]
fn what_renews_by_itself_is_no_day_to_act_on() {
    let mut story = Story::at("2018-06-01");
    story.buys(offers::E1, MONTHLY, 1);
    assert_eq!(story.account.next_expiry(&story.desk.policy), None);
    let other = story.buys(offers::E1, ANNUAL, 1);
    story.suspends(&other).unwrap();
    assert_eq!(story.account.next_expiry(&story.desk.policy), Some(day("2018-08-30")));
}
