//! A change that waits to be sent, and what becomes of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use subscription_rules::{CustomerId, PartnerId, Subscription, SubscriptionId};
use subscription_usecases::{Answer, Ask, Command, Failure, RequestId};

/// Whose change it is. Nobody else on this device sees it, and it is sent as nobody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Who {
    /// The person's sign-in name.
    pub user: String,
    /// The partner, which is of one cloud.
    pub partner: PartnerId,
}

/// A change that was decided here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Counts the changes of this device: they are sent in this order. Storage gives it, since
    /// several tabs add changes; 0 before.
    pub number: u64,
    /// Whose it is.
    pub who: Who,
    /// When it was decided, by the clock of the device.
    pub at: DateTime<Utc>,
    /// The customer's name then.
    pub customer_name: String,
    /// What is asked for.
    pub command: Command,
    /// Under which name, made before the first try; and the revision that the person saw.
    pub ask: Ask,
    /// The subscriptions it is about, with those that it makes: their identifiers follow from the
    /// request's name, so a later change may be about them before the server has heard of them.
    pub touches: Vec<SubscriptionId>,
    /// The subscription as the person saw it, to be held against what somebody else made of it.
    pub base: Option<Box<Subscription>>,
    /// What became of it.
    pub state: State,
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum State {
    /// It is to be sent.
    Waiting {
        /// How often that was tried.
        tries: u32,
        /// Not before this.
        not_before: Option<DateTime<Utc>>,
    },
    /// The server did it.
    Applied {
        /// When its answer came.
        at: DateTime<Utc>,
        /// What it did.
        answer: Answer,
    },
    /// The server refused it, or somebody else was faster: the person chooses.
    NeedsYou {
        /// When its answer came.
        at: DateTime<Utc>,
        /// Why.
        why: Failure,
    },
    /// It was not done, and the person knows.
    Refused {
        /// When the person chose.
        at: DateTime<Utc>,
        /// Why it was not done.
        why: Failure,
        /// What the person chose instead.
        settled: Settled,
    },
}

/// What a person can do about a change that needs them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Ask for the same again, on what is there now, under a new name.
    ApplyAgain(RequestId),
    /// Ask for something else instead, under a new name.
    Edit(Box<Command>, RequestId),
    /// Leave it as somebody else made it.
    TakeTheirs,
    /// Give it up.
    Drop,
}

/// What was chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Settled {
    /// Another entry stands in its place, under this number, which it had itself before.
    By(u64),
    /// What somebody else made stays.
    Theirs,
    /// It was given up.
    Dropped,
}

impl Entry {
    /// Whose account it is about; none while a customer is only being added.
    pub const fn customer(&self) -> Option<&CustomerId> {
        self.command.customer()
    }

    /// Whether nothing more becomes of it.
    pub const fn is_over(&self) -> bool {
        matches!(self.state, State::Applied { .. } | State::Refused { .. })
    }

    /// When that was, if nothing more becomes of it.
    pub const fn ended_at(&self) -> Option<DateTime<Utc>> {
        match self.state {
            State::Applied { at, .. } | State::Refused { at, .. } => Some(at),
            State::Waiting { .. } | State::NeedsYou { .. } => None,
        }
    }

    /// Whether it is to be sent.
    pub const fn is_waiting(&self) -> bool {
        matches!(self.state, State::Waiting { .. })
    }

    /// Whether it waits for the person.
    pub const fn needs_you(&self) -> bool {
        matches!(self.state, State::NeedsYou { .. })
    }
}
