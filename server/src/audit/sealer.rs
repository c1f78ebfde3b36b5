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
        match seal(store, &chains).await {
            Ok(()) => chains.keys().for_each(|partner| grown(partner)),
            // Another server is at it: then its chains stand, and ours begin from there.
            Err(StoreError::Stale) => return why,
            Err(_) => {
                // Not if it is the database that takes nothing.
                store.reachable().await?;
                for chain in &chains {
                    let partner = chain.0;
                    match seal(store, [chain]).await {
                        Ok(()) => grown(partner),
                        Err(error) => {
                            tracing::error!(partner, %error, "could not seal the log of a partner");
                            stuck.push(partner.clone());
                            why = Err(error);
                        }
                    }
                }
            }
        }
    }
}

/// Seals these lines, which come after all that are sealed of their partners: all or none.
async fn seal<'a>(
    store: &AppStore,
    chains: impl IntoIterator<Item = (&'a String, &'a Vec<Row>)>,
) -> Result<()> {
    let (mut heads, mut seals) = (Vec::new(), Vec::new());
    for (partner, rows) in chains {
        let before = store.head(partner).await?;
        let mut head = before.clone();
        for row in rows {
            head = head.after(row);
            seals.push((row.number, head.clone()));
        }
        heads.push((partner.clone(), before, head));
    }
    store.seal(heads, seals).await
}
