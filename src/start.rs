//! The app's start: fetches language, catalogue and prices, opens the data of this browser and
//! shows the address's screen.

use crate::backend::settings::Settings;
use crate::backend::shelf::LocalShelf;
use crate::backend::{self, Config, sold};
use crate::stage::Stage;
use crate::view::prelude::*;
use crate::{app, panic, texts, view};
use gloo_net::http::Request;
use wasm_bindgen::JsCast;

/// Starts the app in the page's own place for it.
pub fn start() {
    panic::install();
    wasm_bindgen_futures::spawn_local(async {
        if let Err(why) = open().await {
            // The start-up script shows its page for what did not arrive.
            leptos::logging::error!("{why}");
            show_failure(&why);
        }
    });
}

async fn text_of(file: &str) -> Result<String, String> {
    let answer = Request::get(file).send().await.map_err(|error| format!("{file}: {error}"))?;
    if !answer.ok() {
        return Err(format!("{file}: {}", answer.status()));
    }
    answer.text().await.map_err(|error| format!("{file}: {error}"))
}

async fn open() -> Result<(), String> {
    let (settings, _) = Settings::read(&LocalShelf, backend::real_now());
    // On its way while the language is: on a slow network each way there and back counts.
    let config = Config::ask();
    // A language that did not arrive is no reason to show nothing.
    let texts = match texts::load(texts::preferred(settings.language)).await {
        Ok(texts) => texts,
        Err(_) => texts::load("en").await?,
    };
    let config = Config::read(config).await?;
    let catalogue = text_of("/catalogue.json").await?;
    let catalogue = sold::catalogue(&catalogue)?;
    let prices = text_of("/prices.json").await?;
    let prices = sold::prices(&prices)?;
    let backend = backend::open(config, catalogue, prices).await;
    let root = document().get_element_by_id("desk");
    let root = root.and_then(|root| root.dyn_into::<web_sys::HtmlElement>().ok());
    let root = root.ok_or("the page has no place for the app")?;
    root.set_text_content(None);
    root.set_class_name("desk");
    let _ = root.remove_attribute("aria-busy");
    let stage = Stage::page(root.clone().into());
    view::mount(&root, move || {
        provide_context(stage);
        match backend {
            Ok(backend) => view! { <app::App texts=texts backend=backend/> },
            Err(why) => view! { <app::NotOpened texts=texts why=why/> },
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
