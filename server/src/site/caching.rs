//! How long a browser may keep a file of the site.

/// How long a copy may be kept: a name with a digest in it never changes its content, every other
/// file is asked for again.
pub fn caching(name: &str) -> &'static str {
    if is_hashed(name) { "public, max-age=31536000, immutable" } else { "no-cache" }
}

/// Whether a name carries the digest of its content: `desk-0123456789abcdef.wasm`.
pub fn is_hashed(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or_default();
    let stem = file.split('.').next().unwrap_or_default();
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    let digits = stem.rsplit_once('-').map_or("", |(_, digits)| digits);
    digits.len() == 16 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_digest_are_kept_for_good() {
        assert!(is_hashed("subscription-desk-0123456789abcdef_bg.wasm"));
        assert!(is_hashed("main-fedcba9876543210.css"));
        assert!(!is_hashed("index.html") && !is_hashed("sw.js") && !is_hashed("a-b.js"));
        assert!(!is_hashed("desk-0123456789abcdeg.js") && !is_hashed("icon-192.png"));
    }
}
