//! Several things to one subscription at once (domain.md §2.5).

use crate::{
    Change, Context, CustomerAccount, Intent, Nickname, Quantity, Refusal, Status, SubscriptionId,
    Suspend, Trigger, cancel, change_quantity, reactivate, rename, suspend,
};

/// What is to be different of a subscription, all at once. `None` leaves a thing alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edit {
    /// Another number of licenses.
    pub quantity: Option<Quantity>,
    /// Another nickname.
    pub nickname: Option<Nickname>,
    /// Another status.
    pub status: Option<ToStatus>,
}

/// A status as an edit asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToStatus {
    /// Reactivate what is suspended.
    Active,
    /// Suspend what is active (T6); as a cancellation (T9) with [`Intent::Cancel`]. What is
    /// suspended stays so with its date; only a cancellation changes it then (domain.md A1).
    Suspended(Intent, Suspend),
    /// What no policy built so far lets a partner do by hand (domain.md §2.5).
    Deleted,
}

/// Does several things to one subscription, all or none, as the vendor's PATCH does
/// (domain.md §2.5). A quantity together with a suspension is refused.
pub fn edit(
    context: &Context<'_>,
    account: &CustomerAccount,
    id: &SubscriptionId,
    to: &Edit,
) -> Result<Change, Refusal> {
    let held = account.find(id)?;
    let mut after = account.clone();
    let mut all = Change::default();
    let mut take = |after: &mut CustomerAccount, change: Change| {
        *after = after.with(&change);
        all.join(change);
    };
    if let Some(nickname) = to.nickname.as_ref().filter(|nickname| **nickname != held.nickname) {
        let change = rename(context, &after, id, nickname)?;
        take(&mut after, change);
    }
    if let Some(quantity) = to.quantity.filter(|quantity| *quantity != held.quantity) {
        let leaves_active = matches!(to.status, Some(ToStatus::Suspended(..)));
        if leaves_active && held.status() == Status::Active {
            return Err(Refusal::QuantityLockedWhileSuspended);
        }
        let change = change_quantity(context, &after, id, quantity)?;
        take(&mut after, change);
    }
    let change = match (&to.status, held.status()) {
        (None, _)
        | (Some(ToStatus::Active), Status::Active)
        | (Some(ToStatus::Suspended(Intent::Hold, _)), Status::Suspended)
        | (Some(ToStatus::Deleted), Status::Deleted) => return Ok(all),
        (Some(ToStatus::Active), _) => reactivate(context, &after, id)?,
        (Some(ToStatus::Suspended(Intent::Hold, why)), _) => suspend(context, &after, id, why)?,
        (Some(ToStatus::Suspended(Intent::Cancel, why)), status) => {
            let intent = held.suspension().map(|suspension| suspension.intent);
            if status == Status::Suspended && intent == Some(Intent::Cancel) {
                return Ok(all);
            }
            cancel(context, &after, id, why)?
        }
        (Some(ToStatus::Deleted), status) => {
            let trigger = Trigger::WindowEnds;
            return Err(Refusal::StatusTransitionNotAllowed { status, trigger });
        }
    };
    take(&mut after, change);
    Ok(all)
}
