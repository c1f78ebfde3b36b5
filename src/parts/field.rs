//! A labelled text field with its hint and its error, tied together.

use crate::parts::Icon;
use crate::parts::live::{derived, live};
use crate::view::prelude::*;

/// An error below the field it is about.
#[component]
pub fn ErrorText(
    /// The element's ID, for `aria-describedby`.
    #[prop(into)]
    id: String,
    /// What is wrong; nothing shows while there is none.
    #[prop(into)]
    text: Signal<Option<String>>,
) -> View {
    live(move || {
        let id = id.clone();
        text.get().map(|text| {
            view! { <p class="field-error" id=id><Icon name="i-warning"/>{text}</p> }
        })
    })
}

/// A text field. It holds raw text: what it means is decided on submit, or as it is typed.
#[component]
pub fn Field(
    /// The field's ID; hint and error take theirs from it.
    #[prop(into)]
    id: String,
    /// Its label.
    #[prop(into)]
    label: String,
    /// What is typed.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// What helps to fill it in.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// Whether it takes a number.
    #[prop(optional)]
    numeric: bool,
    /// Whether it cannot be changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Told what a person types; what the screen itself puts in is not told.
    #[prop(optional)]
    typed: Option<Callback<String>>,
    /// What a browser may fill in.
    #[prop(optional, into)]
    autocomplete: Option<&'static str>,
    /// The most characters.
    #[prop(default = 200)]
    longest: u32,
) -> View {
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let (of_hint, of_error) = (hint_id.clone(), error_id.clone());
    let described = derived(move || {
        let mut ids = Vec::new();
        if !hint.read().is_empty() {
            ids.push(&*of_hint);
        }
        if error.read().is_some() {
            ids.push(&*of_error);
        }
        (!ids.is_empty()).then(|| ids.join(" "))
    });
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                class=if numeric { "input input--num" } else { "input" }
                id=id
                inputmode=numeric.then_some("numeric")
                autocomplete=autocomplete.unwrap_or("off")
                maxlength=longest.to_string()
                prop:value=value
                disabled=disabled
                aria-invalid=move || error.read().is_some().then_some("true")
                aria-describedby=described
                on:input=move |event| {
                    let text = event_target_value(&event);
                    value.set(text.clone());
                    if let Some(typed) = typed {
                        typed.run(text);
                    }
                }
            />
            {live(move || {
                let hint = hint.get();
                (!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id.clone()>{hint}</p> })
            })}
            <ErrorText id=error_id text=error/>
        </div>
    }
}
