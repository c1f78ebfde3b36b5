//! What is written: all that one decision writes, in one transaction.

use crate::store::commit::{Request, Rows};
use crate::store::row::Line;
use sqlx::postgres::PgPool;
use sqlx::{Postgres, Transaction};

type Written<T> = Result<T, sqlx::Error>;

/// Writes it all, or nothing: the new revision, or `None` when somebody else was faster.
pub(super) async fn commit(pool: &PgPool, rows: &Rows) -> Written<Option<u64>> {
    let mut transaction = pool.begin().await?;
    // The request comes first: whoever repeats it waits here and then finds the answer.
    if let Some(request) = &rows.request
        && !remember(&mut transaction, rows, request).await?
    {
        return Ok(None);
    }
    let Some(revision) = customer(&mut transaction, rows).await? else { return Ok(None) };
    subscriptions(&mut transaction, rows).await?;
    for (id, body) in &rows.orders {
        sqlx::query(
            "INSERT INTO placed_order SELECT $1, $2, COALESCE(MAX(place) + 1, 0), $3, $4
             FROM placed_order WHERE partner = $1 AND customer = $2",
        )
        .bind(&rows.partner)
        .bind(&rows.customer)
        .bind(id)
        .bind(body)
        .execute(&mut *transaction)
        .await?;
    }
    entries(&mut transaction, rows).await?;
    transaction.commit().await?;
    Ok(Some(u64::try_from(revision).unwrap_or_default()))
}

/// A request that has its answer is not answered twice.
async fn remember(
    transaction: &mut Transaction<'_, Postgres>,
    rows: &Rows,
    request: &Request,
) -> Written<bool> {
    sqlx::query("DELETE FROM request WHERE partner = $1 AND id = $2 AND at <= $3")
        .bind(&rows.partner)
        .bind(&request.id)
        .bind(request.forgotten)
        .execute(&mut **transaction)
        .await?;
    let written = sqlx::query("INSERT INTO request VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
        .bind(&rows.partner)
        .bind(&request.id)
        .bind(request.at)
        .bind(&request.body)
        .execute(&mut **transaction)
        .await?;
    Ok(written.rows_affected() == 1)
}

/// The row of the customer, if it still has the revision that was decided on.
async fn customer(
    transaction: &mut Transaction<'_, Postgres>,
    rows: &Rows,
) -> Written<Option<i64>> {
    let Line { sort_key, domain, active, suspended, next_expiry, due_at, body } = &rows.line;
    let revision = rows.revision();
    let sql = if rows.before.is_some() {
        "UPDATE customer SET revision = $3, sort_key = $4, domain = $5, active = $6,
             suspended = $7, next_expiry = $8, due_at = $9, body = $10
         WHERE partner = $1 AND id = $2 AND revision = $3 - 1"
    } else {
        "INSERT INTO customer VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT DO NOTHING"
    };
    let written = sqlx::query(sql)
        .bind(&rows.partner)
        .bind(&rows.customer)
        .bind(revision)
        .bind(sort_key)
        .bind(domain)
        .bind(active)
        .bind(suspended)
        .bind(next_expiry)
        .bind(due_at)
        .bind(body)
        .execute(&mut **transaction)
        .await?;
    Ok((written.rows_affected() == 1).then_some(revision))
}

/// Only rows that differ are written.
async fn subscriptions(transaction: &mut Transaction<'_, Postgres>, rows: &Rows) -> Written<()> {
    let (ids, places, bodies) = &rows.subscriptions;
    if ids.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO subscription AS held
         SELECT $1, $2, * FROM UNNEST($3::text[], $4::bigint[], $5::text[])
         ON CONFLICT (partner, customer, id) DO UPDATE
             SET place = EXCLUDED.place, body = EXCLUDED.body
             WHERE held.place <> EXCLUDED.place OR held.body <> EXCLUDED.body",
    )
    .bind(&rows.partner)
    .bind(&rows.customer)
    .bind(ids)
    .bind(places)
    .bind(bodies)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

async fn entries(transaction: &mut Transaction<'_, Postgres>, rows: &Rows) -> Written<()> {
    let (moments, actions, bodies) = &rows.entries;
    if moments.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO entry (partner, customer, at, action, body)
         SELECT $1, $2, line.at, line.action, line.body
         FROM UNNEST($3::bigint[], $4::text[], $5::text[])
             WITH ORDINALITY AS line (at, action, body, place)
         ORDER BY line.place",
    )
    .bind(&rows.partner)
    .bind(&rows.customer)
    .bind(moments)
    .bind(actions)
    .bind(bodies)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// The task is ours if nobody has it, or not any more, or we have it already.
pub(super) async fn lease(
    pool: &PgPool,
    task: &str,
    holder: &str,
    now: i64,
    until: i64,
) -> Written<bool> {
    let written = sqlx::query(
        "INSERT INTO lease VALUES ($1, $2, $4)
         ON CONFLICT (task) DO UPDATE SET holder = $2, until = $4
         WHERE lease.holder = $2 OR lease.until <= $3",
    )
    .bind(task)
    .bind(holder)
    .bind(now)
    .bind(until)
    .execute(pool)
    .await?;
    Ok(written.rows_affected() == 1)
}

pub(super) async fn sweep(pool: &PgPool, before: i64) -> Written<u64> {
    let swept = sqlx::query("DELETE FROM request WHERE at < $1").bind(before).execute(pool).await?;
    Ok(swept.rows_affected())
}

pub(super) async fn keep_sign_in(
    pool: &PgPool,
    key: &str,
    body: &str,
    now: i64,
    until: i64,
) -> Written<()> {
    sqlx::query("DELETE FROM sign_in WHERE until <= $1").bind(now).execute(pool).await?;
    sqlx::query("INSERT INTO sign_in VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(key)
        .bind(until)
        .bind(body)
        .execute(pool)
        .await?;
    Ok(())
}

pub(super) async fn end_sign_in(pool: &PgPool, key: &str) -> Written<()> {
    sqlx::query("DELETE FROM sign_in WHERE key = $1").bind(key).execute(pool).await.map(drop)
}
