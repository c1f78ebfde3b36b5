//! The offers of one market, found by their ID.

use crate::{Category, Offer, OfferId};
use std::collections::HashMap;

/// Why offers make no catalogue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// Two offers carry the same ID.
    #[error("the offer {0} stands twice in the catalogue")]
    Duplicate(OfferId),
}

/// The offers on sale and those that were, with their tabs.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    offers: Vec<Offer>,
    categories: Vec<Category>,
    places: HashMap<OfferId, usize>,
}

impl Catalogue {
    /// Offers and tabs in the order in which they are to be shown.
    pub fn new(offers: Vec<Offer>, tabs: Vec<Category>) -> Result<Self, CatalogueError> {
        let mut places = HashMap::with_capacity(offers.len());
        for (place, offer) in offers.iter().enumerate() {
            if places.insert(offer.id.clone(), place).is_some() {
                return Err(CatalogueError::Duplicate(offer.id.clone()));
            }
        }
        // Put where they belong, a handful: a sort is some kilobytes of the browser's program.
        let mut categories: Vec<Category> = Vec::with_capacity(tabs.len());
        for tab in tabs {
            categories.insert(categories.partition_point(|before| before.rank <= tab.rank), tab);
        }
        Ok(Self { offers, categories, places })
    }

    /// The offer with this ID, also one that is no longer sold.
    pub fn get(&self, id: &OfferId) -> Option<&Offer> {
        self.places.get(id).and_then(|&place| self.offers.get(place))
    }

    /// All offers.
    pub fn offers(&self) -> &[Offer] {
        &self.offers
    }

    /// The tabs, by rank.
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// The add-ons that a subscription of this offer can carry (domain.md §1.4).
    pub fn add_ons_of(&self, base: &OfferId) -> impl Iterator<Item = &Offer> {
        self.offers.iter().filter(move |offer| offer.prerequisites().contains(base))
    }
}
