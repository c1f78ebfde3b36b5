//! Identifiers, each its own type, so that one cannot be passed for another.
//!
//! The vendor writes GUIDs in either case within one answer, and order IDs may be any opaque word
//! (domain.md §2.2, §8 item 20): the spelling is kept, the comparison ignores case.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Why a text is no identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an identifier has 1 to 64 letters, digits, dots, hyphens or underscores")]
pub struct IdError;

fn accepted(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
}

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// Reads an identifier of 1 to 64 letters, digits, dots, hyphens or underscores.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                if accepted(text) { Ok(Self(text.into())) } else { Err(IdError) }
            }

            /// The identifier as it was spelled.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.as_ref().to_owned()
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::parse(text)
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                Arc::ptr_eq(&self.0, &other.0) || self.0.eq_ignore_ascii_case(&other.0)
            }
        }

        impl Eq for $name {}

        impl Hash for $name {
            fn hash<H: Hasher>(&self, state: &mut H) {
                for byte in self.0.bytes() {
                    state.write_u8(byte.to_ascii_lowercase());
                }
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                let folded = |byte: u8| byte.to_ascii_lowercase();
                self.0.bytes().map(folded).cmp(other.0.bytes().map(folded))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    )*};
}

id! {
    /// A customer of the partner (the vendor's tenant ID, "Microsoft ID").
    CustomerId
    /// A subscription; kept for life, also when a trial is converted.
    SubscriptionId
    /// An order; a GUID in old data, any word in newer data.
    OrderId
    /// An offer of the catalogue, such as `031C9E47-4802-4248-838E-778FB1D2CC05` or `MS-AZR-0145P`.
    OfferId
    /// The partner's own account.
    PartnerId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_the_same_in_either_case() {
        let (upper, lower) = (OfferId::parse("AB-1").unwrap(), OfferId::parse("ab-1").unwrap());
        assert_eq!(upper, lower);
        assert_eq!(upper.as_str(), "AB-1");
        let held: std::collections::HashSet<_> = [upper].into();
        assert!(held.contains(&lower));
    }

    #[test]
    fn what_is_no_identifier_is_refused() {
        for text in ["", " ", "a b", "../x", "ü", &"x".repeat(65)] {
            assert_eq!(CustomerId::parse(text), Err(IdError), "{text:?}");
        }
    }
}
