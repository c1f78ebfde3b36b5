//! A customer's account: who it is, its special qualifications, the partner's relationship with it.

use crate::backend::use_backend;
use crate::format;
use crate::history::use_router;
use crate::pages::customer::{Account as Shown, Asking, Head, Refused, of_customer};
use crate::pages::customers::read_one;
use crate::parts::fetched::Doing;
use crate::parts::live::{derived, live, memo};
use crate::parts::{Dialog, Icon, use_toasts};
use crate::texts::{T, use_texts};
use crate::view::ev;
use crate::view::prelude::*;
use crate::words;
use subscription_rules::{
    Address, Customer, CustomerId, Qualifications, Refusal, Relationship, remove_relationship,
    set_qualifications,
};
use subscription_usecases::{Command, Failure};

/// A customer's details.
#[component]
pub fn Account(
    /// Whose.
    id: CustomerId,
) -> View {
    of_customer(id, |account| {
        view! {
            <Head account=account/>
            <div class="columns">
                <Company account=account/>
                <div class="stack">
                    <SpecialQualifications account=account/>
                    <ResellerRelationship account=account/>
                    <KeptHere account=account/>
                </div>
            </div>
        }
    })
}

/// On a server: keeps all of the customer on this device.
#[component]
fn KeptHere(account: Shown) -> View {
    let t = use_texts();
    let backend = use_backend();
    let toasts = use_toasts();
    let doing = Doing::nothing();
    let failed = RwSignal::new(None::<Failure>);
    let press = move |_| {
        let (id, name) = account.with_untracked(|account| {
            let customer = account.customer();
            (customer.id.clone(), customer.company_name.as_str().to_owned())
        });
        failed.set(None);
        doing.run(async move {
            match read_one(backend, id).await {
                Ok(()) => toasts.say(t.keep_done(&name)),
                Err(why) => {
                    failed.try_set(Some(why));
                }
            }
        });
    };
    // Whether there is a server that is not always there, and whether anything can be kept of it.
    let keeps = memo(move || backend.link().is_some_and(|link| link.keeps));
    live(move || {
        keeps.get().then(|| {
            let blocked = move || doing.is_pending().then_some("true");
            view! {
                <section class="card" aria-labelledby="keep-h">
                    <h2 id="keep-h">{t.keep()}</h2>
                    <p class="hint">{t.keep_hint()}</p>
                    <div class="actions">
                        <button class="btn" type="button" aria-disabled=blocked on:click=press>
                            {t.keep_customer()}
                        </button>
                    </div>
                    {live(move || failed.get().map(|why| {
                        view! { <p class="field-error" role="alert"><Icon name="i-warning"/>{words::failure(t, &why)}</p> }
                    }))}
                </section>
            }
        })
    })
}

fn address(t: T, customer: &Customer) -> String {
    let Address { address_line1, city, state, postal_code } = &customer.address;
    let city = [postal_code.as_str(), city.as_str()].join(" ");
    let country = format::country(t, customer.country);
    let parts = [address_line1.as_str(), city.trim(), state.as_str(), country.as_str()];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

#[component]
fn Company(account: Shown) -> View {
    let t = use_texts();
    let customer = memo(move || account.read().customer().clone());
    let fact = |name: &'static str, value: fn(T, &Customer) -> String| {
        view! { <dt>{name}</dt><dd>{move || value(t, &customer.read())}</dd> }
    };
    let contact = live(move || {
        let customer = customer.read();
        let contact = &customer.contact;
        let name = format!("{} {}", contact.first_name, contact.last_name).trim().to_owned();
        let email = contact.email.clone();
        let comma = if name.is_empty() || email.is_empty() { "" } else { ", " };
        let link = view! { <a href=format!("mailto:{email}")>{email.clone()}</a> };
        view! { {name}{comma}{(!email.is_empty()).then_some(link)} }
    });
    view! {
        <section class="card" aria-labelledby="company-h">
            <h2 id="company-h">{t.customers_company()}</h2>
            <dl class="facts">
                {fact(t.customers_company_name(), |_, it| it.company_name.as_str().into())}
                {fact(t.customers_domain(), |_, it| it.domain.as_str().into())}
                <dt>{t.customers_microsoft_id()}</dt>
                <dd><code>{move || customer.read().id.to_string()}</code></dd>
                {fact(t.customers_country(), |t, it| format::country(t, it.country))}
                {fact(t.customers_relationship(), |t, it| words::relationship(t, it.relationship).into())}
                {fact(t.customers_type(), |t, it| {
                    words::customer_type(t, it.qualifications.customer_type()).into()
                })}
                {fact(t.cloud(), |t, it| words::cloud(t, it.cloud).into())}
                {fact(t.customers_added_on(), |t, it| format::date(t, it.created_at.date_naive()))}
                <dt>{t.customers_contact()}</dt>
                <dd>{contact}</dd>
                {fact(t.customers_address(), address)}
            </dl>
        </section>
    }
}

#[component]
fn SpecialQualifications(account: Shown) -> View {
    let t = use_texts();
    let backend = use_backend();
    let router = use_router();
    let toasts = use_toasts();
    let now = memo(move || account.read().customer().qualifications);
    // What is chosen but not submitted.
    let chosen = RwSignal::new(None::<Qualifications>);
    let updating = Asking::new(move |_, is_kept| {
        // The person may have gone on to another screen meanwhile.
        let Some(to) = chosen.try_get_untracked() else { return };
        let to = to.unwrap_or_else(|| now.get_untracked());
        toasts.done(t, t.customers_updated(&words::qualifications(t, to)), is_kept);
        router.set_unsaved(false);
        chosen.set(None);
    });
    let why_not = memo(move || {
        backend.version().track();
        let account = account.read();
        // Asking for what it has already is refused only where nothing can be set.
        let same = account.customer().qualifications;
        set_qualifications(&backend.caller().context(), &account, same).err()
    });
    let choose = move |event| {
        let place = event_target_value(&event).parse::<usize>().ok();
        let to = place.and_then(|place| Qualifications::ALL.get(place).copied());
        let to = to.filter(|to| *to != now.get_untracked());
        chosen.set(to);
        router.set_unsaved(to.is_some());
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let to = chosen.get_untracked().unwrap_or(now.get_untracked());
        let customer = account.with_untracked(|account| account.customer().id.clone());
        if why_not.with_untracked(Option::is_none) {
            updating.ask(Command::SetQualifications { customer, to }, None);
        }
    };
    let options = Qualifications::ALL.into_iter().enumerate().map(|(place, each)| {
        let selected = derived(move || chosen.get().unwrap_or(now.get()) == each);
        let text = words::qualifications(t, each);
        view! { <option value=place.to_string() prop:selected=selected>{text}</option> }
    });
    let hint = derived(move || {
        let why = why_not.get();
        why.map_or_else(|| t.customers_qualification_hint().into(), |why| words::refusal(t, &why))
    });
    view! {
        <section class="card" aria-labelledby="qualification-h">
            <h2 id="qualification-h">{t.customers_special_qualifications()}</h2>
            <form class="stack" on:submit=submit>
                <div class="field">
                    <label for="qualification">{t.customers_qualification()}</label>
                    <select
                        class="input"
                        id="qualification"
                        aria-describedby="qualification-hint"
                        disabled=move || why_not.read().is_some()
                        on:change=choose
                    >
                        {options.collect_view()}
                    </select>
                    <p class="hint" id="qualification-hint">{hint}</p>
                </div>
                <Refused asking=updating/>
                <div class="actions">
                    <button
                        class="btn btn--primary"
                        type="submit"
                        aria-disabled=move || {
                            (why_not.read().is_some() || updating.pending()).then_some("true")
                        }
                    >
                        {t.customers_update()}
                    </button>
                </div>
            </form>
        </section>
    }
}

#[component]
fn ResellerRelationship(account: Shown) -> View {
    let t = use_texts();
    let backend = use_backend();
    let toasts = use_toasts();
    let asks = RwSignal::new(false);
    let name = move || account.read().customer().company_name.as_str().to_owned();
    let removing = Asking::new(move |_, is_kept| {
        if let Some(account) = account.try_get_untracked() {
            asks.set(false);
            toasts.done(t, t.customers_removed(account.customer().company_name.as_str()), is_kept);
        }
    });
    let has_one = memo(move || account.read().customer().relationship != Relationship::None);
    let why_not = memo(move || {
        backend.version().track();
        remove_relationship(&backend.caller().context(), &account.read()).err()
    });
    let hint = move |why: Option<Refusal>| {
        why.map_or_else(|| t.customers_remove_hint().into(), |why| words::refusal(t, &why))
    };
    let open = move |_| asks.set(why_not.with_untracked(Option::is_none));
    let below = live(move || {
        if !has_one.get() {
            return view! { <p class="quiet">{t.customers_remove_none(&name())}</p> };
        }
        view! {
            <p class="hint" id="remove-hint">{move || hint(why_not.get())}</p>
            <div class="actions">
                <button
                    class="btn"
                    type="button"
                    aria-describedby="remove-hint"
                    aria-disabled=move || why_not.read().is_some().then_some("true")
                    on:click=open
                >
                    {t.customers_remove()}
                </button>
            </div>
        }
    });
    view! {
        <section class="card" aria-labelledby="relationship-h">
            <h2 id="relationship-h">{t.customers_relationship()}</h2>
            {below}
            {live(move || {
                let dialog = || view! { <RemoveDialog account=account asks=asks removing=removing/> };
                asks.get().then(dialog)
            })}
        </section>
    }
}

/// Asks before the relationship is removed, since it does not come back.
#[component]
fn RemoveDialog(account: Shown, asks: RwSignal<bool>, removing: Asking) -> View {
    let t = use_texts();
    let customer = account.with_untracked(|account| account.customer().clone());
    let name = customer.company_name.as_str();
    let (title, text) = (t.customers_remove_title(name), t.customers_remove_text(name));
    let command = Command::RemoveRelationship { customer: customer.id };
    let closed = Callback::new(move |()| asks.set(false));
    let submitted = Callback::new(move |()| removing.ask(command.clone(), None));
    let actions = move || {
        view! {
            <button class="btn" type="button" data-first on:click=move |_| asks.set(false)>
                {t.customers_remove_keep()}
            </button>
            <button
                class="btn btn--danger"
                type="submit"
                aria-disabled=move || removing.pending().then_some("true")
            >
                {t.customers_remove()}
            </button>
        }
    };
    view! {
        <Dialog
            title=Signal::stored(title)
            alert=true
            closed=closed
            submitted=submitted
            actions=actions
        >
            <p>{text}</p>
            <p>{t.customers_remove_last()}</p>
            <Refused asking=removing/>
        </Dialog>
    }
}
