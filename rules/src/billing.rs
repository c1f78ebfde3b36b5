//! Billing frequencies, and the partner's billing day (domain.md §1.2).

use crate::Refusal;
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// How often a subscription is billed. Chosen before the products, fixed afterwards; an add-on
/// takes its base's (domain.md S8, §1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillingCycle {
    /// Every month, for a commitment of a year.
    Monthly,
    /// Once a year, in advance.
    Annual,
    /// Not billed: a trial.
    None,
}

/// The frequencies an offer is sold at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BillingCycles {
    /// Sold monthly.
    pub monthly: bool,
    /// Sold annually.
    pub annual: bool,
}

impl BillingCycles {
    /// Both.
    pub const BOTH: Self = Self { monthly: true, annual: true };

    /// Whether the frequency is among them.
    pub const fn contains(self, cycle: BillingCycle) -> bool {
        match cycle {
            BillingCycle::Monthly => self.monthly,
            BillingCycle::Annual => self.annual,
            BillingCycle::None => false,
        }
    }
}

/// The day of the month on which the partner is invoiced: 1 to 31. In a shorter month it is the
/// last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct BillingDay(u8);

impl BillingDay {
    /// The first partner billing date on or after `day`.
    pub fn on_or_after(self, day: NaiveDate) -> NaiveDate {
        let in_month = |month: NaiveDate| {
            let last = month.num_days_in_month();
            month.with_day(u32::from(self.0.min(last))).unwrap_or(month)
        };
        let first = day.with_day(1).unwrap_or(day);
        let here = in_month(first);
        if here >= day {
            here
        } else {
            first.checked_add_months(chrono::Months::new(1)).map_or(NaiveDate::MAX, in_month)
        }
    }
}

impl TryFrom<u8> for BillingDay {
    type Error = Refusal;
    fn try_from(day: u8) -> Result<Self, Refusal> {
        if (1..=31).contains(&day) {
            Ok(Self(day))
        } else {
            Err(Refusal::invalid("billingDay", &day.to_string()))
        }
    }
}

impl From<BillingDay> for u8 {
    fn from(day: BillingDay) -> Self {
        day.0
    }
}
