//! Which addresses are screens of the app, answered by `index.html`, and which never are.
//!
//! The server and the service worker ask the same list: it is written into the worker when the
//! site is finished.

/// Beginnings of addresses that belong to something else: the API, the server's own pages, and
/// the pages on which the desk is a guest.
pub const NOT_SCREENS: &[&str] = &[
    "/v1",
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
    "/docs",
    "/sign-in",
    "/sign-out",
    "/config.json",
    "/embed",
    "/portal",
];

/// The pages on which the desk is a guest: their addresses and their files.
pub const GUESTS: &[(&str, &str)] = &[
    ("/embed", "/embed.html"),
    ("/embed/", "/embed.html"),
    ("/portal", "/portal/index.html"),
    ("/portal/", "/portal/index.html"),
];

/// The file that answers a path: its own, unless it is the address of such a page.
pub fn file_of(path: &str) -> &str {
    GUESTS.iter().find(|(address, _)| *address == path).map_or(path, |(_, file)| file)
}

/// Whether a path is answered by the app's page when no file has that name. A last segment with a
/// dot names a file, and a file that is missing must be missed, not answered by a page.
pub fn is_screen(path: &str) -> bool {
    let is_below = |beginning: &&str| {
        path.strip_prefix(*beginning).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let last = path.rsplit('/').next().unwrap_or_default();
    !NOT_SCREENS.iter().any(is_below) && !last.contains('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_where_the_desk_is_a_guest() {
        assert_eq!(file_of("/embed"), "/embed.html");
        assert_eq!(file_of("/portal/"), "/portal/index.html");
        assert_eq!(file_of("/portal/portal.css"), "/portal/portal.css");
        assert_eq!(file_of("/customers"), "/customers");
    }

    #[test]
    fn screens_and_others() {
        for path in ["/", "/customers", "/customers/c-1/subscriptions/new", "/v1x", "/portals"] {
            assert!(is_screen(path), "{path} is a screen");
        }
        for path in [
            "/v1",
            "/v1/customers",
            "/healthz",
            "/readyz",
            "/metrics",
            "/openapi.json",
            "/docs",
            "/sign-in",
            "/sign-in/done",
            "/sign-out",
            "/config.json",
            "/embed/panel",
            "/portal",
            "/lang/fr.json",
            "/favicon.ico",
            "/customers/style.css",
        ] {
            assert!(!is_screen(path), "{path} is no screen");
        }
    }
}
