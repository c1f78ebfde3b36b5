//! Taking the release of the app apart: what the first screen does not need becomes files of its
//! own (`src/later.rs`), which share memory and table with the one that starts.
//!
//! Trunk has put the whole together once. Its wasm is thrown away here and made again from what the
//! compiler left, since the parts must be cut before wasm-bindgen rewrites anything.

use crate::command::{command, run};
use crate::finish::{optimise, without_line_comments};
use crate::names::shortened;
use crate::tools::BuildTools;
use crate::{digest, place, say};
use anyhow::{Context, Result, anyhow, ensure};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use wasm_split_cli_support::Options;

/// What the app's glue imports to bring parts, and which is put into it.
const LOADERS: &str = "./parts.js";
/// The two files of the app that Trunk has made, without their endings.
const APP: &str = "subscription-desk";

/// The files that must be there for each part, by the part's name.
pub type Parts = BTreeMap<String, Vec<String>>;

/// Puts the app into the site in parts, optimised; the parts under names with their digests.
pub fn take_apart(site: &Path, tools: &BuildTools) -> Result<Parts> {
    say::step("Taking the app apart (seconds)");
    let built = place::target().join("wasm32-unknown-unknown/site").join(APP);
    let whole = fs::read(built.with_extension("wasm")).context("the compiler left no wasm")?;
    let made = place::scratch().join("apart");
    let _ = fs::remove_dir_all(&made);
    fs::create_dir_all(&made)?;
    let first = made.join("first.wasm");
    let main_module = format!("./{APP}.js");
    let mut options = Options::new(&whole);
    options.output_dir = &made;
    options.main_out_path = &first;
    options.link_name = LOADERS;
    options.main_module = &main_module;
    let split = wasm_split_cli_support::transform(options)
        .map_err(|why| anyhow!("the app could not be taken apart: {why:?}"))?;

    let mut bindgen = command(&tools.bindgen);
    // The parts find memory and table by their names.
    bindgen.args(["--target", "web", "--no-typescript", "--keep-lld-exports", "--out-name", APP]);
    run(bindgen.arg("--out-dir").arg(site).arg(&first))?;
    let (start, glue) = (site.join(format!("{APP}_bg.wasm")), site.join(format!("{APP}.js")));
    let text = fs::read_to_string(&glue).context("wasm-bindgen left no script")?;
    let text = without_line_comments(&text);
    let (wasm, text) = shortened(&fs::read(&start)?, &text, &format!("./{APP}_bg.js"))?;
    fs::write(&start, wasm)?;
    optimise(&start, tools)?;

    let loaders = fs::read_to_string(made.join(LOADERS)).context("no script brings the parts")?;
    let mut text = without_line_comments(&joined(&text, &loaders)?);
    let mut names = BTreeMap::new();
    for part in &split.split_modules {
        optimise(part, tools)?;
        let stem = part.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        let users = users(&split.prefetch_map, stem);
        let name = format!("part-{users}-{}.wasm", digest::short(&fs::read(part)?));
        let before = format!("\"./{stem}.wasm\"");
        ensure!(text.matches(&before).count() == 1, "the app's script names {stem} not once");
        text = text.replace(&before, &format!("\"./{name}\""));
        fs::rename(part, site.join(&name))?;
        names.insert(stem.to_owned(), name);
    }
    fs::write(&glue, text)?;
    let list = |(part, stems): (String, Vec<String>)| {
        (part, stems.iter().filter_map(|stem| names.get(stem)).cloned().collect())
    };
    Ok(split.prefetch_map.into_iter().map(list).collect())
}

/// The parts that need a file, in order: two of them share what both use.
fn users(needed: &HashMap<String, Vec<String>>, stem: &str) -> String {
    let needs = |(_, stems): &(&String, &Vec<String>)| stems.iter().any(|needed| needed == stem);
    let mut users: Vec<&str> = needed.iter().filter(needs).map(|(part, _)| part.as_str()).collect();
    users.sort_unstable();
    users.join("-")
}

/// The glue with what brings the parts inside: two scripts that import each other could not both
/// have a name by their content, and would be one after the other on a slow network.
fn joined(glue: &str, loaders: &str) -> Result<String> {
    let import = format!(" from \"{LOADERS}\"");
    let mut text = String::with_capacity(glue.len() + loaders.len());
    let mut bound = Vec::new();
    for line in glue.lines() {
        match line.strip_prefix("import * as ").and_then(|rest| rest.split_once(&import)) {
            Some((name, _)) => bound.push(name.to_owned()),
            None => text += &(line.to_owned() + "\n"),
        }
    }
    ensure!(!bound.is_empty(), "wasm-bindgen's script brings no parts: is `split` on?");
    let mut exported = Vec::new();
    for line in loaders.lines() {
        if let Some((name, value)) =
            line.strip_prefix("export const ").and_then(|rest| rest.split_once(" = "))
        {
            exported.push(name.to_owned());
            let _ = writeln!(text, "const {name} = {value}");
        } else if !line.starts_with("import { initSync } from ") && !line.starts_with("/*") {
            text += &(line.to_owned() + "\n");
        }
    }
    ensure!(!exported.is_empty(), "there is nothing that brings parts");
    for name in bound {
        let _ = writeln!(text, "const {name} = {{ {} }};", exported.join(", "));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn two_scripts_become_one() {
        let glue = "import * as import1 from \"./parts.js\"\nimport * as import2 from \"./parts.js\"\n\
                    function initSync() {}\nexport { initSync };\n";
        let loaders = "import { initSync } from \"./subscription-desk.js\";\n\nlet shared;\n\
                       /* demo, rest */\nexport const load_demo = wrap(() => {\n});\n";
        assert_eq!(
            joined(glue, loaders).unwrap(),
            "function initSync() {}\nexport { initSync };\n\nlet shared;\n\
             const load_demo = wrap(() => {\n});\nconst import1 = { load_demo };\n\
             const import2 = { load_demo };\n"
        );
        assert!(joined("function x() {}\n", loaders).is_err());
        assert!(joined(glue, "").is_err());
    }
}
