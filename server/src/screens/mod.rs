//! The screens: the built files of a folder, with the headers that let them do only what they need.

#[cfg(feature = "embedded-screens")]
mod embedded;

use crate::serve::Site;
use crate::site::caching::caching;
use crate::site::fallback::{GUESTS, file_of, is_screen};
use crate::site::headers::{Kind, security};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use axum::{Router, middleware};
use std::path::Path;
use std::sync::Arc;
use tower_http::services::{ServeDir, ServeFile};

/// Every kind of address, each in the place of its number.
const KINDS: [Kind; 4] = [Kind::Own, Kind::Public, Kind::Framed, Kind::Frames];

type Headers = Vec<(HeaderName, HeaderValue)>;

/// The security headers of this service, for each kind of address.
#[derive(Debug, Clone)]
pub(crate) struct Security(Arc<[Headers; KINDS.len()]>);

impl Security {
    /// With the frames that are allowed here.
    pub(crate) fn of(site: &Site) -> Self {
        let header = |(name, value): (&'static str, String)| {
            Some((HeaderName::from_static(name), HeaderValue::from_str(&value).ok()?))
        };
        let of = |kind| security(kind, &site.frame_ancestors).into_iter().filter_map(header);
        Self(Arc::new(KINDS.map(|kind| of(kind).collect())))
    }

    /// Puts them on the answer to an address.
    pub(crate) fn put_on(&self, path: &str, headers: &mut HeaderMap) {
        let Some(own) = self.0.get(Kind::of(path) as usize) else { return };
        // Room for these and for the two IDs, made once.
        headers.reserve(own.len() + 2);
        for (name, value) in own {
            headers.insert(name, value.clone());
        }
    }
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
    let mut router = Router::new().fallback_service(files);
    for (address, file) in GUESTS {
        let guest = folder.join(file.trim_start_matches('/'));
        router = router.route_service(address, ServeFile::new(guest).precompressed_br());
    }
    router.layer(middleware::from_fn(cached))
}

/// A file that is not there is missing, and no screen.
async fn cached(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let is_named = file_of(&path) != path || path == "/index.html";
    if is_page && !is_screen(&path) && !is_named {
        return StatusCode::NOT_FOUND.into_response();
    }
    if path.ends_with(".d.ts") {
        // Guessed from its ending it is a film.
        let kind = HeaderValue::from_static("text/plain; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    let caching = HeaderValue::from_static(caching(&path));
    response.headers_mut().insert(header::CACHE_CONTROL, caching);
    response
}
