//! Reads the two files that say what is sold and what it costs (docs/catalogue.md).
//!
//! An offer writes only what differs from the default, and offers point at each other by their
//! place in the list. A file that does not fit is told with the offer and the key, never guessed.
//!
//! The files are JSON, which the server and a browser have each in a form of their own ([`Json`]).
//! They are read key by key: a reader for any form would be half of what the demo waits for before
//! its first screen (docs/size.md).

use serde_json::Value;
use std::num::NonZeroU16;
use subscription_rules::{
    BillingCycles, Catalogue, CatalogueError, Category, CategoryId, Charging, Cloud, Country,
    Currency, Money, Offer, OfferId, OfferKind, OwnershipLimit, PriceList, Quantity, QuantityRange,
    SalesGroup, Segment,
};

/// Why a file makes no catalogue or price list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// It is no JSON; tells what was expected, with line and column.
    #[error("the file cannot be read: {0}")]
    Malformed(String),
    /// Something that every file has is missing, or of another form.
    #[error("the file's {0} cannot be read")]
    Key(&'static str),
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

/// A value in a file of JSON, as whoever has read the file holds it.
pub trait Json: Sized {
    /// What an object has under the key: nothing where it has none, or where this is no object.
    fn at(&self, key: &str) -> Option<Self>;
    /// The text that it is.
    fn text(&self) -> Option<String>;
    /// The whole number that it is, from 0.
    fn number(&self) -> Option<u32>;
    /// Whether it is true.
    fn truth(&self) -> Option<bool>;
    /// The values of the list that it is.
    fn list(&self) -> Option<Vec<Self>>;
}

impl Json for &Value {
    fn at(&self, key: &str) -> Option<Self> {
        self.get(key)
    }

    fn text(&self) -> Option<String> {
        self.as_str().map(str::to_owned)
    }

    fn number(&self) -> Option<u32> {
        self.as_u64().and_then(|number| number.try_into().ok())
    }

    fn truth(&self) -> Option<bool> {
        self.as_bool()
    }

    fn list(&self) -> Option<Vec<Self>> {
        self.as_array().map(|values| values.iter().collect())
    }
}

/// The key at fault.
type Fault = &'static str;

/// What stands under a key, in the form it must have; nothing where the key is not there.
fn if_any<J: Json, T>(
    json: &J,
    key: Fault,
    read: impl Fn(&J) -> Option<T>,
) -> Result<Option<T>, Fault> {
    match json.at(key) {
        Some(value) => read(&value).map(Some).ok_or(key),
        None => Ok(None),
    }
}

/// What must stand under a key.
fn must<J: Json, T>(json: &J, key: Fault, read: impl Fn(&J) -> Option<T>) -> Result<T, Fault> {
    if_any(json, key, read)?.ok_or(key)
}

/// The largest quantity of an offer that names none.
const TEN_MILLION: u32 = 10_000_000;

/// Whether a file is of the form that is read here.
fn version<J: Json>(file: &J) -> Result<(), FileError> {
    match must(file, "version", J::number).map_err(FileError::Key)? {
        1 => Ok(()),
        other => Err(FileError::Version(other)),
    }
}

/// The values of a file's list.
fn rows<J: Json>(file: &J, key: Fault) -> Result<Vec<J>, FileError> {
    must(file, key, J::list).map_err(FileError::Key)
}

fn parsed(json: &str) -> Result<Value, FileError> {
    serde_json::from_str(json).map_err(|error| FileError::Malformed(error.to_string()))
}

/// Reads `public/catalogue.json`.
pub fn read_catalogue(json: &str) -> Result<Catalogue, FileError> {
    catalogue_from(&&parsed(json)?)
}

/// Takes in what a reader of JSON found in `public/catalogue.json`. A browser has one of its own.
pub fn catalogue_from<J: Json>(file: &J) -> Result<Catalogue, FileError> {
    version(file)?;
    let offers = rows(file, "offers")?;
    let tabs = rows(file, "categories")?.iter().map(category).collect::<Result<Vec<_>, _>>();
    let tabs = tabs.map_err(|_| FileError::Key("categories"))?;
    let ids = offers.iter().map(|offer| must(offer, "id", id)).collect::<Result<Vec<_>, _>>();
    let ids = ids.map_err(|_| FileError::Key("offers"))?;
    let offers = offers.iter().zip(&ids).map(|(json, id)| {
        offer(json, id, &ids, &tabs).map_err(|what| FileError::Offer { offer: id.clone(), what })
    });
    let offers = offers.collect::<Result<_, _>>()?;
    Ok(Catalogue::new(offers, tabs)?)
}

fn id<J: Json>(json: &J) -> Option<OfferId> {
    OfferId::parse(&json.text()?).ok()
}

fn small<J: Json>(json: &J) -> Option<u16> {
    json.number()?.try_into().ok()
}

fn quantity<J: Json>(json: &J) -> Option<Quantity> {
    json.number()?.try_into().ok()
}

fn category<J: Json>(json: &J) -> Result<Category, Fault> {
    Ok(Category {
        id: CategoryId(must(json, "id", J::text)?.into()),
        name: must(json, "name", J::text)?,
        rank: must(json, "rank", small)?,
    })
}

fn offer<J: Json>(
    json: &J,
    id: &OfferId,
    ids: &[OfferId],
    tabs: &[Category],
) -> Result<Offer, Fault> {
    let text = |key| if_any(json, key, J::text);
    let is = |key| Ok(if_any(json, key, J::truth)?.unwrap_or(false));
    let listed = |key| Ok(if_any(json, key, |list| offers_at(list, ids))?.unwrap_or_default());
    let cloud = if_any(json, "cloud", |json| Cloud::from_json(&json.text()?))?;
    let cloud = cloud.unwrap_or(Cloud::Commercial);
    let max = match if_any(json, "max", quantity)? {
        Some(max) => max,
        None => Quantity::try_from(TEN_MILLION).map_err(|_| "max")?,
    };
    let min = if_any(json, "min", quantity)?.unwrap_or(Quantity::ONE);
    let tab = |place: &J| Some(tabs.get(place.number()? as usize)?.id.clone());
    let kind = match (is("trial")?, is("addOn")?) {
        (true, false) => OfferKind::Trial {
            days: text("term")?.and_then(|term| days(&term)).ok_or("term")?,
            converts_to: listed("converts")?,
        },
        (false, true) => OfferKind::AddOn { prerequisites: listed("prerequisites")? },
        (false, false) => OfferKind::Base,
        (true, true) => return Err("trial"),
    };
    let segments = |key| Ok(if_any(json, key, segments)?.unwrap_or_default());
    let segment = match (cloud, &*segments("requires")?) {
        // In the US Government cloud there are only government bodies.
        (Cloud::UsGovernment, []) => Segment::Government,
        (_, []) => Segment::Commercial,
        (_, [only]) => *only,
        _ => return Err("requires"),
    };
    let (monthly, annual) = match text("cycles")?.as_deref() {
        None | Some("ma") => (true, true),
        Some("m") => (true, false),
        Some("a") => (false, true),
        Some("n") => (false, false),
        Some(_) => return Err("cycles"),
    };
    Ok(Offer {
        id: id.clone(),
        name: must(json, "name", J::text)?.into(),
        cloud,
        country: if_any(json, "country", |json| Country::parse(&json.text()?).ok())?,
        category: if_any(json, "category", tab)?,
        kind,
        segment,
        partner_must_qualify: !segments("partnerRequires")?.is_empty(),
        quantity: QuantityRange::new(min, max).map_err(|_| "max")?,
        limit: if_any(json, "limit", limit)?.unwrap_or(OwnershipLimit::None),
        cycles: BillingCycles { monthly, annual },
        charging: if is("usage")? { Charging::Usage } else { Charging::License },
        auto_renews: if_any(json, "autoRenew", J::truth)?.unwrap_or(true),
        available: !is("unavailable")?,
        last_order_on: None,
        sales_group: SalesGroup(text("sales")?.unwrap_or_else(|| "Default".into()).into()),
        unit: text("unit")?.unwrap_or_else(|| "Licenses".into()).into(),
        product: must(json, "product", J::number)?,
        illustrative: is("illustrative")?,
    })
}

/// The offers at these places of the list.
fn offers_at<J: Json>(list: &J, ids: &[OfferId]) -> Option<Vec<OfferId>> {
    let at = |place: &J| ids.get(place.number()? as usize).cloned();
    list.list()?.iter().map(at).collect()
}

/// `["concurrent", 2]`.
fn limit<J: Json>(json: &J) -> Option<OwnershipLimit> {
    let [kind, most] = &json.list()?[..] else { return None };
    let most = NonZeroU16::new(small(most)?)?;
    match &*kind.text()? {
        "concurrent" => Some(OwnershipLimit::Concurrent(most)),
        "lifetime" => Some(OwnershipLimit::Lifetime(most)),
        _ => None,
    }
}

/// Whom an offer is made for, or for whom its partner must be authorised.
fn segments<J: Json>(list: &J) -> Option<Vec<Segment>> {
    let segment = |json: &J| match &*json.text()? {
        "nonprofit" => Some(Segment::Nonprofit),
        "education" => Some(Segment::Education),
        "governmentCommunityCloud" => Some(Segment::Government),
        _ => None,
    };
    list.list()?.iter().map(segment).collect()
}

/// The length of a trial: a month of one is 30 days (domain.md §1.3).
fn days(term: &str) -> Option<u16> {
    match term {
        "1m" => Some(30),
        other => other.strip_suffix('d')?.parse().ok(),
    }
}

/// Reads `public/prices.json`.
pub fn read_prices(json: &str) -> Result<PriceList, FileError> {
    prices_from(&&parsed(json)?)
}

/// Takes in what a reader of JSON found in `public/prices.json`.
pub fn prices_from<J: Json>(file: &J) -> Result<PriceList, FileError> {
    version(file)?;
    let price = |json: &J| {
        let minor_units = i128::from(must(json, "minorUnits", J::number)?);
        let currency = must(json, "currency", |json| Currency::parse(&json.text()?).ok())?;
        Ok((must(json, "offer", id)?, Money { minor_units, currency }))
    };
    rows(file, "prices")?.iter().map(price).collect::<Result<_, _>>().map_err(FileError::Key)
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
            (r#","requires":["charity"]"#, "requires"),
            (r#","min":0"#, "min"),
            (r#","min":1.5"#, "min"),
            (r#","max":4294967296"#, "max"),
            (r#","limit":["often",1]"#, "limit"),
            (r#","limit":["lifetime",0]"#, "limit"),
            (r#","limit":["lifetime"]"#, "limit"),
            (r#","cycles":"w""#, "cycles"),
            (r#","cloud":1"#, "cloud"),
            (r#","cloud":"moon""#, "cloud"),
            (r#","country":"USA""#, "country"),
            (r#","usage":"yes""#, "usage"),
            (r#","prerequisites":1,"addOn":true"#, "prerequisites"),
        ];
        for (offer, what) in cases {
            let refused = FileError::Offer { offer: id("X"), what };
            assert_eq!(with(offer).unwrap_err(), refused, "{offer}");
        }
        let twice = r#"},{"id":"x","name":"X","product":0"#;
        assert!(matches!(with(twice), Err(FileError::Catalogue(_))));
        let later = CATALOGUE.replacen("\"version\":1", "\"version\":2", 1);
        assert_eq!(read_catalogue(&later).unwrap_err(), FileError::Version(2));
        for cut in (0..CATALOGUE.len()).step_by(997) {
            assert!(read_catalogue(CATALOGUE.get(..cut).unwrap_or("")).is_err());
        }
        assert!(matches!(read_prices("{"), Err(FileError::Malformed(_))));
        let cases = [
            ("{}", "version"),
            ("[1]", "version"),
            (r#"{"version":1}"#, "prices"),
            (r#"{"version":1,"prices":[{"offer":"X"}]}"#, "minorUnits"),
            (r#"{"version":1,"prices":[{"offer":"X","minorUnits":1,"currency":"$"}]}"#, "currency"),
            (r#"{"version":1,"prices":[{"minorUnits":1,"currency":"USD"}]}"#, "offer"),
        ];
        for (prices, key) in cases {
            assert_eq!(read_prices(prices).unwrap_err(), FileError::Key(key), "{prices}");
        }
        for (file, key) in [
            (r#"{"version":1,"categories":[{}],"offers":[]}"#, "categories"),
            (r#"{"version":1,"categories":[],"offers":[{"id":"a b"}]}"#, "offers"),
        ] {
            assert_eq!(read_catalogue(file).unwrap_err(), FileError::Key(key), "{file}");
        }
    }
}
