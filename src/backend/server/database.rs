//! A database of this browser with one store of texts, in `IndexedDB`.

use idb::{Database as Opening, DatabaseEvent, Error, Factory, ObjectStore, ObjectStoreParams};
use js_sys::{Array, Function, Reflect};
use std::pin::Pin;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{IdbDatabase, IdbTransaction};

/// What is done in a transaction, behind one type: code of its own for each weighs more.
pub type Act =
    Box<dyn FnOnce(ObjectStore) -> Pin<Box<dyn Future<Output = Result<JsValue, Error>>>>>;

/// What a transaction is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// To read.
    Read,
    /// To write; what was written last may be gone after a crash.
    Write,
    /// To write; it is over when what was written survives a crash.
    Strict,
}

/// The store that every database of ours has.
const STORE: &str = "texts";

/// An open database. Clones are the same one.
#[derive(Clone)]
pub struct Database(IdbDatabase);

impl Database {
    /// Opens it, or makes it.
    pub async fn open(name: &str) -> Result<Self, Error> {
        let mut request = Factory::new()?.open(name, Some(1))?;
        request.on_upgrade_needed(|event| {
            if let Ok(database) = event.database() {
                // It is there already only if somebody else made it; then opening it says so.
                let _ = database.create_object_store(STORE, ObjectStoreParams::new());
            }
        });
        let mut database: Opening = request.await?;
        // A newer version in another tab must not wait for this one.
        database.on_version_change(|event| {
            if let Ok(database) = event.database() {
                database.close();
            }
        });
        database.forget_callbacks();
        Ok(Self(database.into()))
    }

    /// Does something in a transaction, all of it or nothing. It is a task of its own: whoever
    /// waits for it may go, a transaction may not.
    pub async fn run(&self, mode: Mode, act: Act) -> Result<JsValue, JsValue> {
        let database = self.0.clone();
        let done = async move {
            let transaction = idb::Transaction::from(begin(&database, mode)?);
            let value = act(transaction.object_store(STORE).map_err(told)?).await.map_err(told)?;
            match transaction.await.map_err(told)? {
                result if result.is_committed() => Ok(value),
                _ => Err(JsValue::from_str("the transaction was given up")),
            }
        };
        JsFuture::from(future_to_promise(done)).await
    }
}

/// The browser's own error, or its words.
fn told(error: Error) -> JsValue {
    match error {
        Error::DomException(exception) => exception.into(),
        Error::UpdateFailed(thrown) | Error::DeleteFailed(thrown) => thrown,
        other => JsValue::from_str(&other.to_string()),
    }
}

/// Begins a transaction; by its name, since there is no way yet to say how surely it is written.
fn begin(database: &IdbDatabase, mode: Mode) -> Result<IdbTransaction, JsValue> {
    let begin = Reflect::get(database, &"transaction".into())?.dyn_into::<Function>()?;
    let word = if mode == Mode::Read { "readonly" } else { "readwrite" };
    let options = js_sys::Object::new();
    let durability = if mode == Mode::Strict { "strict" } else { "relaxed" };
    Reflect::set(&options, &"durability".into(), &durability.into())?;
    let stores = Array::of1(&STORE.into());
    begin.call3(database, &stores, &word.into(), &options)?.dyn_into()
}
