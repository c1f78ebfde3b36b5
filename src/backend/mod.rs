//! What the screens ask: the use cases, wherever they run. In this browser, as a demo on
//! `localStorage`, or on the server that the page came from.

mod config;
mod demo;
pub mod files;
mod server;
pub mod settings;
pub mod shelf;
mod tabs;

pub use config::{Config, SignIn};
pub use demo::DemoDesk;
pub use server::{ServerDesk, sign_out};

use crate::view::prelude::*;
use chrono::{DateTime, Utc};
use settings::Settings;
use std::sync::Arc;
use subscription_rules::{Catalogue, CustomerAccount, CustomerId, PriceList, SubscriptionId};
use subscription_usecases::log::{Entry, LogQuery};
use subscription_usecases::{
    Answer, Ask, Caller, Command, CustomerQuery, CustomerRow, Failure, NotAnswered, Page, Question,
    Reply, RequestId, StoreError,
};

/// The backend of the screens. Copied freely: it is a handle.
#[derive(Clone, Copy)]
pub enum Backend {
    /// The demo in this browser.
    Demo(DemoDesk),
    /// The server.
    Server(ServerDesk),
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

/// An answer to another question than was asked is no answer of ours.
fn other<T>(_: Reply) -> Result<T, Failure> {
    Err(NotAnswered::NotOurs.into())
}

impl Backend {
    /// Opens what the configuration names.
    pub async fn open(
        config: Config,
        catalogue: Catalogue,
        prices: PriceList,
    ) -> Result<Self, Failure> {
        match config {
            Config::Demo => Ok(Self::Demo(DemoDesk::open(catalogue, prices).await)),
            Config::Server(sign_in) => {
                Ok(Self::Server(ServerDesk::open(sign_in, catalogue, prices).await?))
            }
        }
    }

    /// The demo, if it is one.
    pub const fn demo(self) -> Option<DemoDesk> {
        match self {
            Self::Demo(desk) => Some(desk),
            Self::Server(_) => None,
        }
    }

    /// Counts up whenever something has changed, here or in another tab. What reads it is read
    /// again.
    pub fn version(self) -> ReadSignal<u32> {
        match self {
            Self::Demo(desk) => desk.version(),
            Self::Server(desk) => desk.version(),
        }
    }

    /// What a person should know about the keeping of data; the server keeps it for us.
    pub fn alerts(self) -> Alerts {
        self.demo().map(|desk| desk.alerts().get()).unwrap_or_default()
    }

    /// The settings, read anew whenever something changes.
    pub fn settings(self) -> Settings {
        match self {
            Self::Demo(desk) => desk.settings(),
            Self::Server(desk) => desk.settings(),
        }
    }

    /// Changes the settings here and in the other tabs.
    pub fn set_settings(self, settings: Settings) {
        match self {
            Self::Demo(desk) => desk.set_settings(settings),
            Self::Server(desk) => desk.set_settings(settings),
        }
    }

    /// How people sign in; in the demo they choose a role.
    pub fn sign_in(self) -> SignIn {
        match self {
            Self::Demo(_) => SignIn::Role,
            Self::Server(desk) => desk.sign_in(),
        }
    }

    /// Who asks, now.
    pub fn caller(self) -> Caller {
        match self {
            Self::Demo(desk) => desk.caller(),
            Self::Server(desk) => desk.caller(),
        }
    }

    /// What is sold.
    pub fn catalogue(self) -> Arc<Catalogue> {
        match self {
            Self::Demo(desk) => desk.catalogue(),
            Self::Server(desk) => desk.catalogue(),
        }
    }

    /// What it costs.
    pub fn prices(self) -> Arc<PriceList> {
        match self {
            Self::Demo(desk) => desk.prices(),
            Self::Server(desk) => desk.prices(),
        }
    }

    async fn answer(self, question: Question) -> Result<Reply, Failure> {
        match self {
            Self::Demo(desk) => desk.answer(question).await,
            Self::Server(desk) => desk.answer(question).await,
        }
    }

    /// A page of customers.
    pub async fn customers(self, query: CustomerQuery) -> Result<Page<CustomerRow>, Failure> {
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
        self.ask(command, Ask::to_preview(new_request()?)).await
    }

    /// Does what a person asks for. The request's name was made before the first try, so that
    /// asking again does nothing twice.
    pub async fn ask(self, command: Command, ask: Ask) -> Result<Answer, Failure> {
        match self.answer(Question::Command(Box::new(command), ask)).await? {
            Reply::Answer(answer) => Ok(answer),
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
