//! What the catalogue's file says of offers beyond what `rules` decide with (docs/catalogue.md):
//! scripts are told, screens have no use for it.

use serde::Deserialize;
use std::collections::HashMap;
use std::sync::LazyLock;
use subscription_api::{Offer, Product};

/// The file as it is read here; `usecases::catalogue` reads the rest of it.
#[derive(Deserialize)]
struct File {
    products: Vec<String>,
    offers: Vec<Facts>,
}

/// Of one offer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Facts {
    id: String,
    /// The place of its product in the list of those.
    product: usize,
    #[serde(default)]
    rank: u32,
    /// Whether it has add-ons that are not in the file.
    #[serde(default)]
    unlisted_add_ons: bool,
}

static FILE: LazyLock<(Vec<String>, HashMap<String, Facts>)> = LazyLock::new(|| {
    // The desk was made of this very text, so it can be read.
    let file = serde_json::from_str::<File>(include_str!("../../../public/catalogue.json"));
    let File { products, offers } = file.unwrap_or(File { products: vec![], offers: vec![] });
    (products, offers.into_iter().map(|facts| (facts.id.to_ascii_uppercase(), facts)).collect())
});

/// The offer with these facts, too.
pub(super) fn with_facts(mut offer: Offer) -> Offer {
    let (products, offers) = &*FILE;
    let Some(facts) = offers.get(&offer.id.to_ascii_uppercase()) else { return offer };
    offer.rank = Some(facts.rank);
    offer.has_add_ons |= facts.unlisted_add_ons;
    if let Some(id) = products.get(facts.product) {
        let product = offer.product.get_or_insert_with(Product::default);
        id.clone_into(&mut product.id);
    }
    offer
}
