//! Killed at twenty random moments of a load, the service loses no order that it acknowledged and
//! repeats none.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

mod support;

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use support::service::{Service, as_admin};

const KILLS: u32 = 20;
const CLIENTS: usize = 8;

/// Office 365 Enterprise E3: no limit of how many times.
const UNLIMITED: &str = "796B6B5F-613C-4E24-A17C-EBA730D49C02";

/// A customer of each client, so that none of them grows too large.
async fn customers(client: &Client, url: &str) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 0..CLIENTS {
        let customer = json!({
            "companyProfile": { "domain": format!("c{number}.example.com"), "companyName": format!("C {number}") },
            "billingProfile": { "firstName": "K", "lastName": "A", "email": "k@example.com", "defaultAddress": {
                "country": "US", "city": "S", "state": "IL", "addressLine1": "1", "postalCode": "62701" } },
        });
        let request = as_admin(client.post(format!("{url}/v1/customers"))).json(&customer);
        let answer = request.send().await.unwrap();
        let added: Value = answer.json().await.unwrap();
        ids.push(added["id"].as_str().unwrap().to_owned());
    }
    ids
}

async fn place(client: &Client, url: &str, customer: &str, request: &str) -> Option<String> {
    let order =
        json!({ "lineItems": [{ "lineItemNumber": 0, "offerId": UNLIMITED, "quantity": 3 }] });
    let sent = as_admin(client.post(format!("{url}/v1/customers/{customer}/orders")))
        .header("ms-requestid", request)
        .timeout(Duration::from_secs(5))
        .json(&order);
    let answer = sent.send().await.ok()?;
    if answer.status() != StatusCode::CREATED {
        return None;
    }
    let order: Value = answer.json().await.ok()?;
    Some(order["id"].as_str().unwrap().to_owned())
}

async fn listed(client: &Client, url: &str, customer: &str) -> Vec<String> {
    let answer = as_admin(client.get(format!("{url}/v1/customers/{customer}/orders"))).send().await;
    let list: Value = answer.unwrap().json().await.unwrap();
    let items = list["items"].as_array().unwrap().iter();
    items.map(|order| order["id"].as_str().unwrap().to_owned()).collect()
}

/// A number that differs at each run, so that the moments do.
fn random() -> u32 {
    let bytes = uuid::Uuid::new_v4().into_bytes();
    u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

fn check(folder: &Path) {
    let database = format!("sqlite:{}", folder.join("desk.sqlite").display());
    for what in ["check", "verify-audit"] {
        let outcome = Command::new(env!("CARGO_BIN_EXE_subscription-desk-server"))
            .args(["--database", &database, what])
            .output()
            .unwrap();
        assert!(outcome.status.success(), "{what}: {}", String::from_utf8_lossy(&outcome.stderr));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_in_the_middle_of_a_load_it_loses_and_repeats_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    let customers = customers(&client, &service.url).await;
    drop(service);
    let acknowledged: Arc<Mutex<BTreeMap<String, (String, String)>>> = Arc::default();
    let mut asked = 0_u32;
    // What was asked for and not answered is asked for again under the same name.
    let open: Arc<Mutex<Vec<Vec<String>>>> = Arc::new(Mutex::new(vec![Vec::new(); CLIENTS]));
    for round in 0..KILLS {
        let mut service = Service::start(folder.path(), &[]).ready().await;
        let is_over = Arc::new(AtomicBool::new(false));
        let mut tasks = Vec::new();
        for (number, customer) in customers.iter().enumerate() {
            let (client, url, customer) = (Client::new(), service.url.clone(), customer.clone());
            let (acknowledged, open) = (Arc::clone(&acknowledged), Arc::clone(&open));
            let is_over = Arc::clone(&is_over);
            tasks.push(tokio::spawn(async move {
                let mut count = 0;
                while !is_over.load(Ordering::Relaxed) {
                    let again = open.lock().unwrap()[number].pop();
                    let request = again.unwrap_or_else(|| {
                        count += 1;
                        format!("r{round}-c{number}-{count}")
                    });
                    match place(&client, &url, &customer, &request).await {
                        Some(order) => {
                            let told = (customer.clone(), order);
                            acknowledged.lock().unwrap().insert(request, told);
                        }
                        None => open.lock().unwrap()[number].push(request),
                    }
                }
                count
            }));
        }
        tokio::time::sleep(Duration::from_millis(u64::from(random() % 150))).await;
        service.kill();
        is_over.store(true, Ordering::Relaxed);
        for task in tasks {
            asked += task.await.unwrap();
        }
    }
    let service = Service::start(folder.path(), &[]).ready().await;
    for (number, customer) in customers.iter().enumerate() {
        let again: Vec<String> = std::mem::take(&mut open.lock().unwrap()[number]);
        for request in again {
            let order = place(&client, &service.url, customer, &request).await.unwrap();
            acknowledged.lock().unwrap().insert(request, (customer.clone(), order));
        }
    }
    let acknowledged = acknowledged.lock().unwrap().clone();
    assert!(acknowledged.len() > 40, "the load was a load: {} of {asked}", acknowledged.len());
    let mut there = 0;
    for customer in &customers {
        let listed = listed(&client, &service.url, customer).await;
        let told: BTreeSet<&String> = acknowledged
            .values()
            .filter(|(of, _)| of == customer)
            .map(|(_, order)| order)
            .collect();
        let found: BTreeSet<&String> = listed.iter().collect();
        assert_eq!(found.len(), listed.len(), "no order twice");
        assert_eq!(found, told, "those that are there are those that were acknowledged");
        there += listed.len();
    }
    assert_eq!(there, acknowledged.len(), "each request has one order");
    drop(service);
    check(folder.path());
}
