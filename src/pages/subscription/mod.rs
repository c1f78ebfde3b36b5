//! A subscription: nickname, quantity, status, add-ons, who can do what, history (S17–S27).

mod access;
mod addons;
mod consequences;
mod convert;
mod edit;
mod side;
mod status;
mod suspend;

use crate::backend::{Backend, use_backend};
use crate::parts::fetched::fetched;
use crate::parts::live::{derived, effect, live, memo};
use crate::parts::{Crumb, Failed, StatusPill, Title, loaded};
use crate::route::Route;
use crate::texts::{T, use_texts};
use crate::view::prelude::*;
use crate::words::{self, Outlook, Sign};
use access::AccessCard;
use addons::AddOns;
use edit::{Edit, Edits, SaveBar};
use side::Side;
use status::{CancelCard, StatusCard, TrialCard};
use subscription_rules::{
    Action, CustomerAccount, CustomerId, Refusal, Status, Subscription as Held, SubscriptionId,
    choices,
};
use subscription_usecases::Caller;

/// A dialog of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Suspend,
    Cancel,
    Reactivate,
    Convert,
}

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Page {
    backend: Backend,
    customer: StoredValue<CustomerId>,
    id: StoredValue<SubscriptionId>,
    /// The account as last read; other tabs and the own submits bring a newer one.
    account: RwSignal<CustomerAccount>,
    held: Memo<Held>,
    edits: Edits,
    open: RwSignal<Option<Open>>,
}

impl Page {
    /// Who asks, at the moment the page last changed.
    fn caller(self) -> Caller {
        self.account.track();
        self.backend.version().track();
        self.backend.caller()
    }

    /// Whether an action is possible, or why not.
    fn may(self, action: Action) -> Result<(), Refusal> {
        let caller = self.caller();
        let all = self
            .account
            .with(|account| self.held.with(|held| choices(&caller.context(), account, held)));
        let found = all.into_iter().find(|(of, _)| *of == action);
        found.map_or(Err(Refusal::SubscriptionNotFound), |(_, may)| may)
    }

    fn outlook(self, t: T) -> Outlook {
        let caller = self.caller();
        self.account.with(|account| self.held.with(|held| Outlook::of(t, &caller, account, held)))
    }

    /// The state that is shown, by its number.
    fn revision(self) -> u32 {
        self.held.with_untracked(|held| held.revision)
    }

    fn status(self) -> Status {
        self.held.with(Held::status)
    }
}

/// The page of one subscription.
#[component]
pub fn Subscription(
    /// Whose.
    customer: CustomerId,
    /// Which.
    id: SubscriptionId,
) -> View {
    let backend = use_backend();
    let read = {
        let customer = customer.clone();
        move || {
            backend.version().track();
            let customer = customer.clone();
            async move { backend.account(customer).await }
        }
    };
    let resource = fetched(read);
    let shown = RwSignal::new(None::<CustomerAccount>);
    // The page is built once; what is read again goes into it, so that nothing typed is lost.
    effect(move || {
        if let Some(Ok(account)) = resource.get() {
            shown.set(Some(account));
        }
    });
    let is_shown = memo(move || shown.read().is_some());
    live(move || {
        if !is_shown.get() {
            return loaded(resource, |_| ()).into_view();
        }
        let account = shown.get_untracked();
        let found = account.and_then(|account| Some((account.get(&id)?.clone(), account)));
        let Some((first, account)) = found else {
            let again = Callback::new(move |()| resource.refetch());
            let why = Refusal::SubscriptionNotFound.into();
            return view! { <Failed why=why again=again/> };
        };
        let account = RwSignal::new(account);
        effect(move || {
            if let Some(newer) = shown.get()
                && account.with_untracked(|held| *held != newer)
            {
                account.set(newer);
            }
        });
        let (customer, id) = (customer.clone(), id.clone());
        view! { <Editor customer=customer id=id first=first account=account/> }
    })
}

#[component]
fn Editor(
    customer: CustomerId,
    id: SubscriptionId,
    first: Held,
    account: RwSignal<CustomerAccount>,
) -> View {
    let t = use_texts();
    let backend = use_backend();
    let wanted = id.clone();
    let held = memo(move || {
        // Subscriptions are never removed from an account, so the first one read is a fallback
        // only for a reset in another tab.
        account.with(|account| account.get(&wanted).cloned()).unwrap_or_else(|| first.clone())
    });
    let page = Page {
        backend,
        customer: StoredValue::new(customer.clone()),
        id: StoredValue::new(id),
        account,
        held,
        edits: Edits::new(),
        open: RwSignal::new(None),
    };
    page.edits.guard(page);
    let company =
        account.with_untracked(|account| account.customer().company_name.as_str().to_owned());
    let crumbs = vec![
        Crumb(t.customers().into(), Route::home()),
        Crumb(company.clone(), Route::customer(&customer)),
    ];
    let name = derived(move || held.read().nickname.as_str().to_owned());
    let facts = derived(move || {
        let offer = held.read().offer_name.to_string();
        let offer = (offer != name.get()).then_some(offer);
        let mut facts: Vec<String> = offer.into_iter().collect();
        facts.extend([
            words::licenses(t, held.read().quantity),
            words::cycle(t, held.read().cycle()).to_owned(),
            page.outlook(t).text,
        ]);
        facts
    });
    let pill = move || {
        move || {
            let outlook = page.outlook(t);
            let more = held.with(|held| reason_of(t, held));
            let sign = held.with(Sign::of);
            let waits = page
                .customer
                .with_value(|customer| page.id.with_value(|id| backend.waits(customer, Some(id))));
            let waits = waits.then(|| view! { " "<span class="waits">{t.waits()}</span> });
            view! {
                " "<StatusPill sign=sign urgent=outlook.is_urgent() more=more tint=true/>{waits}
            }
        }
    };
    // What stands in the way of everything else comes first. What is changed here does not change
    // places: whoever has just pressed something would look for it.
    let status_first = untrack(|| page.status() != Status::Active);
    // Then nothing of it can be changed any more.
    let deleted = memo(move || page.status() == Status::Deleted);
    let is_trial =
        memo(move || held.with(|held| held.is_trial() && held.status() == Status::Active));
    let cards = live(move || {
        let edit = move || (!deleted.get()).then(|| view! { <Edit page=page/> });
        if status_first {
            view! { <StatusCard page=page/>{edit()} }
        } else {
            view! { {edit()}<StatusCard page=page/> }
        }
    });
    view! {
        <Title crumbs=crumbs text=name beside=pill facts=facts/>
        <div class="columns">
            <div class="stack">
                {live(move || is_trial.get().then(|| view! { <TrialCard page=page/> }))}
                {cards}
                <AddOns page=page/>
                <AccessCard page=page/>
                <CancelCard page=page/>
            </div>
            <Side page=page/>
        </div>
        <SaveBar page=page/>
        {live(move || match page.open.get() {
            Some(Open::Suspend) => view! { <suspend::SuspendDialog page=page cancels=false/> },
            Some(Open::Cancel) => view! { <suspend::SuspendDialog page=page cancels=true/> },
            Some(Open::Reactivate) => view! { <suspend::ReactivateDialog page=page/> },
            Some(Open::Convert) => view! { <convert::ConvertDialog page=page/> },
            None => ().into_view(),
        })}
    }
}

/// " · Non-payment" behind the status of a suspended one.
fn reason_of(t: T, held: &Held) -> String {
    let reason = held.suspension().map(|suspension| words::reason(t, suspension.reason));
    reason.map_or_else(String::new, |reason| format!(" · {reason}"))
}
