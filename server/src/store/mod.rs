//! Where the data are: SQLite in one file, or PostgreSQL for several servers at once.

mod cache;
mod commit;
pub mod postgres;
mod row;
pub mod sqlite;

pub(crate) use row::json as written;

use crate::audit::{Row, Seal};
use crate::figures;
use chrono::{DateTime, Utc};
use postgres::PostgresStore;
use sqlite::SqliteStore;
use std::sync::Arc;
use subscription_rules::{
    Customer, CustomerAccount, CustomerId, Order, OrderId, PartnerId, Policy,
};
use subscription_usecases::{
    Commit, Committed, CustomerQuery, CustomerRow, Entry, Kept, LogQuery, Page, PageToken,
    Recorded, RequestId, Result, Store,
};

/// The store of a server. Clones are the same store.
#[derive(Debug, Clone)]
pub enum AppStore {
    /// One file.
    Sqlite(SqliteStore),
    /// A database server.
    Postgres(PostgresStore),
}

/// Asks whichever store it is.
macro_rules! ask {
    ($store:expr, $inner:ident => $asked:expr) => {
        match $store {
            AppStore::Sqlite($inner) => $asked.await,
            AppStore::Postgres($inner) => $asked.await,
        }
    };
}

/// What somebody who watches the service wants to know of the store.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Watched {
    /// Writes that wait.
    pub queue: usize,
    /// When the longest overdue thing became due, in microseconds; also in the future.
    pub oldest_due: Option<i64>,
    /// Log entries that are not sealed.
    pub unsealed: i64,
}

impl AppStore {
    /// What somebody who watches the service wants to know.
    pub(crate) async fn watched(&self) -> Result<Watched> {
        ask!(self, store => store.watched())
    }

    /// Whether the database answers.
    pub async fn reachable(&self) -> Result<()> {
        ask!(self, store => store.reachable())
    }

    /// Every partner that has a customer.
    pub async fn partners(&self) -> Result<Vec<PartnerId>> {
        ask!(self, store => store.partners())
    }

    /// Takes or keeps a task that one server does at a time, until a moment; whether it is ours.
    pub async fn lease(
        &self,
        task: &'static str,
        holder: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool> {
        ask!(self, store => store.lease(task, holder, now, until))
    }

    /// Forgets answers that were given before a moment.
    pub async fn sweep(&self, before: DateTime<Utc>) -> Result<u64> {
        ask!(self, store => store.sweep(before))
    }

    /// Keeps a sign-in under a key until a moment, and forgets those that have ended by now.
    pub(crate) async fn keep_sign_in(
        &self,
        key: String,
        body: String,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<()> {
        ask!(self, store => store.keep_sign_in(key, body, now, until))
    }

    /// The sign-in under a key, if it has not ended.
    pub(crate) async fn sign_in(&self, key: String, now: DateTime<Utc>) -> Result<Option<String>> {
        ask!(self, store => store.sign_in(key, now))
    }

    /// Lines of the log that are not sealed yet, in the order in which they are numbered.
    pub(crate) async fn unsealed(&self, most: usize, but: &[String]) -> Result<Vec<Row>> {
        ask!(self, store => store.unsealed(i64::try_from(most).unwrap_or(i64::MAX), but))
    }

    /// The end of a partner's chain.
    pub(crate) async fn head(&self, partner: &str) -> Result<Seal> {
        ask!(self, store => store.head(partner))
    }

    /// Writes seals, all of them or none: stale when a chain does not end where it
    /// was read. For each partner there is the end before and after, for each line its number and
    /// seal.
    pub(crate) async fn seal(
        &self,
        heads: Vec<(String, Seal, Seal)>,
        seals: Vec<(i64, Seal)>,
    ) -> Result<()> {
        ask!(self, store => store.seal(heads, seals))
    }

    /// Every partner that has a chain.
    pub(crate) async fn sealed_partners(&self) -> Result<Vec<String>> {
        ask!(self, store => store.sealed_partners())
    }

    /// Lines of a partner after a place of its chain, in the chain's order.
    pub(crate) async fn sealed(&self, partner: &str, after: i64, most: i64) -> Result<Vec<Row>> {
        ask!(self, store => store.sealed(partner, after, most))
    }

    /// Ends a sign-in.
    pub(crate) async fn end_sign_in(&self, key: String) -> Result<()> {
        ask!(self, store => store.end_sign_in(key))
    }
}

impl Store for AppStore {
    async fn account(
        &self,
        partner: &PartnerId,
        customer: &CustomerId,
    ) -> Result<Option<Kept<CustomerAccount>>> {
        ask!(self, store => store.account(partner, customer))
    }

    async fn customer(
        &self,
        partner: &PartnerId,
        customer: &CustomerId,
    ) -> Result<Option<Arc<Customer>>> {
        ask!(self, store => store.customer(partner, customer))
    }

    async fn commit(&self, commit: Commit) -> Result<Committed> {
        let orders = commit.orders.len();
        let committed = ask!(self, store => store.commit(commit))?;
        figures::ordered(orders);
        Ok(committed)
    }

    async fn recorded(&self, partner: &PartnerId, request: &RequestId) -> Result<Option<Recorded>> {
        ask!(self, store => store.recorded(partner, request))
    }

    async fn customers(
        &self,
        partner: &PartnerId,
        query: &CustomerQuery,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Result<Page<CustomerRow>> {
        ask!(self, store => store.customers(partner, query, now, policy))
    }

    async fn customer_count(&self, partner: &PartnerId) -> Result<u64> {
        ask!(self, store => store.customer_count(partner))
    }

    async fn entries(
        &self,
        partner: &PartnerId,
        query: &LogQuery,
        after: Option<&PageToken>,
        size: u16,
    ) -> Result<Page<Entry>> {
        ask!(self, store => store.entries(partner, query, after, size))
    }

    async fn orders(&self, partner: &PartnerId, customer: &CustomerId) -> Result<Vec<Order>> {
        ask!(self, store => store.orders(partner, customer))
    }

    async fn order(
        &self,
        partner: &PartnerId,
        customer: &CustomerId,
        id: &OrderId,
    ) -> Result<Option<Order>> {
        ask!(self, store => store.order(partner, customer, id))
    }

    async fn due(
        &self,
        partner: &PartnerId,
        until: DateTime<Utc>,
        policy: &Policy,
        most: usize,
    ) -> Result<Vec<CustomerId>> {
        ask!(self, store => store.due(partner, until, policy, most))
    }
}
