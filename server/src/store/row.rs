//! What both databases keep of an account, and how it is written there.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use subscription_rules::{Customer, next_due};
use subscription_usecases::{
    Commit, CustomerRow, Entry, Page, PageToken, Result, StoreError, lower_case, sort_key,
};

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
pub(super) fn unavailable(error: impl ToString) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

pub(super) fn damaged(error: &impl ToString) -> StoreError {
    StoreError::Damaged(error.to_string())
}

/// Identifiers are the same in either case, so their keys have one.
pub(super) fn folded(id: &str) -> String {
    id.to_ascii_lowercase()
}

pub(super) fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

pub(crate) fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| damaged(&error))
}

pub(super) fn read<T: DeserializeOwned>(body: &str) -> Result<T> {
    serde_json::from_str(body).map_err(|error| damaged(&error))
}

/// The row of a customer. Beside the customer itself it has what a list shows, true until
/// something is due.
pub(super) struct Line {
    pub sort_key: String,
    pub domain: String,
    pub active: i32,
    pub suspended: i32,
    pub next_expiry: Option<String>,
    pub due_at: Option<i64>,
    pub body: String,
}

impl Line {
    /// What a list needs.
    pub(super) const COLUMNS: &str =
        "sort_key, domain, active, suspended, next_expiry, due_at, body";

    /// The row after a commit.
    pub(super) fn of(commit: &Commit) -> Result<Self> {
        let (customer, policy) = (commit.account.customer(), &commit.policy);
        let row = CustomerRow::as_kept(&commit.account, policy);
        let count = |count| i32::try_from(count).unwrap_or(i32::MAX);
        Ok(Self {
            sort_key: sort_key(customer),
            domain: lower_case(customer.domain.as_str()),
            active: count(row.active),
            suspended: count(row.suspended),
            next_expiry: row.next_expiry.map(|day| day.to_string()),
            due_at: next_due(&commit.account, policy).map(|due| micros(due.at)),
            body: json(customer)?,
        })
    }

    /// Whether time has brought something that nobody has written down yet: then the account
    /// itself must be asked (design.md §3).
    pub(super) fn is_due(&self, now: DateTime<Utc>) -> bool {
        self.due_at.is_some_and(|due| due <= micros(now))
    }

    /// Where a page that ends with it ended.
    pub(super) fn token(&self) -> PageToken {
        PageToken(self.sort_key.clone())
    }

    /// Who it is.
    pub(super) fn customer(&self) -> Result<Customer> {
        read(&self.body)
    }

    /// As a list shows it, while nothing is due.
    pub(super) fn row(&self) -> Result<CustomerRow> {
        let day = |text: &str| text.parse::<NaiveDate>().map_err(|error| damaged(&error));
        let count = |count| u32::try_from(count).unwrap_or_default();
        Ok(CustomerRow {
            customer: self.customer()?,
            active: count(self.active),
            suspended: count(self.suspended),
            next_expiry: self.next_expiry.as_deref().map(day).transpose()?,
        })
    }
}

/// Every partner whose log is sealed: from each to the next by the key, without their lines; and
/// those of whom the end of the chain is all there is.
pub(super) const SEALED_PARTNERS: &str = "
    WITH RECURSIVE each (partner) AS (
        SELECT MIN(partner) FROM entry WHERE place IS NOT NULL
        UNION ALL
        SELECT (SELECT MIN(partner) FROM entry WHERE place IS NOT NULL AND partner > each.partner)
        FROM each WHERE each.partner IS NOT NULL)
    SELECT partner FROM each WHERE partner IS NOT NULL
    UNION SELECT partner FROM chain ORDER BY partner";

/// A page of so many rows, of those that were read: one more where there is a next page.
pub(super) fn page<R>(mut rows: Vec<R>, size: usize, token: fn(&R) -> PageToken) -> Page<R> {
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().map(token).filter(|_| more);
    Page { items: rows, next }
}

/// A line of the log: its moment, its number and itself.
pub(super) type LogRow = (i64, i64, String);

/// A page of the log from its rows.
pub(super) fn log_page(rows: Vec<LogRow>, size: usize) -> Result<Page<Entry>> {
    let Page { items, next } =
        page(rows, size, |(at, number, _)| PageToken(format!("{at}.{number}")));
    let items = items.iter().map(|(_, _, body)| read(body)).collect::<Result<_>>()?;
    Ok(Page { items, next })
}

/// How many lines a page has: 100 when nothing is said, 500 at most.
pub(super) fn page_size(asked: u16) -> usize {
    if asked == 0 { 100 } else { usize::from(asked.min(500)) }
}

/// The first text after all those that start with `prefix`.
pub(super) fn after_all(prefix: &str) -> String {
    format!("{prefix}\u{10ffff}")
}

/// Where a page of the log ended: its last line's moment and number.
pub(super) fn log_place(token: &PageToken) -> Option<(i64, i64)> {
    let (at, number) = token.0.split_once('.')?;
    Some((at.parse().ok()?, number.parse().ok()?))
}
