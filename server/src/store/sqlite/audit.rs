//! The chain of the log's entries.

use crate::audit::{Row, Seal};
use crate::store::row::{SEALED_PARTNERS, unavailable};
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};
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

/// Lines that are not sealed, but of these partners.
pub(super) fn unsealed(connection: &Connection, most: i64, but: &[String]) -> Result<Vec<Row>> {
    let unlike = vec!["?"; but.len()].join(", ");
    let sql = format!(
        "SELECT {COLUMNS} FROM entry WHERE place IS NULL AND partner NOT IN ({unlike})
         ORDER BY number LIMIT {most}"
    );
    rows(connection, &sql, params_from_iter(but))
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
    let mut all = connection.prepare_cached(SEALED_PARTNERS).map_err(unavailable)?;
    let rows = all.query_map([], |row| row.get(0)).map_err(unavailable)?;
    rows.collect::<rusqlite::Result<_>>().map_err(unavailable)
}

/// Writes the seals, if the chains still end where they were read. When one does not, nothing of
/// this is kept, of the other partners neither.
pub(super) fn seal(
    connection: &Connection,
    heads: &[(String, Seal, Seal)],
    seals: &[(i64, Seal)],
) -> Result<()> {
    for (partner, before, now) in heads {
        if head(connection, partner)? != *before {
            return Err(StoreError::Stale);
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
            // Somebody else was at it between our two looks.
            return Err(StoreError::Stale);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::SqliteStore;

    fn at(place: i64) -> Seal {
        Seal { place, hash: format!("hash {place}") }
    }

    #[tokio::test]
    async fn when_one_chain_has_moved_on_no_other_moves_either() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("desk.sqlite")).unwrap();
        let moved = vec![("a".to_owned(), Seal::start(), at(1)), ("b".to_owned(), at(7), at(8))];
        assert_eq!(store.seal(moved, Vec::new()).await, Err(StoreError::Stale));
        assert_eq!(store.head("a").await, Ok(Seal::start()));
        // Nor when an entry was sealed by somebody else.
        let sealed = vec![("a".to_owned(), Seal::start(), at(1))];
        assert_eq!(store.seal(sealed, vec![(1, at(1))]).await, Err(StoreError::Stale));
        assert_eq!(store.head("a").await, Ok(Seal::start()));
    }
}
