//! The demo: the use cases in this browser, on a store that is kept in `localStorage`.

use super::first_demo::{Made, caller, worlds};
use super::settings::Settings;
use super::shelf::LocalShelf;
use super::tabs::{Message, Tabs};
use super::{Alerts, Asked, Desk, SignIn};
use crate::view::prelude::*;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use subscription_rules::CustomerId;
use subscription_usecases::demo::World;
use subscription_usecases::{
    Answer, Ask, Caller, Command, Failure, Question, Reply, SavedStore, Sold, StoreError,
};

type Kept = SavedStore<LocalShelf>;

pub(super) struct Demo {
    sold: Sold,
    pub(super) settings: RefCell<Settings>,
    worlds: RefCell<Vec<Arc<World>>>,
    pub(super) store: RefCell<Rc<Kept>>,
    damaged_settings: bool,
    pub(super) tabs: Rc<Tabs>,
}

/// The demo's desk. Copied freely: it is a handle.
#[derive(Clone, Copy)]
pub struct DemoDesk {
    demo: StoredValue<Rc<Demo>, LocalStorage>,
    version: RwSignal<u32>,
    alerts: RwSignal<Alerts>,
}

impl DemoDesk {
    /// Opens the demo on this browser's storage.
    pub async fn open(made: Made) -> Self {
        let Made { sold, settings, damaged_settings, worlds } = made;
        let tabs = Tabs::join();
        // Only a tab that writes looks into storage; the others are told.
        let opened = Rc::new(OnceCell::<Self>::new());
        let later = Rc::clone(&opened);
        let writes = tabs
            .take_lock(move || {
                if let Some(backend) = later.get() {
                    backend.take_over();
                }
            })
            .await;
        let store = Rc::new(if writes {
            Kept::open(worlds.clone(), LocalShelf)
        } else {
            Kept::following(worlds.clone(), LocalShelf)
        });
        let demo = Rc::new(Demo {
            sold,
            settings: RefCell::new(settings),
            worlds: RefCell::new(worlds),
            store: RefCell::new(store),
            damaged_settings,
            tabs,
        });
        let backend = Self {
            demo: StoredValue::new_local(demo),
            version: RwSignal::new(0),
            alerts: RwSignal::new(Alerts::default()),
        };
        let _ = opened.set(backend);
        backend.join_tabs(writes);
        backend
    }

    fn join_tabs(self, writes: bool) {
        let demo = self.inner();
        demo.tabs.listen(move |message| self.hear(message));
        if writes {
            // So that the stories stay where they are on the next visit.
            demo.settings.borrow().keep(&LocalShelf);
        } else {
            demo.tabs.tell(&Message::Hello);
        }
        self.look();
    }

    /// The tab that wrote has gone: this one writes from now on.
    fn take_over(self) {
        let demo = self.inner();
        demo.store.borrow().set_writing(true);
        demo.settings.borrow().keep(&LocalShelf);
        demo.tabs.tell(&Message::NewWriter);
        for (command, ask) in demo.tabs.unanswered() {
            let desk = self;
            crate::wait::spawn_local(async move {
                let request = ask.request.as_str().to_owned();
                let answer = desk.carry_out(&command, &ask).await;
                desk.inner().tabs.answered(&request, answer);
            });
        }
        self.changed();
    }

    fn hear(self, message: Message) {
        let demo = self.inner();
        let writes = demo.tabs.writes();
        match message {
            Message::Hello if writes => self.tell_state(None),
            Message::State { settings, records, whole } if !writes => {
                if *demo.settings.borrow() != *settings {
                    self.apply(*settings);
                }
                let store = demo.store.borrow().clone();
                if whole {
                    store.memory().clear();
                }
                for record in records {
                    store.follow(record);
                }
                self.changed();
            }
            Message::Settings { settings } if writes => self.set_settings(*settings),
            Message::Command { command, ask } if writes => {
                crate::wait::spawn_local(async move {
                    let request = ask.request.as_str().to_owned();
                    let answer = self.carry_out(&command, &ask).await;
                    self.inner().tabs.tell(&Message::Answered { request, answer });
                });
            }
            Message::Answered { request, answer } => demo.tabs.answered(&request, answer),
            Message::NewWriter if !writes => {
                for (command, ask) in demo.tabs.unanswered() {
                    demo.tabs.tell(&Message::Command { command: Box::new(command), ask });
                }
            }
            Message::Reload => {
                let _ = window().location().reload();
            }
            Message::Hello
            | Message::State { .. }
            | Message::Settings { .. }
            | Message::Command { .. }
            | Message::NewWriter => {}
        }
    }

    /// Tells the other tabs one account, or the whole state.
    pub(super) fn tell_state(self, only: Option<&CustomerId>) {
        let demo = self.inner();
        let settings = Box::new(demo.settings.borrow().clone());
        let mut records = demo.store.borrow().memory().all_saved();
        if let Some(only) = only {
            records.retain(|record| record.account.customer().id == *only);
        }
        demo.tabs.tell(&Message::State { settings, records, whole: only.is_none() });
    }

    pub(super) fn inner(self) -> Rc<Demo> {
        self.demo.get_value()
    }

    fn store(self) -> Rc<Kept> {
        self.inner().store.borrow().clone()
    }

    pub(super) fn changed(self) {
        self.look();
        self.version.update(|version| *version = version.wrapping_add(1));
    }

    fn look(self) {
        let store = self.store();
        let alerts = Alerts {
            unsaved: store.unsaved(),
            damaged: store.damaged().len() + usize::from(self.inner().damaged_settings),
            follows: !self.inner().tabs.writes(),
            seen_at: None,
        };
        if self.alerts.get_untracked() != alerts {
            self.alerts.set(alerts);
        }
    }

    /// Puts settings in place; another world also takes in what is kept, over it.
    pub(super) fn apply(self, settings: Settings) {
        let demo = self.inner();
        let world = |of: &Settings| (of.seed, of.size, of.start, of.standing);
        let same = world(&demo.settings.borrow()) == world(&settings);
        if !same {
            let writes = demo.tabs.writes();
            let kept = demo.store.borrow().memory().all_saved();
            let worlds = worlds(&settings, &demo.sold.0);
            let store = Rc::new(if writes {
                Kept::open(worlds.clone(), LocalShelf)
            } else {
                Kept::following(worlds.clone(), LocalShelf)
            });
            *demo.worlds.borrow_mut() = worlds;
            for record in kept {
                store.follow(record);
            }
            *demo.store.borrow_mut() = store;
        }
        *demo.settings.borrow_mut() = settings;
    }

    /// Does what a person asks for. The request's name was made before the first try, so that
    /// asking again does nothing twice.
    async fn ask(self, command: Command, ask: Ask) -> Result<Answer, Failure> {
        let tabs = Rc::clone(&self.inner().tabs);
        if tabs.writes() {
            return self.carry_out(&command, &ask).await;
        }
        let lost = || StoreError::Unavailable("the other tab did not answer".into()).into();
        tabs.pass(command, ask).await.unwrap_or_else(|| Err(lost()))
    }

    async fn carry_out(self, command: &Command, ask: &Ask) -> Result<Answer, Failure> {
        let answer = command.carry_out(&*self.store(), &self.caller(), ask).await;
        if !ask.validate_only {
            let added = match &answer {
                Ok(Answer::Done(done)) => Some(&done.customer),
                Ok(Answer::Placed(_)) | Err(_) => None,
            };
            if let Some(touched) = command.customer().or(added) {
                self.tell_state(Some(touched));
            }
            self.changed();
        }
        answer
    }
}

impl Desk for DemoDesk {
    fn version(&self) -> ReadSignal<u32> {
        self.version.read_only()
    }

    fn caller(&self) -> Caller {
        let demo = self.inner();
        caller(&demo.settings.borrow(), &demo.worlds.borrow(), self.sold())
    }

    fn sold(&self) -> Sold {
        self.inner().sold.clone()
    }

    fn answer(&self, question: Question) -> Asked {
        let desk = *self;
        Box::pin(async move {
            match question {
                Question::Command(command, ask) if !ask.validate_only => {
                    desk.ask(*command, ask).await.map(Reply::Answer)
                }
                other => other.answer(&*desk.store(), &desk.caller()).await,
            }
        })
    }

    fn settings(&self) -> Settings {
        self.version.track();
        self.inner().settings.borrow().clone()
    }

    fn set_settings(&self, settings: Settings) {
        let demo = self.inner();
        let told = Box::new(settings.clone());
        self.apply(settings);
        if demo.tabs.writes() {
            demo.settings.borrow().keep(&LocalShelf);
            self.tell_state(None);
        } else {
            demo.tabs.tell(&Message::Settings { settings: told });
        }
        self.changed();
    }

    fn sign_in(&self) -> SignIn {
        SignIn::Role
    }

    fn alerts(&self) -> Alerts {
        self.alerts.get()
    }

    fn is_demo(&self) -> bool {
        true
    }

    fn demo(&self) -> Option<DemoDesk> {
        Some(*self)
    }
}
