//! What runs in a real browser: the tests, the screenshots and the recording of templates, each
//! against the finished site from our own server, with its headers.

use crate::args::Args;
use crate::build::{Builder, Kind};
use crate::command::{Watched, command, run, watch};
use crate::serve::{Running, Shown, start};
use crate::site::{Mode, Site, TEMPLATES};
use crate::tools::{BrowserTools, for_browser};
use crate::{place, say};
use anyhow::{Context, Result, ensure};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where Playwright leaves its report, traces and records.
fn results() -> PathBuf {
    place::root().join("tests").join(".results")
}

/// Serves `dist/` on a free port.
pub fn serve(mode: Mode) -> Result<Running> {
    start(Shown::new(Site::load(&place::dist(), mode)?), "127.0.0.1", 0, &[])
}

/// Playwright against a running server.
fn playwright(tools: &BrowserTools, server: &Running, config: &str) -> Command {
    let mut playwright = command(&tools.node);
    playwright.arg(&tools.playwright).args(["test", "--config", config]);
    playwright.current_dir(place::root().join("tests"));
    playwright.env("BASE_URL", server.url()).env("CHROMIUM", &tools.chromium);
    playwright.env("SCREENS", place::dist());
    playwright.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    playwright
}

/// Runs the browser tests; a filter is part of a test's name. The report is JSON.
pub fn test(tools: &BrowserTools, filter: &[String], log: &Path) -> Result<(Watched, String)> {
    let report = results().join("report.json");
    let _ = fs::remove_file(&report);
    let service = crate::server::build()?;
    let server = serve(Mode::default())?;
    let mut playwright = playwright(tools, &server, "playwright.config.ts");
    playwright.env("SERVICE", service);
    if !filter.is_empty() {
        let escaped: Vec<String> = filter.iter().map(|word| escaped(word)).collect();
        playwright.args(["--pass-with-no-tests", "--grep", &escaped.join("|")]);
    }
    let done = watch(&mut playwright, log)?;
    let report = fs::read_to_string(report).unwrap_or_default();
    Ok((done, report))
}

/// A word as a regular expression that matches just it.
fn escaped(word: &str) -> String {
    word.chars().fold(String::new(), |mut text, c| {
        if !c.is_alphanumeric() && c != ' ' {
            text.push('\\');
        }
        text.push(c);
        text
    })
}

/// `cargo xtask screenshots`: every screen in both sizes, themes and languages.
pub fn screenshots(args: Args) -> Result<()> {
    let filter = args.rest()?;
    let tools = for_browser()?;
    Builder::ready()?.build(Kind::Release)?;
    let folder = place::root().join("target").join("screenshots");
    if filter.is_empty() && folder.exists() {
        // A screen that no longer exists should not live on as a picture.
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let server = serve(Mode::default())?;
    let mut playwright = playwright(&tools, &server, "support/screenshots.config.ts");
    playwright.env("SCREENSHOTS_DIR", &folder);
    if !filter.is_empty() {
        let escaped: Vec<String> = filter.iter().map(|word| escaped(word)).collect();
        playwright.args(["--grep", &escaped.join("|")]);
    }
    say::step("Taking the pictures (a few seconds a screen)");
    run(&mut playwright).context("not every screen could be pictured; the lines above say why")?;
    say::line(&format!("The pictures lie in {}", folder.display()));
    Ok(())
}

/// `cargo xtask bench screens`: how long until something can be used, of the app and of the panel,
/// on a slow machine and network.
pub fn measure() -> Result<()> {
    let tools = for_browser()?;
    Builder::ready()?.build(Kind::Release)?;
    let server = serve(Mode::default())?;
    say::step("Opening the app and the portal five times each (about a minute)");
    let mut node = command(&tools.node);
    node.arg("support/measure.js").current_dir(place::root().join("tests"));
    node.env("BASE_URL", server.url()).env("CHROMIUM", &tools.chromium);
    run(&mut node).context("not everything could be measured; the lines above say why")
}

/// `cargo xtask bench offline`: what working without a network costs, on the real service.
pub fn measure_offline() -> Result<()> {
    let tools = for_browser()?;
    Builder::ready()?.build(Kind::Release)?;
    let service = crate::server::build()?;
    say::step("Making five thousand changes that wait (a minute)");
    let mut cargo = command("cargo");
    cargo.args(["run", "--quiet", "--release", "--package", "subscription-sync"]);
    cargo.args(["--example", "waiting", "--", "5000", DAY]).current_dir(place::root());
    let made = cargo.output().context("the changes could not be made")?;
    ensure!(made.status.success(), "the changes could not be made");
    let file = results().join("waiting.txt");
    fs::create_dir_all(results())?;
    fs::write(&file, made.stdout)?;
    say::step("Starting without a network, keeping much, sending what waits (two minutes)");
    let mut node = command(&tools.node);
    node.arg("support/measure-offline.js").current_dir(place::root().join("tests"));
    node.env("SERVICE", service).env("SCREENS", place::dist()).env("WAITING", file).env("DAY", DAY);
    node.env("CHROMIUM", &tools.chromium);
    run(&mut node).context("not everything could be measured; the lines above say why")
}

/// The day on which that is measured; the changes are made for the demo's customers of it.
const DAY: &str = "2027-07-19";

/// `cargo xtask templates`: records which strings the app turns into HTML, in every test and every
/// screen, and writes them down as the only ones that may be. With `--add` what is listed already
/// stays, for a run of only some tests.
pub fn templates(mut args: Args) -> Result<()> {
    let add = args.flag("--add");
    let filter = args.rest()?;
    ensure!(filter.is_empty() || add, "recording only some tests needs --add");
    let tools = for_browser()?;
    Builder::ready()?.build(Kind::Release)?;
    let record = results().join("templates");
    let _ = fs::remove_dir_all(&record);
    fs::create_dir_all(&record)?;
    let server = serve(Mode { log_templates: true, ..Mode::default() })?;
    for config in ["playwright.config.ts", "support/screenshots.config.ts"] {
        say::step(&format!("Recording with {config}"));
        let mut playwright = playwright(&tools, &server, config);
        playwright.env("TEMPLATES_DIR", &record);
        playwright.env("SCREENSHOTS_DIR", results().join("screenshots"));
        if !filter.is_empty() {
            let escaped: Vec<String> = filter.iter().map(|word| escaped(word)).collect();
            playwright.args(["--pass-with-no-tests", "--grep", &escaped.join("|")]);
        }
        // A test may fail for a reason of its own; what it showed until then counts all the same.
        if let Err(why) = run(&mut playwright) {
            say::note(&format!("Some tests failed ({why}); what they showed is recorded."));
        }
    }
    let list = place::root().join("public").join(TEMPLATES);
    let mut strings = if add { listed(&fs::read_to_string(&list)?)? } else { BTreeSet::new() };
    for file in crate::digest::files_below(&record)? {
        for line in fs::read_to_string(file)?.lines() {
            strings.insert(serde_json::from_str(line).context("a record is damaged")?);
        }
    }
    fs::write(&list, list_of(&strings)?)?;
    say::line(&format!(
        "{} strings are listed in public/{TEMPLATES}. Read the change.",
        strings.len()
    ));
    Ok(())
}

const LIST_HEAD: &str = "// Every string that the app may turn into HTML: the fixed parts of its own pages, nothing a person\n\
    // or a server said. Written by `cargo xtask templates`; read a change before you keep it.\n\
    export const TEMPLATES = new Set([\n";
const LIST_FOOT: &str = "]);\n";

/// The list as a JavaScript module.
fn list_of(strings: &BTreeSet<String>) -> Result<String> {
    let lines: Vec<String> = strings.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
    let lines = lines.iter().fold(String::new(), |text, line| text + "  " + line + ",\n");
    Ok(LIST_HEAD.to_owned() + &lines + LIST_FOOT)
}

/// The strings of such a module.
fn listed(module: &str) -> Result<BTreeSet<String>> {
    let lines = module.lines().map(str::trim).filter(|line| line.starts_with('"'));
    lines.map(|line| Ok(serde_json::from_str(line.trim_end_matches(','))?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_read_as_it_is_written() {
        let strings: BTreeSet<String> =
            ["<p>\"quoted\", and more</p>", "<svg>\n</svg>"].map(str::to_owned).into();
        assert_eq!(listed(&list_of(&strings).unwrap()).unwrap(), strings);
    }

    #[test]
    fn the_checked_in_list_can_be_read() {
        let module = fs::read_to_string(place::root().join("public").join(TEMPLATES)).unwrap();
        let strings = listed(&module).unwrap();
        assert_eq!(list_of(&strings).unwrap(), module, "run `cargo xtask templates`");
    }

    #[test]
    fn a_filter_is_taken_literally() {
        assert_eq!(escaped("S5 (limits)"), "S5 \\(limits\\)");
    }
}
