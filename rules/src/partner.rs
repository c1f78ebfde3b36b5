//! The partner: the reseller that sells and is billed (domain.md §1.6).

use crate::{BillingDay, Cloud, Country, Currency, PartnerId, Segment};
use serde::{Deserialize, Serialize};

/// Whether the partner's own account may create charges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Standing {
    /// Nothing is in the way.
    Good,
    /// Suspended itself: overdue, abuse, or its credit used up. What creates or raises a charge is
    /// refused; looking, renaming, suspending and cancelling stay possible (domain.md A23).
    Blocked,
}

/// What the reseller is authorised for beyond the ordinary catalogue ("Reseller qualifications").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PartnerQualifications {
    /// An authorised education seller.
    pub education: bool,
}

impl PartnerQualifications {
    /// Whether the partner may sell to this segment. Only education asks for an authorised
    /// reseller (domain.md §1.6); where two sources disagree on government, none is needed.
    pub const fn covers(self, segment: Segment) -> bool {
        match segment {
            Segment::Education => self.education,
            Segment::Commercial | Segment::Nonprofit | Segment::Government => true,
        }
    }
}

/// The reseller in one cloud.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Partner {
    /// The account.
    pub id: PartnerId,
    /// The company's name.
    pub name: String,
    /// The cloud this account works in; another cloud is another account.
    pub cloud: Cloud,
    /// Where the partner is.
    pub country: Country,
    /// What the partner is billed in.
    pub currency: Currency,
    /// Whether it may create charges.
    pub standing: Standing,
    /// What it is authorised for.
    pub qualifications: PartnerQualifications,
    /// The day of the month on which the partner is invoiced, fixed at enrolment.
    pub billing_day: BillingDay,
}
