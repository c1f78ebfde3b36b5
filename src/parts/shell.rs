//! The frame of every screen: top bar, navigation, messages.

use crate::backend::{Alerts, DemoDesk, SignIn, use_backend};
use crate::format::date;
use crate::history::{A, use_router};
use crate::parts::live::{derived, effect, live, memo};
use crate::parts::{Icon, SignInLink, Toasts};
use crate::route::{ActivityFilter, CustomerFilter, OfferFilter, Route};
use crate::texts::use_texts;
use crate::view::ev;
use crate::view::prelude::*;
use crate::wait::spawn_local;
use crate::words;
use crate::{download, later};
use leptos::html;
use subscription_rules::Cloud;
use subscription_sync::Pause;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

/// The frame around a screen.
#[component]
pub fn Shell(children: Children) -> View {
    let t = use_texts();
    view! {
        <a class="skip btn" href="#main">{t.skip()}</a>
        <div class="shell">
            <TopBar/>
            <Navigation/>
            <Banners/>
            <main class="main" id="main">{children()}</main>
        </div>
        <Toasts/>
    }
}

#[component]
fn TopBar() -> View {
    let t = use_texts();
    let router = use_router();
    let backend = use_backend();
    let fixed = backend.sign_in() == SignIn::Provider;
    let cloud = memo(move || backend.settings().cloud);
    let asked = Trigger::new();
    let chosen = move |event: ev::Event| {
        let value = event_target_value(&event);
        let to = Cloud::OFFERED.into_iter().find(|cloud| format!("{cloud:?}") == value);
        if router.asks_before(&Route::home()) {
            // Whoever stays has the cloud that was there.
            asked.notify();
        } else if let Some(cloud) = to {
            // Customers of another cloud are others: back to the list of them.
            router.leave_for(Route::home());
            backend
                .set_settings(crate::backend::settings::Settings { cloud, ..backend.settings() });
        }
    };
    let options = Cloud::OFFERED.map(|each| {
        // On the option, since a select takes no value before its options are there.
        let chosen = move || {
            asked.track();
            cloud.get() == each
        };
        view! {
            <option value=format!("{each:?}") prop:selected=chosen>{words::cloud(t, each)}</option>
        }
    });
    view! {
        <header class="topbar">
            <button
                class="btn btn--quiet btn--icon nav-toggle"
                type="button"
                popovertarget="nav"
                aria-label=t.dashboard()
            >
                <Icon name="i-menu"/>
            </button>
            <A to=Signal::stored(Route::home()) class="mark">
                <Icon name="i-mark"/><span>"Subscription Desk"</span>
            </A>
            <label class="sr" for="cloud">{t.cloud()}</label>
            <select
                class="input"
                id="cloud"
                disabled=fixed.then_some("")
                on:change=chosen
            >
                {options.collect_view()}
            </select>
            <SearchBox/>
            <Standing/>
            <Who/>
        </header>
    }
}

/// How it stands with the server, and how many changes wait; it leads to them.
#[component]
fn Standing() -> View {
    let t = use_texts();
    let backend = use_backend();
    let counts = memo(move || backend.waiting().map(|outgoing| outgoing.counts()));
    let text = derived(move || {
        let (waiting, needing) = counts.get().unwrap_or_default();
        let is_away = backend.link().is_some_and(|link| link.is_away);
        let mut parts = vec![if is_away { t.link_offline() } else { t.link_online() }.to_owned()];
        if needing > 0 {
            parts.push(t.link_needs(needing as u64));
        }
        if waiting > 0 {
            parts.push(t.link_waiting(waiting as u64));
        }
        parts.join(" · ")
    });
    let is_away = memo(move || backend.link().is_some_and(|link| link.is_away));
    let needs = memo(move || counts.get().is_some_and(|(_, needing)| needing > 0));
    let is_there = memo(move || backend.link().is_some());
    // Where there is no room for words.
    let open = memo(move || counts.get().map_or(0, |(waiting, needing)| waiting + needing));
    let number =
        |open: usize| (open > 0).then(|| view! { <b aria-hidden="true">{open.to_string()}</b> });
    let to = Signal::stored(Route::Changes);
    let class = derived(move || {
        if needs.get() || is_away.get() { "standing standing--warning" } else { "standing" }
    });
    live(move || {
        is_there.get().then(|| {
            let icon = live(move || {
                let name = if is_away.get() { "i-away" } else { "i-sync" };
                view! { <Icon name=name/> }
            });
            view! {
                <div class=class>
                    <A to=to class="btn btn--quiet">
                        {icon}<span>{text}</span>{live(move || number(open.get()))}
                    </A>
                    <span class="sr" role="status">{text}</span>
                </div>
            }
        })
    })
}

/// The key that leads to the search box.
const SEARCH_KEY: &str = "/";

/// Finds a customer from anywhere; [`SEARCH_KEY`] leads to it.
#[component]
fn SearchBox() -> View {
    let t = use_texts();
    let router = use_router();
    let input = NodeRef::<html::Input>::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let search = input.get().map(|input| input.value()).unwrap_or_default();
        let filter = CustomerFilter { search, ..CustomerFilter::default() };
        router.go(Route::Customers(filter));
    };
    let slash = window_event_listener(ev::keydown, move |event| {
        let typing = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let typing = typing.is_some_and(|element| {
            element.closest("input, textarea, select, dialog").ok().flatten().is_some()
        });
        if event.key() == SEARCH_KEY && !typing && !event.ctrl_key() && !event.meta_key() {
            event.prevent_default();
            if let Some(input) = input.get() {
                let _ = input.focus();
                input.select();
            }
        }
    });
    on_cleanup(move || slash.remove());
    view! {
        <form class="search" role="search" aria-label=t.customers() on:submit=submit>
            <Icon name="i-search"/>
            <input
                class="input"
                type="search"
                node_ref=input
                placeholder=t.search_customers()
                aria-label=t.search_customers()
                aria-keyshortcuts=SEARCH_KEY
            />
            <kbd aria-hidden="true">{SEARCH_KEY}</kbd>
        </form>
    }
}

/// Who one is, with the ways to change it.
#[component]
fn Who() -> View {
    let t = use_texts();
    let backend = use_backend();
    let is_demo = backend.is_demo();
    let caller = move || {
        backend.version().track();
        backend.caller()
    };
    let roles = move || {
        let names = caller().roles.iter().map(|role| words::role(t, role)).collect::<Vec<_>>();
        names.join(", ")
    };
    let name = derived(move || if is_demo { t.demo_as(&roles()) } else { roles() });
    let whose = derived(move || {
        let caller = caller();
        if is_demo {
            t.demo_kept().into()
        } else {
            t.signed_in_as(&caller.partner.name, &caller.user)
        }
    });
    let settings = Signal::stored(Route::Settings);
    let line = move |name: &'static str, value: Signal<String>| {
        view! { <A to=settings>{name}<span class="quiet">{value}</span></A> }
    };
    let clock =
        is_demo.then(|| line(t.demo_clock(), derived(move || date(t, backend.settings().today()))));
    let is_chosen = backend.sign_in() == SignIn::Role;
    let role = is_chosen.then(|| line(t.role(), derived(roles)));
    let ends = (!is_chosen).then(|| {
        let leave = |_| spawn_local(leave());
        let stays = live(move || {
            let (waiting, needing) = backend.waiting().map(|all| all.counts()).unwrap_or_default();
            let open = waiting + needing;
            (open > 0).then(|| view! { <p>{t.queue_stays(open as u64)}</p> })
        });
        view! { {stays}<button type="button" on:click=leave>{t.sign_out()}</button> }
    });
    view! {
        <button class="btn btn--quiet who" type="button" popovertarget="who">
            <Icon name="i-user"/>
            <span>{name}</span>
            <Icon name="i-chevron"/>
        </button>
        <div class="menu" id="who" popover="auto">
            <p>{whose}</p>
            {role}
            {clock}
            {line(t.language(), Signal::stored(crate::texts::name_of(&t.language).to_owned()))}
            {ends}
        </div>
    }
}

#[component]
fn Navigation() -> View {
    let t = use_texts();
    let router = use_router();
    let nav = NodeRef::<html::Nav>::new();
    // Whether there is a server does not change while the page lives.
    let is_connected = untrack(move || use_backend().link().is_some());
    // On a small screen it is a drawer, which closes once it has led somewhere.
    effect(move || {
        router.route().track();
        for id in ["nav", "who"] {
            if let Some(popover) = document().get_element_by_id(id) {
                let open = popover.matches(":popover-open").unwrap_or(false);
                let hide = js_sys::Reflect::get(&popover, &"hidePopover".into()).ok();
                if let Some(hide) = hide.and_then(|hide| hide.dyn_into::<js_sys::Function>().ok())
                    && open
                {
                    let _ = hide.call0(&popover);
                }
            }
        }
    });
    let to = |route: Route, icon: &'static str, text: &'static str, same: fn(&Route) -> bool| {
        let here = derived(move || router.route().with(same).then_some("page"));
        let address = route.print();
        let go = move |event: ev::MouseEvent| {
            if event.button() == 0 && !event.ctrl_key() && !event.meta_key() && !event.shift_key() {
                event.prevent_default();
                router.go(route.clone());
            }
        };
        view! { <li><a href=address aria-current=here on:click=go><Icon name=icon/>{text}</a></li> }
    };
    view! {
        <nav class="nav" id="nav" popover="auto" aria-labelledby="nav-label" node_ref=nav>
            <p id="nav-label">{t.dashboard()}</p>
            <ul>
                {to(Route::home(), "i-people", t.customers(), |here| {
                    !matches!(
                        here,
                        Route::Offers(_)
                            | Route::Activity(_)
                            | Route::Changes
                            | Route::Settings
                            | Route::NotFound(_)
                    )
                })}
                {to(Route::Offers(OfferFilter::default()), "i-tag", t.offers(), |here| {
                    matches!(here, Route::Offers(_))
                })}
                {to(Route::Activity(ActivityFilter::default()), "i-clock", t.activity(), |here| {
                    matches!(here, Route::Activity(_))
                })}
                {is_connected.then(|| {
                    to(Route::Changes, "i-sync", t.queue(), |here| matches!(here, Route::Changes))
                })}
                {to(Route::Settings, "i-sliders", t.settings(), |here| {
                    matches!(here, Route::Settings)
                })}
            </ul>
        </nav>
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = window, js_name = deskUpdate, catch)]
    fn desk_update() -> Result<(), JsValue>;
}

/// Whether a newer build is kept and waits for the person's word.
fn is_update_ready() -> bool {
    let ready = js_sys::Reflect::get(&window(), &"deskUpdateReady".into());
    ready.is_ok_and(|ready| ready.is_truthy())
}

/// Loads the page again, with the newer build if one waits.
pub fn reload() {
    if !is_update_ready() || desk_update().is_err() {
        let _ = window().location().reload();
    }
}

/// Saves what the demo has as a file. The part for it is there: the desk is of it.
async fn save(demo: DemoDesk) {
    if let Ok(text) = later::export(demo).await {
        download::file("subscription-desk.demo", "text/plain", &text);
    }
}

/// Ends the sign-in. The part for it is there: the desk is of it.
async fn leave() {
    if let Ok(left) = later::sign_out().await {
        left.await;
    }
}

/// What a person can do about changes that are not sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WayOut {
    Changes,
    SignIn,
    Reload,
}

/// What a person should know: data that are not kept, another tab that writes, a newer build.
#[component]
fn Banners() -> View {
    let t = use_texts();
    let backend = use_backend();
    let update = RwSignal::new(is_update_ready());
    let told = window_event_listener(ev::Custom::<ev::CustomEvent>::new("desk-update-ready"), {
        move |_| update.set(true)
    });
    on_cleanup(move || told.remove());
    let damaged_seen = RwSignal::new(false);
    let router = use_router();
    let changes = memo(move || {
        router.route().track();
        let outgoing = backend.waiting()?;
        let (waiting, needing) = outgoing.counts();
        match (outgoing.pause(), waiting, needing, outgoing.unread()) {
            (Some(Pause::SignedOut), 1.., ..) => {
                Some((t.queue_signed_out(waiting as u64), WayOut::SignIn))
            }
            (Some(Pause::OtherVersion), 1.., ..) => {
                Some((t.queue_other_version(waiting as u64), WayOut::Reload))
            }
            // The page itself shows them.
            (_, _, 1.., _) if !router.is_here(&Route::Changes) => {
                Some((t.queue_needing(needing as u64), WayOut::Changes))
            }
            (.., unread @ 1..) => Some((t.queue_unread(unread as u64), WayOut::Reload)),
            _ => None,
        }
    });
    let banners = move || {
        let Alerts { unsaved, damaged, follows, seen_at } = backend.alerts();
        let keeps = backend.link().is_some_and(|link| link.keeps);
        let away = |at: &str| if keeps { t.away(at) } else { t.away_reading(at) };
        let away = seen_at.map(|at| {
            view! {
                <div class="banner banner--warning" role="status">
                    <Icon name="i-clock"/>
                    <p>{away(&crate::format::local_time(t, at))}</p>
                    <button class="btn" type="button" on:click=move |_| backend.refresh()>
                        {t.load_again()}
                    </button>
                </div>
            }
        });
        let unsaved = (unsaved > 0).then(|| {
            view! {
                <div class="banner banner--warning">
                    <Icon name="i-warning"/>
                    <p><b>{t.unsaved_title()}</b>" "{t.unsaved_text()}</p>
                    <button
                        class="btn"
                        type="button"
                        on:click=move |_| {
                            if let Some(demo) = backend.demo() {
                                spawn_local(save(demo));
                            }
                        }
                    >
                        {t.export_data()}
                    </button>
                </div>
            }
        });
        let damaged = (damaged > 0 && !damaged_seen.get()).then(|| {
            view! {
                <div class="banner banner--warning">
                    <Icon name="i-warning"/>
                    <p>{t.damaged(damaged as u64)}</p>
                    <button
                        class="btn btn--quiet"
                        type="button"
                        on:click=move |_| damaged_seen.set(true)
                    >
                        {t.dismiss()}
                    </button>
                </div>
            }
        });
        let follows = follows.then(|| {
            view! { <div class="banner"><Icon name="i-info"/><p>{t.follows()}</p></div> }
        });
        let update = update.get().then(|| {
            view! {
                <div class="banner">
                    <Icon name="i-info"/>
                    <p>{t.update_ready()}</p>
                    <button class="btn" type="button" on:click=move |_| { let _ = desk_update(); }>
                        {t.reload()}
                    </button>
                    <button class="btn btn--quiet" type="button" on:click=move |_| update.set(false)>
                        {t.later()}
                    </button>
                </div>
            }
        });
        let changes = changes.get().map(|(text, way_out)| {
            let way_out = match way_out {
                WayOut::Changes => {
                    view! { <A to=Signal::stored(Route::Changes) class="btn">{t.link_show()}</A> }
                }
                WayOut::SignIn => view! { <SignInLink/> },
                WayOut::Reload => {
                    view! { <button class="btn" type="button" on:click=move |_| reload()>{t.reload()}</button> }
                }
            };
            view! {
                <div class="banner banner--warning" role="status">
                    <Icon name="i-sync"/><p>{text}</p>{way_out}
                </div>
            }
        });
        let any = away.is_some()
            || changes.is_some()
            || unsaved.is_some()
            || damaged.is_some()
            || follows.is_some()
            || update.is_some();
        any.then(|| {
            view! {
                <div class="banners" role="region" aria-label=t.messages()>
                    {away}{changes}{unsaved}{damaged}{follows}{update}
                </div>
            }
        })
    };
    live(banners)
}
