//! A database of this browser with one store of texts, in `IndexedDB`.

use idb::{Database as Opening, DatabaseEvent, Error, Factory, ObjectStore, ObjectStoreParams};
use js_sys::{Array, Function, Promise, Reflect};
use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
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

/// A text to be kept.
pub struct Text {
    /// Under what.
    pub key: JsValue,
    /// What.
    pub what: JsValue,
    /// Nothing may be there yet.
    pub is_new: bool,
}

/// The store that every database of ours has.
const STORE: &str = "texts";

/// An open database. Clones are the same one.
#[derive(Clone)]
pub struct Database {
    name: &'static str,
    open: Rc<RefCell<IdbDatabase>>,
}

impl Database {
    /// Opens it, or makes it.
    pub async fn open(name: &'static str) -> Result<Self, Error> {
        Ok(Self { name, open: Rc::new(RefCell::new(Self::opened(name).await?)) })
    }

    async fn opened(name: &str) -> Result<IdbDatabase, Error> {
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
        Ok(database.into())
    }

    /// Does something in a transaction, all of it or nothing. It is a task of its own: whoever
    /// waits for it may go, a transaction may not.
    pub async fn run(&self, mode: Mode, act: Act) -> Result<JsValue, JsValue> {
        let database = self.clone();
        let done = async move {
            let transaction = idb::Transaction::from(database.begin(mode).await?);
            let value = act(transaction.object_store(STORE).map_err(told)?).await.map_err(told)?;
            match transaction.await.map_err(told)? {
                result if result.is_committed() => Ok(value),
                _ => Err(JsValue::from_str("the transaction was given up")),
            }
        };
        JsFuture::from(future_to_promise(done)).await
    }

    /// Keeps texts so that they survive a crash, all or none. Nothing is asked between the first and
    /// the end, so the browser does it in one go.
    pub async fn keep(&self, texts: &[Text]) -> Result<(), JsValue> {
        let transaction = begin(&self.open.borrow(), Mode::Strict)?;
        let ask = || -> Result<(), JsValue> {
            let store = transaction.object_store(STORE)?;
            for Text { key, what, is_new } in texts {
                if *is_new {
                    store.add_with_key(what, key)?
                } else {
                    store.put_with_key(what, key)?
                };
            }
            Ok(())
        };
        if let Err(why) = ask() {
            // Whoever is told so will ask for all of it again.
            let _ = transaction.abort();
            return Err(why);
        }
        // An error of one of them ends in this too.
        let over = Promise::new(&mut |kept, given_up| {
            transaction.set_oncomplete(Some(&kept));
            transaction.set_onabort(Some(&given_up));
        });
        // A browser that does not know this does it by itself, a little later.
        let _sooner = idb::Transaction::from(transaction).commit();
        JsFuture::from(over).await.map(|_| ())
    }
}

impl Database {
    /// Begins a transaction. A connection that the browser has closed, as when somebody clears what
    /// the site keeps, is opened once more.
    async fn begin(&self, mode: Mode) -> Result<IdbTransaction, JsValue> {
        let open = self.open.borrow().clone();
        if let Ok(transaction) = begin(&open, mode) {
            return Ok(transaction);
        }
        let open = Self::opened(self.name).await.map_err(told)?;
        self.open.replace(open.clone());
        begin(&open, mode)
    }
}

/// The browser's own error, or its words.
fn told(error: Error) -> JsValue {
    match error {
        Error::DomException(exception) => exception.into(),
        Error::AddFailed(thrown) | Error::UpdateFailed(thrown) | Error::DeleteFailed(thrown) => {
            thrown
        }
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
