//! The tables, and how a file of an earlier version becomes one of this version.

use super::place;
use crate::store::row::unavailable;
use rusqlite::Connection;
use subscription_usecases::{Result, StoreError};

/// Each version's step, oldest first. A step that has been released is never edited.
const STEPS: &[&str] = &[
    "
CREATE TABLE customer (
    partner     TEXT NOT NULL,
    id          TEXT NOT NULL,          -- in lower case, as all identifiers here
    revision    INTEGER NOT NULL,
    sort_key    TEXT NOT NULL,
    domain      TEXT NOT NULL,          -- in lower case
    active      INTEGER NOT NULL,       -- a list's summary, true until `due_at`
    suspended   INTEGER NOT NULL,
    next_expiry TEXT,
    due_at      INTEGER,                -- microseconds; when time changes something next
    body        TEXT NOT NULL,
    PRIMARY KEY (partner, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX customer_by_name ON customer (partner, sort_key);
CREATE INDEX customer_by_domain ON customer (partner, domain);
CREATE INDEX customer_by_due ON customer (partner, due_at) WHERE due_at IS NOT NULL;

CREATE TABLE subscription (
    partner  TEXT NOT NULL,
    customer TEXT NOT NULL,
    id       TEXT NOT NULL,
    place    INTEGER NOT NULL,          -- its place in the account
    body     TEXT NOT NULL,
    PRIMARY KEY (partner, customer, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE placed_order (
    partner  TEXT NOT NULL,
    customer TEXT NOT NULL,
    place    INTEGER NOT NULL,
    id       TEXT NOT NULL,
    body     TEXT NOT NULL,
    PRIMARY KEY (partner, customer, place)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX placed_order_by_id ON placed_order (partner, customer, id);

CREATE TABLE entry (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,
    partner  TEXT NOT NULL,
    customer TEXT NOT NULL,
    at       INTEGER NOT NULL,          -- microseconds
    action   TEXT NOT NULL,
    body     TEXT NOT NULL
) STRICT;
CREATE INDEX entry_by_time ON entry (partner, at, number);
CREATE INDEX entry_by_customer ON entry (partner, customer, at, number);

CREATE TABLE request (
    partner TEXT NOT NULL,
    id      TEXT NOT NULL,
    at      INTEGER NOT NULL,           -- microseconds
    body    TEXT NOT NULL,
    PRIMARY KEY (partner, id)
) STRICT, WITHOUT ROWID;
",
    "
CREATE INDEX request_by_time ON request (at);

CREATE TABLE lease (
    task   TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until  INTEGER NOT NULL             -- microseconds
) STRICT, WITHOUT ROWID;

CREATE TABLE sign_in (
    key   TEXT PRIMARY KEY,             -- a digest; the word itself is with the browser alone
    until INTEGER NOT NULL,             -- microseconds
    body  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_by_end ON sign_in (until);

ALTER TABLE entry ADD COLUMN place INTEGER;     -- in the chain of the partner, from 1
ALTER TABLE entry ADD COLUMN hash TEXT;         -- of all entries up to here
CREATE UNIQUE INDEX entry_by_place ON entry (partner, place) WHERE place IS NOT NULL;
CREATE INDEX entry_unsealed ON entry (number) WHERE place IS NULL;
CREATE INDEX customer_by_due_of_all ON customer (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE chain (
    partner TEXT PRIMARY KEY,
    place   INTEGER NOT NULL,
    hash    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
",
    // Rows that are only ever added lie in the order in which they came, so that those of many
    // commits share a page; what lies anywhere is a small key. An order of one of a million
    // customers wrote 19 pages before and writes 7 now (docs/performance.md).
    "
ALTER TABLE subscription RENAME TO earlier_subscription;
CREATE TABLE subscription (
    number   INTEGER PRIMARY KEY,
    partner  TEXT NOT NULL,
    customer TEXT NOT NULL,
    id       TEXT NOT NULL,
    place    INTEGER NOT NULL,          -- its place in the account
    body     TEXT NOT NULL
) STRICT;
INSERT INTO subscription (partner, customer, id, place, body)
    SELECT partner, customer, id, place, body FROM earlier_subscription
    ORDER BY partner, customer, place;
DROP TABLE earlier_subscription;
CREATE UNIQUE INDEX subscription_by_id ON subscription (partner, customer, id);

ALTER TABLE placed_order RENAME TO earlier_order;
CREATE TABLE placed_order (
    number   INTEGER PRIMARY KEY,       -- later ones have higher numbers
    partner  TEXT NOT NULL,
    customer TEXT NOT NULL,
    id       TEXT NOT NULL,
    body     TEXT NOT NULL
) STRICT;
INSERT INTO placed_order (partner, customer, id, body)
    SELECT partner, customer, id, body FROM earlier_order ORDER BY partner, customer, place;
DROP TABLE earlier_order;
CREATE UNIQUE INDEX placed_order_by_id ON placed_order (partner, customer, id);

ALTER TABLE request RENAME TO earlier_request;
CREATE TABLE request (
    number  INTEGER PRIMARY KEY,
    partner TEXT NOT NULL,
    id      TEXT NOT NULL,
    at      INTEGER NOT NULL,           -- microseconds
    body    TEXT NOT NULL
) STRICT;
INSERT INTO request (partner, id, at, body)
    SELECT partner, id, at, body FROM earlier_request ORDER BY at, partner, id;
DROP TABLE earlier_request;
CREATE UNIQUE INDEX request_by_id ON request (partner, id);
CREATE INDEX request_by_time ON request (at);

-- Each partner's customers have the same index already.
DROP INDEX customer_by_due_of_all;
",
    // The keys of all that a customer has lie side by side, whatever it is, with what of the
    // customer changes with it: what one customer does writes one page of those, and not four. The
    // rows lie in the order in which they came, and who the customer is stays as it is
    // (docs/performance.md).
    "
ALTER TABLE customer RENAME TO earlier_customer;
ALTER TABLE subscription RENAME TO earlier_subscription;
ALTER TABLE placed_order RENAME TO earlier_order;
CREATE TABLE account (
    partner     TEXT NOT NULL,
    customer    TEXT NOT NULL,
    kind        INTEGER NOT NULL,       -- 0 itself, 1 a subscription, 2 an order, 3 a log line
    id          ANY NOT NULL,           -- '' for itself; of a log line its moment and number
    number      INTEGER,                -- of what it has: its row in the table of its kind
    place       INTEGER,                -- of a subscription, in the account
    revision    INTEGER,                -- of itself, as all that follows
    active      INTEGER,                -- a list's summary, true until `due_at`
    suspended   INTEGER,
    next_expiry TEXT,
    due_at      INTEGER,                -- microseconds; when time changes something next
    PRIMARY KEY (customer, partner, kind, id)
) STRICT, WITHOUT ROWID;
INSERT INTO account
    SELECT partner, id, 0, '', NULL, NULL, revision, active, suspended, next_expiry, due_at
    FROM earlier_customer
    UNION ALL
    SELECT partner, customer, 1, id, number, place, NULL, NULL, NULL, NULL, NULL
    FROM earlier_subscription
    UNION ALL
    SELECT partner, customer, 2, id, number, NULL, NULL, NULL, NULL, NULL, NULL
    FROM earlier_order
    UNION ALL
    SELECT partner, customer, 3, unhex(printf('%016x%016x', at, number)), number,
           NULL, NULL, NULL, NULL, NULL, NULL
    FROM entry
    ORDER BY 2, 1, 3, 4;
CREATE TABLE customer (
    partner  TEXT NOT NULL,
    id       TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    domain   TEXT NOT NULL,             -- in lower case
    body     TEXT NOT NULL,
    PRIMARY KEY (id, partner)           -- what differs comes first: one look, not two
) STRICT, WITHOUT ROWID;
INSERT INTO customer SELECT partner, id, sort_key, domain, body FROM earlier_customer;
CREATE TABLE subscription (number INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
INSERT INTO subscription SELECT number, body FROM earlier_subscription;
CREATE TABLE placed_order (number INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
INSERT INTO placed_order SELECT number, body FROM earlier_order;
DROP TABLE earlier_customer;
DROP TABLE earlier_subscription;
DROP TABLE earlier_order;
DROP INDEX entry_by_customer;
CREATE UNIQUE INDEX customer_by_name ON customer (partner, sort_key);
CREATE INDEX customer_by_domain ON customer (partner, domain);
CREATE INDEX account_by_due ON account (partner, due_at) WHERE due_at IS NOT NULL;
",
    // A customer is found at a number made of its key (`place.rs`), in a tree of four levels among
    // a million and not of seven.
    "
ALTER TABLE customer RENAME TO earlier_customer;
CREATE TABLE customer (
    number   INTEGER PRIMARY KEY,       -- where it is looked for first, or one of the next
    partner  TEXT NOT NULL,
    id       TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    domain   TEXT NOT NULL,             -- in lower case
    body     TEXT NOT NULL
) STRICT;
INSERT INTO customer
    SELECT first + ROW_NUMBER() OVER (PARTITION BY first ORDER BY partner, id) - 1,
           partner, id, sort_key, domain, body
    FROM (SELECT first_place(partner, id) AS first, * FROM earlier_customer)
    ORDER BY 1;
DROP TABLE earlier_customer;
CREATE UNIQUE INDEX customer_by_name ON customer (partner, sort_key);
CREATE INDEX customer_by_domain ON customer (partner, domain);
",
];

fn version(connection: &Connection) -> Result<usize> {
    let version = connection.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0));
    version.map(|version| usize::try_from(version).unwrap_or(usize::MAX)).map_err(unavailable)
}

/// Whether the file has the tables of this version; if not, a refusal that says so.
pub(super) fn is_present(connection: &Connection) -> Result<()> {
    match version(connection)? {
        version if version == STEPS.len() => Ok(()),
        version => Err(StoreError::Unavailable(format!(
            "the file has version {version}, this program {}: use the program that serves it",
            STEPS.len()
        ))),
    }
}

/// Brings the file to this version. One written by a later version is refused: it may hold what
/// this one would lose.
pub(super) fn migrate(connection: &mut Connection) -> Result<()> {
    let version = version(connection)?;
    if version > STEPS.len() {
        return Err(StoreError::Unavailable(format!(
            "the file has version {version}, this program knows up to {}: use a newer program",
            STEPS.len()
        )));
    }
    place::register_functions(connection).map_err(unavailable)?;
    for (done, step) in STEPS.iter().enumerate().skip(version) {
        let transaction = connection.transaction().map_err(unavailable)?;
        transaction.execute_batch(step).map_err(unavailable)?;
        transaction
            .pragma_update(None, "user_version", u32::try_from(done + 1).unwrap_or(u32::MAX))
            .map_err(unavailable)?;
        transaction.commit().map_err(unavailable)?;
    }
    Ok(())
}
