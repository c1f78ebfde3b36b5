//! One question, one request: how the server is asked, and what an answer means that is none.

use super::super::config::SignIn;
use super::super::settings::{Settings, role_word};
use gloo_net::http::{Request, Response};
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use subscription_rules::PartnerId;
use subscription_usecases::{Failure, FirstQuestion, NotAnswered, Question, Reply, record};
use web_sys::{AbortController, RequestCredentials};

/// The server itself gives up after 30 seconds.
const PATIENCE: Duration = Duration::from_secs(35);

/// The reply that a record is.
pub fn reply(text: &str) -> Result<Reply, Failure> {
    record::read(text).unwrap_or_else(|| Err(NotAnswered::NotOurs.into()))
}

/// What a server for trying believes, as the header `authorization` has it.
pub fn token(sign_in: SignIn, settings: &Settings) -> Option<String> {
    let cloud = settings.cloud.word();
    let role = role_word(settings.role);
    (sign_in == SignIn::Role).then(|| ["Bearer demo:", role, "@demo.", cloud].concat())
}

/// Ends a request that takes too long, or whose answer nobody waits for any more.
struct Limit {
    controller: AbortController,
    timer: Option<TimeoutHandle>,
    is_over: Rc<Cell<bool>>,
}

impl Limit {
    fn start() -> Option<Self> {
        let controller = AbortController::new().ok()?;
        let is_over = Rc::new(Cell::new(false));
        let (over, late) = (Rc::clone(&is_over), controller.clone());
        let end = move || {
            over.set(true);
            late.abort();
        };
        let timer = set_timeout_with_handle(end, PATIENCE).ok();
        Some(Self { controller, timer, is_over })
    }
}

impl Drop for Limit {
    fn drop(&mut self) {
        if let Some(timer) = self.timer.take() {
            timer.clear();
        }
        self.controller.abort();
    }
}

/// A question as it is asked, behind one type: the code that writes each one down is only where it
/// is asked.
pub struct Asking {
    name: &'static str,
    /// What it is kept under, with its answer.
    pub record: String,
}

impl Asking {
    /// One of the first screen's.
    pub fn first(question: &FirstQuestion) -> Self {
        Self { name: question.name(), record: record::written(question).unwrap_or_default() }
    }

    /// Any other one.
    pub fn of(question: &Question) -> Self {
        Self { name: question.name(), record: record::written(question).unwrap_or_default() }
    }
}

/// Asks the server at a base address, which has no slash at its end; our own origin has none.
pub async fn asked(
    base: &str,
    token: Option<String>,
    question: &Question,
) -> Result<Reply, Failure> {
    reply(&asked_for(base, token, None, &Asking::of(question)).await?)
}

/// Who somebody is, as a header can say it.
pub fn name(user: &str, partner: &PartnerId) -> String {
    record::written(&(user, partner)).unwrap_or_default()
}

/// The server's answer as it came. `name` is who asks, where that is known: a cookie may be another
/// one's by now, who signed in with another tab, and must not carry this one's changes.
pub async fn asked_for(
    base: &str,
    token: Option<String>,
    name: Option<&str>,
    asking: &Asking,
) -> Result<String, NotAnswered> {
    let form = record::form();
    let limit = Limit::start();
    let signal = limit.as_ref().map(|limit| limit.controller.signal());
    let lost = |_: gloo_net::Error| {
        let is_over = limit.as_ref().is_some_and(|limit| limit.is_over.get());
        if is_over { NotAnswered::TimedOut } else { NotAnswered::Network }
    };
    let mut request = Request::post(&[base, "/v1/desk/", asking.name].concat())
        .header(record::FORM, &form)
        .abort_signal(signal.as_ref());
    if let Some(token) = token {
        request = request.header("authorization", &token);
    }
    if let Some(name) = name {
        request = request.header(record::AS, name);
    }
    if !base.is_empty() {
        // In somebody else's page only that page's token counts, never who is signed in with us.
        request = request.credentials(RequestCredentials::Omit);
    }
    // A record has no letter that JSON would write in another way.
    let body = ["\"", &asking.record, "\""].concat();
    let request = request.header("content-type", "application/json").body(body).map_err(lost)?;
    let answer = request.send().await.map_err(lost)?;
    if answer.headers().get(record::FORM).as_ref() == Some(&form) {
        return answer.text().await.map_err(lost);
    }
    Err(not_answered(&answer))
}

/// What an answer means that is not one of a use case.
pub fn not_answered(answer: &Response) -> NotAnswered {
    match answer.status() {
        401 => NotAnswered::SignedOut,
        409 => NotAnswered::OtherVersion,
        429 | 503 => {
            let wait = answer.headers().get("retry-after").and_then(|wait| wait.parse().ok());
            NotAnswered::Busy(wait.unwrap_or(1))
        }
        408 | 504 => NotAnswered::TimedOut,
        _ => NotAnswered::NotOurs,
    }
}
