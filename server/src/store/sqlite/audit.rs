//! The chain of the log's entries.

use crate::audit::{Row, Seal};
use crate::store::row::unavailable;
use rusqlite::{Connection, OptionalExtension, params};
use subscription_usecases::{Result, StoreError};

const COLUMNS: &str = "number, partner, customer, at, action, body, place, hash";

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    let seal = match (row.get(6)?, row.get(7)?) {
        (Some(place), Some(hash)) => Some(Seal { place, hash }),
        _ => None,
    };
    Ok(Row {
        number: row.get(0)?,
        partner: row.get(1)?,
        customer: row.get(2)?,
        at: row.get(3)?,
        action: row.get(4)?,
        body: row.get(5)?,
        seal,
    })
}

fn rows(connection: &Connection, sql: &str, values: impl rusqlite::Params) -> Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(sql).map_err(unavailable)?;
    let rows = statement.query_map(values, row).map_err(unavailable)?;
    rows.collect::<rusqlite::Result<_>>().map_err(unavailable)
}

pub(super) fn unsealed(connection: &Connection, most: i64) -> Result<Vec<Row>> {
    let sql = format!("SELECT {COLUMNS} FROM entry WHERE place IS NULL ORDER BY number LIMIT ?1");
    rows(connection, &sql, [most])
}

pub(super) fn sealed(
    connection: &Connection,
    partner: &str,
    after: i64,
    most: i64,
) -> Result<Vec<Row>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM entry WHERE partner = ?1 AND place > ?2 ORDER BY place LIMIT ?3"
    );
    rows(connection, &sql, params![partner, after, most])
}

pub(super) fn head(connection: &Connection, partner: &str) -> Result<Seal> {
    let head = connection
        .prepare_cached("SELECT place, hash FROM chain WHERE partner = ?1")
        .and_then(|mut head| {
            let seal = |row: &rusqlite::Row<'_>| Ok(Seal { place: row.get(0)?, hash: row.get(1)? });
            head.query_row([partner], seal).optional()
        });
    Ok(head.map_err(unavailable)?.unwrap_or_else(Seal::start))
}

pub(super) fn partners(connection: &Connection) -> Result<Vec<String>> {
    let mut all = connection
        .prepare_cached("SELECT partner FROM chain ORDER BY partner")
        .map_err(unavailable)?;
    let rows = all.query_map([], |row| row.get(0)).map_err(unavailable)?;
    rows.collect::<rusqlite::Result<_>>().map_err(unavailable)
}

/// Writes the seals, if the chains still end where they were read.
pub(super) fn seal(
    connection: &Connection,
    heads: &[(String, Seal, Seal)],
    seals: &[(i64, Seal)],
) -> Result<bool> {
    for (partner, before, now) in heads {
        if head(connection, partner)? != *before {
            return Ok(false);
        }
        connection
            .prepare_cached(
                "INSERT INTO chain VALUES (?1, ?2, ?3)
                 ON CONFLICT (partner) DO UPDATE SET place = ?2, hash = ?3",
            )
            .and_then(|mut head| head.execute(params![partner, now.place, now.hash]))
            .map_err(unavailable)?;
    }
    let mut write = connection
        .prepare_cached(
            "UPDATE entry SET place = ?2, hash = ?3 WHERE number = ?1 AND place IS NULL",
        )
        .map_err(unavailable)?;
    for (number, seal) in seals {
        let sealed = write.execute(params![number, seal.place, seal.hash]).map_err(unavailable)?;
        if sealed == 0 {
            // Somebody else was at it between our two looks: nothing of this is kept.
            return Err(StoreError::Stale);
        }
    }
    Ok(true)
}
