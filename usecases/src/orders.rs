//! Buying: one submit may become several orders, and each is reported for itself
//! (domain.md §2.4, §8 item 11).

use crate::decide::{REMEMBERED, Write, asked_line, decide, folded};
use crate::{Ask, Caller, Done, Failure, RequestId, Store};
use serde::{Deserialize, Serialize};
use subscription_rules::{
    Asked, Availability, BillingCycle, Charging, Context, CustomerAccount, CustomerId, Line,
    OfferId, Order, OrderId, Part, Permission, Quantity, Refusal, availability, line_problems,
    place as placing, split,
};

/// What became of one of the orders that a submit was split into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Placed {
    /// The lines it holds, as places among those submitted.
    pub lines: Vec<usize>,
    /// The order, or why there is none.
    pub outcome: Result<Done, Failure>,
}

/// The orders that lines will become.
pub fn parts(caller: &Caller, lines: &[Line]) -> Result<Vec<Part>, Refusal> {
    split(&caller.context(), lines)
}

/// The offers a catalogue shows to one customer at a frequency: trials only under "Trial offer",
/// add-ons never, another cloud's or country's never, another customer type's only when asked for.
/// What cannot be bought stays, with its reasons.
pub fn catalogue<'a>(
    context: &'a Context<'a>,
    account: &CustomerAccount,
    cycle: BillingCycle,
    other_types: bool,
) -> Vec<Availability<'a>> {
    let mut offers = availability(context, account, Asked::Catalogue(cycle));
    offers.retain(|each| {
        let elsewhere = |why: &Refusal| {
            matches!(why, Refusal::WrongCloud { .. } | Refusal::OfferNotInCountry { .. })
        };
        let other_type = |why: &Refusal| matches!(why, Refusal::WrongSegment { .. });
        !each.offer.is_add_on()
            && each.offer.is_trial() == (cycle == BillingCycle::None)
            && !each.reasons.iter().any(elsewhere)
            && (other_types || !each.reasons.iter().any(other_type))
    });
    offers
}

/// Reads what was typed beside ticked offers. A line is what can be ordered, or why not; usage is
/// not asked for a quantity.
pub fn read_lines(
    caller: &Caller,
    account: &CustomerAccount,
    cycle: BillingCycle,
    typed: &[(OfferId, String)],
) -> Vec<Result<Line, Refusal>> {
    let context = caller.context();
    let read = |(offer, text): &(OfferId, String)| {
        let known = context.catalogue.get(offer);
        let usage = known.is_some_and(|offer| offer.charging == Charging::Usage);
        let quantity = if usage { Ok(Quantity::ONE) } else { Quantity::parse(text) };
        quantity.map(|quantity| Line { offer: offer.clone(), quantity, nickname: None })
    };
    let mut lines: Vec<Result<Line, Refusal>> = typed.iter().map(read).collect();
    // A line that cannot be read still takes its place when the others are looked at.
    let standing: Vec<Line> = typed
        .iter()
        .zip(&lines)
        .map(|((offer, _), line)| match line {
            Ok(line) => line.clone(),
            Err(_) => Line { offer: offer.clone(), quantity: Quantity::ONE, nickname: None },
        })
        .collect();
    for (place, why) in line_problems(&context, account, cycle, &standing) {
        if let Some(line) = lines.get_mut(place).filter(|line| line.is_ok()) {
            *line = Err(why);
        }
    }
    lines
}

/// Places one order: all its lines or none.
pub async fn place_one<S: Store>(
    store: &S,
    caller: &Caller,
    customer: &CustomerId,
    cycle: BillingCycle,
    lines: &[Line],
    ask: &Ask,
) -> Result<Done, Failure> {
    let ids = ask.request.order_ids(lines.len()).map_err(|_| Refusal::OrderEmpty)?;
    let asked_lines: Vec<String> = lines.iter().map(asked_line).collect();
    let asked = format!("{} order {cycle:?} {}", folded(customer), asked_lines.join(", "));
    let write = Write { customer, subscription: None, asked, still: None };
    decide(store, caller, ask, &write, &|context, account| {
        placing(context, account, cycle, lines, ids.clone())
    })
    .await
}

/// The request's names for the orders that a submit becomes: its own if it is one order, otherwise
/// a name for each. So an order that is asked for alone, under the name that it had in a submit, is
/// the same one.
pub fn names(request: &RequestId, orders: usize) -> Vec<RequestId> {
    match orders {
        1 => vec![request.clone()],
        _ => (0..orders).map(|place| request.part(place)).collect(),
    }
}

/// Places what was submitted: splits it into orders and places each under its own request ID, so
/// that a repetition places none twice. One that is refused does not stop the others.
pub async fn place<S: Store>(
    store: &S,
    caller: &Caller,
    customer: &CustomerId,
    cycle: BillingCycle,
    lines: &[Line],
    ask: &Ask,
) -> Result<Vec<Placed>, Failure> {
    caller.context().may(Permission::Buy)?;
    let parts = parts(caller, lines)?;
    if parts.is_empty() {
        return Err(Refusal::OrderEmpty.into());
    }
    // The name has another meaning where a submit of another number of orders had it.
    let other = if parts.len() == 1 { ask.request.part(0) } else { ask.request.clone() };
    let recorded = store.recorded(&caller.partner.id, &other).await?;
    if recorded.is_some_and(|recorded| caller.now - recorded.at < REMEMBERED) {
        return Err(Failure::RequestIdReused);
    }
    let mut placed = Vec::with_capacity(parts.len());
    let names = names(&ask.request, parts.len());
    for (part, request) in parts.into_iter().zip(names) {
        let picked = part.lines.iter().filter_map(|line| lines.get(*line)).cloned();
        let ask = Ask { request, ..ask.clone() };
        let picked = picked.collect::<Vec<_>>();
        let outcome = place_one(store, caller, customer, cycle, &picked, &ask).await;
        placed.push(Placed { lines: part.lines, outcome });
    }
    Ok(placed)
}

/// The orders of a customer, oldest first.
pub async fn list<S: Store>(
    store: &S,
    caller: &Caller,
    customer: &CustomerId,
) -> Result<Vec<Order>, Failure> {
    caller.context().may(Permission::ViewSubscriptions)?;
    Ok(store.orders(&caller.partner.id, customer).await?)
}

/// One order of a customer.
pub async fn get<S: Store>(
    store: &S,
    caller: &Caller,
    customer: &CustomerId,
    id: &OrderId,
) -> Result<Option<Order>, Failure> {
    caller.context().may(Permission::ViewSubscriptions)?;
    let partner = &caller.partner.id;
    store.customer(partner, customer).await?.ok_or(Refusal::CustomerNotFound)?;
    Ok(store.order(partner, customer, id).await?)
}
