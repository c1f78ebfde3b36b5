//! The dates of a term: when it opened, when it is first paid, when it ends or renews
//! (domain.md §1.2, the table of terms).

use crate::retention::{add_days, midnight_after};
use crate::{BillingCycle, BillingDay, FreeDays};
use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// The day from which a new monthly subscription is paid from its purchase on
/// (domain.md §1.2, §1.6: the same day for every offer).
const ALIGNED_SINCE: Option<NaiveDate> = NaiveDate::from_ymd_opt(2018, 2, 21);

/// Months of commitment, whatever the frequency.
const MONTHS: u32 = 12;

/// The first day of the first paid period of a subscription bought on a day.
pub fn paid_start(opened_on: NaiveDate, cycle: BillingCycle, billing: BillingDay) -> NaiveDate {
    if cycle != BillingCycle::Monthly {
        return opened_on;
    }
    if ALIGNED_SINCE.is_some_and(|since| opened_on < since) {
        return billing.on_or_after(opened_on);
    }
    if opened_on.day() < 29 {
        return opened_on;
    }
    // The 29th, 30th and 31st do not exist in every month: such a subscription is billed on the 1st.
    let first = opened_on.with_day(1).unwrap_or(opened_on);
    add_months(first, 1)
}

/// How long a subscription runs, and what happens at the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Term {
    /// Free until the last day, to 24:00 UTC; then converted or ended (domain.md §3.1).
    Trial {
        /// The last day.
        last_day: NaiveDate,
    },
    /// A commitment of twelve months that renews, or of a retired offer that ends.
    Paid {
        /// Monthly or annual.
        cycle: PaidCycle,
        /// The first day of the first paid period of the base; terms are counted from it, so that
        /// the 29th of February comes back in leap years.
        anchor_on: NaiveDate,
        /// The end of the current term, exclusive: the first day of the next.
        ends_on: NaiveDate,
        /// Days before the first paid period; kept for life.
        free_days: FreeDays,
        /// Whether it renews by itself.
        auto_renews: bool,
    },
    /// Usage-based: billed monthly for what was used, without an end.
    Open,
}

/// A frequency that is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PaidCycle {
    /// Every month.
    Monthly,
    /// Once a year.
    Annual,
}

impl PaidCycle {
    /// The frequency, unless it is that of a trial.
    pub fn of(cycle: BillingCycle) -> Option<Self> {
        match cycle {
            BillingCycle::Monthly => Some(Self::Monthly),
            BillingCycle::Annual => Some(Self::Annual),
            BillingCycle::None => None,
        }
    }
}

impl From<PaidCycle> for BillingCycle {
    fn from(cycle: PaidCycle) -> Self {
        match cycle {
            PaidCycle::Monthly => Self::Monthly,
            PaidCycle::Annual => Self::Annual,
        }
    }
}

impl Term {
    /// The term of a paid subscription opened on a day.
    pub fn paid(opened_on: NaiveDate, cycle: PaidCycle, billing: BillingDay, renews: bool) -> Self {
        let anchor_on = paid_start(opened_on, cycle.into(), billing);
        Self::Paid {
            cycle,
            anchor_on,
            ends_on: add_months(anchor_on, MONTHS),
            free_days: FreeDays::between(opened_on, anchor_on),
            auto_renews: renews,
        }
    }

    /// The term of a trial opened on a day, which is day 0 (domain.md §3.1).
    pub fn trial(opened_on: NaiveDate, days: u16) -> Self {
        Self::Trial { last_day: add_days(opened_on, days) }
    }

    /// The term of an add-on opened on a day under a base with this term: same frequency, same
    /// end; free until the base is first paid, if that is still to come (domain.md §1.2, §1.4).
    #[must_use]
    pub fn aligned(&self, opened_on: NaiveDate, renews: bool) -> Self {
        match self.clone() {
            Self::Paid { cycle, anchor_on, ends_on, auto_renews, .. } => Self::Paid {
                cycle,
                anchor_on,
                ends_on,
                free_days: FreeDays::between(opened_on, anchor_on.max(opened_on)),
                auto_renews: auto_renews && renews,
            },
            same => same,
        }
    }

    /// The billing frequency.
    pub fn cycle(&self) -> BillingCycle {
        match self {
            Self::Trial { .. } => BillingCycle::None,
            Self::Paid { cycle, .. } => (*cycle).into(),
            Self::Open => BillingCycle::Monthly,
        }
    }

    /// The free days; none for a trial and for usage.
    pub const fn free_days(&self) -> FreeDays {
        match self {
            Self::Paid { free_days, .. } => *free_days,
            Self::Trial { .. } | Self::Open => FreeDays::NONE,
        }
    }

    /// Whether it renews by itself.
    pub const fn auto_renews(&self) -> bool {
        match self {
            Self::Paid { auto_renews, .. } => *auto_renews,
            Self::Trial { .. } => false,
            Self::Open => true,
        }
    }

    /// The end, exclusive, as the vendor's `commitmentEndDate` gives it; `None` without an end.
    pub fn ends_on(&self) -> Option<NaiveDate> {
        match self {
            Self::Trial { last_day } => Some(add_days(*last_day, 1)),
            Self::Paid { ends_on, .. } => Some(*ends_on),
            Self::Open => None,
        }
    }

    /// The last day, included: what "Expires on" shows (domain.md §3.1).
    pub fn last_day(&self) -> Option<NaiveDate> {
        self.ends_on().map(|end| end.pred_opt().unwrap_or(end))
    }

    /// The instant at which it ends or renews.
    pub(crate) fn ends_at(&self) -> Option<DateTime<Utc>> {
        self.last_day().map(midnight_after)
    }

    /// Whether no term comes after it, because the calendar ends with it.
    pub(crate) fn is_last(&self) -> bool {
        self.ends_on() == Some(NaiveDate::MAX)
    }

    /// The next term of a paid subscription; every other term stays as it is.
    pub(crate) fn renewed(&self) -> Self {
        let mut next = self.clone();
        if let Self::Paid { anchor_on, ends_on, .. } = &mut next {
            *ends_on = anniversary_after(*anchor_on, MONTHS, *ends_on);
        }
        next
    }

    /// The billing period that contains a day: first day included, last excluded. `None` while
    /// nothing is billed: in a trial, in the free period, for usage.
    pub(crate) fn period(&self, on: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
        let Self::Paid { cycle, anchor_on, .. } = self else { return None };
        let months = match cycle {
            PaidCycle::Monthly => 1,
            PaidCycle::Annual => MONTHS,
        };
        if on < *anchor_on {
            return None;
        }
        let end = anniversary_after(*anchor_on, months, on);
        let count = months_between(*anchor_on, end);
        Some((add_months(*anchor_on, count.saturating_sub(months)), end))
    }
}

/// The first date `anchor + n × months` that lies after `day`.
fn anniversary_after(anchor: NaiveDate, months: u32, day: NaiveDate) -> NaiveDate {
    let passed = months_between(anchor, day.max(anchor)) / months;
    (passed..=passed + 2)
        .map(|count| add_months(anchor, count * months))
        .find(|end| *end > day)
        .unwrap_or(NaiveDate::MAX)
}

/// Calendar months from one month to another, days left aside.
fn months_between(from: NaiveDate, to: NaiveDate) -> u32 {
    let months = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
    u32::try_from(months(to) - months(from)).unwrap_or(0)
}

fn add_months(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX)
}
