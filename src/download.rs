//! Files a person takes along: CSV and exports, made in the browser.

use crate::parts::Icon;
use crate::texts::use_texts;
use crate::view::prelude::*;
use js_sys::Array;
use subscription_usecases::csv;
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

/// Rows as CSV.
pub fn csv(rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut out = String::from(csv::MARK);
    for row in rows {
        out.push_str(&csv::line(row.iter().map(String::as_str)));
    }
    out
}

/// The button that saves a table as CSV.
#[component]
pub fn DownloadCsv(
    /// Saves it.
    save: Callback<()>,
) -> View {
    let t = use_texts();
    view! {
        <button class="btn" type="button" on:click=move |_| save.run(())>
            <Icon name="i-download"/>{t.download_csv()}
        </button>
    }
}
