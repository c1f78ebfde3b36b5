//! The one thread that writes. It commits what is queued together, so that many writers share one
//! sync of the disk, and answers each only after that sync.

use super::{damaged, folded, json, micros, unavailable};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Transaction, params};
use std::sync::mpsc::Receiver;
use subscription_rules::{CustomerAccount, next_due};
use subscription_usecases::{
    Commit, Committed, CustomerRow, REMEMBERED, Recorded, Result, StoreError, log, sort_key,
};
use tokio::sync::oneshot;

/// A commit with the place its answer goes to.
pub(super) struct Job {
    pub commit: Box<Commit>,
    pub answer: oneshot::Sender<Result<Committed>>,
}

/// As many commits as share one transaction. More would let the first wait for the last.
const MOST: usize = 256;

/// Writes until the store is gone.
pub(super) fn run(connection: &mut Connection, jobs: &Receiver<Job>) {
    while let Ok(first) = jobs.recv() {
        let batch: Vec<Job> =
            std::iter::once(first).chain(jobs.try_iter().take(MOST - 1)).collect();
        let outcomes = together(connection, &batch);
        for (at, job) in batch.into_iter().enumerate() {
            let outcome = match &outcomes {
                Ok(outcomes) => outcomes.get(at).cloned().unwrap_or(Err(StoreError::Stale)),
                Err(error) => Err(error.clone()),
            };
            // Whoever asked may have gone away; what was written stays written.
            let _gone = job.answer.send(outcome);
        }
    }
}

/// Each commit in a savepoint of its own, all of them in one transaction.
fn together(connection: &mut Connection, batch: &[Job]) -> Result<Vec<Result<Committed>>> {
    let mut transaction = connection.transaction().map_err(unavailable)?;
    let mut outcomes = Vec::with_capacity(batch.len());
    for job in batch {
        let savepoint = transaction.savepoint().map_err(unavailable)?;
        let outcome = one(&savepoint, &job.commit);
        if outcome.is_ok() {
            savepoint.commit().map_err(unavailable)?;
        } else {
            // Dropped, it is rolled back.
            drop(savepoint);
        }
        outcomes.push(outcome);
    }
    Transaction::commit(transaction).map_err(unavailable)?;
    Ok(outcomes)
}

fn statement<'a>(connection: &'a Connection, sql: &str) -> Result<CachedStatement<'a>> {
    connection.prepare_cached(sql).map_err(unavailable)
}

fn one(connection: &Connection, commit: &Commit) -> Result<Committed> {
    let partner = folded(commit.partner.as_str());
    let customer = folded(commit.account.customer().id.as_str());
    let held: Option<i64> =
        statement(connection, "SELECT revision FROM customer WHERE partner = ?1 AND id = ?2")?
            .query_row(params![partner, customer], |row| row.get(0))
            .optional()
            .map_err(unavailable)?;
    let held = held.map(|held| u64::try_from(held).unwrap_or_default());
    if held != commit.revision {
        return Err(StoreError::Stale);
    }
    if let Some(recorded) = &commit.recorded {
        remember(connection, &partner, recorded)?;
    }
    let revision = held.unwrap_or(0) + 1;
    account(connection, commit, &partner, &customer, revision)?;
    subscriptions(connection, &commit.account, &partner, &customer)?;
    for order in &commit.orders {
        statement(
            connection,
            "INSERT INTO placed_order SELECT ?1, ?2, COALESCE(MAX(place) + 1, 0), ?3
             FROM placed_order WHERE partner = ?1 AND customer = ?2",
        )?
        .execute(params![partner, customer, json(order)?])
        .map_err(unavailable)?;
    }
    for entry in &commit.entries {
        let action = log::action(&entry.fact.event);
        statement(
            connection,
            "INSERT INTO entry (partner, customer, at, action, body) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![partner, customer, micros(entry.fact.at), action, json(entry)?])
        .map_err(unavailable)?;
    }
    Ok(Committed { revision })
}

fn account(
    connection: &Connection,
    commit: &Commit,
    partner: &str,
    id: &str,
    revision: u64,
) -> Result<()> {
    let (customer, policy) = (commit.account.customer(), &commit.policy);
    let due = next_due(&commit.account, policy).map(|due| due.at);
    // What a list shows holds from here until something is due, so the last written moment is
    // as good as any up to then.
    let row = CustomerRow::of(&commit.account, chrono::DateTime::UNIX_EPOCH, policy);
    statement(
        connection,
        "INSERT INTO customer VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (partner, id) DO UPDATE SET revision = ?3, sort_key = ?4, domain = ?5,
             active = ?6, suspended = ?7, next_expiry = ?8, due_at = ?9, body = ?10",
    )?
    .execute(params![
        partner,
        id,
        i64::try_from(revision).unwrap_or(i64::MAX),
        sort_key(customer),
        customer.domain.as_str().to_lowercase(),
        row.active,
        row.suspended,
        row.next_expiry.map(|day| day.to_string()),
        due.map(micros),
        json(customer)?,
    ])
    .map_err(unavailable)?;
    Ok(())
}

/// Only rows that differ are written.
fn subscriptions(
    connection: &Connection,
    account: &CustomerAccount,
    partner: &str,
    customer: &str,
) -> Result<()> {
    let mut write = statement(
        connection,
        "INSERT INTO subscription VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (partner, customer, id) DO UPDATE SET place = ?4, body = ?5
         WHERE place <> ?4 OR body <> ?5",
    )?;
    for (place, held) in account.subscriptions().iter().enumerate() {
        let place = i64::try_from(place).map_err(|error| damaged(&error))?;
        write
            .execute(params![partner, customer, folded(held.id.as_str()), place, json(held)?])
            .map_err(unavailable)?;
    }
    Ok(())
}

/// A request that has its answer is not answered twice: the second writer is told, and finds the
/// first one's answer.
fn remember(connection: &Connection, partner: &str, recorded: &Recorded) -> Result<()> {
    let before = micros(recorded.at - REMEMBERED);
    statement(connection, "DELETE FROM request WHERE partner = ?1 AND id = ?2 AND at <= ?3")?
        .execute(params![partner, recorded.request.as_str(), before])
        .map_err(unavailable)?;
    let written = statement(
        connection,
        "INSERT INTO request VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
    )?
    .execute(params![partner, recorded.request.as_str(), micros(recorded.at), json(recorded)?])
    .map_err(unavailable)?;
    if written == 0 { Err(StoreError::Stale) } else { Ok(()) }
}
