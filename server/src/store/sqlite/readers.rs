//! The connections that read beside the one that writes.
//!
//! A snapshot costs as much as finding a row in it: the file's locks are taken and given back, and
//! all connections wait for each other to do so. Where nobody else writes, a connection therefore
//! keeps its snapshot until something has been written.

use super::prepared;
use crate::store::row::unavailable;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use subscription_usecases::Result;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

/// Connections that read at the same time. More would wait for the processor, not for the disk.
const READERS: usize = 4;

#[derive(Debug)]
pub(super) struct Readers {
    idle: Mutex<Vec<Reader>>,
    free: Arc<Semaphore>,
    keep_snapshots: bool,
    /// Counts up when snapshots that were begun before must not be used again.
    generation: AtomicU64,
}

#[derive(Debug)]
struct Reader {
    connection: Connection,
    /// The generation in which its snapshot was begun.
    begun_in: u64,
}

impl Reader {
    fn has_snapshot(&self) -> bool {
        !self.connection.is_autocommit()
    }

    fn run(&self, sql: &str) -> Result<()> {
        let ran = self.connection.prepare_cached(sql).and_then(|mut known| known.execute([]));
        ran.map(drop).map_err(unavailable)
    }

    fn end_snapshot(&self) -> Result<()> {
        if self.has_snapshot() { self.run("ROLLBACK") } else { Ok(()) }
    }
}

impl Readers {
    /// Of a file that exists. `keep_snapshots` is for who tells of everything that is written, see
    /// [`Readers::outdate`].
    pub(super) fn of(file: &Path, keep_snapshots: bool) -> Result<Self> {
        let mut idle = Vec::with_capacity(READERS);
        for _ in 0..READERS {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = Connection::open_with_flags(file, flags).map_err(unavailable)?;
            prepared(&connection)?;
            idle.push(Reader { connection, begun_in: 0 });
        }
        let (idle, free) = (Mutex::new(idle), Arc::new(Semaphore::new(READERS)));
        Ok(Self { idle, free, keep_snapshots, generation: AtomicU64::new(0) })
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Reader>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until a connection is free for whoever has this.
    pub(super) async fn permit(&self) -> Result<SemaphorePermit<'_>> {
        self.free.acquire().await.map_err(unavailable)
    }

    /// The same, to take along to another thread.
    pub(super) async fn permit_to_keep(&self) -> Result<OwnedSemaphorePermit> {
        Arc::clone(&self.free).acquire_owned().await.map_err(unavailable)
    }

    /// Lends a connection, which sees all that was told of. Whoever asks has a permit, so one is
    /// there.
    pub(super) fn with<T>(&self, reading: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let taken = self.idle().pop().ok_or_else(|| unavailable("no connection is free"))?;
        let mut lent = Lent { reader: Some(taken), to: self };
        let Some(reader) = &mut lent.reader else { return Err(unavailable("no connection")) };
        if self.keep_snapshots {
            // Asked before the snapshot begins: that may be younger then, but never older.
            let generation = self.generation.load(Ordering::Acquire);
            if reader.begun_in != generation {
                reader.end_snapshot()?;
            }
            if !reader.has_snapshot() {
                reader.run("BEGIN")?;
                reader.begun_in = generation;
            }
        }
        reading(&reader.connection)
    }

    /// Something was written: from now on nobody is shown what was there before.
    pub(super) fn outdate(&self) {
        self.generation.fetch_add(1, Ordering::Release);
    }

    /// Lets go of all snapshots, so that the log may be brought into the file and begin anew: those
    /// of idle connections now, the others when they come back.
    pub(super) fn end_idle_snapshots(&self) {
        self.outdate();
        for reader in self.idle().iter() {
            // Where it fails it is tried again when the connection is lent.
            let _tried_again = reader.end_snapshot();
        }
    }

    /// Closes all that are idle.
    pub(super) fn close(&self) {
        self.idle().clear();
    }
}

/// A connection that comes back, whatever happens while it is used.
struct Lent<'a> {
    reader: Option<Reader>,
    to: &'a Readers,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(reader) = self.reader.take() {
            // Who is idle for long would hold the log up with a snapshot that nobody may use.
            if reader.begun_in != self.to.generation.load(Ordering::Acquire) {
                let _tried_again = reader.end_snapshot();
            }
            self.to.idle().push(reader);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(connection: &Connection) -> Result<i64> {
        connection.query_row("SELECT COUNT(*) FROM line", [], |row| row.get(0)).map_err(unavailable)
    }

    #[test]
    fn a_snapshot_is_kept_until_something_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("desk.sqlite");
        let writing = Connection::open(&file).unwrap();
        writing.pragma_update(None, "journal_mode", "WAL").unwrap();
        writing.execute_batch("CREATE TABLE line (body TEXT)").unwrap();
        let write = || writing.execute("INSERT INTO line VALUES ('one')", []).unwrap();

        let keeping = Readers::of(&file, true).unwrap();
        let others = Readers::of(&file, false).unwrap();
        let seen = || (keeping.with(count), others.with(count));
        assert_eq!(seen(), (Ok(0), Ok(0)));
        write();
        assert_eq!(seen(), (Ok(0), Ok(1)), "nobody has told of it yet");
        keeping.outdate();
        assert_eq!(seen(), (Ok(1), Ok(1)));

        // Also of one that is lent while it is written.
        keeping
            .with(|connection| {
                assert_eq!(count(connection), Ok(1));
                write();
                keeping.outdate();
                assert_eq!(count(connection), Ok(1), "one reading sees one state");
                Ok(())
            })
            .unwrap();
        assert!(keeping.idle().iter().all(|reader| !reader.has_snapshot()));
        assert_eq!(keeping.with(count), Ok(2));
        keeping.end_idle_snapshots();
        assert!(keeping.idle().iter().all(|reader| !reader.has_snapshot()));
        assert_eq!(keeping.with(count), Ok(2));
    }
}
