//! The icons, drawn here and used by name; always beside a word that says the same.

use crate::view::prelude::*;

/// An icon: its name, the side of its square, what is drawn as a line and what is filled.
type Drawing = (&'static str, &'static str, &'static str, &'static str);

/// Symbols of 16, of which the brand's own has 20, and signs of a status of 12.
#[rustfmt::skip]
const DRAWINGS: &[Drawing] = &[
    ("i-mark", "0 0 20 20", "M5 2h10a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3H5a3 3 0 0 1-3-3V5a3 3 0 0 1 3-3z", "M2 5a3 3 0 0 1 3-3h10a3 3 0 0 1 3 3L5 18a3 3 0 0 1-3-3z"),
    ("i-menu", "0 0 16 16", "M2 4h12M2 8h12M2 12h12", ""),
    ("i-search", "0 0 16 16", "M2.5 7a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0M10.3 10.3l3.7 3.7", ""),
    ("i-chevron", "0 0 16 16", "M4 6l4 4l4-4", ""),
    ("i-plus", "0 0 16 16", "M8 3v10M3 8h10", ""),
    ("i-close", "0 0 16 16", "M4 4l8 8m0-8l-8 8", ""),
    ("i-check", "0 0 16 16", "M3 8.5L6.5 12L13 4.5", ""),
    ("i-info", "0 0 16 16", "M2 8a6 6 0 1 0 12 0a6 6 0 1 0-12 0M8 7.25v3.5M8 5.1v.05", ""),
    ("i-warning", "0 0 16 16", "M8 2.2L14.3 13.5H1.7zM8 6.5v3.2M8 11.6v.05", ""),
    ("i-people", "0 0 16 16", "M3.5 5a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0M1.5 13.5c0-2.5 1.8-4 4.5-4s4.5 1.5 4.5 4M10.5 2.8a2.5 2.5 0 0 1 0 4.4M12 9.9c1.6.5 2.5 1.8 2.5 3.6", ""),
    ("i-tag", "0 0 16 16", "M2.5 3.5a1 1 0 0 1 1-1h4.3a1 1 0 0 1 .7.3l5 5a1 1 0 0 1 0 1.4l-4.3 4.3a1 1 0 0 1-1.4 0l-5-5a1 1 0 0 1-.3-.7zM5.5 5.45v.1", ""),
    ("i-clock", "0 0 16 16", "M2 8a6 6 0 1 0 12 0a6 6 0 1 0-12 0M8 4.5V8l2.5 1.5", ""),
    ("i-sliders", "0 0 16 16", "M2 4.5h6m4 0h2M2 11.5h2m4 0h6M8 4.5a2 2 0 1 0 4 0a2 2 0 1 0-4 0M4 11.5a2 2 0 1 0 4 0a2 2 0 1 0-4 0", ""),
    ("i-sync", "0 0 16 16", "M2.8 7a5.4 5.4 0 0 1 9.9-2M13.2 2v3.2H10M13.2 9a5.4 5.4 0 0 1-9.9 2M2.8 14v-3.2H6", ""),
    ("i-away", "0 0 16 16", "M5 12.5h5.9M13.4 11a2.8 2.8 0 0 0-1.8-4a4 4 0 0 0-4.7-3.3M4.2 6.2a3.2 3.2 0 0 0 .8 6.3M2 2l12 12", ""),
    ("i-download", "0 0 16 16", "M8 2.5v8m-3.5-3.2L8 10.8l3.5-3.5M2.5 13.5h11", ""),
    ("i-user", "0 0 16 16", "M5.2 5.3a2.8 2.8 0 1 0 5.6 0a2.8 2.8 0 1 0-5.6 0M2.8 14c0-2.7 2-4.3 5.2-4.3s5.2 1.6 5.2 4.3", ""),
    ("s-active", "0 0 12 12", "", "M1 6a5 5 0 1 0 10 0a5 5 0 1 0-10 0"),
    ("s-suspended", "0 0 12 12", "M1.6 6a4.4 4.4 0 1 0 8.8 0a4.4 4.4 0 1 0-8.8 0", "M6 1.6a4.4 4.4 0 0 0 0 8.8z"),
    ("s-cancelled", "0 0 12 12", "M1.6 6a4.4 4.4 0 1 0 8.8 0a4.4 4.4 0 1 0-8.8 0", "M6 1.6a4.4 4.4 0 0 1 0 8.8z"),
    ("s-deleted", "0 0 12 12", "M1.6 6a4.4 4.4 0 1 0 8.8 0a4.4 4.4 0 1 0-8.8 0", ""),
    ("s-trial", "0 0 12 12", "M6 .9L11.1 6L6 11.1L.9 6z", ""),
];

/// An icon by its name.
#[component]
pub fn Icon(
    /// Such as `i-plus`.
    name: &'static str,
) -> View {
    let found = DRAWINGS.iter().find(|(of, ..)| *of == name);
    found.map_or(View::Nothing, |(_, square, line, filled)| {
        view! {
            <svg aria-hidden="true" viewBox=*square><path d=*line></path><path class="filled" d=*filled></path></svg>
        }
    })
}
