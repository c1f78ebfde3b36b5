//! What time brings: windows, trials and terms that end, terms that renew (T8, T10, T11).
//!
//! What is due has happened. Each read and each decision starts from the account as it stands at
//! its moment, so the date decides, not a job (W15, design.md §3).

use crate::{
    CustomerAccount, Deleted, DeletedBecause, Event, Fact, Policy, State, Status, Subscription,
    SubscriptionId, Term, Trigger,
};
use chrono::{DateTime, Utc};

/// Something that time brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The instant from which it has happened.
    pub at: DateTime<Utc>,
    /// To which subscription.
    pub subscription: SubscriptionId,
    /// What.
    pub trigger: Trigger,
}

fn due_of(
    account: &CustomerAccount,
    held: &Subscription,
    policy: &Policy,
) -> Option<(DateTime<Utc>, Trigger)> {
    match held.status() {
        Status::Active if held.term.auto_renews() => {
            (!held.term.is_last()).then_some((held.term.ends_at()?, Trigger::Renew))
        }
        Status::Active => Some((held.term.ends_at()?, Trigger::TermEnds)),
        // No renewal while suspended: the window alone decides (domain.md A9).
        Status::Suspended => {
            Some((account.expires_on(held, policy)?.ends_at(), Trigger::WindowEnds))
        }
        Status::Deleted => None,
    }
}

/// The next thing that time brings to the account. At one instant a subscription comes before the
/// add-ons under it.
pub fn next_due(account: &CustomerAccount, policy: &Policy) -> Option<Due> {
    // Most have nothing above them, and then nothing is looked up.
    let depth = |held: &Subscription| {
        let mut depth = 0_usize;
        let mut above = account.parent_of(held);
        while let Some(held) = above {
            depth += 1;
            above = account.parent_of(held);
        }
        depth
    };
    let dues = account.subscriptions().filter_map(|held| {
        let (at, trigger) = due_of(account, held, policy)?;
        Some(((at, depth(held)), held, trigger))
    });
    let ((at, _), held, trigger) = dues.min_by(|(one, ..), (two, ..)| one.cmp(two))?;
    Some(Due { at, subscription: held.id.clone(), trigger })
}

/// The account as it stands at a moment, with what time has brought since it was kept, oldest
/// first. A subscription that renews for years renews year by year.
pub fn account_at(
    account: &CustomerAccount,
    now: DateTime<Utc>,
    policy: &Policy,
) -> (CustomerAccount, Vec<Fact>) {
    let mut after = account.clone();
    let mut facts = Vec::new();
    while let Some(due) = next_due(&after, policy).filter(|due| due.at <= now) {
        let Some(held) = after.get(&due.subscription).cloned() else { break };
        if due.trigger == Trigger::Renew {
            renew(&mut after, &mut facts, held, due.at);
        } else {
            delete(&mut after, &mut facts, &held, &due);
        }
    }
    (after, facts)
}

fn renew(
    after: &mut CustomerAccount,
    facts: &mut Vec<Fact>,
    mut held: Subscription,
    at: DateTime<Utc>,
) {
    let next = held.term.renewed();
    if let (Some(from), Some(to)) = (held.term.ends_on(), next.ends_on()) {
        let subscription = Some(held.id.clone());
        facts.push(Fact { at, subscription, cause: None, event: Event::Renewed { from, to } });
    }
    held.term = next;
    held.revision = held.revision.saturating_add(1);
    after.put(held);
}

fn delete(after: &mut CustomerAccount, facts: &mut Vec<Fact>, held: &Subscription, due: &Due) {
    let because = match (due.trigger, &held.term) {
        (Trigger::WindowEnds, _) => DeletedBecause::WindowEnded,
        (_, Term::Trial { .. }) => DeletedBecause::TrialEnded,
        _ => DeletedBecause::TermEnded,
    };
    let descendants = after.descendants_of(&held.id).into_iter();
    let drawn_along: Vec<_> = descendants.filter(|under| under.is_held()).cloned().collect();
    let under = drawn_along
        .into_iter()
        .map(|under| (under, DeletedBecause::ParentDeleted, Some(held.id.clone())));
    let all = std::iter::once((held.clone(), because, None)).chain(under);
    for (mut gone, because, cause) in all {
        let event = Event::Deleted { from: gone.status(), because };
        facts.push(Fact { at: due.at, subscription: Some(gone.id.clone()), cause, event });
        gone.state = State::Deleted(Deleted { at: due.at, because });
        gone.revision = gone.revision.saturating_add(1);
        after.put(gone);
    }
}
