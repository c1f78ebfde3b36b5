//! Buying: the lines of an order, the orders they make, and the subscriptions that result
//! (domain.md S10, S15, S16, §2.4, T1, T2, T4).

use crate::availability::{Asked, availability_of};
use crate::term::PaidCycle;
use crate::{
    BillingCycle, Change, Charging, Context, CustomerAccount, Event, Nickname, Offer, OfferId,
    OfferKind, OrderId, OwnershipLimit, Permission, Quantity, QuantityRange, Refusal, SalesGroup,
    State, Subscription, SubscriptionId, Term, estimate,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is asked for in one line: an offer and how many licenses of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// The offer.
    pub offer: OfferId,
    /// Licenses.
    pub quantity: Quantity,
    /// The partner's own name for the subscription; without one, the offer's.
    #[serde(default)]
    pub nickname: Option<Nickname>,
}

/// A line of a placed order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderLine {
    /// The offer bought.
    pub offer: OfferId,
    /// Licenses.
    pub quantity: Quantity,
    /// The subscription it made.
    pub subscription: SubscriptionId,
}

/// A placed order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// The order.
    pub id: OrderId,
    /// One for all its lines.
    pub cycle: BillingCycle,
    /// When it was placed.
    pub created_at: DateTime<Utc>,
    /// What it bought.
    pub lines: Vec<OrderLine>,
}

/// Identifiers for what an order makes. They come in with the caller: nothing is random here.
#[derive(Debug, Clone)]
pub struct NewIds {
    /// For the order.
    pub order: OrderId,
    /// One for each line.
    pub subscriptions: Vec<SubscriptionId>,
}

/// Lines that can share an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What they have in common.
    pub group: SalesGroup,
    /// Their places among the lines asked for.
    pub lines: Vec<usize>,
}

/// The orders that lines become: one for each sales group, so each trial has its own
/// (domain.md §2.4). Groups come in the order of their first line.
pub fn split(context: &Context<'_>, lines: &[Line]) -> Result<Vec<Part>, Refusal> {
    let mut parts: Vec<Part> = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let group = &known(context, &line.offer)?.sales_group;
        match parts.iter_mut().find(|part| part.group == *group) {
            Some(part) => part.lines.push(place),
            None => parts.push(Part { group: group.clone(), lines: vec![place] }),
        }
    }
    Ok(parts)
}

fn known<'a>(context: &Context<'a>, offer: &OfferId) -> Result<&'a Offer, Refusal> {
    context.catalogue.get(offer).ok_or_else(|| Refusal::InvalidOfferId { offer: offer.clone() })
}

/// The quantities of an offer that may be asked for.
pub fn sellable(offer: &Offer) -> Result<QuantityRange, Refusal> {
    match offer.charging {
        Charging::License => Ok(offer.quantity),
        Charging::Usage => QuantityRange::new(Quantity::ONE, Quantity::ONE),
    }
}

/// Why a line cannot be ordered. `before` is how many earlier lines ask for the same offer.
fn line_problem(
    context: &Context<'_>,
    account: &CustomerAccount,
    asked: Asked<'_>,
    line: &Line,
    before: u16,
) -> Result<(), Refusal> {
    let offer = known(context, &line.offer)?;
    let available = availability_of(context, account, offer, asked);
    if let Some(reason) = available.reasons.into_iter().next() {
        return Err(reason);
    }
    if available.remaining.is_some_and(|remaining| remaining <= before) {
        let (OwnershipLimit::Concurrent(most) | OwnershipLimit::Lifetime(most)) = offer.limit
        else {
            return Ok(());
        };
        let held = account.held_of(&offer.id).map(|held| held.id.clone()).collect::<Vec<_>>();
        if matches!(offer.limit, OwnershipLimit::Lifetime(_)) {
            return Err(Refusal::TrialAlreadyHad { limit: most.get(), subscriptions: held });
        }
        return Err(Refusal::OfferUseLimitExceeded {
            limit: most.get(),
            held: u16::try_from(held.len()).unwrap_or(u16::MAX).saturating_add(before),
            subscriptions: held,
        });
    }
    sellable(offer)?.check(line.quantity).map(drop)
}

/// Every line that cannot be ordered at a frequency, with its first reason. Earlier lines of the
/// same offer count for its limit.
pub fn line_problems(
    context: &Context<'_>,
    account: &CustomerAccount,
    cycle: BillingCycle,
    lines: &[Line],
) -> Vec<(usize, Refusal)> {
    let mut before: BTreeMap<&OfferId, u16> = BTreeMap::new();
    let mut problems = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let earlier = before.entry(&line.offer).or_default();
        if let Err(why) = line_problem(context, account, Asked::Catalogue(cycle), line, *earlier) {
            problems.push((place, why));
        }
        *earlier = earlier.saturating_add(1);
    }
    problems
}

/// Places one order: all its lines or none (T1, T2).
pub fn place(
    context: &Context<'_>,
    account: &CustomerAccount,
    cycle: BillingCycle,
    lines: &[Line],
    ids: NewIds,
) -> Result<Change, Refusal> {
    context.may(Permission::Buy)?;
    if lines.is_empty() {
        return Err(Refusal::OrderEmpty);
    }
    let parts = split(context, lines)?;
    if parts.len() > 1 {
        let groups = parts.into_iter().map(|part| part.group).collect();
        return Err(Refusal::OrderNeedsSplit { groups });
    }
    if let Some((_, why)) = line_problems(context, account, cycle, lines).into_iter().next() {
        return Err(why);
    }
    one_new_id_each(account, &ids, lines.len())?;
    let mut change = Change::default();
    let mut order = Order { id: ids.order, cycle, created_at: context.now, lines: Vec::new() };
    for (line, id) in lines.iter().zip(ids.subscriptions) {
        let offer = known(context, &line.offer)?;
        let term = first_term(context, offer, cycle)?;
        let bought = bought(context, offer, line, id, &order.id, term, None)?;
        if let Some(estimate) = estimate::of_buying(context, &bought) {
            change.effects.estimates.push((bought.id.clone(), estimate));
        }
        record(&mut change, &mut order, bought, context.now);
    }
    change.orders.push(order);
    Ok(change)
}

/// Buys an add-on on an active subscription (T4): same frequency, same end.
pub fn buy_add_on(
    context: &Context<'_>,
    account: &CustomerAccount,
    parent: &SubscriptionId,
    line: &Line,
    ids: NewIds,
) -> Result<Change, Refusal> {
    context.may(Permission::Buy)?;
    let base = account.find(parent)?;
    line_problem(context, account, Asked::AddOn(parent), line, 0)?;
    let offer = known(context, &line.offer)?;
    one_new_id_each(account, &ids, 1)?;
    let [id] = <[_; 1]>::try_from(ids.subscriptions).map_err(|_| Refusal::OrderEmpty)?;
    let term = base.term.aligned(context.today(), offer.auto_renews);
    let bought = bought(context, offer, line, id, &ids.order, term, Some(base.id.clone()))?;
    let mut change = Change::default();
    if let Some(estimate) = estimate::of_adding(context, &bought) {
        change.effects.estimates.push((bought.id.clone(), estimate));
    }
    let (cycle, created_at) = (bought.cycle(), context.now);
    let mut order = Order { id: ids.order, cycle, created_at, lines: Vec::new() };
    record(&mut change, &mut order, bought, context.now);
    change.orders.push(order);
    Ok(change)
}

/// A line without an identifier would be dropped, and one that is taken would replace a row.
fn one_new_id_each(account: &CustomerAccount, ids: &NewIds, lines: usize) -> Result<(), Refusal> {
    let ids = &ids.subscriptions;
    let new = |(place, id)| account.get(id).is_none() && !ids.iter().take(place).any(|it| it == id);
    if ids.len() == lines && ids.iter().enumerate().all(new) {
        Ok(())
    } else {
        Err(Refusal::invalid("subscriptions", "one new identifier for each line"))
    }
}

fn first_term(context: &Context<'_>, offer: &Offer, cycle: BillingCycle) -> Result<Term, Refusal> {
    let today = context.today();
    let unsupported = || Refusal::CycleNotSupportedByOffer { asked: cycle };
    match (&offer.kind, offer.charging) {
        (OfferKind::Trial { days, .. }, _) => Ok(Term::trial(today, *days)),
        (_, Charging::Usage) => Ok(Term::Open),
        (_, Charging::License) => {
            let paid = PaidCycle::of(cycle).ok_or_else(unsupported)?;
            Ok(Term::paid(today, paid, context.partner.billing_day, offer.auto_renews))
        }
    }
}

fn bought(
    context: &Context<'_>,
    offer: &Offer,
    line: &Line,
    id: SubscriptionId,
    order: &OrderId,
    term: Term,
    parent: Option<SubscriptionId>,
) -> Result<Subscription, Refusal> {
    let nickname = match &line.nickname {
        Some(nickname) => nickname.clone(),
        None => Nickname::of_offer(&offer.name)?,
    };
    Ok(Subscription {
        id,
        order: order.clone(),
        offer: offer.id.clone(),
        offer_name: offer.name.clone(),
        converted_from: None,
        parent,
        nickname,
        quantity: line.quantity,
        assigned: None,
        charging: offer.charging,
        created_at: context.now,
        opened_on: context.today(),
        term,
        state: State::Active,
        revision: 0,
    })
}

fn record(change: &mut Change, order: &mut Order, bought: Subscription, at: DateTime<Utc>) {
    order.lines.push(OrderLine {
        offer: bought.offer.clone(),
        quantity: bought.quantity,
        subscription: bought.id.clone(),
    });
    let event = Event::Created {
        offer: bought.offer.clone(),
        quantity: bought.quantity,
        cycle: bought.cycle(),
        order: order.id.clone(),
    };
    change.keep(bought, at, None, event);
}
