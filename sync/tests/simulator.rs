//! Several devices, a server, a network that drops, doubles, reorders and delays, storage that
//! fails or forgets, tabs that die, clocks that jump and months that pass: on one thread, in virtual time, one seed a
//! run. After every step: nothing acknowledged is lost, no request has two effects, limits hold,
//! `ETag`s only grow, the log is only added to. At the end every change has one of its three fates.
//!
//! `SEEDS` says how many runs, `SEED` which one alone, printed step by step.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::print_stdout, reason = "a replayed run tells what it does")]

#[path = "simulator/mod.rs"]
mod simulator;

use simulator::run;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

#[test]
fn whatever_happens_nothing_is_lost() {
    if let Some(seed) = number("SEED") {
        run(seed, true).unwrap();
        return;
    }
    let mut told = simulator::Tally::default();
    for seed in 0..number("SEEDS").unwrap_or(1_000) {
        match run(seed, false) {
            Ok(tally) => told.add(&tally),
            Err(why) => panic!(
                "seed {seed}: {why}\nSEED={seed} cargo test -p subscription-sync --test simulator -- --nocapture"
            ),
        }
    }
    println!("{told:?}");
    // A simulation in which nothing goes wrong shows nothing.
    assert!(told.applied > 0 && told.refused > 0 && told.repeated > 0 && told.crashes > 0);
    assert!(told.conflicts > 0 && told.lost > 0 && told.doubled > 0 && told.not_kept > 0);
    assert!(told.forgotten > 0);
}

/// Seeds that once found something. Each stays for good.
#[test]
fn seeds_that_found_something() {
    for seed in simulator::FOUND {
        run(*seed, false).unwrap();
    }
}
