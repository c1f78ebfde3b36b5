//! Requests as the vendor's clients write them: its documents, .NET, PowerShell, Java and Python
//! (domain.md §2.2, §2.4, §2.5).

#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on has failed")]

mod support;

use reqwest::Client;
use serde_json::{Value, json};
use support::service::{Service, added, added_at, as_admin, placed, sent};
use support::{AUDIO, E3, TWO_AT_A_TIME};

const E5_TRIAL: &str = "64168B63-4BCC-41E0-B5CB-7DC548977620";

/// As the .NET client writes an order: every field, as null where nobody has set it, and a cycle
/// that is `unknown`.
fn order(offer: &str, parent: Option<&str>) -> Value {
    json!({
        "Id": null, "ReferenceCustomerId": null, "BillingCycle": "unknown",
        "LineItems": [{
            "LineItemNumber": 0, "OfferId": offer, "SubscriptionId": null,
            "ParentSubscriptionId": parent, "FriendlyName": null, "Quantity": 2,
            "PartnerIdOnRecord": null, "Attributes": { "ObjectType": "OrderLineItem" },
        }],
        "CurrencyCode": null, "CreationDate": null, "Status": null, "Links": null,
        "Attributes": { "Etag": null, "ObjectType": "Order" },
    })
}

fn ids(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn what_is_null_was_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    let mut draft = support::service::customer(1);
    draft["Id"] = Value::Null;
    draft["Attributes"] = Value::Null;
    draft["companyProfile"]["TenantId"] = Value::Null;
    draft["billingProfile"]["defaultAddress"]["PhoneNumber"] = Value::Null;
    let customers = format!("{}/v1/customers", service.url);
    let (status, added) = sent(client.post(&customers).json(&draft)).await;
    assert_eq!(status, 201, "{added}");
    let customer = format!("{customers}/{}", added["id"].as_str().unwrap());
    let orders = format!("{customer}/orders");

    let base = placed(&client, &orders, &order(E3, None)).await;
    assert_eq!(base["billingCycle"], "monthly", "which is the default");
    let (status, refused) = sent(client.post(&orders).json(&json!({ "LineItems": null }))).await;
    assert_eq!((status, &refused["name"]), (400, &json!("ORDER_EMPTY")));
    let address = format!("{orders}/{}", base["id"].as_str().unwrap());
    let parent = base["lineItems"][0]["subscriptionId"].as_str().unwrap();
    let add_on = order(AUDIO, Some(parent));
    let (status, changed) = sent(client.patch(&address).json(&add_on)).await;
    assert_eq!((status, changed["lineItems"].as_array().unwrap().len()), (200, 2), "{changed}");

    let address = format!("{customer}/subscriptions/{parent}");
    let mut whole = sent(client.get(&address)).await.1;
    whole["PartnerId"] = Value::Null;
    whole["links"]["ParentSubscription"] = Value::Null;
    whole["links"]["self"]["headers"] = Value::Null;
    whole["suspensionReasons"] = Value::Null;
    whole["friendlyName"] = "Head office".into();
    let (status, named) = sent(client.patch(&address).json(&whole)).await;
    assert_eq!((status, &named["friendlyName"]), (200, &json!("Head office")), "{named}");

    let trial = json!({ "OfferId": E5_TRIAL, "Quantity": 25 });
    let trial = json!({ "BillingCycle": "none", "LineItems": [trial] });
    let trial = placed(&client, &orders, &trial).await;
    let address = trial["lineItems"][0]["subscriptionId"].as_str().unwrap();
    let address = format!("{customer}/subscriptions/{address}/conversions");
    let target = sent(client.get(&address)).await.1["items"][0]["targetOfferId"].clone();
    let to = json!({
        "OfferId": null, "TargetOfferId": target, "OrderId": null, "Quantity": null,
        "BillingCycle": "unknown", "Attributes": null,
    });
    let (status, converted) = sent(client.post(&address).json(&to)).await;
    assert_eq!((status, &converted["targetOfferId"]), (200, &target), "{converted}");

    let nothing = json!({ "Id": null, "CompanyProfile": null, "BillingProfile": null });
    let (status, same) = sent(client.patch(&customer).json(&nothing)).await;
    assert_eq!((status, &same["companyProfile"]), (200, &added["companyProfile"]), "{same}");
}

/// domain.md §2.4: a conversion keeps the subscription; what was ordered stays what it was.
#[tokio::test]
async fn the_order_of_a_converted_trial_tells_what_was_ordered() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    let names = [(json!(null), "Office 365 Enterprise E5 Trial"), (json!("Lab"), "Lab")];
    for (number, (name, expected)) in (1..).zip(names) {
        let customer = added(&client, &service.url, number).await;
        let customer = format!("{}/v1/customers/{customer}", service.url);
        let orders = format!("{customer}/orders");
        let line = json!({ "offerId": E5_TRIAL, "quantity": 25, "friendlyName": name });
        let trial = json!({ "billingCycle": "none", "lineItems": [line] });
        let trial = placed(&client, &orders, &trial).await;
        let id = trial["lineItems"][0]["subscriptionId"].as_str().unwrap();
        let conversions = format!("{customer}/subscriptions/{id}/conversions");
        let to = sent(client.get(&conversions)).await.1["items"][0].clone();
        let (status, converted) = sent(client.post(&conversions).json(&to)).await;
        assert_eq!(status, 200, "{converted}");
        let address = format!("{orders}/{}", trial["id"].as_str().unwrap());
        let (_, order) = sent(client.get(address)).await;
        assert_eq!(order, trial);
        assert_eq!(order["lineItems"][0]["friendlyName"], expected);
    }
}

/// A client that buys an add-on looks at the order before it asks again (domain.md §2.3, §2.7).
#[tokio::test]
async fn an_add_on_joins_the_order_of_its_base() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    let customer = added_at(&client, &service.url).await;
    let orders = format!("{customer}/orders");
    let other = placed(&client, &orders, &order(TWO_AT_A_TIME, None)).await;
    let base = placed(&client, &orders, &order(E3, None)).await;
    let address = format!("{orders}/{}", base["id"].as_str().unwrap());
    let parent = base["lineItems"][0]["subscriptionId"].as_str().unwrap();
    // Named in upper case, which is the same subscription.
    let add_on = order(AUDIO, Some(&parent.to_uppercase()));
    let buy = || as_admin(client.patch(&address)).header("ms-requestid", "once").json(&add_on);
    let (status, bought) = sent(buy()).await;
    assert_eq!((status, &bought["id"]), (200, &base["id"]), "{bought}");
    let lines = bought["lineItems"].as_array().unwrap();
    assert_eq!((lines.len(), &lines[0]), (2, &base["lineItems"][0]));
    let line = (&lines[1]["lineItemNumber"], &lines[1]["offerId"], &lines[1]["quantity"]);
    assert_eq!(line, (&json!(1), &json!(AUDIO), &json!(2)));
    assert_eq!(lines[1]["parentSubscriptionId"], parent, "as the parent itself is written");
    let made = lines[1]["subscriptionId"].as_str().unwrap();

    assert_eq!(sent(client.get(&address)).await.1, bought);
    assert_eq!(sent(buy()).await.1, bought, "the same request buys nothing more");
    assert_eq!(sent(client.patch(&address).json(&bought)).await.1, bought, "nor does the order");
    let (_, listed) = sent(client.get(&orders)).await;
    assert_eq!(listed["items"], json!([other, bought]), "and there is no order more");
    let of_order = format!("{customer}/subscriptions?order_id={}", base["id"].as_str().unwrap());
    assert_eq!(ids(&sent(client.get(of_order)).await.1), [parent, made]);
    let (_, held) = sent(client.get(format!("{customer}/subscriptions/{made}"))).await;
    assert_eq!((&held["orderId"], &held["parentSubscriptionId"]), (&base["id"], &json!(parent)));
    let (_, provisioned) = sent(client.get(format!("{address}/provisioningstatus"))).await;
    assert_eq!(provisioned["totalCount"], 2);

    // By the name that the log has of it, the add-on's own order is found.
    let (_, log) = sent(client.get(format!("{}/v1/auditrecords", service.url))).await;
    let own = log["items"][0]["customizedData"][0]["value"].as_str().unwrap();
    assert_ne!(own, base["id"]);
    assert_eq!(sent(client.get(format!("{orders}/{own}"))).await.1, bought);
    let of_own = format!("{customer}/subscriptions?order_id={own}");
    assert_eq!(ids(&sent(client.get(of_own)).await.1), [made]);
}

#[tokio::test]
async fn a_resource_comes_back_as_exact_as_the_client_could_keep_it() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    let customer = added_at(&client, &service.url).await;
    let orders = format!("{customer}/orders");
    let order = placed(&client, &orders, &order(E3, None)).await;
    let id = order["lineItems"][0]["subscriptionId"].as_str().unwrap();
    let address = format!("{customer}/subscriptions/{id}");
    let (_, held) = sent(client.get(&address)).await;
    let created = held["creationDate"].as_str().unwrap();
    assert_eq!(created, order["creationDate"]);
    let fraction = created.trim_end_matches('Z').split_once('.').map_or("", |(_, digits)| digits);
    assert!(fraction.len() <= 3, "{created}");
    for kept in [created, created.trim_end_matches('Z')] {
        let mut whole = held.clone();
        whole["creationDate"] = kept.into();
        let (status, same) = sent(client.patch(&address).json(&whole)).await;
        assert_eq!((status, &same), (200, &held), "{kept}");
    }
    let unreadable = json!({ "creationDate": "the other day" });
    let (status, refused) = sent(client.patch(&address).json(&unreadable)).await;
    let said = (status, &refused["code"], &refused["field"]);
    assert_eq!(said, (400, &json!("800002"), &json!("creationDate")), "{refused}");
}

/// RFC 9110, §13.1.1; domain.md §2.5.
#[tokio::test]
async fn the_state_that_was_edited_is_named_in_every_way_there_is() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    let customer = added_at(&client, &service.url).await;
    let order = placed(&client, &format!("{customer}/orders"), &order(E3, None)).await;
    let id = order["lineItems"][0]["subscriptionId"].as_str().unwrap();
    let address = format!("{customer}/subscriptions/{id}");
    let (_, first) = sent(client.get(&address)).await;
    let first = first["attributes"]["etag"].as_str().unwrap();
    let mut quantity = 10;
    let mut edit = async |if_match: &str, inside: Option<&str>| {
        quantity += 1;
        let (_, held) = sent(client.get(&address)).await;
        let etag = held["attributes"]["etag"].as_str().unwrap();
        let inside = inside.map(|inside| inside.replace("now", etag));
        let body = json!({ "quantity": quantity, "attributes": { "etag": inside } });
        let if_match = if_match.replace("now", etag).replace("first", first);
        let request = client.patch(&address).header("if-match", if_match);
        let (status, body) = sent(request.json(&body)).await;
        (status, body["name"].as_str().unwrap_or_default().to_owned())
    };
    for right in [
        "*",
        " * ",
        "\"now\"",
        "\"zz.1\", \"now\"",
        "\"first\", W/\"now\" , \"zz.1\"",
        "now,first",
        ",\"now\"",
    ] {
        assert_eq!(edit(right, None).await, (200, String::new()), "{right}");
    }
    assert_eq!(edit("", Some("now")).await, (200, String::new()), "an empty header is none");
    assert_eq!(edit("*", Some("zz.1")).await, (200, String::new()), "If-Match wins");
    for (if_match, inside) in [("\"zz.1\", \"zz.2\"", None), ("\"zz.1\"", Some("now"))] {
        assert_eq!(edit(if_match, inside).await, (412, "ETAG_STALE".into()), "{if_match}");
    }
    for inside in [None, Some("")] {
        assert_eq!(edit("", inside).await, (428, "ETAG_MISSING".into()), "{inside:?}");
    }
}

#[tokio::test]
async fn identifiers_in_braces_and_words_in_another_case_are_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    let id = added(&client, &service.url, 1).await;
    let customers = format!("{}/v1/customers", service.url);
    let (_, whole) = sent(client.get(format!("{customers}/{id}"))).await;
    for braces in [format!("{{{id}}}"), format!("%7B{id}%7D")] {
        assert_eq!(sent(client.get(format!("{customers}/{braces}"))).await, (200, whole.clone()));
    }
    let orders = format!("{customers}/{id}/orders");
    let place = |request: &'static str, orders: &str| {
        let request = client.post(orders).header("ms-requestid", request);
        sent(request.json(&order(E3, None)))
    };
    for only in ["True", "TRUE", "true"] {
        let (status, told) = place("told", &format!("{orders}?validateOnly={only}")).await;
        assert_eq!((status, &told["id"]), (200, &Value::Null), "{only}: {told}");
    }
    let request = "{0DA1F8A2-8A5C-4E60-9E0D-3A1E1F0C7B11}";
    let first = place(request, &format!("{orders}?validateOnly=False")).await;
    assert_eq!(first.0, 201, "{first:?}");
    let again = place("0da1f8a2-8a5c-4e60-9e0d-3a1e1f0c7b11", &orders).await;
    assert_eq!(again, first, "the same request");
    for empty in ["", " ", "{}"] {
        let (status, other) = place(empty, &orders).await;
        assert_eq!(status, 201, "{other}");
        assert_ne!(other["id"], first.1["id"], "a request without a name");
    }
    // It is carried out under the name that the answer tells, by which it can be repeated.
    for (given, told) in [("", None), ("{}", None), ("{once-more}", Some("once-more"))] {
        let request = as_admin(client.post(&orders)).header("ms-requestid", given);
        let answer = request.json(&order(E3, None)).send().await.unwrap();
        let name = answer.headers()["ms-requestid"].to_str().unwrap().to_owned();
        assert!(told.is_none_or(|told| told == name), "{given} is told as {name}");
        let placed: Value = answer.json().await.unwrap();
        let again = client.post(&orders).header("ms-requestid", &name);
        assert_eq!(sent(again.json(&order(E3, None))).await, (201, placed), "{given:?}");
    }
    let address = format!("{customers}/{id}/qualification");
    let (status, word) = sent(client.put(&address).json("government_community_cloud")).await;
    assert_eq!((status, word), (200, json!("GovernmentCommunityCloud")));
}

#[tokio::test]
async fn what_is_made_says_where_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    let customer = added(&client, &service.url, 1).await;
    let customers = format!("{}/v1/customers", service.url);
    let orders = format!("{customers}/{customer}/orders");
    let made = [(orders, order(E3, None)), (customers, support::service::customer(2))];
    for (address, body) in made {
        let answer = as_admin(client.post(&address)).json(&body).send().await.unwrap();
        let location = answer.headers()["location"].to_str().unwrap().to_owned();
        let made: Value = answer.json().await.unwrap();
        let found = sent(client.get(format!("{}{location}", service.url))).await;
        assert_eq!(found, (200, made), "{address}");
    }
}
