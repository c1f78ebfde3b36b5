//! The customers with a story: what one is, and the account it makes.
//!
//! Everything is placed relative to the start day, so that "on the last day of its window" is
//! always there to see.

use super::dice::{Dice, guid};
use super::generated::{Generated, Shop};
use super::people::{Profile, domain};
use super::rows::{Ground, Row, Stop};
use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta};
use subscription_rules::{
    Cloud, Customer, CustomerAccount, CustomerId, Intent, OfferId, OrderId, Qualifications,
    Relationship, Subscription, SubscriptionId, SuspendedBy, SuspensionReason,
};

/// One customer with a story.
#[derive(Debug)]
pub(super) struct Story {
    /// Its number, for its identifiers.
    pub(super) number: u16,
    pub(super) name: &'static str,
    /// The first label of its domain.
    pub(super) label: &'static str,
    pub(super) country: &'static str,
    pub(super) is: Qualifications,
    pub(super) relationship: Relationship,
    pub(super) holds: &'static [Held],
    /// This many more as the generated customers have them.
    pub(super) more: usize,
}

/// One of its subscriptions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    offer: &'static str,
    quantity: u32,
    opened: Opened,
    /// The place of the subscription it hangs under.
    under: Option<u8>,
    nickname: &'static str,
    assigned: Option<u32>,
    annual: bool,
    stop: Option<Stop>,
}

/// When it was bought.
#[derive(Debug, Clone, Copy)]
pub(super) enum Opened {
    /// So many days before the start day.
    Ago(u32),
    /// A year before so many days after it: a term that soon renews.
    YearBefore(u32),
    /// On a day before alignment, for free days (domain.md §1.2).
    On(i32, u32, u32),
}

/// Commercial, with a reseller, in the United States.
pub(super) const fn story(
    number: u16,
    name: &'static str,
    label: &'static str,
    holds: &'static [Held],
) -> Story {
    Story {
        number,
        name,
        label,
        country: "US",
        is: Qualifications::NONE,
        relationship: Relationship::Reseller,
        holds,
        more: 0,
    }
}

impl Story {
    pub(super) const fn of(mut self, country: &'static str, is: Qualifications) -> Self {
        self.country = country;
        self.is = is;
        self
    }

    pub(super) const fn advised(mut self) -> Self {
        self.relationship = Relationship::Advisor;
        self
    }

    pub(super) const fn more(mut self, count: usize) -> Self {
        self.more = count;
        self
    }
}

/// Licenses bought monthly, if the offer is sold so, and still in use.
pub(super) const fn held(offer: &'static str, quantity: u32, opened: Opened) -> Held {
    Held {
        offer,
        quantity,
        opened,
        under: None,
        nickname: "",
        assigned: None,
        annual: false,
        stop: None,
    }
}

impl Held {
    pub(super) const fn annual(mut self) -> Self {
        self.annual = true;
        self
    }

    pub(super) const fn under(mut self, place: u8) -> Self {
        self.under = Some(place);
        self
    }

    pub(super) const fn named(mut self, nickname: &'static str) -> Self {
        self.nickname = nickname;
        self
    }

    pub(super) const fn assigned(mut self, licenses: u32) -> Self {
        self.assigned = Some(licenses);
        self
    }

    /// Suspended so long ago; deleted if its window has passed since.
    pub(super) const fn stopped(mut self, days_ago: u32, reason: SuspensionReason) -> Self {
        let (intent, by) = (Intent::Hold, SuspendedBy::Partner);
        self.stop = Some(Stop { days_ago, reason, intent, by });
        self
    }

    pub(super) const fn cancelled(self, days_ago: u32) -> Self {
        let (reason, by) = (SuspensionReason::CustomerRequest, SuspendedBy::Partner);
        let stop = Some(Stop { days_ago, reason, intent: Intent::Cancel, by });
        Self { stop, ..self }
    }

    /// Suspended by the vendor for a violation of acceptable use.
    pub(super) const fn by_vendor(self, days_ago: u32) -> Self {
        let (reason, by) = (SuspensionReason::Fraud, SuspendedBy::Vendor);
        let stop = Some(Stop { days_ago, reason, intent: Intent::Hold, by });
        Self { stop, ..self }
    }
}

impl Opened {
    fn on(self, ground: &Ground<'_>) -> NaiveDate {
        match self {
            Self::Ago(days) => ground.days_ago(days),
            Self::YearBefore(days) => {
                let later = ground
                    .start
                    .checked_add_days(Days::new(u64::from(days)))
                    .unwrap_or(ground.start);
                // The 29th of February comes back after four years only.
                let months = if (later.month(), later.day()) == (2, 29) { 48 } else { 12 };
                later.checked_sub_months(Months::new(months)).unwrap_or(ground.start)
            }
            Self::On(year, month, day) => {
                let fixed = NaiveDate::from_ymd_opt(year, month, day);
                fixed.filter(|day| *day < ground.start).unwrap_or(ground.start)
            }
        }
    }
}

/// A GUID one can read: the cloud, the customer's number, and which of its subscriptions.
fn made(cloud: Cloud, number: u16, kind: u64, place: u64) -> String {
    let high = 0x5d5d_0000_0000_4000 | ((cloud as u64) << 32) | kind;
    guid(high, (0x8000_u64 << 48) | (u64::from(number) << 48) | place)
}

impl Story {
    /// Its customer ID.
    pub(super) fn id(&self, cloud: Cloud) -> String {
        made(cloud, self.number, 0, 0)
    }

    /// Its primary domain.
    pub(super) fn domain(&self) -> String {
        domain(self.label)
    }

    /// Who it is.
    pub(super) fn customer(&self, cloud: Cloud, ground: &Ground<'_>) -> Option<Customer> {
        let opened = self.holds.iter().map(|held| held.opened.on(ground)).min();
        // What it holds beside its story was bought over the years.
        let ago = if self.more > 0 { 1500 } else { 120 };
        let added = opened.unwrap_or(ground.start).min(ground.days_ago(ago));
        let midnight = added.and_time(NaiveTime::MIN).and_utc();
        let created_at = midnight.checked_add_signed(TimeDelta::minutes(300)).unwrap_or(midnight);
        let profile = Profile {
            name: self.name,
            domain: &self.domain(),
            country: self.country,
            cloud,
            is: self.is,
            relationship: self.relationship,
            created_at,
        };
        let id = CustomerId::parse(&self.id(cloud)).ok()?;
        profile.customer(id, &mut Dice::of(u64::from(self.number)))
    }

    /// Its account at the first instant of the start day.
    pub(super) fn account(
        &self,
        cloud: Cloud,
        ground: &Ground<'_>,
        generated: &Generated,
    ) -> Option<CustomerAccount> {
        let customer = self.customer(cloud, ground)?;
        let mut rows: Vec<Subscription> = Vec::new();
        for (place, held) in (1..).zip(self.holds) {
            let offer = ground.catalogue.get(&OfferId::parse(held.offer).ok()?)?;
            let row = Row {
                id: SubscriptionId::parse(&made(cloud, self.number, 0, place)).ok()?,
                order: OrderId::parse(&made(cloud, self.number, 1, place)).ok()?,
                offer,
                parent: held.under.and_then(|parent| rows.get(usize::from(parent))),
                nickname: held.nickname,
                quantity: held.quantity,
                assigned: held.assigned,
                annual: held.annual,
                opened_on: held.opened.on(ground),
                stop: held.stop,
            };
            let row = row.build(ground)?;
            rows.push(row);
        }
        if self.more > 0 {
            let dice = Dice::of(u64::from(self.number));
            rows.extend(Shop::new(generated, ground, &customer, dice).fill(self.more, true));
        }
        CustomerAccount::new(customer, rows).ok()
    }
}
