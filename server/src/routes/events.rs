//! `/v1/events`: what changes at a partner's customers, as it happens.
//!
//! An event is a sealed line of the log (`audit`). A chain numbers its lines without gaps and in
//! order, so the place is the event's ID, and a client that comes back with the last one it saw
//! gets exactly what it missed.

use super::Reply;
use crate::audit::Row;
use crate::call::Call;
use crate::desk::Desk;
use crate::events::Follower;
use crate::fault::Fault;
use crate::openapi::{Faults, Followed};
use crate::store::AppStore;
use axum::extract::State;
use axum::http::HeaderName;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream, StreamExt};
use serde::Serialize;
use std::convert::Infallible;
use std::time::Duration;
use subscription_rules::{Permission, SubscriptionId};
use subscription_usecases::{Entry, log};

/// A client that is further behind reads everything again, which is less than to be told all of it.
const MOST_MISSED: i64 = 5_000;

/// Lines read at once.
const BATCH: i64 = 500;

/// How often a line goes out though nothing happened, so that nobody between takes the connection
/// for dead.
const ALIVE: Duration = Duration::from_secs(15);

/// A client that is sent away comes back with its sign-in, which may have ended meanwhile.
const LONGEST: Duration = Duration::from_mins(10);

/// Proxies that know this word pass events on at once.
const UNBUFFERED: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");

/// What happened, without names: who follows asks for the rest with its own sign-in.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Changed<'a> {
    customer: &'a str,
    /// None where it happened to the customer itself.
    subscription: Option<&'a str>,
    action: &'a str,
}

/// Where a stream begins.
#[derive(Debug, PartialEq, Eq)]
enum Beginning {
    /// After the last event that the client has seen.
    After(i64),
    /// At the end, which the client is told: it never was here, or cannot be told what it missed.
    Here(i64),
}

impl Beginning {
    /// By the ID of the event that the client says it saw last, and the end of the chain.
    fn of(last_seen: Option<&str>, end: i64) -> Self {
        let seen = last_seen.and_then(|place| place.trim().parse().ok());
        let told = |seen: &i64| (0..=end).contains(seen) && end - *seen <= MOST_MISSED;
        seen.filter(told).map_or(Self::Here(end), Self::After)
    }
}

/// Where a client is in the chain of the partner that it follows.
struct Reader {
    store: AppStore,
    follower: Follower,
    place: i64,
}

impl Reader {
    /// What comes next, as soon as there is something.
    async fn next(&mut self) -> Vec<Event> {
        loop {
            let partner = self.follower.partner().as_str();
            match self.store.sealed(partner, self.place, BATCH).await {
                Ok(rows) => {
                    let mut events = Vec::with_capacity(rows.len());
                    for row in &rows {
                        let Some(seal) = &row.seal else { continue };
                        events.push(changed(seal.place, row));
                        self.place = seal.place;
                    }
                    if !events.is_empty() {
                        return events;
                    }
                }
                // The client is kept: nothing is lost to it, and elsewhere it would fare no better.
                Err(error) => tracing::warn!(%error, "followers wait for the log"),
            }
            self.follower.grown().await;
        }
    }
}

/// An event with an ID. Its name and data are ours or JSON: they break no line.
fn event(name: &str, place: i64, data: impl AsRef<str>) -> Event {
    Event::default().event(name).id(place.to_string()).data(data)
}

fn changed(place: i64, row: &Row) -> Event {
    let entry: Option<Entry> = serde_json::from_str(&row.body)
        .inspect_err(|error| tracing::error!(%error, place, "an entry of the log cannot be read"))
        .ok();
    let changed = match &entry {
        Some(entry) => Changed {
            customer: entry.customer.as_str(),
            subscription: entry.fact.subscription.as_ref().map(SubscriptionId::as_str),
            action: log::action(&entry.fact.event),
        },
        // That something happened to the customer is known all the same.
        None => Changed { customer: &row.customer, subscription: None, action: &row.action },
    };
    event("changed", place, serde_json::to_string(&changed).unwrap_or_default())
}

/// What changes at the partner's customers, as it happens (server-sent events).
///
/// `event: changed` has as data `{"customer", "subscription", "action"}`, where the subscription is
/// null for the customer itself. `event: here` has the data `{}`: from its ID on changes are told,
/// and whatever was read before may have changed.
#[utoipa::path(
    get, path = "/v1/events",
    operation_id = "events_follow", tag = "log",
    params(Followed),
    responses((status = 200, body = String, content_type = "text/event-stream"), Faults),
)]
pub(super) async fn follow(State(desk): State<Desk>, call: Call) -> Reply {
    call.caller.context().may(Permission::ViewSubscriptions)?;
    let last_seen = call.header("last-event-id");
    let follower = desk.events.follow(call.caller.partner.id.clone());
    let follower = follower.ok_or(Fault::TooMany(LONGEST.as_secs()))?;
    let end = desk.store.head(follower.partner().as_str()).await?.place;
    let (here, place) = match Beginning::of(last_seen, end) {
        Beginning::After(place) => (None, place),
        Beginning::Here(place) => (Some(event("here", place, "{}")), place),
    };
    let reader = Reader { store: desk.store.clone(), follower, place };
    let told = stream::iter(here).chain(events(reader)).map(Ok::<_, Infallible>);
    let stopping = desk.events.ended();
    let sent_away = Box::pin(async move {
        // Whichever comes first.
        drop(tokio::time::timeout(LONGEST, stopping).await);
    });
    let told = Sse::new(told.take_until(sent_away)).keep_alive(KeepAlive::new().interval(ALIVE));
    Ok(([UNBUFFERED], told).into_response())
}

/// Everything from where the reader is, without end.
fn events(reader: Reader) -> impl Stream<Item = Event> {
    let batches = stream::unfold(reader, async |mut reader| {
        let batch = reader.next().await;
        Some((stream::iter(batch), reader))
    });
    batches.flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_begins_after_what_was_seen_unless_that_says_nothing_or_is_too_far_back() {
        use Beginning::{After, Here};
        let cases = [
            (None, 7, Here(7)),
            (Some("7"), 7, After(7)),
            (Some("6"), 7, After(6)),
            (Some(" 0 "), 7, After(0)),
            (Some("0"), 0, After(0)),
            (Some("8"), 7, Here(7)),
            (Some("-1"), 7, Here(7)),
            (Some(""), 7, Here(7)),
            (Some("seven"), 7, Here(7)),
            (Some("7.0"), 7, Here(7)),
            (Some("99999999999999999999"), 7, Here(7)),
            (Some("1"), 5_001, After(1)),
            (Some("0"), 5_001, Here(5_001)),
        ];
        for (last_seen, end, expected) in cases {
            assert_eq!(Beginning::of(last_seen, end), expected, "{last_seen:?} of {end}");
        }
    }
}
