//! The screens: the built files of a folder, with the headers that let them do only what they need.

#[cfg(feature = "embedded-screens")]
mod embedded;

use crate::serve::Site;
use crate::site::caching::caching;
use crate::site::fallback::is_screen;
use crate::site::headers::SECURITY;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use axum::{Router, middleware};
use std::path::Path;
use std::sync::Arc;
use tower_http::services::{ServeDir, ServeFile};

/// The directive that says who may show the page in a frame.
const FRAME_ANCESTORS: &str = "frame-ancestors";

/// The security headers of this service.
#[derive(Debug, Clone)]
pub(crate) struct Security(Arc<[(HeaderName, HeaderValue)]>);

impl Security {
    /// Those of every site, with the frames that are allowed here.
    pub(crate) fn of(site: &Site) -> Self {
        let framed = !site.frame_ancestors.is_empty();
        let headers = SECURITY.iter().filter_map(|(name, value)| {
            let value = match *name {
                // It can name no other site, and the policy says the same to every browser.
                "x-frame-options" if framed => return None,
                "content-security-policy" if framed => {
                    let ancestors = format!("{FRAME_ANCESTORS} {}", site.frame_ancestors.join(" "));
                    value.replace(&format!("{FRAME_ANCESTORS} 'none'"), &ancestors)
                }
                _ => (*value).to_owned(),
            };
            Some((HeaderName::from_static(name), HeaderValue::from_str(&value).ok()?))
        });
        Self(headers.collect())
    }
}

/// Puts the security headers on every answer, those of the API too.
pub(crate) async fn secured(
    State(Security(headers)): State<Security>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in headers.iter() {
        response.headers_mut().insert(name.clone(), value.clone());
    }
    response
}

/// Says how to build the screens, while they are not there.
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><title>Subscription Desk</title>\
    <h1>The screens are not built</h1><p>The API works, at <code>/v1</code>. Build the screens with \
    <code>cargo xtask build</code> and start again, or name their folder with \
    <code>--screens</code>.</p></html>";

/// The files of the folder, or those inside the program where it has some and no such folder is
/// there; an address of a screen gets the page, whatever the screen.
pub(crate) fn screens<S: Clone + Send + Sync + 'static>(folder: &Path) -> Router<S> {
    let page = folder.join("index.html");
    #[cfg(feature = "embedded-screens")]
    if !page.is_file() {
        return Router::new().fallback(embedded::serve).layer(middleware::from_fn(cached));
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn header(security: &Security, name: &str) -> Option<String> {
        let found = security.0.iter().find(|(of, _)| of == name);
        found.and_then(|(_, value)| value.to_str().ok().map(str::to_owned))
    }

    #[test]
    fn nobody_frames_the_desk_but_who_is_listed() {
        let closed = Security::of(&Site::default());
        assert_eq!(header(&closed, "x-frame-options").as_deref(), Some("DENY"));
        let policy = header(&closed, "content-security-policy").unwrap();
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");

        let ancestors = ["https://a.example", "https://b.example"].map(str::to_owned).to_vec();
        let open = Security::of(&Site { frame_ancestors: ancestors, ..Site::default() });
        assert_eq!(header(&open, "x-frame-options"), None);
        let policy = header(&open, "content-security-policy").unwrap();
        assert!(
            policy.contains("frame-ancestors https://a.example https://b.example;"),
            "{policy}"
        );
    }
}
