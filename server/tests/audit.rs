//! The log of both stores is a chain, and whatever is done to it afterwards is found.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

mod support;

use sqlx::{Executor, PgConnection};
use subscription_desk_server::store::AppStore;
use subscription_desk_server::store::postgres::PostgresStore;
use subscription_desk_server::store::sqlite::SqliteStore;
use subscription_desk_server::{Finding, verify_audit};
use subscription_rules::PartnerId;
use subscription_usecases::contract::{draft, request};
use subscription_usecases::customers;
use support::caller;
use support::postgres::Postgres;

const PARTNER: &str = "contract-partner";

/// What somebody does to the table, and what is found then. There are ten entries.
fn attacks() -> Vec<(&'static str, &'static str, Finding)> {
    let altered = |place, number| Finding::Altered { partner: PARTNER.into(), place, number };
    let dropped = |place| Finding::Dropped { partner: PARTNER.into(), place };
    vec![
        (
            "another name",
            "UPDATE entry SET body = REPLACE(body, 'Company 3', 'Company X') WHERE place = 4",
            altered(4, 4),
        ),
        ("another time", "UPDATE entry SET at = at + 1 WHERE place = 1", altered(1, 1)),
        ("another customer", "UPDATE entry SET customer = 'x' WHERE place = 7", altered(7, 7)),
        ("one is gone", "DELETE FROM entry WHERE place = 5", dropped(5)),
        ("the first is gone", "DELETE FROM entry WHERE place = 1", dropped(1)),
        ("the last are gone", "DELETE FROM entry WHERE place > 8", dropped(9)),
        ("all are gone", "DELETE FROM entry", dropped(1)),
        (
            "one is gone and the others moved up",
            "DELETE FROM entry WHERE place = 3;
             UPDATE entry SET place = -place WHERE place > 3;
             UPDATE entry SET place = -place - 1 WHERE place < 0",
            altered(3, 4),
        ),
        (
            "two have changed places",
            "UPDATE entry SET place = -1 WHERE place = 6;
             UPDATE entry SET place = 6 WHERE place = 7;
             UPDATE entry SET place = 7 WHERE place = -1",
            altered(6, 7),
        ),
        (
            "the end is gone",
            "DELETE FROM chain",
            Finding::Headless { partner: PARTNER.into(), place: 1 },
        ),
        (
            "the end was set back",
            "UPDATE chain SET place = 8, hash = (SELECT hash FROM entry WHERE place = 8)",
            Finding::Headless { partner: PARTNER.into(), place: 9 },
        ),
        (
            "one was put in",
            "UPDATE entry SET place = NULL, hash = NULL WHERE place = 10",
            dropped(10),
        ),
    ]
}

async fn ten_entries(store: &AppStore) {
    let caller = caller();
    for number in 0..10 {
        let draft = draft(&format!("Company {number}"), &format!("c{number}.example.com"));
        customers::add(store, &caller, &draft, &request(&format!("a{number}"))).await.unwrap();
    }
    assert_eq!(verify_audit(store).await, Ok((10, Vec::new())));
    // What was sealed is not sealed again, and the chain goes on.
    let draft = draft("Company 10", "c10.example.com");
    customers::add(store, &caller, &draft, &request("a10")).await.unwrap();
    assert_eq!(verify_audit(store).await, Ok((11, Vec::new())));
}

#[tokio::test]
async fn what_is_done_to_the_log_in_sqlite_is_found() {
    for (what, sql, finding) in attacks() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("desk.sqlite");
        let store = AppStore::Sqlite(SqliteStore::open(&file).unwrap());
        ten_entries(&store).await;
        rusqlite::Connection::open(&file).unwrap().execute_batch(sql).unwrap();
        let (_, found) = verify_audit(&store).await.unwrap();
        assert_eq!(found.first(), Some(&finding), "{what}");
    }
}

#[tokio::test]
async fn a_chain_that_takes_nothing_more_holds_up_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("desk.sqlite");
    let store = AppStore::Sqlite(SqliteStore::open(&file).unwrap());
    ten_entries(&store).await;
    rusqlite::Connection::open(&file).unwrap().execute("DELETE FROM chain", []).unwrap();
    let mut other = caller();
    other.partner.id = PartnerId::parse("other").unwrap();
    for caller in [caller(), other] {
        let draft = draft("One more", "one-more.example.com");
        customers::add(&store, &caller, &draft, &request("one-more")).await.unwrap();
    }
    let found = vec![Finding::Headless { partner: PARTNER.into(), place: 1 }];
    assert_eq!(
        verify_audit(&store).await,
        Ok((1, found)),
        "the other one's is sealed and followed"
    );
}

#[tokio::test]
async fn what_is_done_to_the_log_in_postgres_is_found() {
    let server = Postgres::shared();
    for (what, sql, finding) in attacks() {
        let address = server.database();
        let store = AppStore::Postgres(PostgresStore::open(&address).await.unwrap());
        ten_entries(&store).await;
        let mut other = <PgConnection as sqlx::Connection>::connect(&address).await.unwrap();
        other.execute(sqlx::raw_sql(sql)).await.unwrap();
        let (_, found) = verify_audit(&store).await.unwrap();
        assert_eq!(found.first(), Some(&finding), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_sealers_at_once_make_one_chain() {
    let server = Postgres::shared();
    let address = server.database();
    let stores = [
        AppStore::Postgres(PostgresStore::open(&address).await.unwrap()),
        AppStore::Postgres(PostgresStore::open(&address).await.unwrap()),
    ];
    let caller = caller();
    for number in 0..40 {
        let draft = draft(&format!("Company {number}"), &format!("c{number}.example.com"));
        let ask = request(&format!("a{number}"));
        customers::add(&stores[number % 2], &caller, &draft, &ask).await.unwrap();
        if number % 5 == 0 {
            let (one, two) = tokio::join!(verify_audit(&stores[0]), verify_audit(&stores[1]));
            // One of them may have looked while the other was at it, but found nothing broken.
            assert_eq!((one.unwrap().1, two.unwrap().1), (Vec::new(), Vec::new()));
        }
    }
    assert_eq!(verify_audit(&stores[1]).await, Ok((40, Vec::new())));
}
