//! Who may sign in, use the service and reach the data in each state (domain.md S22, S23, §3.1).

use crate::{Policy, Status, Subscription};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// One of the customer's own people; there are only these two classes (domain.md §1.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Person {
    /// Works with the product.
    User,
    /// Administers it; the partner's delegated administrators too (domain.md A10).
    Administrator,
}

/// What such a person can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Access {
    /// Sign in.
    pub sign_in: bool,
    /// Use the service.
    pub use_service: bool,
    /// Reach the data.
    pub reach_data: bool,
}

const ALL: Access = Access { sign_in: true, use_service: true, reach_data: true };
const DATA: Access = Access { sign_in: true, use_service: false, reach_data: true };
const NOTHING: Access = Access { sign_in: false, use_service: false, reach_data: false };

/// The table. The second column is whether it is an ended trial whose data is still kept.
#[rustfmt::skip]
pub const ACCESS: &[(Status, bool, Person, Access)] = &[
    (Status::Active,    false, Person::User,          ALL),
    (Status::Active,    false, Person::Administrator, ALL),
    (Status::Suspended, false, Person::User,          NOTHING),
    (Status::Suspended, false, Person::Administrator, DATA),
    (Status::Deleted,   false, Person::User,          NOTHING),
    (Status::Deleted,   false, Person::Administrator, NOTHING),
    (Status::Deleted,   true,  Person::User,          NOTHING),
    (Status::Deleted,   true,  Person::Administrator, DATA),
];

impl Access {
    /// What the table says of a person and a subscription, at a moment: the data of an ended trial
    /// is kept for a while and then gone.
    pub fn of(held: &Subscription, person: Person, now: DateTime<Utc>, policy: &Policy) -> Self {
        let kept_until = held.data_kept_until(policy);
        let data_kept = kept_until.is_some_and(|last| now.date_naive() <= last);
        let row = ACCESS.iter().find(|(status, kept, who, _)| {
            (*status, *kept, *who) == (held.status(), data_kept, person)
        });
        row.map_or(NOTHING, |(_, _, _, access)| *access)
    }
}
