//! What a change costs or brings: an exact amount, always labelled an estimate
//! (domain.md §1.2, A17, A18). The vendor's invoice decides.

use crate::term::PaidCycle;
use crate::{BillingCycle, Context, Money, OfferId, Quantity, Subscription, Term};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// How a prorated amount is rounded to minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Rounding {
    /// Exact over the days, one rounding half up at the end (domain.md A17).
    Once,
    /// The vendor's printed formula, which rounds the daily price and the price of one license.
    Official,
}

/// What the amount is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Basis {
    /// A whole billing period.
    Whole,
    /// Some of its days.
    Days {
        /// The days counted.
        days: i64,
        /// Out of so many.
        of: i64,
    },
}

/// An amount that is expected: charges positive, credits negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Estimate {
    /// How much.
    pub amount: Money,
    /// For what.
    pub basis: Basis,
}

/// `numerator / denominator` of amounts that are not negative, half up.
const fn half_up(numerator: i128, denominator: i128) -> i128 {
    (2 * numerator + denominator) / (2 * denominator)
}

/// The price of `days` out of a period of `of` days, for `quantity` licenses at `unit` minor units
/// the period. All three counts are at least zero, `of` and `quantity` at least one.
pub fn prorated(unit: i128, quantity: u32, days: i64, of: i64, rounding: Rounding) -> i128 {
    let (quantity, days, of) =
        (i128::from(quantity.max(1)), i128::from(days), i128::from(of.max(1)));
    match rounding {
        Rounding::Once => half_up(unit * quantity * days, of),
        Rounding::Official => half_up(half_up(unit * quantity, of) * days, quantity) * quantity,
    }
}

/// Days within which a purchase is charged or credited whole (domain.md A18).
const WHOLE_WITHIN_DAYS: i64 = 30;

/// Days of a year in the vendor's annual formula, also in leap years (domain.md §1.2).
const ANNUAL_DAYS: i64 = 365;

/// A paid subscription's current period with its price, as far as it is known.
struct Period {
    unit: Money,
    end: NaiveDate,
    of: i64,
}

impl Period {
    fn of(context: &Context<'_>, held: &Subscription, on: NaiveDate) -> Option<Self> {
        let Term::Paid { cycle, .. } = held.term else { return None };
        let (start, end) = held.term.period(on)?;
        let month = context.prices.of(&held.offer)?;
        Some(match cycle {
            PaidCycle::Monthly => {
                Self { unit: month, end, of: end.signed_duration_since(start).num_days() }
            }
            PaidCycle::Annual => {
                let unit = Money { minor_units: month.minor_units * 12, ..month };
                Self { unit, end, of: ANNUAL_DAYS }
            }
        })
    }

    fn whole(&self, quantity: Quantity, sign: i128) -> Estimate {
        let minor_units = sign * self.unit.minor_units * i128::from(quantity.get());
        Estimate { amount: Money { minor_units, ..self.unit }, basis: Basis::Whole }
    }

    /// From a day, which counts, to the end of the period.
    fn rest(&self, context: &Context<'_>, licenses: u32, from: NaiveDate, sign: i128) -> Estimate {
        // A leap year has a day more than the formula; nobody is credited more than was paid.
        let days = self.end.signed_duration_since(from).num_days().min(self.of);
        let rounding = context.policy.rounding;
        let amount = prorated(self.unit.minor_units, licenses, days, self.of, rounding);
        let amount = Money { minor_units: sign * amount, ..self.unit };
        Estimate { amount, basis: Basis::Days { days, of: self.of } }
    }
}

fn bought_lately(held: &Subscription, on: NaiveDate) -> bool {
    on.signed_duration_since(held.opened_on).num_days() < WHOLE_WITHIN_DAYS
}

/// The credit for suspending on the day of the decision.
pub(crate) fn of_suspending(context: &Context<'_>, held: &Subscription) -> Option<Estimate> {
    let on = context.today();
    let period = Period::of(context, held, on)?;
    Some(if bought_lately(held, on) {
        period.whole(held.quantity, -1)
    } else {
        period.rest(context, held.quantity.get(), on, -1)
    })
}

/// The charge for reactivating on the day of the decision.
pub(crate) fn of_reactivating(context: &Context<'_>, held: &Subscription) -> Option<Estimate> {
    let on = context.today();
    let period = Period::of(context, held, on)?;
    Some(if bought_lately(held, on) {
        period.whole(held.quantity, 1)
    } else {
        period.rest(context, held.quantity.get(), on, 1)
    })
}

/// The charge or credit for another quantity from the day of the decision to the end of the
/// current period; the vendor bills it on the next anniversary day.
pub(crate) fn of_quantity(
    context: &Context<'_>,
    held: &Subscription,
    to: Quantity,
) -> Option<Estimate> {
    let on = context.today();
    let period = Period::of(context, held, on)?;
    let more = to > held.quantity;
    let licenses = to.get().abs_diff(held.quantity.get());
    let mut rest = period.rest(context, licenses, on, if more { 1 } else { -1 });
    if let (Rounding::Official, Basis::Days { days, of }) = (context.policy.rounding, rest.basis) {
        // The vendor credits the whole period and bills both slices anew, each with its rounding.
        let slice = |of_licenses: Quantity, days| {
            prorated(period.unit.minor_units, of_licenses.get(), days, of, Rounding::Official)
        };
        rest.amount.minor_units = slice(held.quantity, of - days) + slice(to, days)
            - period.unit.minor_units * i128::from(held.quantity.get());
    }
    Some(rest)
}

/// The charge for the first whole period of a new subscription.
pub(crate) fn of_buying(context: &Context<'_>, bought: &Subscription) -> Option<Estimate> {
    let Term::Paid { anchor_on, .. } = bought.term else { return None };
    Some(Period::of(context, bought, anchor_on)?.whole(bought.quantity, 1))
}

/// What so many licenses of an offer cost in a whole billing period: a month, or a year when billed
/// annually.
pub fn period_price(
    context: &Context<'_>,
    offer: &OfferId,
    quantity: Quantity,
    cycle: BillingCycle,
) -> Option<Estimate> {
    let months = match cycle {
        BillingCycle::Monthly => 1,
        BillingCycle::Annual => 12,
        BillingCycle::None => return None,
    };
    let month = context.prices.of(offer)?;
    let minor_units = month.minor_units * months * i128::from(quantity.get());
    Some(Estimate { amount: Money { minor_units, ..month }, basis: Basis::Whole })
}

/// The charge for a new add-on up to the end of its base's current period.
pub(crate) fn of_adding(context: &Context<'_>, bought: &Subscription) -> Option<Estimate> {
    let on = context.today();
    let period = Period::of(context, bought, on)?;
    Some(period.rest(context, bought.quantity.get(), on, 1))
}
