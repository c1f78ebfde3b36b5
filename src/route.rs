//! The addresses of the screens: parsed and printed here and nowhere else (design.md §4).
//!
//! Filters, search text, sort and the wizard's choices live in the query, so that a reload, Back
//! and a pasted link give the same screen. Whatever a hand-made address holds, something sensible
//! comes out: an unknown value is left away, an unknown path is [`Route::NotFound`].

use chrono::NaiveDate;
use std::fmt::Write as _;
use subscription_rules::{BillingCycle, CustomerId, OfferId, SubscriptionId};

/// What the list of customers shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CustomerFilter {
    /// What the company name or domain starts with.
    pub search: String,
    /// Z to A.
    pub descending: bool,
}

/// Which subscriptions a customer's page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusFilter {
    /// Active ones.
    pub active: bool,
    /// Suspended ones.
    pub suspended: bool,
    /// Deleted ones.
    pub deleted: bool,
}

impl Default for StatusFilter {
    fn default() -> Self {
        Self { active: true, suspended: true, deleted: false }
    }
}

/// A step of the wizard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Step {
    /// "Billing frequency".
    #[default]
    Frequency,
    /// "Catalog".
    Catalog,
    /// "Review".
    Review,
}

/// The wizard's choices so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    /// The step.
    pub step: Step,
    /// The billing frequency.
    pub cycle: Option<BillingCycle>,
    /// Ticked offers with what is typed as their quantity, right or wrong.
    pub lines: Vec<(OfferId, String)>,
    /// The catalogue's tab.
    pub category: String,
    /// What is searched in the catalogue.
    pub search: String,
    /// Whether offers for other customers are shown.
    pub all: bool,
    /// The change that this is submitted in place of, by its number on this device.
    pub instead: Option<u64>,
}

/// What the page of offers shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OfferFilter {
    /// Only offers a customer may have a limited number of (S5).
    pub limited: bool,
    /// The category.
    pub category: String,
    /// What the name contains.
    pub search: String,
}

/// What the activity log shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ActivityFilter {
    /// From this UTC day on.
    pub from: Option<NaiveDate>,
    /// To this UTC day, included.
    pub to: Option<NaiveDate>,
    /// Only this customer.
    pub customer: Option<CustomerId>,
    /// Only this action.
    pub action: String,
}

/// A screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// The list of customers; also `/`.
    Customers(CustomerFilter),
    /// "Add customer".
    NewCustomer,
    /// A customer's subscriptions.
    Customer(CustomerId, StatusFilter),
    /// A customer's details and special qualifications.
    Account(CustomerId),
    /// The wizard.
    NewSubscription(CustomerId, Draft),
    /// A subscription.
    Subscription(CustomerId, SubscriptionId),
    /// "Pricing and offers".
    Offers(OfferFilter),
    /// "Activity".
    Activity(ActivityFilter),
    /// "Changes": what waits on this device, and what became of it.
    Changes,
    /// "Settings".
    Settings,
    /// No screen has this address.
    NotFound(String),
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let mut ahead = rest.clone();
                let hex: Vec<u8> = ahead.by_ref().take(2).collect();
                let value =
                    str::from_utf8(&hex).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok());
                match value.filter(|_| hex.len() == 2) {
                    Some(value) => {
                        bytes.push(value);
                        rest = ahead;
                    }
                    None => bytes.push(byte),
                }
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:,".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The pairs of a query.
struct Query(Vec<(String, String)>);

impl Query {
    fn parse(text: &str) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    (decoded(name), decoded(value))
                })
                .collect(),
        )
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str())
    }

    fn text(&self, name: &str) -> String {
        // Nobody types a search this long; a hand-made address may hold anything.
        self.get(name).unwrap_or_default().chars().take(200).collect()
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.get(name) == Some(value)
    }
}

/// Prints a query, leaving away what has its default.
#[derive(Default)]
struct Printed(String);

impl Printed {
    fn add(mut self, name: &str, value: &str, is_default: bool) -> Self {
        if !is_default {
            self.0.push(if self.0.is_empty() { '?' } else { '&' });
            self.0.push_str(name);
            self.0.push('=');
            self.0.push_str(&encoded(value));
        }
        self
    }
}

const fn cycle_word(cycle: BillingCycle) -> &'static str {
    match cycle {
        BillingCycle::Monthly => "monthly",
        BillingCycle::Annual => "annual",
        BillingCycle::None => "trial",
    }
}

impl CustomerFilter {
    fn parse(query: &Query) -> Self {
        Self { search: query.text("search"), descending: query.is("sort", "name-desc") }
    }

    fn print(&self) -> String {
        let printed = Printed::default().add("search", &self.search, self.search.is_empty());
        printed.add("sort", "name-desc", !self.descending).0
    }
}

impl StatusFilter {
    fn parse(query: &Query) -> Self {
        let Some(shown) = query.get("show") else { return Self::default() };
        let has = |word: &str| shown.split(',').any(|each| each == word);
        Self { active: has("active"), suspended: has("suspended"), deleted: has("deleted") }
    }

    fn print(self) -> String {
        let words =
            [(self.active, "active"), (self.suspended, "suspended"), (self.deleted, "deleted")];
        let shown: Vec<_> = words.iter().filter(|(on, _)| *on).map(|(_, word)| *word).collect();
        Printed::default().add("show", &shown.join(","), self == Self::default()).0
    }
}

impl Draft {
    fn parse(query: &Query) -> Self {
        let cycles = [BillingCycle::Monthly, BillingCycle::Annual, BillingCycle::None];
        let cycle = cycles.into_iter().find(|cycle| query.is("cycle", cycle_word(*cycle)));
        let line = |line: &str| {
            let (offer, quantity) = line.split_once(':')?;
            Some((OfferId::parse(offer).ok()?, quantity.chars().take(24).collect()))
        };
        let lines = query.get("lines").unwrap_or_default().split(',').filter_map(line);
        let mut unique: Vec<(OfferId, String)> = Vec::new();
        for (offer, quantity) in lines {
            if !unique.iter().any(|(held, _)| *held == offer) {
                unique.push((offer, quantity));
            }
        }
        let step = match query.get("step") {
            // Without a frequency there is no catalogue, and without a line nothing to review.
            Some("review") if cycle.is_some() && !unique.is_empty() => Step::Review,
            Some("catalog" | "review") if cycle.is_some() => Step::Catalog,
            _ => Step::Frequency,
        };
        Self {
            step,
            cycle,
            lines: unique,
            category: query.text("category"),
            search: query.text("search"),
            all: query.is("all", "1"),
            instead: query.get("instead").and_then(|number| number.parse().ok()),
        }
    }

    fn print(&self) -> String {
        let step = match self.step {
            Step::Frequency => "",
            Step::Catalog => "catalog",
            Step::Review => "review",
        };
        let lines: Vec<_> = self
            .lines
            .iter()
            // A comma would end the line; no quantity has one that could be right.
            .map(|(offer, quantity)| format!("{offer}:{}", quantity.replace(',', " ")))
            .collect();
        Printed::default()
            .add("step", step, step.is_empty())
            .add("cycle", self.cycle.map_or("", cycle_word), self.cycle.is_none())
            .add("category", &self.category, self.category.is_empty())
            .add("search", &self.search, self.search.is_empty())
            .add("all", "1", !self.all)
            .add("lines", &lines.join(","), lines.is_empty())
            .add("instead", &self.instead.unwrap_or_default().to_string(), self.instead.is_none())
            .0
    }
}

impl OfferFilter {
    fn parse(query: &Query) -> Self {
        Self {
            limited: query.is("limited", "1"),
            category: query.text("category"),
            search: query.text("search"),
        }
    }

    fn print(&self) -> String {
        Printed::default()
            .add("limited", "1", !self.limited)
            .add("category", &self.category, self.category.is_empty())
            .add("search", &self.search, self.search.is_empty())
            .0
    }
}

/// A day as addresses and settings have it, `2018-06-30`.
pub fn day_of(text: &str) -> Option<NaiveDate> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    let number = |text: &str, digits: usize| {
        let is_number = text.len() == digits && text.bytes().all(|digit| digit.is_ascii_digit());
        text.parse::<u32>().ok().filter(|_| is_number)
    };
    let year = i32::try_from(number(year, 4)?).ok()?;
    NaiveDate::from_ymd_opt(year, number(month, 2)?, number(day, 2)?)
}

impl ActivityFilter {
    fn parse(query: &Query) -> Self {
        let day = |name| query.get(name).and_then(day_of);
        Self {
            from: day("from"),
            to: day("to"),
            customer: query.get("customer").and_then(|text| CustomerId::parse(text).ok()),
            action: query.text("action"),
        }
    }

    fn print(&self) -> String {
        let day = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
        let customer = self.customer.as_ref().map_or("", CustomerId::as_str);
        Printed::default()
            .add("from", &day(self.from), self.from.is_none())
            .add("to", &day(self.to), self.to.is_none())
            .add("customer", customer, customer.is_empty())
            .add("action", &self.action, self.action.is_empty())
            .0
    }
}

impl Route {
    /// The list of customers as it first appears.
    pub fn home() -> Self {
        Self::Customers(CustomerFilter::default())
    }

    /// A customer's page as it first appears.
    pub fn customer(id: &CustomerId) -> Self {
        Self::Customer(id.clone(), StatusFilter::default())
    }

    /// Reads a path with its query, such as `/customers?search=cont`.
    pub fn parse(address: &str) -> Self {
        let address = address.split('#').next().unwrap_or_default();
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let query = Query::parse(query);
        let parts: Vec<String> =
            path.split('/').filter(|part| !part.is_empty()).map(decoded).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let not_found = || Self::NotFound(path.to_owned());
        let customer = |id: &str, make: &dyn Fn(CustomerId) -> Self| {
            CustomerId::parse(id).map_or_else(|_| not_found(), make)
        };
        match parts[..] {
            [] | ["customers"] => Self::Customers(CustomerFilter::parse(&query)),
            ["customers", "new"] => Self::NewCustomer,
            ["customers", id] => {
                customer(id, &|id| Self::Customer(id, StatusFilter::parse(&query)))
            }
            ["customers", id, "account"] => customer(id, &Self::Account),
            ["customers", id, "subscriptions", "new"] => {
                customer(id, &|id| Self::NewSubscription(id, Draft::parse(&query)))
            }
            ["customers", id, "subscriptions", held] => customer(id, &|id| {
                SubscriptionId::parse(held)
                    .map_or_else(|_| not_found(), |held| Self::Subscription(id, held))
            }),
            ["offers"] => Self::Offers(OfferFilter::parse(&query)),
            ["activity"] => Self::Activity(ActivityFilter::parse(&query)),
            ["changes"] => Self::Changes,
            ["settings"] => Self::Settings,
            _ => not_found(),
        }
    }

    /// The address, with what has its default left away.
    pub fn print(&self) -> String {
        match self {
            Self::Customers(filter) => format!("/customers{}", filter.print()),
            Self::NewCustomer => "/customers/new".into(),
            Self::Customer(id, filter) => format!("/customers/{id}{}", filter.print()),
            Self::Account(id) => format!("/customers/{id}/account"),
            Self::NewSubscription(id, draft) => {
                format!("/customers/{id}/subscriptions/new{}", draft.print())
            }
            Self::Subscription(id, held) => format!("/customers/{id}/subscriptions/{held}"),
            Self::Offers(filter) => format!("/offers{}", filter.print()),
            Self::Activity(filter) => format!("/activity{}", filter.print()),
            Self::Changes => "/changes".into(),
            Self::Settings => "/settings".into(),
            Self::NotFound(path) => path.clone(),
        }
    }

    /// Whether both are the same screen, whatever their queries hold.
    pub fn same_screen(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Customer(one, _), Self::Customer(two, _))
            | (Self::NewSubscription(one, _), Self::NewSubscription(two, _))
            | (Self::Account(one), Self::Account(two)) => one == two,
            (Self::Subscription(one, held), Self::Subscription(two, other)) => {
                one == two && held == other
            }
            (Self::NotFound(one), Self::NotFound(two)) => one == two,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}
