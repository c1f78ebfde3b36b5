//! "Add customer": company, contact, address; each field says what is wrong with it.

mod countries;

use crate::backend::use_backend;
use crate::history::{A, use_router};
use crate::pages::customer::{Asking, Refused};
use crate::parts::live::{derived, effect, live, memo};
use crate::parts::{Crumb, ErrorText, Failed, Field, Title, use_toasts};
use crate::route::Route;
use crate::stage::use_stage;
use crate::texts::{T, use_texts};
use crate::view::ev;
use crate::view::prelude::*;
use crate::words;
use subscription_rules::{
    Address, Cloud, Contact, Country, CustomerDraft, Refusal, may_add_customer, needs_state,
};
use subscription_usecases::{Command, Failure};

/// The form for a new customer.
#[component]
pub fn NewCustomer() -> View {
    let backend = use_backend();
    let refused = move || {
        backend.version().track();
        may_add_customer(&backend.caller().context()).err()
    };
    let refused = memo(refused);
    live(move || match refused.get() {
        None => view! { <Form/> },
        Some(why) => {
            let why = Failure::Refused(why);
            view! { <Failed why=why again=Callback::new(|()| ())/> }
        }
    })
}

/// A field: its name in the rules, its ID in the page, its label.
type Named = (&'static str, &'static str, &'static str);

/// What is typed, field by field, in the order of the form.
#[derive(Clone, Copy)]
struct Typed {
    t: T,
    company_name: RwSignal<String>,
    domain: RwSignal<String>,
    country: RwSignal<String>,
    first_name: RwSignal<String>,
    last_name: RwSignal<String>,
    email: RwSignal<String>,
    address_line: RwSignal<String>,
    city: RwSignal<String>,
    state: RwSignal<String>,
    postal_code: RwSignal<String>,
    /// What is wrong, once it was tried to submit.
    problems: RwSignal<Option<Vec<Refusal>>>,
}

impl Typed {
    fn nothing(t: T) -> Self {
        let text = || RwSignal::new(String::new());
        Self {
            t,
            company_name: text(),
            domain: text(),
            country: text(),
            first_name: text(),
            last_name: text(),
            email: text(),
            address_line: text(),
            city: text(),
            state: text(),
            postal_code: text(),
            problems: RwSignal::new(None),
        }
    }

    fn draft(self) -> CustomerDraft {
        let is_us = Country::parse(&self.country.read()) == Ok(Country::US);
        CustomerDraft {
            company_name: self.company_name.get(),
            domain: self.domain.get(),
            country: self.country.get(),
            contact: Contact {
                first_name: self.first_name.get(),
                last_name: self.last_name.get(),
                email: self.email.get(),
            },
            address: Address {
                address_line1: self.address_line.get(),
                city: self.city.get(),
                // Typed for another country before, it is not shown any more.
                state: if is_us { self.state.get() } else { String::new() },
                postal_code: self.postal_code.get(),
            },
            details: Box::default(),
        }
    }

    /// In the order of the form.
    fn fields(self) -> [Named; 10] {
        let t = self.t;
        [
            ("companyName", "company", t.customers_company_name()),
            ("domain", "domain", t.customers_domain()),
            ("firstName", "first", t.customers_first_name()),
            ("lastName", "last", t.customers_last_name()),
            ("email", "email", t.customers_email()),
            ("country", "country", t.customers_country()),
            ("addressLine1", "line", t.customers_address_line()),
            ("postalCode", "zip", t.customers_postal_code()),
            ("city", "city", t.customers_city()),
            ("state", "state", t.customers_state()),
        ]
    }

    /// What is wrong with a field.
    fn error(self, field: &'static str) -> Signal<Option<String>> {
        derived(move || {
            let problems = self.problems.read();
            let problem = problems.iter().flatten().find(|problem| field_of(problem) == field)?;
            Some(words::refusal(self.t, problem))
        })
    }
}

fn field_of(problem: &Refusal) -> &str {
    match problem {
        Refusal::InvalidInput { field, .. } => field,
        Refusal::PartnerNotOnboardedInCountry { .. } => "country",
        Refusal::DomainTaken => "domain",
        _ => "",
    }
}

#[component]
fn Form() -> View {
    let (t, stage) = (use_texts(), use_stage());
    let backend = use_backend();
    let router = use_router();
    let toasts = use_toasts();
    let typed = Typed::nothing(t);
    // What the summary lists: as it was when it was tried to submit.
    let tried = RwSignal::new(Vec::new());
    let cloud = backend.caller().partner.cloud;
    effect(move || {
        let draft = typed.draft();
        router.set_unsaved(draft != CustomerDraft::default());
        if typed.problems.read_untracked().is_some() {
            typed.problems.set(Some(draft.problems(cloud)));
        }
    });
    let adding = Asking::new(move |done, _| {
        if let Some(name) = typed.company_name.try_get_untracked() {
            toasts.say(t.customers_added(name.trim()));
            router.leave_for(Route::customer(&done.customer));
        }
    });
    let of_field = move || match adding.failure() {
        Some(Failure::Refused(why)) => Some(why).filter(|why| !field_of(why).is_empty()),
        _ => None,
    };
    // What only the store knows, such as that a domain is taken, is said like what the form knows.
    effect(move || {
        if let Some(why) = of_field() {
            tried.set(vec![why.clone()]);
            typed.problems.set(Some(vec![why]));
            stage.focus("#errors");
        }
    });
    let refused = live(move || of_field().is_none().then(|| view! { <Refused asking=adding/> }));
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let draft = untrack(|| typed.draft());
        let problems = draft.problems(cloud);
        tried.set(problems.clone());
        if problems.is_empty() {
            adding.ask(Command::AddCustomer { draft }, None);
        } else {
            typed.problems.set(Some(problems));
            stage.focus("#errors");
        }
    };
    let crumbs = vec![Crumb(t.customers().to_owned(), Route::home())];
    view! {
        <Title crumbs=crumbs text=t.customers_add()/>
        <form class="form" id="add" novalidate on:submit=submit>
            <Summary typed=typed tried=tried/>
            {refused}
            <CompanyFields typed=typed/>
            <ContactFields typed=typed/>
            <AddressFields typed=typed cloud=cloud/>
        </form>
        <div class="bar bar--form">
            <button
                class="btn btn--primary"
                type="submit"
                form="add"
                aria-disabled=move || adding.pending().then_some("true")
            >
                {t.customers_add()}
            </button>
            <A to=Signal::stored(Route::home()) class="btn">{t.customers_discard()}</A>
        </div>
    }
}

/// What is to be corrected, each a way to its field.
#[component]
fn Summary(typed: Typed, tried: RwSignal<Vec<Refusal>>) -> View {
    let (t, stage) = (use_texts(), use_stage());
    let line = move |(name, id, label): Named| {
        let tried = tried.read();
        let problem = tried.iter().find(|problem| field_of(problem) == name)?;
        let text = t.customers_error_line(label, &words::refusal(t, problem));
        let go = move |event: ev::MouseEvent| {
            event.prevent_default();
            stage.focus(format!("#{id}"));
        };
        Some(view! { <li><a href=format!("#{id}") on:click=go>{text}</a></li> })
    };
    live(move || {
        let tried = tried.read();
        (!tried.is_empty()).then(|| {
            let title = t.customers_errors(tried.len() as u64);
            let lines = typed.fields().map(line).collect_view();
            view! {
                <div
                    class="error-summary"
                    id="errors"
                    role="alert"
                    tabindex="-1"
                    aria-labelledby="errors-h"
                >
                    <h2 id="errors-h">{title}</h2>
                    <ul>{lines}</ul>
                </div>
            }
        })
    })
}

#[component]
fn CompanyFields(typed: Typed) -> View {
    let t = use_texts();
    view! {
        <fieldset class="form-grid">
            <legend>{t.customers_company()}</legend>
            <Field
                id="company"
                label=t.customers_company_name()
                value=typed.company_name
                error=typed.error("companyName")
                autocomplete="organization"
            />
            <Field
                id="domain"
                label=t.customers_domain()
                value=typed.domain
                error=typed.error("domain")
                hint=Signal::stored(t.customers_domain_hint().to_owned())
                longest=253
            />
        </fieldset>
    }
}

#[component]
fn ContactFields(typed: Typed) -> View {
    let t = use_texts();
    view! {
        <fieldset class="form-grid">
            <legend>{t.customers_contact()}</legend>
            <Field
                id="first"
                label=t.customers_first_name()
                value=typed.first_name
                error=typed.error("firstName")
                autocomplete="given-name"
                longest=50
            />
            <Field
                id="last"
                label=t.customers_last_name()
                value=typed.last_name
                error=typed.error("lastName")
                autocomplete="family-name"
                longest=50
            />
            <Field
                id="email"
                label=t.customers_email()
                value=typed.email
                error=typed.error("email")
                autocomplete="email"
                longest=254
            />
        </fieldset>
    }
}

#[component]
fn AddressFields(typed: Typed, cloud: Cloud) -> View {
    let t = use_texts();
    let has_states = memo(move || Country::parse(&typed.country.read()).is_ok_and(needs_state));
    let state = live(move || {
        has_states.get().then(|| {
            view! {
                <Field
                    id="state"
                    label=t.customers_state()
                    value=typed.state
                    error=typed.error("state")
                    hint=Signal::stored(t.customers_state_hint().to_owned())
                    autocomplete="address-level1"
                    longest=20
                />
            }
        })
    });
    view! {
        <fieldset class="form-grid">
            <legend>{t.customers_address()}</legend>
            <CountryField typed=typed cloud=cloud/>
            <Field
                id="line"
                label=t.customers_address_line()
                value=typed.address_line
                error=typed.error("addressLine1")
                autocomplete="street-address"
            />
            <Field
                id="zip"
                label=t.customers_postal_code()
                value=typed.postal_code
                error=typed.error("postalCode")
                autocomplete="postal-code"
                longest=20
            />
            <Field
                id="city"
                label=t.customers_city()
                value=typed.city
                error=typed.error("city")
                autocomplete="address-level2"
                longest=100
            />
            {state}
        </fieldset>
    }
}

#[component]
fn CountryField(typed: Typed, cloud: Cloud) -> View {
    let t = use_texts();
    let error = typed.error("country");
    let countries = countries::served(t, cloud).into_iter().map(|(country, name)| {
        view! { <option value=country.as_str().to_owned()>{name}</option> }
    });
    let described =
        derived(
            move || {
                if error.read().is_some() { "country-hint country-error" } else { "country-hint" }
            },
        );
    view! {
        <div class="field">
            <label for="country">{t.customers_country()}</label>
            <select
                class="input"
                id="country"
                autocomplete="country"
                aria-describedby=described
                aria-invalid=move || error.read().is_some().then_some("true")
                on:change=move |event| typed.country.set(event_target_value(&event))
            >
                <option value="">{t.customers_choose_country()}</option>
                {countries.collect_view()}
            </select>
            <p class="hint" id="country-hint">{t.customers_country_hint()}</p>
            <ErrorText id="country-error" text=error/>
        </div>
    }
}
