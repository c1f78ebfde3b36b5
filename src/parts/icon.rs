//! An icon of the page's own sprite; always beside a word that says the same.

use crate::view::prelude::*;

/// An icon by its name in `index.html`.
#[component]
pub fn Icon(
    /// The symbol's ID, such as `i-plus`.
    name: &'static str,
) -> View {
    view! { <svg aria-hidden="true"><use href=format!("#{name}")></use></svg> }
}
