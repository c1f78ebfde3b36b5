//! What is sold, and what it costs, from the two files that say so.

use crate::json;
use crate::wait::both;
use gloo_net::http::Request;
use subscription_rules::{Catalogue, PriceList};
use subscription_usecases::catalogue::{catalogue_from, prices_from};

/// Asks for both files.
pub async fn ask() -> Result<(Catalogue, PriceList), String> {
    let (offers, costs) = both(text_of("/catalogue.json"), text_of("/prices.json")).await;
    Ok((catalogue(&offers?)?, prices(&costs?)?))
}

async fn text_of(file: &str) -> Result<String, String> {
    let lost = |_| format!("{file}: no answer");
    let answer = Request::get(file).send().await.map_err(lost)?;
    if !answer.ok() {
        return Err(format!("{file}: {}", answer.status()));
    }
    answer.text().await.map_err(lost)
}

/// Reads the text of `catalogue.json`.
pub fn catalogue(text: &str) -> Result<Catalogue, String> {
    let json = json::parsed(text).ok_or("catalogue.json")?;
    catalogue_from(&json).map_err(|error| error.to_string())
}

/// Reads the text of `prices.json`.
pub fn prices(text: &str) -> Result<PriceList, String> {
    let json = json::parsed(text).ok_or("prices.json")?;
    prices_from(&json).map_err(|error| error.to_string())
}
