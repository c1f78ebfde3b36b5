//! What the first screen does without: accounts and their history, and what is done to them. While
//! the server is not reached, changes are decided here and kept to be sent.

use super::ahead::Ahead;
use super::http::{self, Asking};
use super::outgoing::{Outgoing, Token, Told, Waiting, turn};
use super::seen::Said;
use super::{ServerDesk, is_away};
use crate::backend::{Asked, Desk, real_now, sold};
use crate::later::Later;
use crate::view::prelude::*;
use crate::wait::spawn_local;
use chrono::{DateTime, Utc};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use subscription_rules::{CustomerAccount, CustomerId, Permission};
use subscription_sync::{Decided, Entry, NotKept, Who, applied};
use subscription_usecases::{
    Ask, Command, CustomerRow, Failure, Listed, NotAnswered, Page, Question, Reply, StoreError,
};

/// What the desk has beside the first screen's answers, before it knows what that is.
pub trait Rest {
    /// Answers a question other than the first screen's.
    fn answer(self: Rc<Self>, question: Question) -> Asked;
    /// Customers as they will be once what waits has been sent.
    fn ahead(self: Rc<Self>, page: Page<Listed>) -> Later<Result<Page<Listed>, Failure>>;
    /// The changes that wait; none where the browser keeps nothing.
    fn waiting(&self) -> Option<Rc<dyn Waiting>>;
}

/// An account, and when it was as it is here.
type SeenAccount = (Box<CustomerAccount>, DateTime<Utc>);

/// The accounts that one person works on.
pub struct Accounts {
    desk: ServerDesk,
    /// None where the browser keeps nothing.
    outgoing: Option<Rc<Outgoing>>,
    /// The account that was read last: most is done to the one that a person looks at.
    shown: RefCell<Option<SeenAccount>>,
    /// What the server has done since accounts were read.
    done: RefCell<Vec<Entry>>,
}

impl Accounts {
    /// Those of whoever is signed in now.
    pub async fn open(desk: ServerDesk) -> Result<Rc<dyn Rest>, Failure> {
        let server = desk.inner();
        if server.sold.borrow().0.offers().is_empty() {
            let (catalogue, prices) = sold::ask().await.map_err(|_| NotAnswered::Network)?;
            server.sold.replace((Arc::new(catalogue), Arc::new(prices)));
        }
        let who = {
            let me = server.me.borrow();
            Who { user: me.user.clone(), partner: me.partner.id.clone() }
        };
        let token: Token = Rc::new(move || server.token());
        let told = Told {
            moved: Box::new(move || desk.moved()),
            applied: Box::new(move || desk.changed()),
            lost: Box::new(move || desk.look()),
            heard: Rc::new(move |why| desk.heard(why.is_some_and(is_away))),
        };
        let follows = desk.caller().context().may(Permission::ViewSubscriptions).is_ok();
        let outgoing = Outgoing::open(who, token, told, follows).await;
        desk.link.update(|link| link.keeps = outgoing.is_some());
        Ok(Rc::new(Self { desk, outgoing, shown: RefCell::default(), done: RefCell::default() }))
    }

    fn about(&self, customer: &CustomerId) -> Vec<Entry> {
        self.outgoing.as_ref().map_or_else(Vec::new, |outgoing| outgoing.about(customer))
    }

    fn waits(&self, customer: &CustomerId) -> bool {
        self.outgoing.as_ref().is_some_and(|outgoing| outgoing.waits(customer, None))
    }

    /// What the server says to a question, or what was seen of it.
    async fn said(&self, question: &Question) -> Result<(Reply, Option<DateTime<Utc>>), Failure> {
        let asking = Asking::of(question);
        match self.desk.said(&asking).await {
            Ok(said) => {
                let reply = http::reply(&said.text)?;
                self.desk.took(&asking, &said);
                Ok((reply, said.at))
            }
            // A subscription's history is a part of its customer's.
            Err(why)
                if is_away(why)
                    && let Question::History(customer, Some(of)) = question =>
            {
                let whole = Asking::of(&Question::History(customer.clone(), None));
                let Some((said, Reply::Entries(mut lines))) = self.seen(&whole).await else {
                    return Err(why.into());
                };
                self.desk.took(&whole, &said);
                lines.retain(|line| line.fact.subscription.as_ref() == Some(of));
                Ok((Reply::Entries(lines), said.at))
            }
            Err(why) => Err(why.into()),
        }
    }

    /// What was seen.
    async fn seen(&self, asking: &Asking) -> Option<(Said, Reply)> {
        let said = self.desk.inner().seen.answer(&asking.record).await?;
        let reply = http::reply(&said.text).ok()?;
        Some((said, reply))
    }

    /// What is read; of a customer with changes that wait, what it will be.
    async fn read(&self, question: Question) -> Result<Reply, Failure> {
        let (server, began) = (self.desk.inner(), real_now());
        let (account, at) = match self.said(&question).await? {
            (Reply::Account(account), at) => (account, at),
            (reply, _) => return Ok(reply),
        };
        if at.is_none() {
            let (of, began) = (&account.customer().id, began + server.ahead.get());
            let is_in = |done: &Entry| done.customer() == Some(of) && done.at <= began;
            self.done.borrow_mut().retain(|done| !is_in(done));
        }
        self.shown.replace(Some((account.clone(), at.unwrap_or(began))));
        // The server has just said how it stands, and nothing is to come to it.
        if at.is_none() && self.about(&account.customer().id).is_empty() {
            return Ok(Reply::Account(account));
        }
        let account = self.ahead_of((account, at.unwrap_or(began))).account().await?;
        Ok(Reply::Account(Box::new(account)))
    }

    /// An account that was seen, with what is about it here.
    fn ahead_of(&self, (seen, at): SeenAccount) -> Ahead {
        let customer = &seen.customer().id;
        let mut changes = self.about(customer);
        let done = self.done.borrow();
        changes.extend(done.iter().filter(|done| done.customer() == Some(customer)).cloned());
        Ahead { at, changes, caller: self.desk.caller(), seen }
    }

    /// An account as it was last seen.
    async fn account(&self, customer: &CustomerId) -> Option<SeenAccount> {
        let is_it = |shown: &SeenAccount| shown.0.customer().id == *customer;
        if self.shown.borrow().as_ref().is_some_and(is_it) {
            return self.shown.borrow().clone();
        }
        match self.seen(&Asking::of(&Question::Account(customer.clone()))).await? {
            (said, Reply::Account(account)) => Some((account, said.at?)),
            _ => None,
        }
    }

    /// What is needed to decide here about a customer: where it is kept, and what was last seen.
    async fn ground(&self, customer: Option<&CustomerId>) -> Option<(Rc<Outgoing>, SeenAccount)> {
        let outgoing = self.outgoing.clone()?;
        Some((outgoing, self.account(customer?).await?))
    }

    /// What is asked for, or would be. Behind what waits of the same customer, and without the
    /// server, it is decided here and kept: the server will be asked under the same name. A server
    /// that was not reached last is not waited for.
    async fn command(&self, command: Command, ask: Ask) -> Result<Reply, Failure> {
        let customer = command.customer().cloned();
        let waits = customer.as_ref().is_some_and(|of| self.waits(of));
        let is_away = self.desk.link.get_untracked().is_away;
        let mut why = NotAnswered::Network;
        let mut ground = None;
        if waits || is_away {
            ground = self.ground(customer.as_ref()).await;
        }
        if !waits && ground.is_none() {
            let question = Question::Command(Box::new(command.clone()), ask.clone());
            match self.desk.asked(&Asking::of(&question)).await {
                Ok(text) => {
                    let reply = http::reply(&text)?;
                    if let (Reply::Answer(answer), false) = (&reply, ask.validate_only) {
                        let done = (command, ask, answer.clone());
                        let done = applied(done, &self.desk.caller(), real_now());
                        self.done.borrow_mut().extend(done);
                    }
                    return Ok(reply);
                }
                Err(unanswered) => why = unanswered,
            }
            ground = self.ground(customer.as_ref()).await;
        }
        let Some((outgoing, account)) = ground else { return Err(why.into()) };
        let ahead = self.ahead_of(account);
        if ask.validate_only {
            return ahead.preview(command, ask).await.map(Reply::Answer);
        }
        let Decided { mut entries, answer } = ahead.decide(command, ask).await?;
        // By the clock of this device, as all that becomes of them: it may be wrong, but it is one.
        let now = real_now();
        for entry in &mut entries {
            entry.at = now;
        }
        outgoing.add(entries).await.map_err(not_kept)?;
        if is_away {
            self.desk.look();
        }
        Ok(Reply::Kept(answer))
    }
}

/// Nothing was done, and nothing will be.
fn not_kept(why: NotKept) -> Failure {
    StoreError::Unavailable(why.to_string()).into()
}

impl Rest for Accounts {
    fn answer(self: Rc<Self>, question: Question) -> Asked {
        Box::pin(async move {
            let (desk, writes) = (self.desk, question.writes());
            let answer = match question {
                Question::Command(command, ask) => self.command(*command, ask).await,
                question => self.read(question).await,
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

    fn ahead(self: Rc<Self>, mut page: Page<Listed>) -> Later<Result<Page<Listed>, Failure>> {
        Box::pin(async move {
            for row in &mut page.items {
                if self.waits(&row.id)
                    && let Some(seen) = self.account(&row.id).await
                {
                    let account = self.ahead_of(seen).account().await?;
                    let caller = self.desk.caller();
                    *row = CustomerRow::of(&account, caller.now, &caller.policy).into();
                }
            }
            Ok(page)
        })
    }

    fn waiting(&self) -> Option<Rc<dyn Waiting>> {
        self.outgoing.clone().map(|outgoing| outgoing as Rc<dyn Waiting>)
    }
}
