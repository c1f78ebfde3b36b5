//! The service: building it, and `cargo xtask run --server`.

use crate::args::Args;
use crate::build::{Builder, Kind};
use crate::command::{command, run as run_it};
use crate::{hosts, place, say};
use anyhow::{Context, Result, ensure};
use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

/// The port when none is asked for.
const PORT: u16 = 8700;

/// Builds the service as it is delivered; where it lies.
pub fn build() -> Result<PathBuf> {
    say::step("Building the service (the first time 2 to 4 minutes, later seconds)");
    let mut cargo = command("cargo");
    cargo.args(["build", "--release", "--package", "subscription-desk-server"]);
    run_it(&mut cargo).context("the service could not be built; cargo's lines above say why")?;
    let name = format!("subscription-desk-server{}", std::env::consts::EXE_SUFFIX);
    Ok(place::target().join("release").join(name))
}

/// Builds screens and service if needed and serves both. Whatever is no option of ours is one of
/// the service.
pub fn run(args: &mut Args) -> Result<()> {
    let port = args.number("--port")?.unwrap_or(PORT);
    let words = args.take_all();
    let says =
        |name: &str| words.iter().any(|word| word == name || word.starts_with(&format!("{name}=")));
    Builder::ready()?.build(Kind::Release)?;
    let program = build()?;
    let mut service = command(program);
    service.args(&words).arg("--screens").arg(place::dist());
    if !says("--listen") {
        service.arg("--listen").arg(format!("127.0.0.1:{port}"));
    }
    if !says("--auth") && !says("--config") {
        service.args(["--auth", "demo"]);
    }
    if !says("--database") && !says("--config") {
        let mut file = OsStr::new("sqlite:").to_owned();
        file.push(place::scratch().join("desk.sqlite"));
        service.arg("--database").arg(file);
    }
    if !says("--demo-data") {
        say::note(
            "The desk starts as it was left, at first empty. --demo-data loads customers to try with.",
        );
    }
    let hosts = if says("--auth") || says("--config") || says("--listen") {
        // Somebody's own service; its pages are that somebody's.
        None
    } else {
        hosts::start(port.saturating_add(1))
    };
    if let Some(hosts) = &hosts {
        service.args(["--cors-origin", &hosts.origin, "--frame-ancestor", &hosts.origin]);
    }
    let sign_in = ["desk-token=demo:admin_agent", "token=demo:admin_agent"];
    hosts::welcome(&format!("http://localhost:{port}"), hosts.as_ref(), sign_in);
    let status = service.status().context("the service could not be started")?;
    ensure!(status.success(), "the service ended with {status}");
    Ok(())
}

/// A service that ends when nobody needs it any more.
pub struct Running {
    process: Child,
    /// Where it listens: `127.0.0.1:8700`.
    pub address: String,
}

impl Running {
    /// Starts a program of the service on a SQLite file, with demo sign-in on a free port, and waits
    /// until it says a word: where it listens comes first, that its data are loaded last.
    pub fn start(program: &Path, file: &Path, more: &[&str], until: &str) -> Result<Self> {
        let mut service = command(program);
        service.args(["--auth", "demo", "--listen", "127.0.0.1:0", "--database"]);
        service.arg(format!("sqlite:{}", file.display())).args(more).stderr(Stdio::piped());
        let process = service.spawn().context("the service could not be started")?;
        let mut running = Self { process, address: String::new() };
        let said = running.process.stderr.take().context("the service says nothing")?;
        let mut said = BufReader::with_capacity(64 << 10, said);
        for line in said.by_ref().lines() {
            let line = line?;
            if let Some((_, address)) = line.split_once("http://") {
                address.trim_end_matches('/').clone_into(&mut running.address);
            }
            if line.contains(until) {
                break;
            }
        }
        ensure!(!running.address.is_empty(), "the service does not say where it is");
        // Its log is taken by somebody, as it is in use.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Ok(running)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _gone = self.process.kill();
        let _gone = self.process.wait();
    }
}
