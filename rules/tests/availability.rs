//! Which offers a customer may buy and why not (domain.md §4.2, §1.6: S3, S5, S8, S10–S12, S18,
//! A19, A23). How many of one offer is in `limits.rs`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::BTreeSet;
use subscription_rules::{
    Asked, BillingCycle, BillingCycles, Catalogue, Cloud, Country, Customer, CustomerAccount,
    Nickname, Offer, OfferKind, PartnerQualifications, Qualifications, Relationship, Segment,
    Standing, availability, availability_of, rename,
};
use support::{Story, day, name, offer_id, offers, outcome};

const MONTHLY: BillingCycle = BillingCycle::Monthly;
const ANNUAL: BillingCycle = BillingCycle::Annual;
const TRIAL: BillingCycle = BillingCycle::None;

/// The names of all reasons against an offer, in their order.
fn reasons(story: &Story, offer: &str, asked: Asked<'_>) -> Vec<String> {
    let offer = story.desk.catalogue.get(&offer_id(offer)).unwrap();
    let available = availability_of(&story.context(), &story.account, offer, asked);
    assert_eq!(available.is_available(), available.reasons.is_empty());
    assert_eq!(available.leading(), available.reasons.first());
    available.reasons.iter().map(name).collect()
}

/// The catalogue of the tests with one offer made otherwise.
fn with(id: &str, change: impl Fn(&mut Offer)) -> Catalogue {
    let mut all = offers::all();
    change(all.iter_mut().find(|offer| offer.id == offer_id(id)).unwrap());
    Catalogue::new(all, Vec::new()).unwrap()
}

/// The story goes on with a customer that has become another.
fn becomes(story: &mut Story, change: impl Fn(&mut Customer)) {
    let mut customer = story.account.customer().clone();
    change(&mut customer);
    let rows = story.account.subscriptions().cloned().collect::<Vec<_>>();
    story.account = CustomerAccount::new(customer, rows).unwrap();
}

/// Everything that steps 1 to 5 can object to.
fn against(offer: &mut Offer) {
    offer.cloud = Cloud::Germany;
    offer.country = Some(Country::DE);
    offer.segment = Segment::Education;
    offer.partner_must_qualify = true;
    offer.available = false;
    offer.cycles = BillingCycles { monthly: true, annual: false };
}

const FIRST_FIVE: [&str; 8] = [
    "WRONG_CLOUD",
    "OFFER_NOT_IN_COUNTRY",
    "NO_COMMERCE_RELATIONSHIP",
    "PARTNER_BLOCKED",
    "PARTNER_NOT_VALID_FOR_OFFER",
    "WRONG_SEGMENT",
    "OFFER_NO_LONGER_AVAILABLE",
    "CYCLE_NOT_SUPPORTED_BY_OFFER",
];

fn turns_bad(story: &mut Story) {
    story.desk.partner.standing = Standing::Blocked;
    story.desk.partner.qualifications = PartnerQualifications { education: false };
    becomes(story, |customer| customer.relationship = Relationship::None);
}

/// S13, §4.2: an offer that fails every step says so in the order of the steps; an add-on by
/// step 6, a trial by step 7, both by step 8. The first one leads.
#[test]
fn all_reasons_in_their_order() {
    let mut story = Story::at("2018-06-01");
    let base = story.buys(offers::E3, MONTHLY, 1);
    story.adds(&base, offers::PHONE);
    turns_bad(&mut story);
    story.desk.catalogue = with(offers::PHONE, |offer| {
        against(offer);
        offer.limit = offers::concurrent(1);
    });
    let expected = [&FIRST_FIVE[..], &["ADDON_NEEDS_BASE", "OFFER_USE_LIMIT_EXCEEDED"]].concat();
    assert_eq!(reasons(&story, offers::PHONE, Asked::Catalogue(ANNUAL)), expected);

    let mut story = Story::at("2018-06-01");
    story.buys(offers::E3_TRIAL, TRIAL, 25);
    story.buys(offers::E3, MONTHLY, 1);
    turns_bad(&mut story);
    story.desk.catalogue = with(offers::E3_TRIAL, against);
    let expected = [&FIRST_FIVE[..], &["PAID_OFFER_OWNED", "TRIAL_ALREADY_HAD"]].concat();
    assert_eq!(reasons(&story, offers::E3_TRIAL, Asked::Catalogue(ANNUAL)), expected);
}

/// S3: only what is in the catalogue is sold, and it keeps its order.
#[test]
fn only_what_is_in_the_catalogue() {
    let mut story = Story::at("2018-06-01");
    assert_eq!(outcome(&story.orders("I-NONE", MONTHLY, 1)), "INVALID_OFFER_ID");
    let context = story.context();
    let all = availability(&context, &story.account, Asked::Catalogue(MONTHLY));
    let ids = |offers: &mut dyn Iterator<Item = &Offer>| {
        offers.map(|offer| offer.id.clone()).collect::<Vec<_>>()
    };
    let listed = ids(&mut all.iter().map(|each| each.offer));
    assert_eq!(listed, ids(&mut story.desk.catalogue.offers().iter()));
}

/// S4, S5: the limited offers can be listed, with their limits.
#[test]
fn the_limited_offers_can_be_listed() {
    let all = offers::all();
    let limited = all.iter().filter(|offer| offer.is_limited());
    let found: BTreeSet<_> = limited.map(|offer| offer.id.clone()).collect();
    let expected = [
        offers::BUSINESS_PREMIUM,
        offers::WINDOWS_E3,
        offers::ANNUAL_ONLY,
        offers::PREMIUM_TRIAL,
        offers::E3_TRIAL,
        offers::CE_TRIAL,
        offers::CENTRAL_TRIAL,
        offers::NONPROFIT_TRIAL,
        offers::NONPROFIT_PREMIUM,
        offers::NONPROFIT_E1,
        offers::GERMAN_PREMIUM,
    ];
    assert_eq!(found, expected.map(offer_id).into());
}

/// S8, S12: the frequency filters the catalogue.
#[test]
fn the_frequency_filters() {
    const NO: &[&str] = &["CYCLE_NOT_SUPPORTED_BY_OFFER"];
    const YES: &[&str] = &[];
    for (offer, monthly, annual, trial) in [
        (offers::E1, YES, YES, NO),
        (offers::MONTHLY_ONLY, YES, NO, NO),
        (offers::ANNUAL_ONLY, NO, YES, NO),
        (offers::AZURE, YES, NO, NO),
        (offers::PREMIUM_TRIAL, NO, NO, YES),
    ] {
        let story = Story::at("2018-06-01");
        for (cycle, expected) in [(MONTHLY, monthly), (ANNUAL, annual), (TRIAL, trial)] {
            let got = reasons(&story, offer, Asked::Catalogue(cycle));
            assert_eq!(got, expected, "{offer} {cycle:?}");
        }
    }
}

/// S11, §1.6: customer type against the segment an offer is made for.
#[test]
fn who_may_buy_what() {
    use Segment::{Commercial, Education, Government, Nonprofit};
    // Columns: commercial, education, nonprofit, government offers. `None`: the sources' words
    // for a state-owned government body ("GCC only if also GCC") can be read both ways.
    #[rustfmt::skip]
    let rows = [
        (Commercial, false, [Some(true),  Some(false), Some(false), Some(false)]),
        (Nonprofit,  false, [Some(true),  Some(false), Some(true),  Some(false)]),
        (Education,  false, [Some(true),  Some(true),  Some(false), Some(false)]),
        (Government, false, [Some(false), Some(false), Some(false), Some(true)]),
        (Commercial, true,  [Some(true),  Some(false), Some(false), Some(false)]),
        (Education,  true,  [Some(true),  Some(true),  Some(false), Some(false)]),
        (Government, true,  [None,        Some(false), Some(false), Some(true)]),
    ];
    let sold = [offers::E1, offers::FACULTY, offers::NONPROFIT_E1, offers::GOVERNMENT_E3];
    assert_eq!(Qualifications::ALL.len(), rows.len(), "every customer type has a row");
    for (segment, state_owned, columns) in rows {
        let is = Qualifications::new(segment, state_owned).unwrap();
        assert!(Qualifications::ALL.contains(&is));
        let mut story = Story::at("2018-06-01");
        becomes(&mut story, |customer| customer.qualifications = is);
        for (offer, allowed) in sold.into_iter().zip(columns) {
            let Some(allowed) = allowed else { continue };
            let expected: &[&str] = if allowed { &[] } else { &["WRONG_SEGMENT"] };
            let got = reasons(&story, offer, Asked::Catalogue(MONTHLY));
            assert_eq!(got, expected, "{is:?} {offer}");
        }
    }
}

/// §1.6: a state-owned nonprofit does not exist.
#[test]
fn a_state_owned_nonprofit_does_not_exist() {
    assert_eq!(outcome(&Qualifications::new(Segment::Nonprofit, true)), "INVALID_INPUT");
}

/// §1.6: education offers need an authorised seller; nonprofit and government ones need none.
#[test]
fn what_the_partner_must_qualify_for() {
    for (segment, offer, expected) in [
        (Segment::Education, offers::FACULTY, &["PARTNER_NOT_VALID_FOR_OFFER"][..]),
        (Segment::Education, offers::E1, &[]),
        (Segment::Nonprofit, offers::NONPROFIT_E1, &[]),
        (Segment::Government, offers::GOVERNMENT_E3, &[]),
    ] {
        let mut story = Story::at("2018-06-01");
        story.desk.partner.qualifications = PartnerQualifications { education: false };
        let is = Qualifications::new(segment, false).unwrap();
        becomes(&mut story, |customer| customer.qualifications = is);
        assert_eq!(reasons(&story, offer, Asked::Catalogue(MONTHLY)), expected, "{offer}");
    }
}

/// S1, A19, §1.6: each cloud sells its own offers, in the countries it serves.
#[test]
fn each_cloud_sells_its_own() {
    const CLOUD: &str = "WRONG_CLOUD";
    const COUNTRY: &str = "OFFER_NOT_IN_COUNTRY";
    let government = Qualifications::new(Segment::Government, false).unwrap();
    for (cloud, country, is, offer, expected) in [
        (Cloud::Commercial, "US", Qualifications::NONE, offers::E1, &[][..]),
        (Cloud::Commercial, "JP", Qualifications::NONE, offers::E1, &[]),
        (Cloud::Commercial, "DE", Qualifications::NONE, offers::GERMAN_PREMIUM, &[CLOUD]),
        (Cloud::Germany, "DE", Qualifications::NONE, offers::GERMAN_PREMIUM, &[]),
        (Cloud::Germany, "CH", Qualifications::NONE, offers::GERMAN_PREMIUM, &[]),
        (Cloud::Germany, "GB", Qualifications::NONE, offers::GERMAN_PREMIUM, &[]),
        (Cloud::Germany, "US", Qualifications::NONE, offers::GERMAN_PREMIUM, &[COUNTRY]),
        (Cloud::Germany, "DE", Qualifications::NONE, offers::E1, &[CLOUD]),
        (Cloud::UsGovernment, "US", government, offers::AZURE_GOVERNMENT, &[]),
        (Cloud::UsGovernment, "US", government, offers::GOVERNMENT_E3, &[CLOUD]),
        (Cloud::UsGovernment, "CA", government, offers::AZURE_GOVERNMENT, &[COUNTRY]),
    ] {
        let mut story = Story::at("2018-06-01");
        becomes(&mut story, |customer| {
            customer.cloud = cloud;
            customer.country = Country::parse(country).unwrap();
            customer.qualifications = is;
        });
        let got = reasons(&story, offer, Asked::Catalogue(MONTHLY));
        assert_eq!(got, expected, "{cloud:?} {country} {offer}");
    }
}

/// §1.6, §4.1 `country`: an offer of one country is not sold in another one of its cloud.
#[test]
fn an_offer_may_be_of_one_country() {
    let mut story = Story::at("2018-06-01");
    story.desk.catalogue = with(offers::E1, |offer| offer.country = Some(Country::DE));
    let got = reasons(&story, offers::E1, Asked::Catalogue(MONTHLY));
    assert_eq!(got, ["OFFER_NOT_IN_COUNTRY"]);
}

/// S2, §1.6, T1: only a reseller sells.
#[test]
fn only_a_reseller_sells() {
    use Relationship::{Advisor, MicrosoftSupport, None, Reseller, Syndication};
    for (relationship, expected) in [
        (Reseller, "ok"),
        (Advisor, "NO_COMMERCE_RELATIONSHIP"),
        (Syndication, "NO_COMMERCE_RELATIONSHIP"),
        (MicrosoftSupport, "NO_COMMERCE_RELATIONSHIP"),
        (None, "NO_COMMERCE_RELATIONSHIP"),
    ] {
        let mut story = Story::at("2018-06-01");
        becomes(&mut story, |customer| customer.relationship = relationship);
        let got = story.orders(offers::E1, MONTHLY, 1);
        assert_eq!(outcome(&got), expected, "{relationship:?}");
    }
}

/// §4.2 step 4: withdrawn, or past its last day; the last day itself still sells.
#[test]
fn what_is_withdrawn_is_not_sold() {
    for (available, last, expected) in [
        (true, None, &[][..]),
        (false, None, &["OFFER_NO_LONGER_AVAILABLE"]),
        (true, Some("2018-06-02"), &[]),
        (true, Some("2018-06-01"), &[]),
        (true, Some("2018-05-31"), &["OFFER_NO_LONGER_AVAILABLE"]),
    ] {
        let mut story = Story::at("2018-06-01T23:59:59Z");
        story.desk.catalogue = with(offers::E1, |offer| {
            offer.available = available;
            offer.last_order_on = last.map(day);
        });
        let got = reasons(&story, offers::E1, Asked::Catalogue(MONTHLY));
        assert_eq!(got, expected, "{available} {last:?}");
    }
}

/// A23, §8 item 18: a blocked partner does nothing that creates or raises a charge, also not fewer
/// licenses; suspending, cancelling and renaming stay possible.
#[test]
fn a_blocked_partner() {
    const BLOCKED: &str = "PARTNER_BLOCKED";
    let begun = || {
        let mut story = Story::at("2018-06-01");
        let active = story.buys(offers::E3, MONTHLY, 10);
        let suspended = story.buys(offers::E1, MONTHLY, 10);
        let trial = story.buys(offers::PREMIUM_TRIAL, TRIAL, 25);
        story.suspends(&suspended).unwrap();
        story.desk.partner.standing = Standing::Blocked;
        (story, active, suspended, trial)
    };
    for (what, expected) in [
        ("create", BLOCKED),
        ("trial", BLOCKED),
        ("more", BLOCKED),
        ("fewer", BLOCKED),
        ("add-on", BLOCKED),
        ("convert", BLOCKED),
        ("reactivate", BLOCKED),
        ("suspend", "ok"),
        ("cancel", "ok"),
        ("cancel a suspended one", "ok"),
        ("rename", "ok"),
    ] {
        let (mut story, active, suspended, trial) = begun();
        let got = match what {
            "create" => story.orders(offers::E1, MONTHLY, 1).map(|(_, change)| change),
            "trial" => story.orders(offers::CE_TRIAL, TRIAL, 25).map(|(_, change)| change),
            "more" => story.sets_quantity(&active, 11),
            "fewer" => story.sets_quantity(&active, 9),
            "add-on" => story.orders_on(&active, offers::PHONE, 1).map(|(_, change)| change),
            "convert" => story.converts(&trial, offers::BUSINESS_PREMIUM, MONTHLY, 25),
            "reactivate" => story.reactivates(&suspended),
            "suspend" => story.suspends(&active),
            "cancel" => story.cancels(&active),
            "cancel a suspended one" => story.cancels(&suspended),
            _ => {
                let to = Nickname::parse("Head office").unwrap();
                rename(&story.context(), &story.account, &active, &to)
            }
        };
        assert_eq!(outcome(&got), expected, "{what}");
    }
}

/// S18, T4, §1.4: an add-on is bought on the page of an active subscription of one of its
/// prerequisites, at any depth, and nothing but an add-on is.
#[test]
fn where_an_add_on_is_bought() {
    let mut story = Story::at("2018-06-01");
    let base = story.buys(offers::E3, MONTHLY, 10);
    let other = story.buys(offers::WINDOWS_E3, MONTHLY, 10);
    let suspended = story.buys(offers::E1, MONTHLY, 10);
    let phone = story.adds(&base, offers::PHONE);
    story.suspends(&suspended).unwrap();
    let unknown = support::subscription_id("nothing");
    let (page, catalogue) = (Asked::AddOn, Asked::Catalogue(MONTHLY));
    for (what, offer, asked, expected) in [
        ("the catalogue", offers::PHONE, catalogue, &["ADDON_NEEDS_BASE"][..]),
        ("a prerequisite", offers::PHONE, page(&base), &[]),
        ("the second level", offers::CALLING, page(&phone), &[]),
        ("only the first level", offers::CALLING, page(&base), &["ADDON_NOT_FOR_PARENT"]),
        ("no prerequisite", offers::PHONE, page(&other), &["ADDON_NOT_FOR_PARENT"]),
        ("a suspended one", offers::PHONE, page(&suspended), &["PARENT_NOT_ACTIVE"]),
        ("an unknown one", offers::PHONE, page(&unknown), &["SUBSCRIPTION_NOT_FOUND"]),
        ("no add-on", offers::E1, page(&base), &["ADDON_NOT_FOR_PARENT"]),
    ] {
        assert_eq!(reasons(&story, offer, asked), expected, "{what}");
    }
    let listed: Vec<_> = story.desk.catalogue.add_ons_of(&offer_id(offers::PHONE)).collect();
    assert_eq!(listed.len(), 1, "S18: what a subscription can carry is listed");
    assert_eq!(listed[0].id, offer_id(offers::CALLING));
}

/// §1.4, §8 item 12: a name with "Add-On" in it makes no add-on.
#[test]
fn a_name_makes_no_add_on() {
    let mut story = Story::at("2018-06-01");
    story.desk.catalogue = with(offers::E1, |offer| {
        offer.name = "Talent Comprehensive Hiring Add-On Tier 3".into();
        offer.unit = "Add-On Licenses".into();
    });
    assert!(reasons(&story, offers::E1, Asked::Catalogue(MONTHLY)).is_empty());
}

/// §4.2 step 5: an add-on takes its base's frequency, so it must be sold at it.
#[test]
fn an_add_on_must_be_sold_at_its_bases_frequency() {
    let mut story = Story::at("2018-06-01");
    let base = story.buys(offers::E3, ANNUAL, 10);
    story.desk.catalogue = with(offers::PHONE, |offer| {
        assert!(matches!(offer.kind, OfferKind::AddOn { .. }));
        offer.cycles = BillingCycles { monthly: true, annual: false };
    });
    let got = reasons(&story, offers::PHONE, Asked::AddOn(&base));
    assert_eq!(got, ["CYCLE_NOT_SUPPORTED_BY_OFFER"]);
}
