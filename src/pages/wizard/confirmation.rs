//! What a submit came to: each order for itself, with links to the new subscriptions.

use super::review::back_to;
use super::{Outcome, Wizard};
use crate::backend::use_backend;
use crate::format::number;
use crate::history::A;
use crate::parts::live::live;
use crate::parts::table;
use crate::parts::{Crumb, Due, Icon, Title};
use crate::route::{Draft, Route, Step};
use crate::texts::{T, use_texts};
use crate::view::prelude::*;
use crate::words::{self, Outlook};
use subscription_rules::{CustomerAccount, SubscriptionId};
use subscription_usecases::orders::Placed;
use subscription_usecases::{Caller, Done, Failure};

/// The page after "Submit".
#[component]
pub fn Confirmation(
    wizard: Wizard,
    account: RwSignal<CustomerAccount>,
    outcome: Outcome,
    crumbs: Vec<Crumb>,
) -> View {
    let t = use_texts();
    let caller = use_backend().caller();
    let orders = outcome.placed.len();
    let refused = outcome.placed.iter().filter(|each| each.outcome.is_err()).count();
    let made = |each: &Placed| each.outcome.as_ref().map_or(0, |done| done.subscriptions.len());
    let made: usize = outcome.placed.iter().map(made).sum();
    let title = match (made, refused) {
        (0, _) => t.placed_none().to_owned(),
        (_, 0) if outcome.is_kept => t.placed_kept(made as u64),
        (_, 0) => t.placed_all(made as u64),
        _ => t.placed_some(&(orders - refused).to_string(), &orders.to_string()),
    };
    let (class, icon, text) = match (made, refused) {
        (_, 0) if outcome.is_kept => ("note note--warning", "i-sync", t.kept_here()),
        (_, 0) => ("note note--success", "i-check", t.placed_all_text()),
        (0, _) => ("note note--danger", "i-warning", t.placed_none_text()),
        _ => ("note note--warning", "i-warning", t.placed_some_text()),
    };
    let cards = outcome.placed.iter().enumerate().map(|(place, each)| {
        let id = format!("order-{place}");
        let named = id.clone();
        let inside = match &each.outcome {
            Ok(done) => placed(t, &caller, account, wizard, done),
            Err(why) => refused_order(t, &caller, wizard, &outcome, each, why),
        };
        let place = (place + 1).to_string();
        let heading = match each.outcome {
            Ok(_) if outcome.is_kept => t.order_kept(&place),
            Ok(_) => t.order_placed(&place),
            Err(_) => t.order_refused(&place),
        };
        let about = match &each.outcome {
            Ok(done) => done.orders.first().map_or_else(String::new, |order| {
                let short: String = order.as_str().chars().take(13).collect();
                format!("{} · {}", t.order_number(&short), words::cycle(t, outcome.cycle))
            }),
            Err(_) => t.order_nothing().to_owned(),
        };
        view! {
            <section class="card order" aria-labelledby=named>
                <div class="card-head"><h2 id=id>{heading}</h2><p class="quiet">{about}</p></div>
                {inside}
            </section>
        }
    });
    let cards = cards.collect_view();
    let actions = move || {
        view! { <A to=back_to(wizard) class="btn btn--primary">{t.show_subscriptions()}</A> }
    };
    view! {
        <Title crumbs=crumbs text=title actions=actions/>
        <div class=class role=if refused == 0 { "status" } else { "alert" }>
            <Icon name=icon/><p>{text}</p>
        </div>
        {cards}
    }
}

fn placed(
    t: T,
    caller: &Caller,
    account: RwSignal<CustomerAccount>,
    wizard: Wizard,
    done: &Done,
) -> View {
    let caller = caller.clone();
    let row = move |id: &SubscriptionId| {
        // Read anew when the account is: the order is placed a moment before it is read again.
        account.with(|account| {
            let held = account.get(id)?;
            let outlook = Outlook::of(t, &caller, account, held);
            let to = Signal::stored(Route::Subscription(wizard.customer.get_value(), id.clone()));
            let name = held.nickname.as_str().to_owned();
            Some(view! {
                <tr role="row">
                    <th role="rowheader" scope="row"><A to=to>{name}</A></th>
                    {table::number_cell(t.licenses_label(), number(t, held.quantity.get()))}
                    {table::cell(t.renews_or_ends(), view! { <Due outlook=outlook/> })}
                </tr>
            })
        })
    };
    let ids = done.subscriptions.clone();
    let rows = live(move || ids.iter().map(&row).collect_view());
    let columns =
        [(t.subscription(), false), (t.licenses_label(), true), (t.renews_or_ends(), false)];
    let rows = table::body(vec![rows]);
    table::table("table", t.new_subscriptions().into(), &columns, rows)
}

/// An order that was refused: why, and the way back with just its lines.
fn refused_order(
    t: T,
    caller: &Caller,
    wizard: Wizard,
    outcome: &Outcome,
    each: &Placed,
    why: &Failure,
) -> View {
    let lines: Vec<_> = each.lines.iter().filter_map(|at| outcome.lines.get(*at)).collect();
    let names = lines.iter().map(|line| {
        let offer = caller.catalogue.get(&line.offer);
        offer.map_or_else(|| line.offer.to_string(), |offer| offer.name.to_string())
    });
    let names = names.collect::<Vec<_>>().join(", ");
    let draft = Draft {
        step: Step::Catalog,
        cycle: Some(outcome.cycle),
        lines: lines.iter().map(|line| (line.offer.clone(), line.quantity.to_string())).collect(),
        ..Draft::default()
    };
    let again = move |_| {
        wizard.placed.set(None);
        wizard.router.go(wizard.route(draft.clone()));
    };
    view! {
        <p><b>{names}</b>": "{words::failure(t, why)}</p>
        <div class="actions">
            <button class="btn" type="button" on:click=again>{t.order_change()}</button>
        </div>
    }
}
