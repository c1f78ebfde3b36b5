//! What was done: `/v1/auditrecords`, and the history of one subscription.

use super::Reply;
use crate::call::Call;
use crate::desk::Desk;
use crate::fault::Fault;
use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use subscription_api::{AuditRecord, Collection};
use subscription_rules::{CustomerId, Refusal};
use subscription_usecases::{Actor, Caller, Entry, LogQuery, subscriptions};

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

pub(super) async fn history(State(desk): State<Desk>, call: Call) -> Reply {
    let (customer, id) = (call.customer()?, call.subscription()?);
    let account = subscriptions::account(&desk.store, &call.caller, &customer).await?;
    account.find(&id)?;
    let lines = subscriptions::history(&desk.store, &call.caller, &customer, Some(&id)).await?;
    let lines = lines.iter().map(|line| written(&call.caller, line)).collect::<Vec<_>>();
    Ok(Json(Collection::of(lines)).into_response())
}

fn day(call: &Call, name: &str) -> Result<Option<NaiveDate>, Fault> {
    let read = |text: &str| {
        let what = format!("{name} is {text:?} instead of a day such as 2018-07-31");
        text.get(..10).unwrap_or(text).parse().map_err(|_| Fault::malformed(what))
    };
    call.query(name).filter(|text| !text.is_empty()).map(read).transpose()
}

pub(super) async fn audit(State(desk): State<Desk>, call: Call) -> Reply {
    let today = call.caller.now.date_naive();
    // The last 30 days without a start; our memory has no 90-day bound.
    let from = day(&call, "startDate")?.unwrap_or(today - TimeDelta::days(30));
    let until = day(&call, "endDate")?.unwrap_or(today);
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
    let lines = subscriptions::activity(&desk.store, &call.caller, &query, MOST).await?;
    let lines = lines.iter().map(|line| written(&call.caller, line)).collect::<Vec<_>>();
    Ok(Json(Collection::of(lines)).into_response())
}
