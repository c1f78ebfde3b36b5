//! The page around a panel, as the element gives it to us: who signs in there, what it wants to
//! check, and what it hears.

use super::told::Submission;
use crate::json::written;
use serde::Serialize;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The element around the panel (`public/embed.js`).
    #[derive(Clone)]
    pub type Element;

    /// A token of the page's own sign-in, or nothing where the page has none to give. `refresh`:
    /// the one given before was not taken.
    #[wasm_bindgen(method, catch)]
    async fn token(this: &Element, refresh: bool) -> Result<JsValue, JsValue>;

    /// Asks the page whether it lets a submission pass; a text is why not.
    #[wasm_bindgen(method, js_name = beforeSubmit, catch)]
    async fn before_submit(this: &Element, submission: &str) -> Result<JsValue, JsValue>;

    /// Tells the page something: an event's name and, as JSON, what it says.
    #[wasm_bindgen(method)]
    fn tell(this: &Element, name: &str, detail: &str);
}

/// The page around a panel. Whatever it answers is only a text, and whatever it throws is no answer.
#[derive(Clone)]
pub struct Host(Element);

impl Host {
    /// Behind the element.
    pub const fn of(element: Element) -> Self {
        Self(element)
    }

    /// A token for the server. A page that cannot give one has none.
    pub async fn token_for(&self, refresh: bool) -> Option<String> {
        let token = self.0.token(refresh).await.ok()?.as_string()?;
        (!token.is_empty()).then_some(token)
    }

    /// Asks the page before a submission; otherwise why not, in its own words, perhaps none.
    pub async fn lets_pass(&self, submission: &Submission) -> Result<(), String> {
        match self.0.before_submit(&json(submission)).await {
            Ok(said) => said.as_string().map_or(Ok(()), Err),
            Err(_) => Err(String::new()),
        }
    }

    /// Tells the page something.
    pub fn hears(&self, event: &str, detail: &impl Serialize) {
        self.0.tell(event, &json(detail));
    }
}

/// What is told is made of texts, numbers and lists, which JSON always has.
fn json(detail: &impl Serialize) -> String {
    written(detail).unwrap_or_default()
}
