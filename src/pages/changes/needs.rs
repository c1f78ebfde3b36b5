//! A change that needs the person: why, what it is about field by field, and the choices.

use super::words::{asked, fields};
use crate::backend::{new_request, use_backend};
use crate::format::date_time;
use crate::history::A;
use crate::parts::fetched::Doing;
use crate::parts::live::{derived, live};
use crate::parts::{Field, Icon, table};
use crate::route::{Draft, Route, Step};
use crate::stage::use_stage;
use crate::texts::{T, use_texts};
use crate::view::prelude::*;
use crate::words;
use std::rc::Rc;
use subscription_rules::{Nickname, Quantity, Refusal};
use subscription_sync::{Choice, Entry, NotKept, State};
use subscription_usecases::{Command, Failure};

/// The card of one change.
#[component]
pub fn Needs(entry: Entry) -> View {
    let t = use_texts();
    let backend = use_backend();
    let stage = use_stage();
    let State::NeedsYou { why, .. } = entry.state.clone() else { return ().into_view() };
    let number = entry.number;
    let id = format!("change-{number}");
    let named = id.clone();
    let what = asked(t, &entry, &backend.catalogue());
    let (doing, failed) = (Doing::nothing(), RwSignal::new(None::<String>));
    let settle = move |choice: Choice| {
        doing.run(async move {
            if let Some(outgoing) = backend.outgoing() {
                match outgoing.settle(number, choice).await {
                    // The card goes, and the focus with it.
                    Ok(()) => stage.focus_heading(),
                    Err(why) => {
                        failed.try_set(Some(not_kept(t, &why)));
                    }
                }
            }
        });
    };
    let again = move |_| match new_request() {
        Ok(request) => settle(Choice::ApplyAgain(request)),
        Err(why) => failed.set(Some(words::failure(t, &why))),
    };
    let is_theirs = matches!(why, Failure::Changed(_));
    let compared = match (&why, &entry.base) {
        (Failure::Changed(theirs), Some(base)) => Some(compared(t, &entry, base, theirs)),
        _ => None,
    };
    let reason = if is_theirs { t.queue_changed().to_owned() } else { words::failure(t, &why) };
    let theirs = is_theirs.then(|| {
        let take = move |_| settle(Choice::TakeTheirs);
        view! { <button class="btn" type="button" on:click=take>{t.queue_take_theirs()}</button> }
    });
    let edit = editing(t, &entry, doing);
    let about = {
        let at = date_time(t, entry.at);
        format!("{} · {}", entry.customer_name, t.queue_decided(&at))
    };
    let drop = move |_| settle(Choice::Drop);
    view! {
        <section class="card order" aria-labelledby=named>
            <div class="card-head"><h3 id=id>{what}</h3><p class="quiet">{about}</p></div>
            <div class="note note--warning"><Icon name="i-warning"/><p>{reason}</p></div>
            {compared}
            {edit}
            {live(move || failed.get().map(|text| {
                view! { <p class="field-error" role="alert"><Icon name="i-warning"/>{text}</p> }
            }))}
            <div class="actions">
                <button class="btn btn--primary" type="button" on:click=again>{t.queue_apply_again()}</button>
                {theirs}
                <button class="btn" type="button" on:click=drop>{t.queue_drop()}</button>
            </div>
        </section>
    }
}

/// Nothing could be kept on this device.
pub fn not_kept(t: T, why: &NotKept) -> String {
    t.queue_not_kept(&why.to_string())
}

fn compared(
    t: T,
    entry: &Entry,
    base: &subscription_rules::Subscription,
    theirs: &subscription_rules::Subscription,
) -> View {
    let rows = fields(t, entry, base, theirs).into_iter().map(|field| {
        let mine = if field.mine.is_empty() { t.queue_left_alone().into() } else { field.mine };
        view! {
            <tr role="row">
                <th role="rowheader" scope="row">{field.name}</th>
                {table::cell(t.queue_base(), field.base)}
                {table::cell(t.queue_mine(), mine)}
                {table::cell(t.queue_theirs(), field.theirs)}
            </tr>
        }
    });
    let columns = [
        (t.queue_field(), false),
        (t.queue_base(), false),
        (t.queue_mine(), false),
        (t.queue_theirs(), false),
    ];
    let rows = table::body(rows.collect());
    table::table("table table--plain", t.queue_compared().into(), &columns, rows)
}

/// The way to ask for something else instead: a field for one value, the wizard for an order, the
/// subscription's own page for the rest.
fn editing(t: T, entry: &Entry, doing: Doing) -> Option<View> {
    let typed = match &entry.command {
        Command::ChangeQuantity { to, .. } => Some((t.quantity(), to.to_string())),
        Command::Rename { to, .. } => Some((t.nickname(), to.as_str().to_owned())),
        _ => None,
    };
    if let Some((label, value)) = typed {
        return Some(
            view! { <EditField entry=entry.clone() label=label value=value doing=doing/> },
        );
    }
    if let Command::Place { customer, cycle, lines } = &entry.command {
        let draft = Draft {
            step: Step::Catalog,
            cycle: Some(*cycle),
            lines: lines
                .iter()
                .map(|line| (line.offer.clone(), line.quantity.to_string()))
                .collect(),
            instead: Some(entry.number),
            ..Draft::default()
        };
        let to = Signal::stored(Route::NewSubscription(customer.clone(), draft));
        return Some(view! { <p><A to=to>{t.queue_edit_order()}</A></p> });
    }
    let to = match (entry.customer(), entry.command.subscription()) {
        (Some(customer), Some(held)) => Route::Subscription(customer.clone(), held.clone()),
        (Some(customer), None) => Route::customer(customer),
        (None, _) => return None,
    };
    Some(view! { <p><A to=Signal::stored(to)>{t.queue_open()}</A></p> })
}

/// The command with another value.
fn edited(entry: &Entry, text: &str) -> Result<Command, Refusal> {
    Ok(match entry.command.clone() {
        Command::ChangeQuantity { customer, subscription, .. } => {
            Command::ChangeQuantity { customer, subscription, to: Quantity::parse(text)? }
        }
        Command::Rename { customer, subscription, .. } => {
            Command::Rename { customer, subscription, to: Nickname::parse(text)? }
        }
        other => other,
    })
}

/// Another value in place of the one that was not taken.
#[component]
fn EditField(entry: Entry, label: &'static str, value: String, doing: Doing) -> View {
    let t = use_texts();
    let backend = use_backend();
    let stage = use_stage();
    let first = value.clone();
    let (value, failed) = (RwSignal::new(value), RwSignal::new(None::<String>));
    let entry = Rc::new(entry);
    let numeric = matches!(entry.command, Command::ChangeQuantity { .. });
    let id = format!("other-value-{}", entry.number);
    let submit = move |event: crate::view::ev::SubmitEvent| {
        event.prevent_default();
        let (entry, text) = (Rc::clone(&entry), value.get_untracked());
        doing.run(async move {
            let done = async {
                let command = edited(&entry, &text).map_err(|why| words::refusal(t, &why))?;
                // What the rules refuse now is said before the change is given up for it.
                if let Err(why @ Failure::Refused(_)) = backend.preview(command.clone()).await {
                    return Err(words::failure(t, &why));
                }
                let request = new_request().map_err(|why| words::failure(t, &why))?;
                let Some(outgoing) = backend.outgoing() else { return Ok(()) };
                let choice = Choice::Edit(Box::new(command), request);
                outgoing.settle(entry.number, choice).await.map_err(|why| not_kept(t, &why))
            };
            match done.await {
                Ok(()) => stage.focus_heading(),
                Err(why) => {
                    failed.try_set(Some(why));
                }
            }
        });
    };
    let is_other = derived(move || (*value.read() == first).then_some("true"));
    view! {
        <form class="instead" novalidate on:submit=submit>
            <Field id=id label=label value=value error=failed numeric=numeric longest=120/>
            <button class="btn" type="submit" aria-disabled=is_other>{t.queue_submit_edited()}</button>
        </form>
    }
}
