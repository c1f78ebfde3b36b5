//! The changes that wait on this device: kept in every tab's sight, sent by one.

use super::events::{self, Place};
use super::http::{self, Asking};
use super::kept::Kept;
use crate::backend::lock::{self, Held};
use crate::backend::real_now;
use crate::view::prelude::*;
use crate::wait::{after, spawn_local};
use chrono::{DateTime, TimeDelta, Utc};
use js_sys::{Function, Promise, Reflect};
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use subscription_rules::{CustomerId, SubscriptionId};
use subscription_sync::{
    Choice, Clock, Entry, Network, NotImported, NotKept, Pace, Pause, Sender, Step, Who, exported,
    imported, read, wait_after, written,
};
use subscription_usecases::{Answer, Failure, NotAnswered, Question, REMEMBERED, Reply};
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, BroadcastChannel, MessageEvent};

/// The name of the channel on which the tabs tell each other, and of the lock of the one that sends.
const NAME: &str = "subscription-desk.changes";

/// How many requests are on their way at a time, each with changes of other accounts.
const LANES: u32 = 2;

/// How often the screens are read again while much is being sent.
const SHOWN_EVERY: TimeDelta = TimeDelta::seconds(1);

/// A lock that is given within this time was nobody else's.
const AT_ONCE: TimeDelta = TimeDelta::seconds(1);

/// A stream of changes that says nothing for so long is dead.
const SILENCE: Duration = Duration::from_secs(45);

/// How often what became of changes is shown then.
const SEEN_EVERY: Duration = Duration::from_millis(50);

/// How a request says who asks; none where a cookie does.
pub type Token = Rc<dyn Fn() -> Option<String>>;

struct Http {
    token: Token,
    name: String,
    heard: Rc<dyn Fn(Option<NotAnswered>)>,
}

impl Network for Http {
    async fn send(&self, entries: &[Entry]) -> Result<Vec<Result<Answer, Failure>>, Failure> {
        let question = match entries {
            [entry] => Question::Command(Box::new(entry.command.clone()), entry.ask.clone()),
            all => {
                let asked = |entry: &Entry| (entry.command.clone(), entry.ask.clone());
                Question::Commands(all.iter().map(asked).collect())
            }
        };
        let asking = Asking::of(&question);
        let text = http::asked_for("", (self.token)(), Some(&self.name), &asking).await;
        (self.heard)(text.as_ref().err().copied());
        match http::reply(&text?) {
            Ok(Reply::Answer(answer)) => Ok(vec![Ok(answer)]),
            Ok(Reply::Answers(answers)) => Ok(answers),
            Ok(_) => Err(NotAnswered::NotOurs.into()),
            Err(why) => Err(why),
        }
    }
}

struct BrowserClock;

impl Clock for BrowserClock {
    fn now(&self) -> DateTime<Utc> {
        real_now()
    }

    fn dice(&self) -> u64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a random number below 2^32"
        )]
        let number = (js_sys::Math::random() * 4_294_967_296.0) as u64;
        number
    }
}

/// What is told when something has changed.
pub struct Told {
    /// Something became of a change.
    pub moved: Box<dyn Fn()>,
    /// The server has something new.
    pub applied: Box<dyn Fn()>,
    /// The server may not be there any more.
    pub lost: Box<dyn Fn()>,
    /// The server has answered, or not.
    pub heard: Rc<dyn Fn(Option<NotAnswered>)>,
}

/// The changes that wait on this device, as the frame of the screens and the desk see them: they
/// are there before the part that knows what a change is.
pub trait Waiting {
    /// How many wait to be sent, and how many need the person.
    fn counts(&self) -> (usize, usize);
    /// Why nothing is sent, by this tab or the one that sends, if somebody has to do something about
    /// it.
    fn pause(&self) -> Option<Pause>;
    /// How many changes this build cannot read.
    fn unread(&self) -> usize;
    /// Whether something waits to be sent about a customer, or about one subscription of it.
    fn waits(&self, customer: &CustomerId, subscription: Option<&SubscriptionId>) -> bool;
    /// The network is back, or the person asks: what waits for its time is sent now.
    fn hurry(self: Rc<Self>);
    /// Somebody else is signed in.
    fn end(&self);
    /// The changes themselves.
    fn all(self: Rc<Self>) -> Rc<Outgoing>;
}

/// One person's changes on this device.
pub struct Outgoing {
    who: Who,
    token: Token,
    sender: Sender<Kept, Http, BrowserClock>,
    channel: Option<BroadcastChannel>,
    told: Told,
    /// The lock of the tab that sends, while this is it.
    lock: RefCell<Option<Held>>,
    /// Whether this tab waits for the lock.
    is_next: Cell<bool>,
    follows: bool,
    /// Ends the stream of what others change.
    stream: RefCell<Option<AbortController>>,
    /// How many are sending.
    lanes: Cell<u32>,
    /// Whether something was settled that the screens have not been told of.
    is_new: Cell<bool>,
    /// Whether the screens will be told soon that something became of a change.
    is_moving: Cell<bool>,
    shown: Cell<DateTime<Utc>>,
    timer: RefCell<Option<TimeoutHandle>>,
    /// Ends a stream that says nothing any more.
    silence: RefCell<Option<TimeoutHandle>>,
    /// The tab that sends has said that the sign-in has ended.
    is_signed_out: Cell<bool>,
    /// Somebody else is signed in: nothing is sent any more.
    is_over: Cell<bool>,
    asked_to_stay: Cell<bool>,
    /// Ends a wait for the next try to follow the server.
    wake: RefCell<Option<Function>>,
}

impl Outgoing {
    /// Opens a person's changes; none where the browser keeps nothing.
    /// `follows`: whether the person may hear of what others change.
    pub async fn open(who: Who, token: Token, told: Told, follows: bool) -> Option<Rc<Self>> {
        let kept = Kept::open(who.clone()).await.ok()?;
        let http = Http {
            token: Rc::clone(&token),
            name: http::name(&who.user, &who.partner),
            heard: Rc::clone(&told.heard),
        };
        let sender = Sender::open(kept, http, BrowserClock).await.ok()?;
        let outgoing = Rc::new(Self {
            channel: BroadcastChannel::new(NAME).ok(),
            who,
            token,
            sender,
            told,
            lock: RefCell::default(),
            is_next: Cell::new(false),
            follows,
            stream: RefCell::default(),
            lanes: Cell::new(0),
            is_new: Cell::new(false),
            is_moving: Cell::new(false),
            shown: Cell::new(real_now()),
            timer: RefCell::default(),
            silence: RefCell::default(),
            is_signed_out: Cell::new(false),
            is_over: Cell::new(false),
            asked_to_stay: Cell::new(false),
            wake: RefCell::default(),
        });
        outgoing.listen();
        // Whoever sends may wait for a sign-in, which there is now.
        outgoing.post(HURRY);
        outgoing.stand();
        Some(outgoing)
    }

    fn leads(&self) -> bool {
        self.lock.borrow().is_some()
    }

    /// Waits for the lock, and sends once it is there.
    fn stand(self: &Rc<Self>) {
        if self.leads() || self.is_over.get() || self.is_next.replace(true) {
            return;
        }
        let led = Rc::clone(self);
        spawn_local(async move {
            let name = [NAME, " ", led.who.partner.as_str(), " ", &led.who.user].concat();
            let began = real_now();
            let held = lock::hold(&name, false).await;
            let has_waited = real_now() - began > AT_ONCE;
            led.is_next.set(false);
            if led.is_over.get() {
                if let Some(held) = held {
                    held.let_go();
                }
                return;
            }
            led.lock.replace(held);
            led.lead().await;
            if led.follows {
                led.follow(has_waited).await;
            }
        });
    }

    /// Leaves the sending to another tab.
    fn step_back(&self) {
        if let Some(held) = self.lock.take() {
            held.let_go();
        }
        self.wake();
        if let Some(stream) = self.stream.take() {
            stream.abort();
        }
    }

    /// This tab sends from now on: what other tabs did that this one did not hear is read first.
    async fn lead(self: &Rc<Self>) {
        if self.sender.reload().await.is_ok() {
            let entries = self.entries();
            self.sender.storage().sweep(&entries, real_now() - REMEMBERED).await;
        }
        (self.told.moved)();
        self.pump();
    }

    /// Hears of what others change, for all tabs; after another tab, if so, which may have missed
    /// the last of it.
    async fn follow(self: Rc<Self>, after_another: bool) {
        let place = Rc::new(RefCell::new(None::<Place>));
        let mut tries = 0;
        while self.leads() {
            let (led, held) = (Rc::clone(&self), Rc::clone(&place));
            let from = place.borrow().clone().unwrap_or_default();
            let was_here = after_another || place.borrow().is_some();
            let stream = AbortController::new().ok();
            let signal = stream.as_ref().map(AbortController::signal);
            self.stream.replace(stream.clone());
            let told = move |what, at: &Place| {
                (led.told.heard)(None);
                led.end_when_silent(stream.clone());
                // Told again where changes begin, one was away too long: anything may have changed.
                if what == events::Told::Changed || (what == events::Told::Here && was_here) {
                    led.news();
                }
                if what != events::Told::Open {
                    held.replace(Some(at.clone()));
                }
            };
            let ended = events::read((self.token)(), from, signal.as_ref(), told).await;
            if let Some(timer) = self.silence.take() {
                timer.clear();
            }
            if !self.leads() {
                return;
            }
            if ended.is_ok() {
                tries = 0;
            } else {
                // That the stream does not come need not mean that the server is not there.
                (self.told.lost)();
                tries += 1;
            }
            let wait = wait_after(tries.max(1), Pace::default(), BrowserClock.dice());
            self.rest(wait).await;
        }
    }

    /// The server says something every fifteen seconds. A stream that says nothing for so long has
    /// nobody at its other end.
    fn end_when_silent(&self, stream: Option<AbortController>) {
        let end = move || {
            if let Some(stream) = &stream {
                stream.abort();
            }
        };
        let timer = set_timeout_with_handle(end, SILENCE).ok();
        if let Some(before) = self.silence.replace(timer) {
            before.clear();
        }
    }

    /// Waits, at most until the network is back.
    async fn rest(&self, wait: TimeDelta) {
        let waited = Promise::new(&mut |resolve, _| {
            self.wake.replace(Some(resolve.clone()));
            let over = move || {
                let _ = resolve.call0(&JsValue::UNDEFINED);
            };
            set_timeout(over, wait.to_std().unwrap_or(Duration::ZERO));
        });
        let _ = wasm_bindgen_futures::JsFuture::from(waited).await;
    }

    fn wake(&self) {
        if let Some(wake) = self.wake.take() {
            let _ = wake.call0(&JsValue::UNDEFINED);
        }
    }

    /// Looks at all changes, oldest first.
    pub fn entries(&self) -> Vec<Entry> {
        self.sender.with(|outbox| outbox.entries().cloned().collect())
    }

    /// All changes about a customer, in their order.
    pub fn about(&self, customer: &CustomerId) -> Vec<Entry> {
        self.sender.with(|outbox| outbox.about(customer).cloned().collect())
    }

    /// Keeps what was decided here. It is safe when this is over.
    pub async fn add(self: &Rc<Self>, entries: Vec<Entry>) -> Result<(), NotKept> {
        if !self.asked_to_stay.replace(true) {
            stay();
        }
        let kept = self.sender.add(entries).await?;
        self.tell(&kept);
        Ok(())
    }

    /// Does what the person chose about a change that needs them.
    pub async fn settle(self: &Rc<Self>, number: u64, choice: Choice) -> Result<(), NotKept> {
        let kept = self.sender.settle(number, choice).await?;
        self.tell(&kept);
        Ok(())
    }

    /// What is not over, as a file.
    pub fn export(&self) -> String {
        self.sender.with(|outbox| exported(outbox.entries()))
    }

    /// Takes the changes of a file that are not here yet; how many.
    pub async fn import(self: &Rc<Self>, text: &str) -> Result<usize, Import> {
        let entries = self.sender.with(|outbox| imported(text, &self.who, outbox.entries()));
        let entries = entries.map_err(Import::NotTaken)?;
        let count = entries.len();
        self.add(entries).await.map_err(Import::NotKept)?;
        Ok(count)
    }

    /// Tells the other tabs, and the screens of this one; what is to be sent is, afterwards.
    fn tell(self: &Rc<Self>, entries: &[Entry]) {
        let lines: Vec<String> = entries.iter().filter_map(written).collect();
        self.post(&lines.join("\n"));
        let outgoing = Rc::clone(self);
        spawn_local(async move {
            // That it is safe is shown first.
            turn().await;
            (outgoing.told.moved)();
            outgoing.pump();
        });
    }

    fn post(&self, text: &str) {
        if let Some(channel) = self.channel.as_ref().filter(|_| !self.is_over.get()) {
            // A closed channel has no listeners either.
            let _ = channel.post_message(&text.into());
        }
    }

    fn listen(self: &Rc<Self>) {
        let Some(channel) = &self.channel else { return };
        let outgoing = Rc::clone(self);
        let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            outgoing.hear(&event.data().as_string().unwrap_or_default());
        });
        channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        heard.forget();
    }

    fn hear(self: &Rc<Self>, text: &str) {
        match text {
            HURRY if self.leads() => Rc::clone(self).hurry(),
            HURRY => {}
            SIGNED_OUT | SIGNED_IN => {
                self.is_signed_out.set(text == SIGNED_OUT);
                (self.told.moved)();
            }
            APPLIED => (self.told.applied)(),
            lines => {
                // What another build says in another way it has kept all the same.
                let entries = lines.lines().filter_map(|line| read(line).ok());
                let entries: Vec<_> = entries.filter(|entry| entry.who == self.who).collect();
                self.sender.storage().heard(&entries);
                self.sender.take(entries);
                self.moved_soon();
                self.pump();
            }
        }
    }

    /// The server has something new, as every tab shall know.
    pub fn news(&self) {
        self.post(APPLIED);
        (self.told.applied)();
    }

    /// Sends what is to be sent, several accounts at a time.
    fn pump(self: &Rc<Self>) {
        if !self.leads() || self.is_over.get() {
            return;
        }
        if let Some(timer) = self.timer.take() {
            timer.clear();
        }
        while self.lanes.get() < LANES {
            self.lanes.set(self.lanes.get() + 1);
            let outgoing = Rc::clone(self);
            spawn_local(async move { outgoing.lane().await });
        }
    }

    async fn lane(self: Rc<Self>) {
        let mut later = None;
        while !self.is_over.get() {
            match self.sender.step().await {
                Step::Changed(entries) => {
                    let lines: Vec<String> = entries.iter().filter_map(written).collect();
                    self.post(&lines.join("\n"));
                    self.moved_soon();
                    if !entries.iter().all(Entry::is_waiting) {
                        self.is_new.set(true);
                    }
                    if real_now() - self.shown.get() > SHOWN_EVERY {
                        self.show();
                    }
                }
                Step::Later(moment) => {
                    later = Some(moment);
                    break;
                }
                Step::Nothing => break,
            }
        }
        self.lanes.set(self.lanes.get().saturating_sub(1));
        if self.lanes.get() == 0 && !self.is_over.get() {
            self.show();
            self.say_whether_signed_in();
            (self.told.moved)();
            // A tab of the server's version may be there.
            if self.pause() == Some(Pause::OtherVersion) {
                self.step_back();
            }
            if let Some(moment) = later {
                self.wait_until(moment);
            }
        }
    }

    /// Every tab says that the sign-in has ended, also one that was opened since.
    fn say_whether_signed_in(&self) {
        let own = self.sender.with(subscription_sync::Outbox::pause);
        let is_out = own == Some(Pause::SignedOut);
        if self.is_signed_out.replace(is_out) || is_out {
            self.post(if is_out { SIGNED_OUT } else { SIGNED_IN });
        }
    }

    /// Shows what became of changes, not more often than somebody can see.
    fn moved_soon(self: &Rc<Self>) {
        if !self.is_moving.replace(true) {
            let outgoing = Rc::clone(self);
            let show = move || {
                outgoing.is_moving.set(false);
                (outgoing.told.moved)();
            };
            set_timeout(show, SEEN_EVERY);
        }
    }

    /// Lets the screens read again what was settled.
    fn show(&self) {
        self.shown.set(real_now());
        if self.is_new.replace(false) {
            self.news();
        }
    }

    fn wait_until(self: &Rc<Self>, moment: DateTime<Utc>) {
        // A browser takes no timer longer than some days; who wakes too early waits again.
        let wait = (moment - real_now()).min(TimeDelta::hours(1));
        let wait = wait.to_std().unwrap_or(Duration::ZERO);
        let outgoing = Rc::clone(self);
        let timer = set_timeout_with_handle(move || outgoing.pump(), wait).ok();
        if let Some(before) = self.timer.replace(timer) {
            before.clear();
        }
    }
}

impl Waiting for Outgoing {
    fn counts(&self) -> (usize, usize) {
        self.sender.with(|outbox| (outbox.waiting(), outbox.needing_you()))
    }

    fn pause(&self) -> Option<Pause> {
        let own = self.sender.with(subscription_sync::Outbox::pause);
        own.or_else(|| self.is_signed_out.get().then_some(Pause::SignedOut))
    }

    fn unread(&self) -> usize {
        self.sender.storage().unread.get()
    }

    fn waits(&self, customer: &CustomerId, subscription: Option<&SubscriptionId>) -> bool {
        self.sender.with(|outbox| {
            let mut waiting = outbox.about(customer).filter(|entry| entry.is_waiting());
            waiting.any(|entry| subscription.is_none_or(|of| entry.touches.contains(of)))
        })
    }

    fn hurry(self: Rc<Self>) {
        self.sender.resume();
        self.stand();
        if self.leads() {
            self.wake();
            self.pump();
        } else {
            self.post(HURRY);
        }
    }

    fn end(&self) {
        self.is_over.set(true);
        self.step_back();
        if let Some(channel) = &self.channel {
            channel.close();
        }
    }

    fn all(self: Rc<Self>) -> Rc<Outgoing> {
        self
    }
}

/// Ends when everything that is to be done now has been done.
pub async fn turn() {
    let _ = after(Duration::ZERO).await;
}

/// A message: somebody asks to send now.
const HURRY: &str = "hurry";
/// A message: nothing is sent before somebody signs in.
const SIGNED_OUT: &str = "signed-out";
/// A message: somebody has.
const SIGNED_IN: &str = "signed-in";
/// A message: the server has something new.
const APPLIED: &str = "applied";

/// Why a file was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Import {
    /// Because of what it is.
    NotTaken(NotImported),
    /// Because nothing can be kept.
    NotKept(NotKept),
}

/// Asks the browser not to clear away what is kept, when it is short of room.
fn stay() {
    let ask = || -> Result<JsValue, JsValue> {
        let storage = Reflect::get(&window().navigator(), &"storage".into())?;
        let persist = Reflect::get(&storage, &"persist".into())?.dyn_into::<Function>()?;
        persist.call0(&storage)
    };
    // What the browser answers changes nothing: the change is kept one way or the other.
    if let Ok(asked) = ask().and_then(JsCast::dyn_into::<Promise>) {
        spawn_local(async move {
            let _ = wasm_bindgen_futures::JsFuture::from(asked).await;
        });
    }
}
