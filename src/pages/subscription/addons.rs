//! The add-ons of a subscription, with a quantity each, and the form that buys another (S18, T4).

use super::Page;
use super::edit::{about, quantity_error};
use crate::backend::new_request;
use crate::format::number;
use crate::history::A;
use crate::parts::fetched::Doing;
use crate::parts::live::{derived, live, memo};
use crate::parts::table;
use crate::parts::{Due, ErrorText, Field, StatusPill, use_toasts};
use crate::route::Route;
use crate::sorted::sorted;
use crate::texts::{T, use_texts};
use crate::view::ev;
use crate::view::prelude::*;
use crate::words::{self, Outlook, Sign};
use subscription_rules::{
    Action as Act, Asked, Change, Line, NewIds, Offer, OfferId, OrderId, Quantity, Refusal, Status,
    Subscription, SubscriptionId, availability_of, buy_add_on, sellable,
};
use subscription_usecases::{Ask, Command, Failure, RequestId};

/// The section.
#[component]
pub fn AddOns(page: Page) -> View {
    let t = use_texts();
    let ids = memo(move || {
        page.account.with(|account| {
            let id = page.id.get_value();
            account.children_of(&id).map(|held| held.id.clone()).collect::<Vec<_>>()
        })
    });
    let table = move || {
        let ids = ids.get();
        if ids.is_empty() {
            return ().into_view();
        }
        let rows = ids.into_iter().map(|id| view! { <AddOnRow page=page id=id/> });
        let columns = [
            (t.name(), false),
            (t.licenses_label(), true),
            (t.renews_or_ends(), false),
            (t.status_label(), false),
        ];
        let rows = table::body(rows.collect());
        table::table("table addons", t.add_ons().into(), &columns, rows)
    };
    let deleted = memo(move || page.status() == Status::Deleted);
    let nothing = memo(move || deleted.get() && ids.read().is_empty());
    live(move || {
        (!nothing.get()).then(|| {
            view! {
                <section class="card" aria-labelledby="addons-h">
                    <h2 id="addons-h">{t.add_ons()}</h2>
                    {live(table)}
                    {live(move || (!deleted.get()).then(|| view! { <Buy page=page/> }))}
                </section>
            }
        })
    })
}

#[component]
fn AddOnRow(page: Page, id: SubscriptionId) -> View {
    let t = use_texts();
    let of = id.clone();
    let held = memo(move || page.account.with(|account| account.get(&of).cloned()));
    let to = Signal::stored(Route::Subscription(page.customer.get_value(), id.clone()));
    let name = move || held.get().map(|held| held.nickname.as_str().to_owned());
    let outlook = move || {
        let caller = page.caller();
        page.account.with(|account| Some(Outlook::of(t, &caller, account, held.read().as_ref()?)))
    };
    let field = StoredValue::new(format!("add-on-{id}"));
    let error_id = StoredValue::new(format!("add-on-{id}-error"));
    let error = quantity_error(t, page, id.clone());
    let own = StoredValue::new(id);
    let active =
        memo(move || held.read().as_ref().map(Subscription::status) == Some(Status::Active));
    let quantity = live(move || {
        if !active.get() || page.may(Act::EditQuantity).is_err() {
            let quantity = held.get().map(|held| number(t, held.quantity.get()));
            return quantity.into_view();
        }
        let value = derived(move || {
            let kept = || held.get().map(|held| held.quantity.to_string()).unwrap_or_default();
            page.edits.typed(&own.get_value()).unwrap_or_else(kept)
        });
        let label = derived(move || t.licenses_of(&name().unwrap_or_default()));
        let typed = move |event: ev::Event| {
            if let Some(held) = held.get_untracked() {
                page.edits.type_quantity(&held, event_target_value(&event));
            }
        };
        view! {
            <label class="sr" for=field.get_value()>{label}</label>
            <input
                class="input input--num"
                id=field.get_value()
                inputmode="numeric"
                autocomplete="off"
                maxlength="24"
                prop:value=value
                aria-invalid=move || error.read().is_some().then_some("true")
                aria-describedby=error_id.get_value()
                on:input=typed
            />
            <ErrorText id=error_id.get_value() text=error/>
        }
    });
    let due = live(move || outlook().map(|outlook| view! { <Due outlook=outlook/> }));
    let pill = live(move || {
        held.get().map(|held| {
            let urgent = outlook().is_some_and(|outlook| outlook.is_urgent());
            view! { <StatusPill sign=Sign::of(&held) urgent=urgent/> }
        })
    });
    view! {
        <tr role="row">
            <th role="rowheader" scope="row"><A to=to>{name}</A></th>
            {table::number_cell(t.licenses_label(), quantity)}
            {table::cell(t.renews_or_ends(), due)}
            {table::cell(t.status_label(), pill)}
        </tr>
    }
}

/// The add-ons that can be bought on the subscription now, by name.
fn offered(page: Page) -> Vec<Offer> {
    let caller = page.caller();
    let context = caller.context();
    let id = page.id.get_value();
    let held = page.held.get();
    page.account.with(|account| {
        let all = caller.catalogue.add_ons_of(&held.offer);
        let all: Vec<Offer> = all
            .filter(|offer| {
                availability_of(&context, account, offer, Asked::AddOn(&id)).is_available()
            })
            .cloned()
            .collect();
        sorted(all, |one, two| one.name.cmp(&two.name))
    })
}

/// Buys an add-on.
#[component]
fn Buy(page: Page) -> View {
    let t = use_texts();
    let may = memo(move || page.may(Act::AddAddOn));
    let content = move || match may.get() {
        Err(Refusal::ParentNotActive) => {
            view! { <p class="hint">{t.add_ons_after_reactivation()}</p> }
        }
        Err(why) => view! { <p class="hint">{words::refusal(t, &why)}</p> },
        Ok(()) => {
            // What was typed stays when the account is read again.
            let offers = untrack(|| offered(page));
            if offers.is_empty() {
                view! { <p class="hint">{t.no_add_ons_offered()}</p> }
            } else {
                view! { <BuyForm page=page offers=offers/> }
            }
        }
    };
    live(content)
}

#[component]
fn BuyForm(page: Page, offers: Vec<Offer>) -> View {
    let t = use_texts();
    let toasts = use_toasts();
    // Nothing is chosen until somebody does, nor again once it is bought: one press too many would
    // buy a second one.
    let chosen = RwSignal::new(None::<OfferId>);
    let typed = RwSignal::new(page.held.with_untracked(|held| held.quantity.to_string()));
    let failed = RwSignal::new(None::<Failure>);
    let wanted = move || -> Result<Line, Refusal> {
        let offer = chosen.get().ok_or(Refusal::OrderEmpty)?;
        Ok(Line { offer, quantity: Quantity::parse(&typed.read())?, nickname: None })
    };
    let decided = memo(move || -> Result<Change, Refusal> {
        let line = wanted()?;
        let caller = page.caller();
        // Only looked at, never kept: any identifiers do.
        let any = |_| Refusal::OrderEmpty;
        let ids = NewIds {
            order: OrderId::parse("preview").map_err(any)?,
            subscriptions: vec![SubscriptionId::parse("preview").map_err(any)?],
        };
        page.account.with(|account| {
            buy_add_on(&caller.context(), account, &page.id.get_value(), &line, ids)
        })
    });
    let error = derived(move || match (decided.get().err(), failed.get()) {
        (_, Some(why)) => Some(words::failure(t, &why)),
        (Some(why), None) if chosen.read().is_some() => Some(words::refusal(t, &why)),
        (_, None) => None,
    });
    let hint = derived(move || hint(t, page, chosen.get().as_ref(), decided.get().ok()));
    // A new name for each purchase, kept while one is tried again.
    let request = StoredValue::new(new_request().ok());
    let doing = Doing::nothing();
    let submit = move |line: Line, name: RequestId| {
        let (customer, subscription) = (page.customer.get_value(), page.id.get_value());
        let name_of =
            |offer| page.backend.catalogue().get(offer).map(|offer| offer.name.to_string());
        let bought = t.add_on_bought(
            &words::licenses(t, line.quantity),
            &name_of(&line.offer).unwrap_or_default(),
        );
        let command = Command::BuyAddOn { customer, subscription, line };
        doing.run(async move {
            let answer = page.backend.ask(command, Ask::to_do(name)).await;
            if doing.is_gone() {
                return;
            }
            match answer {
                Ok(told) => {
                    request.set_value(new_request().ok());
                    chosen.set(None);
                    toasts.done(t, bought, told.is_kept);
                }
                Err(why) => failed.set(Some(why)),
            }
        });
    };
    let press = move |event: ev::SubmitEvent| {
        event.prevent_default();
        failed.set(None);
        let ready = decided.get_untracked().is_ok();
        if let (Ok(line), Some(request), true) = (wanted(), request.get_value(), ready) {
            submit(line, request);
        }
    };
    let options = offers.into_iter().map(|offer| {
        view! { <option value=offer.id.to_string()>{offer.name.to_string()}</option> }
    });
    let blocked =
        derived(move || (doing.is_pending() || decided.read().is_err()).then_some("true"));
    view! {
        <form class="buy" aria-label=t.buy_add_on() novalidate on:submit=press>
            <div class="field">
                <label for="add-on">{t.add_on()}</label>
                <select
                    class="input"
                    id="add-on"
                    prop:value=move || chosen.read().as_ref().map(ToString::to_string).unwrap_or_default()
                    on:change=move |event| {
                        failed.set(None);
                        chosen.set(OfferId::parse(&event_target_value(&event)).ok());
                    }
                >
                    <option value="">{t.choose_add_on()}</option>
                    {options.collect_view()}
                </select>
            </div>
            <Field id="add-on-quantity" label=t.licenses_label() value=typed error=error hint=hint numeric=true longest=24/>
            <button class="btn" type="submit" aria-disabled=blocked>{t.buy_add_on()}</button>
        </form>
    }
}

fn hint(t: T, page: Page, chosen: Option<&OfferId>, decided: Option<Change>) -> String {
    let catalogue = page.backend.catalogue();
    let offer = chosen.and_then(|id| catalogue.get(id));
    let mut parts = Vec::new();
    if let Some(range) = offer.and_then(|offer| sellable(offer).ok()) {
        let of = |quantity: Quantity| number(t, quantity.get());
        parts.push(t.quantity_range(&of(range.max()), &of(range.min())));
    }
    if let Some(total) = decided.and_then(|change| change.effects.total()) {
        parts.push(about(t, total));
    }
    parts.join(" · ")
}
