//! How many licenses: the number itself and the range an offer sells (domain.md §4.1).

use crate::Refusal;
use serde::{Deserialize, Serialize};
use std::num::NonZeroU32;

/// Licenses on one subscription: at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Quantity(NonZeroU32);

impl Quantity {
    /// One license; also what a usage-based subscription counts as (domain.md §1.6).
    pub const ONE: Self = Self(NonZeroU32::MIN);

    /// The number of licenses.
    pub const fn get(self) -> u32 {
        self.0.get()
    }

    /// Reads what a person typed or pasted. Spaces around it are forgiven; anything that is not a
    /// whole number of at least one is refused and nothing is guessed: "1,000" may be a thousand
    /// or one.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        let refused = || Refusal::QuantityNotWhole { asked: text.chars().take(24).collect() };
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(refused());
        }
        // Only digits are left, so the one way to fail is to be larger than any offer sells.
        let count = text.parse::<u32>().map_err(|_| refused())?;
        Self::try_from(count)
    }
}

impl TryFrom<u32> for Quantity {
    type Error = Refusal;
    fn try_from(count: u32) -> Result<Self, Refusal> {
        NonZeroU32::new(count).map(Self).ok_or(Refusal::QuantityZero)
    }
}

impl From<Quantity> for u32 {
    fn from(quantity: Quantity) -> Self {
        quantity.get()
    }
}

impl std::fmt::Display for Quantity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The smallest and largest quantity of one subscription, both included. The largest is per
/// subscription, never per customer (domain.md §4.1, §8 item 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "(u32, u32)", into = "(u32, u32)")]
pub struct QuantityRange {
    min: Quantity,
    max: Quantity,
}

impl QuantityRange {
    /// A range from `min` to `max`; refused when `max` is below `min`.
    pub fn new(min: Quantity, max: Quantity) -> Result<Self, Refusal> {
        if min <= max {
            Ok(Self { min, max })
        } else {
            Err(Refusal::invalid("quantityRange", &format!("{min}–{max}")))
        }
    }

    /// The smallest quantity.
    pub const fn min(self) -> Quantity {
        self.min
    }

    /// The largest quantity.
    pub const fn max(self) -> Quantity {
        self.max
    }

    /// `asked`, if it lies within the range.
    pub fn check(self, asked: Quantity) -> Result<Quantity, Refusal> {
        if self.min <= asked && asked <= self.max {
            Ok(asked)
        } else {
            Err(Refusal::QuantityOutOfRange { asked, min: self.min, max: self.max })
        }
    }
}

impl TryFrom<(u32, u32)> for QuantityRange {
    type Error = Refusal;
    fn try_from((min, max): (u32, u32)) -> Result<Self, Refusal> {
        Self::new(min.try_into()?, max.try_into()?)
    }
}

impl From<QuantityRange> for (u32, u32) {
    fn from(range: QuantityRange) -> Self {
        (range.min.get(), range.max.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_read_or_refused_and_never_guessed() {
        let refused = |asked: &str| Err(Refusal::QuantityNotWhole { asked: asked.into() });
        let cases = [
            ("1", Ok(1)),
            (" 25 ", Ok(25)),
            ("007", Ok(7)),
            ("10000001", Ok(10_000_001)),
            ("0", Err(Refusal::QuantityZero)),
            ("", refused("")),
            ("1.5", refused("1.5")),
            ("1,000", refused("1,000")),
            ("-3", refused("-3")),
            ("−3", refused("−3")),
            ("+3", refused("+3")),
            ("1e3", refused("1e3")),
            ("٣", refused("٣")),
            ("99999999999", refused("99999999999")),
        ];
        for (typed, expected) in cases {
            assert_eq!(Quantity::parse(typed).map(Quantity::get), expected, "{typed:?}");
        }
    }

    #[test]
    fn a_quantity_is_written_as_its_number() {
        assert_eq!(Quantity::parse("10000000").unwrap().to_string(), "10000000");
    }
}
