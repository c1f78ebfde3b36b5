//! Lists over HTTP: each tells its own address, and the log comes in pages, narrowed
//! (domain.md §2.2, §2.4, §2.6).

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

mod support;

use chrono::{DateTime, Utc};
use reqwest::Client;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use subscription_usecases::contract::{draft, request};
use subscription_usecases::{Command, Failure, MOST_COMMANDS, Question, Reply, record};
use support::service::{Service, added, as_admin, placed, sent};

/// More than a page of the log has.
const MANY: usize = 520;

fn line() -> Value {
    json!({ "offerId": support::TWO_AT_A_TIME, "quantity": 4, "friendlyName": "Head office" })
}

#[tokio::test]
async fn every_list_tells_its_own_address() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    let customer = format!("/customers/{}", added(&client, &service.url, 1).await);
    let orders = format!("{}/v1{customer}/orders", service.url);
    let order = placed(&client, &orders, &json!({ "lineItems": [line()] })).await;
    let subscription = order["lineItems"][0]["subscriptionId"].as_str().unwrap();
    let subscription = format!("{customer}/subscriptions/{subscription}");
    let order = format!("{customer}/orders/{}", order["id"].as_str().unwrap());
    for path in [
        "/customers".to_owned(),
        "/customers?size=3&sort=-name".to_owned(),
        "/offers?country=US&size=2".to_owned(),
        format!("/offers/{}/addons", support::TWO_AT_A_TIME),
        "/offercategories?country=US".to_owned(),
        format!("{customer}/offers?size=2"),
        format!("{customer}/offercategories"),
        format!("{customer}/orders"),
        format!("{order}/provisioningstatus"),
        format!("{customer}/subscriptions?order_id="),
        format!("{subscription}/addons"),
        format!("{subscription}/conversions"),
        format!("{subscription}/history"),
        "/auditrecords".to_owned(),
    ] {
        let (status, list) = sent(client.get(format!("{}/v1{path}", service.url))).await;
        let expected = json!({ "uri": path, "method": "GET", "headers": [] });
        assert_eq!((status, &list["links"]["self"]), (200, &expected), "{path}");
        assert_eq!(list["attributes"]["objectType"], "Collection", "{path}");
    }
}

/// S1: each cloud sells its own, so a customer sees no tab that is empty in its market.
#[tokio::test]
async fn a_customer_has_the_tabs_of_its_market() {
    let folder = tempfile::tempdir().unwrap();
    let more = ["--demo-data", "--demo-customers", "0"];
    let service = Service::start(folder.path(), &more).ready().await;
    let client = Client::new();
    let tabs = async |partner: &str| {
        let get = async |path: &str| {
            let request = client.get(format!("{}/v1{path}", service.url));
            let request =
                request.header("authorization", format!("Bearer demo:admin_agent@{partner}"));
            request.send().await.unwrap().json::<Value>().await.unwrap()
        };
        let customers = get("/customers?size=1").await;
        let id = customers["items"][0]["id"].as_str().unwrap();
        let tabs = get(&format!("/customers/{id}/offercategories")).await;
        let tabs = tabs["items"].as_array().unwrap().iter();
        tabs.map(|tab| tab["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(tabs("demo").await.len(), 6);
    assert_eq!(tabs("demo.us_government").await, ["Enterprise_Key"]);
    let german = ["Enterprise_Key", "SmallBusiness_Key", "Trial_Key"];
    assert_eq!(tabs("demo.germany").await, german);
}

/// Adds so many customers: "Company 0" and so on.
async fn add_many(client: &Client, service: &Service, count: usize) {
    let numbers: Vec<usize> = (0..count).collect();
    for part in numbers.chunks(MOST_COMMANDS) {
        let command = |number: &usize| {
            let draft = draft(&format!("Company {number}"), &format!("c{number}.example.com"));
            (Command::AddCustomer { draft }, request(&format!("add-{number}")))
        };
        let question = Question::Commands(part.iter().map(command).collect());
        let asked = client.post(format!("{}/v1/desk/commands", service.url));
        let asked = as_admin(asked).header(record::FORM, record::form());
        let answer = asked.json(&record::written(&question).unwrap()).send().await.unwrap();
        let outcome: Result<Reply, Failure> = record::read(&answer.text().await.unwrap()).unwrap();
        let Ok(Reply::Answers(answers)) = outcome else { panic!("{outcome:?}") };
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    }
}

/// A list with all its pages, each reached by the link of the one before.
async fn pages(client: &Client, service: &Service, path: &str) -> Vec<Value> {
    let (status, first) = sent(client.get(format!("{}/v1{path}", service.url))).await;
    assert_eq!(status, 200, "{first}");
    let mut pages = vec![first];
    loop {
        let next = pages[pages.len() - 1]["links"]["next"].clone();
        let Some(uri) = next["uri"].as_str() else { return pages };
        let header = &next["headers"][0];
        assert_eq!(header["key"], "MS-ContinuationToken");
        let asked = client.get(format!("{}/v1{uri}", service.url));
        let asked = asked.header("MS-ContinuationToken", header["value"].as_str().unwrap());
        let (status, page) = sent(asked).await;
        assert_eq!(status, 200, "{page}");
        pages.push(page);
    }
}

fn sizes(pages: &[Value]) -> Vec<usize> {
    pages.iter().map(|page| page["items"].as_array().unwrap().len()).collect()
}

fn narrowed(field: &str, operator: &str, value: &str) -> String {
    let filter = json!({ "Field": field, "Operator": operator, "Value": value }).to_string();
    let filter: String = form_urlencoded::byte_serialize(filter.as_bytes()).collect();
    format!("/auditrecords?filter={filter}")
}

#[tokio::test]
async fn the_log_comes_in_pages_and_narrowed() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    add_many(&client, &service, MANY).await;

    let all = pages(&client, &service, "/auditrecords").await;
    assert_eq!(sizes(&all), [500, MANY - 500]);
    assert_eq!(all[0]["totalCount"], 500);
    assert_eq!(all[1]["links"]["self"], all[0]["links"]["next"]);
    let records: Vec<&Value> =
        all.iter().flat_map(|page| page["items"].as_array().unwrap()).collect();
    let whose: BTreeSet<&str> =
        records.iter().map(|record| record["customerId"].as_str().unwrap()).collect();
    assert_eq!(whose.len(), MANY, "none is skipped or repeated");
    let moment = |record: &&Value| {
        record["operationDate"].as_str().unwrap().parse::<DateTime<Utc>>().unwrap()
    };
    let moments = records.iter().map(moment).collect::<Vec<_>>();
    assert!(moments.is_sorted_by(|newer, older| newer >= older), "newest first");

    let id = added(&client, &service.url, 1_000).await;
    let orders = format!("{}/v1/customers/{id}/orders", service.url);
    let order = placed(&client, &orders, &json!({ "lineItems": [line()] })).await;
    let cases: [(&str, &str, &str, &[usize]); 6] = [
        ("CustomerId", "equals", &id, &[2]),
        // "Company 51" and "Company 510" to "Company 519".
        ("CompanyName", "substring", "ANY 51", &[11]),
        ("companyname", "SUBSTRING", "nobody", &[0]),
        ("ResourceType", "equals", "Order", &[1]),
        ("ResourceType", "equals", "customer", &[500, MANY + 1 - 500]),
        ("ResourceType", "equals", "license", &[0]),
    ];
    for (field, operator, value, expected) in cases {
        let found = pages(&client, &service, &narrowed(field, operator, value)).await;
        assert_eq!(sizes(&found), expected, "{field} {value}");
    }

    let created = pages(&client, &service, &narrowed("ResourceType", "equals", "order")).await;
    let created = &created[0]["items"][0];
    assert_eq!(created["operationType"], "create_order");
    let data = created["customizedData"].as_array().unwrap();
    let value = |key: &str| {
        let pair = data.iter().find(|pair| pair["key"] == key);
        pair.map(|pair| pair["value"].clone()).unwrap_or_default()
    };
    assert_eq!(value("OrderId"), order["id"]);
    assert_eq!(value("SubscriptionId-0"), order["lineItems"][0]["subscriptionId"]);
    assert_eq!(value("SubscriptionName-0"), "Head office");
    assert_eq!(value("Quantity-0"), "4");
}
