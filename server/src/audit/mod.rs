//! The log cannot be changed unnoticed: each entry of a partner is chained to the one before by a
//! hash. A sealer does that shortly after the entry was written, so that writers need not wait for
//! each other; `verify-audit` follows the chain.

pub(crate) mod sealer;
mod verify;

pub use verify::{Finding, verify};

use sha2::{Digest, Sha256};

/// A line of the log as the database has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// Its number among all lines of all partners.
    pub number: i64,
    pub partner: String,
    pub customer: String,
    pub at: i64,
    pub action: String,
    pub body: String,
    /// Its place in the partner's chain, from 1, and the hash up to it; none before it is sealed.
    pub seal: Option<Seal>,
}

/// A place in a chain and the hash of everything up to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seal {
    pub place: i64,
    pub hash: String,
}

impl Seal {
    /// Before the first line.
    pub(crate) const fn start() -> Self {
        Self { place: 0, hash: String::new() }
    }

    /// After one more line. Every column counts, each behind its length, so that nothing can be
    /// moved from one into the next.
    pub(crate) fn after(&self, row: &Row) -> Self {
        let place = self.place.saturating_add(1);
        let mut hash = Sha256::new();
        let numbers = [place.to_string(), row.at.to_string()];
        let texts = [&self.hash, &row.partner, &row.customer, &row.action, &row.body];
        for text in numbers.iter().chain(texts) {
            hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(text);
        }
        let hash = base16(&hash.finalize());
        Self { place, hash }
    }
}

fn base16(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // A text takes whatever it is given.
        let _never_fails = write!(text, "{byte:02x}");
        text
    })
}
