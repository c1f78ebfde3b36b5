//! A trial becomes a paid subscription (domain.md §1.3, T5). By hand only, never by itself.

use crate::availability::{Asked, availability_of};
use crate::term::PaidCycle;
use crate::{
    BillingCycle, Change, Context, CustomerAccount, Event, Nickname, OfferId, Permission, Quantity,
    Refusal, Status, Subscription, SubscriptionId, Term, Trigger, estimate,
};
use serde::{Deserialize, Serialize};

/// What a trial is to become.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Conversion {
    /// The paid offer.
    pub target: OfferId,
    /// Licenses; as many as the trial has where nothing is said.
    pub quantity: Option<Quantity>,
    /// Monthly or annual.
    pub cycle: BillingCycle,
}

/// Converts an active trial: same subscription, new offer, paid from now. Its add-ons become paid
/// with it, if they can hang under the new offer.
pub fn convert(
    context: &Context<'_>,
    account: &CustomerAccount,
    id: &SubscriptionId,
    to: &Conversion,
) -> Result<Change, Refusal> {
    context.may(Permission::Buy)?;
    let trial = account.find(id)?;
    context.partner_in_good_standing()?;
    trial.status().after(Trigger::Convert)?;
    let from = context.catalogue.get(&trial.offer).filter(|_| trial.is_trial());
    let targets = from.map_or(&[][..], |offer| offer.conversion_targets());
    if !targets.contains(&to.target) {
        return Err(Refusal::ConversionsNotFound);
    }
    let target = context.catalogue.get(&to.target).ok_or(Refusal::ConversionsNotFound)?;
    let asked = Asked::Conversion(id, to.cycle);
    let reasons = availability_of(context, account, target, asked).reasons;
    if let Some(reason) = reasons.into_iter().next() {
        return Err(reason);
    }
    let quantity = to.quantity.unwrap_or(trial.quantity);
    target.quantity.check(quantity)?;
    let cycle =
        PaidCycle::of(to.cycle).ok_or(Refusal::CycleNotSupportedByOffer { asked: to.cycle })?;

    let day = context.today();
    let term = Term::paid(day, cycle, context.partner.billing_day, target.auto_renews);
    let named_after_offer = trial.nickname.as_str() == &*trial.offer_name;
    let nickname =
        if named_after_offer { Nickname::of_offer(&target.name)? } else { trial.nickname.clone() };
    let paid = Subscription {
        offer: target.id.clone(),
        offer_name: target.name.clone(),
        converted_from: Some(trial.offer.clone()),
        nickname,
        quantity,
        opened_on: day,
        term: term.clone(),
        ..trial.clone()
    };
    let mut change = Change::default();
    if let Some(estimate) = estimate::of_buying(context, &paid) {
        change.effects.estimates.push((id.clone(), estimate));
    }
    let event = Event::Converted {
        from: trial.offer.clone(),
        to: target.id.clone(),
        quantity,
        cycle: to.cycle,
    };
    change.keep(paid, context.now, None, event);
    draw_along(context, account, id, to, &term, &mut change)?;
    Ok(change)
}

fn draw_along(
    context: &Context<'_>,
    account: &CustomerAccount,
    id: &SubscriptionId,
    to: &Conversion,
    term: &Term,
    change: &mut Change,
) -> Result<(), Refusal> {
    for under in account.descendants_of(id).into_iter().filter(|under| under.is_held()) {
        let offer = context.catalogue.get(&under.offer);
        let fits = under.parent.as_ref() != Some(id)
            || offer.is_some_and(|offer| offer.prerequisites().contains(&to.target));
        if !fits {
            return Err(Refusal::AddonNotForParent { add_on: under.offer.clone() });
        }
        let renews = offer.is_none_or(|offer| offer.auto_renews);
        let day = context.today();
        let paid =
            Subscription { opened_on: day, term: term.aligned(day, renews), ..under.clone() };
        change.effects.drawn_along.push(paid.id.clone());
        if paid.status() == Status::Active
            && let Some(estimate) = estimate::of_buying(context, &paid)
        {
            change.effects.estimates.push((paid.id.clone(), estimate));
        }
        let event = Event::Converted {
            from: paid.offer.clone(),
            to: paid.offer.clone(),
            quantity: paid.quantity,
            cycle: to.cycle,
        };
        change.keep(paid, context.now, Some(id), event);
    }
    Ok(())
}
