//! The finished site in memory, and the answer to each request for a part of it.
//!
//! All files are read at once, so that every answer comes from one build even while the next one
//! replaces it on disk.

use crate::caching::caching;
use crate::digest;
use crate::fallback::{file_of, is_screen};
use anyhow::{Context, Result, ensure};
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// The list of strings that may become HTML, see `public/boot.js`.
pub const TEMPLATES: &str = "trusted-templates.js";

/// A list that lets every string pass and names it on the console, for `cargo xtask templates`.
/// It exists in this test tool only; no build contains it.
const LOGGING_TEMPLATES: &str = "const seen = new Set();\n\
    export const TEMPLATES = {\n  has(html) {\n    if (!seen.has(html)) {\n      seen.add(html);\n      \
    console.debug(`desk-template ${JSON.stringify(html)}`);\n    }\n    return true;\n  },\n};\n";

/// In place of the service worker while developing: an earlier release on the same address left
/// one behind that would go on serving that release.
const NO_WORKER: &str = "// Takes the place of a release's worker and removes it.\n\
    addEventListener('install', () => skipWaiting());\n\
    addEventListener('activate', (event) => event.waitUntil((async () => {\n  \
    for (const name of await caches.keys()) await caches.delete(name);\n  \
    await registration.unregister();\n  \
    for (const page of await clients.matchAll()) page.navigate(page.url);\n})()));\n";

/// What differs from a plain release.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mode {
    /// Serve no service worker, and remove one that is there.
    pub dev: bool,
    /// Name every string that becomes HTML instead of refusing the unlisted.
    pub log_templates: bool,
}

/// One file, in each form it can be sent.
struct File {
    plain: Arc<[u8]>,
    br: Option<Arc<[u8]>>,
    gz: Option<Arc<[u8]>>,
    kind: &'static str,
    tag: String,
    caching: &'static str,
}

/// All files of a build.
pub struct Site {
    files: HashMap<String, File>,
}

/// The parts of a request that the answer depends on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ask<'a> {
    /// The path of the address, as sent.
    pub path: &'a str,
    /// The header `Accept-Encoding`.
    pub accept_encoding: &'a str,
    /// The header `If-None-Match`.
    pub if_none_match: &'a str,
}

/// What to send.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Headers, the security headers aside.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Arc<[u8]>,
}

impl Site {
    /// Reads a finished site.
    pub fn load(dist: &Path, mode: Mode) -> Result<Self> {
        let mut files = HashMap::new();
        for path in digest::files_below(dist)? {
            let form = path.extension().and_then(|form| form.to_str()).unwrap_or_default();
            if matches!(form, "br" | "gz") {
                continue;
            }
            let name = path.strip_prefix(dist)?.to_string_lossy().replace('\\', "/");
            let plain =
                fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let form = |ending: &str| -> Option<Arc<[u8]>> {
                let mut with_ending = path.clone().into_os_string();
                with_ending.push(ending);
                fs::read(with_ending).ok().map(Arc::from)
            };
            let file = File::new(&name, plain, form(".br"), form(".gz"));
            files.insert(format!("/{name}"), file);
        }
        ensure!(files.contains_key("/index.html"), "{} holds no site", dist.display());
        let mut replace = |name: &str, text: &str| {
            files.insert(format!("/{name}"), File::new(name, text.into(), None, None));
        };
        if mode.log_templates {
            replace(TEMPLATES, LOGGING_TEMPLATES);
        }
        if mode.dev {
            replace("sw.js", NO_WORKER);
        }
        Ok(Self { files })
    }

    /// The answer to a GET or HEAD.
    pub fn answer(&self, ask: Ask) -> Answer {
        let file = self
            .files
            .get(file_of(ask.path))
            .or_else(|| is_screen(ask.path).then(|| self.files.get("/index.html")).flatten());
        match file {
            Some(file) => file.answer(ask),
            None => Answer {
                status: 404,
                headers: vec![
                    ("content-type", "text/plain; charset=utf-8".to_owned()),
                    ("cache-control", "no-store".to_owned()),
                ],
                body: Arc::from(&b"Not found\n"[..]),
            },
        }
    }
}

impl File {
    fn new(name: &str, plain: Vec<u8>, br: Option<Arc<[u8]>>, gz: Option<Arc<[u8]>>) -> Self {
        Self {
            tag: digest::short(&plain),
            kind: kind(name),
            caching: caching(name),
            plain: plain.into(),
            br,
            gz,
        }
    }

    fn answer(&self, ask: Ask) -> Answer {
        let encoding = encoding(ask.accept_encoding, self.br.is_some(), self.gz.is_some());
        let (body, coding) = match (encoding, &self.br, &self.gz) {
            (Encoding::Br, Some(br), _) => (br, Some("br")),
            (Encoding::Gzip, _, Some(gz)) => (gz, Some("gzip")),
            _ => (&self.plain, None),
        };
        // Each form is another sequence of bytes, so each has a tag of its own.
        let tag =
            format!("\"{}{}\"", self.tag, coding.map(|c| format!("-{c}")).unwrap_or_default());
        let mut headers = vec![
            ("cache-control", self.caching.to_owned()),
            ("etag", tag.clone()),
            ("vary", "accept-encoding".to_owned()),
        ];
        if names_tag(ask.if_none_match, &tag) {
            return Answer { status: 304, headers, body: Arc::from(&b""[..]) };
        }
        headers.push(("content-type", self.kind.to_owned()));
        if let Some(coding) = coding {
            headers.push(("content-encoding", coding.to_owned()));
        }
        Answer { status: 200, headers, body: Arc::clone(body) }
    }
}

/// The media type by the name's ending.
fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        // Without exactly this, browsers refuse to compile while the file arrives.
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" | "ts" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// How a body is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Br,
    Gzip,
    Plain,
}

/// The smallest form that the client takes.
fn encoding(accepted: &str, br: bool, gz: bool) -> Encoding {
    let takes = |coding: &str| {
        let weight = |wanted: &str| accepted.split(',').find_map(|part| weighed(part, wanted));
        weight(coding).or_else(|| weight("*")).unwrap_or_default() > 0.0
    };
    if br && takes("br") {
        Encoding::Br
    } else if gz && takes("gzip") {
        Encoding::Gzip
    } else {
        Encoding::Plain
    }
}

/// The weight that one part of `Accept-Encoding` gives to a coding.
fn weighed(part: &str, coding: &str) -> Option<f32> {
    let mut words = part.split(';').map(str::trim);
    if !words.next()?.eq_ignore_ascii_case(coding) {
        return None;
    }
    let q = words.find_map(|word| word.strip_prefix("q=").or_else(|| word.strip_prefix("Q=")));
    Some(q.map_or(1.0, |q| q.parse().unwrap_or(0.0)))
}

/// Whether `If-None-Match` names the tag. A weak tag counts: for a GET only equality of meaning
/// matters.
fn names_tag(header: &str, tag: &str) -> bool {
    let same = |named: &str| named == "*" || named.trim_start_matches("W/") == tag;
    !header.is_empty() && header.split(',').map(str::trim).any(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> Site {
        let packed = |text: &str| Some(Arc::from(text.as_bytes()));
        let file = |name: &str| {
            (format!("/{name}"), File::new(name, name.into(), packed("br"), packed("gz")))
        };
        Site {
            files: ["index.html", "desk-0123456789abcdef.wasm", "lang/en.json"].map(file).into(),
        }
    }

    fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
        answer.headers.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_str())
    }

    #[test]
    fn the_smallest_accepted_form_is_sent() {
        let cases = [
            ("gzip, deflate, br, zstd", Encoding::Br),
            ("gzip", Encoding::Gzip),
            ("br;q=0, gzip;q=0.5", Encoding::Gzip),
            ("*", Encoding::Br),
            ("*;q=0", Encoding::Plain),
            ("br;q=0, *", Encoding::Gzip),
            ("BR", Encoding::Br),
            ("brotli", Encoding::Plain),
            ("", Encoding::Plain),
        ];
        for (accepted, expected) in cases {
            assert_eq!(encoding(accepted, true, true), expected, "{accepted:?}");
        }
        assert_eq!(encoding("br, gzip", false, true), Encoding::Gzip);
        assert_eq!(encoding("br, gzip", false, false), Encoding::Plain);
    }

    #[test]
    fn screens_get_the_page_and_files_do_not() {
        let site = site();
        let ask = |path| site.answer(Ask { path, ..Ask::default() });
        assert_eq!(&*ask("/customers/c-1").body, b"index.html");
        assert_eq!(&*ask("/").body, b"index.html");
        assert_eq!(ask("/lang/xx.json").status, 404);
        assert_eq!(ask("/config.json").status, 404);
        assert_eq!(ask("/v1/customers").status, 404);
        assert_eq!(ask("/../Cargo.toml").status, 404);
    }

    #[test]
    fn only_hashed_names_are_kept_for_good() {
        let site = site();
        let caching = |path| {
            let answer = site.answer(Ask { path, ..Ask::default() });
            header(&answer, "cache-control").map(str::to_owned)
        };
        assert_eq!(caching("/index.html").as_deref(), Some("no-cache"));
        assert_eq!(caching("/lang/en.json").as_deref(), Some("no-cache"));
        let wasm = caching("/desk-0123456789abcdef.wasm");
        assert!(wasm.is_some_and(|value| value.contains("immutable")));
    }

    #[test]
    fn a_known_form_is_not_sent_again() {
        let site = site();
        let ask = |accept_encoding, if_none_match| {
            site.answer(Ask { path: "/", accept_encoding, if_none_match })
        };
        let first = ask("br", "");
        let tag = header(&first, "etag").unwrap().to_owned();
        assert_eq!(ask("br", &tag).status, 304);
        let among_others = format!("\"x\", W/{tag}");
        assert_eq!(ask("br", &among_others).status, 304);
        assert_eq!(ask("gzip", &tag).status, 200, "another form has another tag");
        assert!(ask("br", &tag).body.is_empty());
    }

    #[test]
    fn wasm_has_its_own_media_type() {
        assert_eq!(kind("desk-0123456789abcdef.wasm"), "application/wasm");
        assert_eq!(kind("manifest.webmanifest"), "application/manifest+json");
    }
}
