//! "Pricing and offers": what is sold in the cloud one works in, with every limit an offer carries,
//! and the list of limited offers (S5).

mod cells;

use crate::backend::use_backend;
use crate::download::{self, DownloadCsv};
use crate::format::number;
use crate::history::use_router;
use crate::parts::live::{derived, live, memo};
use crate::parts::{Empty, Failed, Icon, Title};
use crate::route::{OfferFilter, Route};
use crate::stage::use_stage;
use crate::texts::{T, use_texts};
use crate::view::ev;
use crate::view::prelude::*;
use cells::{Cells, category_name};
use std::sync::Arc;
use subscription_rules::{Catalogue, Category, Cloud, Offer, Permission, PriceList};
use subscription_usecases::lower_case;

/// The value of the category filter that stands for offers without a category.
const ADD_ONS: &str = "add-ons";

/// The screen.
#[component]
pub fn Offers() -> View {
    let backend = use_backend();
    let seen = memo(move || {
        let settings = backend.settings();
        (settings.cloud, settings.role)
    });
    live(move || {
        let (cloud, _) = seen.get();
        match backend.caller().context().may(Permission::ViewSubscriptions) {
            Ok(()) => view! { <OfferList cloud=cloud/> },
            // Another role is chosen elsewhere; there is nothing to try again.
            Err(why) => view! { <Failed why=why.into() again=Callback::new(|()| ())/> },
        }
    })
}

/// What the list shows of the catalogue, and the words for it.
#[derive(Clone, Copy)]
struct Shown {
    t: T,
    cloud: Cloud,
    catalogue: StoredValue<Arc<Catalogue>>,
    prices: StoredValue<Arc<PriceList>>,
    filter: Memo<OfferFilter>,
    /// The places in the catalogue of what is shown.
    places: Memo<Vec<usize>>,
}

impl Shown {
    fn start(t: T, cloud: Cloud) -> Self {
        let (backend, router) = (use_backend(), use_router());
        let catalogue = StoredValue::new(backend.catalogue());
        let filter = memo(move || match router.route().get() {
            Route::Offers(filter) => sound(filter, &catalogue.get_value()),
            _ => OfferFilter::default(),
        });
        let places = memo(move || {
            let filter = filter.get();
            catalogue
                .with_value(|all| matching(all, cloud, &filter).map(|(place, _)| place).collect())
        });
        Self { t, cloud, catalogue, prices: StoredValue::new(backend.prices()), filter, places }
    }

    /// How many offers pass a filter.
    fn count(self, filter: &OfferFilter) -> u64 {
        self.catalogue.with_value(|all| matching(all, self.cloud, filter).count() as u64)
    }

    fn cells(self, offer: &Offer) -> Cells {
        self.catalogue.with_value(|catalogue| {
            self.prices.with_value(|prices| Cells::of(self.t, catalogue, prices, offer))
        })
    }

    fn csv(self) -> String {
        let t = self.t;
        let head = [
            t.more_offers_id(),
            t.more_offers_offer(),
            t.more_offers_category(),
            t.more_offers_kind(),
            t.more_offers_segment(),
            t.more_offers_billing(),
            t.more_offers_quantity(),
            t.more_offers_limit(),
            t.more_offers_price(),
            t.more_offers_availability(),
            t.more_offers_source(),
        ];
        let row = |offer: &Offer| {
            let cells = self.cells(offer);
            let source = if offer.illustrative {
                t.more_offers_illustrative()
            } else {
                t.more_offers_recorded()
            };
            vec![
                offer.id.as_str().to_owned(),
                offer.name.to_string(),
                cells.category,
                cells.kind,
                cells.segment.to_owned(),
                cells.billing.to_owned(),
                cells.quantity,
                cells.limit,
                cells.price.unwrap_or_else(|| t.more_offers_no_price().to_owned()),
                if offer.available { t.more_offers_on_sale() } else { t.more_offers_withdrawn() }
                    .into(),
                source.to_owned(),
            ]
        };
        let rows = self.catalogue.with_value(|catalogue| {
            let filter = self.filter.get_untracked();
            matching(catalogue, self.cloud, &filter)
                .map(|(_, offer)| row(offer))
                .collect::<Vec<_>>()
        });
        download::csv(std::iter::once(head.map(str::to_owned).to_vec()).chain(rows))
    }
}

/// A filter without a category that nothing stands under.
fn sound(mut filter: OfferFilter, catalogue: &Catalogue) -> OfferFilter {
    let known = catalogue.categories().iter().any(|category| *category.id.0 == *filter.category);
    if !known && filter.category != ADD_ONS {
        filter.category.clear();
    }
    filter
}

fn category_of(offer: &Offer) -> &str {
    offer.category.as_ref().map_or(ADD_ONS, |category| &category.0)
}

fn matching<'a>(
    catalogue: &'a Catalogue,
    cloud: Cloud,
    filter: &OfferFilter,
) -> impl Iterator<Item = (usize, &'a Offer)> {
    let search = lower_case(filter.search.trim());
    let (limited, category) = (filter.limited, filter.category.clone());
    catalogue.offers().iter().enumerate().filter(move |(_, offer)| {
        offer.cloud == cloud
            && (!limited || offer.is_limited())
            && (category.is_empty() || category_of(offer) == category)
            && (search.is_empty() || lower_case(&offer.name).contains(&search))
    })
}

#[component]
fn OfferList(cloud: Cloud) -> View {
    let t = use_texts();
    let shown = Shown::start(t, cloud);
    let save = Callback::new(move |()| download::file("offers.csv", "text/csv", &shown.csv()));
    let actions = move || view! { <DownloadCsv save=save/> };
    let none = memo(move || shown.places.read().is_empty());
    let body = live(move || {
        if none.get() {
            view! { <NoneFound shown=shown/> }
        } else {
            view! { <Table shown=shown/> }
        }
    });
    view! {
        <Title text=t.offers() actions=actions/>
        <Tools shown=shown/>
        {body}
        <p class="hint">{t.more_offers_price_note()}</p>
    }
}

/// Search, category, "Limited offers" and how many are shown.
#[component]
fn Tools(shown: Shown) -> View {
    let t = use_texts();
    let router = use_router();
    let filter = shown.filter;
    let change = move |edit: &dyn Fn(&mut OfferFilter)| {
        let mut to = filter.get_untracked();
        edit(&mut to);
        router.replace(Route::Offers(to));
    };
    let all = OfferFilter::default();
    let total = shown.count(&all);
    let limited = number(t, shown.count(&OfferFilter { limited: true, ..all }));
    let count = derived(move || {
        let (found, total) = (shown.places.read().len() as u64, number(t, total));
        match (found, filter.read().limited) {
            (0, _) => t.more_offers_none().into(),
            (found, true) => t.more_offers_count_limited(found, &total),
            (found, false) if *filter.read() == OfferFilter::default() => {
                t.more_offers_count(found)
            }
            (found, false) => t.more_offers_count_of(found, &total),
        }
    });
    let submit = |event: ev::SubmitEvent| event.prevent_default();
    view! {
        <div class="tools">
            <form class="search" role="search" aria-label=t.more_offers_offers() on:submit=submit>
                <Icon name="i-search"/>
                <input
                    class="input"
                    type="search"
                    maxlength="200"
                    placeholder=t.more_offers_search()
                    aria-label=t.more_offers_search()
                    prop:value=move || filter.get().search
                    on:input=move |event| {
                        let search = event_target_value(&event);
                        change(&|to| to.search.clone_from(&search));
                    }
                />
            </form>
            <div class="field">
                <label class="sr" for="category">{t.more_offers_category()}</label>
                <select
                    class="input"
                    id="category"
                    on:change=move |event| {
                        let category = event_target_value(&event);
                        change(&|to| to.category.clone_from(&category));
                    }
                >
                    {category_options(shown)}
                </select>
            </div>
            <button
                class="chip"
                type="button"
                aria-pressed=move || filter.read().limited.to_string()
                on:click=move |_| change(&|to| to.limited = !to.limited)
            >
                {t.more_offers_limited()}" "<span class="count">{limited}</span>
            </button>
            <p class="quiet end" role="status">{count}</p>
        </div>
    }
}

/// The categories of the cloud, each with the number of its offers.
fn category_options(shown: Shown) -> View {
    let t = shown.t;
    let categories = shown.catalogue.with_value(|all| {
        let named = |category: &Category| (category.id.0.to_string(), category_name(t, category));
        all.categories().iter().map(named).collect::<Vec<_>>()
    });
    let add_ons = (ADD_ONS.to_owned(), t.more_offers_add_ons().to_owned());
    let counted = categories.into_iter().chain([add_ons]).filter_map(|(category, name)| {
        let filter = OfferFilter { category: category.clone(), ..OfferFilter::default() };
        let count = shown.count(&filter);
        (count > 0).then(|| (category, format!("{name} ({})", number(t, count))))
    });
    let all = (String::new(), t.more_offers_all_categories().to_owned());
    let option = |(category, name): (String, String)| {
        let value = category.clone();
        let chosen = derived(move || shown.filter.read().category == category);
        view! { <option value=value prop:selected=chosen>{name}</option> }
    };
    std::iter::once(all).chain(counted).map(option).collect_view()
}

#[component]
fn Table(shown: Shown) -> View {
    let t = use_texts();
    let head = |is_number: bool, text: &'static str| {
        let class = is_number.then_some("num");
        view! { <th role="columnheader" scope="col" class=class>{text}</th> }
    };
    view! {
        <div class="table-wrap">
            <table class="table table--offers" role="table">
                <caption class="sr">{t.more_offers_offers()}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        {head(false, t.more_offers_offer())}
                        {head(false, t.more_offers_category())}
                        {head(false, t.more_offers_kind())}
                        {head(false, t.more_offers_segment())}
                        {head(false, t.more_offers_billing())}
                        {head(true, t.more_offers_quantity())}
                        {head(false, t.more_offers_limit())}
                        {head(true, t.more_offers_price())}
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    {each(move || shown.places.get(), |place| *place, move |place| row(shown, place))}
                </tbody>
            </table>
        </div>
    }
}

fn row(shown: Shown, place: usize) -> Option<View> {
    let t = shown.t;
    let catalogue = shown.catalogue.get_value();
    let offer = catalogue.offers().get(place)?;
    let cells = shown.cells(offer);
    let cell = |is_number: bool, label: &'static str, text: String| {
        let class = is_number.then_some("num");
        view! { <td role="cell" class=class data-label=label>{text}</td> }
    };
    let mark = |text: &'static str| view! { " "<span class="quiet">"· "{text}</span> };
    let price = match cells.price {
        Some(price) => price.into_view(),
        None => view! { <span class="quiet">{t.more_offers_no_price()}</span> },
    };
    Some(view! {
        <tr role="row">
            <th role="rowheader" scope="row">
                {offer.name.to_string()}
                {(!offer.available).then(|| mark(t.more_offers_withdrawn()))}
                {offer.illustrative.then(|| mark(t.more_offers_illustrative()))}
            </th>
            {cell(false, t.more_offers_category(), cells.category)}
            {cell(false, t.more_offers_kind(), cells.kind)}
            {cell(false, t.more_offers_segment(), cells.segment.into())}
            {cell(false, t.more_offers_billing(), cells.billing.into())}
            {cell(true, t.more_offers_quantity(), cells.quantity)}
            {cell(false, t.more_offers_limit(), cells.limit)}
            <td role="cell" class="num" data-label=t.more_offers_price()>{price}</td>
        </tr>
    })
}

/// No offer passes the filter: what would, and the way back.
#[component]
fn NoneFound(shown: Shown) -> View {
    let t = use_texts();
    let (router, stage) = (use_router(), use_stage());
    let title = move || {
        let OfferFilter { limited, search, .. } = shown.filter.get();
        match (limited, search.trim()) {
            (_, "") => t.more_offers_none_fits().to_owned(),
            (true, search) => t.more_offers_none_limited(search),
            (false, search) => t.more_offers_none_contains(search),
        }
    };
    let text = move || {
        let filter = shown.filter.get();
        let without = shown.count(&OfferFilter { limited: false, ..filter.clone() });
        if filter.limited && without > 0 {
            return t.more_offers_without_limit(without);
        }
        let anywhere =
            shown.count(&OfferFilter { search: filter.search, ..OfferFilter::default() });
        if anywhere > 0 {
            t.more_offers_elsewhere(anywhere)
        } else {
            t.more_offers_other_word().into()
        }
    };
    let clear = move |_| {
        router.replace(Route::Offers(OfferFilter::default()));
        // The button goes with this notice; the focus must not.
        stage.focus_heading();
    };
    live(move || {
        let actions = move || {
            view! {
                <button class="btn" type="button" on:click=clear>{t.more_offers_show_all()}</button>
            }
        };
        view! { <Empty icon="i-search" title=title() text=text() actions=actions/> }
    })
}
