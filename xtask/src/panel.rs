//! The panel for pages that are not ours: its program, its stylesheet, and the script that brings
//! both (`public/embed.js`) with the digests they must have.

use crate::build::Kind;
use crate::command::{command, run};
use crate::finish::{small_css, without_line_comments};
use crate::names::shortened;
use crate::toolchain::Toolchain;
use crate::tools::BuildTools;
use crate::{digest, place, say};
use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The script that a page names.
const SCRIPT: &str = "embed.js";
/// The scripts of the panel.
const SCRIPTS: [&str; 3] = [SCRIPT, "embed-frame.js", "embed-page.js"];
/// What they share, which is put into each.
const PARTS: [&str; 2] = ["embed-parts.js", "embed-messages.js"];
const FILES_MARK: &str = "{}; /* __FILES__ */";
const GLUE_MARK: &str = "/* __GLUE__ */";

/// All that is written by hand of them.
pub const SOURCES: [&str; 5] =
    [SCRIPT, "embed-frame.js", "embed-page.js", "embed-parts.js", "embed-messages.js"];

/// The stylesheets of the panel, in the order in which they apply: those of the app, then its own.
const STYLES: [&str; 7] =
    ["tokens.css", "base.css", "parts.css", "blocks.css", "pages.css", "wizard.css", "panel.css"];

/// What was built of the panel.
pub struct Panel {
    /// Its program, not optimised yet.
    pub wasm: PathBuf,
    /// The program's other half, a script that declares `wasm_bindgen`.
    glue: String,
}

/// Builds the panel's program for a site.
pub fn build(site: &Path, kind: Kind, toolchain: Toolchain, tools: &BuildTools) -> Result<Panel> {
    say::step("Building the panel (half a minute to a minute)");
    let mut cargo = toolchain.cargo()?;
    cargo.args(["build", "--package", "subscription-desk", "--bin", "subscription-panel"]);
    cargo.args(["--target", "wasm32-unknown-unknown", "--quiet"]);
    let profile = match kind {
        Kind::Release => {
            cargo.args(["--profile", "site"]);
            "site"
        }
        Kind::Dev => "debug",
    };
    run(&mut cargo).context("the panel could not be built; cargo's lines above say why")?;
    let built = place::target().join("wasm32-unknown-unknown").join(profile);
    let made = place::scratch().join("panel");
    let mut bindgen = command(&tools.bindgen);
    // One script in a function of its own: a module would be one more file to check and to name.
    bindgen.args(["--target", "no-modules", "--no-typescript", "--out-name", "panel", "--out-dir"]);
    run(bindgen.arg(&made).arg(built.join("subscription-panel.wasm")))?;
    let wasm = site.join("panel.wasm");
    let whole = fs::read(made.join("panel_bg.wasm")).context("wasm-bindgen left no wasm")?;
    let glue = fs::read_to_string(made.join("panel.js")).context("wasm-bindgen left no script")?;
    let (short, glue) = shortened(&whole, &without_line_comments(&glue), "./panel_bg.js")?;
    fs::write(&wasm, short)?;
    Ok(Panel { wasm, glue })
}

impl Panel {
    /// Gives the files their names by content, and the script their digests.
    pub fn finish(&self, site: &Path) -> Result<()> {
        let mut files = BTreeMap::new();
        let wasm = fs::read(&self.wasm)?;
        let name = format!("panel-{}.wasm", digest::short(&wasm));
        fs::rename(&self.wasm, site.join(&name))?;
        files.insert("panel.wasm".to_owned(), (name, digest::integrity(&wasm)));

        let css = style()?;
        let name = format!("panel-{}.css", digest::short(css.as_bytes()));
        fs::write(site.join(&name), &css)?;
        files.insert("panel.css".to_owned(), (name, digest::integrity(css.as_bytes())));

        let mut data = vec![site.join("catalogue.json"), site.join("prices.json")];
        data.extend(digest::files_below(&site.join("lang"))?);
        for file in data {
            let name = file.strip_prefix(site)?.to_string_lossy().replace('\\', "/");
            files.insert(name.clone(), (name, digest::integrity(&fs::read(&file)?)));
        }
        let parts = PARTS.map(|name| (name, fs::read_to_string(site.join(name))));
        for name in SCRIPTS {
            let script = site.join(name);
            let mut text = fs::read_to_string(&script).with_context(|| format!("no {name}"))?;
            for (part, inside) in &parts {
                text = joined(&text, part, inside.as_deref().unwrap_or_default());
            }
            if name == SCRIPT {
                text = filled(&text, &files, &self.glue)?;
            }
            fs::write(script, text).with_context(|| format!("cannot write {name}"))?;
        }
        PARTS.iter().try_for_each(|name| Ok(fs::remove_file(site.join(name))?))
    }
}

/// A script with what it imports from a part of ours inside. What is imported has the same name
/// in both.
fn joined(script: &str, part: &str, inside: &str) -> String {
    let from = format!("from \"./{part}\";");
    let lines = script.lines().map(|line| {
        if line.starts_with("import {") && line.ends_with(&from) {
            inside.lines().map(|line| line.strip_prefix("export ").unwrap_or(line)).collect()
        } else {
            vec![line]
        }
    });
    lines.flatten().fold(String::with_capacity(script.len()), |text, line| text + line + "\n")
}

/// The script with names and digests, and the program's other half inside.
fn filled(script: &str, files: &BTreeMap<String, (String, String)>, glue: &str) -> Result<String> {
    for mark in [FILES_MARK, GLUE_MARK] {
        ensure!(script.matches(mark).count() == 1, "public/{SCRIPT} must have {mark} exactly once");
    }
    ensure!(glue.contains("let wasm_bindgen"), "wasm-bindgen's script is of another form");
    let files = serde_json::to_string(files)?;
    Ok(script.replace(FILES_MARK, &(files + ";")).replace(GLUE_MARK, glue))
}

/// The panel's stylesheet.
fn style() -> Result<String> {
    let mut all = String::new();
    for name in STYLES {
        let file = place::root().join("style").join(name);
        all +=
            &fs::read_to_string(&file).with_context(|| format!("{} is missing", file.display()))?;
    }
    Ok(small_css(&own_sizes(&all)))
}

/// Sizes in `rem` follow the root of the page, which in a panel is somebody else's and may have any
/// size: here they follow a size of the panel's own.
fn own_sizes(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("rem") {
        let digits =
            before.len() - before.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').len();
        let (kept, number) = before.split_at(before.len() - digits);
        let ends = after.chars().next().is_none_or(|next| !next.is_alphanumeric() && next != '-');
        if number.is_empty() || !ends {
            out.push_str(before);
            out.push_str("rem");
        } else {
            out.push_str(kept);
            // Writing into a text cannot fail.
            let _ = write!(out, "calc({number} * var(--rem))");
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Whether a file belongs to pages on which the desk is a guest. The service worker keeps none of
/// them: it is of our own page.
pub fn is_guest(site: &Path, file: &Path) -> bool {
    let name = file.strip_prefix(site).unwrap_or(file).to_string_lossy();
    ["embed", "panel-", "portal"].iter().any(|beginning| name.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_follow_the_panel_and_nothing_else_changes() {
        assert_eq!(
            own_sizes(
                "a { font: 0.875rem/1.25rem x; margin: 4px; } /* rem */ .theorem { b: 2rem }"
            ),
            "a { font: calc(0.875 * var(--rem))/calc(1.25 * var(--rem)) x; margin: 4px; } /* rem */ \
             .theorem { b: calc(2 * var(--rem)) }"
        );
    }

    #[test]
    fn the_script_gets_its_files_and_its_program_once() {
        let files = BTreeMap::from([("a".to_owned(), ("a-1".to_owned(), "sha256-x".to_owned()))]);
        let script = "const FILES = {}; /* __FILES__ */\nf() { /* __GLUE__ */ }\n";
        let text = filled(script, &files, "let wasm_bindgen = 1;").unwrap();
        assert_eq!(
            text,
            "const FILES = {\"a\":[\"a-1\",\"sha256-x\"]};\nf() { let wasm_bindgen = 1; }\n"
        );
        assert!(filled("", &files, "let wasm_bindgen").is_err());
        assert!(filled(script, &files, "export default 1").is_err());
    }

    #[test]
    fn what_scripts_share_is_put_into_each() {
        let script = "// why\nimport { a } from \"./p.js\";\nimport \"./q.js\";\na();\n";
        assert_eq!(
            joined(script, "p.js", "export const a = () => b;\nconst b = 1;\n"),
            "// why\nconst a = () => b;\nconst b = 1;\nimport \"./q.js\";\na();\n"
        );
    }

    #[test]
    fn the_panels_files_are_the_guests() {
        let site = Path::new("/site");
        for name in ["embed.js", "embed.d.ts", "panel-0.wasm", "portal/index.html"] {
            assert!(is_guest(site, &site.join(name)), "{name}");
        }
        for name in ["index.html", "desk-0.wasm", "lang/en.json", "boot.js"] {
            assert!(!is_guest(site, &site.join(name)), "{name}");
        }
    }
}
