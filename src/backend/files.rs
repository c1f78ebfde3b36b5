//! The demo's data as one file: export, import, reset.

use super::demo::DemoDesk;
use super::settings::{NAME, Settings};
use super::shelf::LocalShelf;
use super::tabs::Message;
use subscription_usecases::record::{self, VERSION, sealed, unsealed};
use subscription_usecases::{ACCOUNTS, SavedAccount, Shelf};

/// What the shelf holds, as the text of a file. Nothing but texts is touched, so that it works
/// when nothing else does; who has none that can be read has those of a first visit.
pub fn export_from(shelf: &impl Shelf) -> String {
    let settings = shelf.get(NAME).unwrap_or_default();
    let settings = unsealed(&settings).unwrap_or(&settings);
    let settings = Settings::from_json(settings).map_or("", |_| settings);
    let names = shelf.names().into_iter().filter(|name| name.starts_with(ACCOUNTS));
    let texts: Vec<String> = names.filter_map(|name| shelf.get(&name)).collect();
    file(settings, texts.iter().filter_map(|text| unsealed(text)))
}

/// The settings, then a line for each account, sealed as a whole.
fn file<'a>(settings: &'a str, accounts: impl Iterator<Item = &'a str>) -> String {
    let lines: Vec<&str> = std::iter::once(settings).chain(accounts).collect();
    format!("{HEAD}{VERSION}\n{}\n", sealed(&lines.join("\n")))
}

/// How a file of ours begins, with the form of what follows.
const HEAD: &str = "subscription-desk-demo/";

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

impl DemoDesk {
    /// Everything the demo keeps, as the text of a file.
    pub fn export(self) -> String {
        let demo = self.inner();
        let settings = demo.settings.borrow().to_json().unwrap_or_default();
        let saved = demo.store.borrow().memory().all_saved();
        let accounts: Vec<String> = saved.iter().filter_map(record::written).collect();
        file(&settings, accounts.iter().map(String::as_str))
    }

    /// Puts a file's data in the place of what is there. Nothing changes when it is refused.
    pub fn import(self, text: &str) -> Result<(), NotImported> {
        let (head, body) = text.split_once('\n').ok_or(NotImported::NotOurs)?;
        let version = head.trim().strip_prefix(HEAD).ok_or(NotImported::NotOurs)?;
        if version != VERSION {
            return Err(NotImported::OtherVersion);
        }
        let mut lines = unsealed(body.trim_end()).ok_or(NotImported::Damaged)?.lines();
        let settings = match lines.next() {
            Some("") => Some(Settings::first(super::real_now())),
            line => line.and_then(Settings::from_json),
        };
        let settings = settings.ok_or(NotImported::Damaged)?;
        let accounts: Option<Vec<SavedAccount>> = lines.map(record::read).collect();
        let accounts = accounts.ok_or(NotImported::Damaged)?;
        let demo = self.inner();
        demo.store.borrow().replace_all(Vec::new());
        self.apply(settings);
        demo.settings.borrow().keep(&LocalShelf);
        demo.store.borrow().replace_all(accounts);
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
