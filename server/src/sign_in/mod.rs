//! Who asks: from a bearer token or a cookie to the person, and from there to the caller of a use
//! case (domain.md §1.7).

pub(crate) mod demo;
pub(crate) mod flow;
mod person;
mod provider;
mod session;

pub use person::Claims;
pub use provider::ProviderOptions;

use crate::call::{cookie, peer};
use crate::desk::Desk;
use crate::fault::Fault;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use person::Person;
use provider::{NotBelieved, Provider};
use subscription_api::RequestFault;
use subscription_rules::{Cloud, Partner, PartnerId, Roles, Standing};
use subscription_usecases::{Caller, demo as demo_data};

/// How people sign in.
#[derive(Debug, Clone)]
pub(crate) enum SignIn {
    /// With a token that names the role, for trying.
    Demo,
    /// At an OpenID Connect provider.
    Provider(Provider),
}

impl SignIn {
    /// Of a provider.
    pub(crate) fn at(options: ProviderOptions) -> Result<Self, String> {
        Provider::new(options).map(Self::Provider)
    }

    /// As `/config.json` says it to the screens.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Demo => "demo",
            Self::Provider(_) => "provider",
        }
    }
}

/// Splits `name` or `name.cloud` into the ID that is kept, the name and the cloud: each cloud of a
/// partner is a partner of its own, as in the programme (S1).
fn split_partner_id(id: &str) -> Option<(PartnerId, &str, Cloud)> {
    let (name, in_cloud) = match id.rsplit_once('.') {
        Some((name, of)) => (name, person::cloud(of)?),
        None => (id, Cloud::Commercial),
    };
    let id = if in_cloud == Cloud::Commercial { name } else { id };
    Some((PartnerId::parse(&id.to_ascii_lowercase()).ok()?, name, in_cloud))
}

/// The partner of an ID, as far as the ID says it.
pub(crate) fn partner(id: &str) -> Option<Partner> {
    let (id, name, in_cloud) = split_partner_id(id)?;
    let name = name.to_owned();
    Some(Partner { id, name, ..demo_data::partner(in_cloud, Standing::Good) })
}

/// Whether a request changes something, or may.
fn writes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD)
}

impl Desk {
    /// The caller behind a request.
    pub(crate) async fn signed_in(&self, parts: &Parts) -> Result<Caller, Fault> {
        let (method, headers) = (&parts.method, &parts.headers);
        let person = match headers.get(header::AUTHORIZATION) {
            Some(value) => self.bearer(value.to_str().unwrap_or_default()).await?,
            None => self.by_cookie(method, headers).await?,
        };
        let Some(person) = person else {
            self.count_guest(parts)?;
            return Err(RequestFault::AccessDenied.into());
        };
        let partner = self.partner(person.partner.as_str()).ok_or(RequestFault::AccessDenied)?;
        Ok(self.caller(person.user, person.roles, partner))
    }

    /// Counts a request of nobody who is known; under demo sign-in, on this machine alone, nobody
    /// is held back.
    pub(crate) fn count_guest(&self, parts: &Parts) -> Result<(), Fault> {
        match self.sign_in {
            SignIn::Demo => Ok(()),
            SignIn::Provider(_) => self.guests.count(peer(parts), &parts.headers),
        }
    }

    async fn bearer(&self, authorization: &str) -> Result<Option<Person>, Fault> {
        let Some((scheme, token)) = authorization.trim().split_once(' ') else { return Ok(None) };
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Ok(None);
        }
        match &self.sign_in {
            SignIn::Demo => Ok(demo::person(token.trim())),
            SignIn::Provider(provider) => match provider.bearer(token.trim()).await {
                Ok(person) => Ok(Some(person)),
                Err(NotBelieved::Token) => Ok(None),
                Err(why @ NotBelieved::Provider(_)) => {
                    tracing::error!(%why, "tokens cannot be checked");
                    Err(RequestFault::Unavailable.into())
                }
            },
        }
    }

    /// A browser sends the cookie whoever made it ask, so a request that may write must come from
    /// a page of ours.
    async fn by_cookie(
        &self,
        method: &Method,
        headers: &HeaderMap,
    ) -> Result<Option<Person>, Fault> {
        let SignIn::Provider(_) = self.sign_in else { return Ok(None) };
        let Some(word) = cookie(headers, session::COOKIE) else { return Ok(None) };
        if writes(method) && !self.is_own_origin(headers) {
            return Err(RequestFault::ForeignOrigin.into());
        }
        Ok(session::person(&self.store, word, self.now()).await?)
    }

    /// Whether a request comes from a page of ours.
    pub(crate) fn is_own_origin(&self, headers: &HeaderMap) -> bool {
        let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
        origin.is_some_and(|origin| origin.eq_ignore_ascii_case(&self.public_url))
    }

    /// A caller of a partner at this moment.
    pub(crate) fn caller(&self, user: String, roles: Roles, partner: Partner) -> Caller {
        let sold = (self.catalogue.clone(), self.prices.clone());
        Caller::at(self.now(), user, roles, partner, sold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partner_works_in_the_cloud_that_its_name_ends_with() {
        let of = |id| partner(id).map(|partner| (partner.id.to_string(), partner.cloud));
        assert_eq!(of("demo"), Some(("demo".into(), Cloud::Commercial)));
        assert_eq!(of("Demo.commercial"), Some(("demo".into(), Cloud::Commercial)));
        assert_eq!(of("demo.germany"), Some(("demo.germany".into(), Cloud::Germany)));
        assert_eq!(of("a.us_government"), Some(("a.us_government".into(), Cloud::UsGovernment)));
        for unknown in ["", "a.mars", "a b", ".germany.x"] {
            assert_eq!(of(unknown), None, "{unknown:?}");
        }
    }
}
