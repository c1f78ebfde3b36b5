//! How long a suspended subscription can be reactivated (domain.md §3.4–3.6: S25, S26, S27,
//! W1–W17, A3–A9), and the policies by cloud and era.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use chrono::NaiveDate;
use subscription_rules::{
    Anchor, BillingCycle, BillingDay, Cloud, ExpiresOn, FreeDays, Policy, RetentionPolicy, Status,
    Subscription, SubscriptionId, Term, expires_on,
};
use support::{Desk, Story, at, billing_day, customer, day, name, offers, told};

/// How the subscription of an example came about.
#[derive(Clone, Copy)]
enum Bought {
    /// Monthly, by a partner billed on this day.
    Monthly(u8),
    Annual,
    /// By an import, first paid as the row says.
    Imported,
}

use Bought::{Annual, Imported, Monthly};

/// Example, how, opened, first paid, gap, window, suspended, expires on.
type Example =
    (&'static str, Bought, &'static str, &'static str, i64, u16, &'static str, &'static str);

/// domain.md §3.5, in its order.
#[rustfmt::skip]
const EXAMPLES: &[Example] = &[
    ("W1",  Monthly(15), "2018-02-01", "2018-02-15",  14, 104, "2018-04-18", "2018-07-31"),
    ("W2",  Monthly(25), "2018-02-01", "2018-02-25",  24, 114, "2018-04-18", "2018-08-10"),
    ("W3",  Monthly(1),  "2018-06-01", "2018-06-01",   0,  90, "2018-06-20", "2018-09-18"),
    ("W4",  Monthly(15), "2018-05-29", "2018-06-01",   3,  93, "2018-07-10", "2018-10-11"),
    ("W5",  Annual,      "2017-10-29", "2017-10-29",   0,  90, "2018-03-01", "2018-05-30"),
    ("W6",  Monthly(10), "2017-01-25", "2017-02-10",  16, 106, "2017-06-01", "2017-09-15"),
    ("W7",  Monthly(15), "2017-07-16", "2017-08-15",  30, 120, "2017-12-03", "2018-04-02"),
    ("W8",  Imported,    "2017-01-10", "2017-06-15", 156, 120, "2017-09-01", "2017-12-30"),
    ("W9",  Monthly(1),  "2015-12-01", "2015-12-01",   0,  90, "2015-12-01", "2016-02-29"),
    ("W10", Monthly(1),  "2016-12-01", "2016-12-01",   0,  90, "2016-12-01", "2017-03-01"),
    ("W11", Monthly(15), "2019-08-30", "2019-09-01",   2,  92, "2019-11-30", "2020-03-01"),
    ("W12", Monthly(1),  "2018-01-31", "2018-02-01",   1,  91, "2018-11-30", "2019-03-01"),
    ("W13", Imported,    "2017-12-20", "2017-12-15",  -5,  90, "2018-01-01", "2018-04-01"),
];

/// The story of an example up to its suspension.
fn bought(how: Bought, opened: &str, paid: &str) -> (Story, SubscriptionId) {
    let mut desk = Desk::new();
    let cycle = if matches!(how, Annual) { BillingCycle::Annual } else { BillingCycle::Monthly };
    if let Monthly(day) = how {
        desk.partner.billing_day = billing_day(day);
    }
    let mut story = Story::of(desk, customer(), opened);
    let id = story.buys(offers::E1, cycle, 1);
    if matches!(how, Imported) {
        let mut row = story.the(&id).clone();
        let as_bought = row.term;
        row.term = imported(&as_bought, day(opened), day(paid));
        story.imports(row);
    }
    (story, id)
}

fn imported(like: &Term, opened: NaiveDate, paid: NaiveDate) -> Term {
    let Term::Paid { cycle, .. } = *like else { panic!("a paid term") };
    Term::Paid {
        cycle,
        anchor_on: paid,
        ends_on: paid + chrono::Months::new(12),
        free_days: FreeDays::between(opened, paid),
        auto_renews: true,
    }
}

/// S25, S26, S27, W1–W13: gap, window and the date shown as soon as Suspended is chosen.
#[test]
fn the_worked_examples() {
    for &(example, how, opened, paid, gap, window, suspended, expires) in EXAMPLES {
        let (mut story, id) = bought(how, opened, paid);
        let held = story.the(&id).clone();
        let Term::Paid { anchor_on, free_days, .. } = held.term else { panic!("{example}") };
        assert_eq!(anchor_on, day(paid), "{example}: first paid period");
        assert_eq!(
            anchor_on.signed_duration_since(day(opened)).num_days(),
            gap,
            "{example}: the gap the table gives"
        );
        let shown = story.desk.policy.retention.window(free_days);
        assert_eq!(shown, window, "{example}: window");

        story.goes_to(suspended);
        let before = story.account.would_expire_on(&held, day(suspended), &story.desk.policy);
        let told = story.suspends(&id).unwrap().effects.expires_on;
        for shown in [Some(before), told, story.expires_on(&id)] {
            assert_eq!(shown, Some(ExpiresOn(day(expires))), "{example}: expires on");
        }
    }
}

/// S26, W8, W13: the extra lies between 0 and 30 days, so the window between 90 and 120.
#[test]
fn the_extra_is_clamped() {
    let opened = day("2018-01-01");
    for (gap, free, window) in [
        (-400, 0, 90),
        (-1, 0, 90),
        (0, 0, 90),
        (1, 1, 91),
        (30, 30, 120),
        (31, 30, 120),
        (900, 30, 120),
    ] {
        let extra = FreeDays::between(opened, opened + chrono::Duration::days(gap));
        assert_eq!(extra.get(), free, "gap {gap}");
        assert_eq!(RetentionPolicy::NINETY.window(extra), window, "gap {gap}");
        assert_eq!(RetentionPolicy::SIXTY.window(extra), 60, "gap {gap}");
    }
}

/// W14, A7: the UTC day of the click counts, whatever the partner's own calendar says.
#[test]
fn a_time_zone_never_moves_the_date() {
    for (whose, clicked, expires) in [
        ("Rome, Sunday 25 March 00:30", "2018-03-24T23:30:00Z", "2018-06-22"),
        ("Los Angeles, 24 March 18:00", "2018-03-25T01:00:00Z", "2018-06-23"),
        ("the first instant of a day", "2018-03-25T00:00:00Z", "2018-06-23"),
        ("the last second of a day", "2018-03-24T23:59:59Z", "2018-06-22"),
    ] {
        let (mut story, id) = bought(Annual, "2018-01-10", "2018-01-10");
        story.goes_to(clicked);
        story.suspends(&id).unwrap();
        assert_eq!(story.expires_on(&id), Some(ExpiresOn(day(expires))), "{whose}");
    }
}

/// W15, S25, A6: the last day counts to 24:00 UTC; then the window is closed although nothing ran.
#[test]
fn the_last_day_counts_whole() {
    for (when, outcome, status) in [
        ("2018-06-22T00:00:00Z", "ok", Status::Active),
        ("2018-06-22T23:59:59Z", "ok", Status::Active),
        ("2018-06-22T23:59:59.999999999Z", "ok", Status::Active),
        ("2018-06-23T00:00:00Z", "WINDOW_CLOSED", Status::Deleted),
        ("2018-06-23T00:00:01Z", "WINDOW_CLOSED", Status::Deleted),
    ] {
        let (mut story, id) = bought(Annual, "2018-01-10", "2018-01-10");
        story.goes_to("2018-03-24");
        story.suspends(&id).unwrap();
        assert_eq!(story.expires_on(&id), Some(ExpiresOn(day("2018-06-22"))));
        story.goes_to(when);
        assert_eq!(support::outcome(&story.reactivates(&id)), outcome, "{when}");
        assert_eq!(story.status(&id), status, "{when}");
    }
}

/// W15: the refusal names the last day on which it would have worked.
#[test]
fn the_closed_window_tells_its_last_day() {
    let (mut story, id) = bought(Annual, "2018-01-10", "2018-01-10");
    story.goes_to("2018-03-24");
    story.suspends(&id).unwrap();
    story.goes_to("2018-07-01");
    let refusal = story.reactivates(&id).unwrap_err();
    assert_eq!(name(&refusal), "WINDOW_CLOSED");
    assert_eq!(told(&refusal).1["lastDay"], "2018-06-22");
}

/// W16: a second suspension has a new, full window with the same extra.
#[test]
fn a_second_suspension_starts_a_new_window() {
    let (mut story, id) = bought(Monthly(15), "2018-02-01", "2018-02-15");
    story.goes_to("2018-04-18");
    story.suspends(&id).unwrap();
    assert_eq!(story.expires_on(&id), Some(ExpiresOn(day("2018-07-31"))));
    story.goes_to("2018-05-01");
    story.reactivates(&id).unwrap();
    assert_eq!(story.expires_on(&id), None);
    story.goes_to("2018-05-10");
    story.suspends(&id).unwrap();
    // 10 May and 104 days.
    assert_eq!(story.expires_on(&id), Some(ExpiresOn(day("2018-08-22"))));
}

/// S26, §8 item 4: the extra stays for life, also when renewals have hidden the first paid period.
#[test]
fn the_extra_survives_renewals() {
    let (mut story, id) = bought(Monthly(15), "2018-02-01", "2018-02-15");
    story.goes_to("2021-04-18");
    story.suspends(&id).unwrap();
    // 18 April and 104 days, as in W1.
    assert_eq!(story.expires_on(&id), Some(ExpiresOn(day("2021-07-31"))));
}

fn w17(term_cuts_window: bool) -> (Story, SubscriptionId) {
    let (mut story, id) = bought(Monthly(1), "2017-08-01", "2017-08-01");
    story.desk.policy.term_cuts_window = term_cuts_window;
    assert_eq!(story.the(&id).term.ends_on(), Some(day("2018-08-01")));
    story.goes_to("2018-07-10");
    story.suspends(&id).unwrap();
    (story, id)
}

/// W17, A9: the end of the term does not shorten the window; the reading of 2023 is a switch.
#[test]
fn the_window_outlives_the_term() {
    let (story, id) = w17(false);
    assert_eq!(story.expires_on(&id), Some(ExpiresOn(day("2018-10-08"))));
    let (mut story, id) = w17(true);
    assert_eq!(story.expires_on(&id), Some(ExpiresOn(day("2018-07-31"))), "last day of the term");
    story.goes_to("2018-08-01T00:00:00Z");
    assert_eq!(story.status(&id), Status::Deleted);
}

/// S24, §8 item 5: pressing Suspend again, or cancelling, moves no date.
#[test]
fn pressing_suspended_twice_moves_nothing() {
    let (mut story, id) = bought(Monthly(15), "2018-02-01", "2018-02-15");
    story.goes_to("2018-04-18");
    story.suspends(&id).unwrap();
    let suspended: Subscription = story.the(&id).clone();
    story.goes_to("2018-05-18");
    let again = story.suspends(&id).unwrap();
    assert!(again.is_nothing() && again.facts.is_empty(), "{again:?}");
    assert_eq!(again.effects.expires_on, Some(ExpiresOn(day("2018-07-31"))));
    assert_eq!(story.the(&id), &suspended);
    story.cancels(&id).unwrap();
    assert_eq!(story.expires_on(&id), Some(ExpiresOn(day("2018-07-31"))));
}

/// S26, A3: with the customer as anchor the cap really bites.
#[test]
fn counted_from_the_customer_the_cap_bites() {
    let (mut story, id) = bought(Monthly(15), "2018-02-01", "2018-02-15");
    story.desk.policy.anchor = Anchor::Customer;
    story.goes_to("2018-04-18");
    story.suspends(&id).unwrap();
    // The customer of 2015 gives far more than 30 days: 18 April and 120 days.
    assert_eq!(story.expires_on(&id), Some(ExpiresOn(day("2018-08-16"))));
}

/// S1, S25, S26, §3.4: 60 days before mid-2017 and in China, 90 to 120 since.
#[test]
fn the_window_by_cloud_and_era() {
    use Cloud::{China, Commercial, Germany, UsGovernment};
    for (cloud, on, base, longest) in [
        (Commercial, "2016-12-15", 60, 60),
        (Commercial, "2017-01-15", 60, 60),
        (Germany, "2017-01-15", 60, 60),
        (Commercial, "2017-07-18", 90, 120),
        (Germany, "2017-07-18", 90, 120),
        (UsGovernment, "2017-07-18", 90, 120),
        (Commercial, "2018-04-08", 90, 120),
        (UsGovernment, "2018-04-08", 90, 120),
        (Germany, "2018-04-08", 90, 120),
        (China, "2018-04-08", 60, 60),
        (China, "2019-06-01", 60, 60),
    ] {
        let policy = Policy::of(cloud, day(on));
        let expected = RetentionPolicy { base_days: base, longest_days: longest };
        assert_eq!(policy.retention, expected, "{cloud:?} {on}");
        assert_eq!(Policy { retention: Policy::OF_2018.retention, ..policy }, Policy::OF_2018);
    }
}

/// §3.4: 60 days and no extra in China, whatever the free period was.
#[test]
fn china_has_sixty_days_and_no_extra() {
    let free = FreeDays::between(day("2018-02-01"), day("2018-02-15"));
    let until = expires_on(day("2018-04-18"), free, RetentionPolicy::SIXTY);
    assert_eq!(until, ExpiresOn(day("2018-06-17")));
}

/// S27: the days left, 0 on the last day itself.
#[test]
fn the_days_left() {
    let until = ExpiresOn(day("2018-06-22"));
    for (now, left) in [
        ("2018-03-24T23:30:00Z", 90),
        ("2018-06-21T00:00:00Z", 1),
        ("2018-06-21T23:59:59Z", 1),
        ("2018-06-22T00:00:00Z", 0),
        ("2018-06-22T23:59:59Z", 0),
        ("2018-06-23T00:00:00Z", -1),
    ] {
        assert_eq!(until.days_left(at(now)), left, "{now}");
    }
    assert_eq!(until.ends_at(), at("2018-06-23T00:00:00Z"));
}

/// §1.2: what was bought when is first paid and renewed when. The 29th to 31st wait for the 1st,
/// but only for monthly subscriptions since the alignment of 2018-02-21.
#[test]
fn the_dates_of_a_term() {
    use BillingCycle as Cycle;
    #[rustfmt::skip]
    let rows = [
        // Before the alignment: from the partner's next billing date.
        ("2018-01-16", Cycle::Monthly, 15, "2018-02-15", "2019-02-15", 30),
        ("2018-02-15", Cycle::Monthly, 15, "2018-02-15", "2019-02-15", 0),
        ("2018-02-20", Cycle::Monthly, 15, "2018-03-15", "2019-03-15", 23),
        ("2017-12-31", Cycle::Monthly,  1, "2018-01-01", "2019-01-01", 1),
        ("2018-01-29", Cycle::Monthly, 30, "2018-01-30", "2019-01-30", 1),
        // Since: from the purchase.
        ("2018-02-21", Cycle::Monthly, 15, "2018-02-21", "2019-02-21", 0),
        ("2018-02-28", Cycle::Monthly, 15, "2018-02-28", "2019-02-28", 0),
        ("2018-05-28", Cycle::Monthly, 15, "2018-05-28", "2019-05-28", 0),
        ("2018-05-29", Cycle::Monthly, 15, "2018-06-01", "2019-06-01", 3),
        ("2018-05-30", Cycle::Monthly, 15, "2018-06-01", "2019-06-01", 2),
        ("2018-05-31", Cycle::Monthly, 15, "2018-06-01", "2019-06-01", 1),
        ("2018-12-31", Cycle::Monthly, 15, "2019-01-01", "2020-01-01", 1),
        ("2020-02-29", Cycle::Monthly, 15, "2020-03-01", "2021-03-01", 1),
        // Annual: never a free period.
        ("2017-10-29", Cycle::Annual,  15, "2017-10-29", "2018-10-29", 0),
        ("2018-05-31", Cycle::Annual,  15, "2018-05-31", "2019-05-31", 0),
        ("2020-02-29", Cycle::Annual,  15, "2020-02-29", "2021-02-28", 0),
    ];
    for (bought, cycle, billing, paid, renewal, free) in rows {
        let mut desk = Desk::new();
        desk.partner.billing_day = BillingDay::try_from(billing).unwrap();
        let mut story = Story::of(desk, customer(), bought);
        let id = story.buys(offers::E1, cycle, 1);
        let Term::Paid { anchor_on, ends_on, free_days, auto_renews, .. } = story.the(&id).term
        else {
            panic!("{bought}: a paid term")
        };
        assert_eq!(anchor_on, day(paid), "{bought} {cycle:?}: paid from");
        assert_eq!(ends_on, day(renewal), "{bought} {cycle:?}: renews on");
        assert_eq!(free_days.get(), free, "{bought} {cycle:?}: free days");
        assert!(auto_renews, "{bought} {cycle:?}");
        assert_eq!(story.the(&id).opened_on, day(bought));
    }
}
