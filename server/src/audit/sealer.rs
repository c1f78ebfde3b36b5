//! Chains what was written, in sequence, a moment later.

use super::Row;
use crate::desk::Desk;
use crate::store::AppStore;
use std::collections::BTreeMap;
use std::time::Duration;
use subscription_usecases::{Result, StoreError};

/// How soon after it was written a line is sealed.
const EVERY: Duration = Duration::from_secs(1);

/// Lines sealed in one go.
const BATCH: usize = 1_000;

/// Seals again and again, until the service stops.
pub(crate) async fn forever(desk: Desk) {
    let mut tick = tokio::time::interval(EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        if let Err(error) = all(&desk.store, |partner| desk.events.grown(partner)).await {
            tracing::error!(%error, "could not seal the log");
        }
    }
}

/// Seals everything that is not sealed yet, and tells whose chain has grown. A chain that takes
/// nothing more holds up no other one.
pub(crate) async fn all(store: &AppStore, grown: impl Fn(&str)) -> Result<()> {
    let mut stuck: Vec<String> = Vec::new();
    let mut why = Ok(());
    loop {
        let rows = store.unsealed(BATCH, &stuck).await?;
        if rows.is_empty() {
            return why;
        }
        let mut chains: BTreeMap<String, Vec<Row>> = BTreeMap::new();
        for row in rows {
            chains.entry(row.partner.clone()).or_default().push(row);
        }
        for (partner, rows) in chains {
            match one(store, &partner, &rows).await {
                Ok(()) => grown(&partner),
                // Another server is at it: then its chain stands, and ours begins from there.
                Err(StoreError::Stale) => stuck.push(partner),
                Err(error) => {
                    tracing::error!(partner, %error, "could not seal the log of a partner");
                    stuck.push(partner);
                    why = Err(error);
                }
            }
        }
    }
}

/// Seals these lines of a partner, which come after all that are sealed.
async fn one(store: &AppStore, partner: &str, rows: &[Row]) -> Result<()> {
    let before = store.head(partner).await?;
    let mut head = before.clone();
    let mut seals = Vec::with_capacity(rows.len());
    for row in rows {
        head = head.after(row);
        seals.push((row.number, head.clone()));
    }
    store.seal(vec![(partner.to_owned(), before, head)], seals).await
}
