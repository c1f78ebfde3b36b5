//! What was seen of the server, for when it is not there: its answers as they came, in `IndexedDB`.
//!
//! They are one person's: whoever else signs in on this machine finds nothing of them, and
//! signing out removes them. An answer is a record, which only the screens that asked for it can
//! read, so after an update what was seen before is as good as never seen. A browser that keeps
//! nothing has a desk that works with a network only.

use chrono::{DateTime, Utc};
use idb::{
    Database, DatabaseEvent, Error, Factory, ObjectStore, ObjectStoreParams, TransactionMode,
};
use js_sys::Promise;
use std::pin::Pin;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

const NAME: &str = "subscription-desk.seen";
const STORE: &str = "answers";
/// Under this key stands whose answers they are.
const OWNER: &str = "owner";
/// More answers than a partner looks at in months; beyond them it begins anew.
const MOST: u32 = 5_000;

/// What is done in a transaction, behind one type: code of its own for each weighs more.
type Act = Box<dyn FnOnce(ObjectStore) -> Pin<Box<dyn Future<Output = Result<JsValue, Error>>>>>;

/// The answers that are kept, if the browser keeps any.
pub struct Seen(Option<Rc<Database>>);

/// An answer and when it came.
pub struct Answer {
    /// When.
    pub at: DateTime<Utc>,
    /// The record.
    pub text: String,
}

async fn opened() -> Result<Database, Error> {
    let mut request = Factory::new()?.open(NAME, Some(1))?;
    request.on_upgrade_needed(|event| {
        if let Ok(database) = event.database() {
            // It is there already only if somebody else made it; then opening it says what is wrong.
            let _ = database.create_object_store(STORE, ObjectStoreParams::new());
        }
    });
    let mut database = request.await?;
    // A newer version in another tab must not wait for this one.
    database.on_version_change(|event| {
        if let Ok(database) = event.database() {
            database.close();
        }
    });
    Ok(database)
}

impl Seen {
    /// Opens what is kept.
    pub async fn open() -> Self {
        Self(opened().await.ok().map(Rc::new))
    }

    /// Begins something in a transaction; nothing comes of it if the browser does not let it. It is
    /// a task of its own: a question may be dropped while its answer is being kept, a transaction
    /// may not.
    fn begin(&self, mode: TransactionMode, act: Act) -> Promise {
        let Some(database) = self.0.clone() else { return Promise::resolve(&JsValue::UNDEFINED) };
        let done = async move {
            let transaction = database.transaction(&[STORE], mode)?;
            let value = act(transaction.object_store(STORE)?).await?;
            transaction.await?;
            Ok::<JsValue, Error>(value)
        };
        future_to_promise(async move { Ok(done.await.unwrap_or_default()) })
    }

    async fn with(&self, mode: TransactionMode, act: Act) -> JsValue {
        JsFuture::from(self.begin(mode, act)).await.unwrap_or_default()
    }

    /// From now on they are this one's: what was somebody else's goes, but for the answer to the
    /// question who it is.
    pub async fn bind(&self, owner: &str, who: &str) {
        let (owner, who) = (JsValue::from_str(owner), JsValue::from_str(who));
        self.with(
            TransactionMode::ReadWrite,
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
        let value = JsValue::from_str(&format!("{} {text}", at.timestamp_millis()));
        let key = JsValue::from_str(question);
        let _kept = self.begin(
            TransactionMode::ReadWrite,
            Box::new(move |store| Box::pin(async move { store.put(&value, Some(&key))?.await })),
        );
    }

    /// The last answer to a question.
    pub async fn answer(&self, question: &str) -> Option<Answer> {
        let key = JsValue::from_str(question);
        let kept = self.with(
            TransactionMode::ReadOnly,
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
            TransactionMode::ReadWrite,
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
