//! The PostgreSQL store passes the contract of `usecases` and keeps its own promises: several
//! servers on one database, a connection that is lost, a database of a newer version.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on has failed")]

mod support;

use sqlx::{Connection, Executor, PgConnection};
use subscription_desk_server::store::AppStore;
use subscription_desk_server::store::postgres::PostgresStore;
use subscription_rules::{BillingCycle, OfferId};
use subscription_usecases::contract::{self, draft, request};
use subscription_usecases::{Failure, StoreError, customers, orders, subscriptions};
use support::postgres::Postgres;
use support::service::Service;
use support::{TWO_AT_A_TIME, added, caller, line, races};

async fn open(address: &str) -> AppStore {
    AppStore::Postgres(PostgresStore::open(address).await.unwrap())
}

#[tokio::test]
async fn the_postgres_store_passes_the_contract() {
    let server = Postgres::shared();
    let store = PostgresStore::open(&server.database()).await.unwrap();
    contract::holds(&store, &caller(), &OfferId::parse(TWO_AT_A_TIME).unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_orders_at_once_on_two_servers_give_two() {
    let server = Postgres::shared();
    let address = server.database();
    races::two_of_a_hundred(&[open(&address).await, open(&address).await]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_request_sent_many_times_at_once_to_two_servers_runs_once() {
    let server = Postgres::shared();
    let address = server.database();
    races::once_of_twenty(&[open(&address).await, open(&address).await]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_servers_that_start_at_once_make_the_tables_once() {
    let server = Postgres::shared();
    let address = server.database();
    let starting = (0..6).map(|_| {
        let address = address.clone();
        tokio::spawn(async move { PostgresStore::open(&address).await.map(drop) })
    });
    for task in starting.collect::<Vec<_>>() {
        assert_eq!(task.await.unwrap(), Ok(()));
    }
}

#[tokio::test]
async fn lost_connections_are_replaced_and_the_request_has_one_effect() {
    let server = Postgres::shared();
    let address = server.database();
    let (store, caller) = (open(&address).await, caller());
    let draft = draft("Cut off", "cut.example.com");
    let customer = customers::add(&store, &caller, &draft, &request("a")).await.unwrap().customer;
    let mut other = PgConnection::connect(&address).await.unwrap();
    let mut placed = Vec::new();
    for number in 0..2 {
        // Every other connection to this database is ended, also those that are in use.
        other
            .execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
            .await
            .unwrap();
        let ask = request(&format!("after-cut-{number}"));
        let cycle = BillingCycle::Monthly;
        let done = orders::place_one(&store, &caller, &customer, cycle, &line(1), &ask).await;
        placed.push(done.unwrap());
    }
    assert_ne!(placed[0], placed[1]);
    let account = subscriptions::account(&store, &caller, &customer).await.unwrap();
    assert_eq!(account.subscriptions().len(), 2);
}

#[tokio::test]
async fn a_database_that_is_gone_is_said_and_found_again() {
    // A server of its own, since the others are in use.
    let server = Postgres::start_alone();
    let (store, caller) = (open(&server.database()).await, caller());
    let customer = added(&store, &caller, "Patient").await;
    server.control("stop");
    let found = customers::get(&store, &caller, &customer).await;
    assert!(matches!(found, Err(Failure::Store(StoreError::Unavailable(_)))), "{found:?}");
    server.control("start");
    assert_eq!(store.reachable().await, Ok(()));
    let found = customers::get(&store, &caller, &customer).await.unwrap();
    assert_eq!(found.company_name.as_str(), "Patient");
}

#[tokio::test]
async fn the_figures_say_that_the_database_is_gone() {
    let server = Postgres::start_alone();
    let options = ["--auth", "demo", "--listen", "127.0.0.1:0", "--database"];
    let service = Service::with(&options, &[&server.database()]).ready().await;
    let figures = async || {
        let answer = reqwest::get(format!("{}/metrics", service.url)).await.unwrap();
        answer.text().await.unwrap()
    };
    assert!(figures().await.contains("desk_ready 1\n"));
    server.control("stop");
    let gone = figures().await;
    for line in ["desk_ready 0\n", "desk_write_queue NaN\n", "desk_audit_unsealed NaN\n"] {
        assert!(gone.contains(line), "{line}{gone}");
    }
    server.control("start");
    assert!(figures().await.contains("desk_ready 1\n"));
}

#[tokio::test]
async fn one_server_at_a_time_has_the_lease() {
    let server = Postgres::shared();
    let store = open(&server.database()).await;
    support::lease_is_one_servers(&store).await;
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    let server = Postgres::shared();
    let address = server.database();
    drop(PostgresStore::open(&address).await.unwrap());
    let mut connection = PgConnection::connect(&address).await.unwrap();
    connection.execute("UPDATE schema_version SET version = 99").await.unwrap();
    for refused in [PostgresStore::open(&address).await, PostgresStore::open_beside(&address).await]
    {
        let refused = refused.map(drop);
        assert!(matches!(&refused, Err(StoreError::Unavailable(why)) if why.contains("99")));
    }
    // Whoever looks at a database of an older version leaves it as it is.
    connection.execute("UPDATE schema_version SET version = 0").await.unwrap();
    let refused = PostgresStore::open_beside(&address).await.map(drop);
    assert!(matches!(&refused, Err(StoreError::Unavailable(why)) if why.contains("version 0")));
    let version: i32 = sqlx::query_scalar("SELECT version FROM schema_version")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(version, 0);
}

#[tokio::test]
async fn an_address_with_a_password_is_not_repeated_in_the_error() {
    let refused = PostgresStore::open("postgres://desk:s3cret@127.0.0.1:1/none").await.map(drop);
    assert!(matches!(&refused, Err(StoreError::Unavailable(why)) if !why.contains("s3cret")));
}
