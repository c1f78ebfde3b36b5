//! Files a person takes along: CSV and exports, made in the browser.

use js_sys::Array;
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// An address under which the browser holds the text for as long as the page lives.
pub fn address(kind: &str, text: &str) -> Option<String> {
    let bag = BlobPropertyBag::new();
    bag.set_type(kind);
    let parts = Array::of1(&JsValue::from_str(text));
    let blob = Blob::new_with_str_sequence_and_options(&parts, &bag).ok()?;
    Url::create_object_url_with_blob(&blob).ok()
}

/// Hands a text to the person as a file.
pub fn file(name: &str, kind: &str, text: &str) {
    let link = document().create_element("a").ok();
    let link = link.and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
    if let (Some(link), Some(address)) = (link, address(kind, text)) {
        link.set_href(&address);
        link.set_download(name);
        link.click();
    }
}

/// Rows as CSV. A cell that a spreadsheet would take for a formula gets an apostrophe before it.
pub fn csv(rows: impl IntoIterator<Item = Vec<String>>) -> String {
    // The mark tells spreadsheets that the text is UTF-8.
    let mut out = String::from("\u{feff}");
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| escaped(cell)).collect();
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

fn escaped(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}
