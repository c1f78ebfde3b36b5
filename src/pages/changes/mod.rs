//! "Changes": what was decided without a network, what waits for the person, and what became of
//! everything else.

mod instead;
mod needs;
mod words;

pub use instead::giving_up;

use crate::backend::{Import, use_backend};
use crate::download;
use crate::format::{date_time, local_time, number};
use crate::history::A;
use crate::pages::customers::read_all;
use crate::parts::fetched::Doing;
use crate::parts::live::{derived, live, memo};
use crate::parts::table::{self, cell};
use crate::parts::{Empty, Icon, Title, use_toasts};
use crate::route::Route;
use crate::texts::{T, use_texts};
use crate::view::prelude::*;
use crate::wait::spawn_local;
use crate::words::failure;
use leptos::html;
use needs::{Needs, not_kept};
use std::collections::BTreeSet;
use subscription_rules::Catalogue;
use subscription_sync::{Entry, NotImported};
use subscription_usecases::Failure;
use wasm_bindgen_futures::JsFuture;

/// The name under which what waits is handed out.
const FILE: &str = "subscription-desk.changes";

/// The longest file that is read: tens of thousands of changes.
const LONGEST: f64 = 20_000_000.0;

/// How many of those that wait are shown, the next ones first; and of those that are over.
const SHOWN: usize = 50;

/// The screen.
#[component]
pub fn Changes() -> View {
    let t = use_texts();
    let backend = use_backend();
    let facts = derived(move || backend.link().map(|link| standing(t, link)).unwrap_or_default());
    let actions = move || view! { <Actions/> };
    // The lists stay while the server comes and goes, with what is typed in them.
    let keeps = memo(move || backend.link().map(|link| link.keeps));
    let content = move || match keeps.get() {
        None => {
            let (title, text) = (t.queue_demo_title(), t.queue_demo_text());
            view! { <Empty icon="i-sync" title=title text=text/> }
        }
        Some(false) => {
            let (title, text) = (t.queue_no_storage_title(), t.queue_no_storage_text());
            view! { <Empty icon="i-away" title=title text=text/> }
        }
        Some(true) => view! { <Lists/> },
    };
    view! {
        <Title text=t.queue().to_owned() actions=actions facts=facts/>
        {live(content)}
    }
}

/// "Online · last contact 14:05".
fn standing(t: T, link: crate::backend::Link) -> Vec<String> {
    let word = if link.is_away { t.link_offline() } else { t.link_online() };
    vec![word.to_owned(), t.link_last(&local_time(t, link.at))]
}

#[component]
fn Lists() -> View {
    let t = use_texts();
    let backend = use_backend();
    let needs = move |numbers: Vec<u64>| {
        let all = backend.outgoing().map(|outgoing| outgoing.entries()).unwrap_or_default();
        let cards = all.into_iter().filter(|entry| numbers.contains(&entry.number));
        let cards: Vec<View> = cards.map(|entry| view! { <Needs entry=entry/> }).collect();
        (!cards.is_empty()).then(|| {
            view! {
                <section class="stack" aria-labelledby="needs-h">
                    <h2 id="needs-h">{t.queue_needs_you()}</h2>
                    {cards}
                </section>
            }
        })
    };
    // Cards hold what is typed: they are made again only when another change needs the person.
    let needing = memo(move || {
        let all = backend.outgoing().map(|outgoing| outgoing.entries()).unwrap_or_default();
        all.iter().filter(|entry| entry.needs_you()).map(|entry| entry.number).collect::<Vec<_>>()
    });
    let needs = live(move || {
        let numbers = needing.get();
        untrack(|| needs(numbers))
    });
    let rest = move || {
        let all = backend.outgoing().map(|outgoing| outgoing.entries()).unwrap_or_default();
        let catalogue = backend.catalogue();
        let behind = behind(&all);
        let (over, open): (Vec<&Entry>, Vec<&Entry>) =
            all.iter().partition(|entry| entry.is_over());
        let waiting: Vec<&Entry> = open.into_iter().filter(|entry| entry.is_waiting()).collect();
        let over: Vec<&Entry> = over.into_iter().rev().take(SHOWN).collect();
        if all.is_empty() {
            let (title, text) = (t.queue_empty_title(), t.queue_empty_text());
            return view! { <Empty icon="i-sync" title=title text=text/> };
        }
        let list = |id: &'static str, heading: &'static str, entries: Vec<&Entry>| {
            (!entries.is_empty()).then(|| list(t, id, heading, &entries, (&catalogue, &behind)))
        };
        let more = waiting.len().saturating_sub(SHOWN);
        let more = (more > 0).then(|| view! { <p class="quiet">{t.queue_more(more as u64)}</p> });
        let waiting = waiting.into_iter().take(SHOWN).collect();
        view! {
            {list("waiting-h", t.queue_waiting(), waiting)}{more}
            {list("over-h", t.queue_over(), over)}
        }
    };
    view! { <div class="stack changes">{needs}{live(rest)}<KeptHere/></div> }
}

/// Keeps all customers on this device, with how far it has come.
#[component]
fn KeptHere() -> View {
    let t = use_texts();
    let backend = use_backend();
    let toasts = use_toasts();
    let doing = Doing::nothing();
    let failed = RwSignal::new(None::<Failure>);
    let told = RwSignal::new(None::<(u64, u64)>);
    let stops = RwSignal::new(false);
    let press = move |_| {
        failed.set(None);
        stops.set(false);
        doing.run(async move {
            let all = read_all(backend, move |done, of| {
                told.try_set(Some((done, of)));
                // Ended by a press, or by leaving the page.
                !stops.try_get_untracked().unwrap_or(true)
            });
            let read = all.await;
            if doing.is_gone() {
                return;
            }
            told.set(None);
            match read {
                Ok(()) if !stops.get_untracked() => toasts.say(t.keep_all_done()),
                Ok(()) => {}
                Err(why) => failed.set(Some(why)),
            }
        });
    };
    let button = live(move || {
        if doing.is_pending() {
            let stop = move |_| stops.set(true);
            view! { <button class="btn" type="button" on:click=stop>{t.keep_stop()}</button> }
        } else {
            view! { <button class="btn" type="button" on:click=press>{t.keep_all()}</button> }
        }
    });
    let progress = live(move || {
        told.get().map(|(done, of)| {
            let (done, of) = (number(t, done), number(t, of));
            view! { <p class="quiet">{t.keep_progress(&done, &of)}</p> }
        })
    });
    view! {
        <section class="card" aria-labelledby="keep-h">
            <h2 id="keep-h">{t.keep()}</h2>
            <p class="hint">{t.keep_all_hint()}</p>
            <div class="actions">{button}{progress}</div>
            {live(move || failed.get().map(|why| {
                view! { <p class="field-error" role="alert"><Icon name="i-warning"/>{failure(t, &why)}</p> }
            }))}
        </section>
    }
}

/// Those that wait for an earlier one which needs the person.
fn behind(all: &[Entry]) -> BTreeSet<u64> {
    let (mut stuck, mut behind) = (BTreeSet::new(), BTreeSet::new());
    for entry in all.iter().filter(|entry| !entry.is_over()) {
        let is_stuck = entry.touches.iter().any(|id| stuck.contains(id));
        if entry.needs_you() || is_stuck {
            stuck.extend(&entry.touches);
        }
        if is_stuck {
            behind.insert(entry.number);
        }
    }
    behind
}

fn list(
    t: T,
    id: &'static str,
    heading: &'static str,
    entries: &[&Entry],
    (catalogue, behind): (&Catalogue, &BTreeSet<u64>),
) -> View {
    let rows = entries.iter().map(|entry| {
        let what = words::asked(t, entry, catalogue);
        let name = entry.customer_name.clone();
        let name = match entry.customer() {
            Some(customer) => {
                let to = Signal::stored(Route::customer(customer));
                view! { <A to=to>{name}</A> }
            }
            None => name.into_view(),
        };
        view! {
            <tr role="row">
                <th role="rowheader" scope="row">{what}</th>
                {cell(t.queue_customer(), name)}
                {cell(t.queue_decided_head(), date_time(t, entry.at))}
                {cell(t.queue_fate(), words::fate(t, entry, behind.contains(&entry.number)))}
            </tr>
        }
    });
    let columns = [
        (t.queue_change(), false),
        (t.queue_customer(), false),
        (t.queue_decided_head(), false),
        (t.queue_fate(), false),
    ];
    let rows = table::body(rows.collect());
    view! {
        <section class="stack" aria-labelledby=id>
            <h2 id=id>{heading}</h2>
            {table::table("table", heading.into(), &columns, rows)}
        </section>
    }
}

/// Send now, export, import.
#[component]
fn Actions() -> View {
    let t = use_texts();
    let backend = use_backend();
    let toasts = use_toasts();
    let error = RwSignal::new(None::<String>);
    let input = NodeRef::<html::Input>::new();
    let open = memo(move || backend.waiting().is_some_and(|waiting| waiting.counts() != (0, 0)));
    let keeps = memo(move || backend.link().is_some_and(|link| link.keeps));
    let send = move |_| backend.refresh();
    let export = move |_| {
        if let Some(outgoing) = backend.outgoing() {
            download::file(FILE, "text/plain", &outgoing.export());
        }
    };
    let choose = move |_| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let chosen = move |_| {
        error.set(None);
        let Some(input) = input.get_untracked() else { return };
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        // So that choosing the same file again is a change again.
        input.set_value("");
        let name = file.name();
        if file.size() > LONGEST {
            error.set(Some(t.queue_not_ours(&name)));
            return;
        }
        spawn_local(async move {
            let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string());
            let Some(outgoing) = backend.outgoing() else { return };
            match outgoing.import(&text.unwrap_or_default()).await {
                Ok(count) => toasts.say(t.queue_imported(count as u64)),
                Err(why) => {
                    error.try_set(Some(match why {
                        Import::NotTaken(NotImported::NotOurs) => t.queue_not_ours(&name),
                        Import::NotTaken(NotImported::OfSomebodyElse) => t.queue_others(&name),
                        Import::NotKept(why) => not_kept(t, &why),
                    }));
                }
            }
        });
    };
    live(move || {
        keeps.get().then(|| {
            let waiting = open.get().then(|| {
                view! {
                    <button class="btn" type="button" on:click=export>
                        <Icon name="i-download"/>{t.queue_export()}
                    </button>
                    <button class="btn btn--primary" type="button" on:click=send>{t.queue_send()}</button>
                }
            });
            view! {
                <button class="btn" type="button" on:click=choose>{t.queue_import()}</button>
                <input type="file" hidden aria-label=t.queue_import() node_ref=input on:change=chosen/>
                {waiting}
                {live(move || error.get().map(|text| {
                    view! { <p class="field-error" role="alert"><Icon name="i-warning"/>{text}</p> }
                }))}
            }
        })
    })
}
