//! Enumerations on the wire: a few known words, and whatever else the vendor may send.

/// Makes an enumeration whose words are read in any case, with or without `_` between their parts,
/// and written in the spelling given; a word that is not listed is kept as it came, in `Other`. The
/// vendor writes the same word as `StateOwnedEntity` and as `state_owned_entity` (domain.md §2.2).
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $variant:ident = $word:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(from = "String", into = "String")]
        pub enum $name {
            $($(#[$about])* $variant,)*
            /// A word this version does not know, as it came.
            Other(String),
        }

        impl $name {
            /// The word as it is written.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)*
                    Self::Other(word) => word,
                }
            }
        }

        /// A text: words that nobody knows yet are taken, too.
        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let known: &[&str] = &[$($word),*];
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .description(Some(format!("Known are: {}.", known.join(", "))))
                    .into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}

        impl From<String> for $name {
            fn from(word: String) -> Self {
                match word {
                    $(word if $crate::word::is_same(&word, $word) => Self::$variant,)*
                    word => Self::Other(word),
                }
            }
        }

        impl From<$name> for String {
            fn from(word: $name) -> Self {
                match word {
                    $name::Other(word) => word,
                    known => known.as_str().to_owned(),
                }
            }
        }
    )*};
}

pub(crate) use words;

/// Whether two spellings are the same word.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    fn letters(word: &str) -> impl Iterator<Item = u8> {
        word.bytes().filter(|byte| *byte != b'_').map(|byte| byte.to_ascii_lowercase())
    }
    letters(one).eq(letters(other))
}
