//! `/v1/offers`: what is sold, and what of it one customer may buy.

use super::facts::with_facts;
use super::{Reply, lists};
use crate::call::Call;
use crate::desk::Desk;
use crate::fault::Fault;
use crate::openapi::{
    CustomerPath, Faults, FrequencyQuery, MarketQuery, OfferPath, OffersQuery, PartQuery,
};
use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use subscription_api::{BillingCycle, Collection, Offer, OfferCategory};
use subscription_rules::{
    self as rules, Asked, Category, Cloud, Country, Permission, Refusal, availability,
};
use subscription_usecases::{Caller, subscriptions};

/// The catalogue is for those who see subscriptions (domain.md §1.7).
fn seen_by(caller: &Caller) -> Result<(), Fault> {
    Ok(caller.context().may(Permission::ViewSubscriptions)?)
}

/// The market asked for; the partner's own without one.
fn market(call: &Call) -> Result<Country, Fault> {
    match call.query("country") {
        None | Some("") => Ok(call.caller.partner.country),
        Some(country) => Ok(Country::parse(country)?),
    }
}

/// Whether an offer is one of a market: of a country in a cloud.
fn is_of(offer: &rules::Offer, cloud: Cloud, country: Country) -> bool {
    offer.cloud == cloud && offer.country.is_none_or(|only| only == country)
}

fn sold(caller: &Caller, country: Country) -> impl Iterator<Item = &rules::Offer> {
    let cloud = caller.partner.cloud;
    caller.catalogue.offers().iter().filter(move |offer| is_of(offer, cloud, country))
}

/// A part of a list, by `offset` and `size`; without `size`, all of it (design.md §5).
fn part<T>(call: &Call, all: impl Iterator<Item = T>) -> Result<Vec<T>, Fault> {
    let offset: usize = call.number("offset")?.unwrap_or(0);
    let size = call.number("size")?.filter(|size: &usize| *size > 0).unwrap_or(usize::MAX);
    Ok(all.skip(offset).take(size).collect())
}

fn written(caller: &Caller, market: Country, offer: &rules::Offer) -> Offer {
    with_facts(Offer::of(offer, market, &caller.catalogue, &caller.prices))
}

/// What is sold in a market.
#[utoipa::path(
    get, path = "/v1/offers",
    operation_id = "offers_list", tag = "offers",
    params(OffersQuery, PartQuery),
    responses((status = 200, body = Collection<Offer>), Faults),
)]
pub(super) async fn list(call: Call) -> Reply {
    let caller = &call.caller;
    seen_by(caller)?;
    let category = call.query("offer_category_id").filter(|id| !id.is_empty());
    let market = market(&call)?;
    let offers = sold(caller, market).filter(|offer| {
        category.is_none_or(|id| {
            offer.category.as_ref().is_some_and(|own| own.0.eq_ignore_ascii_case(id))
        })
    });
    let offers = part(&call, offers.map(|offer| written(caller, market, offer)))?;
    Ok(Json(lists::whole(&call, offers)).into_response())
}

/// The offer of the address, in the partner's cloud.
fn found(call: &Call) -> Result<&rules::Offer, Fault> {
    let id = call.offer()?;
    let caller = &call.caller;
    let offer = caller.catalogue.get(&id).filter(|offer| offer.cloud == caller.partner.cloud);
    offer.ok_or_else(|| Refusal::InvalidOfferId { offer: id }.into())
}

/// One offer.
#[utoipa::path(
    get, path = "/v1/offers/{offer}",
    operation_id = "offers_get", tag = "offers",
    params(OfferPath, MarketQuery),
    responses((status = 200, body = Offer), Faults),
)]
pub(super) async fn get(call: Call) -> Reply {
    seen_by(&call.caller)?;
    Ok(Json(written(&call.caller, market(&call)?, found(&call)?)).into_response())
}

/// What can hang under it.
#[utoipa::path(
    get, path = "/v1/offers/{offer}/addons",
    operation_id = "offers_add_ons", tag = "offers",
    params(OfferPath, MarketQuery, PartQuery),
    responses((status = 200, body = Collection<Offer>), Faults),
)]
pub(super) async fn add_ons(call: Call) -> Reply {
    let caller = &call.caller;
    seen_by(caller)?;
    let market = market(&call)?;
    let all = caller.catalogue.add_ons_of(&found(&call)?.id);
    let add_ons = part(&call, all.map(|offer| written(caller, market, offer)))?;
    Ok(Json(lists::whole(&call, add_ons)).into_response())
}

/// The tabs of the catalogue.
#[utoipa::path(
    get, path = "/v1/offercategories",
    operation_id = "offers_categories", tag = "offers",
    params(MarketQuery),
    responses((status = 200, body = Collection<OfferCategory>), Faults),
)]
pub(super) async fn categories(call: Call) -> Reply {
    seen_by(&call.caller)?;
    let market = market(&call)?;
    let categories = call.caller.catalogue.categories().iter();
    let categories = categories.map(|category| OfferCategory::of(Some(category), market));
    Ok(Json(lists::whole(&call, categories.collect())).into_response())
}

/// The tabs of the catalogue that have something in the customer's market.
#[utoipa::path(
    get, path = "/v1/customers/{customer}/offercategories",
    operation_id = "offers_customer_categories", tag = "offers",
    params(CustomerPath),
    responses((status = 200, body = Collection<OfferCategory>), Faults),
)]
pub(super) async fn customer_categories(State(desk): State<Desk>, call: Call) -> Reply {
    let caller = &call.caller;
    let account = subscriptions::account(&desk.store, caller, &call.customer()?).await?;
    let (cloud, country) = (account.customer().cloud, account.customer().country);
    let has_any = |category: &&Category| {
        let mut offers = caller.catalogue.offers().iter();
        offers.any(|offer| {
            offer.category.as_ref() == Some(&category.id) && is_of(offer, cloud, country)
        })
    };
    let categories = caller.catalogue.categories().iter().filter(has_any);
    let categories = categories.map(|category| OfferCategory::of(Some(category), country));
    let categories = categories.collect();
    Ok(Json(lists::whole(&call, categories)).into_response())
}

/// Every offer of the customer's market with whether it may be bought, and why not.
#[utoipa::path(
    get, path = "/v1/customers/{customer}/offers",
    operation_id = "offers_available", tag = "offers",
    params(CustomerPath, FrequencyQuery, PartQuery),
    responses((status = 200, body = Collection<Offer>), Faults),
)]
pub(super) async fn available(State(desk): State<Desk>, call: Call) -> Reply {
    let caller = &call.caller;
    let account = subscriptions::account(&desk.store, caller, &call.customer()?).await?;
    let cycle = match call.query("billingCycle") {
        None | Some("") => rules::BillingCycle::Monthly,
        Some(word) => BillingCycle::from(word.to_owned())
            .known()
            .ok_or_else(|| Fault::malformed("billingCycle is monthly, annual or none"))?,
    };
    let context = caller.context();
    let country = account.customer().country;
    let cloud = account.customer().cloud;
    let all = availability(&context, &account, Asked::Catalogue(cycle)).into_iter();
    let here = all.filter(|each| is_of(each.offer, cloud, country));
    let offers = here.map(|each| written(caller, country, each.offer).available(&each));
    let offers = part(&call, offers)?;
    Ok(Json(lists::whole(&call, offers)).into_response())
}
