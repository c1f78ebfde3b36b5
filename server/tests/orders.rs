//! Orders over HTTP: what of a placed one is fixed, through which one an add-on is bought, and what
//! asks for no quantity (domain.md §1.6, §2.3, §2.7).

#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on has failed")]

mod support;

use reqwest::Client;
use serde_json::{Value, json};
use support::TWO_AT_A_TIME;
use support::service::{Service, added, placed, sent};

/// An offer without a limit, an add-on of both that are licensed, and usage (domain.md §4.3).
const E3: &str = "796B6B5F-613C-4E24-A17C-EBA730D49C02";
const AUDIO: &str = "C94271D8-B431-4A25-A3C5-A57737A1C909";
const AZURE: &str = "MS-AZR-0145P";

fn one(line: &Value) -> Value {
    json!({ "lineItems": [line] })
}

/// The address of a new customer.
async fn customer(client: &Client, service: &Service) -> String {
    format!("{}/v1/customers/{}", service.url, added(client, &service.url, 1).await)
}

#[tokio::test]
async fn what_a_placed_order_says_is_not_changed() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    let orders = format!("{}/orders", customer(&client, &service).await);
    let line = json!({ "offerId": TWO_AT_A_TIME, "quantity": 4 });
    let order = placed(&client, &orders, &one(&line)).await;
    let address = format!("{orders}/{}", order["id"].as_str().unwrap());
    let with = |change: fn(&mut Value)| {
        let mut asked = order.clone();
        change(&mut asked);
        asked
    };
    let cases = [
        ("cancelled", json!({ "status": "cancelled" }), "800061", "status"),
        ("the whole, cancelled", with(|of| of["status"] = "Cancelled".into()), "800061", "status"),
        ("another status", json!({ "status": "pending" }), "3000", "status"),
        ("a quantity", with(|of| of["lineItems"][0]["quantity"] = 5.into()), "3000", "quantity"),
        ("an offer", with(|of| of["lineItems"][0]["offerId"] = E3.into()), "3000", "offerId"),
        ("the cycle", with(|of| of["billingCycle"] = "annual".into()), "800097", "billingCycle"),
    ];
    for (what, asked, code, field) in cases {
        let (status, body) = sent(client.patch(&address).json(&asked)).await;
        let said = (status, &body["code"], &body["field"]);
        assert_eq!(said, (400, &json!(code), &json!(field)), "{what}: {body}");
    }
    let in_upper_case = with(|of| {
        let id = &mut of["lineItems"][0]["subscriptionId"];
        *id = id.as_str().unwrap().to_uppercase().into();
    });
    for asked in [order.clone(), in_upper_case, json!({})] {
        let (status, body) = sent(client.patch(&address).json(&asked)).await;
        assert_eq!((status, &body), (200, &order), "as it was read: {asked}");
    }
}

#[tokio::test]
async fn an_add_on_is_bought_through_the_order_of_its_base() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    let orders = format!("{}/orders", customer(&client, &service).await);
    let base = json!({ "offerId": TWO_AT_A_TIME, "quantity": 4 });
    let base = placed(&client, &orders, &one(&base)).await;
    let other = placed(&client, &orders, &one(&json!({ "offerId": E3, "quantity": 2 }))).await;
    let parent = base["lineItems"][0]["subscriptionId"].as_str().unwrap();
    let through = |order: &Value, parent: &str| {
        let line = json!({ "offerId": AUDIO, "quantity": 2, "parentSubscriptionId": parent });
        let address = format!("{orders}/{}", order["id"].as_str().unwrap());
        sent(client.patch(address).json(&one(&line)))
    };
    for (order, parent) in [(&other, parent), (&base, "nothing")] {
        let (status, refused) = through(order, parent).await;
        assert_eq!((status, &refused["code"]), (404, &json!("20003")), "{parent}: {refused}");
    }
    let (status, bought) = through(&base, &parent.to_uppercase()).await;
    assert_eq!(status, 200, "{bought}");
    assert_ne!(bought["id"], base["id"], "an order of its own");
    assert_eq!(bought["lineItems"][0]["offerId"], AUDIO);
    let under = bought["lineItems"][0]["parentSubscriptionId"].as_str().unwrap();
    assert!(under.eq_ignore_ascii_case(parent), "{under}");
}

#[tokio::test]
async fn usage_asks_for_no_quantity_and_does_not_renew() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    let customer = customer(&client, &service).await;
    let orders = format!("{customer}/orders");
    for line in [json!({ "offerId": AZURE }), json!({ "offerId": AZURE, "quantity": null })] {
        let order = placed(&client, &orders, &one(&line)).await;
        let bought = &order["lineItems"][0];
        assert_eq!(bought["quantity"], 1, "{order}");
        let id = bought["subscriptionId"].as_str().unwrap();
        let address = format!("{customer}/subscriptions/{id}");
        let (_, held) = sent(client.get(&address)).await;
        assert_eq!((&held["autoRenewEnabled"], &held["quantity"]), (&json!(false), &json!(1)));
        let (status, provisioned) = sent(client.get(format!("{address}/provisioningstatus"))).await;
        let expected = json!({
            "skuId": held["offerId"], "status": "success", "quantity": 1,
            "endDate": held["commitmentEndDate"],
            "attributes": { "objectType": "SubscriptionProvisioningStatus" },
        });
        assert_eq!((status, provisioned), (200, expected));
    }
    for line in [json!({ "offerId": E3 }), json!({ "offerId": E3, "quantity": null })] {
        let (status, refused) = sent(client.post(&orders).json(&one(&line))).await;
        assert_eq!((status, &refused["name"]), (400, &json!("MALFORMED")), "{refused}");
    }
}
