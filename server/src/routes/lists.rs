//! Lists as they are answered: each tells its own address, and a long one comes in pages
//! (domain.md §2.2, §2.6).

use crate::call::Call;
use crate::fault::Fault;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subscription_api::{Collection, Header, Link, link};
use subscription_usecases::PageToken;

/// The header that says where a page begins.
const TOKEN: &str = "MS-ContinuationToken";

/// A link that leads to where a page begins, if it begins anywhere but at the first item.
fn leading(uri: String, token: Option<String>) -> Link {
    let headers = token.map(|value| Header { key: TOKEN.to_owned(), value });
    Link { headers: headers.into_iter().collect(), ..link(uri) }
}

/// What was asked for, as it was asked.
pub(super) fn whole<T>(call: &Call, items: Vec<T>) -> Collection<T> {
    let mut list = Collection::of(items);
    let token = call.header(TOKEN).map(str::to_owned);
    list.links.insert("self".into(), leading(call.address(), token));
    list
}

/// A page of a list, with the way to the next one.
pub(super) fn page<T>(call: &Call, items: Vec<T>, next: Option<PageToken>) -> Collection<T> {
    let mut list = whole(call, items);
    if let Some(PageToken(next)) = next {
        let query = call.query_with("seekOperation", "Next");
        let uri = format!("{}?{query}", call.path());
        list.links.insert("next".into(), leading(uri, Some(URL_SAFE_NO_PAD.encode(next))));
    }
    list
}

/// Where the page before ended; `is_token` tells a token of this list from anything else.
pub(super) fn after(call: &Call, is_token: fn(&str) -> bool) -> Result<Option<PageToken>, Fault> {
    match call.query("seekOperation") {
        None => Ok(None),
        Some(seek) if seek.eq_ignore_ascii_case("first") => Ok(None),
        Some(seek) if seek.eq_ignore_ascii_case("next") => {
            let token = call.header(TOKEN).unwrap_or_default();
            let bytes = URL_SAFE_NO_PAD.decode(token.trim()).ok();
            let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
            let text = text.filter(|text| is_token(text));
            let token = text.ok_or_else(|| Fault::malformed("this is no token of a page"))?;
            Ok(Some(PageToken(token)))
        }
        Some(_) => Err(Fault::malformed("seekOperation is First or Next")),
    }
}
