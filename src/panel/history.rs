//! The panel's own history: the page around it has the browser's.

use super::host::Host;
use super::told::{Place, Unsaved};
use crate::history::History;
use crate::route::Route;
use crate::stage::Stage;
use std::cell::RefCell;
use subscription_rules::CustomerId;

/// Where one has been in a panel, and which screens it has.
pub struct PrivateHistory {
    host: Host,
    stage: Stage,
    /// The only customer it shows, if the page names one.
    only: RefCell<Option<CustomerId>>,
    /// Where the desk's own page is, for links that are opened in another tab.
    origin: String,
    /// In order; the last one is where one is. Never empty.
    places: RefCell<Vec<Route>>,
}

impl PrivateHistory {
    /// Begins at a place.
    pub fn new(host: Host, stage: Stage, origin: String, first: Route) -> Self {
        let (only, places) = (RefCell::default(), RefCell::new(vec![first]));
        Self { host, stage, only, origin, places }
    }

    /// From now on shows one customer, or all.
    pub fn show_only(&self, customer: Option<CustomerId>) {
        self.only.replace(customer);
    }

    /// The page has sent the panel to a place, and need not be told.
    pub fn sent_to(&self, to: Route) {
        self.stage.look_for_focus();
        self.places.borrow_mut().push(to);
    }

    /// Whether there is a place before.
    pub fn can_go_back(&self) -> bool {
        self.places.borrow().len() > 1
    }

    /// The place before, if there is one: one is there from now on.
    pub fn back(&self) -> Option<Route> {
        let mut places = self.places.borrow_mut();
        if places.len() < 2 {
            return None;
        }
        places.pop();
        let to = places.last().cloned()?;
        drop(places);
        self.stage.look_for_focus();
        Some(to)
    }

    /// Tells the page where one is.
    pub fn tell(&self, to: &Route, replace: bool) {
        self.host.hears("desk-navigate", &Place::of(to, replace));
    }
}

impl History for PrivateHistory {
    fn push(&self, to: &Route) {
        self.sent_to(to.clone());
        self.tell(to, false);
    }

    fn replace(&self, to: &Route) {
        if let Some(here) = self.places.borrow_mut().last_mut() {
            *here = to.clone();
        }
        self.tell(to, true);
    }

    fn address(&self, to: &Route) -> String {
        [&self.origin, &*to.print()].concat()
    }

    fn home(&self) -> Route {
        self.only.borrow().as_ref().map_or_else(Route::home, Route::customer)
    }

    fn unsaved(&self, unsaved: bool) {
        self.host.hears("desk-unsaved", &Unsaved { unsaved });
    }

    fn shows(&self, to: &Route) -> bool {
        let only = self.only.borrow();
        let is_shown = |customer: &CustomerId| only.as_ref().is_none_or(|only| only == customer);
        match to {
            Route::Customers(_) => only.is_none(),
            Route::Customer(customer, _)
            | Route::NewSubscription(customer, _)
            | Route::Subscription(customer, _) => is_shown(customer),
            Route::NewCustomer
            | Route::Account(_)
            | Route::Offers(_)
            | Route::Activity(_)
            | Route::Settings
            | Route::NotFound(_) => false,
        }
    }
}
