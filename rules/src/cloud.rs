//! The partner portals (clouds) and the countries they serve (domain.md S1, §1.6).

use crate::Refusal;
use serde::{Deserialize, Serialize};

/// A separate portal with its own customers, catalogue and rules; tenants never move between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Cloud {
    /// The worldwide Partner Center.
    Commercial,
    /// Partner Center for Microsoft Cloud for US Government.
    UsGovernment,
    /// Partner Center for Microsoft Cloud Germany.
    Germany,
    /// 21Vianet: known only for its 60-day rule (domain.md §3.4).
    China,
}

impl Cloud {
    /// The clouds in which a partner can work here (domain.md S1).
    pub const OFFERED: [Self; 3] = [Self::Commercial, Self::UsGovernment, Self::Germany];

    /// How JSON spells it: in the catalogue and in settings.
    pub const fn in_json(self) -> &'static str {
        match self {
            Self::Commercial => "commercial",
            Self::UsGovernment => "usGovernment",
            Self::Germany => "germany",
            Self::China => "china",
        }
    }

    /// The cloud that JSON spells so.
    pub fn from_json(word: &str) -> Option<Self> {
        let all = [Self::Commercial, Self::UsGovernment, Self::Germany, Self::China];
        all.into_iter().find(|cloud| cloud.in_json() == word)
    }

    /// The word for it in a partner's ID and in what a token says.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Commercial => "commercial",
            Self::UsGovernment => "us_government",
            Self::Germany => "germany",
            Self::China => "china",
        }
    }

    /// Whether customers of this country may be served in the cloud (domain.md §1.6).
    pub fn serves(self, country: Country) -> bool {
        match self {
            Self::Commercial => true,
            Self::UsGovernment => country == Country::US,
            Self::Germany => country.is_european(),
            Self::China => country == Country(*b"CN"),
        }
    }

    /// Whether "Special qualifications" exist in the cloud (domain.md §1.6).
    pub const fn has_qualifications(self) -> bool {
        matches!(self, Self::Commercial)
    }
}

/// A country by its two ISO letters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country([u8; 2]);

/// EU (with the United Kingdom, a member in 2018) and EFTA.
const EUROPEAN: &[&[u8; 2]] = &[
    b"AT", b"BE", b"BG", b"HR", b"CY", b"CZ", b"DK", b"EE", b"FI", b"FR", b"DE", b"GR", b"HU",
    b"IE", b"IT", b"LV", b"LT", b"LU", b"MT", b"NL", b"PL", b"PT", b"RO", b"SK", b"SI", b"ES",
    b"SE", b"GB", b"CH", b"IS", b"LI", b"NO",
];

impl Country {
    /// The United States.
    pub const US: Self = Self(*b"US");
    /// Germany.
    pub const DE: Self = Self(*b"DE");

    /// Reads two ASCII letters in either case.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        match *text.as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Ok(Self([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
            }
            _ => Err(Refusal::invalid("country", text)),
        }
    }

    /// The two letters in upper case.
    pub fn as_str(&self) -> &str {
        // Only ASCII letters get in, so the fallback is never seen.
        str::from_utf8(&self.0).unwrap_or("??")
    }

    fn is_european(self) -> bool {
        EUROPEAN.iter().any(|&&listed| listed == self.0)
    }
}

impl TryFrom<String> for Country {
    type Error = Refusal;
    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text)
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.as_str().to_owned()
    }
}

impl std::fmt::Display for Country {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::fmt::Debug for Country {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Cloud;

    #[test]
    fn a_cloud_is_spelled_one_way_in_json() {
        for cloud in Cloud::OFFERED.into_iter().chain([Cloud::China]) {
            assert_eq!(serde_json::to_value(cloud).unwrap(), cloud.in_json());
            assert_eq!(Cloud::from_json(cloud.in_json()), Some(cloud));
        }
        assert_eq!(Cloud::from_json("us_government"), None);
    }
}
