//! The facts of a subscription and its history.

use super::Page;
use crate::event_words;
use crate::format::{date, date_time, number};
use crate::parts::fetched::fetched;
use crate::parts::live::live;
use crate::texts::use_texts;
use crate::view::prelude::*;
use crate::words::{self, Sign};
use std::sync::Arc;
use subscription_usecases::log::Entry;

/// The column at the side.
#[component]
pub fn Side(page: Page) -> View {
    let t = use_texts();
    view! {
        <aside class="stack" aria-label=t.details_and_history()>
            <Details page=page/>
            <History page=page/>
        </aside>
    }
}

#[component]
fn Details(page: Page) -> View {
    let t = use_texts();
    let facts = live(move || {
        let caller = page.caller();
        let held = page.held.get();
        let mut facts: Vec<(&'static str, String)> = vec![
            (t.offer(), held.offer_name.to_string()),
            (t.wizard_frequency(), words::cycle(t, held.cycle()).into()),
            (t.opened(), date(t, held.opened_on)),
        ];
        if let Some(last) = held.term.last_day() {
            facts.push((t.term_ends(), date(t, last)));
            // What is billed for its usage has no term to renew, what is cancelled or gone does not.
            if !held.is_trial() && matches!(Sign::of(&held), Sign::Active | Sign::Suspended) {
                let renews = if held.term.auto_renews() { t.on() } else { t.off() };
                facts.push((t.auto_renew(), renews.into()));
            }
        }
        if !held.is_trial() {
            let free = held.term.free_days();
            facts.push((t.free_period(), t.days(u64::from(free.get()))));
            if held.is_held() {
                facts.push((t.window(), t.days(u64::from(caller.policy.retention.window(free)))));
            }
        }
        if let Some(assigned) = held.assigned.filter(|_| held.is_held()) {
            facts.push((t.assigned(), number(t, assigned)));
        }
        if let Some(suspension) = held.suspension() {
            facts.push((t.reason(), words::reason(t, suspension.reason).into()));
            if let Some(note) = &suspension.note {
                facts.push((t.note(), note.as_str().into()));
            }
        }
        let facts =
            facts.into_iter().map(|(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> });
        facts.collect_view()
    });
    view! {
        <section class="card" aria-labelledby="details-h">
            <h2 id="details-h">{t.details()}</h2>
            <dl class="facts">
                {facts}
                <dt>{t.subscription_id()}</dt><dd><code>{page.id.get_value().to_string()}</code></dd>
            </dl>
        </section>
    }
}

#[component]
fn History(page: Page) -> View {
    let t = use_texts();
    let history = fetched(move || {
        page.account.track();
        let (customer, id) = (page.customer.get_value(), page.id.get_value());
        async move { page.backend.history(customer, Some(id)).await.map(Arc::new) }
    });
    let line = move |entry: &Entry| {
        let (old, new) = event_words::change(t, entry, &page.backend.catalogue());
        let change = match (old.is_empty(), new.is_empty()) {
            (_, true) => String::new(),
            (true, false) => new,
            (false, false) => format!("{old} → {new}"),
        };
        let change = (!change.is_empty()).then(|| view! { <span>" "{change}</span> });
        let beside = event_words::details(t, entry).join(" · ");
        let beside = (!beside.is_empty()).then(|| view! { <span>" "{beside}</span> });
        view! {
            <li>
                <b>{event_words::action(t, entry)}</b>{change}{beside}
                <span class="quiet">
                    <time datetime=entry.fact.at.to_rfc3339()>{t.utc_time(&date_time(t, entry.fact.at))}</time>
                    " · "{event_words::who(t, entry)}
                </span>
            </li>
        }
    };
    let lines = live(move || match history.get() {
        Some(Ok(lines)) if lines.is_empty() => {
            view! { <p class="hint">{t.history_empty()}</p> }
        }
        Some(Ok(lines)) => {
            view! { <ol class="timeline">{lines.iter().map(line).collect_view()}</ol> }
        }
        Some(Err(why)) => view! { <p class="hint">{words::failure(t, &why)}</p> },
        None => ().into_view(),
    });
    view! {
        <section class="card" aria-labelledby="history-h">
            <h2 id="history-h">{t.history()}</h2>
            {lines}
        </section>
    }
}
