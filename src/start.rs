//! The app's start: fetches the language, opens the data of this browser or of the server and shows
//! the address's screen.

use crate::backend::settings::Settings;
use crate::backend::shelf::LocalShelf;
use crate::backend::{self, Config};
use crate::history::address;
use crate::pages::FirstPage;
use crate::parts::Trouble;
use crate::route::Route;
use crate::stage::Stage;
use crate::texts::T;
use crate::view::prelude::*;
use crate::wait::both;
use crate::{app, panic, texts, view};
use wasm_bindgen::JsCast;

/// Starts the app in the page's own place for it.
pub fn start() {
    panic::install();
    crate::wait::spawn_local(async {
        if let Err(why) = open().await {
            // The start-up script shows its page for what did not arrive.
            leptos::logging::error!("{why}");
            show_failure(&why);
        }
    });
}

/// A language that did not arrive is no reason to show nothing.
async fn texts_of(language: &str) -> Result<T, String> {
    match texts::load(language).await {
        Ok(texts) => Ok(texts),
        Err(_) => texts::load("en").await,
    }
}

async fn open() -> Result<(), String> {
    // On its way while the language is: on a slow network each way there and back counts.
    let config = Config::ask();
    // Both at a time: on a slow machine the one is read while the other comes.
    let texts = texts_of(texts::preferred(Settings::language_of(&LocalShelf)));
    let backend = async { backend::open(Config::read(config).await?).await };
    let (texts, backend) = both(texts, backend).await;
    let (texts, backend) = (texts?, backend?);
    let (backend, first) = match backend {
        Ok(backend) => (Ok(backend), FirstPage::read(backend, &Route::parse(&address())).await),
        Err(why) => (Err(Trouble::told(texts, why).await), None),
    };
    let root = document().get_element_by_id("desk");
    let root = root.and_then(|root| root.dyn_into::<web_sys::HtmlElement>().ok());
    let root = root.ok_or("the page has no place for the app")?;
    root.set_text_content(None);
    root.set_class_name("desk");
    let _ = root.remove_attribute("aria-busy");
    let stage = Stage::page(root.clone().into());
    view::mount(&root, move || {
        provide_context(stage);
        FirstPage::provide(first);
        match backend {
            Ok(backend) => view! { <app::App texts=texts backend=backend/> },
            Err(trouble) => view! { <app::NotOpened texts=texts trouble=trouble/> },
        }
    })
    .keep();
    Ok(())
}

/// A file did not arrive: says so where the app would be.
fn show_failure(why: &str) {
    if let Some(root) = document().get_element_by_id("desk") {
        root.set_class_name("desk alone");
        root.set_text_content(Some(&format!("Subscription Desk did not start. {why}")));
    }
}
