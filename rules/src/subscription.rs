//! A subscription: what was bought, how many, for how long, and where it stands
//! (domain.md §2.4, §3).

use crate::letters::controls;
use crate::{
    BillingCycle, Charging, Customer, ExpiresOn, OfferId, OrderId, Policy, Quantity, Refusal,
    Status, SubscriptionId, Term, expires_on, retention,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident: $field:literal, $shortest:literal..=$longest:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// Reads the text; spaces around it are dropped.
            pub fn parse(text: &str) -> Result<Self, Refusal> {
                let text = text.trim();
                let fits = ($shortest..=$longest).contains(&text.chars().count());
                if fits && !text.chars().any(|c| controls(c) && c != '\n') {
                    Ok(Self(text.into()))
                } else {
                    Err(Refusal::invalid($field, &text.chars().take(40).collect::<String>()))
                }
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = Refusal;
            fn try_from(text: String) -> Result<Self, Refusal> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0.into()
            }
        }
    )*};
}

words! {
    /// The partner's own name for a subscription: 1 to 120 characters. At first the offer's name.
    Nickname: "friendlyName", 1..=120;
    /// What the partner wrote beside the reason of a suspension: up to 500 characters, shown to
    /// the partner's people only (domain.md A15).
    Note: "suspensionNote", 0..=500;
}

impl Nickname {
    /// The first nickname: the offer's name, cut if it is longer than a nickname may be.
    pub(crate) fn of_offer(name: &str) -> Result<Self, Refusal> {
        Self::parse(&name.chars().take(120).collect::<String>())
    }
}

/// Why a partner suspends or cancels (domain.md S21, A15).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuspensionReason {
    /// The customer asked for it.
    CustomerRequest,
    /// The customer does not pay. ("Insolvenza" in one translation is wrong.)
    NonPayment,
    /// Fraud.
    Fraud,
    /// A script gave none.
    NotStated,
}

impl SuspensionReason {
    /// The three a person chooses from.
    pub const OFFERED: [Self; 3] = [Self::CustomerRequest, Self::NonPayment, Self::Fraud];
}

/// What the partner means to do in the end (domain.md A1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// Perhaps to reactivate.
    Hold,
    /// To let it be deleted; can still be undone until the last day.
    Cancel,
}

/// Who suspended it. What the vendor suspended, the partner cannot reactivate (domain.md §1.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuspendedBy {
    /// The partner's people.
    Partner,
    /// The vendor, for a violation of acceptable use.
    Vendor,
}

/// Whether it was suspended for itself or drawn along (domain.md §3.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Cause {
    /// For itself.
    Own,
    /// With the subscription it hangs under.
    Cascade(SubscriptionId),
}

/// A suspension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Suspension {
    /// When; its UTC day is day 0 of the window (domain.md A6, A7).
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: SuspensionReason,
    /// What was written beside it.
    #[serde(default)]
    pub note: Option<Note>,
    /// To what end.
    pub intent: Intent,
    /// For itself, or drawn along.
    pub cause: Cause,
    /// By whom.
    pub by: SuspendedBy,
}

/// Why a subscription is no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeletedBecause {
    /// T8: nobody reactivated it in time.
    WindowEnded,
    /// T11: its term ended and it does not renew.
    TermEnded,
    /// T11: the trial ended without a conversion. Its data is kept for the ordinary window.
    TrialEnded,
    /// Drawn along by the subscription it hung under (domain.md §3.3).
    ParentDeleted,
}

/// The end of a subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Deleted {
    /// The instant from which it is deleted.
    pub at: DateTime<Utc>,
    /// Why.
    pub because: DeletedBecause,
}

/// Where a subscription stands, with what only that status has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// In use.
    Active,
    /// Locked, with its window running.
    Suspended(Suspension),
    /// Gone.
    Deleted(Deleted),
}

impl State {
    /// The bare status.
    pub const fn status(&self) -> Status {
        match self {
            Self::Active => Status::Active,
            Self::Suspended(_) => Status::Suspended,
            Self::Deleted(_) => Status::Deleted,
        }
    }
}

/// One subscription of a customer. An add-on is one too, with a `parent`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    /// Kept for life.
    pub id: SubscriptionId,
    /// The order that made it.
    pub order: OrderId,
    /// What was bought; after a conversion, the paid offer.
    pub offer: OfferId,
    /// The offer's name when it was bought, so that a withdrawn offer still has one.
    pub offer_name: Box<str>,
    /// The trial it once was, which still counts for that trial's lifetime limit.
    #[serde(default)]
    pub converted_from: Option<OfferId>,
    /// The subscription this add-on hangs under.
    #[serde(default)]
    pub parent: Option<SubscriptionId>,
    /// The partner's own name for it.
    pub nickname: Nickname,
    /// Licenses.
    pub quantity: Quantity,
    /// Licenses given to users; `None` when unknown.
    #[serde(default)]
    pub assigned: Option<u32>,
    /// Licenses or usage.
    pub charging: Charging,
    /// When it was bought.
    pub created_at: DateTime<Utc>,
    /// The UTC day of its start; anew with a conversion (domain.md T5).
    pub opened_on: NaiveDate,
    /// How long it runs.
    pub term: Term,
    /// Where it stands.
    pub state: State,
    /// Counts the changes made to it; what an `ETag` is made of.
    pub revision: u32,
}

impl Subscription {
    /// The bare status.
    pub const fn status(&self) -> Status {
        self.state.status()
    }

    /// Whether it is a trial that has not been converted.
    pub const fn is_trial(&self) -> bool {
        matches!(self.term, Term::Trial { .. })
    }

    /// The billing frequency.
    pub fn cycle(&self) -> BillingCycle {
        self.term.cycle()
    }

    /// The suspension, while there is one.
    pub const fn suspension(&self) -> Option<&Suspension> {
        match &self.state {
            State::Suspended(suspension) => Some(suspension),
            State::Active | State::Deleted(_) => None,
        }
    }

    /// Whether it counts for a limit on what a customer has at a time (domain.md A12): until it is
    /// deleted.
    pub fn is_held(&self) -> bool {
        self.status() != Status::Deleted
    }

    /// Whether it is, or once was, a subscription of the offer.
    pub fn was_of(&self, offer: &OfferId) -> bool {
        self.offer == *offer || self.converted_from.as_ref() == Some(offer)
    }

    /// The last day to reactivate it on its own account, were it suspended on `on`. A trial's
    /// date is never later than its own end (domain.md A16).
    pub(crate) fn window_from(&self, on: NaiveDate, of: &Customer, policy: &Policy) -> ExpiresOn {
        let free = match (policy.anchor, &self.term) {
            (crate::Anchor::Customer, Term::Paid { anchor_on, free_days, .. })
                if free_days.get() > 0 =>
            {
                crate::FreeDays::between(of.created_at.date_naive(), *anchor_on)
            }
            _ => self.term.free_days(),
        };
        let window = expires_on(on, free, policy.retention);
        match &self.term {
            Term::Trial { last_day } => window.min(ExpiresOn(*last_day)),
            Term::Paid { .. } if policy.term_cuts_window => {
                self.term.last_day().map_or(window, |last| window.min(ExpiresOn(last)))
            }
            Term::Paid { .. } | Term::Open => window,
        }
    }

    /// The last day on which it can be reactivated, of a window that ends on this day: a term that
    /// does not renew may end before, and then there is none to come back to (domain.md A6, T7).
    pub fn back_until(&self, window: ExpiresOn) -> ExpiresOn {
        match self.term.last_day() {
            Some(last) if !self.term.auto_renews() => window.min(ExpiresOn(last)),
            _ => window,
        }
    }

    /// The last day on which a trial's data is kept once it has ended (domain.md §3.1); `None` for
    /// what is no trial.
    pub fn trial_data_until(&self, policy: &Policy) -> Option<NaiveDate> {
        match &self.term {
            Term::Trial { last_day } => {
                Some(retention::add_days(*last_day, policy.retention.base_days))
            }
            Term::Paid { .. } | Term::Open => None,
        }
    }

    /// The last day on which the data of an ended trial is still kept. Suspending a trial costs
    /// none of it: a window that ends with the trial is a trial that ended (A16).
    pub fn data_kept_until(&self, policy: &Policy) -> Option<NaiveDate> {
        let State::Deleted(deleted) = &self.state else { return None };
        let with_the_trial = Some(deleted.at) == self.term.ends_at();
        match deleted.because {
            DeletedBecause::TrialEnded => self.trial_data_until(policy),
            DeletedBecause::WindowEnded if with_the_trial => self.trial_data_until(policy),
            _ => None,
        }
    }
}
