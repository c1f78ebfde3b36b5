//! The server as the backend: each question is one request, and its answer or failure is the very
//! value that the use case gave there (`usecases::Question`).

use super::config::SignIn;
use super::seen::Seen;
use super::settings::Settings;
use super::shelf::LocalShelf;
use super::{Alerts, Asked, Desk, real_now};
use crate::view::ev;
use crate::view::prelude::*;
use chrono::{DateTime, TimeDelta, Utc};
use gloo_net::http::{Request, Response};
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use subscription_rules::{Catalogue, PriceList, Role};
use subscription_usecases::{Caller, Failure, Me, NotAnswered, Question, Reply, Sold, record};
use web_sys::{AbortController, RequestCredentials};

/// The server itself gives up after 30 seconds.
const PATIENCE: Duration = Duration::from_secs(35);

struct Server {
    sign_in: SignIn,
    catalogue: Arc<Catalogue>,
    prices: Arc<PriceList>,
    settings: RefCell<Settings>,
    me: RefCell<Me>,
    /// How far the server's clock is ahead of this machine's.
    ahead: Cell<TimeDelta>,
    seen: Seen,
}

/// The server's desk. Copied freely: it is a handle.
#[derive(Clone, Copy)]
pub struct ServerDesk {
    server: StoredValue<Rc<Server>, LocalStorage>,
    version: RwSignal<u32>,
    /// When what is shown was seen, while the server is not there.
    seen_at: RwSignal<Option<DateTime<Utc>>>,
}

impl ServerDesk {
    /// Asks the server who one is there.
    pub async fn open(
        sign_in: SignIn,
        catalogue: Catalogue,
        prices: PriceList,
    ) -> Result<Self, Failure> {
        let (settings, _) = Settings::read(&LocalShelf, real_now());
        let seen = Seen::open().await;
        let (me, at) = me(sign_in, &settings, &seen).await?;
        let server = Server {
            sign_in,
            catalogue: Arc::new(catalogue),
            prices: Arc::new(prices),
            settings: RefCell::new(settings),
            ahead: Cell::new(me.now - at.unwrap_or_else(real_now)),
            me: RefCell::new(me),
            seen,
        };
        let server = StoredValue::new_local(Rc::new(server));
        let desk = Self { server, version: RwSignal::new(0), seen_at: RwSignal::new(at) };
        window_event_listener(ev::online, move |_| desk.refresh());
        Ok(desk)
    }

    fn inner(self) -> Rc<Server> {
        self.server.get_value()
    }

    fn changed(self) {
        self.version.update(|version| *version = version.wrapping_add(1));
    }
}

impl Desk for ServerDesk {
    fn version(&self) -> ReadSignal<u32> {
        self.version.read_only()
    }

    fn sign_in(&self) -> SignIn {
        self.inner().sign_in
    }

    /// What was chosen here, in the cloud and on the day of the server.
    fn settings(&self) -> Settings {
        self.version.track();
        let server = self.inner();
        let cloud = server.me.borrow().partner.cloud;
        let start = (real_now() + server.ahead.get()).date_naive();
        Settings { cloud, start, days_moved: 0, ..server.settings.borrow().clone() }
    }

    /// Keeps what was chosen. Another role or cloud is another sign-in.
    fn set_settings(&self, settings: Settings) {
        let (desk, server) = (*self, self.inner());
        let is_me = {
            let before = server.settings.borrow();
            (before.role, before.cloud) == (settings.role, settings.cloud)
        };
        settings.keep(&LocalShelf);
        *server.settings.borrow_mut() = settings.clone();
        if is_me {
            desk.changed();
            return;
        }
        wasm_bindgen_futures::spawn_local(async move {
            // If nobody answers now, the screens ask next and say it.
            if let Ok((me, at)) = me(server.sign_in, &settings, &server.seen).await {
                server.ahead.set(me.now - at.unwrap_or_else(real_now));
                *server.me.borrow_mut() = me;
            }
            desk.changed();
        });
    }

    fn sold(&self) -> Sold {
        let server = self.inner();
        (Arc::clone(&server.catalogue), Arc::clone(&server.prices))
    }

    fn caller(&self) -> Caller {
        let server = self.inner();
        let Me { user, roles, partner, .. } = server.me.borrow().clone();
        let now = real_now() + server.ahead.get();
        Caller::at(now, user, roles, partner, self.sold())
    }

    fn alerts(&self) -> Alerts {
        Alerts { seen_at: self.seen_at.get(), ..Alerts::default() }
    }

    fn refresh(&self) {
        self.changed();
    }

    fn answer(&self, question: Question) -> Asked {
        let desk = *self;
        Box::pin(async move {
            let server = desk.inner();
            let token = token(server.sign_in, &server.settings.borrow());
            let (answer, at) = seen_or_asked(token, &question, &server.seen).await;
            // What was never seen says nothing of the rest.
            if answer.is_ok() && desk.seen_at.get_untracked() != at {
                desk.seen_at.set(at);
            }
            if question.writes() {
                desk.changed();
            }
            answer
        })
    }
}

/// The server's answer, or while it is not there the last one that it gave to the same question,
/// with the moment of it.
async fn seen_or_asked(
    token: Option<String>,
    question: &Question,
    seen: &Seen,
) -> (Result<Reply, Failure>, Option<DateTime<Utc>>) {
    // What is submitted, or asked about a submit, is for the server alone.
    let key = match question {
        Question::Command(..) => None,
        question => record::written(question),
    };
    match asked_for("", token, question).await {
        Ok(text) => {
            let reply = reply(&text);
            if let (Some(key), Ok(_)) = (key, &reply) {
                seen.keep(&key, real_now(), &text);
            }
            (reply, None)
        }
        Err(why) => {
            // Also where something else answers, such as the sign-in page of a train's network.
            let is_away =
                matches!(why, NotAnswered::Network | NotAnswered::TimedOut | NotAnswered::NotOurs);
            let key = key.filter(|_| is_away);
            let kept = match key {
                Some(key) => seen.answer(&key).await,
                None => None,
            };
            let kept = kept.map(|kept| (reply(&kept.text), kept.at));
            match kept {
                Some((Ok(reply), at)) => (Ok(reply), Some(at)),
                _ => (Err(why.into()), None),
            }
        }
    }
}

fn reply(text: &str) -> Result<Reply, Failure> {
    record::read(text).unwrap_or_else(|| Err(NotAnswered::NotOurs.into()))
}

/// Who one is; and when that was known, if the server is not there.
async fn me(
    sign_in: SignIn,
    settings: &Settings,
    seen: &Seen,
) -> Result<(Me, Option<DateTime<Utc>>), Failure> {
    let (answer, at) = seen_or_asked(token(sign_in, settings), &Question::Me, seen).await;
    let Reply::Me(me) = answer? else { return Err(NotAnswered::NotOurs.into()) };
    if at.is_none() {
        let who = record::written(&Question::Me).unwrap_or_default();
        seen.bind(&format!("{} {}", me.user, me.partner.id), &who).await;
    }
    Ok((me, at))
}

/// What a server for trying believes, as the header `authorization` has it.
fn token(sign_in: SignIn, settings: &Settings) -> Option<String> {
    let cloud = settings.cloud.word();
    let role = match settings.role {
        Role::GlobalAdmin => "global_admin",
        Role::AdminAgent => "admin_agent",
        Role::SalesAgent => "sales_agent",
        Role::HelpdeskAgent => "helpdesk_agent",
        Role::BillingAdmin => "billing_admin",
        Role::UserManagementAdmin => "user_management_admin",
    };
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

/// Asks the server at a base address, which has no slash at its end; our own origin has none.
pub async fn asked(
    base: &str,
    token: Option<String>,
    question: &Question,
) -> Result<Reply, Failure> {
    reply(&asked_for(base, token, question).await?)
}

/// The server's answer as it came.
async fn asked_for(
    base: &str,
    token: Option<String>,
    question: &Question,
) -> Result<String, NotAnswered> {
    let form = record::form();
    let text = record::written(question).ok_or(NotAnswered::NotOurs)?;
    let limit = Limit::start();
    let signal = limit.as_ref().map(|limit| limit.controller.signal());
    let lost = |_: gloo_net::Error| {
        let is_over = limit.as_ref().is_some_and(|limit| limit.is_over.get());
        if is_over { NotAnswered::TimedOut } else { NotAnswered::Network }
    };
    let mut request = Request::post(&[base, "/v1/desk/", question.name()].concat())
        .header(record::FORM, &form)
        .abort_signal(signal.as_ref());
    if let Some(token) = token {
        request = request.header("authorization", &token);
    }
    if !base.is_empty() {
        // In somebody else's page only that page's token counts, never who is signed in with us.
        request = request.credentials(RequestCredentials::Omit);
    }
    let answer = request.json(&text).map_err(lost)?.send().await.map_err(lost)?;
    if answer.headers().get(record::FORM).as_ref() == Some(&form) {
        return answer.text().await.map_err(lost);
    }
    Err(not_answered(&answer))
}

/// What an answer means that is not one of a use case.
fn not_answered(answer: &Response) -> NotAnswered {
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

/// Ends the sign-in here and on the server, and shows who one is then. Nothing of what was seen
/// stays on this machine.
pub async fn sign_out() {
    Seen::open().await.clear().await;
    let sent = Request::post("/sign-out").json(&()).map(Request::send);
    if let Ok(sent) = sent {
        // Whether it worked shows after the page is loaded again.
        let _ = sent.await;
    }
    let _ = window().location().assign("/");
}
