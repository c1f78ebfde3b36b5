//! What was done: `/v1/auditrecords`, and the history of one subscription.

use super::Reply;
use crate::call::Call;
use crate::desk::Desk;
use crate::fault::Fault;
use crate::openapi::{AuditQuery, ExportQuery, Faults, SubscriptionPath};
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use futures_util::stream::{self, StreamExt};
use subscription_api::{AuditRecord, Collection};
use subscription_rules::{CustomerId, Refusal};
use subscription_usecases::{Actor, Caller, Entry, LogQuery, Page, csv, subscriptions};

/// As many records as one answer has (domain.md §2.6).
const MOST: usize = 500;

fn written(caller: &Caller, entry: &Entry) -> AuditRecord {
    let user = match &entry.actor {
        Actor::User(user) => user.as_str(),
        Actor::System => "system",
        Actor::Vendor => "vendor",
    };
    AuditRecord {
        partner_id: caller.partner.id.as_str().to_owned(),
        ..AuditRecord::of(&entry.fact, &entry.customer, &entry.customer_name, user)
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
    let lines = lines.iter().map(|line| written(&call.caller, line)).collect::<Vec<_>>();
    Ok(Json(Collection::of(lines)).into_response())
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
        None | Some("jsonl") => (Format::Lines, "application/x-ndjson"),
        Some("csv") => (Format::Csv, "text/csv; charset=utf-8"),
        Some(_) => return Err(Fault::malformed("format is jsonl or csv")),
    };
    let query = read_query(&call)?;
    let caller = call.caller;
    // The first page is asked for before anything is sent, so that a refusal is one.
    let first = subscriptions::written_log(&desk.store, &caller, &query, None).await?;
    let pages = stream::try_unfold(Some(first), move |page: Option<Page<Entry>>| {
        let (desk, caller, query) = (desk.clone(), caller.clone(), query.clone());
        async move {
            let Some(page) = page else { return Ok(None) };
            let text: String = page.items.iter().map(|line| format.line(&caller, line)).collect();
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

fn day(call: &Call, name: &str) -> Result<Option<NaiveDate>, Fault> {
    let read = |text: &str| {
        let what = format!("{name} is {text:?} instead of a day such as 2018-07-31");
        text.get(..10).unwrap_or(text).parse().map_err(|_| Fault::malformed(what))
    };
    call.query(name).filter(|text| !text.is_empty()).map(read).transpose()
}

fn read_query(call: &Call) -> Result<LogQuery, Fault> {
    let today = call.caller.now.date_naive();
    // The last 30 days without a start; our memory has no 90-day bound.
    let from = day(call, "startDate")?.unwrap_or(today - TimeDelta::days(30));
    let until = day(call, "endDate")?.unwrap_or(today);
    if until < from {
        return Err(Fault::malformed("endDate is before startDate"));
    }
    let next = until.checked_add_signed(TimeDelta::days(1));
    let mut query = LogQuery {
        from: Some(from.and_time(NaiveTime::MIN).and_utc()),
        until: next.map(|day| day.and_time(NaiveTime::MIN).and_utc()),
        ..LogQuery::default()
    };
    if let Some(filter) = call.filter()? {
        let is = |text: &str, word: &str| text.eq_ignore_ascii_case(word);
        if !is(&filter.field, "CustomerId") || !is(&filter.operator, "equals") {
            return Err(Fault::malformed("filter: CustomerId equals is the one that is known"));
        }
        let customer = CustomerId::parse(&filter.value).map_err(|_| Refusal::CustomerNotFound)?;
        query.customer = Some(customer);
    }
    Ok(query)
}

/// What was done, newest first; the last 500 of what is asked for.
#[utoipa::path(
    get, path = "/v1/auditrecords",
    operation_id = "log_audit", tag = "log",
    params(AuditQuery),
    responses((status = 200, body = Collection<AuditRecord>), Faults),
)]
pub(super) async fn audit(State(desk): State<Desk>, call: Call) -> Reply {
    let query = read_query(&call)?;
    let lines = subscriptions::activity(&desk.store, &call.caller, &query, MOST).await?;
    let lines = lines.iter().map(|line| written(&call.caller, line)).collect::<Vec<_>>();
    Ok(Json(Collection::of(lines)).into_response())
}
