//! Reads the two files that say what is sold and what it costs (docs/catalogue.md).
//!
//! An offer writes only what differs from the default, and offers point at each other by their
//! place in the list. A file that does not fit is told with the line or the offer, never guessed.

use serde::{Deserialize, Deserializer};
use std::fmt::Display;
use std::num::NonZeroU16;
use subscription_rules::{
    BillingCycles, Catalogue, CatalogueError, Category, Charging, Cloud, Country, Currency, Money,
    Offer, OfferId, OfferKind, OwnershipLimit, PriceList, Quantity, QuantityRange, SalesGroup,
    Segment,
};

/// Why a file makes no catalogue or price list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// It is no JSON of the documented form; tells what was expected, with line and column.
    #[error("the file cannot be read: {0}")]
    Malformed(String),
    /// It is written for another version of this program.
    #[error("the file has version {0}, not 1")]
    Version(u32),
    /// An offer contradicts itself or points at something that is not there.
    #[error("the offer {offer} cannot be read: {what}")]
    Offer {
        /// Which.
        offer: OfferId,
        /// The key at fault.
        what: &'static str,
    },
    /// The offers do not fit together.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
}

fn malformed(error: impl Display) -> FileError {
    FileError::Malformed(error.to_string())
}

#[derive(Deserialize)]
struct CatalogueFile {
    version: u32,
    categories: Vec<Category>,
    offers: Vec<RawOffer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the file's own keys")]
struct RawOffer {
    id: OfferId,
    name: Box<str>,
    category: Option<usize>,
    #[serde(default = "one")]
    min: Quantity,
    max: Option<Quantity>,
    limit: Option<(LimitKind, NonZeroU16)>,
    #[serde(default)]
    cycles: RawCycles,
    term: Option<Box<str>>,
    #[serde(default)]
    trial: bool,
    #[serde(default)]
    add_on: bool,
    #[serde(default)]
    prerequisites: Vec<usize>,
    #[serde(default)]
    converts: Vec<usize>,
    sales: Option<Box<str>>,
    #[serde(default)]
    requires: Vec<Requires>,
    #[serde(default)]
    partner_requires: Vec<Requires>,
    unit: Option<Box<str>>,
    product: u32,
    auto_renew: Option<bool>,
    #[serde(default)]
    usage: bool,
    cloud: Option<Cloud>,
    country: Option<Country>,
    #[serde(default)]
    unavailable: bool,
    #[serde(default)]
    illustrative: bool,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum LimitKind {
    Concurrent,
    Lifetime,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
enum RawCycles {
    #[default]
    Ma,
    M,
    A,
    N,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Requires {
    Nonprofit,
    Education,
    GovernmentCommunityCloud,
}

const fn one() -> Quantity {
    Quantity::ONE
}

/// The largest quantity of an offer that names none.
const TEN_MILLION: u32 = 10_000_000;

/// Reads `public/catalogue.json`.
pub fn read_catalogue(json: &str) -> Result<Catalogue, FileError> {
    catalogue_from(&mut serde_json::Deserializer::from_str(json))
}

/// Takes in what a reader of JSON found in `public/catalogue.json`. A browser has one of its own.
pub fn catalogue_from<'de, D: Deserializer<'de>>(json: D) -> Result<Catalogue, FileError> {
    let file = CatalogueFile::deserialize(json).map_err(malformed)?;
    version(file.version)?;
    let ids: Vec<OfferId> = file.offers.iter().map(|raw| raw.id.clone()).collect();
    let offers = file.offers.into_iter().map(|raw| {
        let id = raw.id.clone();
        offer(raw, &ids, &file.categories).map_err(|what| FileError::Offer { offer: id, what })
    });
    let offers = offers.collect::<Result<_, _>>()?;
    Ok(Catalogue::new(offers, file.categories)?)
}

fn version(found: u32) -> Result<(), FileError> {
    if found == 1 { Ok(()) } else { Err(FileError::Version(found)) }
}

fn offer(raw: RawOffer, ids: &[OfferId], tabs: &[Category]) -> Result<Offer, &'static str> {
    let cloud = raw.cloud.unwrap_or(Cloud::Commercial);
    let max = match raw.max {
        Some(max) => max,
        None => Quantity::try_from(TEN_MILLION).map_err(|_| "max")?,
    };
    let category = match raw.category {
        Some(place) => Some(tabs.get(place).ok_or("category")?.id.clone()),
        None => None,
    };
    let kind = match (raw.trial, raw.add_on) {
        (true, false) => OfferKind::Trial {
            days: days(raw.term.as_deref())?,
            converts_to: listed(ids, &raw.converts).ok_or("converts")?,
        },
        (false, true) => OfferKind::AddOn {
            prerequisites: listed(ids, &raw.prerequisites).ok_or("prerequisites")?,
        },
        (false, false) => OfferKind::Base,
        (true, true) => return Err("trial"),
    };
    Ok(Offer {
        id: raw.id,
        name: raw.name,
        cloud,
        country: raw.country,
        category,
        kind,
        segment: segment(cloud, &raw.requires)?,
        partner_must_qualify: !raw.partner_requires.is_empty(),
        quantity: QuantityRange::new(raw.min, max).map_err(|_| "max")?,
        limit: match raw.limit {
            None => OwnershipLimit::None,
            Some((LimitKind::Concurrent, most)) => OwnershipLimit::Concurrent(most),
            Some((LimitKind::Lifetime, most)) => OwnershipLimit::Lifetime(most),
        },
        cycles: BillingCycles {
            monthly: matches!(raw.cycles, RawCycles::M | RawCycles::Ma),
            annual: matches!(raw.cycles, RawCycles::A | RawCycles::Ma),
        },
        charging: if raw.usage { Charging::Usage } else { Charging::License },
        auto_renews: raw.auto_renew.unwrap_or(true),
        available: !raw.unavailable,
        last_order_on: None,
        sales_group: SalesGroup(raw.sales.unwrap_or_else(|| "Default".into())),
        unit: raw.unit.unwrap_or_else(|| "Licenses".into()),
        product: raw.product,
        illustrative: raw.illustrative,
    })
}

/// In the US Government cloud there are only government bodies.
fn segment(cloud: Cloud, requires: &[Requires]) -> Result<Segment, &'static str> {
    match (cloud, requires) {
        (Cloud::UsGovernment, []) | (_, [Requires::GovernmentCommunityCloud]) => {
            Ok(Segment::Government)
        }
        (_, []) => Ok(Segment::Commercial),
        (_, [Requires::Nonprofit]) => Ok(Segment::Nonprofit),
        (_, [Requires::Education]) => Ok(Segment::Education),
        _ => Err("requires"),
    }
}

/// The length of a trial: a month of one is 30 days (domain.md §1.3).
fn days(term: Option<&str>) -> Result<u16, &'static str> {
    match term {
        Some("1m") => Ok(30),
        Some(other) => other.strip_suffix('d').and_then(|days| days.parse().ok()).ok_or("term"),
        None => Err("term"),
    }
}

fn listed(ids: &[OfferId], places: &[usize]) -> Option<Vec<OfferId>> {
    places.iter().map(|&place| ids.get(place).cloned()).collect()
}

#[derive(Deserialize)]
struct PriceFile {
    version: u32,
    prices: Vec<RawPrice>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawPrice {
    offer: OfferId,
    minor_units: u32,
    currency: Currency,
}

/// Reads `public/prices.json`.
pub fn read_prices(json: &str) -> Result<PriceList, FileError> {
    prices_from(&mut serde_json::Deserializer::from_str(json))
}

/// Takes in what a reader of JSON found in `public/prices.json`.
pub fn prices_from<'de, D: Deserializer<'de>>(json: D) -> Result<PriceList, FileError> {
    let file = PriceFile::deserialize(json).map_err(malformed)?;
    version(file.version)?;
    let money =
        |raw: &RawPrice| Money { minor_units: i128::from(raw.minor_units), currency: raw.currency };
    Ok(file.prices.into_iter().map(|raw| (raw.offer.clone(), money(&raw))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use subscription_rules::BillingCycle;

    const CATALOGUE: &str = include_str!("../../public/catalogue.json");
    const PRICES: &str = include_str!("../../public/prices.json");

    fn id(text: &str) -> OfferId {
        OfferId::parse(text).unwrap()
    }

    #[test]
    fn the_catalogue_is_read_as_documented() {
        let catalogue = read_catalogue(CATALOGUE).unwrap();
        assert_eq!(catalogue.offers().len(), 290);
        assert_eq!(catalogue.categories().len(), 6);

        let premium = catalogue.get(&id("031C9E47-4802-4248-838E-778FB1D2CC05")).unwrap();
        assert_eq!(&*premium.name, "Office 365 Business Premium");
        assert_eq!((premium.quantity.min().get(), premium.quantity.max().get()), (1, 300));
        assert_eq!(premium.limit, OwnershipLimit::Concurrent(NonZeroU16::new(2).unwrap()));
        assert_eq!((premium.country, premium.cloud), (None, Cloud::Commercial));

        let plan = catalogue.get(&id("725D5132-22A7-42D8-8A9B-988549A565F7")).unwrap();
        assert_eq!((plan.quantity.min().get(), plan.quantity.max().get()), (20, 10_000_000));

        let trial = catalogue.get(&id("7D08A5D6-D44A-4729-B49C-D748A9BF8BDF")).unwrap();
        let converts_to = vec![id("12FA4FD4-8283-42F1-9876-321C98C74962")];
        assert_eq!(trial.kind, OfferKind::Trial { days: 45, converts_to });
        assert_eq!(trial.segment, Segment::Nonprofit);
        assert!(!trial.sold_at(BillingCycle::Monthly));

        let archiving = catalogue.get(&id("I-DE-EOA")).unwrap();
        assert_eq!(archiving.prerequisites(), [id("I-DE-BP"), id("I-DE-E3")]);
        assert_eq!((archiving.cloud, &archiving.category), (Cloud::Germany, &None));

        let azure = catalogue.get(&id("I-AZ-GOV")).unwrap();
        assert_eq!((azure.segment, azure.charging), (Segment::Government, Charging::Usage));

        let minecraft = catalogue.get(&id("EE10CBD2-7A12-45DE-BE11-0C2C7C6EEEB1")).unwrap();
        assert!(minecraft.partner_must_qualify && minecraft.illustrative);
        assert!(!catalogue.get(&id("I-E4")).unwrap().available);
    }

    #[test]
    fn prices_are_read_and_what_has_none_stays_without() {
        let prices = read_prices(PRICES).unwrap();
        let price = prices.of(&id("A044B16A-1861-4308-8086-A3A3B506FAC2")).unwrap();
        assert_eq!((price.minor_units, price.currency), (2840, Currency::USD));
        assert_eq!(prices.of(&id("I-DE-E3")).unwrap().currency, Currency::EUR);
        assert_eq!(prices.of(&id("I-E4")), None);
    }

    fn with(offer: &str) -> Result<Catalogue, FileError> {
        read_catalogue(&format!(
            r#"{{"version":1,"categories":[],"offers":[{{"id":"X","name":"X","product":0{offer}}}]}}"#
        ))
    }

    #[test]
    fn a_malformed_file_is_told_and_never_panics() {
        assert_eq!(with("").unwrap().offers().len(), 1);
        let cases = [
            (r#","category":0"#, "category"),
            (r#","addOn":true,"prerequisites":[7]"#, "prerequisites"),
            (r#","trial":true,"term":"1m","converts":[7]"#, "converts"),
            (r#","trial":true,"term":"soon""#, "term"),
            (r#","trial":true"#, "term"),
            (r#","trial":true,"addOn":true"#, "trial"),
            (r#","min":5,"max":4"#, "max"),
            (r#","requires":["nonprofit","education"]"#, "requires"),
        ];
        for (offer, what) in cases {
            let refused = FileError::Offer { offer: id("X"), what };
            assert_eq!(with(offer).unwrap_err(), refused, "{offer}");
        }
        for offer in [r#","min":0"#, r#","limit":["often",1]"#, r#","cycles":"w""#, r#","cloud":1"#]
        {
            assert!(matches!(with(offer), Err(FileError::Malformed(_))), "{offer}");
        }
        let twice = r#"},{"id":"x","name":"X","product":0"#;
        assert!(matches!(with(twice), Err(FileError::Catalogue(_))));
        let later = CATALOGUE.replacen("\"version\":1", "\"version\":2", 1);
        assert_eq!(read_catalogue(&later).unwrap_err(), FileError::Version(2));
        for cut in (0..CATALOGUE.len()).step_by(997) {
            assert!(read_catalogue(CATALOGUE.get(..cut).unwrap_or("")).is_err());
        }
        for prices in ["", "{}", "[1]", r#"{"version":1,"prices":[{"offer":"X"}]}"#] {
            assert!(matches!(read_prices(prices), Err(FileError::Malformed(_))), "{prices}");
        }
    }
}
