//! How many licenses and how many subscriptions (domain.md §4: S4, S13, S14, A12, A13, A22): the
//! recorded catalogue's ranges, every example of §4.3, and what the two limits count.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::BTreeMap;
use subscription_rules::{
    Asked, Availability, BillingCycle, ExpiresOn, OwnershipLimit, Qualifications, Segment, State,
    Status, SubscriptionId, SuspendedBy, availability_of,
};
use support::{Desk, Story, customer, day, name, offer_id, offers, outcome, quantity, told};

const ANNUAL: BillingCycle = BillingCycle::Annual;
const MONTHLY: BillingCycle = BillingCycle::Monthly;

/// What the tests read of the project's own catalogue file: (id, min, max, limit), recorded only.
struct Recorded {
    id: String,
    min: u32,
    max: u32,
    limit: OwnershipLimit,
}

fn recorded() -> Vec<Recorded> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../public/catalogue.json");
    let text = std::fs::read_to_string(path).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let number = |offer: &serde_json::Value, key: &str, default: u64| {
        u32::try_from(offer.get(key).map_or(default, |value| value.as_u64().unwrap())).unwrap()
    };
    let limit = |offer: &serde_json::Value| {
        let Some(limit) = offer.get("limit") else { return OwnershipLimit::None };
        let most = u16::try_from(limit[1].as_u64().unwrap()).unwrap();
        match limit[0].as_str().unwrap() {
            "concurrent" => offers::concurrent(most),
            "lifetime" => offers::lifetime(most),
            other => panic!("a limit that is {other}"),
        }
    };
    let listed = json["offers"].as_array().unwrap();
    let listed = listed.iter().filter(|offer| offer["illustrative"] != true);
    listed
        .map(|offer| Recorded {
            id: offer["id"].as_str().unwrap().to_owned(),
            min: number(offer, "min", 1),
            max: number(offer, "max", 10_000_000),
            limit: limit(offer),
        })
        .collect()
}

/// §4.1: the distinct (minimum, maximum) of the 274 recorded offers and how many have each, which
/// give its two rows of recorded values.
#[rustfmt::skip]
const RANGES: &[(u32, u32, usize)] = &[
    (1, 1, 1), (1, 10, 4), (1, 45, 1), (1, 50, 11), (1, 75, 1), (1, 300, 9), (1, 995, 1),
    (1, 2_000, 1), (1, 30_000, 2), (1, 10_000_000, 203), (1, 999_999_999, 1),
    (2, 10_000_000, 4), (5, 10_000_000, 3), (10, 10_000_000, 6), (20, 10_000_000, 5),
    (25, 25, 16), (25, 250, 1), (50, 10_000_000, 2), (100, 10_000_000, 2),
];

/// §4.1: the catalogue file holds the recorded ranges and limits, no more and no less.
#[test]
fn the_recorded_ranges() {
    let offers = recorded();
    assert_eq!(offers.len(), 274);
    let mut found: BTreeMap<(u32, u32), usize> = BTreeMap::new();
    let (mut minima, mut maxima) = (BTreeMap::new(), BTreeMap::new());
    for offer in &offers {
        *found.entry((offer.min, offer.max)).or_default() += 1;
        *minima.entry(offer.min).or_insert(0) += 1;
        *maxima.entry(offer.max).or_insert(0) += 1;
    }
    let expected = RANGES.iter().map(|&(min, max, count)| ((min, max), count)).collect();
    assert_eq!(found, expected);
    // The two rows of §4.1 as they are printed.
    let printed = [(1, 235), (25, 17), (10, 6), (20, 5), (2, 4), (5, 3), (50, 2), (100, 2)].into();
    assert_eq!(minima, printed, "minimumQuantity");
    let printed = [
        (10_000_000, 225),
        (25, 16),
        (50, 11),
        (300, 9),
        (10, 4),
        (30_000, 2),
        (1, 1),
        (45, 1),
        (75, 1),
        (250, 1),
        (995, 1),
        (2_000, 1),
        (999_999_999, 1),
    ];
    assert_eq!(maxima, printed.into(), "maximumQuantity");
}

/// §4.1: 242 offers without a limit, 17 `Lifetime`, 15 `Concurrent`; 17 times 1 and 15 times 2.
#[test]
fn the_recorded_limits() {
    let offers = recorded();
    let count = |limit| offers.iter().filter(|offer| offer.limit == limit).count();
    assert_eq!(count(OwnershipLimit::None), 242);
    assert_eq!(count(offers::lifetime(1)), 16);
    assert_eq!(count(offers::lifetime(2)), 1, "Business Central Premium Trial");
    assert_eq!(count(offers::concurrent(1)), 1, "E1 (Nonprofit Staff Pricing)");
    assert_eq!(count(offers::concurrent(2)), 14);
}

/// §4.1: both ends of every recorded range are included, one below and one above are not.
#[test]
fn the_ends_of_every_recorded_range() {
    for &(min, max, _) in RANGES {
        let range = offers::range(min, max);
        for (asked, fits) in [(min - 1, false), (min, true), (max, true), (max + 1, false)] {
            let expected = match (asked, fits) {
                (0, _) => "QUANTITY_ZERO",
                (_, true) => "ok",
                (_, false) => "QUANTITY_OUT_OF_RANGE",
            };
            let got = subscription_rules::Quantity::try_from(asked).and_then(|q| range.check(q));
            assert_eq!(outcome(&got), expected, "{asked} of {min}–{max}");
        }
    }
}

/// §4.1: a range that allows nothing does not exist.
#[test]
fn a_range_is_never_upside_down() {
    let got = subscription_rules::QuantityRange::new(quantity(2), quantity(1));
    assert_eq!(outcome(&got), "INVALID_INPUT");
}

/// §4.3: the named offers with their numbers, as the catalogue file has them.
#[test]
fn the_real_examples() {
    use offers::{concurrent, lifetime};
    const MOST: u32 = 10_000_000;
    const FREE: OwnershipLimit = OwnershipLimit::None;
    #[rustfmt::skip]
    let rows = [
        ("Office 365 Business Essentials",   "BD938F12-058F-4927-BBA3-AE36B1D2501C", 1, 300, concurrent(2)),
        ("Office 365 Business",              "5C9FD4CC-EDCE-44A8-8E91-07DF09744609", 1, 300, concurrent(2)),
        ("Office 365 Business Premium",      offers::BUSINESS_PREMIUM,               1, 300, concurrent(2)),
        ("Microsoft 365 Business",           "61795CAB-2ABD-43F6-88E9-C9ADAE5746E0", 1, 300, concurrent(2)),
        ("Windows 10 Enterprise E3",         offers::WINDOWS_E3,                     1, MOST, concurrent(2)),
        ("Windows 10 Enterprise E3 VDA",     "4B608B64-3A27-4373-854C-FD33115A8CE1", 1, MOST, concurrent(2)),
        ("Windows 10 Enterprise E5",         "F2C42110-EC7B-4434-B55E-1A9E456AC2F0", 1, MOST, concurrent(2)),
        ("Office 365 Enterprise E1 (NP)",    offers::NONPROFIT_E1,                   1, 2_000, concurrent(1)),
        ("Office 365 Business Premium Trial", offers::PREMIUM_TRIAL,                25, 25, lifetime(1)),
        ("Business Central Premium Trial",   offers::CENTRAL_TRIAL,                 25, 25, lifetime(2)),
        ("Customer Engagement Plan Trial",   offers::CE_TRIAL,                      25, 250, lifetime(1)),
        ("External Accountant",              offers::ACCOUNTANT,                     1, 1, FREE),
        ("Dynamics 365 Plan",                "725D5132-22A7-42D8-8A9B-988549A565F7", 20, MOST, FREE),
        ("Dynamics 365 for Talent",          "5B2900BC-5067-4C17-99BE-1560A8E8E6A1", 5, MOST, FREE),
        ("Marketing contacts tier 5",        "B18B7CEC-5EDA-4445-90BF-D609059CD554", 10, MOST, FREE),
        ("Dynamics 365 for Marketing",       "29A03361-6AC6-4165-9B7F-C714E7ED6258", 1, 10, FREE),
        ("EMS E3 (50 Seat Donation)",        offers::DONATION,                       1, 50, FREE),
        ("Additional Production Instance",   "2BCF9FE8-8B65-4FCF-9240-419203FB8CF4", 1, 50, FREE),
        ("Power BI Premium P1",              "47490014-3ED5-4A67-937E-C7DE2422D888", 1, 50, FREE),
        ("Microsoft Azure",                  offers::AZURE,                          1, 999_999_999, FREE),
    ];
    let offers = recorded();
    for (what, id, min, max, limit) in rows {
        let offer = offers.iter().find(|offer| offer_id(&offer.id) == offer_id(id)).unwrap();
        assert_eq!((offer.min, offer.max, offer.limit), (min, max, limit), "{what}");
    }
}

fn available<'a>(
    story: &'a Story,
    context: &'a subscription_rules::Context<'a>,
    offer: &str,
) -> Availability<'a> {
    let offer = context.catalogue.get(&offer_id(offer)).unwrap();
    availability_of(context, &story.account, offer, Asked::Catalogue(MONTHLY))
}

/// The leading reason and how many remain.
fn state(story: &Story, offer: &str) -> (String, Option<u16>) {
    let context = story.context();
    let available = available(story, &context, offer);
    let why = available.leading().map_or_else(|| "ok".to_owned(), name);
    (why, available.remaining)
}

/// S4, S13, §4.3, A13, §8 item 1: two at a time of one offer, one of another; without a limit any
/// number. The maximum is for each subscription, not for the customer (§8 item 9).
#[test]
fn as_many_at_a_time_as_the_limit() {
    let mut nonprofit = customer();
    nonprofit.qualifications = Qualifications::new(Segment::Nonprofit, false).unwrap();
    for (offer, most, each) in [
        (offers::BUSINESS_PREMIUM, 2, 300),
        (offers::WINDOWS_E3, 2, 10_000_000),
        (offers::NONPROFIT_E1, 1, 2_000),
    ] {
        let mut story = Story::of(Desk::new(), nonprofit.clone(), "2018-06-01");
        for left in (1..=most).rev() {
            assert_eq!(state(&story, offer), ("ok".to_owned(), Some(left)), "{offer}");
            story.buys(offer, MONTHLY, each);
        }
        assert_eq!(state(&story, offer), ("OFFER_USE_LIMIT_EXCEEDED".to_owned(), Some(0)));
        let refusal = story.orders(offer, MONTHLY, 1).unwrap_err();
        let (_, json) = told(&refusal);
        assert_eq!((&json["limit"], &json["held"]), (&most.into(), &most.into()), "{offer}");
        assert_eq!(json["subscriptions"].as_array().unwrap().len(), usize::from(most), "links");
    }
    let mut story = Story::at("2018-06-01");
    for _ in 0..5 {
        story.buys(offers::E1, MONTHLY, 1);
    }
    assert_eq!(state(&story, offers::E1), ("ok".to_owned(), None));
}

/// S14, A12: at the limit with one suspended, that one is offered with its last day.
fn reactivate_instead(story: &mut Story, offer: &str, suspended: &SubscriptionId, until: &str) {
    let refusal = story.orders(offer, MONTHLY, 1).unwrap_err();
    let (name, json) = told(&refusal);
    assert_eq!(name, "SUSPENDED_REACTIVATE_INSTEAD");
    assert_eq!(json["subscription"], suspended.as_str());
    assert_eq!(json["until"], until);
}

/// S4, S13, S14 literally: an offer limited to one, owned and then suspended.
#[test]
fn limited_to_one() {
    let mut german = customer();
    german.cloud = subscription_rules::Cloud::Germany;
    german.country = subscription_rules::Country::DE;
    let mut story = Story::of(Desk::new(), german, "2018-06-01");
    let id = story.buys(offers::GERMAN_PREMIUM, MONTHLY, 300);
    assert_eq!(state(&story, offers::GERMAN_PREMIUM).0, "OFFER_USE_LIMIT_EXCEEDED");
    story.suspends(&id).unwrap();
    // 1 June and 90 days.
    reactivate_instead(&mut story, offers::GERMAN_PREMIUM, &id, "2018-08-30");
    story.reactivates(&id).unwrap();
    assert_eq!(state(&story, offers::GERMAN_PREMIUM).0, "OFFER_USE_LIMIT_EXCEEDED");
}

/// S14, §4.2: limit 2 with one suspended and one active is reached, and the suspended reason is
/// the useful one.
#[test]
fn one_suspended_and_one_active_of_two() {
    let mut story = Story::at("2018-06-01");
    let first = story.buys(offers::BUSINESS_PREMIUM, MONTHLY, 300);
    story.buys(offers::BUSINESS_PREMIUM, MONTHLY, 1);
    story.suspends(&first).unwrap();
    reactivate_instead(&mut story, offers::BUSINESS_PREMIUM, &first, "2018-08-30");
}

/// S14, A1: a cancelled one within its window counts and can be had back as well.
#[test]
fn a_cancelled_one_counts() {
    let mut story = Story::at("2018-06-01");
    let first = story.buys(offers::BUSINESS_PREMIUM, MONTHLY, 300);
    story.buys(offers::BUSINESS_PREMIUM, MONTHLY, 1);
    story.cancels(&first).unwrap();
    reactivate_instead(&mut story, offers::BUSINESS_PREMIUM, &first, "2018-08-30");
}

/// §4.2, last paragraph: limit 2 with only a suspended one is available, with a hint.
#[test]
fn the_hint_while_still_available() {
    let mut story = Story::at("2018-06-01");
    let only = story.buys(offers::BUSINESS_PREMIUM, MONTHLY, 300);
    story.suspends(&only).unwrap();
    let context = story.context();
    let available = available(&story, &context, offers::BUSINESS_PREMIUM);
    assert!(available.is_available());
    assert_eq!(available.remaining, Some(1));
    let hint = available.reactivate.unwrap();
    assert_eq!((hint.subscription, hint.until), (only, ExpiresOn(day("2018-08-30"))));
}

/// W17, A9: a term that ends meanwhile does not shorten the way back of what renews by itself.
#[test]
fn the_hint_outlives_the_term() {
    let mut story = Story::at("2018-08-01");
    let id = story.buys(offers::BUSINESS_PREMIUM, ANNUAL, 1);
    story.goes_to("2019-07-10");
    story.suspends(&id).unwrap();
    story.goes_to("2019-08-10");
    let context = story.context();
    let hint = available(&story, &context, offers::BUSINESS_PREMIUM).reactivate.unwrap();
    assert_eq!((hint.subscription, hint.until), (id, ExpiresOn(day("2019-10-08"))));
}

/// T11, A9: what does not renew can be had back until the last day of its term, that day included.
#[test]
fn the_hint_of_a_retired_offer_ends_with_its_term() {
    for (today, hinted) in [("2019-05-31T23:59:59Z", true), ("2019-06-01T00:00:00Z", false)] {
        let mut story = Story::at("2018-06-01");
        let id = story.buys(offers::E4, MONTHLY, 1);
        story.goes_to("2019-05-20");
        story.suspends(&id).unwrap();
        story.goes_to(today);
        let context = story.context();
        let hint = available(&story, &context, offers::E4).reactivate;
        assert_eq!(hint.is_some(), hinted, "{today}");
        assert_eq!(outcome(&story.reactivates(&id)) == "ok", hinted, "{today}");
    }
}

/// §4.2: without anything suspended there is no hint.
#[test]
fn no_hint_without_a_suspended_one() {
    let mut story = Story::at("2018-06-01");
    story.buys(offers::BUSINESS_PREMIUM, MONTHLY, 1);
    let context = story.context();
    assert_eq!(available(&story, &context, offers::BUSINESS_PREMIUM).reactivate, None);
}

fn by_the_vendor(story: &mut Story, id: &SubscriptionId) {
    story.suspends(id).unwrap();
    let mut row = story.the(id).clone();
    let State::Suspended(suspension) = &mut row.state else { panic!("suspended") };
    suspension.by = SuspendedBy::Vendor;
    story.imports(row);
}

/// §1.6, S14: what the vendor suspended counts, but is never offered for reactivation.
#[test]
fn the_vendors_suspension_is_no_way_back() {
    let mut story = Story::at("2018-06-01");
    let first = story.buys(offers::BUSINESS_PREMIUM, MONTHLY, 1);
    by_the_vendor(&mut story, &first);
    story.buys(offers::BUSINESS_PREMIUM, MONTHLY, 1);
    assert_eq!(state(&story, offers::BUSINESS_PREMIUM).0, "OFFER_USE_LIMIT_EXCEEDED");
    let context = story.context();
    assert_eq!(available(&story, &context, offers::BUSINESS_PREMIUM).reactivate, None);
    assert_eq!(outcome(&story.reactivates(&first)), "SUSPENDED_BY_VENDOR");
}

/// S14: what only can come back with its base is not offered by itself.
#[test]
fn an_add_on_under_a_suspended_base_is_no_way_back() {
    let mut story = Story::at("2018-06-01");
    let base = story.buys(offers::E3, MONTHLY, 1);
    story.adds(&base, offers::PHONE);
    story.suspends(&base).unwrap();
    let context = story.context();
    assert_eq!(available(&story, &context, offers::PHONE).reactivate, None);
    assert!(available(&story, &context, offers::E3).reactivate.is_some());
}

/// §8 item 2, T8, A12: deleted frees a concurrent slot, but not a lifetime one.
#[test]
fn deleted_frees_concurrent_but_not_lifetime() {
    let mut story = Story::at("2018-06-01");
    let ids = [0, 1].map(|_| story.buys(offers::BUSINESS_PREMIUM, MONTHLY, 1));
    let trial = story.buys(offers::CE_TRIAL, BillingCycle::None, 25);
    for id in ids.iter().chain([&trial]) {
        story.suspends(id).unwrap();
    }
    // 30 August is the last day of the window.
    story.goes_to("2018-08-30T23:59:59Z");
    assert_eq!(state(&story, offers::BUSINESS_PREMIUM).0, "SUSPENDED_REACTIVATE_INSTEAD");
    story.goes_to("2018-08-31T00:00:00Z");
    assert!(ids.iter().all(|id| story.status(id) == Status::Deleted));
    assert_eq!(state(&story, offers::BUSINESS_PREMIUM), ("ok".to_owned(), Some(2)));
    assert_eq!(story.status(&trial), Status::Deleted);
    let again = story.orders(offers::CE_TRIAL, BillingCycle::None, 25);
    assert_eq!(outcome(&again), "TRIAL_ALREADY_HAD");
}

/// A21: the limit is on the offer; another offer of the same product is free.
#[test]
fn the_limit_is_of_the_offer_not_of_the_product() {
    let mut story = Story::at("2018-06-01");
    for _ in 0..2 {
        story.buys(offers::BUSINESS_PREMIUM, MONTHLY, 1);
    }
    assert_eq!(outcome(&story.orders(offers::ANNUAL_ONLY, BillingCycle::Annual, 1)), "ok");
}

/// S14: the way back that is offered is one that works. A retired offer's subscription whose term
/// has ended can no longer be reactivated, though its window still runs.
#[test]
fn what_is_offered_for_reactivation_can_be_reactivated() {
    let mut story = Story::at("2018-06-01");
    let id = story.buys(offers::E4, MONTHLY, 1);
    // The term ends on 1 June 2019 and does not renew; the window runs to 18 August.
    story.goes_to("2019-05-20");
    story.suspends(&id).unwrap();
    story.goes_to("2019-07-01");
    let context = story.context();
    let offered = available(&story, &context, offers::E4).reactivate.is_some();
    let works = outcome(&story.reactivates(&id)) == "ok";
    assert_eq!(offered, works);
}
