//! What waits, as a file that can be taken to another browser.

use crate::entry::{Entry, Who};
use crate::kept;

/// The first line of the file.
const HEAD: &str = "subscription-desk changes 1";

/// Why a file was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotImported {
    /// It is not one of ours, or cut, or of a version that this one does not read.
    #[error("this is no file of changes")]
    NotOurs,
    /// It has changes of somebody else.
    #[error("these are the changes of somebody else")]
    OfSomebodyElse,
}

/// Everything that is not over, as the text of a file: a head with the number of changes, then a
/// line for each.
pub fn exported<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> String {
    let open = entries.into_iter().filter(|entry| !entry.is_over());
    let lines: Vec<String> = open.filter_map(kept::written).collect();
    let head = format!("{HEAD} {}", lines.len());
    let lines = std::iter::once(head).chain(lines);
    lines.map(|line| line + "\n").collect()
}

/// The entries of a file that are not here yet, in their order, to be numbered when they are kept.
/// Each keeps its request's name, so that what was sent from elsewhere meanwhile is not done twice.
pub fn imported<'a>(
    text: &str,
    who: &Who,
    here: impl IntoIterator<Item = &'a Entry>,
) -> Result<Vec<Entry>, NotImported> {
    let mut lines = text.lines();
    let count = lines.next().and_then(|head| head.strip_prefix(HEAD)?.trim().parse::<usize>().ok());
    let entries = lines.map(kept::read).collect::<Result<Vec<Entry>, _>>();
    let entries = entries.map_err(|_| NotImported::NotOurs)?;
    if count != Some(entries.len()) {
        return Err(NotImported::NotOurs);
    }
    if entries.iter().any(|entry| entry.who != *who) {
        return Err(NotImported::OfSomebodyElse);
    }
    let names: Vec<_> = here.into_iter().map(|entry| &entry.ask.request).collect();
    Ok(entries.into_iter().filter(|entry| !names.contains(&&entry.ask.request)).collect())
}
