//! How an entry is written where it outlives the program that wrote it: a change may wait while the
//! screens are updated.
//!
//! The form is that of `usecases::record`, which names nothing and weighs little. So [`FORM`] counts
//! the forms, and a test holds the form of an entry of every kind against it: a new one has to read
//! the old one as well, since somebody's changes may wait in it.

use crate::entry::Entry;
use subscription_usecases::record;

/// The form of what is written.
const FORM: &str = "change-1";

/// Why an entry cannot be read. It is left where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// A newer program wrote it.
    #[error("the change was written by another version")]
    OtherVersion,
    /// It was cut or altered.
    #[error("the change is damaged")]
    Damaged,
}

/// An entry as text; `None` for one that cannot be written, which no entry is.
pub fn written(entry: &Entry) -> Option<String> {
    Some([FORM, " ", &record::written(entry)?].concat())
}

/// The entry that was written so.
pub fn read(text: &str) -> Result<Entry, Unread> {
    match text.split_once(' ') {
        Some((FORM, text)) => record::read(text).ok_or(Unread::Damaged),
        Some((form, _)) if form.starts_with("change-") => Err(Unread::OtherVersion),
        _ => Err(Unread::Damaged),
    }
}
