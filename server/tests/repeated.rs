//! A request that is repeated gets its answer, however it is written the second time.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on has failed")]

mod support;

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use support::service::{Service, added_at, as_admin, placed, sent};

/// An active subscription of the demo's data, with its address.
async fn premium(client: &Client, service: &Service) -> (String, Value) {
    let customer = "5d5d0000-0000-4000-8002-000000000000";
    let all = format!("{}/v1/customers/{customer}/subscriptions", service.url);
    let answer = as_admin(client.get(&all)).send().await.unwrap();
    let all_held: Value = answer.json().await.unwrap();
    let is_active = |held: &&Value| held["status"] == "active" && held["quantity"] != 1;
    let held = all_held["items"].as_array().unwrap().iter().find(is_active).unwrap();
    (format!("{all}/{}", held["id"].as_str().unwrap()), held.clone())
}

#[tokio::test]
async fn a_change_that_is_repeated_gets_its_answer() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &["--demo-data"]).ready().await;
    let client = Client::new();
    let (address, held) = premium(&client, &service).await;
    let more = held["quantity"].as_u64().unwrap() + 1;
    let etag = held["attributes"]["etag"].as_str().unwrap();
    let change = |address: &str, quantity: u64| {
        as_admin(client.patch(address))
            .header("ms-requestid", "change.1_a")
            .header("if-match", etag)
            .json(&json!({ "quantity": quantity }))
            .send()
    };
    let first = change(&address, more).await.unwrap();
    assert_eq!(first.status(), StatusCode::OK);
    assert_eq!(first.headers()["ms-requestid"], "change.1_a");
    let first: Value = first.json().await.unwrap();
    // The same again; and by an identifier in the other case, which is the same one.
    for address in [address.clone(), address.replace("5d5d", "5D5D")] {
        let again = change(&address, more).await.unwrap();
        assert_eq!(again.status(), StatusCode::OK, "{address}");
        assert_eq!(again.json::<Value>().await.unwrap(), first);
    }
    let other = change(&address, more + 1).await.unwrap();
    assert_eq!(other.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(other.json::<Value>().await.unwrap()["name"], "REQUEST_ID_REUSED");
}

#[tokio::test]
async fn an_order_without_an_id_can_be_repeated_under_the_one_that_the_answer_names() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &["--demo-data"]).ready().await;
    let client = Client::new();
    let orders =
        format!("{}/v1/customers/5d5d0000-0000-4000-8001-000000000000/orders", service.url);
    let line = json!({ "lineItemNumber": 0, "offerId": support::TWO_AT_A_TIME, "quantity": 5 });
    let order = || as_admin(client.post(&orders)).json(&json!({ "lineItems": [line] }));
    let count = async || {
        let answer = as_admin(client.get(&orders)).send().await.unwrap();
        answer.json::<Value>().await.unwrap()["totalCount"].as_u64().unwrap()
    };
    let before = count().await;
    let first = order().send().await.unwrap();
    assert_eq!(first.status(), StatusCode::CREATED);
    let name = first.headers()["ms-requestid"].clone();
    let first: Value = first.json().await.unwrap();
    let again = order().header("ms-requestid", name).send().await.unwrap();
    assert_eq!(again.json::<Value>().await.unwrap()["id"], first["id"]);
    assert_eq!(count().await, before + 1);
}

/// The full resource of a trial differs in much once somebody has converted it (domain.md §2.5).
#[tokio::test]
async fn an_edit_of_a_trial_that_was_converted_since_gets_its_answer_or_is_stale() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    let customer = added_at(&client, &service.url).await;
    let line = json!({ "offerId": "32B23C88-949F-4E5B-B500-A87EEC676B80", "quantity": 25 });
    let order = json!({ "billingCycle": "none", "lineItems": [line] });
    let order = placed(&client, &format!("{customer}/orders"), &order).await;
    let id = order["lineItems"][0]["subscriptionId"].as_str().unwrap();
    let address = format!("{customer}/subscriptions/{id}");
    let (_, trial) = sent(client.get(&address)).await;
    let edit = |name: &str, request: &str| {
        let mut asked = trial.clone();
        asked["friendlyName"] = name.into();
        sent(client.patch(&address).header("ms-requestid", request).json(&asked))
    };
    let (status, named) = edit("Named", "name-1").await;
    assert_eq!((status, &named["isTrial"]), (200, &json!(true)), "{named}");
    let paid = "796B6B5F-613C-4E24-A17C-EBA730D49C02";
    let convert = client.post(format!("{address}/conversions"));
    let convert = convert.json(&json!({ "targetOfferId": paid, "quantity": 30 }));
    let (status, converted) = sent(convert).await;
    assert_eq!(status, 200, "{converted}");
    let (status, again) = edit("Named", "name-1").await;
    assert_eq!(
        (status, &again["friendlyName"], &again["isTrial"]),
        (200, &json!("Named"), &json!(false))
    );
    let (status, stale) = edit("Other", "name-2").await;
    assert_eq!((status, &stale["code"]), (412, &json!("2055")), "{stale}");
    let now = &stale["current"];
    assert_eq!((&now["friendlyName"], &now["quantity"]), (&json!("Named"), &json!(30)));
    assert_eq!(now["offerId"].as_str().unwrap().to_uppercase(), paid);
}

/// A customer's subscription, which was just ordered: its address.
async fn bought(client: &Client, url: &str, cycle: &str, offer: &str) -> String {
    let customer = added_at(client, url).await;
    let line = json!({ "offerId": offer, "quantity": 25 });
    let order = json!({ "billingCycle": cycle, "lineItems": [line] });
    let order = placed(client, &format!("{customer}/orders"), &order).await;
    format!(
        "{customer}/subscriptions/{}",
        order["lineItems"][0]["subscriptionId"].as_str().unwrap()
    )
}

#[tokio::test]
async fn a_conversion_of_as_many_as_there_are_gets_its_answer_when_there_are_more() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    let trial = "32B23C88-949F-4E5B-B500-A87EEC676B80";
    let address = bought(&client, &service.url, "none", trial).await;
    let convert = || {
        let request = client.post(format!("{address}/conversions"));
        sent(
            request
                .header("ms-requestid", "convert-1")
                .json(&json!({ "targetOfferId": support::E3 })),
        )
    };
    let (status, first) = convert().await;
    assert_eq!(status, 200, "{first}");
    let change = client.patch(&address).header("if-match", "*").json(&json!({ "quantity": 30 }));
    let (status, changed) = sent(change).await;
    assert_eq!((status, &changed["offerId"]), (200, &json!(support::E3)), "{changed}");
    assert_eq!(convert().await, (200, first));
}

/// With `*` the full resource is held against what is there now, and its window is over then.
#[tokio::test]
async fn a_reactivation_by_the_full_resource_gets_its_answer() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    let address = bought(&client, &service.url, "monthly", support::E3).await;
    let patch = |body: &Value, request: &str| {
        let request = client.patch(&address).header("ms-requestid", request);
        sent(request.header("if-match", "*").json(body))
    };
    let (status, mut held) = patch(&json!({ "status": "suspended" }), "suspend-1").await;
    assert_eq!((status, held["retention"].is_object()), (200, true), "{held}");
    held["status"] = "active".into();
    held["suspensionReasons"] = Value::Null;
    let first = patch(&held, "reactivate-1").await;
    assert_eq!((first.0, &first.1["status"]), (200, &json!("active")), "{first:?}");
    assert_eq!(patch(&held, "reactivate-1").await, first);
}
