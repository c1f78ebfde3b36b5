//! The compiler for the browser: rustup's where it can be had, Debian's where it cannot.
//!
//! Rustup adds the wasm target in seconds. Where it may not download, Debian's own compiler does
//! the work; Debian ships no standard library for the target, so it is built once from the source
//! that Debian does ship, and put where that compiler looks for it.

use crate::command::{as_root, command, find, path_with, read, run};
use crate::{place, say, tools};
use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const TARGET: &str = "wasm32-unknown-unknown";
/// Where Debian puts its compiler.
const DEBIAN_BIN: &str = "/usr/bin";
/// Remembers, among the tools, that this machine builds with Debian's compiler.
const MARK: &str = "debian-toolchain";

/// Which compiler builds for the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toolchain {
    /// The one that runs everything else.
    Usual,
    /// Debian's, named before rustup's on PATH.
    Debian,
}

impl Toolchain {
    /// Makes a command use this compiler.
    pub fn apply<'a>(
        self,
        command: &'a mut Command,
        path: Option<&OsString>,
    ) -> Result<&'a mut Command> {
        match self {
            Self::Usual => {
                if let Some(path) = path {
                    command.env("PATH", path);
                }
            }
            Self::Debian => {
                // Before the tools as well: one found on PATH may lie beside rustup's compiler.
                let mut folders = vec![PathBuf::from(DEBIAN_BIN)];
                folders.extend(path.into_iter().flat_map(std::env::split_paths));
                command.env("PATH", path_with(&folders)?);
                for name in ["RUSTUP_TOOLCHAIN", "RUSTC", "RUSTDOC", "LD_LIBRARY_PATH"] {
                    command.env_remove(name);
                }
            }
        }
        Ok(command)
    }

    /// A cargo command of this compiler.
    pub fn cargo(self) -> Result<Command> {
        let mut cargo = match self {
            Self::Usual => command("cargo"),
            Self::Debian => command(Path::new(DEBIAN_BIN).join("cargo")),
        };
        self.apply(&mut cargo, None)?;
        Ok(cargo)
    }

    /// A word for the fingerprint of a build.
    pub fn name(self) -> &'static str {
        match self {
            Self::Usual => "usual",
            Self::Debian => "debian",
        }
    }
}

/// Finds a compiler for the browser, or sets one up. `debian` takes Debian's even where rustup's
/// works, so that the second way can be tried where the first one exists.
pub fn for_wasm(debian: bool) -> Result<Toolchain> {
    let mark = place::tools()?.join(MARK);
    if debian {
        debian_toolchain()?;
        remember(&mark)?;
        return Ok(Toolchain::Debian);
    }
    if mark.exists() && has_target(Toolchain::Debian) {
        return Ok(Toolchain::Debian);
    }
    if has_target(Toolchain::Usual) {
        return Ok(Toolchain::Usual);
    }
    if find("rustup").is_some() {
        say::step(&format!("Adding the wasm target: rustup target add {TARGET} (seconds)"));
        match run(command("rustup").args(["target", "add", TARGET])) {
            Ok(()) if has_target(Toolchain::Usual) => return Ok(Toolchain::Usual),
            Ok(()) => say::note("rustup added it to another toolchain than the one in use."),
            Err(why) => say::note(&format!("rustup could not: {why:#}")),
        }
    }
    if find("apt-get").is_none() {
        bail!(
            "The wasm target is missing, and there is neither a rustup that can download it nor \
             Debian's compiler.\nWith rustup and a network: rustup target add {TARGET}\nOtherwise \
             install your system's standard library for the target (Fedora: `dnf install \
             rust-std-static-{TARGET}`, Arch: `pacman -S rust-wasm`) and run the command again."
        );
    }
    say::note("Taking Debian's compiler instead.");
    debian_toolchain()?;
    remember(&mark)?;
    Ok(Toolchain::Debian)
}

/// Goes back to rustup's compiler, if Debian's was chosen on this machine.
pub fn forget_debian() -> Result<()> {
    let mark = place::tools()?.join(MARK);
    if mark.exists() {
        fs::remove_file(mark)?;
        say::note("Going back to the usual compiler for the browser.");
    }
    Ok(())
}

fn remember(mark: &Path) -> Result<()> {
    if let Some(folder) = mark.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(mark, "This machine builds for the browser with Debian's compiler.\n")
        .with_context(|| format!("cannot write {}", mark.display()))
}

fn rustc(toolchain: Toolchain) -> Result<Command> {
    let mut rustc = match toolchain {
        Toolchain::Usual => command("rustc"),
        Toolchain::Debian => command(Path::new(DEBIAN_BIN).join("rustc")),
    };
    toolchain.apply(&mut rustc, None)?;
    Ok(rustc)
}

fn sysroot(toolchain: Toolchain) -> Result<PathBuf> {
    let text = read(rustc(toolchain)?.args(["--print", "sysroot"]))?;
    Ok(PathBuf::from(text.trim()))
}

/// Whether the standard library for the target lies where the compiler looks for it.
fn has_target(toolchain: Toolchain) -> bool {
    let Ok(sysroot) = sysroot(toolchain) else { return false };
    let Ok(entries) = fs::read_dir(target_libraries(&sysroot)) else { return false };
    entries.flatten().any(|entry| {
        let name = entry.file_name();
        name.to_string_lossy().starts_with("libstd-")
    })
}

fn target_libraries(sysroot: &Path) -> PathBuf {
    sysroot.join("lib").join("rustlib").join(TARGET).join("lib")
}

fn debian_toolchain() -> Result<()> {
    let debian = Toolchain::Debian;
    let mut lld = newest_lld().ok();
    let complete = Path::new(DEBIAN_BIN).join("rustc").exists()
        && Path::new(DEBIAN_BIN).join("cargo").exists()
        && lld.as_ref().is_some_and(|lld| Path::new(DEBIAN_BIN).join(linker(lld)).exists())
        && sysroot(debian).is_ok_and(|sysroot| library_source(&sysroot).exists())
        && is_new_enough(debian);
    if !complete {
        // An old list of packages offers a compiler that is older than Debian's newest.
        tools::apt_update()?;
        let newest = newest_lld()?;
        tools::apt(
            &["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy", &newest],
            "Debian's Rust, about three minutes",
        )?;
        lld = Some(newest);
        if !is_new_enough(debian) {
            bail!(
                "Debian's compiler is older than Rust {OLDEST}, which this project needs. Put the \
                 release's security updates among apt's sources and run the command again, or \
                 install Rust with rustup."
            );
        }
    }
    let lld = lld.context("apt offers no lld, the linker for wasm")?;
    let sysroot = sysroot(debian)?;
    link_linker(&sysroot, &lld)?;
    // A library that an older compiler made is of no use to a newer one.
    if complete && has_target(debian) {
        return Ok(());
    }
    build_library(&sysroot, &lld)
}

/// The oldest compiler that the workspace takes.
const OLDEST: &str = env!("CARGO_PKG_RUST_VERSION");

fn is_new_enough(toolchain: Toolchain) -> bool {
    let version = |text: &str| -> Option<(u32, u32)> {
        let mut parts = text.split('.').map(|part| part.parse().ok());
        Some((parts.next()??, parts.next()??))
    };
    let said = rustc(toolchain).and_then(|mut rustc| read(rustc.arg("--version")));
    let said = said.ok().and_then(|text| version(text.split_whitespace().nth(1)?));
    said >= version(OLDEST)
}

/// The newest `lld-N` that apt offers, whatever its number is by then.
fn newest_lld() -> Result<String> {
    let offered = read(command("apt-cache").args(["search", "--names-only", "^lld-[0-9]+$"]))?;
    let newest = newest_number(&offered, "lld-");
    newest
        .map(|number| format!("lld-{number}"))
        .context("apt offers no lld, the linker for wasm. Run `apt-get update` and try again.")
}

/// The highest number behind a prefix, among the first words of lines.
fn newest_number(lines: &str, prefix: &str) -> Option<u32> {
    let number = |line: &str| line.split_whitespace().next()?.strip_prefix(prefix)?.parse().ok();
    lines.lines().filter_map(number).max()
}

/// `lld-22` brings `wasm-ld-22`.
fn linker(lld: &str) -> String {
    format!("wasm-{}", lld.replacen("lld", "ld", 1))
}

fn library_source(sysroot: &Path) -> PathBuf {
    sysroot.join("lib/rustlib/src/rust/library/std/Cargo.toml")
}

/// The compiler asks for `rust-lld`; Debian's linker answers to that name as well.
fn link_linker(sysroot: &Path, lld: &str) -> Result<()> {
    let facts = read(rustc(Toolchain::Debian)?.arg("-vV"))?;
    let host = facts
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .context("rustc does not say what its host is")?;
    let folder = sysroot.join("lib/rustlib").join(host).join("bin");
    let link = folder.join("rust-lld");
    if link.exists() {
        return Ok(());
    }
    say::step("Giving the compiler Debian's linker");
    run(as_root("mkdir")?.arg("-p").arg(&folder))?;
    run(as_root("ln")?.arg("-sf").arg(Path::new(DEBIAN_BIN).join(lld)).arg(&link))
}

/// Builds the standard library for the target once and puts it where the compiler looks for it.
fn build_library(sysroot: &Path, lld: &str) -> Result<()> {
    say::step("Building Rust's standard library for the browser (about a minute, once)");
    let home = place::tools()?.join("wasm-standard-library");
    let _ = fs::remove_dir_all(&home);
    fs::create_dir_all(home.join("src"))?;
    fs::write(home.join("src/lib.rs"), "//! Empty: only its standard library is wanted.\n")?;
    fs::write(
        home.join("Cargo.toml"),
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n\
         [lib]\ncrate-type = [\"cdylib\"]\n\n[workspace]\n",
    )?;
    let mut build = Toolchain::Debian.cargo()?;
    build.current_dir(&home);
    build.args(["build", "--quiet", "--release", "--target", TARGET]);
    build.arg("-Zbuild-std=std,panic_abort,test");
    build.env("RUSTC_BOOTSTRAP", "1");
    // Without the bitcode inside, `lto = true` of our release profile fails later.
    build.env("RUSTFLAGS", "-Cembed-bitcode=yes");
    build.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker(lld));
    build.env("CARGO_TARGET_DIR", home.join("target"));
    run(&mut build).context("the standard library for the browser could not be built")?;

    let made = home.join("target").join(TARGET).join("release").join("deps");
    let mut libraries = Vec::new();
    for entry in fs::read_dir(&made)? {
        let file = entry?.path();
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
        let is_library = file.extension().is_some_and(|kind| kind == "rlib");
        if is_library && name.is_some_and(|name| !name.starts_with("libempty")) {
            libraries.push(file);
        }
    }
    // `libstd` goes last: it is what tells a finished copy from a half of one.
    libraries.sort_by_key(|file| file.to_string_lossy().contains("/libstd-"));
    let to = target_libraries(sysroot);
    run(as_root("mkdir")?.arg("-p").arg(&to))?;
    for library in &libraries {
        run(as_root("cp")?.arg(library).arg(&to))?;
    }
    fs::remove_dir_all(&home)?;
    // Cargo does not notice that a standard library was replaced.
    let stale = place::target().join(TARGET);
    if stale.exists() {
        fs::remove_dir_all(stale)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_linker_is_the_highest_number() {
        let offered = "lld-9 - old\nlld-22 - LLVM-based linker\nlld-19 - LLVM-based linker\n";
        assert_eq!(newest_number(offered, "lld-"), Some(22));
        assert_eq!(newest_number("", "lld-"), None);
        assert_eq!(linker("lld-22"), "wasm-ld-22");
    }
}
