//! Who asks: from a bearer token to the person's name, roles and partner (domain.md §1.7).

use crate::desk::Desk;
use subscription_rules::{Cloud, Partner, PartnerId, Policy, Role, Roles, Standing};
use subscription_usecases::{Caller, demo};

/// The partner that has the demo's customers.
pub const DEMO_PARTNER: &str = "demo";

/// A word of a `rules` enumeration, as the token spells it.
fn word<T: serde::de::DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

/// The cloud as the token spells it.
fn cloud(name: &str) -> Option<Cloud> {
    match name {
        "commercial" => Some(Cloud::Commercial),
        "us_government" => Some(Cloud::UsGovernment),
        "germany" => Some(Cloud::Germany),
        _ => None,
    }
}

/// The partner of an ID under demo sign-in: `name` or `name.cloud`, so that each cloud of a
/// partner is a partner of its own, as in the programme (S1).
pub(crate) fn partner(id: &str) -> Option<Partner> {
    let (name, in_cloud) = match id.rsplit_once('.') {
        Some((name, of)) => (name, cloud(of)?),
        None => (id, Cloud::Commercial),
    };
    let id = if in_cloud == Cloud::Commercial { name } else { id };
    Some(Partner {
        id: PartnerId::parse(&id.to_ascii_lowercase()).ok()?,
        name: name.to_owned(),
        ..demo::partner(in_cloud, Standing::Good)
    })
}

impl Desk {
    /// The caller behind an `Authorization` header; `None` for nobody.
    pub(crate) fn signed_in(&self, authorization: Option<&str>) -> Option<Caller> {
        let (scheme, token) = authorization?.trim().split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        self.demo(token.trim())
    }

    /// How people sign in, as `/config.json` says it.
    #[expect(clippy::unused_self, reason = "there will be a choice")]
    pub(crate) fn sign_in(&self) -> &'static str {
        "demo"
    }

    /// For trying: the token `demo:<role>[@partner[.cloud]]` is believed, since the service then
    /// listens on this machine only.
    fn demo(&self, token: &str) -> Option<Caller> {
        let rest = token.strip_prefix("demo:")?;
        let (name, of) = rest.split_once('@').unwrap_or((rest, DEMO_PARTNER));
        let (role, partner) = (word::<Role>(name)?, partner(of)?);
        Some(self.caller(format!("{name}@{}", partner.name), role.into(), partner))
    }

    /// A caller of a partner at this moment.
    pub(crate) fn caller(&self, user: String, roles: Roles, partner: Partner) -> Caller {
        let now = self.now();
        Caller {
            user,
            roles,
            policy: Policy::of(partner.cloud, now.date_naive()),
            partner,
            now,
            catalogue: self.catalogue.clone(),
            prices: self.prices.clone(),
        }
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
