//! Customers, orders, subscriptions and offers on the wire: read in any spelling, written in one,
//! and nothing lost on the way (domain.md §2.2, §2.5, §2.8).

#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on has failed")]

use chrono::TimeDelta;
use serde_json::{Value, json};
use subscription_api::{
    Conversion, Customer, Offer, Order, ProvisioningStatus, Subscription, is_profile_etag, json,
    order_of, profile_etag, revision, with_add_ons,
};
use subscription_rules::{
    self as rules, BillingCycle, Country, Line, OfferId, PriceList, Quantity, SubscriptionId,
    Suspend,
};
use subscription_usecases::catalogue::read_catalogue;
use subscription_usecases::contract::{self, draft, now, request};
use subscription_usecases::{Caller, MemoryStore, customers, orders, subscriptions};

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

/// The documents' sample: `null` where there is nothing, and the names in the address alone.
#[test]
fn a_customer_is_read_as_the_documents_write_one() {
    let text = br#"{
        "Id": null, "CommerceId": null, "RelationshipToPartner": "none",
        "AllowDelegatedAccess": null, "UserCredentials": null, "CustomDomains": null, "Links": null,
        "CompanyProfile": { "TenantId": null, "Domain": "a.example.com", "CompanyName": null,
            "Attributes": { "ObjectType": "CustomerCompanyProfile" } },
        "BillingProfile": { "Id": null, "FirstName": null, "LastName": null,
            "Email": "tania@example.com", "Culture": "EN-US", "Language": "En",
            "CompanyName": "A", "DefaultAddress": { "Country": "US", "Region": null,
                "City": "Redmond", "State": "WA", "AddressLine1": "One Way",
                "AddressLine2": "Suite 2", "PostalCode": "98052", "FirstName": "Tania",
                "LastName": "Carr", "PhoneNumber": "4255550101" } } }"#;
    let draft = json::read::<Customer>(text).unwrap().draft();
    assert_eq!((&*draft.company_name, &*draft.country), ("A", "US"));
    assert_eq!((&*draft.contact.first_name, &*draft.contact.last_name), ("Tania", "Carr"));
    let details = &draft.details;
    assert_eq!((&*details.culture, &*details.language), ("EN-US", "En"));
    assert_eq!((&*details.address_line2, &*details.phone_number), ("Suite 2", "4255550101"));
    assert_eq!(draft.problems(rules::Cloud::Commercial), []);
}

/// domain.md §2.4: what is known of a customer that is read by its ID, and no more in a list.
#[test]
fn a_customer_read_by_its_id_tells_its_whole_profile() {
    let bought = Bought::new("796B6B5F-613C-4E24-A17C-EBA730D49C02", 1, BillingCycle::Annual);
    let account = subscriptions::account(&bought.store, &bought.caller, &bought.customer);
    let mut customer = now(account).unwrap().customer().clone();
    customer.details.phone_number = "4255550101".into();
    // As a database keeps it.
    let kept = serde_json::to_string(&customer).unwrap();
    assert_eq!(serde_json::from_str::<rules::Customer>(&kept).unwrap(), customer);
    let whole = serde_json::to_value(Customer::whole(&customer)).unwrap();
    let address = json!({
        "country": "US", "city": "Springfield", "state": "IL", "addressLine1": "1 Main Street",
        "postalCode": "62701", "firstName": "Kim", "lastName": "Akers",
        "phoneNumber": "4255550101",
    });
    let profile = &whole["billingProfile"];
    assert_eq!(profile["defaultAddress"], address);
    assert_eq!(whole["companyProfile"]["address"], address);
    assert_eq!(whole["companyProfile"]["email"], "kim@example.com");
    assert_eq!(profile["id"], whole["id"]);
    assert_eq!(whole["allowDelegatedAccess"], true);
    for left_out in ["commerceId", "userCredentials"] {
        assert_eq!(whole.get(left_out), None, "nothing true is known of it");
    }
    let listed = serde_json::to_value(Customer::listed(&customer)).unwrap();
    assert_eq!((listed.get("allowDelegatedAccess"), listed.get("billingProfile")), (None, None));
    customer.relationship = rules::Relationship::None;
    assert_eq!(Customer::whole(&customer).allow_delegated_access, Some(false));
}

#[test]
fn the_etag_of_a_billing_profile_is_that_of_all_it_holds_and_of_nothing_else() {
    let bought = Bought::new("796B6B5F-613C-4E24-A17C-EBA730D49C02", 1, BillingCycle::Annual);
    let account = subscriptions::account(&bought.store, &bought.caller, &bought.customer);
    let customer = now(account).unwrap().customer().clone();
    let etag = profile_etag(&customer);
    for given in [etag.clone(), format!("\"{etag}\""), format!("W/\"{}\"", etag.to_uppercase())] {
        assert!(is_profile_etag(&given, &customer), "{given}");
    }
    let changed = |change: fn(&mut rules::Customer)| {
        let mut customer = customer.clone();
        change(&mut customer);
        !is_profile_etag(&etag, &customer)
    };
    assert!(changed(|of| of.contact.last_name = "Ek".into()));
    assert!(changed(|of| of.address.city = "Redmond".into()));
    assert!(changed(|of| of.details.language = "es".into()));
    assert!(!changed(|of| of.relationship = rules::Relationship::None));
    for other in ["", "*", "x.1"] {
        assert!(!is_profile_etag(other, &customer), "{other}");
    }
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
    let catalogue = read_catalogue(text).unwrap();
    assert!(catalogue.offers().len() > 274);
    for offer in catalogue.offers() {
        let market = offer.country.unwrap_or(Country::US);
        let written = Offer::of(offer, market, &catalogue, &PriceList::default());
        let text = serde_json::to_vec(&written).unwrap();
        let mut read = json::read::<Offer>(&text).unwrap().in_cloud(offer.cloud).unwrap();
        // These are not on the wire, or written as another number, or as they are in one market.
        read.country = offer.country;
        read.product = offer.product;
        read.illustrative = offer.illustrative;
        read.last_order_on = offer.last_order_on;
        let offer: &rules::Offer = offer;
        assert_eq!(&read, offer, "{}", offer.name);
    }
}

/// domain.md §2.5, design.md §5: the full resource comes back, and what we compute stays as it is.
#[test]
fn what_is_computed_may_be_sent_back_and_not_changed() {
    let held = json!({
        "id": "S-1", "offerId": "OFFER-1", "offerName": "Office", "friendlyName": "Head office",
        "quantity": 12, "unitType": "Licenses", "parentSubscriptionId": "S-0",
        "creationDate": "2018-02-01T09:30:00Z", "effectiveStartDate": "2018-02-01T00:00:00Z",
        "commitmentEndDate": "2019-02-15T00:00:00Z", "status": "suspended",
        "autoRenewEnabled": true, "billingType": "license", "billingCycle": "monthly",
        "suspensionReasons": ["fraud"], "contractType": "subscription", "orderId": "ORDER-1",
        "isTrial": false, "freeDays": 14, "assignedQuantity": 11,
        "retention": {
            "windowDays": 104, "suspendedOn": "2018-06-01", "expiresOn": "2018-09-13", "daysLeft": 7,
        },
        "allowedActions": ["reactivate"],
    });
    let read = |of: &Value| json::read::<Subscription>(of.to_string().as_bytes()).unwrap();
    let with = |field: &str, value: Value| {
        let mut asked = held.clone();
        asked[field] = value;
        read(&asked)
    };
    let now = read(&held);
    let longer = json!({
        "windowDays": 104, "suspendedOn": "2018-06-01", "expiresOn": "2019-09-13", "daysLeft": 7,
    });
    let cases = [
        ("billingCycle", json!("annual")),
        ("id", json!("S-2")),
        ("offerId", json!("OFFER-2")),
        ("offerName", json!("Office E3")),
        ("orderId", json!("ORDER-2")),
        ("parentSubscriptionId", json!("S-2")),
        ("autoRenewEnabled", json!(false)),
        ("isTrial", json!(true)),
        ("unitType", json!("Usage-based")),
        ("billingType", json!("usage")),
        ("contractType", json!("productKey")),
        ("creationDate", json!("2018-02-01T09:30:01Z")),
        ("effectiveStartDate", json!("2018-02-02T00:00:00Z")),
        ("commitmentEndDate", json!("2020-02-15T00:00:00Z")),
        ("freeDays", json!(30)),
        ("assignedQuantity", json!(12)),
        ("retention", longer),
    ];
    assert_eq!(now.changes_read_only(&now), None, "as it was read");
    let active = with("retention", Value::Null);
    assert_eq!(now.changes_read_only(&active), None, "its window has ended meanwhile");
    for (field, other) in cases {
        assert_eq!(with(field, other).changes_read_only(&now), Some(field));
        assert_eq!(with(field, Value::Null).changes_read_only(&now), None, "{field} is left out");
    }
    // What can be changed, what is the same in another spelling, and what is another person's or
    // another day's.
    let later = json!({
        "windowDays": 104, "suspendedOn": "2018-06-01", "expiresOn": "2018-09-13", "daysLeft": 6,
    });
    for (field, other) in [
        ("friendlyName", json!("Branch")),
        ("quantity", json!(13)),
        ("status", json!("active")),
        ("id", json!("s-1")),
        ("unitType", json!("licenses")),
        ("allowedActions", json!([])),
        ("retention", later),
        ("billingCycle", json!("Unknown")),
    ] {
        assert_eq!(with(field, other).changes_read_only(&now), None, "{field}");
    }
}

/// Java and JavaScript keep milliseconds, Python microseconds, .NET 100 nanoseconds; some lose the
/// offset. All times are UTC (domain.md §1.1).
#[test]
fn a_moment_may_come_back_as_exact_as_the_client_could_keep_it() {
    let at = |created: &str| {
        let text = json!({ "creationDate": created }).to_string();
        json::read::<Subscription>(text.as_bytes())
    };
    let now = at("2026-11-28T16:10:13.600692575Z").unwrap();
    for same in [
        "2026-11-28T16:10:13.600Z",
        "2026-11-28T16:10:13.600692Z",
        "2026-11-28T16:10:13.6006925+00:00",
        "2026-11-28T17:10:13.6006925+01:00",
        "2026-11-28T16:10:13.600692575",
        "2026-11-28T16:10:13",
    ] {
        assert_eq!(at(same).unwrap().changes_read_only(&now), None, "{same}");
    }
    let other = at("2026-11-28T16:10:14.600Z").unwrap();
    assert_eq!(other.changes_read_only(&now), Some("creationDate"));
    for unreadable in ["", "yesterday", "28/11/2026"] {
        let read = at(unreadable);
        let named = matches!(read, Err(json::ReadError::Shape { field: Some("creationDate"), .. }));
        assert!(named, "{unreadable}: {read:?}");
    }
}

/// domain.md §2.4: `unknown` is the cycle of a client that has set none.
#[test]
fn an_unknown_cycle_is_none_that_was_asked_for() {
    for word in ["unknown", "Unknown", "UNKNOWN"] {
        let text = json!({ "billingCycle": word }).to_string();
        let order = json::read::<Order>(text.as_bytes()).unwrap();
        let conversion = json::read::<Conversion>(text.as_bytes()).unwrap();
        assert_eq!((order.billing_cycle, conversion.billing_cycle), (None, None), "{word}");
    }
    let weekly = json::read::<Order>(br#"{ "billingCycle": "weekly" }"#).unwrap().billing_cycle;
    assert_eq!(weekly, Some(subscription_api::BillingCycle::Other("weekly".into())));
}

/// A subscription of a customer of its own, bought by the caller, as it is read at another moment.
struct Bought {
    store: MemoryStore,
    caller: Caller,
    customer: rules::CustomerId,
    id: SubscriptionId,
}

impl Bought {
    fn new(offer: &str, quantity: u32, cycle: BillingCycle) -> Self {
        let catalogue = read_catalogue(include_str!("../../public/catalogue.json")).unwrap();
        let (store, caller) = (MemoryStore::default(), contract::caller(catalogue));
        // As the clock of an earlier version told it.
        let now_is = caller.now + TimeDelta::nanoseconds(600_692_575);
        let caller = Caller { now: now_is, ..caller };
        let company = draft("Company", "company.example.com");
        let added = now(customers::add(&store, &caller, &company, &request("add"))).unwrap();
        let customer = added.customer;
        let quantity = Quantity::try_from(quantity).unwrap();
        let line = Line { offer: OfferId::parse(offer).unwrap(), quantity, nickname: None };
        let (lines, ask) = ([line], request("buy"));
        let placed = orders::place_one(&store, &caller, &customer, cycle, &lines, &ask);
        let id = now(placed).unwrap().subscriptions.remove(0);
        Self { store, caller, customer, id }
    }

    fn suspended(self) -> Self {
        let (of, why, ask) = ((&self.customer, &self.id), Suspend::default(), request("suspend"));
        now(subscriptions::suspend(&self.store, &self.caller, of, &why, &ask)).unwrap();
        self
    }

    fn after(&self, days: i64) -> (Value, Value) {
        let at = self.caller.now + TimeDelta::days(days);
        let caller = Caller { now: at, ..self.caller.clone() };
        let account = subscriptions::account(&self.store, &caller, &self.customer);
        let account = now(account).unwrap();
        let held = account.get(&self.id).unwrap();
        let written = Subscription::of(held, &account, &caller.context());
        let provisioning = ProvisioningStatus::from(held);
        (serde_json::to_value(written).unwrap(), serde_json::to_value(provisioning).unwrap())
    }
}

/// domain.md §3.1: bought on 19 July 2027, a trial ends with 18 August; its data stays for 90 days.
#[test]
fn an_ended_trial_tells_until_when_its_data_is_kept() {
    let trial = Bought::new("32B23C88-949F-4E5B-B500-A87EEC676B80", 25, BillingCycle::None);
    let (active, _) = trial.after(30);
    assert_eq!((&active["status"], &active["retention"]), (&json!("active"), &Value::Null));
    let (ended, _) = trial.after(40);
    let kept = json!({ "rule": "90_to_120_days", "windowDays": 90, "expiresOn": "2027-11-16", "daysLeft": 80 });
    assert_eq!((&ended["status"], &ended["retention"]), (&json!("deleted"), &kept));
}

#[test]
fn a_suspended_subscription_tells_its_window_and_a_deleted_one_has_none() {
    let paid = Bought::new("796B6B5F-613C-4E24-A17C-EBA730D49C02", 4, BillingCycle::Annual);
    let paid = paid.suspended();
    let window = json!({
        "rule": "90_to_120_days", "windowDays": 90, "suspendedOn": "2027-07-19", "expiresOn": "2027-10-17", "daysLeft": 89,
    });
    assert_eq!(paid.after(1).0["retention"], window);
    let (deleted, _) = paid.after(91);
    assert_eq!((&deleted["status"], &deleted["retention"]), (&json!("deleted"), &Value::Null));
}

/// domain.md §4.1: usage is not renewed, and it has no end.
#[test]
fn usage_does_not_renew_and_a_license_does() {
    let usage = Bought::new("MS-AZR-0145P", 1, BillingCycle::Monthly).after(0);
    assert_eq!(usage.0["autoRenewEnabled"], false);
    let provisioning = json!({
        "skuId": "MS-AZR-0145P", "status": "success", "quantity": 1,
        "endDate": "9999-12-31T00:00:00Z",
        "attributes": { "objectType": "SubscriptionProvisioningStatus" },
    });
    assert_eq!(usage.1, provisioning);
    let license = Bought::new("796B6B5F-613C-4E24-A17C-EBA730D49C02", 4, BillingCycle::Annual);
    let (license, provisioning) = license.after(0);
    assert_eq!(license["autoRenewEnabled"], true);
    assert_eq!(provisioning["quantity"], 4);
    assert_eq!(provisioning["endDate"], license["commitmentEndDate"]);
}

/// A client gives back milliseconds and no more.
#[test]
fn a_moment_is_written_to_the_millisecond() {
    let bought = Bought::new("MS-AZR-0145P", 1, BillingCycle::Monthly);
    let (written, _) = bought.after(0);
    let orders = now(orders::list(&bought.store, &bought.caller, &bought.customer)).unwrap();
    let account = subscriptions::account(&bought.store, &bought.caller, &bought.customer);
    let order = Order::of(&orders[0], &now(account).unwrap(), &bought.caller.context());
    let order = serde_json::to_value(order).unwrap();
    assert_eq!(written["creationDate"], order["creationDate"]);
    let created = written["creationDate"].as_str().unwrap();
    assert_eq!(created.split_once('.').unwrap().1, "600Z", "{created}");
}

/// domain.md §1.4, §2.3: an add-on is bought through the order of its base, and so is an add-on of
/// an add-on.
#[test]
fn for_the_vendor_an_order_has_the_add_ons_of_what_it_bought() {
    let base = Bought::new("796B6B5F-613C-4E24-A17C-EBA730D49C02", 4, BillingCycle::Annual);
    let (phone, calls) =
        ("4260988E-990D-479C-AE7B-F01CE8E1BB4D", "0F598EFE-F330-4D79-B79F-C9480BB7CE3E");
    let buy = |offer: &str, of: &SubscriptionId| {
        let (offer, quantity) = (OfferId::parse(offer).unwrap(), Quantity::ONE);
        let ask = request(offer.as_str());
        let (line, of) = (Line { offer, quantity, nickname: None }, (&base.customer, of));
        let bought = subscriptions::buy_add_on(&base.store, &base.caller, of, &line, &ask);
        now(bought).unwrap().subscriptions.remove(0)
    };
    let phone = buy(phone, &base.id);
    let calls = buy(calls, &phone);
    let account = subscriptions::account(&base.store, &base.caller, &base.customer);
    let account = now(account).unwrap();
    let placed = now(orders::list(&base.store, &base.caller, &base.customer)).unwrap();
    assert_eq!(placed.len(), 3, "each is kept as it was placed");
    let order = placed[0].id.clone();
    for id in [&base.id, &phone, &calls] {
        assert_eq!(order_of(account.get(id).unwrap(), &account), &order);
    }
    let whole = with_add_ons(placed.clone(), &account);
    let [whole] = whole.as_slice() else { panic!("one order: {whole:?}") };
    let made = whole.lines.iter().map(|line| &line.subscription).collect::<Vec<_>>();
    assert_eq!((&whole.id, made), (&order, vec![&base.id, &phone, &calls]));
    // Nothing is lost where the base came without an order.
    assert_eq!(with_add_ons(placed[1..].to_vec(), &account), placed[1..]);
}
