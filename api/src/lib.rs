//! How Subscription Desk is said over HTTP: the JSON shapes of the Partner Center v1 API and the
//! answer to every refusal (domain.md §2, design.md §5).
//!
//! What comes from outside is read by [`json::read`] and nothing else, so that a byte-order mark
//! and keys in another case are forgiven in one place. The shapes take whatever the vendor sends:
//! unknown words survive, and on native unknown fields too. Only the step into the types of
//! `subscription-rules` refuses, and says what it could not take.

mod audit;
mod convert;
mod country;
mod customer;
mod error;
pub mod json;
mod moment;
mod offer;
mod order;
mod resource;
mod subscription;
mod word;
#[cfg(not(target_arch = "wasm32"))]
mod written;

pub use audit::{AuditRecord, resource_type};
pub use convert::{OfferError, Unreadable};
pub use country::CountryValidationRules;
pub use customer::{
    Address, AddressValidation, BillingProfile, CompanyProfile, Customer, Summary, is_profile_etag,
    profile_etag, qualification, qualifications,
};
pub use error::{Answer, ErrorBody, RequestFault, SOURCE, answer};
pub use offer::{
    BillingCycle, BillingType, LimitUnit, Offer, OfferCategory, Product, Qualification, TermUnit,
};
pub use order::{Order, OrderLineItem, order_of, with_add_ons};
#[cfg(not(target_arch = "wasm32"))]
pub use resource::Other;
pub use resource::{Attributes, Collection, Header, Link, Links, link};
pub use subscription::{
    Conversion, ConversionResult, ProvisioningStatus, Retention, Subscription, etag, revision,
};
#[cfg(not(target_arch = "wasm32"))]
pub use written::effects;
