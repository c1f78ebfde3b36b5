//! What is read: accounts by key, lists by keyset; nothing scans by offset.

use crate::store::cache::Key;
use crate::store::row::{Line, LogRow, after_all, damaged, folded, micros, read};
use sqlx::postgres::{PgPool, PgRow};
use sqlx::{Postgres, QueryBuilder, Row};
use subscription_rules::{CustomerAccount, IdError, Subscription};
use subscription_usecases::{
    CustomerQuery, CustomerSort, Kept, LogQuery, Result, SearchIn, lower_case,
};

type Read<T> = std::result::Result<T, sqlx::Error>;

/// An account as its rows.
pub(super) struct Rows {
    revision: i64,
    body: String,
    subscriptions: Vec<String>,
}

impl Rows {
    pub(super) fn read(self) -> Result<Kept<CustomerAccount>> {
        let subscriptions: Vec<Subscription> =
            self.subscriptions.iter().map(|body| read(body)).collect::<Result<_>>()?;
        let account = CustomerAccount::new(read(&self.body)?, subscriptions);
        let value = account.map_err(|error| damaged(&error))?;
        Ok(Kept { value, revision: u64::try_from(self.revision).unwrap_or_default() })
    }
}

pub(super) async fn revision(pool: &PgPool, (partner, customer): &Key) -> Read<Option<i64>> {
    let sql = "SELECT revision FROM customer WHERE partner = $1 AND id = $2";
    sqlx::query_scalar(sql).bind(partner).bind(customer).fetch_optional(pool).await
}

pub(super) async fn order(
    pool: &PgPool,
    (partner, customer): &Key,
    id: &str,
) -> Read<Option<String>> {
    let sql = "SELECT body FROM placed_order WHERE partner = $1 AND customer = $2 AND id = $3";
    sqlx::query_scalar(sql).bind(partner).bind(customer).bind(id).fetch_optional(pool).await
}

/// The customer without its subscriptions.
pub(super) async fn customer(pool: &PgPool, (partner, customer): &Key) -> Read<Option<String>> {
    let sql = "SELECT body FROM customer WHERE partner = $1 AND id = $2";
    sqlx::query_scalar(sql).bind(partner).bind(customer).fetch_optional(pool).await
}

/// One statement, so one snapshot: a commit between two would tear the account.
pub(super) async fn account(pool: &PgPool, (partner, customer): &Key) -> Read<Option<Rows>> {
    let row = sqlx::query(
        "SELECT revision, body, ARRAY(
             SELECT body FROM subscription
             WHERE partner = $1 AND customer = $2 ORDER BY place) AS subscriptions
         FROM customer WHERE partner = $1 AND id = $2",
    )
    .bind(partner)
    .bind(customer)
    .fetch_optional(pool)
    .await?;
    let held = |row: PgRow| {
        Ok(Rows {
            revision: row.try_get("revision")?,
            body: row.try_get("body")?,
            subscriptions: row.try_get("subscriptions")?,
        })
    };
    row.map(held).transpose()
}

pub(super) async fn recorded(pool: &PgPool, partner: &str, id: &str) -> Read<Option<String>> {
    let sql = "SELECT body FROM request WHERE partner = $1 AND id = $2";
    sqlx::query_scalar(sql).bind(partner).bind(id).fetch_optional(pool).await
}

fn line(row: &PgRow) -> Read<Line> {
    Ok(Line {
        sort_key: row.try_get("sort_key")?,
        domain: row.try_get("domain")?,
        active: row.try_get("active")?,
        suspended: row.try_get("suspended")?,
        next_expiry: row.try_get("next_expiry")?,
        due_at: row.try_get("due_at")?,
        body: row.try_get("body")?,
    })
}

/// A text to look for. PostgreSQL takes no NUL in a text; nothing that is kept has the one or the
/// other, so nothing else is found.
fn bindable(text: &str) -> String {
    text.replace('\0', "\u{2}")
}

/// One of the two ways to find by a prefix: by name or by domain, each with its own index.
fn half(
    sql: &mut QueryBuilder<Postgres>,
    partner: &str,
    query: &CustomerQuery,
    column: Option<&'static str>,
    most: i64,
) {
    let descending = query.sort == CustomerSort::NameDescending;
    sql.push("(SELECT ").push(Line::COLUMNS).push(" FROM customer WHERE partner = ");
    sql.push_bind(partner.to_owned());
    if let Some(after) = &query.after {
        sql.push(if descending { " AND sort_key < " } else { " AND sort_key > " });
        sql.push_bind(bindable(&after.0));
    } else if let Some(name) = &query.start_at {
        let (sign, end) = if descending { (" <= ", "\u{10ffff}") } else { (" >= ", "") };
        sql.push(" AND sort_key").push(sign).push_bind(bindable(&lower_case(name)) + end);
    }
    if let Some(column) = column {
        let prefix = bindable(&lower_case(&query.starts_with));
        sql.push(" AND ").push(column).push(" >= ").push_bind(prefix.clone());
        sql.push(" AND ").push(column).push(" < ").push_bind(after_all(&prefix));
    }
    let order = if descending { "DESC" } else { "ASC" };
    sql.push(" ORDER BY sort_key ").push(order).push(" LIMIT ").push_bind(most).push(")");
}

pub(super) async fn customers(
    pool: &PgPool,
    partner: &str,
    query: &CustomerQuery,
    most: usize,
) -> Read<Vec<Line>> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut sql = QueryBuilder::new("");
    let is_search = !query.starts_with.is_empty();
    match query.search_in {
        _ if !is_search => half(&mut sql, partner, query, None, most),
        SearchIn::Name => half(&mut sql, partner, query, Some("sort_key"), most),
        SearchIn::Domain => half(&mut sql, partner, query, Some("domain"), most),
        SearchIn::Either => {
            half(&mut sql, partner, query, Some("sort_key"), most);
            sql.push(" UNION ");
            half(&mut sql, partner, query, Some("domain"), most);
            let descending = query.sort == CustomerSort::NameDescending;
            sql.push(" ORDER BY sort_key ").push(if descending { "DESC" } else { "ASC" });
            sql.push(" LIMIT ").push_bind(most);
        }
    }
    let rows = sql.build().fetch_all(pool).await?;
    rows.iter().map(line).collect()
}

pub(super) async fn customer_count(pool: &PgPool, partner: &str) -> Read<i64> {
    let sql = "SELECT COUNT(*) FROM customer WHERE partner = $1";
    sqlx::query_scalar(sql).bind(partner).fetch_one(pool).await
}

/// Lines of the log with their moment and number, newest first.
pub(super) async fn entries(
    pool: &PgPool,
    partner: &str,
    query: &LogQuery,
    after: Option<(i64, i64)>,
    most: usize,
) -> Read<Vec<LogRow>> {
    let mut sql = QueryBuilder::new("SELECT at, number, body FROM entry WHERE partner = ");
    sql.push_bind(partner.to_owned());
    if let Some(customer) = &query.customer {
        sql.push(" AND customer = ").push_bind(folded(customer.as_str()));
    }
    if let Some(from) = query.from {
        sql.push(" AND at >= ").push_bind(micros(from));
    }
    if let Some(until) = query.until {
        sql.push(" AND at < ").push_bind(micros(until));
    }
    if let Some(action) = &query.action {
        sql.push(" AND action = ").push_bind(bindable(action));
    }
    if let Some((at, number)) = after {
        sql.push(" AND (at, number) < (").push_bind(at).push(", ").push_bind(number).push(")");
    }
    sql.push(" ORDER BY at DESC, number DESC LIMIT ");
    sql.push_bind(i64::try_from(most).unwrap_or(i64::MAX));
    let rows = sql.build().fetch_all(pool).await?;
    let entry = |row: &PgRow| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?));
    rows.iter().map(entry).collect()
}

pub(super) async fn orders(pool: &PgPool, partner: &str, customer: &str) -> Read<Vec<String>> {
    let sql = "SELECT body FROM placed_order WHERE partner = $1 AND customer = $2 ORDER BY place";
    sqlx::query_scalar(sql).bind(partner).bind(customer).fetch_all(pool).await
}

pub(super) async fn due(pool: &PgPool, partner: &str, until: i64, most: i64) -> Read<Vec<String>> {
    let sql = "SELECT id FROM customer WHERE partner = $1 AND due_at <= $2
               ORDER BY due_at, id LIMIT $3";
    sqlx::query_scalar(sql).bind(partner).bind(until).bind(most).fetch_all(pool).await
}

/// From each partner to the next by the key, without their customers.
pub(super) async fn partners(pool: &PgPool) -> Read<Vec<String>> {
    sqlx::query_scalar(
        "WITH RECURSIVE each (partner) AS (
             SELECT MIN(partner) FROM customer
             UNION ALL
             SELECT (SELECT MIN(partner) FROM customer WHERE partner > each.partner)
             FROM each WHERE each.partner IS NOT NULL)
         SELECT partner FROM each WHERE partner IS NOT NULL",
    )
    .fetch_all(pool)
    .await
}

/// Keys as the identifiers they are.
pub(super) fn identified<T>(
    ids: &[String],
    parse: fn(&str) -> std::result::Result<T, IdError>,
) -> Result<Vec<T>> {
    ids.iter().map(|id| parse(id).map_err(|error| damaged(&error))).collect()
}

pub(super) async fn sign_in(pool: &PgPool, key: &str, now: i64) -> Read<Option<String>> {
    let sql = "SELECT body FROM sign_in WHERE key = $1 AND until > $2";
    sqlx::query_scalar(sql).bind(key).bind(now).fetch_optional(pool).await
}

pub(super) async fn watched(pool: &PgPool) -> Read<(Option<i64>, i64)> {
    sqlx::query_as(
        "SELECT (SELECT MIN(due_at) FROM customer WHERE due_at IS NOT NULL),
                (SELECT COUNT(*) FROM entry WHERE place IS NULL)",
    )
    .fetch_one(pool)
    .await
}
