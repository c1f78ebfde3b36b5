//! The demo's data as one file: export, import, reset.

use super::settings::Settings;
use super::{Backend, LocalShelf, Message};
use serde::{Deserialize, Serialize};
use subscription_usecases::{ACCOUNTS, SavedAccount, Shelf, sealed, unsealed};

/// What a file holds.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Exported {
    settings: Settings,
    accounts: Vec<SavedAccount>,
}

/// What the shelf holds, as the text of a file. Nothing but texts is touched, so that it works
/// when nothing else does.
pub fn export_from(shelf: &impl Shelf) -> String {
    let (settings, _) = Settings::read(shelf, super::real_now());
    let settings = serde_json::to_string(&settings).unwrap_or_default();
    let names = shelf.names().into_iter().filter(|name| name.starts_with(ACCOUNTS));
    let texts: Vec<String> = names.filter_map(|name| shelf.get(&name)).collect();
    let accounts: Vec<&str> = texts.iter().filter_map(|text| unsealed(text)).collect();
    let json = format!("{{\"settings\":{settings},\"accounts\":[{}]}}", accounts.join(","));
    format!("{HEAD}{VERSION}\n{}\n", sealed(&json))
}

/// How a file of ours begins, with the version of what follows.
const HEAD: &str = "subscription-desk-demo/";
const VERSION: &str = "1";

/// Why a file was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotImported {
    /// It is not one of ours.
    NotOurs,
    /// It is one of ours, of a version this app does not read.
    OtherVersion,
    /// It is cut or altered.
    Damaged,
}

impl Backend {
    /// Everything the demo keeps, as the text of a file.
    pub fn export(self) -> String {
        let demo = self.inner();
        let exported = Exported {
            settings: demo.settings.borrow().clone(),
            accounts: demo.store.borrow().memory().all_saved(),
        };
        let json = serde_json::to_string(&exported).unwrap_or_default();
        format!("{HEAD}{VERSION}\n{}\n", sealed(&json))
    }

    /// Puts a file's data in the place of what is there. Nothing changes when it is refused.
    pub fn import(self, text: &str) -> Result<(), NotImported> {
        let (head, body) = text.split_once('\n').ok_or(NotImported::NotOurs)?;
        let version = head.trim().strip_prefix(HEAD).ok_or(NotImported::NotOurs)?;
        if version != VERSION {
            return Err(NotImported::OtherVersion);
        }
        let json = unsealed(body.trim_end()).ok_or(NotImported::Damaged)?;
        let read: Exported = serde_json::from_str(json).map_err(|_| NotImported::Damaged)?;
        if !read.settings.is_sound() {
            return Err(NotImported::Damaged);
        }
        let demo = self.inner();
        demo.store.borrow().replace_all(Vec::new());
        self.apply(read.settings);
        demo.settings.borrow().keep(&LocalShelf);
        demo.store.borrow().replace_all(read.accounts);
        self.tell_state(None);
        self.changed();
        Ok(())
    }

    /// Forgets every change and starts the demo anew today.
    pub fn reset(self) {
        let demo = self.inner();
        demo.store.borrow().reset();
        let language = demo.settings.borrow().language.clone();
        let first = Settings { language, ..Settings::first(super::real_now()) };
        self.apply(first);
        demo.settings.borrow().keep(&LocalShelf);
        self.tell_state(None);
        self.changed();
        demo.tabs.tell(&Message::Reload);
    }
}
