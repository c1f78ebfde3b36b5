//! Offers and their categories as the vendor writes them: `GET /v1/offers`,
//! `GET /v1/offercategories` (domain.md §2.4, §4.1).

#[cfg(not(target_arch = "wasm32"))]
use crate::resource::Other;
use crate::resource::{Attributes, Links};
use crate::word::words;
use serde::{Deserialize, Serialize};

/// One thing that can be sold, with every limit it carries (domain.md §4.1).
///
/// The fields that decide whether and how it may be bought must be there; those that only describe
/// it may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "these are the vendor's own fields")]
pub struct Offer {
    /// A GUID in either case, or a word such as `MS-AZR-0145P`.
    pub id: String,
    /// The product name.
    pub name: String,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The smallest quantity of one subscription.
    pub minimum_quantity: u32,
    /// The largest quantity of one subscription, not of the customer.
    pub maximum_quantity: u32,
    /// The place in the list, smallest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<u32>,
    /// The vendor's inner address of the offer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    /// The language of the texts, such as `en-US`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// The market by its two ISO letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The catalogue tab; with an empty ID for add-ons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<OfferCategory>,
    /// What the number of subscriptions of one customer is limited by.
    pub limit_unit_of_measure: LimitUnit,
    /// That number; 0 with `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// What `term` counts. Recorded, not documented.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term_unit_of_measure: Option<TermUnit>,
    /// The length of a subscription, in `term_unit_of_measure`. Recorded, not documented.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term: Option<u32>,
    /// The offers of which the customer must have one, for an add-on.
    #[serde(default)]
    pub prerequisite_offers: Vec<String>,
    /// Whether it hangs under another subscription.
    pub is_add_on: bool,
    /// Whether others can hang under it.
    #[serde(default)]
    pub has_add_ons: bool,
    /// Whether it can be bought now; false for a retired one.
    pub is_available_for_purchase: bool,
    /// What is billed.
    pub billing: BillingType,
    /// The frequencies it is sold at.
    pub supported_billing_cycles: Vec<BillingCycle>,
    /// Whether its subscriptions renew by themselves.
    pub is_auto_renewable: bool,
    /// Recorded, not documented; false everywhere.
    #[serde(default)]
    pub is_internal: bool,
    /// Recorded, not documented; true everywhere.
    #[serde(default)]
    pub is_microsoft_product: bool,
    /// The offers a subscription of it can be upgraded to. Recorded on some offers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upgrade_target_offers: Option<Vec<String>>,
    /// The paid offers a trial can become.
    #[serde(default)]
    pub conversion_target_offers: Vec<String>,
    /// What the customer must qualify for.
    #[serde(default)]
    pub resellee_qualifications: Vec<Qualification>,
    /// What the partner must qualify for.
    #[serde(default)]
    pub reseller_qualifications: Vec<Qualification>,
    /// Offers with different groups need separate orders.
    pub sales_group_id: String,
    /// Whether it is free for a while and then converted or ended.
    pub is_trial: bool,
    /// Recorded as `purchase`, not documented.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acquisition_type: Option<String>,
    /// Recorded as `sandbox` and `live`, not documented.
    #[serde(default)]
    pub supported_catalog_types: Vec<String>,
    /// What a subscription of it allows, such as `Cancel` and `Edit`.
    #[serde(default)]
    pub actions: Vec<String>,
    /// The product it is an offer of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<Product>,
    /// What is counted, such as `Licenses`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_type: Option<String>,
    /// To itself, and to what there is to read about it.
    #[serde(default, skip_serializing_if = "Links::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, crate::Link>))]
    pub links: Links,
    /// `objectType` is `Offer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
    /// What this version does not know.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(flatten)]
    #[cfg_attr(feature = "openapi", schema(ignore))]
    pub other: Other,
}

/// A tab of the catalogue (domain.md §2.4).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OfferCategory {
    /// Its key, such as `SmallBusiness_Key`; empty for add-ons.
    pub id: String,
    /// Its name in the language of `locale`.
    #[serde(default)]
    pub name: String,
    /// Its place among the tabs, smallest first; 0 for add-ons.
    #[serde(default)]
    pub rank: u16,
    /// The language of the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// The market.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Links, where there are any.
    #[serde(default, skip_serializing_if = "Links::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, crate::Link>))]
    pub links: Links,
    /// `objectType` is `OfferCategory`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
    /// What this version does not know.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(flatten)]
    #[cfg_attr(feature = "openapi", schema(ignore))]
    pub other: Other,
}

/// The product an offer belongs to (domain.md A21).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Product {
    /// A GUID in either case.
    pub id: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What is counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What this version does not know.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(flatten)]
    #[cfg_attr(feature = "openapi", schema(ignore))]
    pub other: Other,
}

words! {
    /// What the number of subscriptions of one customer is limited by (domain.md §4.2).
    LimitUnit {
        /// Nothing.
        None = "None",
        /// Those that exist now.
        Concurrent = "Concurrent",
        /// Those that ever existed. Documented as `LifeTime`, recorded as `Lifetime`.
        Lifetime = "Lifetime",
    }
    /// What the length of a term is counted in.
    TermUnit {
        /// Days.
        Day = "Day",
        /// Months.
        Month = "Month",
        /// Years.
        Year = "Year",
    }
    /// What is billed.
    BillingType {
        /// Nothing.
        None = "none",
        /// What was used, in arrears.
        Usage = "usage",
        /// Licenses.
        License = "license",
    }
    /// How often it is billed (domain.md §2.4, `BillingCycleType`).
    BillingCycle {
        /// Every month.
        Monthly = "monthly",
        /// Once a year.
        Annual = "annual",
        /// Never: a trial.
        None = "none",
        /// Once and for all.
        OneTime = "one_time",
    }
    /// A special qualification of a customer or of the partner (domain.md §1.6).
    Qualification {
        /// None at all.
        None = "None",
        /// Education.
        Education = "Education",
        /// Nonprofit.
        Nonprofit = "Nonprofit",
        /// Government Community Cloud.
        GovernmentCommunityCloud = "GovernmentCommunityCloud",
        /// Owned by a state.
        StateOwnedEntity = "StateOwnedEntity",
    }
}
