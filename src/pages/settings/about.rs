//! What is kept for offline use, and which version and rules are at work.

use super::Setting;
use crate::backend::shelf::LocalShelf;
use crate::backend::use_backend;
use crate::format::number;
use crate::parts::fetched::Doing;
use crate::parts::live::derived;
use crate::parts::{ErrorText, use_toasts};
use crate::texts::{T, use_texts};
use crate::view::prelude::*;
use crate::words;
use js_sys::{Function, Promise, Reflect};
use subscription_rules::{DIGEST, Policy, VERSION};
use subscription_usecases::Shelf;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Where the start-up script remembers that nothing is to be kept for offline use.
const OFFLINE: &str = "subscription-desk.offline";

/// A function that the start-up script offers, if this browser can do what it does.
fn offered(name: &str) -> Option<Function> {
    Reflect::get(&window(), &JsValue::from_str(name)).ok()?.dyn_into().ok()
}

async fn call(name: &str) -> Result<(), String> {
    let told = |error: JsValue| format!("{error:?}");
    let function = offered(name).ok_or_else(String::new)?;
    let promise: Promise = function.call0(&window()).map_err(told)?.dyn_into().map_err(told)?;
    JsFuture::from(promise).await.map(drop).map_err(told)
}

/// "Offline copy".
#[component]
pub fn OfflineCopy() -> View {
    let t = use_texts();
    let toasts = use_toasts();
    let is_kept = RwSignal::new(LocalShelf.get(OFFLINE).as_deref() != Some("off"));
    let error = RwSignal::new(None::<String>);
    let doing = Doing::nothing();
    let turn = move |keep: bool| {
        doing.run(async move {
            error.set(None);
            let done = call(if keep { "deskKeepOffline" } else { "deskRemoveOffline" }).await;
            match done {
                Ok(()) => {
                    is_kept.set(keep);
                    let said =
                        if keep { t.more_settings_kept() } else { t.more_settings_removed() };
                    toasts.say(said);
                }
                Err(why) => error.set(Some(t.more_settings_offline_failed(&why))),
            }
        });
    };
    let text =
        derived(
            move || {
                if is_kept.get() { t.more_settings_remove() } else { t.more_settings_keep_copy() }
            },
        );
    let control = if offered("deskRemoveOffline").is_some() {
        view! {
            <div class="actions">
                <button
                    class="btn"
                    type="button"
                    aria-disabled=move || doing.is_pending().then_some("true")
                    on:click=move |_| turn(!is_kept.get_untracked())
                >
                    {text}
                </button>
            </div>
            <div role="alert"><ErrorText id="offline-error" text=error/></div>
        }
    } else {
        view! { <p class="hint">{t.more_settings_no_offline()}</p> }
    };
    view! {
        <Setting id="offline" title=t.more_settings_offline() hint=t.more_settings_offline_hint()>
            {control}
        </Setting>
    }
}

/// The window to reactivate, in words.
fn policy(t: T, policy: &Policy) -> String {
    let retention = policy.retention;
    let (base, longest) = (number(t, retention.base_days), number(t, retention.longest_days));
    if base == longest {
        t.more_settings_window_of(&base)
    } else {
        t.more_settings_window_between(&base, &longest)
    }
}

/// Characters that the site keeps in this browser.
fn storage_used() -> usize {
    let kept = |name: &String| LocalShelf.get(name).map_or(0, |text| text.chars().count());
    LocalShelf.names().iter().map(|name| name.chars().count() + kept(name)).sum()
}

/// "About".
#[component]
pub fn About() -> View {
    let t = use_texts();
    let backend = use_backend();
    let rules = derived(move || {
        backend.version().track();
        t.more_settings_rules_of(words::cloud(t, backend.settings().cloud), VERSION)
    });
    let window = derived(move || {
        backend.version().track();
        policy(t, &backend.caller().policy)
    });
    let storage = derived(move || {
        backend.version().track();
        t.more_settings_storage_used(&number(t, storage_used().div_ceil(1000) as u64))
    });
    // What the server keeps is not in this browser.
    let kept_here = backend.demo().map(|_| {
        view! { <dt>{t.more_settings_storage()}</dt><dd>{storage}</dd> }
    });
    view! {
        <Setting id="about" title=t.more_settings_about() hint=t.more_settings_about_hint()>
            <dl class="facts">
                <dt>{t.more_settings_version()}</dt>
                <dd>{env!("CARGO_PKG_VERSION")}</dd>
                <dt>{t.more_settings_rules()}</dt>
                <dd>{rules}</dd>
                <dt>{t.more_settings_policy()}</dt>
                <dd>{window}</dd>
                <dt>{t.more_settings_digest()}</dt>
                <dd><code>{DIGEST}</code></dd>
                {kept_here}
            </dl>
        </Setting>
    }
}
