//! A request that is repeated gets its answer, however it is written the second time.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on has failed")]

mod support;

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use support::service::{Service, as_admin};

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
