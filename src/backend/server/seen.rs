//! What was seen of the server, for when it is not there: its answers as they came, in `IndexedDB`.
//!
//! They are one person's: whoever else signs in on this machine finds nothing of them, and
//! signing out removes them. An answer is a record, which only the screens that asked for it can
//! read, and says of which form it is, so after an update what was seen before is as good as never
//! seen. A browser that keeps nothing has a desk that works with a network only.

use super::database::{Act, Database, Mode};
use crate::wait::spawn_local;
use chrono::{DateTime, Utc};
use idb::{Error, ObjectStore};
use js_sys::Reflect;
use leptos::prelude::document;
use std::cell::RefCell;
use subscription_usecases::record;
use wasm_bindgen::JsValue;

const NAME: &str = "subscription-desk.seen.2";
/// Under this key stands whose answers they are.
const OWNER: &str = "owner";
/// Under this one after which sign-in in this browser they came, by its cookie.
const SIGN_IN: &str = "sign-in";
/// The server gives the cookie another value at each sign-in (`server/src/sign_in/flow.rs`).
const COOKIE: &str = "desk-sign-in=";
/// More answers than "Keep all customers" keeps of a hundred thousand; beyond them it begins anew.
const MOST: u32 = 250_000;

/// The answers that are kept, if the browser keeps any.
pub struct Seen {
    database: Option<Database>,
    /// Whose answers this tab keeps and looks for, and the key that says so: before the server has
    /// said who it is, those of the last sign-in. Another tab may have signed in somebody else.
    of: RefCell<(&'static str, JsValue)>,
}

/// An answer, as it came.
pub struct Said {
    /// The record.
    pub text: String,
    /// When it came, if it was seen before.
    pub at: Option<DateTime<Utc>>,
}

/// Whether what is kept is somebody's.
async fn is_theirs(store: &ObjectStore, (key, whose): (&str, JsValue)) -> Result<bool, Error> {
    let kept = store.get(JsValue::from_str(key))?.await?;
    Ok(kept.unwrap_or_else(|| "".into()) == whose)
}

/// The sign-in of this browser; nothing where people sign in in another way.
fn sign_in() -> JsValue {
    let cookies = Reflect::get(&document(), &"cookie".into()).ok();
    let cookies = cookies.and_then(|cookies| cookies.as_string()).unwrap_or_default();
    cookies.split("; ").find_map(|one| one.strip_prefix(COOKIE)).unwrap_or_default().into()
}

impl Seen {
    /// Opens what is kept.
    pub async fn open() -> Self {
        let of = RefCell::new((SIGN_IN, sign_in()));
        Self { database: Database::open(NAME).await.ok(), of }
    }

    /// From now on this tab keeps and looks for nobody else's.
    pub fn is_of(&self, owner: &str) {
        self.of.replace((OWNER, owner.into()));
    }

    async fn with(&self, mode: Mode, act: Act) -> JsValue {
        match &self.database {
            // What cannot be read was never seen, and what cannot be kept will not have been.
            Some(database) => database.run(mode, act).await.unwrap_or_default(),
            None => JsValue::UNDEFINED,
        }
    }

    /// From now on they are this one's: what was somebody else's goes.
    pub async fn bind(&self, owner: &str) {
        self.is_of(owner);
        let (owner, sign_in) = (JsValue::from_str(owner), sign_in());
        self.with(
            Mode::Write,
            Box::new(move |store| {
                Box::pin(async move {
                    let is_same = is_theirs(&store, (OWNER, owner.clone())).await?;
                    if !is_same || store.count(None)?.await? > MOST {
                        store.clear()?.await?;
                        store.put(&owner, Some(&OWNER.into()))?.await?;
                    }
                    store.put(&sign_in, Some(&SIGN_IN.into()))?.await?;
                    Ok(JsValue::UNDEFINED)
                })
            }),
        )
        .await;
    }

    /// Keeps an answer to a question; nobody waits for that.
    pub fn keep(&self, question: &str, at: DateTime<Utc>, text: &str) {
        let Some(database) = self.database.clone() else { return };
        let value = format!("{} {} {text}", record::form(), at.timestamp_millis());
        let (value, key) = (JsValue::from_str(&value), JsValue::from_str(question));
        let of = self.of.borrow().clone();
        let act: Act = Box::new(move |store| {
            Box::pin(async move {
                if is_theirs(&store, of).await? {
                    store.put(&value, Some(&key))?.await?;
                }
                Ok(JsValue::UNDEFINED)
            })
        });
        spawn_local(async move {
            let _kept = database.run(Mode::Write, act).await;
        });
    }

    /// The last answer to a question.
    pub async fn answer(&self, question: &str) -> Option<Said> {
        let (key, of) = (JsValue::from_str(question), self.of.borrow().clone());
        let kept = self.with(
            Mode::Read,
            Box::new(move |store| {
                Box::pin(async move {
                    if !is_theirs(&store, of).await? {
                        return Ok(JsValue::UNDEFINED);
                    }
                    Ok(store.get(key)?.await?.unwrap_or_default())
                })
            }),
        );
        let kept = kept.await.as_string()?;
        let (form, kept) = kept.split_once(' ')?;
        if form != record::form() {
            return None;
        }
        let (at, text) = kept.split_once(' ')?;
        let at = DateTime::from_timestamp_millis(at.parse().ok()?)?;
        Some(Said { text: text.to_owned(), at: Some(at) })
    }

    /// Removes all of it.
    pub async fn clear(&self) {
        self.with(
            Mode::Write,
            Box::new(move |store| {
                Box::pin(async move {
                    store.clear()?.await?;
                    Ok(JsValue::UNDEFINED)
                })
            }),
        )
        .await;
    }
}
