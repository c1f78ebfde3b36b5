//! What several tests need: the demo's partner with its customers, and futures that need not wait.

use chrono::{DateTime, Utc};
use std::fs;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use subscription_rules::{Cloud, Role, Standing};
use subscription_usecases::catalogue::{read_catalogue, read_prices};
use subscription_usecases::demo::{World, WorldSettings};
use subscription_usecases::{Caller, MemoryStore, RequestId};

/// What comes of a future on the store in memory.
pub fn now<V>(future: impl Future<Output = V>) -> V {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the store in memory never waits"),
    }
}

pub fn name(text: &str) -> RequestId {
    RequestId::parse(text).unwrap()
}

/// The demo's partner and its customers, on a fixed day.
pub fn world() -> (Caller, MemoryStore) {
    let file = |name| fs::read_to_string(format!("../public/{name}.json")).unwrap();
    let catalogue = Arc::new(read_catalogue(&file("catalogue")).unwrap());
    let prices = Arc::new(read_prices(&file("prices")).unwrap());
    let at: DateTime<Utc> = DateTime::from_timestamp(1_816_000_000, 0).unwrap();
    let settings =
        WorldSettings { seed: 1, size: 0, start: at.date_naive(), cloud: Cloud::Commercial };
    let world = Arc::new(World::new(settings, Standing::Good, Arc::clone(&catalogue)));
    let partner = world.partner().clone();
    let caller =
        Caller::at(at, "dana".into(), Role::AdminAgent.into(), partner, (catalogue, prices));
    (caller, MemoryStore::over([world]))
}
