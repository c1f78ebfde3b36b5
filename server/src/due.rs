//! The job that writes down what time has brought: windows, trials and terms that ended, terms
//! that renewed. The date decides, not the job (W15); a stop is caught up with.

use crate::desk::Desk;
use chrono::TimeDelta;
use std::time::Duration;
use subscription_rules::Roles;
use subscription_usecases::{Failure, REMEMBERED, StoreError, run_due};

/// How often it looks. Nothing waits for it: every read and decision applies what is due.
const EVERY: Duration = Duration::from_mins(1);

/// Customers written in one go.
const BATCH: usize = 100;

/// How long the job is one server's, unless that one takes it again: when it dies, another goes on.
const LEASE: TimeDelta = TimeDelta::minutes(3);

/// Looks again and again, until the service stops.
pub(crate) async fn forever(desk: Desk) {
    let holder = uuid::Uuid::new_v4().to_string();
    let mut tick = tokio::time::interval(EVERY);
    loop {
        tick.tick().await;
        desk.guests.forget_idle();
        if let Some(limit) = &desk.limit {
            limit.forget_idle();
        }
        match once(&desk, &holder).await {
            Ok(0) => {}
            Ok(facts) => tracing::info!(facts, "wrote down what time has brought"),
            Err(error) => tracing::error!(%error, "could not write down what time has brought"),
        }
    }
}

/// Whether this server does the job for now; several on one database take turns by a lease.
async fn is_ours(desk: &Desk, holder: &str) -> Result<bool, Failure> {
    let now = desk.now();
    Ok(desk.store.lease("due", holder, now, now + LEASE).await?)
}

/// Writes down what is due for every partner, in small batches.
async fn once(desk: &Desk, holder: &str) -> Result<usize, Failure> {
    let mut facts = 0;
    if !is_ours(desk, holder).await? {
        return Ok(facts);
    }
    desk.store.sweep(desk.now() - REMEMBERED).await?;
    for id in desk.store.partners().await? {
        let Some(partner) = desk.partner(id.as_str()) else { continue };
        let caller = desk.caller("system".into(), Roles::default(), partner);
        loop {
            let run = match run_due(&desk.store, &caller, BATCH).await {
                Ok(run) => run,
                Err(error @ Failure::Store(StoreError::Unavailable(_))) => return Err(error),
                // The other partners do not wait for this one.
                Err(error) => {
                    let partner = id.as_str();
                    tracing::error!(partner, %error, "could not write down what time has brought");
                    break;
                }
            };
            facts += run.facts;
            if run.accounts == 0 {
                if run.damaged > 0 {
                    let (partner, damaged) = (id.as_str(), run.damaged);
                    tracing::error!(
                        partner,
                        damaged,
                        "accounts cannot be read: `check` names them"
                    );
                }
                break;
            }
            if !is_ours(desk, holder).await? {
                return Ok(facts);
            }
        }
    }
    Ok(facts)
}
