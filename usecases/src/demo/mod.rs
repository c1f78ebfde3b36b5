//! The demo's base data: a partner with customers, the same for the same settings, never stored.
//!
//! Every customer is a function of (seed, size, start day, cloud) and its place. Names are sorted
//! by construction (`names`), so a place among 100,000 is found without building or sorting a
//! list. Beside the generated customers stand those with a story, placed relative to the start day
//! (domain.md §7, the checklist for seed data). In the commercial cloud:
//!
//! | Customer | Shows |
//! |---|---|
//! | Contoso Ltd | an ordinary commercial customer; Contoso County and `Contoso Deutschland GmbH` in the other clouds |
//! | `Fabrikam GmbH` | four active, one suspended with 12 days left, two deleted; in Germany |
//! | Adatum Corporation | suspended, bought before 2018-02-21 with 14 free days; also Adatum AG in Germany |
//! | Northwind Traders | the same with 30 free days; also `Northwind Handels GmbH` |
//! | Litware, Inc. | suspended by the vendor |
//! | Proseware Ltd | cancelled, can still be undone |
//! | School of Fine Art | education |
//! | Graphic Design Institute | nonprofit |
//! | Lucerne Relief Fund | the one allowed subscription of a limit-1 offer, suspended; `Wingtip Spielwaren GmbH` in Germany |
//! | Woodgrove County | Government Community Cloud |
//! | City Power & Light | state-owned |
//! | Wingtip Toys | one active and one suspended of a limit-2 offer: reactivate instead of buying |
//! | Tailspin Toys | a trial that ends tomorrow |
//! | Trey Research | a trial that has ended |
//! | Woodgrove Bank | a base with add-ons at two levels, suspended together |
//! | Consolidated Messenger | "Expires on": a withdrawn offer that does not renew |
//! | Alpine Ski House | the last day of a window |
//! | Fourth Coffee | deleted |
//! | Southridge Video | no subscription |
//! | Humongous Insurance | sixty subscriptions |
//! | The Phone Company | nearly all licenses assigned: a reduction warns |
//! | Lucerne Publishing | no reseller relationship |
//! | Coho Vineyard & Winery | billed annually, with an add-on |
//! | Blue Yonder Airlines | usage-based |
//! | Wide World Importers | the same offer at both frequencies |
//! | Margie's Travel | a term that renews tomorrow |
//!
//! The US Government cloud has eight and Germany fourteen of their own (`tales`).

mod dice;
mod generated;
mod names;
mod offers;
mod past;
mod people;
mod rows;
mod stories;
mod tales;

use crate::log::Entry;
use crate::lower_case;
use chrono::NaiveDate;
use generated::Generated;
use rows::Ground;
use std::ops::Range;
use std::sync::Arc;
use stories::Story;
use subscription_rules::{
    BillingDay, Catalogue, Cloud, Country, Currency, Customer, CustomerAccount, CustomerId,
    Partner, PartnerId, PartnerQualifications, Policy, Standing,
};

/// The largest number of generated customers.
pub const MOST: u32 = 100_000;

/// The seed to begin with: of this number come the customers of the pictures and of the tests.
pub const SEED: u32 = 2018;

/// What the base data is a function of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorldSettings {
    /// Another seed gives other customers.
    pub seed: u32,
    /// Generated customers beside those with a story; [`MOST`] at most. A generated customer's ID
    /// belongs to one size and seed only.
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
    generated: Generated,
    stories: Vec<Told>,
}

/// A story with its place among the generated customers.
#[derive(Debug)]
struct Told {
    story: &'static Story,
    id: CustomerId,
    key: String,
    domain: String,
    /// How many generated customers come before it.
    before: usize,
}

fn key(name: &str, id: &str) -> String {
    [&lower_case(name), "\u{1}", &id.to_ascii_lowercase()].concat()
}

impl World {
    /// The world of these settings.
    pub fn new(settings: WorldSettings, standing: Standing, catalogue: Arc<Catalogue>) -> Self {
        let WorldSettings { seed, size, cloud, .. } = settings;
        // The Chinese cloud is known for its 60-day rule only; nobody works there.
        let size = if cloud == Cloud::China { 0 } else { size.min(MOST) as usize };
        let generated = Generated::new(seed, size, cloud, &catalogue);
        let mut stories: Vec<Told> = Vec::new();
        for story in tales::of(cloud) {
            let id = own(CustomerId::parse(&story.id(cloud)));
            let key = key(story.name, id.as_str());
            let before = generated.first(|place| generated_key(&generated, place) < key);
            let place = stories.partition_point(|told| told.key < key);
            stories.insert(place, Told { story, id, key, domain: story.domain(), before });
        }
        Self { settings, partner: partner(cloud, standing), catalogue, generated, stories }
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
        self.generated.len() + self.stories.len()
    }

    /// Whether there are no customers.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The customers with a story, by name.
    pub fn story_ids(&self) -> Vec<CustomerId> {
        self.stories.iter().map(|told| told.id.clone()).collect()
    }

    fn ground(&self) -> Ground<'_> {
        Ground {
            start: self.settings.start,
            policy: Policy::of(self.settings.cloud, self.settings.start),
            billing_day: self.partner.billing_day,
            catalogue: &self.catalogue,
        }
    }

    /// A customer's account as it stands at the first instant of the start day.
    pub fn account(&self, id: &CustomerId) -> Option<CustomerAccount> {
        let ground = self.ground();
        match self.stories.iter().find(|told| told.id == *id) {
            Some(told) => told.story.account(self.settings.cloud, &ground, &self.generated),
            None => self.generated.account(self.generated.find(id)?, &ground),
        }
    }

    /// A customer's log up to the start day, oldest first.
    pub fn history(&self, id: &CustomerId) -> Vec<Entry> {
        let account = self.account(id);
        account.map(|account| past::history(&account, &self.ground())).unwrap_or_default()
    }

    /// The customer at a place of the list sorted by [`crate::sort_key`].
    pub fn customer(&self, place: usize) -> Option<Customer> {
        let at = |(nth, told): (usize, &Told)| nth + told.before;
        let mut stories = self.stories.iter().enumerate();
        // A few dozen at most, so a walk is as good as a search.
        match stories.find(|(nth, told)| at((*nth, told)) >= place) {
            Some((nth, told)) if at((nth, told)) == place => {
                told.story.customer(self.settings.cloud, &self.ground())
            }
            Some((nth, _)) => self.generated_customer(place.checked_sub(nth)?),
            None => self.generated_customer(place.checked_sub(self.stories.len())?),
        }
    }

    fn generated_customer(&self, place: usize) -> Option<Customer> {
        let exists = place < self.generated.len();
        if exists { self.generated.customer(place, self.settings.start) } else { None }
    }

    /// The first place whose sort key is not below `key`.
    pub fn place_of(&self, key: &str) -> usize {
        let generated = &self.generated;
        let before = generated.first(|place| *generated_key(generated, place) < *key);
        before + self.stories.iter().take_while(|told| *told.key < *key).count()
    }

    /// The places whose company name or primary domain starts with `prefix`, in either case:
    /// ascending and disjoint.
    pub fn starting_with(&self, prefix: &str) -> Vec<Range<usize>> {
        let folded = lower_case(prefix);
        let generated = &self.generated;
        let name = |place| lower_case(&generated.name(place));
        let from = generated.first(|place| name(place) < folded);
        let until = generated.first(|place| {
            let name = name(place);
            name < folded || name.starts_with(&folded)
        });
        let mut found = Places(Vec::new());
        for part in std::iter::once(from..until).chain(generated.with_domain(&folded)) {
            // The stories that stand among these customers cut them in pieces.
            let mut start = part.start;
            for (nth, told) in self.stories.iter().enumerate() {
                let cut = told.before.clamp(start, part.end.max(start));
                found.add(start + nth..cut + nth);
                start = cut;
            }
            found.add(start + self.stories.len()..part.end.max(start) + self.stories.len());
        }
        for (nth, told) in self.stories.iter().enumerate() {
            if told.key.starts_with(&folded) || told.domain.starts_with(&folded) {
                found.add(told.before + nth..told.before + nth + 1);
            }
        }
        found.0
    }
}

/// Places as ascending ranges with gaps between them.
struct Places(Vec<Range<usize>>);

impl Places {
    fn add(&mut self, mut range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        let first = self.0.partition_point(|earlier| earlier.end < range.start);
        // What it touches becomes part of it.
        while let Some(next) = self.0.get(first).filter(|next| next.start <= range.end) {
            range = range.start.min(next.start)..range.end.max(next.end);
            self.0.remove(first);
        }
        self.0.insert(first, range);
    }
}

fn generated_key(generated: &Generated, place: usize) -> String {
    key(&generated.name(place), &generated.id(place))
}

/// The partner one works as in a cloud.
pub fn partner(cloud: Cloud, standing: Standing) -> Partner {
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
