//! "New subscription": billing frequency, catalog, review, confirmation (S6–S16).
//!
//! The choices so far live in the address, so a reload, Back and a pasted link bring them again.

mod catalog;
mod confirmation;
mod frequency;
mod review;
mod summary;

use crate::backend::use_backend;
use crate::history::{A, Router, use_router};
use crate::parts::fetched::fetched;
use crate::parts::live::{derived, effect, live, memo};
use crate::parts::{Crumb, Failed, Title, loaded};
use crate::route::{Draft, Route, Step};
use crate::stage::{Stage, use_stage};
use crate::texts::use_texts;
use crate::view::prelude::*;
use catalog::Catalog;
use confirmation::Confirmation;
use frequency::Frequency;
use review::Review;
use subscription_rules::{BillingCycle, CustomerAccount, CustomerId, Permission};
use subscription_usecases::orders::Placed;

/// What the steps share.
#[derive(Clone, Copy)]
struct Wizard {
    customer: StoredValue<CustomerId>,
    router: Router,
    stage: Stage,
    draft: Memo<Draft>,
    /// Gives up the order in whose place this one comes, where there is one.
    instead: Option<Callback<()>>,
    /// What the submit came to; the confirmation shows it.
    placed: RwSignal<Option<Outcome>>,
}

/// What was submitted and what became of it.
#[derive(Debug, Clone, PartialEq)]
struct Outcome {
    cycle: BillingCycle,
    lines: Vec<subscription_rules::Line>,
    placed: Vec<Placed>,
    /// It is kept on this device until the server is reached.
    is_kept: bool,
}

impl Wizard {
    fn route(self, draft: Draft) -> Route {
        Route::NewSubscription(self.customer.get_value(), draft)
    }

    /// Changes the draft on the same step.
    fn change(self, change: impl FnOnce(&mut Draft)) {
        let mut draft = self.draft.get_untracked();
        change(&mut draft);
        self.router.replace(self.route(draft));
    }

    /// Opens a tab of the catalogue; a search would look through all of them.
    fn open_category(self, category: String) {
        self.change(|draft| {
            draft.category = category;
            draft.search.clear();
        });
    }

    /// Goes to another step; Back comes from there.
    fn step(self, step: Step) {
        let draft = Draft { step, ..self.draft.get_untracked() };
        self.router.go(self.route(draft));
        self.stage.focus_heading();
    }

    /// The address of another step with the same choices.
    fn at(self, step: Step) -> Signal<Route> {
        derived(move || self.route(Draft { step, ..self.draft.get() }))
    }
}

/// The wizard.
#[component]
pub fn NewSubscription(
    /// For whom.
    customer: CustomerId,
    /// Gives up the order in whose place this one comes, where there is one.
    #[prop(default = None)]
    instead: Option<Callback<()>>,
) -> View {
    let backend = use_backend();
    let router = use_router();
    let draft = Memo::new(move |before: Option<&Draft>| match router.route().get() {
        Route::NewSubscription(_, draft) => draft,
        _ => before.cloned().unwrap_or_default(),
    });
    let placed = RwSignal::new(None);
    let wizard = Wizard {
        customer: StoredValue::new(customer.clone()),
        router,
        draft,
        instead,
        placed,
        stage: use_stage(),
    };
    effect(move || {
        // Back from the confirmation leads to what was ordered: the draft would order it again.
        if placed.read().is_some() && *draft.read() != Draft::default() {
            router.replace(wizard.customer.with_value(Route::customer));
        }
    });
    let read = fetched(move || {
        backend.version().track();
        let customer = customer.clone();
        async move {
            backend.caller().context().may(Permission::Buy)?;
            backend.account(customer).await
        }
    });
    // The steps are built once; what is read again goes into them, so that a change from another
    // tab, or the answer to the own submit, takes nothing away from under the person.
    let account = RwSignal::new(None::<CustomerAccount>);
    effect(move || {
        if let Some(Ok(newer)) = read.get() {
            account.set(Some(newer));
        }
    });
    let is_there = memo(move || account.read().is_some());
    live(move || match is_there.get().then(|| account.get_untracked()).flatten() {
        None => loaded(read, |_| ()),
        Some(first) => {
            let current = RwSignal::new(first);
            effect(move || {
                if let Some(newer) = account.get() {
                    current.set(newer);
                }
            });
            view! { <Steps wizard=wizard account=current/> }
        }
    })
}

#[component]
fn Steps(wizard: Wizard, account: RwSignal<CustomerAccount>) -> View {
    let t = use_texts();
    let name = account.with_untracked(|of| of.customer().company_name.as_str().to_owned());
    let step = memo(move || wizard.draft.read().step);
    let title = t.wizard_title(&name);
    let crumbs = move || {
        vec![
            Crumb(t.customers().into(), Route::home()),
            Crumb(name.clone(), Route::customer(&wizard.customer.get_value())),
        ]
    };
    live(move || match wizard.placed.get() {
        Some(outcome) => {
            view! { <Confirmation wizard=wizard account=account outcome=outcome crumbs=crumbs()/> }
        }
        None => view! {
            <Title crumbs=crumbs() text=title.clone()/>
            <Stepper wizard=wizard/>
            {live(move || match step.get() {
                Step::Frequency => view! { <Frequency wizard=wizard/> },
                Step::Catalog => view! { <Catalog wizard=wizard account=account/> },
                Step::Review => view! { <Review wizard=wizard account=account/> },
            })}
        },
    })
}

/// The steps in order; those done are links.
#[component]
fn Stepper(wizard: Wizard) -> View {
    let t = use_texts();
    let steps = [
        (Step::Frequency, t.wizard_frequency()),
        (Step::Catalog, t.wizard_catalog()),
        (Step::Review, t.wizard_review()),
    ];
    let item = move |(step, name): (Step, &'static str)| {
        let here = move || wizard.draft.read().step;
        let current = derived(move || (here() == step).then_some("step"));
        let inside = live(move || {
            if (step as u8) < (here() as u8) {
                view! {
                    <A to=wizard.at(step)><b>{name}</b><span class="sr">{t.wizard_done()}</span></A>
                }
            } else {
                view! { <span><b>{name}</b></span> }
            }
        });
        view! { <li aria-current=current>{inside}</li> }
    };
    view! {
        <ol class="stepper" aria-label=t.wizard_steps()>{steps.map(item).collect_view()}</ol>
    }
}

/// What stops the whole wizard, shown in the place of a step.
fn stopped(why: subscription_usecases::Failure, again: Callback<()>) -> View {
    view! { <Failed why=why again=again/> }
}
