//! An order that was not taken, and the one that is submitted in its place.

use crate::backend::use_backend;
use crate::view::prelude::*;
use crate::wait::spawn_local;
use subscription_rules::CustomerId;
use subscription_sync::{Choice, Entry};
use subscription_usecases::Command;

/// Gives up the order that the wizard was opened to replace: one of this customer that still waits
/// for the person. A pasted address may name anything.
pub fn giving_up(customer: &CustomerId, number: Option<u64>) -> Option<Callback<()>> {
    let (number, backend) = (number?, use_backend());
    let is_order =
        |of: &Command| matches!(of, Command::Place { customer: of, .. } if of == customer);
    let is_it =
        |entry: &Entry| entry.number == number && entry.needs_you() && is_order(&entry.command);
    // As it is when the wizard opens: what becomes of it later must not open the wizard anew.
    let waits = untrack(|| backend.outgoing().is_some_and(|all| all.entries().iter().any(is_it)));
    let give_up = move |()| {
        spawn_local(async move {
            if let Some(outgoing) = backend.outgoing() {
                // What cannot be kept now goes on waiting for the person, and says so.
                let _not_kept = outgoing.settle(number, Choice::Drop).await;
            }
        });
    };
    waits.then(|| Callback::new(give_up))
}
