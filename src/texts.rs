//! The texts of the chosen language, each behind a function of its own, made by `build.rs` from
//! `public/lang`.
//!
//! A language is fetched when it is chosen and then kept for as long as the page lives, so that a
//! text can be borrowed anywhere without counting.

use crate::elision::elide;
use crate::view::prelude::*;
use gloo_net::http::Request;
use js_sys::{Array, JSON, Object};
use std::cell::RefCell;
use std::collections::HashMap;
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
    all: Vec<&'static str>,
    plurals: HashMap<String, &'static str>,
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
        let map = pairs_of(written).ok_or_else(|| format!("{language}: no texts"))?;
        let texts: T = Box::leak(Box::new(Self::new(language, map)));
        LOADED.with_borrow_mut(|all| all.push(texts));
        Ok(texts)
    }

    fn new(language: &str, mut map: HashMap<String, String>) -> Self {
        let mut take = |key: &str| -> &'static str {
            // The build holds every language against the first, so nothing is missing; a key
            // shown is better than nothing shown if a stale file is ever served.
            map.remove(key).map_or_else(|| Box::leak(key.into()), |text| text.leak())
        };
        let texts = KEYS.iter().map(|key| take(key)).collect();
        let plurals = KEYS
            .iter()
            .zip(&texts)
            .map(|(key, text): (&&str, &&'static str)| ((*key).to_owned(), *text));
        let mut plurals: HashMap<_, _> =
            plurals.filter(|(key, _)| key.ends_with("_one") || key.ends_with("_other")).collect();
        plurals.extend(map.into_iter().map(|(key, text)| (key, &*text.leak())));
        Self { language: language.to_owned(), all: texts, plurals }
    }

    fn at(&self, place: usize) -> &'static str {
        self.all.get(place).copied().unwrap_or_default()
    }

    fn plural(&self, stem: &str, count: u64, pairs: &[(&str, &str)]) -> String {
        let category = crate::format::plural(&self.language, count);
        let text = self.plurals.get(&format!("{stem}_{category}"));
        let other = || self.plurals.get(&format!("{stem}_other"));
        let text = text.or_else(other).copied().unwrap_or_default();
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

/// The keys and texts of a language's file.
fn pairs_of(written: &str) -> Option<HashMap<String, String>> {
    let all: Object = JSON::parse(written).ok()?.dyn_into().ok()?;
    let pair = |entry: JsValue| {
        let entry: Array = entry.dyn_into().ok()?;
        Some((entry.get(0).as_string()?, entry.get(1).as_string()?))
    };
    Object::entries(&all).iter().map(pair).collect()
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
