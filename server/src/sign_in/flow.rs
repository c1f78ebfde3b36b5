//! Signing in on the screens: to the provider and back (authorization code with PKCE, done by the
//! server), so that no token ever lies in the browser.

use super::SignIn;
use super::provider::{NotBelieved, Provider};
use super::session::{self, COOKIE, LASTS, WAY_COOKIE, WAY_LASTS, Way};
use crate::call::{cookie, pairs};
use crate::desk::Desk;
use crate::fault::Fault;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use subscription_api::RequestFault;

/// Where the provider sends people back to.
pub(crate) const BACK: &str = "/sign-in/done";

/// The cookie that is another one after each sign-in; scripts of ours read it.
const SIGN_IN_COOKIE: &str = "desk-sign-in";

/// As long as a browser keeps a cookie.
const KNOWN: TimeDelta = TimeDelta::days(400);

/// Sends the browser somewhere, with a cookie.
fn to(address: &str, cookies: &[String]) -> Result<Response, Fault> {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    let value = |text: &str| HeaderValue::from_str(text).map_err(|_| RequestFault::Internal);
    headers.insert(header::LOCATION, value(address)?);
    for cookie in cookies {
        headers.append(header::SET_COOKIE, value(cookie)?);
    }
    Ok(response)
}

fn set(name: &str, word: &str, lasts: TimeDelta, same_site: &str) -> String {
    let seconds = lasts.num_seconds();
    format!("{name}={word}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite={same_site}")
}

/// Tells the screens that somebody has signed in since, who may be another one: what was seen before
/// is shown to nobody until the server says who it is. It outlives the sign-in, since it is for when
/// the server is not reached, and opens nothing.
fn another_sign_in() -> String {
    let (word, seconds) = (uuid::Uuid::new_v4().simple(), KNOWN.num_seconds());
    format!("{SIGN_IN_COOKIE}={word}; Path=/; Max-Age={seconds}; Secure; SameSite=Strict")
}

fn forget(name: &str) -> String {
    format!("{name}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax")
}

/// A place of our own to go to, and nothing that a browser takes for another host.
fn own_place(asked: Option<&str>) -> &str {
    let is_own = |path: &&str| {
        let mut bytes = path.bytes();
        bytes.next() == Some(b'/')
            && !matches!(bytes.next(), Some(b'/' | b'\\'))
            && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
    };
    asked.filter(is_own).unwrap_or("/")
}

fn found<'a>(query: &'a [(String, String)], name: &str) -> Option<&'a str> {
    query.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str())
}

impl Desk {
    fn provider(&self) -> Result<&Provider, Fault> {
        match &self.sign_in {
            SignIn::Provider(provider) => Ok(provider),
            // With demo tokens there is nowhere to go.
            SignIn::Demo => Err(RequestFault::NoSuchAddress.into()),
        }
    }

    fn back(&self) -> String {
        format!("{}{BACK}", self.public_url)
    }
}

fn refused(why: &NotBelieved) -> Fault {
    match why {
        NotBelieved::Token => RequestFault::AccessDenied.into(),
        NotBelieved::Provider(_) => {
            tracing::error!(%why, "nobody can sign in");
            RequestFault::Unavailable.into()
        }
    }
}

/// `GET /sign-in?to=/customers`: off to the provider.
pub(crate) async fn begin(State(desk): State<Desk>, request: Request) -> Result<Response, Fault> {
    let (parts, _body) = request.into_parts();
    let provider = desk.provider()?;
    desk.count_guest(&parts)?;
    let query = pairs(parts.uri.query().unwrap_or_default());
    let way = Way {
        state: session::secret(),
        nonce: session::secret(),
        verifier: session::secret(),
        to: own_place(found(&query, "to")).to_owned(),
    };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&way.verifier));
    let back = desk.back();
    let there = provider.authorization(&back, &way.state, &way.nonce, &challenge).await;
    let there = there.map_err(|why| refused(&why))?;
    let word = session::keep(&desk.store, WAY_COOKIE, &way, desk.now(), WAY_LASTS).await?;
    // Lax, because the way back begins on the provider's site.
    to(&there, &[set(WAY_COOKIE, &word, WAY_LASTS, "Lax")])
}

/// `GET /sign-in/done`: back from the provider, with a code or with its refusal.
pub(crate) async fn done(State(desk): State<Desk>, request: Request) -> Result<Response, Fault> {
    let (parts, _body) = request.into_parts();
    let outcome = come_back(&desk, &parts).await;
    if outcome.is_err() {
        // Whoever comes back as they went was counted then.
        desk.count_guest(&parts)?;
    }
    outcome
}

async fn come_back(desk: &Desk, parts: &Parts) -> Result<Response, Fault> {
    let provider = desk.provider()?;
    let query = pairs(parts.uri.query().unwrap_or_default());
    let word = cookie(&parts.headers, WAY_COOKIE).unwrap_or_default();
    let way = session::way(&desk.store, word, desk.now()).await?;
    let way = way.ok_or(RequestFault::AccessDenied)?;
    if found(&query, "state") != Some(&way.state) {
        return Err(RequestFault::AccessDenied.into());
    }
    let Some(code) = found(&query, "code") else {
        // The person changed their mind, or may not: back to where the app offers it again.
        return to(&way.to, &[forget(WAY_COOKIE)]);
    };
    let back = desk.back();
    let person = provider.exchange(code, &back, &way.nonce, &way.verifier).await;
    let person = person.map_err(|why| refused(&why))?;
    let word = session::keep(&desk.store, COOKIE, &person, desk.now(), LASTS).await?;
    let cookies = [forget(WAY_COOKIE), set(COOKIE, &word, LASTS, "Strict"), another_sign_in()];
    to(&way.to, &cookies)
}

/// `POST /sign-out`: ends the sign-in, here and in the database.
pub(crate) async fn end(State(desk): State<Desk>, request: Request) -> Result<Response, Fault> {
    let (parts, _body) = request.into_parts();
    desk.provider()?;
    if !desk.is_own_origin(&parts.headers) {
        return Err(RequestFault::ForeignOrigin.into());
    }
    if let Some(word) = cookie(&parts.headers, COOKIE) {
        session::end(&desk.store, word).await?;
    }
    let mut response = Json(serde_json::json!({})).into_response();
    let gone = HeaderValue::from_str(&forget(COOKIE)).map_err(|_| RequestFault::Internal)?;
    response.headers_mut().append(header::SET_COOKIE, gone);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::own_place;

    #[test]
    fn nobody_is_sent_to_another_host() {
        assert_eq!(own_place(Some("/customers?search=a%20b")), "/customers?search=a%20b");
        for other in
            ["//evil.example", "/\\evil.example", "https://evil.example", "", "customers", "/a\nb"]
        {
            assert_eq!(own_place(Some(other)), "/", "{other:?}");
        }
    }
}
