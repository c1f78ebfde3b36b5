//! The security headers, on every answer from the first day, so that nothing grows that they
//! forbid. Most answers have the same ones; what a page that is not ours may load or frame says so.

/// What a page may load and do. Only our own files, no inline script or style, WebAssembly but
/// no `eval`, and HTML from strings only through the one policy that `boot.js` installs.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; \
    script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; \
    base-uri 'none'; form-action 'none'; \
    require-trusted-types-for 'script'; trusted-types default";

/// The header that says what a page may load, frame and be framed by.
pub const POLICY: &str = "content-security-policy";

const PERMISSIONS_POLICY: &str = "accelerometer=(), autoplay=(), camera=(), display-capture=(), \
    encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), \
    microphone=(), midi=(), payment=(), publickey-credentials-get=(), screen-wake-lock=(), \
    serial=(), usb=(), xr-spatial-tracking=()";

/// The headers that every answer has.
const EVERY: [(&str, &str); 4] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("permissions-policy", PERMISSIONS_POLICY),
    ("cross-origin-opener-policy", "same-origin"),
];

/// What the panel is made of, beside what the app has too: files that any page may load, since
/// they are the same for everybody and say nothing of anybody.
const PUBLIC: [&str; 6] =
    ["/embed.js", "/embed-frame.js", "/panel-", "/lang/", "/catalogue.json", "/prices.json"];

/// What an address is, as far as its headers differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A page or an answer of ours.
    Own,
    /// What other sites' pages may load.
    Public,
    /// The page that stands in a frame of somebody else's.
    Framed,
    /// The page for trying the panel, which frames it too.
    Frames,
}

impl Kind {
    /// Of a path.
    pub fn of(path: &str) -> Self {
        let is_at = |beginning| {
            path.strip_prefix(beginning)
                .is_some_and(|rest: &str| rest.is_empty() || rest.starts_with('/'))
        };
        if is_at("/embed") {
            Self::Framed
        } else if is_at("/portal") {
            Self::Frames
        } else if PUBLIC.iter().any(|beginning| path.starts_with(beginning)) {
            Self::Public
        } else {
            Self::Own
        }
    }
}

/// Names and values for an answer; `ancestors` are the sites that may show the panel in a frame.
/// Nobody may show our own pages in one.
pub fn security(kind: Kind, ancestors: &[String]) -> Vec<(&'static str, String)> {
    let mut framing = Vec::new();
    if kind == Kind::Framed {
        // The page for trying the panel is ours.
        framing.push("'self'");
        framing.extend(ancestors.iter().map(String::as_str));
    }
    let mut headers: Vec<_> = EVERY.map(|(name, value)| (name, value.to_owned())).into();
    let mut policy = CONTENT_SECURITY_POLICY.to_owned();
    if kind == Kind::Frames {
        policy += "; frame-src 'self'";
    }
    policy += "; frame-ancestors ";
    policy += &if framing.is_empty() { "'none'".to_owned() } else { framing.join(" ") };
    headers.push((POLICY, policy));
    // The old header can name no other site; where there are some, the policy says it to every
    // browser of today.
    if framing.is_empty() {
        headers.push(("x-frame-options", "DENY".to_owned()));
    }
    let resources = if kind == Kind::Public {
        headers.push(("access-control-allow-origin", "*".to_owned()));
        "cross-origin"
    } else {
        "same-origin"
    };
    headers.push(("cross-origin-resource-policy", resources.to_owned()));
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(path: &str, ancestors: &[&str], name: &str) -> Option<String> {
        let ancestors: Vec<String> = ancestors.iter().map(|&one| one.to_owned()).collect();
        security(Kind::of(path), &ancestors)
            .into_iter()
            .find(|(of, _)| *of == name)
            .map(|(_, value)| value)
    }

    #[test]
    fn the_policy_allows_nothing_inline() {
        for path in ["/", "/embed", "/portal/"] {
            let policy = header(path, &[], POLICY).unwrap();
            assert!(!policy.contains("unsafe-inline"));
            assert!(!policy.contains("'unsafe-eval'"));
            assert!(!policy.contains("  "), "one space between words");
        }
    }

    #[test]
    fn nobody_frames_our_own_pages() {
        for listed in [&[][..], &["https://a.example"]] {
            for path in ["/", "/customers", "/v1/me", "/sign-in", "/portal/", "/embed.js"] {
                assert_eq!(header(path, listed, "x-frame-options").as_deref(), Some("DENY"));
                assert!(header(path, listed, POLICY).unwrap().contains("frame-ancestors 'none'"));
            }
        }
    }

    #[test]
    fn the_page_for_frames_stands_in_ours_and_in_those_that_are_listed() {
        let policy = header("/embed", &[], POLICY).unwrap();
        assert!(policy.ends_with("frame-ancestors 'self'"), "{policy}");
        let listed = ["https://a.example", "https://b.example"];
        let policy = header("/embed", &listed, POLICY).unwrap();
        let expected = "frame-ancestors 'self' https://a.example https://b.example";
        assert!(policy.ends_with(expected), "{policy}");
        assert_eq!(header("/embed", &listed, "x-frame-options"), None);
        assert!(header("/embedded", &[], POLICY).unwrap().contains("frame-ancestors 'none'"));
        assert!(header("/portal/", &[], POLICY).unwrap().contains("frame-src 'self'"));
        assert!(!header("/", &[], POLICY).unwrap().contains("frame-src"));
    }

    #[test]
    fn other_pages_may_load_what_the_panel_is_made_of_and_nothing_else() {
        for path in ["/embed.js", "/embed-frame.js", "/panel-0.wasm", "/lang/it.json"] {
            assert_eq!(header(path, &[], "access-control-allow-origin").as_deref(), Some("*"));
        }
        for path in ["/", "/embed", "/v1/me", "/v1/customers", "/config.json", "/desk-0.wasm"] {
            assert_eq!(header(path, &[], "access-control-allow-origin"), None, "{path}");
            let policy = header(path, &[], "cross-origin-resource-policy");
            assert_eq!(policy.as_deref(), Some("same-origin"), "{path}");
        }
    }
}
