//! A line of the log in words: what was done, the old and the new value, by whom.

use crate::format::{date, number};
use crate::texts::T;
use crate::words;
use subscription_rules::{
    BillingCycle, Catalogue, DeletedBecause, Event, Intent, OfferId, Quantity, Relationship,
    SuspensionReason,
};
use subscription_usecases::{Actor, Entry};

/// What was done: "Suspended: non-payment", "Quantity changed".
pub fn action(t: T, entry: &Entry) -> String {
    match &entry.fact.event {
        Event::Suspended { reason: why, intent: Intent::Hold, .. } => {
            t.more_event_suspended(reason(t, *why))
        }
        Event::Suspended { reason: why, intent: Intent::Cancel, .. } => {
            t.more_event_cancelled(reason(t, *why))
        }
        Event::IntentChanged { to: Intent::Hold, .. } => t.status_suspended().into(),
        Event::Deleted { because, .. } => t.more_event_deleted(match because {
            DeletedBecause::WindowEnded => t.more_event_window_ended(),
            DeletedBecause::TermEnded => t.more_event_term_ended(),
            DeletedBecause::TrialEnded => t.more_event_trial_ended(),
            DeletedBecause::ParentDeleted => t.more_event_base_deleted(),
        }),
        other => action_named(t, subscription_usecases::log::action(other)).into(),
    }
}

/// An action by its name in filters and downloads, one of `log::ACTIONS`.
pub fn action_named(t: T, name: &str) -> &'static str {
    match name {
        "customerAdded" => t.more_action_customer_added(),
        "billingProfileSet" => t.more_action_billing_profile_set(),
        "qualificationSet" => t.more_action_qualification_set(),
        "relationshipRemoved" => t.more_action_relationship_removed(),
        "created" => t.more_action_created(),
        "quantityChanged" => t.more_action_quantity_changed(),
        "renamed" => t.more_action_renamed(),
        "suspended" => t.status_suspended(),
        "cancelled" => t.status_cancelled(),
        "reactivated" => t.more_action_reactivated(),
        "converted" => t.more_action_converted(),
        "renewed" => t.more_action_renewed(),
        "deleted" => t.status_deleted(),
        _ => "",
    }
}

/// The reason within a sentence.
fn reason(t: T, reason: SuspensionReason) -> &'static str {
    match reason {
        SuspensionReason::CustomerRequest => t.more_reason_customer_request(),
        SuspensionReason::NonPayment => t.more_reason_non_payment(),
        SuspensionReason::Fraud => t.more_reason_fraud(),
        SuspensionReason::NotStated => t.more_reason_not_stated(),
    }
}

fn status_of(t: T, intent: Intent) -> &'static str {
    match intent {
        Intent::Hold => t.status_suspended(),
        Intent::Cancel => t.status_cancelled(),
    }
}

/// The old and the new value; empty where there is none.
pub fn change(t: T, entry: &Entry, catalogue: &Catalogue) -> (String, String) {
    match &entry.fact.event {
        Event::CustomerAdded => (String::new(), String::new()),
        Event::QualificationSet { from, to } => {
            (words::qualifications(t, *from), words::qualifications(t, *to))
        }
        Event::RelationshipRemoved => (
            words::relationship(t, Relationship::Reseller).into(),
            words::relationship(t, Relationship::None).into(),
        ),
        Event::Created { offer: of, quantity, cycle, .. } => {
            let name = offer(of, catalogue);
            // A nickname is the offer's name at first, and that stands in the line already.
            let name = (name != entry.subscription_name).then_some(name);
            (String::new(), bought(t, name, *quantity, *cycle))
        }
        Event::QuantityChanged { from, to } => (number(t, from.get()), number(t, to.get())),
        Event::Renamed { from, to } | Event::BillingProfileSet { from, to } => {
            (from.clone(), to.clone())
        }
        Event::Suspended { intent, .. } => (t.status_active().into(), status_of(t, *intent).into()),
        Event::IntentChanged { from, to } => (status_of(t, *from).into(), status_of(t, *to).into()),
        Event::Reactivated { .. } => (t.status_suspended().into(), t.status_active().into()),
        Event::Converted { from, to, quantity, cycle } => {
            let to = offer(to, catalogue);
            (offer(from, catalogue), bought(t, Some(to), *quantity, *cycle))
        }
        Event::Renewed { from, to } => (date(t, *from), date(t, *to)),
        Event::Deleted { from, .. } => (words::status(t, *from).into(), t.status_deleted().into()),
    }
}

/// An offer's name, or its ID once it is not in the catalogue any more.
fn offer(id: &OfferId, catalogue: &Catalogue) -> String {
    catalogue.get(id).map_or_else(|| id.as_str().into(), |offer| offer.name.to_string())
}

fn bought(t: T, name: Option<String>, quantity: Quantity, cycle: BillingCycle) -> String {
    let facts = [words::licenses(t, quantity), words::cycle(t, cycle).into()];
    name.into_iter().chain(facts).collect::<Vec<_>>().join(" · ")
}

/// What is told beside it: what drew it along, the last day to reactivate, the note.
pub fn details(t: T, entry: &Entry) -> Vec<String> {
    let cascade = entry.fact.cause.as_ref().map(|_| t.more_event_with_base().to_owned());
    let (until, note) = match &entry.fact.event {
        Event::Suspended { note, expires_on, intent, .. } => {
            let day = date(t, expires_on.0);
            let until = match intent {
                Intent::Hold => t.outlook_expires(&day),
                Intent::Cancel => t.outlook_deletes(&day),
            };
            let note = note.as_ref().map(|note| t.more_event_note(note.as_str()));
            (Some(until), note)
        }
        Event::Reactivated { would_have_expired_on: until } => {
            (Some(t.more_event_would_have_expired(&date(t, until.0))), None)
        }
        _ => (None, None),
    };
    cascade.into_iter().chain(until).chain(note).collect()
}

/// Who did it.
pub fn who(t: T, entry: &Entry) -> String {
    match &entry.actor {
        Actor::User(name) => name.clone(),
        Actor::System => t.more_by_time().into(),
        Actor::Vendor => t.more_by_vendor().into(),
    }
}
