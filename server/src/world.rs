//! The demo's data in an empty database: the same customers as in the browser's demo.

use crate::desk::Desk;
use crate::sign_in::demo::PARTNER as DEMO_PARTNER;
use crate::sign_in::partner;
use subscription_rules::{Cloud, CustomerAccount, Order, OrderLine, Partner, Policy, Standing};
use subscription_usecases::demo::{SEED, World, WorldSettings};
use subscription_usecases::{Commit, Committed, Failure, Store, StoreError};
use tokio::task::JoinHandle;

/// Loads the demo's customers of every cloud, so many generated ones in each beside those with a
/// story. A partner that has other customers gets none of them; loading that was broken off goes on.
/// Returns how many were loaded.
pub async fn load(desk: &Desk, size: u32) -> Result<usize, Failure> {
    let start = desk.now().date_naive();
    let mut loaded = 0;
    for cloud in Cloud::OFFERED {
        let Some(partner) = partner(&format!("{DEMO_PARTNER}.{}", cloud.word())) else { continue };
        let settings = WorldSettings { seed: SEED, size, start, cloud };
        let world = World::new(settings, Standing::Good, desk.catalogue.clone());
        let count = desk.store.customer_count(&partner.id).await?;
        let mark = mark(&world);
        if count >= world.len() as u64 || (count > 0 && !has(desk, &partner, &world, mark).await?) {
            continue;
        }
        let policy = Policy::of(cloud, start);
        let mut waiting = Vec::new();
        let others = (0..world.len()).filter(|place| *place != mark);
        for place in std::iter::once(mark).chain(others) {
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
            // The first by itself, since it tells that loading has begun; then enough for the writer
            // to commit many together, and not all of them in memory.
            if place == mark || waiting.len() == 512 {
                loaded += settle(&mut waiting).await?;
            }
        }
        loaded += settle(&mut waiting).await?;
    }
    Ok(loaded)
}

/// The place of the customer by which a world is known: the first that is generated. With another
/// number of them it would be another one, while those with a story are the same.
fn mark(world: &World) -> usize {
    let stories = world.story_ids();
    let is_generated =
        |place: &usize| world.customer(*place).is_some_and(|one| !stories.contains(&one.id));
    (0..world.len()).find(is_generated).unwrap_or_default()
}

/// Whether the partner has the customer at a place of the world.
async fn has(desk: &Desk, partner: &Partner, world: &World, place: usize) -> Result<bool, Failure> {
    let Some(customer) = world.customer(place) else { return Ok(false) };
    Ok(desk.store.customer(&partner.id, &customer.id).await?.is_some())
}

type Waiting = Vec<JoinHandle<subscription_usecases::Result<Committed>>>;

/// How many were written. One that was there already is left as it is.
async fn settle(waiting: &mut Waiting) -> Result<usize, Failure> {
    let mut written = 0;
    for task in waiting.drain(..) {
        match task.await.map_err(|gone| StoreError::Unavailable(gone.to_string()))? {
            Ok(_) => written += 1,
            Err(StoreError::Stale) => {}
            Err(failed) => return Err(failed.into()),
        }
    }
    Ok(written)
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
