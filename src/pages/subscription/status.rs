//! The section "Status": "Active" and "Suspended", and under "Suspended" the date on which it
//! expires (S20, S24, S27, A2).

use super::{Open, Page};
use crate::format::{date, local_time, long_date};
use crate::history::A;
use crate::parts::Icon;
use crate::parts::live::{live, memo};
use crate::route::{Draft, Route};
use crate::texts::{T, use_texts};
use crate::view::prelude::*;
use crate::words::{self, Sign, days_left};
use subscription_rules::{Action, ExpiresOn, Intent, State, Status};

/// A day that counts in UTC, with the last minute on the person's own clock in the tooltip (W14).
pub fn utc_day(t: T, until: ExpiresOn) -> View {
    let last_minute = until.ends_at() - chrono::TimeDelta::minutes(1);
    let title = t.local_last_minute(&local_time(t, last_minute));
    view! {
        <time datetime=until.0.to_string() title=title>{t.utc_day(&long_date(t, until.0))}</time>
    }
}

/// How far a window or a trial has run.
pub fn window(
    t: T,
    from: chrono::NaiveDate,
    last: chrono::NaiveDate,
    today: chrono::NaiveDate,
    label: String,
) -> View {
    let all = last.signed_duration_since(from).num_days();
    let passed = today.signed_duration_since(from).num_days().clamp(0, all);
    let urgent = all - passed <= words::URGENT_DAYS;
    let of = t.day_of(&all.to_string(), &passed.to_string());
    view! {
        <div class=if urgent { "window window--last" } else { "window" }>
            <progress max=all.to_string() value=passed.to_string() aria-label=label>{of.clone()}</progress>
            <ul>
                <li>{date(t, from)}</li><li>{of}</li><li>{t.last_day(&date(t, last))}</li>
            </ul>
        </div>
    }
}

/// The section.
#[component]
pub fn StatusCard(page: Page) -> View {
    let t = use_texts();
    let choose = move |open: Open| {
        move |_| {
            // The choice is made in the dialog; until then the status is what it is.
            page.open.set(Some(open));
        }
    };
    let active = move || page.status() == Status::Active;
    let suspended = move || page.status() == Status::Suspended;
    let deleted = memo(move || page.status() == Status::Deleted);
    // Cancelled is suspended until its last day (A1).
    let suspended_word =
        move || if is_cancelled(page) { t.status_cancelled() } else { t.status_suspended() };
    // A radio that was clicked shows itself chosen; the signal puts it back when the dialog closes.
    let shown = move |is: bool| {
        page.open.track();
        is
    };
    let can_suspend = memo(move || page.may(Action::Suspend).is_ok());
    let can_reactivate = memo(move || page.may(Action::Reactivate).is_ok());
    let content = live(move || {
        if deleted.get() {
            let new = Route::NewSubscription(page.customer.get_value(), Draft::default());
            return view! {
                <p>{gone(t, page)}</p>
                <div class="actions">
                    <A to=Signal::stored(new) class="btn">{t.customers_new_subscription()}</A>
                </div>
            };
        }
        view! {
            <fieldset class="choices">
                <legend class="sr">{t.status_label()}</legend>
                <div class="choice">
                    <input
                        type="radio"
                        id="status-active"
                        name="status"
                        aria-describedby="active-text"
                        prop:checked=move || shown(active())
                        disabled=move || !active() && !can_reactivate.get()
                        on:change=choose(Open::Reactivate)
                    />
                    <label for="status-active">{t.status_active()}</label>
                    <p class="quiet" id="active-text">{move || active_text(t, page)}</p>
                </div>
                <div class="choice">
                    <input
                        type="radio"
                        id="status-suspended"
                        name="status"
                        aria-describedby="suspended-text"
                        prop:checked=move || shown(suspended())
                        disabled=move || !suspended() && !can_suspend.get()
                        on:change=choose(Open::Suspend)
                    />
                    <label for="status-suspended">{suspended_word}</label>
                    <div class="quiet" id="suspended-text">{move || suspended_text(t, page)}</div>
                </div>
            </fieldset>
        }
    });
    let reactivate = live(move || {
        (suspended() && can_reactivate.get()).then(|| {
            view! {
                <div class="actions">
                    <button class="btn btn--primary" type="button" on:click=move |_| page.open.set(Some(Open::Reactivate))>
                        {t.reactivate_subscription()}
                    </button>
                </div>
            }
        })
    });
    view! {
        <section class="card" aria-labelledby="status-h">
            <h2 id="status-h">{t.status_label()}</h2>
            {content}
            {reactivate}
        </section>
    }
}

fn is_cancelled(page: Page) -> bool {
    page.held.with(|held| Sign::of(held) == Sign::Cancelled)
}

fn gone(t: T, page: Page) -> String {
    let caller = page.caller();
    let kept = page.held.with(|held| held.data_kept_until(&caller.policy));
    let outlook = page.outlook(t).text;
    match kept {
        Some(day) => format!("{outlook}. {}", t.trial_data_kept(&date(t, day))),
        None => format!("{outlook}. {}", t.deleted_text()),
    }
}

fn active_text(t: T, page: Page) -> String {
    if page.status() == Status::Suspended {
        return match page.may(Action::Reactivate) {
            Ok(()) => t.active_by_reactivating().into(),
            Err(why) => words::refusal(t, &why),
        };
    }
    t.active_text().into()
}

fn suspended_text(t: T, page: Page) -> View {
    let caller = page.caller();
    let today = caller.now.date_naive();
    let held = page.held.get();
    let until = page.account.with(|account| account.expires_on(&held, &caller.policy));
    let (State::Suspended(suspension), Some(until)) = (&held.state, until) else {
        if let Err(why) = page.may(Action::Suspend) {
            return words::refusal(t, &why).into_view();
        }
        let would =
            page.account.with(|account| account.would_expire_on(&held, today, &caller.policy));
        let would = held.back_until(would);
        let days = u64::try_from(would.days_left(caller.now)).unwrap_or(0);
        return t.if_suspended_today(days, &date(t, would.0)).into_view();
    };
    let from = suspension.at.date_naive();
    let left = until.days_left(caller.now);
    let class = if left <= words::URGENT_DAYS { "due due--last" } else { "due" };
    let cancelled = suspension.intent == Intent::Cancel;
    let label = if cancelled { t.deletes_on_label() } else { t.expires_on_label() };
    let then = match held.trial_data_until(&caller.policy) {
        Some(kept) => t.trial_data_kept(&date(t, kept)),
        None if cancelled => String::new(),
        None => t.then_deleted().into(),
    };
    view! {
        <p>
            {label}" "{utc_day(t, until)}" · "
            <span class=class>{days_left(t, left)}</span>". "{then}
        </p>
        {window(t, from, until.0, today, t.window_label().into())}
    }
}

/// A trial that runs: its end, and the way to keep it.
#[component]
pub fn TrialCard(page: Page) -> View {
    let t = use_texts();
    let content = live(move || {
        let caller = page.caller();
        let held = page.held.get();
        let last = held.term.last_day()?;
        let today = caller.now.date_naive();
        let kept = held.trial_data_until(&caller.policy)?;
        let left = last.signed_duration_since(today).num_days();
        let due = if left <= words::URGENT_DAYS { "due due--last" } else { "due" };
        Some(view! {
            <p>
                {t.trial_text(&long_date(t, kept), &t.utc_day(&long_date(t, last)))}" "
                <span class=due>{days_left(t, left)}</span>
            </p>
            {window(t, held.opened_on, last, today, t.trial_label().into())}
        })
    });
    let convert = live(move || match page.may(Action::Convert) {
        Ok(()) => view! {
            <div class="actions">
                <button
                    class="btn btn--primary"
                    type="button"
                    on:click=move |_| page.open.set(Some(Open::Convert))
                >
                    {t.convert_trial()}
                </button>
            </div>
        },
        Err(why) => view! { <p class="hint">{words::refusal(t, &why)}</p> },
    });
    view! {
        <section class="card" aria-labelledby="trial-h">
            <h2 id="trial-h">{t.status_trial()}</h2>
            {content}
            {convert}
        </section>
    }
}

/// The quiet way to the end, with its own dialog (A1).
#[component]
pub fn CancelCard(page: Page) -> View {
    let t = use_texts();
    let shown = memo(move || page.status() != Status::Deleted && !is_cancelled(page));
    let button = move || match page.may(Action::Cancel) {
        Ok(()) => view! {
            <button class="btn" type="button" on:click=move |_| page.open.set(Some(Open::Cancel))>
                {t.cancel_subscription()}
            </button>
        },
        Err(why) => view! {
            <p class="hint"><Icon name="i-info"/>{words::refusal(t, &why)}</p>
        },
    };
    let text = move || match page.status() {
        Status::Suspended => t.cancel_text_suspended(),
        _ => t.cancel_text(),
    };
    live(move || {
        shown.get().then(|| {
            view! {
                <section class="card card--row" aria-labelledby="cancel-h">
                    <div><h2 id="cancel-h">{t.cancel_heading()}</h2><p class="quiet">{live(text)}</p></div>
                    {live(button)}
                </section>
            }
        })
    })
}
