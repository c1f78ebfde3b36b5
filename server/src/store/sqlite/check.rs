//! What is wrong with a file, beside what SQLite itself finds: accounts that cannot be read, and rows
//! that no account has.

use super::place;
use super::reader::whole;
use crate::store::cache;
use crate::store::row::unavailable;
use rusqlite::Connection;
use subscription_rules::{CustomerId, PartnerId};
use subscription_usecases::{Result, StoreError};

/// What belongs together and does not: in words, and how many there are.
const LOOSE: [(&str, &str); 7] = [
    (
        "customers without an account",
        "SELECT COUNT(*) FROM customer WHERE NOT EXISTS (SELECT 1 FROM account
             WHERE account.partner = customer.partner AND account.customer = customer.id
                 AND kind = 0 AND account.id = '')",
    ),
    (
        "customers where nobody looks for them",
        "SELECT COUNT(*) FROM customer WHERE NOT is_place(number, partner, id)",
    ),
    (
        "keys of customers that are not there",
        "SELECT COUNT(*) FROM account
         WHERE (partner, customer) NOT IN (SELECT partner, id FROM customer)",
    ),
    (
        "subscriptions of no customer",
        "SELECT COUNT(*) FROM subscription
         WHERE number NOT IN (SELECT number FROM account WHERE kind = 1)",
    ),
    (
        "orders that are of no customer, or not there",
        "SELECT (SELECT COUNT(*) FROM placed_order
                 WHERE number NOT IN (SELECT number FROM account WHERE kind = 2))
              + (SELECT COUNT(*) FROM account
                 WHERE kind = 2 AND number NOT IN (SELECT number FROM placed_order))",
    ),
    (
        "log lines that no customer has",
        "SELECT COUNT(*) FROM entry WHERE number NOT IN (SELECT number FROM account WHERE kind = 3)",
    ),
    (
        "log lines that are not there",
        "SELECT COUNT(*) FROM account
         WHERE kind = 3 AND number NOT IN (SELECT number FROM entry)",
    ),
];

/// Each thing that is wrong, in words.
pub(super) fn findings(connection: &Connection) -> Result<Vec<String>> {
    let mut found: Vec<String> = connection
        .prepare("PRAGMA integrity_check")
        .and_then(|mut check| check.query_map([], |row| row.get(0))?.collect())
        .map_err(unavailable)?;
    found.retain(|line| line != "ok");
    place::register_functions(connection).map_err(unavailable)?;
    for (what, sql) in LOOSE {
        let count: i64 = connection.query_row(sql, [], |row| row.get(0)).map_err(unavailable)?;
        if count > 0 {
            found.push(format!("{what}: {count}"));
        }
    }
    let mut keys = connection
        .prepare("SELECT partner, id FROM customer ORDER BY partner, id")
        .map_err(unavailable)?;
    let keys = keys
        .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))
        .map_err(unavailable)?;
    for key in keys {
        let (partner, id) = key.map_err(unavailable)?;
        let read = match (PartnerId::parse(&partner), CustomerId::parse(&id)) {
            (Ok(partner), Ok(id)) => whole(connection, &cache::key(&partner, &id)).map(drop),
            _ => Err(StoreError::Damaged("its key is no identifier".into())),
        };
        if let Err(error) = read {
            found.push(format!("customer {id} of partner {partner}: {error}"));
        }
    }
    Ok(found)
}
