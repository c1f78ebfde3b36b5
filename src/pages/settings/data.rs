//! The demo's data as a file: export, import, reset.

use super::{Setting, show_language};
use crate::backend::files::NotImported;
use crate::backend::{DemoDesk, Desk, use_backend};
use crate::download;
use crate::parts::live::{live, memo};
use crate::parts::{Dialog, Icon, use_toasts};
use crate::texts::{T, use_texts};
use crate::view::prelude::*;
use crate::wait::spawn_local;
use leptos::html;
use wasm_bindgen_futures::JsFuture;

/// The name under which the data are handed out.
const FILE: &str = "subscription-desk.demo";

/// The longest file that is read. A browser keeps about five million characters for a site, so
/// nothing that came from here is longer.
const LONGEST: f64 = 20_000_000.0;

/// What waits for the person's word.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Asked {
    /// A file is to take the place of everything.
    Import {
        /// Its name.
        name: String,
        /// What it holds.
        text: String,
    },
    /// Everything is to be forgotten.
    Reset,
}

/// "Data".
#[component]
pub fn Data(
    /// Whose data.
    demo: DemoDesk,
) -> View {
    let t = use_texts();
    let asked = RwSignal::new(None::<Asked>);
    let error = RwSignal::new(None::<String>);
    let input = NodeRef::<html::Input>::new();
    // While another tab writes, this one has no say over the whole.
    let follows = memo(move || demo.alerts().follows);
    let button = move |icon: Option<&'static str>, text: &'static str, act: Callback<()>| {
        view! {
            <button
                class="btn"
                type="button"
                aria-disabled=move || follows.get().then_some("true")
                aria-describedby=move || follows.get().then_some("data-follows")
                on:click=move |_| if !follows.get_untracked() { act.run(()) }
            >
                {icon.map(|name| view! { <Icon name=name/> })}{text}
            </button>
        }
    };
    let export = Callback::new(move |()| download::file(FILE, "text/plain", &demo.export()));
    let choose = Callback::new(move |()| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    });
    let reset = Callback::new(move |()| asked.set(Some(Asked::Reset)));
    view! {
        <Setting id="data" title=t.more_settings_data() hint=t.more_settings_data_hint()>
            <div class="actions">
                {button(Some("i-download"), t.export_data(), export)}
                {button(None, t.more_settings_import(), choose)}
                {button(None, t.more_settings_reset(), reset)}
            </div>
            <input
                type="file"
                hidden
                aria-label=t.more_settings_import()
                node_ref=input
                on:change=move |_| read_chosen(t, input, asked, error)
            />
            {live(move || follows.get().then(|| {
                view! { <p class="hint" id="data-follows">{t.more_settings_follows()}</p> }
            }))}
            <div role="alert">
                {live(move || error.get().map(|text| {
                    view! { <p class="field-error"><Icon name="i-warning"/>{text}</p> }
                }))}
            </div>
        </Setting>
        <Question demo=demo asked=asked error=error/>
    }
}

/// Reads the chosen file and asks whether it is to replace everything.
fn read_chosen(
    t: T,
    input: NodeRef<html::Input>,
    asked: RwSignal<Option<Asked>>,
    error: RwSignal<Option<String>>,
) {
    error.set(None);
    let Some(input) = input.get_untracked() else { return };
    let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
    // So that choosing the same file again is a change again.
    input.set_value("");
    let name = file.name();
    if file.size() > LONGEST {
        error.set(Some(not_imported(t, NotImported::NotOurs, &name)));
        return;
    }
    spawn_local(async move {
        match JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string()) {
            Some(text) => asked.set(Some(Asked::Import { name, text })),
            None => error.set(Some(t.more_settings_unreadable(&name))),
        }
    });
}

fn not_imported(t: T, why: NotImported, file: &str) -> String {
    match why {
        NotImported::NotOurs => t.more_settings_not_ours(file),
        NotImported::OtherVersion => t.more_settings_other_version(file),
        NotImported::Damaged => t.more_settings_damaged(file),
    }
}

/// Asks before everything is replaced or forgotten.
#[component]
fn Question(
    demo: DemoDesk,
    asked: RwSignal<Option<Asked>>,
    error: RwSignal<Option<String>>,
) -> View {
    let t = use_texts();
    let backend = use_backend();
    let toasts = use_toasts();
    let screen = expect_context::<RwSignal<T>>();
    let closed = Callback::new(move |()| asked.set(None));
    let submitted = Callback::new(move |()| {
        error.set(None);
        // Taken out first, so that a second click finds nothing to do.
        let what = asked.try_update(Option::take).flatten();
        match what {
            None => {}
            Some(Asked::Reset) => {
                demo.reset();
                toasts.say(t.more_settings_was_reset());
            }
            Some(Asked::Import { name, text }) => match demo.import(&text) {
                Ok(()) => {
                    toasts.say(t.more_settings_imported(&name));
                    spawn_local(async move {
                        if let Err(why) = show_language(backend, screen).await {
                            error.set(Some(t.more_settings_language_failed(&why)));
                        }
                    });
                }
                Err(why) => error.set(Some(not_imported(t, why, &name))),
            },
        }
    });
    live(move || {
        asked.get().map(|what| {
            let (title, text, act) = match &what {
                Asked::Reset => (
                    t.more_settings_reset_title().to_owned(),
                    t.more_settings_reset_text(),
                    t.more_settings_reset(),
                ),
                Asked::Import { name, .. } => (
                    t.more_settings_import_title(name),
                    t.more_settings_import_text(),
                    t.more_settings_replace(),
                ),
            };
            let actions = move || {
                view! {
                    <button class="btn" type="button" data-first on:click=move |_| closed.run(())>
                        {t.more_settings_keep()}
                    </button>
                    <button class="btn btn--danger" type="submit">{act}</button>
                }
            };
            view! {
                <Dialog
                    title=Signal::stored(title)
                    alert=true
                    closed=closed
                    submitted=submitted
                    actions=actions
                >
                    <p>{text}</p>
                </Dialog>
            }
        })
    })
}
