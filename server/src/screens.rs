//! The screens: the built files of a folder, with the headers that let them do only what they need.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use axum::{Router, middleware};
use std::path::Path;
use tower_http::services::{ServeDir, ServeFile};

/// What the page may load and do. Only our own files, no inline script or style, WebAssembly but
/// no `eval`, and HTML from strings only through the one policy that `boot.js` installs.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; \
    script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types default";

const SECURITY: &[(&str, &str)] = &[
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    (
        "permissions-policy",
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-frame-options", "DENY"),
];

/// Puts the security headers on every answer, those of the API too.
pub(crate) async fn secured(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in SECURITY {
        let name = HeaderName::from_static(name);
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Says how to build the screens, while they are not there.
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><title>Subscription Desk</title>\
    <h1>The screens are not built</h1><p>The API works, at <code>/v1</code>. Build the screens with \
    <code>cargo xtask build</code> and start again, or name their folder with \
    <code>--screens</code>.</p></html>";

/// The files of the folder; an address of a screen gets the page, whatever the screen.
pub(crate) fn screens<S: Clone + Send + Sync + 'static>(folder: &Path) -> Router<S> {
    let page = folder.join("index.html");
    if !page.is_file() {
        return Router::new().fallback(async || (StatusCode::NOT_FOUND, Html(NOT_BUILT)));
    }
    let page = ServeFile::new(page).precompressed_br();
    let files = ServeDir::new(folder).precompressed_br().fallback(page);
    Router::new().fallback_service(files).layer(middleware::from_fn(cached))
}

/// A name with a hash never changes what it stands for; everything else is asked for again. A file
/// that is not there is missing, and no screen.
async fn cached(request: Request, next: Next) -> Response {
    let name = last(request.uri()).to_owned();
    let response = next.run(request).await;
    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if name.contains('.') && !name.to_ascii_lowercase().ends_with(".html") && is_page {
        return StatusCode::NOT_FOUND.into_response();
    }
    let mut response = response;
    let value = if is_hashed(&name) { "public, max-age=31536000, immutable" } else { "no-cache" };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
    response
}

fn last(uri: &Uri) -> &str {
    uri.path().rsplit('/').next().unwrap_or_default()
}

/// Whether a file is named as the build names what it hashes: `name-0123456789abcdef.ext`.
fn is_hashed(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    let hash = stem.rsplit('-').next().unwrap_or_default();
    hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_are_kept_for_good() {
        assert!(is_hashed("subscription-desk-0123456789abcdef_bg.wasm"));
        assert!(is_hashed("main-fedcba9876543210.css"));
        assert!(!is_hashed("index.html") && !is_hashed("sw.js") && !is_hashed("a-b.js"));
    }
}
