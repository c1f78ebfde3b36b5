//! Who may sign in, use the service and reach the data (S22, S23), from the table of the rules.

use super::Page;
use crate::parts::live::{derived, memo};
use crate::parts::table;
use crate::texts::{T, use_texts};
use crate::view::prelude::*;
use subscription_rules::{Access, Person};

fn yes(t: T, yes: bool) -> &'static str {
    if yes { t.yes() } else { t.no() }
}

/// The card.
#[component]
pub fn AccessCard(page: Page) -> View {
    let t = use_texts();
    let row = move |person: Person| {
        let name = match person {
            Person::User => t.users(),
            Person::Administrator => t.administrators(),
        };
        let access = memo(move || {
            let caller = page.caller();
            let access =
                page.held.with(|held| Access::of(held, person, caller.now, &caller.policy));
            [access.sign_in, access.use_service, access.reach_data]
        });
        let cell = move |place: usize, label: &'static str| {
            let text = derived(move || yes(t, access.read().get(place).copied().unwrap_or(false)));
            table::cell(label, text)
        };
        view! {
            <tr role="row">
                <th role="rowheader" scope="row">{name}</th>
                {cell(0, t.sign_in())}{cell(1, t.use_service())}{cell(2, t.reach_data())}
            </tr>
        }
    };
    let rows = vec![row(Person::User), row(Person::Administrator)];
    let columns =
        [(t.who(), false), (t.sign_in(), false), (t.use_service(), false), (t.reach_data(), false)];
    view! {
        <section class="card" aria-labelledby="access-h">
            <h2 id="access-h">{t.access()}</h2>
            {table::table("table table--plain", t.access().into(), &columns, table::body(rows))}
        </section>
    }
}
