//! Step 3: the lines, the orders they become and why, what they are estimated to cost; "Submit"
//! (S16).

use super::summary::sum;
use super::{Outcome, Wizard, stopped};
use crate::backend::{Told, new_request, use_backend};
use crate::format::{date, money, number};
use crate::history::A;
use crate::parts::Icon;
use crate::parts::fetched::Doing;
use crate::parts::live::live;
use crate::parts::table;
use crate::route::{Draft, Route, Step};
use crate::texts::{T, use_texts};
use crate::view::prelude::*;
use crate::words;
use subscription_rules::{
    BillingCycle, Charging, CustomerAccount, Line, Money, Offer, PaidCycle, Part, Refusal, Term,
    period_price,
};
use subscription_usecases::{Answer, Ask, Caller, Command, Failure, RequestId, orders};

/// The step.
#[component]
pub fn Review(wizard: Wizard, account: RwSignal<CustomerAccount>) -> View {
    let backend = use_backend();
    let caller = backend.caller();
    let draft = wizard.draft.get_untracked();
    let cycle = draft.cycle.unwrap_or(BillingCycle::Monthly);
    let read =
        account.with_untracked(|account| orders::read_lines(&caller, account, cycle, &draft.lines));
    let again = Callback::new(move |()| wizard.step(Step::Catalog));
    let Ok(lines) = read.into_iter().collect::<Result<Vec<Line>, Refusal>>() else {
        // A pasted address or another tab: the catalogue says what is wrong with which line.
        let draft = Draft { step: Step::Catalog, ..draft };
        request_animation_frame(move || {
            if !wizard.placed.is_disposed() {
                wizard.router.replace(wizard.route(draft));
            }
        });
        return ().into_view();
    };
    let parts = match orders::parts(&caller, &lines) {
        Ok(parts) => parts,
        Err(why) => return stopped(why.into(), again),
    };
    // One name for this submit, made before the first try: pressing again orders nothing twice.
    let request = match new_request() {
        Ok(request) => request,
        Err(why) => return stopped(why, again),
    };
    view! { <Reviewed wizard=wizard caller=caller cycle=cycle lines=lines parts=parts request=request/> }
}

#[component]
fn Reviewed(
    wizard: Wizard,
    caller: Caller,
    cycle: BillingCycle,
    lines: Vec<Line>,
    parts: Vec<Part>,
    request: RequestId,
) -> View {
    let t = use_texts();
    let backend = use_backend();
    // What is billed by its usage has no licenses (domain.md §1.6).
    let licensed = lines.iter().filter(|line| !is_usage(caller.catalogue.get(&line.offer)));
    let total: u64 = licensed.map(|line| u64::from(line.quantity.get())).sum();
    let month = |line: &Line| price(&caller, line, BillingCycle::Monthly);
    let amounts: Vec<Money> = lines.iter().filter_map(month).collect();
    let a_month = sum(&amounts).filter(|_| cycle != BillingCycle::None);
    let first: Vec<Money> = lines.iter().filter_map(|line| price(&caller, line, cycle)).collect();
    let first = sum(&first);
    let all = parts.len();
    let orders = parts.iter().enumerate().map(|(place, part)| {
        let lines = part.lines.iter().filter_map(|at| lines.get(*at).cloned()).collect();
        order(t, &caller, cycle, place, all, lines)
    });
    let orders = orders.collect_view();
    let term = term(t, &caller, cycle, &lines);
    let offers = lines.len() as u64;

    let submitted = StoredValue::new(lines);
    let (doing, failed) = (Doing::nothing(), RwSignal::new(None::<Failure>));
    let press = move |_| {
        let lines = submitted.get_value();
        let customer = wizard.customer.get_value();
        let ask = Ask::to_do(request.clone());
        doing.run(async move {
            let command = Command::Place { customer, cycle, lines: lines.clone() };
            let told = backend.ask(command, ask).await;
            if doing.is_gone() {
                return;
            }
            match told {
                Ok(Told { answer: Answer::Placed(placed), is_kept }) => {
                    // Only now: until then the order that was not taken waits for the person.
                    if let Some(instead) = wizard.instead {
                        instead.run(());
                    }
                    wizard.placed.set(Some(Outcome { cycle, lines, placed, is_kept }));
                    // The draft is done with; a reload begins a new one.
                    wizard.change(|draft| *draft = Draft::default());
                }
                Ok(_) => {}
                Err(why) => failed.set(Some(why)),
            }
        });
    };
    let line = |name: String, value: String| {
        view! { <li><span>{name}</span><span class="num">{value}</span></li> }
    };
    view! {
        <div class="wizard">
            <section class="stack" aria-labelledby="review-h">
                <h2 class="sr" id="review-h">{t.wizard_review()}</h2>
                <dl class="facts">
                    <dt>{t.wizard_frequency()}</dt>
                    <dd>{words::cycle(t, cycle)}" · "<Change wizard=wizard step=Step::Frequency what=t.wizard_frequency()/></dd>
                    <dt>{t.review_offers()}</dt>
                    <dd>
                        {t.review_count(offers)}", "{t.licenses(total)}" · "
                        <Change wizard=wizard step=Step::Catalog what=t.review_offers()/>
                    </dd>
                    <dt>{t.review_term()}</dt><dd>{term}</dd>
                </dl>
                {orders}
            </section>
            <section class="card summary" aria-labelledby="summary-h">
                <h2 id="summary-h">{t.estimate()}</h2>
                <ul class="summary-lines">
                    {line(t.review_orders(all as u64), t.review_subscriptions(offers))}
                    {line(t.licenses_label().into(), number(t, total))}
                    {first.map(|first| line(t.review_first_bill().into(), money(t, first)))}
                </ul>
                <p class="total">
                    <span>{t.review_a_month()}</span>
                    <span class="num">{a_month.map_or_else(|| t.no_estimate().to_owned(), |all| money(t, all))}</span>
                </p>
                <p class="hint">{t.estimate_hint()}</p>
                {wizard.instead.map(|_| view! { <p class="hint">{t.review_instead()}</p> })}
                {live(move || failed.get().map(|why| {
                    view! {
                        <div class="note note--danger" role="alert">
                            <Icon name="i-warning"/><p>{words::failure(t, &why)}</p>
                        </div>
                    }
                }))}
                <div class="actions">
                    <A to=wizard.at(Step::Catalog) class="btn">{t.back()}</A>
                    <button
                        class="btn btn--primary"
                        type="button"
                        aria-disabled=move || doing.is_pending().then_some("true")
                        on:click=press
                    >
                        {t.submit()}
                    </button>
                </div>
            </section>
        </div>
    }
}

fn price(caller: &Caller, line: &Line, cycle: BillingCycle) -> Option<Money> {
    let context = caller.context();
    Some(period_price(&context, &line.offer, line.quantity, cycle)?.amount)
}

#[component]
fn Change(wizard: Wizard, step: Step, what: &'static str) -> View {
    let t = use_texts();
    view! { <A to=wizard.at(step)>{t.change()}<span class="sr">" "{what}</span></A> }
}

/// From when to when, and what happens then.
fn term(t: T, caller: &Caller, cycle: BillingCycle, lines: &[Line]) -> String {
    let today = caller.now.date_naive();
    let Some(paid) = PaidCycle::of(cycle) else { return t.review_trial_term().into() };
    if lines.iter().all(|line| is_usage(caller.catalogue.get(&line.offer))) {
        return t.outlook_open().into();
    }
    let term = Term::paid(today, paid, caller.partner.billing_day, true);
    let last = term.last_day().map_or_else(String::new, |last| date(t, last));
    t.review_term_dates(&date(t, today), &last)
}

fn is_usage(offer: Option<&Offer>) -> bool {
    offer.is_some_and(|offer| offer.charging == Charging::Usage)
}

fn name_of(offer: Option<&Offer>, line: &Line) -> String {
    offer.map_or_else(|| line.offer.to_string(), |offer| offer.name.to_string())
}

/// One of the orders that the lines become.
fn order(
    t: T,
    caller: &Caller,
    cycle: BillingCycle,
    place: usize,
    all: usize,
    lines: Vec<Line>,
) -> View {
    let heading = if all == 1 {
        t.review_order().to_owned()
    } else {
        t.review_order_of(&all.to_string(), &(place + 1).to_string())
    };
    let offers: Vec<Option<&Offer>> =
        lines.iter().map(|line| caller.catalogue.get(&line.offer)).collect();
    let is_trial = cycle == BillingCycle::None;
    let why = match (all, is_trial) {
        (1, _) => words::cycle(t, cycle),
        (_, true) => t.review_trial_alone(),
        (_, false) if place == 0 => words::cycle(t, cycle),
        (_, false) => t.review_sales_group(),
    };
    let amounts: Vec<Money> =
        lines.iter().filter_map(|line| price(caller, line, BillingCycle::Monthly)).collect();
    let rows = lines.iter().zip(&offers).map(|(line, offer)| {
        let is_usage = is_usage(*offer);
        let licenses = if is_usage { "–".to_owned() } else { number(t, line.quantity.get()) };
        let shown = |amount: Option<Money>| match amount {
            _ if is_trial => t.free().to_owned(),
            Some(amount) => money(t, amount),
            None if is_usage => t.usage_based().to_owned(),
            None => t.no_estimate().to_owned(),
        };
        let unit = caller.prices.of(&line.offer);
        let month = price(caller, line, BillingCycle::Monthly);
        view! {
            <tr role="row">
                <th role="rowheader" scope="row">{name_of(*offer, line)}</th>
                {table::number_cell(t.licenses_label(), licenses)}
                {table::number_cell(t.price_month(), shown(unit))}
                {table::number_cell(t.review_a_month(), shown(month))}
            </tr>
        }
    });
    let rows = table::body(rows.collect());
    let whole: Vec<Money> = lines.iter().filter_map(|line| price(caller, line, cycle)).collect();
    let foot = sum(&amounts).filter(|_| !is_trial).map(|month| {
        let text = match (cycle, sum(&whole)) {
            (BillingCycle::Annual, Some(year)) => t.review_billed_yearly(&money(t, year)),
            _ => t.review_billed_monthly().to_owned(),
        };
        view! {
            <tfoot role="rowgroup">
                <tr role="row">
                    <th role="rowheader" scope="row" colspan="3">{text}</th>
                    {table::number_cell(t.review_a_month(), money(t, month))}
                </tr>
            </tfoot>
        }
    });
    let columns = [
        (t.offer(), false),
        (t.licenses_label(), true),
        (t.price_month(), true),
        (t.review_a_month(), true),
    ];
    let id = format!("order-{place}");
    let named = id.clone();
    view! {
        <section class="card order" aria-labelledby=named>
            <div class="card-head"><h2 id=id>{heading.clone()}</h2><p class="quiet">{why}</p></div>
            {table::table("table", heading, &columns, view! { {rows}{foot} })}
        </section>
    }
}

/// The customer's page, where the subscriptions are.
pub fn back_to(wizard: Wizard) -> Signal<Route> {
    Signal::stored(Route::customer(&wizard.customer.get_value()))
}
