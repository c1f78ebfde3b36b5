//! Where the person is: the route as a signal, over the browser's history.
//!
//! Links of ours go through [`A`]; no click of the page is listened to. Unsaved changes ask before
//! they are left, also by the browser's own Back button.

use crate::parts::live::derived;
use crate::route::Route;
use crate::view::ev;
use crate::view::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

/// The person's place, and the ways to another.
#[derive(Clone, Copy)]
pub struct Router {
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

impl Router {
    /// Starts at the browser's address and follows its Back and Forward.
    pub fn start() -> Self {
        let router = Self {
            route: RwSignal::new(Route::parse(&address())),
            unsaved: RwSignal::new(false),
            waiting: RwSignal::new(None),
        };
        let listener = window_event_listener(ev::popstate, move |_| {
            let to = Route::parse(&address());
            if router.unsaved.get_untracked() && !router.is_here(&to) {
                // The browser has moved already: put the address back and ask.
                push(&router.route.get_untracked());
                router.waiting.set(Some(to));
            } else {
                router.route.set(to);
            }
        });
        let leaving = window_event_listener(ev::beforeunload, move |event| {
            if router.unsaved.get_untracked() {
                event.prevent_default();
            }
        });
        on_cleanup(move || {
            listener.remove();
            leaving.remove();
        });
        router
    }

    /// The screen, as a signal.
    pub fn route(self) -> ReadSignal<Route> {
        self.route.read_only()
    }

    fn is_here(self, to: &Route) -> bool {
        self.route.with_untracked(|here| here.same_screen(to))
    }

    /// Goes to a screen, unless something unsaved is left by it: then the person is asked first.
    pub fn go(self, to: Route) {
        if self.unsaved.get_untracked() && !self.is_here(&to) {
            self.waiting.set(Some(to));
        } else {
            self.leave_for(to);
        }
    }

    /// Goes there without asking: what was unsaved has been saved or given up.
    pub fn leave_for(self, to: Route) {
        self.unsaved.set(false);
        self.waiting.set(None);
        if self.route.with_untracked(|here| *here != to) {
            push(&to);
            self.route.set(to);
        }
    }

    /// Changes what the same screen shows, without a step for Back.
    pub fn replace(self, to: Route) {
        // A browser refuses only a flood of these; the screen is right all the same.
        let _ = history().and_then(|history| {
            history.replace_state_with_url(&JsValue::NULL, "", Some(&to.print())).ok()
        });
        self.route.set(to);
    }

    /// Says whether something on the screen is unsaved.
    pub fn set_unsaved(self, unsaved: bool) {
        if self.unsaved.get_untracked() != unsaved {
            self.unsaved.set(unsaved);
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

fn push(to: &Route) {
    let _ = history().and_then(|history| {
        history.push_state_with_url(&JsValue::NULL, "", Some(&to.print())).ok()
    });
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
    let current = derived(move || {
        current.filter(|_| router.route().with(|here| here.same_screen(&to.read())))
    });
    view! {
        <a href=move || to.read().print() class=class aria-current=current on:click=go>
            {children()}
        </a>
    }
}

/// Moves the focus to the screen's heading, so that a reader begins there.
pub fn focus_heading() {
    let heading = document().query_selector("main h1").ok().flatten();
    if let Some(heading) =
        heading.and_then(|heading| heading.dyn_into::<web_sys::HtmlElement>().ok())
    {
        heading.set_tab_index(-1);
        let _ = heading.focus();
    }
}
