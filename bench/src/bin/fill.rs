//! Fills a database with customers that have two subscriptions each, or with one customer that has
//! many. `fill FILE CUSTOMERS [SUBSCRIPTIONS]`
#![expect(clippy::print_stdout, reason = "it says what it did")]

use chrono::Utc;
use std::error::Error;
use std::sync::Arc;
use subscription_desk_server::Desk;
use subscription_desk_server::store::AppStore;
use subscription_desk_server::store::sqlite::SqliteStore;
use subscription_rules::{
    BillingCycle, Cloud, CustomerAccount, CustomerId, Line, NewIds, OfferId, OrderId, Policy,
    Quantity, Role, SubscriptionId, add_customer, place,
};
use subscription_usecases::catalogue::{read_catalogue, read_prices};
use subscription_usecases::{Caller, Commit, Store, contract};
use tokio::task::JoinSet;

/// Office 365 Enterprise E3: any number of times.
const OFFER: &str = "796B6B5F-613C-4E24-A17C-EBA730D49C02";

/// Commits that are waited for at a time.
const AT_ONCE: usize = 2_000;

fn account(
    caller: &Caller,
    number: usize,
    subscriptions: usize,
) -> Result<CustomerAccount, Box<dyn Error>> {
    let name = format!("Company {number:07}");
    let draft = contract::draft(&name, &format!("c{number}.example.com"));
    let id = CustomerId::parse(&format!("00000000-0000-4000-8000-{number:012}"))?;
    let context = caller.context();
    let (mut account, _) = add_customer(&context, id, &draft)?;
    // Orders of a hundred lines, since each line is looked at against all others.
    let mut made = 0;
    while made < subscriptions {
        let lines = (subscriptions - made).min(100);
        let line = || -> Result<Line, Box<dyn Error>> {
            let quantity = Quantity::try_from(25)?;
            Ok(Line { offer: OfferId::parse(OFFER)?, quantity, nickname: None })
        };
        let asked = (0..lines).map(|_| line()).collect::<Result<Vec<_>, _>>()?;
        let id = |place: usize| {
            SubscriptionId::parse(&format!("{number:08x}-0000-4000-8001-{:012}", made + place))
        };
        let ids = NewIds {
            order: OrderId::parse(&format!("{number:08x}-0000-4000-8002-{made:012}"))?,
            subscriptions: (0..lines).map(id).collect::<Result<Vec<_>, _>>()?,
        };
        let change = place(&context, &account, BillingCycle::Monthly, &asked, ids)?;
        account = account.with(&change);
        made += lines;
    }
    Ok(account)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let file = words.next().ok_or("which file?")?;
    let customers: usize = words.next().ok_or("how many customers?")?.parse()?;
    let subscriptions: usize = words.next().unwrap_or_else(|| "2".into()).parse()?;
    let store = AppStore::Sqlite(SqliteStore::open(file.as_ref())?);
    let now = Utc::now();
    let caller = Caller {
        user: "fill@example.com".into(),
        roles: Role::AdminAgent.into(),
        policy: Policy::of(Cloud::Commercial, now.date_naive()),
        partner: Desk::demo_partner().ok_or("no demo partner")?,
        now,
        catalogue: Arc::new(read_catalogue(include_str!("../../../public/catalogue.json"))?),
        prices: Arc::new(read_prices(include_str!("../../../public/prices.json"))?),
    };
    let mut waiting = JoinSet::new();
    for number in 0..customers {
        let commit = Commit {
            partner: caller.partner.id.clone(),
            revision: None,
            account: account(&caller, number, subscriptions)?,
            orders: Vec::new(),
            entries: Vec::new(),
            recorded: None,
            policy: caller.policy,
        };
        let store = store.clone();
        waiting.spawn(async move { store.commit(commit).await });
        if waiting.len() >= AT_ONCE
            && let Some(done) = waiting.join_next().await
        {
            done??;
        }
    }
    while let Some(done) = waiting.join_next().await {
        done??;
    }
    println!("{customers}");
    Ok(())
}
