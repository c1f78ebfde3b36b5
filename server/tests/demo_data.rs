//! `--demo-data` loads the demo's customers once and whole, also after a load that broke off, and
//! never beside a partner's own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

mod support;

use reqwest::Client;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use support::service::{Service, added, sent};

const DEMO: [&str; 3] = ["--demo-data", "--demo-customers", "3000"];

/// How many customers a file has; none while it has no tables.
fn customers(folder: &Path) -> i64 {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    Connection::open_with_flags(folder.join("desk.sqlite"), flags)
        .and_then(|file| file.query_row("SELECT COUNT(*) FROM customer", [], |row| row.get(0)))
        .unwrap_or_default()
}

#[tokio::test]
async fn loading_that_was_broken_off_goes_on_and_only_once() {
    let folder = tempfile::tempdir().unwrap();
    let whole = {
        let folder = tempfile::tempdir().unwrap();
        let _service = Service::start(folder.path(), &DEMO).ready().await;
        customers(folder.path())
    };
    let mut service = Service::start(folder.path(), &DEMO);
    while customers(folder.path()) == 0 {
        tokio::task::yield_now().await;
    }
    service.kill();
    let partly = customers(folder.path());
    assert!((1..whole).contains(&partly), "{partly} of {whole}");
    for _ in 0..2 {
        let mut service = Service::start(folder.path(), &DEMO).ready().await;
        assert_eq!(customers(folder.path()), whole);
        service.kill();
    }
}

#[tokio::test]
async fn a_partner_that_has_customers_of_its_own_gets_none_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let client = Client::new();
    let mut service = Service::start(folder.path(), &[]).ready().await;
    added(&client, &service.url, 1).await;
    service.kill();
    let service = Service::start(folder.path(), &["--demo-data"]).ready().await;
    let (status, page) = sent(client.get(format!("{}/v1/customers", service.url))).await;
    assert_eq!((status, page["totalCount"].as_u64()), (200, Some(1)), "{page}");
}
