//! The server as the backend: each question is one request, and its answer or failure is the very
//! value that the use case gave there (`usecases::Question`). While the server is not reached, what
//! was seen of it answers, and changes are decided here and kept to be sent.

mod ahead;
mod database;
mod events;
mod http;
mod kept;
mod outgoing;
mod seen;

pub use ahead::Ahead;
pub use http::asked;
pub use outgoing::{Import, Outgoing};

use super::config::SignIn;
use super::settings::Settings;
use super::shelf::LocalShelf;
use super::{Alerts, Asked, Desk, Link, real_now};
use crate::later;
use crate::view::ev;
use crate::view::prelude::*;
use chrono::{DateTime, TimeDelta, Utc};
use gloo_net::http::Request;
use outgoing::{Token, Told, turn};
use seen::Seen;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use subscription_rules::{
    Catalogue, CustomerAccount, CustomerId, Permission, PriceList, SubscriptionId,
};
use subscription_sync::{Decided, Entry, NotKept, Pause, Who, applied};
use subscription_usecases::{
    Ask, Caller, Command, CustomerRow, Failure, Me, NotAnswered, Question, Reply, Sold, StoreError,
    record,
};
use wasm_bindgen_futures::spawn_local;

/// How soon after it was back a server can be back once more.
const RETURNS: TimeDelta = TimeDelta::seconds(10);

struct Server {
    sign_in: SignIn,
    catalogue: Arc<Catalogue>,
    prices: Arc<PriceList>,
    settings: RefCell<Settings>,
    me: RefCell<Me>,
    /// How far the server's clock is ahead of this machine's.
    ahead: Cell<TimeDelta>,
    seen: Seen,
    /// The account that was read last: most is done to the one that a person looks at.
    shown: RefCell<Option<SeenAccount>>,
    /// What the server has done since accounts were read.
    done: RefCell<Vec<Entry>>,
    /// When the server was last there again.
    returned: Cell<Option<DateTime<Utc>>>,
    /// None where the browser keeps nothing, and while another one signs in.
    outgoing: RefCell<Option<Rc<Outgoing>>>,
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
            shown: RefCell::default(),
            done: RefCell::default(),
            returned: Cell::new(None),
            outgoing: RefCell::default(),
        };
        let link = Link { is_away: at.is_some(), at: at.unwrap_or_else(real_now), keeps: false };
        let desk = Self {
            server: StoredValue::new_local(Rc::new(server)),
            version: RwSignal::new(0),
            moved: RwSignal::new(0),
            link: RwSignal::new(link),
            seen_at: RwSignal::new(at),
        };
        desk.open_changes().await;
        window_event_listener(ev::online, move |_| desk.refresh());
        Ok(desk)
    }

    /// The changes of whoever is signed in now.
    async fn open_changes(self) {
        let server = self.inner();
        let who = {
            let me = server.me.borrow();
            Who { user: me.user.clone(), partner: me.partner.id.clone() }
        };
        let asks = Rc::clone(&server);
        let token: Token = Rc::new(move || asks.token());
        let told = Told {
            moved: Box::new(move || self.moved.update(|moved| *moved = moved.wrapping_add(1))),
            applied: Box::new(move || self.changed()),
            lost: Box::new(move || self.look()),
            heard: Rc::new(move |why| self.heard(why.is_some_and(is_away))),
        };
        let follows = self.caller().context().may(Permission::ViewSubscriptions).is_ok();
        let outgoing = Outgoing::open(who, token, told, follows).await;
        self.link.update(|link| link.keeps = outgoing.is_some());
        server.outgoing.replace(outgoing);
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
            if is_new {
                server.returned.set(Some(now));
                self.hurry();
                self.changed();
            }
        }
    }

    /// Asks whether the server is there, once the screen shows what has just been done.
    fn look(self) {
        spawn_local(async move {
            turn().await;
            let _answer = self.asked(&Question::Me).await;
        });
    }

    fn is_paused(self) -> bool {
        let outgoing = self.inner().outgoing.borrow().clone();
        outgoing.is_some_and(|outgoing| outgoing.pause() == Some(Pause::SignedOut))
    }

    /// Asks the server.
    async fn asked(self, question: &Question) -> Result<String, NotAnswered> {
        let server = self.inner();
        let name = server.name();
        let answer = http::asked_for("", server.token(), Some(&name), question).await;
        self.heard(matches!(&answer, Err(why) if is_away(*why)));
        // Signed in again, with another tab: what has waited for that need not any more.
        if answer.is_ok() && self.is_paused() {
            self.hurry();
        }
        answer
    }

    /// What is read: the server's answer, or the last one while it is not there; and of a customer
    /// with changes that wait, what it will be.
    async fn read(self, question: Question) -> Result<Reply, Failure> {
        let (server, began) = (self.inner(), real_now());
        let key = record::written(&question);
        let (reply, at) = match self.asked(&question).await {
            Ok(text) => {
                let reply = http::reply(&text);
                if let (Some(key), Ok(_)) = (key, &reply) {
                    server.seen.keep(&key, real_now(), &text);
                }
                (reply, None)
            }
            Err(why) => server.seen_before(&question, why).await,
        };
        // What was never seen says nothing of the rest.
        let before = self.seen_at.get_untracked();
        // Of several answers the oldest counts, so that what is said does not change to and fro.
        let at_most = at.map(|at| before.map_or(at, |before| before.min(at)));
        if reply.is_ok() && before != at_most {
            self.seen_at.set(at_most);
        }
        match reply? {
            Reply::Account(account) => {
                if at.is_none() {
                    let (of, began) = (&account.customer().id, began + server.ahead.get());
                    let is_in = |done: &Entry| done.customer() == Some(of) && done.at <= began;
                    server.done.borrow_mut().retain(|done| !is_in(done));
                }
                server.shown.replace(Some((account.clone(), at.unwrap_or(began))));
                // The server has just said how it stands, and nothing is to come to it.
                if at.is_none() && server.about(&account.customer().id).is_empty() {
                    return Ok(Reply::Account(account));
                }
                let ahead = self.ahead((account, at.unwrap_or(began)));
                let account = later::account_ahead(ahead).await?.await?;
                Ok(Reply::Account(Box::new(account)))
            }
            Reply::Customers(mut page) => {
                for row in &mut page.items {
                    if server.waits(&row.customer.id)
                        && let Some(seen) = server.account(&row.customer.id).await
                    {
                        let account = later::account_ahead(self.ahead(seen)).await?.await?;
                        let caller = self.caller();
                        *row = CustomerRow::of(&account, caller.now, &caller.policy);
                    }
                }
                Ok(Reply::Customers(page))
            }
            other => Ok(other),
        }
    }

    /// An account that was seen, with what is about it here.
    fn ahead(self, (seen, at): SeenAccount) -> Ahead {
        let (server, customer) = (self.inner(), &seen.customer().id);
        let mut changes = server.about(customer);
        let done = server.done.borrow();
        changes.extend(done.iter().filter(|done| done.customer() == Some(customer)).cloned());
        Ahead { at, changes, caller: self.caller(), seen }
    }

    /// What is asked for, or would be. Behind what waits of the same customer, and without the
    /// server, it is decided here and kept: the server will be asked under the same name. A server
    /// that was not reached last is not waited for.
    async fn command(self, command: Command, ask: Ask) -> Result<Reply, Failure> {
        let server = self.inner();
        let customer = command.customer().cloned();
        let waits = customer.as_ref().is_some_and(|of| server.waits(of));
        let is_away = self.link.get_untracked().is_away;
        let mut why = NotAnswered::Network;
        let mut ground = None;
        if waits || is_away {
            ground = server.ground(customer.as_ref()).await;
        }
        if !waits && ground.is_none() {
            let question = Question::Command(Box::new(command.clone()), ask.clone());
            match self.asked(&question).await {
                Ok(text) => {
                    let reply = http::reply(&text)?;
                    if let (Reply::Answer(answer), false) = (&reply, ask.validate_only) {
                        let done = (command, ask, answer.clone());
                        let done = applied(done, &self.caller(), real_now());
                        server.done.borrow_mut().extend(done);
                    }
                    return Ok(reply);
                }
                Err(unanswered) => why = unanswered,
            }
            ground = server.ground(customer.as_ref()).await;
        }
        let Some((outgoing, account)) = ground else { return Err(why.into()) };
        let ahead = self.ahead(account);
        if ask.validate_only {
            let answer = later::preview_ahead(ahead, command, ask).await?.await?;
            return Ok(Reply::Answer(answer));
        }
        let decided = later::decide_ahead(ahead, command, ask).await?.await?;
        let Decided { mut entries, answer } = decided;
        // By the clock of this device, as all that becomes of them: it may be wrong, but it is one.
        let now = real_now();
        for entry in &mut entries {
            entry.at = now;
        }
        outgoing.add(entries).await.map_err(not_kept)?;
        if is_away {
            self.look();
        }
        Ok(Reply::Kept(answer))
    }
}

/// Nothing was done, and nothing will be.
fn not_kept(why: NotKept) -> Failure {
    StoreError::Unavailable(why.to_string()).into()
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

    fn about(&self, customer: &CustomerId) -> Vec<Entry> {
        let outgoing = self.outgoing.borrow();
        outgoing.as_ref().map_or_else(Vec::new, |outgoing| outgoing.about(customer))
    }

    fn waits(&self, customer: &CustomerId) -> bool {
        self.outgoing.borrow().as_ref().is_some_and(|outgoing| outgoing.waits(customer, None))
    }

    /// The last answer to a question, if the server is not there.
    async fn seen_before(
        &self,
        question: &Question,
        why: NotAnswered,
    ) -> (Result<Reply, Failure>, Option<DateTime<Utc>>) {
        if is_away(why) {
            if let Some((reply, at)) = self.seen_of(question).await {
                return (Ok(reply), Some(at));
            }
            // A subscription's history is a part of its customer's.
            if let Question::History(customer, Some(of)) = question
                && let Some((Reply::Entries(mut lines), at)) =
                    self.seen_of(&Question::History(customer.clone(), None)).await
            {
                lines.retain(|line| line.fact.subscription.as_ref() == Some(of));
                return (Ok(Reply::Entries(lines)), Some(at));
            }
        }
        (Err(why.into()), None)
    }

    async fn seen_of(&self, question: &Question) -> Option<(Reply, DateTime<Utc>)> {
        let kept = self.seen.answer(&record::written(question)?).await?;
        Some((http::reply(&kept.text).ok()?, kept.at))
    }

    /// What is needed to decide here about a customer: where it is kept, and what was last seen.
    async fn ground(&self, customer: Option<&CustomerId>) -> Option<(Rc<Outgoing>, SeenAccount)> {
        let outgoing = self.outgoing.borrow().clone()?;
        Some((outgoing, self.account(customer?).await?))
    }

    /// An account as it was last seen.
    async fn account(&self, customer: &CustomerId) -> Option<SeenAccount> {
        let is_it = |shown: &SeenAccount| shown.0.customer().id == *customer;
        if self.shown.borrow().as_ref().is_some_and(is_it) {
            return self.shown.borrow().clone();
        }
        match self.seen_of(&Question::Account(customer.clone())).await? {
            (Reply::Account(account), at) => Some((account, at)),
            _ => None,
        }
    }
}

/// An account, and when it was as it is here.
type SeenAccount = (Box<CustomerAccount>, DateTime<Utc>);

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
        // What waits is sent as nobody else.
        if let Some(outgoing) = server.outgoing.take() {
            outgoing.end();
        }
        spawn_local(async move {
            if let Ok((me, None)) = me(server.sign_in, &settings, &server.seen).await {
                server.ahead.set(me.now - real_now());
                server.me.replace(me);
                server.shown.take();
                server.done.take();
            } else {
                // Nobody answers, and what was seen is of the one before. The choice is shown as
                // taken first, so that the screen notices that it is taken back.
                desk.changed();
                turn().await;
                let still = Settings { role: before.role, cloud: before.cloud, ..settings };
                still.keep(&LocalShelf);
                server.settings.replace(still);
            }
            desk.open_changes().await;
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
        let desk = *self;
        desk.hurry();
        desk.changed();
        // A screen that reads nothing of the server shows whether it is there all the same.
        desk.look();
    }

    fn answer(&self, question: Question) -> Asked {
        let desk = *self;
        Box::pin(async move {
            let writes = question.writes();
            let answer = match question {
                Question::Command(command, ask) => desk.command(*command, ask).await,
                question => desk.read(question).await,
            };
            match &answer {
                // That it is safe is shown before anything is read again.
                Ok(Reply::Kept(_)) => spawn_local(async move {
                    turn().await;
                    desk.changed();
                }),
                _ if writes => desk.changed(),
                _ => {}
            }
            answer
        })
    }

    fn link(&self) -> Option<Link> {
        Some(self.link.get())
    }

    fn outgoing(&self) -> Option<Rc<Outgoing>> {
        self.moved.track();
        self.inner().outgoing.borrow().clone()
    }

    fn waits(&self, customer: &CustomerId, subscription: Option<&SubscriptionId>) -> bool {
        self.moved.track();
        let outgoing = self.inner().outgoing.borrow().clone();
        outgoing.is_some_and(|outgoing| outgoing.waits(customer, subscription))
    }
}

impl ServerDesk {
    fn hurry(self) {
        let outgoing = self.inner().outgoing.borrow().clone();
        if let Some(outgoing) = outgoing {
            outgoing.hurry();
        }
    }
}

/// Who one is; and when that was known, if the server is not there.
async fn me(
    sign_in: SignIn,
    settings: &Settings,
    seen: &Seen,
) -> Result<(Me, Option<DateTime<Utc>>), Failure> {
    let key = record::written(&Question::Me).unwrap_or_default();
    let asked = http::asked_for("", http::token(sign_in, settings), None, &Question::Me).await;
    let (text, at) = match asked {
        Ok(text) => (text, None),
        Err(why) => match seen.answer(&key).await.filter(|_| is_away(why)) {
            Some(kept) => (kept.text, Some(kept.at)),
            None => return Err(why.into()),
        },
    };
    let Reply::Me(me) = http::reply(&text)? else { return Err(NotAnswered::NotOurs.into()) };
    let owner = format!("{} {}", me.user, me.partner.id);
    if at.is_none() {
        seen.keep(&key, real_now(), &text);
        seen.bind(&owner, &key).await;
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
