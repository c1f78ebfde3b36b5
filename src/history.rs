//! Where the person is: the route as a signal, over a history.
//!
//! Links of ours go through [`A`]; no click of the page is listened to. Unsaved changes ask before
//! they are left, also by the browser's own Back button.

use crate::parts::live::derived;
use crate::route::Route;
use crate::view::ev;
use crate::view::prelude::*;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// Where the router keeps the places one has been to.
pub trait History {
    /// A new place, to come back from.
    fn push(&self, to: &Route);
    /// The same place, shown otherwise.
    fn replace(&self, to: &Route);
    /// What a link's address says: where it leads in another tab.
    fn address(&self, to: &Route) -> String;
    /// Whether a screen is shown here at all.
    fn shows(&self, to: &Route) -> bool;
    /// Where one begins.
    fn home(&self) -> Route {
        Route::home()
    }
    /// Something on the screen is unsaved, or no more.
    fn unsaved(&self, _: bool) {}
}

/// The person's place, and the ways to another.
#[derive(Clone, Copy)]
pub struct Router {
    history: StoredValue<Rc<dyn History>, LocalStorage>,
    route: RwSignal<Route>,
    unsaved: RwSignal<bool>,
    /// Where the person wanted to go while something was unsaved.
    waiting: RwSignal<Option<Route>>,
}

/// What the address bar says after the host.
pub fn address() -> String {
    let location = window().location();
    let path = location.pathname().unwrap_or_default();
    path + &location.search().unwrap_or_default()
}

/// The browser's own history, where the whole page is ours.
pub struct BrowserHistory;

impl History for BrowserHistory {
    fn push(&self, to: &Route) {
        // A browser refuses only a flood of these; the screen is right all the same.
        let _ = history().and_then(|history| {
            history.push_state_with_url(&JsValue::NULL, "", Some(&to.print())).ok()
        });
    }

    fn replace(&self, to: &Route) {
        let _ = history().and_then(|history| {
            history.replace_state_with_url(&JsValue::NULL, "", Some(&to.print())).ok()
        });
    }

    fn address(&self, to: &Route) -> String {
        to.print()
    }

    fn shows(&self, _: &Route) -> bool {
        true
    }
}

impl BrowserHistory {
    /// A router that starts at the browser's address and follows its Back and Forward.
    pub fn start() -> Router {
        let router = Router::over(Rc::new(Self), Route::parse(&address()));
        let listener =
            window_event_listener(ev::popstate, move |_| router.moved(Route::parse(&address())));
        let leaving = window_event_listener(ev::beforeunload, move |event| {
            if router.is_unsaved() {
                event.prevent_default();
            }
        });
        on_cleanup(move || {
            listener.remove();
            leaving.remove();
        });
        router
    }
}

impl Router {
    /// A router over a history, at its first place.
    pub fn over(history: Rc<dyn History>, first: Route) -> Self {
        Self {
            history: StoredValue::new_local(history),
            route: RwSignal::new(first),
            unsaved: RwSignal::new(false),
            waiting: RwSignal::new(None),
        }
    }

    /// The history has moved by itself.
    pub fn moved(self, to: Route) {
        if self.asks_before(&to) {
            // Put the place back.
            self.with_history(|history| history.push(&self.route.get_untracked()));
        } else {
            self.route.set(to);
        }
    }

    /// Whether something unsaved would be left for a place; then the person is asked, and goes
    /// there if it is given up.
    pub fn asks_before(self, to: &Route) -> bool {
        let asks = self.is_unsaved() && !self.is_here(to);
        if asks {
            self.waiting.set(Some(to.clone()));
        }
        asks
    }

    fn with_history<V: Default>(self, tell: impl FnOnce(&dyn History) -> V) -> V {
        // A panel may have gone; then there is nothing to tell.
        self.history.try_with_value(|history| tell(&**history)).unwrap_or_default()
    }

    /// Whether a screen is shown here at all: a panel has fewer than the page of ours.
    pub fn shows(self, to: &Route) -> bool {
        self.with_history(|history| history.shows(to))
    }

    /// Where one begins: at the customers, or in a panel perhaps at the only one it shows.
    pub fn home(self) -> Route {
        self.with_history(|history| Some(history.home())).unwrap_or_else(Route::home)
    }

    /// Whether something on the screen is unsaved, as a signal.
    pub fn unsaved(self) -> ReadSignal<bool> {
        self.unsaved.read_only()
    }

    /// Whether something on the screen is unsaved.
    pub fn is_unsaved(self) -> bool {
        self.unsaved.get_untracked()
    }

    /// The screen, as a signal.
    pub fn route(self) -> ReadSignal<Route> {
        self.route.read_only()
    }

    /// Whether a route is the screen that is shown.
    pub fn is_here(self, to: &Route) -> bool {
        self.route.with_untracked(|here| here.same_screen(to))
    }

    /// Goes to a screen, unless something unsaved is left by it: then the person is asked first.
    pub fn go(self, to: Route) {
        if !self.asks_before(&to) {
            self.leave_for(to);
        }
    }

    /// Goes there without asking: what was unsaved has been saved or given up.
    pub fn leave_for(self, to: Route) {
        self.set_unsaved(false);
        self.waiting.set(None);
        if self.route.with_untracked(|here| *here != to) {
            self.with_history(|history| history.push(&to));
            self.route.set(to);
        }
    }

    /// Changes what the same screen shows, without a step for Back.
    pub fn replace(self, to: Route) {
        self.with_history(|history| history.replace(&to));
        self.route.set(to);
    }

    /// Says whether something on the screen is unsaved.
    pub fn set_unsaved(self, unsaved: bool) {
        if self.unsaved.get_untracked() != unsaved {
            self.unsaved.set(unsaved);
            self.with_history(|history| history.unsaved(unsaved));
        }
    }

    /// Where the person wanted to go while something was unsaved.
    pub const fn waiting(self) -> RwSignal<Option<Route>> {
        self.waiting
    }
}

fn history() -> Option<web_sys::History> {
    window().history().ok()
}

/// The router of the screen.
pub fn use_router() -> Router {
    expect_context::<Router>()
}

/// A link to a screen of ours. With a modifier or another button the browser does what it does
/// with links.
#[component]
pub fn A(
    /// Where it leads.
    #[prop(into)]
    to: Signal<Route>,
    /// Its style.
    #[prop(optional, into)]
    class: &'static str,
    /// What `aria-current` says when it is the current screen.
    #[prop(optional)]
    current: Option<&'static str>,
    children: Children,
) -> View {
    let router = use_router();
    let go = move |event: ev::MouseEvent| {
        let modified = event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key();
        if event.button() == 0 && !modified && !event.default_prevented() {
            event.prevent_default();
            router.go(to.get_untracked());
        }
    };
    let href = move || router.with_history(|history| history.address(&to.read()));
    let current = derived(move || {
        current.filter(|_| router.route().with(|here| here.same_screen(&to.read())))
    });
    view! {
        <a href=href class=class aria-current=current on:click=go>
            {children()}
        </a>
    }
}
