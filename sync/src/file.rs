//! What waits, as a file that can be taken to another browser.

use crate::entry::{Entry, Who};
use serde::{Deserialize, Serialize};

/// The form of the file. It outlives versions of the screens, so it is JSON with names.
const FORM: &str = "subscription-desk-changes/1";

#[derive(Serialize, Deserialize)]
struct File {
    form: String,
    entries: Vec<Entry>,
}

/// Why a file was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotImported {
    /// It is not one of ours, or cut.
    #[error("this is no file of changes")]
    NotOurs,
    /// It has changes of somebody else.
    #[error("these are the changes of somebody else")]
    OfSomebodyElse,
}

/// Everything that is not over, as the text of a file.
pub fn exported<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> String {
    let open = entries.into_iter().filter(|entry| !entry.is_over()).cloned();
    let file = File { form: FORM.to_owned(), entries: open.collect() };
    // Entries are texts, numbers and lists, which JSON always has.
    serde_json::to_string_pretty(&file).unwrap_or_default()
}

/// The entries of a file that are not here yet, numbered from `number` on, in their order. Each
/// keeps its request's name, so that what was sent from elsewhere meanwhile is not done twice.
pub fn imported<'a>(
    text: &str,
    who: &Who,
    here: impl IntoIterator<Item = &'a Entry>,
    number: u64,
) -> Result<Vec<Entry>, NotImported> {
    let file: File = serde_json::from_str(text).map_err(|_| NotImported::NotOurs)?;
    if file.form != FORM {
        return Err(NotImported::NotOurs);
    }
    if file.entries.iter().any(|entry| entry.who != *who) {
        return Err(NotImported::OfSomebodyElse);
    }
    let names: Vec<_> = here.into_iter().map(|entry| &entry.ask.request).collect();
    let new = file.entries.into_iter().filter(|entry| !names.contains(&&entry.ask.request));
    Ok(new.zip(number..).map(|(entry, number)| Entry { number, ..entry }).collect())
}
