//! The store on PostgreSQL, for several servers on one database (design.md §3).
//!
//! The same rows as in SQLite. A commit names the revision it was decided on, and the row of the
//! customer is written only where it still has that one; so no lock is held while `rules` decide.

mod audit;
mod reader;
mod schema;
mod writer;

use super::Watched;
use super::cache::{self, Accounts, Orders};
use super::commit::Rows;
use super::row::{self, Line, folded, micros, unavailable};
use crate::audit::{Row, Seal};
use crate::events::Events;
use chrono::{DateTime, Utc};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use std::sync::Arc;
use std::time::Duration;
use subscription_rules::{
    Customer, CustomerAccount, CustomerId, Order, OrderId, PartnerId, Policy,
};
use subscription_usecases::{
    Commit, Committed, CustomerQuery, CustomerRow, Entry, Kept, LogQuery, Page, PageToken,
    Recorded, RequestId, Result, Store, StoreError,
};

/// Connections of one server. PostgreSQL has a hundred for all of them by default.
const CONNECTIONS: u32 = 16;

/// How long to wait for a connection before the caller is told to try again.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often something is tried whose transaction the database gave up, or whose connection went.
const TRIES: u32 = 6;

/// A store on a PostgreSQL database. Clones are the same store.
#[derive(Debug, Clone)]
pub struct PostgresStore {
    pool: PgPool,
    accounts: Accounts,
    orders: Orders,
}

/// Whether trying again may work: the database gave a transaction up so that another could go on
/// (40001, 40P01), is starting or stopping (57P01 … 57P03), or the connection was lost.
fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(error) => error
            .code()
            .is_some_and(|code| matches!(&*code, "40001" | "40P01" | "57P01" | "57P02" | "57P03")),
        sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => true,
        _ => false,
    }
}

/// Tries again while that may work. A commit whose answer was lost may be there already: it is
/// stale then, and the use case finds its own answer under the request ID.
macro_rules! patiently {
    ($try:expr) => {{
        let mut tries = 0;
        loop {
            match $try.await {
                Err(error) if is_passing(&error) && tries < TRIES => {
                    tries += 1;
                    tracing::warn!(%error, tries, "tries again");
                    tokio::time::sleep(Duration::from_millis(20) * tries * tries).await;
                }
                outcome => break outcome.map_err(unavailable),
            }
        }
    }};
}

impl PostgresStore {
    /// Connects to `postgres://user:password@host/database` and brings it to this version's
    /// tables. A database that a newer version wrote is refused and left as it is.
    pub async fn open(address: &str) -> Result<Self> {
        let store = Self::connected(address).await?;
        let mut connection = store.pool.acquire().await.map_err(unavailable)?;
        schema::migrate(&mut connection).await?;
        drop(connection);
        Ok(store)
    }

    /// The database beside its services, which may be older: it is not brought to this version's
    /// tables, but refused if it has others.
    pub async fn open_beside(address: &str) -> Result<Self> {
        let store = Self::connected(address).await?;
        let mut connection = store.pool.acquire().await.map_err(unavailable)?;
        schema::is_present(&mut connection).await?;
        drop(connection);
        Ok(store)
    }

    async fn connected(address: &str) -> Result<Self> {
        let options: PgConnectOptions = address.parse().map_err(|error: sqlx::Error| {
            // The address may hold a password.
            StoreError::Unavailable(format!("this is no address of a PostgreSQL database: {error}"))
        })?;
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(PATIENCE)
            .connect_with(options.application_name("subscription-desk"))
            .await
            .map_err(unavailable)?;
        Ok(Self { pool, accounts: Accounts::new(), orders: Orders::new() })
    }

    /// Whether the database answers.
    pub async fn reachable(&self) -> Result<()> {
        sqlx::query("SELECT 1").execute(&self.pool).await.map(drop).map_err(unavailable)
    }

    /// Every partner that has a customer.
    pub async fn partners(&self) -> Result<Vec<PartnerId>> {
        let ids = patiently!(reader::partners(&self.pool))?;
        reader::identified(&ids, PartnerId::parse)
    }

    /// Takes or keeps a task that one server does at a time; whether it is ours.
    pub async fn lease(
        &self,
        task: &'static str,
        holder: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool> {
        patiently!(writer::lease(&self.pool, task, holder, micros(now), micros(until)))
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
        patiently!(writer::keep_sign_in(&self.pool, &key, &body, now, until))
    }

    /// The sign-in under a key, if it has not ended.
    pub(crate) async fn sign_in(&self, key: String, now: DateTime<Utc>) -> Result<Option<String>> {
        patiently!(reader::sign_in(&self.pool, &key, micros(now)))
    }

    pub(crate) async fn watched(&self) -> Result<Watched> {
        let (oldest_due, unsealed) = patiently!(reader::watched(&self.pool))?;
        Ok(Watched { queue: 0, oldest_due, unsealed })
    }

    pub(crate) async fn unsealed(&self, most: i64, but: &[String]) -> Result<Vec<Row>> {
        patiently!(audit::unsealed(&self.pool, most, but))
    }

    pub(crate) async fn head(&self, partner: &str) -> Result<Seal> {
        patiently!(audit::head(&self.pool, partner))
    }

    pub(crate) async fn seal(
        &self,
        heads: Vec<(String, Seal, Seal)>,
        seals: Vec<(i64, Seal)>,
    ) -> Result<()> {
        let sealed = patiently!(audit::seal(&self.pool, &heads, &seals))?;
        if sealed { Ok(()) } else { Err(StoreError::Stale) }
    }

    pub(crate) async fn sealed_partners(&self) -> Result<Vec<String>> {
        patiently!(audit::partners(&self.pool))
    }

    pub(crate) async fn sealed(&self, partner: &str, after: i64, most: i64) -> Result<Vec<Row>> {
        patiently!(audit::sealed(&self.pool, partner, after, most))
    }

    /// Tells what any server on this database seals; returns when that cannot be heard any more.
    pub(crate) async fn hear_sealed(&self, events: &Events) -> Result<()> {
        audit::hear(&self.pool, events).await.map_err(unavailable)
    }

    /// Ends a sign-in.
    pub(crate) async fn end_sign_in(&self, key: String) -> Result<()> {
        patiently!(writer::end_sign_in(&self.pool, &key))
    }

    /// Forgets answers that were given before a moment.
    pub async fn sweep(&self, before: DateTime<Utc>) -> Result<u64> {
        patiently!(writer::sweep(&self.pool, micros(before)))
    }
}

impl Store for PostgresStore {
    async fn account(
        &self,
        partner: &PartnerId,
        customer: &CustomerId,
    ) -> Result<Option<Kept<CustomerAccount>>> {
        let key = cache::key(partner, customer);
        let revision = patiently!(reader::revision(&self.pool, &key))?;
        let Some(revision) = revision else { return Ok(None) };
        let revision = u64::try_from(revision).unwrap_or_default();
        if let Some(held) = self.accounts.at(&key, revision) {
            return Ok(Some(held.kept()));
        }
        let found = patiently!(reader::account(&self.pool, &key))?;
        let kept = found.map(reader::Rows::read).transpose()?;
        if let Some(kept) = &kept {
            self.accounts.keep(&key, kept.revision, kept.value.clone());
        }
        Ok(kept)
    }

    async fn customer(
        &self,
        partner: &PartnerId,
        customer: &CustomerId,
    ) -> Result<Option<Arc<Customer>>> {
        let key = cache::key(partner, customer);
        let body = patiently!(reader::customer(&self.pool, &key))?;
        body.map(|body| Ok(Arc::new(row::read(&body)?))).transpose()
    }

    async fn commit(&self, commit: Commit) -> Result<Committed> {
        let key = cache::key(&commit.partner, &commit.account.customer().id);
        let before = commit.revision.and_then(|revision| self.accounts.at(&key, revision));
        let rows = Rows::of(&commit, &key, before.as_deref())?;
        match patiently!(writer::commit(&self.pool, &rows))? {
            Some(revision) => {
                self.orders.keep(&key, commit.orders);
                self.accounts.keep(&key, revision, commit.account);
                Ok(Committed { revision })
            }
            None => Err(StoreError::Stale),
        }
    }

    async fn recorded(&self, partner: &PartnerId, request: &RequestId) -> Result<Option<Recorded>> {
        let partner = folded(partner.as_str());
        let body = patiently!(reader::recorded(&self.pool, &partner, request.as_str()))?;
        body.map(|body| row::read(&body)).transpose()
    }

    async fn customers(
        &self,
        partner: &PartnerId,
        query: &CustomerQuery,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Result<Page<CustomerRow>> {
        let size = row::page_size(query.size);
        let lines =
            patiently!(reader::customers(&self.pool, &folded(partner.as_str()), query, size + 1))?;
        let Page { items: lines, next } = row::page(lines, size, Line::token);
        let mut items = Vec::with_capacity(lines.len());
        for line in &lines {
            let kept = if line.is_due(now) {
                self.account(partner, &line.customer()?.id).await?
            } else {
                None
            };
            items.push(match kept {
                Some(kept) => CustomerRow::of(&kept.value, now, policy),
                None => line.row()?,
            });
        }
        Ok(Page { items, next })
    }

    async fn customer_count(&self, partner: &PartnerId) -> Result<u64> {
        let partner = folded(partner.as_str());
        let count = patiently!(reader::customer_count(&self.pool, &partner))?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    async fn entries(
        &self,
        partner: &PartnerId,
        query: &LogQuery,
        after: Option<&PageToken>,
        size: u16,
    ) -> Result<Page<Entry>> {
        let size = usize::from(size.max(1));
        let after = after.and_then(row::log_place);
        let partner = folded(partner.as_str());
        row::log_page(
            patiently!(reader::entries(&self.pool, &partner, query, after, size + 1))?,
            size,
        )
    }

    async fn orders(&self, partner: &PartnerId, customer: &CustomerId) -> Result<Vec<Order>> {
        let (partner, customer) = (folded(partner.as_str()), folded(customer.as_str()));
        let bodies = patiently!(reader::orders(&self.pool, &partner, &customer))?;
        bodies.iter().map(|body| row::read(body)).collect()
    }

    async fn order(
        &self,
        partner: &PartnerId,
        customer: &CustomerId,
        id: &OrderId,
    ) -> Result<Option<Order>> {
        let key = cache::key(partner, customer);
        if let Some(order) = self.orders.get(&key, id) {
            return Ok(Some(order));
        }
        let body = patiently!(reader::order(&self.pool, &key, &folded(id.as_str())))?;
        body.map(|body| row::read(&body)).transpose()
    }

    async fn due(
        &self,
        partner: &PartnerId,
        until: DateTime<Utc>,
        _: &Policy,
        most: usize,
    ) -> Result<Vec<CustomerId>> {
        let (partner, until) = (folded(partner.as_str()), micros(until));
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let ids = patiently!(reader::due(&self.pool, &partner, until, most))?;
        reader::identified(&ids, CustomerId::parse)
    }
}
