//! The one place that says with which HTTP status, Partner Center code and stable name each refusal
//! is answered (domain.md §2.7), and the body of such an answer (design.md §5).
//!
//! The matches name every variant, so that a new refusal does not compile until someone chooses.
//! Where the vendor has no number, the code is the name. What domain.md §2.7 leaves open is decided
//! here:
//!
//! - `QUANTITY_ZERO` and `QUANTITY_TOO_LARGE` are 400/2002 like `QUANTITY_OUT_OF_RANGE`: what was
//!   read is below every minimum or above every maximum. `QUANTITY_NOT_WHOLE` is 400/800002 like
//!   `MALFORMED`: no quantity was read at all.
//! - `SUSPENDED_REACTIVATE_INSTEAD` is 400/27006: to a script it is the use limit, as in S13.
//! - `REASON_MISSING` and `INVALID_INPUT` are 400/800002, and `ORDER_EMPTY` is 400/4018: an order
//!   that cannot be processed.
//! - `TRIAL_CANNOT_BE_SUSPENDED` is 400/800096, the vendor's "status not updatable".
//! - `CONVERSIONS_NOT_FOUND`: the vendor has only a word for it, so the code is the name; 400,
//!   since the subscription that the address names exists.
//! - `DOMAIN_TAKEN` is 409 like `ACTIVE_SUBSCRIPTIONS_REMAIN`: it is what is there already that
//!   stands in the way; the vendor's number is not known.
//! - `QUALIFICATION_NOT_IN_CLOUD` is 403 like `WRONG_CLOUD`; the vendor has no code.
//! - `ADDON_NEEDS_BASE` has the vendor's code of a cart line, answered with 400.
//! - 404/60003 is `CUSTOMER_NOT_FOUND`, where domain.md §2.7 has `TENANT_NOT_FOUND`: a name is the
//!   tag of its refusal, and a tenant is a customer everywhere else.

use crate::json::ReadError;
use serde::{Deserialize, Serialize};
use subscription_rules::Refusal;

/// What `source` says in every error of ours, where the vendor names one of its services.
pub const SOURCE: &str = "SubscriptionDesk";

/// The longest description in characters (domain.md §2.7).
const LONGEST_DESCRIPTION: usize = 1024;

/// How a refusal is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The Partner Center code: digits, or the name where the vendor has none. The same code may
    /// mean different things under different statuses.
    pub code: &'static str,
    /// Our stable name, on which clients may rely.
    pub name: &'static str,
}

/// How a refusal is answered (domain.md §2.7).
#[rustfmt::skip]
pub const fn answer(refusal: &Refusal) -> Answer {
    let (status, code, name) = match refusal {
        Refusal::RoleNotAllowed { .. }               => (403, "900150", "ROLE_NOT_ALLOWED"),
        Refusal::ViewOnly                            => (403, "900150", "VIEW_ONLY"),
        Refusal::PartnerBlocked                      => (403, "800039", "PARTNER_BLOCKED"),
        Refusal::NoCommerceRelationship              => (403, "20002",  "NO_COMMERCE_RELATIONSHIP"),
        Refusal::CustomerNotFound                    => (404, "60003",  "CUSTOMER_NOT_FOUND"),
        Refusal::SubscriptionNotFound                => (404, "20003",  "SUBSCRIPTION_NOT_FOUND"),
        Refusal::InvalidOfferId { .. }               => (400, "800004", "INVALID_OFFER_ID"),
        Refusal::WrongCloud { .. }                   => (403, "2085",   "WRONG_CLOUD"),
        Refusal::OfferNotInCountry { .. }            => (400, "800070", "OFFER_NOT_IN_COUNTRY"),
        Refusal::PartnerNotOnboardedInCountry { .. } => (403, "2030",   "PARTNER_NOT_ONBOARDED_IN_COUNTRY"),
        Refusal::PartnerNotValidForOffer { .. }      => (403, "2006",   "PARTNER_NOT_VALID_FOR_OFFER"),
        Refusal::WrongSegment { .. }                 => (403, "2085",   "WRONG_SEGMENT"),
        Refusal::OfferNoLongerAvailable { .. }       => (403, "2091",   "OFFER_NO_LONGER_AVAILABLE"),
        Refusal::CycleNotSupportedByOffer { .. }     => (400, "6001",   "CYCLE_NOT_SUPPORTED_BY_OFFER"),
        Refusal::AddonNeedsBase                      => (400, "400041", "ADDON_NEEDS_BASE"),
        Refusal::AddonNotForParent { .. }            => (400, "800029", "ADDON_NOT_FOR_PARENT"),
        Refusal::ParentNotActive                     => (409, "27009",  "PARENT_NOT_ACTIVE"),
        Refusal::PaidOfferOwned { .. }               => (403, "2085",   "PAID_OFFER_OWNED"),
        Refusal::TrialAlreadyHad { .. }              => (400, "27006",  "TRIAL_ALREADY_HAD"),
        Refusal::OfferUseLimitExceeded { .. }        => (400, "27006",  "OFFER_USE_LIMIT_EXCEEDED"),
        Refusal::SuspendedReactivateInstead { .. }   => (400, "27006",  "SUSPENDED_REACTIVATE_INSTEAD"),
        Refusal::QuantityZero                        => (400, "2002",   "QUANTITY_ZERO"),
        Refusal::QuantityNotWhole { .. }             => (400, "800002", "QUANTITY_NOT_WHOLE"),
        Refusal::QuantityOutOfRange { .. }           => (400, "2002",   "QUANTITY_OUT_OF_RANGE"),
        Refusal::QuantityLockedWhileSuspended        => (400, "2001",   "QUANTITY_LOCKED_WHILE_SUSPENDED"),
        Refusal::SeatsNotUpdatable { .. }            => (400, "800095", "SEATS_NOT_UPDATABLE"),
        Refusal::OfferUpdatesNotAllowed              => (400, "2006",   "OFFER_UPDATES_NOT_ALLOWED"),
        Refusal::SubscriptionDeleted                 => (400, "2011",   "SUBSCRIPTION_DELETED"),
        Refusal::WindowClosed { .. }                 => (400, "800040", "WINDOW_CLOSED"),
        Refusal::SuspendedByVendor                   => (403, "800040", "SUSPENDED_BY_VENDOR"),
        Refusal::SubscriptionNotActive               => (400, "800012", "SUBSCRIPTION_NOT_ACTIVE"),
        Refusal::StatusTransitionNotAllowed { .. }   => (400, "800040", "STATUS_TRANSITION_NOT_ALLOWED"),
        Refusal::ReasonMissing                       => (400, "800002", "REASON_MISSING"),
        Refusal::TrialCannotBeSuspended              => (400, "800096", "TRIAL_CANNOT_BE_SUSPENDED"),
        Refusal::ConversionsNotFound                 => (400, "CONVERSIONS_NOT_FOUND", "CONVERSIONS_NOT_FOUND"),
        Refusal::OrderEmpty                          => (400, "4018",   "ORDER_EMPTY"),
        Refusal::OrderNeedsSplit { .. }              => (400, "4018",   "ORDER_NEEDS_SPLIT"),
        Refusal::CycleFixedByPolicy                  => (400, "800097", "CYCLE_FIXED_BY_POLICY"),
        Refusal::QualificationNotInCloud { .. }      => (403, "QUALIFICATION_NOT_IN_CLOUD", "QUALIFICATION_NOT_IN_CLOUD"),
        Refusal::ActiveSubscriptionsRemain { .. }    => (409, "ACTIVE_SUBSCRIPTIONS_REMAIN", "ACTIVE_SUBSCRIPTIONS_REMAIN"),
        Refusal::InvalidInput { .. }                 => (400, "800002", "INVALID_INPUT"),
        Refusal::DomainTaken                         => (409, "DOMAIN_TAKEN", "DOMAIN_TAKEN"),
    };
    Answer { status, code, name }
}

/// What is wrong with a request itself, before or beside any rule (domain.md §2.7, design.md §3).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestFault {
    /// Nobody is signed in.
    #[error("sign in first")]
    AccessDenied,
    /// The customer has no such order.
    #[error("this order does not exist")]
    OrderNotFound,
    /// An order was to be cancelled, which none of ours can be (domain.md §2.5, §2.7).
    #[error("an order cannot be cancelled: suspend its subscriptions instead")]
    OrderNotCancellable,
    /// It cannot be read.
    #[error("the request cannot be read: {what}")]
    Malformed {
        /// Our own wording, never a framework's.
        what: String,
        /// The field, where one has a value that it cannot have.
        field: Option<&'static str>,
    },
    /// A field that is computed was given another value.
    #[error("{field} cannot be set")]
    ReadOnlyField {
        /// The field, as on the wire.
        field: String,
    },
    /// The billing cycle was changed on the subscription (domain.md §2.5).
    #[error("the billing cycle is changed on the order")]
    UseUpdateOrderForCycle,
    /// A reseller to put on record, where the partner sells directly (domain.md §2.4, §2.7); the
    /// field, as on the wire.
    #[error("there is no indirect reseller to record: leave {0} out")]
    ResellerNotIndirect(&'static str),
    /// A whole number that is larger than any offer's `maximumQuantity` (domain.md §2.7), as it was
    /// written.
    #[error("{0} licenses are more than any offer sells: see the offer's maximumQuantity")]
    QuantityTooLarge(String),
    /// An edit without an `ETag` (design.md §3).
    #[error("send the ETag of the state that was edited")]
    EtagMissing,
    /// Somebody else was first.
    #[error("it has changed since it was read")]
    EtagStale,
    /// A request ID that stands for another request.
    #[error("this request ID was used for another request")]
    RequestIdReused,
    /// More bytes than any request needs.
    #[error("the request is too large")]
    BodyTooLarge,
    /// Longer headers, or a longer address, than any request needs.
    #[error("the headers or the address are too long: 32 KiB at most")]
    HeadTooLarge,
    /// Nothing has this address.
    #[error("there is nothing at this address")]
    NoSuchAddress,
    /// The vendor has it, and we do not (domain.md §2.3, §2.7).
    #[error("Partner Center has this, this service has not: leave it out")]
    NotOffered,
    /// The address is there, the verb is not.
    #[error("this address does not take this verb")]
    VerbNotAllowed,
    /// A body in something else than JSON.
    #[error("send the body as application/json")]
    NotJson,
    /// A body that is compressed.
    #[error("send the body as it is: no Content-Encoding is read")]
    BodyEncoded,
    /// A page of somebody else made the browser ask.
    #[error("this was asked from a page that is not ours")]
    ForeignOrigin,
    /// Screens of another version than the server.
    #[error("the screens are of another version than the server: load the page again")]
    OtherVersion,
    /// Too many requests at once, for this partner or this customer.
    #[error("too many requests: wait as long as Retry-After says")]
    TooManyRequests,
    /// What keeps the data does not answer. Nothing was changed, or the change is found again
    /// under its request ID.
    #[error("the service is not available: try again with the same request ID")]
    Unavailable,
    /// It took too long.
    #[error("this took too long: try again with the same request ID")]
    TimedOut,
    /// A mistake of ours.
    #[error("something went wrong on our side: tell us the correlation ID")]
    Internal,
}

impl RequestFault {
    /// How the fault is answered.
    #[rustfmt::skip]
    pub const fn answer(&self) -> Answer {
        let (status, code, name) = match self {
            Self::AccessDenied           => (401, "400",    "ACCESS_DENIED"),
            Self::OrderNotFound          => (404, "20000",  "ORDER_NOT_FOUND"),
            Self::OrderNotCancellable    => (400, "800061", "ORDER_NOT_CANCELLABLE"),
            Self::Malformed { .. }       => (400, "800002", "MALFORMED"),
            Self::ReadOnlyField { .. }   => (400, "3000",   "READ_ONLY_FIELD"),
            Self::UseUpdateOrderForCycle => (400, "2054",   "USE_UPDATE_ORDER_FOR_CYCLE"),
            Self::ResellerNotIndirect(_) => (400, "800016", "RESELLER_NOT_INDIRECT"),
            Self::QuantityTooLarge(_)    => (400, "2002",   "QUANTITY_TOO_LARGE"),
            Self::EtagMissing            => (428, "ETAG_MISSING", "ETAG_MISSING"),
            Self::EtagStale              => (412, "2055",   "ETAG_STALE"),
            Self::RequestIdReused        => (422, "REQUEST_ID_REUSED", "REQUEST_ID_REUSED"),
            Self::BodyTooLarge           => (413, "BODY_TOO_LARGE", "BODY_TOO_LARGE"),
            Self::HeadTooLarge           => (431, "HEAD_TOO_LARGE", "HEAD_TOO_LARGE"),
            Self::NoSuchAddress          => (404, "NO_SUCH_ADDRESS", "NO_SUCH_ADDRESS"),
            Self::NotOffered             => (501, "NOT_OFFERED", "NOT_OFFERED"),
            Self::VerbNotAllowed         => (405, "VERB_NOT_ALLOWED", "VERB_NOT_ALLOWED"),
            Self::NotJson                => (415, "NOT_JSON", "NOT_JSON"),
            Self::BodyEncoded            => (415, "BODY_ENCODED", "BODY_ENCODED"),
            Self::ForeignOrigin          => (403, "FOREIGN_ORIGIN", "FOREIGN_ORIGIN"),
            Self::OtherVersion           => (409, "OTHER_VERSION", "OTHER_VERSION"),
            Self::TooManyRequests        => (429, "TOO_MANY_REQUESTS", "TOO_MANY_REQUESTS"),
            Self::Unavailable            => (503, "UNAVAILABLE", "UNAVAILABLE"),
            Self::TimedOut               => (504, "TIMED_OUT", "TIMED_OUT"),
            Self::Internal               => (500, "INTERNAL", "INTERNAL"),
        };
        Answer { status, code, name }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::ReadOnlyField { field } => Some(field),
            Self::UseUpdateOrderForCycle => Some("billingCycle"),
            Self::OrderNotCancellable => Some("status"),
            Self::Malformed { field, .. } => *field,
            Self::ResellerNotIndirect(field) => Some(field),
            Self::QuantityTooLarge(_) => Some("quantity"),
            Self::AccessDenied
            | Self::OrderNotFound
            | Self::EtagMissing
            | Self::EtagStale
            | Self::RequestIdReused
            | Self::BodyTooLarge
            | Self::NoSuchAddress
            | Self::NotOffered
            | Self::VerbNotAllowed
            | Self::NotJson
            | Self::BodyEncoded
            | Self::TooManyRequests
            | Self::Unavailable
            | Self::TimedOut
            | Self::ForeignOrigin
            | Self::HeadTooLarge
            | Self::OtherVersion
            | Self::Internal => None,
        }
    }
}

impl From<&ReadError> for RequestFault {
    fn from(error: &ReadError) -> Self {
        let field = match error {
            ReadError::Shape { field, .. } => *field,
            ReadError::NotUtf8 { .. } | ReadError::Syntax { .. } | ReadError::SameKey(_) => None,
        };
        Self::Malformed { what: error.to_string(), field }
    }
}

/// The body of every answer that is no success (domain.md §2.7, design.md §5). `name` and `field`
/// are ours; a body of the vendor's lacks them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    /// See [`Answer::code`].
    pub code: String,
    /// For people, in English; at most 1024 characters. The wording may change.
    #[serde(default)]
    pub description: String,
    /// The values that matter, in the order in which the refusal lists them: words in lower snake
    /// case, days as `2018-07-31`, lists last.
    #[serde(default)]
    pub data: Vec<String>,
    /// Who answers: [`SOURCE`], or a service of the vendor's.
    #[serde(default)]
    pub source: String,
    /// See [`Answer::name`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The field of the request that it is about, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl ErrorBody {
    fn new(answer: Answer, why: &impl ToString, field: Option<&str>, data: Vec<String>) -> Self {
        Self {
            code: answer.code.to_owned(),
            description: why.to_string().chars().take(LONGEST_DESCRIPTION).collect(),
            data,
            source: SOURCE.to_owned(),
            name: Some(answer.name.to_owned()),
            field: field.map(str::to_owned),
        }
    }
}

impl From<&Refusal> for ErrorBody {
    fn from(refusal: &Refusal) -> Self {
        let (field, data) = particulars(refusal);
        Self::new(answer(refusal), refusal, field, data)
    }
}

impl From<&RequestFault> for ErrorBody {
    fn from(fault: &RequestFault) -> Self {
        let data = match fault {
            RequestFault::QuantityTooLarge(asked) => vec![asked.clone()],
            _ => Vec::new(),
        };
        Self::new(fault.answer(), fault, fault.field(), data)
    }
}

/// The field of the request that a refusal is about, and its values.
fn particulars(refusal: &Refusal) -> (Option<&str>, Vec<String>) {
    match refusal {
        Refusal::ViewOnly
        | Refusal::PartnerBlocked
        | Refusal::NoCommerceRelationship
        | Refusal::CustomerNotFound
        | Refusal::SubscriptionNotFound
        | Refusal::OfferUpdatesNotAllowed
        | Refusal::SubscriptionDeleted
        | Refusal::SubscriptionNotActive => (None, vec![]),
        Refusal::RoleNotAllowed { permission } => (None, vec![word(permission)]),
        Refusal::InvalidOfferId { offer } => (Some("offerId"), vec![offer.to_string()]),
        Refusal::WrongCloud { sold_in } => (Some("offerId"), vec![word(sold_in)]),
        Refusal::OfferNotInCountry { country } => (Some("offerId"), vec![country.to_string()]),
        Refusal::PartnerNotOnboardedInCountry { country, cloud } => {
            (Some("country"), vec![country.to_string(), word(cloud)])
        }
        Refusal::PartnerNotValidForOffer { needs } => (Some("offerId"), vec![word(needs)]),
        Refusal::WrongSegment { customer, made_for } => {
            (Some("offerId"), vec![word(customer), word(made_for)])
        }
        Refusal::OfferNoLongerAvailable { last_order_on } => {
            (Some("offerId"), last_order_on.iter().map(ToString::to_string).collect())
        }
        Refusal::CycleNotSupportedByOffer { asked } => (Some("billingCycle"), vec![word(asked)]),
        Refusal::AddonNeedsBase | Refusal::ParentNotActive => {
            (Some("parentSubscriptionId"), vec![])
        }
        Refusal::AddonNotForParent { add_on } => (Some("offerId"), vec![add_on.to_string()]),
        Refusal::PaidOfferOwned { subscription } => {
            (Some("offerId"), vec![subscription.to_string()])
        }
        Refusal::TrialAlreadyHad { limit, subscriptions } => {
            (Some("offerId"), listed(vec![limit.to_string()], subscriptions))
        }
        Refusal::OfferUseLimitExceeded { limit, held, subscriptions } => {
            (Some("offerId"), listed(vec![limit.to_string(), held.to_string()], subscriptions))
        }
        Refusal::SuspendedReactivateInstead { limit, held, subscription, until } => {
            let (limit, held) = (limit.to_string(), held.to_string());
            (Some("offerId"), vec![limit, held, subscription.to_string(), until.0.to_string()])
        }
        Refusal::QuantityZero | Refusal::QuantityLockedWhileSuspended => (Some("quantity"), vec![]),
        Refusal::QuantityNotWhole { asked } => (Some("quantity"), vec![asked.clone()]),
        Refusal::QuantityOutOfRange { asked, min, max } => {
            (Some("quantity"), listed(vec![], &[asked, min, max]))
        }
        Refusal::SeatsNotUpdatable { fixed } => (Some("quantity"), vec![fixed.to_string()]),
        Refusal::WindowClosed { because, last_day } => {
            (Some("status"), vec![word(because), last_day.to_string()])
        }
        Refusal::SuspendedByVendor | Refusal::TrialCannotBeSuspended => (Some("status"), vec![]),
        Refusal::StatusTransitionNotAllowed { status, trigger } => {
            (Some("status"), vec![word(status), word(trigger)])
        }
        Refusal::ReasonMissing => (Some("suspensionReasons"), vec![]),
        Refusal::ConversionsNotFound => (Some("targetOfferId"), vec![]),
        Refusal::OrderEmpty => (Some("lineItems"), vec![]),
        Refusal::OrderNeedsSplit { groups } => {
            (Some("lineItems"), groups.iter().map(|group| group.0.to_string()).collect())
        }
        Refusal::CycleFixedByPolicy => (Some("billingCycle"), vec![]),
        Refusal::QualificationNotInCloud { cloud } => (Some("qualification"), vec![word(cloud)]),
        Refusal::ActiveSubscriptionsRemain { subscriptions } => {
            (Some("relationshipToPartner"), listed(vec![], subscriptions))
        }
        Refusal::InvalidInput { field, value } => (Some(field), vec![value.clone()]),
        Refusal::DomainTaken => (Some("domain"), vec![]),
    }
}

fn listed(mut first: Vec<String>, then: &[impl ToString]) -> Vec<String> {
    first.extend(then.iter().map(ToString::to_string));
    first
}

/// The word of a `rules` enumeration, in lower snake case as all words on the wire.
pub(crate) fn word(of: &impl Serialize) -> String {
    let Ok(serde_json::Value::String(word)) = serde_json::to_value(of) else {
        // Only enumerations without data get here, and they are strings.
        return String::new();
    };
    let mut snake = String::with_capacity(word.len() + 2);
    for letter in word.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
