//! Orders over HTTP: what of a placed one is fixed, through which one an add-on is bought, and what
//! asks for no quantity (domain.md §1.6, §2.3, §2.7).

#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on has failed")]

mod support;

use reqwest::Client;
use serde_json::{Value, json};
use support::service::{Service, added_at, placed, sent};
use support::{AUDIO, E3, TWO_AT_A_TIME};

/// Usage (domain.md §4.3).
const AZURE: &str = "MS-AZR-0145P";

fn one(line: &Value) -> Value {
    json!({ "lineItems": [line] })
}

#[tokio::test]
async fn what_a_placed_order_says_is_not_changed() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    let orders = format!("{}/orders", added_at(&client, &service.url).await);
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
    let orders = format!("{}/orders", added_at(&client, &service.url).await);
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
    assert_eq!((&bought["id"], &bought["lineItems"][1]["offerId"]), (&base["id"], &json!(AUDIO)));

    // Beside other lines it is no order: the refusal says how it becomes one.
    let line = json!({ "offerId": AUDIO, "quantity": 2, "parentSubscriptionId": parent });
    let (status, refused) = sent(client.post(&orders).json(&one(&line))).await;
    assert_eq!((status, &refused["code"]), (400, &json!("400041")), "{refused}");
    let says = refused["description"].as_str().unwrap();
    assert!(says.contains("PATCH") && says.contains("order"), "{says}");
}

/// domain.md §2.4, §2.7: only an indirect reseller can be on record, and there is none here.
#[tokio::test]
async fn no_reseller_is_put_on_record() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    let customer = added_at(&client, &service.url).await;
    let orders = format!("{customer}/orders");
    let line = |reseller: &str| {
        one(&json!({ "offerId": E3, "quantity": 2, "partnerIdOnRecord": reseller }))
    };
    let refused = |(status, refused): (u16, Value), field: &str| {
        let said = (status, &refused["code"], &refused["field"]);
        assert_eq!(said, (400, &json!("800016"), &json!(field)), "{refused}");
    };
    refused(sent(client.post(&orders).json(&line("4847383"))).await, "partnerIdOnRecord");
    let mut order = placed(&client, &orders, &line("")).await;
    order["lineItems"][0]["partnerIdOnRecord"] = "4847383".into();
    let address = format!("{orders}/{}", order["id"].as_str().unwrap());
    refused(sent(client.patch(address).json(&order)).await, "partnerIdOnRecord");
    let id = order["lineItems"][0]["subscriptionId"].as_str().unwrap();
    let address = format!("{customer}/subscriptions/{id}");
    let (_, held) = sent(client.get(&address)).await;
    let with = |reseller: &str| {
        let mut asked = held.clone();
        asked["partnerId"] = reseller.into();
        asked
    };
    refused(sent(client.patch(&address).json(&with("4847383"))).await, "partnerId");
    let (status, same) = sent(client.patch(&address).json(&with(""))).await;
    assert_eq!((status, same), (200, held));
}

/// domain.md §2.7: 2002 is a quantity out of limits. JSON writes the same number in several ways.
#[tokio::test]
async fn a_whole_number_is_one_however_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    let orders = format!("{}/orders", added_at(&client, &service.url).await);
    let place = |quantity: &str| {
        let line = format!(r#"{{"offerId":"{E3}","quantity":{quantity}}}"#);
        let body = format!(r#"{{"lineItems":[{line}]}}"#);
        sent(client.post(&orders).header("content-type", "application/json").body(body))
    };
    for (written, quantity) in [("5.0", 5), ("1e1", 10), ("1e3", 1000), ("1.5e1", 15)] {
        let (status, order) = place(written).await;
        assert_eq!(
            (status, &order["lineItems"][0]["quantity"]),
            (201, &json!(quantity)),
            "{order}"
        );
        let address = format!("{orders}/{}", order["id"].as_str().unwrap());
        let text = order
            .to_string()
            .replace(&format!(r#""quantity":{quantity}"#), &format!(r#""quantity":{written}"#));
        let request = client.patch(address).header("content-type", "application/json");
        assert_eq!(sent(request.body(text)).await, (200, order), "{written} is no change");
    }
    for (written, code) in [
        ("-1", "2002"),
        ("-5.0", "2002"),
        ("-0.0", "2002"),
        ("0", "2002"),
        ("4294967296", "2002"),
        ("99999999999", "2002"),
        ("1e25", "2002"),
        ("1.5", "800002"),
        ("-1.5", "800002"),
        ("1e-3", "800002"),
    ] {
        let (status, refused) = place(written).await;
        let said = (status, &refused["code"], &refused["field"]);
        assert_eq!(said, (400, &json!(code), &json!("quantity")), "{written}: {refused}");
    }
}

#[tokio::test]
async fn usage_asks_for_no_quantity_and_does_not_renew() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    let customer = added_at(&client, &service.url).await;
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

/// Also those that were there before anybody bought anything here, such as the demo's.
#[tokio::test]
async fn every_subscription_has_its_order_and_an_add_on_joins_it() {
    let folder = tempfile::tempdir().unwrap();
    let more = ["--demo-data", "--demo-customers", "0"];
    let service = Service::start(folder.path(), &more).ready().await;
    let client = Client::new();
    let customers = format!("{}/v1/customers", service.url);
    let listed = |address: String| async {
        let (status, list) = sent(client.get(address)).await;
        assert_eq!(status, 200, "{list}");
        list["items"].as_array().unwrap().clone()
    };
    let mut base_of_add_on = None;
    for customer in listed(format!("{customers}?size=500")).await {
        let its = format!("{customers}/{}", customer["id"].as_str().unwrap());
        for held in listed(format!("{its}/subscriptions")).await {
            let order = format!("{its}/orders/{}", held["orderId"].as_str().unwrap());
            let (status, found) = sent(client.get(&order)).await;
            assert_eq!((status, &found["id"]), (200, &held["orderId"]), "{found}");
            let lines = found["lineItems"].as_array().unwrap();
            let line = lines.iter().find(|line| line["subscriptionId"] == held["id"]).unwrap();
            assert_eq!(
                (&line["offerId"], &line["quantity"]),
                (&held["offerId"], &held["quantity"]),
                "{held}"
            );
            if held["offerId"] == E3 && held["status"] == "active" {
                base_of_add_on = Some((order, held["id"].clone()));
            }
        }
    }
    let (order, parent) = base_of_add_on.unwrap();
    let line = json!({ "offerId": AUDIO, "quantity": 2, "parentSubscriptionId": parent });
    let (status, bought) = sent(client.patch(&order).json(&one(&line))).await;
    assert_eq!(status, 200, "{bought}");
    let lines = bought["lineItems"].as_array().unwrap();
    assert!(lines.iter().any(|line| line["offerId"] == AUDIO), "{bought}");
}
