//! The tables, and how a database of an earlier version becomes one of this version.

use crate::store::row::unavailable;
use sqlx::{Connection, PgConnection, raw_sql};
use subscription_usecases::{Result, StoreError};

/// Each version's step, oldest first. A step that has been released is never edited. Texts that
/// are compared or sorted are so by their bytes, as in the other stores.
const STEPS: &[&str] = &[r#"
CREATE TABLE customer (
    partner     TEXT COLLATE "C" NOT NULL,
    id          TEXT COLLATE "C" NOT NULL,  -- in lower case, as all identifiers here
    revision    BIGINT NOT NULL,
    sort_key    TEXT COLLATE "C" NOT NULL,
    domain      TEXT COLLATE "C" NOT NULL,  -- in lower case
    active      INTEGER NOT NULL,           -- a list's summary, true until `due_at`
    suspended   INTEGER NOT NULL,
    next_expiry TEXT,
    due_at      BIGINT,                     -- microseconds; when time changes something next
    body        TEXT NOT NULL,
    PRIMARY KEY (partner, id)
);
CREATE UNIQUE INDEX customer_by_name ON customer (partner, sort_key);
CREATE INDEX customer_by_domain ON customer (partner, domain);
CREATE INDEX customer_by_due ON customer (partner, due_at) WHERE due_at IS NOT NULL;

CREATE TABLE subscription (
    partner  TEXT COLLATE "C" NOT NULL,
    customer TEXT COLLATE "C" NOT NULL,
    id       TEXT COLLATE "C" NOT NULL,
    place    BIGINT NOT NULL,               -- its place in the account
    body     TEXT NOT NULL,
    PRIMARY KEY (partner, customer, id)
);

CREATE TABLE placed_order (
    partner  TEXT COLLATE "C" NOT NULL,
    customer TEXT COLLATE "C" NOT NULL,
    place    BIGINT NOT NULL,
    id       TEXT COLLATE "C" NOT NULL,
    body     TEXT NOT NULL,
    PRIMARY KEY (partner, customer, place)
);

CREATE UNIQUE INDEX placed_order_by_id ON placed_order (partner, customer, id);

CREATE TABLE entry (
    number   BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    partner  TEXT COLLATE "C" NOT NULL,
    customer TEXT COLLATE "C" NOT NULL,
    at       BIGINT NOT NULL,               -- microseconds
    action   TEXT COLLATE "C" NOT NULL,
    body     TEXT NOT NULL
);
CREATE INDEX entry_by_time ON entry (partner, at, number);
CREATE INDEX entry_by_customer ON entry (partner, customer, at, number);

CREATE TABLE request (
    partner TEXT COLLATE "C" NOT NULL,
    id      TEXT COLLATE "C" NOT NULL,
    at      BIGINT NOT NULL,                -- microseconds
    body    TEXT NOT NULL,
    PRIMARY KEY (partner, id)
);
CREATE INDEX request_by_time ON request (at);

CREATE TABLE lease (
    task   TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until  BIGINT NOT NULL                  -- microseconds
);

CREATE TABLE sign_in (
    key   TEXT PRIMARY KEY,             -- a digest; the word itself is with the browser alone
    until BIGINT NOT NULL,             -- microseconds
    body  TEXT NOT NULL
);
CREATE INDEX sign_in_by_end ON sign_in (until);

ALTER TABLE entry ADD COLUMN place BIGINT;      -- in the chain of the partner, from 1
ALTER TABLE entry ADD COLUMN hash TEXT;         -- of all entries up to here
CREATE UNIQUE INDEX entry_by_place ON entry (partner, place) WHERE place IS NOT NULL;
CREATE INDEX entry_unsealed ON entry (number) WHERE place IS NULL;
CREATE INDEX customer_by_due_of_all ON customer (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE chain (
    partner TEXT COLLATE "C" PRIMARY KEY,
    place   BIGINT NOT NULL,
    hash    TEXT NOT NULL
);
"#];

/// Any number will do, as long as every server takes the same one.
const LOCK: i64 = 0x5375_6244_6573_6b01;

/// Whether the database has the tables of this version; if not, a refusal that says so.
pub(super) async fn is_present(connection: &mut PgConnection) -> Result<()> {
    let version: Option<i32> = sqlx::query_scalar("SELECT version FROM schema_version")
        .fetch_optional(connection)
        .await
        .map_err(unavailable)?;
    match version {
        Some(version) if usize::try_from(version) == Ok(STEPS.len()) => Ok(()),
        version => Err(StoreError::Unavailable(format!(
            "the database has version {}, this program {}: use the program that serves it",
            version.unwrap_or_default(),
            STEPS.len()
        ))),
    }
}

/// Brings the database to this version, by one server at a time. One written by a later version is
/// refused: it may hold what this one would lose.
pub(super) async fn migrate(connection: &mut PgConnection) -> Result<()> {
    let mut transaction = connection.begin().await.map_err(unavailable)?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)")
        .bind(LOCK)
        .execute(&mut *transaction)
        .await
        .map_err(unavailable)?;
    raw_sql("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
        .execute(&mut *transaction)
        .await
        .map_err(unavailable)?;
    let version: Option<i32> = sqlx::query_scalar("SELECT version FROM schema_version")
        .fetch_optional(&mut *transaction)
        .await
        .map_err(unavailable)?;
    let known = i32::try_from(STEPS.len()).unwrap_or(i32::MAX);
    let now = version.unwrap_or(0);
    if now > known {
        return Err(StoreError::Unavailable(format!(
            "the database has version {now}, this program knows up to {known}: use a newer program"
        )));
    }
    for step in STEPS.iter().skip(usize::try_from(now).unwrap_or_default()) {
        raw_sql(*step).execute(&mut *transaction).await.map_err(unavailable)?;
    }
    if now < known {
        let sql = if version.is_some() {
            "UPDATE schema_version SET version = $1"
        } else {
            "INSERT INTO schema_version VALUES ($1)"
        };
        sqlx::query(sql).bind(known).execute(&mut *transaction).await.map_err(unavailable)?;
    }
    transaction.commit().await.map_err(unavailable)
}
