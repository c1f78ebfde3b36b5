//! What was done: `/v1/auditrecords`, and the history of one subscription.

use super::Reply;
use super::lists::{self, Place, Seek};
use crate::call::{Call, bare};
use crate::desk::Desk;
use crate::fault::Fault;
use crate::openapi::{AuditQuery, Continued, ExportQuery, Faults, LogPageQuery, SubscriptionPath};
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use futures_util::stream::{self, StreamExt};
use subscription_api::{AuditRecord, Collection, resource_type};
use subscription_rules::{CustomerId, Refusal};
use subscription_usecases::{Actor, Caller, Entry, LogQuery, Page, csv, lower_case, subscriptions};

fn written(caller: &Caller, entry: &Entry) -> AuditRecord {
    let user = match &entry.actor {
        Actor::User(user) => user.as_str(),
        Actor::System => "system",
        Actor::Vendor => "vendor",
    };
    let names = (entry.customer_name.as_str(), entry.subscription_name.as_str());
    AuditRecord {
        partner_id: caller.partner.id.as_str().to_owned(),
        ..AuditRecord::of(&entry.fact, &entry.customer, names, user)
    }
}

/// What was done to a subscription, newest first.
#[utoipa::path(
    get, path = "/v1/customers/{customer}/subscriptions/{subscription}/history",
    operation_id = "log_history", tag = "log",
    params(SubscriptionPath),
    responses((status = 200, body = Collection<AuditRecord>), Faults),
)]
pub(super) async fn history(State(desk): State<Desk>, call: Call) -> Reply {
    let (customer, id) = (call.customer()?, call.subscription()?);
    let account = subscriptions::account(&desk.store, &call.caller, &customer).await?;
    account.find(&id)?;
    let lines = subscriptions::history(&desk.store, &call.caller, &customer, Some(&id)).await?;
    let lines = lines.iter().map(|line| written(&call.caller, line)).collect();
    Ok(Json(lists::whole(&call, lines)).into_response())
}

/// `GET /v1/auditrecords/export?format=jsonl|csv`: all of it, newest first, as it is read.
#[utoipa::path(
    get, path = "/v1/auditrecords/export",
    operation_id = "log_export", tag = "log",
    params(ExportQuery, AuditQuery),
    responses(
        (status = 200, content((String = "application/x-ndjson"), (String = "text/csv"))),
        Faults,
    ),
)]
pub(super) async fn export(State(desk): State<Desk>, call: Call) -> Reply {
    let (format, kind) = match call.query("format") {
        None | Some("jsonl") => (Format::Lines, "application/x-ndjson; charset=utf-8"),
        Some("csv") => (Format::Csv, "text/csv; charset=utf-8"),
        Some(_) => return Err(Fault::malformed("format is jsonl or csv")),
    };
    let (query, only) = read_query(&call)?;
    let caller = call.caller;
    // The first page is asked for before anything is sent, so that a refusal is one.
    let first = subscriptions::written_log(&desk.store, &caller, &query, None).await?;
    let pages = stream::try_unfold(Some(first), move |page: Option<Page<Entry>>| {
        let (desk, caller) = (desk.clone(), caller.clone());
        let (query, only) = (query.clone(), only.clone());
        async move {
            let Some(page) = page else { return Ok(None) };
            let lines = page.items.iter().filter(|line| only.wants(line));
            let text: String = lines.map(|line| format.line(&caller, line)).collect();
            let next = match page.next {
                Some(after) => {
                    let next =
                        subscriptions::written_log(&desk.store, &caller, &query, Some(&after));
                    Some(next.await.map_err(std::io::Error::other)?)
                }
                None => None,
            };
            Ok::<_, std::io::Error>(Some((text, next)))
        }
    });
    let head = stream::once(async move { Ok(format.head()) });
    let mut response = Body::from_stream(head.chain(pages)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    Ok(response)
}

#[derive(Clone, Copy)]
enum Format {
    /// A record a line, as JSON.
    Lines,
    /// For spreadsheets.
    Csv,
}

impl Format {
    fn head(self) -> String {
        const COLUMNS: [&str; 9] = [
            "operationDate",
            "userPrincipalName",
            "operationType",
            "customerId",
            "customerName",
            "resourceType",
            "resourceId",
            "resourceOldValue",
            "resourceNewValue",
        ];
        match self {
            Self::Lines => String::new(),
            Self::Csv => csv::MARK.to_owned() + &csv::line(COLUMNS),
        }
    }

    fn line(self, caller: &Caller, entry: &Entry) -> String {
        let record = written(caller, entry);
        match self {
            Self::Lines => serde_json::to_string(&record).unwrap_or_default() + "\n",
            Self::Csv => csv::line([
                &*record.operation_date.map(|at| at.to_rfc3339()).unwrap_or_default(),
                &record.user_principal_name,
                &record.operation_type,
                &record.customer_id,
                &record.customer_name,
                &record.resource_type,
                record.resource_id.as_deref().unwrap_or_default(),
                &record.resource_old_value,
                &record.resource_new_value,
            ]),
        }
    }
}

/// The days of the log that are asked for when nothing says since when (domain.md §2.6).
const USUAL: TimeDelta = TimeDelta::days(30);

/// A UTC day, as 2018-07-31 or as .NET has it, 07/31/2018. A time behind it is passed over.
fn day(call: &Call, name: &str) -> Result<Option<NaiveDate>, Fault> {
    let read = |text: &str| {
        let what = format!("{name} is {text:?} instead of a day such as 2018-07-31");
        let day = text.split(['T', 't', ' ']).next().unwrap_or_default();
        let day = day.parse().or_else(|_| NaiveDate::parse_from_str(day, "%m/%d/%Y"));
        day.map_err(|_| Fault::malformed(what))
    };
    let text = call.query(name).map(str::trim).filter(|text| !text.is_empty());
    text.map(read).transpose()
}

/// Which of the lines that the store is asked for are wanted. It has no index for this, so they are
/// picked while they are read (domain.md §2.6).
#[derive(Clone)]
enum Only {
    All,
    /// Those of companies whose name then had this in it, in lower case.
    Company(String),
    /// Those about a thing of this type.
    Resource(String),
}

impl Only {
    fn wants(&self, line: &Entry) -> bool {
        match self {
            Self::All => true,
            Self::Company(part) => lower_case(&line.customer_name).contains(part.as_str()),
            Self::Resource(word) => resource_type(&line.fact.event).eq_ignore_ascii_case(word),
        }
    }
}

fn read_query(call: &Call) -> Result<(LogQuery, Only), Fault> {
    let today = call.caller.now.date_naive();
    // Our memory has no 90-day bound.
    let until = day(call, "endDate")?.unwrap_or(today);
    let usual = until.min(today).checked_sub_signed(USUAL).unwrap_or(NaiveDate::MIN);
    let from = day(call, "startDate")?.unwrap_or(usual);
    if until < from {
        let what = format!("endDate, {until}, is before startDate, {from}: without it it is today");
        return Err(Fault::malformed(what));
    }
    let next = until.checked_add_signed(TimeDelta::days(1));
    let mut query = LogQuery {
        from: Some(from.and_time(NaiveTime::MIN).and_utc()),
        until: next.map(|day| day.and_time(NaiveTime::MIN).and_utc()),
        ..LogQuery::default()
    };
    let Some(filter) = call.filter()? else { return Ok((query, Only::All)) };
    let (field, operator) =
        (filter.field.to_ascii_lowercase(), filter.operator.to_ascii_lowercase());
    let only = match (field.as_str(), operator.as_str()) {
        ("customerid", "equals") => {
            let customer = CustomerId::parse(bare(&filter.value));
            query.customer = Some(customer.map_err(|_| Refusal::CustomerNotFound)?);
            Only::All
        }
        ("companyname", "substring") => Only::Company(lower_case(&filter.value)),
        ("resourcetype", "equals") => Only::Resource(filter.value),
        _ => {
            let what = "filter: CustomerId equals, CompanyName substring and ResourceType equals \
                        are known";
            return Err(Fault::malformed(what));
        }
    };
    Ok((query, only))
}

/// Whether a text is where a page of the log ended: a moment and a number.
fn is_key(text: &str) -> bool {
    let is_number = |part: &str| part.parse::<i64>().is_ok();
    text.split_once('.').is_some_and(|(at, number)| is_number(at) && is_number(number))
}

/// What was done, newest first, at most 500 records a page.
///
/// By `CompanyName` or `ResourceType` at most twenty times as many records as a page may have are
/// looked at for one, so that it may have fewer, even none, and yet a link to the next one.
#[utoipa::path(
    get, path = "/v1/auditrecords",
    operation_id = "log_audit", tag = "log",
    params(AuditQuery, LogPageQuery, Continued),
    responses((status = 200, body = Collection<AuditRecord>), Faults),
)]
pub(super) async fn audit(State(desk): State<Desk>, mut call: Call) -> Reply {
    let after = Seek::forwards(&mut call, is_key)?;
    let (query, only) = read_query(&call)?;
    let size = lists::size(&call)?.unwrap_or(lists::MOST);
    let caller = &call.caller;
    let keeps = |line: &Entry| only.wants(line);
    let page =
        subscriptions::log_page(&desk.store, caller, &query, &keeps, after.as_ref(), size).await?;
    let records = page.items.iter().map(|line| written(caller, line)).collect();
    Ok(Json(lists::page(&call, records, Place::before(page.next))).into_response())
}
