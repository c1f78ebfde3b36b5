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
use support::service::{Service, added, added_at, as_admin, placed, sent};

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

/// A page by the token of another one, as the vendor's SDKs ask: no filter, size or order beside it.
async fn by_token(client: &Client, service: &Service, path: &str, page: &Value) -> Value {
    let token = page["continuationToken"].as_str().unwrap();
    let asked = client.get(format!("{}/v1{path}", service.url));
    let (status, page) = sent(asked.header("MS-ContinuationToken", token)).await;
    assert_eq!(status, 200, "{path}: {page}");
    page
}

/// What tells the items of a page apart.
fn items(page: &Value) -> Vec<&Value> {
    page["items"].as_array().unwrap().iter().collect()
}

#[tokio::test]
async fn a_token_alone_asks_for_the_next_page_of_what_was_asked() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    add_many(&client, &service, 30).await;
    let filter = json!({ "Field": "CompanyName", "Operator": "starts_with", "Value": "company 1" });
    let filter = filter.to_string();
    let filter: String = form_urlencoded::byte_serialize(filter.as_bytes()).collect();
    for (path, list) in [
        (format!("/customers?size=3&sort=-name&filter={filter}"), "/customers"),
        (format!("/customers?size=3&startAt=Company%2012&filter={filter}"), "/customers"),
        (narrowed("CompanyName", "substring", "any 1") + "&size=3", "/auditrecords"),
        (narrowed("ResourceType", "equals", "customer") + "&size=20", "/auditrecords"),
    ] {
        let linked = pages(&client, &service, &path).await;
        assert!(linked.len() > 1, "{path}");
        for ask in ["", "?seekOperation=Next", "?SeekOperation=next"] {
            let mut pages = vec![linked[0].clone()];
            while pages[pages.len() - 1]["continuationToken"].is_string() {
                let ask = format!("{list}{ask}");
                pages.push(by_token(&client, &service, &ask, &pages[pages.len() - 1]).await);
            }
            assert!(pages.iter().map(items).eq(linked.iter().map(items)), "{path} {ask}");
        }
    }
    // What the query says goes before what the token says.
    let (_, first) = sent(client.get(format!("{}/v1/customers?size=3", service.url))).await;
    assert_eq!(items(&by_token(&client, &service, "/customers?size=5", &first).await).len(), 5);
    let again = by_token(&client, &service, "/customers?seekOperation=First", &first).await;
    assert_eq!(items(&again), items(&first));
    let token = first["continuationToken"].as_str().unwrap();
    let other = client.get(format!("{}/v1/auditrecords", service.url));
    let (status, said) = sent(other.header("MS-ContinuationToken", token)).await;
    assert_eq!(status, 400, "{said}");
    assert!(said["description"].as_str().unwrap().contains("of no page of this list"), "{said}");
    let (_, log) = sent(client.get(format!("{}/v1/auditrecords?size=3", service.url))).await;
    let back = client.get(format!("{}/v1/auditrecords?seekOperation=Previous", service.url));
    let token = log["continuationToken"].as_str().unwrap();
    let (status, said) = sent(back.header("MS-ContinuationToken", token)).await;
    assert_eq!(status, 400, "{said}");
    assert!(said["description"].as_str().unwrap().contains("First or Next"), "{said}");
}

/// domain.md §2.2, §2.6: the links `previous` and `next`, and the seeks `Previous`, `First`, `Last`.
#[tokio::test]
async fn customers_are_read_in_both_directions() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    add_many(&client, &service, 10).await;
    for path in ["/customers?size=4", "/customers?size=4&sort=-name"] {
        let forward = pages(&client, &service, path).await;
        assert_eq!(sizes(&forward), [4, 4, 2]);
        assert!(forward[0]["links"]["previous"].is_null());
        let mut page = forward[2].clone();
        for before in forward[..2].iter().rev() {
            let previous = &page["links"]["previous"];
            let asked =
                client.get(format!("{}/v1{}", service.url, previous["uri"].as_str().unwrap()));
            let token = previous["headers"][0]["value"].as_str().unwrap();
            page = sent(asked.header("MS-ContinuationToken", token)).await.1;
            assert_eq!(items(&page), items(before), "{path}");
            assert_eq!(page["links"]["next"]["uri"], before["links"]["next"]["uri"]);
        }
        assert!(page["links"]["previous"].is_null(), "it is the first");
        let url = format!("{}/v1{path}&seekOperation=Last", service.url);
        let (_, last) = sent(client.get(url)).await;
        let all: Vec<&Value> = forward.iter().flat_map(items).collect();
        assert_eq!(items(&last), all[6..], "{path}");
        assert!(last["links"]["next"].is_null() && last["continuationToken"].is_null());
        assert!(last["links"]["previous"]["uri"].as_str().unwrap().ends_with("=Previous"));
        // The SDKs have one token for every direction.
        let third = by_token(&client, &service, "/customers", &forward[1]).await;
        assert_eq!(items(&third), items(&forward[2]));
        let back = by_token(&client, &service, "/customers?seekOperation=Previous", &forward[1]);
        assert_eq!(items(&back.await), items(&forward[0]));
    }
}

/// domain.md §2.6: the last 30 days unless something else is said; days as scripts and as .NET
/// write them.
#[tokio::test]
async fn the_log_is_asked_for_by_days() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    let id = added(&client, &service.url, 1).await;
    let today = Utc::now().date_naive();
    let (iso, dotnet) = (today.to_string(), today.format("%m/%d/%Y 00:00:00").to_string());
    let yesterday = today.pred_opt().unwrap().to_string();
    for (query, expected) in [
        (vec![], 1),
        (vec![("startDate", &*iso)], 1),
        (vec![("startDate", &*dotnet)], 1),
        (vec![("startDate", &*dotnet), ("endDate", &*dotnet), ("size", "1")], 1),
        (vec![("startDate", "07/01/2018 00:00:00"), ("endDate", "07/31/2018 00:00:00")], 0),
        (vec![("endDate", &*yesterday)], 0),
        (vec![("endDate", "2018-07-31")], 0),
        (vec![("endDate", "2099-12-31T00:00:00Z")], 1),
    ] {
        let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(&query).finish();
        let asked = client.get(format!("{}/v1/auditrecords?{text}", service.url));
        let (status, list) = sent(asked).await;
        assert_eq!((status, list["totalCount"].as_u64()), (200, Some(expected)), "{query:?}");
    }
    let braced = narrowed("CustomerId", "equals", &format!("{{{}}}", id.to_uppercase()));
    assert_eq!(sizes(&pages(&client, &service, &braced).await), [1]);
}

#[tokio::test]
async fn orders_of_a_frequency_that_nobody_knows_are_refused_and_not_none() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    let orders = format!("{}/orders", added_at(&client, &service.url).await);
    for (query, expected) in [
        ("", 200),
        ("?billingType=", 200),
        ("?billingType=Monthly", 200),
        ("?billingType=weekly", 400),
    ] {
        let (status, told) = sent(client.get(format!("{orders}{query}"))).await;
        assert_eq!(status, expected, "{query}: {told}");
    }
}
