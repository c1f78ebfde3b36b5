//! What scripts and SDKs that were written for Partner Center take for granted: addresses in any
//! case, letters in UTF-8, an answer where there is nothing, the catalogue as it was recorded.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

mod support;

use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use support::service::{Service, added, as_admin, placed, sent};

fn kind(answer: &Response) -> &str {
    answer.headers()["content-type"].to_str().unwrap()
}

/// What is answered to a path as it stands there: a client would put it right before it asks.
fn raw(service: &Service, path: &str) -> String {
    let host = service.url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\
         authorization: Bearer demo:admin_agent\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[tokio::test]
async fn addresses_are_taken_in_any_case_and_with_a_slash_too_many() {
    let folder = tempfile::tempdir().unwrap();
    // The screens answer what is no address of the API.
    std::fs::write(folder.path().join("index.html"), "<html></html>").unwrap();
    let screens = folder.path().to_str().unwrap();
    let service = Service::start(folder.path(), &["--screens", screens]).ready().await;
    let client = Client::new();
    let id = added(&client, &service.url, 1).await;
    let customer = format!("/v1/customers/{id}");
    let line = json!({ "offerId": support::TWO_AT_A_TIME, "quantity": 4 });
    let orders = format!("{}{customer}/orders", service.url);
    let order = placed(&client, &orders, &json!({ "lineItems": [line] })).await;
    let order = order["id"].as_str().unwrap();
    for path in [
        "/V1/customers".to_owned(),
        "//v1/customers".to_owned(),
        "/v1/Customers?size=1".to_owned(),
        "/v1/customers/".to_owned(),
        format!("/v1/Customers/{}/", id.to_uppercase()),
        "/v1/offerCategories".to_owned(),
        "/v1/auditRecords".to_owned(),
        format!("/v1/offers/{}/AddOns", support::TWO_AT_A_TIME.to_lowercase()),
        format!("{customer}/orders/{order}/provisioningStatus"),
    ] {
        let answer = raw(&service, &path);
        assert!(answer.starts_with("HTTP/1.1 200 "), "{path}: {answer}");
        assert!(answer.contains("application/json"), "{path}: {answer}");
    }
    let list = sent(client.get(format!("{}/V1/Customers/?size=1", service.url))).await.1;
    assert_eq!(list["links"]["self"]["uri"], "/customers?size=1", "as it is meant");
    for path in ["/V1", "/V1/nothing", "//v1//nothing", "/v1/Desk", "///V1/"] {
        let answer = raw(&service, path);
        assert!(answer.starts_with("HTTP/1.1 404 "), "{path}: {answer}");
        assert!(answer.contains("NO_SUCH_ADDRESS"), "{path}: {answer}");
    }
    let screen = raw(&service, "/Customers/");
    assert!(screen.contains("<html>"), "{screen}");
}

/// domain.md §2.3, §2.7: what is left out answers 501, so that it is not taken for a customer or a
/// subscription that is not there.
#[tokio::test]
async fn what_is_left_out_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    for (verb, path) in [
        (Method::GET, "/v1/customers/c/managedservices"),
        (Method::GET, "/v1/customers/c/ManagedServices/"),
        (Method::POST, "/v1/customers/c/qualifications"),
        (Method::POST, "/v1/customers/c/carts"),
        (Method::PUT, "/v1/customers/c/carts/1"),
        (Method::POST, "/v1/customers/c/carts/1/checkout"),
        (Method::GET, "/v1/customers/c/subscriptions/s/upgrades"),
        (Method::GET, "/v1/customers/c/subscriptions/s/transitioneligibilities"),
        (Method::POST, "/v1/customers/c/subscriptions/s/transitions"),
        (Method::PUT, "/v1/customers/c/subscriptions/s/supportcontact"),
        (Method::POST, "/v1/customers/c/subscriptions/s/registrations"),
        (Method::GET, "/v1/customers/c/subscriptions/s/registrationStatus"),
        (Method::PATCH, "/v1/customers/c/usagebudget"),
        (Method::GET, "/v1/customers/c/usagesummary"),
        (Method::GET, "/v1/customers/c/servicecosts/MostRecent"),
        (Method::GET, "/v1/customers/c/servicecosts/MostRecent/lineitems"),
        (Method::POST, "/webhooks/v1/registration"),
    ] {
        let (status, said) = sent(client.request(verb, format!("{}{path}", service.url))).await;
        assert_eq!((status, &said["name"]), (501, &json!("NOT_OFFERED")), "{path}");
    }
}

/// Windows PowerShell reads JSON as ISO 8859-1 where nothing is said, and would write back other
/// letters than it read.
#[tokio::test]
async fn every_json_says_that_it_is_in_utf_8() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    let id = added(&client, &service.url, 1).await;
    for (path, status) in [
        (format!("/v1/customers/{id}"), 200),
        (format!("/v1/customers/{id}"), 200),
        ("/v1/customers".to_owned(), 200),
        ("/v1/nothing".to_owned(), 404),
        ("/v1/customers?size=x".to_owned(), 400),
        (format!("/v1/customers?filter={}", "x".repeat(40_000)), 431),
        ("/healthz".to_owned(), 200),
        ("/openapi.json".to_owned(), 200),
    ] {
        let asked = as_admin(client.get(format!("{}{path}", service.url)));
        let answer = asked.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{path}");
        assert_eq!(kind(&answer), "application/json; charset=utf-8", "{path}");
    }
    let asked = client.get(format!("{}/v1/auditrecords/export", service.url));
    let lines = as_admin(asked).send().await.unwrap();
    assert_eq!(kind(&lines), "application/x-ndjson; charset=utf-8");
}

/// domain.md §1.7: "View customers, subscriptions, catalog, limits, log": customers only.
#[tokio::test]
async fn who_manages_users_sees_customers_only() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    let id = added(&client, &service.url, 1).await;
    let offer = format!("/v1/offers/{}", support::TWO_AT_A_TIME);
    for (path, allowed) in [
        ("/v1/customers".to_owned(), true),
        (format!("/v1/customers/{id}"), true),
        ("/v1/offers".to_owned(), false),
        (offer.clone(), false),
        (format!("{offer}/addons"), false),
        ("/v1/offercategories".to_owned(), false),
        (format!("/v1/customers/{id}/offers"), false),
        (format!("/v1/customers/{id}/offercategories"), false),
        (format!("/v1/customers/{id}/subscriptions"), false),
        (format!("/v1/customers/{id}/orders"), false),
        ("/v1/auditrecords".to_owned(), false),
    ] {
        let status = async |role: &str| {
            let asked = client.get(format!("{}{path}", service.url));
            let asked = asked.header("authorization", format!("Bearer demo:{role}"));
            asked.send().await.unwrap().status().as_u16()
        };
        let expected = if allowed { 200 } else { 403 };
        assert_eq!(status("user_management_admin").await, expected, "{path}");
        assert_eq!(status("helpdesk_agent").await, 200, "{path}");
    }
}

/// What is not known here: texts, addresses, and what offers that are not listed would add.
const UNKNOWN: [&str; 5] =
    ["description", "uri", "links", "prerequisiteOffers", "upgradeTargetOffers"];

#[tokio::test]
async fn the_offers_are_those_that_were_recorded() {
    let Some(recorded) = std::env::var_os("RECORDED_DIR") else {
        println!("skipped: RECORDED_DIR is not set");
        return;
    };
    let text = std::fs::read(std::path::Path::new(&recorded).join("offers-US.json")).unwrap();
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&text);
    let mut recorded: Value = serde_json::from_slice(text).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    let (_, mut ours) = sent(client.get(format!("{}/v1/offers?country=US", service.url))).await;
    let known = |list: &mut Value| {
        let offers = list["items"].as_array_mut().unwrap().iter_mut();
        let known = offers.map(|offer| {
            let id = offer["id"].as_str().unwrap().to_owned();
            let fields = offer.as_object_mut().unwrap();
            fields.retain(|name, _| !UNKNOWN.contains(&name.as_str()) && name != "listPrice");
            fields["product"].as_object_mut().unwrap().remove("name");
            (id, offer.clone())
        });
        known.collect::<BTreeMap<String, Value>>()
    };
    let ours = known(&mut ours);
    let recorded = known(&mut recorded);
    assert_eq!(recorded.len(), 274);
    for (id, offer) in recorded {
        assert_eq!(ours[&id], offer, "{id}");
    }
}
