//! "Customers": search, sort, jump to a letter; a hundred thousand rows scroll without a pause.

mod list;
mod save;

use crate::backend::use_backend;
use crate::download::DownloadCsv;
use crate::format;
use crate::history::{A, use_router};
use crate::parts::live::{derived, live, memo};
use crate::parts::{Empty, Icon, Spacer, Title, fill_window};
use crate::route::{CustomerFilter, Route};
use crate::texts::{T, use_texts};
use crate::view::ev;
use crate::view::prelude::*;
use crate::words;
use chrono::NaiveDate;
use list::Show;

pub use list::{FirstPage, List, read_all, read_one};
pub use save::{save, saved};
use subscription_rules::may_add_customer;
use subscription_usecases::Listed;
use wasm_bindgen::JsCast;

/// How many columns the table has.
const COLUMNS: u8 = 8;

/// The list of customers.
#[component]
pub fn Customers(
    /// Saves the list as a file; in other people's pages nothing does.
    #[prop(optional)]
    save: Option<fn(List)>,
) -> View {
    let t = use_texts();
    let backend = use_backend();
    let list = List::start();
    let show = list.show;
    let has_any = memo(move || show.get() != Show::Nobody);
    let why_not = derived(move || {
        backend.version().track();
        let refused = may_add_customer(&backend.caller().context()).err();
        refused.map(|why| words::not_permitted(t, &why))
    });
    let save = move || {
        let save = save.filter(|_| has_any.get())?;
        Some(view! { <DownloadCsv save=Callback::new(move |()| save(list))/> })
    };
    let actions = move || {
        view! {
            {live(save)}
            <MainAct text=t.customers_add() to=Route::NewCustomer why_not=why_not/>
        }
    };
    view! {
        <Title text=t.customers() actions=actions/>
        {live(move || has_any.get().then(|| view! { <Tools list=list/> }))}
        {live(move || match show.get() {
            Show::Rows => view! { <Table list=list/> },
            Show::Nobody => nobody(t).into_view(),
            Show::NoneFound => view! { <NoneFound list=list/> },
            Show::Failed(why) => view! { <NotLoaded why=why list=list/> },
        })}
    }
}

/// What one comes to a page to do: a link, or the reason why it is not possible.
#[component]
pub fn MainAct(
    /// The act.
    text: &'static str,
    /// Where it is done.
    to: Route,
    /// Why not.
    #[prop(into)]
    why_not: Signal<Option<String>>,
) -> View {
    let inside = move || view! { <Icon name="i-plus"/>{text} };
    if !use_router().shows(&to) {
        return View::Nothing;
    }
    live(move || match why_not.get() {
        None => {
            let to = Signal::stored(to.clone());
            view! { <A to=to class="btn btn--primary">{inside()}</A> }
        }
        Some(why) if why.is_empty() => View::Nothing,
        Some(why) => view! {
            <p class="hint" id="why-not">{why}</p>
            <button
                class="btn btn--primary"
                type="button"
                aria-disabled="true"
                aria-describedby="why-not"
            >
                {inside()}
            </button>
        },
    })
}

fn nobody(t: T) -> View {
    let settings = move || {
        view! {
            <A to=Signal::stored(Route::Settings) class="btn">{t.customers_empty_action()}</A>
        }
    };
    let settings =
        if use_router().shows(&Route::Settings) { settings.into() } else { Slot::default() };
    view! {
        <Empty
            icon="i-people"
            title=t.customers_empty_title()
            text=t.customers_empty_text()
            actions=settings
        />
    }
}

#[component]
fn NoneFound(list: List) -> View {
    let t = use_texts();
    let router = use_router();
    let clear = move |_| {
        let filter = list.filter.get_untracked();
        router.go(Route::Customers(CustomerFilter { search: String::new(), ..filter }));
    };
    // The list stays while another search is typed that finds nothing either.
    let title = derived(move || t.customers_none_found_title(&list.filter.read().search));
    view! {
        <div class="empty">
            <Icon name="i-search"/>
            <h2>{title}</h2>
            <p class="lead">{t.customers_none_found_text()}</p>
            <div class="actions">
                <button class="btn" type="button" on:click=clear>{t.customers_clear_search()}</button>
            </div>
        </div>
    }
}

#[component]
fn NotLoaded(why: String, list: List) -> View {
    let t = use_texts();
    view! {
        <div class="empty empty--failed" role="alert">
            <Icon name="i-warning"/>
            <h2>{t.customers_failed_title()}</h2>
            <p class="lead">{why}</p>
            <div class="actions">
                <button class="btn" type="button" on:click=move |_| list.load_again()>
                    {t.load_again()}
                </button>
            </div>
        </div>
    }
}

/// Search, letters and count.
#[component]
fn Tools(list: List) -> View {
    let t = use_texts();
    let router = use_router();
    let typed = move |event| {
        let search = event_target_value(&event);
        let filter = list.filter.get_untracked();
        router.replace(Route::Customers(CustomerFilter { search, ..filter }));
    };
    let count = derived(move || {
        let (rows, more) = (list.rows.read().items.len() as u64, list.next.read().is_some());
        match list.show.get() {
            Show::NoneFound | Show::Nobody => t.customers_none().into(),
            Show::Failed(_) => String::new(),
            Show::Rows if list.is_loading() => t.loading().into(),
            Show::Rows if list.filter.read().search.is_empty() => {
                t.customers_count(list.count.get())
            }
            Show::Rows if more => t.customers_found_more(&format::number(t, rows)),
            Show::Rows => t.customers_found(rows),
        }
    });
    let jumps = memo(move || list.filter.read().search.is_empty() && list.is_long());
    view! {
        <div class="tools">
            <form
                class="search"
                role="search"
                aria-label=t.customers_this_list()
                on:submit=|event: ev::SubmitEvent| event.prevent_default()
            >
                <Icon name="i-search"/>
                <input
                    class="input"
                    type="search"
                    maxlength="200"
                    placeholder=t.customers_search_label()
                    aria-label=t.customers_search_label()
                    prop:value=move || list.filter.read().search.clone()
                    on:input=typed
                />
            </form>
            {live(move || jumps.get().then(|| view! { <Letters list=list/> }))}
            <p class="quiet end" role="status">{count}</p>
        </div>
    }
}

/// Far jumps. One stop for the Tab key; the arrow keys go from letter to letter.
#[component]
fn Letters(list: List) -> View {
    let t = use_texts();
    let letters = std::iter::once(None).chain(('A'..='Z').map(Some));
    let button = |letter: Option<char>| {
        let pressed = move || list.jump.get() == letter;
        let text = letter.map_or_else(|| t.customers_all().to_owned(), String::from);
        view! {
            <button
                class="chip"
                type="button"
                aria-pressed=move || pressed().to_string()
                tabindex=move || if pressed() { "0" } else { "-1" }
                on:click=move |_| list.jump.set(letter)
            >
                {text}
            </button>
        }
    };
    view! {
        <div
            class="chips letters"
            role="toolbar"
            aria-label=t.customers_jump()
            on:keydown=|event| roam(&event)
        >
            {letters.map(button).collect_view()}
        </div>
    }
}

fn roam(event: &ev::KeyboardEvent) {
    let at = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let to = at.and_then(|at| match event.key().as_str() {
        "ArrowRight" => at.next_element_sibling(),
        "ArrowLeft" => at.previous_element_sibling(),
        _ => None,
    });
    if let Some(to) = to.and_then(|to| to.dyn_into::<web_sys::HtmlElement>().ok()) {
        event.prevent_default();
        // An element that cannot take the focus leaves it where it is.
        let _ = to.focus();
    }
}

#[component]
fn Table(list: List) -> View {
    let t = use_texts();
    let window = list.window;
    fill_window();
    view! {
        <div
            class="table-wrap virtual"
            part="table"
            role="region"
            aria-label=t.customers()
            tabindex="0"
            node_ref=window.container()
            on:scroll=move |_| window.look()
        >
            <table
                class="table fixed customers"
                role="table"
                aria-rowcount=move || list.row_count()
                aria-busy=move || list.is_loading().then_some("true")
            >
                <caption class="sr">{t.customers()}</caption>
                <colgroup>{(0..COLUMNS).map(|_| view! { <col/> }).collect_view()}</colgroup>
                <Head list=list/>
                <tbody role="rowgroup">
                    <Spacer height=window.before() columns=COLUMNS/>
                    {each(
                        move || list.places(),
                        |(turn, place, there)| format!("{turn} {place} {there}"),
                        move |(_, place, _)| match list.row(place) {
                            Some(row) => customer_row(t, list.today.get_untracked(), place, row),
                            None => waiting_row(place),
                        },
                    )}
                    <Spacer height=window.after() columns=COLUMNS/>
                </tbody>
            </table>
        </div>
    }
}

/// The column heads. Names are sorted by the store, so only they can be.
#[component]
fn Head(list: List) -> View {
    let t = use_texts();
    let router = use_router();
    let sort =
        derived(move || if list.filter.read().descending { "descending" } else { "ascending" });
    let turn = move |_| {
        let filter = list.filter.get_untracked();
        let descending = !filter.descending;
        router.go(Route::Customers(CustomerFilter { descending, ..filter }));
    };
    let head = |class: &'static str, text: &'static str| {
        view! { <th role="columnheader" scope="col" class=class>{text}</th> }
    };
    view! {
        <thead role="rowgroup">
            <tr role="row">
                <th role="columnheader" scope="col" aria-sort=sort>
                    <button class="sort" type="button" on:click=turn>
                        {t.customers_company_name()}<Icon name="i-chevron"/>
                    </button>
                </th>
                {head("", t.customers_domain())}
                {head("", t.customers_country())}
                {head("", t.customers_type())}
                {head("", t.customers_relationship())}
                {head("num", t.customers_active())}
                {head("num", t.customers_suspended())}
                {head("", t.customers_next_expiry())}
            </tr>
        </thead>
    }
}

fn cell(text: String) -> View {
    view! { <td role="cell">{text}</td> }
}

fn count_cell(t: T, label: &'static str, count: u32) -> View {
    let class = if count == 0 { "num zero" } else { "num" };
    view! { <td role="cell" class=class data-label=label>{format::number(t, count)}</td> }
}

/// The first row of the page stands behind the head's.
fn row_index(place: usize) -> String {
    (place + 2).to_string()
}

fn customer_row(t: T, today: NaiveDate, place: usize, customer: Listed) -> View {
    let expiry = customer.next_expiry.map(|day| {
        let days = day.signed_duration_since(today).num_days();
        let class = if days <= words::URGENT_DAYS { "due due--last" } else { "due" };
        view! { <span class=class>{format::date(t, day)}</span> }
    });
    let to = Signal::stored(Route::customer(&customer.id));
    view! {
        <tr role="row" aria-rowindex=row_index(place)>
            <th role="rowheader" scope="row">
                <A to=to>{customer.company_name.as_str().to_owned()}</A>
            </th>
            {cell(customer.domain.as_str().to_owned())}
            {cell(format::country(t, customer.country))}
            {cell(words::customer_type(t, customer.qualifications.customer_type()).to_owned())}
            {cell(words::relationship(t, customer.relationship).to_owned())}
            {count_cell(t, t.customers_active(), customer.active)}
            {count_cell(t, t.customers_suspended(), customer.suspended)}
            <td role="cell" data-label=t.customers_next_expiry()>{expiry}</td>
        </tr>
    }
}

/// A row that is still being fetched.
fn waiting_row(place: usize) -> View {
    let bar = |class: &'static str| {
        view! { <td role="cell"><span class=class></span></td> }
    };
    let half = "skeleton skeleton--half";
    view! {
        <tr role="row" aria-rowindex=row_index(place) aria-hidden="true">
            <th role="rowheader" scope="row"><span class=half></span></th>
            {bar("skeleton skeleton--some")}{bar("skeleton skeleton--half")}
            {bar("skeleton skeleton--some")}{bar("skeleton skeleton--half")}
            {bar("skeleton")}{bar("skeleton")}{bar("skeleton skeleton--some")}
        </tr>
    }
}
