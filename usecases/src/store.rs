//! Where accounts are kept: a small trait, and the values that go in and out.
//!
//! The unit of consistency is the customer's account (design.md §3). A commit names the revision
//! it was decided on; a late one is told and nothing is half done.

use crate::log::{Entry, LogQuery};
use crate::{Done, RequestId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use subscription_rules::{
    Customer, CustomerAccount, CustomerId, Order, OrderId, PartnerId, Policy, Refusal, Status,
};

/// Why a store could not do its part. Not a refusal: "try again" is all a person can do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StoreError {
    /// The account has moved on since it was read.
    #[error("the account has changed meanwhile")]
    Stale,
    /// The store cannot be reached or does not answer.
    #[error("the store is not available: {0}")]
    Unavailable(String),
    /// What is kept cannot be read.
    #[error("a kept record cannot be read: {0}")]
    Damaged(String),
}

/// The outcome of asking a store.
pub type Result<T> = std::result::Result<T, StoreError>;

/// A value with the revision it was read at, so that a late write is noticed instead of lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept<T> {
    /// What was kept.
    pub value: T,
    /// Counts the account's commits.
    pub revision: u64,
}

/// What a request came to, remembered with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// It was done.
    Done(Done),
    /// A rule refused it.
    Refused(Refusal),
}

/// A request that has its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Recorded {
    /// Its name.
    pub request: RequestId,
    /// What was asked, as a fingerprint: the same name with another one is a mistake of the client.
    pub asked: String,
    /// When it was answered; kept for 30 days (design.md §3).
    pub at: DateTime<Utc>,
    /// The answer.
    pub outcome: Outcome,
}

/// All that one decision writes, in one transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Commit {
    /// Whose customer.
    pub partner: PartnerId,
    /// The account's revision it was decided on; `None` for a customer that is added.
    pub revision: Option<u64>,
    /// The account as it now is.
    pub account: CustomerAccount,
    /// New orders.
    pub orders: Vec<Order>,
    /// New lines for the log, oldest first.
    pub entries: Vec<Entry>,
    /// The request with its answer; none for what time brought.
    pub recorded: Option<Recorded>,
    /// The rules it was decided under: a store that keeps a summary beside the account (when
    /// something is due, what a list shows) makes it with them.
    pub policy: Policy,
}

/// What a commit came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    /// The account's revision from now on.
    pub revision: u64,
}

/// The order of a list of customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CustomerSort {
    /// By company name, A to Z.
    #[default]
    Name,
    /// By company name, Z to A.
    NameDescending,
}

/// What a search looks at (domain.md §2.3: `CompanyName`, `Domain`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SearchIn {
    /// The company name or the primary domain.
    #[default]
    Either,
    /// The company name alone.
    Name,
    /// The primary domain alone.
    Domain,
}

impl SearchIn {
    /// Whether a customer is found by a prefix, in either case.
    pub fn finds(self, customer: &Customer, prefix: &str) -> bool {
        let prefix = lower_case(prefix);
        let name = || lower_case(customer.company_name.as_str()).starts_with(&prefix);
        let domain = || lower_case(customer.domain.as_str()).starts_with(&prefix);
        match self {
            Self::Either => name() || domain(),
            Self::Name => name(),
            Self::Domain => domain(),
        }
    }
}

/// Which customers to list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CustomerQuery {
    /// Only those whose company name or primary domain starts with this, in either case
    /// (domain.md §2.3: `starts_with` is the only operator).
    pub starts_with: String,
    /// Where that is looked for.
    pub search_in: SearchIn,
    /// In which order.
    pub sort: CustomerSort,
    /// A company name to begin at, for far jumps.
    pub start_at: Option<String>,
    /// After the page that gave this token.
    pub after: Option<PageToken>,
    /// How many: 1 to 500; 0 means 100.
    pub size: u16,
}

/// Where a page ended: the sort key of its last item, so that nothing scans by offset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageToken(pub String);

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// Its items, in order.
    pub items: Vec<T>,
    /// Where the next page starts; `None` at the end.
    pub next: Option<PageToken>,
}

/// A text as it is sorted and searched by. Letter by letter: the standard library's lower case
/// looks at what stands around a letter, so that "ΟΔΟΣ" would not begin "ΟΔΟΣΑ".
pub fn lower_case(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// What customers are sorted by: the name in lower case, then the ID, so that two of one name have
/// an order.
pub fn sort_key(customer: &Customer) -> String {
    let (name, id) = (customer.company_name.as_str(), customer.id.as_str());
    format!("{}\u{1}{}", lower_case(name), id.to_ascii_lowercase())
}

/// A customer in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomerRow {
    /// Who.
    pub customer: Customer,
    /// Active subscriptions, add-ons included.
    pub active: u32,
    /// Suspended ones.
    pub suspended: u32,
    /// The next day on which something is lost unless somebody acts.
    pub next_expiry: Option<NaiveDate>,
}

impl CustomerRow {
    /// The line of an account as it stands at a moment.
    pub fn of(account: &CustomerAccount, now: DateTime<Utc>, policy: &Policy) -> Self {
        Self::as_kept(&account.at(now, policy), policy)
    }

    /// The line of an account as it is kept: it holds until something is due.
    pub fn as_kept(account: &CustomerAccount, policy: &Policy) -> Self {
        let count = |status| u32::try_from(account.count(status)).unwrap_or(u32::MAX);
        Self {
            active: count(Status::Active),
            suspended: count(Status::Suspended),
            next_expiry: account.next_expiry(policy),
            customer: account.customer().clone(),
        }
    }
}

/// Where accounts are kept. Every store passes [`crate::contract`].
#[expect(async_fn_in_trait, reason = "callers name their store; a browser's needs no Send")]
pub trait Store {
    /// The customer with its subscriptions as last kept; `None` for an unknown one and for
    /// another partner's alike.
    async fn account(
        &self,
        partner: &PartnerId,
        customer: &CustomerId,
    ) -> Result<Option<Kept<CustomerAccount>>>;

    /// The customer alone. A store that keeps it apart from its subscriptions reads nothing else.
    async fn customer(
        &self,
        partner: &PartnerId,
        customer: &CustomerId,
    ) -> Result<Option<Arc<Customer>>> {
        let kept = self.account(partner, customer).await?;
        Ok(kept.map(|kept| Arc::new(kept.value.customer().clone())))
    }

    /// Account, log lines and request in one transaction; [`StoreError::Stale`] if the account
    /// has moved on since the commit's revision, or the customer to be added is there already.
    async fn commit(&self, commit: Commit) -> Result<Committed>;

    /// The answer to a request, if it has one.
    async fn recorded(&self, partner: &PartnerId, request: &RequestId) -> Result<Option<Recorded>>;

    /// A page of customers, each as it stands at the moment.
    async fn customers(
        &self,
        partner: &PartnerId,
        query: &CustomerQuery,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Result<Page<CustomerRow>>;

    /// How many customers the partner has.
    async fn customer_count(&self, partner: &PartnerId) -> Result<u64>;

    /// A page of kept log lines, newest first.
    async fn entries(
        &self,
        partner: &PartnerId,
        query: &LogQuery,
        after: Option<&PageToken>,
        size: u16,
    ) -> Result<Page<Entry>>;

    /// The orders of a customer, oldest first.
    async fn orders(&self, partner: &PartnerId, customer: &CustomerId) -> Result<Vec<Order>>;

    /// One order of a customer. A store that finds it by its ID reads nothing else.
    async fn order(
        &self,
        partner: &PartnerId,
        customer: &CustomerId,
        id: &OrderId,
    ) -> Result<Option<Order>> {
        Ok(self.orders(partner, customer).await?.into_iter().find(|order| order.id == *id))
    }

    /// Customers to which time has brought something by a moment that is not written down yet,
    /// the longest overdue first, at most so many.
    async fn due(
        &self,
        partner: &PartnerId,
        until: DateTime<Utc>,
        policy: &Policy,
        most: usize,
    ) -> Result<Vec<CustomerId>>;
}
