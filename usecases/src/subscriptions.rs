//! What can be done with a customer's subscriptions. Each function previews with
//! [`Ask::validate_only`]: it tells what would happen and changes nothing.

use crate::decide::{Write, asked_line, decide, folded};
use crate::log::{Actor, Entry, LogQuery, newest_first};
use crate::{Ask, Caller, Done, Failure, Page, PageToken, Store};
use std::fmt::Display;
use subscription_rules::{
    Action, Asked, Availability, BillingCycle, Context, Conversion, CustomerAccount, CustomerId,
    Edit, Line, Nickname, Permission, Quantity, Refusal, Subscription, SubscriptionId, Suspend,
    account_at, availability, buy_add_on as buying_add_on, cancel as cancelling,
    change_quantity as changing_quantity, choices, convert as converting, edit as editing,
    reactivate as reactivating, rename as renaming, suspend as suspending,
};

/// Reads a customer's account as it stands at the caller's moment.
pub async fn account<S: Store>(
    store: &S,
    caller: &Caller,
    customer: &CustomerId,
) -> Result<CustomerAccount, Failure> {
    caller.context().may(Permission::ViewSubscriptions)?;
    let kept = store.account(&caller.partner.id, customer).await?;
    let kept = kept.ok_or(Refusal::CustomerNotFound)?;
    Ok(kept.value.at(caller.now, &caller.policy))
}

/// Every offer with its availability for the customer, at a frequency or on a subscription.
pub fn offers<'a>(
    context: &'a Context<'a>,
    account: &CustomerAccount,
    asked: Asked<'_>,
) -> Vec<Availability<'a>> {
    availability(context, account, asked)
}

/// What the caller can do with a subscription now, with the reason for what is not possible.
pub fn actions(
    caller: &Caller,
    account: &CustomerAccount,
    held: &Subscription,
) -> Vec<(Action, Result<(), Refusal>)> {
    choices(&caller.context(), account, held)
}

/// T3: changes the number of licenses.
pub async fn change_quantity<S: Store>(
    store: &S,
    caller: &Caller,
    (customer, id): (&CustomerId, &SubscriptionId),
    to: Quantity,
    ask: &Ask,
) -> Result<Done, Failure> {
    let write = write(customer, id, format!("quantity {} {to}", folded(id)));
    decide(store, caller, ask, &write, &|context, account| {
        changing_quantity(context, account, id, to)
    })
    .await
}

/// Gives a subscription another nickname.
pub async fn rename<S: Store>(
    store: &S,
    caller: &Caller,
    (customer, id): (&CustomerId, &SubscriptionId),
    to: &Nickname,
    ask: &Ask,
) -> Result<Done, Failure> {
    let write = write(customer, id, format!("rename {} {}", folded(id), to.as_str()));
    decide(store, caller, ask, &write, &|context, account| renaming(context, account, id, to)).await
}

/// Does several things to one subscription, all or none, as the vendor's PATCH does
/// (domain.md §2.5). A quantity together with a suspension is refused.
pub async fn edit<S: Store>(
    store: &S,
    caller: &Caller,
    (customer, id): (&CustomerId, &SubscriptionId),
    to: &Edit,
    ask: &Ask,
) -> Result<Done, Failure> {
    let write = write(customer, id, format!("edit {} {to:?}", folded(id)));
    decide(store, caller, ask, &write, &|context, account| editing(context, account, id, to)).await
}

/// T4: buys an add-on on a subscription.
pub async fn buy_add_on<S: Store>(
    store: &S,
    caller: &Caller,
    (customer, base): (&CustomerId, &SubscriptionId),
    line: &Line,
    ask: &Ask,
) -> Result<Done, Failure> {
    let write = write(customer, base, format!("add-on {} {}", folded(base), asked_line(line)));
    let ids = ask.request.order_ids(1).map_err(|_| Refusal::OrderEmpty)?;
    decide(store, caller, ask, &write, &|context, account| {
        buying_add_on(context, account, base, line, ids.clone())
    })
    .await
}

/// T6: suspends a subscription with its add-ons.
pub async fn suspend<S: Store>(
    store: &S,
    caller: &Caller,
    (customer, id): (&CustomerId, &SubscriptionId),
    why: &Suspend,
    ask: &Ask,
) -> Result<Done, Failure> {
    let write = write(customer, id, format!("suspend {} {why:?}", folded(id)));
    decide(store, caller, ask, &write, &|context, account| suspending(context, account, id, why))
        .await
}

/// T7: reactivates a subscription with the add-ons that were drawn along.
pub async fn reactivate<S: Store>(
    store: &S,
    caller: &Caller,
    (customer, id): (&CustomerId, &SubscriptionId),
    ask: &Ask,
) -> Result<Done, Failure> {
    let write = write(customer, id, format!("reactivate {}", folded(id)));
    decide(store, caller, ask, &write, &|context, account| reactivating(context, account, id)).await
}

/// T9: cancels a subscription.
pub async fn cancel<S: Store>(
    store: &S,
    caller: &Caller,
    (customer, id): (&CustomerId, &SubscriptionId),
    why: &Suspend,
    ask: &Ask,
) -> Result<Done, Failure> {
    let write = write(customer, id, format!("cancel {} {why:?}", folded(id)));
    decide(store, caller, ask, &write, &|context, account| cancelling(context, account, id, why))
        .await
}

/// T5: converts a trial to a paid subscription.
pub async fn convert<S: Store>(
    store: &S,
    caller: &Caller,
    (customer, id): (&CustomerId, &SubscriptionId),
    to: &Conversion,
    ask: &Ask,
) -> Result<Done, Failure> {
    let quantity = to.quantity.map(|quantity| quantity.to_string()).unwrap_or_default();
    let asked = format!("convert {} {} {quantity} {:?}", folded(id), folded(&to.target), to.cycle);
    let write = write(customer, id, asked);
    decide(store, caller, ask, &write, &|context, account| converting(context, account, id, to))
        .await
}

fn write<'a>(customer: &'a CustomerId, id: &'a SubscriptionId, asked: impl Display) -> Write<'a> {
    let asked = format!("{} {asked}", folded(customer));
    Write { customer, subscription: Some(id), asked, still: None }
}

/// A customer's log, newest first, with what time has brought since it was last written. `of`
/// keeps only the lines of one subscription.
pub async fn history<S: Store>(
    store: &S,
    caller: &Caller,
    customer: &CustomerId,
    of: Option<&SubscriptionId>,
) -> Result<Vec<Entry>, Failure> {
    caller.context().may(Permission::ViewSubscriptions)?;
    let kept = store.account(&caller.partner.id, customer).await?;
    let kept = kept.ok_or(Refusal::CustomerNotFound)?;
    let (account, brought) = account_at(&kept.value, caller.now, &caller.policy);
    let mut lines = crate::decide::entries(&Actor::System, None, &account, brought);
    lines.reverse();
    let query = LogQuery { customer: Some(customer.clone()), ..LogQuery::default() };
    let mut after = None;
    loop {
        let page = store.entries(&caller.partner.id, &query, after.as_ref(), 500).await?;
        lines.extend(page.items);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    // Time's lines may lie between kept ones that were written ahead of the demo's clock.
    newest_first(&mut lines);
    lines.retain(|line| of.is_none_or(|id| line.fact.subscription.as_ref() == Some(id)));
    Ok(lines)
}

/// The activity log, newest first, at most so many lines: what was written down, and what time
/// has brought since.
pub async fn activity<S: Store>(
    store: &S,
    caller: &Caller,
    query: &LogQuery,
    most: usize,
) -> Result<Vec<Entry>, Failure> {
    caller.context().may(Permission::ViewSubscriptions)?;
    let mut lines = Vec::new();
    let mut after: Option<PageToken> = None;
    loop {
        let page = store.entries(&caller.partner.id, query, after.as_ref(), 500).await?;
        lines.extend(page.items);
        after = page.next;
        if after.is_none() || lines.len() >= most {
            break;
        }
    }
    lines.extend(brought_by_time(store, caller, query, most).await?);
    newest_first(&mut lines);
    lines.truncate(most);
    Ok(lines)
}

/// What time has brought that nobody has written down yet, to at most so many customers.
async fn brought_by_time<S: Store>(
    store: &S,
    caller: &Caller,
    query: &LogQuery,
    most: usize,
) -> Result<Vec<Entry>, Failure> {
    let (partner, policy) = (&caller.partner.id, &caller.policy);
    let mut lines = Vec::new();
    for customer in store.due(partner, caller.now, policy, most).await? {
        let Some(kept) = store.account(partner, &customer).await? else { continue };
        let (account, brought) = account_at(&kept.value, caller.now, policy);
        let brought = crate::decide::entries(&Actor::System, None, &account, brought);
        lines.extend(brought.into_iter().filter(|line| query.wants(line)));
    }
    Ok(lines)
}

/// How often the store is read for one page of the log at most.
const MOST_READ: usize = 20;

/// A page of the log, newest first: of the lines asked for those that `keeps` wants, `size` at most.
///
/// No store has an index for what `keeps` looks at, so the lines are picked while they are read. For
/// one page no more than twenty times as many are: one with a next page may have fewer lines than
/// it could, even none. What time has brought since it was last written down is on the first page,
/// unless it is older than all of that page: then it is written down by the time one gets there.
pub async fn log_page<S: Store>(
    store: &S,
    caller: &Caller,
    query: &LogQuery,
    keeps: &(dyn Fn(&Entry) -> bool + Sync),
    after: Option<&PageToken>,
    size: u16,
) -> Result<Page<Entry>, Failure> {
    caller.context().may(Permission::ViewSubscriptions)?;
    let size = usize::from(size.max(1));
    let mut brought = match after {
        None => brought_by_time(store, caller, query, size).await?,
        Some(_) => Vec::new(),
    };
    brought.retain(keeps);
    newest_first(&mut brought);
    brought.truncate(size - 1);
    let room = size - brought.len();
    let mut lines: Vec<Entry> = Vec::new();
    let (mut next, mut oldest) = (after.cloned(), None);
    for _ in 0..MOST_READ {
        // As many as there is room for: then the page ends where the last reading does.
        let most = u16::try_from(room - lines.len()).unwrap_or(u16::MAX);
        let page = store.entries(&caller.partner.id, query, next.as_ref(), most).await?;
        oldest = page.items.last().map(|line| line.fact.at).or(oldest);
        lines.extend(page.items.into_iter().filter(|line| keeps(line)));
        next = page.next;
        if next.is_none() || lines.len() >= room {
            break;
        }
    }
    let end = oldest.filter(|_| next.is_some());
    // Somebody may have written it down while the store was read.
    brought.retain(|line| end.is_none_or(|end| line.fact.at >= end) && !lines.contains(line));
    lines.extend(brought);
    newest_first(&mut lines);
    Ok(Page { items: lines, next })
}

/// A page of the log as it is written down, newest first: without what time has brought since,
/// so that nothing comes twice or moves between two pages.
pub async fn written_log<S: Store>(
    store: &S,
    caller: &Caller,
    query: &LogQuery,
    after: Option<&PageToken>,
) -> Result<Page<Entry>, Failure> {
    caller.context().may(Permission::ViewSubscriptions)?;
    Ok(store.entries(&caller.partner.id, query, after, 500).await?)
}

/// The frequencies a person chooses from, in the order of the wizard (S8, S9).
pub const FREQUENCIES: [BillingCycle; 3] =
    [BillingCycle::Monthly, BillingCycle::Annual, BillingCycle::None];
