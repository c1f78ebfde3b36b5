//! Makes the typed accessors of the texts from the language files.
//!
//! A text that is called but missing does not compile; one that is missing in a language, takes
//! other arguments there, or is never called, fails the build here.

#[path = "xtask/src/order.rs"]
mod order;

use order::{FIRST, mark, places, stem};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

type Texts = BTreeMap<String, String>;

fn fail<T>(why: String) -> io::Result<T> {
    Err(io::Error::other(why))
}

fn read(file: &Path) -> io::Result<Texts> {
    let text = fs::read_to_string(file)?;
    let json: Value = serde_json::from_str(&text).map_err(io::Error::other)?;
    let Some(map) = json.as_object() else {
        return fail(format!("{} is no object", file.display()));
    };
    let pair = |(key, value): (&String, &Value)| match value.as_str() {
        Some(text) => Ok((key.clone(), text.to_owned())),
        None => fail(format!("{}: {key} is no text", file.display())),
    };
    map.iter().map(pair).collect()
}

/// The names in braces.
fn arguments(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('{') {
        let Some((name, end)) = after.split_once('}') else { break };
        names.insert(name.to_owned());
        rest = end;
    }
    names
}

fn held_against(first: &Texts, other: &Texts, language: &str) -> io::Result<()> {
    for (key, text) in first {
        let Some(theirs) = other.get(key) else {
            return fail(format!("{language}: {key} is missing"));
        };
        // "one" may leave the number out: "the only license".
        let (ours, theirs) = (arguments(text), arguments(theirs));
        if ours != theirs && !key.ends_with("_one") {
            return fail(format!("{language}: {key} takes {theirs:?} instead of {ours:?}"));
        }
    }
    for key in other.keys() {
        let many = stem(key).is_some_and(|stem| first.contains_key(&format!("{stem}_other")));
        if !first.contains_key(key) && !many {
            return fail(format!("{language}: {key} does not exist in {FIRST}"));
        }
    }
    Ok(())
}

fn sources(folder: &Path, all: &mut String) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            sources(&path, all)?;
        } else {
            all.push_str(&fs::read_to_string(&path)?);
        }
    }
    Ok(())
}

fn main() -> io::Result<()> {
    // What takes the program apart has to know what refers to what.
    if env::var_os("CARGO_FEATURE_SPLIT").is_some() {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
    println!("cargo::rerun-if-changed=public/lang");
    println!("cargo::rerun-if-changed=src");
    let folder = Path::new("public/lang");
    let first = read(&folder.join(format!("{FIRST}.json")))?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let language = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        held_against(&first, &read(&path)?, &language)?;
    }
    let mut code = String::new();
    sources(Path::new("src"), &mut code)?;

    let order = places(first.keys());
    let mut out = format!(
        "/// How the files are marked whose order this knows.\n\
        const MARK: &str = {:?};\n\
        /// How many texts they have.\nconst PLACES: usize = {};\n\
        #[allow(missing_docs)]\nimpl Texts {{\n",
        mark(&order),
        order.len()
    );
    let mut unused = Vec::new();
    for (key, text) in &first {
        let plural = stem(key);
        if plural.is_some() && !key.ends_with("_other") {
            continue;
        }
        // That of a plural is the place of its first category.
        let starts =
            plural.map_or_else(|| key.clone(), |stem| format!("{stem}{}", order::PLURALS[0]));
        let Some(place) = order.iter().position(|key| *key == starts) else {
            return fail(format!("{key} has no place"));
        };
        let name = plural.unwrap_or(key).replace('.', "_");
        if !code.contains(&format!(".{name}(")) {
            unused.push(key.clone());
        }
        let mut names = arguments(text);
        if plural.is_some() {
            names.remove("count");
        }
        let each = |write: &dyn Fn(&String) -> String| names.iter().map(write).collect::<Vec<_>>();
        let takes = each(&|name| format!(", {name}: &str")).concat();
        let pairs = each(&|name| format!("({name:?}, {name}),")).concat();
        let body = match (plural, names.is_empty()) {
            (Some(_), _) => {
                format!(
                    "pub fn {name}(&self, count: u64{takes}) -> String \
                     {{ self.plural({place}, count, &[{pairs}]) }}"
                )
            }
            (None, true) => {
                format!("pub fn {name}(&self) -> &'static str {{ self.at({place}) }}")
            }
            (None, false) => {
                let takes = takes.trim_start_matches(", ");
                format!(
                    "pub fn {name}(&self, {takes}) -> String \
                     {{ self.fill(self.at({place}), &[{pairs}]) }}"
                )
            }
        };
        writeln!(out, "{body}").map_err(io::Error::other)?;
    }
    out.push_str("}\n");
    // While texts are written ahead of the screens that show them, this names what is left.
    if !unused.is_empty() {
        return fail(format!("texts that no screen calls: {}", unused.join(", ")));
    }
    let folder = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&folder).join("texts.rs"), out)
}
