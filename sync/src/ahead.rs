//! An account as it will be once everything that waits has been sent: the use cases, run on what
//! was last seen of it.

use crate::entry::{Entry, State, Who};
use subscription_rules::{CustomerAccount, CustomerId, Part, Subscription, SubscriptionId};
use subscription_usecases::{
    Answer, Ask, Caller, Command, Failure, MemoryStore, RequestId, SavedAccount, Store, orders,
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
pub struct Ahead {
    store: MemoryStore,
    customer: CustomerId,
}

impl Ahead {
    /// Of what was last seen, with what waits.
    pub async fn of<'a>(
        seen: &CustomerAccount,
        entries: impl IntoIterator<Item = &'a Entry>,
        caller: &Caller,
    ) -> Self {
        let store = MemoryStore::over([]);
        let customer = seen.customer().id.clone();
        store.restore(SavedAccount {
            partner: caller.partner.id.clone(),
            revision: 1,
            account: seen.clone(),
            orders: Vec::new(),
            entries: Vec::new(),
            recorded: Vec::new(),
        });
        for entry in entries {
            let waits = matches!(entry.state, State::Waiting { .. });
            if !waits || entry.customer() != Some(&customer) || is_done(seen, entry) {
                continue;
            }
            let ask = Ask { revision: None, ..entry.ask.clone() };
            // What cannot be done any more is shown as it is there; the server will say why.
            let _done = entry.command.carry_out(&store, caller, &ask).await;
        }
        Self { store, customer }
    }

    /// The account as it will be.
    pub async fn account(&self, caller: &Caller) -> Result<CustomerAccount, Failure> {
        let kept = self.store.account(&caller.partner.id, &self.customer).await?;
        Ok(kept.ok_or(subscription_rules::Refusal::CustomerNotFound)?.value)
    }

    /// Decides a change, and is ahead by it from then on. Refused here, it is not kept: the server
    /// would refuse it too. Where what was decided cannot be kept on the device, this is ahead by
    /// too much and is to be made anew.
    pub async fn decide(
        &self,
        (command, request): (Command, RequestId),
        caller: &Caller,
        number: u64,
    ) -> Result<Decided, Failure> {
        let base = match command.subscription() {
            Some(id) => self.account(caller).await?.get(id).cloned(),
            None => None,
        };
        let mut entries = Vec::new();
        let (mut placed, mut done) = (Vec::new(), None);
        for ((command, request), number) in
            parts(caller, command, request)?.into_iter().zip(number..)
        {
            let revision = base.as_ref().map(|base| base.revision);
            let ask = Ask { revision, ..Ask::to_do(request) };
            let answer = command.carry_out(&self.store, caller, &ask).await?;
            entries.push(entry(number, command, ask, made(&answer)?, base.as_ref(), caller));
            match answer {
                Answer::Done(one) => done = Some(one),
                Answer::Placed(parts) => placed.extend(parts),
            }
        }
        Ok(Decided { entries, answer: done.map_or(Answer::Placed(placed), Answer::Done) })
    }
}

/// A submit is one entry for each order it becomes, so that each has its own fate.
fn parts(
    caller: &Caller,
    command: Command,
    request: RequestId,
) -> Result<Vec<(Command, RequestId)>, Failure> {
    let Command::Place { customer, cycle, lines } = command else {
        return Ok(vec![(command, request)]);
    };
    let of = |(place, part): (usize, Part)| {
        let lines = part.lines.iter().filter_map(|at| lines.get(*at).cloned()).collect();
        (Command::Place { customer: customer.clone(), cycle, lines }, request.part(place))
    };
    Ok(orders::parts(caller, &lines)?.into_iter().enumerate().map(of).collect())
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
    number: u64,
    command: Command,
    ask: Ask,
    made: Vec<SubscriptionId>,
    base: Option<&Subscription>,
    caller: &Caller,
) -> Entry {
    let mut touches: Vec<SubscriptionId> = command.subscription().cloned().into_iter().collect();
    for id in made {
        if !touches.contains(&id) {
            touches.push(id);
        }
    }
    Entry {
        number,
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
