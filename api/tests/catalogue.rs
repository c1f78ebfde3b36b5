//! Offers, categories and country rules: read, written back without loss, and turned into what
//! `rules` decides on. The hand-written fixtures always run; the vendor's recorded answers run
//! where `RECORDED_DIR` names their folder (design.md §7).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};
use std::num::NonZeroU16;
use subscription_api::{
    BillingCycle, Collection, CountryValidationRules, LimitUnit, Offer, OfferCategory, OfferError,
    Qualification, Unreadable, json as wire,
};
use subscription_rules::{
    self as rules, BillingCycles, Catalogue, Category, CategoryId, Charging, Cloud, Country,
    OfferId, OfferKind, OwnershipLimit, PriceList, Segment,
};

const OFFER: &[u8] = include_bytes!("fixtures/offer.json");
const OFFER_PASCAL_CASE: &[u8] = include_bytes!("fixtures/offer-pascal-case.json");
const OFFERS: &[u8] = include_bytes!("fixtures/offers.json");
const CATEGORIES: &[u8] = include_bytes!("fixtures/offercategories.json");
const COUNTRY_RULES: &[u8] = include_bytes!("fixtures/countryvalidationrules.json");

/// A recorded answer, or nothing where the recordings are not at hand.
#[expect(clippy::print_stdout, reason = "a skipped test says so")]
fn recorded(file: &str) -> Option<Vec<u8>> {
    let Some(folder) = std::env::var_os("RECORDED_DIR") else {
        println!("skipped: RECORDED_DIR is not set");
        return None;
    };
    Some(std::fs::read(std::path::Path::new(&folder).join(file)).unwrap())
}

/// Reads the text, writes it again, and compares what the parser saw with what was written; the
/// order of fields does not count.
fn loses_nothing<T: DeserializeOwned + Serialize>(text: &[u8]) {
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    let before = serde_json::from_slice(text).unwrap();
    let after = serde_json::to_value(wire::read::<T>(text).unwrap()).unwrap();
    assert_eq!(differences("", &before, &after), [""; 0]);
}

/// Where two trees differ: short enough to read, also for a whole catalogue.
fn differences(at: &str, before: &Value, after: &Value) -> Vec<String> {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) if before.keys().eq(after.keys()) => {
            let parts = before.iter().map(|(key, part)| (key, part, &after[key]));
            parts.flat_map(|(key, was, is)| differences(&format!("{at}/{key}"), was, is)).collect()
        }
        (Value::Object(before), Value::Object(after)) => {
            let names =
                |fields: &serde_json::Map<_, _>| fields.keys().cloned().collect::<HashSet<_>>();
            let changed = &names(before) ^ &names(after);
            vec![format!("{at}: fields that are on one side only: {changed:?}")]
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            let parts = before.iter().zip(after).enumerate();
            parts
                .flat_map(|(place, (was, is))| differences(&format!("{at}/{place}"), was, is))
                .collect()
        }
        (before, after) if before == after => vec![],
        (before, after) => vec![format!("{at}: {before} became {after}")],
    }
}

/// The same tree with every key in upper case.
fn shouted(tree: &Value) -> Value {
    match tree {
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| (key.to_uppercase(), shouted(value))).collect()
        }
        Value::Array(items) => items.iter().map(shouted).collect(),
        leaf => leaf.clone(),
    }
}

/// The fixture with some fields changed; `null` takes a field away.
fn offer(changes: Value) -> Offer {
    let mut tree = wire::tree(OFFER).unwrap();
    let fields = tree.as_object_mut().unwrap();
    let Value::Object(changes) = changes else { panic!("changes are an object") };
    for (key, value) in changes {
        if value.is_null() {
            fields.remove(&key);
        } else {
            fields.insert(key, value);
        }
    }
    serde_json::from_value(tree).unwrap()
}

fn taken(offer: &Offer) -> rules::Offer {
    rules::Offer::try_from(offer).unwrap()
}

fn id(text: &str) -> OfferId {
    OfferId::parse(text).unwrap()
}

fn count(of: u16) -> NonZeroU16 {
    NonZeroU16::new(of).unwrap()
}

/// How often each value occurs.
fn tally<T: Ord>(values: impl Iterator<Item = T>) -> BTreeMap<T, usize> {
    let mut tally = BTreeMap::new();
    for value in values {
        *tally.entry(value).or_default() += 1;
    }
    tally
}

#[test]
fn fixtures_come_back_whole_with_fields_and_words_nobody_knows() {
    loses_nothing::<Offer>(OFFER);
    loses_nothing::<CountryValidationRules>(COUNTRY_RULES);
    let offer = wire::read::<Offer>(OFFER).unwrap();
    assert_eq!(offer.other["seasonalNote"]["weights"], json!([1, 2.5, null]));
    let unknown = BillingCycle::Other("fortnightly".into());
    assert_eq!(offer.supported_billing_cycles.last(), Some(&unknown));
    let categories = wire::read::<Collection<OfferCategory>>(CATEGORIES).unwrap();
    assert_eq!(categories.items.last().unwrap().other["colour"], "green");
    let again = serde_json::to_vec(&categories).unwrap();
    assert_eq!(wire::read::<Collection<OfferCategory>>(&again).unwrap(), categories);
}

#[test]
fn a_byte_order_mark_and_pascal_case_make_no_difference() {
    assert!(OFFER_PASCAL_CASE.starts_with(b"\xEF\xBB\xBF{\n  \"Id\""));
    let plain = wire::read::<Offer>(OFFER).unwrap();
    assert_eq!(wire::read::<Offer>(OFFER_PASCAL_CASE).unwrap(), plain);
}

#[test]
fn keys_are_found_in_any_case() {
    fn same_when_shouted<T: DeserializeOwned + Serialize>(text: &[u8], unknown: &[&str]) {
        let mut plain = wire::tree(text).unwrap();
        for field in unknown {
            plain.as_object_mut().unwrap().remove(*field);
        }
        let loud = shouted(&plain).to_string();
        assert_eq!(wire::tree(loud.as_bytes()).unwrap(), plain);
        wire::read::<T>(loud.as_bytes()).unwrap();
    }
    same_when_shouted::<Offer>(OFFER, &["seasonalNote"]);
    same_when_shouted::<Collection<Offer>>(OFFERS, &[]);
    same_when_shouted::<Collection<OfferCategory>>(CATEGORIES, &[]);
    same_when_shouted::<CountryValidationRules>(COUNTRY_RULES, &["registrationNumberRegex"]);
}

#[test]
fn words_are_read_in_any_case_and_written_in_one() {
    for word in ["Lifetime", "LifeTime", "lifetime", "LIFETIME"] {
        let read = serde_json::from_value::<LimitUnit>(json!(word)).unwrap();
        assert_eq!((&read, read.as_str()), (&LimitUnit::Lifetime, "Lifetime"));
    }
    for (word, expected) in [
        ("state_owned_entity", Qualification::StateOwnedEntity),
        ("Government_Community_Cloud", Qualification::GovernmentCommunityCloud),
        ("governmentCommunityCloud", Qualification::GovernmentCommunityCloud),
    ] {
        assert_eq!(Qualification::from(word.to_owned()), expected, "{word}");
    }
    for word in ["one_time", "OneTime", "onetime"] {
        let read = BillingCycle::from(word.to_owned());
        assert_eq!((&read, read.as_str()), (&BillingCycle::OneTime, "one_time"));
    }
    for word in ["Weekly", "", "_", " lifetime", "ＬＩＦＥＴＩＭＥ"] {
        let read = serde_json::from_value::<LimitUnit>(json!(word)).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), json!(word));
        assert_eq!(read, LimitUnit::Other(word.into()));
    }
}

#[test]
fn what_decides_must_be_there_and_be_of_its_type() {
    for field in [
        "id",
        "name",
        "minimumQuantity",
        "maximumQuantity",
        "limitUnitOfMeasure",
        "isAddOn",
        "isAvailableForPurchase",
        "billing",
        "supportedBillingCycles",
        "isAutoRenewable",
        "salesGroupId",
        "isTrial",
    ] {
        let mut tree = wire::tree(OFFER).unwrap();
        tree.as_object_mut().unwrap().remove(field);
        let read = wire::read::<Offer>(tree.to_string().as_bytes());
        assert!(matches!(read, Err(wire::ReadError::Shape { .. })), "{field}");
    }
    for quantity in [json!(-1), json!(1.5), json!("25"), json!(4_294_967_296_u64), json!(null)] {
        let mut tree = wire::tree(OFFER).unwrap();
        tree["minimumQuantity"] = quantity.clone();
        let read = wire::read::<Offer>(tree.to_string().as_bytes());
        assert!(matches!(read, Err(wire::ReadError::Shape { .. })), "{quantity}");
    }
}

#[test]
fn an_offer_becomes_one_to_decide_on() {
    let taken = taken(&wire::read(OFFER).unwrap());
    let expected = rules::Offer {
        id: id("0A1B2C3D-0000-4000-8000-000000000001"),
        name: "Harbour Mail (Nonprofit)".into(),
        cloud: Cloud::Commercial,
        country: Some(Country::US),
        category: Some(CategoryId("Nonprofit_Key".into())),
        kind: OfferKind::Base,
        segment: Segment::Nonprofit,
        partner_must_qualify: false,
        quantity: (2, 40).try_into().unwrap(),
        limit: OwnershipLimit::Concurrent(count(3)),
        cycles: BillingCycles::BOTH,
        charging: Charging::License,
        auto_renews: true,
        available: true,
        last_order_on: None,
        sales_group: rules::SalesGroup("Default".into()),
        unit: "Licenses".into(),
        product: taken.product,
        illustrative: false,
    };
    assert_eq!(taken, expected);
}

#[test]
fn trial_add_on_usage_and_education_offers_are_told_apart() {
    let offers = wire::read::<Collection<Offer>>(OFFERS).unwrap();
    let taken = offers.items.iter().map(taken).collect::<Vec<_>>();
    let [trial, add_on, usage, education] = taken.as_slice() else { panic!("four offers") };

    let converts_to = vec![id("0A1B2C3D-0000-4000-8000-000000000001")];
    assert_eq!(trial.kind, OfferKind::Trial { days: 30, converts_to });
    assert_eq!(trial.limit, OwnershipLimit::Lifetime(count(1)));
    assert_eq!((trial.cycles, trial.auto_renews), (BillingCycles::default(), false));
    assert_eq!((trial.country, &trial.category), (None, &None));

    assert_eq!(add_on.prerequisites(), [converts_to_of(trial), trial.id.clone()]);
    assert_eq!(add_on.limit, OwnershipLimit::None);
    assert_eq!(add_on.cycles, BillingCycles { monthly: false, annual: true });
    // Retired, without a tab, and counted in what the product says.
    assert_eq!((add_on.available, &add_on.category, &*add_on.unit), (false, &None, "Gigabytes"));
    assert_ne!(add_on.product, trial.product);

    assert_eq!((&usage.kind, usage.charging), (&OfferKind::Base, Charging::Usage));
    assert_eq!(usage.quantity.max().get(), 999_999_999);
    assert_eq!(&*usage.sales_group.0, "Harbour");

    assert_eq!((education.segment, education.partner_must_qualify), (Segment::Education, true));
    assert_eq!(education.limit, OwnershipLimit::Lifetime(count(65_535)));
    assert_eq!(&*education.unit, "Licenses");

    // The same product in another case is the same product.
    assert_eq!(self::taken(&wire::read(OFFER).unwrap()).product, trial.product);
}

fn converts_to_of(trial: &rules::Offer) -> OfferId {
    trial.conversion_targets()[0].clone()
}

#[test]
fn the_length_of_a_trial_is_in_days_or_in_months_of_thirty() {
    let trial = |term: Value, unit: Value| {
        offer(json!({"isTrial": true, "term": term, "termUnitOfMeasure": unit}))
    };
    let cases = [
        (1, "Month", Some(30)),
        (45, "Day", Some(45)),
        (2, "month", Some(60)),
        (2184, "Month", Some(65_520)),
        (2185, "Month", None),
        (65_536, "Day", None),
        (u32::MAX, "Month", None),
        (0, "Day", None),
        (1, "Year", None),
        (1, "Fortnight", None),
    ];
    for (term, unit, expected) in cases {
        let taken = rules::Offer::try_from(&trial(json!(term), json!(unit)));
        let days = taken.ok().map(|taken| match taken.kind {
            OfferKind::Trial { days, .. } => days,
            OfferKind::Base | OfferKind::AddOn { .. } => panic!("no trial"),
        });
        assert_eq!(days, expected, "{term} {unit}");
    }
    assert!(rules::Offer::try_from(&trial(Value::Null, Value::Null)).is_err());
}

#[test]
fn an_offer_says_its_cloud_only_by_where_it_was_asked() {
    let german = offer(json!({"country": "de"})).in_cloud(Cloud::Germany).unwrap();
    assert_eq!((german.cloud, german.country), (Cloud::Germany, Some(Country::DE)));
    assert_eq!(offer(json!({"country": ""})).in_cloud(Cloud::Germany).unwrap().country, None);
}

#[test]
fn what_rules_cannot_hold_is_not_taken_and_says_why() {
    let words = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    let limit = |unit: &str, limit| Unreadable::Limit { unit: unit.into(), limit };
    let term =
        |term, unit: Option<&str>| Unreadable::Term { term, unit: unit.map(ToOwned::to_owned) };
    let no_id = |field, value: &str| Unreadable::Id { field, value: value.into() };
    let cases = [
        (json!({"id": "../x"}), no_id("id", "../x")),
        (json!({"isAddOn": true, "prerequisiteOffers": [""]}), no_id("prerequisiteOffers", "")),
        (
            json!({"isTrial": true, "term": 1, "termUnitOfMeasure": "Month", "conversionTargetOffers": ["a b"]}),
            no_id("conversionTargetOffers", "a b"),
        ),
        (json!({"country": "USA"}), Unreadable::Country("USA".into())),
        (json!({"isAddOn": true, "isTrial": true}), Unreadable::AddOnAndTrial),
        (json!({"prerequisiteOffers": ["X"]}), Unreadable::PrerequisitesOfNoAddOn),
        (json!({"minimumQuantity": 0}), Unreadable::Quantity { min: 0, max: 40 }),
        (json!({"minimumQuantity": 41}), Unreadable::Quantity { min: 41, max: 40 }),
        (json!({"limit": 0}), limit("Concurrent", Some(0))),
        (json!({"limit": 65_536}), limit("Concurrent", Some(65_536))),
        (json!({"limit": null, "limitUnitOfMeasure": "lifetime"}), limit("Lifetime", None)),
        (json!({"limitUnitOfMeasure": "Weekly"}), limit("Weekly", Some(3))),
        (json!({"term": 3}), term(Some(3), Some("Year"))),
        (json!({"termUnitOfMeasure": "Month"}), term(Some(1), Some("Month"))),
        (json!({"termUnitOfMeasure": null}), term(Some(1), None)),
        (json!({"billing": "none"}), Unreadable::Billing("none".into())),
        (json!({"billing": "Barter"}), Unreadable::Billing("Barter".into())),
        (
            json!({"supportedBillingCycles": ["none", "one_time"]}),
            Unreadable::Cycles(words(&["none", "one_time"])),
        ),
        (json!({"supportedBillingCycles": []}), Unreadable::Cycles(vec![])),
        (
            json!({"reselleeQualifications": ["Education", "Nonprofit"]}),
            Unreadable::Resellee(words(&["Education", "Nonprofit"])),
        ),
        (
            json!({"reselleeQualifications": ["StateOwnedEntity"]}),
            Unreadable::Resellee(words(&["StateOwnedEntity"])),
        ),
        (
            json!({"resellerQualifications": ["Education"]}),
            Unreadable::Reseller(words(&["Education"])),
        ),
        (json!({"salesGroupId": ""}), Unreadable::SalesGroup),
    ];
    for (changes, why) in cases {
        let given = offer(changes.clone());
        let expected = OfferError { offer: given.id.clone(), why };
        assert_eq!(rules::Offer::try_from(&given), Err(expected), "{changes}");
    }
    let shown = rules::Offer::try_from(&offer(json!({"minimumQuantity": 0}))).unwrap_err();
    let expected =
        "offer \"0A1B2C3D-0000-4000-8000-000000000001\": quantities from 0 to 40 are no range";
    assert_eq!(shown.to_string(), expected);
}

#[test]
fn recorded_answers_come_back_whole() {
    if let Some(text) = recorded("offers-US.json") {
        loses_nothing::<Collection<Offer>>(&text);
    }
    if let Some(text) = recorded("offercategories-US.json") {
        loses_nothing::<Collection<OfferCategory>>(&text);
    }
    if let Some(text) = recorded("countryvalidationrules-US.json") {
        loses_nothing::<CountryValidationRules>(&text);
    }
}

/// What we say of an offer is what the vendor said of it, as far as `rules` hold it: no text, no
/// address, no product's name.
#[test]
fn recorded_offers_are_written_as_they_were_recorded() {
    const SAME: [&str; 28] = [
        "acquisitionType",
        "actions",
        "attributes",
        "billing",
        "category",
        "conversionTargetOffers",
        "country",
        "id",
        "isAddOn",
        "isAutoRenewable",
        "isAvailableForPurchase",
        "isInternal",
        "isMicrosoftProduct",
        "isTrial",
        "limit",
        "limitUnitOfMeasure",
        "locale",
        "maximumQuantity",
        "minimumQuantity",
        "name",
        "reselleeQualifications",
        "resellerQualifications",
        "salesGroupId",
        "supportedBillingCycles",
        "supportedCatalogTypes",
        "term",
        "termUnitOfMeasure",
        "unitType",
    ];
    let (Some(text), Some(tabs)) =
        (recorded("offers-US.json"), recorded("offercategories-US.json"))
    else {
        return;
    };
    let tabs = wire::read::<Collection<OfferCategory>>(&tabs).unwrap().items.into_iter();
    let tabs = tabs.map(|tab| Category {
        id: CategoryId(tab.id.as_str().into()),
        name: tab.name,
        rank: tab.rank,
    });
    let read = wire::read::<Collection<Offer>>(&text).unwrap();
    let offers = read.items.iter().map(taken).collect::<Vec<_>>();
    let catalogue = Catalogue::new(offers, tabs.collect()).unwrap();
    let us = Country::parse("US").unwrap();
    for recorded in &read.items {
        let held = catalogue.get(&id(&recorded.id)).unwrap();
        let ours = Offer::of(held, us, &catalogue, &PriceList::default());
        assert_eq!(ours.links["self"].uri, recorded.links["self"].uri);
        let (ours, theirs) =
            (serde_json::to_value(ours).unwrap(), serde_json::to_value(recorded).unwrap());
        for field in SAME {
            assert_eq!(ours[field], theirs[field], "{field} of {}", recorded.name);
        }
    }
}

/// Nothing in the recording is unknown: a field that only survived by being kept would be missed in
/// the browser, which keeps none.
#[test]
fn recorded_answers_hold_nothing_unknown() {
    if let Some(text) = recorded("offers-US.json") {
        let offers = wire::read::<Collection<Offer>>(&text).unwrap();
        assert!(offers.other.is_empty());
        for offer in &offers.items {
            let category = offer.category.as_ref().unwrap();
            let product = offer.product.as_ref().unwrap();
            assert!(offer.other.is_empty() && category.other.is_empty(), "{offer:?}");
            assert!(product.other.is_empty(), "{product:?}");
            assert!(offer.links.values().all(|link| link.other.is_empty()), "{offer:?}");
        }
    }
    if let Some(text) = recorded("countryvalidationrules-US.json") {
        let rules = wire::read::<CountryValidationRules>(&text).unwrap();
        assert!(rules.other.is_empty());
        assert_eq!((rules.iso2_code.as_str(), rules.supported_states_list.len()), ("US", 51));
        assert_eq!(CountryValidationRules::of(Country::US), rules, "what is answered here");
    }
    if let Some(text) = recorded("offercategories-US.json") {
        let categories = wire::read::<Collection<OfferCategory>>(&text).unwrap();
        let tabs = categories.items.iter().map(|tab| (tab.id.as_str(), tab.rank));
        let expected = [
            ("Enterprise_Key", 20),
            ("SmallBusiness_Key", 30),
            ("Nonprofit_Key", 60),
            ("Trial_Key", 70),
        ];
        assert_eq!(tabs.collect::<Vec<_>>(), expected);
        assert!(categories.items.iter().all(|tab| tab.other.is_empty()));
    }
}

/// The counts of domain.md §4.1, on what `rules` decides with.
#[test]
fn recorded_offers_convert_with_every_limit() {
    let Some(text) = recorded("offers-US.json") else { return };
    let read = wire::read::<Collection<Offer>>(&text).unwrap();
    let offers = read.items.iter().map(taken).collect::<Vec<_>>();
    assert_eq!((offers.len(), read.total_count), (274, 274));

    let min = tally(offers.iter().map(|offer| offer.quantity.min().get()));
    let expected = [(1, 235), (2, 4), (5, 3), (10, 6), (20, 5), (25, 17), (50, 2), (100, 2)];
    assert_eq!(min, expected.into());
    let max = tally(offers.iter().map(|offer| offer.quantity.max().get()));
    let expected = [
        (1, 1),
        (10, 4),
        (25, 16),
        (45, 1),
        (50, 11),
        (75, 1),
        (250, 1),
        (300, 9),
        (995, 1),
        (2_000, 1),
        (30_000, 2),
        (10_000_000, 225),
        (999_999_999, 1),
    ];
    assert_eq!(max, expected.into());

    // 1 (17), 2 (15): 16 trials and one paid offer, one trial and 14 paid offers.
    let limit = tally(offers.iter().map(|offer| match offer.limit {
        OwnershipLimit::None => ("none", 0),
        OwnershipLimit::Concurrent(count) => ("concurrent", count.get()),
        OwnershipLimit::Lifetime(count) => ("lifetime", count.get()),
    }));
    let expected = [
        (("none", 0), 242),
        (("concurrent", 1), 1),
        (("concurrent", 2), 14),
        (("lifetime", 1), 16),
        (("lifetime", 2), 1),
    ];
    assert_eq!(limit, expected.into());

    let kind = tally(offers.iter().map(|offer| match offer.kind {
        OfferKind::Base => ("base", 0),
        OfferKind::AddOn { .. } => ("add-on", 0),
        OfferKind::Trial { days, .. } => ("trial", days),
    }));
    let expected =
        [(("base", 0), 182), (("add-on", 0), 75), (("trial", 30), 10), (("trial", 45), 7)];
    assert_eq!(kind, expected.into());

    let cycles = tally(offers.iter().map(|offer| (offer.cycles.monthly, offer.cycles.annual)));
    let expected = [((true, true), 256), ((false, false), 17), ((true, false), 1)];
    assert_eq!(cycles, expected.into());

    let unit = tally(offers.iter().map(|offer| &*offer.unit));
    let expected = [
        ("Licenses", 212),
        ("Add-On Licenses", 42),
        ("Instances", 14),
        ("Gigabytes", 5),
        ("Usage-based", 1),
    ];
    assert_eq!(unit, expected.into());

    let how_many =
        |holds: fn(&rules::Offer) -> bool| offers.iter().filter(|&offer| holds(offer)).count();
    assert_eq!(how_many(|offer| offer.segment == Segment::Nonprofit), 87);
    assert_eq!(how_many(|offer| offer.segment == Segment::Commercial), 187);
    assert_eq!(how_many(|offer| offer.charging == Charging::Usage), 1);
    assert_eq!(how_many(|offer| !offer.auto_renews), 20);
    assert_eq!(how_many(|offer| offer.available), 274);
    assert_eq!(how_many(|offer| offer.partner_must_qualify), 0);
    assert_eq!(how_many(|offer| offer.country == Some(Country::US)), 274);
    assert_eq!(how_many(|offer| offer.category.is_none()), 75);
    assert_eq!(how_many(|offer| offer.is_add_on() && offer.category.is_some()), 0);
}

#[test]
fn recorded_relations_survive_the_conversion() {
    let Some(text) = recorded("offers-US.json") else { return };
    let read = wire::read::<Collection<Offer>>(&text).unwrap();
    let offers = read.items.iter().map(taken).collect::<Vec<_>>();

    let prerequisites = offers.iter().filter(|offer| offer.is_add_on());
    let counts = prerequisites.map(|offer| offer.prerequisites().len()).collect::<Vec<_>>();
    assert_eq!((counts.iter().min(), counts.iter().max()), (Some(&2), Some(&249)));

    let targets = offers.iter().filter(|offer| offer.is_trial());
    let targets = tally(targets.map(|offer| offer.conversion_targets().len()));
    assert_eq!(targets, [(1, 16), (2, 1)].into());

    let groups = tally(offers.iter().map(|offer| &*offer.sales_group.0));
    assert_eq!((groups.len(), groups["Default"], groups["Azure"]), (19, 256, 1));
    for trial in offers.iter().filter(|offer| offer.is_trial()) {
        assert_eq!(*trial.sales_group.0, format!("Trial-{}", trial.id));
    }

    // As many products as the vendor has, so no two have met in one number.
    let named = read.items.iter().map(|offer| &offer.product.as_ref().unwrap().id);
    let numbers = offers.iter().map(|offer| offer.product).collect::<HashSet<_>>();
    assert_eq!(numbers.len(), named.collect::<HashSet<_>>().len());

    // Phone System carries Domestic Calling Plan and is an add-on itself (domain.md §1.4).
    let catalogue = Catalogue::new(offers, vec![]).unwrap();
    let phone_system = id("4260988e-990d-479c-ae7b-f01ce8e1bb4d");
    assert!(catalogue.get(&phone_system).unwrap().is_add_on());
    let mut carried = catalogue.add_ons_of(&phone_system).map(|offer| &*offer.name);
    assert!(carried.any(|name| name == "Domestic Calling Plan"));
}
