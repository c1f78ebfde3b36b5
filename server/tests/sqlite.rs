//! The SQLite store passes the contract of `usecases`, and keeps its own promises: what was
//! answered is there after a restart, and of two writers of one revision one is told.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::path::Path;
use std::time::Duration;
use subscription_desk_server::store::AppStore;
use subscription_desk_server::store::sqlite::SqliteStore;
use subscription_rules::{Address, BillingCycle, OfferId};
use subscription_usecases::contract::{self, request};
use subscription_usecases::{
    Caller, DueRun, Failure, LogQuery, Store, StoreError, customers, orders, run_due, subscriptions,
};
use support::{TWO_AT_A_TIME, added, caller, line, races};

fn open(folder: &Path) -> SqliteStore {
    SqliteStore::open(&folder.join("desk.sqlite")).unwrap()
}

#[tokio::test]
async fn the_sqlite_store_passes_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let limited = OfferId::parse(TWO_AT_A_TIME).unwrap();
    contract::holds(&open(folder.path()), &caller(), &limited).await;
}

fn open_alone(folder: &Path) -> Result<SqliteStore, StoreError> {
    SqliteStore::open_alone(&folder.join("desk.sqlite"))
}

/// Beside others on the file, and alone on it.
const OPENED: [fn(&Path) -> SqliteStore; 2] = [open, |folder| open_alone(folder).unwrap()];

#[tokio::test]
async fn the_store_of_the_only_service_on_a_file_passes_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let limited = OfferId::parse(TWO_AT_A_TIME).unwrap();
    contract::holds(&open_alone(folder.path()).unwrap(), &caller(), &limited).await;
}

#[tokio::test]
async fn a_file_has_one_service_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let first = open_alone(folder.path()).unwrap();
    let Err(StoreError::Unavailable(why)) = open_alone(folder.path()) else { unreachable!() };
    assert!(why.contains("desk.sqlite") && why.contains("PostgreSQL"), "{why}");
    // The commands that look at a file may do so while it is served.
    assert_eq!(open(folder.path()).reachable().await, Ok(()));
    assert_eq!(SqliteStore::check(&folder.path().join("desk.sqlite")), Ok(Vec::new()));
    drop(first);
    open_alone(folder.path()).unwrap();
}

/// Whoever has been answered reads what was written, however many read the same meanwhile, and
/// also where whoever asked for it has not waited for the answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_kept_in_memory_is_never_older_than_what_was_answered() {
    let folder = tempfile::tempdir().unwrap();
    let (store, caller) = (open_alone(folder.path()).unwrap(), caller());
    // Asks the file each time.
    let file = open(folder.path());
    let customer = added(&store, &caller, "Kept").await;
    let reading = tokio::spawn({
        let (store, caller, customer) = (store.clone(), caller.clone(), customer.clone());
        async move {
            loop {
                customers::get(&store, &caller, &customer).await.unwrap();
                subscriptions::account(&store, &caller, &customer).await.unwrap();
                tokio::task::yield_now().await;
            }
        }
    });
    let held = customers::get(&store, &caller, &customer).await.unwrap();
    for number in 0..300 {
        let line = format!("{number} Harbor Street");
        let address = Address { address_line1: line.clone(), ..held.address.clone() };
        let ask = request(&format!("move-{number}"));
        let to = (&held.contact, &address, &held.details);
        let moved = customers::set_billing_profile(&store, &caller, &customer, to, &|_| true, &ask);
        if number % 3 == 0 {
            // Given up at once: what was begun is written all the same, or not at all.
            let _given_up = tokio::time::timeout(Duration::ZERO, moved).await;
            // What is written next comes after it.
            let draft = contract::draft("Next", &format!("next-{number}.example.com"));
            let next = request(&format!("next-{number}"));
            customers::add(&store, &caller, &draft, &next).await.unwrap();
        } else {
            moved.await.unwrap();
            let found = customers::get(&store, &caller, &customer).await.unwrap();
            assert_eq!(found.address.address_line1, line);
        }
        let there = subscriptions::account(&file, &caller, &customer).await.unwrap();
        let account = subscriptions::account(&store, &caller, &customer).await.unwrap();
        let found = customers::get(&store, &caller, &customer).await.unwrap();
        assert_eq!((&account, &*found), (&there, there.customer()));
    }
    reading.abort();
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let caller = caller();
    let store = open(folder.path());
    let customer = added(&store, &caller, "Kept").await;
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
    for open in OPENED {
        let folder = tempfile::tempdir().unwrap();
        races::two_of_a_hundred(&[AppStore::Sqlite(open(folder.path()))]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_request_sent_many_times_at_once_runs_once() {
    for open in OPENED {
        let folder = tempfile::tempdir().unwrap();
        races::once_of_twenty(&[AppStore::Sqlite(open(folder.path()))]).await;
    }
}

#[tokio::test]
async fn one_server_at_a_time_has_the_lease() {
    let folder = tempfile::tempdir().unwrap();
    support::lease_is_one_servers(&AppStore::Sqlite(open(folder.path()))).await;
}

#[tokio::test]
async fn an_answer_is_forgotten_after_its_time() {
    let folder = tempfile::tempdir().unwrap();
    let (store, caller) = (open(folder.path()), caller());
    added(&store, &caller, "Swept").await;
    assert_eq!(store.sweep(caller.now).await, Ok(0));
    assert_eq!(store.sweep(caller.now + chrono::TimeDelta::seconds(1)).await, Ok(1));
}

#[tokio::test]
async fn a_closed_store_is_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let (store, caller) = (open(folder.path()), caller());
    let customer = added(&store, &caller, "Closed").await;
    customers::get(&store, &caller, &customer).await.unwrap();
    drop(store);
    let names = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name());
    assert_eq!(names.collect::<Vec<_>>(), ["desk.sqlite"]);
}

/// Turns the tables of a file into those of version 2, with the same rows in them.
const AS_VERSION_2: &str = "
ALTER TABLE customer RENAME TO later_customer;
ALTER TABLE subscription RENAME TO later_subscription;
ALTER TABLE placed_order RENAME TO later_order;
CREATE TABLE customer (
    partner TEXT NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL, sort_key TEXT NOT NULL,
    domain TEXT NOT NULL, active INTEGER NOT NULL, suspended INTEGER NOT NULL, next_expiry TEXT,
    due_at INTEGER, body TEXT NOT NULL, PRIMARY KEY (partner, id)
) STRICT, WITHOUT ROWID;
INSERT INTO customer
    SELECT later.partner, later.id, revision, sort_key, domain, active, suspended, next_expiry,
           due_at, body
    FROM later_customer AS later JOIN account
        ON account.partner = later.partner AND account.customer = later.id AND kind = 0;
CREATE TABLE subscription (
    partner TEXT NOT NULL, customer TEXT NOT NULL, id TEXT NOT NULL, place INTEGER NOT NULL,
    body TEXT NOT NULL, PRIMARY KEY (partner, customer, id)
) STRICT, WITHOUT ROWID;
INSERT INTO subscription
    SELECT partner, customer, id, place, body
    FROM account JOIN later_subscription USING (number) WHERE kind = 1;
CREATE TABLE placed_order (
    partner TEXT NOT NULL, customer TEXT NOT NULL, place INTEGER NOT NULL, id TEXT NOT NULL,
    body TEXT NOT NULL, PRIMARY KEY (partner, customer, place)
) STRICT, WITHOUT ROWID;
INSERT INTO placed_order
    SELECT partner, customer,
           ROW_NUMBER() OVER (PARTITION BY partner, customer ORDER BY number) - 1, id, body
    FROM account JOIN later_order USING (number) WHERE kind = 2;
DROP TABLE account;
DROP TABLE later_customer;
DROP TABLE later_subscription;
DROP TABLE later_order;
CREATE UNIQUE INDEX placed_order_by_id ON placed_order (partner, customer, id);
CREATE UNIQUE INDEX customer_by_name ON customer (partner, sort_key);
CREATE INDEX customer_by_domain ON customer (partner, domain);
CREATE INDEX customer_by_due ON customer (partner, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX entry_by_customer ON entry (partner, customer, at, number);

ALTER TABLE request RENAME TO later_request;
CREATE TABLE request (
    partner TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (partner, id)
) STRICT, WITHOUT ROWID;
INSERT INTO request SELECT partner, id, at, body FROM later_request;
DROP TABLE later_request;
CREATE INDEX request_by_time ON request (at);

CREATE INDEX customer_by_due_of_all ON customer (due_at) WHERE due_at IS NOT NULL;
PRAGMA user_version = 2;
";

#[tokio::test]
async fn a_file_of_version_2_is_brought_up_with_all_that_is_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let (store, caller) = (open(folder.path()), caller());
    let customer = added(&store, &caller, "Older").await;
    let cycle = BillingCycle::Monthly;
    let asks = ["a", "b"].map(|name| request(&format!("buy-{name}")));
    let mut answers = Vec::new();
    for ask in &asks {
        answers.push(orders::place_one(&store, &caller, &customer, cycle, &line(5), ask).await);
    }
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    let account = subscriptions::account(&store, &caller, &customer).await.unwrap();
    let placed = orders::list(&store, &caller, &customer).await.unwrap();
    assert_eq!((account.subscriptions().len(), placed.len()), (2, 2));
    let of_it = LogQuery { customer: Some(customer.clone()), ..LogQuery::default() };
    let logged = store.entries(&caller.partner.id, &of_it, None, 10).await.unwrap();
    assert_eq!(logged.items.len(), 3);
    drop(store);

    let file = folder.path().join("desk.sqlite");
    let connection = rusqlite::Connection::open(&file).unwrap();
    connection.execute_batch(AS_VERSION_2).unwrap();
    drop(connection);

    let store = open(folder.path());
    assert_eq!(subscriptions::account(&store, &caller, &customer).await.unwrap(), account);
    assert_eq!(orders::list(&store, &caller, &customer).await.unwrap(), placed);
    assert_eq!(store.entries(&caller.partner.id, &of_it, None, 10).await, Ok(logged));
    for (ask, first) in asks.iter().zip(&answers) {
        let again = orders::place_one(&store, &caller, &customer, cycle, &line(5), ask).await;
        assert_eq!(again, *first, "a repeated request gets the stored answer");
    }
    drop(store);
    assert_eq!(SqliteStore::check(&file), Ok(Vec::new()));
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

/// Whoever looks at a file beside its service, which may be older, leaves its tables as they are.
#[test]
fn a_file_of_another_version_is_not_changed_by_who_looks_at_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("desk.sqlite");
    drop(SqliteStore::open(&file).unwrap());
    assert!(SqliteStore::open_beside(&file).is_ok());
    let connection = rusqlite::Connection::open(&file).unwrap();
    connection.pragma_update(None, "user_version", 3).unwrap();
    drop(connection);
    let before = std::fs::read(&file).unwrap();
    for refused in [SqliteStore::open_beside(&file).map(drop), SqliteStore::check(&file).map(drop)]
    {
        assert!(matches!(&refused, Err(StoreError::Unavailable(why)) if why.contains("version 3")));
    }
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[tokio::test]
async fn the_check_finds_what_belongs_to_no_customer() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("desk.sqlite");
    let (store, caller) = (open(folder.path()), caller());
    let customer = added(&store, &caller, "Loose").await;
    let (cycle, ask) = (BillingCycle::Monthly, request("buy"));
    orders::place_one(&store, &caller, &customer, cycle, &line(5), &ask).await.unwrap();
    drop(store);
    let loosened = [
        ("DELETE FROM account WHERE kind = 0", "customers without an account: 1"),
        ("UPDATE customer SET number = number + 8", "customers where nobody looks for them: 1"),
        ("DELETE FROM account WHERE kind = 1", "subscriptions of no customer: 1"),
        ("DELETE FROM account WHERE kind = 2", "orders that are of no customer, or not there: 1"),
        ("DELETE FROM placed_order", "orders that are of no customer, or not there: 1"),
        ("DELETE FROM account WHERE kind = 3", "log lines that no customer has: 2"),
        ("DELETE FROM entry", "log lines that are not there: 2"),
        ("DELETE FROM customer", "keys of customers that are not there: 5"),
    ];
    for (damage, finding) in loosened {
        let copy = folder.path().join("copy.sqlite");
        std::fs::copy(&file, &copy).unwrap();
        rusqlite::Connection::open(&copy).unwrap().execute(damage, []).unwrap();
        assert_eq!(SqliteStore::check(&copy), Ok(vec![finding.to_owned()]), "{damage}");
    }
    let copy = folder.path().join("copy.sqlite");
    std::fs::copy(&file, &copy).unwrap();
    rusqlite::Connection::open(&copy).unwrap().execute("DELETE FROM subscription", []).unwrap();
    let found = SqliteStore::check(&copy).unwrap();
    assert!(matches!(&found[..], [one] if one.contains(customer.as_str())), "{found:?}");
}

#[tokio::test]
async fn a_backup_of_a_file_in_use_is_whole_and_the_check_finds_damage() {
    let folder = tempfile::tempdir().unwrap();
    let (store, caller) = (open(folder.path()), caller());
    let customer = added(&store, &caller, "Copied").await;
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

/// What has come for a customer is written down, whatever is wrong with another one's rows.
#[tokio::test]
async fn a_damaged_account_holds_up_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let (store, caller) = (open(folder.path()), caller());
    let mut made = Vec::new();
    for name in ["damaged", "missing", "whole"] {
        let draft = contract::draft(name, &format!("{name}.example.com"));
        let ask = request(&format!("add-{name}"));
        let customer = customers::add(&store, &caller, &draft, &ask).await.unwrap().customer;
        let (cycle, ask) = (BillingCycle::Monthly, request(name));
        orders::place_one(&store, &caller, &customer, cycle, &line(5), &ask).await.unwrap();
        made.push(customer);
    }
    drop(store);
    let file = rusqlite::Connection::open(folder.path().join("desk.sqlite")).unwrap();
    let damage =
        ["UPDATE customer SET body = '{}' WHERE id = ?1", "DELETE FROM customer WHERE id = ?1"];
    for (customer, damage) in made.iter().zip(damage) {
        file.execute(damage, [customer.as_str().to_ascii_lowercase()]).unwrap();
    }

    let store = open(folder.path());
    let later = Caller { now: caller.now + chrono::TimeDelta::days(400), ..caller };
    // One at a time, also where those that are damaged come first.
    let first = run_due(&store, &later, 1).await.unwrap();
    assert_eq!((first.accounts, first.facts), (1, 1));
    let expected = DueRun { damaged: 2, ..DueRun::default() };
    assert_eq!(run_due(&store, &later, 1).await, Ok(expected), "and nothing more");
}
