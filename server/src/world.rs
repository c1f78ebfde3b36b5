//! The demo's data in an empty database: the same customers as in the browser's demo.

use crate::desk::Desk;
use crate::sign_in::demo::PARTNER as DEMO_PARTNER;
use crate::sign_in::partner;
use subscription_rules::{Cloud, CustomerAccount, Order, OrderLine, Policy, Standing};
use subscription_usecases::demo::{SEED, World, WorldSettings};
use subscription_usecases::{Commit, Failure, Store};

/// Loads the demo's customers of every cloud, so many generated ones in each beside those with a
/// story, unless the demo partner has customers already. Returns how many were loaded.
pub async fn load(desk: &Desk, size: u32) -> Result<usize, Failure> {
    let start = desk.now().date_naive();
    let mut loaded = 0;
    for cloud in Cloud::OFFERED {
        let Some(partner) = partner(&format!("{DEMO_PARTNER}.{}", cloud.word())) else { continue };
        if desk.store.customer_count(&partner.id).await? > 0 {
            continue;
        }
        let settings = WorldSettings { seed: SEED, size, start, cloud };
        let world = World::new(settings, Standing::Good, desk.catalogue.clone());
        let policy = Policy::of(cloud, start);
        let mut waiting = Vec::new();
        for place in 0..world.len() {
            let Some(account) = account(&world, place) else { continue };
            let orders = orders(&account);
            let entries = world.history(&account.customer().id);
            let commit = Commit {
                partner: partner.id.clone(),
                revision: None,
                account,
                orders,
                entries,
                recorded: None,
                policy,
            };
            let store = desk.store.clone();
            waiting.push(tokio::spawn(async move { store.commit(commit).await }));
            // Enough for the writer to commit many together, and not all of them in memory.
            if waiting.len() == 512 {
                loaded += settle(&mut waiting).await?;
            }
        }
        loaded += settle(&mut waiting).await?;
    }
    Ok(loaded)
}

type Waiting =
    Vec<tokio::task::JoinHandle<subscription_usecases::Result<subscription_usecases::Committed>>>;

async fn settle(waiting: &mut Waiting) -> Result<usize, Failure> {
    let count = waiting.len();
    for task in waiting.drain(..) {
        let gone = |error: tokio::task::JoinError| {
            subscription_usecases::StoreError::Unavailable(error.to_string())
        };
        task.await.map_err(gone)??;
    }
    Ok(count)
}

fn account(world: &World, place: usize) -> Option<CustomerAccount> {
    world.account(&world.customer(place)?.id)
}

/// The orders that an account's subscriptions came with, oldest first. How many licenses were
/// ordered nobody has written down: it is as many as there are.
fn orders(account: &CustomerAccount) -> Vec<Order> {
    let mut orders: Vec<Order> = Vec::new();
    for held in account.subscriptions() {
        let line = OrderLine {
            offer: held.offer.clone(),
            quantity: held.quantity,
            subscription: held.id.clone(),
        };
        match orders.iter_mut().find(|order| order.id == held.order) {
            Some(order) => order.lines.push(line),
            None => orders.push(Order {
                id: held.order.clone(),
                cycle: held.cycle(),
                created_at: held.created_at,
                lines: vec![line],
            }),
        }
    }
    orders.sort_by_key(|order| order.created_at);
    orders
}
