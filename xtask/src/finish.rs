//! From what Trunk leaves to what is served: one small stylesheet, optimised wasm, names that
//! change with the content, the service worker with its list, and packed forms of each file.
//!
//! Trunk can name files by digest and call wasm-opt itself, but it takes the digest before the
//! optimiser runs, so that another optimiser would change a file under a name that browsers keep
//! for good. Therefore names are given here, last.

use crate::apart::take_apart;
use crate::command::{command, run};
use crate::fallback::NOT_SCREENS;
use crate::panel::{self, Panel, is_guest};
use crate::tools::BuildTools;
use crate::{digest, say};
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What wasm-opt may assume of a browser: what rustc already assumes. Never `--all-features`,
/// which emits an import encoding that Chromium refuses.
const WASM_FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// What Trunk calls the two files that make the app.
const WASM: &str = "subscription-desk_bg.wasm";
const GLUE: &str = "subscription-desk.js";
const WORKER: &str = "sw.js";
/// On the start-up script's tag in `index.html`; a build without an identity has no worker.
const BUILD_MARK: &str = "data-build=\"\"";
/// On the same tag: the files of each part of the app.
const PARTS_MARK: &str = "data-parts=\"\"";

/// Finishes a release in the folder where Trunk left it.
pub fn release(site: &Path, panel: &Panel, tools: &BuildTools) -> Result<()> {
    say::step("Optimising the wasm (usually a minute)");
    let parts = take_apart(site, tools)?;
    optimise(&panel.wasm, tools)?;
    let mut page = read(&site.join("index.html"))?;
    page = without_comments(&page);
    page = bundle_styles(site, &page)?;
    for (file, name) in [(WASM, "desk"), (GLUE, "desk")] {
        page = hash_name(site, &page, file, name)?;
    }
    ensure!(page.contains(PARTS_MARK), "index.html has no {PARTS_MARK}: see pattern_script");
    let parts = serde_json::to_string(&parts)?;
    let languages = languages(site)?;
    let known = format!("data-parts='{parts}' data-languages=\"{languages}\"");
    page = page.replace(PARTS_MARK, &known);
    for script in ["boot.js", WORKER].into_iter().chain(panel::SOURCES) {
        let script = site.join(script);
        fs::write(&script, without_line_comments(&read(&script)?))?;
    }
    panel.finish(site)?;
    give_identity(site, &page)?;
    pack(site, tools)
}

/// Makes a development build servable: no optimising, no worker, no packing.
pub fn dev(site: &Path, panel: &Panel) -> Result<()> {
    panel.finish(site)?;
    let page = read(&site.join("index.html"))?;
    let marks = format!(" {BUILD_MARK} {PARTS_MARK}");
    fs::write(site.join("index.html"), page.replace(&marks, ""))?;
    fs::remove_file(site.join(WORKER)).context("public/sw.js is missing")
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

/// Runs wasm-opt for the smallest file.
pub fn optimise(wasm: &Path, tools: &BuildTools) -> Result<()> {
    let before = fs::metadata(wasm)
        .with_context(|| {
            format!("there is no {}: is the binary's name in index.html right?", wasm.display())
        })?
        .len();
    let started = Instant::now();
    let small = wasm.with_extension("small");
    let mut wasm_opt = command(&tools.node);
    wasm_opt.arg(&tools.wasm_opt).args(["-Oz", "--strip-debug", "--strip-producers"]);
    wasm_opt.args(WASM_FEATURES).arg(wasm).arg("-o").arg(&small);
    run(&mut wasm_opt)?;
    let after = fs::metadata(&small)?.len();
    fs::rename(&small, wasm)?;
    let took = say::seconds(started.elapsed());
    let name = wasm.file_stem().unwrap_or_default().display();
    say::note(&format!("{name}: {} kB → {} kB in {took}", before / 1000, after / 1000));
    Ok(())
}

/// The page without its comments and empty lines.
fn without_comments(page: &str) -> String {
    let mut rest = page;
    let mut kept = String::with_capacity(page.len());
    while let Some((before, comment)) = rest.split_once("<!--") {
        kept.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    let lines = kept.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.fold(String::with_capacity(kept.len()), |text, line| text + line + "\n")
}

/// A script without the lines that are only comment. Scripts, ours and those of wasm-bindgen, are
/// written so that no string has such a line in it.
pub fn without_line_comments(script: &str) -> String {
    let is_comment = |line: &str| {
        line.starts_with("//")
            || (line.starts_with("/**") && line.ends_with("*/"))
            || matches!(line, "/**" | "*" | "*/")
            || line.starts_with("* ")
    };
    let lines = script.lines().map(str::trim).filter(|line| !line.is_empty() && !is_comment(line));
    lines.fold(String::with_capacity(script.len()), |text, line| text + line + "\n")
}

/// Joins the stylesheets in the order of the page into one file. Several files keep the source
/// readable; several requests would keep the first screen waiting.
fn bundle_styles(site: &Path, page: &str) -> Result<String> {
    let mut styles = String::new();
    let mut kept = Vec::new();
    let mut place = None;
    for line in page.lines() {
        let Some(href) = stylesheet(line) else {
            kept.push(line.to_owned());
            continue;
        };
        place.get_or_insert(kept.len());
        let file = site.join(href.trim_start_matches('/'));
        styles.push_str(&small_css(&read(&file)?));
        fs::remove_file(file)?;
    }
    if let Some(place) = place {
        let name = format!("style-{}.css", digest::short(styles.as_bytes()));
        fs::write(site.join(&name), styles)?;
        kept.insert(place, format!("<link rel=\"stylesheet\" href=\"/{name}\">"));
    }
    Ok(kept.join("\n") + "\n")
}

/// The address in a line that links a stylesheet. Trunk writes each on a line of its own, because
/// `index.html` has it so.
fn stylesheet(line: &str) -> Option<&str> {
    let tag = line.trim();
    if !tag.starts_with("<link") || !tag.contains("rel=\"stylesheet\"") {
        return None;
    }
    tag.split_once("href=\"")?.1.split('"').next()
}

/// CSS without comments and indentation. Brotli does the rest as well as any minifier, and nothing
/// here can change what a rule means: strings are copied as they are.
pub fn small_css(css: &str) -> String {
    let mut small = String::with_capacity(css.len());
    let mut quote = None;
    let mut chars = css.chars().peekable();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(_), '\\') => {
                small.push(c);
                small.extend(chars.next());
            }
            (Some(open), _) => {
                small.push(c);
                if c == open {
                    quote = None;
                }
            }
            (None, '/') if chars.peek() == Some(&'*') => {
                chars.next();
                let mut last = ' ';
                for c in chars.by_ref() {
                    if (last, c) == ('*', '/') {
                        break;
                    }
                    last = c;
                }
            }
            (None, c) if c.is_whitespace() => {
                // A space can be a descendant selector: one stays wherever there were any, but
                // none is needed where a rule, a block, a declaration or its value begins.
                if !small.ends_with([' ', '{', '}', ';', ',', ':']) && !small.is_empty() {
                    small.push(' ');
                }
            }
            (None, c) => {
                if matches!(c, '{' | '}') && small.ends_with(' ') {
                    small.pop();
                }
                if c == '}' && small.ends_with(';') {
                    small.pop();
                }
                if matches!(c, '"' | '\'') {
                    quote = Some(c);
                }
                small.push(c);
            }
        }
    }
    small.trim_end().to_owned() + "\n"
}

/// The codes of the languages, in order, with a space between.
fn languages(site: &Path) -> Result<String> {
    let files = digest::files_below(&site.join("lang"))?;
    let codes = files.iter().filter_map(|file| file.file_stem()?.to_str());
    let mut codes: Vec<&str> = codes.collect();
    codes.sort_unstable();
    Ok(codes.join(" "))
}

/// Puts the digest of a file into its name and into the page.
fn hash_name(site: &Path, page: &str, file: &str, name: &str) -> Result<String> {
    let old = site.join(file);
    let bytes = fs::read(&old).with_context(|| format!("Trunk left no {file}"))?;
    let ending = file.rsplit('.').next().unwrap_or_default();
    let new = format!("{name}-{}.{ending}", digest::short(&bytes));
    ensure!(
        page.contains(file),
        "index.html does not name {file}: see pattern_script in Trunk.toml"
    );
    fs::rename(old, site.join(&new))?;
    Ok(page.replace(file, &new))
}

/// Writes the page and the worker with the identity of this build: the digest of all its files.
fn give_identity(site: &Path, page: &str) -> Result<()> {
    let template = read(&site.join(WORKER))?;
    ensure!(page.contains(BUILD_MARK), "index.html has no {BUILD_MARK}: see pattern_script");
    fs::write(site.join("index.html"), page)?;
    let files: Vec<PathBuf> = files(site)?.into_iter().filter(|f| !f.ends_with(WORKER)).collect();
    let whole = digest::tree(site, &files)? + &digest::hex(template.as_bytes());
    let build = digest::short(whole.as_bytes());
    let page = page.replace(BUILD_MARK, &format!("data-build=\"{build}\""));
    fs::write(site.join("index.html"), page)?;

    let mut kept = Vec::with_capacity(files.len());
    for file in files.iter().filter(|file| !is_guest(site, file)) {
        let name = file.strip_prefix(site)?.to_string_lossy().replace('\\', "/");
        kept.push((name, digest::integrity(&fs::read(file)?)));
    }
    fs::write(site.join(WORKER), worker(&template, &build, &kept)?)?;
    Ok(())
}

/// The service worker with its build, its list and the addresses that are no screens.
fn worker(template: &str, build: &str, kept: &[(String, String)]) -> Result<String> {
    let filled = [
        ("\"__BUILD__\"", serde_json::to_string(build)?),
        ("[/* __FILES__ */]", serde_json::to_string(kept)?),
        ("[/* __NOT_SCREENS__ */]", serde_json::to_string(NOT_SCREENS)?),
    ];
    filled.iter().try_fold(template.to_owned(), |text, (mark, value)| {
        ensure!(text.matches(mark).count() == 1, "public/sw.js must have {mark} exactly once");
        Ok(text.replace(mark, value))
    })
}

/// The site's own files: what is packed is only another form of them, and `config.json` belongs to
/// whoever installs the site.
fn files(site: &Path) -> Result<Vec<PathBuf>> {
    let all = digest::files_below(site)?;
    let own = |file: &PathBuf| {
        let ending = file.extension().and_then(|e| e.to_str()).unwrap_or_default();
        !matches!(ending, "br" | "gz") && !file.ends_with("config.json")
    };
    Ok(all.into_iter().filter(own).collect())
}

/// Packs every file of text, and the wasm, in both ways that browsers take.
fn pack(site: &Path, tools: &BuildTools) -> Result<()> {
    say::step("Packing (a few seconds)");
    let packable = |file: &PathBuf| {
        let ending = file.extension().and_then(|e| e.to_str()).unwrap_or_default();
        matches!(ending, "html" | "js" | "css" | "wasm" | "json" | "webmanifest" | "svg" | "txt")
    };
    let files = files(site)?.into_iter().filter(packable);
    run(command(&tools.node).arg("xtask/js/compress.mjs").args(files))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn css_becomes_smaller_and_means_the_same() {
        let css = "/* tokens */\n:root {\n  --gap: 4px;\n}\n\n.a .b,\n.c > .d {\n  \
                   content: \"/* kept  */ \\\" {\";\n  margin: 0 auto;\n}\n@media (width <= 900px) { a:hover { x: y } }\n";
        assert_eq!(
            small_css(css),
            ":root{--gap:4px}.a .b,.c > .d{content:\"/* kept  */ \\\" {\";margin:0 auto}\
             @media (width <= 900px){a:hover{x:y}}\n"
        );
    }

    #[test]
    fn stylesheets_are_found_as_trunk_writes_them() {
        assert_eq!(
            stylesheet("  <link rel=\"stylesheet\" href=\"/base.css\"/>"),
            Some("/base.css")
        );
        assert_eq!(stylesheet("<link rel=\"icon\" href=\"/icon.svg\">"), None);
    }

    #[test]
    fn comments_leave_the_page() {
        let page = "<head>\n  <!-- why -->\n  <title>x</title><!-- a\n b -->\n</head>\n";
        assert_eq!(without_comments(page), "<head>\n<title>x</title>\n</head>\n");
    }

    #[test]
    fn scripts_lose_their_comments_and_nothing_else() {
        let script = "// why\nlet a = [/* __FILES__ */]; // kept\n\n  /** what */\n  let b;\n";
        assert_eq!(without_line_comments(script), "let a = [/* __FILES__ */]; // kept\nlet b;\n");
        let made = "/**\n * @param {number} a\n *\n */\nfunction f(a) {\n    return a * 2;\n}\n";
        assert_eq!(without_line_comments(made), "function f(a) {\nreturn a * 2;\n}\n");
    }

    #[test]
    fn the_worker_gets_its_list_and_keeps_its_marks_unique() {
        let template = "const BUILD = \"__BUILD__\";\nconst FILES = [/* __FILES__ */];\n\
                        const NOT_SCREENS = [/* __NOT_SCREENS__ */];\n";
        let kept = [("a.js".to_owned(), "sha256-x".to_owned())];
        let text = worker(template, "b1", &kept).unwrap();
        assert!(text.contains("const BUILD = \"b1\";"));
        assert!(text.contains("const FILES = [[\"a.js\",\"sha256-x\"]];"));
        assert!(text.contains("\"/v1\""));
        assert!(worker("", "b1", &kept).is_err());
    }

    #[test]
    fn a_build_is_known_by_its_content() {
        let site = std::env::temp_dir().join(format!("desk-finish-{}", std::process::id()));
        let _ = fs::remove_dir_all(&site);
        fs::create_dir_all(site.join("lang")).unwrap();
        let template = "\"__BUILD__\" [/* __FILES__ */] [/* __NOT_SCREENS__ */]";
        let build = |language: &str| {
            fs::write(site.join("lang/en.json"), language).unwrap();
            fs::write(site.join("config.json"), "{}").unwrap();
            fs::write(site.join(WORKER), template).unwrap();
            give_identity(&site, "<script data-build=\"\"></script>").unwrap();
            read(&site.join(WORKER)).unwrap()
        };
        let (one, same, other) = (build("{}"), build("{}"), build("{ }"));
        let _ = fs::remove_dir_all(&site);
        assert_eq!(one, same);
        assert_ne!(one, other);
        assert!(one.contains("lang/en.json") && one.contains("index.html"));
        assert!(
            !one.contains("config.json\",\"sha256"),
            "the installer's file is not ours to keep"
        );
        assert!(!one.contains("[\"sw.js\""));
    }
}
