//! Other programs, started with an environment that says the same on every machine.
//!
//! What the caller's shell, cargo itself or another tool left behind (flags, profiles, colours,
//! test settings) would change what is built or tested, or build everything twice; it is taken out
//! before any child starts. What says where to find things (proxies, registries, `CARGO_HOME`,
//! `CARGO_TARGET_DIR`, the chosen toolchain) stays.

use crate::{place, say};
use anyhow::{Context, Result, bail};
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A program to start from the checkout's root, in the cleaned environment.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(place::root());
    for (name, value) in env::vars_os() {
        if name == "LD_LIBRARY_PATH" {
            match without_cargos_folders(&value) {
                Some(rest) => command.env(name, rest),
                None => command.env_remove(name),
            };
        } else if name.to_str().is_some_and(is_left_behind) {
            command.env_remove(name);
        }
    }
    command
}

/// Whether a variable would change what a child does without anyone having asked for it here.
fn is_left_behind(name: &str) -> bool {
    const EXACT: &[&str] = &[
        "BASE_URL",
        "CARGO",
        "CARGO_BUILD_RUSTFLAGS",
        "CARGO_BUILD_TARGET",
        "CARGO_ENCODED_RUSTFLAGS",
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_PATH",
        "CLIPPY_ARGS",
        "DEBUG",
        "FORCE_COLOR",
        "NODE_OPTIONS",
        // Trunk reads it as a yes or no and stops at `1`.
        "NO_COLOR",
        "PWDEBUG",
        "RUSTC",
        "RUSTC_BOOTSTRAP",
        "RUSTC_WORKSPACE_WRAPPER",
        "RUSTDOCFLAGS",
        "RUSTFLAGS",
        "RUST_BACKTRACE",
        "RUST_LOG",
        "RUST_TEST_THREADS",
    ];
    const BEGINNINGS: &[&str] = &[
        "CARGO_BIN_",
        "CARGO_PKG_",
        "CARGO_PROFILE_",
        "CARGO_UNSTABLE_",
        "PLAYWRIGHT_",
        "PROPTEST_",
        "TRUNK_",
    ];
    let for_a_target = name.starts_with("CARGO_TARGET_")
        && (name.ends_with("_RUSTFLAGS") || name.ends_with("_RUNNER"));
    EXACT.contains(&name) || BEGINNINGS.iter().any(|b| name.starts_with(b)) || for_a_target
}

/// The library path without what `cargo run` put in front of it.
fn without_cargos_folders(path: &OsStr) -> Option<OsString> {
    let cargos = |folder: &Path| {
        let folder = folder.to_string_lossy();
        folder.contains("/rustup/") || folder.contains("/.rustup/") || folder.contains("/debug")
    };
    let rest: Vec<PathBuf> = env::split_paths(path).filter(|folder| !cargos(folder)).collect();
    if rest.is_empty() { None } else { env::join_paths(rest).ok() }
}

/// The words of a command as one would type them.
pub fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// Runs a program whose output a person may watch.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start `{}`", shown(command)))?;
    succeeded(status, command)
}

/// Runs a program and hands back what it printed.
pub fn read(command: &mut Command) -> Result<String> {
    let done = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start `{}`", shown(command)))?;
    if !done.status.success() {
        let said = String::from_utf8_lossy(&done.stderr);
        bail!("`{}` ended with {}\n{}", shown(command), done.status, said.trim_end());
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

/// What a watched program did.
pub struct Watched {
    /// How it ended.
    pub status: ExitStatus,
    /// All it printed, both streams in the order they came.
    pub output: String,
}

/// Runs a program with its output kept in a file, and says once a minute that it is still going,
/// so that neither a person nor a CI service takes a long build for a dead one.
pub fn watch(command: &mut Command, log: &Path) -> Result<Watched> {
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = File::options().create(true).truncate(true).read(true).write(true).open(log)?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file.try_clone()?)
        .spawn()
        .with_context(|| format!("cannot start `{}`", shown(command)))?;
    let started = Instant::now();
    let mut next_word = Duration::from_mins(1);
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if started.elapsed() >= next_word {
            next_word += Duration::from_mins(1);
            let so_far = fs::read(log).unwrap_or_default();
            let text = String::from_utf8_lossy(&so_far);
            let last = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
            let short: String = last.trim().chars().take(90).collect();
            say::note(&format!("… {} so far: {short}", say::seconds(started.elapsed())));
        }
        sleep(Duration::from_millis(100));
    };
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.read_to_end(&mut bytes)?;
    Ok(Watched { status, output: String::from_utf8_lossy(&bytes).into_owned() })
}

fn succeeded(status: ExitStatus, command: &Command) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    bail!("`{}` ended with {status}", shown(command))
}

/// The program of this name on PATH.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|file| is_program(file))
}

/// Whether a file is there to be started.
pub fn is_program(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|facts| {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            facts.is_file() && facts.permissions().mode() & 0o111 != 0
        }
        #[cfg(not(unix))]
        facts.is_file()
    })
}

/// PATH with folders put in front of it.
pub fn path_with(first: &[PathBuf]) -> Result<OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = first.iter().cloned().chain(env::split_paths(&path));
    env::join_paths(folders).context("a folder of tools has a name that PATH cannot hold")
}

/// A program that needs the rights of an administrator: as it is for root, by sudo for others.
pub fn as_root(program: &str) -> Result<Command> {
    let user = read(command("id").arg("-u")).unwrap_or_default();
    if user.trim() == "0" {
        return Ok(command(program));
    }
    if find("sudo").is_none() {
        bail!("`{program}` needs the rights of an administrator, and there is no sudo");
    }
    let mut sudo = command("sudo");
    sudo.arg(program);
    Ok(sudo)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_a_build_is_left_behind() {
        for name in [
            "RUSTFLAGS",
            "NO_COLOR",
            "CARGO_PROFILE_RELEASE_LTO",
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
            "TRUNK_BUILD_DIST",
            "PROPTEST_CASES",
        ] {
            assert!(is_left_behind(name), "{name} goes");
        }
    }

    #[test]
    fn what_says_where_things_are_stays() {
        for name in ["PATH", "HOME", "CARGO_HOME", "CARGO_TARGET_DIR", "HTTPS_PROXY"] {
            assert!(!is_left_behind(name), "{name} stays");
        }
        for name in ["RECORDED_DIR", "RUSTUP_TOOLCHAIN", "CARGO_TARGET_X86_64_PC_LINUX_GNU_LINKER"]
        {
            assert!(!is_left_behind(name), "{name} stays");
        }
    }

    #[test]
    fn cargos_own_library_folders_go() {
        let path = OsString::from("/x/target/debug/deps:/opt/lib:/x/.rustup/toolchains/a/lib");
        assert_eq!(without_cargos_folders(&path), Some(OsString::from("/opt/lib")));
        assert_eq!(without_cargos_folders(OsStr::new("/x/target/debug")), None);
    }
}
