//! What one tab does for all: the tab that holds a Web Lock.

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// The browser's lock manager, which web-sys does not offer yet. Absent on pages that are not a
/// secure context.
fn locks() -> Option<JsValue> {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).ok()?;
    locks.is_object().then_some(locks)
}

/// Takes a lock and keeps it for as long as the page lives; `if_free` gives up at once when another
/// tab has it. Tells whether it is held. Without locks a tab is alone and holds them all.
pub async fn hold(name: &str, if_free: bool) -> bool {
    let Some(locks) = locks() else { return true };
    let held = Rc::new(Cell::new(false));
    let outcome = Promise::new(&mut |resolve, _| {
        let held = held.clone();
        let granted = Closure::once_into_js(move |lock: JsValue| -> JsValue {
            held.set(!lock.is_null());
            let _ = resolve.call0(&JsValue::UNDEFINED);
            if lock.is_null() {
                JsValue::UNDEFINED
            } else {
                // Never settled: the lock is let go when the page is.
                Promise::new(&mut |_, _| {}).into()
            }
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
    held.get()
}
