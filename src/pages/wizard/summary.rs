//! What is selected in the catalogue so far, beside it.

use super::Wizard;
use super::catalog::Typed;
use crate::format::money;
use crate::history::A;
use crate::parts::Icon;
use crate::parts::live::{derived, live};
use crate::route::Step;
use crate::stage::use_stage;
use crate::texts::use_texts;
use crate::view::prelude::*;
use crate::words;
use subscription_rules::{BillingCycle, Line, Money, OfferId, period_price};
use subscription_usecases::Caller;

/// What is ticked so far, with its estimate; stays in sight.
#[component]
pub fn Summary(
    wizard: Wizard,
    caller: StoredValue<Caller>,
    lines: Memo<Vec<(OfferId, String)>>,
    read: Typed,
) -> View {
    let (t, stage) = (use_texts(), use_stage());
    let wrong = move || read.read().iter().filter(|line| line.is_err()).count() as u64;
    let list = live(move || {
        let offers = caller.with_value(|caller| caller.catalogue.clone());
        let item = |(at, (offer, text)): (usize, &(OfferId, String))| {
            let name =
                offers.get(offer).map_or_else(|| offer.to_string(), |of| of.name.to_string());
            let why = read.read().get(at).and_then(|line| line.clone().err());
            let why = why.map(|why| {
                let why = words::refusal(t, &why);
                view! { <p class="field-error"><Icon name="i-warning"/>{why}</p> }
            });
            let label = t.remove_offer(&name);
            let offer = offer.clone();
            let remove = move |_| {
                wizard.change(|draft| draft.lines.retain(|(line, _)| *line != offer));
                // The button goes, and the focus with it.
                stage.focus("#summary-h");
            };
            view! {
                <li>
                    <div>{name}{why}</div>
                    <span class="num">{text.clone()}</span>
                    <button class="btn btn--quiet btn--icon" type="button" aria-label=label on:click=remove>
                        <Icon name="i-close"/>
                    </button>
                </li>
            }
        };
        lines.read().iter().enumerate().map(item).collect_view()
    });
    let text = derived(move || match (lines.read().len() as u64, wrong()) {
        (0, _) => t.nothing_selected().to_owned(),
        (selected, 0) => t.selected(selected),
        (selected, wrong) => format!("{} · {}", t.selected(selected), t.to_correct(wrong)),
    });
    let per_month = derived(move || {
        caller.with_value(|caller| {
            let context = caller.context();
            let good = read.get().into_iter().filter_map(Result::ok);
            let month = |line: Line| {
                let cycle = BillingCycle::Monthly;
                Some(period_price(&context, &line.offer, line.quantity, cycle)?.amount)
            };
            let is_trial = wizard.draft.read().cycle == Some(BillingCycle::None);
            let amounts: Vec<Money> =
                if is_trial { Vec::new() } else { good.filter_map(month).collect() };
            sum(&amounts).map(|total| t.a_month(&money(t, total)))
        })
    });
    let hint =
        derived(move || if lines.read().is_empty() { t.catalog_hint() } else { t.estimate_hint() });
    let blocked = move || lines.read().is_empty() || wrong() > 0;
    let review = move |_| {
        let Some(at) = read.read_untracked().iter().position(Result::is_err) else {
            if !lines.read_untracked().is_empty() {
                wizard.step(Step::Review);
            }
            return;
        };
        // The first that is to be corrected, in whichever tab it is.
        let Some(offer) = lines.with_untracked(|lines| lines.get(at).map(|(of, _)| of.clone()))
        else {
            return;
        };
        let held = caller.with_value(|caller| caller.catalogue.get(&offer).cloned());
        if let Some(category) = held.and_then(|of| of.category) {
            wizard.open_category(category.0.to_string());
        }
        // Its number where that is wrong, else its tick.
        let wrong = "[aria-invalid=true]";
        stage.focus(format!("#licenses-{offer}{wrong},tr:not(:has({wrong})) #tick-{offer}"));
    };
    view! {
        <section class="card summary" aria-labelledby="summary-h">
            <h2 id="summary-h" tabindex="-1">{t.selected_title()}</h2>
            <ul class="summary-lines">{list}</ul>
            <p class="total" role="status"><span>{text}</span><span class="num">{per_month}</span></p>
            <p class="hint">{hint}</p>
            <div class="actions">
                <A to=wizard.at(Step::Frequency) class="btn">{t.back()}</A>
                <button
                    class="btn btn--primary"
                    type="button"
                    aria-disabled=move || blocked().then_some("true")
                    on:click=review
                >
                    {t.wizard_review()}
                </button>
            </div>
        </section>
    }
}

/// The sum of amounts of one currency.
pub fn sum(amounts: &[Money]) -> Option<Money> {
    let first = amounts.first()?;
    let same = amounts.iter().all(|amount| amount.currency == first.currency);
    let minor_units = amounts.iter().map(|amount| amount.minor_units).sum();
    same.then_some(Money { minor_units, currency: first.currency })
}
