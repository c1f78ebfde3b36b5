//! A file of changes that wait, for measuring: `cargo run --release -p subscription-sync --example
//! waiting -- COUNT DAY`. Names are changed all over the demo's customers of the day, as the admin
//! agent of a service that was started with `--auth demo --demo-data`.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on has failed")]
#![allow(clippy::print_stdout, reason = "it prints the file")]

use chrono::{NaiveDate, NaiveTime};
use std::collections::BTreeMap;
use std::fs;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use subscription_rules::{Cloud, Nickname, PartnerId, Role, Standing, Status};
use subscription_sync::{Ahead, Entry, Who, exported};
use subscription_usecases::catalogue::{read_catalogue, read_prices};
use subscription_usecases::demo::{SEED, World, WorldSettings};
use subscription_usecases::{Ask, Caller, Command, RequestId};

fn now<V>(future: impl Future<Output = V>) -> V {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the store in memory never waits"),
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let count: usize = arguments.next().unwrap().parse().unwrap();
    let start: NaiveDate = arguments.next().unwrap().parse().unwrap();
    let read = |name| fs::read_to_string(format!("public/{name}.json")).unwrap();
    let catalogue = Arc::new(read_catalogue(&read("catalogue")).unwrap());
    let prices = Arc::new(read_prices(&read("prices")).unwrap());
    let settings = WorldSettings { seed: SEED, size: 200, start, cloud: Cloud::Commercial };
    let world = World::new(settings, Standing::Good, Arc::clone(&catalogue));
    let at = start.and_time(NaiveTime::MIN).and_utc();
    let partner = world.partner().clone();
    let caller =
        Caller::at(at, "any".into(), Role::AdminAgent.into(), partner, (catalogue, prices));
    let who = Who { user: "admin_agent@demo".into(), partner: PartnerId::parse("demo").unwrap() };

    let mut ahead = BTreeMap::new();
    let mut entries: Vec<Entry> = Vec::new();
    for place in (0..world.len()).cycle().take(count * 4) {
        if entries.len() == count {
            break;
        }
        let customer = world.customer(place).unwrap().id;
        let account = world.account(&customer).unwrap();
        let held = account.subscriptions().find(|held| held.status() == Status::Active);
        let Some(subscription) = held.map(|held| held.id.clone()) else { continue };
        let to = Nickname::parse(&format!("Name {}", entries.len())).unwrap();
        let command = Command::Rename { customer, subscription, to };
        let request = RequestId::parse(&format!("waiting-{}", entries.len())).unwrap();
        let ahead =
            ahead.entry(place).or_insert_with(|| now(Ahead::of((&account, at), [], &caller)));
        let decided = now(ahead.decide(command, Ask::to_do(request), &caller)).unwrap();
        entries
            .extend(decided.entries.into_iter().map(|entry| Entry { who: who.clone(), ..entry }));
    }
    print!("{}", exported(&entries));
}
