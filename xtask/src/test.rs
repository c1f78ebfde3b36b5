//! `cargo xtask test`: every check there is, one after the other, and a sum at the end.
//!
//! A check that fails prints what it said, and the others run all the same: one look at the end
//! says everything that is wrong.

use crate::args::Args;
use crate::build::{Builder, Kind};
use crate::command::{Watched, command, run as run_it, watch};
use crate::summary::{Row, Tests, table};
use crate::toolchain::{self, Toolchain};
use crate::tools::{self, BrowserTools, Schemathesis};
use crate::{api, browser, place, say, size};
use anyhow::{Context, Error, Result, anyhow, bail};
use std::cell::OnceCell;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

/// How much to check.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// Without the browser.
    Quick,
    /// What every change must pass.
    Usual,
    /// With the long runs.
    Full,
}

/// One check: its name, how long it usually takes, the least depth at which it runs, whether it
/// consists of tests, and what it does.
struct Check {
    name: &'static str,
    usually: &'static str,
    depth: Depth,
    tests: bool,
    run: fn(&Desk) -> Result<Done>,
}

/// What a check found.
struct Done {
    held: bool,
    tests: Option<Tests>,
    /// Shown when it failed.
    output: String,
    /// Shown in any case.
    report: Option<String>,
}

/// Everything in the order in which it runs: what is quick and often wrong comes first.
const CHECKS: &[Check] = &[
    Check { name: "format", usually: "2 s", depth: Depth::Quick, tests: false, run: format },
    Check {
        name: "rules alone",
        usually: "5 s",
        depth: Depth::Quick,
        tests: false,
        run: rules_alone,
    },
    Check { name: "clippy", usually: "40 s", depth: Depth::Quick, tests: false, run: clippy },
    Check {
        name: "clippy wasm",
        usually: "2 min at first",
        depth: Depth::Quick,
        tests: false,
        run: clippy_wasm,
    },
    Check {
        name: "tests",
        usually: "1 to 2 min",
        depth: Depth::Quick,
        tests: true,
        run: cargo_test,
    },
    Check { name: "TypeScript", usually: "5 s", depth: Depth::Usual, tests: false, run: tsc },
    Check {
        name: "site",
        usually: "3 to 6 min at first",
        depth: Depth::Usual,
        tests: false,
        run: site,
    },
    Check { name: "bytes", usually: "1 s", depth: Depth::Usual, tests: false, run: bytes },
    Check {
        name: "browser",
        usually: "2 to 5 min",
        depth: Depth::Usual,
        tests: true,
        run: browser_tests,
    },
    Check {
        name: "embedded screens",
        usually: "half a minute",
        depth: Depth::Usual,
        tests: false,
        run: embedded_screens,
    },
    Check { name: "API", usually: "40 s", depth: Depth::Usual, tests: false, run: api_conformance },
    Check { name: "cargo deny", usually: "5 s", depth: Depth::Quick, tests: false, run: deny },
    Check {
        name: "unused dependencies",
        usually: "1 s",
        depth: Depth::Quick,
        tests: false,
        run: machete,
    },
    Check {
        name: "long properties",
        usually: "10 min and more",
        depth: Depth::Full,
        tests: true,
        run: long_properties,
    },
    Check {
        name: "mutants",
        usually: "30 min and more",
        depth: Depth::Full,
        tests: false,
        run: mutants,
    },
];

/// What the checks share: the words that name tests, and the tools, found once.
struct Desk {
    filter: Vec<String>,
    wasm: OnceCell<Result<Toolchain>>,
    browser: OnceCell<Result<BrowserTools>>,
    builder: OnceCell<Result<Builder>>,
    deny: OnceCell<Result<PathBuf>>,
    machete: OnceCell<Result<PathBuf>>,
    postgres: OnceCell<Result<PathBuf>>,
    schemathesis: OnceCell<Result<Schemathesis>>,
    mutants: OnceCell<Result<PathBuf>>,
}

/// Runs the checks; whether all of them held.
pub fn run(mut args: Args) -> Result<bool> {
    let quick = args.flag("--quick");
    let full = args.flag("--full");
    let depth = match (quick, full) {
        (true, true) => bail!("--quick and --full contradict each other"),
        (true, false) => Depth::Quick,
        (false, true) => Depth::Full,
        (false, false) => Depth::Usual,
    };
    let words = args.rest()?;
    let (chosen, filter) = choose(depth, &words);
    let desk = Desk {
        filter,
        wasm: OnceCell::new(),
        browser: OnceCell::new(),
        builder: OnceCell::new(),
        deny: OnceCell::new(),
        machete: OnceCell::new(),
        postgres: OnceCell::new(),
        schemathesis: OnceCell::new(),
        mutants: OnceCell::new(),
    };
    let started = Instant::now();
    desk.set_up(&chosen);
    let rows: Vec<Row> = chosen.iter().map(|check| desk.row(check)).collect();
    say::line("");
    say::line(&format!("All together {}", say::seconds(started.elapsed())));
    say::line("");
    say::line(&table(&rows));
    Ok(rows.iter().all(|row| row.held))
}

/// The checks to run. A word that is part of a check's name chooses that check; any other word is
/// part of a test's name, and then only checks that consist of tests make sense.
fn choose(depth: Depth, words: &[String]) -> (Vec<&'static Check>, Vec<String>) {
    let (names, filter): (Vec<String>, Vec<String>) = words
        .iter()
        .cloned()
        .partition(|word| CHECKS.iter().any(|check| check.name.contains(word)));
    let is_meant = |name: &str| names.iter().any(|word| name.contains(word.as_str()));
    let runs = |check: &&Check| {
        if !names.is_empty() {
            // Nothing is weighed or opened that is older than its source.
            let needed = check.name == "site" && (is_meant("browser") || is_meant("bytes"));
            return needed || is_meant(check.name);
        }
        let deep_enough = match depth {
            Depth::Quick => check.depth == Depth::Quick,
            Depth::Usual => check.depth != Depth::Full,
            Depth::Full => true,
        };
        // The browser tests need the site.
        let makes_sense = filter.is_empty() || check.tests || check.name == "site";
        deep_enough && makes_sense
    };
    (CHECKS.iter().filter(runs).collect(), filter)
}

impl Desk {
    /// Finds or installs everything first, so that what a check is timed at is the check. Whatever
    /// cannot be had fails the checks that need it and no others.
    fn set_up(&self, chosen: &[&Check]) {
        let needs = |names: &[&str]| chosen.iter().any(|check| names.contains(&check.name));
        let mut missing = Vec::new();
        let mut note = |found: Option<&Error>| missing.extend(found.map(|why| format!("{why:#}")));
        if needs(&["clippy wasm"]) {
            note(self.wasm().as_ref().err());
        }
        if needs(&["site"]) {
            note(self.builder().as_ref().err());
        }
        if needs(&["TypeScript", "browser"]) {
            note(self.browser().as_ref().err());
        }
        if needs(&["tests"]) {
            note(self.postgres().as_ref().err());
        }
        if needs(&["API"]) {
            note(self.schemathesis().as_ref().err());
        }
        if needs(&["cargo deny"]) {
            note(self.deny().as_ref().err());
        }
        if needs(&["unused dependencies"]) {
            note(self.machete().as_ref().err());
        }
        if needs(&["mutants"]) {
            note(self.mutants().as_ref().err());
        }
        for why in missing {
            say::note(&why);
        }
    }

    fn wasm(&self) -> &Result<Toolchain> {
        self.wasm.get_or_init(|| toolchain::for_wasm(false))
    }

    fn builder(&self) -> &Result<Builder> {
        self.builder.get_or_init(Builder::ready)
    }

    fn browser(&self) -> &Result<BrowserTools> {
        self.browser.get_or_init(tools::for_browser)
    }

    fn deny(&self) -> &Result<PathBuf> {
        self.deny.get_or_init(tools::cargo_deny)
    }

    fn machete(&self) -> &Result<PathBuf> {
        self.machete.get_or_init(tools::cargo_machete)
    }

    fn postgres(&self) -> &Result<PathBuf> {
        self.postgres.get_or_init(tools::postgres)
    }

    fn schemathesis(&self) -> &Result<Schemathesis> {
        self.schemathesis.get_or_init(tools::schemathesis)
    }

    fn mutants(&self) -> &Result<PathBuf> {
        self.mutants.get_or_init(tools::cargo_mutants)
    }

    /// Runs one check and says how it went.
    fn row(&self, check: &Check) -> Row {
        say::step(&format!("{} (usually {})", check.name, check.usually));
        let started = Instant::now();
        let done = (check.run)(self).unwrap_or_else(|why| Done {
            held: false,
            tests: check.tests.then(Tests::default),
            output: format!("{why:#}"),
            report: None,
        });
        let took = say::seconds(started.elapsed());
        if let Some(report) = &done.report {
            say::line(report.trim_end());
        }
        if !done.held {
            say::line(done.output.trim_end());
        }
        say::note(&format!("{} in {took}", if done.held { "ok" } else { "FAILED" }));
        Row { name: check.name.to_owned(), held: done.held, tests: done.tests, took }
    }

    /// Runs a program that is a check by its exit code.
    fn plain(name: &str, command: &mut Command) -> Result<Done> {
        let Watched { status, output } = watch(command, &log(name))?;
        Ok(Done { held: status.success(), tests: None, output, report: None })
    }

    /// Runs Rust's tests.
    fn libtest(name: &str, command: &mut Command) -> Result<Done> {
        let Watched { status, output } = watch(command, &log(name))?;
        let tests = Tests::from_libtest(&output);
        Ok(Done { held: status.success(), tests: Some(tests), output, report: None })
    }
}

/// What a check said lies here until the next run.
fn log(name: &str) -> PathBuf {
    place::scratch().join("logs").join(format!("{}.log", name.replace([' ', ','], "-")))
}

/// A tool, or why it is not there.
fn found<T>(tool: &Result<T>) -> Result<&T> {
    tool.as_ref().map_err(|why| anyhow!("{why:#}"))
}

/// Warnings stop a check, but not by `RUSTFLAGS`, which would build everything anew.
const DENY_WARNINGS: [&str; 3] = ["--", "--deny", "warnings"];
/// The root package runs in a browser only.
const NATIVE: [&str; 3] = ["--workspace", "--exclude", "subscription-desk"];

fn format(_: &Desk) -> Result<Done> {
    Desk::plain("format", command("cargo").args(["fmt", "--all", "--", "--check"]))
}

/// By itself, since the other packages switch on features of chrono for everybody.
fn rules_alone(_: &Desk) -> Result<Done> {
    let mut cargo = command("cargo");
    Desk::plain("rules alone", cargo.args(["check", "--package", "subscription-rules"]))
}

fn clippy(_: &Desk) -> Result<Done> {
    let mut cargo = command("cargo");
    cargo.arg("clippy").args(NATIVE).arg("--all-targets").args(DENY_WARNINGS);
    Desk::plain("clippy", &mut cargo)
}

fn clippy_wasm(desk: &Desk) -> Result<Done> {
    let mut cargo = found(desk.wasm())?.cargo()?;
    cargo.args(["clippy", "--package", "subscription-desk", "--target", "wasm32-unknown-unknown"]);
    Desk::plain("clippy wasm", cargo.args(DENY_WARNINGS))
}

fn cargo_test(desk: &Desk) -> Result<Done> {
    let mut cargo = command("cargo");
    cargo.arg("test").args(NATIVE).arg("--no-fail-fast");
    cargo.env("POSTGRES_BIN", found(desk.postgres())?);
    if !desk.filter.is_empty() {
        cargo.arg("--").args(&desk.filter);
    }
    Desk::libtest("unit tests", &mut cargo)
}

fn tsc(desk: &Desk) -> Result<Done> {
    let tools = found(desk.browser())?;
    let check = |log: &str, project: &str| {
        let mut tsc = command(&tools.node);
        Desk::plain(log, tsc.arg(&tools.tsc).args(["--noEmit", "--project", project]))
    };
    let tests = check("tsc", "tests")?;
    if tests.held { check("tsc react", "tests/hosts/react") } else { Ok(tests) }
}

fn site(desk: &Desk) -> Result<Done> {
    found(desk.builder())?.build(Kind::Release)?;
    Ok(Done { held: true, tests: None, output: String::new(), report: None })
}

fn bytes(_: &Desk) -> Result<Done> {
    let report = size::report()?;
    let output = "A bound is broken; the table above says which.".to_owned();
    Ok(Done { held: report.holds, tests: None, output, report: Some(report.table) })
}

fn browser_tests(desk: &Desk) -> Result<Done> {
    let tools = found(desk.browser())?;
    let (done, report) = browser::test(tools, &desk.filter, &log("browser"))?;
    let Watched { status, output } = done;
    let tests = Tests::from_playwright(&report)
        .with_context(|| format!("Playwright left no report\n{}", output.trim_end()))?;
    let held = status.success() && tests.failed == 0;
    Ok(Done { held, tests: Some(tests), output, report: None })
}

/// The service with the screens inside, which can only be built once they are.
fn embedded_screens(_: &Desk) -> Result<Done> {
    let mut cargo = command("cargo");
    cargo.args(["test", "--package", "subscription-desk-server", "--lib"]);
    cargo.args(["--features", "embedded-screens", "screens::"]);
    Desk::plain("embedded screens", &mut cargo)
}

/// What the service answers is what its description says.
fn api_conformance(desk: &Desk) -> Result<Done> {
    let Watched { status, output } = api::test(found(desk.schemathesis())?, &log("API"))?;
    Ok(Done { held: status.success(), tests: None, output, report: None })
}

/// The advisories' database lies on a host that not every machine reaches; run that part where it
/// can be had.
fn deny(desk: &Desk) -> Result<Done> {
    let mut deny = command(found(desk.deny())?);
    Desk::plain("cargo deny", deny.args(["check", "bans", "licenses", "sources"]))
}

fn machete(desk: &Desk) -> Result<Done> {
    let mut machete = command(found(desk.machete())?);
    Desk::plain("unused dependencies", &mut machete)
}

fn long_properties(desk: &Desk) -> Result<Done> {
    let mut cargo = command("cargo");
    cargo.args(["test", "--no-fail-fast", "--package", "subscription-rules"]);
    cargo.args(["--package", "subscription-usecases", "--package", "subscription-api"]);
    // Runs of the simulator are the properties of what waits to be sent.
    cargo.args(["--package", "subscription-sync"]).env("SEEDS", "10000");
    if !desk.filter.is_empty() {
        cargo.arg("--").args(&desk.filter);
    }
    Desk::libtest("long properties", cargo.env("PROPTEST_CASES", "20000"))
}

/// `cargo xtask simulate`: many runs of the simulator, or one that is told step by step.
pub fn simulate(args: &mut Args) -> Result<()> {
    let seeds = args.value("--seeds")?.unwrap_or_else(|| "10000".to_owned());
    let seed = args.value("--seed")?;
    args.done()?;
    let mut cargo = command("cargo");
    cargo.args(["test", "--release", "--package", "subscription-sync", "--test", "simulator"]);
    cargo.args(["whatever_happens", "--", "--nocapture"]).env("SEEDS", &seeds);
    if let Some(seed) = seed {
        cargo.env("SEED", seed);
    } else {
        say::step(&format!("Simulating {seeds} runs (about 3 seconds a thousand)"));
        cargo.env_remove("SEED");
    }
    run_it(&mut cargo)
}

/// Where the rules are numbers and tables, a changed one must be noticed by a test.
fn mutants(desk: &Desk) -> Result<Done> {
    const ABOUT: &[&str] =
        &["account", "availability", "lifecycle", "quantity", "retention", "status"];
    let mut mutants = command(found(desk.mutants())?);
    mutants.args(["mutants", "--package", "subscription-rules", "--no-shuffle", "--colors=never"]);
    let output = place::scratch().join("mutants");
    fs::create_dir_all(&output)?;
    mutants.arg("--output").arg(output);
    let rules = place::root().join("rules").join("src");
    for file in crate::digest::files_below(&rules)? {
        let inside = file.strip_prefix(place::root())?.to_path_buf();
        let name = inside.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        if name.is_some_and(|name| ABOUT.iter().any(|about| name.starts_with(about))) {
            mutants.arg("--file").arg(inside);
        }
    }
    let Watched { status, output } = watch(&mut mutants, &log("mutants"))?;
    let last = output.lines().rev().find(|line| !line.trim().is_empty()).map(str::to_owned);
    Ok(Done { held: status.success(), tests: None, output, report: last })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(depth: Depth, words: &[&str]) -> (Vec<&'static str>, Vec<String>) {
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        let (chosen, filter) = choose(depth, &words);
        (chosen.iter().map(|check| check.name).collect(), filter)
    }

    #[test]
    fn depth_chooses_the_checks() {
        let (quick, _) = names(Depth::Quick, &[]);
        assert!(quick.contains(&"clippy") && !quick.contains(&"site"));
        assert!(!quick.contains(&"browser"));
        let (usual, _) = names(Depth::Usual, &[]);
        assert!(usual.contains(&"browser") && !usual.contains(&"mutants"));
        assert_eq!(names(Depth::Full, &[]).0.len(), CHECKS.len());
    }

    #[test]
    fn words_choose_checks_or_tests() {
        assert_eq!(names(Depth::Usual, &["bytes"]), (vec!["site", "bytes"], vec![]));
        assert_eq!(names(Depth::Usual, &["clippy"]).0, ["clippy", "clippy wasm"]);
        let (chosen, filter) = names(Depth::Usual, &["reactivated"]);
        assert_eq!(chosen, ["tests", "site", "browser"]);
        assert_eq!(filter, ["reactivated"]);
        let (chosen, filter) = names(Depth::Usual, &["browser", "offline"]);
        assert_eq!((chosen, filter), (vec!["site", "browser"], vec!["offline".to_owned()]));
    }
}
