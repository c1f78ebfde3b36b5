//! Every account is one that the rules could have made, and its log is the one that made it.

use crate::{CATALOGUE, CLOUDS, all, day, midnight, starts, world};
use chrono::TimeDelta;
use std::collections::BTreeMap;
use subscription_rules::{
    BillingCycle, Charging, Cloud, Country, Customer, CustomerAccount, CustomerDraft,
    DeletedBecause, Event, OwnershipLimit, PaidCycle, Policy, Relationship, State, Status,
    Subscription, SubscriptionId, SuspendedBy, Term, account_at,
};
use subscription_usecases::demo::{World, WorldSettings};
use subscription_usecases::{Actor, Entry};

fn draft_of(customer: &Customer) -> CustomerDraft {
    CustomerDraft {
        company_name: customer.company_name.as_str().into(),
        domain: customer.domain.as_str().into(),
        country: customer.country.as_str().into(),
        contact: customer.contact.clone(),
        address: customer.address.clone(),
        details: Box::default(),
    }
}

fn check(world: &World, account: &CustomerAccount) {
    let WorldSettings { start, cloud, .. } = world.settings();
    let policy = Policy::of(cloud, start);
    let customer = account.customer();
    assert_eq!(draft_of(customer).problems(cloud), [], "{customer:?}");
    assert_eq!(customer.cloud, cloud);
    assert!(customer.created_at < midnight(start));
    if customer.relationship != Relationship::Reseller {
        assert_eq!(account.subscriptions().next(), None);
    }
    // Nothing is due: what time has brought by the first instant is in the account.
    let (later, due) = account_at(account, midnight(start), &policy);
    assert_eq!((&later, due), (account, vec![]));
    for held in account.subscriptions() {
        let what = format!("{} of {}", held.offer_name, customer.company_name.as_str());
        let offer = CATALOGUE.get(&held.offer).unwrap();
        assert_eq!(offer.cloud, cloud, "{what}");
        assert!(customer.qualifications.may_buy(offer.segment), "{what}");
        match offer.charging {
            Charging::Usage => assert_eq!(held.quantity.get(), 1, "{what}"),
            Charging::License => assert!(offer.quantity.check(held.quantity).is_ok(), "{what}"),
        }
        assert!(held.assigned.is_none_or(|assigned| assigned <= held.quantity.get()), "{what}");
        assert!(offer.sold_at(held.cycle()), "{what}");
        assert!(customer.created_at < held.created_at, "{what}");
        assert!(held.created_at < midnight(start), "{what}");
        assert_eq!(held.created_at.date_naive(), held.opened_on, "{what}");
        if let Some(suspension) = held.suspension() {
            assert!(held.created_at < suspension.at && suspension.at < midnight(start), "{what}");
        }
        assert_eq!(offer.is_add_on(), held.parent.is_some(), "{what}");
        if let Some(parent) = account.parent_of(held) {
            assert!(offer.prerequisites().contains(&parent.offer), "{what}");
            assert!(parent.created_at <= held.created_at || parent.opened_on == held.opened_on);
            assert_eq!(
                (parent.cycle(), parent.term.ends_on()),
                (held.cycle(), held.term.ends_on())
            );
        }
        match offer.limit {
            OwnershipLimit::None => {}
            OwnershipLimit::Concurrent(most) => {
                assert!(account.held_of(&offer.id).count() <= usize::from(most.get()), "{what}");
            }
            OwnershipLimit::Lifetime(most) => {
                assert!(account.ever_of(&offer.id).count() <= usize::from(most.get()), "{what}");
            }
        }
    }
    check_terms(world, account, &policy);
    check_history(world, account, &policy);
}

/// A term is what the rules make of the day of purchase, year after year.
fn check_terms(world: &World, account: &CustomerAccount, policy: &Policy) {
    let history = world.history(&account.customer().id);
    for held in account.subscriptions() {
        let Term::Paid { anchor_on, free_days, .. } = &held.term else { continue };
        if held.parent.is_some() || held.status() != Status::Active {
            continue;
        }
        let cycle = if held.cycle() == BillingCycle::Annual {
            PaidCycle::Annual
        } else {
            PaidCycle::Monthly
        };
        let billing = world.partner().billing_day;
        let term = Term::paid(held.opened_on, cycle, billing, true);
        assert_eq!(term.free_days(), *free_days);
        let bought = Subscription { term: term.clone(), ..held.clone() };
        let alone = CustomerAccount::new(account.customer().clone(), vec![bought]).unwrap();
        let (now, facts) = account_at(&alone, midnight(world.settings().start), policy);
        assert_eq!(
            now.subscriptions().next().unwrap().term.ends_on(),
            held.term.ends_on(),
            "{anchor_on}"
        );
        let renewals: Vec<_> = facts.iter().collect();
        let logged = history.iter().map(|entry| &entry.fact).filter(|fact| {
            matches!(fact.event, Event::Renewed { .. })
                && fact.subscription == Some(held.id.clone())
        });
        assert_eq!(logged.collect::<Vec<_>>(), renewals);
    }
}

/// The log tells what the account is.
fn check_history(world: &World, account: &CustomerAccount, policy: &Policy) {
    let customer = account.customer();
    let history = world.history(&customer.id);
    let start = midnight(world.settings().start);
    assert!(history.is_sorted_by_key(|entry| entry.fact.at));
    assert!(history.iter().all(|entry| entry.fact.at <= start && entry.customer == customer.id));
    assert_eq!(history[0].fact.event, Event::CustomerAdded);
    let mut lines: BTreeMap<SubscriptionId, Vec<&Entry>> = BTreeMap::new();
    for entry in &history {
        if let Some(id) = &entry.fact.subscription {
            lines.entry(id.clone()).or_default().push(entry);
        }
    }
    assert_eq!(lines.len(), account.subscriptions().len());
    for held in account.subscriptions() {
        let lines = &lines[&held.id];
        let what = format!("{held:?} {lines:?}");
        assert_eq!(lines.len(), held.revision as usize, "{what}");
        let (mut quantity, mut status, mut name) = (None, Status::Active, &*held.offer_name);
        let mut ends_on = None;
        for (nth, entry) in lines.iter().enumerate() {
            assert_eq!(nth == 0, matches!(entry.fact.event, Event::Created { .. }), "{what}");
            match &entry.fact.event {
                Event::Created { quantity: bought, .. } => quantity = Some(*bought),
                Event::QuantityChanged { from, to } => {
                    assert_eq!((quantity, status), (Some(*from), Status::Active), "{what}");
                    quantity = Some(*to);
                }
                Event::Renamed { from, to } => {
                    assert_eq!(name, from);
                    name = to;
                }
                Event::Renewed { from, to } => {
                    assert!(ends_on.is_none_or(|end| end == *from) && from < to, "{what}");
                    assert_eq!((&entry.actor, status), (&Actor::System, Status::Active), "{what}");
                    ends_on = Some(*to);
                }
                Event::Suspended { expires_on, .. } => {
                    assert_eq!(status, Status::Active, "{what}");
                    status = Status::Suspended;
                    match &held.state {
                        State::Suspended(suspension) => {
                            let until = account.expires_on(held, policy);
                            assert_eq!((Some(*expires_on), entry.fact.at), (until, suspension.at));
                            let vendor = suspension.by == SuspendedBy::Vendor;
                            assert_eq!(entry.actor == Actor::Vendor, vendor);
                        }
                        State::Deleted(deleted) => assert_eq!(deleted.at, expires_on.ends_at()),
                        State::Active => panic!("{what}"),
                    }
                }
                Event::Deleted { from, because } => {
                    assert_eq!(*from, status, "{what}");
                    status = Status::Deleted;
                    let State::Deleted(deleted) = &held.state else { panic!("{what}") };
                    assert_eq!((deleted.at, deleted.because), (entry.fact.at, *because));
                    let drawn_along = *because == DeletedBecause::ParentDeleted;
                    assert_eq!(entry.fact.cause.is_some(), drawn_along, "{what}");
                }
                other => panic!("{other:?}"),
            }
            assert_eq!(entry.subscription_name, name, "{what}");
        }
        assert_eq!((quantity, status), (Some(held.quantity), held.status()), "{what}");
        assert_eq!(name, held.nickname.as_str());
        assert!(ends_on.is_none_or(|end| held.term.ends_on() == Some(end)), "{what}");
    }
}

#[test]
fn every_account_of_two_hundred_is_legal_on_any_start_day() {
    for cloud in CLOUDS {
        for start in starts() {
            let world = world(3, 200, start, cloud);
            for customer in all(&world) {
                check(&world, &world.account(&customer.id).unwrap());
            }
        }
    }
}

#[test]
fn accounts_of_a_hundred_thousand_are_legal() {
    for cloud in CLOUDS {
        for start in [day(2018, 6, 1), day(2026, 7, 15)] {
            let world = world(11, 100_000, start, cloud);
            for place in (0..world.len()).step_by(211) {
                let customer = world.customer(place).unwrap();
                check(&world, &world.account(&customer.id).unwrap());
            }
        }
    }
}

#[test]
fn stories_are_legal_on_every_start_day() {
    let mut start = day(2018, 6, 1);
    while start < day(2032, 12, 31) {
        for cloud in CLOUDS {
            let world = world(0, 0, start, cloud);
            for id in world.story_ids() {
                check(&world, &world.account(&id).unwrap());
            }
        }
        start += TimeDelta::days(61);
    }
}

#[test]
fn the_customers_are_mixed() {
    let world = world(2, 5000, day(2026, 7, 15), Cloud::Commercial);
    let (mut countries, mut types) = (BTreeMap::new(), BTreeMap::new());
    let (mut statuses, mut trials, mut add_ons, mut assigned) = ([0; 3], 0, 0, 0);
    let (mut most, mut none) = (0, 0);
    for customer in all(&world) {
        *countries.entry(customer.country).or_insert(0) += 1;
        *types.entry(format!("{:?}", customer.qualifications.customer_type())).or_insert(0) += 1;
        let account = world.account(&customer.id).unwrap();
        if !world.story_ids().contains(&customer.id) {
            most = most.max(account.subscriptions().len());
            none += usize::from(account.subscriptions().len() == 0);
        }
        for held in account.subscriptions() {
            statuses[held.status() as usize] += 1;
            trials += usize::from(held.is_trial());
            add_ons += usize::from(held.parent.is_some());
            assigned += usize::from(held.assigned.is_some());
        }
    }
    let total: usize = statuses.iter().sum();
    println!("{countries:?} {types:?} {statuses:?} trials {trials} add-ons {add_ons}");
    println!("assigned {assigned} of {total}, most {most}, none {none}");
    assert!((2500..3300).contains(&countries[&Country::US]));
    assert!(countries.len() >= 9);
    assert!(types.len() == 5 && types["Commercial"] > 3700);
    assert!(statuses[0] * 10 > total * 7 && statuses[1] * 20 > total && statuses[2] * 60 > total);
    assert!(trials > 50 && add_ons * 12 > total && assigned * 2 > total);
    assert!(most <= 6 && none > 100);
}
