//! The frame of a table, its heads and its cells, each made in one place: written out in every
//! view they cost a hundred bytes of the wasm for each.

use crate::view::prelude::*;

/// A column's head, and whether it holds numbers.
pub type Column = (&'static str, bool);

fn class_of(numeric: bool) -> Option<&'static str> {
    numeric.then_some("num")
}

/// A table in its frame; `body` holds all below the heads.
pub fn table(class: &'static str, caption: String, columns: &[Column], body: View) -> View {
    let head = columns.iter().map(|(text, numeric)| {
        view! { <th role="columnheader" scope="col" class=class_of(*numeric)>{*text}</th> }
    });
    let head: Vec<View> = head.collect();
    view! {
        <div class="table-wrap" part="table">
            <table class=class role="table">
                <caption class="sr">{caption}</caption>
                <thead role="rowgroup"><tr role="row">{head}</tr></thead>
                {body}
            </table>
        </div>
    }
}

/// The rows of a table.
pub fn body(rows: Vec<View>) -> View {
    view! { <tbody role="rowgroup">{rows}</tbody> }
}

/// A cell, with the head that a narrow screen shows beside it.
pub fn cell(label: &'static str, inside: impl IntoView) -> View {
    cell_of(label, false, inside.into_view())
}

/// A cell that holds a number.
pub fn number_cell(label: &'static str, inside: impl IntoView) -> View {
    cell_of(label, true, inside.into_view())
}

fn cell_of(label: &'static str, numeric: bool, inside: View) -> View {
    view! { <td role="cell" class=class_of(numeric) data-label=label>{inside}</td> }
}
