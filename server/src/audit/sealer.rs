//! Chains what was written, in sequence, a moment later.

use super::Seal;
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

/// Seals everything that is not sealed yet, and tells whose chain has grown.
pub(crate) async fn all(store: &AppStore, grown: impl Fn(&str)) -> Result<()> {
    loop {
        let rows = store.unsealed(BATCH).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let mut heads: BTreeMap<String, (Seal, Seal)> = BTreeMap::new();
        let mut seals = Vec::with_capacity(rows.len());
        for row in &rows {
            if !heads.contains_key(&row.partner) {
                let head = store.head(&row.partner).await?;
                heads.insert(row.partner.clone(), (head.clone(), head));
            }
            if let Some((_, head)) = heads.get_mut(&row.partner) {
                *head = head.after(row);
                seals.push((row.number, head.clone()));
            }
        }
        let partners: Vec<String> = heads.keys().cloned().collect();
        // Another server may be at it: then its chain stands, and ours begins from there.
        let heads = heads.into_iter().map(|(partner, (before, now))| (partner, before, now));
        match store.seal(heads.collect(), seals).await {
            Ok(()) => partners.iter().for_each(|partner| grown(partner)),
            Err(StoreError::Stale) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}
