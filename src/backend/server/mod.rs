//! The server as the backend: each question is one request, and its answer or failure is the very
//! value that the use case gave there (`usecases::Question`). While the server is not reached, what
//! was seen of it answers.
//!
//! What the first screen asks is answered here. All else, and what is done, is in [`rest`], which
//! comes once that screen has its answers.

mod ahead;
mod database;
mod events;
mod http;
mod kept;
mod outgoing;
mod rest;
mod seen;

pub use http::{asked, reply};
pub use outgoing::{Import, Outgoing, Waiting};
pub use rest::{Accounts, Rest};

use super::config::SignIn;
use super::settings::Settings;
use super::shelf::LocalShelf;
use super::{Alerts, Asked, Desk, Link, real_now};
use crate::later::{self, Later};
use crate::view::ev;
use crate::view::prelude::*;
use crate::wait::{Once, spawn_local, within};
use chrono::{DateTime, TimeDelta, Utc};
use gloo_net::http::Request;
use http::Asking;
use outgoing::turn;
use seen::{Said, Seen};
use std::cell::{Cell, RefCell};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::time::Duration;
use subscription_rules::{Cloud, CustomerId, Role, SubscriptionId};
use subscription_sync::Pause;
use subscription_usecases::{
    Caller, Failure, FirstQuestion, FirstReply, Me, NotAnswered, Question, Reply, Sold, record,
};

/// How soon after it was back a server can be back once more.
const RETURNS: TimeDelta = TimeDelta::seconds(10);

/// A server that takes longer is taken to be away where something was seen: a network that leads
/// nowhere, as on a train, answers nothing, not even that it does not.
const SLOW: Duration = Duration::from_secs(8);

/// The same before there is a screen, of whoever was signed in last.
const SLOW_START: Duration = Duration::from_secs(3);

/// How often somebody looks whether a server is there again while what was seen is read.
const LOOKS: TimeDelta = TimeDelta::seconds(2);

struct Server {
    sign_in: SignIn,
    /// What is sold, and what it costs; nothing before the rest is there.
    sold: RefCell<Sold>,
    settings: RefCell<Settings>,
    me: RefCell<Me>,
    /// How far the server's clock is ahead of this machine's.
    ahead: Cell<TimeDelta>,
    seen: Seen,
    /// When the server was last there again.
    returned: Cell<Option<DateTime<Utc>>>,
    /// What is on screen was seen before, and the server was not asked for it.
    is_unasked: Cell<bool>,
    /// When somebody last looked whether the server is there.
    looked: Cell<DateTime<Utc>>,
    /// What the first screen does without, once it has come.
    rest: RefCell<Option<Rc<dyn Rest>>>,
    opening: Once,
    /// Who the person was when the server said last who that is.
    signed_in: Cell<(Role, Cloud)>,
    /// Counts the sign-ins as another role or in another cloud: of several the last one counts.
    turn: Cell<u32>,
}

/// The server's desk. Copied freely: it is a handle.
#[derive(Clone, Copy)]
pub struct ServerDesk {
    server: StoredValue<Rc<Server>, LocalStorage>,
    version: RwSignal<u32>,
    /// Counts up whenever something becomes of a change that is kept here.
    moved: RwSignal<u32>,
    link: RwSignal<Link>,
    /// When what is shown was seen, while the server is not there.
    seen_at: RwSignal<Option<DateTime<Utc>>>,
}

impl ServerDesk {
    /// Asks the server who one is there.
    pub async fn open(sign_in: SignIn) -> Result<Self, Failure> {
        let (settings, _) = Settings::read(&LocalShelf, real_now());
        let chosen = (settings.role, settings.cloud);
        let seen = Seen::open().await;
        let (me, at) = me(sign_in, &settings, &seen).await?;
        let server = Server {
            sign_in,
            sold: RefCell::default(),
            settings: RefCell::new(settings),
            ahead: Cell::new(me.now - at.unwrap_or_else(real_now)),
            me: RefCell::new(me),
            seen,
            returned: Cell::new(None),
            is_unasked: Cell::new(false),
            looked: Cell::new(real_now()),
            rest: RefCell::default(),
            opening: Once::default(),
            signed_in: Cell::new(chosen),
            turn: Cell::new(0),
        };
        // Nothing is changed before it is known whether that can be kept.
        let link = Link { is_away: at.is_some(), at: at.unwrap_or_else(real_now), keeps: true };
        let desk = Self {
            server: StoredValue::new_local(Rc::new(server)),
            version: RwSignal::new(0),
            moved: RwSignal::new(0),
            link: RwSignal::new(link),
            seen_at: RwSignal::new(at),
        };
        window_event_listener(ev::online, move |_| desk.refresh());
        Ok(desk)
    }

    /// What the first screen does without, as soon as it is there.
    async fn rest(self) -> Result<Rc<dyn Rest>, Failure> {
        let server = self.inner();
        if server.rest.borrow().is_none() {
            server.opening.run(self.open_rest()).await;
        }
        server.rest.borrow().clone().ok_or_else(|| NotAnswered::Network.into())
    }

    async fn open_rest(self) {
        let server = self.inner();
        loop {
            let name = server.name();
            let Ok(rest) = later::rest_of(self).await else { break };
            let Ok(rest) = rest.await else { break };
            // Somebody else may have signed in meanwhile.
            if server.name() == name {
                server.rest.replace(Some(rest));
                break;
            }
            end(&*rest);
        }
        self.moved();
        if self.has_changes() {
            self.changed();
        }
    }

    /// What waits is sent as nobody else.
    fn close_rest(self) {
        if let Some(rest) = self.inner().rest.take() {
            end(&*rest);
        }
    }

    fn waiting(self) -> Option<Rc<dyn Waiting>> {
        self.inner().rest.borrow().as_ref().and_then(|rest| rest.waiting())
    }

    fn has_changes(self) -> bool {
        self.waiting().is_some_and(|waiting| waiting.counts() != (0, 0))
    }

    /// Something became of a change.
    fn moved(self) {
        self.moved.update(|moved| *moved = moved.wrapping_add(1));
    }

    fn inner(self) -> Rc<Server> {
        self.server.get_value()
    }

    fn changed(self) {
        self.version.update(|version| *version = version.wrapping_add(1));
    }

    /// Whether the server has answered, now.
    fn heard(self, is_away: bool) {
        let now = real_now();
        let before = self.link.get_untracked();
        // The last contact is shown to the minute.
        let is_new = before.is_away != is_away || now - before.at > TimeDelta::seconds(30);
        if is_new && !(is_away && before.is_away) {
            let at = if is_away { before.at } else { now };
            self.link.set(Link { is_away, at, ..before });
        }
        // The network is back: what waits for its time need not, and what was seen is seen anew.
        // Where one request is answered and another is not, again and again, it was not away.
        if before.is_away && !is_away {
            self.seen_at.set(None);
            let server = self.inner();
            let is_new =
                server.returned.get().is_none_or(|last| now - last > RETURNS || last > now);
            if server.is_unasked.replace(false) || is_new {
                server.returned.set(Some(now));
                self.hurry();
                self.changed();
            }
        }
    }

    /// Asks whether the server is there, once the screen shows what has just been done.
    fn look(self) {
        self.inner().looked.set(real_now());
        spawn_local(async move {
            turn().await;
            let _answer = self.asked(&Asking::first(&FirstQuestion::Me)).await;
        });
    }

    fn is_paused(self) -> bool {
        self.waiting().is_some_and(|waiting| waiting.pause() == Some(Pause::SignedOut))
    }

    /// Asks the server.
    async fn asked(self, asking: &Asking) -> Result<String, NotAnswered> {
        let server = self.inner();
        let name = server.name();
        let answer = http::asked_for("", server.token(), Some(&name), asking).await;
        self.heard(matches!(&answer, Err(why) if is_away(*why)));
        // Signed in again, with another tab: what has waited for that need not any more.
        if answer.is_ok() && self.is_paused() {
            self.hurry();
        }
        answer
    }

    /// What the server says; while it is not there, what it said last. Where it was not there just
    /// now, it is not waited for: a network that leads nowhere lets one wait long.
    async fn said(self, asking: &Asking) -> Result<Said, NotAnswered> {
        let server = self.inner();
        if self.link.get_untracked().is_away
            && let Some(said) = server.seen.answer(&asking.record).await
        {
            server.is_unasked.set(true);
            let now = real_now();
            if now - server.looked.get() > LOOKS || server.looked.get() > now {
                self.look();
            }
            return Ok(said);
        }
        let asked = pin!(self.asked(asking));
        let said = said_or_seen(asked, SLOW, &server.seen, &asking.record).await?;
        if said.at.is_some() {
            self.heard(true);
        }
        Ok(said)
    }

    /// An answer was one of ours: it is kept, or shown with its age.
    fn took(self, asking: &Asking, said: &Said) {
        if said.at.is_none() {
            self.inner().seen.keep(&asking.record, real_now(), &said.text);
        }
        let before = self.seen_at.get_untracked();
        // Of several answers the oldest counts, so that what is said does not change to and fro.
        let at_most = said.at.map(|at| before.map_or(at, |before| before.min(at)));
        if before != at_most {
            self.seen_at.set(at_most);
        }
    }

    /// Answers what the first screen asks.
    async fn first(self, question: FirstQuestion) -> Result<Reply, Failure> {
        let asking = Asking::first(&question);
        let said = self.said(&asking).await?;
        // A failure, of which there are many, is read by the rest.
        let Some(reply) = first_reply(&said.text) else {
            return later::reply(said.text).await?;
        };
        self.took(&asking, &said);
        match reply {
            // Where something waits for a customer, it is shown as it will be.
            FirstReply::Customers(page) if self.has_changes() => {
                let page = self.rest().await?.ahead(page).await?;
                Ok(Reply::Customers(page))
            }
            reply => Ok(reply.into()),
        }
    }
}

fn end(rest: &dyn Rest) {
    if let Some(waiting) = rest.waiting() {
        waiting.end();
    }
}

/// What the server says; where it is not reached, and where something was seen also if it takes
/// longer than a time, what it said last.
async fn said_or_seen(
    mut asked: Pin<&mut impl Future<Output = Result<String, NotAnswered>>>,
    time: Duration,
    seen: &Seen,
    question: &str,
) -> Result<Said, NotAnswered> {
    let answer = match within(time, asked.as_mut()).await {
        Some(answer) => answer,
        None => match seen.answer(question).await {
            Some(said) => return Ok(said),
            None => asked.await,
        },
    };
    match answer {
        Ok(text) => Ok(Said { text, at: None }),
        Err(why) if is_away(why) => seen.answer(question).await.ok_or(why),
        Err(why) => Err(why),
    }
}

/// The reply to one of the first screen's questions, if the record is one.
fn first_reply(text: &str) -> Option<FirstReply> {
    record::read::<Result<FirstReply, ()>>(text)?.ok()
}

/// Whether the server was not there; also where something else answers, such as the sign-in page of
/// a train's network.
fn is_away(why: NotAnswered) -> bool {
    matches!(why, NotAnswered::Network | NotAnswered::TimedOut | NotAnswered::NotOurs)
}

impl Server {
    fn token(&self) -> Option<String> {
        http::token(self.sign_in, &self.settings.borrow())
    }

    fn name(&self) -> String {
        let me = self.me.borrow();
        http::name(&me.user, &me.partner.id)
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

    /// Keeps what was chosen. Another role or cloud is another sign-in, for which the server has to
    /// be there; without it they stay as they were.
    fn set_settings(&self, settings: Settings) {
        let (desk, server) = (*self, self.inner());
        let before = server.settings.replace(settings.clone());
        settings.keep(&LocalShelf);
        if (before.role, before.cloud) == (settings.role, settings.cloud) {
            desk.changed();
            return;
        }
        desk.close_rest();
        let turn_of_this = server.turn.get().wrapping_add(1);
        server.turn.set(turn_of_this);
        spawn_local(async move {
            let answer = me(server.sign_in, &settings, &server.seen).await;
            if server.turn.get() != turn_of_this {
                return;
            }
            if let Ok((me, None)) = answer {
                server.ahead.set(me.now - real_now());
                server.me.replace(me);
                server.signed_in.set((settings.role, settings.cloud));
            } else {
                // Nobody answers, and what was seen is of the one before. The choice is shown as
                // taken first, so that the screen notices that it is taken back.
                desk.changed();
                turn().await;
                let (role, cloud) = server.signed_in.get();
                let still = Settings { cloud, role, ..settings };
                still.keep(&LocalShelf);
                server.settings.replace(still);
            }
            desk.close_rest();
            // It may not come; then it is asked for again when it is used.
            let _rest = desk.rest().await;
            desk.changed();
        });
    }

    fn sold(&self) -> Sold {
        self.inner().sold.borrow().clone()
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
        let desk = *self;
        desk.hurry();
        desk.changed();
        // A screen that reads nothing of the server shows whether it is there all the same.
        desk.look();
    }

    fn answer(&self, question: Question) -> Asked {
        let desk = *self;
        Box::pin(async move {
            match FirstQuestion::try_from(question) {
                Ok(first) => desk.first(first).await,
                Err(other) => desk.rest().await?.answer(other).await,
            }
        })
    }

    fn whole(&self) -> Later<Result<Option<Rc<dyn Desk>>, Failure>> {
        let desk = *self;
        Box::pin(async move { desk.rest().await.map(|_| None) })
    }

    fn link(&self) -> Option<Link> {
        Some(self.link.get())
    }

    fn waiting(&self) -> Option<Rc<dyn Waiting>> {
        self.moved.track();
        Self::waiting(*self)
    }

    fn waits(&self, customer: &CustomerId, subscription: Option<&SubscriptionId>) -> bool {
        let waiting = Desk::waiting(self);
        waiting.is_some_and(|waiting| waiting.waits(customer, subscription))
    }
}

impl ServerDesk {
    fn hurry(self) {
        if let Some(waiting) = self.waiting() {
            waiting.hurry();
        }
    }
}

/// Who one is; and when that was known, if the server is not there.
async fn me(
    sign_in: SignIn,
    settings: &Settings,
    seen: &Seen,
) -> Result<(Me, Option<DateTime<Utc>>), Failure> {
    let asking = Asking::first(&FirstQuestion::Me);
    let key = &asking.record;
    let asked = pin!(http::asked_for("", http::token(sign_in, settings), None, &asking));
    let Said { text, at } = said_or_seen(asked, SLOW_START, seen, key).await?;
    let me = match first_reply(&text) {
        Some(FirstReply::Me(me)) => me,
        Some(_) => return Err(NotAnswered::NotOurs.into()),
        None => {
            return Err(later::reply(text).await?.err().unwrap_or(NotAnswered::NotOurs.into()));
        }
    };
    let owner = format!("{} {}", me.user, me.partner.id);
    if at.is_none() {
        seen.bind(&owner).await;
        seen.keep(key, real_now(), &text);
    } else {
        seen.is_of(&owner);
    }
    Ok((me, at))
}

/// Ends the sign-in here and on the server, and shows who one is then. Nothing of what was seen
/// stays on this machine; changes that wait do, for when their own person signs in again.
pub async fn sign_out() {
    Seen::open().await.clear().await;
    let sent = Request::post("/sign-out").json(&()).map(Request::send);
    if let Ok(sent) = sent {
        // Whether it worked shows after the page is loaded again.
        let _ = sent.await;
    }
    // What was on its way meanwhile.
    Seen::open().await.clear().await;
    let _ = window().location().assign("/");
}
