//! A modal dialog on the browser's own `<dialog>`: it keeps the focus inside and gives it back.

use crate::parts::live::effect;
use crate::view::ev;
use crate::view::prelude::*;
use leptos::html;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// A dialog that is open while it is on the page. Escape and `closed` leave it.
#[component]
pub fn Dialog(
    /// The heading, which names the act.
    #[prop(into)]
    title: Signal<String>,
    /// Whether it interrupts with a question.
    #[prop(optional)]
    alert: bool,
    /// Called when the person leaves it.
    closed: Callback<()>,
    /// Called on its submit button and on Enter.
    submitted: Callback<()>,
    /// What it says.
    children: Children,
    /// Its buttons; the one with type `submit` is the act.
    #[prop(into)]
    actions: Slot,
) -> View {
    let dialog = NodeRef::<html::Dialog>::new();
    effect(move || {
        if let Some(dialog) = dialog.get()
            && !dialog.open()
        {
            // Shown once it is in the page; a browser without it shows the dialog inline.
            let _ = dialog.show_modal();
            // Not `autofocus`, against which a browser protests in a frame.
            let first = dialog.query_selector("[data-first]").ok().flatten();
            if let Some(first) = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()) {
                let _ = first.focus();
            }
        }
    });
    // Closed before it goes: only then does the browser give the focus back.
    on_cleanup(move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    });
    view! {
        <dialog
            node_ref=dialog
            class="dialog"
            part="dialog"
            aria-label=title
            role=alert.then_some("alertdialog")
            on:cancel=move |event: ev::Event| {
                event.prevent_default();
                closed.run(());
            }
        >
            <form
                novalidate
                on:submit=move |event| {
                    event.prevent_default();
                    submitted.run(());
                }
            >
                <h2>{title}</h2>
                <div class="dialog-body">{children()}</div>
                <div class="dialog-actions">{actions.show()}</div>
            </form>
        </dialog>
    }
}
