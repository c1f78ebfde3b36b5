//! Digests: of contents, for names and integrity; of whole trees, to see whether anything changed.

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// SHA-256 in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    digits(&Sha256::digest(bytes))
}

fn digits(digest: &[u8]) -> String {
    digest.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The first sixteen hexadecimal digits, which make a file name unique enough.
pub fn short(bytes: &[u8]) -> String {
    let mut text = hex(bytes);
    text.truncate(16);
    text
}

/// The digest as `fetch` takes it for `integrity`.
pub fn integrity(bytes: &[u8]) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(bytes)))
}

/// Every file below a folder, sorted by path; a file is its own only member, and what does not
/// exist has none.
pub fn files_below(path: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    collect(path, &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(path: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let Ok(facts) = fs::metadata(path) else { return Ok(()) };
    if facts.is_file() {
        found.push(path.to_path_buf());
        return Ok(());
    }
    let entries = fs::read_dir(path).with_context(|| format!("cannot list {}", path.display()))?;
    for entry in entries {
        collect(&entry?.path(), found)?;
    }
    Ok(())
}

/// One digest of the names and contents of files.
pub fn tree(root: &Path, files: &[PathBuf]) -> Result<String> {
    let mut whole = Sha256::new();
    for file in files {
        let bytes = match fs::read(file) {
            Ok(bytes) => bytes,
            // Editors write by replacing: a file may be gone between listing and reading.
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => continue,
            Err(why) => return Err(why).with_context(|| format!("cannot read {}", file.display())),
        };
        let name = file.strip_prefix(root).unwrap_or(file);
        whole.update(name.to_string_lossy().as_bytes());
        whole.update([0]);
        whole.update(bytes.len().to_le_bytes());
        whole.update(&bytes);
    }
    Ok(digits(&whole.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_one_digest() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(hex(b""), empty);
        assert_eq!(short(b""), &empty[..16]);
        assert_eq!(integrity(b""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }
}
