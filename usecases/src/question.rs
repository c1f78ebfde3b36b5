//! Everything the screens ask, as one value, so that it can be asked of a server and answered by
//! the same functions there. A server is to the screens what the tab that writes is to the others:
//! it carries out the very [`Command`], and its answer and its failures are these very values.

use crate::log::{Entry, LogQuery};
use crate::{
    Answer, Ask, Caller, Command, CustomerQuery, CustomerRow, Failure, Page, Store, customers,
    subscriptions,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use subscription_rules::{
    CompanyName, Country, Customer, CustomerAccount, CustomerId, Domain, Partner, Qualifications,
    Relationship, Roles, SubscriptionId,
};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each is the function of the same name with its arguments")]
pub enum Question {
    Me,
    Customers(CustomerQuery),
    CustomerCount,
    Account(CustomerId),
    History(CustomerId, Option<SubscriptionId>),
    Activity(LogQuery, u32),
    Command(Box<Command>, Ask),
    Commands(Vec<(Command, Ask)>),
}

/// What is answered, each to the question of the same name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each is what the question of that name gets")]
pub enum Reply {
    Me(Me),
    Customers(Page<Listed>),
    CustomerCount(u64),
    Account(Box<CustomerAccount>),
    Entries(Vec<Entry>),
    Answer(Answer),
    Answers(Vec<Result<Answer, Failure>>),
    /// No server says this: what was decided by the screens and is kept to be sent.
    Kept(Answer),
}

/// What the first screen asks. They are the first of the [`Question`]s and the same records, so that
/// what comes before that screen need not know the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each is the question of the same name")]
pub enum FirstQuestion {
    Me,
    Customers(CustomerQuery),
    CustomerCount,
}

/// What is answered to them: the first of the [`Reply`]s, and the same records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each is the reply of the same name")]
pub enum FirstReply {
    Me(Me),
    Customers(Page<Listed>),
    CustomerCount(u64),
}

impl FirstQuestion {
    /// The word that the question of the same name has.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Me => ME,
            Self::Customers(_) => CUSTOMERS,
            Self::CustomerCount => COUNT,
        }
    }

    /// Answers it from a store.
    pub async fn answer<S: Store>(
        &self,
        store: &S,
        caller: &Caller,
    ) -> Result<FirstReply, Failure> {
        Ok(match self {
            Self::Me => FirstReply::Me(Me {
                user: caller.user.clone(),
                roles: caller.roles,
                partner: caller.partner.clone(),
                now: caller.now,
            }),
            Self::Customers(query) => {
                let Page { items, next } = customers::list(store, caller, query).await?;
                let items = items.into_iter().map(Listed::from).collect();
                FirstReply::Customers(Page { items, next })
            }
            Self::CustomerCount => {
                FirstReply::CustomerCount(customers::count(store, caller).await?)
            }
        })
    }
}

impl TryFrom<Question> for FirstQuestion {
    type Error = Question;

    /// The same question, if it is one of the first screen's.
    fn try_from(question: Question) -> Result<Self, Question> {
        match question {
            Question::Me => Ok(Self::Me),
            Question::Customers(query) => Ok(Self::Customers(query)),
            Question::CustomerCount => Ok(Self::CustomerCount),
            other => Err(other),
        }
    }
}

impl From<FirstReply> for Reply {
    fn from(reply: FirstReply) -> Self {
        match reply {
            FirstReply::Me(me) => Self::Me(me),
            FirstReply::Customers(page) => Self::Customers(page),
            FirstReply::CustomerCount(count) => Self::CustomerCount(count),
        }
    }
}

const ME: &str = "me";
const CUSTOMERS: &str = "customers";
const COUNT: &str = "count";

/// Who is signed in, and the moment there: what a screen needs to ask `rules` itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    /// The person's sign-in name.
    pub user: String,
    /// The roles that person acts in.
    pub roles: Roles,
    /// The partner that person works for.
    pub partner: Partner,
    /// The moment by the clock that decides, to the millisecond.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub now: DateTime<Utc>,
}

/// A customer as the list of the screens shows it: what the list does not show is read with the
/// account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "as in `Customer` and `CustomerRow`")]
pub struct Listed {
    pub id: CustomerId,
    pub company_name: CompanyName,
    pub domain: Domain,
    pub country: Country,
    pub qualifications: Qualifications,
    pub relationship: Relationship,
    pub active: u32,
    pub suspended: u32,
    #[serde(with = "days")]
    pub next_expiry: Option<NaiveDate>,
}

impl From<CustomerRow> for Listed {
    fn from(CustomerRow { customer, active, suspended, next_expiry }: CustomerRow) -> Self {
        let Customer { id, company_name, domain, country, qualifications, relationship, .. } =
            customer;
        Self {
            id,
            company_name,
            domain,
            country,
            qualifications,
            relationship,
            active,
            suspended,
            next_expiry,
        }
    }
}

/// A day as a number: reading dates as people write them is much code.
mod days {
    use chrono::{Datelike, NaiveDate};
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
    pub fn serialize<S: Serializer>(day: &Option<NaiveDate>, to: S) -> Result<S::Ok, S::Error> {
        day.map(|day| day.num_days_from_ce()).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NaiveDate>, D::Error> {
        let day = |days| {
            NaiveDate::from_num_days_from_ce_opt(days).ok_or_else(|| D::Error::custom("no day"))
        };
        Option::<i32>::deserialize(from)?.map(day).transpose()
    }
}

/// The most commands that one question has; what is beyond is not carried out and has no answer.
pub const MOST_COMMANDS: usize = 50;

/// The most log lines that one answer has.
const MOST_LINES: u32 = 5_000;

impl Question {
    /// A word for it, which stands in the address so that logs tell questions apart.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Me => ME,
            Self::Customers(_) => CUSTOMERS,
            Self::CustomerCount => COUNT,
            Self::Account(_) => "account",
            Self::History(..) => "history",
            Self::Activity(..) => "activity",
            Self::Command(_, Ask { validate_only: true, .. }) => "preview",
            Self::Command(..) => "command",
            Self::Commands(_) => "commands",
        }
    }

    /// Whether it changes something, if it is not refused.
    pub const fn writes(&self) -> bool {
        matches!(self, Self::Command(_, Ask { validate_only: false, .. }) | Self::Commands(_))
    }

    /// Answers it from a store.
    pub async fn answer<S: Store>(&self, store: &S, caller: &Caller) -> Result<Reply, Failure> {
        Ok(match self {
            Self::Me => FirstQuestion::Me.answer(store, caller).await?.into(),
            Self::Customers(query) => {
                FirstQuestion::Customers(query.clone()).answer(store, caller).await?.into()
            }
            Self::CustomerCount => FirstQuestion::CustomerCount.answer(store, caller).await?.into(),
            Self::Account(customer) => {
                let account = subscriptions::account(store, caller, customer).await?;
                Reply::Account(Box::new(account))
            }
            Self::History(customer, of) => {
                let of = of.as_ref();
                Reply::Entries(subscriptions::history(store, caller, customer, of).await?)
            }
            Self::Activity(query, most) => {
                let most = (*most).min(MOST_LINES) as usize;
                Reply::Entries(subscriptions::activity(store, caller, query, most).await?)
            }
            Self::Command(command, ask) => {
                Reply::Answer(command.carry_out(store, caller, ask).await?)
            }
            // Each for itself, in their order: what one comes to is no reason to leave the next.
            Self::Commands(commands) => {
                let mut answers = Vec::with_capacity(commands.len());
                for (command, ask) in commands.iter().take(MOST_COMMANDS) {
                    answers.push(command.carry_out(store, caller, ask).await);
                }
                Reply::Answers(answers)
            }
        })
    }
}

/// Why a server gave no answer of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NotAnswered {
    /// It was not reached: no network, or nobody listens.
    #[error("the server was not reached")]
    Network,
    /// It did not answer in time.
    #[error("the server did not answer in time")]
    TimedOut,
    /// The person is not signed in, or no more.
    #[error("not signed in")]
    SignedOut,
    /// It takes no more requests for now; try again after so many seconds.
    #[error("the server is busy")]
    Busy(u32),
    /// It is of another version than the screens.
    #[error("the server is of another version")]
    OtherVersion,
    /// Something else answered, such as the sign-in page of a network.
    #[error("something else than the server answered")]
    NotOurs,
    /// It was asked for so long ago that the server would not know any more whether it did it.
    #[error("the server would not know any more whether it was done")]
    Forgotten,
}

impl NotAnswered {
    /// Whether the request may have been carried out all the same, so that it is to be repeated
    /// under its own name.
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::SignedOut | Self::OtherVersion)
    }
}
