//! The job that writes down what time has brought: windows, trials and terms that ended, terms
//! that renewed. The date decides, not the job (W15); a stop is caught up with.

use crate::desk::Desk;
use crate::sign_in::partner;
use std::time::Duration;
use subscription_rules::Roles;
use subscription_usecases::{Failure, run_due};

/// How often it looks. Nothing waits for it: every read and decision applies what is due.
const EVERY: Duration = Duration::from_mins(1);

/// Customers written in one go.
const BATCH: usize = 100;

/// Looks again and again, until the service stops.
pub(crate) async fn forever(desk: Desk) {
    let mut tick = tokio::time::interval(EVERY);
    loop {
        tick.tick().await;
        match once(&desk).await {
            Ok(0) => {}
            Ok(facts) => tracing::info!(facts, "wrote down what time has brought"),
            Err(error) => tracing::error!(%error, "could not write down what time has brought"),
        }
    }
}

/// Writes down what is due for every partner, in small batches.
async fn once(desk: &Desk) -> Result<usize, Failure> {
    let mut facts = 0;
    for id in desk.store.partners().await? {
        let Some(partner) = partner(id.as_str()) else { continue };
        let caller = desk.caller("system".into(), Roles::default(), partner);
        loop {
            let run = run_due(&desk.store, &caller, BATCH).await?;
            facts += run.facts;
            if run.accounts == 0 {
                break;
            }
        }
    }
    Ok(facts)
}
