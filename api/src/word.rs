//! Enumerations on the wire: a few known words, and whatever else the vendor may send.

/// Makes an enumeration whose words are read in any case and written in the spelling given; a word
/// that is not listed is kept as it came, in `Other` (domain.md §2.2).
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

        impl From<String> for $name {
            fn from(word: String) -> Self {
                match word {
                    $(word if word.eq_ignore_ascii_case($word) => Self::$variant,)*
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
