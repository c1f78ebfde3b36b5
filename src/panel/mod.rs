//! The desk as a panel inside a page that is not ours: the same screens of a customer's
//! subscriptions, with a history of their own, in a place that the page's script gives
//! (`public/embed.js`). Nothing outside that place is touched.

mod desks;
mod history;
pub mod host;
mod shared;
mod told;

use crate::app::{LeaveDialog, route_shown};
use crate::backend::{Backend, Desk};
use crate::history::{History, Router};
use crate::json;
use crate::pages;
use crate::parts::live::{derived, effect, live, memo};
use crate::parts::{Failed, Icon, Skeleton, Toasting, Toasts};
use crate::route::Route;
use crate::stage::Stage;
use crate::texts::{T, Texts};
use crate::view::prelude::*;
use crate::view::{Mounted, mount};
use crate::wait::spawn_local;
use desks::{HostedDesk, MemoryDesk, RemoteDesk};
use history::{Move, PrivateHistory};
use host::Host;
use leptos::prelude::Owner;
use serde::{Deserialize, Serialize};
use shared::Shared;
use std::cell::Cell;
use std::rc::Rc;
use subscription_rules::CustomerId;
use subscription_usecases::Failure;
use told::Wrong;
use web_sys::Element;

/// What the element knows when a panel is made. Its attributes are text that anybody wrote.
#[derive(Deserialize)]
pub struct Options {
    /// The server's base address, without a slash at its end; none: made-up customers in memory.
    api: Option<String>,
    /// Where the desk's own page is, for links that are opened in another tab.
    origin: String,
    /// The only customer to show.
    customer: Option<String>,
    /// Where to begin, as an address of ours.
    address: String,
    /// Whether nothing may be changed.
    readonly: bool,
    /// The language's code.
    locale: String,
    /// The language's texts.
    texts: String,
    /// What is sold.
    catalogue: String,
    /// What it costs.
    prices: String,
}

impl Options {
    /// Takes in what the element wrote as JSON.
    pub fn read(written: &str) -> Option<Self> {
        json::read(written)
    }
}

/// `desk-ready`.
#[derive(Serialize)]
struct Ready {
    rules: &'static str,
    locale: String,
}

/// A panel on the page. It goes when this is dropped.
pub struct Panel {
    wanted: RwSignal<T>,
    router: Router,
    history: Rc<PrivateHistory>,
    is_readonly: Rc<Cell<bool>>,
    shared: Shared,
    again: Trigger,
    _mounted: Mounted,
}

/// A customer's ID out of an attribute; what cannot be one is a customer that does not exist.
fn only(customer: Option<&str>) -> Option<CustomerId> {
    let named = customer.map(str::trim).filter(|customer| !customer.is_empty())?;
    CustomerId::parse(named).or_else(|_| CustomerId::parse("unknown")).ok()
}

impl Panel {
    /// Shows a panel in an element.
    pub fn show(root: &Element, host: Host, options: Options) -> Result<Self, String> {
        let Options { api, origin, customer, address, readonly, locale, .. } = options;
        let shared = Shared::with(&options.catalogue, &options.prices)?;
        let texts = Texts::read(&locale, &options.texts)?;
        let is_readonly = Rc::new(Cell::new(readonly));
        let mut parts = None;
        let within = (shared.clone(), Rc::clone(&is_readonly));
        let place = root.clone();
        let mounted = mount(root, || {
            let stage = Stage::panel(place);
            let first = Route::parse(&address);
            let history = PrivateHistory::new(host.clone(), stage, origin, first.clone());
            history.show_only(only(customer.as_deref()));
            let history = Rc::new(history);
            let router = Router::over(Rc::clone(&history) as Rc<dyn History>, first);
            // Screens are built anew in another language, so it waits while something is unsaved.
            let (texts, wanted) = (RwSignal::new(texts), RwSignal::new(texts));
            effect(move || {
                let wanted = wanted.get();
                if !router.unsaved().get() && !std::ptr::eq(texts.get_untracked(), wanted) {
                    texts.set(wanted);
                }
            });
            provide_context(stage);
            provide_context(texts);
            provide_context(router);
            provide_context(Toasting::start());
            let (shared, is_readonly) = within;
            let again = Trigger::new();
            let opening = Opening { api, host, shared, is_readonly, texts, again };
            parts = Some((wanted, router, history, again));
            view! { <Frame opening=opening/> }
        });
        let (wanted, router, history, again) = parts.ok_or("nothing was shown")?;
        Ok(Self { wanted, router, history, is_readonly, shared, again, _mounted: mounted })
    }

    /// Shows it in another language, once nothing is unsaved.
    pub fn set_texts(&self, locale: &str, texts: &str) -> Result<(), String> {
        self.wanted.set(Texts::read(locale, texts)?);
        Ok(())
    }

    /// From now on nothing may be changed, or what the person's roles allow.
    pub fn set_readonly(&self, readonly: bool) {
        self.is_readonly.set(readonly);
        self.shared.changed();
    }

    /// Shows another customer, or all, at an address.
    pub fn send_to(&self, customer: Option<&str>, address: &str) {
        let (only, to) = (only(customer), Route::parse(address));
        let here = self.router.route().get_untracked();
        if here == to {
            if self.history.only() != only && !self.router.is_unsaved() {
                self.history.show_only(only);
                // What leads elsewhere is another now.
                self.again.notify();
            }
        } else if self.router.asks_before(&to) {
            self.history.waits_for(to, Move::Sent(only));
            // The page thinks that the panel is there already.
            self.history.tell(&here, false);
        } else {
            self.history.show_only(only);
            self.history.sent_to(to.clone());
            self.router.moved(to);
        }
    }

    /// Goes back one place; tells whether there was one.
    pub fn back(&self) -> bool {
        let Some(to) = self.history.before() else { return false };
        if self.router.asks_before(&to) {
            self.history.waits_for(to, Move::Back);
        } else {
            self.history.went_back();
            self.router.moved(to.clone());
            self.history.tell(&to, false);
        }
        true
    }

    /// Whether there is a place to go back to.
    pub fn can_go_back(&self) -> bool {
        self.history.before().is_some()
    }

    /// Where it is.
    pub fn address(&self) -> String {
        self.router.route().with_untracked(Route::print)
    }

    /// Whether something typed is not submitted yet.
    pub fn is_unsaved(&self) -> bool {
        self.router.is_unsaved()
    }
}

/// What a panel is opened with, again after it failed.
#[derive(Clone)]
struct Opening {
    api: Option<String>,
    host: Host,
    shared: Shared,
    is_readonly: Rc<Cell<bool>>,
    texts: RwSignal<T>,
    /// Shows the screen anew.
    again: Trigger,
}

impl Opening {
    async fn desk(&self) -> Result<Rc<dyn Desk>, Failure> {
        let shared = self.shared.clone();
        Ok(match &self.api {
            None => Rc::new(MemoryDesk(shared)),
            Some(base) => Rc::new(RemoteDesk::open(shared, base.clone(), self.host.clone()).await?),
        })
    }

    /// Opens it; the page hears that it is there, or why not.
    async fn open(self) -> Result<Rc<dyn Desk>, Failure> {
        let opened = self.desk().await;
        match &opened {
            Ok(_) => {
                let locale = self.texts.try_get_untracked().map_or("", |t| &t.language).to_owned();
                let rules = subscription_rules::VERSION;
                self.host.hears("desk-ready", &Ready { rules, locale });
            }
            Err(why) => self.host.hears("desk-error", &Wrong::of(why)),
        }
        let (host, is_readonly) = (self.host.clone(), Rc::clone(&self.is_readonly));
        let texts = self.texts;
        opened.map(|inner| Rc::new(HostedDesk { inner, host, is_readonly, texts }) as Rc<dyn Desk>)
    }
}

/// What the panel is, until there is something to ask and from then on.
#[derive(Clone)]
enum Opened {
    Not,
    Yes(Backend),
    Failed(Failure),
}

/// The frame of every screen of a panel: the screen and its messages, no bar and no navigation,
/// which are the page's.
#[component]
fn Frame(opening: Opening) -> View {
    let texts = opening.texts;
    let opened = RwSignal::new(Opened::Not);
    let again = opening.again;
    let opening = StoredValue::new_local(opening);
    let owner = StoredValue::new(Owner::current());
    let looks_only = opening.with_value(|opening| {
        let (version, is_readonly) = (opening.shared.version(), Rc::clone(&opening.is_readonly));
        memo_of(version, is_readonly)
    });
    let open = move || {
        opened.set(Opened::Not);
        spawn_local(async move {
            let Some(opening) = opening.try_get_value() else { return };
            let got = opening.open().await;
            // The panel may have gone meanwhile; then nobody keeps what was opened.
            let Some(Some(owner)) = owner.try_get_value() else { return };
            opened.try_set(match got {
                Ok(desk) => Opened::Yes(owner.with(|| Backend::over(desk))),
                Err(why) => Opened::Failed(why),
            });
        });
    };
    open();
    live(move || {
        let language = texts.get().language.clone();
        let inside = live(move || {
            again.track();
            match opened.get() {
                Opened::Not => view! { <Skeleton/> },
                Opened::Yes(backend) => {
                    provide_context(backend);
                    view! { <Screen/> }
                }
                Opened::Failed(why) => {
                    view! { <Failed why=why again=Callback::new(move |()| open())/> }
                }
            }
        });
        let note = live(move || {
            looks_only.get().then(|| {
                let t = texts.get_untracked();
                view! { <p class="note"><Icon name="i-info"/>{t.refusal_view_only()}</p> }
            })
        });
        let class = derived(move || {
            if looks_only.get() { "shell shell--panel shell--looks" } else { "shell shell--panel" }
        });
        view! {
            <div class=class lang=language>
                <div class="main" part="main">{note}{inside}</div>
            </div>
            <Toasts/>
            <LeaveDialog/>
        }
    })
}

/// Whether nothing may be changed, by a count that goes up when that does.
fn memo_of(version: ReadSignal<u32>, is_readonly: Rc<Cell<bool>>) -> Memo<bool> {
    let is_readonly = StoredValue::new_local(is_readonly);
    memo(move || {
        version.track();
        is_readonly.with_value(|is| is.get())
    })
}

/// The screen of the place.
#[component]
fn Screen() -> View {
    let screen = route_shown();
    let router = crate::history::use_router();
    live(move || match screen.get() {
        route if !router.shows(&route) => view! { <pages::NotFound path=route.print()/> },
        Route::Customers(_) => view! { <pages::Customers/> },
        Route::Customer(id, _) => view! { <pages::Customer id=id/> },
        Route::NewSubscription(id, _) => view! { <pages::NewSubscription customer=id/> },
        Route::Subscription(customer, id) => {
            view! { <pages::Subscription customer=customer id=id/> }
        }
        route => view! { <pages::NotFound path=route.print()/> },
    })
}
