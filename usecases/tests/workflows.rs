//! What the use cases do beyond one write: several orders from one submit, the log with what time
//! has brought, and the run that writes time's work down.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use std::sync::Arc;
use subscription_rules::{
    BillingCycle, BillingDay, Cloud, Country, Currency, CustomerId, Line, Nickname, OfferId,
    Partner, PartnerId, PartnerQualifications, Policy, PriceList, Quantity, Refusal, Role,
    Standing, Status, SubscriptionId, Suspend,
};
use subscription_usecases::catalogue::read_catalogue;
use subscription_usecases::contract::{draft, now, request};
use subscription_usecases::log::{Actor, LogQuery, action};
use subscription_usecases::{
    Caller, CustomerQuery, DueRun, Entry, Failure, FirstQuestion, FirstReply, MemoryStore, Page,
    Question, Reply, Store, customers, orders, record, run_due, subscriptions,
};

/// Office 365 Business Premium, 1 to 300; the E3 trial, exactly 25, once (domain.md §4.3).
const PREMIUM: &str = "031C9E47-4802-4248-838E-778FB1D2CC05";
const E3: &str = "796B6B5F-613C-4E24-A17C-EBA730D49C02";
const E3_TRIAL: &str = "32B23C88-949F-4E5B-B500-A87EEC676B80";
const BUSINESS_TRIAL: &str = "0FA9D6B6-5923-4B5D-B16E-B7EF0A69E1B7";

fn caller(at: DateTime<Utc>) -> Caller {
    let catalogue = read_catalogue(include_str!("../../public/catalogue.json")).unwrap();
    Caller {
        user: "dana@partner.example".into(),
        roles: Role::AdminAgent.into(),
        partner: Partner {
            id: PartnerId::parse("workflow-partner").unwrap(),
            name: "Workflow partner".into(),
            cloud: Cloud::Commercial,
            country: Country::US,
            currency: Currency::USD,
            standing: Standing::Good,
            qualifications: PartnerQualifications::default(),
            billing_day: BillingDay::try_from(15).unwrap(),
        },
        now: at,
        policy: Policy::OF_2018,
        catalogue: Arc::new(catalogue),
        prices: Arc::new(PriceList::default()),
    }
}

fn first_day() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2018, 6, 1, 9, 0, 0).unwrap()
}

fn later(caller: &Caller, days: i64) -> Caller {
    Caller { now: caller.now + TimeDelta::days(days), ..caller.clone() }
}

fn customer(store: &MemoryStore, caller: &Caller) -> CustomerId {
    let draft = draft("Workflow", "workflow.example.com");
    now(customers::add(store, caller, &draft, &request("add"))).unwrap().customer
}

fn line(offer: &str, quantity: u32) -> Line {
    let offer = OfferId::parse(offer).unwrap();
    Line { offer, quantity: Quantity::try_from(quantity).unwrap(), nickname: None }
}

fn bought(store: &MemoryStore, caller: &Caller, id: &CustomerId, line: Line) -> SubscriptionId {
    let ask = request(&format!("buy-{}", line.offer));
    let lines = [line];
    let placed = orders::place(store, caller, id, BillingCycle::Monthly, &lines, &ask);
    let placed = now(placed).unwrap().remove(0);
    placed.outcome.unwrap().subscriptions.remove(0)
}

fn status(store: &MemoryStore, caller: &Caller, of: &CustomerId, id: &SubscriptionId) -> Status {
    now(subscriptions::account(store, caller, of)).unwrap().get(id).unwrap().status()
}

/// S10, domain.md §2.4: each trial needs an order of its own, and each order stands for itself.
#[test]
fn a_submit_becomes_several_orders_and_each_is_reported() {
    let (store, caller) = (MemoryStore::default(), caller(first_day()));
    let id = customer(&store, &caller);
    // 26 licenses of a trial that has exactly 25.
    let lines = [line(E3_TRIAL, 25), line(BUSINESS_TRIAL, 26)];
    let ask = request("all");
    let place = || now(orders::place(&store, &caller, &id, BillingCycle::None, &lines, &ask));
    let placed = place().unwrap();
    assert_eq!(placed.len(), 2);
    assert_eq!((&placed[0].lines[..], &placed[1].lines[..]), (&[0][..], &[1][..]));
    assert_eq!(placed[0].outcome.as_ref().unwrap().orders.len(), 1);
    let refused = placed[1].outcome.as_ref().unwrap_err();
    assert!(matches!(refused, Failure::Refused(Refusal::QuantityOutOfRange { .. })), "{refused}");
    // domain.md §8 item 11: asking again orders nothing twice.
    assert_eq!(place().unwrap(), placed);
    assert_eq!(now(orders::list(&store, &caller, &id)).unwrap().len(), 1);
}

/// T8, W15: the date decides; the run only writes down what has happened, once.
#[test]
fn the_run_writes_down_what_time_has_brought() {
    let (store, caller) = (MemoryStore::default(), caller(first_day()));
    let id = customer(&store, &caller);
    let held = bought(&store, &caller, &id, line(PREMIUM, 10));
    let (of, why, ask) = ((&id, &held), Suspend::default(), request("suspend"));
    now(subscriptions::suspend(&store, &caller, of, &why, &ask)).unwrap();

    // 1 June + 90 days is 30 August, the last day.
    let last_day = later(&caller, 90);
    assert_eq!(now(run_due(&store, &last_day, 10)), Ok(DueRun::default()));
    let day_after = later(&caller, 91);
    assert_eq!(status(&store, &day_after, &id, &held), Status::Deleted, "before any run");
    assert_eq!(
        now(run_due(&store, &day_after, 10)),
        Ok(DueRun { accounts: 1, facts: 1, damaged: 0 })
    );
    assert_eq!(now(run_due(&store, &day_after, 10)), Ok(DueRun::default()), "once");
    let kept = now(store.account(&caller.partner.id, &id)).unwrap().unwrap();
    assert_eq!(kept.value.get(&held).unwrap().status(), Status::Deleted, "it is written down");
}

/// T10: terms renew by themselves, and the log says so whether or not the run has been.
#[test]
fn the_log_tells_what_time_has_brought() {
    let (store, caller) = (MemoryStore::default(), caller(first_day()));
    let id = customer(&store, &caller);
    let held = bought(&store, &caller, &id, line(E3, 10));
    let in_two_years = later(&caller, 731);
    let query = LogQuery::default();
    let lines = || {
        let lines = now(subscriptions::activity(&store, &in_two_years, &query, 100)).unwrap();
        let told = lines.iter().map(|line| (action(&line.fact.event), line.actor.clone()));
        told.collect::<Vec<_>>()
    };
    let user = Actor::User("dana@partner.example".into());
    let expected = [
        ("renewed", Actor::System),
        ("renewed", Actor::System),
        ("created", user.clone()),
        ("customerAdded", user),
    ];
    assert_eq!(lines(), expected, "newest first");
    now(run_due(&store, &in_two_years, 10)).unwrap();
    assert_eq!(lines(), expected, "written down, it is told once");
    let history = subscriptions::history(&store, &in_two_years, &id, Some(&held));
    assert_eq!(now(history).unwrap().len(), 3);
}

/// domain.md §2.6: page by page the log is the same, also where lines are picked while it is read.
#[test]
fn the_log_in_pages_neither_skips_nor_repeats() {
    let (store, caller) = (MemoryStore::default(), caller(first_day()));
    let id = customer(&store, &caller);
    let held = bought(&store, &caller, &id, line(E3, 10));
    for day in 1..=25 {
        let to = Nickname::parse(&format!("Name {day}")).unwrap();
        let (of, ask) = ((&id, &held), request(&format!("rename-{day}")));
        now(subscriptions::rename(&store, &later(&caller, day), of, &to, &ask)).unwrap();
    }
    let in_two_years = later(&caller, 731);
    let query = LogQuery::default();
    let whole = now(subscriptions::activity(&store, &in_two_years, &query, 100)).unwrap();
    assert_eq!(whole.len(), 29, "added, created, 25 names and two renewals");
    let pages = |size: u16, keeps: &(dyn Fn(&Entry) -> bool + Sync)| {
        let (mut pages, mut after) = (Vec::new(), None);
        loop {
            let page =
                subscriptions::log_page(&store, &in_two_years, &query, keeps, after.as_ref(), size);
            let Page { items, next } = now(page).unwrap();
            assert!(items.len() <= usize::from(size));
            pages.push(items);
            after = next;
            if after.is_none() {
                return pages;
            }
        }
    };
    let is = |wanted: &'static str| move |line: &Entry| action(&line.fact.event) == wanted;
    for size in [3, 7, 100] {
        assert_eq!(pages(size, &|_| true).concat(), whole, "{size} a page");
        for wanted in ["renewed", "renamed", "created"] {
            let picked = whole.iter().filter(|&line| is(wanted)(line)).cloned();
            let expected = picked.collect::<Vec<_>>();
            assert_eq!(pages(size, &is(wanted)).concat(), expected, "{wanted}, {size} a page");
        }
    }
    // Twenty lines were read one by one, and there is more to read.
    let sizes: Vec<usize> = pages(1, &is("customerAdded")).iter().map(Vec::len).collect();
    assert_eq!(sizes, [0, 1]);
}

/// domain.md §1.7: a role without the permission reads nothing and writes nothing.
#[test]
fn a_role_without_permission_gets_nowhere() {
    let (store, caller) = (MemoryStore::default(), caller(first_day()));
    let id = customer(&store, &caller);
    let nobody = Caller { roles: Role::UserManagementAdmin.into(), ..caller.clone() };
    let refused = |failure: Failure| {
        assert!(matches!(failure, Failure::Refused(Refusal::RoleNotAllowed { .. })), "{failure}");
    };
    refused(now(subscriptions::account(&store, &nobody, &id)).unwrap_err());
    let query = LogQuery::default();
    refused(now(subscriptions::activity(&store, &nobody, &query, 10)).unwrap_err());
    let lines = [line(E3, 1)];
    let ask = request("order");
    let place = orders::place(&store, &nobody, &id, BillingCycle::Annual, &lines, &ask);
    refused(now(place).unwrap_err());
    assert!(now(customers::get(&store, &nobody, &id)).is_ok(), "customers only");
}

/// What comes before the first screen knows its own questions alone, and asks and is answered by the
/// same records as whoever knows all of them.
#[test]
fn the_first_screens_questions_are_records_like_all_others() {
    let (caller, store) = (caller(first_day()), MemoryStore::default());
    customer(&store, &caller);
    let query = CustomerQuery { starts_with: "work".into(), size: 50, ..CustomerQuery::default() };
    let first =
        [FirstQuestion::Me, FirstQuestion::Customers(query.clone()), FirstQuestion::CustomerCount];
    let all = [Question::Me, Question::Customers(query), Question::CustomerCount];
    for (first, question) in first.iter().zip(&all) {
        assert_eq!(first.name(), question.name());
        assert_eq!(record::written(first), record::written(question));
        let reply: Result<Reply, Failure> = now(question.answer(&store, &caller));
        let text = record::written(&reply).unwrap();
        let read: Result<FirstReply, Failure> = record::read(&text).unwrap();
        assert_eq!(read.map(Reply::from), reply, "{question:?}");
    }
    // No reply of theirs is taken for one.
    let other: Result<Reply, Failure> = Ok(Reply::Entries(Vec::new()));
    let text = record::written(&other).unwrap();
    assert_eq!(record::read::<Result<FirstReply, Failure>>(&text), None);
}
