//! Where things lie: the checkout, and the folder of tools that all checkouts share.

use anyhow::{Context, Result};
use std::env;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The root of the checkout. Cargo says at run time which one it is: two checkouts that share a
/// target folder share this program too.
pub fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let said = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let xtask = said.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        xtask.parent().map(Path::to_path_buf).unwrap_or(xtask)
    })
}

/// The finished site, ready to be served by anything.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// Where the commands keep what they remember between runs. Beside `dist/` whatever
/// `CARGO_TARGET_DIR` says, since folders are renamed from here to there and a rename does not
/// cross file systems.
pub fn scratch() -> PathBuf {
    root().join("target").join("xtask")
}

/// Cargo's target folder.
pub fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(dir) if !dir.is_empty() => root().join(dir),
        _ => root().join("target"),
    }
}

/// The folder of tools, one subfolder a tool and version, so that a second clone finds them.
pub fn tools() -> Result<PathBuf> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(dir) = set("SUBSCRIPTION_DESK_TOOLS") {
        return Ok(dir);
    }
    let cache = match set("XDG_CACHE_HOME") {
        Some(dir) => dir,
        None => set("HOME")
            .context("neither HOME nor SUBSCRIPTION_DESK_TOOLS is set: no place for tools")?
            .join(".cache"),
    };
    Ok(cache.join("subscription-desk"))
}
