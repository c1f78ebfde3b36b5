//! The table of domain.md §2.7: every refusal with its HTTP status, code and name, and what its
//! body carries.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use chrono::NaiveDate;
use serde_json::json;
use std::collections::HashSet;
use subscription_api::{ErrorBody, RequestFault, SOURCE, answer, json};
use subscription_rules::{
    BillingCycle, Cloud, Country, CustomerType, DeletedBecause, ExpiresOn, OfferId, Permission,
    Quantity, Refusal, SalesGroup, Segment, Status, SubscriptionId, Trigger,
};

type Row =
    (Refusal, u16, &'static str, &'static str, Option<&'static str>, &'static [&'static str]);

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn offer() -> OfferId {
    OfferId::parse("OFFER-1").unwrap()
}

fn held(name: &str) -> SubscriptionId {
    SubscriptionId::parse(name).unwrap()
}

fn quantity(count: u32) -> Quantity {
    count.try_into().unwrap()
}

/// Refusal, HTTP status, code, name, field, data.
#[rustfmt::skip]
fn table() -> Vec<Row> {
    use Refusal as R;
    let (one, two) = (held("S-1"), held("S-2"));
    vec![
        // domain.md §2.7, the vendor's own
        (R::PartnerNotValidForOffer { needs: Segment::Education },
            403, "2006", "PARTNER_NOT_VALID_FOR_OFFER", Some("offerId"), &["education"]),
        (R::PartnerNotOnboardedInCountry { country: Country::US, cloud: Cloud::Germany },
            403, "2030", "PARTNER_NOT_ONBOARDED_IN_COUNTRY", Some("country"), &["US", "germany"]),
        (R::OfferNoLongerAvailable { last_order_on: Some(day("2017-04-07")) },
            403, "2091", "OFFER_NO_LONGER_AVAILABLE", Some("offerId"), &["2017-04-07"]),
        (R::OfferNoLongerAvailable { last_order_on: None },
            403, "2091", "OFFER_NO_LONGER_AVAILABLE", Some("offerId"), &[]),
        (R::NoCommerceRelationship,
            403, "20002", "NO_COMMERCE_RELATIONSHIP", None, &[]),
        (R::SubscriptionNotFound,
            404, "20003", "SUBSCRIPTION_NOT_FOUND", None, &[]),
        (R::OfferUseLimitExceeded { limit: 2, held: 2, subscriptions: vec![one.clone(), two.clone()] },
            400, "27006", "OFFER_USE_LIMIT_EXCEEDED", Some("offerId"), &["2", "2", "S-1", "S-2"]),
        (R::ParentNotActive,
            409, "27009", "PARENT_NOT_ACTIVE", Some("parentSubscriptionId"), &[]),
        (R::QuantityLockedWhileSuspended,
            400, "2001", "QUANTITY_LOCKED_WHILE_SUSPENDED", Some("quantity"), &[]),
        (R::QuantityOutOfRange { asked: quantity(301), min: quantity(1), max: quantity(300) },
            400, "2002", "QUANTITY_OUT_OF_RANGE", Some("quantity"), &["301", "1", "300"]),
        (R::OfferUpdatesNotAllowed,
            400, "2006", "OFFER_UPDATES_NOT_ALLOWED", None, &[]),
        (R::SubscriptionDeleted,
            400, "2011", "SUBSCRIPTION_DELETED", None, &[]),
        (R::CycleNotSupportedByOffer { asked: BillingCycle::Annual },
            400, "6001", "CYCLE_NOT_SUPPORTED_BY_OFFER", Some("billingCycle"), &["annual"]),
        (R::InvalidInput { field: "companyName".into(), value: "\u{7}".into() },
            400, "800002", "INVALID_INPUT", Some("companyName"), &["\u{7}"]),
        (R::InvalidOfferId { offer: offer() },
            400, "800004", "INVALID_OFFER_ID", Some("offerId"), &["OFFER-1"]),
        (R::SubscriptionNotActive,
            400, "800012", "SUBSCRIPTION_NOT_ACTIVE", None, &[]),
        (R::AddonNotForParent { add_on: offer() },
            400, "800029", "ADDON_NOT_FOR_PARENT", Some("offerId"), &["OFFER-1"]),
        (R::StatusTransitionNotAllowed { status: Status::Active, trigger: Trigger::WindowEnds },
            400, "800040", "STATUS_TRANSITION_NOT_ALLOWED", Some("status"), &["active", "window_ends"]),
        (R::OfferNotInCountry { country: Country::DE },
            400, "800070", "OFFER_NOT_IN_COUNTRY", Some("offerId"), &["DE"]),
        (R::SeatsNotUpdatable { fixed: quantity(25) },
            400, "800095", "SEATS_NOT_UPDATABLE", Some("quantity"), &["25"]),
        (R::RoleNotAllowed { permission: Permission::ChangeBillingCycle },
            403, "900150", "ROLE_NOT_ALLOWED", None, &["change_billing_cycle"]),
        // Ours: the vendor has no read-only view.
        (R::ViewOnly,
            403, "900150", "VIEW_ONLY", None, &[]),
        (R::AddonNeedsBase,
            400, "400041", "ADDON_NEEDS_BASE", Some("parentSubscriptionId"), &[]),
        // domain.md §2.7, the decision
        (R::WindowClosed { because: DeletedBecause::WindowEnded, last_day: day("2018-07-31") },
            400, "800040", "WINDOW_CLOSED", Some("status"), &["window_ended", "2018-07-31"]),
        (R::SuspendedByVendor,
            403, "800040", "SUSPENDED_BY_VENDOR", Some("status"), &[]),
        (R::TrialAlreadyHad { limit: 1, subscriptions: vec![one.clone()] },
            400, "27006", "TRIAL_ALREADY_HAD", Some("offerId"), &["1", "S-1"]),
        (R::PaidOfferOwned { subscription: one.clone() },
            403, "2085", "PAID_OFFER_OWNED", Some("offerId"), &["S-1"]),
        (R::WrongSegment { customer: CustomerType::GovernmentCommunityCloud, made_for: Segment::Nonprofit },
            403, "2085", "WRONG_SEGMENT", Some("offerId"), &["government_community_cloud", "nonprofit"]),
        (R::WrongCloud { sold_in: Cloud::UsGovernment },
            403, "2085", "WRONG_CLOUD", Some("offerId"), &["us_government"]),
        (R::PartnerBlocked,
            403, "800039", "PARTNER_BLOCKED", None, &[]),
        (R::OrderNeedsSplit { groups: vec![SalesGroup("Azure".into()), SalesGroup("Default".into())] },
            400, "4018", "ORDER_NEEDS_SPLIT", Some("lineItems"), &["Azure", "Default"]),
        (R::CycleFixedByPolicy,
            400, "800097", "CYCLE_FIXED_BY_POLICY", Some("billingCycle"), &[]),
        (R::ActiveSubscriptionsRemain { subscriptions: vec![one.clone(), two] },
            409, "ACTIVE_SUBSCRIPTIONS_REMAIN", "ACTIVE_SUBSCRIPTIONS_REMAIN", Some("relationshipToPartner"), &["S-1", "S-2"]),
        (R::DomainTaken,
            409, "DOMAIN_TAKEN", "DOMAIN_TAKEN", Some("domain"), &[]),
        (R::CustomerNotFound,
            404, "60003", "CUSTOMER_NOT_FOUND", None, &[]),
        // decided in the module's head
        (R::SuspendedReactivateInstead { limit: 1, held: 1, subscription: one, until: ExpiresOn(day("2018-08-14")) },
            400, "27006", "SUSPENDED_REACTIVATE_INSTEAD", Some("offerId"), &["1", "1", "S-1", "2018-08-14"]),
        (R::QuantityZero,
            400, "2002", "QUANTITY_ZERO", Some("quantity"), &[]),
        (R::QuantityNotWhole { asked: "1.5".into() },
            400, "800002", "QUANTITY_NOT_WHOLE", Some("quantity"), &["1.5"]),
        (R::ReasonMissing,
            400, "800002", "REASON_MISSING", Some("suspensionReasons"), &[]),
        (R::TrialCannotBeSuspended,
            400, "800096", "TRIAL_CANNOT_BE_SUSPENDED", Some("status"), &[]),
        (R::ConversionsNotFound,
            400, "CONVERSIONS_NOT_FOUND", "CONVERSIONS_NOT_FOUND", Some("targetOfferId"), &[]),
        (R::OrderEmpty,
            400, "4018", "ORDER_EMPTY", Some("lineItems"), &[]),
        (R::QualificationNotInCloud { cloud: Cloud::Germany },
            403, "QUALIFICATION_NOT_IN_CLOUD", "QUALIFICATION_NOT_IN_CLOUD", Some("qualification"), &["germany"]),
    ]
}

/// The names of all variants; one that is missing here does not compile.
macro_rules! variants {
    ($($variant:ident)*) => {
        const VARIANTS: &[&str] = &[$(stringify!($variant)),*];
        fn variant(of: &Refusal) -> &'static str {
            match of { $(Refusal::$variant { .. } => stringify!($variant),)* }
        }
    };
}
variants! {
    RoleNotAllowed ViewOnly PartnerBlocked NoCommerceRelationship CustomerNotFound SubscriptionNotFound
    InvalidOfferId WrongCloud OfferNotInCountry PartnerNotOnboardedInCountry
    PartnerNotValidForOffer WrongSegment OfferNoLongerAvailable CycleNotSupportedByOffer
    AddonNeedsBase AddonNotForParent ParentNotActive PaidOfferOwned TrialAlreadyHad
    OfferUseLimitExceeded SuspendedReactivateInstead QuantityZero QuantityNotWhole
    QuantityOutOfRange QuantityLockedWhileSuspended SeatsNotUpdatable OfferUpdatesNotAllowed
    SubscriptionDeleted WindowClosed SuspendedByVendor SubscriptionNotActive
    StatusTransitionNotAllowed ReasonMissing TrialCannotBeSuspended ConversionsNotFound OrderEmpty
    OrderNeedsSplit CycleFixedByPolicy QualificationNotInCloud ActiveSubscriptionsRemain
    InvalidInput DomainTaken
}

fn faults() -> [(RequestFault, u16, &'static str, &'static str, Option<&'static str>); 20] {
    use RequestFault as F;
    let (what, field) = (String::from("x"), String::from("orderId"));
    [
        (F::AccessDenied, 401, "400", "ACCESS_DENIED", None),
        (F::OrderNotFound, 404, "20000", "ORDER_NOT_FOUND", None),
        (F::OrderNotCancellable, 400, "800061", "ORDER_NOT_CANCELLABLE", Some("status")),
        (F::Malformed { what, field: Some("status") }, 400, "800002", "MALFORMED", Some("status")),
        (F::ReadOnlyField { field }, 400, "3000", "READ_ONLY_FIELD", Some("orderId")),
        (
            F::UseUpdateOrderForCycle,
            400,
            "2054",
            "USE_UPDATE_ORDER_FOR_CYCLE",
            Some("billingCycle"),
        ),
        (
            F::ResellerNotIndirect("partnerId"),
            400,
            "800016",
            "RESELLER_NOT_INDIRECT",
            Some("partnerId"),
        ),
        (
            F::QuantityTooLarge("99999999999".into()),
            400,
            "2002",
            "QUANTITY_TOO_LARGE",
            Some("quantity"),
        ),
        (F::EtagMissing, 428, "ETAG_MISSING", "ETAG_MISSING", None),
        (F::EtagStale, 412, "2055", "ETAG_STALE", None),
        (F::RequestIdReused, 422, "REQUEST_ID_REUSED", "REQUEST_ID_REUSED", None),
        (F::BodyTooLarge, 413, "BODY_TOO_LARGE", "BODY_TOO_LARGE", None),
        (F::NoSuchAddress, 404, "NO_SUCH_ADDRESS", "NO_SUCH_ADDRESS", None),
        (F::VerbNotAllowed, 405, "VERB_NOT_ALLOWED", "VERB_NOT_ALLOWED", None),
        (F::NotJson, 415, "NOT_JSON", "NOT_JSON", None),
        (F::BodyEncoded, 415, "BODY_ENCODED", "BODY_ENCODED", None),
        (F::TooManyRequests, 429, "TOO_MANY_REQUESTS", "TOO_MANY_REQUESTS", None),
        (F::Unavailable, 503, "UNAVAILABLE", "UNAVAILABLE", None),
        (F::TimedOut, 504, "TIMED_OUT", "TIMED_OUT", None),
        (F::Internal, 500, "INTERNAL", "INTERNAL", None),
    ]
}

#[test]
fn every_refusal_is_answered_as_the_table_says() {
    for (refusal, status, code, name, field, data) in table() {
        let given = answer(&refusal);
        assert_eq!((given.status, given.code, given.name), (status, code, name), "{refusal:?}");
        let body = ErrorBody::from(&refusal);
        let expected = ErrorBody {
            code: code.into(),
            description: refusal.to_string(),
            data: data.iter().map(ToString::to_string).collect(),
            source: SOURCE.into(),
            name: Some(name.into()),
            field: field.map(Into::into),
        };
        assert_eq!(body, expected, "{refusal:?}");
    }
}

#[test]
fn every_variant_has_a_row() {
    let seen = table().iter().map(|row| variant(&row.0)).collect::<HashSet<_>>();
    assert_eq!(seen, VARIANTS.iter().copied().collect::<HashSet<_>>());
}

#[test]
fn every_fault_of_a_request_is_answered_as_the_table_says() {
    for (fault, status, code, name, field) in faults() {
        let given = fault.answer();
        assert_eq!((given.status, given.code, given.name), (status, code, name));
        let body = ErrorBody::from(&fault);
        assert_eq!((body.code.as_str(), body.name.as_deref()), (code, Some(name)));
        assert_eq!(body.field.as_deref(), field);
    }
}

#[test]
fn names_are_unique_and_are_the_tags() {
    let mut names = HashSet::new();
    for name in VARIANTS {
        let row = table().into_iter().find(|row| variant(&row.0) == *name).unwrap();
        assert!(names.insert(answer(&row.0).name), "{name}");
        let written = serde_json::to_value(&row.0).unwrap();
        let tag = written.as_str().or_else(|| written.as_object()?.keys().next().map(|k| &**k));
        assert_eq!(tag, Some(answer(&row.0).name));
    }
    for (fault, ..) in faults() {
        assert!(names.insert(fault.answer().name), "{fault:?}");
    }
}

#[test]
fn a_code_is_a_number_of_the_vendors_or_the_name() {
    let table = table();
    let of_rules = table.iter().map(|row| answer(&row.0));
    for given in of_rules.clone() {
        assert!((400..500).contains(&given.status), "a rule is never our mistake: {given:?}");
    }
    for given in of_rules.chain(faults().into_iter().map(|row| row.0.answer())) {
        let number = given.code.bytes().all(|byte| byte.is_ascii_digit());
        assert!(number || given.code == given.name, "{given:?}");
        assert!((400..=504).contains(&given.status), "{given:?}");
    }
}

#[test]
fn a_body_reads_on_the_wire_as_the_vendors_and_two_fields_more() {
    let (asked, min, max) = (quantity(7), quantity(1), quantity(5));
    let body = ErrorBody::from(&Refusal::QuantityOutOfRange { asked, min, max });
    let wire = json!({
        "code": "2002",
        "description": "7 licenses asked, 1 to 5 allowed",
        "data": ["7", "1", "5"],
        "source": "SubscriptionDesk",
        "name": "QUANTITY_OUT_OF_RANGE",
        "field": "quantity",
    });
    assert_eq!(serde_json::to_value(&body).unwrap(), wire);
    let shouted = wire.to_string().replace("\"code\"", "\"CODE\"");
    assert_eq!(json::read::<ErrorBody>(shouted.as_bytes()).unwrap(), body);

    // The vendor's: no name, no field, and data only sometimes.
    let theirs = br#"{"code":"27006","description":"...","source":"PartnerFD"}"#;
    let theirs = json::read::<ErrorBody>(theirs).unwrap();
    assert_eq!((theirs.code.as_str(), theirs.name, theirs.data.len()), ("27006", None, 0));
}

#[test]
fn a_description_stays_within_what_the_vendor_allows() {
    let (field, value) = ("note".to_owned(), "é".repeat(5000));
    let body = ErrorBody::from(&Refusal::InvalidInput { field, value });
    assert_eq!(body.description.chars().count(), 1024);
}

#[test]
fn a_body_that_cannot_be_read_is_malformed_in_our_own_words() {
    let error = json::read::<ErrorBody>(b"{\"code\":").unwrap_err();
    let body = ErrorBody::from(&RequestFault::from(&error));
    assert_eq!(body.name.as_deref(), Some("MALFORMED"));
    assert!(body.description.ends_with("this is not JSON: see line 1, column 8"), "{body:?}");
    let error = json::read::<ErrorBody>(b"{\"code\":7}").unwrap_err();
    let body = ErrorBody::from(&RequestFault::from(&error));
    assert_eq!(body.field.as_deref(), Some("code"), "{body:?}");
}
