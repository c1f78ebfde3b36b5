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
    /// What is to be done once something unsaved has been given up.
    ordered: RefCell<Option<Ordered>>,
    /// In order; the last one is where one is.
    places: RefCell<Vec<Route>>,
}

/// A move that waits for the person's word.
struct Ordered {
    to: Route,
    how: Move,
}

/// What kind of move.
pub enum Move {
    /// By the page, to a customer or to all.
    Sent(Option<CustomerId>),
    /// To the place before.
    Back,
}

/// More places than anybody goes back to.
const MOST_PLACES: usize = 100;

impl PrivateHistory {
    /// Begins at a place.
    pub fn new(host: Host, stage: Stage, origin: String, first: Route) -> Self {
        let (only, ordered) = (RefCell::default(), RefCell::default());
        Self { host, stage, only, origin, ordered, places: RefCell::new(vec![first]) }
    }

    /// From now on shows one customer, or all. Places of others are none to come back to.
    pub fn show_only(&self, customer: Option<CustomerId>) {
        self.only.replace(customer);
        let mut places = self.places.take();
        places.retain(|place| self.shows(place));
        self.places.replace(places);
    }

    /// The only customer it shows.
    pub fn only(&self) -> Option<CustomerId> {
        self.only.borrow().clone()
    }

    /// One is at a place from now on.
    pub fn sent_to(&self, to: Route) {
        self.stage.look_for_focus();
        let mut places = self.places.borrow_mut();
        if places.len() >= MOST_PLACES {
            places.remove(0);
        }
        places.push(to);
    }

    /// The person is asked about something unsaved before this is done.
    pub fn waits_for(&self, to: Route, how: Move) {
        self.ordered.replace(Some(Ordered { to, how }));
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
        let ordered = self.ordered.take().filter(|ordered| ordered.to == *to);
        match ordered.map(|ordered| ordered.how) {
            Some(Move::Back) => self.went_back(),
            Some(Move::Sent(only)) => {
                self.show_only(only);
                self.sent_to(to.clone());
            }
            None => self.sent_to(to.clone()),
        }
        self.tell(to, false);
    }

    fn replace(&self, to: &Route) {
        self.stage.look_for_focus();
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
            | Route::Changes
            | Route::Settings
            | Route::NotFound(_) => false,
        }
    }
}
