//! Why a request was refused: data with a stable name, and the values a person needs to go on.
//! The vendor's codes and HTTP statuses for each stand in `subscription-api`.

use crate::{
    BillingCycle, Cloud, Country, CustomerType, DeletedBecause, ExpiresOn, OfferId, Permission,
    Quantity, SalesGroup, Segment, Status, SubscriptionId, Trigger,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Why a request was refused. The variant's name is the stable code; the text may change (domain.md §2.7).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase")]
pub enum Refusal {
    /// None of the person's roles allows it.
    #[error("your role does not allow this")]
    RoleNotAllowed {
        /// What would be needed.
        permission: Permission,
    },
    /// Here nothing can be changed, whatever the person's roles allow elsewhere.
    #[error("this is a view in which nothing can be changed")]
    ViewOnly,
    /// The partner's own account is not in good standing (A23).
    #[error("the partner account is blocked: nothing that creates a charge is possible")]
    PartnerBlocked,
    /// The partner does not resell to the customer.
    #[error("there is no reseller relationship with this customer")]
    NoCommerceRelationship,
    /// The customer is unknown, or another partner's.
    #[error("this customer does not exist")]
    CustomerNotFound,
    /// The customer has no such subscription.
    #[error("this subscription does not exist")]
    SubscriptionNotFound,
    /// The catalogue has no such offer.
    #[error("the offer {offer} does not exist")]
    InvalidOfferId {
        /// What was asked for.
        offer: OfferId,
    },
    /// The customer lives in another cloud.
    #[error("the offer is sold in another cloud: {}", sold_in.word())]
    WrongCloud {
        /// Where it is sold.
        sold_in: Cloud,
    },
    /// The offer is not sold in the customer's country.
    #[error("the offer is not sold in {country}")]
    OfferNotInCountry {
        /// The customer's country.
        country: Country,
    },
    /// The partner cannot sell in that country.
    #[error("this cloud does not serve {country}")]
    PartnerNotOnboardedInCountry {
        /// The country asked for.
        country: Country,
        /// The partner's cloud.
        cloud: Cloud,
    },
    /// The partner is not authorised to sell it.
    #[error("the partner is not authorized for this offer")]
    PartnerNotValidForOffer {
        /// What the partner would have to be authorised for.
        needs: Segment,
    },
    /// The offer is made for other customers (S11).
    #[error("the offer is made for other customers")]
    WrongSegment {
        /// What the customer is.
        customer: CustomerType,
        /// Whom the offer is for.
        made_for: Segment,
    },
    /// Withdrawn.
    #[error("the offer is no longer sold")]
    OfferNoLongerAvailable {
        /// Its last day, where known.
        last_order_on: Option<NaiveDate>,
    },
    /// The offer is not sold at the chosen frequency (S12).
    #[error("the offer is not sold at this billing frequency")]
    CycleNotSupportedByOffer {
        /// What was chosen.
        asked: BillingCycle,
    },
    /// Add-ons are bought on the page of their base (S18), over HTTP through its order
    /// (domain.md §2.3).
    #[error(
        "an add-on is bought with a PATCH of its base's order: parentSubscriptionId names the base"
    )]
    AddonNeedsBase,
    /// The add-on does not belong to that base.
    #[error("this add-on does not belong to that subscription")]
    AddonNotForParent {
        /// The add-on.
        add_on: OfferId,
    },
    /// The base is not active.
    #[error("the subscription it belongs to is not active")]
    ParentNotActive,
    /// A trial of something the customer already pays for (§1.3).
    #[error("the customer already has the paid offer")]
    PaidOfferOwned {
        /// The subscription of it.
        subscription: SubscriptionId,
    },
    /// The customer has had this trial (§1.3).
    #[error("the customer has had this trial {limit} times, which is all it may")]
    TrialAlreadyHad {
        /// How often it may be had.
        limit: u16,
        /// The subscriptions that count.
        subscriptions: Vec<SubscriptionId>,
    },
    /// The customer has as many as it may (S13).
    #[error("only {limit} at a time per customer; this customer has {held}")]
    OfferUseLimitExceeded {
        /// How many are allowed.
        limit: u16,
        /// How many there are.
        held: u16,
        /// Which.
        subscriptions: Vec<SubscriptionId>,
    },
    /// The customer has as many as it may, and one of them is suspended and can be reactivated
    /// instead (S14).
    #[error("only {limit} at a time per customer; one is suspended and can be reactivated")]
    SuspendedReactivateInstead {
        /// How many are allowed.
        limit: u16,
        /// How many there are.
        held: u16,
        /// The one to reactivate.
        subscription: SubscriptionId,
        /// The last day to do so.
        until: ExpiresOn,
    },
    /// No quantity at all.
    #[error("at least one license is needed")]
    QuantityZero,
    /// What was entered is no whole number.
    #[error("{asked:?} is not a whole number of licenses")]
    QuantityNotWhole {
        /// What was entered, cut after 24 characters.
        asked: String,
    },
    /// Below the smallest or above the largest quantity.
    #[error("{asked} licenses asked, {min} to {max} allowed")]
    QuantityOutOfRange {
        /// What was asked.
        asked: Quantity,
        /// The smallest.
        min: Quantity,
        /// The largest.
        max: Quantity,
    },
    /// The quantity cannot change while, or together with being, suspended.
    #[error("the quantity cannot change while the subscription is suspended")]
    QuantityLockedWhileSuspended,
    /// The quantity of a trial or of a usage-based subscription is fixed.
    #[error("the quantity of this subscription is fixed")]
    SeatsNotUpdatable {
        /// What it is fixed at.
        fixed: Quantity,
    },
    /// The subscription's offer is not in the catalogue any more, so no limit is known.
    #[error("subscriptions of this offer cannot be changed")]
    OfferUpdatesNotAllowed,
    /// Deleted is final.
    #[error("the subscription is deleted: what is to go on is ordered anew")]
    SubscriptionDeleted,
    /// The window to reactivate has passed (W15).
    #[error("it could be reactivated until {last_day}: what is to go on is ordered anew")]
    WindowClosed {
        /// How it ended.
        because: DeletedBecause,
        /// The last day on which it could be reactivated.
        last_day: NaiveDate,
    },
    /// The vendor suspended it; only the vendor can undo that.
    #[error("the vendor suspended it: only the vendor can reactivate it")]
    SuspendedByVendor,
    /// It must be active for this.
    #[error("the subscription is not active: reactivate it first")]
    SubscriptionNotActive,
    /// The status does not allow it.
    #[error("a subscription that is {status} does not allow this")]
    StatusTransitionNotAllowed {
        /// The status.
        status: Status,
        /// What was asked.
        trigger: Trigger,
    },
    /// The policy wants a reason for a suspension.
    #[error("a reason is needed: customer request, non-payment or fraud")]
    ReasonMissing,
    /// A trial cannot be suspended under the policy (A16).
    #[error("a trial cannot be suspended")]
    TrialCannotBeSuspended,
    /// It is no trial, or the trial does not become that offer.
    #[error("there is no conversion to this offer")]
    ConversionsNotFound,
    /// An order without a line.
    #[error("the order has no lines")]
    OrderEmpty,
    /// Lines that cannot share an order.
    #[error("these offers need separate orders")]
    OrderNeedsSplit {
        /// The sales groups found.
        groups: Vec<SalesGroup>,
    },
    /// The frequency of a subscription cannot change under the policy.
    #[error("the billing frequency of a subscription cannot be changed")]
    CycleFixedByPolicy,
    /// Special qualifications do not exist in that cloud.
    #[error("special qualifications do not exist in this cloud")]
    QualificationNotInCloud {
        /// The cloud.
        cloud: Cloud,
    },
    /// The relationship cannot end while subscriptions are active.
    #[error("active subscriptions remain: suspend them first")]
    ActiveSubscriptionsRemain {
        /// Which.
        subscriptions: Vec<SubscriptionId>,
    },
    /// A value that cannot be what it is for.
    #[error("{field} cannot be {value:?}: {}", allowed(field))]
    InvalidInput {
        /// The field.
        field: String,
        /// What was given, cut to a readable length.
        value: String,
    },
    /// A customer of the partner has this domain already: a domain stands for one tenant.
    #[error(
        "a customer has this domain already: look for it in the list, or choose another domain"
    )]
    DomainTaken,
}

/// What a field may hold, for whoever reads a refusal without the screens.
fn allowed(field: &str) -> &'static str {
    match field {
        "companyName" | "addressLine1" => "1 to 200 characters",
        "firstName" | "lastName" => "1 to 50 characters",
        "friendlyName" => "1 to 120 characters",
        "suspensionNote" => "at most 500 characters",
        "city" => "1 to 100 characters",
        "postalCode" => "as its country writes it, such as 98052 in the US, 1 to 20 characters",
        "state" => "a state's two letters, such as WA",
        "country" => "a country's two ISO letters, such as US",
        "addressLine2" => "at most 200 characters",
        "phoneNumber" | "culture" | "language" => "at most 50 characters",
        "domain" => "a domain, such as wingtiptoys.onmicrosoft.com",
        "email" => "an address, such as kim@wingtiptoys.com",
        _ => "choose another value",
    }
}

impl Refusal {
    /// An invalid value of a field.
    pub(crate) fn invalid(field: &str, value: &str) -> Self {
        Self::InvalidInput { field: field.to_owned(), value: value.chars().take(60).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn each() -> Vec<Refusal> {
        let subscription = SubscriptionId::parse("s-1").unwrap();
        let subscriptions = vec![subscription.clone(), SubscriptionId::parse("s-2").unwrap()];
        let offer = OfferId::parse("o-1").unwrap();
        let day = NaiveDate::from_ymd_opt(2027, 2, 28).unwrap();
        let country: Country = serde_json::from_str("\"DE\"").unwrap();
        let of = |count| Quantity::try_from(count).unwrap();
        vec![
            Refusal::RoleNotAllowed { permission: Permission::Buy },
            Refusal::ViewOnly,
            Refusal::PartnerBlocked,
            Refusal::NoCommerceRelationship,
            Refusal::CustomerNotFound,
            Refusal::SubscriptionNotFound,
            Refusal::InvalidOfferId { offer: offer.clone() },
            Refusal::WrongCloud { sold_in: Cloud::OFFERED[0] },
            Refusal::OfferNotInCountry { country },
            Refusal::PartnerNotOnboardedInCountry { country, cloud: Cloud::OFFERED[0] },
            Refusal::PartnerNotValidForOffer { needs: Segment::Education },
            Refusal::WrongSegment {
                customer: CustomerType::Commercial,
                made_for: Segment::Education,
            },
            Refusal::OfferNoLongerAvailable { last_order_on: None },
            Refusal::OfferNoLongerAvailable { last_order_on: Some(day) },
            Refusal::CycleNotSupportedByOffer { asked: BillingCycle::Monthly },
            Refusal::CycleNotSupportedByOffer { asked: BillingCycle::Annual },
            Refusal::CycleNotSupportedByOffer { asked: BillingCycle::None },
            Refusal::AddonNeedsBase,
            Refusal::AddonNotForParent { add_on: offer },
            Refusal::ParentNotActive,
            Refusal::PaidOfferOwned { subscription: subscription.clone() },
            Refusal::TrialAlreadyHad { limit: 1, subscriptions: subscriptions.clone() },
            Refusal::OfferUseLimitExceeded {
                limit: 2,
                held: 3,
                subscriptions: subscriptions.clone(),
            },
            Refusal::SuspendedReactivateInstead {
                limit: 2,
                held: 3,
                subscription,
                until: ExpiresOn(day),
            },
            Refusal::QuantityZero,
            Refusal::QuantityNotWhole { asked: "1.5".into() },
            Refusal::QuantityNotWhole { asked: "monthly".into() },
            Refusal::QuantityOutOfRange { asked: of(9), min: of(1), max: of(5) },
            Refusal::QuantityLockedWhileSuspended,
            Refusal::SeatsNotUpdatable { fixed: of(25) },
            Refusal::OfferUpdatesNotAllowed,
            Refusal::SubscriptionDeleted,
            Refusal::WindowClosed { because: DeletedBecause::WindowEnded, last_day: day },
            Refusal::SuspendedByVendor,
            Refusal::SubscriptionNotActive,
            Refusal::StatusTransitionNotAllowed {
                status: Status::Deleted,
                trigger: Trigger::Suspend,
            },
            Refusal::ReasonMissing,
            Refusal::TrialCannotBeSuspended,
            Refusal::ConversionsNotFound,
            Refusal::OrderEmpty,
            Refusal::OrderNeedsSplit { groups: Vec::new() },
            Refusal::CycleFixedByPolicy,
            Refusal::QualificationNotInCloud { cloud: Cloud::OFFERED[0] },
            Refusal::ActiveSubscriptionsRemain { subscriptions },
            Refusal::invalid("domain", "a b"),
            Refusal::DomainTaken,
        ]
    }

    #[test]
    fn every_refusal_is_read_back_as_it_was_written() {
        for refusal in each() {
            let written = serde_json::to_string(&refusal).unwrap();
            let read: Refusal = serde_json::from_str(&written).unwrap();
            assert_eq!(read, refusal, "{written}");
        }
    }
}
