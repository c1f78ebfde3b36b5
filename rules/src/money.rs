//! Exact amounts: whole minor units of a currency, never a floating-point number.

use crate::{OfferId, Refusal};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A currency by its three ISO letters. It follows the partner's location, not the customer's
/// (domain.md §1.6).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// United States dollar.
    pub const USD: Self = Self(*b"USD");
    /// Euro.
    pub const EUR: Self = Self(*b"EUR");

    /// Reads three ASCII letters in either case.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        match *text.as_bytes() {
            [a, b, c] if text.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
                Ok(Self([a, b, c].map(|letter| letter.to_ascii_uppercase())))
            }
            _ => Err(Refusal::invalid("currency", text)),
        }
    }

    /// The three letters in upper case.
    pub fn as_str(&self) -> &str {
        // Only ASCII letters get in, so the fallback is never seen.
        str::from_utf8(&self.0).unwrap_or("???")
    }
}

impl TryFrom<String> for Currency {
    type Error = Refusal;
    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.as_str().to_owned()
    }
}

impl std::fmt::Debug for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An amount in minor units (cents), charges positive, credits negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Money {
    /// Whole minor units of `currency`.
    pub minor_units: i128,
    /// What the units are of.
    pub currency: Currency,
}

/// What one license costs the partner in a month, where known. An offer that is not listed has no
/// estimate.
#[derive(Debug, Clone, Default)]
pub struct PriceList(HashMap<OfferId, Money>);

impl PriceList {
    /// The list price of one license for one month.
    pub fn of(&self, offer: &OfferId) -> Option<Money> {
        self.0.get(offer).copied()
    }
}

impl FromIterator<(OfferId, Money)> for PriceList {
    /// A price is neither negative nor beyond 64 bits; one that is has no place in a list, and so
    /// no estimate can overflow.
    fn from_iter<I: IntoIterator<Item = (OfferId, Money)>>(prices: I) -> Self {
        let sound =
            |price: &(OfferId, Money)| (0..=i128::from(i64::MAX)).contains(&price.1.minor_units);
        Self(prices.into_iter().filter(sound).collect())
    }
}
