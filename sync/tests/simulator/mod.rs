//! The simulated world.

mod check;
mod device;
mod dice;
mod server;

use check::Checks;
use chrono::{DateTime, TimeDelta, Utc};
use device::Device;
pub use dice::Dice;
use server::Server;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use subscription_sync::Entry;
use subscription_usecases::{Answer, Failure};

/// Seeds that once found something. The runs have grown since, so a seed is another history now; what
/// it found then is said beside it.
pub const FOUND: &[u64] = &[
    // An answer that could not be kept was never tried again.
    0,
    // A state that was still to be kept was written over what the person had chosen meanwhile.
    171,
];

/// How often things happened, so that a run that shows nothing is noticed.
#[derive(Debug, Default, Clone)]
pub struct Tally {
    pub applied: u64,
    pub refused: u64,
    pub conflicts: u64,
    pub repeated: u64,
    pub crashes: u64,
    pub lost: u64,
    pub doubled: u64,
    pub not_kept: u64,
    pub forgotten: u64,
}

impl Tally {
    pub fn add(&mut self, other: &Self) {
        self.applied += other.applied;
        self.refused += other.refused;
        self.conflicts += other.conflicts;
        self.repeated += other.repeated;
        self.crashes += other.crashes;
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.not_kept += other.not_kept;
        self.forgotten += other.forgotten;
    }
}

/// A request on its way.
#[derive(Clone)]
pub struct Message {
    pub id: u64,
    pub entries: Vec<Entry>,
}

/// An answer on its way.
#[derive(Clone)]
pub struct Reply {
    pub id: u64,
    pub answers: Answers,
}

/// An answer to each change of a request, or none to the request.
pub type Answers = Result<Vec<Result<Answer, Failure>>, Failure>;

/// What all parts of the world share.
pub struct Shared {
    pub now: DateTime<Utc>,
    pub dice: Dice,
    pub requests: Vec<Message>,
    pub replies: Vec<Reply>,
    /// Answers that have arrived, for whoever still waits.
    pub arrived: BTreeMap<u64, Answers>,
    pub next_message: u64,
    pub is_calm: bool,
    pub tells: bool,
    pub tally: Tally,
}

pub type World = Rc<RefCell<Shared>>;

pub fn say(world: &World, text: impl FnOnce() -> String) {
    if world.borrow().tells {
        println!("{} {}", world.borrow().now.format("%H:%M:%S%.3f"), text());
    }
}

/// The steps of a run before the world calms down.
const STEPS: usize = 400;
/// The most steps that a calm world may need to settle everything.
const CALM: usize = 4_000;

/// Runs one seed.
pub fn run(seed: u64, tells: bool) -> Result<Tally, String> {
    let world: World = Rc::new(RefCell::new(Shared {
        now: DateTime::from_timestamp(1_816_000_000, 0).unwrap(),
        dice: Dice::of(seed),
        requests: Vec::new(),
        replies: Vec::new(),
        arrived: BTreeMap::new(),
        next_message: 0,
        is_calm: false,
        tells,
        tally: Tally::default(),
    }));
    let server = Server::new(&world);
    let mut devices: Vec<Device> =
        (0..3).map(|place| Device::new(&world, &server, place)).collect();
    let mut checks = Checks::new();
    for _ in 0..STEPS {
        happens(&world, &server, &mut devices);
        checks.after_each(&server, &devices)?;
    }
    world.borrow_mut().is_calm = true;
    for device in &mut devices {
        device.comes_back();
    }
    let mut is_over = false;
    for _ in 0..CALM {
        happens(&world, &server, &mut devices);
        checks.after_each(&server, &devices)?;
        is_over = devices.iter().all(Device::is_settled);
        if is_over {
            break;
        }
    }
    if !is_over {
        let open: Vec<String> = devices.iter().flat_map(Device::open).collect();
        return Err(format!("not everything has a fate: {}", open.join("; ")));
    }
    checks.at_the_end(&server, &devices)?;
    let tally = world.borrow().tally.clone();
    Ok(tally)
}

/// One thing happens.
fn happens(world: &World, server: &Server, devices: &mut [Device]) {
    let (what, which, is_calm) = {
        let mut shared = world.borrow_mut();
        let step = shared.dice.below(400);
        shared.now += TimeDelta::milliseconds(i64::try_from(step).unwrap());
        let which = usize::try_from(shared.dice.below(devices.len() as u64)).unwrap();
        (shared.dice.below(100), which, shared.is_calm)
    };
    match what {
        0..30 => delivers_request(world, server),
        30..60 => delivers_reply(world),
        60..72 => devices[which].goes_on(),
        _ if is_calm => {
            devices[which].goes_on();
            devices[which].settles();
        }
        72..82 => devices[which].acts(),
        82..86 => devices[which].settles(),
        86..90 => devices[which].looks(),
        90..92 => server.colleague(world),
        92..94 => devices[which].switches(),
        94..96 => devices[which].dies(),
        96..97 => devices[which].storage_breaks(),
        97..98 => devices[which].clock_jumps(),
        98..99 if world.borrow_mut().dice.below(20) == 0 => a_month_passes(world),
        _ => world.borrow_mut().now += TimeDelta::seconds(20),
    }
}

/// The server forgets its answers. Nothing is on its way for so long.
fn a_month_passes(world: &World) {
    let mut shared = world.borrow_mut();
    shared.now += TimeDelta::days(31);
    shared.requests.clear();
    shared.replies.clear();
}

fn delivers_request(world: &World, server: &Server) {
    let taken = {
        let mut shared = world.borrow_mut();
        let count = shared.requests.len() as u64;
        if count == 0 {
            return;
        }
        // Any of them: that is what delay and reordering are.
        let at = usize::try_from(shared.dice.below(count)).unwrap();
        let message = shared.requests.swap_remove(at);
        let chance = if shared.is_calm { 100 } else { shared.dice.below(100) };
        if chance < 12 {
            shared.tally.lost += 1;
            None
        } else {
            if chance < 22 {
                shared.tally.doubled += 1;
                let copy = message.clone();
                shared.requests.push(copy);
            }
            Some(message)
        }
    };
    let Some(message) = taken else { return };
    let answers = server.answers(world, &message.entries);
    world.borrow_mut().replies.push(Reply { id: message.id, answers });
}

fn delivers_reply(world: &World) {
    let mut shared = world.borrow_mut();
    let count = shared.replies.len() as u64;
    if count == 0 {
        return;
    }
    let at = usize::try_from(shared.dice.below(count)).unwrap();
    let Reply { id, answers } = shared.replies.swap_remove(at);
    if !shared.is_calm && shared.dice.below(100) < 12 {
        shared.tally.lost += 1;
        return;
    }
    shared.arrived.insert(id, answers);
}

pub fn short(answer: &Result<Answer, Failure>) -> String {
    match answer {
        Ok(_) => "done".to_owned(),
        Err(why) => why.to_string(),
    }
}
