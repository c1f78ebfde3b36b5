//! The description of the API: made from the handlers and the shapes they speak in. As OpenAPI 3.1
//! at `/openapi.json`, for people at `/docs`.

// What a field means stands once, in its own comment; what reads it is `call::Call`.
#![expect(dead_code, reason = "the fields describe what `Call` reads by name")]

use std::collections::BTreeMap;
use subscription_api::ErrorBody;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoParams, IntoResponses, Modify};

/// The customer of an address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct CustomerPath {
    /// The customer's tenant.
    customer: String,
}

/// The country of an address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct CountryPath {
    /// Two ISO letters.
    country: String,
}

/// The domain of an address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct DomainPath {
    /// Such as `contoso.onmicrosoft.com`.
    domain: String,
}

/// The offer of an address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct OfferPath {
    /// A GUID, or a word such as `MS-AZR-0145P`.
    offer: String,
}

/// The order of an address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct OrderPath {
    /// The customer's tenant.
    customer: String,
    /// The order.
    order: String,
}

/// The subscription of an address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct SubscriptionPath {
    /// The customer's tenant.
    customer: String,
    /// The subscription.
    subscription: String,
}

/// Which customers to list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CustomersQuery {
    /// How many: 1 to 500; 100 without it or with 0.
    size: Option<u16>,
    /// JSON: `{"Field":"CompanyName","Value":"con","Operator":"starts_with"}`, or `Domain`. `IndirectReseller` and `IndirectCloudSolutionProvider` find nobody: none sells here through another.
    filter: Option<String>,
    /// `name` or `-name`.
    sort: Option<String>,
    /// A company name to begin at.
    #[param(rename = "startAt")]
    start_at: Option<String>,
    /// `First`, `Last`, or `Next` or `Previous` of the page whose token is sent.
    #[param(rename = "seekOperation")]
    seek_operation: Option<String>,
}

/// Another page of a list.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub(crate) struct Continued {
    /// The token of a page, from the headers of its links or its `continuationToken`; alone it asks for the next page. What the query does not say is as it was for that page.
    #[param(rename = "MS-ContinuationToken")]
    token: Option<String>,
}

/// Which offers to list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OffersQuery {
    /// The market by two ISO letters; the partner's own without it.
    country: Option<String>,
    /// Only those of this tab.
    offer_category_id: Option<String>,
}

/// A part of a list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PartQuery {
    /// How many to leave out.
    offset: Option<usize>,
    /// How many; all without it.
    size: Option<usize>,
}

/// A market.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct MarketQuery {
    /// Two ISO letters; the partner's own without it.
    country: Option<String>,
}

/// Which orders to list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CycleQuery {
    /// Only those of this billing cycle: `monthly`, `annual`, or `none` for trials.
    #[param(rename = "billingType")]
    billing_type: Option<String>,
}

/// A billing frequency.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FrequencyQuery {
    /// `monthly`, `annual`, or `none` for trials.
    #[param(rename = "billingCycle")]
    billing_cycle: Option<String>,
}

/// Which subscriptions to list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SubscriptionsQuery {
    /// Only those of this order, with the add-ons that were bought on it.
    order_id: Option<String>,
    /// Only those of this partner's number; none has one here.
    mpn_id: Option<String>,
}

/// Which part of the log.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// The first UTC day, such as 2018-07-01 or 07/01/2018; without it 30 days before the last one, or before today.
    #[param(rename = "startDate")]
    start_date: Option<String>,
    /// The last UTC day; today without it.
    #[param(rename = "endDate")]
    end_date: Option<String>,
    /// JSON: `{"Field":"CustomerId","Value":"…","Operator":"equals"}`, `CompanyName` with `substring`, or `ResourceType` with `equals`.
    filter: Option<String>,
}

/// Which page of the log.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct LogPageQuery {
    /// How many: 1 to 500; 500 without it or with 0.
    size: Option<u16>,
    /// `First`, or `Next` of the page whose token is sent.
    #[param(rename = "seekOperation")]
    seek_operation: Option<String>,
}

/// Where a stream of events broke off.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub(crate) struct Followed {
    /// The `id` of the last event that was seen: what came after it is sent first. Without it, and when that is too long ago, the stream begins with `event: here`.
    #[param(rename = "Last-Event-ID")]
    last_event_id: Option<String>,
}

/// In which form.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportQuery {
    /// `jsonl`, or `csv` for spreadsheets.
    format: Option<String>,
}

/// The name of a write.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub(crate) struct Write {
    /// Made by the client before the first try: the same one gets the stored answer for 30 days, so that a write is safe to repeat.
    #[param(rename = "MS-RequestId")]
    request: Option<String>,
}

/// Whether only to tell.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Preview {
    /// Decides, changes nothing, and tells what would happen.
    #[param(rename = "validateOnly")]
    validate_only: Option<bool>,
}

/// The state that was edited.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub(crate) struct Guarded {
    /// The `ETag` that was read, quoted or bare, or several of them; `*` for whatever is there now. `attributes.etag` of the body serves as well.
    #[param(rename = "If-Match")]
    if_match: Option<String>,
}

/// Every way in which a request can be refused, with our body.
pub(crate) struct Faults;

const FAULTS: [(&str, &str); 13] = [
    ("400", "It cannot be read, or a rule refuses it."),
    ("401", "Nobody is signed in."),
    ("403", "The role, the cloud or the partner's standing does not allow it."),
    ("404", "It does not exist, or is another partner's."),
    ("409", "Not in this state."),
    ("412", "It has changed since it was read; `current` is what it is now."),
    ("413", "More than 1 MiB."),
    ("415", "Not JSON, or compressed."),
    ("422", "The request ID was used for another request."),
    ("428", "The ETag is missing."),
    ("429", "Too many requests; wait as long as `Retry-After` says."),
    ("431", "More than 32 KiB of headers and address."),
    ("503", "Try again with the same request ID."),
];

impl IntoResponses for Faults {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let response = |(status, says): &(&str, &str)| {
            let body = Ref::from_schema_name("ErrorBody");
            let content = ContentBuilder::new().schema(Some(body)).build();
            let response = ResponseBuilder::new().description(*says);
            let response = response.content("application/json", content).build();
            ((*status).to_owned(), RefOr::T(response))
        };
        FAULTS.iter().map(response).collect()
    }
}

/// What stands at the head of the description.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Subscription Desk",
        description = "The Partner Center v1 API of Subscription Desk. Field names are read in any \
                       case; a field that is null was left out; unknown fields and words are taken. \
                       Every error has the body `ErrorBody`.",
    ),
    components(schemas(ErrorBody)),
    modifiers(&SignIn),
    security(("bearer" = [])),
)]
pub(crate) struct Head;

struct SignIn;

impl Modify for SignIn {
    fn modify(&self, api: &mut OpenApi) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let components = api.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A comment as HTML: what stands between backticks is code.
fn prose(text: &str) -> String {
    let pieces = escaped(text);
    let pieces = pieces.split('`').enumerate();
    let piece = |(at, piece): (usize, &str)| match at % 2 {
        0 => piece.to_owned(),
        _ => format!("<code>{piece}</code>"),
    };
    pieces.map(piece).collect()
}

fn shown(verb: &str, path: &str, operation: &Operation) -> String {
    let summary = operation.summary.as_deref().unwrap_or_default();
    let id = operation.operation_id.as_deref().unwrap_or_default();
    let parameters = operation.parameters.iter().flatten().filter_map(|parameter| {
        let RefOr::T(parameter) = parameter else { return None };
        let place = match parameter.parameter_in {
            ParameterIn::Query | ParameterIn::QueryString => "query",
            ParameterIn::Path => "path",
            ParameterIn::Header => "header",
            ParameterIn::Cookie => "cookie",
        };
        let says = parameter.description.as_deref().unwrap_or_default();
        let name = &parameter.name;
        Some(format!("<dt><code>{}</code> {place}</dt><dd>{}</dd>", escaped(name), prose(says)))
    });
    let parameters: String = parameters.collect();
    let responses = operation.responses.responses.iter();
    let good = responses.filter(|(status, _)| status.starts_with('2'));
    let good = good.map(|(status, _)| status.as_str()).collect::<Vec<_>>().join(", ");
    format!(
        "<section id=\"{id}\"><h3><code>{verb} {}</code></h3><p>{} Answers {good}.</p>\
         <dl>{parameters}</dl></section>",
        escaped(path),
        prose(summary)
    )
}

/// The description as a page: every request with what it takes, and every status with its meaning.
pub(crate) fn page(api: &OpenApi) -> String {
    let mut sections = String::new();
    for (path, item) in &api.paths.paths {
        let verbs = [
            ("HEAD", &item.head),
            ("GET", &item.get),
            ("POST", &item.post),
            ("PUT", &item.put),
            ("PATCH", &item.patch),
        ];
        for (verb, operation) in verbs {
            if let Some(operation) = operation {
                sections.push_str(&shown(verb, path, operation));
            }
        }
    }
    let faults = FAULTS.iter().map(|(status, says)| format!("<dt>{status}</dt><dd>{says}</dd>"));
    let faults: String = faults.collect();
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>API of Subscription Desk</title><link rel=\"stylesheet\" href=\"/docs/style.css\">\
         <main><h1>API of Subscription Desk</h1><p>{}</p>\
         <p><a href=\"/openapi.json\">openapi.json</a></p>\
         <h2>Requests</h2>{sections}<h2>Refusals</h2><dl>{faults}</dl></main></html>",
        prose(api.info.description.as_deref().unwrap_or_default())
    )
}

/// How the page looks.
pub(crate) const STYLE: &str = ":root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}\
main{max-inline-size:52rem;margin:0 auto;padding:1rem}\
section{border-block-start:1px solid #8885;padding-block:.5rem}\
h3{margin:0;font-size:1rem;overflow-wrap:anywhere}p{margin:.25rem 0}\
dl{display:grid;grid-template-columns:minmax(9rem,auto) 1fr;gap:.25rem 1rem;margin:.5rem 0}dd{margin:0;min-inline-size:0;overflow-wrap:anywhere}\
@media(max-width:40rem){dl{grid-template-columns:minmax(0,1fr);gap:0}dd{margin-block-end:.5rem}}";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes;

    #[test]
    fn every_request_of_the_contract_is_described() {
        let (_, api) = routes::described();
        let described: Vec<String> = api
            .paths
            .paths
            .iter()
            .flat_map(|(path, item)| {
                let all = [
                    ("HEAD", &item.head),
                    ("GET", &item.get),
                    ("POST", &item.post),
                    ("PUT", &item.put),
                    ("PATCH", &item.patch),
                ];
                all.into_iter()
                    .filter(|(_, is)| is.is_some())
                    .map(move |(verb, _)| format!("{verb} {path}"))
            })
            .collect();
        // design.md §5, as it stands there.
        for request in [
            "GET /v1/customers",
            "POST /v1/customers",
            "GET /v1/countryvalidationrules/{country}",
            "POST /v1/validations/address",
            "HEAD /v1/domains/{domain}",
            "GET /v1/customers/{customer}",
            "PATCH /v1/customers/{customer}",
            "GET /v1/customers/{customer}/qualification",
            "PUT /v1/customers/{customer}/qualification",
            "GET /v1/customers/{customer}/profiles/company",
            "GET /v1/customers/{customer}/profiles/billing",
            "PUT /v1/customers/{customer}/profiles/billing",
            "GET /v1/offers",
            "GET /v1/offers/{offer}",
            "GET /v1/offers/{offer}/addons",
            "GET /v1/offercategories",
            "GET /v1/customers/{customer}/offers",
            "GET /v1/customers/{customer}/offercategories",
            "POST /v1/customers/{customer}/orders",
            "GET /v1/customers/{customer}/orders",
            "GET /v1/customers/{customer}/orders/{order}",
            "PATCH /v1/customers/{customer}/orders/{order}",
            "GET /v1/customers/{customer}/orders/{order}/provisioningstatus",
            "GET /v1/customers/{customer}/subscriptions",
            "GET /v1/customers/{customer}/subscriptions/{subscription}",
            "PATCH /v1/customers/{customer}/subscriptions/{subscription}",
            "GET /v1/customers/{customer}/subscriptions/{subscription}/addons",
            "GET /v1/customers/{customer}/subscriptions/{subscription}/provisioningstatus",
            "GET /v1/customers/{customer}/subscriptions/{subscription}/conversions",
            "POST /v1/customers/{customer}/subscriptions/{subscription}/conversions",
            "GET /v1/customers/{customer}/subscriptions/{subscription}/history",
            "GET /v1/auditrecords",
            "GET /v1/me",
            "GET /v1/rules",
        ] {
            assert!(described.iter().any(|found| found == request), "{request}");
        }
        let page = page(&api);
        assert!(
            page.contains("GET /v1/customers/{customer}/subscriptions")
                && !page.contains("<script")
        );
    }

    /// domain.md §2.3 for orders, design.md §5 for what a customer may buy.
    #[test]
    fn a_frequency_is_asked_for_by_the_name_that_is_read() {
        let (_, api) = routes::described();
        let json = serde_json::to_value(&api).unwrap();
        for (list, name) in [("orders", "billingType"), ("offers", "billingCycle")] {
            let path = format!("/v1/customers/{{customer}}/{list}");
            let parameters = json["paths"][path]["get"]["parameters"].as_array().unwrap();
            let mut names = parameters.iter().filter_map(|each| each["name"].as_str());
            assert!(names.any(|found| found == name), "{list}");
        }
    }

    #[test]
    fn it_is_openapi_3_1_and_names_every_shape_it_uses() {
        let (_, api) = routes::described();
        let json = serde_json::to_value(&api).unwrap();
        assert!(json["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
        let text = json.to_string();
        let used = text.split("\"#/components/schemas/").skip(1);
        for name in used.filter_map(|rest| rest.split('"').next()) {
            assert!(!json["components"]["schemas"][name].is_null(), "{name} is used and not there");
        }
    }
}
