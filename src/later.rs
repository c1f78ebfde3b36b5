//! The app in parts: what the first screen does not need lies in files of its own. Each comes when
//! it is first used, or before that, once the first screen has what it asked for ([`rest`]).
//!
//! `cargo xtask build` takes a release apart along the functions below (feature `split`). Without
//! the feature, as in the panel and while developing, the same functions are there from the
//! beginning.

use crate::backend::{
    Accounts, Backend, DemoDesk, Desk, Made, Rest, ServerDesk, SignIn, open_demo, use_backend,
};
use crate::pages;
use crate::parts::live::live;
use crate::parts::{Skeleton, Trouble, Troubled, reload};
use crate::route::{CustomerFilter, Route};
use crate::texts::{T, use_texts};
use crate::view::prelude::*;
use crate::wait::spawn_local;
use std::cell::Cell;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use subscription_usecases::{Failure, NotAnswered, Reply};

/// A part of the app did not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotThere;

impl From<NotThere> for Failure {
    fn from(_: NotThere) -> Self {
        NotAnswered::Network.into()
    }
}

#[cfg(feature = "split")]
impl From<wasm_split_helpers::SplitLoaderError> for NotThere {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Self
    }
}

/// What is waited for in a part: a function of one cannot wait itself.
pub type Later<T> = Pin<Box<dyn Future<Output = T>>>;

/// Declares functions of a part. One that says `by` also gets a function that brings the part and
/// does not call it: afterwards it need not be waited for.
macro_rules! part {
    ($part:ident: $(
        $(#[$about:meta])*
        fn $name:ident $(by $bring:ident)? ($($given:ident: $kind:ty),*) -> $made:ty $body:block
    )*) => {
        $(
            $(#[$about])*
            #[cfg(feature = "split")]
            #[wasm_split_helpers::wasm_split($part, fallible $(, preload($bring))?)]
            pub fn $name($($given: $kind),*) -> Result<$made, NotThere> {
                Ok($body)
            }

            $(#[$about])*
            #[cfg(not(feature = "split"))]
            #[allow(clippy::unused_async, reason = "it waits where the app is in parts")]
            pub async fn $name($($given: $kind),*) -> Result<$made, NotThere> {
                Ok($body)
            }
        )*
    };
}

part! {
    demo:
    /// Opens the demo.
    fn demo() -> Later<Result<Backend, String>> {
        Box::pin(async { Ok(Backend::over(open_demo().await?)) })
    }
}

part! {
    server:
    /// Opens the desk on the server.
    fn server(sign_in: SignIn) -> Later<Result<Backend, Failure>> {
        Box::pin(async move { Ok(Backend::over(Rc::new(ServerDesk::open(sign_in).await?))) })
    }
    /// Ends the sign-in, and shows who one is then.
    fn sign_out() -> Later<()> {
        Box::pin(crate::backend::sign_out())
    }
}

part! {
    rest:
    /// The screen of an address, other than the first.
    fn screen_of by bring_rest(route: Route) -> View {
        match route {
            // The first screen is there from the beginning, and what says that there is none.
            Route::Customers(_) | Route::NotFound(_) => View::Nothing,
            Route::NewCustomer => view! { <pages::NewCustomer/> },
            Route::Customer(id, _) => {
                view! { <pages::Customer id=id save=pages::save_subscriptions/> }
            }
            Route::Account(id) => view! { <pages::Account id=id/> },
            Route::NewSubscription(id, draft) => {
                let instead = pages::giving_up(&id, draft.instead);
                view! { <pages::NewSubscription customer=id instead=instead/> }
            }
            Route::Subscription(customer, id) => {
                view! { <pages::Subscription customer=customer id=id/> }
            }
            Route::Offers(_) => view! { <pages::Offers/> },
            Route::Activity(_) => view! { <pages::Activity/> },
            Route::Changes => view! { <pages::Changes/> },
            Route::Settings => view! { <pages::Settings/> },
        }
    }
    /// The demo, with all that can be done there.
    fn whole_demo(made: Made) -> Later<Rc<dyn Desk>> {
        // It becomes any desk here: who does that has all of its code.
        Box::pin(async { Rc::new(DemoDesk::open(made).await) as Rc<dyn Desk> })
    }
    /// Everything the demo keeps, as the text of a file.
    fn export(of: DemoDesk) -> String {
        of.export()
    }
    /// Saves a list of customers as a file.
    fn save_customers(of: Backend, t: T, filter: CustomerFilter) -> Later<Result<(), Failure>> {
        Box::pin(pages::saved(of, t, filter))
    }
    /// What the desk on the server has beside the first screen's answers.
    fn rest_of(desk: ServerDesk) -> Later<Result<Rc<dyn Rest>, Failure>> {
        Box::pin(Accounts::open(desk))
    }
    /// What went wrong, in a sentence or two.
    fn trouble(t: T, why: Failure) -> Trouble {
        Trouble::of(t, &why)
    }
    /// The reply that a record is.
    fn reply(text: String) -> Result<Reply, Failure> {
        crate::backend::reply(&text)
    }
}

/// Has the rest come, if it is not there yet, and the desk ready for it.
#[cfg_attr(not(feature = "split"), allow(clippy::unused_async, reason = "all is there"))]
async fn bring(backend: Backend) -> Result<(), Failure> {
    #[cfg(feature = "split")]
    bring_rest().await.map_err(NotThere::from)?;
    // A panel may have gone meanwhile.
    let Some(desk) = backend.try_desk() else { return Ok(()) };
    if let Some(whole) = desk.whole().await? {
        backend.become_whole(whole);
    }
    Ok(())
}

/// Tells the start-up script that the first screen has all it needs. A page with a panel has none,
/// and a development build keeps nothing for offline use.
fn tell_shown() {
    #[cfg(feature = "split")]
    if let Ok(shown) = web_sys::Event::new("desk-shown") {
        // Nobody can refuse it.
        let _ = window().dispatch_event(&shown);
    }
}

/// Brings the rest, once the first screen has been painted. If it does not come, it is asked for
/// again when it is used.
pub fn rest(backend: Backend) {
    thread_local! {
        static ASKED: Cell<bool> = const { Cell::new(false) };
    }
    if !ASKED.replace(true) {
        after_frame(async move {
            let _ = bring(backend).await;
            tell_shown();
        });
    }
}

/// Does something after the next frame; in a page that nobody sees, at once.
fn after_frame(what: impl Future<Output = ()> + 'static) {
    let begin = move || spawn_local(what);
    if document().hidden() {
        begin();
    } else {
        request_animation_frame(move || set_timeout(begin, Duration::ZERO));
    }
}

/// A screen other than the first: at once if the rest is there, else as soon as it has come.
pub fn screen(route: Route) -> View {
    let backend = use_backend();
    let (t, came) = (use_texts(), RwSignal::new(None::<Result<(), Trouble>>));
    let failed_before = Cell::new(false);
    live(move || match (shown_at_once(backend, &route), came.get()) {
        (Some(view), _) => view,
        (_, None | Some(Ok(()))) => {
            spawn_local(async move {
                let now = match bring(backend).await {
                    Ok(()) => Ok(()),
                    Err(why) => Err(Trouble::told(t, why).await),
                };
                tell_shown();
                came.try_set(Some(now));
            });
            view! { <Skeleton/> }
        }
        (_, Some(Err(trouble))) => {
            // A file that does not come a second time may be of a build that is gone.
            let is_second = failed_before.replace(true);
            let again = Callback::new(move |()| {
                if is_second {
                    reload();
                } else {
                    came.set(None);
                }
            });
            view! { <Troubled trouble=trouble again=again/> }
        }
    })
}

/// The screen, if nothing need be waited for.
fn shown_at_once(backend: Backend, route: &Route) -> Option<View> {
    at_once(bring(backend))?.ok()?;
    at_once(screen_of(route.clone()))?.ok()
}

/// What need not be waited for.
fn at_once<T>(given: impl Future<Output = T>) -> Option<T> {
    match pin!(given).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}
