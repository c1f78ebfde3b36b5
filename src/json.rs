//! JSON by the browser's own reader and writer, which are there already.

use js_sys::{Array, JSON, Reflect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::{Deserializer, Serializer};
use subscription_usecases::catalogue::Json;
use wasm_bindgen::{JsCast, JsValue};

/// What is written, to be read key by key; nothing where it is no JSON.
pub fn parsed(text: &str) -> Option<Parsed> {
    JSON::parse(text).ok().map(Parsed)
}

/// Takes in what is written, if it is of the form.
pub fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    T::deserialize(Deserializer::from(JSON::parse(text).ok()?)).ok()
}

/// The whole number that a value is, from 0.
pub fn whole(value: &JsValue) -> Option<u32> {
    let number = value.as_f64()?;
    let is_whole = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is whole and within its range"
    )]
    is_whole.then_some(number as u32)
}

/// A value of what the browser has read.
pub struct Parsed(JsValue);

impl Json for Parsed {
    fn at(&self, key: &str) -> Option<Self> {
        let value = Reflect::get(&self.0, &key.into()).ok()?;
        (!value.is_undefined()).then_some(Self(value))
    }

    fn text(&self) -> Option<String> {
        self.0.as_string()
    }

    fn number(&self) -> Option<u32> {
        whole(&self.0)
    }

    fn truth(&self) -> Option<bool> {
        self.0.as_bool()
    }

    fn list(&self) -> Option<Vec<Self>> {
        Some(self.0.dyn_ref::<Array>()?.iter().map(Self).collect())
    }
}

/// Writes it down.
pub fn written(value: &impl Serialize) -> Option<String> {
    let value: JsValue = value.serialize(&Serializer::json_compatible()).ok()?;
    JSON::stringify(&value).ok()?.as_string()
}
