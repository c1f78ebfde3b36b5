//! What the service does beside the API itself: limits, headers, figures, options, stopping.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

mod support;

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use std::process;
use subscription_rules::{CustomerId, Refusal};
use subscription_usecases::{
    Ask, Command, Failure, NotAnswered, Question, Reply, RequestId, record,
};
use support::service::{Service, added, as_admin, customer};

async fn body(answer: reqwest::Response) -> Value {
    answer.json().await.unwrap()
}

#[tokio::test]
async fn a_partner_that_asks_too_often_is_told_when_to_ask_again() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &["--rate-limit", "3"]).ready().await;
    let client = Client::new();
    let me = |partner: &str| {
        let token = format!("Bearer demo:admin_agent@{partner}");
        client.get(format!("{}/v1/me", service.url)).header("authorization", token).send()
    };
    for _ in 0..3 {
        assert_eq!(me("one").await.unwrap().status(), StatusCode::OK);
    }
    let late = me("one").await.unwrap();
    assert_eq!(late.status(), StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = late.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(body(late).await["name"], "TOO_MANY_REQUESTS");
    assert_eq!(me("two").await.unwrap().status(), StatusCode::OK, "another partner is another");
}

/// A23: what creates a charge is refused, and no customer is added.
#[tokio::test]
async fn a_blocked_partner_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &["--blocked-partner", "one"]).ready().await;
    let client = Client::new();
    let add = |partner: &str| {
        let request = client.post(format!("{}/v1/customers", service.url)).json(&customer(1));
        request.header("authorization", format!("Bearer demo:admin_agent@{partner}")).send()
    };
    let refused = add("one").await.unwrap();
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let said = body(refused).await;
    assert_eq!((&said["code"], &said["name"]), (&json!("800039"), &json!("PARTNER_BLOCKED")));
    assert_eq!(add("two").await.unwrap().status(), StatusCode::CREATED);
}

#[tokio::test]
async fn commands_that_come_together_are_a_request_each() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &["--rate-limit", "3"]).ready().await;
    let command = |number: u32| {
        let customer = CustomerId::parse(&format!("nobody-{number}")).unwrap();
        let ask = Ask::to_do(RequestId::parse(&format!("request-{number}")).unwrap());
        (Command::RemoveRelationship { customer }, ask)
    };
    let question = Question::Commands((0..5).map(command).collect());
    let request = Client::new().post(format!("{}/v1/desk/commands", service.url));
    let request = request.header(record::FORM, record::form());
    let answer = as_admin(request).json(&record::written(&question).unwrap()).send().await.unwrap();
    let outcome: Result<Reply, Failure> = record::read(&answer.text().await.unwrap()).unwrap();
    let Ok(Reply::Answers(answers)) = outcome else { panic!("{outcome:?}") };
    let unknown = Err(Failure::Refused(Refusal::CustomerNotFound));
    assert_eq!(
        answers[..2],
        [unknown.clone(), unknown],
        "the request itself is the first of three"
    );
    assert_eq!(answers.len(), 5);
    for late in &answers[2..] {
        let is_busy = |wait: &u32| (1..=60).contains(wait);
        let Err(Failure::NotAnswered(NotAnswered::Busy(wait))) = late else { panic!("{late:?}") };
        assert!(is_busy(wait), "{wait}");
    }
}

#[tokio::test]
async fn under_demo_sign_in_nobody_is_held_back() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    for _ in 0..600 {
        let answer = as_admin(client.get(format!("{}/v1/me", service.url))).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn figures_tell_requests_orders_and_refusals_by_route_and_name_alone() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    let id = added(&client, &service.url, 1).await;
    let orders = format!("{}/v1/customers/{id}/orders", service.url);
    let order = |quantity: u32| {
        let line =
            json!({ "lineItemNumber": 0, "offerId": support::TWO_AT_A_TIME, "quantity": quantity });
        as_admin(client.post(&orders)).json(&json!({ "lineItems": [line] })).send()
    };
    assert_eq!(order(5).await.unwrap().status(), StatusCode::CREATED);
    assert_eq!(order(301).await.unwrap().status(), StatusCode::BAD_REQUEST);
    let answer = client.get(format!("{}/metrics", service.url)).send().await.unwrap();
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    assert!(kind.starts_with("text/plain"), "{kind}");
    let figures = answer.text().await.unwrap();
    for line in [
        "desk_orders_total 1",
        "desk_refusals_total{name=\"QUANTITY_OUT_OF_RANGE\"} 1",
        "desk_requests_total{verb=\"POST\",route=\"/v1/customers/{customer}/orders\",status=\"201\"} 1",
        "desk_expiry_lag_seconds 0",
        "desk_ready 1",
    ] {
        assert!(figures.lines().any(|found| found == line), "{line}\n{figures}");
    }
    assert!(!figures.contains(&id) && !figures.contains("Company"), "no customer is named");
}

#[tokio::test]
async fn pages_of_listed_sites_may_call_the_api_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let listed = "https://portal.example";
    let more = ["--cors-origin", listed, "--frame-ancestor", listed];
    let service = Service::start(folder.path(), &more).ready().await;
    let client = Client::new();
    let asked = |origin: &'static str| {
        let request = client.request(reqwest::Method::OPTIONS, format!("{}/v1/me", service.url));
        request
            .header("origin", origin)
            .header("access-control-request-method", "GET")
            .header("access-control-request-headers", "authorization, ms-requestid, x-locale")
            .send()
    };
    let allowed = asked(listed).await.unwrap();
    assert_eq!(allowed.headers()["access-control-allow-origin"], listed);
    assert!(allowed.headers().get("access-control-allow-credentials").is_none());
    // All that a client of the vendor's sends (domain.md §2.2).
    let headers = allowed.headers()["access-control-allow-headers"].to_str().unwrap();
    let headers: Vec<&str> = headers.split(',').map(str::trim).collect();
    for name in ["if-match", "ms-contract-version", "ms-partnercenter-application", "x-locale"] {
        assert!(headers.contains(&name), "{name} in {headers:?}");
    }
    let other = asked("https://evil.example").await.unwrap();
    assert!(other.headers().get("access-control-allow-origin").is_none());
    // What is not the API's is not theirs, nor are our pages in their frames.
    let url = format!("{}/metrics", service.url);
    let figures = client.get(url).header("origin", listed).send().await.unwrap();
    assert!(figures.headers().get("access-control-allow-origin").is_none());
    let policy = |answer: &reqwest::Response| {
        answer.headers()["content-security-policy"].to_str().unwrap().to_owned()
    };
    assert!(policy(&figures).ends_with("; frame-ancestors 'none'"));
    let framed = client.get(format!("{}/embed", service.url)).send().await.unwrap();
    let expected = "; frame-ancestors 'self' https://portal.example";
    assert!(policy(&framed).ends_with(expected), "{}", policy(&framed));
}

#[tokio::test]
async fn the_log_is_exported_whole_as_lines_and_for_spreadsheets() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    for number in 0..3 {
        added(&client, &service.url, number).await;
    }
    let mut evil = customer(9);
    evil["companyProfile"]["companyName"] = "=HYPERLINK(\"https://evil.example\")".into();
    let request = as_admin(client.post(format!("{}/v1/customers", service.url))).json(&evil);
    assert_eq!(request.send().await.unwrap().status(), StatusCode::CREATED);
    let export = |format: &str| {
        let url = format!("{}/v1/auditrecords/export?format={format}", service.url);
        as_admin(client.get(url)).send()
    };
    let lines = export("jsonl").await.unwrap().text().await.unwrap();
    let records: Vec<Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(records.len(), 4);
    assert_eq!(records[3]["customerName"], "Company 0", "newest first");
    let table = export("csv").await.unwrap().text().await.unwrap();
    assert!(table.starts_with("\u{feff}operationDate,"), "{table}");
    assert!(table.contains(",\"'=HYPERLINK(\"\"https://evil.example\"\")\","), "{table}");
    assert_eq!(table.lines().count(), 5);
    assert_eq!(export("xlsx").await.unwrap().status(), StatusCode::BAD_REQUEST);
    let other = format!("{}/v1/auditrecords/export", service.url);
    let other = client.get(other).header("authorization", "Bearer demo:user_management_admin");
    assert_eq!(other.send().await.unwrap().status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn contact_and_address_can_be_changed_name_and_country_not() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::new();
    let id = added(&client, &service.url, 1).await;
    let address = format!("{}/v1/customers/{id}/profiles/billing", service.url);
    let held = body(as_admin(client.get(&address)).send().await.unwrap()).await;
    let put = |to: &Value| as_admin(client.put(&address)).json(to).send();
    let mut to = held;
    to["email"] = "new@example.com".into();
    to["defaultAddress"]["city"] = " Chicago ".into();
    let answer = put(&to).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let changed = body(answer).await;
    assert_eq!(changed["defaultAddress"]["city"], "Chicago");
    to["defaultAddress"]["country"] = "DE".into();
    assert_eq!(body(put(&to).await.unwrap()).await["name"], "READ_ONLY_FIELD");
    to = changed;
    to["email"] = "nobody".into();
    assert_eq!(put(&to).await.unwrap().status(), StatusCode::BAD_REQUEST);
    let now = body(as_admin(client.get(&address)).send().await.unwrap()).await;
    assert_eq!(now["email"], "new@example.com", "what was refused changed nothing");
    let log = as_admin(client.get(format!("{}/v1/auditrecords", service.url))).send().await;
    let log = body(log.unwrap()).await;
    assert_eq!(log["items"][0]["operationType"], "update_customer_billing_profile");
    let rules = as_admin(client.get(format!("{}/v1/countryvalidationrules/us", service.url)));
    assert_eq!(body(rules.send().await.unwrap()).await["isStateRequired"], true);
}

#[tokio::test]
async fn told_to_stop_it_finishes_and_leaves_one_whole_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut service = Service::start(folder.path(), &[]).ready().await;
    let client = Client::builder().pool_max_idle_per_host(0).build().unwrap();
    added(&client, &service.url, 1).await;
    let file = format!("sqlite:{}", folder.path().join("desk.sqlite").display());
    let second = refused(&["--auth", "demo", "--listen", "127.0.0.1:0", "--database", &file]);
    assert!(second.contains("another service is on") && second.contains("desk.sqlite"), "{second}");
    assert!(service.stop().success());
    let files = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap());
    let mut sizes: Vec<_> =
        files.map(|file| (file.file_name(), file.metadata().unwrap().len() > 0)).collect();
    sizes.sort();
    // The second one is what a service locks as long as it is on the first.
    assert_eq!(sizes, [("desk.sqlite".into(), true), ("desk.sqlite-service".into(), false)]);
}

fn refused(words: &[&str]) -> String {
    let outcome = process::Command::new(env!("CARGO_BIN_EXE_subscription-desk-server"))
        .args(words)
        .env_remove("DESK_CONFIG")
        .output()
        .unwrap();
    assert!(!outcome.status.success(), "{words:?}");
    String::from_utf8_lossy(&outcome.stderr).into_owned()
}

#[test]
fn a_bad_option_is_named_with_what_is_allowed() {
    let cases: &[(&[&str], &str)] = &[
        (&[], "--auth demo to try"),
        (&["--auth", "demo", "--listen", "0.0.0.0:0"], "this machine only"),
        (&["--auth", "oidc"], "--oidc-issuer, --oidc-client-id and --public-url"),
        (&["--auth", "demo", "--database", "mysql://x"], "sqlite:FILE or postgres://"),
        (&["--auth", "demo", "--rate-limit", "many"], "requests a minute, or off"),
        (&["--auth", "demo", "--blocked-partner", "a.mars"], "such as contoso or contoso.germany"),
        (&["--auth", "demo", "--billing-day", "contoso=32"], "a day from 1 to 31"),
        (&["--auth", "demo", "--public-url", "desk.example/x"], "scheme and host alone"),
        (&["--auth", "demo", "--demo-customers", "1000000"], "0..=100000"),
        (&["--auth", "demo", "--lisen", "x"], "--listen"),
        (&["--config", "/nowhere/desk.toml"], "/nowhere/desk.toml"),
    ];
    for (words, says) in cases {
        let said = refused(words);
        assert!(said.contains(says), "{words:?}: {said}");
    }
}

#[test]
fn options_can_stand_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("desk.toml");
    let database = folder.path().join("desk.sqlite");
    std::fs::write(
        &file,
        format!(
            "auth = \"demo\"\nlisten = \"127.0.0.1:0\"\ndatabase = 'sqlite:{}'\n",
            database.display()
        ),
    )
    .unwrap();
    let service = Service::with(&["--config", file.to_str().unwrap()], &[]);
    assert!(service.url.starts_with("http://127.0.0.1:"));
    drop(service);
    std::fs::write(&file, "auth = \"demo\"\nlisen = \"127.0.0.1:0\"\n").unwrap();
    let said = refused(&["--config", file.to_str().unwrap()]);
    assert!(said.contains("no option `lisen`"), "{said}");
}
