//! What a partner does without a network: decided on the spot by the same rules, kept on the
//! device, sent when the network is back, and settled (design.md §2, §3).
//!
//! [`Outbox`] is what waits, as a state machine without input or output: it says what is to be
//! sent next and takes in what became of it. [`Sender`] drives it over three small traits, a
//! [`Storage`], a [`Network`] and a [`Clock`], so that a browser and a simulator run the same
//! code. [`Ahead`] shows an account as it will be once everything has been sent.
//!
//! An entry is an intent, never a state: the command with its request ID, made before the first
//! try. Sent twice, it has one effect, since the server knows the ID.

mod ahead;
mod entry;
mod file;
mod kept;
mod outbox;
mod pace;
mod sender;
mod settled;

pub use ahead::{Ahead, Decided, applied, as_saved};
pub use entry::{Choice, Entry, Settled, State, Who};
pub use file::{NotImported, exported, imported};
pub use kept::{Unread, read, written};
pub use outbox::{Next, Outbox, Pause};
pub use pace::{Pace, wait_after};
pub use sender::{Clock, Network, NotKept, Numbered, Sender, Step, Storage};
