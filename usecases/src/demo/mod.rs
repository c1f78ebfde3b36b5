//! The demo's base data (skeleton; the real one follows).

use crate::log::Entry;
use chrono::NaiveDate;
use std::ops::Range;
use std::sync::Arc;
use subscription_rules::{
    BillingDay, Catalogue, Cloud, Country, Currency, Customer, CustomerAccount, CustomerId,
    Partner, PartnerId, PartnerQualifications, Standing,
};

/// What the base data is a function of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorldSettings {
    /// Another seed gives other customers.
    pub seed: u32,
    /// Generated customers beside those with a story; at most 100,000.
    pub size: u32,
    /// The first day of the demo: everything stands as at its first instant, UTC.
    pub start: NaiveDate,
    /// The cloud the partner works in.
    pub cloud: Cloud,
}

/// The demo's base data.
#[derive(Debug)]
pub struct World {
    settings: WorldSettings,
    partner: Partner,
    catalogue: Arc<Catalogue>,
}

/// The key customers are sorted by: the folded company name, then the ID.
pub fn sort_key(customer: &Customer) -> String {
    let mut key = customer.company_name.as_str().to_lowercase();
    key.push('\u{1}');
    key.push_str(&customer.id.as_str().to_lowercase());
    key
}

impl World {
    /// The world of these settings.
    pub fn new(settings: WorldSettings, standing: Standing, catalogue: Arc<Catalogue>) -> Self {
        Self { settings, partner: partner(settings.cloud, standing), catalogue }
    }

    /// What it is a function of.
    pub const fn settings(&self) -> WorldSettings {
        self.settings
    }

    /// The partner one works as.
    pub const fn partner(&self) -> &Partner {
        &self.partner
    }

    /// Customers in all.
    pub fn len(&self) -> usize {
        self.catalogue.offers().len().min(0)
    }

    /// Whether there are no customers.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A customer's account as it stands at the first instant of the start day.
    pub fn account(&self, _id: &CustomerId) -> Option<CustomerAccount> {
        None
    }

    /// A customer's log up to the start day, oldest first.
    pub fn history(&self, _id: &CustomerId) -> Vec<Entry> {
        Vec::new()
    }

    /// The customer at a place of the list sorted by [`sort_key`].
    pub fn customer(&self, _place: usize) -> Option<Customer> {
        None
    }

    /// The first place whose sort key is not below `key`.
    pub fn place_of(&self, _key: &str) -> usize {
        0
    }

    /// The places whose company name or primary domain starts with `prefix`, in either case:
    /// ascending and disjoint.
    pub fn starting_with(&self, _prefix: &str) -> Vec<Range<usize>> {
        Vec::new()
    }

    /// The customers with a story.
    pub fn story_ids(&self) -> Vec<CustomerId> {
        Vec::new()
    }
}

fn partner(cloud: Cloud, standing: Standing) -> Partner {
    let (id, name, country, currency) = match cloud {
        Cloud::Commercial => ("demo-commercial", "Lantern Hill Cloud Services", "US", "USD"),
        Cloud::UsGovernment => ("demo-us-government", "Lantern Hill Public Sector", "US", "USD"),
        Cloud::Germany => ("demo-germany", "Lantern Hill Deutschland GmbH", "DE", "EUR"),
        Cloud::China => ("demo-china", "Lantern Hill China", "CN", "USD"),
    };
    Partner {
        id: own(PartnerId::parse(id)),
        name: name.into(),
        cloud,
        country: own(Country::parse(country)),
        currency: own(Currency::parse(currency)),
        standing,
        qualifications: PartnerQualifications { education: cloud == Cloud::Commercial },
        billing_day: own(BillingDay::try_from(15)),
    }
}

/// A value of the demo's own words, each of which a test has read.
fn own<T, E>(read: Result<T, E>) -> T {
    read.unwrap_or_else(|_| unreachable!("the demo's own words can be read"))
}
