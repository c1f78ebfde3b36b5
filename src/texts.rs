//! The texts of the chosen language, each behind a function of its own, made by `build.rs` from
//! `public/lang`.
//!
//! A language is fetched when it is chosen and then kept for as long as the page lives, so that a
//! text can be borrowed anywhere without counting.

use crate::elision::elide;
use crate::view::prelude::*;
use gloo_net::http::Request;
use js_sys::{Array, JSON};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};

/// The languages there are, each by its code and its own name.
pub const LANGUAGES: [(&str, &str); 2] = [("en", "English"), ("it", "Italiano")];

/// A language's own name.
pub fn name_of(code: &str) -> &'static str {
    LANGUAGES.iter().find(|(of, _)| *of == code).map_or("", |(_, name)| name)
}

/// The texts of one language.
#[derive(Debug)]
pub struct Texts {
    /// Its code, such as `it`.
    pub language: String,
    /// The file's mark, and the texts in the order of their places.
    all: Vec<&'static str>,
}

/// The texts as every screen holds them.
pub type T = &'static Texts;

/// The texts of the language that is chosen now. Screens are built anew when it changes.
pub fn use_texts() -> T {
    expect_context::<RwSignal<T>>().get_untracked()
}

thread_local! {
    static LOADED: RefCell<Vec<T>> = const { RefCell::new(Vec::new()) };
}

/// Fetches a language, once.
pub async fn load(language: &str) -> Result<T, String> {
    if let Some(texts) = loaded(language) {
        return Ok(texts);
    }
    let file = format!("/lang/{language}.json");
    let lost = |_| format!("{file}: no answer");
    let answer = Request::get(&file).send().await.map_err(lost)?;
    if !answer.ok() {
        return Err(format!("{file}: {}", answer.status()));
    }
    Texts::read(language, &answer.text().await.map_err(lost)?)
}

fn loaded(language: &str) -> Option<T> {
    LOADED.with_borrow(|all| all.iter().find(|t| t.language == language).copied())
}

impl Texts {
    /// Reads a language's file, once.
    pub fn read(language: &str, written: &str) -> Result<T, String> {
        if let Some(texts) = loaded(language) {
            return Ok(texts);
        }
        let no_texts = || format!("{language}: no texts");
        let all: Array =
            JSON::parse(written).ok().and_then(|all| all.dyn_into().ok()).ok_or_else(no_texts)?;
        // Those of another version would be put where other texts belong.
        if all.get(0).as_string().as_deref() != Some(MARK) || all.length() as usize != PLACES + 1 {
            return Err(format!("{language}: texts of another version"));
        }
        let text = |text: JsValue| text.as_string().map(|text| &*text.leak());
        let all = all.iter().map(text).collect::<Option<_>>().ok_or_else(no_texts)?;
        let texts: T = Box::leak(Box::new(Self { language: language.to_owned(), all }));
        LOADED.with_borrow_mut(|all| all.push(texts));
        Ok(texts)
    }

    fn at(&self, place: usize) -> &'static str {
        self.all.get(place + 1).copied().unwrap_or_default()
    }

    /// Of a plural's three places, the one for the count; the last one where a language does without.
    fn plural(&self, place: usize, count: u64, pairs: &[(&str, &str)]) -> String {
        let category = match &*crate::format::plural(&self.language, count) {
            "one" => 0,
            "many" => 1,
            _ => 2,
        };
        let text = match self.at(place + category) {
            "" => self.at(place + 2),
            text => text,
        };
        let count = crate::format::number(self, count);
        let pairs: Vec<_> = pairs.iter().copied().chain([("count", count.as_str())]).collect();
        self.fill(text, &pairs)
    }

    /// Puts values in the place of the names in braces.
    fn fill(&self, text: &str, pairs: &[(&str, &str)]) -> String {
        let mut out = String::with_capacity(text.len() + 16);
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let (name, end) = after.split_once('}').unwrap_or((after, ""));
            let value = pairs.iter().find(|(of, _)| *of == name).map_or("", |(_, value)| value);
            if self.language == "it" {
                elide(&mut out, value);
            }
            out.push_str(value);
            rest = end;
        }
        out.push_str(rest);
        out
    }
}

/// The language to begin with: the one chosen here before, else the browser's first that is there.
pub fn preferred(chosen: Option<String>) -> &'static str {
    let known = |code: &str| {
        let base = code.split('-').next().unwrap_or_default().to_ascii_lowercase();
        LANGUAGES.iter().map(|(code, _)| *code).find(|code| *code == base)
    };
    let browsers = window().navigator().languages();
    let browsers = browsers.iter().filter_map(|code: JsValue| code.as_string());
    chosen.into_iter().chain(browsers).find_map(|code| known(&code)).unwrap_or("en")
}

include!(concat!(env!("OUT_DIR"), "/texts.rs"));
