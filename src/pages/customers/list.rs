//! The customers fetched so far: pages by name, the next one when its place comes near.

use crate::backend::{Backend, use_backend};
use crate::history::use_router;
use crate::parts::live::{derived, effect, memo};
use crate::parts::{Toasting, Trouble, VirtualRows, use_toasts};
use crate::route::{CustomerFilter, Route};
use crate::texts::{T, use_texts};
use crate::view::prelude::*;
use crate::wait::both;
use crate::wait::spawn_local;
use chrono::NaiveDate;
use subscription_rules::{Cloud, CustomerId};
use subscription_usecases::{
    CustomerQuery, CustomerSort, Failure, Listed, NotAnswered, Page, PageToken,
};

/// Customers in a page.
const PAGE: u16 = 100;

/// The most that one question may ask for.
pub(super) const MOST: u16 = 500;

/// Rows before the end at which the next page is fetched.
const AHEAD: usize = 50;

/// What the screen shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Show {
    /// Rows, there or on their way.
    Rows,
    /// There is no customer at all.
    Nobody,
    /// Nobody's name or domain starts so.
    NoneFound,
    /// Why nothing came.
    Failed(String),
}

/// The rows fetched.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// Counts the lists begun: the same place holds another customer in each.
    turn: u32,
    /// The customers.
    pub items: Vec<Listed>,
}

/// The list as the screen holds it.
#[derive(Clone, Copy)]
pub struct List {
    pub(super) backend: Backend,
    pub(super) texts: T,
    /// Search and order, from the address.
    pub filter: Memo<CustomerFilter>,
    /// The letter the list begins at.
    pub jump: RwSignal<Option<char>>,
    /// The customers fetched.
    pub rows: RwSignal<Rows>,
    /// Where the next page starts.
    pub next: RwSignal<Option<PageToken>>,
    /// All customers there are.
    pub count: RwSignal<u64>,
    /// The demo's day.
    pub today: Memo<NaiveDate>,
    /// Which rows are in the page.
    pub window: VirtualRows,
    /// What the screen shows.
    pub show: Memo<Show>,
    failure: RwSignal<Option<String>>,
    /// The list asked for; an answer to an earlier one is dropped.
    turn: RwSignal<u32>,
    /// What is being fetched.
    fetched: StoredValue<Option<(u32, PageToken)>>,
    again: Trigger,
    /// Where it is told that a file could not be made.
    pub(super) toasts: Toasting,
}

/// What a list is one of.
#[derive(Clone, PartialEq)]
struct Asked {
    filter: CustomerFilter,
    jump: Option<char>,
    cloud: Cloud,
}

pub(super) fn query(filter: &CustomerFilter, jump: Option<char>) -> CustomerQuery {
    let CustomerFilter { search, descending } = filter;
    let sort = if *descending { CustomerSort::NameDescending } else { CustomerSort::Name };
    // Letters are for the whole list.
    let start_at = jump.filter(|_| search.is_empty()).map(String::from);
    let starts_with = search.trim().to_owned();
    CustomerQuery { starts_with, sort, start_at, ..CustomerQuery::default() }
}

/// The list's first page, read before there is a screen.
pub struct FirstPage {
    filter: CustomerFilter,
    count: u64,
    page: Page<Listed>,
}

/// Whoever shows the list first takes it.
type First = StoredValue<Option<FirstPage>, LocalStorage>;

impl FirstPage {
    /// Reads it where that takes no time: in the demo, and what is kept here while the server is away.
    /// Then the list is there at once, and not after a frame without it.
    pub async fn read(backend: Backend, route: &Route) -> Option<Self> {
        let Route::Customers(filter) = route else { return None };
        let is_away = untrack(|| backend.link()).is_some_and(|link| link.is_away);
        if !is_away && !backend.is_demo() {
            return None;
        }
        let query = CustomerQuery { size: PAGE, ..query(filter, None) };
        let (count, page) = both(backend.customer_count(), backend.customers(query)).await;
        Some(Self { filter: filter.clone(), count: count.ok()?, page: page.ok()? })
    }

    /// For the list that is shown first.
    pub fn provide(first: Option<Self>) {
        provide_context::<First>(StoredValue::new_local(first));
    }

    fn take(filter: &CustomerFilter) -> Option<Self> {
        let first = use_context::<First>()?.try_update_value(Option::take)??;
        (first.filter == *filter).then_some(first)
    }
}

/// Reads everything of every customer, as the list asks for it, so that what was seen is all there
/// is: the pages of the list, each account and its history. Tells how many are read, of how many;
/// ends early when it is told to.
pub async fn read_all(backend: Backend, told: impl Fn(u64, u64) -> bool) -> Result<(), Failure> {
    let count = backend.customer_count().await?;
    let whole = query(&CustomerFilter::default(), None);
    let mut asked = CustomerQuery { size: PAGE, ..whole.clone() };
    let mut done = 0;
    loop {
        let page = backend.customers(asked).await?;
        for row in page.items {
            read_one(backend, row.id).await?;
            done += 1;
            if !told(done, count) {
                return Ok(());
            }
        }
        let Some(after) = page.next else { return Ok(()) };
        asked = CustomerQuery { after: Some(after), ..whole.clone() };
    }
}

/// Reads everything of one customer; what was seen before in the place of an answer does not count.
pub async fn read_one(backend: Backend, customer: CustomerId) -> Result<(), Failure> {
    backend.account(customer.clone()).await?;
    backend.history(customer, None).await?;
    if backend.link().is_some_and(|link| link.is_away) {
        return Err(NotAnswered::Network.into());
    }
    Ok(())
}

impl List {
    /// Follows the address and whatever changes the data.
    pub fn start() -> Self {
        let backend = use_backend();
        let router = use_router();
        let filter = Memo::new(move |before: Option<&CustomerFilter>| {
            router.route().with(|route| match route {
                Route::Customers(filter) => filter.clone(),
                // On the way to another screen.
                _ => before.cloned().unwrap_or_default(),
            })
        });
        let rows = RwSignal::new(Rows::default());
        let next = RwSignal::new(None);
        let (failure, turn) = (RwSignal::new(None), RwSignal::new(0));
        let total = derived(move || {
            let waiting = next.read().is_some() || rows.read().turn == 0;
            rows.read().items.len() + if waiting { usize::from(PAGE) } else { 0 }
        });
        let (jump, count) = (RwSignal::new(None), RwSignal::new(0));
        let show = memo(move || {
            if let Some(why) = failure.get() {
                return Show::Failed(why);
            }
            let nothing = rows.with(|rows: &Rows| rows.items.is_empty() && rows.turn > 0);
            match (nothing, filter.read().search.trim().is_empty()) {
                (true, false) => Show::NoneFound,
                (true, true) if jump.read().is_none() && count.get() == 0 => Show::Nobody,
                _ => Show::Rows,
            }
        });
        let list = Self {
            backend,
            texts: use_texts(),
            filter,
            jump,
            rows,
            next,
            count,
            today: memo(move || backend.today()),
            window: VirtualRows::new(total),
            show,
            failure,
            turn,
            fetched: StoredValue::new(None),
            again: Trigger::new(),
            toasts: use_toasts(),
        };
        let first = FirstPage::take(&filter.read_untracked());
        let has_first = first.is_some();
        if let Some(FirstPage { count, page, .. }) = first {
            list.turn.set(1);
            list.take(1, count, page);
        }
        list.follow(has_first);
        list
    }

    /// `has_first`: what is asked for first is there.
    fn follow(self, has_first: bool) {
        Effect::new(move |before: Option<Asked>| {
            self.again.track();
            self.backend.version().track();
            let cloud = self.backend.caller().partner.cloud;
            let asked = Asked { filter: self.filter.get(), jump: self.jump.get(), cloud };
            if before.is_none() && has_first {
                return asked;
            }
            // The same list read again keeps its place.
            let same = before.is_some_and(|before| before == asked);
            let keep = if same { self.rows.with_untracked(|rows| rows.items.len()) } else { 0 };
            self.begin(query(&asked.filter, asked.jump), keep);
            asked
        });
        effect(move || {
            let near = self.window.end() + AHEAD >= self.rows.read().items.len();
            if let Some(after) = self.next.get().filter(|_| near) {
                self.fetch_next(after);
            }
        });
    }

    fn begin(self, query: CustomerQuery, keep: usize) {
        let turn = self.turn.get_untracked().wrapping_add(1);
        self.turn.set(turn);
        let size = u16::try_from(keep).unwrap_or(MOST).clamp(PAGE, MOST);
        spawn_local(async move {
            let page = self.backend.customers(CustomerQuery { size, ..query });
            let (count, page) = both(self.backend.customer_count(), page).await;
            if self.turn.try_get_untracked() != Some(turn) {
                return;
            }
            if keep == 0 {
                self.window.to_start();
            }
            match (count, page) {
                (Ok(count), Ok(page)) => self.take(turn, count, page),
                (Err(why), _) | (_, Err(why)) => self.fail(why).await,
            }
        });
    }

    fn take(self, turn: u32, count: u64, page: Page<Listed>) {
        self.count.set(count);
        self.next.set(page.next);
        self.rows.set(Rows { turn, items: page.items });
        self.failure.set(None);
    }

    fn fetch_next(self, after: PageToken) {
        let turn = self.turn.get_untracked();
        let fetched = Some((turn, after.clone()));
        // The rows shown may be of a list that is being replaced.
        let current = self.rows.with_untracked(|rows| rows.turn == turn);
        if !current || self.fetched.get_value() == fetched {
            return;
        }
        self.fetched.set_value(fetched);
        let query = query(&self.filter.read_untracked(), self.jump.get_untracked());
        let query = CustomerQuery { after: Some(after), ..query };
        spawn_local(async move {
            let page = self.backend.customers(query).await;
            if self.turn.try_get_untracked() != Some(turn) {
                return;
            }
            match page {
                Ok(page) => {
                    self.rows.update(|rows| rows.items.extend(page.items));
                    self.next.set(page.next);
                }
                Err(why) => self.fail(why).await,
            }
        });
    }

    async fn fail(self, why: Failure) {
        let trouble = Trouble::told(self.texts, why).await;
        self.failure.try_set(Some(trouble.text));
    }

    /// Tries again after a failure.
    pub fn load_again(self) {
        self.again.notify();
    }

    /// Whether the first page is on its way.
    pub fn is_loading(self) -> bool {
        self.rows.read().turn == 0
    }

    /// Whether there is more than a page, so that jumps are worth it.
    pub fn is_long(self) -> bool {
        usize::try_from(self.count.get()).is_ok_and(|count| count > usize::from(PAGE))
    }

    /// The table's rows with its head; -1 when the number is not known.
    pub fn row_count(self) -> String {
        let fetched = self.rows.read().items.len();
        let whole = self.filter.read().search.is_empty() && self.jump.get().is_none();
        match (self.next.read().is_some(), whole) {
            (false, _) => (fetched + 1).to_string(),
            (true, true) => (self.count.get() + 1).to_string(),
            (true, false) => "-1".into(),
        }
    }

    /// The rows in the page: which list, which place, and whether it is there yet.
    pub fn places(self) -> Vec<(u32, usize, bool)> {
        let range = self.window.range();
        let rows = self.rows.read();
        range.map(|place| (rows.turn, place, place < rows.items.len())).collect()
    }

    /// The customer at a place.
    pub fn row(self, place: usize) -> Option<Listed> {
        self.rows.with_untracked(|rows| rows.items.get(place).cloned())
    }
}
