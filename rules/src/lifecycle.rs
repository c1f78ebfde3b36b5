//! What can be done to a subscription that exists: quantity, name, suspend, reactivate, cancel
//! (domain.md §3.2, T3, T6, T7, T9), with its cascades (§3.3).
//!
//! Every function takes the account at the context's moment: what is due has happened.

use crate::permission::permitted_if;
use crate::{
    Cause, Change, Charging, Context, CustomerAccount, DeletedBecause, Event, Intent, Nickname,
    Note, Permission, Quantity, Refusal, Relationship, State, Status, Subscription, SubscriptionId,
    SuspendedBy, Suspension, SuspensionReason, Trigger, estimate,
};
use serde::{Deserialize, Serialize};

/// What a person can do with a subscription; the wire's `allowedActions`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// More or fewer licenses.
    EditQuantity,
    /// Another nickname.
    Rename,
    /// Suspend.
    Suspend,
    /// Reactivate.
    Reactivate,
    /// Cancel.
    Cancel,
    /// Convert a trial.
    Convert,
    /// Buy an add-on on it.
    #[serde(rename = "add_addon")]
    AddAddOn,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::EditQuantity,
        Self::Rename,
        Self::Suspend,
        Self::Reactivate,
        Self::Cancel,
        Self::Convert,
        Self::AddAddOn,
    ];
}

/// What a suspension is asked with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Suspend {
    /// Why; `None` is kept as not stated, unless the policy wants one.
    #[serde(default)]
    pub reason: Option<SuspensionReason>,
    /// What is written beside it.
    #[serde(default)]
    pub note: Option<Note>,
}

/// What of an action can be said before its details are known: role, standing, status.
fn may(
    context: &Context<'_>,
    account: &CustomerAccount,
    held: &Subscription,
    action: Action,
) -> Result<(), Refusal> {
    match action {
        Action::EditQuantity => {
            context.may(Permission::Buy)?;
            context.partner_in_good_standing()?;
            held.status().after(Trigger::ChangeQuantity)?;
            if held.is_trial() || held.charging == Charging::Usage {
                return Err(Refusal::SeatsNotUpdatable { fixed: held.quantity });
            }
            Ok(())
        }
        Action::Rename => {
            context.may(Permission::Rename)?;
            if held.is_held() { Ok(()) } else { Err(Refusal::SubscriptionDeleted) }
        }
        Action::Suspend => {
            held.status().after(Trigger::Suspend)?;
            suspendable(context, account, held)
        }
        Action::Cancel => {
            context.may(Permission::Cancel)?;
            held.status().after(Trigger::Cancel)?;
            suspendable(context, account, held)
        }
        Action::Reactivate => reactivatable(context, account, held),
        Action::Convert => {
            context.may(Permission::Buy)?;
            context.partner_in_good_standing()?;
            held.status().after(Trigger::Convert)?;
            let offer = context.catalogue.get(&held.offer).filter(|_| held.is_trial());
            let converts = offer.is_some_and(|offer| !offer.conversion_targets().is_empty());
            if converts { Ok(()) } else { Err(Refusal::ConversionsNotFound) }
        }
        Action::AddAddOn => {
            context.may(Permission::Buy)?;
            context.partner_in_good_standing()?;
            held.status().after(Trigger::BuyAddOn).map(drop)
        }
    }
}

/// Every action with the reason why it is not possible now, if it is not. What the screens show
/// and the wire's `allowedActions` are made of.
pub fn choices(
    context: &Context<'_>,
    account: &CustomerAccount,
    held: &Subscription,
) -> Vec<(Action, Result<(), Refusal>)> {
    let may = |action| match (action, held.status()) {
        // What is suspended or active already is not offered again, though asking is harmless.
        (Action::Suspend, Status::Suspended) | (Action::Reactivate, Status::Active) => {
            let trigger = match action {
                Action::Suspend => Trigger::Suspend,
                _ => Trigger::Reactivate,
            };
            Err(Refusal::StatusTransitionNotAllowed { status: held.status(), trigger })
        }
        (Action::Suspend, _) => suspender(context, Some(SuspensionReason::NonPayment))
            .and_then(|()| may(context, account, held, action)),
        _ => may(context, account, held, action),
    };
    Action::ALL.into_iter().map(|action| (action, may(action))).collect()
}

/// T3: another quantity.
pub fn change_quantity(
    context: &Context<'_>,
    account: &CustomerAccount,
    id: &SubscriptionId,
    to: Quantity,
) -> Result<Change, Refusal> {
    let held = account.find(id)?;
    if held.quantity == to && held.is_held() {
        context.may(Permission::Buy)?;
        return Ok(Change::default());
    }
    may(context, account, held, Action::EditQuantity)?;
    let offer = context.catalogue.get(&held.offer).ok_or(Refusal::OfferUpdatesNotAllowed)?;
    offer.quantity.check(to)?;
    let mut change = Change::default();
    if let Some(estimate) = estimate::of_quantity(context, held, to) {
        change.effects.estimates.push((id.clone(), estimate));
    }
    // Allowed below what users have, with a warning (domain.md A20).
    change.effects.assigned_above = held.assigned.filter(|assigned| *assigned > to.get());
    let from = held.quantity;
    let changed = Subscription { quantity: to, ..held.clone() };
    change.keep(changed, context.now, None, Event::QuantityChanged { from, to });
    Ok(change)
}

/// Another nickname, while the subscription is active or suspended.
pub fn rename(
    context: &Context<'_>,
    account: &CustomerAccount,
    id: &SubscriptionId,
    to: &Nickname,
) -> Result<Change, Refusal> {
    let held = account.find(id)?;
    may(context, account, held, Action::Rename)?;
    if held.nickname == *to {
        return Ok(Change::default());
    }
    let event = Event::Renamed { from: held.nickname.as_str().into(), to: to.as_str().into() };
    let mut change = Change::default();
    change.keep(Subscription { nickname: to.clone(), ..held.clone() }, context.now, None, event);
    Ok(change)
}

/// Another billing frequency: fixed under the policies built so far (domain.md §1.2).
pub fn change_cycle(context: &Context<'_>) -> Result<Change, Refusal> {
    context.may(Permission::ChangeBillingCycle)?;
    Err(Refusal::CycleFixedByPolicy)
}

/// Whether any role lets the person suspend for the reason. Billing admins may for non-payment,
/// where the policy says so.
fn suspender(context: &Context<'_>, reason: Option<SuspensionReason>) -> Result<(), Refusal> {
    let by_policy =
        context.policy.billing_admin_suspends && reason == Some(SuspensionReason::NonPayment);
    permitted_if(context.roles, Permission::Suspend, by_policy)
}

fn suspendable(
    context: &Context<'_>,
    account: &CustomerAccount,
    held: &Subscription,
) -> Result<(), Refusal> {
    if account.customer().relationship != Relationship::Reseller {
        return Err(Refusal::NoCommerceRelationship);
    }
    if held.is_trial() && !context.policy.trial_suspends {
        return Err(Refusal::TrialCannotBeSuspended);
    }
    Ok(())
}

/// T6: users are locked out, the window starts, add-ons are drawn along. A suspended subscription
/// comes back unchanged: its date never moves.
pub fn suspend(
    context: &Context<'_>,
    account: &CustomerAccount,
    id: &SubscriptionId,
    ask: &Suspend,
) -> Result<Change, Refusal> {
    suspender(context, ask.reason)?;
    let held = account.find(id)?;
    may(context, account, held, Action::Suspend)?;
    if ask.reason.is_none() && context.policy.reason_required {
        return Err(Refusal::ReasonMissing);
    }
    if held.status() == Status::Suspended {
        return Ok(told(context, account, held));
    }
    Ok(lock(context, account, held, ask, Intent::Hold))
}

/// T9: as a suspension nobody means to undo, by admin roles. On a suspended subscription only the
/// intent changes and the date stays (domain.md A1).
pub fn cancel(
    context: &Context<'_>,
    account: &CustomerAccount,
    id: &SubscriptionId,
    ask: &Suspend,
) -> Result<Change, Refusal> {
    let held = account.find(id)?;
    may(context, account, held, Action::Cancel)?;
    if held.status() == Status::Active {
        if ask.reason.is_none() && context.policy.reason_required {
            return Err(Refusal::ReasonMissing);
        }
        return Ok(lock(context, account, held, ask, Intent::Cancel));
    }
    let mut change = told(context, account, held);
    // Drawn along itself, it now stands for itself, with what is under it: reactivating the base
    // must not bring back what was cancelled (domain.md A1).
    let by = match held.suspension().map(|suspension| &suspension.cause) {
        Some(Cause::Cascade(by)) => by,
        _ => id,
    };
    let under = account.descendants_of(id).into_iter();
    let drawn_along = under.filter(|under| CustomerAccount::drawn_along_by(under, by));
    for each in std::iter::once(held).chain(drawn_along) {
        let cause = (each.id != *id).then_some(id);
        match each.suspension() {
            Some(suspension) if suspension.intent == Intent::Hold => {
                let own = cause.map_or(Cause::Own, |by| Cause::Cascade(by.clone()));
                let marked =
                    Suspension { intent: Intent::Cancel, cause: own, ..suspension.clone() };
                let marked = Subscription { state: State::Suspended(marked), ..each.clone() };
                let event = Event::IntentChanged { from: Intent::Hold, to: Intent::Cancel };
                change.keep(marked, context.now, cause, event);
                if cause.is_some() {
                    change.effects.drawn_along.push(each.id.clone());
                }
            }
            _ => {}
        }
    }
    Ok(change)
}

/// Nothing changes, but the date is told.
fn told(context: &Context<'_>, account: &CustomerAccount, held: &Subscription) -> Change {
    let mut change = Change::default();
    change.effects.expires_on = account.expires_on(held, context.policy);
    change
}

fn lock(
    context: &Context<'_>,
    account: &CustomerAccount,
    root: &Subscription,
    ask: &Suspend,
    intent: Intent,
) -> Change {
    let under = account.descendants_of(&root.id).into_iter();
    let active = under.filter(|under| under.status() == Status::Active);
    let mut change = Change::default();
    let mut after = account.clone();
    let locked = std::iter::once(root).chain(active).map(|each| {
        let own = each.id == root.id;
        let cause = if own { Cause::Own } else { Cause::Cascade(root.id.clone()) };
        let suspension = Suspension {
            at: context.now,
            reason: ask.reason.unwrap_or(SuspensionReason::NotStated),
            note: ask.note.clone(),
            intent,
            cause,
            by: SuspendedBy::Partner,
        };
        (each, Subscription { state: State::Suspended(suspension), ..each.clone() })
    });
    for (before, locked) in locked.collect::<Vec<_>>() {
        after.put(locked.clone());
        let cause = (locked.id != root.id).then_some(&root.id);
        // Suspended just now, so there is always a date.
        let Some(expires_on) = after.expires_on(&locked, context.policy) else { continue };
        if cause.is_none() {
            change.effects.expires_on = Some(expires_on);
        } else {
            change.effects.drawn_along.push(locked.id.clone());
        }
        if let Some(estimate) = estimate::of_suspending(context, before) {
            change.effects.estimates.push((locked.id.clone(), estimate));
        }
        let event = Event::Suspended {
            reason: ask.reason.unwrap_or(SuspensionReason::NotStated),
            note: ask.note.clone(),
            intent,
            expires_on,
        };
        change.keep(locked, context.now, cause, event);
    }
    change
}

fn reactivatable(
    context: &Context<'_>,
    account: &CustomerAccount,
    held: &Subscription,
) -> Result<(), Refusal> {
    let reason = held.suspension().map(|suspension| suspension.reason);
    suspender(context, reason)?;
    if let State::Deleted(deleted) = &held.state {
        let last_day = deleted.at.date_naive().pred_opt().unwrap_or_default();
        return Err(match deleted.because {
            DeletedBecause::WindowEnded => {
                Refusal::WindowClosed { because: deleted.because, last_day }
            }
            DeletedBecause::TermEnded
            | DeletedBecause::TrialEnded
            | DeletedBecause::ParentDeleted => Refusal::SubscriptionDeleted,
        });
    }
    held.status().after(Trigger::Reactivate)?;
    if held.status() == Status::Active {
        return Ok(());
    }
    if held.suspension().is_some_and(|suspension| suspension.by == SuspendedBy::Vendor) {
        return Err(Refusal::SuspendedByVendor);
    }
    if let Some(until) = account.expires_on(held, context.policy)
        && until.ends_at() <= context.now
    {
        let because = DeletedBecause::WindowEnded;
        return Err(Refusal::WindowClosed { because, last_day: until.0 });
    }
    if account.customer().relationship != Relationship::Reseller {
        return Err(Refusal::NoCommerceRelationship);
    }
    context.partner_in_good_standing()?;
    if account.parent_of(held).is_some_and(|parent| parent.status() != Status::Active) {
        return Err(Refusal::ParentNotActive);
    }
    // The window outlives a term that does not renew, but there is no term to come back to.
    let ended = |last| last < context.today() && !held.term.auto_renews();
    match held.term.last_day() {
        Some(last_day) if ended(last_day) => {
            Err(Refusal::WindowClosed { because: DeletedBecause::TermEnded, last_day })
        }
        _ => Ok(()),
    }
}

/// T7: back as it was, quantity and renewal date included, with exactly those add-ons that were
/// drawn along (domain.md §3.3).
pub fn reactivate(
    context: &Context<'_>,
    account: &CustomerAccount,
    id: &SubscriptionId,
) -> Result<Change, Refusal> {
    let held = account.find(id)?;
    may(context, account, held, Action::Reactivate)?;
    if held.status() == Status::Active {
        return Ok(Change::default());
    }
    let under = account.descendants_of(id).into_iter();
    let drawn_along = under.filter(|under| CustomerAccount::drawn_along_by(under, id));
    let mut change = Change::default();
    for each in std::iter::once(held).chain(drawn_along) {
        let Some(would_have_expired_on) = account.expires_on(each, context.policy) else {
            continue;
        };
        let cause = (each.id != *id).then_some(id);
        let mut active = Subscription { state: State::Active, ..each.clone() };
        // No renewal ran while it was suspended; the term goes on from the old renewal date (A9).
        while active.term.auto_renews()
            && active.term.last_day().is_some_and(|last| last < context.today())
        {
            let next = active.term.renewed();
            if next == active.term {
                break;
            }
            active.term = next;
        }
        if let Some(estimate) = estimate::of_reactivating(context, &active) {
            change.effects.estimates.push((each.id.clone(), estimate));
        }
        if cause.is_some() {
            change.effects.drawn_along.push(each.id.clone());
        }
        change.keep(active, context.now, cause, Event::Reactivated { would_have_expired_on });
    }
    Ok(change)
}
