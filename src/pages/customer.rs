//! A customer's page: what it has, what needs attention first.

mod rows;

use crate::backend::{Backend, Told, new_request, use_backend};
use crate::download::{self, DownloadCsv};
use crate::format::number;
use crate::history::{A, use_router};
use crate::pages::customers::MainAct;
use crate::parts::fetched::{Doing, fetched};
use crate::parts::live::{derived, live, memo};
use crate::parts::table;
use crate::parts::{Crumb, Due, Empty, Failed, Icon, Skeleton, StatusPill, Title, use_toasts};
use crate::route::{Route, StatusFilter};
use crate::stage::use_stage;
use crate::texts::{T, use_texts};
use crate::view::prelude::*;
use crate::words;
use rows::{Row, rows};
use std::sync::Arc;
use subscription_rules::{
    Asked, BillingCycle, CustomerAccount, CustomerId, Permission, Refusal, Status, availability,
};
use subscription_usecases::{Answer, Ask, Caller, Command, Done, Failure, RequestId};

/// A customer's account as it stands, here and in other tabs.
pub type Account = Memo<Arc<CustomerAccount>>;

/// What saves the rows that are shown.
#[derive(Clone, Copy)]
struct Saving(Option<fn(T, &[Row])>);

/// A customer's subscriptions.
#[component]
pub fn Customer(
    /// Whose.
    id: CustomerId,
    /// Saves the rows that are shown as a file; in other people's pages nothing does.
    #[prop(optional)]
    save: Option<fn(T, &[Row])>,
) -> View {
    provide_context(Saving(save));
    of_customer(id, |account| {
        let is_empty = memo(move || account.read().subscriptions().len() == 0);
        let below = live(move || {
            if is_empty.get() {
                view! { <Nothing account=account/> }
            } else {
                view! { <Subscriptions account=account/> }
            }
        });
        view! { <Head account=account/>{below} }
    })
}

/// Shows something of a customer once it is there. What is shown stays while the account is read
/// again, so that nothing is lost from a form or from under the focus.
pub fn of_customer(id: CustomerId, show: fn(Account) -> View) -> View {
    let backend = use_backend();
    let data = fetched(move || {
        backend.version().track();
        let id = id.clone();
        async move { backend.account(id).await.map(Arc::new) }
    });
    let latest = memo(move || data.get());
    let is_there = memo(move || latest.read().as_ref().map(Result::is_ok));
    live(move || match (is_there.get(), latest.get_untracked()) {
        (Some(true), Some(Ok(first))) => {
            let account = memo(move || match &*latest.read() {
                Some(Ok(account)) => Arc::clone(account),
                _ => Arc::clone(&first),
            });
            show(account)
        }
        (Some(false), Some(Err(why))) => {
            view! { <Failed why=why again=Callback::new(move |()| data.refetch())/> }
        }
        _ => view! { <Skeleton/> },
    })
}

/// Why nothing can be sold to the customer at all, if so.
fn not_sellable(caller: &Caller, account: &CustomerAccount) -> Option<Refusal> {
    let context = caller.context();
    let standing = context.may(Permission::Buy).and_then(|()| context.partner_in_good_standing());
    standing.err().or_else(|| {
        let offers = availability(&context, account, Asked::Catalogue(BillingCycle::Monthly));
        let mut reasons = offers.into_iter().take(1).flat_map(|offer| offer.reasons);
        reasons.find(|why| *why == Refusal::NoCommerceRelationship)
    })
}

/// Name, facts and the two tabs of a customer.
#[component]
pub fn Head(
    /// Whose.
    account: Account,
) -> View {
    let t = use_texts();
    let backend = use_backend();
    let id = account.with_untracked(|account| account.customer().id.clone());
    let why_not = derived(move || {
        backend.version().track();
        let refused = not_sellable(&backend.caller(), &account.read());
        refused.map(|why| words::refusal(t, &why))
    });
    let name_and_facts = memo(move || {
        let account = account.read();
        let customer = account.customer();
        let facts = vec![
            customer.domain.as_str().to_owned(),
            crate::format::country(t, customer.country),
            words::customer_type(t, customer.qualifications.customer_type()).to_owned(),
            words::relationship(t, customer.relationship).to_owned(),
        ];
        (customer.company_name.as_str().to_owned(), facts)
    });
    let new = Route::NewSubscription(id.clone(), crate::route::Draft::default());
    let title = live(move || {
        let (name, facts) = name_and_facts.get();
        let crumbs = vec![Crumb(t.customers().to_owned(), Route::home())];
        let new = new.clone();
        let act = move || {
            view! {
                <MainAct text=t.customers_new_subscription() to=new.clone() why_not=why_not/>
            }
        };
        view! { <Title crumbs=crumbs text=name facts=facts actions=act/> }
    });
    let (list, details) = (Route::customer(&id), Route::Account(id));
    let tabs = use_router().shows(&details).then(|| {
        view! {
            <nav class="tabs" aria-label=t.customers_tabs()>
                <A to=Signal::stored(list) current="page">{t.customers_subscriptions()}</A>
                <A to=Signal::stored(details) current="page">{t.customers_account()}</A>
            </nav>
        }
    });
    view! { {title}{tabs} }
}

#[component]
fn Nothing(account: Account) -> View {
    let t = use_texts();
    let name = account.with_untracked(|account| account.customer().company_name.clone());
    view! {
        <Empty
            icon="i-tag"
            title=t.customers_no_subscriptions_title()
            text=t.customers_no_subscriptions_text(name.as_str())
        />
    }
}

/// Filters and table.
#[component]
fn Subscriptions(account: Account) -> View {
    let t = use_texts();
    let backend = use_backend();
    let (router, stage, toasts) = (use_router(), use_stage(), use_toasts());
    let id = account.with_untracked(|account| account.customer().id.clone());
    let filter = Memo::new(move |before: Option<&StatusFilter>| {
        router.route().with(|route| match route {
            Route::Customer(_, filter) => *filter,
            // On the way to another screen.
            _ => before.copied().unwrap_or_default(),
        })
    });
    let shown = move || {
        backend.version().track();
        rows(t, &backend.caller(), &account.read(), filter.get())
    };
    let reactivating = Asking::new(move |done, is_kept| {
        // The person may have gone on to another screen meanwhile.
        let Some(account) = account.try_get_untracked() else { return };
        let held = done.subscriptions.first().and_then(|id| account.get(id));
        let name = held.map_or("", |held| held.nickname.as_str());
        let said = if done.effects.drawn_along.is_empty() {
            t.customers_reactivated(name)
        } else {
            t.customers_reactivated_with(name)
        };
        toasts.done(t, said, is_kept);
        // The button that was pressed is gone: the focus goes to the row's name.
        if let Some(id) = done.subscriptions.first() {
            stage.focus(format!("#{} a", row_id(id.as_str())));
        }
    });
    let count = move |status| number(t, account.read().count(status) as u64);
    let show = move |filter| router.go(Route::Customer(id.clone(), filter));
    let chip = move |text: &'static str, status: Status, of: fn(&mut StatusFilter) -> &mut bool| {
        let show = show.clone();
        let pressed = derived(move || (*of(&mut filter.get())).to_string());
        let toggle = move |_| {
            let mut filter = filter.get_untracked();
            let on = of(&mut filter);
            *on = !*on;
            show(filter);
        };
        view! {
            <button class="chip" type="button" aria-pressed=pressed on:click=toggle>
                {text}" "<span class="count">{move || count(status)}</span>
            </button>
        }
    };
    let save = use_context::<Saving>().and_then(|Saving(save)| {
        let save = save?;
        let save = Callback::new(move |()| save(t, &untrack(shown)));
        Some(view! { <span class="end"><DownloadCsv save=save/></span> })
    });
    view! {
        <div class="tools">
            <div class="chips" role="group" aria-label=t.customers_show_by_status()>
                {chip(t.customers_active(), Status::Active, |filter| &mut filter.active)}
                {chip(t.customers_suspended(), Status::Suspended, |filter| &mut filter.suspended)}
                {chip(t.customers_deleted(), Status::Deleted, |filter| &mut filter.deleted)}
            </div>
            {save}
        </div>
        <Refused asking=reactivating/>
        {live(move || {
            let rows = shown();
            if rows.is_empty() {
                view! { <p class="quiet" role="status">{t.customers_none_shown()}</p> }
            } else {
                view! { <Table account=account rows=rows reactivating=reactivating/> }
            }
        })}
    }
}

/// Saves the rows that are shown (domain.md §5.1 "Export subscriptions").
pub fn save(t: T, rows: &[Row]) {
    let head = [
        t.more_activity_subscription_id(),
        t.customers_name(),
        t.more_offers_offer(),
        t.customers_licenses(),
        t.customers_billing(),
        t.customers_outlook(),
        t.customers_status(),
    ];
    let row = |row: &Row| {
        let Row { held: of, outlook, .. } = row;
        vec![
            of.id.to_string(),
            of.nickname.as_str().to_owned(),
            of.offer_name.to_string(),
            of.quantity.get().to_string(),
            words::cycle(t, of.cycle()).to_owned(),
            outlook.text.clone(),
            words::Sign::of(of).word(t).to_owned(),
        ]
    };
    let rows = std::iter::once(head.map(str::to_owned).to_vec()).chain(rows.iter().map(row));
    download::file("subscriptions.csv", "text/csv", &download::csv(rows));
}

#[component]
fn Table(account: Account, rows: Vec<Row>, reactivating: Asking) -> View {
    let t = use_texts();
    let customer = account.with_untracked(|account| account.customer().clone());
    let head = |class: &'static str, text: &'static str| {
        view! { <th role="columnheader" scope="col" class=class>{text}</th> }
    };
    let rows = rows.into_iter().map(|row| subscription_row(t, &customer.id, row, reactivating));
    view! {
        <div class="table-wrap" part="table">
            <table class="table" role="table">
                <caption class="sr">
                    {t.customers_subscriptions_of(customer.company_name.as_str())}
                </caption>
                <thead role="rowgroup">
                    <tr role="row">
                        {head("", t.customers_name())}
                        {head("num", t.customers_licenses())}
                        {head("", t.customers_billing())}
                        {head("", t.customers_outlook())}
                        {head("", t.customers_status())}
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}

fn subscription_row(t: T, customer: &CustomerId, row: Row, reactivating: Asking) -> View {
    let Row { held, outlook, base, level, may_reactivate } = row;
    let to = Signal::stored(Route::Subscription(customer.clone(), held.id.clone()));
    let level = (level > 0).then(|| level.to_string());
    let branch = level.is_some().then(|| {
        view! { <span class="branch" aria-hidden="true">"└"</span> }
    });
    let base = base.map(|base| view! { <span class="sr">{t.customers_add_on_of(&base)}</span> });
    let name = held.nickname.as_str().to_owned();
    // A nickname says little to a colleague: the offer stands beside it.
    let offer = (*held.offer_name != *name).then(|| {
        let offer = held.offer_name.to_string();
        view! { <span class="quiet">" · "{offer}</span> }
    });
    let quantity = number(t, held.quantity.get());
    let cycle = words::cycle(t, held.cycle());
    let (sign, urgent) = (words::Sign::of(&held), outlook.is_urgent());
    let (backend, of, id) = (use_backend(), customer.clone(), held.id.clone());
    let waits = live(move || {
        backend.waits(&of, Some(&id)).then(|| view! { " "<span class="waits">{t.waits()}</span> })
    });
    let pill = view! { <StatusPill sign=sign urgent=urgent/>{waits} };
    let command = Command::Reactivate { customer: customer.clone(), subscription: held.id.clone() };
    let reactivate = may_reactivate.then(|| {
        let of = name.clone();
        view! {
            " "
            <button
                class="link"
                type="button"
                aria-disabled=move || reactivating.pending().then_some("true")
                on:click=move |_| reactivating.ask(command.clone(), Some(held.revision))
            >
                {t.customers_reactivate()}<span class="sr">" "{of}</span>
            </button>
        }
    });
    view! {
        <tr role="row" id=row_id(held.id.as_str()) data-level=level>
            <th role="rowheader" scope="row">{branch}<A to=to>{name}</A>{offer}{base}</th>
            {table::number_cell(t.customers_licenses(), quantity)}
            {table::cell(t.customers_billing(), cycle)}
            {table::cell(t.customers_outlook(), view! { <Due outlook=outlook/> })}
            {table::cell(t.customers_status(), view! { {pill}{reactivate} })}
        </tr>
    }
}

fn row_id(subscription: &str) -> String {
    format!("s-{subscription}")
}

/// Asks for one thing at a time. A try whose answer was lost is repeated under its old name, so
/// that nothing is done twice.
#[derive(Clone, Copy)]
pub struct Asking {
    backend: Backend,
    doing: Doing,
    failure: RwSignal<Option<Failure>>,
    /// The last try whose answer was lost, with its name.
    lost: StoredValue<Option<(Command, RequestId)>>,
    done: StoredValue<Arc<dyn Fn(Done, bool) + Send + Sync>>,
}

impl Asking {
    /// Calls `done` after each thing that was done, or is kept on this device to be sent.
    pub fn new(done: impl Fn(Done, bool) + Send + Sync + 'static) -> Self {
        Self {
            backend: use_backend(),
            doing: Doing::nothing(),
            failure: RwSignal::new(None),
            lost: StoredValue::new(None),
            done: StoredValue::new(Arc::new(done)),
        }
    }

    /// Asks, unless an answer is still awaited.
    pub fn ask(self, command: Command, revision: Option<u32>) {
        // Taken now: its screen may be gone when the answer comes.
        let done = self.done.get_value();
        self.doing.run(async move {
            let why = self.carry_out(command, revision, &*done).await.err();
            self.failure.set(why);
        });
    }

    async fn carry_out(
        self,
        command: Command,
        revision: Option<u32>,
        done: &dyn Fn(Done, bool),
    ) -> Result<(), Failure> {
        let request = match self.lost.try_get_value().flatten() {
            Some((same, request)) if same == command => request,
            _ => new_request()?,
        };
        let ask = Ask { revision, ..Ask::to_do(request.clone()) };
        let told = self.backend.ask(command.clone(), ask).await;
        let is_lost = match &told {
            Err(Failure::Store(_)) => true,
            Err(Failure::NotAnswered(why)) => why.is_open(),
            _ => false,
        };
        self.lost.try_set_value(is_lost.then_some((command, request)));
        if let Told { answer: Answer::Done(it), is_kept } = told? {
            done(it, is_kept);
        }
        Ok(())
    }

    /// Whether an answer is awaited.
    pub fn pending(self) -> bool {
        self.doing.is_pending()
    }

    /// Why the last thing was not done.
    pub fn failure(self) -> Option<Failure> {
        self.failure.get()
    }
}

/// Why the last thing asked for was not done.
#[component]
pub fn Refused(
    /// What was asked.
    asking: Asking,
) -> View {
    let t = use_texts();
    live(move || {
        asking.failure().map(|why| {
            view! {
                <div class="note note--danger" role="alert">
                    <Icon name="i-warning"/><p>{words::failure(t, &why)}</p>
                </div>
            }
        })
    })
}
