//! Which lines of the log are shown: days, customer, action.

use super::{Log, STEP};
use crate::backend::use_backend;
use crate::event_words::action_named;
use crate::format::number;
use crate::history::use_router;
use crate::parts::ErrorText;
use crate::parts::fetched::fetched;
use crate::parts::live::{derived, memo};
use crate::route::{ActivityFilter, Route};
use crate::sorted::sorted;
use crate::texts::use_texts;
use crate::view::ev;
use crate::view::prelude::*;
use chrono::NaiveDate;
use subscription_rules::CustomerId;
use subscription_usecases::log::ACTIONS;

/// From, to, customer, action, and how many lines there are.
#[component]
pub fn Tools(
    /// The log.
    log: Log,
    /// How many lines are in the page at most.
    shown: RwSignal<usize>,
) -> View {
    let t = use_texts();
    let router = use_router();
    let change = Callback::new(move |edit: Edit| {
        let Route::Activity(mut to) = router.route().get_untracked() else { return };
        edit(&mut to);
        shown.set(STEP);
        router.replace(Route::Activity(to));
    });
    let backwards = derived(move || {
        let filter = log.filter.read();
        (filter.from > filter.to).then(|| t.more_activity_backwards().to_owned())
    });
    let count = derived(move || match log.total() {
        None => String::new(),
        Some(0) => t.more_activity_none().into(),
        Some(total) if total <= shown.get() => t.more_activity_count(total as u64),
        Some(total) => t.more_activity_count_of(total as u64, &number(t, shown.get() as u64)),
    });
    let from = derived(move || log.filter.read().from);
    let to = derived(move || log.filter.read().to);
    view! {
        <form class="tools" aria-label=t.more_activity_filter() on:submit=|event| event.prevent_default()>
            {day_field("from", t.more_activity_from(), from, backwards, change, |to, day| to.from = day)}
            {day_field("to", t.more_activity_to(), to, backwards, change, |to, day| to.to = day)}
            <CustomerField log=log change=change/>
            <ActionField log=log change=change/>
            <p class="quiet end" role="status">{count}</p>
        </form>
        <ErrorText id="days-error" text=backwards/>
    }
}

type Edit = Box<dyn FnOnce(&mut ActivityFilter)>;

fn day_field(
    id: &'static str,
    label: &'static str,
    day: Signal<Option<NaiveDate>>,
    wrong: Signal<Option<String>>,
    change: Callback<Edit>,
    put: fn(&mut ActivityFilter, Option<NaiveDate>),
) -> View {
    let text = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
    let is_wrong = move || wrong.read().is_some();
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input
                class="input"
                id=id
                type="date"
                prop:value=move || text(day.get())
                aria-invalid=move || is_wrong().then_some("true")
                aria-describedby=move || is_wrong().then_some("days-error")
                on:change=move |event| {
                    let day = event_target_value(&event).parse().ok();
                    change.run(Box::new(move |filter| put(filter, day)));
                }
                // A day that was cleared is the usual one again, once the person is done with it.
                on:blur=move |event: ev::FocusEvent| {
                    // The field also loses the focus by going with its page.
                    if let Some(day) = day.try_get_untracked() {
                        event_target::<web_sys::HtmlInputElement>(&event).set_value(&text(day));
                    }
                }
            />
        </div>
    }
}

/// The customers that were seen so far, and the one that is asked for.
#[component]
fn CustomerField(log: Log, change: Callback<Edit>) -> View {
    let t = use_texts();
    let backend = use_backend();
    let asked = memo(move || log.filter.read().customer.clone());
    let named = fetched(move || {
        let asked = asked.get();
        async move {
            let Some(id) = asked else { return Ok(None) };
            // One that does not exist has no lines either; its ID says what was asked.
            let account = backend.account(id.clone()).await.ok();
            let name = account.map(|account| account.customer().company_name.as_str().to_owned());
            Ok(Some((name.unwrap_or_else(|| id.to_string()), id)))
        }
    });
    let seen = Memo::new(move |before: Option<&Vec<(String, CustomerId)>>| {
        let mut all = before.cloned().unwrap_or_default();
        let lines = log.lines.get().and_then(Result::ok).unwrap_or_default();
        let lines = lines.iter().map(|line| (line.customer_name.clone(), line.customer.clone()));
        all.extend(named.get().and_then(Result::ok).flatten().into_iter().chain(lines));
        let mut all = sorted(all, Ord::cmp);
        all.dedup_by(|one, other| one.1 == other.1);
        all
    });
    let option = move |value: String, name: String| {
        let of = value.clone();
        let chosen = derived(move || asked.read().as_ref().map_or("", CustomerId::as_str) == of);
        view! { <option value=value prop:selected=chosen>{name}</option> }
    };
    view! {
        <div class="field">
            <label for="by-customer">{t.more_activity_customer()}</label>
            <select
                class="input"
                id="by-customer"
                on:change=move |event| {
                    let id = CustomerId::parse(&event_target_value(&event)).ok();
                    change.run(Box::new(move |filter| filter.customer = id));
                }
            >
                {option(String::new(), t.more_activity_all_customers().into())}
                {each(
                    move || seen.get(),
                    |(_, id)| id.clone(),
                    move |(name, id)| option(id.as_str().to_owned(), name),
                )}
            </select>
        </div>
    }
}

#[component]
fn ActionField(log: Log, change: Callback<Edit>) -> View {
    let t = use_texts();
    let option = |name: &'static str, text: &'static str| {
        let chosen = derived(move || log.filter.read().action == name);
        view! { <option value=name prop:selected=chosen>{text}</option> }
    };
    let options = ACTIONS.map(|name| option(name, action_named(t, name)));
    view! {
        <div class="field">
            <label for="action">{t.more_activity_action()}</label>
            <select
                class="input"
                id="action"
                on:change=move |event| {
                    let action = event_target_value(&event);
                    change.run(Box::new(move |filter| filter.action = action));
                }
            >
                {option("", t.more_activity_all_actions())}
                {options.collect_view()}
            </select>
        </div>
    }
}
