//! Whatever is sent, the answer is a 4xx in our own words, and nothing has changed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

mod support;

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use support::service::{Service, as_admin, sent};

/// A customer of the demo's data and one of its active subscriptions.
const CUSTOMER: &str = "/v1/customers/5d5d0000-0000-4000-8002-000000000000";
const SUBSCRIPTION: &str = "/v1/customers/5d5d0000-0000-4000-8002-000000000000/subscriptions/\
                            5d5d0000-0000-4000-8002-000000000004";
const NOBODY: &str = "/v1/customers/00000000-dead-beef-0000-000000000000";

struct Asked {
    what: &'static str,
    verb: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    status: u16,
    name: &'static str,
}

fn asked(what: &'static str, verb: Method, path: &str, status: u16, name: &'static str) -> Asked {
    let (path, headers) = (path.to_owned(), Vec::new());
    Asked { what, verb, path, headers, body: Vec::new(), status, name }
}

impl Asked {
    fn with(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

fn line(offer: &str, quantity: &Value) -> Value {
    json!({ "lineItemNumber": 0, "offerId": offer, "quantity": quantity })
}

fn order(lines: &[Value]) -> String {
    json!({ "billingCycle": "monthly", "lineItems": lines }).to_string()
}

fn bodies() -> Vec<Asked> {
    let orders = format!("{CUSTOMER}/orders");
    let place = |what, status, name| asked(what, Method::POST, &orders, status, name);
    let premium = support::TWO_AT_A_TIME;
    let bad = |what, body: &str| place(what, 400, "MALFORMED").with(body);
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let many: Vec<Value> = (0..50_000).map(|_| line(premium, &json!(1))).collect();
    let some: Vec<Value> = (0..5_000).map(|_| line(premium, &json!(1))).collect();
    let quantity = |what, quantity: &str, name| {
        let body =
            format!("{{\"lineItems\":[{{\"offerId\":\"{premium}\",\"quantity\":{quantity}}}]}}");
        place(what, 400, name).with(body)
    };
    vec![
        bad("nothing", ""),
        bad("no JSON", "{\"lineItems\": ["),
        bad("no object", "[]"),
        bad("another type", "{\"lineItems\": 7}"),
        bad("a line of another type", "{\"lineItems\": [7]}"),
        bad("a field twice in different case", "{\"lineItems\": [], \"LineItems\": []}"),
        place("no UTF-8", 400, "MALFORMED").with(b"{\"lineItems\": \"\xff\"}".to_vec()),
        bad("very deep", &deep),
        bad("no offer's ID", &order(&[line("no offer at all", &json!(1))])),
        bad("thousands of lines", &order(&some)),
        bad("an unknown cycle", "{\"billingCycle\": \"weekly\", \"lineItems\": []}"),
        bad("another customer inside", "{\"referenceCustomerId\": \"x\", \"lineItems\": []}"),
        bad("no quantity", &json!({ "lineItems": [{ "offerId": premium }] }).to_string()),
        place("no line", 400, "ORDER_EMPTY").with("{\"lineItems\": []}"),
        place("50,000 lines", 413, "BODY_TOO_LARGE").with(order(&many)),
        place("10 MB", 413, "BODY_TOO_LARGE").with(vec![b' '; 10 << 20]),
        place("a form", 415, "NOT_JSON")
            .with("a=1")
            .header("content-type", "application/x-www-form-urlencoded"),
        place("a compressed body", 415, "BODY_ENCODED")
            .with(b"\x1f\x8b\x08".to_vec())
            .header("content-encoding", "gzip"),
        place("XML", 415, "NOT_JSON").with("<order/>").header("content-type", "text/xml"),
        quantity("a text", "\"many\"", "MALFORMED"),
        quantity("a fraction", "1.5", "QUANTITY_NOT_WHOLE"),
        quantity("below zero", "-1", "QUANTITY_ZERO"),
        quantity("zero", "0", "QUANTITY_ZERO"),
        quantity("more than there are", "301", "QUANTITY_OUT_OF_RANGE"),
        quantity("a huge number", "99999999999999999999999999", "QUANTITY_TOO_LARGE"),
        quantity("a number of 300 digits", &"9".repeat(300), "QUANTITY_TOO_LARGE"),
        place("no request ID", 400, "MALFORMED").with(order(&[])).header("ms-requestid", "a b/c"),
        asked(
            "a broken validateOnly",
            Method::POST,
            &format!("{orders}?validateOnly=perhaps"),
            400,
            "MALFORMED",
        )
        .with(order(&[])),
    ]
}

fn addresses() -> Vec<Asked> {
    let get = |what, path: &str, status, name| asked(what, Method::GET, path, status, name);
    vec![
        get("an unknown customer", NOBODY, 404, "CUSTOMER_NOT_FOUND"),
        get("no customer's ID", "/v1/customers/%00%ff", 400, "MALFORMED"),
        get("an ID of other letters", "/v1/customers/a%20b", 404, "CUSTOMER_NOT_FOUND"),
        get(
            "an unknown subscription",
            &format!("{CUSTOMER}/subscriptions/x"),
            404,
            "SUBSCRIPTION_NOT_FOUND",
        ),
        get("an unknown order", &format!("{CUSTOMER}/orders/x"), 404, "ORDER_NOT_FOUND"),
        get("an unknown offer", "/v1/offers/x", 400, "INVALID_OFFER_ID"),
        get("an unknown address", "/v1/nothing", 404, "NO_SUCH_ADDRESS"),
        get("a size of other letters", "/v1/customers?size=ten", 400, "MALFORMED"),
        get("a huge size", "/v1/customers?size=99999999999", 400, "MALFORMED"),
        get("a size above all", "/v1/customers?size=501", 400, "MALFORMED"),
        get("a size of the log above all", "/v1/auditrecords?size=501", 400, "MALFORMED"),
        get("an offset", "/v1/customers?size=3&offset=3", 400, "MALFORMED"),
        get("an offset of the log", "/v1/auditrecords?offset=3", 400, "MALFORMED"),
        get(
            "a query that no token holds",
            &format!("/v1/customers?note={}", "x".repeat(5_000)),
            400,
            "MALFORMED",
        ),
        get("a broken filter", "/v1/customers?filter=%7B", 400, "MALFORMED"),
        get("a filter by nothing", "/v1/customers?filter=%7B%7D", 400, "MALFORMED"),
        get(
            "an operator that is not there",
            "/v1/customers?filter=%7B%22Field%22%3A%22Domain%22%2C%22Value%22%3A%22a%22%2C%22Operator%22%3A%22contains%22%7D",
            400,
            "MALFORMED",
        ),
        get("a broken token", "/v1/customers?seekOperation=Next", 400, "MALFORMED")
            .header("ms-continuationtoken", "!!!"),
        get(
            "a filter of 40 kB",
            &format!("/v1/customers?filter={}", "x".repeat(40_000)),
            431,
            "HEAD_TOO_LARGE",
        ),
        get("a header of 40 kB", "/v1/customers", 431, "HEAD_TOO_LARGE")
            .header("x-long", &"x".repeat(40_000)),
        get("no token", "/v1/customers?seekOperation=Next", 400, "MALFORMED"),
        get("a token of no seek", "/v1/customers", 400, "MALFORMED")
            .header("ms-continuationtoken", "!!!"),
        get("a token of another form", "/v1/customers", 400, "MALFORMED")
            // {"list":"/customers"}
            .header("ms-continuationtoken", "eyJsaXN0IjoiL2N1c3RvbWVycyJ9"),
        get("a place of another list in a token", "/v1/customers", 400, "MALFORMED")
            // {"list":"/customers","query":"","first":"1.1","last":"1.1"}
            .header(
                "ms-continuationtoken",
                "eyJsaXN0IjoiL2N1c3RvbWVycyIsInF1ZXJ5IjoiIiwiZmlyc3QiOiIxLjEiLCJsYXN0IjoiMS4xIn0",
            ),
        get("an unknown seek", "/v1/customers?seekOperation=PageIndex", 400, "MALFORMED"),
        get("an unknown sort", "/v1/customers?sort=age", 400, "MALFORMED"),
        get("no day", "/v1/auditrecords?startDate=yesterday", 400, "MALFORMED"),
        get("no month", "/v1/auditrecords?startDate=31/07/2018", 400, "MALFORMED"),
        get(
            "an end before the start",
            "/v1/auditrecords?startDate=2018-07-02&endDate=2018-07-01",
            400,
            "MALFORMED",
        ),
        get(
            "a filter of the log that is not there",
            "/v1/auditrecords?filter=%7B%22Field%22%3A%22UserName%22%2C%22Value%22%3A%22a%22%2C%22Operator%22%3A%22equals%22%7D",
            400,
            "MALFORMED",
        ),
        get("a page of another list", "/v1/auditrecords?seekOperation=Next", 400, "MALFORMED")
            .header("ms-continuationtoken", "YQFi"),
        get("a log from its end", "/v1/auditrecords?seekOperation=Last", 400, "MALFORMED"),
        get(
            "the tabs of an unknown customer",
            &format!("{NOBODY}/offercategories"),
            404,
            "CUSTOMER_NOT_FOUND",
        ),
        get(
            "whether an unknown subscription is there",
            &format!("{CUSTOMER}/subscriptions/x/provisioningstatus"),
            404,
            "SUBSCRIPTION_NOT_FOUND",
        ),
        get("no country", "/v1/countryvalidationrules/Moon", 400, "MALFORMED"),
        asked("a wrong verb", Method::DELETE, CUSTOMER, 405, "VERB_NOT_ALLOWED"),
        asked("a wrong verb for a list", Method::PUT, "/v1/customers", 405, "VERB_NOT_ALLOWED"),
    ]
}

/// The `ETag` is that of the state in which the subscription is.
fn edits(etag: &str) -> Vec<Asked> {
    let patch = |what, status, name| asked(what, Method::PATCH, SUBSCRIPTION, status, name);
    vec![
        patch("no ETag", 428, "ETAG_MISSING").with("{\"quantity\": 3}"),
        patch("an old ETag", 412, "ETAG_STALE")
            .with("{\"quantity\": 3}")
            .header("if-match", "\"x.1\""),
        patch("an ETag of a huge number", 412, "ETAG_STALE")
            .with("{\"quantity\": 3}")
            .header("if-match", "5d5d0000-0000-4000-8002-000000000004.99999999999999"),
        patch("an unknown status", 400, "MALFORMED")
            .with("{\"status\": \"asleep\"}")
            .header("if-match", "x"),
        patch("a field that is computed", 400, "READ_ONLY_FIELD")
            .with("{\"offerId\": \"x\"}")
            .header("if-match", etag),
        patch("a field that was computed of an old state", 412, "ETAG_STALE")
            .with("{\"offerId\": \"x\"}")
            .header("if-match", "x"),
        patch("the offer's name", 400, "READ_ONLY_FIELD")
            .with("{\"offerName\": \"x\"}")
            .header("if-match", etag),
        patch("the end of the term", 400, "READ_ONLY_FIELD")
            .with("{\"commitmentEndDate\": \"2099-01-01T00:00:00Z\"}")
            .header("if-match", etag),
        patch("what is billed", 400, "READ_ONLY_FIELD")
            .with("{\"billingType\": \"usage\"}")
            .header("if-match", etag),
        patch("the cycle", 400, "USE_UPDATE_ORDER_FOR_CYCLE")
            .with("{\"billingCycle\": \"annual\"}")
            .header("if-match", etag),
    ]
}

fn request(client: &Client, url: &str, asked: &Asked) -> RequestBuilder {
    let mut request = as_admin(client.request(asked.verb.clone(), format!("{url}{}", asked.path)));
    if !asked.body.is_empty() && !asked.headers.iter().any(|(name, _)| *name == "content-type") {
        request = request.header("content-type", "application/json");
    }
    for (name, value) in &asked.headers {
        request = request.header(*name, value);
    }
    request.body(asked.body.clone())
}

/// Everything that a write could have changed.
async fn state(client: &Client, url: &str) -> Vec<Value> {
    let mut all = Vec::new();
    for path in ["", "/subscriptions", "/orders"] {
        let answer = as_admin(client.get(format!("{url}{CUSTOMER}{path}"))).send().await.unwrap();
        all.push(answer.json().await.unwrap());
    }
    let me = as_admin(client.get(format!("{url}/v1/me"))).send().await.unwrap();
    all.push(me.json().await.unwrap());
    all
}

#[tokio::test]
async fn bad_input_is_a_4xx_in_our_words_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let more = ["--demo-data", "--demo-customers", "0"];
    let service = Service::start(folder.path(), &more).ready().await;
    let client = Client::new();
    let before = state(&client, &service.url).await;
    let (_, held) = sent(client.get(format!("{}{SUBSCRIPTION}", service.url))).await;
    let etag = held["attributes"]["etag"].as_str().unwrap();
    for asked in bodies().into_iter().chain(addresses()).chain(edits(etag)) {
        let answer = request(&client, &service.url, &asked).send().await;
        let answer = answer.unwrap_or_else(|error| panic!("{}: {error}", asked.what));
        let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
        assert_eq!(status, asked.status, "{}: {text}", asked.what);
        let body: Value = serde_json::from_str(&text).unwrap_or_default();
        assert_eq!(body["name"], asked.name, "{}: {text}", asked.what);
        assert_eq!(body["source"], "SubscriptionDesk", "{}: {text}", asked.what);
        let says = body["description"].as_str().unwrap_or_default();
        assert!(!says.is_empty() && !says.contains("serde") && !says.contains("axum"), "{says}");
    }
    assert_eq!(state(&client, &service.url).await, before, "nothing has changed");
}

#[tokio::test]
async fn whoever_is_not_signed_in_reaches_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    for token in [
        "",
        "Bearer",
        "Bearer x",
        "Basic demo:admin_agent",
        "Bearer demo:king",
        "Bearer demo:admin_agent@a b",
    ] {
        for path in ["/v1/me", CUSTOMER, "/v1/customers", "/v1/auditrecords/export", "/v1/rules"] {
            let request =
                client.get(format!("{}{path}", service.url)).header("authorization", token);
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 401, "{token} {path}");
            assert_eq!(answer.headers()["www-authenticate"], "Bearer");
        }
    }
}
