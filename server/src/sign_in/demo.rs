//! For trying: tokens that name the role. The service listens on this machine only then.

use super::person::Person;
use subscription_rules::{Role, Roles};

/// The partner that has the demo's customers.
pub const PARTNER: &str = "demo";

/// The person behind `demo:<role>[@partner[.cloud]]`.
pub(super) fn person(token: &str) -> Option<Person> {
    let rest = token.strip_prefix("demo:")?;
    let (name, of) = rest.split_once('@').unwrap_or((rest, PARTNER));
    let role: Role = serde_json::from_value(name.into()).ok()?;
    let (partner, works_for, _) = super::split_partner_id(of)?;
    let user = format!("{name}@{works_for}");
    Some(Person { user, roles: Roles::from(role), partner })
}
