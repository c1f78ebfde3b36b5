//! What must hold on every store of a server when much happens at once.

use super::{added, caller, line};
use subscription_desk_server::store::AppStore;
use subscription_rules::{BillingCycle, Refusal};
use subscription_usecases::contract::{draft, request};
use subscription_usecases::{Failure, customers, orders, subscriptions};

const CYCLE: BillingCycle = BillingCycle::Monthly;

/// A hundred orders at once of an offer that one customer may have twice give two. The stores are
/// several servers on one database, or one.
pub async fn two_of_a_hundred(stores: &[AppStore]) {
    let caller = caller();
    let customer = added(&stores[0], &caller, "Raced").await;
    let tasks = (0..100).map(|number| {
        let store = stores[number % stores.len()].clone();
        let (caller, customer) = (caller.clone(), customer.clone());
        tokio::spawn(async move {
            let ask = request(&format!("race-{number}"));
            orders::place_one(&store, &caller, &customer, CYCLE, &line(1), &ask).await
        })
    });
    let mut bought = 0;
    for task in tasks.collect::<Vec<_>>() {
        match task.await.unwrap() {
            Ok(_) => bought += 1,
            Err(Failure::Refused(Refusal::OfferUseLimitExceeded { limit: 2, held: 2, .. })) => {}
            Err(other) => unreachable!("refused by the limit, not {other:?}"),
        }
    }
    assert_eq!(bought, 2);
    let account = subscriptions::account(&stores[0], &caller, &customer).await.unwrap();
    assert_eq!(account.subscriptions().len(), 2);
}

/// One request sent twenty times at once runs once, and all get the same answer.
pub async fn once_of_twenty(stores: &[AppStore]) {
    let caller = caller();
    let mut made = Vec::new();
    let adding = (0..20).map(|number| {
        let (store, caller) = (stores[number % stores.len()].clone(), caller.clone());
        tokio::spawn(async move {
            let draft = draft("Once", "once.example.com");
            customers::add(&store, &caller, &draft, &request("once")).await
        })
    });
    for task in adding.collect::<Vec<_>>() {
        made.push(task.await.unwrap().unwrap().customer);
    }
    made.dedup();
    let [customer] = &made[..] else { unreachable!("one, not {made:?}") };
    let buying = (0..20).map(|number| {
        let store = stores[number % stores.len()].clone();
        let (caller, customer) = (caller.clone(), customer.clone());
        tokio::spawn(async move {
            let ask = request("buy-once");
            let placed = orders::place_one(&store, &caller, &customer, CYCLE, &line(1), &ask).await;
            // Whoever has an answer sees what it tells of.
            let account = subscriptions::account(&store, &caller, &customer).await.unwrap();
            assert_eq!(account.subscriptions().len(), 1);
            placed
        })
    });
    let mut outcomes = Vec::new();
    for task in buying.collect::<Vec<_>>() {
        outcomes.push(task.await.unwrap().unwrap());
    }
    outcomes.dedup();
    assert_eq!(outcomes.len(), 1, "the same answer for all");
    let account = subscriptions::account(&stores[0], &caller, customer).await.unwrap();
    assert_eq!(account.subscriptions().len(), 1);
}
