//! Customers, orders, subscriptions and offers on the wire: read in any spelling, written in one,
//! and nothing lost on the way (domain.md §2.2, §2.5, §2.8).

#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on has failed")]

use subscription_api::{Customer, Offer, Order, Subscription, json, revision};
use subscription_rules::{self as rules, PriceList, SubscriptionId};

/// The shape of domain.md §2.8, with keys as the vendor's documents write requests.
const SUBSCRIPTION: &str = r#"{
    "Id": "11111111-2222-3333-4444-555555555555", "OFFERID": "031C9E47-4802-4248-838E-778FB1D2CC05",
    "friendlyName": "Head office", "Quantity": 12, "Status": "suspended",
    "creationDate": "2018-02-01T09:30:00Z", "BillingCycle": "Monthly",
    "TermDuration": "P1Y", "Attributes": { "Etag": "eyJpZCI6", "ObjectType": "Subscription" } }"#;

#[test]
fn a_subscription_is_read_in_any_spelling_and_keeps_what_is_unknown() {
    let mut text = b"\xEF\xBB\xBF".to_vec();
    text.extend(SUBSCRIPTION.as_bytes());
    let read: Subscription = json::read(&text).unwrap();
    assert_eq!(read.offer_id.as_deref(), Some("031C9E47-4802-4248-838E-778FB1D2CC05"));
    assert_eq!(read.status.as_deref(), Some("suspended"));
    assert_eq!(read.billing_cycle, Some(subscription_api::BillingCycle::Monthly));
    assert_eq!(read.attributes.as_ref().unwrap().etag.as_deref(), Some("eyJpZCI6"));
    let written = serde_json::to_value(&read).unwrap();
    assert_eq!(written["termDuration"], "P1Y", "an unknown field survives");
    assert_eq!(written["billingCycle"], "monthly", "exact in writing");
    let again: Subscription = serde_json::from_value(written).unwrap();
    assert_eq!(again, read);
}

#[test]
fn an_order_as_the_documents_write_it_is_read() {
    let text = br#"{ "ReferenceCustomerId": "c", "LineItems": [ { "OfferId": "o", "Quantity": 4,
        "FriendlyName": "n", "LineItemNumber": 0 } ] }"#;
    let order: Order = json::read(text).unwrap();
    assert_eq!(order.billing_cycle, None, "which means monthly");
    assert_eq!(order.line_items[0].quantity, 4);
    assert_eq!(order.line_items[0].friendly_name.as_deref(), Some("n"));
}

#[test]
fn a_customer_to_be_added_is_read_from_its_profiles() {
    let text = br#"{ "CompanyProfile": { "Domain": "a.example.com", "CompanyName": "A" },
        "BillingProfile": { "FirstName": "Kim", "DefaultAddress": { "Country": "US" } } }"#;
    let draft = json::read::<Customer>(text).unwrap().draft();
    assert_eq!((draft.company_name.as_str(), draft.country.as_str()), ("A", "US"));
    assert_eq!(draft.contact.first_name, "Kim");
}

#[test]
fn an_etag_belongs_to_one_subscription_and_may_be_quoted_weak_or_bare() {
    let id = SubscriptionId::parse("Ab-1").unwrap();
    for etag in ["ab-1.7", "\"ab-1.7\"", "W/\"AB-1.7\"", " ab-1.7 "] {
        assert_eq!(revision(etag, &id), Some(7), "{etag}");
    }
    for etag in ["", "7", "ab-2.7", "ab-1.", "ab-1.x", "*"] {
        assert_eq!(revision(etag, &id), None, "{etag}");
    }
}

/// What is written of an offer is enough to decide on it: every limit comes back.
#[test]
fn every_offer_of_the_catalogue_is_written_with_all_its_limits() {
    let text = include_str!("../../public/catalogue.json");
    let catalogue = subscription_usecases::catalogue::read_catalogue(text).unwrap();
    assert!(catalogue.offers().len() > 274);
    for offer in catalogue.offers() {
        let written = Offer::of(offer, &catalogue, &PriceList::default());
        let text = serde_json::to_vec(&written).unwrap();
        let mut read = json::read::<Offer>(&text).unwrap().in_cloud(offer.cloud).unwrap();
        // These are not on the wire, or written as another number.
        read.product = offer.product;
        read.illustrative = offer.illustrative;
        read.last_order_on = offer.last_order_on;
        let offer: &rules::Offer = offer;
        assert_eq!(&read, offer, "{}", offer.name);
    }
}
