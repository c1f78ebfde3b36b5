//! Sign-ins of the screens. The browser has a random word in a cookie that no script can read; the
//! database has its digest and the person, so that every server knows it and a stolen copy of the
//! database opens nothing.

use super::person::Person;
use crate::store::AppStore;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subscription_usecases::Result;

/// The cookie of a sign-in. `__Host-`: from this host alone, over a safe connection alone.
pub(super) const COOKIE: &str = "__Host-desk";

/// The cookie of somebody who is signing in.
pub(super) const WAY_COOKIE: &str = "__Host-desk-way";

/// How long a sign-in lasts: a working day.
pub(super) const LASTS: TimeDelta = TimeDelta::hours(10);

/// How long somebody may take at the provider.
pub(super) const WAY_LASTS: TimeDelta = TimeDelta::minutes(15);

/// What is kept while somebody is at the provider.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Way {
    pub state: String,
    pub nonce: String,
    pub verifier: String,
    /// Where to go afterwards.
    pub to: String,
}

/// A word that nobody can guess: 244 random bits.
pub(super) fn secret() -> String {
    format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple())
}

/// What the database has in the place of a word.
fn digest(cookie: &str, word: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("{cookie}={word}")))
}

/// Keeps something for whoever has the cookie's new word.
pub(super) async fn keep(
    store: &AppStore,
    cookie: &str,
    what: &impl Serialize,
    now: DateTime<Utc>,
    lasts: TimeDelta,
) -> Result<String> {
    let word = secret();
    let body = crate::store::written(what)?;
    store.keep_sign_in(digest(cookie, &word), body, now, now + lasts).await?;
    Ok(word)
}

async fn kept<T: DeserializeOwned>(
    store: &AppStore,
    cookie: &str,
    word: &str,
    now: DateTime<Utc>,
) -> Result<Option<T>> {
    let body = store.sign_in(digest(cookie, word), now).await?;
    Ok(body.and_then(|body| serde_json::from_str(&body).ok()))
}

/// The person of a cookie.
pub(super) async fn person(
    store: &AppStore,
    word: &str,
    now: DateTime<Utc>,
) -> Result<Option<Person>> {
    kept(store, COOKIE, word, now).await
}

/// What was kept for somebody who comes back from the provider. It serves once.
pub(super) async fn way(store: &AppStore, word: &str, now: DateTime<Utc>) -> Result<Option<Way>> {
    let way = kept(store, WAY_COOKIE, word, now).await?;
    store.end_sign_in(digest(WAY_COOKIE, word)).await?;
    Ok(way)
}

/// Ends a sign-in.
pub(super) async fn end(store: &AppStore, word: &str) -> Result<()> {
    store.end_sign_in(digest(COOKIE, word)).await
}
