//! Which backend the page has: what `/config.json` says (design.md §3).

use gloo_net::http::Response;
use js_sys::{JSON, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// What answers the screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Config {
    /// The demo in this browser.
    Demo,
    /// The server that the page came from.
    Server(SignIn),
}

/// How people sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignIn {
    /// They choose a role, for trying.
    Role,
    /// At their provider; the server knows them by a cookie that no script can read.
    Provider,
}

impl Config {
    /// Asks for it, unless the start-up script has asked already (`public/boot.js`).
    pub fn ask() -> Promise {
        let asked = Reflect::get(&window(), &"deskConfig".into());
        match asked.ok().and_then(|asked| asked.dyn_into().ok()) {
            Some(asked) => asked,
            None => window().fetch_with_str("/config.json"),
        }
    }

    /// What was answered. A place that has none, such as a plain web server, has the demo; one that
    /// does not answer is an error, so that a partner's own desk never turns into a demo.
    pub async fn read(asked: Promise) -> Result<Self, String> {
        let answer = JsFuture::from(asked).await.map_err(|_| "/config.json")?;
        // It is what `fetch` promises.
        let answer = Response::from(answer.unchecked_into::<web_sys::Response>());
        if answer.status() >= 500 {
            return Err(format!("/config.json: {}", answer.status()));
        }
        let text = answer.text().await.unwrap_or_default();
        // What is no JSON is another page under this address.
        let Ok(json) = JSON::parse(&text) else { return Ok(Self::Demo) };
        let is = |name: &str, word: &str| {
            Reflect::get(&json, &name.into()).is_ok_and(|value| value == word)
        };
        Ok(match (is("backend", "server"), is("signIn", "demo")) {
            (false, _) => Self::Demo,
            (true, true) => Self::Server(SignIn::Role),
            (true, false) => Self::Server(SignIn::Provider),
        })
    }
}
