//! How long a suspended subscription can still be reactivated before its data is deleted
//! (domain.md S25, S26, §3.4).
//!
//! The window is counted in whole UTC days from the day of suspension, so neither a time zone nor
//! the length of a month matters: 90 days, plus the free days between opening and the first paid
//! period, at most 120 in all.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

/// Days between the opening of a subscription and its first paid period: 0 to 30. Kept for life,
/// since a renewal hides the first paid period (domain.md §3.4, §8 item 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(from = "u16", into = "u16")]
pub struct FreeDays(u16);

impl FreeDays {
    /// No free period, as with annual billing.
    pub const NONE: Self = Self(0);
    const MOST: u16 = 30;

    /// The free days of a subscription opened and first paid on these days. A bad import may give
    /// a gap that is negative (taken as 0) or beyond 30 (taken as 30): W8, W13.
    pub fn between(opened_on: NaiveDate, paid_start_on: NaiveDate) -> Self {
        let gap = paid_start_on.signed_duration_since(opened_on).num_days();
        Self(u16::try_from(gap.clamp(0, i64::from(Self::MOST))).unwrap_or(0))
    }

    /// The number of days.
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl From<u16> for FreeDays {
    fn from(days: u16) -> Self {
        Self(days.min(Self::MOST))
    }
}

impl From<FreeDays> for u16 {
    fn from(days: FreeDays) -> Self {
        days.0
    }
}

/// The window of a cloud and era.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RetentionPolicy {
    /// Days that everybody has.
    pub base_days: u16,
    /// Days that nobody exceeds.
    pub longest_days: u16,
}

impl RetentionPolicy {
    /// 90 to 120 days: commercial, US Government and Germany since mid-2017.
    pub const NINETY: Self = Self { base_days: 90, longest_days: 120 };
    /// 60 days: China, and everywhere before mid-2017.
    pub const SIXTY: Self = Self { base_days: 60, longest_days: 60 };

    /// The rule's name, which says from how many days to how many.
    pub fn word(self) -> String {
        let Self { base_days, longest_days } = self;
        if base_days == longest_days {
            format!("{base_days}_days")
        } else {
            format!("{base_days}_to_{longest_days}_days")
        }
    }

    /// Days between the day of suspension and the last day to reactivate.
    pub fn window(self, free: FreeDays) -> u16 {
        (self.base_days + free.get()).min(self.longest_days)
    }
}

/// The last day, to 24:00 UTC, on which a reactivation is accepted (domain.md A6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ExpiresOn(pub NaiveDate);

impl ExpiresOn {
    /// The first instant after the last day: here the data goes (W15).
    pub fn ends_at(self) -> DateTime<Utc> {
        midnight_after(self.0)
    }

    /// Whole days left: 0 on the last day itself.
    pub fn days_left(self, now: DateTime<Utc>) -> i64 {
        self.0.signed_duration_since(now.date_naive()).num_days()
    }
}

/// The window's last day for a suspension on this UTC day.
pub fn expires_on(suspended_on: NaiveDate, free: FreeDays, policy: RetentionPolicy) -> ExpiresOn {
    ExpiresOn(add_days(suspended_on, policy.window(free)))
}

/// `day` plus whole days. The calendar's end is beyond any date that can be entered, and stays put.
pub(crate) fn add_days(day: NaiveDate, days: u16) -> NaiveDate {
    day.checked_add_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MAX)
}

/// 24:00 UTC of a day.
pub(crate) fn midnight_after(day: NaiveDate) -> DateTime<Utc> {
    midnight(add_days(day, 1))
}

/// 00:00 UTC of a day.
pub(crate) fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}
