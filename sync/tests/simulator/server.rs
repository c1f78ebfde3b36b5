//! The server: the use cases on the store in memory.

use super::{Answers, World, say, short};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::fs;
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Waker};
use subscription_rules::{
    Catalogue, Cloud, CustomerAccount, CustomerId, OfferId, OwnershipLimit, PriceList, Quantity,
    Role, Standing, Status,
};
use subscription_sync::Entry;
use subscription_usecases::catalogue::{read_catalogue, read_prices};
use subscription_usecases::demo::{World as Demo, WorldSettings};
use subscription_usecases::{
    Answer, Ask, Caller, Command, Failure, MemoryStore, NotAnswered, REMEMBERED, RequestId,
    SavedAccount, Store,
};

/// A future that never waits.
pub fn now<V>(future: impl Future<Output = V>) -> V {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the store in memory never waits"),
    }
}

type Sold = (Arc<Catalogue>, Arc<PriceList>);

fn sold() -> &'static Sold {
    static SOLD: OnceLock<Sold> = OnceLock::new();
    SOLD.get_or_init(|| {
        let read = |name| fs::read_to_string(format!("../public/{name}.json")).unwrap();
        let catalogue = read_catalogue(&read("catalogue")).unwrap();
        (Arc::new(catalogue), Arc::new(read_prices(&read("prices")).unwrap()))
    })
}

/// The customers of a run. Wingtip Toys may have two of an offer, and has one of them suspended.
const CUSTOMERS: [u32; 3] = [2, 5, 12];

pub struct Inside {
    pub store: MemoryStore,
    demo: Arc<Demo>,
    world: World,
}

#[derive(Clone)]
pub struct Server(pub Rc<Inside>);

impl Server {
    pub fn new(world: &World) -> Self {
        let start: NaiveDate = world.borrow().now.date_naive();
        let settings = WorldSettings { seed: 1, size: 0, start, cloud: Cloud::Commercial };
        let demo = Arc::new(Demo::new(settings, Standing::Good, Arc::clone(&sold().0)));
        let store = MemoryStore::over([Arc::clone(&demo)]);
        Self(Rc::new(Inside { store, demo, world: Rc::clone(world) }))
    }

    pub fn caller(&self, world: &World, user: &str) -> Caller {
        let (now, sold) = (world.borrow().now, sold().clone());
        Caller::at(now, user.into(), Role::AdminAgent.into(), self.0.demo.partner().clone(), sold)
    }

    pub fn customers() -> Vec<CustomerId> {
        let id = |number: u32| format!("5d5d0000-0000-4000-8{number:03x}-000000000000");
        CUSTOMERS.iter().map(|number| CustomerId::parse(&id(*number)).unwrap()).collect()
    }

    pub fn account(&self, customer: &CustomerId) -> CustomerAccount {
        let partner = &self.0.demo.partner().id;
        now(self.0.store.account(partner, customer)).unwrap().unwrap().value
    }

    /// Carries out a request; now and then it is too busy, breaks off in the middle, or has broken
    /// off after the last commit.
    pub fn answers(&self, world: &World, entries: &[Entry]) -> Answers {
        let chance =
            || if world.borrow().is_calm { 100 } else { world.borrow_mut().dice.below(100) };
        if chance() < 5 {
            return Err(NotAnswered::Busy(2).into());
        }
        let mut answers = Vec::new();
        for entry in entries {
            if chance() < 5 {
                return Err(NotAnswered::TimedOut.into());
            }
            let answer = self.carries_out(world, entry);
            say(world, || format!("server: {} → {}", entry.ask.request.as_str(), short(&answer)));
            answers.push(answer);
        }
        if chance() < 5 { Err(NotAnswered::TimedOut.into()) } else { Ok(answers) }
    }

    fn carries_out(&self, world: &World, entry: &Entry) -> Result<Answer, Failure> {
        let partner = &self.0.demo.partner().id;
        let before = now(self.0.store.recorded(partner, &entry.ask.request)).unwrap();
        if before.is_some() {
            world.borrow_mut().tally.repeated += 1;
        }
        let caller = self.caller(world, &entry.who.user);
        now(entry.command.carry_out(&self.0.store, &caller, &entry.ask))
    }

    /// Somebody else changes something, in front of a screen with a network.
    pub fn colleague(&self, world: &World) {
        let customers = Self::customers();
        let (customer, name, quantity) = {
            let dice = &mut world.borrow_mut().dice;
            let at = usize::try_from(dice.below(customers.len() as u64)).unwrap();
            let name = format!("colleague-{:016x}", dice.number());
            (customers[at].clone(), name, 1 + u32::try_from(dice.below(250)).unwrap())
        };
        let account = self.account(&customer);
        let held: Vec<_> = account
            .subscriptions()
            .filter(|held| held.status() == Status::Active && !held.is_trial())
            .collect();
        if held.is_empty() {
            return;
        }
        let at = world.borrow_mut().dice.below(held.len() as u64);
        let subscription = held[usize::try_from(at).unwrap()].id.clone();
        let to = Quantity::try_from(quantity).unwrap();
        let command = Command::ChangeQuantity { customer, subscription, to };
        let ask = Ask::to_do(RequestId::parse(&name).unwrap());
        let caller = self.caller(world, "colleague");
        let answer = now(command.carry_out(&self.0.store, &caller, &ask));
        say(world, || format!("colleague: {}", short(&answer)));
    }
}

impl Server {
    pub fn world(&self) -> &World {
        &self.0.world
    }

    pub fn revision(&self, customer: &CustomerId) -> u64 {
        let partner = &self.0.demo.partner().id;
        now(self.0.store.account(partner, customer)).unwrap().unwrap().revision
    }

    /// Whether it may not know any more what it answered to something asked for at a moment.
    pub fn forgets(&self, asked: DateTime<Utc>) -> bool {
        self.world().borrow().now - asked > REMEMBERED - TimeDelta::days(1)
    }

    pub fn saved(&self, customer: &CustomerId) -> Option<SavedAccount> {
        self.0.store.saved(&self.0.demo.partner().id, customer)
    }

    /// How many a customer may have of an offer at a time.
    pub fn limit(offer: &OfferId) -> Option<usize> {
        let offer = sold().0.get(offer)?;
        match offer.limit {
            OwnershipLimit::Concurrent(limit) => Some(usize::from(limit.get())),
            _ => None,
        }
    }

    /// How many the customer's story begins with.
    pub fn at_first(&self, customer: &CustomerId, offer: &OfferId) -> usize {
        self.0.demo.account(customer).map_or(0, |account| account.held_of(offer).count())
    }
}
