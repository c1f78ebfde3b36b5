//! `cargo xtask run`: everything from a bare machine to an address in the browser.

use crate::args::Args;
use crate::build::{Builder, Kind, inputs};
use crate::command::{command, find};
use crate::hosts::{self, Hosts};
use crate::serve::{Shown, start};
use crate::site::{Mode, Site};
use crate::{place, say, server};
use anyhow::Result;
use std::fs;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

/// The port when none is asked for.
pub const PORT: u16 = 8600;

/// Builds if needed, serves, and in `--dev` builds again after each change.
pub fn run(args: &mut Args) -> Result<()> {
    if args.flag("--server") {
        return server::run(args);
    }
    let port = args.number("--port")?.unwrap_or(PORT);
    let host = args.value("--host")?.unwrap_or_else(|| "127.0.0.1".to_owned());
    let dev = args.flag("--dev");
    let log_templates = args.flag("--log-templates");
    let open = args.flag("--open");
    args.done()?;

    let started = Instant::now();
    let kind = if dev { Kind::Dev } else { Kind::Release };
    let mode = Mode { dev, log_templates };
    let builder = Builder::ready()?;
    let before = changes()?;
    builder.build(kind)?;
    let shown = Shown::new(Site::load(&kind.folder(), mode)?);
    let hosts = hosts::start(port.saturating_add(1));
    let framed_by: Vec<String> = hosts.iter().map(|hosts| hosts.origin.clone()).collect();
    let running = start(shown.clone(), &host, port, &framed_by)?;
    welcome(&running.url(), started.elapsed(), dev, hosts.as_ref());
    if open {
        open_browser(&running.url());
    }
    if dev { rebuild(&builder, &shown, mode, before) } else { running.wait() }
}

fn welcome(url: &str, took: Duration, dev: bool, hosts: Option<&Hosts>) {
    let way = if dev { "rebuilt after each change; reload the page yourself" } else { "release" };
    say::line("");
    say::line(&format!(
        "Subscription Desk is at  {url}/  ({way}, ready in {})",
        say::seconds(took)
    ));
    say::line("");
    say::line("What to try first:");
    say::line("  1. Pick a customer from the list.");
    say::line("  2. \"New subscription\": choose how it is billed, tick an offer, review, submit.");
    say::line("  3. Open the new subscription and suspend it: the page names the day it expires.");
    say::line("  4. Reactivate it. Suspend it again and move the clock in Settings past that day.");
    say::line("  5. Cancel another one, and read in Activity what was done.");
    say::line("");
    hosts::welcome(url, hosts, ["desk-demo=1", "demo=1"]);
    say::line("Everything stays in this browser. Ctrl+C ends the server.");
}

/// Opens the address where the system has a way to; it is printed in any case.
fn open_browser(url: &str) {
    let program = ["xdg-open", "open", "wslview"].into_iter().find_map(find);
    let opened = program.is_some_and(|program| command(program).arg(url).spawn().is_ok());
    if !opened {
        say::note("No way to open a browser was found; open the address by hand.");
    }
}

type Changes = Vec<(PathBuf, Option<SystemTime>, u64)>;

/// What a look at the files tells without reading them.
fn changes() -> Result<Changes> {
    let files = inputs()?.into_iter();
    let facts = files.map(|file| {
        let facts = fs::metadata(&file).ok();
        let changed = facts.as_ref().and_then(|facts| facts.modified().ok());
        (file, changed, facts.map_or(0, |facts| facts.len()))
    });
    Ok(facts.collect())
}

/// Builds again whenever a file has changed and then stayed still for a moment: editors save in
/// several steps. Looking four times a second at a few hundred files costs less than a watcher
/// that must be right on every system.
fn rebuild(builder: &Builder, shown: &Shown, mode: Mode, mut built: Changes) -> Result<()> {
    loop {
        sleep(Duration::from_millis(250));
        let mut now = changes()?;
        if now == built {
            continue;
        }
        loop {
            sleep(Duration::from_millis(250));
            let later = changes()?;
            if later == now {
                break;
            }
            now = later;
        }
        built = now;
        let site = builder.build(Kind::Dev).and_then(|_| Site::load(&Kind::Dev.folder(), mode));
        match site {
            Ok(site) => {
                shown.replace(site);
                say::line("Ready: reload the page.");
            }
            Err(why) => say::line(&format!("{why:#}\nStill serving the last build that worked.")),
        }
    }
}

/// `cargo xtask build`: the release alone.
pub fn build(args: &mut Args) -> Result<()> {
    args.done()?;
    let builder = Builder::ready()?;
    builder.build(Kind::Release)?;
    say::line(&format!("The site lies in {}", place::dist().display()));
    Ok(())
}
