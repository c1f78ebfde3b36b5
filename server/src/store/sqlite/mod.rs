//! The store in one file: SQLite with a write-ahead log, synced at every commit. One thread
//! writes, a few connections read beside it (design.md §3).
//!
//! The customer and each of its subscriptions is a row; a commit writes the rows that differ, the
//! orders, the log lines and the request's answer in one transaction.

mod alone;
mod audit;
mod check;
mod checkpoint;
mod place;
mod reader;
mod readers;
mod rows;
mod schema;
mod writer;

use super::Watched;
use super::cache::{self, Accounts, Orders};
use super::commit::Rows;
use super::row::{micros, page_size, unavailable};
use crate::audit::{Row, Seal};
use alone::Alone;
use checkpoint::Checkpoints;
use chrono::{DateTime, Utc};
use readers::Readers;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;
use subscription_rules::{
    Customer, CustomerAccount, CustomerId, Order, OrderId, PartnerId, Policy,
};
use subscription_usecases::{
    Commit, Committed, CustomerQuery, CustomerRow, Entry, Kept, LogQuery, Page, PageToken,
    Recorded, RequestId, Result, Store, StoreError,
};
use tokio::sync::oneshot;
use writer::{Job, job};

/// What the writer has beside the safe defaults: 64 MB of pages, so that it does not read again
/// what it wrote, and what savepoints set aside, in memory.
const WRITER: [(&str, i64); 2] = [("cache_size", -65_536), ("temp_store", 2)];

/// As many bytes of the file are read as memory, without asking the system for each page: 64 GB, if
/// SQLite is compiled for that (`.cargo/config.toml`), else its own 2. It is the system's own
/// memory of the file, not ours.
const MAPPED: i64 = 64 << 30;

/// As many rows of a list are read at once, without another thread: a quarter of a millisecond.
const FEW: usize = 100;

/// How long a statement waits for another process, such as a backup, before it gives up.
const PATIENCE: Duration = Duration::from_secs(5);

/// A store in one SQLite file. Clones are the same store.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    /// Only while the store lives.
    jobs: Option<mpsc::Sender<Job>>,
    writer: Option<std::thread::JoinHandle<()>>,
    readers: Arc<Readers>,
    accounts: Accounts,
    orders: Orders,
    /// What only a service that is alone on the file may have.
    alone: Option<Alone>,
    /// Writes that are not answered yet.
    queued: AtomicUsize,
}

/// One more that waits for its turn to be written, until it is or whoever waits has gone.
struct Queued<'a>(&'a AtomicUsize);

impl<'a> Queued<'a> {
    fn of(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Drop for Inner {
    /// Waits until what is queued is written and the file is closed. The writer closes last: only
    /// a connection that may write brings the log back into the file, which is then whole by itself.
    fn drop(&mut self) {
        self.readers.close();
        drop(self.jobs.take());
        if let Some(writer) = self.writer.take() {
            let _panicked = writer.join();
        }
    }
}

fn prepared(connection: &Connection) -> Result<()> {
    connection.busy_timeout(PATIENCE).map_err(unavailable)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.pragma_update(None, "mmap_size", MAPPED).map_err(unavailable)?;
    Ok(())
}

impl SqliteStore {
    /// Opens the file, or makes it, and brings it to this version's tables. A file that a newer
    /// version wrote is refused and left as it is.
    pub fn open(file: &Path) -> Result<Self> {
        Self::with(file, None)
    }

    /// The file beside its service, which may be older: it is not brought to this version's tables,
    /// but refused if it has others.
    pub fn open_beside(file: &Path) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let connection = Connection::open_with_flags(file, flags).map_err(unavailable)?;
        schema::is_present(&connection)?;
        drop(connection);
        Self::open(file)
    }

    /// The file, for a service that is the only one on it until it ends: what it has read may be
    /// kept, since nobody else writes. Refused while another service is on the file.
    pub fn open_alone(file: &Path) -> Result<Self> {
        let alone = Alone::on(file)?;
        Self::with(file, Some(alone))
    }

    fn with(file: &Path, alone: Option<Alone>) -> Result<Self> {
        let mut writing = Connection::open(file).map_err(unavailable)?;
        prepared(&writing)?;
        schema::migrate(&mut writing)?;
        writing.pragma_update(None, "journal_mode", "WAL").map_err(unavailable)?;
        let checkpointing = Connection::open(file).map_err(unavailable)?;
        for connection in [&writing, &checkpointing] {
            connection.pragma_update(None, "synchronous", "FULL").map_err(unavailable)?;
        }
        for (name, value) in WRITER {
            writing.pragma_update(None, name, value).map_err(unavailable)?;
        }
        prepared(&checkpointing)?;
        let readers = Arc::new(Readers::of(file, alone.is_some())?);
        let beside = Arc::clone(&readers);
        let checkpoints = Checkpoints::beside(&writing, checkpointing, beside, checkpoint::MANY)?;
        let (jobs, queue) = mpsc::channel();
        let told = Arc::clone(&readers);
        let writer = std::thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || writer::run(&mut writing, &queue, &told, checkpoints))
            .map_err(unavailable)?;
        Ok(Self {
            inner: Arc::new(Inner {
                accounts: Accounts::new(),
                orders: Orders::new(),
                alone,
                jobs: Some(jobs),
                writer: Some(writer),
                readers,
                queued: AtomicUsize::new(0),
            }),
        })
    }

    /// Copies a file that may be in use to a new one, page by page.
    pub fn back_up(from: &Path, to: &Path) -> Result<()> {
        if to.exists() {
            return Err(StoreError::Unavailable(format!("{} exists already", to.display())));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let source = Connection::open_with_flags(from, flags).map_err(unavailable)?;
        prepared(&source)?;
        // As it is now. Without this the copy would begin anew whenever somebody writes.
        let now = source.unchecked_transaction().map_err(unavailable)?;
        reader::reachable(&now)?;
        let mut copy = Connection::open(to).map_err(unavailable)?;
        let copied = rusqlite::backup::Backup::new(&source, &mut copy)
            .and_then(|backup| backup.run_to_completion(1_000, Duration::ZERO, None));
        if copied.is_err() {
            // Half a copy must not be taken for one, nor stand in the way of the next try.
            drop(copy);
            let _stays = std::fs::remove_file(to);
        }
        copied.map_err(unavailable)
    }

    /// What is wrong with a file, by SQLite's own check, by reading every account and by counting what
    /// belongs to none; empty when nothing is.
    pub fn check(file: &Path) -> Result<Vec<String>> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let connection = Connection::open_with_flags(file, flags).map_err(unavailable)?;
        prepared(&connection)?;
        schema::is_present(&connection)?;
        check::findings(&connection)
    }

    /// Whether the file can be read.
    pub async fn reachable(&self) -> Result<()> {
        self.read_on_a_thread(reader::reachable).await
    }

    /// Every partner that has a customer.
    pub async fn partners(&self) -> Result<Vec<PartnerId>> {
        self.read_on_a_thread(reader::partners).await
    }

    /// Takes or keeps a task that one server does at a time; whether it is ours.
    pub async fn lease(
        &self,
        task: &'static str,
        holder: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool> {
        let (holder, now, until) = (holder.to_owned(), micros(now), micros(until));
        self.write(move |connection| writer::lease(connection, task, &holder, now, until)).await
    }

    /// Forgets answers that were given before a moment.
    pub async fn sweep(&self, before: DateTime<Utc>) -> Result<u64> {
        let before = micros(before);
        self.write(move |connection| writer::sweep(connection, before)).await
    }

    /// Keeps a sign-in under a key until a moment, and forgets those that have ended by now.
    pub(crate) async fn keep_sign_in(
        &self,
        key: String,
        body: String,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<()> {
        let (now, until) = (micros(now), micros(until));
        self.write(move |connection| writer::keep_sign_in(connection, &key, &body, now, until))
            .await
    }

    /// The sign-in under a key, if it has not ended.
    pub(crate) async fn sign_in(&self, key: String, now: DateTime<Utc>) -> Result<Option<String>> {
        self.read_here(|connection| reader::sign_in(connection, &key, micros(now))).await
    }

    /// Ends a sign-in.
    pub(crate) async fn end_sign_in(&self, key: String) -> Result<()> {
        self.write(move |connection| writer::end_sign_in(connection, &key)).await
    }

    pub(crate) async fn watched(&self) -> Result<Watched> {
        let queue = self.inner.queued.load(Ordering::Relaxed);
        self.read_on_a_thread(move |connection| reader::watched(connection, queue)).await
    }

    pub(crate) async fn unsealed(&self, most: i64, but: &[String]) -> Result<Vec<Row>> {
        let but = but.to_vec();
        self.read_on_a_thread(move |connection| audit::unsealed(connection, most, &but)).await
    }

    pub(crate) async fn head(&self, partner: &str) -> Result<Seal> {
        self.read_here(|connection| audit::head(connection, partner)).await
    }

    pub(crate) async fn seal(
        &self,
        heads: Vec<(String, Seal, Seal)>,
        seals: Vec<(i64, Seal)>,
    ) -> Result<()> {
        self.write(move |connection| audit::seal(connection, &heads, &seals)).await
    }

    pub(crate) async fn sealed_partners(&self) -> Result<Vec<String>> {
        self.read_on_a_thread(audit::partners).await
    }

    pub(crate) async fn sealed(&self, partner: &str, after: i64, most: i64) -> Result<Vec<Row>> {
        let partner = partner.to_owned();
        self.read_on_a_thread(move |connection| audit::sealed(connection, &partner, after, most))
            .await
    }

    /// Has something written by the one thread that writes, whole or not at all, and waits until
    /// it is on the disk.
    async fn write<T: Send + 'static>(
        &self,
        writing: impl FnMut(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.write_and(writing, |_| ()).await
    }

    /// The same, with something that is done with the outcome once it is on the disk, before anybody
    /// hears of it: whoever asked may be gone by then.
    async fn write_and<T: Send + 'static>(
        &self,
        writing: impl FnMut(&Connection) -> Result<T> + Send + 'static,
        then: impl FnOnce(&Result<T>) + Send + 'static,
    ) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        let jobs = self.inner.jobs.as_ref().ok_or_else(|| unavailable("the store is closed"))?;
        let _queued = Queued::of(&self.inner.queued);
        match jobs.send(job(writing, then, answer)) {
            Ok(()) => answered.await.map_err(unavailable)?,
            Err(_) => Err(unavailable("the store is closed")),
        }
    }

    /// Reads on the thread that asks: for a few rows by key, or the few that come next, which take
    /// less time than handing over.
    async fn read_here<T>(&self, reading: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let _permit = self.inner.readers.permit().await?;
        self.inner.readers.with(reading)
    }

    /// Reads on a thread that may block: for lists and whole logs.
    async fn read_on_a_thread<T: Send + 'static>(
        &self,
        reading: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let permit = self.inner.readers.permit_to_keep().await?;
        let inner = Arc::clone(&self.inner);
        let run = move || {
            let outcome = inner.readers.with(reading);
            drop(permit);
            outcome
        };
        tokio::task::spawn_blocking(run).await.map_err(unavailable)?
    }
}

impl Store for SqliteStore {
    async fn account(
        &self,
        partner: &PartnerId,
        customer: &CustomerId,
    ) -> Result<Option<Kept<CustomerAccount>>> {
        let (key, accounts) = (cache::key(partner, customer), &self.inner.accounts);
        if self.inner.alone.is_none() {
            return self.read_here(|connection| reader::account(connection, &key, accounts)).await;
        }
        if let Some(held) = accounts.last(&key) {
            return Ok(Some(held.kept()));
        }
        let readers = &self.inner.readers;
        let _permit = readers.permit().await?;
        // The place in the cache is taken first, then the snapshot: the other way round an older
        // state could be kept.
        accounts.or_read(&key, || readers.with(|connection| reader::whole(connection, &key)))
    }

    async fn customer(
        &self,
        partner: &PartnerId,
        customer: &CustomerId,
    ) -> Result<Option<Arc<Customer>>> {
        let key = cache::key(partner, customer);
        let Some(alone) = &self.inner.alone else {
            return self.read_here(|connection| reader::customer(connection, &key)).await;
        };
        if let Some(known) = alone.customers.get(&key) {
            return Ok(Some(known));
        }
        if let Some(held) = self.inner.accounts.last(&key) {
            return Ok(Some(held.account.who()));
        }
        let readers = &self.inner.readers;
        let _permit = readers.permit().await?;
        // As above.
        let read = || readers.with(|connection| reader::customer(connection, &key));
        alone.customers.or_read(&key, read)
    }

    async fn commit(&self, commit: Commit) -> Result<Committed> {
        let accounts = self.inner.accounts.clone();
        let key = cache::key(&commit.partner, &commit.account.customer().id);
        let before = commit.revision.and_then(|revision| accounts.at(&key, revision));
        // Made here, so that the one thread that writes does nothing else.
        let rows = Rows::of(&commit, &key, before.as_deref())?;
        let (account, is_same) = (commit.account, rows.is_same);
        let alone = self.inner.alone.as_ref();
        let customers = alone.map(|alone| alone.customers.clone());
        let orders = self.inner.orders.clone();
        let then = move |committed: &Result<Committed>| match committed {
            Ok(committed) => {
                if let Some(customers) = customers.filter(|_| !is_same) {
                    customers.forget(&key);
                }
                orders.keep(&key, commit.orders);
                accounts.keep(&key, committed.revision, account);
            }
            // Somebody else was faster. Alone on the file, the newer account is in the cache already;
            // one still at the old revision is wrong, and is dropped.
            Err(StoreError::Stale) => {
                if let Some(revision) = commit.revision {
                    accounts.forget_at(&key, revision);
                }
            }
            // Nobody knows what the disk has of it.
            Err(_) => {
                if let Some(customers) = customers {
                    customers.forget(&key);
                }
                accounts.forget(&key);
            }
        };
        self.write_and(move |connection| rows::commit(connection, &rows), then).await
    }

    async fn recorded(&self, partner: &PartnerId, request: &RequestId) -> Result<Option<Recorded>> {
        let found =
            self.read_here(|connection| reader::recorded(connection, partner, request)).await?;
        if found.is_some() && self.inner.alone.is_some() {
            // What was written with it is in the file, but may not be in memory yet: that is done
            // by the thread that writes, before it writes anything else.
            self.write(|_| Ok(())).await?;
        }
        Ok(found)
    }

    async fn customers(
        &self,
        partner: &PartnerId,
        query: &CustomerQuery,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Result<Page<CustomerRow>> {
        // What is searched for may be found in many rows, of which few are wanted.
        if query.starts_with.is_empty() && page_size(query.size) <= FEW {
            let read = |at: &Connection| reader::customers(at, partner, query, now, policy);
            return self.read_here(read).await;
        }
        let (partner, query, policy) = (partner.clone(), query.clone(), *policy);
        self.read_on_a_thread(move |connection| {
            reader::customers(connection, &partner, &query, now, &policy)
        })
        .await
    }

    async fn customer_count(&self, partner: &PartnerId) -> Result<u64> {
        let partner = partner.clone();
        self.read_on_a_thread(move |connection| reader::customer_count(connection, &partner)).await
    }

    async fn entries(
        &self,
        partner: &PartnerId,
        query: &LogQuery,
        after: Option<&PageToken>,
        size: u16,
    ) -> Result<Page<Entry>> {
        let (partner, query, after) = (partner.clone(), query.clone(), after.cloned());
        self.read_on_a_thread(move |connection| {
            reader::entries(connection, &partner, &query, after.as_ref(), size)
        })
        .await
    }

    async fn orders(&self, partner: &PartnerId, customer: &CustomerId) -> Result<Vec<Order>> {
        let (partner, customer) = (partner.clone(), customer.clone());
        self.read_on_a_thread(move |connection| reader::orders(connection, &partner, &customer))
            .await
    }

    async fn order(
        &self,
        partner: &PartnerId,
        customer: &CustomerId,
        id: &OrderId,
    ) -> Result<Option<Order>> {
        let key = cache::key(partner, customer);
        match self.inner.orders.get(&key, id) {
            Some(order) => Ok(Some(order)),
            None => self.read_here(|connection| reader::order(connection, &key, id)).await,
        }
    }

    async fn due(
        &self,
        partner: &PartnerId,
        until: DateTime<Utc>,
        _: &Policy,
        most: usize,
    ) -> Result<Vec<CustomerId>> {
        let partner = partner.clone();
        self.read_on_a_thread(move |connection| reader::due(connection, &partner, until, most))
            .await
    }
}
