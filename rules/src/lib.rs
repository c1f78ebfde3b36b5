//! Every decision of Subscription Desk: which offers a customer may buy, which quantities, what a
//! status allows, who may do what, how long a suspended subscription can be reactivated.
//!
//! Pure on purpose: no I/O, no clock, no randomness, no async. Time, identifiers and the catalogue
//! come in with the caller, so the same compiled module decides in the browser and on the server.
//! The business facts behind each rule are named by their paragraph of `domain.md`.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        reason = "a test that cannot go on has failed"
    )
)]

mod access;
mod account;
mod availability;
mod billing;
mod catalogue;
mod change;
mod cloud;
mod conversion;
mod customer;
mod details;
mod due;
mod edit;
mod estimate;
mod id;
mod letters;
mod lifecycle;
mod money;
mod offer;
mod order;
mod partner;
mod permission;
mod places;
mod policy;
mod quantity;
mod refusal;
mod retention;
mod status;
mod subscription;
mod term;

pub use access::{ACCESS, Access, Person};
pub use account::{AccountError, CustomerAccount};
pub use availability::{Asked, Availability, Reactivatable, availability, availability_of};
pub use billing::{BillingCycle, BillingCycles, BillingDay};
pub use catalogue::{Catalogue, CatalogueError};
pub use change::{Change, Effects, Event, Fact};
pub use cloud::{Cloud, Country};
pub use conversion::{Conversion, convert};
pub use customer::{
    Address, CompanyName, Contact, Customer, CustomerDraft, CustomerType, Domain, Qualifications,
    Relationship, Segment, add_customer, address_problems, may_add_customer, needs_state,
    remove_relationship, set_billing_profile, set_qualifications,
};
pub use details::ProfileDetails;
pub use due::{Due, account_at, next_due};
pub use edit::{Edit, ToStatus, edit};
pub use estimate::{Basis, Estimate, Rounding, period_price, prorated};
pub use id::{CustomerId, IdError, OfferId, OrderId, PartnerId, SubscriptionId};
pub use lifecycle::{
    Action, Suspend, cancel, change_cycle, change_quantity, choices, reactivate, rename, suspend,
};
pub use money::{Currency, Money, PriceList};
pub use offer::{Category, CategoryId, Charging, Offer, OfferKind, OwnershipLimit, SalesGroup};
pub use order::{
    Line, NewIds, Order, OrderLine, Part, buy_add_on, line_problems, place, sellable, split,
};
pub use partner::{Partner, PartnerQualifications, Standing};
pub use permission::{Allowed, PERMISSIONS, Permission, Role, Roles, permitted};
pub use places::PostalForm;
pub use policy::{Anchor, CancelMeans, Context, Policy};
pub use quantity::{Quantity, QuantityRange};
pub use refusal::Refusal;
pub use retention::{ExpiresOn, FreeDays, RetentionPolicy, expires_on};
pub use status::{Status, TRANSITIONS, Trigger};
pub use subscription::{
    Cause, Deleted, DeletedBecause, Intent, Nickname, Note, State, Subscription, SuspendedBy,
    Suspension, SuspensionReason,
};
pub use term::{PaidCycle, Term, paid_start};

/// The version of the rules, as released.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The digest of the rules' own source: equal on both sides means the same decisions.
pub const DIGEST: &str = include_str!(concat!(env!("OUT_DIR"), "/digest.txt"));
