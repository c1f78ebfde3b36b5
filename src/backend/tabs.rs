//! Several tabs, one writer.
//!
//! The tab that holds the Web Lock writes to `localStorage`; the others take their state from its
//! broadcast, never from storage, which other processes see late, and pass their commands to it.
//! A command carries its request ID, so one that is passed again after a takeover is not done
//! twice (design.md §3).

use super::lock;
use super::settings::Settings;
use js_sys::{Function, Promise};
use serde::{Deserialize, Serialize};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use subscription_usecases::{Answer, Ask, Command, Failure, SavedAccount, record};
use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, MessageEvent};

const NAME: &str = "subscription-desk.demo.2";

/// What tabs tell each other.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Message {
    /// A new tab asks for the state.
    Hello,
    /// The writer gives its whole state, or what has changed.
    State { settings: Box<Settings>, records: Vec<SavedAccount>, whole: bool },
    /// A tab wants other settings.
    Settings { settings: Box<Settings> },
    /// A tab passes a command to the writer.
    Command { command: Box<Command>, ask: Ask },
    /// The writer's answer to the request of this name.
    Answered { request: String, answer: Result<Answer, Failure> },
    /// Another tab writes from now on: pass again what was not answered.
    NewWriter,
    /// All data were replaced or reset; begin anew.
    Reload,
}

/// What was passed to the writer, and what to call when the answer is there.
type Waiting = RefCell<Vec<(Command, Ask, Function)>>;

/// Answers that came, each under its request's name.
type Answers = RefCell<Vec<(String, Result<Answer, Failure>)>>;

/// This tab among the others.
pub struct Tabs {
    channel: Option<BroadcastChannel>,
    writes: Cell<bool>,
    waiting: Waiting,
    answers: Answers,
}

impl Tabs {
    /// Joins the other tabs. Without channels or locks this tab is alone and writes.
    pub fn join() -> Rc<Self> {
        Rc::new(Self {
            channel: BroadcastChannel::new(NAME).ok(),
            writes: Cell::new(false),
            waiting: RefCell::default(),
            answers: RefCell::default(),
        })
    }

    /// Whether this tab writes.
    pub fn writes(&self) -> bool {
        self.writes.get()
    }

    /// Tells the other tabs.
    pub fn tell(&self, message: &Message) {
        let text = record::written(message);
        if let (Some(channel), Some(text)) = (&self.channel, text) {
            // A closed channel has no listeners either.
            let _ = channel.post_message(&text.into());
        }
    }

    /// Listens to the other tabs for as long as the page lives.
    pub fn listen(&self, heard: impl Fn(Message) + 'static) {
        let Some(channel) = &self.channel else { return };
        let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let text = event.data().as_string();
            // What an older or newer page says in another way is not for this one.
            if let Some(message) = text.and_then(|text| record::read(&text)) {
                heard(message);
            }
        });
        channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        heard.forget();
    }

    /// Takes the lock if it is free; tells whether this tab writes now. Otherwise waits for it in
    /// the background and calls `taken` when the tab before has gone.
    pub async fn take_lock(self: &Rc<Self>, taken: impl FnOnce() + 'static) -> bool {
        let held = lock::hold(NAME, true).await.is_some();
        self.writes.set(held);
        if !held {
            let tabs = self.clone();
            crate::wait::spawn_local(async move {
                if lock::hold(NAME, false).await.is_some() {
                    tabs.writes.set(true);
                    taken();
                }
            });
        }
        held
    }

    /// Passes a command to the writing tab and waits for its answer.
    pub async fn pass(&self, command: Command, ask: Ask) -> Option<Result<Answer, Failure>> {
        let name = ask.request.as_str().to_owned();
        let answered = Promise::new(&mut |resolve, _| {
            let waiting = (command.clone(), ask.clone(), resolve);
            self.waiting.borrow_mut().push(waiting);
        });
        self.tell(&Message::Command { command: Box::new(command.clone()), ask: ask.clone() });
        wasm_bindgen_futures::JsFuture::from(answered).await.ok()?;
        let mut answers = self.answers.borrow_mut();
        let at = answers.iter().position(|(request, _)| *request == name)?;
        Some(answers.swap_remove(at).1)
    }

    /// Takes in the writer's answer.
    pub fn answered(&self, request: &str, answer: Result<Answer, Failure>) {
        let of_request = |(_, ask, _): &(Command, Ask, Function)| ask.request.as_str() == request;
        let at = self.waiting.borrow().iter().position(of_request);
        // Nothing is borrowed any more when whoever waits is told.
        let waited = at.map(|at| self.waiting.borrow_mut().remove(at));
        if let Some((_, _, resolve)) = waited {
            self.answers.borrow_mut().push((request.to_owned(), answer));
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    }

    /// The commands that were passed and not answered.
    pub fn unanswered(&self) -> Vec<(Command, Ask)> {
        let waiting = self.waiting.borrow();
        waiting.iter().map(|(command, ask, _)| (command.clone(), ask.clone())).collect()
    }
}
