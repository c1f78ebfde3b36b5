//! A change in words: what was asked for, and what became of it.

use crate::format::{date_time, number};
use crate::texts::T;
use crate::words;
use subscription_rules::{Catalogue, Line, OfferId, Subscription};
use subscription_sync::{Entry, Settled, State};
use subscription_usecases::Command;

/// An offer's name, or its ID once it is not in the catalogue any more.
fn offer(id: &OfferId, catalogue: &Catalogue) -> String {
    catalogue.get(id).map_or_else(|| id.as_str().into(), |offer| offer.name.to_string())
}

fn bought(t: T, line: &Line, catalogue: &Catalogue) -> String {
    format!("{} · {}", offer(&line.offer, catalogue), words::licenses(t, line.quantity))
}

/// What was asked for: "Quantity of Reception: 30".
pub fn asked(t: T, entry: &Entry, catalogue: &Catalogue) -> String {
    // It is there wherever a command is about a subscription that was known.
    let held = entry.base.as_deref().map_or("", |base| base.nickname.as_str());
    match &entry.command {
        Command::AddCustomer { draft } => t.queue_add_customer(draft.company_name.trim()),
        Command::SetQualifications { to, .. } => {
            t.queue_qualifications(&words::qualifications(t, *to))
        }
        Command::RemoveRelationship { .. } => t.queue_remove_relationship().into(),
        Command::Place { lines, .. } => {
            let lines: Vec<String> = lines.iter().map(|line| bought(t, line, catalogue)).collect();
            t.queue_buy(&lines.join(", "))
        }
        Command::BuyAddOn { line, .. } => t.queue_add_on(held, &bought(t, line, catalogue)),
        Command::ChangeQuantity { to, .. } => t.queue_quantity(held, &number(t, to.get())),
        Command::Rename { to, .. } => t.queue_rename(held, to.as_str()),
        Command::Suspend { .. } => t.queue_suspend(held),
        Command::Reactivate { .. } => t.queue_reactivate(held),
        Command::Cancel { .. } => t.queue_cancel(held),
        Command::Convert { to, .. } => t.queue_convert(held, &offer(&to.target, catalogue)),
    }
}

/// What became of it, or what it waits for.
pub fn fate(t: T, entry: &Entry, is_behind: bool) -> String {
    match &entry.state {
        State::Waiting { .. } if is_behind => t.queue_behind().into(),
        State::Waiting { not_before: Some(moment), .. } => t.queue_next_try(&date_time(t, *moment)),
        State::Waiting { .. } => t.queue_waits().into(),
        State::Applied { at, .. } => t.queue_applied(&date_time(t, *at)),
        State::NeedsYou { .. } => t.queue_needs_you().into(),
        State::Refused { at, settled, .. } => {
            let at = date_time(t, *at);
            match settled {
                Settled::By(_) => t.queue_replaced(&at),
                Settled::Theirs => t.queue_theirs_taken(&at),
                Settled::Dropped => t.queue_dropped(&at),
            }
        }
    }
}

/// A field of a subscription: as it was seen, as the person wants it, as somebody else made it.
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// As it was when the person decided.
    pub base: String,
    /// As the person wants it; empty where it was left alone.
    pub mine: String,
    /// As it is now.
    pub theirs: String,
}

/// The fields in which what the person saw, wants and would find now are not the same.
pub fn fields(t: T, entry: &Entry, base: &Subscription, theirs: &Subscription) -> Vec<Field> {
    let (mut nickname, mut quantity, mut status) = (String::new(), String::new(), String::new());
    match &entry.command {
        Command::Rename { to, .. } => to.as_str().clone_into(&mut nickname),
        Command::ChangeQuantity { to, .. } => quantity = number(t, to.get()),
        Command::Suspend { .. } => t.status_suspended().clone_into(&mut status),
        Command::Cancel { .. } => t.status_cancelled().clone_into(&mut status),
        Command::Reactivate { .. } => t.status_active().clone_into(&mut status),
        _ => {}
    }
    let sign = |held: &Subscription| words::Sign::of(held).word(t).to_owned();
    let all = [
        Field {
            name: t.nickname(),
            base: base.nickname.as_str().into(),
            mine: nickname,
            theirs: theirs.nickname.as_str().into(),
        },
        Field {
            name: t.quantity(),
            base: number(t, base.quantity.get()),
            mine: quantity,
            theirs: number(t, theirs.quantity.get()),
        },
        Field { name: t.status_label(), base: sign(base), mine: status, theirs: sign(theirs) },
    ];
    let differs = |field: &Field| field.base != field.theirs || !field.mine.is_empty();
    all.into_iter().filter(differs).collect()
}
