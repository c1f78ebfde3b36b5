//! What is written goes into SQLite's log first and later, page by page, into the file. That takes
//! a tenth of a second and more each time, so it is done beside the thread that writes: nobody's
//! order waits for it.

use super::readers::Readers;
use crate::store::row::unavailable;
use rusqlite::Connection;
use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use subscription_usecases::Result;

/// So many pages in the log are brought into the file: 40 MB.
pub(super) const MANY: i32 = 10_000;

/// When the log has this many times [`MANY`] pages, the other thread does not keep up: the one that
/// writes checkpoints itself, and writes wait for it.
const TOO_MANY: i32 = 8;

thread_local! {
    /// Pages in the log after the last commit of this thread.
    static PAGES: Cell<i32> = const { Cell::new(0) };
}

/// Nothing is to be done.
const IDLE: u8 = 0;
/// The other thread brings pages into the file.
const RUNNING: u8 = 1;
/// It has finished. What was written meanwhile is left, and the thread that writes takes it.
const REST: u8 = 2;

/// The thread that brings pages into the file. It ends with this.
#[derive(Debug)]
pub(super) struct Checkpoints {
    many: i32,
    readers: Arc<Readers>,
    state: Arc<AtomicU8>,
    /// Only while it lives.
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        drop(self.wake.take());
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}

impl Checkpoints {
    /// Of a file that one connection writes and some read, each time when so many pages are in its
    /// log. The other connection is for this alone.
    pub(super) fn beside(
        writing: &Connection,
        own: Connection,
        readers: Arc<Readers>,
        many: i32,
    ) -> Result<Self> {
        let counted = |_: &_, pages| {
            PAGES.set(pages);
            Ok(())
        };
        // In the place of SQLite's own counting, which would let the commit wait.
        writing.wal_hook(Some(counted));
        let state = Arc::new(AtomicU8::new(IDLE));
        let (wake, woken) = sync_channel(1);
        let (of_thread, beside) = (Arc::clone(&state), Arc::clone(&readers));
        let thread = std::thread::Builder::new()
            .name("sqlite-checkpoint".into())
            .spawn(move || run(&own, &beside, &woken, &of_thread))
            .map_err(unavailable)?;
        Ok(Self { many, readers, state, wake: Some(wake), thread: Some(thread) })
    }

    /// Looks after a commit, on the thread that writes, whether it is time.
    pub(super) fn after_commit(&self, writing: &Connection) {
        let pages = PAGES.get();
        let is_too_many = pages >= self.many.saturating_mul(TOO_MANY);
        match self.state.load(Ordering::Acquire) {
            REST => {
                // SQLite starts the log again from its beginning only when all of it is in the file
                // and nobody reads from it. Here nobody writes, so this can be reached.
                checkpoint(writing, &self.readers);
                self.readers.end_idle_snapshots();
                self.state.store(IDLE, Ordering::Release);
            }
            _ if is_too_many => checkpoint(writing, &self.readers),
            IDLE if pages >= self.many => {
                if let Some(wake) = &self.wake {
                    self.state.store(RUNNING, Ordering::Release);
                    let _woken = wake.try_send(());
                }
            }
            _ => {}
        }
    }
}

/// Twice, since the first time is long enough for much to be written meanwhile.
const ROUNDS: usize = 2;

fn run(connection: &Connection, readers: &Readers, woken: &Receiver<()>, state: &AtomicU8) {
    while woken.recv() == Ok(()) {
        for _ in 0..ROUNDS {
            checkpoint(connection, readers);
        }
        state.store(REST, Ordering::Release);
    }
}

/// Brings into the file what no reader needs in the log any more, without waiting for anybody.
fn checkpoint(connection: &Connection, readers: &Readers) {
    readers.end_idle_snapshots();
    let done = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
    if let Err(error) = done {
        // Nothing is lost: it is in the log, and is tried again.
        tracing::error!(%error, "the log could not be brought into the file");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_begins_anew_however_much_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("desk.sqlite");
        let open = || Connection::open(&file).unwrap();
        let writing = open();
        writing.pragma_update(None, "journal_mode", "WAL").unwrap();
        writing.execute_batch("CREATE TABLE line (body TEXT)").unwrap();
        let readers = Arc::new(Readers::of(&file, true).unwrap());
        let beside = Arc::clone(&readers);
        let checkpoints = Checkpoints::beside(&writing, open(), beside, 50).unwrap();
        // Each is a page and a half, and the page that leads to it.
        let body = "x".repeat(6_000);
        for _ in 0..2_000 {
            writing.execute("INSERT INTO line VALUES (?1)", [&body]).unwrap();
            readers.outdate();
            // A reader that would keep what it saw.
            let newest = |reading: &Connection| {
                let sql = "SELECT MAX(rowid) FROM line";
                reading.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(unavailable)
            };
            readers.with(newest).unwrap();
            checkpoints.after_commit(&writing);
        }
        let log = std::fs::metadata(folder.path().join("desk.sqlite-wal")).unwrap().len();
        assert!(log < 2 * 8 * 50 * 4_096, "the log has grown to {log} bytes");
        drop(checkpoints);
        readers.close();
        let lines: i64 =
            open().query_row("SELECT COUNT(*) FROM line", [], |row| row.get(0)).unwrap();
        assert_eq!(lines, 2_000);
    }
}
