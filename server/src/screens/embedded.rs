//! The screens inside the program (feature `embedded-screens`): what lay in `dist/` when it was
//! built, packed as it was there.

use crate::site::fallback::{file_of, is_screen};
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use axum::response::IntoResponse;
use include_dir::{Dir, File, include_dir};

static SITE: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../dist");

/// The types of what the screens are made of.
const KINDS: &[(&str, &str)] = &[
    ("css", "text/css"),
    ("html", "text/html; charset=utf-8"),
    ("js", "text/javascript"),
    ("json", "application/json"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("ts", "text/plain; charset=utf-8"),
    ("wasm", "application/wasm"),
    ("webmanifest", "application/manifest+json"),
];

fn kind(name: &str) -> &'static str {
    let ending = name.rsplit('.').next().unwrap_or_default();
    let found = KINDS.iter().find(|(of, _)| *of == ending);
    found.map_or("application/octet-stream", |(_, kind)| kind)
}

/// The file of a path; an address of a screen has the page, whatever the screen.
fn file(path: &str) -> Option<&'static File<'static>> {
    let name = file_of(path).trim_start_matches('/');
    let page = || if is_screen(path) { SITE.get_file("index.html") } else { None };
    SITE.get_file(name).or_else(page)
}

fn takes_brotli(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|all| {
        all.split(',').any(|one| one.split(';').next().unwrap_or_default().trim() == "br")
    })
}

fn answer(path: &str, headers: &HeaderMap) -> Response<Body> {
    let Some(file) = file(path) else { return StatusCode::NOT_FOUND.into_response() };
    let name = file.path().to_str().unwrap_or_default();
    let packed = SITE.get_file(format!("{name}.br")).filter(|_| takes_brotli(headers));
    let mut response = Response::new(Body::from(packed.unwrap_or(file).contents()));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(name)));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if packed.is_some() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    response
}

/// Answers from what is inside.
pub(super) async fn serve(request: Request) -> Response<Body> {
    match *request.method() {
        Method::GET => answer(request.uri().path(), request.headers()),
        Method::HEAD => {
            let mut response = answer(request.uri().path(), request.headers());
            *response.body_mut() = Body::empty();
            response
        }
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(accept: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(accept))])
    }

    #[test]
    fn screens_have_the_page_and_missing_files_are_missing() {
        for path in ["/", "/customers/x", "/index.html"] {
            let found = answer(path, &HeaderMap::new());
            assert_eq!(found.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8", "{path}");
        }
        for path in ["/missing.js", "/v1/x", "/healthz", "/../Cargo.toml"] {
            assert_eq!(answer(path, &HeaderMap::new()).status(), StatusCode::NOT_FOUND, "{path}");
        }
    }

    #[test]
    fn what_was_packed_goes_out_packed_to_whoever_takes_it() {
        let packed = answer("/catalogue.json", &headers("gzip, br;q=1"));
        assert_eq!(packed.headers()[header::CONTENT_ENCODING], "br");
        assert_eq!(packed.headers()[header::CONTENT_TYPE], "application/json");
        let plain = answer("/catalogue.json", &headers("gzip"));
        assert!(plain.headers().get(header::CONTENT_ENCODING).is_none());
    }
}
