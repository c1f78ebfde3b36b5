//! What a panel asks: a server with a token of the page's own sign-in, or made-up customers in this
//! page's memory; and around either the page, which may hold a submission back and hears what was
//! done.

use super::host::Host;
use super::shared::Shared;
use super::told::{Submission, Wrong};
use crate::backend::{Asked, Desk, asked, real_now};
use crate::texts::T;
use crate::view::prelude::*;
use chrono::TimeDelta;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use subscription_rules::{Refusal, Role};
use subscription_usecases::{Caller, Failure, Me, NotAnswered, Question, Reply, Sold};

/// The customers in memory. Nothing of them is kept in the page's storage, which is not ours.
pub struct MemoryDesk(pub Shared);

impl Desk for MemoryDesk {
    fn version(&self) -> ReadSignal<u32> {
        self.0.version()
    }

    fn caller(&self) -> Caller {
        let user = "alex@demo-partner.example".into();
        let partner = self.0.memory().partner.clone();
        Caller::at(real_now(), user, Role::AdminAgent.into(), partner, self.sold())
    }

    fn sold(&self) -> Sold {
        self.0.sold()
    }

    fn answer(&self, question: Question) -> Asked {
        let (shared, caller) = (self.0.clone(), self.caller());
        Box::pin(async move {
            let answer = question.answer(&shared.memory().store, &caller).await;
            if question.writes() {
                shared.changed();
            }
            answer
        })
    }
}

/// A server, asked with a token of the page's.
#[derive(Clone)]
pub struct RemoteDesk {
    shared: Shared,
    remote: Rc<Remote>,
    me: Me,
    /// How far the server's clock is ahead of this machine's.
    ahead: TimeDelta,
}

/// How a server is asked.
struct Remote {
    base: String,
    host: Host,
    /// In memory only, and gone with the panel.
    token: RefCell<Option<String>>,
}

impl Remote {
    /// Asks with the token at hand, and once more with a fresh one if that is not taken.
    async fn asked(&self, question: &Question) -> Result<Reply, Failure> {
        let held = self.token.borrow().clone();
        let had_one = held.is_some();
        let token = match held {
            Some(token) => Some(token),
            None => self.fresh(false).await,
        };
        let answer = asked(&self.base, token.as_deref().map(bearer), question).await;
        let out = matches!(answer, Err(Failure::NotAnswered(NotAnswered::SignedOut)));
        if !out || (token.is_none() && !had_one) {
            return answer;
        }
        let token = self.fresh(true).await;
        asked(&self.base, token.as_deref().map(bearer), question).await
    }

    async fn fresh(&self, refresh: bool) -> Option<String> {
        let token = self.host.token_for(refresh).await;
        self.token.replace(token.clone());
        token
    }
}

fn bearer(token: &str) -> String {
    ["Bearer ", token].concat()
}

impl RemoteDesk {
    /// Asks the server who one is there.
    pub async fn open(shared: Shared, base: String, host: Host) -> Result<Self, Failure> {
        let remote = Remote { base, host, token: RefCell::default() };
        let Reply::Me(me) = remote.asked(&Question::Me).await? else {
            return Err(NotAnswered::NotOurs.into());
        };
        let ahead = me.now - real_now();
        Ok(Self { shared, remote: Rc::new(remote), me, ahead })
    }
}

impl Desk for RemoteDesk {
    fn version(&self) -> ReadSignal<u32> {
        self.shared.version()
    }

    fn caller(&self) -> Caller {
        let Me { user, roles, partner, .. } = self.me.clone();
        Caller::at(real_now() + self.ahead, user, roles, partner, self.sold())
    }

    fn sold(&self) -> Sold {
        self.shared.sold()
    }

    fn answer(&self, question: Question) -> Asked {
        let desk = self.clone();
        Box::pin(async move {
            let answer = desk.remote.asked(&question).await;
            if question.writes() {
                desk.shared.changed();
            }
            answer
        })
    }
}

/// A desk with the page around it.
pub struct HostedDesk {
    /// What answers.
    pub inner: Rc<dyn Desk>,
    /// The page.
    pub host: Host,
    /// Whether nothing may be changed here.
    pub is_readonly: Rc<Cell<bool>>,
    /// The language of the person, for a page that holds back without a word.
    pub texts: RwSignal<T>,
}

impl Desk for HostedDesk {
    fn version(&self) -> ReadSignal<u32> {
        self.inner.version()
    }

    fn caller(&self) -> Caller {
        let caller = self.inner.caller();
        let roles = if self.is_readonly.get() { caller.roles.only_to_look() } else { caller.roles };
        Caller { roles, ..caller }
    }

    fn sold(&self) -> Sold {
        self.inner.sold()
    }

    fn answer(&self, question: Question) -> Asked {
        let submission = match &question {
            Question::Command(command, ask) if !ask.validate_only => {
                if self.is_readonly.get() {
                    return Box::pin(async { Err(Refusal::ViewOnly.into()) });
                }
                Submission::of(command, ask)
            }
            _ => None,
        };
        let (inner, host, texts) = (Rc::clone(&self.inner), self.host.clone(), self.texts);
        let is_readonly = Rc::clone(&self.is_readonly);
        Box::pin(async move {
            let answer = match &submission {
                Some(submission) => match host.lets_pass(submission).await {
                    Ok(()) if is_readonly.get() => Err(Refusal::ViewOnly.into()),
                    Ok(()) => inner.answer(question).await,
                    Err(why) if why.is_empty() => {
                        let own = texts.try_get_untracked().map(|t| t.held_back().to_owned());
                        Err(Failure::HeldBack(own.unwrap_or_default()))
                    }
                    Err(why) => Err(Failure::HeldBack(why)),
                },
                None => inner.answer(question).await,
            };
            match &answer {
                Ok(Reply::Answer(answer)) => {
                    let event = submission.as_ref().map(Submission::event);
                    let done = submission.and_then(|submission| submission.done(answer));
                    if let (Some(event), Some(done)) = (event, done) {
                        host.hears(event, &done);
                    }
                }
                Ok(_) => {}
                // A rule that refuses a question only says what the screen shows anyway.
                Err(Failure::Refused(_)) if submission.is_none() => {}
                Err(why) => host.hears("desk-error", &Wrong::of(why)),
            }
            answer
        })
    }
}
