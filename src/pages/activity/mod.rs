//! "Activity": who did what, when, with old and new value.

mod filter;

use crate::backend::use_backend;
use crate::download::{self, DownloadCsv};
use crate::event_words::{action, change, details, who};
use crate::format::{date, date_time, local_time, number};
use crate::history::{A, use_router};
use crate::parts::fetched::{Fetched, fetched};
use crate::parts::live::{live, memo};
use crate::parts::table::{self, cell};
use crate::parts::{Empty, Failed, Skeleton, Title};
use crate::route::{ActivityFilter, Route};
use crate::stage::use_stage;
use crate::texts::{T, use_texts};
use crate::view::prelude::*;
use chrono::{Days, NaiveDate, NaiveTime};
use filter::Tools;
use std::sync::Arc;
use subscription_rules::Catalogue;
use subscription_usecases::Entry;
use subscription_usecases::log::{ACTIONS, LogQuery, action as action_name};

/// The most lines that are read.
const MOST: u32 = 5_000;
/// Lines that come into the page at a time.
const STEP: usize = 100;
/// Days shown before today, as in the portal: the most recent month.
const RECENT: u64 = 30;
/// Days shown when nothing happened in the most recent month.
const LONG: u64 = 365;

type Lines = Fetched<Arc<Vec<Entry>>>;

/// What is shown of the log.
#[derive(Clone, Copy)]
struct Log {
    /// What the address asks for, with the days that stand for none.
    filter: Memo<ActivityFilter>,
    lines: Lines,
    catalogue: StoredValue<Arc<Catalogue>>,
}

impl Log {
    fn start() -> Self {
        let (backend, router) = (use_backend(), use_router());
        let filter = memo(move || {
            let asked = match router.route().get() {
                Route::Activity(filter) => filter,
                _ => ActivityFilter::default(),
            };
            let today = backend.settings().today();
            let to = asked.to.unwrap_or_else(|| asked.from.unwrap_or(today).max(today));
            let recent = to.checked_sub_days(Days::new(RECENT)).unwrap_or(to);
            let known = ACTIONS.contains(&asked.action.as_str());
            ActivityFilter {
                from: asked.from.or(Some(recent)),
                to: Some(to),
                action: if known { asked.action } else { String::new() },
                customer: asked.customer,
            }
        });
        let lines = fetched(move || {
            backend.version().track();
            let filter = filter.get();
            let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
            let query = LogQuery {
                customer: filter.customer,
                from: filter.from.map(midnight),
                until: filter.to.and_then(|day| day.succ_opt()).map(midnight),
                action: Some(filter.action).filter(|action| !action.is_empty()),
            };
            async move { backend.activity(query, MOST).await.map(Arc::new) }
        });
        Self { filter, lines, catalogue: StoredValue::new(backend.catalogue()) }
    }

    /// How many lines there are, once they are read.
    fn total(self) -> Option<usize> {
        self.lines.with(|lines| Some(lines?.as_ref().map_or(0, |lines| lines.len())))
    }

    fn csv(self, t: T) -> String {
        let head = [
            t.more_activity_when(),
            t.more_activity_customer_id(),
            t.more_activity_customer(),
            t.more_activity_action(),
            t.more_activity_details(),
            t.more_activity_subscription_id(),
            t.more_activity_subscription(),
            t.more_activity_old(),
            t.more_activity_new(),
            t.more_activity_by(),
            t.more_activity_request(),
            t.more_activity_rules(),
        ];
        let row = |line: &Entry| {
            let (old, new) = self.catalogue.with_value(|all| change(t, line, all));
            let subscription = line.fact.subscription.as_ref().map(ToString::to_string);
            let told = std::iter::once(action(t, line)).chain(details(t, line));
            vec![
                line.fact.at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
                line.customer.to_string(),
                line.customer_name.clone(),
                action_name(&line.fact.event).to_owned(),
                told.collect::<Vec<_>>().join(" · "),
                subscription.unwrap_or_default(),
                line.subscription_name.clone(),
                old,
                new,
                who(t, line),
                line.request.as_ref().map_or_else(String::new, |of| of.as_str().to_owned()),
                line.rules.clone(),
            ]
        };
        let lines = self.lines.get_untracked().and_then(Result::ok).unwrap_or_default();
        let head = head.map(str::to_owned).to_vec();
        download::csv(std::iter::once(head).chain(lines.iter().map(row)))
    }
}

/// The screen.
#[component]
pub fn Activity() -> View {
    let log = Log::start();
    // Only a failure takes the place of the page; new lines leave its filter standing.
    let failed =
        memo(move || log.lines.with(|lines| lines.and_then(|lines| lines.as_ref().err().cloned())));
    live(move || match failed.get() {
        Some(why) => {
            let again = Callback::new(move |()| log.lines.refetch());
            view! { <Failed why=why again=again/> }
        }
        None => view! { <Page log=log/> },
    })
}

#[component]
fn Page(log: Log) -> View {
    let t = use_texts();
    let shown = RwSignal::new(STEP);
    let save = Callback::new(move |()| download::file("activity.csv", "text/csv", &log.csv(t)));
    let actions = move || view! { <DownloadCsv save=save/> };
    let body = live(move || match log.lines.get().and_then(Result::ok) {
        None => view! { <Skeleton/> },
        Some(lines) if lines.is_empty() => view! { <Nothing log=log/> },
        Some(lines) => lines_table(t, log, &lines, shown),
    });
    let older = live(move || {
        log.total().is_some_and(|total| total > shown.get()).then(|| {
            view! {
                <div class="actions">
                    <button class="btn" type="button" on:click=move |_| shown.update(|all| *all += STEP)>
                        {t.more_activity_older()}
                    </button>
                </div>
            }
        })
    });
    let cut = live(move || {
        let all_read = log.total().is_some_and(|total| total >= MOST as usize);
        all_read.then(|| {
            view! { <p class="hint">{t.more_activity_most(&number(t, MOST))}</p> }
        })
    });
    view! {
        <Title text=t.activity() actions=actions/>
        <Tools log=log shown=shown/>
        {body}
        {older}
        {cut}
    }
}

fn lines_table(t: T, log: Log, lines: &Arc<Vec<Entry>>, shown: RwSignal<usize>) -> View {
    let lines = StoredValue::new(Arc::clone(lines));
    let total = lines.with_value(|lines| lines.len());
    let row = move |place: usize| {
        lines.with_value(|lines| lines.get(place).map(|line| row(t, log, line)))
    };
    let rows = each(move || 0..shown.get().min(total), |place| *place, row);
    let columns = [
        (t.more_activity_when(), false),
        (t.more_activity_customer(), false),
        (t.more_activity_action(), false),
        (t.more_activity_change(), false),
        (t.more_activity_by(), false),
    ];
    let rows = table::body(vec![rows]);
    table::table("table log", t.activity().into(), &columns, rows)
}

fn row(t: T, log: Log, line: &Entry) -> View {
    let at = line.fact.at;
    let (old, new) = log.catalogue.with_value(|all| change(t, line, all));
    let subscription = line.fact.subscription.clone().map(|id| {
        let to = Signal::stored(Route::Subscription(line.customer.clone(), id));
        let name = line.subscription_name.clone();
        let colon = if new.is_empty() { "" } else { ": " };
        view! { <A to=to>{name}</A>{colon} }
    });
    let old = (!old.is_empty()).then(|| view! { <del>{old}</del>" → " });
    let new =
        (!new.is_empty()).then(|| view! { <span class="change">{old}<ins>{new}</ins></span> });
    let customer = Signal::stored(Route::customer(&line.customer));
    let customer_name = line.customer_name.clone();
    let told: Vec<String> = std::iter::once(String::new()).chain(details(t, line)).collect();
    let details = told.join(" · ");
    view! {
        <tr role="row">
            <th role="rowheader" scope="row">
                <time datetime=at.to_rfc3339() title=local_time(t, at)>{date_time(t, at)}</time>
            </th>
            {cell(t.more_activity_customer(), view! { <A to=customer>{customer_name}</A> })}
            {cell(t.more_activity_action(), action(t, line))}
            {cell(t.more_activity_change(), view! { {subscription}{new}{details} })}
            {cell(t.more_activity_by(), who(t, line))}
        </tr>
    }
}

/// Nothing happened: what this place is for, and where to look.
#[component]
fn Nothing(log: Log) -> View {
    let t = use_texts();
    let (router, stage) = (use_router(), use_stage());
    let ActivityFilter { from, to, .. } = log.filter.get();
    let day = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| date(t, day));
    let show_year = move |_| {
        let from = to.and_then(|to| to.checked_sub_days(Days::new(LONG)));
        router.replace(Route::Activity(ActivityFilter { from, to, ..ActivityFilter::default() }));
        // The button goes with this notice; the focus must not.
        stage.focus_heading();
    };
    let actions = move || {
        view! {
            <button class="btn" type="button" on:click=show_year>{t.more_activity_show_year()}</button>
        }
    };
    let title = t.more_activity_nothing(&day(from), &day(to));
    view! { <Empty icon="i-clock" title=title text=t.more_activity_nothing_text() actions=actions/> }
}
