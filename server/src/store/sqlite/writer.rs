//! The one thread that writes. It commits what is queued together, so that many writers share one
//! sync of the disk, and answers each only after that sync.

use crate::store::commit::{Request, Rows};
use crate::store::row::{Line, unavailable};
use crate::store::sqlite::checkpoint::Checkpoints;
use rusqlite::{
    CachedStatement, Connection, OptionalExtension, Transaction, TransactionBehavior, params,
};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Receiver;
use subscription_usecases::{Committed, Result, StoreError};
use tokio::sync::oneshot;

/// Tells whoever waits what came of it, once it is on the disk; or why nothing did.
type Told = Box<dyn FnOnce(Result<()>) + Send>;

/// Writes, and says whether that is to be kept.
type Write = Box<dyn FnOnce(&Connection) -> (bool, Told) + Send>;

/// Something to write, whole or not at all.
pub(super) struct Job(Write);

impl Job {
    /// What to write, what to do then, and the place the answer goes to.
    pub(super) fn new<T: Send + 'static>(
        writing: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
        then: impl FnOnce() + Send + 'static,
        answer: oneshot::Sender<Result<T>>,
    ) -> Self {
        Self(Box::new(move |connection| {
            let outcome = writing(connection);
            let keep = outcome.is_ok();
            let told = move |synced: Result<()>| {
                then();
                // Whoever asked may have gone away; what was written stays written.
                let _gone = answer.send(synced.and(outcome));
            };
            (keep, Box::new(told))
        }))
    }
}

/// As many jobs as share one transaction. More would let the first wait for the last.
const MOST: usize = 256;

/// Writes until the store is gone. What it writes is brought into the file beside it.
#[expect(clippy::needless_pass_by_value, reason = "the other thread ends with this one")]
pub(super) fn run(connection: &mut Connection, jobs: &Receiver<Job>, checkpoints: Checkpoints) {
    while let Ok(first) = jobs.recv() {
        let batch = std::iter::once(first).chain(jobs.try_iter().take(MOST - 1)).collect();
        let mut waiting = Vec::new();
        // A mistake in one job must not end the writing for good: nothing of its batch is kept.
        let outcome = catch_unwind(AssertUnwindSafe(|| together(connection, batch, &mut waiting)));
        let synced = outcome.unwrap_or_else(|_| Err(unavailable("a write broke off")));
        for told in waiting {
            told(synced.clone());
        }
        checkpoints.after_commit(connection);
    }
}

/// Each job in a savepoint of its own, all of them in one transaction.
fn together(connection: &mut Connection, batch: Vec<Job>, waiting: &mut Vec<Told>) -> Result<()> {
    // Begun as a writer, so that it waits when a reader has the lock for a moment, to look again at
    // a header that changed under its eyes. A reader that becomes a writer does not wait, it fails.
    let immediate = TransactionBehavior::Immediate;
    let mut transaction = connection.transaction_with_behavior(immediate).map_err(unavailable)?;
    for Job(write) in batch {
        let savepoint = transaction.savepoint().map_err(unavailable)?;
        let (keep, told) = write(&savepoint);
        waiting.push(told);
        if keep {
            savepoint.commit().map_err(unavailable)?;
        } else {
            // Dropped, it is rolled back.
            drop(savepoint);
        }
    }
    Transaction::commit(transaction).map_err(unavailable)
}

fn statement<'a>(connection: &'a Connection, sql: &str) -> Result<CachedStatement<'a>> {
    connection.prepare_cached(sql).map_err(unavailable)
}

/// Writes all that one decision writes.
pub(super) fn commit(connection: &Connection, rows: &Rows) -> Result<Committed> {
    let Rows { partner, customer, orders, entries, .. } = rows;
    let Line { sort_key, domain, due_at, .. } = &rows.line;
    let held: Option<(i64, bool)> = statement(
        connection,
        "SELECT revision, sort_key = ?3 AND domain = ?4 AND due_at IS ?5
         FROM customer WHERE partner = ?1 AND id = ?2",
    )?
    .query_row(params![partner, customer, sort_key, domain, due_at], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
    .optional()
    .map_err(unavailable)?;
    if held.map(|(revision, _)| revision) != rows.before {
        return Err(StoreError::Stale);
    }
    if let Some(request) = &rows.request {
        remember(connection, partner, request)?;
    }
    account(connection, rows, held.is_some_and(|(_, has_same_keys)| has_same_keys))?;
    subscriptions(connection, rows)?;
    for (id, body) in orders {
        statement(
            connection,
            "INSERT INTO placed_order (partner, customer, id, body) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![partner, customer, id, body])
        .map_err(unavailable)?;
    }
    let (moments, actions, bodies) = entries;
    for ((at, action), body) in moments.iter().zip(actions).zip(bodies) {
        statement(
            connection,
            "INSERT INTO entry (partner, customer, at, action, body) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![partner, customer, at, action, body])
        .map_err(unavailable)?;
    }
    Ok(Committed { revision: u64::try_from(rows.revision()).unwrap_or_default() })
}

/// The row of the customer. A column that is named is written in each index that has it, even where
/// nothing changes, and each is another page: most changes touch none of them.
fn account(connection: &Connection, rows: &Rows, has_same_keys: bool) -> Result<()> {
    let Line { sort_key, domain, active, suspended, next_expiry, due_at, body } = &rows.line;
    let (partner, customer, revision) = (&rows.partner, &rows.customer, rows.revision());
    if has_same_keys {
        statement(
            connection,
            "UPDATE customer SET revision = ?3, active = ?4, suspended = ?5, next_expiry = ?6,
                 body = ?7
             WHERE partner = ?1 AND id = ?2",
        )?
        .execute(params![partner, customer, revision, active, suspended, next_expiry, body])
        .map_err(unavailable)?;
        return Ok(());
    }
    statement(
        connection,
        "INSERT INTO customer VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (partner, id) DO UPDATE SET revision = ?3, sort_key = ?4, domain = ?5,
             active = ?6, suspended = ?7, next_expiry = ?8, due_at = ?9, body = ?10",
    )?
    .execute(params![
        partner,
        customer,
        revision,
        sort_key,
        domain,
        active,
        suspended,
        next_expiry,
        due_at,
        body,
    ])
    .map_err(unavailable)?;
    Ok(())
}

/// Only rows that differ are written.
fn subscriptions(connection: &Connection, rows: &Rows) -> Result<()> {
    let mut write = statement(
        connection,
        "INSERT INTO subscription (partner, customer, id, place, body) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (partner, customer, id) DO UPDATE SET place = ?4, body = ?5
         WHERE place <> ?4 OR body <> ?5",
    )?;
    let (ids, places, bodies) = &rows.subscriptions;
    for ((id, place), body) in ids.iter().zip(places).zip(bodies) {
        write
            .execute(params![rows.partner, rows.customer, id, place, body])
            .map_err(unavailable)?;
    }
    Ok(())
}

/// A request that has its answer is not answered twice: the second writer is told, and finds the
/// first one's answer.
fn remember(connection: &Connection, partner: &str, request: &Request) -> Result<()> {
    let Request { id, at, forgotten, body } = request;
    let written = statement(
        connection,
        "INSERT INTO request (partner, id, at, body) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (partner, id) DO UPDATE SET at = ?3, body = ?4 WHERE at <= ?5",
    )?
    .execute(params![partner, id, at, body, forgotten])
    .map_err(unavailable)?;
    if written == 0 { Err(StoreError::Stale) } else { Ok(()) }
}

/// The task is ours if nobody has it, or not any more, or we have it already.
pub(super) fn lease(
    connection: &Connection,
    task: &str,
    holder: &str,
    now: i64,
    until: i64,
) -> Result<bool> {
    let written = statement(
        connection,
        "INSERT INTO lease VALUES (?1, ?2, ?4)
         ON CONFLICT (task) DO UPDATE SET holder = ?2, until = ?4
         WHERE lease.holder = ?2 OR lease.until <= ?3",
    )?
    .execute(params![task, holder, now, until])
    .map_err(unavailable)?;
    Ok(written == 1)
}

pub(super) fn sweep(connection: &Connection, before: i64) -> Result<u64> {
    let swept = statement(connection, "DELETE FROM request WHERE at < ?1")?
        .execute([before])
        .map_err(unavailable)?;
    Ok(u64::try_from(swept).unwrap_or_default())
}

pub(super) fn keep_sign_in(
    connection: &Connection,
    key: &str,
    body: &str,
    now: i64,
    until: i64,
) -> Result<()> {
    statement(connection, "DELETE FROM sign_in WHERE until <= ?1")?
        .execute([now])
        .map_err(unavailable)?;
    statement(connection, "INSERT INTO sign_in VALUES (?1, ?2, ?3)")?
        .execute(params![key, until, body])
        .map_err(unavailable)?;
    Ok(())
}

pub(super) fn end_sign_in(connection: &Connection, key: &str) -> Result<()> {
    statement(connection, "DELETE FROM sign_in WHERE key = ?1")?
        .execute([key])
        .map_err(unavailable)?;
    Ok(())
}
