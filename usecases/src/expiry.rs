//! Writing down what time has brought: windows and trials that ended (T8, T11), terms that renewed
//! (T10). The date decides, not this job: it only keeps the result with its log lines (W15).

use crate::decide::entries;
use crate::log::Actor;
use crate::{Caller, Commit, Failure, Kept, Store, StoreError};
use subscription_rules::{CustomerAccount, account_at};

/// What a run wrote down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DueRun {
    /// Accounts that were written.
    pub accounts: usize,
    /// Things that time had brought to them.
    pub facts: usize,
    /// Accounts that cannot be read. They stay as they are, and the others do not wait for them.
    pub damaged: usize,
}

/// Writes down what time has brought by the caller's moment to at most so many customers, the
/// longest overdue first. Call it again until it has nothing left to write.
pub async fn run_due<S: Store>(
    store: &S,
    caller: &Caller,
    mut most: usize,
) -> Result<DueRun, Failure> {
    let (partner, policy) = (&caller.partner.id, &caller.policy);
    let mut run = DueRun::default();
    loop {
        let due = store.due(partner, caller.now, policy, most).await?;
        run.damaged = 0;
        for customer in &due {
            match store.account(partner, customer).await {
                Ok(Some(kept)) => write_down(store, caller, kept, &mut run).await?,
                // Its keys are there, but what they lead to is not, or cannot be read.
                Ok(None) | Err(StoreError::Damaged(_)) => run.damaged += 1,
                Err(error) => return Err(error.into()),
            }
        }
        // Those stay the longest overdue: whoever is due after them must be asked for as well.
        if run.damaged < most {
            return Ok(run);
        }
        most *= 2;
    }
}

async fn write_down<S: Store>(
    store: &S,
    caller: &Caller,
    kept: Kept<CustomerAccount>,
    run: &mut DueRun,
) -> Result<(), Failure> {
    let (account, brought) = account_at(&kept.value, caller.now, &caller.policy);
    if brought.is_empty() {
        return Ok(());
    }
    run.facts += brought.len();
    let entries = entries(&Actor::System, None, &account, brought);
    let commit = Commit {
        partner: caller.partner.id.clone(),
        revision: Some(kept.revision),
        account,
        orders: Vec::new(),
        entries,
        recorded: None,
        policy: caller.policy,
    };
    match store.commit(commit).await {
        Ok(_) => run.accounts += 1,
        // Somebody else wrote it: their commit began with what was due as well.
        Err(StoreError::Stale) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
