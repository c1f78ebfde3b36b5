//! The SQLite store passes the contract of `usecases`, and keeps its own promises: what was
//! answered is there after a restart, and of two writers of one revision one is told.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

use std::path::Path;
use subscription_desk_server::sqlite::SqliteStore;
use subscription_rules::{BillingCycle, Line, OfferId, Quantity, Refusal};
use subscription_usecases::catalogue::read_catalogue;
use subscription_usecases::contract::{self, draft, request};
use subscription_usecases::{Caller, Failure, StoreError, customers, orders, subscriptions};

/// Office 365 Business Premium: 1 to 300 licenses, two at a time (domain.md §4.3).
const TWO_AT_A_TIME: &str = "031C9E47-4802-4248-838E-778FB1D2CC05";

fn caller() -> Caller {
    contract::caller(read_catalogue(include_str!("../../public/catalogue.json")).unwrap())
}

fn open(folder: &Path) -> SqliteStore {
    SqliteStore::open(&folder.join("desk.sqlite")).unwrap()
}

fn line(quantity: u32) -> [Line; 1] {
    let offer = OfferId::parse(TWO_AT_A_TIME).unwrap();
    [Line { offer, quantity: Quantity::try_from(quantity).unwrap(), nickname: None }]
}

#[tokio::test]
async fn the_sqlite_store_passes_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let limited = OfferId::parse(TWO_AT_A_TIME).unwrap();
    contract::holds(&open(folder.path()), &caller(), &limited).await;
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let caller = caller();
    let store = open(folder.path());
    let draft = draft("Kept", "kept.example.com");
    let customer = customers::add(&store, &caller, &draft, &request("a")).await.unwrap().customer;
    let cycle = BillingCycle::Annual;
    let ask = request("buy");
    let first = orders::place_one(&store, &caller, &customer, cycle, &line(5), &ask).await;
    drop(store);

    let store = open(folder.path());
    let again = orders::place_one(&store, &caller, &customer, cycle, &line(5), &ask).await;
    assert_eq!(first, again, "a repeated request gets the stored answer");
    let other = orders::place_one(&store, &caller, &customer, cycle, &line(6), &ask).await;
    assert_eq!(other, Err(Failure::RequestIdReused));
    let account = subscriptions::account(&store, &caller, &customer).await.unwrap();
    assert_eq!(account.subscriptions().len(), 1);
    assert_eq!(orders::list(&store, &caller, &customer).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_orders_at_once_of_an_offer_that_one_may_have_twice_give_two() {
    let folder = tempfile::tempdir().unwrap();
    let (store, caller) = (open(folder.path()), caller());
    let draft = draft("Raced", "raced.example.com");
    let customer = customers::add(&store, &caller, &draft, &request("a")).await.unwrap().customer;
    let tasks = (0..100).map(|number| {
        let (store, caller, customer) = (store.clone(), caller.clone(), customer.clone());
        tokio::spawn(async move {
            let ask = request(&format!("race-{number}"));
            let cycle = BillingCycle::Monthly;
            orders::place_one(&store, &caller, &customer, cycle, &line(1), &ask).await
        })
    });
    let mut bought = 0;
    for task in tasks.collect::<Vec<_>>() {
        match task.await.unwrap() {
            Ok(_) => bought += 1,
            Err(Failure::Refused(Refusal::OfferUseLimitExceeded { limit: 2, held: 2, .. })) => {}
            Err(other) => unreachable!("refused by the limit, not {other:?}"),
        }
    }
    assert_eq!(bought, 2);
    let account = subscriptions::account(&store, &caller, &customer).await.unwrap();
    assert_eq!(account.subscriptions().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_request_sent_many_times_at_once_runs_once() {
    let folder = tempfile::tempdir().unwrap();
    let (store, caller) = (open(folder.path()), caller());
    let mut customers_made = Vec::new();
    let adding = (0..20).map(|_| {
        let (store, caller) = (store.clone(), caller.clone());
        tokio::spawn(async move {
            let draft = draft("Once", "once.example.com");
            customers::add(&store, &caller, &draft, &request("once")).await
        })
    });
    for task in adding.collect::<Vec<_>>() {
        customers_made.push(task.await.unwrap().unwrap().customer);
    }
    customers_made.dedup();
    let [customer] = &customers_made[..] else { unreachable!("one, not {customers_made:?}") };
    let buying = (0..20).map(|_| {
        let (store, caller, customer) = (store.clone(), caller.clone(), customer.clone());
        tokio::spawn(async move {
            let ask = request("buy-once");
            let cycle = BillingCycle::Monthly;
            orders::place_one(&store, &caller, &customer, cycle, &line(1), &ask).await
        })
    });
    let mut outcomes = Vec::new();
    for task in buying.collect::<Vec<_>>() {
        outcomes.push(task.await.unwrap().unwrap());
    }
    outcomes.dedup();
    assert_eq!(outcomes.len(), 1, "the same answer for all");
    let account = subscriptions::account(&store, &caller, customer).await.unwrap();
    assert_eq!(account.subscriptions().len(), 1);
}

#[test]
fn a_file_of_a_newer_version_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("desk.sqlite");
    drop(SqliteStore::open(&file).unwrap());
    let connection = rusqlite::Connection::open(&file).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let before = std::fs::read(&file).unwrap();
    let refused = SqliteStore::open(&file).map(drop);
    assert!(matches!(&refused, Err(StoreError::Unavailable(why)) if why.contains("99")));
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[tokio::test]
async fn a_backup_of_a_file_in_use_is_whole_and_the_check_finds_damage() {
    let folder = tempfile::tempdir().unwrap();
    let (store, caller) = (open(folder.path()), caller());
    let draft = draft("Copied", "copied.example.com");
    let customer = customers::add(&store, &caller, &draft, &request("a")).await.unwrap().customer;
    let (file, copy) = (folder.path().join("desk.sqlite"), folder.path().join("copy.sqlite"));
    SqliteStore::back_up(&file, &copy).unwrap();
    assert!(SqliteStore::back_up(&file, &copy).is_err(), "a backup never overwrites");
    assert_eq!(SqliteStore::check(&copy), Ok(Vec::new()));
    let restored = SqliteStore::open(&copy).unwrap();
    let found = customers::get(&restored, &caller, &customer).await.unwrap();
    assert_eq!(found.company_name.as_str(), "Copied");
    drop(restored);
    let connection = rusqlite::Connection::open(&copy).unwrap();
    connection.execute("UPDATE customer SET body = '{}'", []).unwrap();
    drop(connection);
    let found = SqliteStore::check(&copy).unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
}
