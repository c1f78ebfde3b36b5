//! The addresses of the API (design.md §5), and what each calls.

mod address;
mod customers;
mod desk;
mod events;
mod facts;
mod lists;
mod log;
mod offers;
mod orders;
mod own;
mod subscriptions;

pub(crate) use address::meant;

use crate::call::Call;
use crate::desk::Desk;
use crate::fault::Fault;
use crate::figures;
use crate::openapi::{self, Head};
use crate::sign_in::flow;
use axum::Json;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::Html;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use subscription_api::{Attributes, RequestFault};
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What a handler comes to.
type Reply = Result<Response, Fault>;

/// The state that was edited, by `If-Match` or by `attributes.etag` in the body; `If-Match` wins
/// (domain.md §2.5).
struct Seen(String);

impl Seen {
    /// `None` where nothing is said, also by an empty one.
    fn of(call: &Call, asked: Option<&Attributes>) -> Option<Self> {
        let inside = asked.and_then(|attributes| attributes.etag.as_deref());
        let mut given = [call.header("if-match"), inside].into_iter().flatten().map(str::trim);
        given.find(|given| !given.is_empty()).map(|given| Self(given.to_owned()))
    }

    /// The `ETag`s any of which it may be; `None` is whatever is there now: `*`.
    fn etags(&self) -> Option<impl Iterator<Item = &str>> {
        (self.0 != "*").then(|| self.0.split(','))
    }
}

/// The described addresses below `/v1`, with their description.
pub(crate) fn described() -> (Router<Desk>, OpenApi) {
    OpenApiRouter::with_openapi(Head::openapi())
        .routes(routes!(customers::list, customers::add))
        .routes(routes!(customers::get, customers::update))
        .routes(routes!(customers::qualification, customers::qualify))
        .routes(routes!(customers::company))
        .routes(routes!(customers::billing, customers::set_billing))
        .routes(routes!(customers::country_rules))
        .routes(routes!(customers::validate_address))
        .routes(routes!(customers::domain))
        .routes(routes!(offers::available))
        .routes(routes!(offers::customer_categories))
        .routes(routes!(orders::list, orders::place))
        .routes(routes!(orders::get, orders::update))
        .routes(routes!(orders::provisioning))
        .routes(routes!(subscriptions::list))
        .routes(routes!(subscriptions::get, subscriptions::edit))
        .routes(routes!(subscriptions::add_ons))
        .routes(routes!(subscriptions::provisioning))
        .routes(routes!(subscriptions::conversions, subscriptions::convert))
        .routes(routes!(log::history))
        .routes(routes!(offers::list))
        .routes(routes!(offers::get))
        .routes(routes!(offers::add_ons))
        .routes(routes!(offers::categories))
        .routes(routes!(log::audit))
        .routes(routes!(log::export))
        .routes(routes!(events::follow))
        .routes(routes!(own::me))
        .routes(routes!(own::rules))
        .split_for_parts()
}

/// What the vendor has in this domain (domain.md §2.3) and we do not, so that nobody takes it for a
/// customer or a subscription that is not there.
const NOT_OFFERED: [&str; 16] = [
    "/v1/customers/{customer}/carts",
    "/v1/customers/{customer}/carts/{cart}",
    "/v1/customers/{customer}/carts/{cart}/checkout",
    "/v1/customers/{customer}/managedservices",
    "/v1/customers/{customer}/qualifications",
    "/v1/customers/{customer}/servicecosts/{period}",
    "/v1/customers/{customer}/servicecosts/{period}/lineitems",
    "/v1/customers/{customer}/subscriptions/{subscription}/registrations",
    "/v1/customers/{customer}/subscriptions/{subscription}/registrationstatus",
    "/v1/customers/{customer}/subscriptions/{subscription}/supportcontact",
    "/v1/customers/{customer}/subscriptions/{subscription}/transitioneligibilities",
    "/v1/customers/{customer}/subscriptions/{subscription}/transitions",
    "/v1/customers/{customer}/subscriptions/{subscription}/upgrades",
    "/v1/customers/{customer}/usagebudget",
    "/v1/customers/{customer}/usagesummary",
    "/webhooks/v1/registration",
];

/// Everything that is no screen: the API, what describes it, sign-in, and what watches the service.
pub(crate) fn all() -> Router<Desk> {
    let (router, api) = described();
    let page = openapi::page(&api);
    let router =
        NOT_OFFERED.iter().fold(router, |router, path| router.route(path, any(not_offered)));
    router
        .route("/v1/desk/{question}", post(desk::ask))
        .route("/v1/{*rest}", any(nothing))
        .route("/v1", any(nothing))
        .route("/openapi.json", get(async move || Json(api)))
        .route("/docs", get(async move || Html(page)))
        .route("/docs/style.css", get(async || ([(CONTENT_TYPE, "text/css")], openapi::STYLE)))
        .route("/sign-in", get(flow::begin))
        .route(flow::BACK, get(flow::done))
        .route("/sign-out", post(flow::end))
        .route("/config.json", get(own::config))
        .route("/metrics", get(figures::show))
        .route("/healthz", get(own::alive))
        .route("/readyz", get(own::ready))
        .method_not_allowed_fallback(wrong_verb)
}

async fn not_offered() -> Response {
    Fault::from(RequestFault::NotOffered).into_response()
}

async fn nothing() -> Response {
    Fault::from(RequestFault::NoSuchAddress).into_response()
}

async fn wrong_verb() -> Response {
    Fault::from(RequestFault::VerbNotAllowed).into_response()
}
