//! How Subscription Desk is said over HTTP: the JSON shapes of the Partner Center v1 API and the
//! answer to every refusal (domain.md §2, design.md §5).
//!
//! What comes from outside is read by [`json::read`] and nothing else, so that a byte-order mark
//! and keys in another case are forgiven in one place. The shapes take whatever the vendor sends:
//! unknown words survive, and on native unknown fields too. Only the step into the types of
//! `subscription-rules` refuses, and says what it could not take.

mod convert;
mod country;
mod error;
pub mod json;
mod offer;
mod resource;
mod word;

pub use convert::{OfferError, Unreadable};
pub use country::CountryValidationRules;
pub use error::{Answer, ErrorBody, RequestFault, SOURCE, answer};
pub use offer::{
    BillingCycle, BillingType, LimitUnit, Offer, OfferCategory, Product, Qualification, TermUnit,
};
#[cfg(not(target_arch = "wasm32"))]
pub use resource::Other;
pub use resource::{Attributes, Collection, Header, Link, Links};
