//! Random histories give the same answers on memory, SQLite and PostgreSQL: every command, and
//! afterwards every list, log and account. SQLite twice, since a service that is alone on its file
//! answers from memory.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

mod support;

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use proptest::prelude::*;
use subscription_desk_server::store::postgres::PostgresStore;
use subscription_desk_server::store::sqlite::SqliteStore;
use subscription_rules::{
    BillingCycle, CustomerId, Line, Nickname, OfferId, Quantity, SubscriptionId, Suspend,
    SuspensionReason,
};
use subscription_usecases::contract::{draft, request};
use subscription_usecases::{
    Answer, Ask, Caller, Command, CustomerQuery, CustomerSort, Failure, LogQuery, MemoryStore,
    PageToken, Question, Reply, RequestId, Store, run_due,
};
use support::postgres::Postgres;

/// Offers that behave differently: limited to two, an add-on's base, its add-on, a trial, usage
/// (domain.md §4.3).
const OFFERS: [&str; 4] = [
    support::TWO_AT_A_TIME,
    "796B6B5F-613C-4E24-A17C-EBA730D49C02",
    "MS-AZR-0145P",
    "91FD106F-4B2C-4938-95AC-F54F74E9A239",
];

/// One thing that happens: what, to which of the customers and subscriptions there are, with which
/// number, and how many hours after the one before.
#[derive(Debug, Clone, Copy)]
struct Step {
    what: u8,
    which: u8,
    number: u16,
    hours: u16,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let number = prop_oneof![3 => 1_u16..30, 1 => 290_u16..310, 1 => Just(1)];
    let hours = prop_oneof![4 => 0_u16..24, 1 => 24_u16..3_000];
    let step = (0_u8..14, any::<u8>(), number, hours)
        .prop_map(|(what, which, number, hours)| Step { what, which, number, hours });
    proptest::collection::vec(step, 1..40)
}

/// What the history has brought so far, as its own answers told.
#[derive(Debug, Default)]
struct Known {
    customers: Vec<CustomerId>,
    subscriptions: Vec<(CustomerId, SubscriptionId)>,
    asked: Vec<(Command, Ask)>,
}

fn pick<T: Clone>(all: &[T], which: u8) -> Option<T> {
    all.get(usize::from(which) % all.len().max(1)).cloned()
}

impl Known {
    /// The command that a step means now; none where there is nothing yet to do it to.
    fn command(&self, step: Step, place: usize) -> Option<(Command, Ask)> {
        let ask = request(&format!("step-{place}"));
        let Step { what, which, number, .. } = step;
        let reason = Some(SuspensionReason::CustomerRequest);
        let why = || Suspend { reason, note: None };
        let held = || pick(&self.subscriptions, which);
        let command = match what {
            // Names differ in case only now and then, so that the order of lists is put to the test.
            0 | 1 => {
                let name = format!("{} {which}", if number % 2 == 0 { "alpha" } else { "Alpha" });
                let draft = draft(&name, &format!("d{which}-{number}.example.com"));
                Command::AddCustomer { draft }
            }
            2..=5 => {
                let offer = OfferId::parse(&pick(&OFFERS, which)?.to_lowercase()).ok()?;
                let quantity = Quantity::try_from(u32::from(number)).ok()?;
                let cycle =
                    if number % 3 == 0 { BillingCycle::Annual } else { BillingCycle::Monthly };
                let customer = pick(&self.customers, which / 4)?;
                Command::Place {
                    customer,
                    cycle,
                    lines: vec![Line { offer, quantity, nickname: None }],
                }
            }
            6 => {
                let (customer, subscription) = held()?;
                let to = Quantity::try_from(u32::from(number)).ok()?;
                Command::ChangeQuantity { customer, subscription, to }
            }
            7 => {
                let (customer, subscription) = held()?;
                let to = Nickname::parse(&format!("Name {number}")).ok()?;
                Command::Rename { customer, subscription, to }
            }
            8 | 9 => {
                let (customer, subscription) = held()?;
                Command::Suspend { customer, subscription, why: why() }
            }
            10 => {
                let (customer, subscription) = held()?;
                Command::Reactivate { customer, subscription }
            }
            11 => {
                let (customer, subscription) = held()?;
                Command::Cancel { customer, subscription, why: why() }
            }
            12 => Command::RemoveRelationship { customer: pick(&self.customers, which)? },
            // The same again under its own name, or something else under a name that was used.
            _ => {
                let (command, ask) = pick(&self.asked, which)?;
                let other = Command::RemoveRelationship { customer: pick(&self.customers, which)? };
                return Some((if number % 2 == 0 { command } else { other }, ask));
            }
        };
        let edits = matches!(what, 6..=11);
        let ask =
            if edits && number % 5 == 0 { ask.on_revision(u32::from(which % 3)) } else { ask };
        Some((command, ask))
    }

    fn learn(&mut self, command: &Command, ask: &Ask, answer: &Result<Answer, Failure>) {
        self.asked.push((command.clone(), ask.clone()));
        let dones = match answer {
            Ok(Answer::Done(done)) => vec![done.clone()],
            Ok(Answer::Placed(placed)) => {
                placed.iter().filter_map(|placed| placed.outcome.clone().ok()).collect()
            }
            Err(_) => Vec::new(),
        };
        for done in dones {
            if !self.customers.contains(&done.customer) {
                self.customers.push(done.customer.clone());
            }
            for id in done.subscriptions {
                let held = (done.customer.clone(), id);
                if !self.subscriptions.contains(&held) {
                    self.subscriptions.push(held);
                }
            }
        }
    }
}

/// Everything a store says at the end.
async fn all<S: Store>(store: &S, caller: &Caller, known: &Known) -> Vec<Result<Reply, Failure>> {
    let mut questions =
        vec![Question::CustomerCount, Question::Activity(LogQuery::default(), 5_000)];
    for (sort, starts_with) in [
        (CustomerSort::Name, ""),
        (CustomerSort::NameDescending, ""),
        (CustomerSort::Name, "ALPHA 1"),
        (CustomerSort::NameDescending, "d2"),
        (CustomerSort::Name, "alpha\0"),
    ] {
        let query =
            CustomerQuery { sort, starts_with: starts_with.into(), ..CustomerQuery::default() };
        questions.push(Question::Customers(CustomerQuery { size: 500, ..query.clone() }));
        questions
            .push(Question::Customers(CustomerQuery { start_at: Some("alpha 2".into()), ..query }));
    }
    let action = Some("suspended".to_owned());
    questions.push(Question::Activity(LogQuery { action, ..LogQuery::default() }, 100));
    let from = NaiveDate::from_ymd_opt(1, 1, 1).unwrap().and_time(NaiveTime::MIN).and_utc();
    for customer in &known.customers {
        let of_it = LogQuery { customer: Some(customer.clone()), ..LogQuery::default() };
        for (from, until) in [(Some(from), Some(caller.now)), (None, Some(from))] {
            questions.push(Question::Activity(LogQuery { from, until, ..of_it.clone() }, 100));
        }
        questions.push(Question::Account(customer.clone()));
        questions.push(Question::History(customer.clone(), None));
    }
    let mut replies = Vec::new();
    for question in questions {
        replies.push(question.answer(store, caller).await);
    }
    // The list in pages of three is the whole list.
    let mut after: Option<PageToken> = None;
    loop {
        let query = CustomerQuery { size: 3, after, ..CustomerQuery::default() };
        let reply = Question::Customers(query).answer(store, caller).await;
        let next = match &reply {
            Ok(Reply::Customers(page)) => page.next.clone(),
            _ => None,
        };
        replies.push(reply);
        after = next;
        if after.is_none() {
            return replies;
        }
    }
}

/// Runs a history on one store: every answer, and what it says at the end.
async fn told<S: Store>(
    store: &S,
    history: &[Step],
) -> (Vec<Result<Answer, Failure>>, Vec<Result<Reply, Failure>>) {
    let mut caller = support::caller();
    let mut known = Known::default();
    let mut answers = Vec::new();
    for (place, step) in history.iter().enumerate() {
        // Two people are never at exactly the same moment: which line of the log is the newer one
        // then, the store in memory does not know.
        caller.now += TimeDelta::hours(i64::from(step.hours)) + TimeDelta::seconds(1);
        let Some((command, ask)) = known.command(*step, place) else { continue };
        let answer = command.carry_out(store, &caller, &ask).await;
        known.learn(&command, &ask, &answer);
        answers.push(answer);
        if place % 7 == 6 {
            // What the job writes down changes no answer.
            while run_due(store, &caller, 2).await.unwrap().accounts > 0 {}
        }
    }
    let mut end = all(store, &caller, &known).await;
    let nobody = RequestId::parse("never-asked").unwrap();
    assert_eq!(store.recorded(&caller.partner.id, &nobody).await, Ok(None));
    caller.now += TimeDelta::days(200);
    end.extend(all(store, &caller, &known).await);
    (answers, end)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn random_histories_give_the_same_answers_on_all_three(history in steps()) {
        let server = Postgres::shared();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let memory = told(&MemoryStore::default(), &history).await;
            let sqlite = SqliteStore::open(&folder.path().join("desk.sqlite")).unwrap();
            let sqlite = told(&sqlite, &history).await;
            let alone = SqliteStore::open_alone(&folder.path().join("alone.sqlite")).unwrap();
            let alone = told(&alone, &history).await;
            let postgres = PostgresStore::open(&server.database()).await.unwrap();
            let postgres = told(&postgres, &history).await;
            prop_assert_eq!(&memory.0, &sqlite.0, "answers of SQLite");
            prop_assert_eq!(&memory.0, &alone.0, "answers of SQLite, alone on its file");
            prop_assert_eq!(&memory.0, &postgres.0, "answers of PostgreSQL");
            // Where a page of one store ends is for that store alone.
            prop_assert_eq!(&memory.1, &sqlite.1, "what SQLite says at the end");
            prop_assert_eq!(&memory.1, &alone.1, "what SQLite, alone, says at the end");
            prop_assert_eq!(&memory.1, &postgres.1, "what PostgreSQL says at the end");
            Ok(())
        })?;
    }
}
