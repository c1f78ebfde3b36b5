//! What others change, as the server tells it (`GET /v1/events`): a stream of server-sent events,
//! read with a request that carries the token, which the browser's own reader cannot.

use super::http;
use gloo_net::http::Request;
use js_sys::{Reflect, Uint8Array};
use subscription_usecases::NotAnswered;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, ReadableStreamDefaultReader};

/// Where one is in the stream, to go on from there.
#[derive(Debug, Default, Clone)]
pub struct Place(Option<String>);

/// What comes with a part of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// The server is there; it says so now and then.
    Open,
    /// From here on changes are told; before, there may have been some.
    Here,
    /// Something has changed.
    Changed,
}

/// Reads the stream from a place on until it ends, which it does now and then, and tells what comes
/// and the place that it came from.
pub async fn read(
    token: Option<String>,
    mut place: Place,
    signal: Option<&AbortSignal>,
    told: impl Fn(Told, &Place),
) -> Result<(), NotAnswered> {
    let lost = |_| NotAnswered::Network;
    let mut request = Request::get("/v1/events").abort_signal(signal);
    request = request.header("accept", "text/event-stream");
    if let Some(token) = token {
        request = request.header("authorization", &token);
    }
    if let Some(last) = &place.0 {
        request = request.header("last-event-id", last);
    }
    let answer = request.send().await.map_err(lost)?;
    let kind = answer.headers().get("content-type").unwrap_or_default();
    if !answer.ok() || !kind.starts_with("text/event-stream") {
        return Err(http::not_answered(&answer));
    }
    let stream = answer.body().ok_or(NotAnswered::NotOurs)?;
    let reader = stream.get_reader().dyn_into::<ReadableStreamDefaultReader>();
    let reader = reader.map_err(|_| NotAnswered::NotOurs)?;
    told(Told::Open, &place);
    let mut lines = Lines::default();
    loop {
        let part = JsFuture::from(reader.read()).await.map_err(|_| NotAnswered::Network)?;
        let bytes = Reflect::get(&part, &"value".into()).unwrap_or_default();
        let Ok(bytes) = bytes.dyn_into::<Uint8Array>() else { return Ok(()) };
        // One word for all that comes together, however many events it is.
        let said = lines.take(&String::from_utf8_lossy(&bytes.to_vec()), &mut place);
        told(said.unwrap_or(Told::Open), &place);
    }
}

/// The lines of a stream that comes in pieces.
#[derive(Debug, Default)]
struct Lines {
    rest: String,
    /// What the event that is not complete yet says.
    event: Option<Told>,
}

impl Lines {
    /// Takes a piece in, and says what the events come to that it has completed.
    fn take(&mut self, piece: &str, place: &mut Place) -> Option<Told> {
        self.rest.push_str(piece);
        let mut said = None;
        while let Some((line, rest)) = self.rest.split_once('\n') {
            if let Some(id) = line.strip_prefix("id:") {
                place.0 = Some(id.trim().to_owned());
            } else if let Some(kind) = line.strip_prefix("event:") {
                self.event = match kind.trim() {
                    "changed" => Some(Told::Changed),
                    "here" => Some(Told::Here),
                    _ => None,
                };
            } else if line.trim_end().is_empty()
                && let Some(event) = self.event.take()
                && said != Some(Told::Changed)
            {
                said = Some(event);
            }
            self.rest = rest.to_owned();
        }
        said
    }
}
