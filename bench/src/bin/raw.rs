//! The same rows that an order writes, in a bare loop on SQLite with full sync: one commit for each,
//! and one for a hundred. What the disk and SQLite allow, without any service around them.
#![expect(clippy::print_stdout, reason = "it says what it measured")]

use rusqlite::{Connection, Result, ToSql, params};
use std::time::{Duration, Instant};

const LASTS: Duration = Duration::from_secs(5);

/// About as long as the JSON of a subscription, an order, a log line and an answer.
const BODY: &str = "{\"id\":\"5d5d0000-0000-4000-8002-000000000000\",\"offer\":\"796b6b5f-613c-4e24-a17c-eba730d49c02\",\"quantity\":25,\"nickname\":\"Office 365 Enterprise E3\",\"state\":{\"active\":{}},\"cycle\":\"monthly\",\"order\":\"00000000-0000-4000-8000-000000000000\",\"createdAt\":\"2027-07-19T09:30:00Z\",\"term\":{\"start\":\"2027-07-19\",\"end\":\"2028-07-19\"},\"freeDays\":0,\"revision\":1}";

fn order(connection: &Connection, number: i64) -> Result<()> {
    let customer = format!("customer-{}", number % 1_000);
    let id = format!("order-{number}");
    let write = |sql: &str, values: &[&dyn ToSql]| connection.prepare_cached(sql)?.execute(values);
    write(
        "INSERT INTO request (partner, id, at, body) VALUES ('p', ?1, ?2, ?3)",
        &[&id, &number, &BODY],
    )?;
    write(
        "INSERT INTO account VALUES ('p', ?1, 0, '', NULL, 1)
             ON CONFLICT (customer, partner, kind, id)
             DO UPDATE SET revision = revision + 1",
        &[&customer],
    )?;
    let rows = [
        "INSERT INTO subscription (body) VALUES (?3)",
        "INSERT INTO placed_order (body) VALUES (?3)",
        "INSERT INTO entry (partner, customer, at, body) VALUES ('p', ?1, ?2, ?3)",
    ];
    for (kind, sql) in (1..).zip(rows) {
        let row = connection.prepare_cached(sql)?.insert(params![customer, number, BODY])?;
        let key = "INSERT INTO account VALUES ('p', ?1, ?2, ?3, ?4, NULL)";
        write(key, &[&customer, &kind, &id, &row])?;
    }
    Ok(())
}

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| ".".into());
    for together in [1, 100] {
        let file = format!("{folder}/raw-{together}.sqlite");
        let connection = Connection::open(file)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.execute_batch(
            "CREATE TABLE account (partner TEXT, customer TEXT, kind INTEGER, id TEXT,
                 number INTEGER, revision INTEGER,
                 PRIMARY KEY (customer, partner, kind, id)) WITHOUT ROWID;
             CREATE TABLE subscription (number INTEGER PRIMARY KEY, body TEXT);
             CREATE TABLE placed_order (number INTEGER PRIMARY KEY, body TEXT);
             CREATE TABLE entry (number INTEGER PRIMARY KEY, partner TEXT, customer TEXT,
                 at INTEGER, body TEXT);
             CREATE INDEX entry_by_time ON entry (partner, at, number);
             CREATE TABLE request (number INTEGER PRIMARY KEY, partner TEXT, id TEXT, at INTEGER,
                 body TEXT);
             CREATE UNIQUE INDEX request_by_id ON request (partner, id);
             CREATE INDEX request_by_time ON request (at);",
        )?;
        let (started, mut number) = (Instant::now(), 0);
        while started.elapsed() < LASTS {
            connection.execute_batch("BEGIN")?;
            for _ in 0..together {
                order(&connection, number)?;
                number += 1;
            }
            connection.execute_batch("COMMIT")?;
        }
        let a_second = number * 1_000 / i64::try_from(started.elapsed().as_millis()).unwrap_or(1);
        println!("{together} {a_second}");
    }
    Ok(())
}
