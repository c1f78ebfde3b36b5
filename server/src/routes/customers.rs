//! `/v1/customers` and what a customer is.

use super::lists::{self, Place, Seek};
use super::{Reply, Seen};
use crate::call::Call;
use crate::desk::Desk;
use crate::fault::Fault;
use crate::openapi::{
    Continued, CountryPath, CustomerPath, CustomersQuery, DomainPath, Faults, Guarded, Preview,
    Write,
};
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde_json::Value;
use subscription_api::{
    Address, AddressValidation, BillingProfile, Collection, CompanyProfile, CountryValidationRules,
    Customer, Qualification, RequestFault, Summary, effects, is_profile_etag,
    qualification as written, qualifications,
};
use subscription_rules::{self as rules, Country, Domain, Permission, address_problems};
use subscription_usecases::{
    Ask, CustomerQuery, CustomerRow, CustomerSort, Failure, SearchIn, StoreError, customers,
    sort_key,
};

/// Where a list is searched for what; `None` where nobody can be found (domain.md §2.3).
fn search(call: &Call) -> Result<Option<(SearchIn, String)>, Fault> {
    let Some(filter) = call.filter()? else {
        return Ok(Some((SearchIn::Either, String::new())));
    };
    if !filter.operator.eq_ignore_ascii_case("starts_with") {
        return Err(Fault::malformed("filter: the only operator is starts_with"));
    }
    let search_in = match filter.field.to_ascii_lowercase().as_str() {
        "companyname" => SearchIn::Name,
        "domain" => SearchIn::Domain,
        // Nobody sells through another partner here.
        "indirectreseller" | "indirectcloudsolutionprovider" => return Ok(None),
        _ => {
            let fields = "CompanyName, Domain, IndirectReseller and IndirectCloudSolutionProvider";
            return Err(Fault::malformed(format!("filter: the fields are {fields}")));
        }
    };
    Ok(Some((search_in, filter.value)))
}

fn read_query(
    call: &Call,
    seek: &Seek,
    (search_in, starts_with): (SearchIn, String),
) -> Result<CustomerQuery, Fault> {
    let size = lists::size(call)?.unwrap_or_default();
    let descending = match call.query("sort") {
        None | Some("" | "name") => false,
        Some("-name") => true,
        Some(_) => return Err(Fault::malformed("sort is name or -name")),
    };
    // From the end it is the list in its other order.
    let sort = if descending == seek.is_backwards() {
        CustomerSort::Name
    } else {
        CustomerSort::NameDescending
    };
    let start_at = call.query("startAt").filter(|name| !name.is_empty()).map(str::to_owned);
    let (start_at, after) = match seek {
        Seek::First => (start_at, None),
        Seek::Next(place) | Seek::Previous(place) => (None, Some(place.clone())),
        Seek::Last => (None, None),
    };
    Ok(CustomerQuery { starts_with, search_in, sort, start_at, after, size })
}

fn row(row: &CustomerRow) -> Customer {
    let summary = Summary {
        active: row.active,
        suspended: row.suspended,
        next_expires_on: row.next_expiry,
        kind: written(row.customer.qualifications).as_str().to_owned(),
    };
    Customer { summary: Some(summary), ..Customer::listed(&row.customer) }
}

/// Customers by name, in pages.
#[utoipa::path(
    get, path = "/v1/customers",
    operation_id = "customers_list", tag = "customers",
    params(CustomersQuery, Continued),
    responses((status = 200, body = Collection<Customer>), Faults),
)]
pub(super) async fn list(State(desk): State<Desk>, mut call: Call) -> Reply {
    let seek = Seek::of(&mut call, |key| key.contains('\u{1}'))?;
    let Some(search) = search(&call)? else {
        call.caller.context().may(Permission::ViewCustomers)?;
        return Ok(Json(lists::whole::<Customer>(&call, Vec::new())).into_response());
    };
    let query = read_query(&call, &seek, search)?;
    let mut page = customers::list(&desk.store, &call.caller, &query).await?;
    let place = Place::of(&mut page, &seek, |row| sort_key(&row.customer));
    let items = page.items.iter().map(row).collect();
    Ok(Json(lists::page(&call, items, place)).into_response())
}

async fn found(desk: &Desk, call: &Call) -> Result<Customer, Fault> {
    let customer = customers::get(&desk.store, &call.caller, &call.customer()?).await?;
    Ok(Customer::whole(&customer))
}

/// One customer with its profiles.
#[utoipa::path(
    get, path = "/v1/customers/{customer}",
    operation_id = "customers_get", tag = "customers",
    params(CustomerPath),
    responses((status = 200, body = Customer), Faults),
)]
pub(super) async fn get(State(desk): State<Desk>, call: Call) -> Reply {
    let customer = customers::get(&desk.store, &call.caller, &call.customer()?).await?;
    Ok(desk.answers.of(&customer, Customer::whole))
}

/// Who the customer is.
#[utoipa::path(
    get, path = "/v1/customers/{customer}/profiles/company",
    operation_id = "customers_company", tag = "customers",
    params(CustomerPath),
    responses((status = 200, body = CompanyProfile), Faults),
)]
pub(super) async fn company(State(desk): State<Desk>, call: Call) -> Reply {
    Ok(Json(found(&desk, &call).await?.company_profile).into_response())
}

/// Where its bills go.
#[utoipa::path(
    get, path = "/v1/customers/{customer}/profiles/billing",
    operation_id = "customers_billing", tag = "customers",
    params(CustomerPath),
    responses((status = 200, body = BillingProfile), Faults),
)]
pub(super) async fn billing(State(desk): State<Desk>, call: Call) -> Reply {
    Ok(Json(found(&desk, &call).await?.billing_profile).into_response())
}

/// The whole profile anew; the company's name and the country are fixed (domain.md §2.3).
///
/// Without an `ETag` it takes the place of whatever is there: nothing says that one has to be sent
/// here, and scripts send none.
#[utoipa::path(
    put, path = "/v1/customers/{customer}/profiles/billing",
    operation_id = "customers_set_billing", tag = "customers",
    params(CustomerPath, Guarded, Write, Preview),
    request_body = BillingProfile,
    responses((status = 200, body = BillingProfile), Faults),
)]
pub(super) async fn set_billing(State(desk): State<Desk>, call: Call) -> Reply {
    let asked: BillingProfile = call.body()?;
    let now = found(&desk, &call).await?;
    let held = now.billing_profile.unwrap_or_default();
    let fixed = [
        ("companyName", &asked.company_name, &held.company_name),
        ("country", &asked.default_address.country, &held.default_address.country),
    ];
    for (field, to, from) in fixed {
        if !to.is_empty() && !to.eq_ignore_ascii_case(from) {
            return Err(RequestFault::ReadOnlyField { field: field.into() }.into());
        }
    }
    let (id, ask) = (call.customer()?, call.ask()?);
    let seen = Seen::of(&call, asked.attributes.as_ref());
    let still = |now: &rules::Customer| {
        let etags = seen.as_ref().and_then(Seen::etags);
        etags.is_none_or(|mut etags| etags.any(|etag| is_profile_etag(etag, now)))
    };
    let (contact, address, details) = asked.profile();
    let to = (&contact, &address, &details);
    let (store, caller) = (&desk.store, &call.caller);
    let done = match customers::set_billing_profile(store, caller, &id, to, &still, &ask).await {
        Err(Failure::Store(StoreError::Stale)) if seen.is_some() => {
            let current = found(&desk, &call).await?.billing_profile;
            let current = serde_json::to_value(current).unwrap_or_default();
            return Err(Fault::Stale(Box::new(current)));
        }
        outcome => outcome?,
    };
    if ask.validate_only {
        return Ok(Json(effects(&done.effects)).into_response());
    }
    Ok(Json(found(&desk, &call).await?.billing_profile).into_response())
}

/// Whether a customer could have an address: it is held against what an added customer is.
///
/// Whether there is such a place is not looked up.
#[utoipa::path(
    post, path = "/v1/validations/address",
    operation_id = "customers_validate_address", tag = "customers",
    request_body = Address,
    responses((status = 200, body = AddressValidation), Faults),
)]
pub(super) async fn validate_address(call: Call) -> Reply {
    let asked: Address = call.body()?;
    let (address, details) = asked.clone().parts();
    if let Some(problem) = address_problems(&asked.country, &address, &details).into_iter().next() {
        return Err(problem.into());
    }
    Ok(Json(AddressValidation::of(asked)).into_response())
}

/// Whether a customer has the domain: 200 when it is taken, 404 when it is free.
#[utoipa::path(
    head, path = "/v1/domains/{domain}",
    operation_id = "customers_domain", tag = "customers",
    params(DomainPath),
    // An answer to HEAD has no body, so a refusal is its status alone.
    responses(
        (status = 200, description = "A customer has it."),
        (status = 400, description = "It is no domain."),
        (status = 401, description = "Nobody is signed in."),
        (status = 403, description = "The role does not allow it."),
        (status = 404, description = "Nobody has it."),
        (status = 429, description = "Too many requests; wait as long as `Retry-After` says."),
        (status = 503, description = "Try again."),
    ),
)]
pub(super) async fn domain(State(desk): State<Desk>, call: Call) -> Reply {
    let domain = Domain::parse(call.param("domain"))?;
    let taken = customers::of_domain(&desk.store, &call.caller, &domain).await?.is_some();
    Ok(if taken { StatusCode::OK } else { StatusCode::NOT_FOUND }.into_response())
}

/// What an address in a country must have.
#[utoipa::path(
    get, path = "/v1/countryvalidationrules/{country}",
    operation_id = "customers_country_rules", tag = "customers",
    params(CountryPath),
    responses((status = 200, body = CountryValidationRules), Faults),
)]
pub(super) async fn country_rules(call: Call) -> Reply {
    let country = Country::parse(&call.param("country").to_ascii_uppercase());
    let country = country.map_err(|_| Fault::malformed("a country has two letters, such as US"))?;
    Ok(Json(CountryValidationRules::of(country.known()?)).into_response())
}

/// Adds a customer.
///
/// The answer has no `userCredentials`: no directory is made here, so no user name and password
/// would open anything (domain.md §2.3).
#[utoipa::path(
    post, path = "/v1/customers",
    operation_id = "customers_add", tag = "customers",
    params(Write, Preview),
    request_body = Customer,
    responses(
        (
            status = 201, body = Customer,
            headers(("Location" = String, description = "The address of the customer.")),
        ),
        (status = 200, body = serde_json::Value),
        Faults,
    ),
)]
pub(super) async fn add(State(desk): State<Desk>, call: Call) -> Reply {
    let draft = call.body::<Customer>()?.draft();
    let ask = call.ask()?;
    let done = customers::add(&desk.store, &call.caller, &draft, &ask).await?;
    if ask.validate_only {
        return Ok(Json(effects(&done.effects)).into_response());
    }
    let customer = customers::get(&desk.store, &call.caller, &done.customer).await?;
    let location = [(header::LOCATION, format!("/v1/customers/{}", customer.id))];
    Ok((StatusCode::CREATED, location, Json(Customer::whole(&customer))).into_response())
}

/// The one thing that can be changed here is the relationship, and it can only be ended
/// (domain.md §2.3).
#[utoipa::path(
    patch, path = "/v1/customers/{customer}",
    operation_id = "customers_update", tag = "customers",
    params(CustomerPath, Write, Preview),
    request_body = Customer,
    responses((status = 200, body = Customer), Faults),
)]
pub(super) async fn update(State(desk): State<Desk>, call: Call) -> Reply {
    let asked: Customer = call.body()?;
    let now = found(&desk, &call).await?;
    let to = asked.relationship_to_partner.to_ascii_lowercase();
    if to.is_empty() || to == now.relationship_to_partner {
        return Ok(Json(now).into_response());
    }
    if to != "none" {
        let field = "relationshipToPartner".into();
        return Err(RequestFault::ReadOnlyField { field }.into());
    }
    let (id, ask) = (call.customer()?, call.ask()?);
    let done = customers::remove_relationship(&desk.store, &call.caller, &id, &ask).await?;
    if ask.validate_only {
        return Ok(Json(effects(&done.effects)).into_response());
    }
    Ok(Json(found(&desk, &call).await?).into_response())
}

/// What the customer qualifies for, in one word.
#[utoipa::path(
    get, path = "/v1/customers/{customer}/qualification",
    operation_id = "customers_qualification", tag = "customers",
    params(CustomerPath),
    responses((status = 200, body = String, content_type = "application/json"), Faults),
)]
pub(super) async fn qualification(State(desk): State<Desk>, call: Call) -> Reply {
    let customer = customers::get(&desk.store, &call.caller, &call.customer()?).await?;
    Ok(Json(written(customer.qualifications)).into_response())
}

/// The body is the word itself, or an object that holds it (domain.md §2.3).
#[utoipa::path(
    put, path = "/v1/customers/{customer}/qualification",
    operation_id = "customers_qualify", tag = "customers",
    params(CustomerPath, Write, Preview),
    request_body(content = String, content_type = "application/json"),
    responses((status = 200, body = serde_json::Value), Faults),
)]
pub(super) async fn qualify(State(desk): State<Desk>, call: Call) -> Reply {
    let word = match call.body::<Value>()? {
        Value::String(word) => word,
        Value::Object(fields) => {
            let word = fields.get("qualification").and_then(Value::as_str);
            word.ok_or_else(|| Fault::malformed("qualification is missing"))?.to_owned()
        }
        _ => return Err(Fault::malformed("the body is the qualification's word")),
    };
    let to = qualifications(&Qualification::from(word.clone()))
        .ok_or_else(|| Fault::malformed(format!("{word:?} is no qualification")))?;
    let (id, ask): (_, Ask) = (call.customer()?, call.ask()?);
    let done = customers::set_qualifications(&desk.store, &call.caller, &id, to, &ask).await?;
    if ask.validate_only {
        return Ok(Json(effects(&done.effects)).into_response());
    }
    let customer = customers::get(&desk.store, &call.caller, &id).await?;
    Ok(Json(written(customer.qualifications)).into_response())
}
