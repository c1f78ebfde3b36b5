//! What the tests share: a small catalogue of real offers (domain.md §7), a partner, customers, and
//! a [`Story`] in which an account comes about by really ordering, adding, suspending.

#![allow(dead_code, reason = "each test crate uses its own part of this module")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test whose ground is not as it says has failed"
)]

pub mod offers;

use chrono::{DateTime, NaiveDate, Utc};
use subscription_rules::{
    BillingCycle, BillingDay, Catalogue, Change, Cloud, CompanyName, Conversion, Country, Currency,
    Customer, CustomerAccount, CustomerId, Domain, ExpiresOn, Line, Money, NewIds, OfferId,
    OrderId, Partner, PartnerId, PartnerQualifications, Policy, PriceList, ProfileDetails,
    Qualifications, Quantity, Refusal, Relationship, Role, Roles, Standing, Status, Subscription,
    SubscriptionId, Suspend, account_at, buy_add_on, cancel, change_quantity, convert, place,
    reactivate, suspend,
};

/// A UTC day, written `2018-02-01`.
pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day such as 2018-02-01")
}

/// A moment: `2018-03-24T23:30:00Z`, or a day, meaning its morning.
pub fn at(text: &str) -> DateTime<Utc> {
    if text.contains('T') {
        text.parse().expect("a moment such as 2018-03-24T23:30:00Z")
    } else {
        day(text).and_hms_opt(9, 30, 0).expect("a morning").and_utc()
    }
}

pub fn offer_id(id: &str) -> OfferId {
    OfferId::parse(id).unwrap()
}

pub fn subscription_id(id: &str) -> SubscriptionId {
    SubscriptionId::parse(id).unwrap()
}

pub fn quantity(count: u32) -> Quantity {
    Quantity::try_from(count).unwrap()
}

pub fn line(offer: &str, count: u32) -> Line {
    Line { offer: offer_id(offer), quantity: quantity(count), nickname: None }
}

/// Identifiers for an order of so many lines; no two calls with another `number` share one.
pub fn new_ids(number: u32, lines: usize) -> NewIds {
    NewIds {
        order: OrderId::parse(&format!("order-{number}")).unwrap(),
        subscriptions: (0..lines).map(|l| subscription_id(&format!("s-{number}-{l}"))).collect(),
    }
}

/// The stable name of a refusal and its values, as they are written.
pub fn told(refusal: &Refusal) -> (String, serde_json::Value) {
    match serde_json::to_value(refusal).unwrap() {
        serde_json::Value::String(name) => (name, serde_json::Value::Null),
        serde_json::Value::Object(one) => one.into_iter().next().expect("a refusal has a name"),
        other => panic!("{other} is no refusal"),
    }
}

/// The stable name of a refusal.
pub fn name(refusal: &Refusal) -> String {
    told(refusal).0
}

/// `ok`, or the name of the refusal.
pub fn outcome<T>(result: &Result<T, Refusal>) -> String {
    result.as_ref().map_or_else(name, |_| "ok".to_owned())
}

/// A commercial customer in the United States whom the partner resells to.
pub fn customer() -> Customer {
    Customer {
        id: CustomerId::parse("harbour-bakery").unwrap(),
        company_name: CompanyName::parse("Harbour Bakery").unwrap(),
        domain: Domain::parse("harbourbakery.onmicrosoft.com").unwrap(),
        cloud: Cloud::Commercial,
        country: Country::US,
        qualifications: Qualifications::NONE,
        relationship: Relationship::Reseller,
        created_at: at("2015-01-01"),
        contact: subscription_rules::Contact::default(),
        address: subscription_rules::Address::default(),
        details: ProfileDetails::default(),
    }
}

/// A partner in good standing who may sell everything, billed on the 15th.
pub fn partner() -> Partner {
    Partner {
        id: PartnerId::parse("partner-1").unwrap(),
        name: "Northwind Resale".to_owned(),
        cloud: Cloud::Commercial,
        country: Country::US,
        currency: Currency::USD,
        standing: Standing::Good,
        qualifications: PartnerQualifications { education: true },
        billing_day: billing_day(15),
    }
}

pub fn billing_day(day: u8) -> BillingDay {
    BillingDay::try_from(day).unwrap()
}

/// All that a decision looks at, owned; tests change what they are about.
pub struct Desk {
    pub policy: Policy,
    pub partner: Partner,
    pub roles: Roles,
    pub catalogue: Catalogue,
    pub prices: PriceList,
}

impl Desk {
    /// The rules of 2018, an admin agent, the offers of [`offers`], the sources' $4, $5 and $30.
    pub fn new() -> Self {
        let usd = |minor_units| Money { minor_units, currency: Currency::USD };
        let prices = [(offers::E1, 400), (offers::E3, 3000), (offers::AUDIO, 500)];
        Self {
            policy: Policy::OF_2018,
            partner: partner(),
            roles: Role::AdminAgent.into(),
            catalogue: Catalogue::new(offers::all(), Vec::new()).unwrap(),
            prices: prices.into_iter().map(|(id, price)| (offer_id(id), usd(price))).collect(),
        }
    }

    pub fn context(&self, now: DateTime<Utc>) -> subscription_rules::Context<'_> {
        subscription_rules::Context {
            now,
            policy: &self.policy,
            partner: &self.partner,
            roles: self.roles,
            catalogue: &self.catalogue,
            prices: &self.prices,
        }
    }
}

/// One customer's account, moved along by commands and by time.
pub struct Story {
    pub desk: Desk,
    pub account: CustomerAccount,
    pub now: DateTime<Utc>,
    orders: u32,
}

impl Story {
    /// An ordinary customer that has nothing yet.
    pub fn at(when: &str) -> Self {
        Self::of(Desk::new(), customer(), when)
    }

    pub fn of(desk: Desk, customer: Customer, when: &str) -> Self {
        Self { desk, account: CustomerAccount::empty(customer), now: at(when), orders: 0 }
    }

    pub fn context(&self) -> subscription_rules::Context<'_> {
        self.desk.context(self.now)
    }

    /// Time passes, and brings what is due.
    pub fn goes_to(&mut self, when: &str) {
        self.comes_to(at(when));
    }

    pub fn comes_to(&mut self, when: DateTime<Utc>) {
        self.now = when;
        self.account = account_at(&self.account, when, &self.desk.policy).0;
    }

    /// Keeps what was decided; a refusal changes nothing.
    pub fn keeps(&mut self, decided: Result<Change, Refusal>) -> Result<Change, Refusal> {
        let change = decided?;
        self.account = self.account.with(&change);
        Ok(change)
    }

    pub fn ids(&mut self, lines: usize) -> NewIds {
        self.orders += 1;
        new_ids(self.orders, lines)
    }

    /// Orders one line; gives the change and the subscription it made.
    pub fn orders(
        &mut self,
        offer: &str,
        cycle: BillingCycle,
        count: u32,
    ) -> Result<(SubscriptionId, Change), Refusal> {
        let ids = self.ids(1);
        let lines = [line(offer, count)];
        let change = self.keeps(place(&self.context(), &self.account, cycle, &lines, ids))?;
        Ok((change.subscriptions[0].id.clone(), change))
    }

    pub fn buys(&mut self, offer: &str, cycle: BillingCycle, count: u32) -> SubscriptionId {
        self.orders(offer, cycle, count).unwrap_or_else(|why| panic!("{offer}: {why}")).0
    }

    /// Orders an add-on on a subscription; gives the change and the subscription it made.
    pub fn orders_on(
        &mut self,
        parent: &SubscriptionId,
        offer: &str,
        count: u32,
    ) -> Result<(SubscriptionId, Change), Refusal> {
        let ids = self.ids(1);
        let line = line(offer, count);
        let change = self.keeps(buy_add_on(&self.context(), &self.account, parent, &line, ids))?;
        Ok((change.subscriptions[0].id.clone(), change))
    }

    pub fn adds(&mut self, parent: &SubscriptionId, offer: &str) -> SubscriptionId {
        self.orders_on(parent, offer, 1).unwrap_or_else(|why| panic!("{offer}: {why}")).0
    }

    pub fn suspends(&mut self, id: &SubscriptionId) -> Result<Change, Refusal> {
        self.keeps(suspend(&self.context(), &self.account, id, &Suspend::default()))
    }

    pub fn cancels(&mut self, id: &SubscriptionId) -> Result<Change, Refusal> {
        self.keeps(cancel(&self.context(), &self.account, id, &Suspend::default()))
    }

    pub fn reactivates(&mut self, id: &SubscriptionId) -> Result<Change, Refusal> {
        self.keeps(reactivate(&self.context(), &self.account, id))
    }

    pub fn sets_quantity(&mut self, id: &SubscriptionId, to: u32) -> Result<Change, Refusal> {
        self.keeps(change_quantity(&self.context(), &self.account, id, quantity(to)))
    }

    pub fn converts(
        &mut self,
        id: &SubscriptionId,
        target: &str,
        cycle: BillingCycle,
        count: u32,
    ) -> Result<Change, Refusal> {
        let to = Conversion { target: offer_id(target), quantity: Some(quantity(count)), cycle };
        self.keeps(convert(&self.context(), &self.account, id, &to))
    }

    pub fn the(&self, id: &SubscriptionId) -> &Subscription {
        self.account.get(id).expect("it is in the account")
    }

    pub fn status(&self, id: &SubscriptionId) -> Status {
        self.the(id).status()
    }

    pub fn expires_on(&self, id: &SubscriptionId) -> Option<ExpiresOn> {
        self.account.expires_on(self.the(id), &self.desk.policy)
    }

    /// Puts a subscription in as an import would, in place of the one with its ID.
    pub fn imports(&mut self, row: Subscription) {
        let mut rows = self.account.subscriptions().cloned().collect::<Vec<_>>();
        rows.retain(|held| held.id != row.id);
        rows.push(row);
        self.account = CustomerAccount::new(self.account.customer().clone(), rows).unwrap();
    }
}

/// A base with an add-on that carries another one: E3, Phone System, Domestic Calling Plan.
pub struct Tree {
    pub story: Story,
    pub base: SubscriptionId,
    pub add_on: SubscriptionId,
    pub leaf: SubscriptionId,
}

impl Tree {
    pub fn at(when: &str) -> Self {
        let mut story = Story::at(when);
        let base = story.buys(offers::E3, BillingCycle::Monthly, 10);
        let add_on = story.adds(&base, offers::PHONE);
        let leaf = story.adds(&add_on, offers::CALLING);
        Self { story, base, add_on, leaf }
    }

    /// The statuses from the base down.
    pub fn statuses(&self) -> [Status; 3] {
        [&self.base, &self.add_on, &self.leaf].map(|id| self.story.status(id))
    }
}
