//! Which subscriptions a customer's page lists, in which order, add-ons under their base.

use crate::route::StatusFilter;
use crate::sorted::sorted;
use crate::texts::T;
use crate::words::Outlook;
use chrono::NaiveDate;
use subscription_rules::{Action, CustomerAccount, Status, Subscription, SubscriptionId, choices};
use subscription_usecases::{Caller, lower_case};

/// A row of the list.
pub struct Row {
    /// The subscription.
    pub held: Subscription,
    /// What becomes of it.
    pub outlook: Outlook,
    /// The name of what it is an add-on of.
    pub base: Option<String>,
    /// How deep it stands under what is shown; the style knows two steps.
    pub level: u8,
    /// Whether one press brings it back.
    pub may_reactivate: bool,
}

/// A shown subscription with what is shown under it.
struct Branch {
    row: Row,
    /// Deleted ones last, then what ends soonest, then by name.
    order: (bool, bool, Option<NaiveDate>, String),
    under: Vec<Branch>,
}

/// The rows to show: what needs attention first.
pub fn rows(t: T, caller: &Caller, account: &CustomerAccount, filter: StatusFilter) -> Vec<Row> {
    let is_shown = |held: &Subscription| match held.status() {
        Status::Active => filter.active,
        Status::Suspended => filter.suspended,
        Status::Deleted => filter.deleted,
    };
    let shown: Vec<&Subscription> = account.subscriptions().filter(|held| is_shown(held)).collect();
    let is_top = |held: &Subscription| !account.parent_of(held).is_some_and(is_shown);
    let page = Page { t, caller, account, shown: &shown };
    let tops = shown.iter().filter(|held| is_top(held));
    let mut list = Vec::with_capacity(shown.len());
    flat(tops.map(|held| page.branch(held, 0)).collect(), &mut list);
    list
}

struct Page<'a> {
    t: T,
    caller: &'a Caller,
    account: &'a CustomerAccount,
    shown: &'a [&'a Subscription],
}

impl Page<'_> {
    // The rules hold that parents form no circle.
    fn branch(&self, held: &Subscription, level: u8) -> Branch {
        let outlook = Outlook::of(self.t, self.caller, self.account, held);
        let is_under = |other: &&&Subscription| is_parent(&held.id, other);
        let under: Vec<Branch> = self
            .shown
            .iter()
            .filter(is_under)
            .map(|add_on| self.branch(add_on, level.saturating_add(1)))
            .collect();
        // An add-on that ends soon brings its base up.
        let below = under.iter().filter_map(|branch| branch.order.2);
        let soonest = below.chain(outlook.last_day).min();
        let name = lower_case(held.nickname.as_str());
        let deleted = held.status() == Status::Deleted;
        let base = self.account.parent_of(held).map(|base| base.nickname.as_str().to_owned());
        let may_reactivate = held.status() == Status::Suspended
            && choices(&self.caller.context(), self.account, held)
                .contains(&(Action::Reactivate, Ok(())));
        let row = Row { held: held.clone(), outlook, base, level: level.min(2), may_reactivate };
        Branch { row, order: (deleted, soonest.is_none(), soonest, name), under }
    }
}

fn is_parent(id: &SubscriptionId, of: &Subscription) -> bool {
    of.parent.as_ref() == Some(id)
}

fn flat(branches: Vec<Branch>, list: &mut Vec<Row>) {
    for branch in sorted(branches, |one, other| one.order.cmp(&other.order)) {
        list.push(branch.row);
        flat(branch.under, list);
    }
}
