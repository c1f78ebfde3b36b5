//! Building the site: Trunk, then the finishing, then one rename into `dist/`.
//!
//! Nothing is built when nothing has changed: a digest of everything that goes in is kept beside
//! what came out.

use crate::command::{command, run};
use crate::toolchain::{self, Toolchain};
use crate::tools::{self, BuildTools};
use crate::{digest, finish, panel, place, say, texts};
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Files and folders that decide what the site is.
const INPUTS: &[&str] = &[
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "api",
    "build.rs",
    "index.html",
    "public",
    "rules",
    "src",
    "style",
    "sync",
    "usecases",
    "view-macro",
    "xtask/js",
    "xtask/src/apart.rs",
    "xtask/src/build.rs",
    "server/src/site/fallback.rs",
    "xtask/src/finish.rs",
    "xtask/src/names.rs",
    "xtask/src/order.rs",
    "xtask/src/panel.rs",
    "xtask/src/texts.rs",
];

/// Which of the two sites to build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Small and packed, into `dist/`.
    Release,
    /// Quick to build, into a folder of its own, so that it never passes for a release.
    Dev,
}

impl Kind {
    /// Where the finished site lies.
    pub fn folder(self) -> PathBuf {
        match self {
            Self::Release => place::dist(),
            Self::Dev => place::scratch().join("dev"),
        }
    }

    fn stamp(self) -> PathBuf {
        place::scratch().join(match self {
            Self::Release => "release.built",
            Self::Dev => "dev.built",
        })
    }
}

/// Everything a build needs.
pub struct Builder {
    tools: BuildTools,
    toolchain: Toolchain,
}

impl Builder {
    /// Finds what a build needs, or sets it up.
    pub fn ready() -> Result<Self> {
        ensure_lock()?;
        Ok(Self { toolchain: toolchain::for_wasm(false)?, tools: tools::for_build()? })
    }

    /// Builds if anything has changed; says which it was.
    pub fn build(&self, kind: Kind) -> Result<bool> {
        let wanted = self.fingerprint(kind)?;
        if is_built(kind, &wanted) {
            say::step("The site is built and nothing has changed");
            return Ok(false);
        }
        let started = Instant::now();
        say::step(match kind {
            Kind::Release => "Building the site (the first time usually 3 to 6 minutes, later 1)",
            Kind::Dev => "Building for development (the first time 1 to 3 minutes, later seconds)",
        });
        // Trunk writes into a folder of its own, so that `dist/` is always one whole build.
        let made = place::scratch().join(match kind {
            Kind::Release => "trunk-release",
            Kind::Dev => "trunk-dev",
        });
        if made.exists() {
            fs::remove_dir_all(&made)?;
        }
        fs::create_dir_all(&made)?;
        let mut trunk = command(&self.tools.trunk);
        self.toolchain.apply(&mut trunk, Some(&self.tools.path))?;
        trunk.args(["build", "--offline=true", "--dist"]).arg(&made);
        if kind == Kind::Release {
            trunk.args(["--release=true", "--cargo-profile", "site", "--features", "split"]);
        }
        run(&mut trunk).context("the site could not be built; Trunk's lines above say why")?;
        texts::in_order(&made)?;
        let panel = panel::build(&made, kind, self.toolchain, &self.tools)?;
        match kind {
            Kind::Release => finish::release(&made, &panel, &self.tools)?,
            Kind::Dev => finish::dev(&made, &panel)?,
        }
        put_in_place(&made, &kind.folder())?;
        fs::write(kind.stamp(), stamp(kind, &wanted)?)?;
        say::note(&format!("Built in {}", say::seconds(started.elapsed())));
        Ok(true)
    }

    fn fingerprint(&self, kind: Kind) -> Result<String> {
        let inputs = digest::tree(place::root(), &inputs()?)?;
        let versions = &self.tools.versions;
        Ok(format!("{inputs} {kind:?} {versions} {}", self.toolchain.name()))
    }
}

/// The lock file, made where there is none yet: the version of wasm-bindgen is read from it.
fn ensure_lock() -> Result<()> {
    if place::root().join("Cargo.lock").exists() {
        return Ok(());
    }
    run(command("cargo").arg("generate-lockfile"))
}

/// Every file that decides what the site is. Tests do not.
pub fn inputs() -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for input in INPUTS {
        files.extend(digest::files_below(&place::root().join(input))?);
    }
    let is_test = |file: &PathBuf| {
        let inside = file.strip_prefix(place::root()).unwrap_or(file);
        inside
            .iter()
            .nth(1)
            .is_some_and(|folder| folder == "tests" || folder == "proptest-regressions")
    };
    files.retain(|file| !is_test(file));
    Ok(files)
}

/// Whether the folder holds what the stamp says and the stamp says what is wanted.
fn is_built(kind: Kind, wanted: &str) -> bool {
    let found = fs::read_to_string(kind.stamp());
    found.is_ok_and(|found| stamp(kind, wanted).is_ok_and(|expected| found == expected))
}

/// What went in, and what came out: somebody may have run Trunk by hand in between.
fn stamp(kind: Kind, wanted: &str) -> Result<String> {
    let page = fs::read(kind.folder().join("index.html"))?;
    Ok(format!("{wanted}\n{}\n", digest::hex(&page)))
}

/// Exchanges the old site for the new one by renaming, so that no moment shows half of each.
fn put_in_place(made: &Path, folder: &Path) -> Result<()> {
    ensure!(made.join("index.html").exists(), "Trunk left no index.html");
    let old = place::scratch().join("old");
    let _ = fs::remove_dir_all(&old);
    if folder.exists() {
        fs::rename(folder, &old)?;
    }
    fs::rename(made, folder)
        .with_context(|| format!("cannot put the site into {}", folder.display()))?;
    let _ = fs::remove_dir_all(&old);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::INPUTS;
    use crate::place;
    use std::fs;

    /// A change to a package that the screens are made of is a change to the site.
    #[test]
    fn every_package_of_the_screens_is_an_input() {
        let text = fs::read_to_string(place::root().join("Cargo.toml")).unwrap();
        // `subscription-rules = { path = "rules" }` among all, `subscription-rules.workspace = true`
        // among those of the screens.
        let path = |line: &str| {
            let (name, rest) = line.split_once(" = { path = \"")?;
            let used = text.contains(&format!("\n{name}.workspace = true"));
            Some(rest.split('"').next()?.to_owned()).filter(|_| used)
        };
        let folders: Vec<String> = text.lines().filter_map(path).collect();
        assert!(folders.len() > 3, "{folders:?}");
        for folder in folders {
            assert!(INPUTS.contains(&folder.as_str()), "{folder} is missing");
        }
    }
}
