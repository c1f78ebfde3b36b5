//! From an offer that is decided on to the offer as the vendor writes it, with what we add
//! (design.md §5). What the rules do not hold, such as descriptions, is left out.

use crate::error::{ErrorBody, word};
use crate::offer::{
    BillingCycle, BillingType, LimitUnit, Offer, OfferCategory, Product, Qualification, TermUnit,
};
use crate::resource::{Attributes, Links, Other, link};
use serde_json::json;
use subscription_rules::{
    self as rules, Availability, Catalogue, Category, Charging, Country, OfferId, OfferKind,
    OwnershipLimit, PriceList, Segment,
};

/// The language of our catalogue.
const LOCALE: &str = "en-US";

/// The days of a trial that the vendor calls a month.
const MONTH: u16 = 30;

impl OfferCategory {
    /// A category of the catalogue, in a market; without one, as the vendor has it where an offer is
    /// in none.
    pub fn of(category: Option<&Category>, market: Country) -> Self {
        Self {
            id: category.map(|category| category.id.0.to_string()).unwrap_or_default(),
            name: category.map(|category| category.name.clone()).unwrap_or_default(),
            rank: category.map(|category| category.rank).unwrap_or_default(),
            locale: Some(LOCALE.to_owned()),
            country: Some(market.as_str().to_owned()),
            attributes: Some(Attributes::of("OfferCategory")),
            ..Self::default()
        }
    }
}

impl Offer {
    /// An offer of the catalogue in a market, with its list price a month, where one is known.
    pub fn of(
        offer: &rules::Offer,
        market: Country,
        catalogue: &Catalogue,
        prices: &PriceList,
    ) -> Self {
        let ids = |ids: &[OfferId]| ids.iter().map(|id| id.as_str().to_owned()).collect();
        let (term, unit) = match (&offer.kind, offer.charging) {
            (OfferKind::Trial { days: MONTH, .. }, _) => (1, TermUnit::Month),
            (OfferKind::Trial { days, .. }, _) => (u32::from(*days), TermUnit::Day),
            (_, Charging::License) => (1, TermUnit::Year),
            (_, Charging::Usage) => (9_999, TermUnit::Month),
        };
        let (limit_unit_of_measure, limit) = match offer.limit {
            OwnershipLimit::None => (LimitUnit::None, 0),
            OwnershipLimit::Concurrent(most) => (LimitUnit::Concurrent, u32::from(most.get())),
            OwnershipLimit::Lifetime(most) => (LimitUnit::Lifetime, u32::from(most.get())),
        };
        let cycles = [BillingCycle::Annual, BillingCycle::Monthly];
        let sold =
            |cycle: &BillingCycle| cycle.known().is_some_and(|cycle| offer.cycles.contains(cycle));
        let mut cycles: Vec<BillingCycle> = cycles.into_iter().filter(sold).collect();
        if offer.is_trial() {
            cycles.push(BillingCycle::None);
        }
        let asked = match offer.segment {
            Segment::Commercial => Vec::new(),
            Segment::Education => vec![Qualification::Education],
            Segment::Nonprofit => vec![Qualification::Nonprofit],
            Segment::Government => vec![Qualification::GovernmentCommunityCloud],
        };
        let of_category = |category: &&Category| Some(&category.id) == offer.category.as_ref();
        let category = catalogue.categories().iter().find(of_category);
        let mut other = Other::new();
        if let Some(price) = prices.of(&offer.id) {
            let currency = price.currency.as_str();
            // A list price fits, and JSON has no larger whole numbers.
            if let Ok(minor_units) = i64::try_from(price.minor_units) {
                let price = json!({ "minorUnits": minor_units, "currency": currency });
                other.insert("listPrice".into(), price);
            }
        }
        Self {
            id: offer.id.as_str().to_owned(),
            name: offer.name.to_string(),
            description: None,
            minimum_quantity: offer.quantity.min().get(),
            maximum_quantity: offer.quantity.max().get(),
            rank: None,
            uri: None,
            locale: Some(LOCALE.to_owned()),
            country: Some(market.as_str().to_owned()),
            category: Some(OfferCategory::of(category, market)),
            limit_unit_of_measure,
            limit: Some(limit),
            term_unit_of_measure: Some(unit),
            term: Some(term),
            prerequisite_offers: ids(offer.prerequisites()),
            is_add_on: offer.is_add_on(),
            has_add_ons: catalogue.add_ons_of(&offer.id).next().is_some(),
            is_available_for_purchase: offer.available,
            billing: match offer.charging {
                Charging::License => BillingType::License,
                Charging::Usage => BillingType::Usage,
            },
            supported_billing_cycles: cycles,
            is_auto_renewable: offer.auto_renews,
            is_internal: false,
            is_microsoft_product: true,
            upgrade_target_offers: None,
            conversion_target_offers: ids(offer.conversion_targets()),
            reseller_qualifications: if offer.partner_must_qualify {
                asked.clone()
            } else {
                Vec::new()
            },
            resellee_qualifications: asked,
            sales_group_id: offer.sales_group.0.to_string(),
            is_trial: offer.is_trial(),
            // The same for every offer that was recorded (domain.md §4.1).
            acquisition_type: Some("purchase".into()),
            actions: vec!["Cancel".into(), "Edit".into()],
            // As it was recorded of Azure.
            supported_catalog_types: match offer.charging {
                Charging::License => vec!["sandbox".into(), "live".into()],
                Charging::Usage => vec!["live".into()],
            },
            product: Some(Product {
                id: format!("{:08x}", offer.product),
                unit: Some(offer.unit.to_string()),
                ..Product::default()
            }),
            unit_type: Some(offer.unit.to_string()),
            links: Links::from([(
                "self".into(),
                link(format!("/offers/{}?country={}", offer.id, market.as_str())),
            )]),
            attributes: Some(Attributes::of("Offer")),
            other,
        }
    }

    /// With whether a customer may buy it (design.md §5): every reason with its code, how many
    /// more, and what can be reactivated instead.
    #[must_use]
    pub fn available(mut self, to: &Availability<'_>) -> Self {
        let reason = |why: &rules::Refusal| {
            let body = ErrorBody::from(why);
            json!({
                "name": body.name, "code": body.code,
                "description": body.description, "data": body.data,
            })
        };
        let reactivate = to.reactivate.as_ref().map(|back| {
            json!({ "subscriptionId": back.subscription.as_str(), "expiresOn": back.until.0 })
        });
        let availability = json!({
            "status": if to.is_available() { "available" } else { "unavailable" },
            "reasons": to.reasons.iter().map(reason).collect::<Vec<_>>(),
            "remaining": to.remaining,
            "reactivate": reactivate,
        });
        self.other.insert("availability".into(), availability);
        self
    }
}

/// What a write does or would do, for `validateOnly` (design.md §5).
pub fn effects(of: &rules::Effects) -> serde_json::Value {
    let estimate = |(subscription, estimate): &(rules::SubscriptionId, rules::Estimate)| {
        json!({
            "subscriptionId": subscription.as_str(),
            "minorUnits": i64::try_from(estimate.amount.minor_units).ok(),
            "currency": estimate.amount.currency.as_str(),
            "basis": word(&estimate.basis),
        })
    };
    json!({
        "drawnAlong": of.drawn_along.iter().map(rules::SubscriptionId::as_str).collect::<Vec<_>>(),
        "expiresOn": of.expires_on.map(|until| until.0),
        "estimates": of.estimates.iter().map(estimate).collect::<Vec<_>>(),
        "assignedAbove": of.assigned_above,
    })
}
