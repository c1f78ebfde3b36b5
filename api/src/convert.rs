//! From an offer as the vendor writes it to an offer that can be decided on (domain.md §4.1).
//!
//! Nothing that limits a sale is dropped or guessed: an offer with a limit that `rules` cannot
//! hold is not taken at all, and the error says which.

use crate::offer::{BillingCycle, BillingType, LimitUnit, Offer, Qualification, TermUnit};
use std::num::NonZeroU16;
use subscription_rules::{
    self as rules, BillingCycles, CategoryId, Charging, Cloud, Country, OfferId, OfferKind,
    OwnershipLimit, Quantity, QuantityRange, SalesGroup, Segment,
};

/// An offer that cannot be decided on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("offer {offer:?}: {why}")]
pub struct OfferError {
    /// The offer's ID as it came.
    pub offer: String,
    /// What cannot be taken.
    pub why: Unreadable,
}

/// The part of an offer that cannot be taken, with its values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// An identifier has other characters or another length than identifiers have.
    #[error("{field} holds {value:?}, which is no identifier")]
    Id {
        /// The field, as on the wire.
        field: &'static str,
        /// What stands there.
        value: String,
    },
    /// The market is not two letters.
    #[error("country is {0:?} instead of two letters")]
    Country(String),
    /// It is an add-on and a trial at once.
    #[error("it cannot be an add-on and a trial")]
    AddOnAndTrial,
    /// It is no add-on and yet asks for another subscription.
    #[error("it has prerequisiteOffers without being an add-on")]
    PrerequisitesOfNoAddOn,
    /// The smallest quantity is 0 or above the largest.
    #[error("quantities from {min} to {max} are no range")]
    Quantity {
        /// `minimumQuantity`.
        min: u32,
        /// `maximumQuantity`.
        max: u32,
    },
    /// A limit without a number above 0, or in a unit that is not known.
    #[error("the limit {limit:?} {unit:?} is not understood")]
    Limit {
        /// `limitUnitOfMeasure`.
        unit: String,
        /// `limit`.
        limit: Option<u32>,
    },
    /// A trial without a length in days or months, or a license that is not for a year.
    #[error("the term {term:?} {unit:?} is not understood")]
    Term {
        /// `term`.
        term: Option<u32>,
        /// `termUnitOfMeasure`.
        unit: Option<String>,
    },
    /// Neither licenses nor usage.
    #[error("billing is {0:?} instead of license or usage")]
    Billing(String),
    /// Neither monthly nor annual, and yet no trial.
    #[error("none of {0:?} is a billing cycle that can be chosen")]
    Cycles(Vec<String>),
    /// Customers of more than one segment, or of one that is not known.
    #[error("reselleeQualifications {0:?} name no one segment")]
    Resellee(Vec<String>),
    /// The partner must qualify for another segment than the customer.
    #[error("resellerQualifications {0:?} are not those of the customer's segment")]
    Reseller(Vec<String>),
    /// No group, so nothing says which offers share an order.
    #[error("salesGroupId is empty")]
    SalesGroup,
}

impl TryFrom<&Offer> for rules::Offer {
    type Error = OfferError;
    /// Takes an offer of the commercial cloud, the only one whose answers are recorded.
    fn try_from(offer: &Offer) -> Result<Self, OfferError> {
        offer.in_cloud(Cloud::Commercial)
    }
}

impl Offer {
    /// The offer to decide on. The vendor does not write the cloud down: it is the address that
    /// was asked.
    pub fn in_cloud(&self, cloud: Cloud) -> Result<rules::Offer, OfferError> {
        self.take(cloud).map_err(|why| OfferError { offer: self.id.clone(), why })
    }

    fn take(&self, cloud: Cloud) -> Result<rules::Offer, Unreadable> {
        let segment = self.segment()?;
        let charging = self.charging()?;
        Ok(rules::Offer {
            id: id("id", &self.id)?,
            name: self.name.as_str().into(),
            cloud,
            country: self.market()?,
            category: self.category_id(),
            kind: self.kind(charging)?,
            segment,
            partner_must_qualify: self.partner_must_qualify(segment)?,
            quantity: self.quantity()?,
            limit: self.ownership_limit()?,
            cycles: self.cycles()?,
            charging,
            auto_renews: self.is_auto_renewable,
            available: self.is_available_for_purchase,
            // The price list has it ("Valid to date"), the offer does not.
            last_order_on: None,
            sales_group: self.sales_group()?,
            unit: self.unit().into(),
            product: product_number(self.product.as_ref().map_or(&self.id, |product| &product.id)),
            illustrative: false,
        })
    }

    fn market(&self) -> Result<Option<Country>, Unreadable> {
        let named = self.country.as_deref().filter(|country| !country.is_empty());
        let read = |country: &str| {
            Country::parse(country).map_err(|_| Unreadable::Country(country.to_owned()))
        };
        named.map(read).transpose()
    }

    fn category_id(&self) -> Option<CategoryId> {
        let category = self.category.as_ref().filter(|category| !category.id.is_empty());
        category.map(|category| CategoryId(category.id.as_str().into()))
    }

    fn kind(&self, charging: Charging) -> Result<OfferKind, Unreadable> {
        if !self.is_add_on && !self.prerequisite_offers.is_empty() {
            return Err(Unreadable::PrerequisitesOfNoAddOn);
        }
        match (self.is_add_on, self.is_trial) {
            (true, true) => Err(Unreadable::AddOnAndTrial),
            (true, false) => {
                self.check_term(charging)?;
                let prerequisites = ids("prerequisiteOffers", &self.prerequisite_offers)?;
                Ok(OfferKind::AddOn { prerequisites })
            }
            (false, true) => Ok(OfferKind::Trial {
                days: self.trial_days()?,
                converts_to: ids("conversionTargetOffers", &self.conversion_target_offers)?,
            }),
            (false, false) => self.check_term(charging).map(|()| OfferKind::Base),
        }
    }

    /// A trial of one month is 30 days whatever the month (domain.md §1.3).
    fn trial_days(&self) -> Result<u16, Unreadable> {
        let days = match (self.term, &self.term_unit_of_measure) {
            (Some(days), Some(TermUnit::Day)) => Some(days),
            (Some(months), Some(TermUnit::Month)) => months.checked_mul(30),
            _ => None,
        };
        let days = days.and_then(|days| u16::try_from(days).ok()).filter(|&days| days > 0);
        days.ok_or_else(|| self.term_error())
    }

    /// Every license is a commitment of a year (domain.md §1.2), also where the undocumented
    /// `term` is missing. Usage is open-ended, whatever number stands for that.
    fn check_term(&self, charging: Charging) -> Result<(), Unreadable> {
        match (charging, self.term, &self.term_unit_of_measure) {
            (Charging::Usage, _, _)
            | (Charging::License, None, None)
            | (Charging::License, Some(1), Some(TermUnit::Year))
            | (Charging::License, Some(12), Some(TermUnit::Month)) => Ok(()),
            (Charging::License, _, _) => Err(self.term_error()),
        }
    }

    fn term_error(&self) -> Unreadable {
        let unit = self.term_unit_of_measure.as_ref().map(|unit| unit.as_str().to_owned());
        Unreadable::Term { term: self.term, unit }
    }

    fn segment(&self) -> Result<Segment, Unreadable> {
        let unclear = || Unreadable::Resellee(as_words(&self.resellee_qualifications));
        let mut asked = self.resellee_qualifications.iter().filter(|&asked| !is_none(asked));
        match (asked.next(), asked.next()) {
            (None, _) => Ok(Segment::Commercial),
            (Some(only), None) => segment_of(only).ok_or_else(unclear),
            (Some(_), Some(_)) => Err(unclear()),
        }
    }

    fn partner_must_qualify(&self, segment: Segment) -> Result<bool, Unreadable> {
        let mut asked = self.reseller_qualifications.iter().filter(|&asked| !is_none(asked));
        if !asked.clone().all(|asked| segment_of(asked) == Some(segment)) {
            return Err(Unreadable::Reseller(as_words(&self.reseller_qualifications)));
        }
        Ok(asked.next().is_some())
    }

    fn quantity(&self) -> Result<QuantityRange, Unreadable> {
        let (min, max) = (self.minimum_quantity, self.maximum_quantity);
        let read = |count| Quantity::try_from(count);
        let range = read(min).and_then(|from| QuantityRange::new(from, read(max)?));
        range.map_err(|_| Unreadable::Quantity { min, max })
    }

    fn ownership_limit(&self) -> Result<OwnershipLimit, Unreadable> {
        let unit = &self.limit_unit_of_measure;
        let unclear = || Unreadable::Limit { unit: unit.as_str().to_owned(), limit: self.limit };
        let count = || {
            let count = self.limit.and_then(|limit| u16::try_from(limit).ok());
            count.and_then(NonZeroU16::new).ok_or_else(unclear)
        };
        match unit {
            LimitUnit::None => Ok(OwnershipLimit::None),
            LimitUnit::Concurrent => count().map(OwnershipLimit::Concurrent),
            LimitUnit::Lifetime => count().map(OwnershipLimit::Lifetime),
            LimitUnit::Other(_) => Err(unclear()),
        }
    }

    /// A trial has none. Other frequencies than the two of 2018 are passed over.
    fn cycles(&self) -> Result<BillingCycles, Unreadable> {
        if self.is_trial {
            return Ok(BillingCycles::default());
        }
        let cycles = BillingCycles {
            monthly: self.supported_billing_cycles.contains(&BillingCycle::Monthly),
            annual: self.supported_billing_cycles.contains(&BillingCycle::Annual),
        };
        if cycles == BillingCycles::default() {
            let named = self.supported_billing_cycles.iter();
            return Err(Unreadable::Cycles(named.map(|one| one.as_str().to_owned()).collect()));
        }
        Ok(cycles)
    }

    fn charging(&self) -> Result<Charging, Unreadable> {
        match &self.billing {
            BillingType::License => Ok(Charging::License),
            BillingType::Usage => Ok(Charging::Usage),
            other @ (BillingType::None | BillingType::Other(_)) => {
                Err(Unreadable::Billing(other.as_str().to_owned()))
            }
        }
    }

    fn sales_group(&self) -> Result<SalesGroup, Unreadable> {
        if self.sales_group_id.is_empty() {
            return Err(Unreadable::SalesGroup);
        }
        Ok(SalesGroup(self.sales_group_id.as_str().into()))
    }

    fn unit(&self) -> &str {
        let of_product = self.product.as_ref().and_then(|product| product.unit.as_deref());
        self.unit_type.as_deref().or(of_product).unwrap_or("Licenses")
    }
}

fn id(field: &'static str, text: &str) -> Result<OfferId, Unreadable> {
    OfferId::parse(text).map_err(|_| Unreadable::Id { field, value: text.to_owned() })
}

fn ids(field: &'static str, texts: &[String]) -> Result<Vec<OfferId>, Unreadable> {
    texts.iter().map(|text| id(field, text)).collect()
}

fn is_none(asked: &Qualification) -> bool {
    *asked == Qualification::None
}

/// The segment a qualification makes. State-owned is not one: nothing is sold to such customers
/// alone (domain.md §1.6).
fn segment_of(asked: &Qualification) -> Option<Segment> {
    match asked {
        Qualification::Education => Some(Segment::Education),
        Qualification::Nonprofit => Some(Segment::Nonprofit),
        Qualification::GovernmentCommunityCloud => Some(Segment::Government),
        Qualification::None | Qualification::StateOwnedEntity | Qualification::Other(_) => None,
    }
}

fn as_words(asked: &[Qualification]) -> Vec<String> {
    asked.iter().map(|one| one.as_str().to_owned()).collect()
}

/// Equal for equal products, and the same wherever it is made: the FNV-1a hash of the ID in lower
/// case. Two products could meet in one number, and then a hint would name too many siblings
/// (domain.md A21); nothing is decided by it.
fn product_number(id: &str) -> u32 {
    let mixed = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    id.bytes().map(|byte| byte.to_ascii_lowercase()).fold(0x811c_9dc5, mixed)
}
