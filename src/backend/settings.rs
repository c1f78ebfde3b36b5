//! What the person has chosen: language, cloud, role, and the demo's clock and size.

use crate::json;
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use subscription_rules::{Cloud, Role, Standing};
use subscription_usecases::Shelf;
use subscription_usecases::demo::SEED;
use subscription_usecases::record::{sealed, unsealed};

/// The demo's settings. They are kept as one record, so that a damaged one falls back whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// The chosen language's code; `None` follows the browser.
    #[serde(default)]
    pub language: Option<String>,
    /// The cloud one works in.
    pub cloud: Cloud,
    /// The role one acts in.
    pub role: Role,
    /// How the partner's own account stands.
    pub standing: Standing,
    /// What the generated customers are made from.
    pub seed: u32,
    /// How many there are, beside those with a story.
    pub size: u32,
    /// The day the demo started; its stories are placed around it.
    pub start: NaiveDate,
    /// Days the demo's clock was moved ahead of the start.
    pub days_moved: u32,
}

/// The record's name on the shelf.
pub const NAME: &str = "subscription-desk.settings";

/// Ten years: beyond, no window that is open today matters.
pub const FURTHEST_DAYS: u32 = 3_653;

/// The sizes one can choose.
pub const SIZES: [u32; 4] = [200, 2_000, 20_000, 100_000];

impl Settings {
    /// The settings of a first visit.
    pub fn first(now: DateTime<Utc>) -> Self {
        Self {
            language: None,
            cloud: Cloud::Commercial,
            role: Role::AdminAgent,
            standing: Standing::Good,
            seed: SEED,
            size: 200,
            start: now.date_naive(),
            days_moved: 0,
        }
    }

    /// What was chosen before, or the settings of a first visit; and whether a record was there
    /// that cannot be read. It is set aside under another name.
    pub fn read(shelf: &impl Shelf, now: DateTime<Utc>) -> (Self, bool) {
        let Some(text) = shelf.get(NAME) else { return (Self::first(now), false) };
        // Written by hand, they carry no seal.
        let written = unsealed(&text).unwrap_or(&text);
        if let Some(settings) = json::read(written).filter(Self::is_sound) {
            return (settings, false);
        }
        // A shelf that takes nothing more keeps at least what is there.
        let _ = shelf.put(&format!("damaged.{NAME}"), &text);
        (Self::first(now), true)
    }

    /// Whether values from storage or a file are within what can be chosen.
    pub fn is_sound(&self) -> bool {
        let earliest = NaiveDate::from_ymd_opt(2018, 6, 1).unwrap_or_default();
        let latest = NaiveDate::from_ymd_opt(2099, 12, 31).unwrap_or_default();
        SIZES.contains(&self.size)
            && self.days_moved <= FURTHEST_DAYS
            && (earliest..=latest).contains(&self.start)
            && Cloud::OFFERED.contains(&self.cloud)
    }

    /// Keeps them. Tells whether that worked.
    pub fn keep(&self, on: &impl Shelf) -> bool {
        json::written(self).is_some_and(|text| on.put(NAME, &sealed(&text)).is_ok())
    }

    /// The demo's day.
    pub fn today(&self) -> NaiveDate {
        self.start + Days::new(u64::from(self.days_moved))
    }

    /// The demo's moment: its own day at the real time of day. The day stands still until it is
    /// moved, so that the stories around it stay true.
    pub fn now(&self, real: DateTime<Utc>) -> DateTime<Utc> {
        self.today().and_time(real.time()).and_utc()
    }
}
