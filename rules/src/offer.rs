//! What is sold, with every limit an offer carries (domain.md §4.1).

use crate::{BillingCycle, BillingCycles, Cloud, Country, OfferId, QuantityRange, Segment};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::num::NonZeroU16;

/// The catalogue tab an offer stands under, such as `SmallBusiness_Key`. Add-ons have none.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CategoryId(pub Box<str>);

/// A catalogue tab.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// Its key.
    pub id: CategoryId,
    /// Its English name.
    pub name: String,
    /// Its place among the tabs, smallest first.
    pub rank: u16,
}

/// How many subscriptions of one offer a customer may have (domain.md §4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OwnershipLimit {
    /// Any number.
    None,
    /// So many at a time: active and suspended ones count, deleted ones do not.
    Concurrent(NonZeroU16),
    /// So many ever: deleted ones and converted trials count too.
    Lifetime(NonZeroU16),
}

/// What the partner is billed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Charging {
    /// A price for each license.
    License,
    /// What was used, in arrears; no quantity is asked for.
    Usage,
}

/// Offers with different sales groups need separate orders (domain.md §2.4).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SalesGroup(pub Box<str>);

/// What kind of subscription the offer makes, with what only that kind has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfferKind {
    /// Bought from the catalogue.
    Base,
    /// Bought on the page of a subscription of any one of these offers. A name or unit with
    /// "Add-On" in it says nothing (domain.md §1.4).
    AddOn {
        /// The offers that can carry it; other add-ons and trials may be among them.
        prerequisites: Vec<OfferId>,
    },
    /// Free for a while, then converted or ended.
    Trial {
        /// 30, or 45 for a nonprofit trial (domain.md §1.3).
        days: u16,
        /// The paid offers it can become.
        converts_to: Vec<OfferId>,
    },
}

/// One thing that can be sold.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "facts of the catalogue, in any combination")]
pub struct Offer {
    /// Unlike the name, never changes.
    pub id: OfferId,
    /// The product name as the vendor spells it.
    pub name: Box<str>,
    /// The cloud it is sold in.
    pub cloud: Cloud,
    /// The one country it is sold in; `None` for every country its cloud serves.
    pub country: Option<Country>,
    /// Its catalogue tab; `None` for add-ons.
    pub category: Option<CategoryId>,
    /// Base, add-on or trial.
    pub kind: OfferKind,
    /// The customers it is made for.
    pub segment: Segment,
    /// Whether the partner must be authorised for the segment.
    pub partner_must_qualify: bool,
    /// Licenses on one subscription.
    pub quantity: QuantityRange,
    /// Subscriptions of one customer.
    pub limit: OwnershipLimit,
    /// The frequencies it is sold at; a trial has none.
    pub cycles: BillingCycles,
    /// Licenses or usage.
    pub charging: Charging,
    /// Whether its subscriptions renew by themselves.
    pub auto_renews: bool,
    /// Whether it can be bought now.
    pub available: bool,
    /// The last day it can be ordered, where one is known.
    pub last_order_on: Option<NaiveDate>,
    /// Which offers share an order.
    pub sales_group: SalesGroup,
    /// What is counted, such as "Licenses" or "Instances".
    pub unit: Box<str>,
    /// Offers of one product carry the same number (domain.md A21).
    pub product: u32,
    /// Not a recorded fact but an example made for the demo.
    pub illustrative: bool,
}

impl Offer {
    /// Whether it is a trial.
    pub const fn is_trial(&self) -> bool {
        matches!(self.kind, OfferKind::Trial { .. })
    }

    /// Whether it is bought on another subscription.
    pub const fn is_add_on(&self) -> bool {
        matches!(self.kind, OfferKind::AddOn { .. })
    }

    /// Whether a customer may have only so many subscriptions of it (S4, S5).
    pub const fn is_limited(&self) -> bool {
        !matches!(self.limit, OwnershipLimit::None)
    }

    /// Whether it is sold at the frequency; trials are sold under "Trial offer" only.
    pub fn sold_at(&self, cycle: BillingCycle) -> bool {
        match cycle {
            BillingCycle::None => self.is_trial(),
            paid => !self.is_trial() && self.cycles.contains(paid),
        }
    }

    /// The offers that can carry this add-on.
    pub fn prerequisites(&self) -> &[OfferId] {
        match &self.kind {
            OfferKind::AddOn { prerequisites } => prerequisites,
            OfferKind::Base | OfferKind::Trial { .. } => &[],
        }
    }

    /// The paid offers this trial can become.
    pub fn conversion_targets(&self) -> &[OfferId] {
        match &self.kind {
            OfferKind::Trial { converts_to, .. } => converts_to,
            OfferKind::Base | OfferKind::AddOn { .. } => &[],
        }
    }
}
