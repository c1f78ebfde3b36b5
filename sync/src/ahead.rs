//! An account as it will be once everything that waits has been sent: the use cases, run on what
//! was last seen of it.

use crate::entry::{Entry, State, Who};
use chrono::{DateTime, Utc};
use subscription_rules::{CustomerAccount, CustomerId, Part, Subscription, SubscriptionId};
use subscription_usecases::orders::Placed;
use subscription_usecases::{
    Answer, Ask, Caller, Command, Failure, MemoryStore, RequestId, SavedAccount, Store, orders,
    subscriptions,
};

/// What was decided here.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// What is to be kept, one entry for each order.
    pub entries: Vec<Entry>,
    /// What the server will answer, if nothing has changed there.
    pub answer: Answer,
}

/// A customer ahead of the server: with all that waits done to it. One more change costs no more
/// than itself, however many wait.
#[derive(Debug)]
pub struct Ahead<S = MemoryStore> {
    store: S,
    customer: CustomerId,
}

/// An account that was seen, as a store takes it in.
pub fn as_saved(seen: &CustomerAccount, caller: &Caller) -> SavedAccount {
    SavedAccount {
        partner: caller.partner.id.clone(),
        revision: 1,
        account: seen.clone(),
        orders: Vec::new(),
        entries: Vec::new(),
        recorded: Vec::new(),
    }
}

impl Ahead {
    /// Of what was seen at a moment, with what waits and what was applied since.
    pub async fn of<'a>(
        (seen, at): (&CustomerAccount, DateTime<Utc>),
        entries: impl IntoIterator<Item = &'a Entry>,
        caller: &Caller,
    ) -> Self {
        let store = MemoryStore::over([]);
        store.restore(as_saved(seen, caller));
        Self::over(store, (seen, at), entries, caller).await
    }
}

impl<S: Store> Ahead<S> {
    /// The same on a store of the caller's own kind that holds what was seen ([`as_saved`]) and
    /// nothing else: a program that has the use cases on one kind of store need not have them twice.
    pub async fn over<'a>(
        store: S,
        (seen, at): (&CustomerAccount, DateTime<Utc>),
        entries: impl IntoIterator<Item = &'a Entry>,
        caller: &Caller,
    ) -> Self {
        let customer = seen.customer().id.clone();
        for entry in entries {
            let counts = match entry.state {
                State::Waiting { .. } => true,
                State::Applied { at: applied, .. } => applied >= at,
                State::NeedsYou { .. } | State::Refused { .. } => false,
            };
            if !counts || entry.customer() != Some(&customer) || is_done(seen, entry) {
                continue;
            }
            let ask = Ask { revision: None, ..entry.ask.clone() };
            // What cannot be done any more is shown as it is there; the server will say why.
            let _done = entry.command.carry_out(&store, caller, &ask).await;
        }
        Self { store, customer }
    }

    /// The account as it will be, with what time has brought since it was seen.
    pub async fn account(&self, caller: &Caller) -> Result<CustomerAccount, Failure> {
        subscriptions::account(&self.store, caller, &self.customer).await
    }

    /// What a command would do.
    pub async fn preview(
        &self,
        command: &Command,
        ask: &Ask,
        caller: &Caller,
    ) -> Result<Answer, Failure> {
        let ask = Ask { validate_only: true, ..ask.clone() };
        command.carry_out(&self.store, caller, &ask).await
    }

    /// Decides a change, and is ahead by it from then on. Refused here, it is not kept: the server
    /// would refuse it too. Where what was decided cannot be kept on the device, this is ahead by
    /// too much and is to be made anew.
    pub async fn decide(
        &self,
        command: Command,
        ask: Ask,
        caller: &Caller,
    ) -> Result<Decided, Failure> {
        let account = self.account(caller).await?;
        let name = account.customer().company_name.as_str().to_owned();
        let base = command.subscription().and_then(|id| account.get(id));
        let (mut entries, mut placed, mut done) = (Vec::new(), Vec::new(), None);
        for Piece { command, request, lines } in pieces(caller, command, ask.request)? {
            // The revision that the person saw; where the screen did not say, what is here.
            let revision = ask.revision.or_else(|| base.map(|base| base.revision));
            let ask = Ask { revision, ..Ask::to_do(request) };
            let answer = command.carry_out(&self.store, caller, &ask).await?;
            entries.push(entry(command, ask, made(&answer)?, base, (caller, &name)));
            match answer {
                Answer::Done(one) => done = Some(one),
                // It is one order, and its lines are these of the submit.
                Answer::Placed(parts) => {
                    placed.extend(
                        parts.into_iter().map(|part| Placed { lines: lines.clone(), ..part }),
                    );
                }
            }
        }
        Ok(Decided { entries, answer: done.map_or(Answer::Placed(placed), Answer::Done) })
    }
}

/// What the server has done at a moment of this device's clock, as an entry: until the account is
/// read again, what is decided here is decided on it. None where a part of it was refused.
pub fn applied(
    (command, ask, answer): (Command, Ask, Answer),
    caller: &Caller,
    at: DateTime<Utc>,
) -> Option<Entry> {
    let entry = entry(command, ask, made(&answer).ok()?, None, (caller, ""));
    Some(Entry { state: State::Applied { at, answer }, ..entry })
}

/// What becomes one entry.
struct Piece {
    command: Command,
    request: RequestId,
    /// The lines it has of the submit.
    lines: Vec<usize>,
}

/// A submit is one entry for each order it becomes, so that each has its own fate; under the names
/// that the server gives to the orders of a whole submit, so that one that has arrived there after
/// all is not done twice.
fn pieces(caller: &Caller, command: Command, request: RequestId) -> Result<Vec<Piece>, Failure> {
    let Command::Place { customer, cycle, lines } = command else {
        return Ok(vec![Piece { command, request, lines: Vec::new() }]);
    };
    let parts = orders::parts(caller, &lines)?;
    let names = orders::names(&request, parts.len());
    let piece = |(part, request): (Part, RequestId)| {
        let picked = part.lines.iter().filter_map(|at| lines.get(*at).cloned()).collect();
        let command = Command::Place { customer: customer.clone(), cycle, lines: picked };
        Piece { command, request, lines: part.lines }
    };
    Ok(parts.into_iter().zip(names).map(piece).collect())
}

/// The subscriptions that were made or changed; a part that was refused refuses the whole.
fn made(answer: &Answer) -> Result<Vec<SubscriptionId>, Failure> {
    let mut made = Vec::new();
    match answer {
        Answer::Done(done) => made.extend(done.subscriptions.iter().cloned()),
        Answer::Placed(parts) => {
            for part in parts {
                let done = part.outcome.as_ref().map_err(Clone::clone)?;
                made.extend(done.subscriptions.iter().cloned());
            }
        }
    }
    Ok(made)
}

fn entry(
    command: Command,
    ask: Ask,
    made: Vec<SubscriptionId>,
    base: Option<&Subscription>,
    (caller, customer_name): (&Caller, &str),
) -> Entry {
    let mut touches: Vec<SubscriptionId> = command.subscription().cloned().into_iter().collect();
    for id in made {
        if !touches.contains(&id) {
            touches.push(id);
        }
    }
    Entry {
        number: 0,
        customer_name: customer_name.to_owned(),
        who: Who { user: caller.user.clone(), partner: caller.partner.id.clone() },
        at: caller.now,
        command,
        ask,
        touches,
        base: base.cloned().map(Box::new),
        state: State::Waiting { tries: 0, not_before: None },
    }
}

/// Whether what was seen has it already: the server did it and its answer was lost.
fn is_done(seen: &CustomerAccount, entry: &Entry) -> bool {
    let own = entry.command.subscription();
    match &entry.command {
        Command::Place { .. } | Command::BuyAddOn { .. } => {
            let mut made = entry.touches.iter().filter(|id| Some(*id) != own);
            made.any(|id| seen.get(id).is_some())
        }
        _ => {
            let held = own.and_then(|id| seen.get(id));
            held.zip(entry.ask.revision).is_some_and(|(held, revision)| held.revision > revision)
        }
    }
}
