//! Moments on the wire: written to the millisecond, read with or without an offset, compared to the
//! second, since some clients drop the fraction of what they have read.

use chrono::{DateTime, NaiveDateTime, SubsecRound, Utc};
use serde::Deserializer;
use serde::de::{Error, Visitor};
use std::fmt;

/// A moment as it is written.
pub(crate) fn written(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(3)
}

/// A moment as it is read. One without an offset is in UTC, as all dates and times are
/// (domain.md §1.1).
pub(crate) fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    from.deserialize_any(Read)
}

/// Whether two moments are in the same second.
pub(crate) fn is_same(one: DateTime<Utc>, other: DateTime<Utc>) -> bool {
    one.timestamp() == other.timestamp()
}

/// Refuses while the parser still knows where the text stands.
struct Read;

impl Visitor<'_> for Read {
    type Value = Option<DateTime<Utc>>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a moment")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        let without_offset = || text.parse::<NaiveDateTime>().map(|at| at.and_utc());
        text.parse().or_else(|_| without_offset()).map(Some).map_err(E::custom)
    }
}
