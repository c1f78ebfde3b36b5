//! Who follows a partner's changes is told each of them, once and in order, and nobody else's.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

mod support;

use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;
use support::TWO_AT_A_TIME;
use support::postgres::Postgres;
use support::service::Service;

/// A stream looks by itself after 15 seconds, told or not: this is too short for that.
const SOON: Duration = Duration::from_secs(10);

/// An event as it came.
#[derive(Debug, PartialEq, Eq)]
struct Event {
    name: String,
    id: u64,
    data: Value,
}

/// A stream of events, open.
struct Events {
    response: Response,
    text: String,
}

impl Events {
    async fn open(url: &str, partner: &str, last_seen: Option<&str>) -> Self {
        let mut request = as_admin_of(partner, Client::new().get(format!("{url}/v1/events")));
        if let Some(id) = last_seen {
            request = request.header("last-event-id", id);
        }
        let response = request.header("accept-encoding", "gzip").send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert!(response.headers().get("content-encoding").is_none(), "it is not held back");
        Self { response, text: String::new() }
    }

    /// The next event, or none where the stream ends.
    async fn next_or_end(&mut self) -> Option<Event> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let field = |name| {
                    let mut lines = block.lines().filter_map(|line| line.split_once(": "));
                    lines.find(|(of, _)| *of == name).map(|(_, value)| value.to_owned())
                };
                let event = field("event").map(|name| Event {
                    name,
                    id: field("id").unwrap().parse().unwrap(),
                    data: serde_json::from_str(&field("data").unwrap()).unwrap(),
                });
                self.text = rest.into();
                // What has no name keeps the connection alive.
                if event.is_some() {
                    return event;
                }
                continue;
            }
            let piece = tokio::time::timeout(SOON, self.response.chunk()).await;
            let piece = piece.expect("an event or the end, soon").unwrap()?;
            self.text.push_str(std::str::from_utf8(&piece).unwrap());
        }
    }

    async fn next(&mut self) -> Event {
        self.next_or_end().await.expect("the stream goes on")
    }

    /// Where a stream begins that was not told what the client has seen.
    async fn here(&mut self) -> u64 {
        let Event { name, id, data } = self.next().await;
        assert_eq!((name.as_str(), data), ("here", json!({})));
        id
    }

    /// The next event is this change.
    async fn brings(&mut self, id: u64, customer: &str, subscription: Option<&str>, action: &str) {
        let data = json!({ "customer": customer, "subscription": subscription, "action": action });
        assert_eq!(self.next().await, Event { name: "changed".into(), id, data });
    }
}

fn as_admin_of(partner: &str, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
    request.header("authorization", format!("Bearer demo:admin_agent@{partner}"))
}

async fn answer(request: reqwest::RequestBuilder) -> Value {
    let answer = request.send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
    answer.json().await.unwrap()
}

async fn add_customer(url: &str, partner: &str, name: &str) -> String {
    let customer = json!({
        "companyProfile": { "domain": format!("{name}.example.com"), "companyName": name },
        "billingProfile": {
            "firstName": "Kim", "lastName": "Akers", "email": "kim@example.com",
            "defaultAddress": {
                "country": "US", "city": "Springfield", "state": "IL",
                "addressLine1": "1 Main Street", "postalCode": "62701",
            },
        },
    });
    let adding = as_admin_of(partner, Client::new().post(format!("{url}/v1/customers")));
    answer(adding.json(&customer)).await["id"].as_str().unwrap().to_owned()
}

async fn buy(url: &str, partner: &str, customer: &str) -> String {
    let line = json!({ "lineItemNumber": 0, "offerId": TWO_AT_A_TIME, "quantity": 5 });
    let orders = format!("{url}/v1/customers/{customer}/orders");
    let buying = as_admin_of(partner, Client::new().post(orders));
    let order = answer(buying.json(&json!({ "lineItems": [line] }))).await;
    order["lineItems"][0]["subscriptionId"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_change_is_told_with_customer_and_subscription_and_without_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let mut events = Events::open(&service.url, "one", None).await;
    assert_eq!(events.here().await, 0);
    let customer = add_customer(&service.url, "one", "bakery").await;
    events.brings(1, &customer, None, "customerAdded").await;
    let subscription = buy(&service.url, "one", &customer).await;
    events.brings(2, &customer, Some(&subscription), "created").await;
}

#[tokio::test]
async fn who_comes_back_is_told_what_was_missed_once_and_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let url = service.url.as_str();
    let mut events = Events::open(url, "one", None).await;
    events.here().await;
    let seen = add_customer(url, "one", "seen").await;
    events.brings(1, &seen, None, "customerAdded").await;
    drop(events);
    let missed = add_customer(url, "one", "missed").await;
    let subscription = buy(url, "one", &missed).await;
    let late = add_customer(url, "one", "late").await;
    let mut events = Events::open(url, "one", Some("1")).await;
    events.brings(2, &missed, None, "customerAdded").await;
    events.brings(3, &missed, Some(&subscription), "created").await;
    events.brings(4, &late, None, "customerAdded").await;
    let live = add_customer(url, "one", "live").await;
    events.brings(5, &live, None, "customerAdded").await;
    // Also when all of it is sealed by the time one comes back, and nothing was missed.
    let mut events = Events::open(url, "one", Some("3")).await;
    events.brings(4, &late, None, "customerAdded").await;
    events.brings(5, &live, None, "customerAdded").await;
    let mut nothing_missed = Events::open(url, "one", Some("5")).await;
    let last = add_customer(url, "one", "last").await;
    events.brings(6, &last, None, "customerAdded").await;
    nothing_missed.brings(6, &last, None, "customerAdded").await;
    // Who says what cannot be begins where everything is now.
    for beyond in ["7", "-1", "six"] {
        assert_eq!(Events::open(url, "one", Some(beyond)).await.here().await, 6, "{beyond}");
    }
}

#[tokio::test]
async fn who_missed_a_lot_is_told_all_of_it_and_who_missed_too_much_where_the_end_is() {
    let folder = tempfile::tempdir().unwrap();
    let more = ["--demo-data", "--demo-customers", "2000"];
    let service = Service::start(folder.path(), &more).ready().await;
    let mut events = Events::open(&service.url, "demo", None).await;
    let mut end = events.here().await;
    while end < 5_001 {
        end = events.next().await.id;
    }
    let seen = end - 1_200;
    let mut events = Events::open(&service.url, "demo", Some(&seen.to_string())).await;
    for place in seen + 1..=end {
        let event = events.next().await;
        assert_eq!((event.name.as_str(), event.id), ("changed", place));
    }
    assert!(Events::open(&service.url, "demo", Some("0")).await.here().await >= end);
}

#[tokio::test]
async fn another_partners_changes_are_not_told() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let mut events = Events::open(&service.url, "one", None).await;
    events.here().await;
    let theirs = add_customer(&service.url, "two", "theirs").await;
    let ours = add_customer(&service.url, "one", "ours").await;
    buy(&service.url, "two", &theirs).await;
    events.brings(1, &ours, None, "customerAdded").await;
    let subscription = buy(&service.url, "one", &ours).await;
    events.brings(2, &ours, Some(&subscription), "created").await;
    let mut missed = Events::open(&service.url, "one", Some("0")).await;
    missed.brings(1, &ours, None, "customerAdded").await;
    missed.brings(2, &ours, Some(&subscription), "created").await;
    // In another cloud a partner is another one.
    assert_eq!(Events::open(&service.url, "one.germany", None).await.here().await, 0);
}

#[tokio::test]
async fn who_may_not_see_subscriptions_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]).ready().await;
    let asking = || Client::new().get(format!("{}/v1/events", service.url));
    assert_eq!(asking().send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let manager = asking().header("authorization", "Bearer demo:user_management_admin");
    let refused = manager.send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    assert_eq!(refused.json::<Value>().await.unwrap()["name"], "ROLE_NOT_ALLOWED");
}

#[tokio::test]
async fn a_stream_ends_when_the_service_stops() {
    let folder = tempfile::tempdir().unwrap();
    let mut service = Service::start(folder.path(), &[]).ready().await;
    let mut events = Events::open(&service.url, "one", None).await;
    events.here().await;
    service.tell_to_stop();
    assert_eq!(events.next_or_end().await, None);
    assert!(service.stop().success());
}

#[tokio::test]
async fn pages_of_listed_sites_may_come_back_to_a_stream() {
    let folder = tempfile::tempdir().unwrap();
    let site = "https://portal.example";
    let service = Service::start(folder.path(), &["--cors-origin", site]).ready().await;
    let url = format!("{}/v1/events", service.url);
    let asked = Client::new()
        .request(reqwest::Method::OPTIONS, url)
        .header("origin", site)
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "authorization, last-event-id")
        .send();
    let allowed = asked.await.unwrap();
    assert_eq!(allowed.headers()["access-control-allow-origin"], site);
    let headers = allowed.headers()["access-control-allow-headers"].to_str().unwrap();
    assert!(headers.split(',').any(|name| name == "last-event-id"), "{headers}");
}

/// Two servers on the database, each with a stream: both are told what is changed through either.
/// Whichever server seals a change, the other one has to hear of it.
struct Pair {
    servers: [Service; 2],
    streams: [Events; 2],
}

impl Pair {
    async fn on(address: &str) -> Self {
        let options = ["--auth", "demo", "--database", address, "--listen", "127.0.0.1:0"];
        let start = async || Service::with(&options, &[]).ready().await;
        let servers = [start().await, start().await];
        let mut streams = [
            Events::open(&servers[0].url, "one", None).await,
            Events::open(&servers[1].url, "one", None).await,
        ];
        for stream in &mut streams {
            assert_eq!(stream.here().await, 0);
        }
        Self { servers, streams }
    }

    async fn are_told_of(&mut self, places: std::ops::RangeInclusive<u64>) {
        for (place, through) in places.zip(self.servers.iter().cycle()) {
            let customer = add_customer(&through.url, "one", &format!("c{place}")).await;
            for stream in &mut self.streams {
                stream.brings(place, &customer, None, "customerAdded").await;
            }
        }
    }
}

#[tokio::test]
async fn a_change_through_one_server_is_told_by_all_on_the_database() {
    let database = Postgres::shared();
    Pair::on(&database.database()).await.are_told_of(1..=4).await;
}

#[tokio::test]
async fn streams_outlive_a_database_that_was_away() {
    // A server of its own, since the others are in use.
    let database = Postgres::start_alone();
    let mut pair = Pair::on(&database.database()).await;
    pair.are_told_of(1..=1).await;
    database.control("stop");
    database.control("start");
    pair.are_told_of(2..=5).await;
}
