//! What a billing profile has beside the contact and the address that the screens know: what
//! scripts give and read (domain.md §2.4).
//!
//! The browser has none of it, neither in its program nor in the records it reads and keeps: no
//! screen shows or changes it, and it would be 0.7 kB of both programs. JSON has it where there is
//! any, and so the databases of a server do.

use crate::Refusal;
use serde::{Deserialize, Serialize};

/// The rest of a customer's billing profile; each text may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProfileDetails {
    /// The second line of the address, at most 200 characters.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(skip_serializing_if = "String::is_empty")]
    pub address_line2: String,
    /// The contact's telephone number, at most 50 characters.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(skip_serializing_if = "String::is_empty")]
    pub phone_number: String,
    /// In which culture the customer is written to, such as `en-US`; at most 50 characters.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(skip_serializing_if = "String::is_empty")]
    pub culture: String,
    /// In which language, such as `en`; at most 50 characters.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(skip_serializing_if = "String::is_empty")]
    pub language: String,
}

#[cfg(not(target_arch = "wasm32"))]
impl ProfileDetails {
    /// Every text that cannot stay as it is.
    pub(crate) fn problems(&self) -> Vec<Refusal> {
        let texts = [
            ("addressLine2", &self.address_line2, 200),
            ("phoneNumber", &self.phone_number, 50),
            ("culture", &self.culture, 50),
            ("language", &self.language, 50),
        ];
        let wrong = texts.into_iter().filter(|(_, text, longest)| {
            text.trim().chars().count() > *longest || text.chars().any(crate::letters::controls)
        });
        wrong.map(|(field, text, _)| Refusal::invalid(field, text)).collect()
    }

    /// As they are kept.
    pub(crate) fn trimmed(&self) -> Self {
        let trimmed = |text: &String| text.trim().to_owned();
        Self {
            address_line2: trimmed(&self.address_line2),
            phone_number: trimmed(&self.phone_number),
            culture: trimmed(&self.culture),
            language: trimmed(&self.language),
        }
    }
}

#[cfg(target_arch = "wasm32")]
#[expect(clippy::unused_self, reason = "as where there are any")]
impl ProfileDetails {
    pub(crate) const fn problems(&self) -> Vec<Refusal> {
        Vec::new()
    }

    pub(crate) const fn trimmed(&self) -> Self {
        Self {}
    }
}

impl ProfileDetails {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// In forms with names it is written; in a record, which has none, it takes no byte. So the form of
/// a record is what it was before there were details.
pub(crate) mod named_only {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<T: Serialize, S: Serializer>(of: &T, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() { of.serialize(to) } else { to.serialize_unit() }
    }

    pub fn deserialize<'de, T, D>(from: D) -> Result<T, D::Error>
    where
        T: Deserialize<'de> + Default,
        D: Deserializer<'de>,
    {
        if from.is_human_readable() {
            T::deserialize(from)
        } else {
            <()>::deserialize(from).map(|()| T::default())
        }
    }
}
