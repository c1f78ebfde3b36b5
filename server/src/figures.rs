//! What is counted for whoever watches the service (`/metrics`, Prometheus). No name of a person,
//! partner or customer is among the labels.

use crate::desk::Desk;
use axum::extract::{MatchedPath, State};
use axum::http::{Method, header};
use axum::response::{IntoResponse, Response};
use metrics::{
    Counter, Histogram, counter, describe_counter, describe_gauge, describe_histogram, gauge,
    histogram,
};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::time::Duration;

const REQUESTS: &str = "desk_requests_total";
const SECONDS: &str = "desk_request_seconds";
const ORDERS: &str = "desk_orders_total";
const REFUSALS: &str = "desk_refusals_total";
const QUEUE: &str = "desk_write_queue";
const EXPIRY_LAG: &str = "desk_expiry_lag_seconds";
const UNSEALED: &str = "desk_audit_unsealed";
const READY: &str = "desk_ready";

/// Upper bounds in seconds: from a read in memory to what a client gives up on.
const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// Begins to count, once in a process.
pub fn install() -> Result<PrometheusHandle, BuildError> {
    let handle = PrometheusBuilder::new().set_buckets(&BUCKETS)?.install_recorder()?;
    describe_counter!(REQUESTS, "Requests by verb, route and status.");
    describe_histogram!(SECONDS, "How long requests took, by route.");
    describe_counter!(ORDERS, "Orders placed.");
    describe_counter!(REFUSALS, "Requests refused, by the stable name of the reason.");
    describe_gauge!(QUEUE, "Writes that wait for the one that is running (SQLite).");
    describe_gauge!(EXPIRY_LAG, "How long the longest overdue window, trial or term waits.");
    describe_gauge!(UNSEALED, "Log entries that are not chained yet.");
    describe_gauge!(READY, "1 when requests are taken.");
    Ok(handle)
}

/// How often what was counted is put together. Until then each request's figure is kept by itself.
const UPKEEP: Duration = Duration::from_secs(5);

/// Keeps the figures small, whether or not somebody looks at them.
pub(crate) async fn forever(desk: Desk) {
    let Some(figures) = &desk.figures else { return };
    let mut beat = tokio::time::interval(UPKEEP);
    loop {
        beat.tick().await;
        figures.run_upkeep();
    }
}

/// The verbs that are counted each by itself.
const USUAL: [Method; 7] = [
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::HEAD,
    Method::OPTIONS,
];

/// Where requests of one kind are counted.
struct Counted {
    requests: Counter,
    seconds: Histogram,
}

impl Counted {
    /// Where a kind is counted, looked up by its labels.
    fn of(verb: &str, route: &str, status: u16) -> Self {
        let labels = [
            ("verb", verb.to_owned()),
            ("route", route.to_owned()),
            ("status", status.to_string()),
        ];
        let requests = counter!(REQUESTS, &labels);
        Self { requests, seconds: histogram!(SECONDS, "route" => route.to_owned()) }
    }

    fn count(&self, took: Duration) {
        self.requests.increment(1);
        self.seconds.record(took);
    }
}

thread_local! {
    /// Where each kind is counted, by status, verb and route, as far as this thread has had it: to
    /// look that up by its labels takes longer than to count. There are few kinds: a path that is
    /// no route has none of its own, and verbs are those that HTTP has.
    static COUNTED: RefCell<(String, HashMap<String, Counted>)> = RefCell::default();
}

/// Counts a request that was answered. Routes and not addresses, so that there are few of them.
pub(crate) fn answered(verb: &Method, route: Option<&MatchedPath>, status: u16, took: Duration) {
    let route = route.map_or("screens", MatchedPath::as_str);
    // Anybody can make up verbs.
    let verb = if USUAL.contains(verb) { verb.as_str() } else { "other" };
    COUNTED.with_borrow_mut(|(kind, counted)| {
        kind.clear();
        // A text takes whatever it is given.
        let _ = write!(kind, "{status} {verb} {route}");
        if let Some(known) = counted.get(kind.as_str()) {
            known.count(took);
        } else {
            let known = Counted::of(verb, route, status);
            known.count(took);
            counted.insert(kind.clone(), known);
        }
    });
}

/// Counts orders that were placed.
pub(crate) fn ordered(orders: usize) {
    counter!(ORDERS).increment(u64::try_from(orders).unwrap_or_default());
}

/// Counts a refusal by its stable name.
pub(crate) fn refused(name: &str) {
    counter!(REFUSALS, "name" => name.to_owned()).increment(1);
}

/// `GET /metrics`.
pub(crate) async fn show(State(desk): State<Desk>) -> Response {
    let Some(figures) = &desk.figures else { return String::new().into_response() };
    #[expect(clippy::cast_precision_loss, reason = "a figure to look at")]
    let set = |name: &'static str, value: i64| gauge!(name).set(value as f64);
    set(READY, i64::from(desk.is_ready().await.is_ok()));
    if let Ok(watched) = desk.store.watched().await {
        let overdue = watched.oldest_due.map(|due| desk.now().timestamp_micros() - due);
        set(QUEUE, i64::try_from(watched.queue).unwrap_or(i64::MAX));
        set(EXPIRY_LAG, overdue.unwrap_or_default().max(0) / 1_000_000);
        set(UNSEALED, watched.unsealed);
    } else {
        // What cannot be asked now is no number, or the last one would be shown again and again.
        for name in [QUEUE, EXPIRY_LAG, UNSEALED] {
            gauge!(name).set(f64::NAN);
        }
    }
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
    (kind, figures.render()).into_response()
}
