//! `/v1/customers/{customer}/subscriptions`: read, edited, converted.

use super::{Reply, Seen, lists};
use crate::call::{Call, offer, quantity};
use crate::desk::Desk;
use crate::fault::Fault;
use crate::openapi::{
    CustomerPath, Faults, Guarded, Preview, SubscriptionPath, SubscriptionsQuery, Write,
};
use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use subscription_api::{
    Attributes, Collection, Conversion, ConversionResult, ProvisioningStatus, RequestFault,
    Subscription, effects, order_of, revision,
};
use subscription_rules::{
    self as rules, Asked, BillingCycle, CustomerAccount, Edit, Intent, Nickname, Note, OfferId,
    SubscriptionId, Suspend, SuspensionReason, ToStatus, availability_of,
};
use subscription_usecases::{Ask, Caller, Failure, subscriptions};

async fn account(desk: &Desk, call: &Call) -> Result<CustomerAccount, Fault> {
    Ok(subscriptions::account(&desk.store, &call.caller, &call.customer()?).await?)
}

fn written(caller: &Caller, account: &CustomerAccount, held: &rules::Subscription) -> Subscription {
    Subscription::of(held, account, &caller.context())
}

/// A customer's subscriptions, deleted ones included: the vendor has no status filter (domain.md
/// §2.3).
#[utoipa::path(
    get, path = "/v1/customers/{customer}/subscriptions",
    operation_id = "subscriptions_list", tag = "subscriptions",
    params(CustomerPath, SubscriptionsQuery),
    responses((status = 200, body = Collection<Subscription>), Faults),
)]
pub(super) async fn list(State(desk): State<Desk>, call: Call) -> Reply {
    let account = account(&desk, &call).await?;
    let order = call.query("order_id").filter(|id| !id.is_empty());
    // Nobody sells through an indirect reseller yet, so none has an MPN ID.
    let reseller = call.query("mpn_id").is_some_and(|id| !id.is_empty());
    let wanted = |held: &&rules::Subscription| {
        // By the order of its base and by its own.
        let is_of = |order: &str| {
            let mut all = [order_of(held, &account), &held.order].into_iter();
            all.any(|id| id.as_str().eq_ignore_ascii_case(order))
        };
        !reseller && order.is_none_or(is_of)
    };
    let items = account.subscriptions().filter(wanted);
    let items = items.map(|held| written(&call.caller, &account, held)).collect();
    Ok(Json(lists::whole(&call, items)).into_response())
}

/// One subscription.
#[utoipa::path(
    get, path = "/v1/customers/{customer}/subscriptions/{subscription}",
    operation_id = "subscriptions_get", tag = "subscriptions",
    params(SubscriptionPath),
    responses((status = 200, body = Subscription), Faults),
)]
pub(super) async fn get(State(desk): State<Desk>, call: Call) -> Reply {
    let account = account(&desk, &call).await?;
    let held = account.find(&call.subscription()?)?;
    Ok(Json(written(&call.caller, &account, held)).into_response())
}

/// What hangs under it.
#[utoipa::path(
    get, path = "/v1/customers/{customer}/subscriptions/{subscription}/addons",
    operation_id = "subscriptions_add_ons", tag = "subscriptions",
    params(SubscriptionPath),
    responses((status = 200, body = Collection<Subscription>), Faults),
)]
pub(super) async fn add_ons(State(desk): State<Desk>, call: Call) -> Reply {
    let account = account(&desk, &call).await?;
    let base = call.subscription()?;
    account.find(&base)?;
    let items = account.children_of(&base).map(|held| written(&call.caller, &account, held));
    Ok(Json(lists::whole(&call, items.collect())).into_response())
}

/// Whether what was bought is there.
#[utoipa::path(
    get, path = "/v1/customers/{customer}/subscriptions/{subscription}/provisioningstatus",
    operation_id = "subscriptions_provisioning", tag = "subscriptions",
    params(SubscriptionPath),
    responses((status = 200, body = ProvisioningStatus), Faults),
)]
pub(super) async fn provisioning(State(desk): State<Desk>, call: Call) -> Reply {
    let account = account(&desk, &call).await?;
    let held = account.find(&call.subscription()?)?;
    Ok(Json(ProvisioningStatus::from(held)).into_response())
}

/// What is to be different, by what the request names.
fn read_edit(asked: &Subscription) -> Result<Edit, Fault> {
    // The partner sells directly (domain.md §2.7).
    if asked.partner_id.as_deref().is_some_and(|id| !id.trim().is_empty()) {
        return Err(RequestFault::ResellerNotIndirect("partnerId").into());
    }
    let status = match asked.status.as_deref().map(str::to_ascii_lowercase).as_deref() {
        None | Some("none") => None,
        Some("active") => Some(ToStatus::Active),
        Some("suspended") => Some(ToStatus::Suspended(intent(asked)?, why(asked)?)),
        Some("deleted") => Some(ToStatus::Deleted),
        Some(_) => return Err(Fault::malformed("status is active or suspended")),
    };
    // Also where it is what is held already: the same request is the same whenever it comes.
    Ok(Edit {
        quantity: asked.quantity.as_ref().map(quantity).transpose()?,
        nickname: asked.friendly_name.as_deref().map(Nickname::parse).transpose()?,
        status,
    })
}

fn intent(asked: &Subscription) -> Result<Intent, Fault> {
    match asked.suspension_intent.as_deref().map(str::to_ascii_lowercase).as_deref() {
        None | Some("hold") => Ok(Intent::Hold),
        Some("cancel") => Ok(Intent::Cancel),
        Some(_) => Err(Fault::malformed("suspensionIntent is hold or cancel")),
    }
}

/// A script that gives no reason is recorded as not stated (design.md §5).
fn why(asked: &Subscription) -> Result<Suspend, Fault> {
    let reason = match asked.suspension_reasons.as_deref().unwrap_or_default().first() {
        None => None,
        Some(word) => match word.to_ascii_lowercase().as_str() {
            "customer_request" => Some(SuspensionReason::CustomerRequest),
            "non_payment" => Some(SuspensionReason::NonPayment),
            "fraud" => Some(SuspensionReason::Fraud),
            "not_stated" => None,
            _ => {
                let what = "suspensionReasons holds customer_request, non_payment or fraud";
                return Err(Fault::malformed(what));
            }
        },
    };
    let note = asked.suspension_note.as_deref().filter(|note| !note.trim().is_empty());
    Ok(Suspend { reason, note: note.map(Note::parse).transpose()? })
}

/// The revision that was edited; `None` is whatever is there now. An `ETag` of something else can be
/// the state of no moment: as stale as can be. Of several, that of the present state counts.
fn seen_revision(seen: &Seen, held: &rules::Subscription) -> Option<u32> {
    let all = seen.etags()?.filter_map(|etag| revision(etag, &held.id));
    Some(all.max_by_key(|revision| *revision == held.revision).unwrap_or(u32::MAX))
}

/// Changes quantity, name or status; a field left out is left alone.
#[utoipa::path(
    patch, path = "/v1/customers/{customer}/subscriptions/{subscription}",
    operation_id = "subscriptions_edit", tag = "subscriptions",
    params(SubscriptionPath, Guarded, Write, Preview),
    request_body = Subscription,
    responses((status = 200, body = Subscription), Faults),
)]
pub(super) async fn edit(State(desk): State<Desk>, call: Call) -> Reply {
    let asked: Subscription = call.body()?;
    let (customer, id) = (call.customer()?, call.subscription()?);
    let before = account(&desk, &call).await?;
    let held = before.find(&id)?;
    let seen = Seen::of(&call, asked.attributes.as_ref()).ok_or(RequestFault::EtagMissing)?;
    let seen = seen_revision(&seen, held);
    // What was read of an earlier state may differ in anything since: that one is answered from
    // memory, or told what it is now.
    if seen.is_none_or(|seen| seen == held.revision) {
        match asked.changes_read_only(&written(&call.caller, &before, held)) {
            None => {}
            Some("billingCycle") => return Err(RequestFault::UseUpdateOrderForCycle.into()),
            Some(field) => return Err(RequestFault::ReadOnlyField { field: field.into() }.into()),
        }
    }
    let to = read_edit(&asked)?;
    let ask = Ask { revision: seen, ..call.ask()? };
    let of = (&customer, &id);
    let done = match subscriptions::edit(&desk.store, &call.caller, of, &to, &ask).await {
        Err(Failure::Changed(_)) => {
            let after = account(&desk, &call).await?;
            let current = written(&call.caller, &after, after.find(&id)?);
            let current = serde_json::to_value(current).unwrap_or_default();
            return Err(Fault::Stale(Box::new(current)));
        }
        outcome => outcome?,
    };
    if ask.validate_only {
        return Ok(Json(effects(&done.effects)).into_response());
    }
    let after = account(&desk, &call).await?;
    Ok(Json(written(&call.caller, &after, after.find(&id)?)).into_response())
}

/// The offers that a trial can become, as far as they can be bought (domain.md §2.4).
fn targets(caller: &Caller, account: &CustomerAccount, id: &SubscriptionId) -> Vec<OfferId> {
    let Some(trial) = account.get(id).filter(|held| held.is_trial()) else { return Vec::new() };
    let targets = caller.catalogue.get(&trial.offer).map(rules::Offer::conversion_targets);
    let context = caller.context();
    let possible = |target: &&OfferId| {
        caller.catalogue.get(target).is_some_and(|offer| {
            [BillingCycle::Monthly, BillingCycle::Annual].into_iter().any(|cycle| {
                let asked = Asked::Conversion(id, cycle);
                availability_of(&context, account, offer, asked).is_available()
            })
        })
    };
    targets.unwrap_or_default().iter().filter(possible).cloned().collect()
}

/// What a trial can become.
#[utoipa::path(
    get, path = "/v1/customers/{customer}/subscriptions/{subscription}/conversions",
    operation_id = "subscriptions_conversions", tag = "subscriptions",
    params(SubscriptionPath),
    responses((status = 200, body = Collection<Conversion>), Faults),
)]
pub(super) async fn conversions(State(desk): State<Desk>, call: Call) -> Reply {
    let account = account(&desk, &call).await?;
    let id = call.subscription()?;
    let held = account.find(&id)?;
    let conversion = |target: OfferId| Conversion {
        offer_id: held.offer.as_str().to_owned(),
        target_offer_id: target.as_str().to_owned(),
        order_id: Some(held.order.as_str().to_owned()),
        quantity: Some(held.quantity.get().into()),
        billing_cycle: Some(BillingCycle::Monthly.into()),
        attributes: Some(Attributes::of("Conversion")),
        ..Conversion::default()
    };
    let all = targets(&call.caller, &account, &id).into_iter().map(conversion);
    Ok(Json(lists::whole(&call, all.collect())).into_response())
}

/// Makes a trial a paid subscription.
#[utoipa::path(
    post, path = "/v1/customers/{customer}/subscriptions/{subscription}/conversions",
    operation_id = "subscriptions_convert", tag = "subscriptions",
    params(SubscriptionPath, Write, Preview),
    request_body = Conversion,
    responses((status = 200, body = ConversionResult), Faults),
)]
pub(super) async fn convert(State(desk): State<Desk>, call: Call) -> Reply {
    let asked: Conversion = call.body()?;
    let (customer, id, ask) = (call.customer()?, call.subscription()?, call.ask()?);
    let before = account(&desk, &call).await?;
    let held = before.find(&id)?;
    let cycle = match &asked.billing_cycle {
        None => BillingCycle::Monthly,
        Some(word) => {
            word.known().ok_or_else(|| Fault::malformed("billingCycle is monthly or annual"))?
        }
    };
    let to = rules::Conversion {
        target: offer(&asked.target_offer_id)?,
        quantity: asked.quantity.as_ref().map(quantity).transpose()?,
        cycle,
    };
    let of = (&customer, &id);
    let done = subscriptions::convert(&desk.store, &call.caller, of, &to, &ask).await?;
    if ask.validate_only {
        return Ok(Json(effects(&done.effects)).into_response());
    }
    let trial = held.converted_from.as_ref().unwrap_or(&held.offer);
    let result = ConversionResult {
        subscription_id: id.as_str().to_owned(),
        offer_id: trial.as_str().to_owned(),
        target_offer_id: to.target.as_str().to_owned(),
        attributes: Some(Attributes::of("ConversionResult")),
    };
    Ok(Json(result).into_response())
}
