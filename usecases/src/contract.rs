//! The contract every store passes: memory, the browser's, and those of the server.
//!
//! A store's own tests call [`holds`] with a fresh store and a caller whose partner has no
//! customers yet. It panics with the sentence that does not hold.

#![expect(
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::expect_used,
    reason = "a contract that does not hold is a failed test"
)]

use crate::log::LogQuery;
use crate::{
    Ask, Caller, Commit, CustomerQuery, CustomerSort, Done, Failure, PageToken, RequestId,
    SearchIn, Store, StoreError, customers, orders, subscriptions,
};
use chrono::{TimeZone, Utc};
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use subscription_rules::{
    Address, BillingCycle, BillingDay, Catalogue, Cloud, Contact, Country, Currency, CustomerDraft,
    CustomerId, Domain, Line, OfferId, Partner, PartnerId, PartnerQualifications, Policy,
    PriceList, Quantity, Refusal, Role, Standing, Status, Subscription, SubscriptionId, Suspend,
    SuspensionReason,
};

/// Runs a future of a store that never waits, such as the memory store.
pub fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("this store waits; run its contract on an executor"),
    }
}

/// A caller whose partner has no customers in a fresh store: everything is allowed on this
/// catalogue, in July 2027.
pub fn caller(catalogue: Catalogue) -> Caller {
    Caller {
        user: "dana@partner.example".into(),
        roles: Role::AdminAgent.into(),
        partner: Partner {
            id: PartnerId::parse("contract-partner").expect("an ID"),
            name: "Contract partner".into(),
            cloud: Cloud::Commercial,
            country: Country::US,
            currency: Currency::USD,
            standing: Standing::Good,
            qualifications: PartnerQualifications::default(),
            billing_day: BillingDay::try_from(15).expect("a day"),
        },
        now: Utc.with_ymd_and_hms(2027, 7, 19, 9, 30, 0).single().expect("a moment"),
        policy: Policy::OF_2018,
        catalogue: Arc::new(catalogue),
        prices: Arc::new(PriceList::default()),
    }
}

/// A request of this name.
pub fn request(name: &str) -> Ask {
    Ask::to_do(RequestId::parse(name).expect("a request ID"))
}

/// A customer to add.
pub fn draft(name: &str, domain: &str) -> CustomerDraft {
    CustomerDraft {
        company_name: name.into(),
        domain: domain.into(),
        country: "US".into(),
        contact: Contact {
            first_name: "Kim".into(),
            last_name: "Akers".into(),
            email: "kim@example.com".into(),
        },
        address: Address {
            address_line1: "1 Main Street".into(),
            city: "Springfield".into(),
            state: "IL".into(),
            postal_code: "62701".into(),
        },
        ..CustomerDraft::default()
    }
}

async fn added(store: &impl Store, caller: &Caller, name: &str, domain: &str) -> CustomerId {
    let ask = request(&format!("add-{domain}"));
    let done = customers::add(store, caller, &draft(name, domain), &ask).await;
    done.expect("a customer can be added").customer
}

async fn bought(
    store: &impl Store,
    caller: &Caller,
    customer: &CustomerId,
    offer: &OfferId,
    ask: &Ask,
) -> Result<Done, Failure> {
    let quantity = Quantity::try_from(25).expect("a quantity");
    let line = Line { offer: offer.clone(), quantity, nickname: None };
    orders::place_one(store, caller, customer, BillingCycle::Monthly, &[line], ask).await
}

/// Everything a store must hold. `limited` is an offer of the caller's catalogue, sold monthly,
/// of which a customer may have two at a time with 25 licenses each.
pub async fn holds<S: Store>(store: &S, caller: &Caller, limited: &OfferId) {
    a_customer_that_was_added_is_found(store, caller).await;
    a_part_of_a_name_finds_it(store, caller).await;
    a_domain_is_one_customers(store, caller).await;
    lists_come_by_name_in_pages_that_neither_skip_nor_repeat(store, caller).await;
    a_late_writer_is_told(store, caller, limited).await;
    a_repeated_request_is_answered_and_not_done_again(store, caller, limited).await;
    a_limit_holds(store, caller, limited).await;
    an_old_revision_is_told(store, caller, limited).await;
    validate_only_changes_nothing(store, caller, limited).await;
    what_is_written_is_in_the_log(store, caller, limited).await;
    another_partner_sees_nothing(store, caller).await;
}

async fn a_customer_that_was_added_is_found<S: Store>(store: &S, caller: &Caller) {
    let id = added(store, caller, "Found Company", "found.example.com").await;
    let customer = customers::get(store, caller, &id).await.expect("it is there");
    assert_eq!(customer.company_name.as_str(), "Found Company");
    let nobody = CustomerId::parse("00000000-dead-beef-0000-000000000000").expect("an ID");
    let refused = customers::get(store, caller, &nobody).await;
    assert_eq!(refused, Err(Refusal::CustomerNotFound.into()), "an unknown customer");
    let by_domain = CustomerQuery { starts_with: "FOUND.ex".into(), ..CustomerQuery::default() };
    let page = customers::list(store, caller, &by_domain).await.expect("a list");
    assert_eq!(page.items.len(), 1, "found by its domain, in either case");
    for (search_in, found) in [(SearchIn::Name, 0), (SearchIn::Domain, 1)] {
        let query = CustomerQuery { search_in, ..by_domain.clone() };
        let page = customers::list(store, caller, &query).await.expect("a list");
        assert_eq!(page.items.len(), found, "{search_in:?}");
    }
}

/// A domain stands for one tenant, in either case; one that only begins like it is another one.
async fn a_domain_is_one_customers<S: Store>(store: &S, caller: &Caller) {
    let id = added(store, caller, "Taken", "taken.example.com").await;
    added(store, caller, "Beginning", "taken.example.co").await;
    let domain = |text| Domain::parse(text).expect("a domain");
    for (text, whose) in [("TAKEN.Example.com", Some(id)), ("taken.example.c", None)] {
        let found = customers::of_domain(store, caller, &domain(text)).await;
        assert_eq!(found, Ok(whose), "{text}");
    }
    let other = draft("Other", "Taken.EXAMPLE.com ");
    for ask in [request("taken-1"), Ask::to_preview(request("taken-2").request)] {
        let refused = customers::add(store, caller, &other, &ask).await;
        assert_eq!(refused, Err(Refusal::DomainTaken.into()), "it is the first one's");
    }
}

/// Whoever has typed a part of a name in capitals finds it, also where the last letter would be
/// another one at the end of a word.
async fn a_part_of_a_name_finds_it<S: Store>(store: &S, caller: &Caller) {
    added(store, caller, "ΟΔΟΣΑ Foods", "odosa.example.com").await;
    for starts_with in ["ΟΔΟΣ", "οδοσ", "οδοσα foods"] {
        let starts_with = starts_with.to_owned();
        let query = CustomerQuery { starts_with, ..CustomerQuery::default() };
        let page = customers::list(store, caller, &query).await.expect("a list");
        assert_eq!(page.items.len(), 1, "{}", query.starts_with);
    }
}

async fn lists_come_by_name_in_pages_that_neither_skip_nor_repeat<S: Store>(
    store: &S,
    caller: &Caller,
) {
    for name in ["Page c", "Page A", "page B", "Page a", "Page d"] {
        let domain = format!("{}.paged.example.com", name.replace(' ', "-"));
        let domain = if name == "Page a" { "second.paged.example.com" } else { &domain };
        added(store, caller, name, domain).await;
    }
    for (sort, expected) in [
        (CustomerSort::Name, ["page a", "page a", "page b", "page c", "page d"]),
        (CustomerSort::NameDescending, ["page d", "page c", "page b", "page a", "page a"]),
    ] {
        let mut names = Vec::new();
        let mut after = None;
        for _ in 0..6 {
            let starts_with = "page".into();
            let size = 2;
            let query = CustomerQuery { starts_with, sort, after, size, ..Default::default() };
            let page = customers::list(store, caller, &query).await.expect("a page");
            let lower = |name: &str| name.to_lowercase();
            names.extend(page.items.iter().map(|row| lower(row.customer.company_name.as_str())));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(names, expected, "{sort:?}");
    }
    let start_at = Some("Page c".into());
    let query = CustomerQuery { start_at, size: 1, ..CustomerQuery::default() };
    let page = customers::list(store, caller, &query).await.expect("a page");
    let first = page.items.first().expect("a customer");
    assert_eq!(first.customer.company_name.as_str(), "Page c", "begins at the name");
}

async fn a_late_writer_is_told<S: Store>(store: &S, caller: &Caller, limited: &OfferId) {
    let id = added(store, caller, "Late", "late.example.com").await;
    bought(store, caller, &id, limited, &request("late-1")).await.expect("bought");
    let partner = &caller.partner.id;
    let kept = store.account(partner, &id).await.expect("read").expect("there");
    let commit = Commit {
        partner: partner.clone(),
        revision: Some(kept.revision),
        account: kept.value.clone(),
        orders: Vec::new(),
        entries: Vec::new(),
        recorded: None,
        policy: caller.policy,
    };
    let first = store.commit(commit.clone()).await.expect("the first writer");
    assert!(first.revision > kept.revision, "a revision counts up");
    assert_eq!(store.commit(commit.clone()).await, Err(StoreError::Stale), "the second is told");
    let unknown = Commit { revision: None, ..commit };
    assert_eq!(store.commit(unknown).await, Err(StoreError::Stale), "it is there already");
}

async fn a_repeated_request_is_answered_and_not_done_again<S: Store>(
    store: &S,
    caller: &Caller,
    limited: &OfferId,
) {
    let id = added(store, caller, "Repeat", "repeat.example.com").await;
    let first = bought(store, caller, &id, limited, &request("repeat-1")).await;
    let again = bought(store, caller, &id, limited, &request("REPEAT-1")).await;
    assert_eq!(first, again, "the stored answer");
    let account = subscriptions::account(store, caller, &id).await.expect("read");
    assert_eq!(account.subscriptions().len(), 1, "bought once");
    let other = Line {
        offer: limited.clone(),
        quantity: Quantity::try_from(26).expect("a quantity"),
        nickname: None,
    };
    let ask = request("repeat-1");
    let cycle = BillingCycle::Monthly;
    let reused = orders::place_one(store, caller, &id, cycle, &[other], &ask).await;
    assert_eq!(reused, Err(Failure::RequestIdReused), "the same ID for something else");
    let twice = added(store, caller, "Repeat", "repeat.example.com").await;
    assert_eq!(twice, id, "adding is answered from memory as well");
}

async fn a_limit_holds<S: Store>(store: &S, caller: &Caller, limited: &OfferId) {
    let id = added(store, caller, "Limit", "limit.example.com").await;
    for name in ["limit-1", "limit-2"] {
        bought(store, caller, &id, limited, &request(name)).await.expect("within the limit");
    }
    let refused = |outcome: Result<Done, Failure>| match outcome {
        Err(Failure::Refused(Refusal::OfferUseLimitExceeded { limit, held, .. })) => (limit, held),
        other => panic!("a third one is refused by the limit, not {other:?}"),
    };
    let third = bought(store, caller, &id, limited, &request("limit-3")).await;
    assert_eq!(refused(third), (2, 2));
    let again = bought(store, caller, &id, limited, &request("limit-3")).await;
    assert_eq!(refused(again), (2, 2), "a refusal is remembered too");
}

async fn one_subscription<S: Store>(
    store: &S,
    caller: &Caller,
    name: &str,
    limited: &OfferId,
) -> (CustomerId, SubscriptionId) {
    let id = added(store, caller, name, &format!("{name}.example.com")).await;
    let ask = request(&format!("{name}-buy"));
    let done = bought(store, caller, &id, limited, &ask).await.expect("bought");
    let held = done.subscriptions.into_iter().next().expect("a subscription");
    (id, held)
}

async fn an_old_revision_is_told<S: Store>(store: &S, caller: &Caller, limited: &OfferId) {
    let (customer, held) = one_subscription(store, caller, "revision", limited).await;
    let account = subscriptions::account(store, caller, &customer).await.expect("read");
    let seen = account.get(&held).expect("there").revision;
    let of = (&customer, &held);
    let to = Quantity::try_from(30).expect("a quantity");
    let ask = request("revision-1").on_revision(seen);
    subscriptions::change_quantity(store, caller, of, to, &ask).await.expect("as seen");
    let to = Quantity::try_from(40).expect("a quantity");
    let ask = request("revision-2").on_revision(seen);
    match subscriptions::change_quantity(store, caller, of, to, &ask).await {
        Err(Failure::Changed(now)) => assert_eq!(now.quantity.get(), 30, "what it is now"),
        other => panic!("the revision is old, yet {other:?}"),
    }
}

async fn validate_only_changes_nothing<S: Store>(store: &S, caller: &Caller, limited: &OfferId) {
    let (customer, held) = one_subscription(store, caller, "preview", limited).await;
    let before = subscriptions::account(store, caller, &customer).await.expect("read");
    let ask = Ask::to_preview(request("preview-1").request);
    let why = Suspend { reason: Some(SuspensionReason::NonPayment), note: None };
    let of = (&customer, &held);
    let done = subscriptions::suspend(store, caller, of, &why, &ask).await.expect("possible");
    assert!(done.effects.expires_on.is_some(), "tells the last day");
    let after = subscriptions::account(store, caller, &customer).await.expect("read");
    assert_eq!(before, after, "nothing has changed");
    subscriptions::suspend(store, caller, of, &why, &request("preview-1")).await.expect("done");
    let after = subscriptions::account(store, caller, &customer).await.expect("read");
    assert_eq!(after.get(&held).map(Subscription::status), Some(Status::Suspended));
}

async fn what_is_written_is_in_the_log<S: Store>(store: &S, caller: &Caller, limited: &OfferId) {
    let (customer, held) = one_subscription(store, caller, "logged", limited).await;
    let why = Suspend::default();
    let of = (&customer, &held);
    subscriptions::suspend(store, caller, of, &why, &request("logged-1")).await.expect("done");
    subscriptions::reactivate(store, caller, of, &request("logged-2")).await.expect("done");
    let lines = subscriptions::history(store, caller, &customer, Some(&held)).await;
    let lines = lines.expect("the log");
    let actions: Vec<_> = lines.iter().map(|line| crate::log::action(&line.fact.event)).collect();
    assert_eq!(actions.len(), 3);
    for action in ["created", "suspended", "reactivated"] {
        assert!(actions.contains(&action), "{action} is in the log");
    }
    let query = LogQuery { customer: Some(customer), ..LogQuery::default() };
    let mut after: Option<PageToken> = None;
    let mut count = 0;
    loop {
        let page = store.entries(&caller.partner.id, &query, after.as_ref(), 1).await;
        let page = page.expect("a page of the log");
        count += page.items.len();
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(count, 4, "page by page: added, created, suspended, reactivated");
}

async fn another_partner_sees_nothing<S: Store>(store: &S, caller: &Caller) {
    let id = added(store, caller, "Private", "private.example.com").await;
    let mut other = caller.clone();
    other.partner.id = PartnerId::parse("another-partner").expect("an ID");
    let refused = customers::get(store, &other, &id).await;
    assert_eq!(refused, Err(Refusal::CustomerNotFound.into()), "as unknown as any");
    assert_eq!(customers::count(store, &other).await, Ok(0));
}
