//! What a person sees if the program itself fails: a page that can export the data and reload.
//! It is made of plain links, since nothing of the program can be relied on any more.

use crate::backend::files::export_from;
use crate::backend::shelf::LocalShelf;
use leptos::prelude::{document, window};
use std::panic::PanicHookInfo;

/// From now on a panic shows the page.
pub fn install() {
    std::panic::set_hook(Box::new(|info| {
        leptos::logging::error!("{info}");
        show(info);
    }));
}

fn show(info: &PanicHookInfo<'_>) -> Option<()> {
    let italian = document().document_element()?.get_attribute("lang")?.starts_with("it");
    let [title, text, reload, export, what] = if italian {
        [
            "Subscription Desk si è fermato",
            "Un errore del programma, non di chi lo usa. Le modifiche inviate sono salvate in questo browser. Si possono esportare, poi ricaricare la pagina.",
            "Ricarica",
            "Esporta i dati",
            "Che cosa è successo",
        ]
    } else {
        [
            "Subscription Desk has stopped",
            "An error in the program, not in what you did. All submitted changes are saved in this browser. Export them if you like, then reload.",
            "Reload",
            "Export data",
            "What happened",
        ]
    };
    let element = |name: &str, class: &str, text: &str| {
        let made = document().create_element(name).ok()?;
        made.set_class_name(class);
        made.set_text_content(Some(text));
        Some(made)
    };
    let page = element("main", "alone desk", "")?;
    let card = element("div", "card", "")?;
    card.set_attribute("role", "alert").ok()?;
    let actions = element("div", "actions", "")?;
    let again = element("a", "btn btn--primary", reload)?;
    again.set_attribute("href", &window().location().href().ok()?).ok()?;
    let save = element("a", "btn", export)?;
    let data = crate::download::address("text/plain", &export_from(&LocalShelf))?;
    save.set_attribute("href", &data).ok()?;
    save.set_attribute("download", "subscription-desk.demo").ok()?;
    let more = element("details", "more", "")?;
    let details =
        format!("{info}\nrules {} {}", subscription_rules::VERSION, subscription_rules::DIGEST);
    for (parent, child) in [
        (&actions, again),
        (&actions, save),
        (&more, element("summary", "", what)?),
        (&more, element("pre", "", &details)?),
    ] {
        parent.append_child(&child).ok()?;
    }
    card.append_child(&*element("h1", "", title)?).ok()?;
    card.append_child(&*element("p", "lead", text)?).ok()?;
    card.append_child(&actions).ok()?;
    card.append_child(&more).ok()?;
    page.append_child(&card).ok()?;
    let body = document().body()?;
    body.set_text_content(None);
    body.append_child(&page).ok()?;
    Some(())
}
