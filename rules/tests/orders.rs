//! Ordering (domain.md §2.4, §8 items 10 and 11: S2, S10, S15, S16, S17, T1, T2): the lines, the
//! orders they become, and all or nothing.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use subscription_rules::{
    BillingCycle, Event, Line, NewIds, Nickname, Refusal, Status, line_problems, place, sellable,
    split,
};
use support::{Story, day, line, name, new_ids, offer_id, offers, outcome, quantity};

const MONTHLY: BillingCycle = BillingCycle::Monthly;
const TRIAL: BillingCycle = BillingCycle::None;

/// S10, §2.4, §8 item 11: one order for each sales group, each trial its own, in the order of their
/// first lines.
#[test]
fn lines_split_by_sales_group() {
    let story = Story::at("2018-06-01");
    for (what, ordered, expected) in [
        ("nothing", &[][..], &[][..]),
        ("one", &[offers::E1], &[("Default", &[0][..])]),
        ("several of one group", &[offers::E1, offers::WINDOWS_E3], &[("Default", &[0, 1])]),
        (
            "a mixture",
            &[offers::E1, offers::AZURE, offers::WINDOWS_E3],
            &[("Default", &[0, 2]), ("Azure", &[1])],
        ),
        (
            "two trials",
            &[offers::PREMIUM_TRIAL, offers::E3_TRIAL],
            &[
                ("Trial-C0BD2E08-11AC-4836-BDC7-3712E744922F", &[0]),
                ("Trial-32B23C88-949F-4E5B-B500-A87EEC676B80", &[1]),
            ],
        ),
    ] {
        let lines: Vec<Line> = ordered.iter().map(|offer| line(offer, 25)).collect();
        let parts = split(&story.context(), &lines).unwrap();
        let got: Vec<_> = parts.iter().map(|part| (&*part.group.0, &part.lines[..])).collect();
        assert_eq!(got, expected, "{what}");
    }
    let unknown = split(&story.context(), &[line("I-NONE", 1)]);
    assert_eq!(outcome(&unknown), "INVALID_OFFER_ID");
}

/// What placing lines gives; nothing is kept.
fn placed(story: &Story, cycle: BillingCycle, lines: &[Line]) -> String {
    let ids = new_ids(900, lines.len());
    outcome(&place(&story.context(), &story.account, cycle, lines, ids))
}

/// §2.4: lines that cannot share an order are refused as one, with the groups.
#[test]
fn one_order_is_of_one_sales_group() {
    let story = Story::at("2018-06-01");
    let lines = [line(offers::E1, 1), line(offers::AZURE, 1)];
    let refusal = place(&story.context(), &story.account, MONTHLY, &lines, new_ids(1, 2));
    let Err(Refusal::OrderNeedsSplit { groups }) = refusal else { panic!("{refusal:?}") };
    assert_eq!(groups.iter().map(|group| &*group.0).collect::<Vec<_>>(), ["Default", "Azure"]);
    let trials = [line(offers::PREMIUM_TRIAL, 25), line(offers::E3_TRIAL, 25)];
    assert_eq!(placed(&story, TRIAL, &trials), "ORDER_NEEDS_SPLIT");
    assert_eq!(placed(&story, MONTHLY, &[]), "ORDER_EMPTY");
}

/// S2, S10, S15, S16, S17, T1: what is ticked and submitted becomes active subscriptions of the
/// customer, with the quantity entered, under one order.
#[test]
fn a_submitted_order() {
    let mut story = Story::at("2018-06-01");
    let named = Nickname::parse("Head office").unwrap();
    let lines = [
        line(offers::E1, 12),
        Line { nickname: Some(named.clone()), ..line(offers::BUSINESS_PREMIUM, 300) },
    ];
    let ids = story.ids(2);
    let order_id = ids.order.clone();
    let expected = ids.subscriptions.clone();
    let change =
        story.keeps(place(&story.context(), &story.account, MONTHLY, &lines, ids)).unwrap();
    let [order] = &change.orders[..] else { panic!("one order") };
    assert_eq!((&order.id, order.cycle, order.created_at), (&order_id, MONTHLY, story.now));
    assert_eq!(order.lines.len(), 2);
    for (at, id) in expected.iter().enumerate() {
        let held = story.the(id);
        assert_eq!((&held.offer, held.quantity), (&lines[at].offer, lines[at].quantity));
        assert_eq!((&order.lines[at].subscription, &held.order), (id, &order_id));
        assert_eq!((held.status(), held.parent.as_ref()), (Status::Active, None));
        assert_eq!((held.opened_on, held.cycle()), (day("2018-06-01"), MONTHLY));
        let created = Event::Created {
            offer: held.offer.clone(),
            quantity: held.quantity,
            cycle: MONTHLY,
            order: order_id.clone(),
        };
        assert_eq!(change.facts[at].event, created, "T1: logged");
    }
    assert_eq!(story.the(&expected[0]).nickname.as_str(), "Office 365 Enterprise E1", "S17");
    assert_eq!(story.the(&expected[1]).nickname, named);
}

/// §8 item 11: all lines or none: one that fails takes the others with it, and is named.
#[test]
fn all_lines_or_none() {
    let story = Story::at("2018-06-01");
    let good = line(offers::E1, 1);
    for (what, bad, expected) in [
        ("too many", line(offers::BUSINESS_PREMIUM, 301), "QUANTITY_OUT_OF_RANGE"),
        ("another frequency", line(offers::ANNUAL_ONLY, 1), "CYCLE_NOT_SUPPORTED_BY_OFFER"),
        ("an add-on", line(offers::PHONE, 1), "ADDON_NEEDS_BASE"),
        ("another segment", line(offers::NONPROFIT_E1, 1), "WRONG_SEGMENT"),
        ("unknown", line("I-NONE", 1), "INVALID_OFFER_ID"),
    ] {
        let lines = [good.clone(), bad, good.clone()];
        assert_eq!(placed(&story, MONTHLY, &lines), expected, "{what}");
        let problems = line_problems(&story.context(), &story.account, MONTHLY, &lines);
        let got: Vec<_> = problems.iter().map(|(place, why)| (*place, name(why))).collect();
        assert_eq!(got, [(1, expected.to_owned())], "{what}");
    }
}

/// S4, §4.2: the same offer twice in one order counts twice for its limit.
#[test]
fn the_same_offer_twice_counts_twice() {
    const OUT: &str = "OFFER_USE_LIMIT_EXCEEDED";
    for (held, lines, expected) in
        [(0, 1, "ok"), (0, 2, "ok"), (0, 3, OUT), (1, 1, "ok"), (1, 2, OUT), (2, 1, OUT)]
    {
        let mut story = Story::at("2018-06-01");
        for _ in 0..held {
            story.buys(offers::BUSINESS_PREMIUM, MONTHLY, 1);
        }
        let lines = vec![line(offers::BUSINESS_PREMIUM, 1); lines];
        assert_eq!(placed(&story, MONTHLY, &lines), expected, "{held} and {}", lines.len());
    }
    let story = Story::at("2018-06-01");
    let lines = vec![line(offers::BUSINESS_PREMIUM, 1); 4];
    let problems = line_problems(&story.context(), &story.account, MONTHLY, &lines);
    assert_eq!(problems.iter().map(|each| each.0).collect::<Vec<_>>(), [2, 3], "the ones too many");
    let without = vec![line(offers::E1, 1); 4];
    assert_eq!(placed(&story, MONTHLY, &without), "ok", "§1.2: unlimited ones may repeat");
}

/// §1.6: usage asks for no quantity: 1, although the offer's maximum is 999,999,999.
#[test]
fn usage_asks_for_no_quantity() {
    let story = Story::at("2018-06-01");
    for (count, expected) in [(1, "ok"), (2, "QUANTITY_OUT_OF_RANGE")] {
        assert_eq!(placed(&story, MONTHLY, &[line(offers::AZURE, count)]), expected, "{count}");
    }
    let mut story = Story::at("2018-06-01");
    let id = story.buys(offers::AZURE, MONTHLY, 1);
    assert_eq!(outcome(&story.sets_quantity(&id, 2)), "SEATS_NOT_UPDATABLE");
}

/// S15, §1.6: the numbers a line may have: the offer's own range, and 1 for usage.
#[test]
fn the_numbers_that_are_sold() {
    let story = Story::at("2018-06-01");
    for (offer, expected) in [
        (offers::E1, (1, 10_000_000)),
        (offers::BUSINESS_PREMIUM, (1, 300)),
        (offers::CE_TRIAL, (25, 250)),
        (offers::AZURE, (1, 1)),
    ] {
        let offer = story.desk.catalogue.get(&offer_id(offer)).unwrap();
        assert_eq!(<(u32, u32)>::from(sellable(offer).unwrap()), expected, "{}", offer.name);
    }
}

/// S8, §8 item 10: one order has one frequency; the same offer may be held at both (§1.2).
#[test]
fn one_frequency_for_an_order() {
    let mut story = Story::at("2018-06-01");
    let monthly = story.buys(offers::E1, MONTHLY, 1);
    let annual = story.buys(offers::E1, BillingCycle::Annual, 1);
    assert_eq!(story.the(&monthly).cycle(), MONTHLY);
    assert_eq!(story.the(&annual).cycle(), BillingCycle::Annual);
}

/// S19, §4.1: the quantity of an order and of an add-on lie in the offer's range.
#[test]
fn the_quantity_lies_in_the_range() {
    const OUT: &str = "QUANTITY_OUT_OF_RANGE";
    for (offer, count, expected) in [
        (offers::ACCOUNTANT, 1, "ok"),
        (offers::ACCOUNTANT, 2, OUT),
        (offers::BUSINESS_PREMIUM, 300, "ok"),
        (offers::BUSINESS_PREMIUM, 301, OUT),
        (offers::E1, 10_000_000, "ok"),
        (offers::E1, 10_000_001, OUT),
    ] {
        let mut story = Story::at("2018-06-01");
        assert_eq!(outcome(&story.orders(offer, MONTHLY, count)), expected, "{offer} {count}");
        let mut story = Story::at("2018-06-01");
        let id = story.buys(offer, MONTHLY, 1);
        assert_eq!(outcome(&story.sets_quantity(&id, count)), expected, "T3: {offer} {count}");
    }
    let mut story = Story::at("2018-06-01");
    let base = story.buys(offers::E3, MONTHLY, 1);
    assert_eq!(outcome(&story.orders_on(&base, offers::PHONE, 10_000_001)), OUT, "T4");
}

/// T4: buying an add-on asks the same of partner and customer, and one identifier.
#[test]
fn an_add_on_is_one_line() {
    let mut story = Story::at("2018-06-01");
    let base = story.buys(offers::E3, MONTHLY, 1);
    let (id, change) = story.orders_on(&base, offers::PHONE, 7).unwrap();
    assert_eq!(change.orders.len(), 1);
    assert_eq!(change.orders[0].lines[0].subscription, id);
    assert_eq!(story.the(&id).quantity, quantity(7));
    assert_eq!(story.the(&id).offer, offer_id(offers::PHONE));
}

/// §8 item 11: an order never drops a line in silence, also when too few identifiers come in.
#[test]
fn no_line_is_dropped() {
    let story = Story::at("2018-06-01");
    let lines = [line(offers::E1, 1), line(offers::E3, 1)];
    let got = place(&story.context(), &story.account, MONTHLY, &lines, new_ids(1, 1));
    assert!(got.is_err(), "{:?}", got.map(|change| change.subscriptions.len()));
}

/// §2.4: an identifier that is taken already makes no second subscription and replaces none.
#[test]
fn an_identifier_is_used_once() {
    let mut story = Story::at("2018-06-01");
    let id = story.buys(offers::E1, MONTHLY, 12);
    let ids = NewIds { subscriptions: vec![id.clone()], ..new_ids(900, 1) };
    let lines = [line(offers::E3, 1)];
    let got = story.keeps(place(&story.context(), &story.account, MONTHLY, &lines, ids));
    assert!(got.is_err());
    assert_eq!(story.the(&id).offer, offer_id(offers::E1));
}
