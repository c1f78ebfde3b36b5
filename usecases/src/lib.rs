//! What one can do: load the customer's account, let `rules` decide, keep what changed.
//!
//! One function for each thing a person can do, over a small [`Store`]. The browser's demo, the
//! server and the tests run these very functions, each against its own store. No decision is taken
//! here that `rules` could take.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        reason = "a test that cannot go on has failed"
    )
)]

mod caller;
pub mod catalogue;
mod command;
pub mod contract;
pub mod csv;
pub mod customers;
mod decide;
pub mod demo;
mod expiry;
pub mod log;
mod memory;
pub mod orders;
mod question;
pub mod record;
mod request;
mod saved;
mod store;
pub mod subscriptions;

pub use caller::{Caller, Sold};
pub use command::{Answer, Command};
pub use decide::{Done, Failure, REMEMBERED};
pub use expiry::{DueRun, run_due};
pub use log::{Actor, Entry, LogQuery};
pub use memory::{MemoryStore, SavedAccount};
pub use question::{
    FirstQuestion, FirstReply, Listed, MOST_COMMANDS, Me, NotAnswered, Question, Reply,
};
pub use request::{Ask, RequestId};
pub use saved::{ACCOUNTS, Damage, NotKept, SavedStore, Shelf};
pub use store::{
    Commit, Committed, CustomerQuery, CustomerRow, CustomerSort, Kept, Outcome, Page, PageToken,
    Recorded, Result, SearchIn, Store, StoreError, lower_case, sort_key,
};
