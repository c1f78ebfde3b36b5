//! Customers: list, search, read, add, qualify (domain.md S2, §1.6, §2.3).

use crate::decide::{Write, decide, done, entries, folded, recorded, remembered};
use crate::log::Actor;
use crate::{
    Ask, Caller, Commit, CustomerQuery, CustomerRow, Done, Failure, Outcome, Page, Store,
    StoreError,
};
use std::sync::Arc;
use subscription_rules::{
    Address, Contact, Customer, CustomerDraft, CustomerId, Permission, Qualifications, Refusal,
    add_customer, remove_relationship as removing_relationship,
    set_billing_profile as setting_billing_profile, set_qualifications as setting_qualifications,
};

/// A page of customers by name, each as it stands at the caller's moment.
pub async fn list<S: Store>(
    store: &S,
    caller: &Caller,
    query: &CustomerQuery,
) -> Result<Page<CustomerRow>, Failure> {
    caller.context().may(Permission::ViewCustomers)?;
    Ok(store.customers(&caller.partner.id, query, caller.now, &caller.policy).await?)
}

/// How many customers there are.
pub async fn count<S: Store>(store: &S, caller: &Caller) -> Result<u64, Failure> {
    caller.context().may(Permission::ViewCustomers)?;
    Ok(store.customer_count(&caller.partner.id).await?)
}

/// One customer, without its subscriptions.
pub async fn get<S: Store>(
    store: &S,
    caller: &Caller,
    id: &CustomerId,
) -> Result<Arc<Customer>, Failure> {
    caller.context().may(Permission::ViewCustomers)?;
    let customer = store.customer(&caller.partner.id, id).await?;
    Ok(customer.ok_or(Refusal::CustomerNotFound)?)
}

/// Adds a customer (S2). Its ID is made from the request, so that a repetition adds none twice.
pub async fn add<S: Store>(
    store: &S,
    caller: &Caller,
    draft: &CustomerDraft,
    ask: &Ask,
) -> Result<Done, Failure> {
    let asked = format!("add customer {draft:?}");
    if let Some(done) = remembered(store, caller, ask, &asked).await? {
        return Ok(done);
    }
    let id = ask.request.customer_id().map_err(|_| Refusal::CustomerNotFound)?;
    let (account, change) = add_customer(&caller.context(), id.clone(), draft)?;
    let facts = change.facts.clone();
    let done = done(&id, change);
    if ask.validate_only {
        return Ok(done);
    }
    let user = Actor::User(caller.user.clone());
    let entries = entries(&user, Some(&ask.request), &account, facts);
    let recorded = recorded(ask, &asked, caller.now, Outcome::Done(done.clone()));
    let committed = store
        .commit(Commit {
            partner: caller.partner.id.clone(),
            revision: None,
            account,
            orders: Vec::new(),
            entries,
            recorded: Some(recorded),
            policy: caller.policy,
        })
        .await;
    match committed {
        Ok(_) => Ok(done),
        // There already: by this very request, or the store answers wrongly.
        Err(StoreError::Stale) => {
            let earlier = remembered(store, caller, ask, &asked).await?;
            earlier.ok_or_else(|| StoreError::Stale.into())
        }
        Err(error) => Err(error.into()),
    }
}

/// Sets what the customer qualifies for ("Special qualifications", "Update").
pub async fn set_qualifications<S: Store>(
    store: &S,
    caller: &Caller,
    customer: &CustomerId,
    to: Qualifications,
    ask: &Ask,
) -> Result<Done, Failure> {
    let write = Write {
        customer,
        subscription: None,
        asked: format!("{} qualify {to:?}", folded(customer)),
    };
    decide(store, caller, ask, &write, &|context, account| {
        setting_qualifications(context, account, to)
    })
    .await
}

/// Sets the contact and the billing address.
pub async fn set_billing_profile<S: Store>(
    store: &S,
    caller: &Caller,
    customer: &CustomerId,
    (contact, address): (&Contact, &Address),
    ask: &Ask,
) -> Result<Done, Failure> {
    let asked = format!("{} billing {contact:?} {address:?}", folded(customer));
    let write = Write { customer, subscription: None, asked };
    decide(store, caller, ask, &write, &|context, account| {
        setting_billing_profile(context, account, contact, address)
    })
    .await
}

/// Ends the reseller relationship; no active subscription may remain.
pub async fn remove_relationship<S: Store>(
    store: &S,
    caller: &Caller,
    customer: &CustomerId,
    ask: &Ask,
) -> Result<Done, Failure> {
    let write =
        Write { customer, subscription: None, asked: format!("{} remove", folded(customer)) };
    decide(store, caller, ask, &write, &removing_relationship).await
}
