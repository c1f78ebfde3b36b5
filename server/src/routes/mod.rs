//! The addresses of the API (design.md §5), and what each calls.

mod customers;
mod desk;
mod log;
mod offers;
mod orders;
mod own;
mod subscriptions;

use crate::desk::Desk;
use crate::fault::Fault;
use crate::figures;
use crate::sign_in::flow;
use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post, put};
use subscription_api::RequestFault;

/// What a handler comes to.
type Reply = Result<Response, Fault>;

/// Everything below `/v1`, and what watches the service.
pub(crate) fn all() -> Router<Desk> {
    let customer = "/v1/customers/{customer}";
    let below = |rest: &str| format!("{customer}/{rest}");
    Router::new()
        .route("/v1/customers", get(customers::list).post(customers::add))
        .route(customer, get(customers::get).patch(customers::update))
        .route(&below("qualification"), get(customers::qualification))
        .route(&below("qualification"), put(customers::qualify))
        .route(&below("profiles/company"), get(customers::company))
        .route(&below("profiles/billing"), get(customers::billing).put(customers::set_billing))
        .route(&below("offers"), get(offers::available))
        .route(&below("orders"), get(orders::list).post(orders::place))
        .route(&below("orders/{order}"), get(orders::get).patch(orders::update))
        .route(&below("orders/{order}/provisioningstatus"), get(orders::provisioning))
        .route(&below("subscriptions"), get(subscriptions::list))
        .route(&below("subscriptions/{subscription}"), get(subscriptions::get))
        .route(&below("subscriptions/{subscription}"), patch(subscriptions::edit))
        .route(&below("subscriptions/{subscription}/addons"), get(subscriptions::add_ons))
        .route(&below("subscriptions/{subscription}/conversions"), get(subscriptions::conversions))
        .route(&below("subscriptions/{subscription}/conversions"), post(subscriptions::convert))
        .route(&below("subscriptions/{subscription}/history"), get(log::history))
        .route("/v1/countryvalidationrules/{country}", get(customers::country_rules))
        .route("/v1/offers", get(offers::list))
        .route("/v1/offers/{offer}", get(offers::get))
        .route("/v1/offers/{offer}/addons", get(offers::add_ons))
        .route("/v1/offercategories", get(offers::categories))
        .route("/v1/auditrecords", get(log::audit))
        .route("/v1/auditrecords/export", get(log::export))
        .route("/v1/desk/{question}", post(desk::ask))
        .route("/v1/me", get(own::me))
        .route("/v1/rules", get(own::rules))
        .route("/v1/{*rest}", axum::routing::any(nothing))
        .route("/v1", axum::routing::any(nothing))
        .route("/sign-in", get(flow::begin))
        .route(flow::BACK, get(flow::done))
        .route("/sign-out", post(flow::end))
        .route("/config.json", get(own::config))
        .route("/metrics", get(figures::show))
        .route("/healthz", get(own::alive))
        .route("/readyz", get(own::ready))
        .method_not_allowed_fallback(wrong_verb)
}

async fn nothing() -> Response {
    Fault::from(RequestFault::NoSuchAddress).into_response()
}

async fn wrong_verb() -> Response {
    Fault::from(RequestFault::VerbNotAllowed).into_response()
}
