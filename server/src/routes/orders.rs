//! `/v1/customers/{customer}/orders`: one request makes one order, all lines or none
//! (design.md §5).

use super::{Reply, lists};
use crate::call::{Call, offer, quantity};
use crate::desk::Desk;
use crate::fault::Fault;
use crate::openapi::{CustomerPath, CycleQuery, Faults, OrderPath, Preview, Write};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::json;
use subscription_api::{BillingCycle, Collection, Order, OrderLineItem, RequestFault, effects};
use subscription_rules::{
    self as rules, Charging, Line, Nickname, OrderId, Quantity, Refusal, SubscriptionId,
};
use subscription_usecases::{Caller, Done, orders, subscriptions};

/// No order needs more lines, and each is looked at against all others.
const MOST_LINES: usize = 200;

fn line(caller: &Caller, item: &OrderLineItem) -> Result<Line, Fault> {
    let name = item.friendly_name.as_deref().filter(|name| !name.trim().is_empty());
    let offer = offer(&item.offer_id)?;
    let known = caller.catalogue.get(&offer);
    let usage = known.is_some_and(|offer| offer.charging == Charging::Usage);
    // Usage is not asked for a quantity (domain.md §1.6).
    let quantity =
        if usage && item.quantity.is_null() { Quantity::ONE } else { quantity(&item.quantity)? };
    Ok(Line { offer, quantity, nickname: name.map(Nickname::parse).transpose()? })
}

fn cycle(order: &Order) -> Result<rules::BillingCycle, Fault> {
    match &order.billing_cycle {
        None => Ok(rules::BillingCycle::Monthly),
        Some(word) => Ok(word
            .known()
            .ok_or_else(|| Fault::malformed("billingCycle is monthly, annual or none"))?),
    }
}

async fn written(desk: &Desk, call: &Call, id: &OrderId) -> Result<Order, Fault> {
    let customer = call.customer()?;
    let account = subscriptions::account(&desk.store, &call.caller, &customer).await?;
    let order = orders::get(&desk.store, &call.caller, &customer, id).await?;
    let order = order.ok_or(RequestFault::OrderNotFound)?;
    Ok(Order::of(&order, &account, &call.caller.partner.currency))
}

async fn placed(desk: &Desk, call: &Call, done: &Done, status: StatusCode) -> Reply {
    let id = done.orders.first().ok_or(RequestFault::OrderNotFound)?;
    Ok((status, Json(written(desk, call, id).await?)).into_response())
}

/// Places one order: all lines or none.
#[utoipa::path(
    post, path = "/v1/customers/{customer}/orders",
    operation_id = "orders_place", tag = "orders",
    params(CustomerPath, Write, Preview),
    request_body = Order,
    responses((status = 201, body = Order), (status = 200, body = serde_json::Value), Faults),
)]
pub(super) async fn place(State(desk): State<Desk>, call: Call) -> Reply {
    let order: Order = call.body()?;
    let customer = call.customer()?;
    let other = &order.reference_customer_id;
    if !other.is_empty() && !other.eq_ignore_ascii_case(customer.as_str()) {
        return Err(Fault::malformed("referenceCustomerId is another customer than the address's"));
    }
    if order.line_items.len() > MOST_LINES {
        return Err(Fault::malformed(format!("an order has at most {MOST_LINES} lines")));
    }
    let lines = order.line_items.iter().map(|item| line(&call.caller, item));
    let lines = lines.collect::<Result<Vec<_>, _>>()?;
    let (cycle, ask) = (cycle(&order)?, call.ask()?);
    let placing = orders::place_one(&desk.store, &call.caller, &customer, cycle, &lines, &ask);
    let done = placing.await?;
    if ask.validate_only {
        return Ok(Json(effects(&done.effects)).into_response());
    }
    placed(&desk, &call, &done, StatusCode::CREATED).await
}

/// Its orders, oldest first.
#[utoipa::path(
    get, path = "/v1/customers/{customer}/orders",
    operation_id = "orders_list", tag = "orders",
    params(CustomerPath, CycleQuery),
    responses((status = 200, body = Collection<Order>), Faults),
)]
pub(super) async fn list(State(desk): State<Desk>, call: Call) -> Reply {
    let customer = call.customer()?;
    let account = subscriptions::account(&desk.store, &call.caller, &customer).await?;
    let orders = orders::list(&desk.store, &call.caller, &customer).await?;
    let wanted = call.query("billingType").map(|word| BillingCycle::from(word.to_owned()));
    let currency = &call.caller.partner.currency;
    let orders = orders.iter().map(|order| Order::of(order, &account, currency));
    let orders = orders.filter(|order| wanted.is_none() || order.billing_cycle == wanted);
    Ok(Json(lists::whole(&call, orders.collect())).into_response())
}

/// One order.
#[utoipa::path(
    get, path = "/v1/customers/{customer}/orders/{order}",
    operation_id = "orders_get", tag = "orders",
    params(OrderPath),
    responses((status = 200, body = Order), Faults),
)]
pub(super) async fn get(State(desk): State<Desk>, call: Call) -> Reply {
    Ok(Json(written(&desk, &call, &call.order()?).await?).into_response())
}

/// Whether what was ordered is there.
#[utoipa::path(
    get, path = "/v1/customers/{customer}/orders/{order}/provisioningstatus",
    operation_id = "orders_provisioning", tag = "orders",
    params(OrderPath),
    responses((status = 200, body = Collection<serde_json::Value>), Faults),
)]
pub(super) async fn provisioning(State(desk): State<Desk>, call: Call) -> Reply {
    let order = written(&desk, &call, &call.order()?).await?;
    // Provisioning is done when the order is (design.md §5).
    let status = |line: &OrderLineItem| json!({ "lineItemNumber": line.line_item_number, "status": "Fulfilled" });
    let items = order.line_items.iter().map(status).collect();
    Ok(Json(lists::whole(&call, items)).into_response())
}

/// The line of an order that stands for the same subscription as an item of a request.
fn held<'a>(order: &'a Order, item: &OrderLineItem) -> Option<&'a OrderLineItem> {
    let id = item.subscription_id.as_deref()?;
    order.line_items.iter().find(|line| {
        line.subscription_id.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(id))
    })
}

/// Refuses what cannot be done to a placed order. What its lines bought is changed on the
/// subscriptions (domain.md §2.3, §2.5), and what is sent back as it was read changes nothing.
fn check(asked: &Order, now: &Order) -> Result<(), Fault> {
    let read_only = |field: &str| Err(RequestFault::ReadOnlyField { field: field.into() }.into());
    if let Some(status) = asked.status.as_deref() {
        if status.eq_ignore_ascii_case("cancelled") {
            return Err(RequestFault::OrderNotCancellable.into());
        }
        if !now.status.as_deref().is_some_and(|held| held.eq_ignore_ascii_case(status)) {
            return read_only("status");
        }
    }
    if asked.billing_cycle.is_some() && asked.billing_cycle != now.billing_cycle {
        return Err(Refusal::CycleFixedByPolicy.into());
    }
    for item in &asked.line_items {
        let Some(line) = held(now, item) else { continue };
        if !item.quantity.is_null() && item.quantity != line.quantity {
            return read_only("quantity");
        }
        if !item.offer_id.is_empty() && !item.offer_id.eq_ignore_ascii_case(&line.offer_id) {
            return read_only("offerId");
        }
    }
    Ok(())
}

/// Buys an add-on: a line with the `parentSubscriptionId` of a subscription of this order.
///
/// It makes an order of its own. Another billing cycle can be asked for, but the policies of 2018
/// do not allow it (domain.md §2.3).
#[utoipa::path(
    patch, path = "/v1/customers/{customer}/orders/{order}",
    operation_id = "orders_update", tag = "orders",
    params(OrderPath, Write, Preview),
    request_body = Order,
    responses((status = 200, body = Order), Faults),
)]
pub(super) async fn update(State(desk): State<Desk>, call: Call) -> Reply {
    let asked: Order = call.body()?;
    let (customer, order, ask) = (call.customer()?, call.order()?, call.ask()?);
    let now = written(&desk, &call, &order).await?;
    check(&asked, &now)?;
    let mut new = asked.line_items.iter().filter(|item| held(&now, item).is_none());
    let Some(item) = new.next() else { return Ok(Json(now).into_response()) };
    if new.next().is_some() {
        return Err(Fault::malformed("add one line at a time"));
    }
    let parent = item.parent_subscription_id.as_deref().unwrap_or_default();
    let parent = SubscriptionId::parse(parent).map_err(|_| Refusal::AddonNeedsBase)?;
    let line = line(&call.caller, item)?;
    let account = subscriptions::account(&desk.store, &call.caller, &customer).await?;
    // An add-on is bought through the order of what it hangs under, and through no other.
    if account.find(&parent)?.order != order {
        return Err(Refusal::SubscriptionNotFound.into());
    }
    let of = (&customer, &parent);
    let done = subscriptions::buy_add_on(&desk.store, &call.caller, of, &line, &ask).await?;
    if ask.validate_only {
        return Ok(Json(effects(&done.effects)).into_response());
    }
    placed(&desk, &call, &done, StatusCode::OK).await
}
