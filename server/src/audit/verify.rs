//! Follows the chains and tells where one breaks.

use super::{Seal, sealer};
use crate::store::AppStore;
use std::fmt;
use subscription_usecases::Result;

/// Lines read at once.
const PAGE: i64 = 1_000;

/// Where a chain is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// Lines are not there that were sealed.
    Dropped {
        /// Whose.
        partner: String,
        /// The first place that is missing.
        place: i64,
    },
    /// The end of the chain that was written down is not there, or an earlier one.
    Headless {
        /// Whose.
        partner: String,
        /// The last place that is known to be sealed.
        place: i64,
    },
    /// A line is not what was sealed, or not where.
    Altered {
        /// Whose.
        partner: String,
        /// Its place.
        place: i64,
        /// Its number in the table.
        number: i64,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dropped { partner, place } => {
                write!(out, "partner {partner}: entry {place} of the log is missing")
            }
            Self::Headless { partner, place } => write!(
                out,
                "partner {partner}: entry {place} of the log is sealed, but the end of its chain \
                 (table chain) is not there, or stands before it"
            ),
            Self::Altered { partner, place, number } => write!(
                out,
                "partner {partner}: entry {place} of the log (number {number}) is not what was \
                 sealed, or not in its place"
            ),
        }
    }
}

/// Follows the chain of every partner: how many entries were followed, and the first break of
/// each chain. What was written a moment ago is sealed first.
pub async fn verify(store: &AppStore) -> Result<(u64, Vec<Finding>)> {
    // A chain that takes nothing more is followed all the more.
    let sealed = sealer::all(store, |_| {}).await;
    let mut count = 0;
    let mut found = Vec::new();
    for partner in store.sealed_partners().await? {
        let (followed, finding) = follow(store, &partner).await?;
        count += followed;
        found.extend(finding);
    }
    if found.is_empty() {
        sealed?;
    }
    Ok((count, found))
}

async fn follow(store: &AppStore, partner: &str) -> Result<(u64, Option<Finding>)> {
    let mut count = 0;
    let mut seal = Seal::start();
    // The end of the chain is written down by itself, so that cut-off lines are missed. Whatever
    // another server seals meanwhile comes after it.
    let head = store.head(partner).await?;
    let dropped = |place| Finding::Dropped { partner: partner.to_owned(), place };
    while seal.place < head.place {
        let rows = store.sealed(partner, seal.place, PAGE).await?;
        if rows.is_empty() {
            return Ok((count, Some(dropped(seal.place + 1))));
        }
        for row in rows {
            if seal.place == head.place {
                break;
            }
            let Some(told) = &row.seal else { continue };
            if told.place != seal.place + 1 {
                return Ok((count, Some(dropped(seal.place + 1))));
            }
            let (place, number) = (told.place, row.number);
            seal = seal.after(&row);
            if seal != *told {
                let partner = partner.to_owned();
                return Ok((count, Some(Finding::Altered { partner, place, number })));
            }
            count += 1;
        }
    }
    if head != seal {
        return Ok((count, Some(dropped(seal.place))));
    }
    // What is sealed beyond the end was sealed just now, with another end, or the end was changed.
    let beyond = store.sealed(partner, head.place, 1).await?;
    let beyond = beyond.first().and_then(|row| row.seal.as_ref()).map(|seal| seal.place);
    let finding = match beyond {
        Some(place) if store.head(partner).await? == head => {
            Some(Finding::Headless { partner: partner.to_owned(), place })
        }
        _ => None,
    };
    Ok((count, finding))
}
