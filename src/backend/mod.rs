//! What the screens ask: the use cases, wherever they run. For now in this browser, as a demo on
//! `localStorage`; a server is another variant of the same.

pub mod files;
pub mod settings;
pub mod shelf;
mod tabs;

use crate::view::prelude::*;
use chrono::{DateTime, Utc};
use settings::Settings;
use shelf::LocalShelf;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use subscription_rules::{
    Catalogue, Cloud, CustomerAccount, CustomerId, Policy, PriceList, SubscriptionId,
};
use subscription_usecases::demo::{World, WorldSettings};
use subscription_usecases::log::{Entry, LogQuery};
use subscription_usecases::{
    Answer, Ask, Caller, Command, CustomerQuery, CustomerRow, Failure, Page, RequestId, SavedStore,
    StoreError, customers, subscriptions,
};
use tabs::{Message, Tabs};

type Kept = SavedStore<LocalShelf>;

struct Demo {
    catalogue: Arc<Catalogue>,
    prices: Arc<PriceList>,
    settings: RefCell<Settings>,
    worlds: RefCell<Vec<Arc<World>>>,
    store: RefCell<Rc<Kept>>,
    damaged_settings: bool,
    tabs: Rc<Tabs>,
}

/// The backend of the screens. Copied freely: it is a handle.
#[derive(Clone, Copy)]
pub struct Backend {
    demo: StoredValue<Rc<Demo>, LocalStorage>,
    version: RwSignal<u32>,
    alerts: RwSignal<Alerts>,
}

/// What a person should know about the keeping of data.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Alerts {
    /// Accounts whose changes are not on the shelf: full or forbidden.
    pub unsaved: usize,
    /// Records that could not be read and were set aside.
    pub damaged: usize,
    /// Another tab writes; this one follows.
    pub follows: bool,
}

/// The moment, by the browser's clock.
pub fn real_now() -> DateTime<Utc> {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit")]
    let millis = js_sys::Date::now() as i64;
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

fn worlds(settings: &Settings, catalogue: &Arc<Catalogue>) -> Vec<Arc<World>> {
    let world = |cloud| {
        let Settings { seed, size, start, standing, .. } = *settings;
        let settings = WorldSettings { seed, size, start, cloud };
        Arc::new(World::new(settings, standing, Arc::clone(catalogue)))
    };
    Cloud::OFFERED.into_iter().map(world).collect()
}

impl Backend {
    /// Opens the demo on this browser's storage.
    pub async fn open(catalogue: Catalogue, prices: PriceList) -> Self {
        let (catalogue, prices) = (Arc::new(catalogue), Arc::new(prices));
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
        let (settings, damaged) = Settings::read(&LocalShelf, real_now());
        let worlds = worlds(&settings, &catalogue);
        let store = Rc::new(if writes {
            Kept::open(worlds.clone(), LocalShelf)
        } else {
            Kept::following(worlds.clone(), LocalShelf)
        });
        let demo = Rc::new(Demo {
            catalogue,
            prices,
            settings: RefCell::new(settings),
            worlds: RefCell::new(worlds),
            store: RefCell::new(store),
            damaged_settings: damaged,
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
            let backend = self;
            wasm_bindgen_futures::spawn_local(async move {
                let request = ask.request.as_str().to_owned();
                let answer = backend.carry_out(&command, &ask).await;
                backend.inner().tabs.answered(&request, answer);
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
                wasm_bindgen_futures::spawn_local(async move {
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
    fn tell_state(self, only: Option<&CustomerId>) {
        let demo = self.inner();
        let settings = Box::new(demo.settings.borrow().clone());
        let mut records = demo.store.borrow().memory().all_saved();
        if let Some(only) = only {
            records.retain(|record| record.account.customer().id == *only);
        }
        demo.tabs.tell(&Message::State { settings, records, whole: only.is_none() });
    }

    fn inner(self) -> Rc<Demo> {
        self.demo.get_value()
    }

    fn store(self) -> Rc<Kept> {
        self.inner().store.borrow().clone()
    }

    /// Counts up whenever something has changed, here or in another tab. What reads it is read
    /// again.
    pub fn version(self) -> ReadSignal<u32> {
        self.version.read_only()
    }

    /// What a person should know about the keeping of data.
    pub fn alerts(self) -> ReadSignal<Alerts> {
        self.alerts.read_only()
    }

    fn changed(self) {
        self.look();
        self.version.update(|version| *version = version.wrapping_add(1));
    }

    fn look(self) {
        let store = self.store();
        let alerts = Alerts {
            unsaved: store.unsaved(),
            damaged: store.damaged().len() + usize::from(self.inner().damaged_settings),
            follows: !self.inner().tabs.writes(),
        };
        if self.alerts.get_untracked() != alerts {
            self.alerts.set(alerts);
        }
    }

    /// The settings, read anew whenever something changes.
    pub fn settings(self) -> Settings {
        self.version.track();
        self.inner().settings.borrow().clone()
    }

    /// Changes the settings here and in the other tabs.
    pub fn set_settings(self, settings: Settings) {
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

    /// Puts settings in place; another world also takes in what is kept, over it.
    fn apply(self, settings: Settings) {
        let demo = self.inner();
        let world = |of: &Settings| (of.seed, of.size, of.start, of.standing);
        let same = world(&demo.settings.borrow()) == world(&settings);
        if !same {
            let writes = demo.tabs.writes();
            let kept = demo.store.borrow().memory().all_saved();
            let worlds = worlds(&settings, &demo.catalogue);
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

    /// Who asks, now.
    pub fn caller(self) -> Caller {
        let demo = self.inner();
        let settings = demo.settings.borrow();
        let now = settings.now(real_now());
        let partner = |cloud| {
            let worlds = demo.worlds.borrow();
            let world = worlds.iter().find(|world| world.settings().cloud == cloud);
            world.or(worlds.first()).map(|world| world.partner().clone())
        };
        let Some(partner) = partner(settings.cloud) else {
            unreachable!("there is a world for each cloud on offer");
        };
        Caller {
            user: "alex@demo-partner.example".into(),
            roles: settings.role.into(),
            partner,
            now,
            policy: Policy::of(settings.cloud, now.date_naive()),
            catalogue: Arc::clone(&demo.catalogue),
            prices: Arc::clone(&demo.prices),
        }
    }

    /// What is sold.
    pub fn catalogue(self) -> Arc<Catalogue> {
        Arc::clone(&self.inner().catalogue)
    }

    /// What it costs.
    pub fn prices(self) -> Arc<PriceList> {
        Arc::clone(&self.inner().prices)
    }

    /// A page of customers.
    pub async fn customers(self, query: CustomerQuery) -> Result<Page<CustomerRow>, Failure> {
        customers::list(&*self.store(), &self.caller(), &query).await
    }

    /// How many customers there are.
    pub async fn customer_count(self) -> Result<u64, Failure> {
        customers::count(&*self.store(), &self.caller()).await
    }

    /// A customer with its subscriptions, as they stand now.
    pub async fn account(self, customer: CustomerId) -> Result<CustomerAccount, Failure> {
        subscriptions::account(&*self.store(), &self.caller(), &customer).await
    }

    /// A customer's log, newest first; of one subscription, if one is given.
    pub async fn history(
        self,
        customer: CustomerId,
        of: Option<SubscriptionId>,
    ) -> Result<Vec<Entry>, Failure> {
        subscriptions::history(&*self.store(), &self.caller(), &customer, of.as_ref()).await
    }

    /// The activity log, newest first.
    pub async fn activity(self, query: LogQuery, most: usize) -> Result<Vec<Entry>, Failure> {
        subscriptions::activity(&*self.store(), &self.caller(), &query, most).await
    }

    /// Tells what a command would do.
    pub async fn preview(self, command: Command) -> Result<Answer, Failure> {
        let ask = Ask::to_preview(new_request()?);
        command.carry_out(&*self.store(), &self.caller(), &ask).await
    }

    /// Does what a person asks for. The request's name was made before the first try, so that
    /// asking again does nothing twice.
    pub async fn ask(self, command: Command, ask: Ask) -> Result<Answer, Failure> {
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

/// A fresh name for a request.
pub fn new_request() -> Result<RequestId, Failure> {
    let random = |_| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a random number below 2^32"
        )]
        let part = (js_sys::Math::random() * 4_294_967_296.0) as u32;
        format!("{part:08x}")
    };
    let name: String = (0..4).map(random).collect();
    RequestId::parse(&name).map_err(|error| StoreError::Unavailable(error.to_string()).into())
}

/// The backend of the screen.
pub fn use_backend() -> Backend {
    expect_context::<Backend>()
}
