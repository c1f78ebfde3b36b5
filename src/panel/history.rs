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
    /// Where the page has sent the panel, and for which customer, while something unsaved is asked
    /// about.
    ordered: RefCell<Option<(Option<CustomerId>, Route)>>,
    /// In order; the last one is where one is. Never empty.
    places: RefCell<Vec<Route>>,
}

impl PrivateHistory {
    /// Begins at a place.
    pub fn new(host: Host, stage: Stage, origin: String, first: Route) -> Self {
        let (only, ordered) = (RefCell::default(), RefCell::default());
        Self { host, stage, only, origin, ordered, places: RefCell::new(vec![first]) }
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

    /// The page wants the panel at a place, for a customer or for all; the person is asked first.
    pub fn wanted_at(&self, to: Route, only: Option<CustomerId>) {
        self.ordered.replace(Some((only, to)));
    }

    /// The place before, if there is one.
    pub fn before(&self) -> Option<Route> {
        let places = self.places.borrow();
        places.iter().rev().nth(1).cloned()
    }

    /// One is at the place before from now on.
    pub fn went_back(&self) {
        self.stage.look_for_focus();
        self.places.borrow_mut().pop();
    }

    /// Tells the page where one is.
    pub fn tell(&self, to: &Route, replace: bool) {
        self.host.hears("desk-navigate", &Place::of(to, replace));
    }
}

impl History for PrivateHistory {
    fn push(&self, to: &Route) {
        let ordered = self.ordered.take().filter(|(_, place)| place == to);
        if let Some((only, _)) = ordered {
            self.show_only(only);
        }
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
