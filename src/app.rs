//! The app: what every screen shares, and which screen an address shows.

use crate::backend::Backend;
use crate::history::{BrowserHistory, use_router};
use crate::later;
use crate::pages;
use crate::parts::live::live;
use crate::parts::{Dialog, Icon, Shell, Toasting, Trouble, Troubled, reload};
use crate::route::Route;
use crate::texts::{T, use_texts};
use crate::view::prelude::*;

/// The whole app, once its language, catalogue and data are there.
#[component]
pub fn App(
    /// The texts to begin with.
    texts: T,
    /// The data.
    backend: Backend,
) -> View {
    let texts = RwSignal::new(texts);
    provide_context(texts);
    provide_context(backend);
    provide_context(BrowserHistory::start());
    provide_context(Toasting::start());
    // Everything is built anew in another language; a change of language is rare and total.
    live(move || {
        let language = &texts.get().language;
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("lang", language);
        }
        view! { <Shell><Screen/></Shell><LeaveDialog/> }
    })
}

/// What is there when the server could not be opened: a way to sign in, or to try again.
#[component]
pub fn NotOpened(
    /// The texts.
    texts: T,
    /// What the server said.
    trouble: Trouble,
) -> View {
    provide_context(RwSignal::new(texts));
    provide_context(BrowserHistory::start());
    let again = Callback::new(|()| reload());
    view! {
        <main class="alone" id="main">
            <div class="card">
                <p class="mark"><Icon name="i-mark"/><span>"Subscription Desk"</span></p>
                <Troubled trouble=trouble again=again/>
            </div>
        </main>
    }
}

/// The route, which is another one only when another screen is to be shown.
pub fn route_shown() -> Memo<Route> {
    let router = use_router();
    Memo::new_with_compare(
        move |_| router.route().get(),
        |before: Option<&Route>, now: Option<&Route>| match (before, now) {
            (Some(before), Some(now)) => !before.same_screen(now),
            _ => true,
        },
    )
}

/// The screen of the address. A change of its query leaves the screen standing.
#[component]
fn Screen() -> View {
    let screen = route_shown();
    live(move || match screen.get() {
        Route::Customers(_) => view! { <pages::Customers save=pages::save_customers/> },
        Route::NotFound(path) => view! { <pages::NotFound path=path/> },
        route => later::screen(route),
    })
}

/// Asks before unsaved changes are left.
#[component]
pub fn LeaveDialog() -> View {
    let t = use_texts();
    let router = use_router();
    let waiting = router.waiting();
    live(move || {
        waiting.get().map(|to| {
            let stay = Callback::new(move |()| waiting.set(None));
            let leave = move |_| router.leave_for(to.clone());
            let actions = move || {
                let leave = leave.clone();
                view! {
                    <button class="btn" type="button" on:click=leave>{t.discard_changes()}</button>
                    <button class="btn btn--primary" type="submit" data-first>{t.stay()}</button>
                }
            };
            view! {
                <Dialog
                    title=Signal::stored(t.unsubmitted_title().to_owned())
                    alert=true
                    closed=stay
                    submitted=stay
                    actions=actions
                >
                    <p>{t.unsubmitted_text()}</p>
                </Dialog>
            }
        })
    })
}
