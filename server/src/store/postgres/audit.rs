//! The chain of the log's entries.

use crate::audit::{Row, Seal};
use crate::events::Events;
use crate::store::row::SEALED_PARTNERS;
use sqlx::Row as _;
use sqlx::postgres::{PgListener, PgPool, PgRow};

/// Where servers on one database tell each other whose chain has grown.
const SEALED: &str = "desk_sealed";

type Asked<T> = Result<T, sqlx::Error>;

fn row(row: &PgRow) -> Asked<Row> {
    let seal = match (row.try_get("place")?, row.try_get("hash")?) {
        (Some(place), Some(hash)) => Some(Seal { place, hash }),
        _ => None,
    };
    Ok(Row {
        number: row.try_get("number")?,
        partner: row.try_get("partner")?,
        customer: row.try_get("customer")?,
        at: row.try_get("at")?,
        action: row.try_get("action")?,
        body: row.try_get("body")?,
        seal,
    })
}

/// Lines that are not sealed, but of these partners.
pub(super) async fn unsealed(pool: &PgPool, most: i64, but: &[String]) -> Asked<Vec<Row>> {
    let sql = "SELECT * FROM entry WHERE place IS NULL AND partner <> ALL($2)
               ORDER BY number LIMIT $1";
    let rows = sqlx::query(sql).bind(most).bind(but).fetch_all(pool).await?;
    rows.iter().map(row).collect()
}

pub(super) async fn sealed(pool: &PgPool, partner: &str, after: i64, most: i64) -> Asked<Vec<Row>> {
    let sql = "SELECT * FROM entry WHERE partner = $1 AND place > $2 ORDER BY place LIMIT $3";
    let rows = sqlx::query(sql).bind(partner).bind(after).bind(most).fetch_all(pool).await?;
    rows.iter().map(row).collect()
}

pub(super) async fn head(pool: &PgPool, partner: &str) -> Asked<Seal> {
    let sql = "SELECT place, hash FROM chain WHERE partner = $1";
    let head: Option<(i64, String)> =
        sqlx::query_as(sql).bind(partner).fetch_optional(pool).await?;
    Ok(head.map_or_else(Seal::start, |(place, hash)| Seal { place, hash }))
}

pub(super) async fn partners(pool: &PgPool) -> Asked<Vec<String>> {
    sqlx::query_scalar(SEALED_PARTNERS).fetch_all(pool).await
}

/// Writes the seals, if the chains still end where they were read, and tells all servers.
pub(super) async fn seal(
    pool: &PgPool,
    heads: &[(String, Seal, Seal)],
    seals: &[(i64, Seal)],
) -> Asked<bool> {
    let mut transaction = pool.begin().await?;
    for (partner, before, now) in heads {
        let sql = if before.place == 0 {
            "INSERT INTO chain VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
        } else {
            "UPDATE chain SET place = $2, hash = $3 WHERE partner = $1 AND hash = $4"
        };
        let mut write = sqlx::query(sql).bind(partner).bind(now.place).bind(&now.hash);
        if before.place > 0 {
            write = write.bind(&before.hash);
        }
        if write.execute(&mut *transaction).await?.rows_affected() == 0 {
            return Ok(false);
        }
    }
    let numbers: Vec<i64> = seals.iter().map(|(number, _)| *number).collect();
    let places: Vec<i64> = seals.iter().map(|(_, seal)| seal.place).collect();
    let hashes: Vec<&str> = seals.iter().map(|(_, seal)| seal.hash.as_str()).collect();
    let sealed = sqlx::query(
        "UPDATE entry SET place = seal.place, hash = seal.hash
         FROM UNNEST($1::bigint[], $2::bigint[], $3::text[]) AS seal (number, place, hash)
         WHERE entry.number = seal.number AND entry.place IS NULL",
    )
    .bind(numbers)
    .bind(places)
    .bind(hashes)
    .execute(&mut *transaction)
    .await?;
    // Somebody else may have sealed some of them between our two looks.
    if sealed.rows_affected() != u64::try_from(seals.len()).unwrap_or(u64::MAX) {
        return Ok(false);
    }
    let partners: Vec<&str> = heads.iter().map(|(partner, ..)| partner.as_str()).collect();
    sqlx::query("SELECT pg_notify($1, partner) FROM UNNEST($2::text[]) AS partner")
        .bind(SEALED)
        .bind(partners)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(true)
}

/// Tells what any server on this database seals, until that cannot be heard any more.
pub(super) async fn hear(pool: &PgPool, events: &Events) -> Asked<()> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(SEALED).await?;
    // Nobody knows what was said before.
    events.all_grown();
    loop {
        match listener.try_recv().await? {
            Some(told) => events.grown(told.payload()),
            // The connection went, and there is a new one.
            None => events.all_grown(),
        }
    }
}
