//! The screens: the built files of a folder, with the headers that let them do only what they need.

use crate::site::caching::caching;
use crate::site::fallback::is_screen;
use crate::site::headers::SECURITY;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use axum::{Router, middleware};
use std::path::Path;
use tower_http::services::{ServeDir, ServeFile};

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

/// A file that is not there is missing, and no screen.
async fn cached(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page && !is_screen(&path) && path != "/index.html" {
        return StatusCode::NOT_FOUND.into_response();
    }
    let caching = HeaderValue::from_static(caching(&path));
    response.headers_mut().insert(header::CACHE_CONTROL, caching);
    response
}
