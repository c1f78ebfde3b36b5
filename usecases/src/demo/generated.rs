//! The customers without a story: each a function of its number.

use super::dice::{Dice, guid_of, mix};
use super::names::{Kind, Names};
use super::offers::Menu;
use super::people::Profile;
use super::rows::{Ground, Row, Stop};
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use std::ops::Range;
use subscription_rules::{
    Catalogue, Charging, Cloud, Customer, CustomerAccount, CustomerId, Intent, Offer, OfferKind,
    OrderId, OwnershipLimit, Qualifications, Relationship, Segment, Subscription, SubscriptionId,
    SuspendedBy, SuspensionReason,
};

/// The first day on which a customer was added, unless the demo starts earlier.
const SINCE: Option<NaiveDate> = NaiveDate::from_ymd_opt(2016, 1, 4);

/// The day from which offers are billed annually (domain.md §1.2).
const ANNUAL_SINCE: Option<NaiveDate> = NaiveDate::from_ymd_opt(2017, 10, 17);

/// Where no name tells the country: the same mix as among companies.
#[rustfmt::skip]
const COUNTRIES: [&str; 20] = [
    "US", "US", "US", "US", "US", "US", "US", "US", "US", "US", "US", "DE", "DE", "GB", "IT",
    "FR", "ES", "NL", "CH", "JP",
];
const GERMAN_COUNTRIES: [&str; 10] = ["DE", "DE", "DE", "DE", "DE", "DE", "DE", "AT", "AT", "CH"];

#[rustfmt::skip]
const NICKNAMES: [&str; 8] = [
    "Head office", "Branch office", "Warehouse", "Field staff", "Reception", "Workshop", "Sales",
    "Interns",
];

/// The generated customers of a world.
#[derive(Debug)]
pub(super) struct Generated {
    key: u64,
    size: usize,
    cloud: Cloud,
    names: Names,
    /// One for each segment, in the order of [`menu`](Self::menu).
    menus: [Menu; 4],
}

impl Generated {
    pub(super) fn new(seed: u32, size: usize, cloud: Cloud, catalogue: &Catalogue) -> Self {
        let key = mix(u64::from(seed), size as u64);
        let segments =
            [Segment::Commercial, Segment::Education, Segment::Nonprofit, Segment::Government];
        Self {
            key: mix(key, cloud as u64),
            size,
            cloud,
            names: Names::of(cloud),
            menus: segments.map(|segment| Menu::of(catalogue, cloud, segment)),
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.size
    }

    pub(super) fn menu(&self, segment: Segment) -> &Menu {
        let [commercial, education, nonprofit, government] = &self.menus;
        match segment {
            Segment::Commercial => commercial,
            Segment::Education => education,
            Segment::Nonprofit => nonprofit,
            Segment::Government => government,
        }
    }

    /// What all of a customer is thrown from.
    fn key_of(&self, place: usize) -> u64 {
        mix(self.key, place as u64)
    }

    /// The number of a customer's name: one of its own share of all names.
    fn number(&self, place: usize) -> usize {
        // The product of the two is beyond what a browser's 32 bits hold.
        let share = |place: usize| {
            let first = place as u64 * self.names.count() as u64 / self.size.max(1) as u64;
            u32::try_from(first).unwrap_or(u32::MAX)
        };
        let (first, next) = (share(place), share(place + 1));
        (first + Dice::of(self.key_of(place)).below(next - first)) as usize
    }

    /// The company's name.
    pub(super) fn name(&self, place: usize) -> String {
        self.names.name(self.number(place)).map(|name| name.spelled()).unwrap_or_default()
    }

    /// A GUID that ends with the customer's number; the rest is its proof.
    pub(super) fn id(&self, place: usize) -> String {
        let mut id = guid_of(self.key_of(place));
        id.truncate(28);
        for shift in [28, 24, 20, 16, 12, 8, 4, 0] {
            let digit = u32::try_from((place >> shift) & 0xf).unwrap_or(0);
            id.push(char::from_digit(digit, 16).unwrap_or('0'));
        }
        id
    }

    /// The place of a customer.
    pub(super) fn find(&self, id: &CustomerId) -> Option<usize> {
        let place = usize::from_str_radix(id.as_str().get(28..)?, 16).ok()?;
        (place < self.size && id.as_str().eq_ignore_ascii_case(&self.id(place))).then_some(place)
    }

    /// The first place that is not `below`; `below` holds for a beginning of the list.
    pub(super) fn first(&self, below: impl Fn(usize) -> bool) -> usize {
        let mut range = 0..self.size;
        while range.start < range.end {
            let middle = range.start.midpoint(range.end);
            if below(middle) {
                range.start = middle + 1;
            } else {
                range.end = middle;
            }
        }
        range.start
    }

    /// The places whose domain starts with `folded`.
    pub(super) fn with_domain(&self, folded: &str) -> Vec<Range<usize>> {
        let numbers = self.names.with_domain(folded).into_iter();
        let place = |number| self.first(|place| self.number(place) < number);
        numbers.map(|found| place(found.start)..place(found.end)).collect()
    }

    /// The customer at a place.
    pub(super) fn customer(&self, place: usize, start: NaiveDate) -> Option<Customer> {
        let mut dice = Dice::of(mix(self.key_of(place), 1));
        let name = self.names.name(self.number(place))?;
        let country = match (name.country, self.cloud) {
            ("", Cloud::Germany) => dice.pick(&GERMAN_COUNTRIES)?,
            ("", _) => dice.pick(&COUNTRIES)?,
            (told, _) => told,
        };
        let segment = match (self.cloud, name.kind) {
            (Cloud::UsGovernment, _) => Segment::Government,
            (Cloud::Germany | Cloud::China, _) | (_, Kind::Company) => Segment::Commercial,
            (_, Kind::School) => Segment::Education,
            (_, Kind::Charity) => Segment::Nonprofit,
            (_, Kind::Public) => Segment::Government,
        };
        let state_owned =
            self.cloud.has_qualifications() && segment != Segment::Nonprofit && dice.one_in(60);
        // Nobody is added on the last days before the demo starts.
        let days = SINCE.map_or(0, |since| start.signed_duration_since(since).num_days());
        let days = u32::try_from(days).unwrap_or(0).max(60);
        let ago = TimeDelta::days(i64::from(20 + dice.below(days - 20)));
        let minutes = TimeDelta::minutes(i64::from(240 + dice.below(150)));
        let created_on = start.checked_sub_signed(ago).unwrap_or(start);
        let midnight = created_on.and_time(NaiveTime::MIN).and_utc();
        let (spelled, domain) = (name.spelled(), name.domain());
        let profile = Profile {
            name: &spelled,
            domain: &domain,
            country,
            cloud: self.cloud,
            is: Qualifications::new(segment, state_owned).ok()?,
            relationship: if dice.one_in(64) {
                Relationship::Advisor
            } else {
                Relationship::Reseller
            },
            created_at: midnight.checked_add_signed(minutes).unwrap_or(midnight),
        };
        profile.customer(CustomerId::parse(&self.id(place)).ok()?, &mut dice)
    }

    /// The account at a place.
    pub(super) fn account(&self, place: usize, ground: &Ground<'_>) -> Option<CustomerAccount> {
        let customer = self.customer(place, ground.start)?;
        // Who only advises has sold nothing.
        if customer.relationship != Relationship::Reseller {
            return Some(CustomerAccount::empty(customer));
        }
        let mut dice = Dice::of(mix(self.key_of(place), 2));
        let count = [0, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 6];
        let count = dice.pick(&count)?;
        let held = Shop::new(self, ground, &customer, dice).fill(count, false);
        CustomerAccount::new(customer, held).ok()
    }
}

/// Fills one account with what suits the customer.
pub(super) struct Shop<'a> {
    ground: &'a Ground<'a>,
    menu: &'a Menu,
    dice: Dice,
    /// Days since the customer was added.
    age: u32,
    /// How many people the company has.
    people: u32,
    held: Vec<Subscription>,
    /// The places of their offers in the catalogue.
    places: Vec<usize>,
}

impl<'a> Shop<'a> {
    pub(super) fn new(
        generated: &'a Generated,
        ground: &'a Ground<'a>,
        customer: &Customer,
        mut dice: Dice,
    ) -> Self {
        let age = ground.start.signed_duration_since(customer.created_at.date_naive()).num_days();
        // Many are small, a few are not.
        let people = 3 + dice.below(30) + dice.below(20) * dice.below(20);
        Self {
            ground,
            menu: generated.menu(customer.qualifications.segment()),
            dice,
            age: u32::try_from(age).unwrap_or(1).max(1),
            people,
            held: Vec::new(),
            places: Vec::new(),
        }
    }

    /// So many subscriptions; `again` lets offers be held more than once as far as they may.
    pub(super) fn fill(mut self, count: usize, again: bool) -> Vec<Subscription> {
        if self.dice.one_in(9) && count > 0 {
            self.trial();
        }
        // A customer of a cloud with few offers may have room for fewer.
        for _ in 0..count * 3 {
            if self.held.len() >= count || self.base(count, again).is_none() {
                break;
            }
        }
        self.held
    }

    fn trial(&mut self) -> Option<()> {
        let place = self.dice.pick(&self.menu.trials)?;
        let opened = 1 + self.dice.below(self.age.min(75));
        self.buy(place, None, opened, None)
    }

    /// A base with, perhaps, add-ons.
    fn base(&mut self, count: usize, again: bool) -> Option<()> {
        let place = self.dice.pick_early(&self.menu.bases)?;
        if !self.may(place, again) {
            return Some(());
        }
        let opened = 1 + self.dice.below(self.age);
        let stop = self.stop(opened);
        self.buy(place, None, opened, stop)?;
        let mut under = (self.held.len() - 1, place, opened);
        // An add-on under an add-on now and then.
        while self.held.len() < count && self.dice.one_in(3) {
            let (parent, of, opened) = under;
            let Some(place) = self.dice.pick(self.menu.add_ons_of(of)) else { break };
            let after = stop.map_or(1, |stop| stop.days_ago);
            let opened = after + self.dice.below(opened - after + 1);
            self.buy(place, Some(parent), opened, stop)?;
            under = (self.held.len() - 1, place, opened);
        }
        Some(())
    }

    /// Whether one more of an offer may be held. A trial of it is not had beside it.
    fn may(&mut self, place: usize, again: bool) -> bool {
        let offers = self.ground.catalogue.offers();
        let Some(offer) = offers.get(place) else { return false };
        let count = self.places.iter().filter(|held| **held == place).count();
        let most = match offer.limit {
            OwnershipLimit::None => usize::MAX,
            OwnershipLimit::Concurrent(most) | OwnershipLimit::Lifetime(most) => {
                usize::from(most.get())
            }
        };
        let tried = self.places.iter().filter_map(|held| offers.get(*held));
        let mut tried = tried.flat_map(Offer::conversion_targets);
        let tried = tried.any(|paid| *paid == offer.id);
        !tried && count < most && (count == 0 || again || self.dice.one_in(6))
    }

    fn stop(&mut self, opened: u32) -> Option<Stop> {
        let days_ago = match self.dice.below(100) {
            0..9 => 1 + self.dice.below(opened.min(90)),
            // Longer ago than any window is long.
            9..13 if opened > 125 => 122 + self.dice.below((opened - 122).min(250)),
            _ => return None,
        };
        let reason = self.dice.pick_early(&[
            SuspensionReason::NonPayment,
            SuspensionReason::CustomerRequest,
            SuspensionReason::Fraud,
        ])?;
        let wished = reason == SuspensionReason::CustomerRequest && self.dice.one_in(3);
        let intent = if wished { Intent::Cancel } else { Intent::Hold };
        Some(Stop { days_ago, reason, intent, by: SuspendedBy::Partner })
    }

    fn buy(
        &mut self,
        place: usize,
        parent: Option<usize>,
        opened: u32,
        stop: Option<Stop>,
    ) -> Option<()> {
        let offer = self.ground.catalogue.offers().get(place)?;
        let dice = &mut self.dice;
        let opened_on = self.ground.days_ago(opened);
        let part = 1 + dice.below(3);
        let quantity = match offer.kind {
            OfferKind::Trial { .. } => 1,
            _ => self.people / part + 1,
        };
        let known = offer.charging == Charging::License && !dice.one_in(4);
        let quantity = quantity.clamp(offer.quantity.min().get(), offer.quantity.max().get());
        let nicknamed = matches!(offer.kind, OfferKind::Base) && dice.one_in(7);
        let row = Row {
            id: SubscriptionId::parse(&guid_of(dice.next())).ok()?,
            order: OrderId::parse(&guid_of(dice.next())).ok()?,
            offer,
            parent: parent.and_then(|place| self.held.get(place)),
            nickname: if nicknamed { dice.pick(&NICKNAMES)? } else { "" },
            quantity,
            assigned: known.then(|| quantity - dice.below(quantity / 3 + 1)),
            annual: dice.one_in(3) && ANNUAL_SINCE.is_none_or(|since| opened_on >= since),
            opened_on,
            stop,
        };
        let bought = row.build(self.ground)?;
        self.held.push(bought);
        self.places.push(place);
        Some(())
    }
}
