//! A customer ahead of the server: what was seen of it, with what waits to be sent done to it.

use crate::backend::shelf::LocalShelf;
use chrono::{DateTime, Utc};
use subscription_rules::CustomerAccount;
use subscription_sync::{self as sync, Decided, Entry, as_saved};
use subscription_usecases::{Answer, Ask, Caller, Command, Failure, SavedStore};

/// What is to be known for it. It decides on the demo's kind of store, which writes nothing here.
pub struct Ahead {
    /// The account as it was seen.
    pub seen: Box<CustomerAccount>,
    /// When it was as it is here.
    pub at: DateTime<Utc>,
    /// What waits about it, and what was applied since.
    pub changes: Vec<Entry>,
    /// Who decides, now.
    pub caller: Caller,
}

impl Ahead {
    async fn made(&self) -> sync::Ahead<SavedStore<LocalShelf>> {
        let store = SavedStore::following([], LocalShelf);
        store.follow(as_saved(&self.seen, &self.caller));
        sync::Ahead::over(store, (&self.seen, self.at), &self.changes, &self.caller).await
    }

    /// The account as it will be, and is by now.
    pub async fn account(self) -> Result<CustomerAccount, Failure> {
        self.made().await.account(&self.caller).await
    }

    /// What a command would do.
    pub async fn preview(self, command: Command, ask: Ask) -> Result<Answer, Failure> {
        self.made().await.preview(&command, &ask, &self.caller).await
    }

    /// Decides a command.
    pub async fn decide(self, command: Command, ask: Ask) -> Result<Decided, Failure> {
        self.made().await.decide(command, ask, &self.caller).await
    }
}
