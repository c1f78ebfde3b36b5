//! Addresses of the API as scripts write them: `//V1/Customers/`. The vendor takes the words of an
//! address in either case, and a slash too many at either end comes from putting addresses together.
//! Such a one is put right before anything looks at it, so that routes, links, the log and the
//! figures have one address for one thing.

use super::{NOT_OFFERED, described};
use axum::http::Uri;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// The words of the addresses of the API. What an address has beside them are identifiers, which are
/// the same in either case.
static WORDS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let (_, api) = described();
    let paths = api.paths.paths.keys().map(String::as_str).chain(NOT_OFFERED.iter().copied());
    let segments = paths.flat_map(|path| path.split('/'));
    segments.filter(|segment| !segment.starts_with('{')).map(str::to_owned).collect()
});

/// Whether a path is sure to be as the routes have it. It is asked of every request, so it looks
/// only for what may be otherwise.
fn is_plain(path: &str) -> bool {
    path.starts_with("/v1/")
        && !path.ends_with('/')
        && !path.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// The address of the API that is meant, where it is written otherwise.
pub(crate) fn meant(uri: &Uri) -> Option<Uri> {
    let path = uri.path();
    if is_plain(path) {
        return None;
    }
    let mut segments = path.trim_matches('/').split('/');
    if !segments.next()?.eq_ignore_ascii_case("v1") {
        return None;
    }
    let mut meant = String::from("/v1");
    for segment in segments {
        let word = segment.to_ascii_lowercase();
        meant.push('/');
        meant.push_str(if WORDS.contains(&word) { &word } else { segment });
    }
    if meant == path {
        return None;
    }
    if let Some(query) = uri.query() {
        meant.push('?');
        meant.push_str(query);
    }
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(meant.parse().ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_one_case_and_slashes_one_place() {
        let cases = [
            ("/V1/customers", "/v1/customers"),
            ("//v1/customers", "/v1/customers"),
            ("/v1/customers/", "/v1/customers"),
            ("/V1", "/v1"),
            ("/v1/", "/v1"),
            ("/v1/OfferCategories?country=US", "/v1/offercategories?country=US"),
            ("/v1/auditRecords?filter=%7B%22A%22%7D", "/v1/auditrecords?filter=%7B%22A%22%7D"),
            (
                "/v1/Customers/AB-1/ServiceCosts/MostRecent",
                "/v1/customers/AB-1/servicecosts/MostRecent",
            ),
            (
                "http://desk.example//V1/customers/c/subscriptions/s/provisioningStatus/",
                "http://desk.example/v1/customers/c/subscriptions/s/provisioningstatus",
            ),
        ];
        for (asked, expected) in cases {
            let found = meant(&asked.parse().unwrap()).map(|uri| uri.to_string());
            assert_eq!(found.as_deref(), Some(expected), "{asked}");
        }
    }

    #[test]
    fn what_is_written_rightly_or_is_no_address_of_the_api_stays_as_it_is() {
        for asked in [
            "/v1/customers/5d5d0000-0000-4000-8002-000000000000",
            "/v1/offers/031C9E47-4802-4248-838E-778FB1D2CC05?country=US",
            "/v1",
            "/",
            "//",
            "/Customers/",
            "/v1x/Customers",
            "/lang/en.json",
            "/V1.json",
            "/sign-in/done?state=V1",
            "*",
        ] {
            assert_eq!(meant(&asked.parse().unwrap()), None, "{asked}");
        }
    }
}
