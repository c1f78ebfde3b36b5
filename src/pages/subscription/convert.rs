//! "Convert trial to paid subscription": offer, quantity and frequency are chosen at that moment
//! (domain.md §1.3, T5).

use super::Page;
use super::consequences::{DialogButtons, line};
use super::suspend::{Submitting, failure_note, request};
use crate::format::{date, money, number};
use crate::parts::live::{derived, live, memo};
use crate::parts::{Dialog, Field};
use crate::texts::{T, use_texts};
use crate::view::prelude::*;
use crate::words;
use subscription_rules::{
    BillingCycle, Change, Conversion, Offer, OfferId, Quantity, Refusal, convert, sellable,
};
use subscription_usecases::{Ask, Command};

/// The dialog.
#[component]
pub fn ConvertDialog(page: Page) -> View {
    let t = use_texts();
    let held = page.held.get_untracked();
    let catalogue = page.backend.catalogue();
    let trial = catalogue.get(&held.offer);
    let targets: Vec<Offer> = trial
        .map_or(&[][..], Offer::conversion_targets)
        .iter()
        .filter_map(|id| catalogue.get(id).cloned())
        .collect();
    let target = RwSignal::new(targets.first().map(|offer| offer.id.clone()));
    let quantity = RwSignal::new(held.quantity.to_string());
    let cycle = RwSignal::new(BillingCycle::Monthly);
    let title = Signal::stored(t.convert_trial().to_owned());
    let submitting = Submitting::new(page, t.converted_toast());
    let wanted = move || -> Result<Conversion, Refusal> {
        let target = target.get().ok_or(Refusal::ConversionsNotFound)?;
        let quantity = Some(Quantity::parse(&quantity.read())?);
        Ok(Conversion { target, quantity, cycle: cycle.get() })
    };
    let decided = memo(move || -> Result<Change, Refusal> {
        let to = wanted()?;
        let caller = page.caller();
        page.account.with(|account| convert(&caller.context(), account, &page.id.get_value(), &to))
    });
    let error = derived(move || decided.get().err().map(|why| words::refusal(t, &why)));
    let trial_quantity = held.quantity;
    let hint = derived(move || {
        let catalogue = page.backend.catalogue();
        let range = target.get().and_then(|id| sellable(catalogue.get(&id)?).ok());
        range.map_or_else(String::new, |range| {
            let of = |quantity: Quantity| number(t, quantity.get());
            let range = t.quantity_range(&of(range.max()), &of(range.min()));
            format!("{range} · {}", t.convert_trial_has(&of(trial_quantity)))
        })
    });
    let request = request();
    let revision = held.revision;
    let submitted = Callback::new(move |()| {
        let (Ok(to), true) = (wanted(), decided.get_untracked().is_ok()) else { return };
        if let Some(request) = request.clone() {
            let (customer, subscription) = (page.customer.get_value(), page.id.get_value());
            let command = Command::Convert { customer, subscription, to };
            submitting.submit(t, command, Ask::to_do(request).on_revision(revision));
        }
    });
    let closed = Callback::new(move |()| page.open.set(None));
    let blocked = derived(move || submitting.is_pending() || decided.read().is_err());
    let actions = move || view! { <DialogButtons page=page act=t.apply() blocked=blocked/> };
    let options = targets.into_iter().map(|offer| {
        view! { <option value=offer.id.to_string()>{offer.name.to_string()}</option> }
    });
    let frequency = move |of: BillingCycle| {
        view! {
            <label class="check">
                <input
                    type="radio"
                    name="paid-cycle"
                    prop:checked=move || cycle.get() == of
                    on:change=move |_| cycle.set(of)
                />
                " "{words::cycle(t, of)}
            </label>
        }
    };
    let effects = live(move || decided.get().ok().map(|change| effects(t, &change)));
    view! {
        <Dialog title=title closed=closed submitted=submitted actions=actions>
            <div class="field">
                <label for="target">{t.offer()}</label>
                <select
                    class="input"
                    id="target"
                    on:change=move |event| target.set(OfferId::parse(&event_target_value(&event)).ok())
                >
                    {options.collect_view()}
                </select>
            </div>
            <Field id="paid-quantity" label=t.quantity() value=quantity error=error hint=hint numeric=true longest=24/>
            <fieldset>
                <legend>{t.wizard_frequency()}</legend>
                {[BillingCycle::Monthly, BillingCycle::Annual].map(frequency).collect_view()}
            </fieldset>
            {effects}
            {failure_note(submitting.failed())}
        </Dialog>
    }
}

fn effects(t: T, change: &Change) -> View {
    let term = change.subscriptions.first().and_then(|paid| {
        Some(t.review_term_dates(&date(t, paid.opened_on), &date(t, paid.term.last_day()?)))
    });
    let cost = change.effects.total().map_or_else(
        || t.effect_no_estimate().to_owned(),
        |total| t.convert_first_bill(&money(t, total)),
    );
    view! {
        <dl class="effects">
            {line(t.users(), t.convert_users().into())}
            {term.map(|term| line(t.review_term(), term))}
            {line(t.money(), cost)}
            <div class="effects-last"><dt>{t.convert_trial_line()}</dt><dd>{t.convert_trial_used()}</dd></div>
        </dl>
    }
}
