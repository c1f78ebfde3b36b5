//! The frame of every screen: top bar, navigation, messages.

use crate::backend::{Alerts, Backend, SignIn, use_backend};
use crate::format::date;
use crate::history::{A, use_router};
use crate::parts::live::{derived, effect, live, memo};
use crate::parts::{Icon, Toasts};
use crate::route::{ActivityFilter, CustomerFilter, OfferFilter, Route};
use crate::texts::use_texts;
use crate::view::ev;
use crate::view::prelude::*;
use crate::words;
use leptos::html;
use subscription_rules::Cloud;
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
    let chosen = move |event: ev::Event| {
        let value = event_target_value(&event);
        let to = Cloud::OFFERED.into_iter().find(|cloud| format!("{cloud:?}") == value);
        if let Some(cloud) = to {
            // Customers of another cloud are others: back to the list of them.
            router.leave_for(Route::home());
            backend
                .set_settings(crate::backend::settings::Settings { cloud, ..backend.settings() });
        }
    };
    let options = Cloud::OFFERED.map(|each| {
        // On the option, since a select takes no value before its options are there.
        let chosen = move || cloud.get() == each;
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
            <Who/>
        </header>
    }
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
    let backend = use_backend();
    match backend {
        Backend::Demo(_) => view! { <DemoWho/> },
        Backend::Server(_) => view! { <SignedIn/> },
    }
}

/// Who is signed in on the server.
#[component]
fn SignedIn() -> View {
    let t = use_texts();
    let backend = use_backend();
    let roles = derived(move || {
        backend.version().track();
        let roles = backend.caller().roles;
        roles.iter().map(|role| words::role(t, role)).collect::<Vec<_>>().join(", ")
    });
    let who = derived(move || {
        backend.version().track();
        let caller = backend.caller();
        t.signed_in_as(&caller.partner.name, &caller.user)
    });
    let settings = Signal::stored(Route::Settings);
    let ends = (backend.sign_in() == SignIn::Provider).then(|| {
        let leave = |_| wasm_bindgen_futures::spawn_local(crate::backend::sign_out());
        view! { <button type="button" on:click=leave>{t.sign_out()}</button> }
    });
    view! {
        <button class="btn btn--quiet who" type="button" popovertarget="who">
            <Icon name="i-user"/>
            <span>{roles}</span>
            <Icon name="i-chevron"/>
        </button>
        <div class="menu" id="who" popover="auto">
            <p>{who}</p>
            <A to=settings>
                {t.language()}<span class="quiet">{crate::texts::name_of(&t.language)}</span>
            </A>
            {ends}
        </div>
    }
}

/// Who one is in the demo.
#[component]
fn DemoWho() -> View {
    let t = use_texts();
    let backend = use_backend();
    let role = move || words::role(t, backend.settings().role);
    let day = derived(move || date(t, backend.settings().today()));
    let settings = Signal::stored(Route::Settings);
    view! {
        <button class="btn btn--quiet who" type="button" popovertarget="who">
            <Icon name="i-user"/>
            <span>{move || t.demo_as(role())}</span>
            <Icon name="i-chevron"/>
        </button>
        <div class="menu" id="who" popover="auto">
            <p>{t.demo_kept()}</p>
            <A to=settings>{t.role()}<span class="quiet">{role}</span></A>
            <A to=settings>{t.demo_clock()}<span class="quiet">{day}</span></A>
            <A to=settings>
                {t.language()}<span class="quiet">{crate::texts::name_of(&t.language)}</span>
            </A>
        </div>
    }
}

#[component]
fn Navigation() -> View {
    let t = use_texts();
    let router = use_router();
    let nav = NodeRef::<html::Nav>::new();
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
                        Route::Offers(_) | Route::Activity(_) | Route::Settings | Route::NotFound(_)
                    )
                })}
                {to(Route::Offers(OfferFilter::default()), "i-tag", t.offers(), |here| {
                    matches!(here, Route::Offers(_))
                })}
                {to(Route::Activity(ActivityFilter::default()), "i-clock", t.activity(), |here| {
                    matches!(here, Route::Activity(_))
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

/// What a person should know: data that are not kept, another tab that writes, a newer build.
#[component]
fn Banners() -> View {
    let t = use_texts();
    let backend = use_backend();
    let ready = js_sys::Reflect::get(&window(), &"deskUpdateReady".into());
    let update = RwSignal::new(ready.is_ok_and(|ready| ready.is_truthy()));
    let told = window_event_listener(ev::Custom::<ev::CustomEvent>::new("desk-update-ready"), {
        move |_| update.set(true)
    });
    on_cleanup(move || told.remove());
    let damaged_seen = RwSignal::new(false);
    let banners = move || {
        let Alerts { unsaved, damaged, follows } = backend.alerts();
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
                                let text = demo.export();
                                crate::download::file("subscription-desk.demo", "text/plain", &text);
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
        let any = unsaved.is_some() || damaged.is_some() || follows.is_some() || update.is_some();
        any.then(|| {
            view! {
                <div class="banners" role="region" aria-label=t.messages()>
                    {unsaved}{damaged}{follows}{update}
                </div>
            }
        })
    };
    live(banners)
}
