//! What the tests of the stores share: the stores themselves, each fresh, and PostgreSQL.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    missing_docs,
    reason = "a test that cannot go on has failed; each test program uses a part of this"
)]

pub mod postgres;
pub mod races;
pub mod service;

use chrono::TimeDelta;
use subscription_desk_server::store::AppStore;
use subscription_rules::{CustomerId, Line, OfferId, Quantity};
use subscription_usecases::catalogue::read_catalogue;
use subscription_usecases::{Caller, Store, contract, customers};

/// Office 365 Business Premium: 1 to 300 licenses, two at a time (domain.md §4.3).
pub const TWO_AT_A_TIME: &str = "031C9E47-4802-4248-838E-778FB1D2CC05";

/// Office 365 Enterprise E3, without a limit, and an add-on of both (domain.md §4.3).
pub const E3: &str = "796B6B5F-613C-4E24-A17C-EBA730D49C02";
pub const AUDIO: &str = "C94271D8-B431-4A25-A3C5-A57737A1C909";

pub fn caller() -> Caller {
    contract::caller(read_catalogue(include_str!("../../../public/catalogue.json")).unwrap())
}

pub fn line(quantity: u32) -> [Line; 1] {
    let offer = OfferId::parse(TWO_AT_A_TIME).unwrap();
    [Line { offer, quantity: Quantity::try_from(quantity).unwrap(), nickname: None }]
}

/// A customer of this name, which is one word.
pub async fn added(store: &impl Store, caller: &Caller, name: &str) -> CustomerId {
    let draft = contract::draft(name, &format!("{}.example.com", name.to_lowercase()));
    customers::add(store, caller, &draft, &contract::request("a")).await.unwrap().customer
}

/// A task is one server's until its lease ends, unless that one takes it again.
pub async fn lease_is_one_servers(store: &AppStore) {
    let start = caller().now;
    let minutes = |minutes| start + TimeDelta::minutes(minutes);
    let take = async |holder, at| store.lease("job", holder, minutes(at), minutes(at + 3)).await;
    assert_eq!(take("one", 0).await, Ok(true));
    assert_eq!(take("two", 1).await, Ok(false));
    assert_eq!(take("one", 2).await, Ok(true), "its own lease is taken again");
    assert_eq!(take("two", 4).await, Ok(false));
    assert_eq!(take("two", 5).await, Ok(true), "one is gone");
    assert_eq!(take("one", 6).await, Ok(false));
}
