//! The languages' files as they are served: the texts in the order that the app knows, behind a
//! mark that says so.

use crate::digest;
use crate::order::{FIRST, mark, places};
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

type Texts = BTreeMap<String, String>;

/// Writes each language of a site in the app's order.
pub fn in_order(site: &Path) -> Result<()> {
    let folder = site.join("lang");
    let first = read(&folder.join(format!("{FIRST}.json")))?;
    let places = places(first.keys());
    for file in digest::files_below(&folder)? {
        fs::write(&file, ordered(&places, &read(&file)?)?)?;
    }
    Ok(())
}

fn read(file: &Path) -> Result<Texts> {
    let text = fs::read_to_string(file).with_context(|| format!("no {}", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is no texts", file.display()))
}

/// A category that a language has not stays empty, one text a line.
fn ordered(places: &[String], texts: &Texts) -> Result<String> {
    let text = |key| texts.get(key).map_or("", String::as_str);
    let mark = mark(places);
    let all = std::iter::once(&*mark).chain(places.iter().map(text));
    let all = all.map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
    Ok(format!("[{}]", all.join(",\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(pairs: &[(&str, &str)]) -> Texts {
        pairs.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn texts_stand_where_the_first_language_has_them() {
        let first =
            texts(&[("back", "Back"), ("days_one", "{count} day"), ("days_other", "{count} days")]);
        let places = places(first.keys());
        assert_eq!(places, ["back", "days_one", "days_many", "days_other"]);
        let mark = mark(&places);
        let written = |texts: &Texts| -> Vec<String> {
            serde_json::from_str(&ordered(&places, texts).unwrap()).unwrap()
        };
        assert_eq!(written(&first), [&mark, "Back", "{count} day", "", "{count} days"]);
        let other = texts(&[
            ("days_many", "{count} di giorni"),
            ("days_other", "{count} giorni"),
            ("back", "«Indietro»"),
        ]);
        assert_eq!(
            written(&other),
            [&mark, "«Indietro»", "", "{count} di giorni", "{count} giorni"]
        );
    }

    #[test]
    fn the_mark_is_of_all_keys_and_of_their_order() {
        let of =
            |keys: &[&str]| mark(&keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>());
        let marks = [of(&["a", "b"]), of(&["b", "a"]), of(&["ab"]), of(&["a", "b", "c"])];
        for (place, one) in marks.iter().enumerate() {
            assert!(!marks[..place].contains(one), "{marks:?}");
        }
        assert_eq!(of(&["a", "b"]), marks[0]);
    }
}
