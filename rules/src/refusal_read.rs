//! Reads a refusal back. One flat struct of optional fields instead of a visitor for each variant,
//! and no buffer for what comes before the tag: the code is a tenth, and the browser downloads it.

use crate::{
    BillingCycle, Cloud, Country, CustomerType, DeletedBecause, ExpiresOn, OfferId, Permission,
    Quantity, Refusal, SalesGroup, Segment, Status, SubscriptionId, Trigger,
};
use chrono::NaiveDate;
use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// The name of each refusal, and nothing else of it.
#[derive(Clone, Copy, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Name {
    RoleNotAllowed,
    PartnerBlocked,
    NoCommerceRelationship,
    CustomerNotFound,
    SubscriptionNotFound,
    InvalidOfferId,
    WrongCloud,
    OfferNotInCountry,
    PartnerNotOnboardedInCountry,
    PartnerNotValidForOffer,
    WrongSegment,
    OfferNoLongerAvailable,
    CycleNotSupportedByOffer,
    AddonNeedsBase,
    AddonNotForParent,
    ParentNotActive,
    PaidOfferOwned,
    TrialAlreadyHad,
    OfferUseLimitExceeded,
    SuspendedReactivateInstead,
    QuantityZero,
    QuantityNotWhole,
    QuantityOutOfRange,
    QuantityLockedWhileSuspended,
    SeatsNotUpdatable,
    OfferUpdatesNotAllowed,
    SubscriptionDeleted,
    WindowClosed,
    SuspendedByVendor,
    SubscriptionNotActive,
    StatusTransitionNotAllowed,
    ReasonMissing,
    TrialCannotBeSuspended,
    ConversionsNotFound,
    OrderEmpty,
    OrderNeedsSplit,
    CycleFixedByPolicy,
    QualificationNotInCloud,
    ActiveSubscriptionsRemain,
    InvalidInput,
}

/// The fields of all refusals; which of them are there, the name decides.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Read {
    name: Name,
    permission: Option<Permission>,
    offer: Option<OfferId>,
    sold_in: Option<Cloud>,
    country: Option<Country>,
    cloud: Option<Cloud>,
    needs: Option<Segment>,
    customer: Option<CustomerType>,
    made_for: Option<Segment>,
    last_order_on: Option<NaiveDate>,
    asked: Option<Asked>,
    add_on: Option<OfferId>,
    subscription: Option<SubscriptionId>,
    subscriptions: Option<Vec<SubscriptionId>>,
    limit: Option<u16>,
    held: Option<u16>,
    until: Option<ExpiresOn>,
    min: Option<Quantity>,
    max: Option<Quantity>,
    fixed: Option<Quantity>,
    because: Option<DeletedBecause>,
    last_day: Option<NaiveDate>,
    status: Option<Status>,
    trigger: Option<Trigger>,
    groups: Option<Vec<SalesGroup>>,
    field: Option<String>,
    value: Option<String>,
}

/// What was asked for: a number of licenses, or a text that is a billing frequency or no number.
enum Asked {
    Text(String),
    Number(u32),
}

impl<'de> Deserialize<'de> for Asked {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Either;
        impl Visitor<'_> for Either {
            type Value = Asked;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a text or a number")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Asked, E> {
                Ok(Asked::Text(text.to_owned()))
            }
            fn visit_u64<E: Error>(self, number: u64) -> Result<Asked, E> {
                u32::try_from(number).map(Asked::Number).map_err(E::custom)
            }
        }
        from.deserialize_any(Either)
    }
}

impl Asked {
    fn text(self) -> Result<String, Unreadable> {
        match self {
            Self::Text(text) => Ok(text),
            Self::Number(_) => Err(Unreadable),
        }
    }

    fn quantity(&self) -> Result<Quantity, Unreadable> {
        match self {
            Self::Number(number) => Quantity::try_from(*number).map_err(|_| Unreadable),
            Self::Text(_) => Err(Unreadable),
        }
    }

    fn cycle(&self) -> Result<BillingCycle, Unreadable> {
        match self {
            Self::Text(text) => match text.as_str() {
                "monthly" => Ok(BillingCycle::Monthly),
                "annual" => Ok(BillingCycle::Annual),
                "none" => Ok(BillingCycle::None),
                _ => Err(Unreadable),
            },
            Self::Number(_) => Err(Unreadable),
        }
    }
}

/// A field that belongs to the refusal is not there, or holds something else.
#[derive(Debug, thiserror::Error)]
#[error("the refusal lacks a field that its name calls for")]
pub struct Unreadable;

fn need<V>(field: Option<V>) -> Result<V, Unreadable> {
    field.ok_or(Unreadable)
}

impl TryFrom<Read> for Refusal {
    type Error = Unreadable;
    fn try_from(read: Read) -> Result<Self, Unreadable> {
        Ok(match read.name {
            Name::RoleNotAllowed => Self::RoleNotAllowed { permission: need(read.permission)? },
            Name::PartnerBlocked => Self::PartnerBlocked,
            Name::NoCommerceRelationship => Self::NoCommerceRelationship,
            Name::CustomerNotFound => Self::CustomerNotFound,
            Name::SubscriptionNotFound => Self::SubscriptionNotFound,
            Name::InvalidOfferId => Self::InvalidOfferId { offer: need(read.offer)? },
            Name::WrongCloud => Self::WrongCloud { sold_in: need(read.sold_in)? },
            Name::OfferNotInCountry => Self::OfferNotInCountry { country: need(read.country)? },
            Name::PartnerNotOnboardedInCountry => Self::PartnerNotOnboardedInCountry {
                country: need(read.country)?,
                cloud: need(read.cloud)?,
            },
            Name::PartnerNotValidForOffer => {
                Self::PartnerNotValidForOffer { needs: need(read.needs)? }
            }
            Name::WrongSegment => Self::WrongSegment {
                customer: need(read.customer)?,
                made_for: need(read.made_for)?,
            },
            Name::OfferNoLongerAvailable => {
                Self::OfferNoLongerAvailable { last_order_on: read.last_order_on }
            }
            Name::CycleNotSupportedByOffer => {
                Self::CycleNotSupportedByOffer { asked: need(read.asked)?.cycle()? }
            }
            Name::AddonNeedsBase => Self::AddonNeedsBase,
            Name::AddonNotForParent => Self::AddonNotForParent { add_on: need(read.add_on)? },
            Name::ParentNotActive => Self::ParentNotActive,
            Name::PaidOfferOwned => Self::PaidOfferOwned { subscription: need(read.subscription)? },
            Name::TrialAlreadyHad => Self::TrialAlreadyHad {
                limit: need(read.limit)?,
                subscriptions: need(read.subscriptions)?,
            },
            Name::OfferUseLimitExceeded => Self::OfferUseLimitExceeded {
                limit: need(read.limit)?,
                held: need(read.held)?,
                subscriptions: need(read.subscriptions)?,
            },
            Name::SuspendedReactivateInstead => Self::SuspendedReactivateInstead {
                limit: need(read.limit)?,
                held: need(read.held)?,
                subscription: need(read.subscription)?,
                until: need(read.until)?,
            },
            Name::QuantityZero => Self::QuantityZero,
            Name::QuantityNotWhole => Self::QuantityNotWhole { asked: need(read.asked)?.text()? },
            Name::QuantityOutOfRange => Self::QuantityOutOfRange {
                asked: need(read.asked)?.quantity()?,
                min: need(read.min)?,
                max: need(read.max)?,
            },
            Name::QuantityLockedWhileSuspended => Self::QuantityLockedWhileSuspended,
            Name::SeatsNotUpdatable => Self::SeatsNotUpdatable { fixed: need(read.fixed)? },
            Name::OfferUpdatesNotAllowed => Self::OfferUpdatesNotAllowed,
            Name::SubscriptionDeleted => Self::SubscriptionDeleted,
            Name::WindowClosed => {
                Self::WindowClosed { because: need(read.because)?, last_day: need(read.last_day)? }
            }
            Name::SuspendedByVendor => Self::SuspendedByVendor,
            Name::SubscriptionNotActive => Self::SubscriptionNotActive,
            Name::StatusTransitionNotAllowed => Self::StatusTransitionNotAllowed {
                status: need(read.status)?,
                trigger: need(read.trigger)?,
            },
            Name::ReasonMissing => Self::ReasonMissing,
            Name::TrialCannotBeSuspended => Self::TrialCannotBeSuspended,
            Name::ConversionsNotFound => Self::ConversionsNotFound,
            Name::OrderEmpty => Self::OrderEmpty,
            Name::OrderNeedsSplit => Self::OrderNeedsSplit { groups: need(read.groups)? },
            Name::CycleFixedByPolicy => Self::CycleFixedByPolicy,
            Name::QualificationNotInCloud => {
                Self::QualificationNotInCloud { cloud: need(read.cloud)? }
            }
            Name::ActiveSubscriptionsRemain => {
                Self::ActiveSubscriptionsRemain { subscriptions: need(read.subscriptions)? }
            }
            Name::InvalidInput => {
                Self::InvalidInput { field: need(read.field)?, value: need(read.value)? }
            }
        })
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
        ]
    }

    #[test]
    fn every_refusal_is_read_back_as_it_was_written() {
        let mut names = std::collections::HashSet::new();
        for refusal in each() {
            names.insert(std::mem::discriminant(&refusal));
            let written = serde_json::to_string(&refusal).unwrap();
            let read: Refusal = serde_json::from_str(&written).unwrap();
            assert_eq!(read, refusal, "{written}");
            // The tag may stand anywhere.
            let value = serde_json::to_value(&refusal).unwrap();
            assert_eq!(serde_json::from_value::<Refusal>(value).unwrap(), refusal, "{written}");
        }
        assert_eq!(names.len(), Name::InvalidInput as usize + 1, "no refusal is left out");
    }

    #[test]
    fn what_lacks_a_field_is_no_refusal() {
        let wrong = [
            "{}",
            r#"{"name":"NO_SUCH"}"#,
            r#"{"name":"WRONG_CLOUD"}"#,
            r#"{"name":"CYCLE_NOT_SUPPORTED_BY_OFFER","asked":"weekly"}"#,
            r#"{"name":"QUANTITY_NOT_WHOLE","asked":3}"#,
            r#"{"name":"QUANTITY_OUT_OF_RANGE","asked":0,"min":1,"max":2}"#,
        ];
        for text in wrong {
            assert!(serde_json::from_str::<Refusal>(text).is_err(), "{text}");
        }
    }
}
