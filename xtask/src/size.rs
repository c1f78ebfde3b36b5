//! The bytes that a visitor waits for, against their bounds.
//!
//! Brotli at its highest level is what counts, since that is what the servers send. A kilobyte is
//! 1000 bytes.

use crate::caching::is_hashed;
use crate::panel::is_guest;
use crate::place;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// What may come before the first screen, whatever answers it: page, wasm, scripts and style.
const FIRST: u64 = 180_000;
/// What answers the first screen.
const BACKENDS: [&str; 2] = ["server", "demo"];
/// What the whole app may weigh, with all its parts: what it weighs today.
const APP: u64 = 487_900;
/// What the panel in other people's pages may weigh: script, program and style. What it weighs
/// today; it only ever goes down while the panel does the same.
const PANEL: u64 = 317_600;
/// What the file of offers may weigh.
const CATALOGUE: u64 = 25_000;
/// What the texts of one language may weigh.
const LANGUAGE: u64 = 12_000;
/// How often a wasm may contain the name of the regular expression engine before it is the engine
/// itself that is inside: Leptos mentions it once, an app that uses it several hundred times.
const REGEX_MENTIONS: usize = 5;

/// The report, and whether every bound holds.
pub struct Report {
    /// A table for people.
    pub table: String,
    /// Whether every bound holds.
    pub holds: bool,
}

/// One group of files with one bound.
struct Group {
    name: String,
    bound: Option<u64>,
    files: Vec<File>,
}

struct File {
    name: String,
    plain: u64,
    gzip: u64,
    brotli: u64,
}

impl Group {
    fn new(name: &str, bound: Option<u64>) -> Self {
        Self { name: name.to_owned(), bound, files: Vec::new() }
    }

    fn brotli(&self) -> u64 {
        self.files.iter().map(|file| file.brotli).sum()
    }

    fn holds(&self) -> bool {
        self.bound.is_none_or(|bound| self.brotli() <= bound)
    }
}

/// Weighs the release in `dist/`.
pub fn report() -> Result<Report> {
    let dist = place::dist();
    let mut app = Group::new("App", Some(APP));
    let mut panel = Group::new("Panel", Some(PANEL));
    let mut catalogue = Group::new("Catalogue", Some(CATALOGUE));
    let mut languages = Vec::new();
    let mut other = Group::new("Other", None);
    for path in crate::digest::files_below(&dist)? {
        let name = path.strip_prefix(&dist)?.to_string_lossy().replace('\\', "/");
        let ending = name.rsplit('.').next().unwrap_or_default();
        if matches!(ending, "br" | "gz") {
            continue;
        }
        let file = weigh(&path, &name)?;
        if is_panel(&name) {
            panel.files.push(file);
        } else if is_guest(&dist, &path) {
            other.files.push(file);
        } else if matches!(ending, "html" | "js" | "css" | "wasm") {
            app.files.push(file);
        } else if name == "catalogue.json" {
            catalogue.files.push(file);
        } else if name.starts_with("lang/") {
            let mut language = Group::new(&name, Some(LANGUAGE));
            language.files.push(file);
            languages.push(language);
        } else {
            other.files.push(file);
        }
    }
    let mut groups = vec![app, panel, catalogue];
    groups.extend(languages);
    groups.push(other);
    groups.retain(|group| !group.files.is_empty());

    let mut holds = groups.iter().all(Group::holds);
    let mut table = table(&groups);
    let page = fs::read_to_string(dist.join("index.html")).context("dist holds no page")?;
    let parts = parts(&page)?;
    for desk in BACKENDS {
        let needs = parts.get(desk).map(Vec::as_slice).unwrap_or_default();
        let app = groups.first().map(|app| app.files.as_slice()).unwrap_or_default();
        let first: u64 = first_screen(app, needs).sum();
        let verdict = if first <= FIRST { "holds" } else { "TOO MUCH" };
        holds &= first <= FIRST;
        let (name, weight) = (format!("= First screen, {desk}"), kb(first));
        let _ = writeln!(table, "{name:56} {weight:>10}  of {}: {verdict}", kb(FIRST));
    }
    let mentions = regex_mentions()?;
    if mentions > REGEX_MENTIONS {
        holds = false;
        let _ = writeln!(table, "The regular expression engine is inside the wasm ({mentions}×).");
    }
    Ok(Report { table, holds })
}

/// The files that the app has beside its first wasm, by the part that needs them: what the page
/// says (`apart`).
fn parts(page: &str) -> Result<BTreeMap<String, Vec<String>>> {
    let json = page.split_once("data-parts='").and_then(|(_, rest)| rest.split_once('\''));
    let (json, _) = json.context("the page does not say which parts the app has")?;
    serde_json::from_str(json).context("the parts of the app in the page")
}

/// The bytes of each file that comes before the first screen: all but other parts, and the service
/// worker, which `boot.js` asks for once that screen is there.
fn first_screen<'a>(app: &'a [File], needs: &'a [String]) -> impl Iterator<Item = u64> + 'a {
    let comes = |file: &&File| match file.name.as_str() {
        "sw.js" => false,
        name => !name.starts_with("part-") || needs.contains(&file.name),
    };
    app.iter().filter(comes).map(|file| file.brotli)
}

/// Whether a page with a panel waits for the file.
fn is_panel(name: &str) -> bool {
    name == "embed.js" || name.starts_with("panel-")
}

fn weigh(path: &Path, name: &str) -> Result<File> {
    let size = |file: &Path| fs::metadata(file).map(|facts| facts.len());
    let plain = size(path).with_context(|| format!("cannot weigh {name}"))?;
    let packed = |ending: &str| {
        let mut file = path.as_os_str().to_owned();
        file.push(ending);
        size(Path::new(&file)).unwrap_or(plain)
    };
    Ok(File { name: name.to_owned(), plain, gzip: packed(".gz"), brotli: packed(".br") })
}

fn table(groups: &[Group]) -> String {
    let mut text = format!("{:34} {:>10} {:>10} {:>10}\n", "file", "plain", "gzip", "brotli");
    for group in groups {
        for file in &group.files {
            let (name, [plain, gzip, brotli]) =
                (without_digest(&file.name), [file.plain, file.gzip, file.brotli].map(kb));
            let _ = writeln!(text, "{name:34} {plain:>10} {gzip:>10} {brotli:>10}");
        }
        let Some(bound) = group.bound else { continue };
        let verdict = if group.holds() { "holds" } else { "TOO MUCH" };
        let name = format!("= {}", group.name);
        let (sum, bound) = (kb(group.brotli()), kb(bound));
        let _ = writeln!(text, "{name:34} {:>10} {:>10} {sum:>10}  of {bound}: {verdict}", "", "");
    }
    text
}

/// The name without its digest, which would change the report with every build.
fn without_digest(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((stem, ending)) if is_hashed(name) => format!("{}.{ending}", &stem[..stem.len() - 17]),
        _ => name.to_owned(),
    }
}

/// Kilobytes of 1000 bytes, with one digit behind the point.
fn kb(bytes: u64) -> String {
    let tenths = bytes.div_ceil(100);
    format!("{}.{} kB", tenths / 10, tenths % 10)
}

/// How often the wasm, before names are stripped from it, mentions the regular expression engine.
/// Zero where that file is gone: the bound on the app's bytes would show the engine as well.
fn regex_mentions() -> Result<usize> {
    let wasm = place::target().join("wasm32-unknown-unknown/site/subscription-desk.wasm");
    if !wasm.exists() {
        return Ok(0);
    }
    let bytes = fs::read(wasm)?;
    Ok(bytes.windows(14).filter(|window| window == b"regex_automata").count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(bound: u64, brotli: u64) -> Group {
        let file = File { name: "lang/en.json".into(), plain: 0, gzip: 0, brotli };
        Group { name: "lang/en.json".into(), bound: Some(bound), files: vec![file] }
    }

    #[test]
    fn a_bound_includes_its_own_number() {
        assert!(group(12_000, 12_000).holds());
        assert!(!group(12_000, 12_001).holds());
        assert!(table(&[group(12_000, 12_001)]).contains("12.1 kB  of 12.0 kB: TOO MUCH"));
    }

    #[test]
    fn the_first_screen_needs_the_app_and_its_own_parts() {
        let page = "<script data-parts='{\"demo\":[\"part-1.wasm\"],\"rest\":[\"part-2.wasm\"]}'>";
        let parts = parts(page).unwrap();
        let file = |name: &str, brotli| File { name: name.into(), plain: 0, gzip: 0, brotli };
        let app = [file("desk.wasm", 100), file("part-1.wasm", 10), file("part-2.wasm", 1)];
        assert_eq!(first_screen(&app, &parts["demo"]).sum::<u64>(), 110);
        assert!(super::parts("<script>").is_err());
    }

    #[test]
    fn names_are_shown_without_digests() {
        assert_eq!(without_digest("desk-0123456789abcdef.wasm"), "desk.wasm");
        assert_eq!(without_digest("icons/icon-192.png"), "icons/icon-192.png");
    }
}
