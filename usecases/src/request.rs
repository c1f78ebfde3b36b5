//! Request IDs: made by the client before the first try, so that a write is safe to repeat
//! (domain.md §2.2 `MS-RequestId`, §8 item 11).

use serde::{Deserialize, Serialize};
use subscription_rules::{IdError, NewIds, OrderId, SubscriptionId};

/// The name a client gives to one write. A repetition carries the same one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RequestId(Box<str>);

impl RequestId {
    /// Reads 1 to 64 letters, digits, dots, hyphens or underscores; letters in either case are the
    /// same.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        // The rule for identifiers of `rules` holds here as well.
        OrderId::parse(text).map(|id| Self(id.as_str().to_ascii_lowercase().into()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of one of the parts that a write is split into.
    #[must_use]
    pub fn part(&self, place: usize) -> Self {
        Self(self.made("part", place).into())
    }

    /// Identifiers for an order of so many lines, always the same for the same request.
    pub(crate) fn order_ids(&self, lines: usize) -> Result<NewIds, IdError> {
        let subscriptions =
            (0..lines).map(|line| SubscriptionId::parse(&self.made("subscription", line)));
        Ok(NewIds {
            order: OrderId::parse(&self.made("order", 0))?,
            subscriptions: subscriptions.collect::<Result<_, _>>()?,
        })
    }

    fn made(&self, what: &str, place: usize) -> String {
        guid(&format!("{what}/{place}/{}", self.0))
    }
}

impl TryFrom<String> for RequestId {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        Self::parse(&text)
    }
}

impl From<RequestId> for String {
    fn from(id: RequestId) -> Self {
        id.0.into()
    }
}

/// A GUID of version 8 made from a text: FNV-1a over 128 bits, with the version and variant set.
pub(crate) fn guid(text: &str) -> String {
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for byte in text.bytes() {
        hash = (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
    }
    let hash = (hash & !(0xf << 76) & !(0x3 << 62)) | (0x8 << 76) | (0x2 << 62);
    let digits = format!("{hash:032x}");
    let part = |range| digits.get(range).unwrap_or_default();
    format!("{}-{}-{}-{}-{}", part(0..8), part(8..12), part(12..16), part(16..20), part(20..32))
}

/// How a write is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ask {
    /// Its name, for safe repetition.
    pub request: RequestId,
    /// Whether only to tell what would happen. Changes nothing and is not remembered.
    pub validate_only: bool,
    /// The revision of the subscription that the person decided on; a later one is
    /// [`crate::Failure::Changed`]. `None` decides on what is there.
    #[serde(default)]
    pub revision: Option<u32>,
}

impl Ask {
    /// To do it.
    pub const fn to_do(request: RequestId) -> Self {
        Self { request, validate_only: false, revision: None }
    }

    /// To tell what would happen.
    pub const fn to_preview(request: RequestId) -> Self {
        Self { request, validate_only: true, revision: None }
    }

    /// Decided on this revision of the subscription.
    #[must_use]
    pub const fn on_revision(mut self, revision: u32) -> Self {
        self.revision = Some(revision);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_request_makes_the_same_identifiers_each_time() {
        let request = RequestId::parse("A1-b").unwrap();
        let ids = request.order_ids(2).unwrap();
        let again = RequestId::parse("a1-B").unwrap().order_ids(2).unwrap();
        assert_eq!(ids.subscriptions, again.subscriptions);
        assert_ne!(ids.subscriptions[0], ids.subscriptions[1]);
        assert_ne!(ids.order.as_str(), request.part(0).as_str());
    }

    #[test]
    fn a_made_identifier_is_a_guid_of_version_8() {
        let made = guid("x");
        assert_eq!(made.len(), 36);
        assert_eq!(made.as_bytes()[14], b'8');
        assert!(b"89ab".contains(&made.as_bytes()[19]), "{made}");
    }
}
