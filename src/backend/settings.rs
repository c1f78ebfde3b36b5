//! What the person has chosen: language, cloud, role, and the demo's clock and size.

use crate::json;
use crate::route::day_of;
use chrono::{DateTime, Days, NaiveDate, Utc};
use js_sys::{JSON, Object, Reflect};
use serde::{Deserialize, Serialize};
use subscription_rules::{Cloud, Role, Standing};
use subscription_usecases::Shelf;
use subscription_usecases::demo::SEED;
use subscription_usecases::record::{sealed, unsealed};
use wasm_bindgen::JsValue;

/// The demo's settings. They are kept as one record, so that a damaged one falls back whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The chosen language's code; `None` follows the browser.
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
        if let Some(settings) = Self::from_json(written) {
            return (settings, false);
        }
        // A shelf that takes nothing more keeps at least what is there.
        let _ = shelf.put(&format!("damaged.{NAME}"), &text);
        (Self::first(now), true)
    }

    /// The language that was chosen, of settings that nobody need know yet.
    pub fn language_of(shelf: &impl Shelf) -> Option<String> {
        let text = shelf.get(NAME)?;
        let settings = JSON::parse(unsealed(&text).unwrap_or(&text)).ok()?;
        Reflect::get(&settings, &"language".into()).ok()?.as_string()
    }

    /// Whether values from storage or a file are within what can be chosen.
    fn is_sound(&self) -> bool {
        let earliest = NaiveDate::from_ymd_opt(2018, 6, 1).unwrap_or_default();
        let latest = NaiveDate::from_ymd_opt(2099, 12, 31).unwrap_or_default();
        SIZES.contains(&self.size)
            && self.days_moved <= FURTHEST_DAYS
            && (earliest..=latest).contains(&self.start)
            && Cloud::OFFERED.contains(&self.cloud)
    }

    /// Keeps them. Tells whether that worked.
    pub fn keep(&self, on: &impl Shelf) -> bool {
        self.to_json().is_some_and(|text| on.put(NAME, &sealed(&text)).is_ok())
    }

    /// Reads them as [`Self::to_json`] writes them, if they are sound. Field by field: they come
    /// before the first screen, and a reader for any form is 6 kB more of it.
    pub fn from_json(text: &str) -> Option<Self> {
        let record = JSON::parse(text).ok()?;
        let field = |name: &str| Reflect::get(&record, &name.into()).ok();
        let text = |name: &str| field(name)?.as_string();
        let number = |name: &str| json::whole(&field(name)?);
        let (cloud, role, standing) = (text("cloud")?, text("role")?, text("standing")?);
        let settings = Self {
            language: text("language"),
            cloud: Cloud::from_json(&cloud)?,
            role: Role::ALL.into_iter().find(|is| role_word(*is) == role)?,
            standing: STANDINGS.into_iter().find(|is| standing_word(*is) == standing)?,
            seed: number("seed")?,
            size: number("size")?,
            start: day_of(&text("start")?)?,
            days_moved: number("daysMoved")?,
        };
        Some(settings).filter(Self::is_sound)
    }

    /// As a text that a person can read and write.
    pub fn to_json(&self) -> Option<String> {
        let json = Object::new();
        let set = |name: &str, value: JsValue| {
            // Setting a property of a fresh object cannot fail.
            let _ = Reflect::set(&json, &name.into(), &value);
        };
        set("language", self.language.as_deref().map_or(JsValue::NULL, JsValue::from));
        set("cloud", self.cloud.in_json().into());
        set("role", role_word(self.role).into());
        set("standing", standing_word(self.standing).into());
        set("seed", self.seed.into());
        set("size", self.size.into());
        set("start", self.start.to_string().into());
        set("daysMoved", self.days_moved.into());
        JSON::stringify(&json).ok()?.as_string()
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

const STANDINGS: [Standing; 2] = [Standing::Good, Standing::Blocked];

fn standing_word(standing: Standing) -> &'static str {
    match standing {
        Standing::Good => "good",
        Standing::Blocked => "blocked",
    }
}

/// The word for a role in the settings, and in the token of a server for trying.
pub fn role_word(role: Role) -> &'static str {
    match role {
        Role::GlobalAdmin => "global_admin",
        Role::AdminAgent => "admin_agent",
        Role::SalesAgent => "sales_agent",
        Role::HelpdeskAgent => "helpdesk_agent",
        Role::BillingAdmin => "billing_admin",
        Role::UserManagementAdmin => "user_management_admin",
    }
}
