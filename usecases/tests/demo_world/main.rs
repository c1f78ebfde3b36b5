//! The demo's base data: sorted, found by prefix, the same each time, legal by every rule, and
//! with each item of the checklist for seed data (domain.md §7).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod checklist;
mod legal;
mod order;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use std::sync::{Arc, LazyLock};
use subscription_rules::{Catalogue, Cloud, Customer, Standing};
use subscription_usecases::catalogue::read_catalogue;
use subscription_usecases::demo::{World, WorldSettings};

static CATALOGUE: LazyLock<Arc<Catalogue>> = LazyLock::new(|| {
    Arc::new(read_catalogue(include_str!("../../../public/catalogue.json")).unwrap())
});

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn starts() -> [NaiveDate; 8] {
    [
        day(2018, 6, 1),
        day(2019, 1, 31),
        day(2020, 2, 29),
        day(2026, 7, 15),
        day(2027, 3, 1),
        day(2028, 2, 28),
        day(2028, 2, 29),
        day(2032, 12, 31),
    ]
}

const CLOUDS: [Cloud; 3] = Cloud::OFFERED;

fn world(seed: u32, size: u32, start: NaiveDate, cloud: Cloud) -> World {
    let settings = WorldSettings { seed, size, start, cloud };
    World::new(settings, Standing::Good, Arc::clone(&CATALOGUE))
}

fn all(world: &World) -> Vec<Customer> {
    (0..world.len()).map(|place| world.customer(place).unwrap()).collect()
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}
