//! The head of a screen: where one is, what it is about, what can be done.

use crate::history::{A, use_router};
use crate::parts::live::{effect, live};
use crate::route::Route;
use crate::stage::use_stage;
use crate::texts::use_texts;
use crate::view::prelude::*;

/// A step of the path to a screen.
pub struct Crumb(pub String, pub Route);

/// The breadcrumb, the heading with its actions, and the facts below. It names the page in the
/// browser's tab and takes the focus when the screen is new.
#[component]
pub fn Title(
    /// What leads here.
    #[prop(optional)]
    crumbs: Vec<Crumb>,
    /// The heading.
    #[prop(into)]
    text: Signal<String>,
    /// Beside the heading's text.
    #[prop(optional, into)]
    beside: Slot,
    /// The buttons.
    #[prop(optional, into)]
    actions: Slot,
    /// Facts in a line.
    #[prop(optional, into)]
    facts: Signal<Vec<String>>,
) -> View {
    let t = use_texts();
    let (stage, router) = (use_stage(), use_router());
    effect(move || stage.name(&text.read()));
    effect(move || stage.focus_heading());
    let mut crumbs = crumbs;
    crumbs.retain(|Crumb(_, to)| router.shows(to));
    let path = (!crumbs.is_empty()).then(|| {
        let steps = crumbs.into_iter().map(|Crumb(text, to)| {
            view! { <li><A to=Signal::stored(to)>{text}</A></li> }
        });
        view! {
            <nav class="crumbs" aria-label=t.breadcrumb()>
                <ol>{steps.collect_view()}<li aria-current="page">{text}</li></ol>
            </nav>
        }
    });
    let facts = live(move || {
        let facts = facts.get();
        (!facts.is_empty()).then(|| {
            let facts = facts.into_iter().map(|fact| view! { <li>{fact}</li> });
            view! { <ul class="facts--line">{facts.collect_view()}</ul> }
        })
    });
    view! {
        <div class="title" part="title">
            {path}
            <h1 tabindex="-1">{text}{beside.show()}</h1>
            <div class="actions">{actions.show()}</div>
            {facts}
        </div>
    }
}
