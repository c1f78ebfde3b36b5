//! The log that leads to an account of the demo: worked out backwards from the account itself, so
//! that the two cannot contradict each other.

use super::rows::{Ground, moment, year_after};
use crate::log::{Actor, Entry};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc};
use subscription_rules::{
    Cause, Charging, Customer, CustomerAccount, DeletedBecause, Event, ExpiresOn, Fact, Intent,
    Quantity, State, Status, Subscription, SubscriptionId, SuspendedBy, SuspensionReason, Term,
    VERSION, expires_on,
};

/// The partner's people.
#[rustfmt::skip]
const USERS: [&str; 4] = [
    "dana@demo-partner.example", "marco@demo-partner.example", "priya@demo-partner.example",
    "tom@demo-partner.example",
];

/// A number from 0 to 255 that belongs to a subscription.
fn trait_of(id: &SubscriptionId) -> u8 {
    id.as_str().bytes().fold(0, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte))
}

fn user(trait_of: u8) -> Actor {
    let place = usize::from(trait_of) % USERS.len();
    Actor::User(USERS.get(place).copied().unwrap_or_default().to_owned())
}

/// The first and the current end of a term: one renewal a year lies between them.
fn ends(held: &Subscription) -> Option<(NaiveDate, NaiveDate)> {
    match &held.term {
        Term::Paid { anchor_on, ends_on, .. } => {
            Some((year_after(*anchor_on, held.opened_on), *ends_on))
        }
        Term::Trial { .. } | Term::Open => None,
    }
}

fn renewals(held: &Subscription) -> u32 {
    let years = ends(held).map(|(first, current)| current.year() - first.year());
    years.and_then(|years| u32::try_from(years).ok()).unwrap_or(0)
}

fn renamed(held: &Subscription) -> bool {
    held.nickname.as_str() != &*held.offer_name
}

/// Some were bought with fewer licenses: when more were added, and how many it had.
fn raised(held: &Subscription, until: NaiveDate) -> Option<(NaiveDate, Quantity)> {
    let days = until.signed_duration_since(held.opened_on).num_days();
    let bought = held.charging == Charging::License && held.parent.is_none() && !held.is_trial();
    let grown = held.quantity.get() >= 6 && trait_of(&held.id).is_multiple_of(3);
    if !bought || !grown || days < 40 {
        return None;
    }
    let on = held.opened_on.checked_add_signed(TimeDelta::days(days / 2))?;
    let before = held.quantity.get() - held.quantity.get() / 4;
    Some((on, Quantity::try_from(before).ok()?))
}

/// How many lines the log has of a subscription: what its revision is.
pub(super) fn lines(held: &Subscription, stopped_on: Option<NaiveDate>, start: NaiveDate) -> u32 {
    1 + renewals(held)
        + u32::from(renamed(held))
        + u32::from(raised(held, stopped_on.unwrap_or(start)).is_some())
        + u32::from(stopped_on.is_some())
        + u32::from(held.status() == Status::Deleted)
}

/// Writes the log of one account.
struct Writer<'a> {
    ground: &'a Ground<'a>,
    account: &'a CustomerAccount,
    entries: Vec<Entry>,
}

/// The log of an account up to the start day, oldest first.
pub(super) fn history(account: &CustomerAccount, ground: &Ground<'_>) -> Vec<Entry> {
    let mut writer = Writer { ground, account, entries: Vec::new() };
    let customer = account.customer();
    let added = customer.created_at;
    let first = customer.id.as_str().bytes().last().unwrap_or(0);
    writer.write(user(first), added, None, None, Event::CustomerAdded);
    if let Some((at, event)) = qualified(customer) {
        writer.write(user(first), at, None, None, event);
    }
    for held in account.subscriptions() {
        writer.subscription(held);
    }
    writer.entries
}

/// Qualifications are set after a customer is added, where they can be set at all.
fn qualified(customer: &Customer) -> Option<(DateTime<Utc>, Event)> {
    let (from, to) = (subscription_rules::Qualifications::NONE, customer.qualifications);
    let set = customer.cloud.has_qualifications() && to != from;
    let at = customer.created_at.checked_add_signed(TimeDelta::minutes(4))?;
    set.then_some((at, Event::QualificationSet { from, to }))
}

/// What is known of how a subscription was suspended.
struct Stopped {
    at: DateTime<Utc>,
    cause: Option<SubscriptionId>,
    reason: SuspensionReason,
    intent: Intent,
    by: SuspendedBy,
    until: ExpiresOn,
}

impl Writer<'_> {
    fn write(
        &mut self,
        actor: Actor,
        at: DateTime<Utc>,
        held: Option<(&Subscription, &str)>,
        cause: Option<SubscriptionId>,
        event: Event,
    ) {
        let customer = self.account.customer();
        let subscription = held.map(|(held, _)| held.id.clone());
        // Oldest first; what was written earlier stays before what is as old.
        let place = self.entries.partition_point(|entry| entry.fact.at <= at);
        let entry = Entry {
            actor,
            customer: customer.id.clone(),
            customer_name: customer.company_name.as_str().to_owned(),
            subscription_name: held.map_or("", |(_, name)| name).to_owned(),
            fact: Fact { at, subscription, cause, event },
            request: None,
            rules: VERSION.to_owned(),
        };
        self.entries.insert(place, entry);
    }

    fn subscription(&mut self, held: &Subscription) {
        let user = user(trait_of(&held.id));
        let (named, created) = (held.nickname.as_str(), held.created_at);
        let stopped = self.stopped(held);
        let until = stopped.as_ref().map_or(self.ground.start, |stop| stop.at.date_naive());
        let raised = raised(held, until);
        let event = Event::Created {
            offer: held.offer.clone(),
            quantity: raised.map_or(held.quantity, |(_, before)| before),
            cycle: held.cycle(),
            order: held.order.clone(),
        };
        self.write(user.clone(), created, Some((held, &held.offer_name)), None, event);
        if renamed(held) {
            let at = created.checked_add_signed(TimeDelta::minutes(3)).unwrap_or(created);
            let event = Event::Renamed { from: held.offer_name.to_string(), to: named.to_owned() };
            self.write(user.clone(), at, Some((held, named)), None, event);
        }
        if let Some((on, from)) = raised {
            let event = Event::QuantityChanged { from, to: held.quantity };
            self.write(user.clone(), moment(on, 9, &held.id), Some((held, named)), None, event);
        }
        if let Some((mut from, last)) = ends(held) {
            while from < last {
                let Term::Paid { anchor_on, .. } = &held.term else { break };
                let to = year_after(*anchor_on, from);
                let at = from.and_time(NaiveTime::MIN).and_utc();
                let event = Event::Renewed { from, to };
                self.write(Actor::System, at, Some((held, named)), None, event);
                from = to;
            }
        }
        if let Some(stop) = stopped {
            let actor = if stop.by == SuspendedBy::Vendor { Actor::Vendor } else { user };
            let event = Event::Suspended {
                reason: stop.reason,
                note: None,
                intent: stop.intent,
                expires_on: stop.until,
            };
            self.write(actor, stop.at, Some((held, named)), stop.cause, event);
        }
        if let State::Deleted(deleted) = &held.state {
            let trial = deleted.because == DeletedBecause::TrialEnded;
            let from = if trial { Status::Active } else { Status::Suspended };
            let drawn = deleted.because == DeletedBecause::ParentDeleted;
            let cause = if drawn { self.root(held).map(|root| root.id.clone()) } else { None };
            let event = Event::Deleted { from, because: deleted.because };
            self.write(Actor::System, deleted.at, Some((held, named)), cause, event);
        }
    }

    /// What a subscription hangs under in the end.
    fn root(&self, held: &Subscription) -> Option<&Subscription> {
        let mut root = self.account.parent_of(held)?;
        while let Some(above) = self.account.parent_of(root) {
            root = above;
        }
        Some(root)
    }

    fn stopped(&self, held: &Subscription) -> Option<Stopped> {
        match &held.state {
            State::Active => None,
            State::Suspended(suspension) => Some(Stopped {
                at: suspension.at,
                cause: match &suspension.cause {
                    Cause::Own => None,
                    Cause::Cascade(root) => Some(root.clone()),
                },
                reason: suspension.reason,
                intent: suspension.intent,
                by: suspension.by,
                until: self.account.expires_on(held, &self.ground.policy)?,
            }),
            State::Deleted(deleted) if deleted.because == DeletedBecause::TrialEnded => None,
            State::Deleted(deleted) => {
                let root = self.root(held);
                let first = root.unwrap_or(held);
                Some(Stopped {
                    at: moment(self.suspended_on(first)?, 13, &first.id),
                    cause: root.map(|root| root.id.clone()),
                    reason: SuspensionReason::CustomerRequest,
                    intent: Intent::Hold,
                    by: SuspendedBy::Partner,
                    until: ExpiresOn(deleted.at.date_naive().pred_opt()?),
                })
            }
        }
    }

    /// The day on which a subscription was suspended that its window has ended since.
    fn suspended_on(&self, gone: &Subscription) -> Option<NaiveDate> {
        let State::Deleted(deleted) = &gone.state else { return None };
        let last_day = deleted.at.date_naive().pred_opt()?;
        // As many days before the last day as the window has after the suspension.
        let window = expires_on(last_day, gone.term.free_days(), self.ground.policy.retention);
        last_day.checked_sub_signed(window.0.signed_duration_since(last_day))
    }
}
