//! JSON by the browser's own reader and writer, which are there already.

use js_sys::JSON;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::{Deserializer, Serializer};
use wasm_bindgen::JsValue;

/// What is written, to be taken in; nothing where it is no JSON.
pub fn parsed(text: &str) -> Option<Deserializer> {
    JSON::parse(text).ok().map(Deserializer::from)
}

/// Takes in what is written, if it is of the form.
pub fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    T::deserialize(parsed(text)?).ok()
}

/// Writes it down.
pub fn written(value: &impl Serialize) -> Option<String> {
    let value: JsValue = value.serialize(&Serializer::json_compatible()).ok()?;
    JSON::stringify(&value).ok()?.as_string()
}
