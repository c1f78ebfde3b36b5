//! How long one more change takes while many wait: `cargo run --release -p subscription-sync
//! --example queue`. Decided, kept and looked for what is next, without a disk and a network.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on has failed")]
#![allow(clippy::print_stdout, reason = "it tells what it measured")]

use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use std::fs;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Instant;
use subscription_rules::{Cloud, CustomerId, Quantity, Role, Standing};
use subscription_sync::{Ahead, Entry, Outbox};
use subscription_usecases::catalogue::{read_catalogue, read_prices};
use subscription_usecases::demo::{World, WorldSettings};
use subscription_usecases::{Ask, Caller, Command, RequestId};

const WAITING: u64 = 5_000;

fn now<V>(future: impl Future<Output = V>) -> V {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the store in memory never waits"),
    }
}

fn main() {
    let read = |name| fs::read_to_string(format!("public/{name}.json")).unwrap();
    let catalogue = Arc::new(read_catalogue(&read("catalogue")).unwrap());
    let prices = Arc::new(read_prices(&read("prices")).unwrap());
    let at: DateTime<Utc> = DateTime::from_timestamp(1_816_000_000, 0).unwrap();
    let settings =
        WorldSettings { seed: 1, size: 0, start: at.date_naive(), cloud: Cloud::Commercial };
    let world = World::new(settings, Standing::Good, Arc::clone(&catalogue));
    let partner = world.partner().clone();
    let caller =
        Caller::at(at, "dana".into(), Role::AdminAgent.into(), partner, (catalogue, prices));
    let customer = CustomerId::parse("5d5d0000-0000-4000-8002-000000000000").unwrap();
    let seen = world.account(&customer).unwrap();
    let subscription = seen.subscriptions().next().unwrap().id.clone();

    let ahead = now(Ahead::of((&seen, at), [], &caller));
    let mut outbox = Outbox::default();
    let mut times = Vec::new();
    for number in 1..=WAITING {
        let started = Instant::now();
        let to = Quantity::try_from(1 + u32::try_from(number % 290).unwrap()).unwrap();
        let command = Command::ChangeQuantity {
            customer: customer.clone(),
            subscription: subscription.clone(),
            to,
        };
        let request = RequestId::parse(&format!("r-{number}")).unwrap();
        let decided = now(ahead.decide(command, Ask::to_do(request), &caller)).unwrap();
        for entry in decided.entries {
            outbox.take(Entry { number, ..entry });
        }
        let _next = outbox.next(at, &BTreeSet::new(), 1);
        times.push(started.elapsed());
    }
    let last = &mut times[usize::try_from(WAITING).unwrap() - 100..];
    last.sort();
    println!(
        "one more of {WAITING} waiting: {:?} (middle of the last 100), {:?} at most",
        last[50], last[99]
    );
    let started = Instant::now();
    let again = now(Ahead::of((&seen, at), outbox.entries(), &caller));
    println!("all of them anew, as after a restart: {:?}", started.elapsed());
    assert_eq!(now(again.account(&caller)).unwrap(), now(ahead.account(&caller)).unwrap());
}
