//! How values are written where only this program reads them: on a shelf, in the demo's file, from
//! tab to tab, between the screens and their server.
//!
//! The form is postcard, which knows no names, in letters that every storage takes. Reading JSON
//! back costs the browser three times the code (docs/size.md). The price: a form that has changed
//! cannot be told from a damaged one, so [`VERSION`] counts the forms, and a test holds the form of
//! an account against it (`usecases/tests/stores.rs`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as LETTERS;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The form of what is written. Another one is not read, and not destroyed either.
pub const VERSION: &str = "2";

/// The digest of this package's own source.
const DIGEST: &str = include_str!(concat!(env!("OUT_DIR"), "/digest.txt"));

/// The header in which screens and server say of which form a record is, [`form`].
pub const FORM: &str = "desk-form";

/// The header in which screens say whose they are: the record of a user and a partner. Somebody else
/// may have signed in meanwhile, with another tab.
pub const AS: &str = "desk-as";

/// The form of what screens and server tell each other. Both must be made of the same source,
/// since nothing in a record says what it is.
pub fn form() -> String {
    format!("{}-{}", subscription_rules::DIGEST.trim(), DIGEST.trim())
}

/// A value as text; `None` for one that cannot be written, which no value of ours is.
pub fn written<T: Serialize>(value: &T) -> Option<String> {
    let bytes = postcard::to_allocvec(value).ok()?;
    Some(LETTERS.encode(bytes))
}

/// The value that was written so.
pub fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    let bytes = LETTERS.decode(text).ok()?;
    let (value, rest) = postcard::take_from_bytes(&bytes).ok()?;
    rest.is_empty().then_some(value)
}

/// `version checksum text`: enough to notice a cut or altered record.
#[must_use]
pub fn sealed(text: &str) -> String {
    format!("{VERSION} {} {text}", crate::request::guid(text))
}

/// What was sealed, unless it is cut, altered or of another version.
pub fn unsealed(text: &str) -> Option<&str> {
    let (version, rest) = text.split_once(' ')?;
    let (sum, text) = rest.split_once(' ')?;
    (version == VERSION && sum == crate::request::guid(text)).then_some(text)
}
