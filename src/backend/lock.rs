//! What one tab does for all: the tab that holds a Web Lock.

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// The browser's lock manager, which web-sys does not offer yet. Absent on pages that are not a
/// secure context.
fn locks() -> Option<JsValue> {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).ok()?;
    locks.is_object().then_some(locks)
}

/// A lock that is held, for as long as the page lives or until it is let go.
pub struct Held(Option<Function>);

impl Held {
    /// Lets it go: the next tab takes it.
    pub fn let_go(self) {
        if let Some(end) = self.0 {
            let _ = end.call0(&JsValue::UNDEFINED);
        }
    }
}

/// Takes a lock; `if_free` gives up at once when another tab has it. Without locks a tab is alone
/// and holds them all.
pub async fn hold(name: &str, if_free: bool) -> Option<Held> {
    let Some(locks) = locks() else { return Some(Held(None)) };
    let held = Rc::new(RefCell::new(None::<Held>));
    let outcome = Promise::new(&mut |resolve, _| {
        let held = held.clone();
        let granted = Closure::once_into_js(move |lock: JsValue| -> JsValue {
            if lock.is_null() {
                let _ = resolve.call0(&JsValue::UNDEFINED);
                return JsValue::UNDEFINED;
            }
            // Until it is settled the lock is held.
            let until = Promise::new(&mut |end, _| {
                held.replace(Some(Held(Some(end))));
            });
            let _ = resolve.call0(&JsValue::UNDEFINED);
            until.into()
        });
        let options = js_sys::Object::new();
        let _ = Reflect::set(&options, &"ifAvailable".into(), &if_free.into());
        let request = Reflect::get(&locks, &"request".into())
            .ok()
            .and_then(|f| f.dyn_into::<Function>().ok());
        if let Some(request) = request {
            let _ = request.call3(&locks, &name.into(), &options, &granted);
        }
    });
    let _ = JsFuture::from(outcome).await;
    held.take()
}
