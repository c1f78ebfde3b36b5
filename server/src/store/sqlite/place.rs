//! Where the row of a customer lies among all of them: at a number made of its key. A row found by
//! its number is found in a tree of short numbers, a few of whose pages lead to all rows; a tree of
//! keys is searched in more pages, and at each a key is read (docs/performance.md).

use crate::store::row::unavailable;
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};
use subscription_usecases::{Result, StoreError};

/// At most so many customers share a first number; they lie at the numbers that follow it. That any
/// two of a million share one has a chance of one in nine million.
const NEIGHBOURS: i64 = 8;

/// The numbers at which the row of a customer may lie: the first and the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub first: i64,
    pub last: i64,
}

impl Place {
    /// The place of a customer, from its key in lower case. Files that exist depend on it: another way
    /// needs a step in `schema.rs`.
    pub(super) fn of(partner: &str, customer: &str) -> Self {
        let mut sum = Sha256::new();
        for part in [partner, "\0", customer] {
            sum.update(part);
        }
        let sum = sum.finalize();
        let start = sum.first_chunk().map_or(0, |start| i64::from_be_bytes(*start));
        // Never negative, and far from the end.
        let first = start.unsigned_abs() >> 2;
        let first = i64::try_from(first).unwrap_or_default();
        Self { first, last: first + NEIGHBOURS - 1 }
    }

    /// The number at which the customer's row lies, or is to lie.
    pub(super) fn number(self, at: &Connection, partner: &str, customer: &str) -> Result<i64> {
        let its_own = "SELECT number FROM customer NOT INDEXED
                       WHERE number BETWEEN ?1 AND ?2 AND id = ?3 AND partner = ?4";
        let held = at
            .prepare_cached(its_own)
            .and_then(|mut held| {
                let values = params![self.first, self.last, customer, partner];
                held.query_row(values, |row| row.get(0)).optional()
            })
            .map_err(unavailable)?;
        if let Some(number) = held {
            return Ok(number);
        }
        let taken: Vec<i64> = at
            .prepare_cached("SELECT number FROM customer WHERE number BETWEEN ?1 AND ?2")
            .and_then(|mut taken| {
                taken.query_map([self.first, self.last], |row| row.get(0))?.collect()
            })
            .map_err(unavailable)?;
        (self.first..=self.last)
            .find(|number| !taken.contains(number))
            .ok_or_else(|| StoreError::Unavailable("no place is free for the customer".into()))
    }
}

/// Registers, for statements, `first_place(partner, customer)` and `is_place(number, partner,
/// customer)`.
pub(super) fn register_functions(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("first_place", 2, flags, |of| {
        let (partner, customer): (String, String) = (of.get(0)?, of.get(1)?);
        Ok(Place::of(&partner, &customer).first)
    })?;
    connection.create_scalar_function("is_place", 3, flags, |of| {
        let (number, partner, customer): (i64, String, String) =
            (of.get(0)?, of.get(1)?, of.get(2)?);
        let Place { first, last } = Place::of(&partner, &customer);
        Ok((first..=last).contains(&number))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::schema::migrate;

    /// Worked out with another program: `printf 'demo\0…' | sha256sum`, halved twice.
    #[test]
    fn a_place_is_what_it_was_when_files_were_written() {
        let place = Place::of("demo", "00000000-0000-4000-8000-000000000001");
        assert_eq!(
            place,
            Place { first: 1_502_668_410_074_328_532, last: 1_502_668_410_074_328_539 }
        );
    }

    #[test]
    fn customers_of_one_number_lie_one_after_the_other_until_there_is_no_room() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        let place = Place { first: 40, last: 47 };
        let put = |name: &str| {
            let number = place.number(&connection, "demo", name)?;
            connection
                .execute(
                    "INSERT OR REPLACE INTO customer VALUES (?1, 'demo', ?2, ?2, ?2, '{}')",
                    params![number, name],
                )
                .map_err(unavailable)?;
            Ok::<_, StoreError>(number)
        };
        let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
        for (name, number) in names.iter().zip(40..) {
            assert_eq!(put(name), Ok(number));
        }
        assert_eq!(put("c"), Ok(42), "one that is there stays where it is");
        assert!(matches!(put("i"), Err(StoreError::Unavailable(_))));
    }
}
