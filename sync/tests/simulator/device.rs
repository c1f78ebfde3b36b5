//! A device with one person: what it keeps, its tab that sends, and what the person does.

use super::server::{Server, now};
use super::{Message, World, say};
use chrono::{DateTime, TimeDelta, Utc};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use subscription_rules::{
    BillingCycle, CustomerAccount, CustomerId, Line, Nickname, OfferId, Quantity, Status,
    Subscription, Suspend, SuspensionReason,
};
use subscription_sync::{
    Ahead, Choice, Clock, Entry, Network, NotKept, Numbered, Sender, Step, Storage, exported,
    imported,
};
use subscription_usecases::{Answer, Ask, Command, Failure, NotAnswered, RequestId};

/// What survives a tab.
#[derive(Default)]
pub struct Disk {
    /// Synced: this is there after a crash.
    pub safe: BTreeMap<u64, Entry>,
    /// Written and not synced yet: after a crash it may be there or not.
    unsynced: Vec<(u64, Vec<Entry>)>,
    next: u64,
    /// The last number that was given to a change.
    last: u64,
    /// What became of writes that are over.
    over: BTreeMap<u64, Result<(), NotKept>>,
    broken: bool,
}

struct SimStorage(Rc<RefCell<Disk>>);

impl Storage for SimStorage {
    async fn all(&self) -> Result<Vec<Entry>, NotKept> {
        Ok(self.0.borrow().safe.values().cloned().collect())
    }

    async fn add(&self, entries: Numbered) -> Result<Vec<Entry>, NotKept> {
        let last = self.0.borrow().last;
        // As where another tab has taken the number that seemed to be free.
        let _too_slow = entries(last);
        let entries = entries(last + 1);
        self.put(&entries).await?;
        Ok(entries)
    }

    async fn put(&self, entries: &[Entry]) -> Result<(), NotKept> {
        let id = {
            let mut disk = self.0.borrow_mut();
            if disk.broken {
                return Err(NotKept::Full);
            }
            disk.next += 1;
            let id = disk.next;
            // The database gives out no number twice, also when it fails later.
            let last = entries.iter().map(|entry| entry.number).max();
            disk.last = disk.last.max(last.unwrap_or(0));
            disk.unsynced.push((id, entries.to_vec()));
            id
        };
        std::future::poll_fn(|_| match self.0.borrow_mut().over.remove(&id) {
            Some(outcome) => Poll::Ready(outcome),
            None => Poll::Pending,
        })
        .await
    }
}

struct SimNetwork {
    world: World,
    is_online: Rc<Cell<bool>>,
}

/// The longest that an answer is waited for.
const PATIENCE: TimeDelta = TimeDelta::seconds(35);

impl Network for SimNetwork {
    async fn send(&self, entries: &[Entry]) -> Result<Vec<Result<Answer, Failure>>, Failure> {
        if !self.is_online.get() {
            return Err(NotAnswered::Network.into());
        }
        let (id, late) = {
            let mut shared = self.world.borrow_mut();
            shared.next_message += 1;
            let id = shared.next_message;
            shared.requests.push(Message { id, entries: entries.to_vec() });
            (id, shared.now + PATIENCE)
        };
        std::future::poll_fn(|_| {
            let mut shared = self.world.borrow_mut();
            match shared.arrived.remove(&id) {
                Some(answers) => Poll::Ready(answers),
                None if shared.now > late => Poll::Ready(Err(NotAnswered::TimedOut.into())),
                None => Poll::Pending,
            }
        })
        .await
    }
}

struct SimClock {
    world: World,
    wrong_by: Rc<Cell<TimeDelta>>,
}

impl Clock for SimClock {
    fn now(&self) -> DateTime<Utc> {
        self.world.borrow().now + self.wrong_by.get()
    }

    fn dice(&self) -> u64 {
        self.world.borrow_mut().dice.number()
    }
}

type Tab = Rc<Sender<SimStorage, SimNetwork, SimClock>>;
type Running<V> = Pin<Box<dyn Future<Output = V>>>;

/// Something that the person does, until it is kept or not.
struct Adding {
    running: Running<Result<Vec<Entry>, NotKept>>,
}

pub struct Device {
    world: World,
    server: Server,
    pub place: usize,
    pub disk: Rc<RefCell<Disk>>,
    is_online: Rc<Cell<bool>>,
    wrong_by: Rc<Cell<TimeDelta>>,
    tab: Option<Tab>,
    /// Several accounts are sent at a time.
    lanes: [Option<Running<Step>>; 2],
    adding: Option<Adding>,
    /// What was last seen of each customer.
    seen: BTreeMap<CustomerId, (CustomerAccount, DateTime<Utc>)>,
    /// "Saved on this device" was said of these.
    pub acknowledged: Vec<RequestId>,
    made: u64,
}

fn poll<V>(running: &mut Option<Running<V>>) -> Option<V> {
    let future = running.as_mut()?;
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => {
            *running = None;
            Some(value)
        }
        Poll::Pending => None,
    }
}

impl Device {
    pub fn new(world: &World, server: &Server, place: usize) -> Self {
        let mut device = Self {
            world: Rc::clone(world),
            server: server.clone(),
            place,
            disk: Rc::default(),
            is_online: Rc::new(Cell::new(true)),
            wrong_by: Rc::new(Cell::new(TimeDelta::zero())),
            tab: None,
            lanes: [None, None],
            adding: None,
            seen: BTreeMap::new(),
            acknowledged: Vec::new(),
            made: 0,
        };
        device.opens();
        device.looks();
        device
    }

    fn below(&self, bound: usize) -> usize {
        let number = self.world.borrow_mut().dice.below(bound as u64);
        usize::try_from(number).unwrap()
    }

    fn name(&mut self) -> RequestId {
        self.made += 1;
        RequestId::parse(&format!("device-{}-{}", self.place, self.made)).unwrap()
    }

    fn opens(&mut self) {
        let storage = SimStorage(Rc::clone(&self.disk));
        let network =
            SimNetwork { world: Rc::clone(&self.world), is_online: Rc::clone(&self.is_online) };
        let clock = SimClock { world: Rc::clone(&self.world), wrong_by: Rc::clone(&self.wrong_by) };
        self.tab = Some(Rc::new(now(Sender::open(storage, network, clock)).unwrap()));
    }

    fn tab(&self) -> Tab {
        Rc::clone(self.tab.as_ref().unwrap())
    }

    pub fn entries(&self) -> Vec<Entry> {
        self.tab().with(|outbox| outbox.entries().cloned().collect())
    }

    /// Whatever runs on the device goes on a little.
    pub fn goes_on(&mut self) {
        self.syncs();
        if let Some(adding) = &mut self.adding {
            let mut running =
                Some(std::mem::replace(&mut adding.running, Box::pin(std::future::pending())));
            match poll(&mut running) {
                None => adding.running = running.unwrap(),
                Some(outcome) => {
                    self.adding = None;
                    match outcome {
                        Ok(kept) => {
                            self.acknowledged.extend(kept.into_iter().map(|kept| kept.ask.request));
                        }
                        Err(_) => self.world.borrow_mut().tally.not_kept += 1,
                    }
                }
            }
        }
        let tab = self.tab();
        for lane in &mut self.lanes {
            if lane.is_none() {
                let tab = Rc::clone(&tab);
                *lane = Some(Box::pin(async move { tab.step().await }));
            }
            if let Some(step) = poll(lane) {
                say(&self.world, || format!("device {}: {step:?}", self.place));
            }
        }
    }

    /// The oldest write reaches the disk.
    fn syncs(&self) {
        let mut disk = self.disk.borrow_mut();
        if disk.unsynced.is_empty() {
            return;
        }
        let (id, entries) = disk.unsynced.remove(0);
        for entry in entries {
            disk.safe.insert(entry.number, entry);
        }
        disk.over.insert(id, Ok(()));
    }

    /// Reads the customers anew.
    pub fn looks(&mut self) {
        if !self.is_online.get() {
            return;
        }
        for customer in Server::customers() {
            let account = self.server.account(&customer);
            let at = self.world.borrow().now + self.wrong_by.get();
            self.seen.insert(customer, (account, at));
        }
    }

    /// The person changes something.
    pub fn acts(&mut self) {
        if self.adding.is_some() {
            return;
        }
        let customers: Vec<CustomerId> = self.seen.keys().cloned().collect();
        let customer = customers[self.below(customers.len())].clone();
        let (seen, at) = self.seen[&customer].clone();
        let entries = self.entries();
        let user = format!("person-{}", self.place);
        let caller = self.server.caller(&self.world, &user);
        let ahead = now(Ahead::of((&seen, at), &entries, &caller));
        let shown = now(ahead.account(&caller)).unwrap();
        let Some(command) = self.wanted(&shown) else { return };
        let request = self.name();
        let decided = now(ahead.decide(command, Ask::to_do(request), &caller));
        let decided = match decided {
            Ok(decided) => decided,
            Err(why) => {
                say(&self.world, || format!("device {}: not possible, {why}", self.place));
                return;
            }
        };
        say(&self.world, || {
            let names = decided.entries.iter().map(|entry| entry.ask.request.as_str());
            format!("device {}: decided {}", self.place, names.collect::<Vec<_>>().join(", "))
        });
        self.add(decided.entries);
    }

    fn add(&mut self, entries: Vec<Entry>) {
        let tab = self.tab();
        self.adding = Some(Adding { running: Box::pin(async move { tab.add(entries).await }) });
    }

    fn wanted(&mut self, shown: &CustomerAccount) -> Option<Command> {
        let customer = shown.customer().id.clone();
        let quantity = Quantity::try_from(1 + u32::try_from(self.below(290)).unwrap()).unwrap();
        let reasons = [SuspensionReason::CustomerRequest, SuspensionReason::NonPayment];
        let why = Suspend { reason: Some(reasons[self.below(2)]), note: None };
        if self.below(4) == 0 {
            const OFFERS: [&str; 3] = [
                "031C9E47-4802-4248-838E-778FB1D2CC05",
                "796B6B5F-613C-4E24-A17C-EBA730D49C02",
                "195416C1-3447-423A-B37B-EE59A99A19C4",
            ];
            let line = |offer: &str| Line {
                offer: OfferId::parse(offer).unwrap(),
                quantity,
                nickname: None,
            };
            let count = 1 + self.below(2);
            let first = self.below(OFFERS.len());
            let lines = (0..count).map(|at| line(OFFERS[(first + at) % OFFERS.len()])).collect();
            return Some(Command::Place { customer, cycle: BillingCycle::Monthly, lines });
        }
        let held: Vec<&Subscription> =
            shown.subscriptions().filter(|held| held.is_held()).collect();
        if held.is_empty() {
            return None;
        }
        let held = held[self.below(held.len())];
        let subscription = held.id.clone();
        Some(match (held.status(), self.below(6)) {
            (Status::Suspended, 0..4) => Command::Reactivate { customer, subscription },
            (_, 0 | 1) => Command::Suspend { customer, subscription, why },
            (_, 2) => Command::Cancel { customer, subscription, why },
            (_, 3) => {
                let to = Nickname::parse(&format!("Name {}", self.made)).unwrap();
                Command::Rename { customer, subscription, to }
            }
            _ => Command::ChangeQuantity { customer, subscription, to: quantity },
        })
    }

    /// The person chooses about the first change that waits for it.
    pub fn settles(&mut self) {
        if self.adding.is_some() {
            return;
        }
        let Some(entry) = self.entries().into_iter().find(Entry::needs_you) else { return };
        let is_calm = self.world.borrow().is_calm;
        let choice = match self.below(4) {
            // In a calm world nothing is asked again for ever.
            0 | 1 if !is_calm => Choice::ApplyAgain(self.name()),
            2 => Choice::TakeTheirs,
            _ => Choice::Drop,
        };
        say(&self.world, || format!("device {}: {} {choice:?}", self.place, entry.number));
        let (tab, number) = (self.tab(), entry.number);
        self.adding =
            Some(Adding { running: Box::pin(async move { tab.settle(number, choice).await }) });
    }

    /// The network comes or goes.
    pub fn switches(&mut self) {
        self.is_online.set(!self.is_online.get());
        if self.is_online.get() {
            self.tab().resume();
        }
    }

    /// The tab dies, and another one opens later on what is on the disk.
    pub fn dies(&mut self) {
        self.world.borrow_mut().tally.crashes += 1;
        self.lanes = [None, None];
        self.adding = None;
        self.tab = None;
        let unsynced = std::mem::take(&mut self.disk.borrow_mut().unsynced);
        for (_, entries) in unsynced {
            // All of a write or nothing of it.
            if self.below(2) == 0 {
                let mut disk = self.disk.borrow_mut();
                for entry in entries {
                    disk.safe.insert(entry.number, entry);
                }
            }
        }
        self.disk.borrow_mut().over.clear();
        // A change may be moved to another browser as a file, and comes back the same.
        if self.below(4) == 0 {
            let mut disk = self.disk.borrow_mut();
            let entries: Vec<Entry> = disk.safe.values().cloned().collect();
            if let Some(first) = entries.first() {
                let file = exported(&entries);
                assert!(imported(&file, &first.who, &entries).unwrap().is_empty());
                let open = imported(&file, &first.who, []).unwrap();
                assert_eq!(open.len(), entries.iter().filter(|entry| !entry.is_over()).count());
            }
            disk.next += 1;
        }
        self.opens();
        say(&self.world, || format!("device {}: died and came back", self.place));
    }

    /// Storage is full, or has room again.
    pub fn storage_breaks(&mut self) {
        let mut disk = self.disk.borrow_mut();
        disk.broken = !disk.broken;
    }

    pub fn clock_jumps(&mut self) {
        let seconds = i64::try_from(self.below(7_200)).unwrap() - 3_600;
        self.wrong_by.set(TimeDelta::seconds(seconds));
    }

    /// Everything works again.
    pub fn comes_back(&mut self) {
        self.is_online.set(true);
        self.disk.borrow_mut().broken = false;
        self.wrong_by.set(TimeDelta::zero());
        self.tab().resume();
    }

    pub fn is_settled(&self) -> bool {
        let is_idle = self.adding.is_none() && self.disk.borrow().unsynced.is_empty();
        is_idle && self.disk.borrow().safe.values().all(Entry::is_over)
    }

    pub fn open(&self) -> Vec<String> {
        let disk = self.disk.borrow();
        let open = disk.safe.values().filter(|entry| !entry.is_over());
        let memory = self.entries();
        open.map(|entry| {
            let here = memory.iter().find(|held| held.number == entry.number);
            format!(
                "device {} {}: {:?}, in memory {:?}",
                self.place,
                entry.number,
                entry.state,
                here.map(|held| &held.state)
            )
        })
        .collect()
    }
}
