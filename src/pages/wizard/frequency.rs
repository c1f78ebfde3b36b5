//! Step 1: how the customer's subscriptions are billed (S8). The choice comes before the products
//! and filters them.

use super::Wizard;
use crate::history::A;
use crate::parts::live::derived;
use crate::route::{Route, Step};
use crate::texts::use_texts;
use crate::view::ev;
use crate::view::prelude::*;
use crate::words;
use subscription_rules::BillingCycle;
use subscription_usecases::subscriptions::FREQUENCIES;

/// The step.
#[component]
pub fn Frequency(wizard: Wizard) -> View {
    let t = use_texts();
    let missing = RwSignal::new(false);
    let choice = move |cycle: BillingCycle| {
        let (id, text) = match cycle {
            BillingCycle::Monthly => ("monthly", t.wizard_monthly_text()),
            BillingCycle::Annual => ("annual", t.wizard_annual_text()),
            BillingCycle::None => ("trial", t.wizard_trial_text()),
        };
        let chosen = derived(move || wizard.draft.read().cycle == Some(cycle));
        let choose = move |_| {
            missing.set(false);
            wizard.change(|draft| {
                if draft.cycle != Some(cycle) {
                    draft.cycle = Some(cycle);
                    // Trials and paid offers are never in one catalogue.
                    draft.category.clear();
                }
            });
        };
        view! {
            <div class="choice">
                <input
                    type="radio"
                    name="cycle"
                    id=id
                    aria-describedby=format!("{id}-text")
                    prop:checked=chosen
                    on:change=choose
                />
                <label for=id>{words::cycle(t, cycle)}</label>
                <p class="quiet" id=format!("{id}-text")>{text}</p>
            </div>
        }
    };
    let next = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if wizard.draft.read_untracked().cycle.is_some() {
            wizard.step(Step::Catalog);
        } else {
            missing.set(true);
        }
    };
    let back = Signal::stored(Route::customer(&wizard.customer.get_value()));
    view! {
        <form class="form" id="frequency" on:submit=next>
            <fieldset class="choices" aria-describedby="cycle-error">
                <legend class="sr">{t.wizard_frequency()}</legend>
                {FREQUENCIES.map(choice).collect_view()}
                <p class="field-error" id="cycle-error" role="alert">
                    {move || missing.get().then(|| t.wizard_frequency_missing())}
                </p>
            </fieldset>
            <details class="more">
                <summary>{t.wizard_decide()}</summary>
                <div class="stack lead">
                    <p>{t.wizard_decide_cost()}</p>
                    <p>{t.wizard_decide_term()}</p>
                    <p>{t.wizard_decide_trial()}</p>
                </div>
            </details>
        </form>
        <div class="bar bar--form" part="bar">
            <button class="btn btn--primary" type="submit" form="frequency">
                {t.wizard_to_catalog()}
            </button>
            <A to=back class="btn">{t.wizard_discard()}</A>
        </div>
    }
}
