//! What the screens ask: the use cases, wherever they run. In this browser, as a demo on
//! `localStorage`, or on the server that the page came from.

mod config;
mod demo;
pub mod files;
mod first_demo;
mod lock;
mod server;
pub mod settings;
pub mod shelf;
pub mod sold;
mod tabs;

pub use config::{Config, SignIn};
pub use demo::DemoDesk;
pub use first_demo::{Made, open as open_demo};
pub use server::{Accounts, Import, Outgoing, Rest, ServerDesk, Waiting, asked, reply, sign_out};

use crate::later::{self, Later};
use crate::view::prelude::*;
use chrono::{DateTime, NaiveDate, Utc};
use settings::Settings;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use subscription_rules::{Catalogue, CustomerAccount, CustomerId, PriceList, SubscriptionId};
use subscription_usecases::log::{Entry, LogQuery};
use subscription_usecases::{
    Answer, Ask, Caller, Command, CustomerQuery, Failure, Listed, NotAnswered, Page, Question,
    Reply, RequestId, Sold, StoreError,
};

/// What the answer to a question is waited for as.
pub type Asked = Pin<Box<dyn Future<Output = Result<Reply, Failure>>>>;

/// Something that the screens can ask, as the backend holds it.
pub trait Desk {
    /// Counts up whenever something has changed, here or in another tab.
    fn version(&self) -> ReadSignal<u32>;
    /// Who asks, now.
    fn caller(&self) -> Caller;
    /// What is sold, and what it costs: nothing before the desk is ready for every screen.
    fn sold(&self) -> Sold;
    /// Answers a question.
    fn answer(&self, question: Question) -> Asked;
    /// What was chosen here, read anew whenever something changes.
    fn settings(&self) -> Settings {
        Settings::first(self.caller().now)
    }
    /// Changes what was chosen, where something can be.
    fn set_settings(&self, _: Settings) {}
    /// How people sign in.
    fn sign_in(&self) -> SignIn {
        SignIn::Provider
    }
    /// What a person should know about the keeping of data.
    fn alerts(&self) -> Alerts {
        Alerts::default()
    }
    /// Reads everything on screen again.
    fn refresh(&self) {}
    /// The demo, if it is one and the whole app has come.
    fn demo(&self) -> Option<DemoDesk> {
        None
    }
    /// How it stands with the server, read anew whenever that changes; none where there is none.
    fn link(&self) -> Option<Link> {
        None
    }
    /// The changes that wait on this device, read anew whenever something becomes of one.
    fn waiting(&self) -> Option<Rc<dyn Waiting>> {
        None
    }
    /// Whether it is the demo.
    fn is_demo(&self) -> bool {
        false
    }
    /// Ready for every screen, once the whole app has come; or another desk that is, and takes the
    /// place of this one.
    fn whole(&self) -> Later<Result<Option<Rc<dyn Desk>>, Failure>> {
        Box::pin(async { Ok(None) })
    }
    /// Whether a change of a customer, or of one subscription of it, waits to be sent.
    fn waits(&self, _: &CustomerId, _: Option<&SubscriptionId>) -> bool {
        false
    }
}

/// How it stands with the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// It was not reached when it was asked last.
    pub is_away: bool,
    /// When it answered last.
    pub at: DateTime<Utc>,
    /// Whether changes can be kept on this device.
    pub keeps: bool,
}

/// What became of something that a person asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What was done, or will be.
    pub answer: Answer,
    /// It was decided here and is kept on this device, to be sent.
    pub is_kept: bool,
}

/// The backend of the screens. Copied freely: it is a handle.
#[derive(Clone, Copy)]
pub struct Backend(StoredValue<Rc<dyn Desk>, LocalStorage>);

/// What a person should know about the keeping of data.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Alerts {
    /// Accounts whose changes are not on the shelf: full or forbidden.
    pub unsaved: usize,
    /// Records that could not be read and were set aside.
    pub damaged: usize,
    /// Another tab writes; this one follows.
    pub follows: bool,
    /// The server is not there: what is shown was seen at this moment, or before.
    pub seen_at: Option<DateTime<Utc>>,
}

/// The moment, by the browser's clock.
pub fn real_now() -> DateTime<Utc> {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit")]
    let millis = js_sys::Date::now() as i64;
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

/// An answer to another question than was asked is no answer of ours.
fn other<T>(_: Reply) -> Result<T, Failure> {
    Err(NotAnswered::NotOurs.into())
}

/// Opens what the configuration names. The text says what did not arrive without which there is no
/// app.
pub async fn open(config: Config) -> Result<Result<Backend, Failure>, String> {
    match config {
        Config::Demo => match later::demo().await {
            Ok(demo) => demo.await.map(Ok),
            Err(why) => Ok(Err(why.into())),
        },
        Config::Server(sign_in) => match later::server(sign_in).await {
            Ok(desk) => Ok(desk.await),
            Err(why) => Ok(Err(why.into())),
        },
    }
}

impl Backend {
    /// The backend over something that can be asked.
    pub fn over(desk: Rc<dyn Desk>) -> Self {
        Self(StoredValue::new_local(desk))
    }

    fn desk(self) -> Rc<dyn Desk> {
        self.0.get_value()
    }

    /// What is asked, if it is still there: a panel may have gone while something was awaited.
    pub fn try_desk(self) -> Option<Rc<dyn Desk>> {
        self.0.try_get_value()
    }

    /// Another desk takes the place of the one there was.
    pub fn become_whole(self, whole: Rc<dyn Desk>) {
        let Some(before) = self.try_desk() else { return };
        if !Rc::ptr_eq(&before, &whole) {
            self.0.set_value(whole);
            // What was read of the one before is read again.
            before.refresh();
        }
    }

    /// Whether it is the demo.
    pub fn is_demo(self) -> bool {
        self.desk().is_demo()
    }

    /// The demo, if it is one and the whole app has come.
    pub fn demo(self) -> Option<DemoDesk> {
        self.desk().demo()
    }

    /// Counts up whenever something has changed, here or in another tab. What reads it is read
    /// again.
    pub fn version(self) -> ReadSignal<u32> {
        self.desk().version()
    }

    /// What a person should know about the keeping of data.
    pub fn alerts(self) -> Alerts {
        self.desk().alerts()
    }

    /// How it stands with the server, if there is one.
    pub fn link(self) -> Option<Link> {
        self.desk().link()
    }

    /// The changes that wait on this device, once they are known.
    pub fn waiting(self) -> Option<Rc<dyn Waiting>> {
        self.desk().waiting()
    }

    /// The same, for screens that know what a change is.
    pub fn outgoing(self) -> Option<Rc<Outgoing>> {
        self.waiting().map(Waiting::all)
    }

    /// Whether a change of a customer, or of one subscription of it, waits to be sent.
    pub fn waits(self, customer: &CustomerId, subscription: Option<&SubscriptionId>) -> bool {
        self.desk().waits(customer, subscription)
    }

    /// Reads everything on screen again, as when the network is back.
    pub fn refresh(self) {
        self.desk().refresh();
    }

    /// The settings, read anew whenever something changes.
    pub fn settings(self) -> Settings {
        self.desk().settings()
    }

    /// Changes the settings here and in the other tabs.
    pub fn set_settings(self, settings: Settings) {
        self.desk().set_settings(settings);
    }

    /// How people sign in; in the demo they choose a role.
    pub fn sign_in(self) -> SignIn {
        self.desk().sign_in()
    }

    /// Who asks, now.
    pub fn caller(self) -> Caller {
        self.desk().caller()
    }

    /// The day of the clock that decides, read anew whenever something changes.
    pub fn today(self) -> NaiveDate {
        self.version().track();
        self.caller().now.date_naive()
    }

    /// What is sold.
    pub fn catalogue(self) -> Arc<Catalogue> {
        self.desk().sold().0
    }

    /// What it costs.
    pub fn prices(self) -> Arc<PriceList> {
        self.desk().sold().1
    }

    /// Where the desk has gone nobody answers any more.
    fn answer(self, question: Question) -> Asked {
        match self.try_desk() {
            Some(desk) => Box::pin(async move {
                let answer = desk.answer(question).await;
                // Before that the screen had the network for itself.
                later::rest(self);
                answer
            }),
            None => Box::pin(async { Err(NotAnswered::Network.into()) }),
        }
    }

    /// A page of customers.
    pub async fn customers(self, query: CustomerQuery) -> Result<Page<Listed>, Failure> {
        match self.answer(Question::Customers(query)).await? {
            Reply::Customers(page) => Ok(page),
            reply => other(reply),
        }
    }

    /// How many customers there are.
    pub async fn customer_count(self) -> Result<u64, Failure> {
        match self.answer(Question::CustomerCount).await? {
            Reply::CustomerCount(count) => Ok(count),
            reply => other(reply),
        }
    }

    /// A customer with its subscriptions, as they stand now.
    pub async fn account(self, customer: CustomerId) -> Result<CustomerAccount, Failure> {
        match self.answer(Question::Account(customer)).await? {
            Reply::Account(account) => Ok(*account),
            reply => other(reply),
        }
    }

    /// A customer's log, newest first; of one subscription, if one is given.
    pub async fn history(
        self,
        customer: CustomerId,
        of: Option<SubscriptionId>,
    ) -> Result<Vec<Entry>, Failure> {
        match self.answer(Question::History(customer, of)).await? {
            Reply::Entries(lines) => Ok(lines),
            reply => other(reply),
        }
    }

    /// The activity log, newest first.
    pub async fn activity(self, query: LogQuery, most: u32) -> Result<Vec<Entry>, Failure> {
        match self.answer(Question::Activity(query, most)).await? {
            Reply::Entries(lines) => Ok(lines),
            reply => other(reply),
        }
    }

    /// Tells what a command would do.
    pub async fn preview(self, command: Command) -> Result<Answer, Failure> {
        Ok(self.ask(command, Ask::to_preview(new_request()?)).await?.answer)
    }

    /// Does what a person asks for. The request's name was made before the first try, so that
    /// asking again does nothing twice.
    pub async fn ask(self, command: Command, ask: Ask) -> Result<Told, Failure> {
        match self.answer(Question::Command(Box::new(command), ask)).await? {
            Reply::Answer(answer) => Ok(Told { answer, is_kept: false }),
            Reply::Kept(answer) => Ok(Told { answer, is_kept: true }),
            reply => other(reply),
        }
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
