//! What is read: accounts by key, lists by keyset; nothing scans by offset.

use super::place::Place;
use crate::store::Watched;
use crate::store::cache::{Accounts, Key, key};
use crate::store::row::{
    Line, after_all, damaged, folded, log_page, log_place, micros, page, page_size, read,
    unavailable,
};
use chrono::{DateTime, Utc};
use rusqlite::{
    Connection, OptionalExtension, Row, Transaction, params, params_from_iter, types::Value,
};
use std::fmt::Write as _;
use std::sync::Arc;
use subscription_rules::{
    Customer, CustomerAccount, CustomerId, Order, OrderId, PartnerId, Policy, Subscription,
};
use subscription_usecases::{
    CustomerQuery, CustomerRow, CustomerSort, Entry, Kept, LogQuery, Page, PageToken, Recorded,
    RequestId, Result, SearchIn, lower_case,
};

/// Every row of a query, as its one text column.
fn bodies(
    connection: &Connection,
    sql: &str,
    values: impl rusqlite::Params,
) -> Result<Vec<String>> {
    let mut statement = connection.prepare_cached(sql).map_err(unavailable)?;
    let rows = statement.query_map(values, |row| row.get(0)).map_err(unavailable)?;
    rows.collect::<rusqlite::Result<_>>().map_err(unavailable)
}

/// The account as the cache has it, if the database has it at the same revision.
pub(super) fn account(
    connection: &Connection,
    key: &Key,
    accounts: &Accounts,
) -> Result<Option<Kept<CustomerAccount>>> {
    let revision: Option<i64> = connection
        .prepare_cached(
            "SELECT revision FROM account
             WHERE partner = ?1 AND customer = ?2 AND kind = 0 AND id = ''",
        )
        .and_then(|mut found| found.query_row(params![key.0, key.1], |row| row.get(0)).optional())
        .map_err(unavailable)?;
    let Some(revision) = revision else { return Ok(None) };
    let revision = u64::try_from(revision).unwrap_or_default();
    if let Some(held) = accounts.at(key, revision) {
        return Ok(Some(held.kept()));
    }
    let kept = whole(connection, key)?;
    if let Some(kept) = &kept {
        accounts.keep(key, kept.revision, kept.value.clone());
    }
    Ok(kept)
}

/// A read transaction, so that several statements see one state; `None` where the connection is in
/// one already.
fn snapshot(connection: &Connection) -> Result<Option<Transaction<'_>>> {
    let begun = connection.is_autocommit().then(|| connection.unchecked_transaction());
    begun.transpose().map_err(unavailable)
}

/// The account from its rows.
pub(super) fn whole(connection: &Connection, key: &Key) -> Result<Option<Kept<CustomerAccount>>> {
    let Place { first, last } = Place::of(&key.0, &key.1);
    // One snapshot for both statements, or a commit between them would tear the account.
    let snapshot = snapshot(connection)?;
    let held: Option<(i64, String)> = connection
        .prepare_cached(
            "SELECT revision, customer.body
             FROM account CROSS JOIN customer NOT INDEXED
                 ON customer.number BETWEEN ?3 AND ?4
                 AND customer.partner = account.partner AND customer.id = account.customer
             WHERE account.partner = ?1 AND account.customer = ?2 AND kind = 0
                 AND account.id = ''",
        )
        .map_err(unavailable)?
        .query_row(params![key.0, key.1, first, last], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
        .map_err(unavailable)?;
    let Some((revision, body)) = held else { return Ok(None) };
    let rows = bodies(
        connection,
        "SELECT COALESCE(body, '') FROM account LEFT JOIN subscription USING (number)
         WHERE partner = ?1 AND customer = ?2 AND kind = 1 ORDER BY place",
        params![key.0, key.1],
    )?;
    drop(snapshot);
    let subscriptions: Vec<Subscription> =
        rows.iter().map(|body| read(body)).collect::<Result<_>>()?;
    let value = CustomerAccount::new(read(&body)?, subscriptions).map_err(|e| damaged(&e))?;
    Ok(Some(Kept { value, revision: u64::try_from(revision).unwrap_or_default() }))
}

pub(super) fn order(connection: &Connection, key: &Key, id: &OrderId) -> Result<Option<Order>> {
    let sql = "SELECT COALESCE(body, '') FROM account LEFT JOIN placed_order USING (number)
               WHERE partner = ?1 AND customer = ?2 AND kind = 2 AND id = ?3";
    let found = bodies(connection, sql, params![key.0, key.1, folded(id.as_str())])?;
    found.first().map(|body| read(body)).transpose()
}

/// The customer without its subscriptions.
pub(super) fn customer(connection: &Connection, key: &Key) -> Result<Option<Arc<Customer>>> {
    let mut statement = connection
        .prepare_cached(
            "SELECT body FROM customer NOT INDEXED
             WHERE number BETWEEN ?3 AND ?4 AND id = ?2 AND partner = ?1",
        )
        .map_err(unavailable)?;
    let Place { first, last } = Place::of(&key.0, &key.1);
    let mut rows = statement.query(params![key.0, key.1, first, last]).map_err(unavailable)?;
    let Some(row) = rows.next().map_err(unavailable)? else { return Ok(None) };
    // Read where it lies in the page.
    let body = row.get_ref(0).map_err(unavailable)?.as_str().map_err(|error| damaged(&error))?;
    Ok(Some(Arc::new(read(body)?)))
}

pub(super) fn recorded(
    connection: &Connection,
    partner: &PartnerId,
    request: &RequestId,
) -> Result<Option<Recorded>> {
    let found = bodies(
        connection,
        "SELECT body FROM request WHERE partner = ?1 AND id = ?2",
        params![folded(partner.as_str()), request.as_str()],
    )?;
    found.first().map(|body| read(body)).transpose()
}

fn line(row: &Row<'_>) -> rusqlite::Result<Line> {
    Ok(Line {
        sort_key: row.get(0)?,
        domain: row.get(1)?,
        active: row.get(2)?,
        suspended: row.get(3)?,
        next_expiry: row.get(4)?,
        due_at: row.get(5)?,
        body: row.get(6)?,
    })
}

/// Adds to a text that is being built; a text takes whatever it is given.
fn put(text: &mut String, what: std::fmt::Arguments<'_>) {
    let _never_fails = text.write_fmt(what);
}

/// To a customer, what of it changes with what it has.
const ITS_ACCOUNT: &str = "CROSS JOIN account ON account.partner = customer.partner
    AND account.customer = customer.id AND kind = 0 AND account.id = ''";

pub(super) fn customers(
    connection: &Connection,
    partner: &PartnerId,
    query: &CustomerQuery,
    now: DateTime<Utc>,
    policy: &Policy,
) -> Result<Page<CustomerRow>> {
    let size = page_size(query.size);
    let descending = query.sort == CustomerSort::NameDescending;
    let mut values = vec![Value::from(folded(partner.as_str()))];
    let mut bound = |value: String| {
        values.push(Value::from(value));
        format!("?{}", values.len())
    };
    let mut wanted = String::from("customer.partner = ?1");
    if let Some(after) = &query.after {
        let sign = if descending { "<" } else { ">" };
        put(&mut wanted, format_args!(" AND sort_key {sign} {}", bound(after.0.clone())));
    } else if let Some(name) = &query.start_at {
        let (sign, end) = if descending { ("<=", "\u{10ffff}") } else { (">=", "") };
        let name = bound(lower_case(name) + end);
        put(&mut wanted, format_args!(" AND sort_key {sign} {name}"));
    }
    let order = if descending { "DESC" } else { "ASC" };
    let columns = Line::COLUMNS;
    let limit = size + 1;
    let sql = if query.starts_with.is_empty() {
        format!(
            "SELECT {columns} FROM customer {ITS_ACCOUNT}
             WHERE {wanted} ORDER BY sort_key {order} LIMIT {limit}"
        )
    } else {
        let prefix = lower_case(&query.starts_with);
        let (from, until) = (bound(prefix.clone()), bound(after_all(&prefix)));
        // Each half has its own index; together they would have none.
        let half = |index: &str, column: &str| {
            format!(
                "SELECT * FROM (SELECT {columns} FROM customer INDEXED BY {index} {ITS_ACCOUNT}
                     WHERE {wanted} AND {column} >= {from} AND {column} < {until}
                     ORDER BY sort_key {order} LIMIT {limit})"
            )
        };
        let (names, domains) =
            (half("customer_by_name", "sort_key"), half("customer_by_domain", "domain"));
        match query.search_in {
            SearchIn::Name => names,
            SearchIn::Domain => domains,
            SearchIn::Either => {
                format!("{names} UNION {domains} ORDER BY sort_key {order} LIMIT {limit}")
            }
        }
    };
    let mut statement = connection.prepare_cached(&sql).map_err(unavailable)?;
    let lines = statement.query_map(params_from_iter(values), line).map_err(unavailable)?;
    let lines = lines.collect::<rusqlite::Result<_>>().map_err(unavailable)?;
    let Page { items: lines, next } = page(lines, size, Line::token);
    let items = lines.iter().map(|line| row(connection, partner, line, now, policy));
    Ok(Page { items: items.collect::<Result<_>>()?, next })
}

fn row(
    connection: &Connection,
    partner: &PartnerId,
    line: &Line,
    now: DateTime<Utc>,
    policy: &Policy,
) -> Result<CustomerRow> {
    // What is due has happened, though nobody has written it down yet (design.md §3).
    if line.is_due(now)
        && let Some(kept) = whole(connection, &key(partner, &line.customer()?.id))?
    {
        return Ok(CustomerRow::of(&kept.value, now, policy));
    }
    line.row()
}

pub(super) fn customer_count(connection: &Connection, partner: &PartnerId) -> Result<u64> {
    let count: i64 = connection
        .prepare_cached("SELECT COUNT(*) FROM customer WHERE partner = ?1")
        .and_then(|mut all| all.query_row([folded(partner.as_str())], |row| row.get(0)))
        .map_err(unavailable)?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// A moment and a number as the key that a line of the log has among those of its customer: the
/// later, the larger.
pub(super) fn moment(at: i64, number: i64) -> Vec<u8> {
    [at.to_be_bytes(), number.to_be_bytes()].concat()
}

pub(super) fn entries(
    connection: &Connection,
    partner: &PartnerId,
    query: &LogQuery,
    after: Option<&PageToken>,
    size: u16,
) -> Result<Page<Entry>> {
    let mut values = vec![Value::from(folded(partner.as_str()))];
    let mut bind = |value: Value| {
        values.push(value);
        format!("?{}", values.len())
    };
    // A customer's lines are found by their keys in its account, a partner's by time.
    let of_customer =
        query.customer.as_ref().map(|customer| bind(folded(customer.as_str()).into()));
    let (mut wanted, order) = match &of_customer {
        Some(customer) => (
            format!(
                "account CROSS JOIN entry USING (number) WHERE account.partner = ?1
                 AND account.customer = {customer} AND kind = 3"
            ),
            "id DESC",
        ),
        None => ("entry WHERE partner = ?1".to_owned(), "at DESC, number DESC"),
    };
    let bounds = [
        (">=", query.from.map(|from| (micros(from), 0))),
        ("<", query.until.map(|until| (micros(until), 0))),
        ("<", after.and_then(log_place)),
    ];
    for (sign, bound) in bounds {
        let Some((at, number)) = bound else { continue };
        if of_customer.is_some() {
            // Nothing was logged before 1970, and what lies before has no key in this order.
            let key = bind(moment(at.max(0), number).into());
            put(&mut wanted, format_args!(" AND id {sign} {key}"));
        } else {
            let (at, number) = (bind(at.into()), bind(number.into()));
            put(&mut wanted, format_args!(" AND (at, number) {sign} ({at}, {number})"));
        }
    }
    if let Some(action) = &query.action {
        let action = bind(action.clone().into());
        put(&mut wanted, format_args!(" AND action = {action}"));
    }
    let size = usize::from(size.max(1));
    let sql = format!("SELECT at, number, body FROM {wanted} ORDER BY {order} LIMIT {}", size + 1);
    let mut statement = connection.prepare_cached(&sql).map_err(unavailable)?;
    let rows = statement
        .query_map(params_from_iter(values), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    let rows = rows.map_err(unavailable)?.collect::<rusqlite::Result<_>>();
    log_page(rows.map_err(unavailable)?, size)
}

pub(super) fn orders(
    connection: &Connection,
    partner: &PartnerId,
    customer: &CustomerId,
) -> Result<Vec<Order>> {
    let rows = bodies(
        connection,
        "SELECT COALESCE(body, '') FROM account LEFT JOIN placed_order USING (number)
         WHERE partner = ?1 AND customer = ?2 AND kind = 2 ORDER BY number",
        params![folded(partner.as_str()), folded(customer.as_str())],
    )?;
    rows.iter().map(|body| read(body)).collect()
}

pub(super) fn due(
    connection: &Connection,
    partner: &PartnerId,
    until: DateTime<Utc>,
    most: usize,
) -> Result<Vec<CustomerId>> {
    let rows = bodies(
        connection,
        "SELECT customer FROM account WHERE partner = ?1 AND due_at <= ?2
         ORDER BY due_at, customer LIMIT ?3",
        params![folded(partner.as_str()), micros(until), i64::try_from(most).unwrap_or(i64::MAX)],
    )?;
    rows.iter().map(|id| CustomerId::parse(id).map_err(|error| damaged(&error))).collect()
}

/// Reads the first page of the file and nothing more.
pub(super) fn reachable(connection: &Connection) -> Result<()> {
    let read = connection.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0));
    read.map(drop).map_err(unavailable)
}

/// Every partner that has a customer: from each to the next by the key, without their customers.
const EACH_PARTNER: &str = "WITH RECURSIVE each (partner) AS (
         SELECT MIN(partner) FROM customer
         UNION ALL
         SELECT (SELECT MIN(partner) FROM customer WHERE partner > each.partner)
         FROM each WHERE each.partner IS NOT NULL)";

pub(super) fn partners(connection: &Connection) -> Result<Vec<PartnerId>> {
    let sql = format!("{EACH_PARTNER} SELECT partner FROM each WHERE partner IS NOT NULL");
    let rows = bodies(connection, &sql, [])?;
    rows.iter().map(|id| PartnerId::parse(id).map_err(|error| damaged(&error))).collect()
}

pub(super) fn sign_in(connection: &Connection, key: &str, now: i64) -> Result<Option<String>> {
    let sql = "SELECT body FROM sign_in WHERE key = ?1 AND until > ?2";
    Ok(bodies(connection, sql, params![key, now])?.pop())
}

pub(super) fn watched(connection: &Connection, queue: usize) -> Result<Watched> {
    let sql = format!(
        "{EACH_PARTNER}
         SELECT (SELECT MIN((SELECT MIN(due_at) FROM account
                             WHERE partner = each.partner AND due_at IS NOT NULL)) FROM each),
                (SELECT COUNT(*) FROM entry WHERE place IS NULL)"
    );
    connection
        .prepare_cached(&sql)
        .and_then(|mut figures| {
            figures.query_row([], |row| {
                Ok(Watched { queue, oldest_due: row.get(0)?, unsealed: row.get(1)? })
            })
        })
        .map_err(unavailable)
}
