//! What is sold, and what it costs, from the two files that say so.

use crate::json;
use subscription_rules::{Catalogue, PriceList};
use subscription_usecases::catalogue::{catalogue_from, prices_from};

/// Reads the texts of both files.
pub fn read(catalogue: &str, prices: &str) -> Result<(Catalogue, PriceList), String> {
    let catalogue = json::parsed(catalogue).ok_or("catalogue.json is no JSON")?;
    let catalogue = catalogue_from(catalogue).map_err(|error| error.to_string())?;
    let prices = json::parsed(prices).ok_or("prices.json is no JSON")?;
    let prices = prices_from(prices).map_err(|error| error.to_string())?;
    Ok((catalogue, prices))
}
