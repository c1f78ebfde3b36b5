//! `/v1/customers/{customer}/orders`: one request makes one order, all lines or none
//! (design.md §5).

use super::{Reply, lists};
use crate::call::{Call, offer, quantity};
use crate::desk::Desk;
use crate::fault::Fault;
use crate::openapi::{CustomerPath, CycleQuery, Faults, OrderPath, Preview, Write};
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde_json::json;
use subscription_api::{
    BillingCycle, Collection, Order, OrderLineItem, RequestFault, effects, order_of, with_add_ons,
};
use subscription_rules::{
    self as rules, Charging, Line, Nickname, OrderId, Quantity, Refusal, SubscriptionId,
};
use subscription_usecases::{Caller, orders, subscriptions};

/// No order needs more lines, and each is looked at against all others.
const MOST_LINES: usize = 200;

/// The partner sells directly, so there is no indirect reseller to record (domain.md §2.4, §2.7).
fn no_reseller(item: &OrderLineItem) -> Result<(), Fault> {
    match item.partner_id_on_record.as_deref().map(str::trim) {
        None | Some("") => Ok(()),
        Some(_) => Err(RequestFault::ResellerNotIndirect("partnerIdOnRecord").into()),
    }
}

fn line(caller: &Caller, item: &OrderLineItem) -> Result<Line, Fault> {
    no_reseller(item)?;
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

/// An order as the vendor has it: with the add-ons that were bought on it since. By the name of an
/// add-on's own order it is found, too.
async fn written(desk: &Desk, call: &Call, id: &OrderId) -> Result<Order, Fault> {
    let customer = call.customer()?;
    let get = async |id: &OrderId| orders::get(&desk.store, &call.caller, &customer, id).await;
    let account = subscriptions::account(&desk.store, &call.caller, &customer).await?;
    let order = get(id).await?.ok_or(RequestFault::OrderNotFound)?;
    let mut add_ons: Vec<_> =
        account.subscriptions().filter(|held| held.parent.is_some()).collect();
    let joined = add_ons.iter().find(|held| held.order == order.id);
    let order = match joined.map(|add_on| order_of(add_on, &account)) {
        Some(base) if *base != order.id => get(base).await?.unwrap_or(order),
        _ => order,
    };
    add_ons.retain(|held| held.order != order.id && *order_of(held, &account) == order.id);
    add_ons.sort_by_key(|held| (held.created_at, &held.id));
    let mut placed = vec![order];
    for add_on in add_ons {
        placed.extend(get(&add_on.order).await?);
    }
    let whole = with_add_ons(placed, &account).into_iter().next();
    let whole = whole.ok_or(RequestFault::OrderNotFound)?;
    Ok(Order::of(&whole, &account, &call.caller.context()))
}

/// Places one order: all lines or none.
#[utoipa::path(
    post, path = "/v1/customers/{customer}/orders",
    operation_id = "orders_place", tag = "orders",
    params(CustomerPath, Write, Preview),
    request_body = Order,
    responses(
        (
            status = 201, body = Order,
            headers(("Location" = String, description = "The address of the order.")),
        ),
        (status = 200, body = serde_json::Value),
        Faults,
    ),
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
    let id = done.orders.first().ok_or(RequestFault::OrderNotFound)?;
    let location = format!("/v1/customers/{customer}/orders/{id}");
    let order = written(&desk, &call, id).await?;
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(order)).into_response())
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
    let wanted = match call.query("billingType") {
        None | Some("") => None,
        Some(word) => Some(BillingCycle::from(word.to_owned())),
    };
    if wanted.as_ref().is_some_and(|cycle| cycle.known().is_none()) {
        return Err(Fault::malformed("billingType is monthly, annual or none"));
    }
    let (orders, context) = (with_add_ons(orders, &account), call.caller.context());
    let orders = orders.iter().map(|order| Order::of(order, &account, &context));
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

/// The line of an order that made a subscription.
fn line_of<'a>(order: &'a Order, id: &str) -> Option<&'a OrderLineItem> {
    order.line_items.iter().find(|line| {
        line.subscription_id.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(id))
    })
}

/// The line of an order that stands for the same subscription as an item of a request.
fn held<'a>(order: &'a Order, item: &OrderLineItem) -> Option<&'a OrderLineItem> {
    line_of(order, item.subscription_id.as_deref()?)
}

/// Refuses what cannot be done to a placed order. What its lines bought is changed on the
/// subscriptions (domain.md §2.3, §2.5), and what is sent back as it was read changes nothing.
fn check(asked: &Order, now: &Order) -> Result<(), Fault> {
    let read_only = |field: &str| Err(RequestFault::ReadOnlyField { field: field.into() }.into());
    if let Some(status) = asked.status.as_deref() {
        if status.eq_ignore_ascii_case("cancelled") {
            return Err(RequestFault::OrderNotCancellable.into());
        }
        let is_set = !status.eq_ignore_ascii_case("unknown");
        if is_set && !now.status.as_deref().is_some_and(|held| held.eq_ignore_ascii_case(status)) {
            return read_only("status");
        }
    }
    if asked.billing_cycle.is_some() && asked.billing_cycle != now.billing_cycle {
        return Err(Refusal::CycleFixedByPolicy.into());
    }
    for item in &asked.line_items {
        let Some(line) = held(now, item) else { continue };
        no_reseller(item)?;
        if !item.quantity.is_null()
            && quantity(&item.quantity).ok() != quantity(&line.quantity).ok()
        {
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
/// The line joins the order (domain.md §2.3). Another billing cycle can be asked for, but the
/// policies of 2018 do not allow it.
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
    // An add-on is bought through the order of what it hangs under, and through no other.
    if line_of(&now, parent.as_str()).is_none() {
        return Err(Refusal::SubscriptionNotFound.into());
    }
    let (of, line) = ((&customer, &parent), line(&call.caller, item)?);
    let done = subscriptions::buy_add_on(&desk.store, &call.caller, of, &line, &ask).await?;
    if ask.validate_only {
        return Ok(Json(effects(&done.effects)).into_response());
    }
    Ok(Json(written(&desk, &call, &order).await?).into_response())
}
