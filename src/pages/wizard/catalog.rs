//! Step 2: which products, and how many licenses of each (S10–S15).
//!
//! What cannot be bought stays visible and quiet, with its reason in words and the way out.

use super::Wizard;
use super::summary::Summary;
use crate::backend::use_backend;
use crate::format::{date, money, number};
use crate::history::A;
use crate::parts::live::{derived, live, memo};
use crate::parts::table;
use crate::parts::{Empty, ErrorText, Icon};
use crate::route::{Draft, Route};
use crate::texts::{T, use_texts};
use crate::view::ev;
use crate::view::prelude::*;
use crate::words;
use subscription_rules::{
    BillingCycle, Charging, CustomerAccount, Line, Money, Offer, OfferId, OwnershipLimit, Quantity,
    Reactivatable, Refusal, SubscriptionId, sellable,
};
use subscription_usecases::{Caller, lower_case, orders};

/// An offer of the catalogue, with whether the customer may buy it.
#[derive(Clone)]
struct Row {
    offer: Offer,
    reasons: Vec<Refusal>,
    reactivate: Option<Reactivatable>,
    price: Option<Money>,
}

/// What is typed, read: each line, or why it cannot be ordered.
pub type Typed = Memo<Vec<Result<Line, Refusal>>>;

fn rows(caller: &Caller, account: &CustomerAccount, cycle: BillingCycle, all: bool) -> Vec<Row> {
    let context = caller.context();
    let offers = orders::catalogue(&context, account, cycle, all);
    let row = |each: subscription_rules::Availability<'_>| Row {
        price: context.prices.of(&each.offer.id),
        offer: each.offer.clone(),
        reasons: each.reasons,
        reactivate: each.reactivate,
    };
    offers.into_iter().map(row).collect()
}

/// The step.
#[component]
#[expect(clippy::too_many_lines, reason = "one step, read from top to bottom")]
pub fn Catalog(wizard: Wizard, account: RwSignal<CustomerAccount>) -> View {
    let t = use_texts();
    let backend = use_backend();
    let caller = StoredValue::new(backend.caller());
    let cycle = memo(move || wizard.draft.read().cycle.unwrap_or(BillingCycle::Monthly));
    let all = memo(move || wizard.draft.read().all);
    let rows = Memo::new_with_compare(
        move |_| {
            caller.with_value(|caller| {
                account
                    .with(|account| StoredValue::new(rows(caller, account, cycle.get(), all.get())))
            })
        },
        |_, _| true,
    );
    let lines = memo(move || wizard.draft.read().lines.clone());
    let read: Typed = memo(move || {
        caller.with_value(|caller| {
            account.with(|account| orders::read_lines(caller, account, cycle.get(), &lines.read()))
        })
    });
    let search = memo(move || wizard.draft.read().search.clone());
    let category = memo(move || {
        let chosen = wizard.draft.read().category.clone();
        let first = || rows.get().with_value(|rows| rows.first().and_then(category_of));
        if chosen.is_empty() { first().unwrap_or_default() } else { chosen }
    });
    let shown = Memo::new_with_compare(
        move |_| {
            let (search, category) = (lower_case(&search.get()), category.get());
            let wanted = |row: &&Row| {
                if search.is_empty() {
                    category_of(row).as_deref() == Some(category.as_str())
                } else {
                    lower_case(&row.offer.name).contains(&search)
                }
            };
            rows.get().with_value(|rows| {
                StoredValue::new(rows.iter().filter(wanted).cloned().collect::<Vec<_>>())
            })
        },
        |_, _| true,
    );
    let table = live(move || {
        let rows = shown.get().get_value();
        if rows.is_empty() {
            let clear = move || {
                view! {
                    <button
                        class="btn"
                        type="button"
                        on:click=move |_| wizard.change(|draft| draft.search.clear())
                    >
                        {t.clear_search()}
                    </button>
                }
            };
            let title = t.catalog_none_found(&search.get());
            return view! {
                <Empty icon="i-search" title=title text=t.catalog_none_text() actions=clear/>
            };
        }
        let rows = rows.into_iter().map(|row| {
            view! { <OfferRow wizard=wizard account=account row=row lines=lines read=read/> }
        });
        let columns = [
            (t.offer(), false),
            (t.limits(), true),
            (t.price_month(), true),
            (t.licenses_label(), true),
        ];
        let rows = table::body(rows.collect());
        table::table("table offers", t.wizard_catalog().into(), &columns, rows)
    });
    let count = derived(move || t.catalog_count(shown.get().with_value(Vec::len) as u64));
    view! {
        <div class="wizard">
            <section class="stack" aria-labelledby="catalog-h">
                <h2 class="sr" id="catalog-h">{t.wizard_catalog()}</h2>
                <Tabs wizard=wizard rows=rows category=category search=search/>
                <div class="tools">
                    <form class="search" role="search" aria-label=t.wizard_catalog() on:submit=|event| event.prevent_default()>
                        <Icon name="i-search"/>
                        <input
                            class="input"
                            type="search"
                            placeholder=t.catalog_search()
                            aria-label=t.catalog_search()
                            prop:value=search
                            on:input=move |event| {
                                let text = event_target_value(&event);
                                wizard.change(|draft| draft.search = text);
                            }
                        />
                    </form>
                    <label class="check">
                        <input
                            type="checkbox"
                            prop:checked=all
                            on:change=move |event| {
                                let on = event_target_checked(&event);
                                wizard.change(|draft| draft.all = on);
                            }
                        />
                        " "{t.catalog_show_all()}
                    </label>
                    <p class="quiet end" role="status">{count}</p>
                </div>
                {table}
            </section>
            <Summary wizard=wizard caller=caller lines=lines read=read/>
        </div>
    }
}

fn category_of(row: &Row) -> Option<String> {
    row.offer.category.as_ref().map(|category| category.0.to_string())
}

/// The catalogue's tabs, with how many offers each has. A search looks through all of them.
#[component]
fn Tabs(
    wizard: Wizard,
    rows: Memo<StoredValue<Vec<Row>>>,
    category: Memo<String>,
    search: Memo<String>,
) -> View {
    let t = use_texts();
    let backend = use_backend();
    let tabs = live(move || {
        let catalogue = backend.catalogue();
        let tab = |of: &subscription_rules::Category| {
            let id = of.id.0.to_string();
            let count = rows.get().with_value(|rows| {
                rows.iter().filter(|row| row.offer.category.as_ref() == Some(&of.id)).count()
            });
            let current = {
                let id = id.clone();
                move || (search.read().is_empty() && *category.read() == id).then_some("true")
            };
            let address = {
                let id = id.clone();
                move || {
                    let draft = wizard.draft.get();
                    wizard
                        .route(Draft { category: id.clone(), search: String::new(), ..draft })
                        .print()
                }
            };
            let open = move |event: ev::MouseEvent| {
                event.prevent_default();
                wizard.open_category(id.clone());
            };
            (count > 0).then(|| {
                view! {
                    <a href=address aria-current=current on:click=open>
                        {category_name(t, &of.id.0, &of.name)}" "
                        <span class="count">{number(t, count as u64)}</span>
                    </a>
                }
            })
        };
        catalogue.categories().iter().map(tab).collect_view()
    });
    view! { <nav class="tabs" aria-label=t.category()>{tabs}</nav> }
}

/// A tab's name in the chosen language; one that is not known keeps its own.
pub fn category_name(t: T, id: &str, name: &str) -> String {
    match id {
        "Enterprise_Key" => t.category_enterprise().into(),
        "SmallBusiness_Key" => t.category_small_business().into(),
        "Government_Key" => t.category_government().into(),
        "Education_Key" => t.category_education().into(),
        "Nonprofit_Key" => t.category_nonprofit().into(),
        "Trial_Key" => t.category_trial().into(),
        _ => name.into(),
    }
}

/// "1–300", "25", "Usage-based", with how many at a time.
pub fn limits(t: T, offer: &Offer) -> String {
    if offer.charging == Charging::Usage {
        return t.usage_based().into();
    }
    let Ok(range) = sellable(offer) else { return String::new() };
    let of = |quantity: Quantity| number(t, quantity.get());
    let licenses = if range.min() == range.max() {
        of(range.min())
    } else {
        format!("{}–{}", of(range.min()), of(range.max()))
    };
    match offer.limit {
        OwnershipLimit::None => licenses,
        OwnershipLimit::Concurrent(most) => {
            format!("{licenses} · {}", t.at_a_time(u64::from(most.get())))
        }
        OwnershipLimit::Lifetime(most) => {
            format!("{licenses} · {}", t.ever(u64::from(most.get())))
        }
    }
}

/// One offer: tick, limits, price, and the number of licenses inline (S15).
#[component]
fn OfferRow(
    wizard: Wizard,
    account: RwSignal<CustomerAccount>,
    row: Row,
    lines: Memo<Vec<(OfferId, String)>>,
    read: Typed,
) -> View {
    let t = use_texts();
    let Row { offer, reasons, reactivate, price } = row;
    let id = StoredValue::new(offer.id.clone());
    let tick_id = format!("tick-{}", offer.id);
    let field_id = StoredValue::new(format!("licenses-{}", offer.id));
    let available = reasons.is_empty();
    let place =
        memo(move || lines.read().iter().position(|(line, _)| id.with_value(|id| line == id)));
    let smallest = offer.quantity.min().to_string();
    let is_usage = offer.charging == Charging::Usage;
    let tick = move |event: ev::Event| {
        let on = event_target_checked(&event);
        wizard.change(|draft| {
            draft.lines.retain(|(line, _)| id.with_value(|id| line != id));
            if on {
                draft.lines.push((id.get_value(), smallest.clone()));
            }
        });
    };
    let note_id = format!("note-{}", offer.id);
    let note = note(t, wizard, account, &reasons, reactivate.as_ref());
    let described = note.is_some().then(|| note_id.clone());
    let note = note.map(|note| view! { <p class="hint" id=note_id>{note}</p> });
    let name = StoredValue::new(offer.name.to_string());
    // A ticked offer that has become unavailable can still be unticked.
    let disabled = derived(move || !available && place.get().is_none());
    let error = derived(move || match place.get().and_then(|at| read.read().get(at).cloned()) {
        Some(Err(why)) if available => Some(words::refusal(t, &why)),
        _ => None,
    });
    let licenses = live(move || {
        (place.get().is_some() && !is_usage).then(|| {
            let value = derived(move || {
                place.get().and_then(|at| lines.read().get(at).map(|(_, text)| text.clone()))
            });
            let typed = move |event: ev::Event| {
                let text = event_target_value(&event);
                wizard.change(|draft| {
                    let line =
                        draft.lines.iter_mut().find(|(line, _)| id.with_value(|id| line == id));
                    if let Some((_, typed)) = line {
                        *typed = text;
                    }
                });
            };
            let error_id = format!("error-{}", field_id.get_value());
            let described = error_id.clone();
            view! {
                <div class="field">
                    <label class="sr" for=field_id.get_value()>
                        {name.with_value(|name| t.licenses_of(name))}
                    </label>
                    <input
                        class="input input--num"
                        id=field_id.get_value()
                        inputmode="numeric"
                        autocomplete="off"
                        maxlength="24"
                        prop:value=value
                        aria-invalid=move || error.read().is_some().then_some("true")
                        aria-describedby=move || error.read().is_some().then(|| described.clone())
                        on:input=typed
                    />
                    <ErrorText id=error_id text=error/>
                </div>
            }
        })
    });
    let price = match price {
        _ if offer.is_trial() => t.free().to_owned(),
        Some(price) => money(t, price),
        None => t.no_estimate().to_owned(),
    };
    view! {
        <tr role="row" class=if available { "offer" } else { "offer offer--off" }>
            <th role="rowheader" scope="row">
                <div class="check">
                    <input
                        type="checkbox"
                        id=tick_id.clone()
                        prop:checked=move || place.get().is_some()
                        disabled=disabled
                        aria-describedby=described
                        on:change=tick
                    />
                    <div><label for=tick_id>{offer.name.to_string()}</label>{note}</div>
                </div>
            </th>
            {table::number_cell(t.limits(), limits(t, &offer))}
            {table::number_cell(t.price_month(), price)}
            {table::number_cell(t.licenses_label(), licenses)}
        </tr>
    }
}

/// Why the offer cannot be bought, with the way out; or that a suspended one can be had back.
fn note(
    t: T,
    wizard: Wizard,
    account: RwSignal<CustomerAccount>,
    reasons: &[Refusal],
    reactivate: Option<&Reactivatable>,
) -> Option<View> {
    let Some(leading) = reasons.first() else {
        let held = reactivate?;
        let text = t.catalog_have_suspended(&date(t, held.until.0));
        let to = to_subscription(wizard, &held.subscription);
        return Some(view! { {text}" "<A to=to>{t.open_it()}</A> });
    };
    let others = (reasons.len() > 1).then(|| {
        let others: Vec<String> =
            reasons.iter().skip(1).map(|why| words::refusal(t, why)).collect();
        view! {
            <details class="more">
                <summary>{t.more_reasons(others.len() as u64)}</summary>
                {others.join(" ")}
            </details>
        }
    });
    let first = match leading {
        Refusal::SuspendedReactivateInstead { limit, held, subscription, until } => {
            let text = t.catalog_one_suspended(&held.to_string(), &limit.to_string());
            let link = t.reactivate_until(&date(t, until.0));
            let to = to_subscription(wizard, subscription);
            view! { {text}" "<A to=to>{link}</A> }
        }
        Refusal::CycleNotSupportedByOffer { asked } => {
            let other = match asked {
                BillingCycle::Monthly => BillingCycle::Annual,
                BillingCycle::Annual | BillingCycle::None => BillingCycle::Monthly,
            };
            let choose = move |_| wizard.change(|draft| draft.cycle = Some(other));
            view! {
                {words::refusal(t, leading)}" "
                <button class="link" type="button" on:click=choose>
                    {t.choose_cycle(words::cycle(t, other))}
                </button>
            }
        }
        Refusal::OfferUseLimitExceeded { subscriptions, .. }
        | Refusal::TrialAlreadyHad { subscriptions, .. } => {
            let links = subscriptions.iter().map(|id| link(wizard, account, id)).collect_view();
            view! { {words::refusal(t, leading)}" "{links} }
        }
        Refusal::PaidOfferOwned { subscription } => {
            let link = link(wizard, account, subscription);
            view! { {words::refusal(t, leading)}" "{link} }
        }
        other => words::refusal(t, other).into_view(),
    };
    Some(view! { {first}{others} })
}

fn to_subscription(wizard: Wizard, id: &SubscriptionId) -> Signal<Route> {
    Signal::stored(Route::Subscription(wizard.customer.get_value(), id.clone()))
}

fn link(wizard: Wizard, account: RwSignal<CustomerAccount>, id: &SubscriptionId) -> View {
    let name = account.with_untracked(|account| {
        account.get(id).map(|held| held.nickname.as_str().to_owned()).unwrap_or_default()
    });
    view! { <A to=to_subscription(wizard, id)>{name}</A>" " }
}
