//! The project's commands, as `cargo xtask …`.
//!
//! Written in Rust and not in shell, so that a machine that can build the project can run them,
//! and so that they are tested with it.

mod apart;
mod api;
mod args;
mod bench;
mod browser;
mod build;
#[path = "../../server/src/site/caching.rs"]
mod caching;
mod command;
mod digest;
#[path = "../../server/src/site/fallback.rs"]
mod fallback;
mod finish;
#[path = "../../server/src/site/headers.rs"]
mod headers;
mod hosts;
mod names;
mod order;
mod panel;
mod place;
mod run;
mod say;
mod serve;
mod server;
mod site;
mod size;
mod summary;
mod test;
mod texts;
mod toolchain;
mod tools;

use anyhow::{Result, bail};
use args::Args;
use std::env;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <command>

  run          Set up what is missing, build if anything changed, serve, and print the address
                 --port N          another port than 8600
                 --host ADDRESS    listen elsewhere than on 127.0.0.1
                 --open            open it in the browser
                 --dev             a quick build, made again after each change
                 --log-templates   let every string become HTML and name it on the console
                 --server          serve them with the service, its API and its database (port 8700);
                                   its own options follow, such as --demo-data and --database
  test         Set up what is missing and run every check; the last line is the sum
                 --quick           without the browser and the release build
                 --full            with the long property runs and the mutants
                 words             a part of a check's name runs that check alone,
                                   any other word is a part of tests' names
  bench        server: the service beside a bare axum service and a bare SQLite loop (10 min)
                 --few             without the largest databases (2 min)
               screens: the first usable control, bytes and layout shift of app and panel (1 min)
  simulate     Devices, a network that fails and a server, in virtual time (docs/testing.md)
                 --seeds N         so many runs; 1,000 are part of the tests
                 --seed N          one run, step by step
  build        The release into dist/, if anything changed
  setup        Find or install all tools, for building and for testing
                 --debian-toolchain   build for the browser with Debian's compiler from now on
                 --usual-toolchain    go back to the usual one
  screenshots  Every screen as a picture, into target/screenshots/ [words: parts of names]
  templates    Record which strings the app turns into HTML, and list them as the only ones
                 --add             keep what is listed; needed when words choose the tests
  size         Weigh the release against its bounds
  help         This text

Tools are kept in ~/.cache/subscription-desk, or where SUBSCRIPTION_DESK_TOOLS says.
CHROMIUM names the browser for the tests, if not the first one found is meant.
RECORDED_DIR names the folder of recorded answers that some tests read if it is there.";

fn main() -> ExitCode {
    match dispatch() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            say::line(&format!("\n{why:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Runs the command; whether what it checked holds.
fn dispatch() -> Result<bool> {
    let mut words = env::args().skip(1);
    let name = words.next().unwrap_or_else(|| "help".to_owned());
    let mut args = Args::new(words);
    if args.flag("--help") || args.flag("-h") {
        say::line(HELP);
        return Ok(true);
    }
    match name.as_str() {
        "run" => run::run(&mut args)?,
        "bench" => bench::bench(&mut args)?,
        "simulate" => test::simulate(&mut args)?,
        "build" => run::build(&mut args)?,
        "test" => return test::run(args),
        "setup" => setup(&mut args)?,
        "screenshots" => browser::screenshots(args)?,
        "templates" => browser::templates(args)?,
        "size" => return weigh(&mut args),
        "help" | "--help" | "-h" => say::line(HELP),
        other => bail!("there is no command `{other}`\n\n{HELP}"),
    }
    Ok(true)
}

/// `cargo xtask setup`: everything, so that the other commands find it.
fn setup(args: &mut Args) -> Result<()> {
    let debian = args.flag("--debian-toolchain");
    let usual = args.flag("--usual-toolchain");
    args.done()?;
    if debian && usual {
        bail!("--debian-toolchain and --usual-toolchain contradict each other");
    }
    if usual {
        toolchain::forget_debian()?;
    }
    let toolchain = toolchain::for_wasm(debian)?;
    say::line(&format!("wasm target     {} compiler", toolchain.name()));
    let build = tools::for_build()?;
    say::line(&format!("build tools     {}", build.versions));
    let browser = tools::for_browser()?;
    say::line(&format!("browser         {}", browser.chromium.display()));
    say::line(&format!("PostgreSQL      {}", tools::postgres()?.display()));
    tools::schemathesis()?;
    say::line("schemathesis    there");
    say::line(&format!("cargo-deny      {}", tools::cargo_deny()?.display()));
    say::line(&format!("cargo-machete   {}", tools::cargo_machete()?.display()));
    say::line("Everything is there. Next: cargo xtask run");
    Ok(())
}

/// `cargo xtask size`: builds if needed and weighs.
fn weigh(args: &mut Args) -> Result<bool> {
    args.done()?;
    build::Builder::ready()?.build(build::Kind::Release)?;
    let report = size::report()?;
    say::line(report.table.trim_end());
    Ok(report.holds)
}
