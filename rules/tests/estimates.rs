//! What a change costs or brings (domain.md §1.2): the sources' examples with the figures of A17,
//! in both roundings, and the whole periods of A18.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use subscription_rules::{
    Basis, BillingCycle, Change, Currency, Estimate, Money, PriceList, Refusal, Rounding,
    SubscriptionId, period_price, prorated,
};
use support::{Desk, Story, customer, day, offer_id, offers};

/// A17: price in cents, licenses, days, out of, exact amount, amount by the official formula.
#[rustfmt::skip]
const LINES: &[(&str, i128, u32, i64, i64, i128, i128)] = &[
    ("13–31 Jan, 1 license at $4",       400, 1,  19,  31,   245,   247),
    ("1–12 Feb, 2 licenses at $4",       400, 2,  12,  31,   310,   312),
    ("1–12 Mar, suspended on 1 March",   400, 1,  12,  28,   171,   168),
    ("318 days of a year at $48",       4800, 1, 318, 365,  4182,  4134),
    ("10–31 Jul at $30",                3000, 1,  22,  31,  2129,  2134),
    ("15–31 Jul at $30",                3000, 1,  17,  31,  1645,  1649),
    ("10–30 Jun, add-on at $5",          500, 1,  21,  30,   350,   357),
    ("all days are the whole price",     3000, 1, 30, 30,  3000,  3000),
    ("no day costs nothing",             400, 7,   0,  30,     0,     0),
    // Half a cent goes up: 1 × 1 / 2.
    ("half up",                            1, 1,   1,   2,     1,     1),
];

/// §1.2, A17: each printed line, exactly and by the official formula. (The sources' printed −41.34
/// is the official formula's; the exact amount is 41.82.)
#[test]
fn the_lines_of_the_sources() {
    for &(line, unit, licenses, days, of, once, official) in LINES {
        for (rounding, expected) in [(Rounding::Once, once), (Rounding::Official, official)] {
            let amount = prorated(unit, licenses, days, of, rounding);
            assert_eq!(amount, expected, "{line}, {rounding:?}");
        }
    }
}

/// What is done in an example.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Suspend,
    Cancel,
    Reactivate,
    Quantity(u32),
    /// $5 a month.
    AddOn,
}

use Deed::{AddOn, Cancel, Quantity, Reactivate, Suspend};

/// When, what, exact amount, amount by the official formula.
type Step = (&'static str, Deed, i128, i128);

/// Example, offer, frequency, bought, amount of the purchase, what follows. E1 costs $4, E3 $30.
type Example = (&'static str, &'static str, BillingCycle, &'static str, i128, &'static [Step]);

const MONTHLY: BillingCycle = BillingCycle::Monthly;
const ANNUAL: BillingCycle = BillingCycle::Annual;

/// domain.md §1.2, "Example from the sources", and the days around A18's thirtieth.
#[rustfmt::skip]
const EXAMPLES: &[Example] = &[
    ("one more license on 1 February: −4.00 + 2.45 + 3.10", offers::E1, MONTHLY, "2018-01-13", 400,
        &[("2018-02-01", Quantity(2), 155, 159)]),
    ("suspended within 30 days", offers::E1, MONTHLY, "2018-01-13", 400,
        &[("2018-02-01", Suspend, -400, -400)]),
    ("cancelled within 30 days", offers::E1, MONTHLY, "2018-01-13", 400,
        &[("2018-02-01", Cancel, -400, -400)]),
    ("suspended on 1 March", offers::E1, MONTHLY, "2018-01-13", 400,
        &[("2018-03-01", Suspend, -171, -168)]),
    ("annual, suspended on 1 March", offers::E1, ANNUAL, "2018-01-13", 4800,
        &[("2018-03-01", Suspend, -4182, -4134)]),
    ("annual, suspended on 1 February, back on 1 March", offers::E1, ANNUAL, "2018-01-13", 4800,
        &[("2018-02-01", Suspend, -4800, -4800), ("2018-03-01", Reactivate, 4182, 4134)]),
    ("$30, back within 30 days", offers::E3, MONTHLY, "2018-06-01", 3000,
        &[("2018-06-05", Suspend, -3000, -3000), ("2018-06-10", Reactivate, 3000, 3000)]),
    ("$30, back on 10 July", offers::E3, MONTHLY, "2018-06-01", 3000,
        &[("2018-06-05", Suspend, -3000, -3000), ("2018-07-10", Reactivate, 2129, 2134)]),
    ("$30, back on 15 July", offers::E3, MONTHLY, "2018-06-01", 3000,
        &[("2018-06-05", Suspend, -3000, -3000), ("2018-07-15", Reactivate, 1645, 1649)]),
    ("add-on at $5 on 10 June", offers::E3, MONTHLY, "2018-06-01", 3000,
        &[("2018-06-10", AddOn, 350, 357)]),
    // A18: before start + 30 days the whole period in which the day falls, then its days.
    ("day 29 of a purchase in March", offers::E3, MONTHLY, "2018-03-10", 3000,
        &[("2018-04-08", Suspend, -3000, -3000)]),
    // 9 April is day 30; one day of the period to 9 April is left: 30 / 31.
    ("day 30 of a purchase in March", offers::E3, MONTHLY, "2018-03-10", 3000,
        &[("2018-04-09", Suspend, -97, -97)]),
    // Day 29 of a purchase in February falls in the second period, which is credited whole.
    ("day 29 in the second period", offers::E3, MONTHLY, "2018-02-21", 3000,
        &[("2018-03-22", Suspend, -3000, -3000)]),
];

fn bought(
    rounding: Rounding,
    offer: &str,
    cycle: BillingCycle,
    on: &str,
) -> (Story, SubscriptionId, Change) {
    let mut desk = Desk::new();
    desk.policy.rounding = rounding;
    // Before the alignment, the sources' partner is billed on the day of the purchase.
    desk.partner.billing_day = support::billing_day(13);
    let mut story = Story::of(desk, customer(), on);
    let (id, change) = story.orders(offer, cycle, 1).unwrap();
    (story, id, change)
}

fn does(story: &mut Story, id: &SubscriptionId, deed: Deed) -> Result<Change, Refusal> {
    match deed {
        Suspend => story.suspends(id),
        Cancel => story.cancels(id),
        Reactivate => story.reactivates(id),
        Quantity(to) => story.sets_quantity(id, to),
        AddOn => story.orders_on(id, offers::AUDIO, 1).map(|(_, change)| change),
    }
}

/// The sum of a change's estimates in cents.
fn cents(change: &Change) -> i128 {
    change.effects.total().unwrap().minor_units
}

fn check(rounding: Rounding, skip: impl Fn(Deed) -> bool) {
    for &(example, offer, cycle, on, first, steps) in EXAMPLES {
        let (mut story, id, purchase) = bought(rounding, offer, cycle, on);
        assert_eq!(cents(&purchase), first, "{example}: purchase");
        for &(when, deed, once, official) in steps.iter().filter(|step| !skip(step.1)) {
            story.goes_to(when);
            let change = does(&mut story, &id, deed).unwrap();
            let expected = if rounding == Rounding::Once { once } else { official };
            assert_eq!(cents(&change), expected, "{example}: {when} {deed:?}, {rounding:?}");
        }
    }
}

/// §1.2, A17, A18: the examples through the commands, as a person sees them before submitting.
#[test]
fn the_examples_of_the_sources() {
    check(Rounding::Once, |_| false);
}

/// §1.2, A17: the same by the official formula, except for a changed quantity.
#[test]
fn the_examples_by_the_official_formula() {
    check(Rounding::Official, |deed| matches!(deed, Quantity(_)));
}

/// §1.2, A17: by the official formula a changed quantity is the sum of its lines,
/// −4.00 + 2.47 + 3.12, which is not the formula over the one added license (1.56).
#[test]
fn a_changed_quantity_by_the_official_formula() {
    check(Rounding::Official, |_| false);
}

/// §1.2: renewal stays where it was, however often it was suspended; an add-on's is the base's.
#[test]
fn the_renewal_date_never_moves() {
    let (mut story, id, _) = bought(Rounding::Once, offers::E3, MONTHLY, "2018-06-01");
    story.goes_to("2018-06-05");
    story.suspends(&id).unwrap();
    story.goes_to("2018-07-10");
    story.reactivates(&id).unwrap();
    assert_eq!(story.the(&id).term.ends_on(), Some(day("2019-06-01")));
    let (add_on, _) = story.orders_on(&id, offers::AUDIO, 1).unwrap();
    assert_eq!(story.the(&add_on).term.ends_on(), Some(day("2019-06-01")));
}

/// §1.2: an estimate says what it counts: whole, or so many days out of so many.
#[test]
fn an_estimate_says_what_it_counts() {
    let usd = |minor_units| Money { minor_units, currency: Currency::USD };
    for (cycle, when, expected) in [
        (MONTHLY, "2018-02-01", Estimate { amount: usd(-400), basis: Basis::Whole }),
        (
            MONTHLY,
            "2018-03-01",
            Estimate { amount: usd(-171), basis: Basis::Days { days: 12, of: 28 } },
        ),
        (
            ANNUAL,
            "2018-03-01",
            Estimate { amount: usd(-4182), basis: Basis::Days { days: 318, of: 365 } },
        ),
    ] {
        let (mut story, id, _) = bought(Rounding::Once, offers::E1, cycle, "2018-01-13");
        story.goes_to(when);
        let effects = story.suspends(&id).unwrap().effects;
        assert_eq!(effects.estimates, [(id, expected)], "{cycle:?} {when}");
        let json = serde_json::to_string(&expected).unwrap();
        assert_eq!(serde_json::from_str::<Estimate>(&json).unwrap(), expected);
    }
}

/// §1.2: a leap year is divided by 365 as well, and nobody is credited more than was paid.
#[test]
fn a_leap_year_counts_365_days() {
    // 366 days lie between 1 July 2019 and 1 July 2020; 31 July is day 30, 336 days are left.
    let (mut story, id, _) = bought(Rounding::Once, offers::E1, ANNUAL, "2019-07-01");
    story.goes_to("2019-07-31");
    // 48.00 × 336 / 365 = 44.186…
    assert_eq!(cents(&story.suspends(&id).unwrap()), -4419);
    // On the first day of a second term with 366 days the credit is the price, not a day more.
    let (mut story, id, _) = bought(Rounding::Once, offers::E1, ANNUAL, "2018-07-01");
    story.goes_to("2019-07-01");
    assert_eq!(cents(&story.suspends(&id).unwrap()), -4800);
}

/// §1.2, A17: many licenses are summed before the one rounding: 7 × 4.00 × 12 / 28 = 12.00.
#[test]
fn many_licenses_are_rounded_once() {
    let mut desk = Desk::new();
    desk.partner.billing_day = support::billing_day(13);
    let mut story = Story::of(desk, customer(), "2018-01-13");
    let id = story.buys(offers::E1, MONTHLY, 7);
    story.goes_to("2018-03-01");
    assert_eq!(cents(&story.suspends(&id).unwrap()), -1200);
}

/// §1.2: add-ons drawn along have their own line; the sum is of all.
#[test]
fn what_is_drawn_along_is_estimated_too() {
    let (mut story, id, _) = bought(Rounding::Once, offers::E3, MONTHLY, "2018-06-01");
    let add_on = story.adds(&id, offers::AUDIO);
    story.goes_to("2018-06-05");
    let effects = story.suspends(&id).unwrap().effects;
    assert_eq!(effects.drawn_along, [add_on]);
    assert_eq!(effects.estimates.len(), 2);
    // Both inside 30 days: 30.00 and 5.00.
    assert_eq!(effects.total().unwrap().minor_units, -3500);
}

/// Issue 2 §5: an offer without a known price, a trial and usage have no estimate, not a zero.
#[test]
fn without_a_price_there_is_no_estimate() {
    let mut story = Story::at("2018-06-01");
    for (offer, cycle, count) in [
        (offers::WINDOWS_E3, MONTHLY, 5),
        (offers::PREMIUM_TRIAL, BillingCycle::None, 25),
        (offers::AZURE, MONTHLY, 1),
    ] {
        let (id, purchase) = story.orders(offer, cycle, count).unwrap();
        let suspension = story.suspends(&id).unwrap();
        for change in [purchase, suspension] {
            assert_eq!(change.effects.estimates, [], "{offer}");
            assert_eq!(change.effects.total(), None, "{offer}");
        }
    }
}

/// §1.2: annual is twelve times the monthly price; a trial is not billed.
#[test]
fn the_price_of_a_period() {
    let desk = Desk::new();
    let context = desk.context(support::at("2018-06-01"));
    for (offer, licenses, cycle, expected) in [
        (offers::E1, 1, MONTHLY, Some(400)),
        (offers::E1, 1, ANNUAL, Some(4800)),
        (offers::E1, 12, ANNUAL, Some(57_600)),
        (offers::E3, 2, MONTHLY, Some(6000)),
        (offers::E3, 25, BillingCycle::None, None),
        (offers::WINDOWS_E3, 1, MONTHLY, None),
    ] {
        let price = period_price(&context, &offer_id(offer), support::quantity(licenses), cycle);
        let got = price.map(|estimate| estimate.amount.minor_units);
        assert_eq!(got, expected, "{offer} {licenses} {cycle:?}");
    }
}

/// §1.2: a free period is not billed: nothing is charged or credited for its days.
#[test]
fn a_free_period_costs_nothing() {
    let mut desk = Desk::new();
    desk.partner.billing_day = support::billing_day(15);
    let mut story = Story::of(desk, customer(), "2018-02-01");
    let id = story.buys(offers::E1, MONTHLY, 1);
    story.goes_to("2018-02-10");
    assert_eq!(story.suspends(&id).unwrap().effects.total(), None);
    story.goes_to("2018-02-12");
    assert_eq!(story.reactivates(&id).unwrap().effects.total(), None);
    assert_eq!(story.sets_quantity(&id, 3).unwrap().effects.total(), None);
}

/// §1.2 on the 29th to 31st: the days to the 1st are free, the first charge is a whole month.
#[test]
fn the_last_days_of_a_month_are_free() {
    let (mut story, id, purchase) = bought(Rounding::Once, offers::E3, MONTHLY, "2018-05-29");
    assert_eq!(cents(&purchase), 3000);
    // 2 July is 34 days after the purchase; 30 of July's 31 days are left: 29.032…
    story.goes_to("2018-07-02");
    assert_eq!(cents(&story.suspends(&id).unwrap()), -2903);
}

/// T5, A18: the thirty days of a converted trial start with the conversion.
#[test]
fn a_conversion_starts_the_thirty_days_anew() {
    let mut story = Story::at("2018-06-01");
    let id = story.buys(offers::E3_TRIAL, BillingCycle::None, 25);
    story.goes_to("2018-06-20");
    let conversion = story.converts(&id, offers::E3, MONTHLY, 2).unwrap();
    assert_eq!(cents(&conversion), 6000);
    // Day 29 of the paid subscription, day 48 of the trial: credited whole.
    story.goes_to("2018-07-19");
    assert_eq!(cents(&story.suspends(&id).unwrap()), -6000);
}

/// T5, §1.4: add-ons that become paid with a converted trial are charged with it.
#[test]
fn a_conversion_estimates_its_add_ons() {
    let mut story = Story::at("2018-06-01");
    let id = story.buys(offers::PREMIUM_TRIAL, BillingCycle::None, 25);
    let premium = Money { minor_units: 1000, currency: Currency::USD };
    let audio = Money { minor_units: 500, currency: Currency::USD };
    story.desk.prices =
        [(offer_id(offers::BUSINESS_PREMIUM), premium), (offer_id(offers::AUDIO), audio)]
            .into_iter()
            .collect::<PriceList>();
    story.adds(&id, offers::AUDIO);
    let conversion = story.converts(&id, offers::BUSINESS_PREMIUM, MONTHLY, 1).unwrap();
    assert_eq!(cents(&conversion), 1500);
}
