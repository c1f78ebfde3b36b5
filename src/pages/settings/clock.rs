//! The demo's clock: moved by hand, so that one sees windows end and terms renew.

use super::Setting;
use crate::backend::settings::{FURTHEST_DAYS, Settings as Chosen};
use crate::backend::use_backend;
use crate::format::long_date;
use crate::parts::live::memo;
use crate::parts::{ErrorText, use_toasts};
use crate::texts::use_texts;
use crate::view::ev;
use crate::view::prelude::*;
use chrono::NaiveDate;
use leptos::html;

/// The same in every language.
const UTC: &str = "UTC";

/// The day a clock shows that was moved so far.
fn day_after(settings: &Chosen, days_moved: u32) -> NaiveDate {
    Chosen { days_moved, ..settings.clone() }.today()
}

/// How far the clock must be moved to show a day, if it can be.
fn days_to(settings: &Chosen, day: NaiveDate) -> Option<u32> {
    let days = day.signed_duration_since(settings.start).num_days();
    u32::try_from(days).ok().filter(|days| *days <= FURTHEST_DAYS)
}

/// "Demo clock".
#[component]
pub fn Clock() -> View {
    let t = use_texts();
    let backend = use_backend();
    let toasts = use_toasts();
    let settings = memo(move || backend.settings());
    let move_to = move |days_moved: u32| {
        let to = Chosen { days_moved, ..settings.get_untracked() };
        let day = long_date(t, to.today());
        backend.set_settings(to);
        toasts.say(t.more_settings_moved(&day));
    };
    let ahead = move |days: u32, text: String| {
        let is_furthest = move || settings.read().days_moved >= FURTHEST_DAYS;
        let go = move |_| {
            let moved = settings.get_untracked().days_moved;
            if moved < FURTHEST_DAYS {
                move_to((moved + days).min(FURTHEST_DAYS));
            }
        };
        view! {
            <button
                class="btn"
                type="button"
                aria-disabled=move || is_furthest().then_some("true")
                on:click=go
            >
                {text}
            </button>
        }
    };
    let today = move || settings.read().today();
    view! {
        <Setting id="clock" title=t.demo_clock() hint=t.more_settings_clock_hint()>
            <p class="clock">
                <time datetime=move || today().to_string()>{move || long_date(t, today())}</time>
                " "
                <span class="quiet">{UTC}</span>
            </p>
            <div class="actions" role="group" aria-label=t.more_settings_move()>
                {[1, 30, 90].map(|days| ahead(days, t.more_settings_days(u64::from(days)))).collect_view()}
            </div>
            <GoTo settings=settings move_to=Callback::new(move_to)/>
        </Setting>
    }
}

/// Sets the clock to a day, or back to the demo's start.
#[component]
fn GoTo(settings: Memo<Chosen>, move_to: Callback<u32>) -> View {
    let t = use_texts();
    let input = NodeRef::<html::Input>::new();
    let error = RwSignal::new(None::<String>);
    let first = move || settings.read().start;
    let last = move || day_after(&settings.read(), FURTHEST_DAYS);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let typed = input.get().map(|input| input.value()).unwrap_or_default();
        let settings = settings.get_untracked();
        if let Some(days) = typed.parse().ok().and_then(|day| days_to(&settings, day)) {
            error.set(None);
            move_to.run(days);
        } else {
            let last = long_date(t, day_after(&settings, FURTHEST_DAYS));
            let text = t.more_settings_date_outside(&long_date(t, settings.start), &last);
            error.set(Some(text));
            if let Some(input) = input.get() {
                let _ = input.focus();
            }
        }
    };
    let back = move |_| {
        error.set(None);
        move_to.run(0);
    };
    let is_start = move || settings.read().days_moved == 0;
    view! {
        <form class="actions" novalidate on:submit=submit>
            <label for="date">{t.more_settings_go_to()}</label>
            <input
                class="input"
                id="date"
                type="date"
                node_ref=input
                min=move || first().to_string()
                max=move || last().to_string()
                prop:value=move || settings.read().today().to_string()
                aria-invalid=move || error.read().is_some().then_some("true")
                aria-describedby=move || error.read().is_some().then_some("date-error")
            />
            <button class="btn" type="submit">{t.more_settings_set_date()}</button>
            <button
                class="btn btn--quiet"
                type="button"
                aria-disabled=move || is_start().then_some("true")
                on:click=move |event| if !untrack(is_start) { back(event) }
            >
                {t.more_settings_back_to_start()}
            </button>
        </form>
        <ErrorText id="date-error" text=error/>
    }
}
