//! "Settings": language, cloud, the role one acts in, the demo's clock, size and data.

mod about;
mod clock;
mod data;

use crate::backend::settings::{SIZES, Settings as Chosen};
use crate::backend::{Backend, SignIn, use_backend};
use crate::format::number;
use crate::parts::live::memo;
use crate::parts::{ErrorText, Title};
use crate::texts::{self, LANGUAGES, T, use_texts};
use crate::view::prelude::*;
use crate::wait::spawn_local;
use crate::words;
use about::{About, OfflineCopy};
use clock::Clock;
use data::Data;
use subscription_rules::{Cloud, Role, Standing};

/// The screen.
#[component]
pub fn Settings() -> View {
    let t = use_texts();
    let backend = use_backend();
    let tried = (backend.sign_in() == SignIn::Role).then(|| {
        view! { <CloudChoice/><RoleChoice/> }
    });
    let of_the_demo = backend.demo().map(|demo| {
        view! { <StandingChoice/><Clock/><Size/><Data demo=demo/> }
    });
    view! {
        <Title text=t.settings()/>
        <div>
            <Language/>
            {tried}
            {of_the_demo}
            <OfflineCopy/>
            <About/>
        </div>
    }
}

/// One setting: what it is at the start, its control beside it.
#[component]
fn Setting(id: &'static str, title: &'static str, hint: &'static str, children: Children) -> View {
    let heading = format!("{id}-h");
    let named_by = heading.clone();
    view! {
        <section class="setting" id=id aria-labelledby=named_by>
            <div>
                <h2 id=heading>{title}</h2>
                <p class="hint">{hint}</p>
            </div>
            <div>{children()}</div>
        </section>
    }
}

/// A choice from a list; the one in force is told by its value.
fn choice(
    id: &'static str,
    label: View,
    options: Vec<(String, String)>,
    value: Signal<String>,
    chosen: impl Fn(String) + 'static,
) -> View {
    let option = |(of, name): (String, String)| {
        let is = of.clone();
        view! { <option value=of prop:selected=move || *value.read() == is>{name}</option> }
    };
    view! {
        <div class="field">
            {label}
            <select class="input" id=id on:change=move |event| chosen(event_target_value(&event))>
                {options.into_iter().map(option).collect_view()}
            </select>
        </div>
    }
}

/// A label that the heading beside it says already.
fn hidden_label(id: &'static str, text: &'static str) -> View {
    view! { <label class="sr" for=id>{text}</label> }
}

fn label(id: &'static str, text: &'static str) -> View {
    view! { <label for=id>{text}</label> }
}

/// Each value with its name; values are told apart by their `Debug` names.
fn named<V: Copy + std::fmt::Debug>(
    all: &[V],
    name: impl Fn(V) -> String,
) -> Vec<(String, String)> {
    all.iter().map(|value| (format!("{value:?}"), name(*value))).collect()
}

fn find<V: Copy + std::fmt::Debug>(all: &[V], name: &str) -> Option<V> {
    all.iter().find(|value| format!("{value:?}") == name).copied()
}

/// A text that follows the settings.
fn derived(
    backend: Backend,
    read: impl Fn(Chosen) -> String + Send + Sync + 'static,
) -> Signal<String> {
    memo(move || read(backend.settings())).into()
}

/// Shows the language that is in force, after it was chosen or came with a file.
async fn show_language(backend: Backend, screen: RwSignal<T>) -> Result<(), String> {
    let language = untrack(|| backend.settings().language);
    let texts = texts::load(texts::preferred(language)).await?;
    if !std::ptr::eq(screen.get_untracked(), texts) {
        screen.set(texts);
    }
    Ok(())
}

#[component]
fn Language() -> View {
    let t = use_texts();
    let backend = use_backend();
    let screen = expect_context::<RwSignal<T>>();
    let error = RwSignal::new(None);
    let options = LANGUAGES.map(|(code, name)| (code.to_owned(), name.to_owned())).to_vec();
    let chosen = move |code: String| {
        spawn_local(async move {
            match texts::load(texts::preferred(Some(code.clone()))).await {
                Ok(texts) => {
                    let language = Some(code);
                    backend.set_settings(Chosen { language, ..untrack(|| backend.settings()) });
                    screen.set(texts);
                }
                Err(why) => error.set(Some(t.more_settings_language_failed(&why))),
            }
        });
    };
    let value = Signal::stored(t.language.clone());
    view! {
        <Setting id="language" title=t.language() hint=t.more_settings_language_hint()>
            {choice("lang", hidden_label("lang", t.language()), options, value, chosen)}
            <div role="alert"><ErrorText id="lang-error" text=error/></div>
        </Setting>
    }
}

#[component]
fn CloudChoice() -> View {
    let t = use_texts();
    let backend = use_backend();
    let options = named(&Cloud::OFFERED, |cloud| words::cloud(t, cloud).to_owned());
    let chosen = move |name: String| {
        if let Some(cloud) = find(&Cloud::OFFERED, &name) {
            backend.set_settings(Chosen { cloud, ..untrack(|| backend.settings()) });
        }
    };
    let value = derived(backend, |settings| format!("{:?}", settings.cloud));
    view! {
        <Setting id="cloud-setting" title=t.cloud() hint=t.more_settings_cloud_hint()>
            {choice("cloud-2", hidden_label("cloud-2", t.cloud()), options, value, chosen)}
        </Setting>
    }
}

#[component]
fn RoleChoice() -> View {
    let t = use_texts();
    let backend = use_backend();
    let options = named(&Role::ALL, |role| words::role(t, role).to_owned());
    let chosen = move |name: String| {
        if let Some(role) = find(&Role::ALL, &name) {
            backend.set_settings(Chosen { role, ..untrack(|| backend.settings()) });
        }
    };
    let value = derived(backend, |settings| format!("{:?}", settings.role));
    let may = derived(backend, move |settings| {
        match settings.role {
            Role::GlobalAdmin => t.more_settings_global_admin(),
            Role::AdminAgent => t.more_settings_admin_agent(),
            Role::SalesAgent => t.more_settings_sales_agent(),
            Role::HelpdeskAgent => t.more_settings_helpdesk_agent(),
            Role::BillingAdmin => t.more_settings_billing_admin(),
            Role::UserManagementAdmin => t.more_settings_user_management_admin(),
        }
        .into()
    });
    view! {
        <Setting id="role" title=t.role() hint=t.more_settings_role_hint()>
            {choice("role-select", label("role-select", t.more_settings_act_as()), options, value, chosen)}
            <p class="hint" role="status">{may}</p>
        </Setting>
    }
}

/// How the partner's own account stands.
#[component]
fn StandingChoice() -> View {
    const ALL: [Standing; 2] = [Standing::Good, Standing::Blocked];
    let t = use_texts();
    let backend = use_backend();
    let options = named(&ALL, |standing| words::standing(t, standing).to_owned());
    let chosen = move |name: String| {
        if let Some(standing) = find(&ALL, &name) {
            backend.set_settings(Chosen { standing, ..untrack(|| backend.settings()) });
        }
    };
    let value = derived(backend, |settings| format!("{:?}", settings.standing));
    let means = derived(backend, move |settings| {
        match settings.standing {
            Standing::Good => t.more_settings_standing_good(),
            Standing::Blocked => t.more_settings_standing_blocked(),
        }
        .into()
    });
    let named = label("standing-select", t.more_settings_standing());
    view! {
        <Setting id="standing" title=t.more_settings_partner() hint=t.more_settings_partner_hint()>
            {choice("standing-select", named, options, value, chosen)}
            <p class="hint" role="status">{means}</p>
        </Setting>
    }
}

#[component]
fn Size() -> View {
    let t = use_texts();
    let backend = use_backend();
    let options = named(&SIZES, |size| number(t, size));
    let chosen = move |name: String| {
        if let Some(size) = find(&SIZES, &name) {
            backend.set_settings(Chosen { size, ..untrack(|| backend.settings()) });
        }
    };
    let value = derived(backend, |settings| settings.size.to_string());
    view! {
        <Setting id="size" title=t.more_settings_size() hint=t.more_settings_size_hint()>
            {choice("size-select", label("size-select", t.customers()), options, value, chosen)}
        </Setting>
    }
}
