//! An account as it will be once everything that waits has been sent: the use cases, run on what
//! was last seen of it.

use crate::entry::{Entry, State, Who};
use subscription_rules::{CustomerAccount, Subscription, SubscriptionId};
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

/// The account as it will be.
pub async fn will_be<'a>(
    seen: &CustomerAccount,
    entries: impl IntoIterator<Item = &'a Entry>,
    caller: &Caller,
) -> CustomerAccount {
    let store = over(seen, entries, caller).await;
    let customer = &seen.customer().id;
    let kept = store.account(&caller.partner.id, customer).await.ok().flatten();
    kept.map_or_else(|| seen.clone(), |kept| kept.value)
}

/// A store with the account and with all that waits done to it.
async fn over<'a>(
    seen: &CustomerAccount,
    entries: impl IntoIterator<Item = &'a Entry>,
    caller: &Caller,
) -> MemoryStore {
    let store = MemoryStore::over([]);
    store.restore(SavedAccount {
        partner: caller.partner.id.clone(),
        revision: 1,
        account: seen.clone(),
        orders: Vec::new(),
        entries: Vec::new(),
        recorded: Vec::new(),
    });
    let customer = &seen.customer().id;
    for entry in entries {
        let is_open = matches!(entry.state, State::Waiting { .. });
        if !is_open || entry.customer() != Some(customer) || is_done(seen, entry) {
            continue;
        }
        let ask = Ask { revision: None, ..entry.ask.clone() };
        // What cannot be done any more is shown as it is there; the server will say why.
        let _done = entry.command.carry_out(&store, caller, &ask).await;
    }
    store
}

/// Whether what was seen has it already: the server did it and its answer was lost.
fn is_done(seen: &CustomerAccount, entry: &Entry) -> bool {
    match &entry.command {
        Command::Place { .. } | Command::BuyAddOn { .. } => {
            let made = entry.touches.iter().filter(|id| Some(*id) != subscription(&entry.command));
            made.into_iter().any(|id| seen.get(id).is_some())
        }
        command => {
            let held = subscription(command).and_then(|id| seen.get(id));
            held.zip(entry.ask.revision).is_some_and(|(held, revision)| held.revision > revision)
        }
    }
}

/// The subscription that a command changes.
fn subscription(command: &Command) -> Option<&SubscriptionId> {
    match command {
        Command::AddCustomer { .. }
        | Command::SetQualifications { .. }
        | Command::RemoveRelationship { .. }
        | Command::Place { .. } => None,
        Command::BuyAddOn { subscription, .. }
        | Command::ChangeQuantity { subscription, .. }
        | Command::Rename { subscription, .. }
        | Command::Suspend { subscription, .. }
        | Command::Reactivate { subscription, .. }
        | Command::Cancel { subscription, .. }
        | Command::Convert { subscription, .. } => Some(subscription),
    }
}

/// Decides a change on what was last seen and on what waits already. Refused here, it is not kept:
/// the server would refuse it too.
pub async fn decide<'a>(
    seen: &CustomerAccount,
    waiting: impl IntoIterator<Item = &'a Entry>,
    (command, request): (Command, RequestId),
    caller: &Caller,
    number: u64,
) -> Result<Decided, Failure> {
    let store = over(seen, waiting, caller).await;
    let customer = &seen.customer().id;
    let now = store.account(&caller.partner.id, customer).await?;
    let base: Option<Subscription> =
        subscription(&command).and_then(|id| now.as_ref()?.value.get(id).cloned());
    let revision = base.as_ref().map(|base| base.revision);
    let who = Who { user: caller.user.clone(), partner: caller.partner.id.clone() };
    // A submit is one entry for each order it becomes, so that each has its own fate.
    let parts: Vec<(Command, RequestId)> = match command {
        Command::Place { customer, cycle, lines } => {
            let parts = orders::parts(caller, &lines)?;
            let of = |(place, part): (usize, subscription_rules::Part)| {
                let lines = part.lines.iter().filter_map(|at| lines.get(*at).cloned()).collect();
                (Command::Place { customer: customer.clone(), cycle, lines }, request.part(place))
            };
            parts.into_iter().enumerate().map(of).collect()
        }
        command => vec![(command, request)],
    };
    let mut entries = Vec::with_capacity(parts.len());
    let mut placed = Vec::new();
    let mut done = None;
    for ((command, request), number) in parts.into_iter().zip(number..) {
        let ask = Ask { revision, ..Ask::to_do(request) };
        let answer = command.carry_out(&store, caller, &ask).await?;
        let mut touches: Vec<SubscriptionId> =
            subscription(&command).cloned().into_iter().collect();
        let made = match &answer {
            Answer::Done(done) => done.subscriptions.clone(),
            Answer::Placed(parts) => {
                if let Some(why) = parts.iter().find_map(|part| part.outcome.as_ref().err()) {
                    return Err(why.clone());
                }
                let all = parts.iter().filter_map(|part| part.outcome.as_ref().ok());
                all.flat_map(|done| done.subscriptions.clone()).collect()
            }
        };
        for id in made {
            if !touches.contains(&id) {
                touches.push(id);
            }
        }
        match answer {
            Answer::Done(one) => done = Some(one),
            Answer::Placed(parts) => placed.extend(parts),
        }
        entries.push(Entry {
            number,
            who: who.clone(),
            at: caller.now,
            command,
            ask,
            touches,
            base: base.clone().map(Box::new),
            state: State::Waiting { tries: 0, not_before: None },
        });
    }
    let answer = done.map_or(Answer::Placed(placed), Answer::Done);
    Ok(Decided { entries, answer })
}
