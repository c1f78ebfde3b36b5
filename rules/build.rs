//! Writes the digest of the rules' own source into the build, so that a browser and a server can
//! tell at run time whether they decide by the same rules.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// FNV-1a over 64 bits: enough to tell versions apart; nobody is kept out by it.
struct Digest(u64);

impl Digest {
    fn add(&mut self, bytes: impl Iterator<Item = u8>) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            sources(&path, found)?;
        } else if path.extension().is_some_and(|is| is == "rs") {
            found.push(path);
        }
    }
    Ok(())
}

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=src");
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files)?;
    files.sort();
    let mut digest = Digest(0xcbf2_9ce4_8422_2325);
    for file in files {
        digest.add(file.to_string_lossy().bytes());
        // A checkout with other line ends holds the same rules.
        digest.add(fs::read(&file)?.into_iter().filter(|byte| *byte != b'\r'));
    }
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&out).join("digest.txt"), format!("{:016x}", digest.0))
}
