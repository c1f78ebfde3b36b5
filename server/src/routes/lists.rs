//! Lists as they are answered: each tells its own address, and a long one comes in pages
//! (domain.md §2.2, §2.6).
//!
//! A page has a token that leads to the pages around it. Links bring the whole query along; who
//! sends the token alone, as the vendor's SDKs do, goes on with what the first page was asked by,
//! since the token has that, too.

use crate::call::{Call, pairs};
use crate::fault::Fault;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use subscription_api::{Collection, Header, Link, link};
use subscription_usecases::{Page, PageToken};

/// The header with the token of a page.
const TOKEN: &str = "MS-ContinuationToken";

/// Says which page is asked for, beside the token.
const SEEK: &str = "seekOperation";

/// As many items as a page may have (design.md §5, domain.md §2.6).
pub(super) const MOST: u16 = 500;

/// The longest query of a list, in bytes: it goes into tokens, and a token into a header.
const LONGEST_QUERY: usize = 4_096;

/// What a token says. Clients are to take it as it is, so it is sent as Base64.
#[derive(Serialize, Deserialize)]
struct Token {
    /// The path of the list.
    list: String,
    /// What was asked of it.
    query: String,
    /// The keys of the page's first and last item.
    first: String,
    last: String,
}

impl Token {
    fn read(text: &str, list: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        serde_json::from_slice(&bytes).ok().filter(|token: &Self| token.list == list)
    }

    fn written(&self) -> Option<String> {
        serde_json::to_vec(self).ok().map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
    }
}

/// Which page of a list is asked for.
pub(super) enum Seek {
    /// The one at the beginning.
    First,
    /// The one after this place.
    Next(PageToken),
    /// The one before this place.
    Previous(PageToken),
    /// The one at the end.
    Last,
}

impl Seek {
    /// Which page a request asks for (domain.md §2.6: `First`, `Next`, `Previous`, `Last`; a token
    /// alone is `Next`). What its token says and the request does not is added to the request.
    /// `is_key` tells the key of an item of this list from anything else.
    pub(super) fn of(call: &mut Call, is_key: fn(&str) -> bool) -> Result<Self, Fault> {
        if call.query("offset").is_some_and(|offset| !matches!(offset.trim(), "" | "0")) {
            return Err(Fault::malformed(
                "this list has no offset: follow the link next, or send its MS-ContinuationToken",
            ));
        }
        let broken = || {
            Fault::malformed(
                "this MS-ContinuationToken is of no page of this list: send that of the page \
                 before as it came, or begin again without one",
            )
        };
        let token = call.header(TOKEN).map(str::trim).filter(|text| !text.is_empty());
        let token = token.map(|text| Token::read(text, call.path()).ok_or_else(broken));
        let token = token.transpose()?;
        if let Some(token) = &token {
            // Where the list begins is used up by then.
            let kept = pairs(&token.query).into_iter();
            let kept = kept.filter(|(name, _)| !name.eq_ignore_ascii_case("startAt"));
            call.complete(kept.collect());
        }
        if call.query_without(SEEK).len() > LONGEST_QUERY {
            let what = format!("the query of a list has {LONGEST_QUERY} bytes at most");
            return Err(Fault::malformed(what));
        }
        let place = |key: String| {
            if is_key(&key) { Ok(PageToken(key)) } else { Err(broken()) }
        };
        let asked = call.query(SEEK).unwrap_or_default().to_ascii_lowercase();
        match (asked.as_str(), token) {
            ("first", _) | ("", None) => Ok(Self::First),
            ("next" | "", Some(token)) => Ok(Self::Next(place(token.last)?)),
            ("previous", Some(token)) => Ok(Self::Previous(place(token.first)?)),
            ("last", _) => Ok(Self::Last),
            ("next" | "previous", None) => Err(Fault::malformed(
                "seekOperation needs the MS-ContinuationToken of a page, which its links have",
            )),
            _ => Err(Fault::malformed("seekOperation is First, Next, Previous or Last")),
        }
    }

    /// Where the page before ended, of a list that is read from its beginning alone.
    pub(super) fn forwards(
        call: &mut Call,
        is_key: fn(&str) -> bool,
    ) -> Result<Option<PageToken>, Fault> {
        let is_back = |asked: &str| ["previous", "last"].contains(&&*asked.to_ascii_lowercase());
        if call.query(SEEK).is_some_and(is_back) {
            return Err(Fault::malformed(
                "this list is read from its beginning on: seekOperation is First or Next",
            ));
        }
        match Self::of(call, is_key)? {
            Self::Next(place) => Ok(Some(place)),
            Self::First | Self::Previous(_) | Self::Last => Ok(None),
        }
    }

    /// Whether the page is found by reading from the end of the list.
    pub(super) const fn is_backwards(&self) -> bool {
        matches!(self, Self::Previous(_) | Self::Last)
    }
}

/// The size of the query, if it has one.
pub(super) fn size(call: &Call) -> Result<Option<u16>, Fault> {
    let read = |text: &str| {
        let what = format!("size is {text:?} instead of a number up to {MOST}");
        let size = text.parse().ok().filter(|size| *size <= MOST);
        size.ok_or_else(|| Fault::malformed(what))
    };
    let size = call.query("size").filter(|text| !text.is_empty()).map(read).transpose()?;
    // As the vendor's SDKs say that they leave it to the server (domain.md §2.3).
    Ok(size.filter(|size| *size > 0))
}

/// A page in its list: the keys of its ends, and what is around it.
pub(super) struct Place {
    first: String,
    last: String,
    has_previous: bool,
    has_next: bool,
}

impl Place {
    /// Of a page of a list that is read from its beginning alone.
    pub(super) fn before(next: Option<PageToken>) -> Self {
        let has_next = next.is_some();
        let last = next.map_or_else(String::new, |PageToken(last)| last);
        Self { first: String::new(), last, has_previous: false, has_next }
    }

    /// Of a page that was found this way, whose items have these keys. One that was read from the
    /// end is put into the order of the list.
    pub(super) fn of<T>(page: &mut Page<T>, seek: &Seek, key: fn(&T) -> String) -> Self {
        let has_more = page.next.is_some();
        let (has_previous, has_next) = match seek {
            Seek::First => (false, has_more),
            Seek::Next(_) => (true, has_more),
            Seek::Previous(_) => (has_more, true),
            Seek::Last => (has_more, false),
        };
        if seek.is_backwards() {
            page.items.reverse();
        }
        let end = |item: Option<&T>| item.map(key).unwrap_or_default();
        let (first, last) = (end(page.items.first()), end(page.items.last()));
        // What is around nothing cannot be told by its ends.
        let is_any = !page.items.is_empty();
        Self { first, last, has_previous: has_previous && is_any, has_next: has_next && is_any }
    }
}

/// A link that asks for a token, if there is one.
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

/// A page of a list, with the ways to those around it.
pub(super) fn page<T>(call: &Call, items: Vec<T>, place: Place) -> Collection<T> {
    let mut list = whole(call, items);
    let Place { first, last, has_previous, has_next } = place;
    let query = call.query_without(SEEK);
    let token = Token { list: call.path().to_owned(), query, first, last };
    let Some(written) = token.written() else { return list };
    let around = [("previous", "Previous", has_previous), ("next", "Next", has_next)];
    for (relation, operation, _) in around.into_iter().filter(|(_, _, is_there)| *is_there) {
        let and = if token.query.is_empty() { "" } else { "&" };
        let uri = format!("{}?{}{and}{SEEK}={operation}", token.list, token.query);
        list.links.insert(relation.into(), leading(uri, Some(written.clone())));
    }
    if has_next {
        // Where the vendor's SDKs look for it.
        list.other.insert("continuationToken".into(), written.into());
    }
    list
}
