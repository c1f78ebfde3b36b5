//! Where changes are kept until they are sent: in `IndexedDB`, one text each, under whose it is and
//! its number. A change that this build cannot read stays where it is.

use super::database::{Database, Mode, Text};
use chrono::{DateTime, Utc};
use idb::{CursorDirection, KeyRange, ObjectStore, Query};
use js_sys::Array;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use subscription_sync::{Entry, NotKept, Numbered, Storage, Who, read, written};
use wasm_bindgen::{JsCast, JsValue};

const NAME: &str = "subscription-desk.changes";

/// The changes of one person on this device.
pub struct Kept {
    database: Database,
    who: Who,
    /// How many could not be read.
    pub unread: Cell<usize>,
    /// The last number that was given out, as far as this tab knows; others may know better.
    last: Cell<u64>,
}

/// The numbers stand at the end of a key with so many digits that they sort as texts.
const DIGITS: usize = 12;

/// A name has no space here, so that no other one begins like a key of it.
fn start(who: &Who) -> String {
    let user = who.user.replace('%', "%25").replace(' ', "%20");
    ["change ", who.partner.as_str(), " ", &user, " "].concat()
}

fn key(who: &Who, number: u64) -> JsValue {
    format!("{}{number:0DIGITS$}", start(who)).into()
}

fn range(who: &Who) -> Result<Query, idb::Error> {
    // A colon comes after the digits.
    let (first, end) = (start(who) + "0", start(who) + ":");
    KeyRange::bound(&first.into(), &end.into(), None, None).map(Query::KeyRange)
}

fn number_of(key: &JsValue) -> Option<u64> {
    let key = key.as_string()?;
    key.get(key.len().checked_sub(DIGITS)?..)?.parse().ok()
}

/// The last number that was given out.
async fn last(store: &ObjectStore, who: &Who) -> Result<u64, idb::Error> {
    let cursor = store.open_key_cursor(Some(range(who)?), Some(CursorDirection::Prev))?.await?;
    Ok(cursor.and_then(|cursor| number_of(&cursor.key().ok()?)).unwrap_or(0))
}

/// Puts entries in place; those from a number on are new, and stand in nobody's place.
async fn put(store: &ObjectStore, entries: &[Entry], new_from: u64) -> Result<(), idb::Error> {
    for entry in entries {
        if let Some(text) = written(entry) {
            let (text, key) = (text.into(), key(&entry.who, entry.number));
            if entry.number < new_from {
                store.put(&text, Some(&key))?.await?;
            } else {
                store.add(&text, Some(&key))?.await?;
            }
        }
    }
    Ok(())
}

/// The browser's error as one of ours.
fn not_kept(error: &JsValue) -> NotKept {
    let exception = error.dyn_ref::<web_sys::DomException>();
    match exception.map(web_sys::DomException::name).as_deref() {
        Some("QuotaExceededError") => NotKept::Full,
        Some("SecurityError") => NotKept::Forbidden,
        Some(name) => NotKept::Failed(name.to_owned()),
        None => NotKept::Failed(error.as_string().unwrap_or_default()),
    }
}

impl Kept {
    /// Opens what is kept of a person's, and removes what was over before a moment.
    pub async fn open(who: Who) -> Result<Self, NotKept> {
        let database = Database::open(NAME).await;
        let database = database.map_err(|error| NotKept::Failed(error.to_string()))?;
        Ok(Self { database, who, unread: Cell::new(0), last: Cell::new(0) })
    }

    /// What was kept, here or by another tab.
    pub fn heard(&self, entries: &[Entry]) {
        let last = entries.iter().map(|entry| entry.number).max();
        self.last.set(self.last.get().max(last.unwrap_or(0)));
    }

    /// Keeps entries under the numbers that seem to be free, at one go; none of them where they are
    /// not. Asking first which are takes a browser longer than keeping them.
    async fn added(&self, entries: &Numbered) -> Option<Vec<Entry>> {
        let free = self.last.get().checked_add(1)?;
        let numbered = entries(free);
        let text = |entry: &Entry| {
            let is_new = entry.number >= free;
            Some(Text { key: key(&entry.who, entry.number), what: written(entry)?.into(), is_new })
        };
        let texts: Option<Vec<Text>> = numbered.iter().map(text).collect();
        self.database.keep(&texts?).await.ok()?;
        Some(numbered)
    }

    /// Removes changes that were over before a moment. That it failed does no harm.
    pub async fn sweep(&self, entries: &[Entry], before: DateTime<Utc>) {
        let is_old = |entry: &&Entry| entry.ended_at().is_some_and(|at| at < before);
        let keys = entries.iter().filter(is_old).map(|entry| key(&entry.who, entry.number));
        let keys: Vec<JsValue> = keys.collect();
        if keys.is_empty() {
            return;
        }
        let _swept = self
            .database
            .run(
                Mode::Write,
                Box::new(move |store| {
                    Box::pin(async move {
                        for key in keys {
                            store.delete(Query::Key(key))?.await?;
                        }
                        Ok(JsValue::UNDEFINED)
                    })
                }),
            )
            .await;
    }
}

impl Storage for Kept {
    async fn all(&self) -> Result<Vec<Entry>, NotKept> {
        let who = self.who.clone();
        let all = self.database.run(
            Mode::Read,
            Box::new(move |store| {
                Box::pin(async move {
                    let texts = store.get_all(Some(range(&who)?), None)?.await?;
                    Ok(Array::from_iter(texts).into())
                })
            }),
        );
        let all = Array::from(&all.await.map_err(|error| not_kept(&error))?);
        let texts = all.iter().map(|text| read(&text.as_string().unwrap_or_default()).ok());
        let entries: Vec<Entry> = texts.flatten().filter(|entry| entry.who == self.who).collect();
        let unread = usize::try_from(all.length()).unwrap_or(0).saturating_sub(entries.len());
        self.unread.set(unread);
        self.heard(&entries);
        Ok(entries)
    }

    async fn add(&self, entries: Numbered) -> Result<Vec<Entry>, NotKept> {
        if let Some(kept) = self.added(&entries).await {
            self.heard(&kept);
            return Ok(kept);
        }
        let (who, kept) = (self.who.clone(), Rc::new(RefCell::new(Vec::new())));
        let told = Rc::clone(&kept);
        let added = self.database.run(
            Mode::Strict,
            Box::new(move |store| {
                Box::pin(async move {
                    let free = last(&store, &who).await?.saturating_add(1);
                    let numbered = entries(free);
                    put(&store, &numbered, free).await?;
                    *told.borrow_mut() = numbered;
                    Ok(JsValue::UNDEFINED)
                })
            }),
        );
        added.await.map_err(|error| not_kept(&error))?;
        let kept = kept.take();
        self.heard(&kept);
        Ok(kept)
    }

    /// A state that is lost in a crash is asked for again under the entry's name.
    async fn put(&self, entries: &[Entry]) -> Result<(), NotKept> {
        let entries = entries.to_vec();
        let kept = self.database.run(
            Mode::Write,
            Box::new(move |store| {
                Box::pin(async move {
                    put(&store, &entries, u64::MAX).await?;
                    Ok(JsValue::UNDEFINED)
                })
            }),
        );
        kept.await.map(|_| ()).map_err(|error| not_kept(&error))
    }
}
