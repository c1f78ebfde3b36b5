//! What is sold, and what it costs, from the two files that say so.

use crate::json;
use subscription_rules::{Catalogue, PriceList};
use subscription_usecases::catalogue::{catalogue_from, prices_from};

/// Reads the text of `catalogue.json`.
pub fn catalogue(text: &str) -> Result<Catalogue, String> {
    let json = json::parsed(text).ok_or("catalogue.json")?;
    catalogue_from(json).map_err(|error| error.to_string())
}

/// Reads the text of `prices.json`.
pub fn prices(text: &str) -> Result<PriceList, String> {
    let json = json::parsed(text).ok_or("prices.json")?;
    prices_from(json).map_err(|error| error.to_string())
}
