//! The panel's program: what `public/embed.js` calls.

use subscription_desk::panel::host::{Element, Host};
use subscription_desk::panel::{Options, Panel};
use wasm_bindgen::prelude::*;

fn main() {}

/// Calls `stopped` with what happened if the program itself fails. Nothing of it can be relied on
/// from then on; `public/embed.js` says so in every panel and can start it anew.
#[wasm_bindgen(js_name = onStop)]
pub fn on_stop(stopped: js_sys::Function) {
    std::panic::set_hook(Box::new(move |info| {
        // Whoever listens cannot help it if that fails too.
        let _ = stopped.call1(&JsValue::UNDEFINED, &info.to_string().into());
    }));
}

/// A panel in an element.
#[wasm_bindgen]
pub struct Shown(Panel);

fn thrown(why: &str) -> JsValue {
    js_sys::Error::new(why).into()
}

#[wasm_bindgen]
impl Shown {
    /// Shows a panel in a place; `options` is JSON.
    #[wasm_bindgen(constructor)]
    pub fn new(place: &web_sys::Element, element: Element, options: &str) -> Result<Self, JsValue> {
        let options: Options =
            Options::read(options).ok_or_else(|| thrown("the options are of another form"))?;
        Panel::show(place, Host::of(element), options).map(Self).map_err(|why| thrown(&why))
    }

    /// Another language.
    #[wasm_bindgen(js_name = setTexts)]
    pub fn set_texts(&self, locale: &str, texts: &str) -> Result<(), JsValue> {
        self.0.set_texts(locale, texts).map_err(|why| thrown(&why))
    }

    /// Whether nothing may be changed.
    #[wasm_bindgen(js_name = setReadonly)]
    pub fn set_readonly(&self, readonly: bool) {
        self.0.set_readonly(readonly);
    }

    /// Another customer, or place.
    #[wasm_bindgen(js_name = sendTo)]
    pub fn send_to(&self, customer: &str, address: &str) {
        self.0.send_to(Some(customer), address);
    }

    /// One place back.
    pub fn back(&self) -> bool {
        self.0.back()
    }

    /// Whether there is a place to go back to.
    #[wasm_bindgen(js_name = canGoBack)]
    pub fn can_go_back(&self) -> bool {
        self.0.can_go_back()
    }

    /// Where it is.
    pub fn address(&self) -> String {
        self.0.address()
    }

    /// Whether something typed is not submitted yet.
    #[wasm_bindgen(js_name = isUnsaved)]
    pub fn is_unsaved(&self) -> bool {
        self.0.is_unsaved()
    }
}
