//! What one decision writes: the keys of the customer's account, which lie side by side, and the rows
//! of what they lead to (`schema.rs`).

use super::place::Place;
use super::reader::moment;
use crate::store::commit::{Request, Rows};
use crate::store::row::{Line, unavailable};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Params, ToSql, params};
use subscription_usecases::{Committed, Result, StoreError};

fn statement<'a>(connection: &'a Connection, sql: &str) -> Result<CachedStatement<'a>> {
    connection.prepare_cached(sql).map_err(unavailable)
}

/// Writes all that one decision writes.
pub(super) fn commit(connection: &Connection, rows: &Rows) -> Result<Committed> {
    let Rows { partner, customer, orders, entries, .. } = rows;
    let held: Option<(i64, bool)> = statement(
        connection,
        "SELECT revision, due_at IS ?3
         FROM account WHERE partner = ?1 AND customer = ?2 AND kind = 0 AND id = ''",
    )?
    .query_row(params![partner, customer, rows.line.due_at], |row| Ok((row.get(0)?, row.get(1)?)))
    .optional()
    .map_err(unavailable)?;
    if held.map(|(revision, _)| revision) != rows.before {
        return Err(StoreError::Stale);
    }
    if let Some(request) = &rows.request {
        remember(connection, partner, request)?;
    }
    if !rows.is_same {
        customer_row(connection, rows)?;
    }
    summary(connection, rows, held.is_some_and(|(_, is_due_as_before)| is_due_as_before))?;
    subscriptions(connection, rows)?;
    for (id, body) in orders {
        let number = put(connection, "INSERT INTO placed_order (body) VALUES (?1)", [body])?;
        add_key(connection, rows, ORDER, id, number, None)?;
    }
    let (moments, actions, bodies) = entries;
    for ((at, action), body) in moments.iter().zip(actions).zip(bodies) {
        let number = put(
            connection,
            "INSERT INTO entry (partner, customer, at, action, body) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![partner, customer, at, action, body],
        )?;
        add_key(connection, rows, LOG_LINE, moment(*at, number), number, None)?;
    }
    Ok(Committed { revision: u64::try_from(rows.revision()).unwrap_or_default() })
}

/// Runs a statement that changes one row or none; how many it changed.
pub(super) fn execute(connection: &Connection, sql: &str, values: impl Params) -> Result<usize> {
    statement(connection, sql)?.execute(values).map_err(unavailable)
}

/// Inserts a row; its number.
fn put(connection: &Connection, sql: &str, values: impl Params) -> Result<i64> {
    statement(connection, sql)?.insert(values).map_err(unavailable)
}

/// The kinds of keys in an account (`schema.rs`).
const SUBSCRIPTION: i64 = 1;
const ORDER: i64 = 2;
const LOG_LINE: i64 = 3;

/// Adds a key to the account: what it is, and its row.
fn add_key(
    connection: &Connection,
    rows: &Rows,
    kind: i64,
    id: impl ToSql,
    number: i64,
    place: Option<i64>,
) -> Result<()> {
    let sql = "INSERT INTO account (partner, customer, kind, id, number, place)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    execute(connection, sql, params![rows.partner, rows.customer, kind, id, number, place])
        .map(drop)
}

/// Who the customer is.
fn customer_row(connection: &Connection, rows: &Rows) -> Result<()> {
    let Line { sort_key, domain, body, .. } = &rows.line;
    let Rows { partner, customer, .. } = rows;
    let number = Place::of(partner, customer).number(connection, partner, customer)?;
    let sql = "INSERT INTO customer (number, partner, id, sort_key, domain, body)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)
               ON CONFLICT (number) DO UPDATE SET sort_key = ?4, domain = ?5, body = ?6
               WHERE body <> ?6 OR sort_key <> ?4 OR domain <> ?5";
    execute(connection, sql, params![number, partner, customer, sort_key, domain, body]).map(drop)
}

/// The account's own row. `due_at` is indexed, and SQLite writes the index of every column that an
/// update names: where it stays, it is not named, and its page is not written.
fn summary(connection: &Connection, rows: &Rows, is_due_as_before: bool) -> Result<()> {
    let Line { active, suspended, next_expiry, due_at, .. } = &rows.line;
    let (partner, customer, revision) = (&rows.partner, &rows.customer, rows.revision());
    if is_due_as_before {
        let sql = "UPDATE account SET revision = ?3, active = ?4, suspended = ?5, next_expiry = ?6
                   WHERE partner = ?1 AND customer = ?2 AND kind = 0 AND id = ''";
        let values = params![partner, customer, revision, active, suspended, next_expiry];
        return execute(connection, sql, values).map(drop);
    }
    let sql = "INSERT INTO account VALUES (?1, ?2, 0, '', NULL, NULL, ?3, ?4, ?5, ?6, ?7)
               ON CONFLICT (customer, partner, kind, id) DO UPDATE SET revision = ?3, active = ?4,
                   suspended = ?5, next_expiry = ?6, due_at = ?7";
    let values = params![partner, customer, revision, active, suspended, next_expiry, due_at];
    execute(connection, sql, values).map(drop)
}

/// Only rows that differ are written.
fn subscriptions(connection: &Connection, rows: &Rows) -> Result<()> {
    let Rows { partner, customer, .. } = rows;
    let (ids, places, bodies) = &rows.subscriptions;
    for ((id, place), body) in ids.iter().zip(places).zip(bodies) {
        let held: Option<(i64, i64)> = statement(
            connection,
            "SELECT number, place FROM account
             WHERE partner = ?1 AND customer = ?2 AND kind = 1 AND id = ?3",
        )?
        .query_row(params![partner, customer, id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
        .map_err(unavailable)?;
        let Some((number, held_at)) = held else {
            let number = put(connection, "INSERT INTO subscription (body) VALUES (?1)", [body])?;
            add_key(connection, rows, SUBSCRIPTION, id, number, Some(*place))?;
            continue;
        };
        let sql = "UPDATE subscription SET body = ?2 WHERE number = ?1 AND body <> ?2";
        execute(connection, sql, params![number, body])?;
        if held_at != *place {
            execute(
                connection,
                "UPDATE account SET place = ?4
                 WHERE partner = ?1 AND customer = ?2 AND kind = 1 AND id = ?3",
                params![partner, customer, id, place],
            )?;
        }
    }
    Ok(())
}

/// A request that has its answer is not answered twice: the second writer is told, and finds the
/// first one's answer.
fn remember(connection: &Connection, partner: &str, request: &Request) -> Result<()> {
    let Request { id, at, forgotten, body } = request;
    let written = execute(
        connection,
        "INSERT INTO request (partner, id, at, body) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (partner, id) DO UPDATE SET at = ?3, body = ?4 WHERE at <= ?5",
        params![partner, id, at, body, forgotten],
    )?;
    if written == 0 { Err(StoreError::Stale) } else { Ok(()) }
}
