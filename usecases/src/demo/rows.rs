//! One subscription of the demo as it stands at the first instant of the start day: what time has
//! done to it by then is worked out here at once instead of year by year.

use super::past;
use chrono::{DateTime, Days, Months, NaiveDate, NaiveTime, TimeDelta, Utc};
use subscription_rules::{
    BillingDay, Catalogue, Cause, Charging, Deleted, DeletedBecause, ExpiresOn, Intent, Nickname,
    Offer, OfferKind, OrderId, PaidCycle, Policy, Quantity, State, Subscription, SubscriptionId,
    SuspendedBy, Suspension, SuspensionReason, Term, expires_on,
};

/// What every row of a world looks at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) start: NaiveDate,
    pub(super) policy: Policy,
    pub(super) billing_day: BillingDay,
    pub(super) catalogue: &'a Catalogue,
}

impl Ground<'_> {
    pub(super) fn days_ago(&self, days: u32) -> NaiveDate {
        self.start.checked_sub_days(Days::new(u64::from(days))).unwrap_or(self.start)
    }
}

/// A suspension in the past. If its window has passed by the start day, the subscription is deleted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop {
    pub(super) days_ago: u32,
    pub(super) reason: SuspensionReason,
    pub(super) intent: Intent,
    pub(super) by: SuspendedBy,
}

/// What a subscription is made from.
#[derive(Debug)]
pub(super) struct Row<'a> {
    pub(super) id: SubscriptionId,
    pub(super) order: OrderId,
    pub(super) offer: &'a Offer,
    pub(super) parent: Option<&'a Subscription>,
    /// Without one, the offer's name.
    pub(super) nickname: &'a str,
    pub(super) quantity: u32,
    pub(super) assigned: Option<u32>,
    /// If the offer is sold so.
    pub(super) annual: bool,
    pub(super) opened_on: NaiveDate,
    pub(super) stop: Option<Stop>,
}

/// A time of a day, different for every subscription.
pub(super) fn moment(day: NaiveDate, hour: i64, id: &SubscriptionId) -> DateTime<Utc> {
    let minute = id.as_str().bytes().fold(0, |sum, byte| (sum * 7 + i64::from(byte)) % 180);
    let midnight = day.and_time(NaiveTime::MIN).and_utc();
    midnight.checked_add_signed(TimeDelta::minutes(hour * 60 + minute)).unwrap_or(midnight)
}

impl Row<'_> {
    /// The subscription; `None` only for a quantity or nickname that no subscription can have.
    pub(super) fn build(self, ground: &Ground<'_>) -> Option<Subscription> {
        let (offer, opened_on, start) = (self.offer, self.opened_on, ground.start);
        let stopped_on = self.stop.map(|stop| ground.days_ago(stop.days_ago));
        let term = match (&offer.kind, offer.charging, self.parent) {
            (_, _, Some(parent)) => parent.term.aligned(opened_on, offer.auto_renews),
            (OfferKind::Trial { days, .. }, _, _) => Term::trial(opened_on, *days),
            (_, Charging::Usage, _) => Term::Open,
            _ => self.paid(ground.billing_day, stopped_on.unwrap_or(start)),
        };
        let quantity = match offer.charging {
            Charging::Usage => Quantity::ONE,
            Charging::License => {
                let range = offer.quantity;
                Quantity::try_from(self.quantity).ok()?.clamp(range.min(), range.max())
            }
        };
        let state = match (self.stop, stopped_on) {
            (Some(stop), Some(on)) => self.stopped(stop, on, &term, ground),
            _ => ended(&term, start),
        };
        let nickname = if self.nickname.is_empty() { &offer.name } else { self.nickname };
        let mut row = Subscription {
            created_at: moment(opened_on, 7, &self.id),
            id: self.id,
            order: self.order,
            offer: offer.id.clone(),
            offer_name: offer.name.clone(),
            converted_from: None,
            parent: self.parent.map(|parent| parent.id.clone()),
            nickname: Nickname::parse(nickname).ok()?,
            quantity,
            assigned: self.assigned.map(|assigned| assigned.min(quantity.get())),
            charging: offer.charging,
            opened_on,
            term,
            state,
            revision: 0,
        };
        row.revision = past::lines(&row, stopped_on, start);
        Some(row)
    }

    /// The term that runs on a day: after its end a term renews.
    fn paid(&self, billing: BillingDay, on: NaiveDate) -> Term {
        let sold = self.offer.cycles;
        let annual = sold.annual && (self.annual || !sold.monthly);
        let cycle = if annual { PaidCycle::Annual } else { PaidCycle::Monthly };
        let mut term = Term::paid(self.opened_on, cycle, billing, self.offer.auto_renews);
        if let Term::Paid { anchor_on, ends_on, .. } = &mut term {
            *ends_on = year_after(*anchor_on, on);
        }
        term
    }

    fn stopped(&self, stop: Stop, on: NaiveDate, term: &Term, ground: &Ground<'_>) -> State {
        let last_day = |term: &Term| {
            let window = expires_on(on, term.free_days(), ground.policy.retention);
            match term {
                Term::Trial { last_day } => window.min(ExpiresOn(*last_day)),
                Term::Paid { .. } | Term::Open => window,
            }
        };
        let (own, above) = (last_day(term), self.parent.map(|parent| last_day(&parent.term)));
        let until = above.map_or(own, |above| own.min(above));
        if until.0 < ground.start {
            let drawn_along = above == Some(until);
            let because = if drawn_along {
                DeletedBecause::ParentDeleted
            } else {
                DeletedBecause::WindowEnded
            };
            return State::Deleted(Deleted { at: until.ends_at(), because });
        }
        let suspension = |at| Suspension {
            at,
            reason: stop.reason,
            note: None,
            intent: stop.intent,
            cause: Cause::Own,
            by: stop.by,
        };
        State::Suspended(match self.parent {
            None => suspension(moment(on, 13, &self.id)),
            Some(parent) => match parent.suspension() {
                None => suspension(moment(on, 13, &self.id)),
                Some(above) => Suspension {
                    cause: match &above.cause {
                        Cause::Own => Cause::Cascade(parent.id.clone()),
                        Cause::Cascade(root) => Cause::Cascade(root.clone()),
                    },
                    ..suspension(above.at)
                },
            },
        })
    }
}

/// Active, unless it is a trial whose last day has passed.
fn ended(term: &Term, start: NaiveDate) -> State {
    match term {
        Term::Trial { last_day } if *last_day < start => State::Deleted(Deleted {
            at: ExpiresOn(*last_day).ends_at(),
            because: DeletedBecause::TrialEnded,
        }),
        _ => State::Active,
    }
}

/// The first anniversary of `anchor` after a day.
pub(super) fn year_after(anchor: NaiveDate, day: NaiveDate) -> NaiveDate {
    let years = day.years_since(anchor).unwrap_or(0);
    let anniversary = |years: u32| anchor.checked_add_months(Months::new(years * 12));
    (years.max(1)..=years + 2)
        .filter_map(anniversary)
        .find(|end| *end > day)
        .unwrap_or(NaiveDate::MAX)
}
