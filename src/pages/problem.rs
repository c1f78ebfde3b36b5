//! An address without a screen.

use crate::parts::live::effect;
use crate::parts::{HomeLink, Icon};
use crate::stage::use_stage;
use crate::texts::use_texts;
use crate::view::prelude::*;

/// Nothing is at the address.
#[component]
pub fn NotFound(
    /// The path asked for.
    path: String,
) -> View {
    let t = use_texts();
    let stage = use_stage();
    stage.name(t.not_found());
    effect(move || stage.focus_heading());
    view! {
        <div class="empty">
            <Icon name="i-search"/>
            <h1 tabindex="-1">{t.not_found()}</h1>
            <p class="lead">{t.not_found_text(&path)}</p>
            <div class="actions"><HomeLink/></div>
        </div>
    }
}
