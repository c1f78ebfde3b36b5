//! The service: building it, and `cargo xtask run --server`.

use crate::args::Args;
use crate::build::{Builder, Kind};
use crate::command::{command, run as run_it};
use crate::{place, say};
use anyhow::{Context, Result, ensure};
use std::ffi::OsStr;
use std::path::PathBuf;

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
    let status = service.status().context("the service could not be started")?;
    ensure!(status.success(), "the service ended with {status}");
    Ok(())
}
