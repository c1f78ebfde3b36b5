//! The three states of a subscription and every move between them (domain.md §3.1, §3.2).
//! "Trial", "expires on" and "cancelled" are attributes, not states.

use crate::Refusal;
use serde::{Deserialize, Serialize};

/// Where a subscription stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Users work; the partner is billed, unless it is a trial.
    Active,
    /// Users are locked out, administrators reach the data, nothing is billed.
    Suspended,
    /// Final: the data is gone.
    Deleted,
}

/// What moves a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// T3: more or fewer licenses.
    ChangeQuantity,
    /// T4: an add-on is bought on it.
    BuyAddOn,
    /// T5: a trial becomes paid.
    Convert,
    /// T6.
    Suspend,
    /// T7.
    Reactivate,
    /// T8: the clock, when the window to reactivate has passed.
    WindowEnds,
    /// T9.
    Cancel,
    /// T10: the clock, at the end of a term that renews.
    Renew,
    /// T11: the clock, at the end of a term or trial that does not renew.
    TermEnds,
}

use Status::{Active, Deleted, Suspended};

/// Every move a subscription can make, by number of domain.md §3.2. A pair that is not listed is
/// refused. T1 and T2 make a subscription and so have no status to come from.
#[rustfmt::skip]
pub const TRANSITIONS: &[(Status, Trigger, Status)] = &[
    (Active,    Trigger::ChangeQuantity, Active),
    (Active,    Trigger::BuyAddOn,       Active),
    (Active,    Trigger::Convert,        Active),
    (Active,    Trigger::Suspend,        Suspended),
    // Idempotent: the state comes back as it is, and the date does not move (domain.md §3.2).
    (Suspended, Trigger::Suspend,        Suspended),
    (Suspended, Trigger::Reactivate,     Active),
    (Active,    Trigger::Reactivate,     Active),
    (Suspended, Trigger::WindowEnds,     Deleted),
    (Active,    Trigger::Cancel,         Suspended),
    (Suspended, Trigger::Cancel,         Suspended),
    (Active,    Trigger::Renew,          Active),
    (Active,    Trigger::TermEnds,       Deleted),
];

impl Status {
    /// The three.
    pub const ALL: [Self; 3] = [Active, Suspended, Deleted];

    /// Where the trigger leads, or why it leads nowhere.
    pub fn after(self, trigger: Trigger) -> Result<Self, Refusal> {
        let listed = TRANSITIONS.iter().find(|(from, by, _)| (*from, *by) == (self, trigger));
        listed.map(|(_, _, to)| *to).ok_or(match (self, trigger) {
            (Deleted, _) => Refusal::SubscriptionDeleted,
            (Suspended, Trigger::ChangeQuantity) => Refusal::QuantityLockedWhileSuspended,
            (Suspended, Trigger::Convert) => Refusal::SubscriptionNotActive,
            (Suspended, Trigger::BuyAddOn) => Refusal::ParentNotActive,
            (status, trigger) => Refusal::StatusTransitionNotAllowed { status, trigger },
        })
    }
}

impl Trigger {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::ChangeQuantity,
        Self::BuyAddOn,
        Self::Convert,
        Self::Suspend,
        Self::Reactivate,
        Self::WindowEnds,
        Self::Cancel,
        Self::Renew,
        Self::TermEnds,
    ];
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Active => "active",
            Suspended => "suspended",
            Deleted => "deleted",
        })
    }
}
