//! What was seen of the server, for when it is not there: its answers as they came, in `IndexedDB`.
//!
//! They are one person's: whoever else signs in on this machine finds nothing of them, and
//! signing out removes them. An answer is a record, which only the screens that asked for it can
//! read, so after an update what was seen before is as good as never seen. A browser that keeps
//! nothing has a desk that works with a network only.

use super::database::{Act, Database, Mode};
use chrono::{DateTime, Utc};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

const NAME: &str = "subscription-desk.seen.2";
/// Under this key stands whose answers they are.
const OWNER: &str = "owner";
/// More answers than a partner looks at in months; beyond them it begins anew.
const MOST: u32 = 20_000;

/// The answers that are kept, if the browser keeps any.
pub struct Seen(Option<Database>);

/// An answer and when it came.
pub struct Answer {
    /// When.
    pub at: DateTime<Utc>,
    /// The record.
    pub text: String,
}

impl Seen {
    /// Opens what is kept.
    pub async fn open() -> Self {
        Self(Database::open(NAME).await.ok())
    }

    async fn with(&self, mode: Mode, act: Act) -> JsValue {
        match &self.0 {
            // What cannot be read was never seen, and what cannot be kept will not have been.
            Some(database) => database.run(mode, act).await.unwrap_or_default(),
            None => JsValue::UNDEFINED,
        }
    }

    /// From now on they are this one's: what was somebody else's goes, but for the answer to the
    /// question who it is.
    pub async fn bind(&self, owner: &str, who: &str) {
        let (owner, who) = (JsValue::from_str(owner), JsValue::from_str(who));
        self.with(
            Mode::Write,
            Box::new(move |store| {
                Box::pin(async move {
                    let is_same =
                        store.get(JsValue::from_str(OWNER))?.await?.as_ref() == Some(&owner);
                    if !is_same || store.count(None)?.await? > MOST {
                        let known = store.get(who.clone())?.await?;
                        store.clear()?.await?;
                        store.put(&owner, Some(&OWNER.into()))?.await?;
                        if let Some(known) = known {
                            store.put(&known, Some(&who))?.await?;
                        }
                    }
                    Ok(JsValue::UNDEFINED)
                })
            }),
        )
        .await;
    }

    /// Keeps an answer to a question; nobody waits for that.
    pub fn keep(&self, question: &str, at: DateTime<Utc>, text: &str) {
        let Some(database) = self.0.clone() else { return };
        let value = JsValue::from_str(&format!("{} {text}", at.timestamp_millis()));
        let key = JsValue::from_str(question);
        let act: Act =
            Box::new(move |store| Box::pin(async move { store.put(&value, Some(&key))?.await }));
        spawn_local(async move {
            let _kept = database.run(Mode::Write, act).await;
        });
    }

    /// The last answer to a question.
    pub async fn answer(&self, question: &str) -> Option<Answer> {
        let key = JsValue::from_str(question);
        let kept = self.with(
            Mode::Read,
            Box::new(move |store| {
                Box::pin(async move { Ok(store.get(key)?.await?.unwrap_or_default()) })
            }),
        );
        let kept = kept.await.as_string()?;
        let (at, text) = kept.split_once(' ')?;
        let at = DateTime::from_timestamp_millis(at.parse().ok()?)?;
        Some(Answer { at, text: text.to_owned() })
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
