//! The list of customers as a file (domain.md §5.1 "Export customers").

use super::list::{List, MOST, query};
use crate::backend::Backend;
use crate::parts::Trouble;
use crate::route::CustomerFilter;
use crate::texts::T;
use crate::view::prelude::*;
use crate::wait::spawn_local;
use crate::{download, format, later, words};
use subscription_usecases::{CustomerQuery, Failure, Listed};

/// Saves the whole list, as it is searched and sorted. What makes the file is in a part of the app
/// that comes later.
pub fn save(list: List) {
    let (backend, t, toasts) = (list.backend, list.texts, list.toasts);
    let filter = list.filter.get_untracked();
    spawn_local(async move {
        let saved = match later::save_customers(backend, t, filter).await {
            Ok(saving) => saving.await,
            Err(not_there) => Err(not_there.into()),
        };
        if let Err(why) = saved {
            toasts.say(Trouble::told(t, why).await.text);
        }
    });
}

fn row(t: T, customer: Listed) -> Vec<String> {
    vec![
        customer.id.to_string(),
        customer.company_name.as_str().to_owned(),
        customer.domain.as_str().to_owned(),
        format::country(t, customer.country),
        words::customer_type(t, customer.qualifications.customer_type()).to_owned(),
        words::relationship(t, customer.relationship).to_owned(),
        customer.active.to_string(),
        customer.suspended.to_string(),
        customer.next_expiry.map(|day| day.to_string()).unwrap_or_default(),
    ]
}

/// Reads every customer of a list and saves them; nothing is saved where one page does not come.
pub async fn saved(backend: Backend, t: T, filter: CustomerFilter) -> Result<(), Failure> {
    let head = [
        t.more_activity_customer_id(),
        t.customers_company_name(),
        t.customers_domain(),
        t.customers_country(),
        t.customers_type(),
        t.customers_relationship(),
        t.customers_active(),
        t.customers_suspended(),
        t.customers_next_expiry(),
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    let asked = CustomerQuery { size: MOST, ..query(&filter, None) };
    let mut after = None;
    loop {
        let page = backend.customers(CustomerQuery { after, ..asked.clone() }).await?;
        rows.extend(page.items.into_iter().map(|customer| row(t, customer)));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    download::file("customers.csv", "text/csv", &download::csv(rows));
    Ok(())
}
