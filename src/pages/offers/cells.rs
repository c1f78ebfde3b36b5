//! An offer in words, cell by cell: kind, segment, frequencies and limits.

use crate::format::{money, number};
use crate::texts::T;
use subscription_rules::{
    BillingCycle, Catalogue, Category, Charging, Offer, OfferKind, OwnershipLimit, PriceList,
    Segment,
};

/// An offer in words.
pub struct Cells {
    /// The catalogue's tab; empty for an add-on.
    pub category: String,
    /// Base, add-on or trial.
    pub kind: String,
    /// Whom it is made for.
    pub segment: &'static str,
    /// The frequencies it is sold at.
    pub billing: &'static str,
    /// Licenses on one subscription.
    pub quantity: String,
    /// Subscriptions of one customer.
    pub limit: String,
    /// The list price; `None` where there is none to estimate by.
    pub price: Option<String>,
}

impl Cells {
    /// The words for an offer of the catalogue.
    pub fn of(t: T, catalogue: &Catalogue, prices: &PriceList, offer: &Offer) -> Self {
        let category =
            catalogue.categories().iter().find(|of| Some(&of.id) == offer.category.as_ref());
        let price = prices.of(&offer.id).map(|price| money(t, price));
        Self {
            category: category.map_or_else(String::new, |category| category_name(t, category)),
            kind: match &offer.kind {
                OfferKind::Base => t.more_offers_base().into(),
                OfferKind::AddOn { .. } => t.more_offers_add_on().into(),
                OfferKind::Trial { days, .. } => t.more_offers_trial(u64::from(*days)),
            },
            segment: match offer.segment {
                Segment::Commercial => t.type_commercial(),
                Segment::Education => t.type_education(),
                Segment::Nonprofit => t.type_nonprofit(),
                Segment::Government => t.more_offers_government(),
            },
            billing: billing(t, offer),
            quantity: quantity(t, offer),
            limit: match offer.limit {
                OwnershipLimit::None => t.more_offers_no_limit().into(),
                OwnershipLimit::Concurrent(most) => {
                    t.more_offers_concurrent(&number(t, most.get()))
                }
                OwnershipLimit::Lifetime(most) => t.more_offers_lifetime(&number(t, most.get())),
            },
            price: price.or_else(|| offer.is_trial().then(|| t.more_offers_free().into())),
        }
    }
}

/// A category in the chosen language; one that is not known here keeps its name.
pub fn category_name(t: T, category: &Category) -> String {
    match &*category.id.0 {
        "Enterprise_Key" => t.more_category_enterprise(),
        "SmallBusiness_Key" => t.more_category_small_business(),
        "Government_Key" => t.more_category_government(),
        "Education_Key" => t.more_category_education(),
        "Nonprofit_Key" => t.more_category_nonprofit(),
        "Trial_Key" => t.more_category_trial(),
        _ => &category.name,
    }
    .to_owned()
}

fn billing(t: T, offer: &Offer) -> &'static str {
    let sold = |cycle| offer.sold_at(cycle);
    match (sold(BillingCycle::Monthly), sold(BillingCycle::Annual)) {
        (true, true) => t.more_offers_both(),
        (true, false) => t.cycle_monthly(),
        (false, true) => t.cycle_annual(),
        (false, false) => t.cycle_trial(),
    }
}

fn quantity(t: T, offer: &Offer) -> String {
    if offer.charging == Charging::Usage {
        return t.more_offers_usage().into();
    }
    let (min, max) = (offer.quantity.min().get(), offer.quantity.max().get());
    let range = if min == max {
        number(t, min)
    } else {
        format!("{}–{}", number(t, min), number(t, max))
    };
    match &*offer.unit {
        "Instances" => t.more_offers_instances(&range),
        "Gigabytes" => t.more_offers_gigabytes(&range),
        _ => range,
    }
}
