//! Customers: list, search, read, add, qualify (domain.md S2, §1.6, §2.3).

use crate::decide::{Still, Write, decide, done, entries, folded, recorded, remembered};
use crate::log::Actor;
use crate::request::guid;
use crate::{
    Ask, Caller, Commit, CustomerQuery, CustomerRow, Done, Failure, Outcome, Page, SearchIn, Store,
    StoreError,
};
use std::sync::Arc;
use subscription_rules::{
    Address, Contact, Customer, CustomerDraft, CustomerId, Domain, IdError, Permission,
    ProfileDetails, Qualifications, Refusal, add_customer,
    remove_relationship as removing_relationship, set_billing_profile as setting_billing_profile,
    set_qualifications as setting_qualifications,
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

/// The customer of the partner that has a domain, in either case: a domain stands for one tenant.
/// Another partner's customers are not looked at, as nowhere.
pub async fn of_domain<S: Store>(
    store: &S,
    caller: &Caller,
    domain: &Domain,
) -> Result<Option<CustomerId>, Failure> {
    caller.context().may(Permission::ViewCustomers)?;
    let mut query = CustomerQuery {
        starts_with: domain.as_str().to_owned(),
        search_in: SearchIn::Domain,
        size: 500,
        ..CustomerQuery::default()
    };
    loop {
        let partner = &caller.partner.id;
        let page = store.customers(partner, &query, caller.now, &caller.policy).await?;
        // Those that begin like it were found: "contoso.co" is also how "contoso.com" begins.
        let mut found = page.items.into_iter().map(|row| row.customer);
        let has = |of: &Customer| of.domain.as_str().eq_ignore_ascii_case(domain.as_str());
        if let Some(customer) = found.find(has) {
            return Ok(Some(customer.id));
        }
        if page.next.is_none() {
            return Ok(None);
        }
        query.after = page.next;
    }
}

/// The ID of a customer, made from its domain.
fn id_of_domain(domain: &str) -> Result<CustomerId, IdError> {
    CustomerId::parse(&guid(&format!("customer/{}", domain.trim().to_ascii_lowercase())))
}

/// Adds a customer (S2). Its ID is made from its domain, which stands for one tenant: of two who
/// add it at once the store lets one through.
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
    let id = id_of_domain(&draft.domain).map_err(|_| Refusal::CustomerNotFound)?;
    let (account, change) = add_customer(&caller.context(), id.clone(), draft)?;
    let customer = account.customer();
    if of_domain(store, caller, &customer.domain).await?.is_some() {
        // Perhaps by this very request, sent twice.
        let earlier = remembered(store, caller, ask, &asked).await?;
        return earlier.ok_or_else(|| Refusal::DomainTaken.into());
    }
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
        // Somebody was faster: this very request, or another one for the same domain.
        Err(StoreError::Stale) => {
            let earlier = remembered(store, caller, ask, &asked).await?;
            earlier.ok_or_else(|| Refusal::DomainTaken.into())
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
        still: None,
    };
    decide(store, caller, ask, &write, &|context, account| {
        setting_qualifications(context, account, to)
    })
    .await
}

/// Sets the whole billing profile. Where the customer is not `still` as it was seen, nothing is
/// done: [`StoreError::Stale`].
pub async fn set_billing_profile<S: Store>(
    store: &S,
    caller: &Caller,
    customer: &CustomerId,
    to: (&Contact, &Address, &ProfileDetails),
    still: Still<'_>,
    ask: &Ask,
) -> Result<Done, Failure> {
    let (contact, address, details) = to;
    let asked = format!("{} billing {contact:?} {address:?} {details:?}", folded(customer));
    let write = Write { customer, subscription: None, asked, still: Some(still) };
    decide(store, caller, ask, &write, &|context, account| {
        setting_billing_profile(context, account, to)
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
    let asked = format!("{} remove", folded(customer));
    let write = Write { customer, subscription: None, asked, still: None };
    decide(store, caller, ask, &write, &removing_relationship).await
}
