//! Buying: one submit may become several orders, and each is reported for itself
//! (domain.md §2.4, §8 item 11).

use crate::decide::{Write, decide};
use crate::{Ask, Caller, Done, Failure, Store};
use serde::{Deserialize, Serialize};
use subscription_rules::{
    BillingCycle, CustomerId, Line, Order, OrderId, Part, Permission, Refusal, place as placing,
    split,
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
    let asked = format!("{customer} order {cycle:?} {lines:?}").to_lowercase();
    let write = Write { customer, subscription: None, asked };
    decide(store, caller, ask, &write, |context, account| {
        placing(context, account, cycle, lines, ids.clone())
    })
    .await
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
    let mut placed = Vec::with_capacity(parts.len());
    for (place, part) in parts.into_iter().enumerate() {
        let picked = part.lines.iter().filter_map(|line| lines.get(*line)).cloned();
        let ask = Ask { request: ask.request.part(place), ..ask.clone() };
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
    Ok(list(store, caller, customer).await?.into_iter().find(|order| order.id == *id))
}
