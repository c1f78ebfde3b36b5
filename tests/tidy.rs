//! What must hold of the tree itself: which way dependencies point, what code may not contain, and
//! that nothing was forgotten that belongs together.
//!
//! Each finding names a file and a line, all findings of a rule come at once, and each rule is
//! tried on a piece of text that breaks it, so that a rule that finds nothing is known to look.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Lines above which a file is no longer one concept.
const LONGEST: usize = 800;
/// The requirements of the product, `S1` to this one.
const LAST_REQUIREMENT: u32 = 28;
/// The crates whose code a mistake must never bring down.
const PRODUCT: &[&str] = &["rules/src", "usecases/src", "api/src", "sync/src", "server/src", "src"];
/// Folders that are made, not written.
const MADE: &[&str] =
    &[".git", ".results", "built", "dist", "mutants.out", "node_modules", "target"];

/// A file of the tree, as text.
struct Source {
    /// Its path below the root, with `/`.
    path: String,
    text: String,
}

impl Source {
    fn is(&self, ending: &str) -> bool {
        self.path.ends_with(ending)
    }

    fn below(&self, folder: &str) -> bool {
        self.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    }

    fn is_product(&self) -> bool {
        self.is(".rs") && PRODUCT.iter().any(|folder| self.below(folder)) && !self.is_test_file()
    }

    /// Whether the whole file is a test: by its folder, its name, or its own word.
    fn is_test_file(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        self.path.split('/').rev().skip(1).any(|folder| folder == "tests")
            || matches!(name, "tests.rs" | "test.rs" | "contract.rs")
            || self.text.contains("#![cfg(test)]")
    }

    /// The lines of the product, numbered; test modules stand at the end of a file and are left
    /// out, and so are comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate().map(|(at, line)| (at + 1, line));
        lines
            .take_while(|(_, line)| line.trim() != "#[cfg(test)]")
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// The text that is test: all of a test file, or what follows `#[cfg(test)]`.
    fn test_text(&self) -> &str {
        if self.is_test_file() || self.is(".spec.ts") {
            return &self.text;
        }
        self.text.find("#[cfg(test)]").map_or("", |at| &self.text[at..])
    }
}

/// The root of the checkout. Cargo says at run time which one it is: two checkouts that share a
/// target folder share this program too.
fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let said = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let xtask = said.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        xtask.parent().map(Path::to_path_buf).unwrap_or(xtask)
    })
}

/// Every file that is written by hand and is text.
fn sources() -> Vec<Source> {
    let mut files = Vec::new();
    collect(root(), &mut files);
    files.sort();
    let read = |file: PathBuf| {
        let path = file.strip_prefix(root()).ok()?.to_string_lossy().replace('\\', "/");
        // What is not text (icons) has nothing to say here.
        Some(Source { path, text: fs::read_to_string(&file).ok()? })
    };
    files.into_iter().filter_map(read).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_file() {
            files.push(path);
        } else if !MADE.iter().any(|made| *made == name) {
            collect(&path, files);
        }
    }
}

/// Fails with all findings at once.
fn none(what: &str, findings: &[String]) {
    assert!(findings.is_empty(), "\n{what}:\n  {}\n", findings.join("\n  "));
}

/// Every line of code that contains one of the words, as `file:line: word`.
fn with_words<'a>(sources: impl IntoIterator<Item = &'a Source>, words: &[&str]) -> Vec<String> {
    let mut findings = Vec::new();
    for source in sources {
        for (at, line) in source.code() {
            for word in words.iter().filter(|word| line.contains(**word)) {
                findings.push(format!("{}:{at}: {word}", source.path));
            }
        }
    }
    findings
}

fn sample(path: &str, text: &str) -> Source {
    Source { path: path.to_owned(), text: text.to_owned() }
}

// ---------------------------------------------------------------- dependencies

/// What cargo knows of a package of ours: names of its ordinary dependencies, with features.
type Packages = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

#[expect(clippy::unwrap_used, reason = "without cargo's answer there is nothing to test")]
fn packages() -> Packages {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut packages = Packages::new();
    for package in list(&metadata["packages"]) {
        let depends = packages.entry(text(&package["name"])).or_default();
        for dependency in list(&package["dependencies"]) {
            // Tests may use what they like; what is built may not.
            if dependency["kind"].is_null() || dependency["kind"] == "build" {
                let features = list(&dependency["features"]).iter().map(text).collect();
                depends.insert(text(&dependency["name"]), features);
            }
        }
    }
    packages
}

#[test]
fn dependencies_point_one_way() {
    const ALLOWED: &[(&str, &[&str])] = &[
        ("subscription-rules", &[]),
        ("subscription-usecases", &["subscription-rules"]),
        ("subscription-api", &["subscription-rules"]),
        ("subscription-sync", &["subscription-api", "subscription-rules", "subscription-usecases"]),
        (
            "subscription-desk-server",
            &[
                "subscription-api",
                "subscription-rules",
                "subscription-usecases",
                "subscription-sync",
            ],
        ),
        ("xtask", &[]),
    ];
    let packages = packages();
    let mut findings = Vec::new();
    for (package, depends) in &packages {
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| name == package) else {
            continue;
        };
        for other in depends.keys().filter(|other| packages.contains_key(*other)) {
            if !allowed.contains(&other.as_str()) {
                findings.push(format!("{package} must not depend on {other}"));
            }
        }
    }
    for (package, depends) in &packages {
        if depends.contains_key("subscription-desk") {
            findings.push(format!("{package} must not depend on the screens"));
        }
    }
    none("Arrows point one way: screens and server → use cases and api → rules", &findings);
}

#[test]
fn the_rules_depend_on_nothing_that_does_anything() {
    const ALLOWED: &[&str] = &["chrono", "serde", "thiserror"];
    let packages = packages();
    let rules = &packages["subscription-rules"];
    let mut findings: Vec<String> = rules
        .keys()
        .filter(|name| !ALLOWED.contains(&name.as_str()))
        .map(|name| format!("rules/Cargo.toml: {name}"))
        .collect();
    for inner in ["subscription-rules", "subscription-usecases", "subscription-api"] {
        let features = packages[inner].get("chrono").into_iter().flatten();
        let clocks =
            features.filter(|feature| matches!(feature.as_str(), "clock" | "now" | "wasmbind"));
        findings.extend(clocks.map(|feature| format!("{inner}: chrono's {feature}")));
    }
    none("The rules take serde, thiserror and chrono without a clock", &findings);
}

// ---------------------------------------------------------------- code

#[test]
fn the_rules_read_no_clock_and_throw_no_dice() {
    const WORDS: &[&str] = &[
        "Utc::now",
        "Local::now",
        "SystemTime",
        "Instant::",
        "std::time",
        "std::fs",
        "std::env",
        "std::net",
        "rand::",
        "getrandom",
        "async fn",
    ];
    let sources = sources();
    let rules = sources.iter().filter(|source| source.below("rules/src") && source.is(".rs"));
    none(
        "Time and everything else from outside comes in with the caller",
        &with_words(rules, WORDS),
    );
    let bad = sample("rules/src/x.rs", "fn x() {\n    Utc::now()\n}\n");
    assert_eq!(with_words([&bad], WORDS), ["rules/src/x.rs:2: Utc::now"]);
}

#[test]
fn nothing_is_left_half_done() {
    let words =
        [["db", "g!("], ["to", "do!("], ["unimple", "mented!("]].map(|parts| parts.concat());
    let words = words.each_ref().map(String::as_str);
    let sources = sources();
    let code = sources.iter().filter(|source| source.is(".rs"));
    none("Finish it or leave it out", &with_words(code, &words));
}

#[test]
fn the_product_does_not_give_up() {
    const WORDS: &[&str] = &[".unwrap()", ".expect(", ".unwrap_err()", "panic!("];
    let sources = sources();
    // Where a lint is expected to fire, its reason is written down, and clippy sees that it fires.
    let excused = |source: &&Source| {
        let lints = ["clippy::unwrap_used", "clippy::expect_used", "clippy::panic"];
        lints.iter().any(|lint| source.text.contains(&format!("expect({lint}")))
    };
    let product = sources.iter().filter(|source| source.is_product() && !excused(source));
    none("Hand the error on, or make it impossible", &with_words(product, WORDS));
    let tested = sample("src/x.rs", "fn x() {}\n#[cfg(test)]\nmod tests { y.unwrap() }\n");
    assert!(with_words([&tested], WORDS).is_empty(), "tests may");
}

#[test]
fn every_module_says_what_it_is_for() {
    let sources = sources();
    let silent =
        |source: &&Source| source.is(".rs") && !source.text.trim_start().starts_with("//!");
    let findings: Vec<String> =
        sources.iter().filter(silent).map(|source| format!("{}:1", source.path)).collect();
    none("A file opens with what it is for: //!", &findings);
}

#[test]
fn no_file_is_too_long_to_read() {
    let mut findings = Vec::new();
    for source in sources() {
        let written = [".rs", ".ts", ".js", ".mjs", ".css"].iter().any(|ending| source.is(ending));
        let lines = source.text.lines().count();
        // A recorded list is not read from top to bottom.
        if written && lines > LONGEST && !source.is("trusted-templates.js") {
            findings.push(format!("{}:{LONGEST}: {lines} lines", source.path));
        }
    }
    none("One concept a file", &findings);
}

#[test]
fn nothing_names_a_machine_or_a_mirror() {
    // In parts, or this file would name them.
    let words: Vec<String> = [
        ["/wo", "rk/"],
        ["/ro", "ot/"],
        ["/ho", "me/"],
        ["C:\\", "Users"],
        ["index.cra", "tes.io"],
        ["static.cra", "tes.io"],
        ["registry.npm", "js.org"],
        ["pypi", ".org"],
        ["files.python", "hosted.org"],
        ["deb.deb", "ian.org"],
        ["proxy.go", "lang.org"],
    ]
    .map(|parts| parts.concat())
    .into();
    let mut findings = Vec::new();
    for source in sources() {
        for (at, line) in source.text.lines().enumerate() {
            for word in words.iter().filter(|word| line.contains(word.as_str())) {
                findings.push(format!("{}:{}: {word}", source.path, at + 1));
            }
        }
    }
    none("It must work on every machine, through any registry", &findings);
}

// ---------------------------------------------------------------- what belongs together

/// The keys of nested objects, joined by dots, without the plural category at the end: languages
/// differ in which plurals they have, not in what they say.
fn keys(value: &Value, above: &str, found: &mut BTreeSet<String>) {
    const PLURALS: &[&str] = &["_zero", "_one", "_two", "_few", "_many", "_other"];
    let Some(object) = value.as_object() else {
        let plural = PLURALS.iter().find_map(|plural| above.strip_suffix(plural));
        found.insert(plural.unwrap_or(above).to_owned());
        return;
    };
    for (key, value) in object {
        let path = if above.is_empty() { key.clone() } else { format!("{above}.{key}") };
        keys(value, &path, found);
    }
}

#[test]
fn the_languages_say_the_same_things() {
    let mut languages = BTreeMap::new();
    for source in sources() {
        if source.below("public/lang") && source.is(".json") {
            let texts = serde_json::from_str(&source.text)
                .unwrap_or_else(|why| panic!("{} is no JSON: {why}", source.path));
            let mut found = BTreeSet::new();
            keys(&texts, "", &mut found);
            languages.insert(source.path, found);
        }
    }
    let all: BTreeSet<String> = languages.values().flatten().cloned().collect();
    let mut findings = Vec::new();
    for (path, found) in &languages {
        findings.extend(all.difference(found).map(|key| format!("{path}:1: {key} is missing")));
    }
    none("Every language has every text", &findings);
}

/// The requirements that a text names: `S5`, but neither `S50` nor `RS5`.
fn requirements(text: &str) -> BTreeSet<u32> {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let named = |token: &str| token.strip_prefix('S').and_then(|number| number.parse::<u32>().ok());
    // Names of tests are lower case: `s5_at_most_two_per_customer`.
    let lower = |token: &str| token.strip_prefix('s').and_then(|number| number.parse::<u32>().ok());
    let mut found = BTreeSet::new();
    for token in text.split(|c: char| !word(c)) {
        found.extend(named(token));
        found.extend(token.split('_').filter_map(lower));
        found.extend(token.split('_').filter_map(named));
    }
    found.retain(|number| (1..=LAST_REQUIREMENT).contains(number));
    found
}

/// The commands and this file have tests too, but not of what the product promises.
fn is_about_the_product(source: &Source) -> bool {
    let ours = source.below("xtask") || source.path == "tests/tidy.rs";
    !ours && (source.is(".rs") || source.is(".spec.ts"))
}

#[test]
fn every_requirement_has_a_test_and_a_line_in_the_table() {
    let mut tested = BTreeSet::new();
    let mut listed = BTreeSet::new();
    for source in sources() {
        if source.path == "docs/requirements.md" {
            listed = requirements(&source.text);
        } else if is_about_the_product(&source) {
            tested.extend(requirements(source.test_text()));
        }
    }
    let mut findings = Vec::new();
    for number in 1..=LAST_REQUIREMENT {
        if !tested.contains(&number) {
            findings.push(format!("S{number}: no test names it"));
        }
        if !listed.contains(&number) {
            findings.push(format!("S{number}: docs/requirements.md:1 has no line for it"));
        }
    }
    none("Each requirement S1 to S28 is tested and listed", &findings);
}

#[test]
fn requirements_are_found_as_they_are_written() {
    let found = requirements("/// S5 and (S13, S14).\nfn s7_limits_hold() {}\n S50 RS6 s99");
    assert_eq!(found, BTreeSet::from([5, 7, 13, 14]));
}

#[test]
fn plural_forms_are_one_text() {
    let mut found = BTreeSet::new();
    let texts = serde_json::json!({ "days": { "left_one": "", "left_other": "" }, "save": "" });
    keys(&texts, "", &mut found);
    let shown = found.iter().fold(String::new(), |mut text, key| {
        let _ = write!(text, "{key} ");
        text
    });
    assert_eq!(shown, "days.left save ");
}
