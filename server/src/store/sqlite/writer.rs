//! The one thread that writes. It commits what is queued together, so that many writers share one
//! sync of the disk, and answers each only after that sync.

use crate::store::row::unavailable;
use crate::store::sqlite::checkpoint::Checkpoints;
use crate::store::sqlite::readers::Readers;
use crate::store::sqlite::rows::execute;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Receiver;
use subscription_usecases::{Result, StoreError};
use tokio::sync::oneshot;

/// Something to write, whole or not at all.
pub(super) type Job = Box<dyn Write>;

/// A write of any outcome. It may be written more than once, until it is kept.
pub(super) trait Write: Send {
    /// Writes it; or says why nothing of that is to be kept.
    fn write(&mut self, connection: &Connection) -> Result<()>;

    /// Tells whoever waits what came of it, once it is on the disk; or why nothing did.
    fn tell(self: Box<Self>, synced: Result<()>);
}

struct Writing<T, W, D> {
    write: W,
    outcome: Option<Result<T>>,
    then: D,
    answer: oneshot::Sender<Result<T>>,
}

/// What to write, what to do with the outcome then, and the place it goes to.
pub(super) fn job<T: Send + 'static>(
    write: impl FnMut(&Connection) -> Result<T> + Send + 'static,
    then: impl FnOnce(&Result<T>) + Send + 'static,
    answer: oneshot::Sender<Result<T>>,
) -> Job {
    Box::new(Writing { write, outcome: None, then, answer })
}

impl<T, W, D> Write for Writing<T, W, D>
where
    T: Send,
    W: FnMut(&Connection) -> Result<T> + Send,
    D: FnOnce(&Result<T>) + Send,
{
    fn write(&mut self, connection: &Connection) -> Result<()> {
        let outcome = self.outcome.insert((self.write)(connection));
        outcome.as_ref().map(drop).map_err(Clone::clone)
    }

    fn tell(self: Box<Self>, synced: Result<()>) {
        let never_came_to_it = || Err(unavailable("it was not written"));
        let outcome = synced.and(self.outcome.unwrap_or_else(never_came_to_it));
        (self.then)(&outcome);
        // Whoever asked may have gone away; what was written stays written.
        let _gone = self.answer.send(outcome);
    }
}

/// As many jobs as share one transaction. While they are written and synced, the answers of those
/// before are sent and as many others are made ready: twice as many at once would let one processor
/// wait for the other.
const MOST: usize = 128;

/// Writes until the store is gone. What it writes is brought into the file beside it.
#[expect(clippy::needless_pass_by_value, reason = "the other thread ends with this one")]
pub(super) fn run(
    connection: &mut Connection,
    jobs: &Receiver<Job>,
    readers: &Readers,
    checkpoints: Checkpoints,
) {
    while let Ok(first) = jobs.recv() {
        let mut batch: Vec<Job> =
            std::iter::once(first).chain(jobs.try_iter().take(MOST - 1)).collect();
        // A mistake in one job must not end the writing for good: nothing of its batch is kept.
        let outcome = catch_unwind(AssertUnwindSafe(|| together(connection, &mut batch)));
        let synced = outcome.unwrap_or_else(|_| Err(unavailable("a write broke off")));
        // Before anybody hears of it.
        readers.outdate();
        for job in batch {
            job.tell(synced.clone());
        }
        checkpoints.after_commit(connection);
    }
}

/// Each job whole or not at all, all of them in one transaction.
fn together(connection: &mut Connection, batch: &mut [Job]) -> Result<()> {
    let mut transaction = begun(connection)?;
    if !all_whole(&transaction, batch) {
        drop(transaction);
        transaction = begun(connection)?;
        each_alone(&mut transaction, batch)?;
    }
    transaction.commit().map_err(unavailable)
}

/// A transaction that has the write lock from the start, and waits for it (`PATIENCE`). One that
/// begins by reading and writes later does not wait for the lock: it fails.
fn begun(connection: &mut Connection) -> Result<Transaction<'_>> {
    connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(unavailable)
}

/// Writes all jobs without savepoints. False where one failed after it had written, or in another
/// way than `Stale`: then the batch is written again, each job in a savepoint. A `Stale` job has
/// mostly written nothing, so savepoints for all would be wasted.
fn all_whole(transaction: &Transaction<'_>, batch: &mut [Job]) -> bool {
    batch.iter_mut().all(|job| {
        let before = transaction.total_changes();
        match job.write(transaction) {
            Ok(()) => true,
            Err(StoreError::Stale) => transaction.total_changes() == before,
            Err(_) => false,
        }
    })
}

/// Writes each in a savepoint of its own, by which half of it is taken back.
fn each_alone(transaction: &mut Transaction<'_>, batch: &mut [Job]) -> Result<()> {
    for job in batch {
        let savepoint = transaction.savepoint().map_err(unavailable)?;
        let is_kept = job.write(&savepoint).is_ok();
        if savepoint.is_autocommit() {
            // A disk that is full ends the whole transaction, and what is written after that would
            // stand by itself.
            return Err(unavailable("the database gave up the transaction"));
        }
        let ended = if is_kept { savepoint.commit() } else { savepoint.finish() };
        ended.map_err(unavailable)?;
    }
    Ok(())
}

/// The task is ours if nobody has it, or not any more, or we have it already.
pub(super) fn lease(
    connection: &Connection,
    task: &str,
    holder: &str,
    now: i64,
    until: i64,
) -> Result<bool> {
    let written = execute(
        connection,
        "INSERT INTO lease VALUES (?1, ?2, ?4)
         ON CONFLICT (task) DO UPDATE SET holder = ?2, until = ?4
         WHERE lease.holder = ?2 OR lease.until <= ?3",
        params![task, holder, now, until],
    )?;
    Ok(written == 1)
}

pub(super) fn sweep(connection: &Connection, before: i64) -> Result<u64> {
    let swept = execute(connection, "DELETE FROM request WHERE at < ?1", [before])?;
    Ok(u64::try_from(swept).unwrap_or_default())
}

pub(super) fn keep_sign_in(
    connection: &Connection,
    key: &str,
    body: &str,
    now: i64,
    until: i64,
) -> Result<()> {
    execute(connection, "DELETE FROM sign_in WHERE until <= ?1", [now])?;
    execute(connection, "INSERT INTO sign_in VALUES (?1, ?2, ?3)", params![key, until, body])
        .map(drop)
}

pub(super) fn end_sign_in(connection: &Connection, key: &str) -> Result<()> {
    execute(connection, "DELETE FROM sign_in WHERE key = ?1", [key]).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(connection: &Connection) -> Vec<i64> {
        let mut all = connection.prepare("SELECT body FROM line ORDER BY body").unwrap();
        all.query_map([], |row| row.get(0)).unwrap().collect::<rusqlite::Result<_>>().unwrap()
    }

    fn line(connection: &Connection, number: i64) -> Result<()> {
        connection.execute("INSERT INTO line VALUES (?1)", [number]).map(drop).map_err(unavailable)
    }

    /// A batch of three, of which the middle one does something else; what each was told, and what
    /// is there then.
    fn with_in_the_middle(
        middle: fn(&Connection) -> Result<()>,
    ) -> (Vec<Result<()>>, Result<()>, Vec<i64>) {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE line (body INTEGER UNIQUE)").unwrap();
        let (mut batch, mut told) = (Vec::new(), Vec::new());
        let first = |connection: &Connection| line(connection, 1);
        let last = |connection: &Connection| line(connection, 3);
        for write in [first, middle, last] {
            let (answer, answered) = oneshot::channel();
            batch.push(job(write, |_: &Result<()>| (), answer));
            told.push(answered);
        }
        let synced = together(&mut connection, &mut batch);
        for job in batch {
            job.tell(synced.clone());
        }
        let told = told.into_iter().map(|told| told.blocking_recv().unwrap()).collect();
        (told, synced, lines(&connection))
    }

    #[test]
    fn a_batch_is_written_together() {
        let (told, synced, lines) = with_in_the_middle(|connection| line(connection, 2));
        assert_eq!((told, synced, lines), (vec![Ok(()); 3], Ok(()), vec![1, 2, 3]));
    }

    #[test]
    fn of_a_write_that_fails_nothing_is_kept_and_of_the_others_everything() {
        let before_it_writes: fn(&Connection) -> Result<()> = |_| Err(StoreError::Stale);
        let half_way: fn(&Connection) -> Result<()> = |connection| {
            line(connection, 2)?;
            Err(StoreError::Stale)
        };
        for middle in [before_it_writes, half_way] {
            let (told, synced, lines) = with_in_the_middle(middle);
            assert_eq!(told, [Ok(()), Err(StoreError::Stale), Ok(())]);
            assert_eq!((synced, lines), (Ok(()), vec![1, 3]));
        }
    }

    #[test]
    fn when_the_database_gives_up_nothing_is_kept_and_everybody_is_told() {
        // As a full disk does.
        let gives_up: fn(&Connection) -> Result<()> = |connection| {
            line(connection, 2)?;
            connection
                .execute("INSERT OR ROLLBACK INTO line VALUES (2)", [])
                .map(drop)
                .map_err(unavailable)
        };
        let (told, synced, lines) = with_in_the_middle(gives_up);
        assert!(synced.is_err() && told.iter().all(Result::is_err), "{synced:?} {told:?}");
        assert_eq!(lines, Vec::<i64>::new());
    }
}
