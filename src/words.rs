//! Sentences and labels for the words of the domain: statuses, refusals, failures, dates with a
//! meaning. A refusal says what was asked, what is allowed and what to do now.

use crate::format::{date, number};
use crate::texts::T;
use chrono::NaiveDate;
use subscription_rules::{
    BillingCycle, Cloud, CustomerAccount, CustomerType, Intent, Qualifications, Quantity, Refusal,
    Relationship, Role, Segment, Standing, State, Status, Subscription, SuspensionReason, Term,
};
use subscription_usecases::{Caller, Failure, NotAnswered};

/// A cloud's name.
pub fn cloud(t: T, cloud: Cloud) -> &'static str {
    match cloud {
        Cloud::Commercial => t.cloud_commercial(),
        Cloud::UsGovernment => t.cloud_us_government(),
        Cloud::Germany => t.cloud_germany(),
        Cloud::China => t.cloud_china(),
    }
}

/// A role's name.
pub fn role(t: T, role: Role) -> &'static str {
    match role {
        Role::GlobalAdmin => t.role_global_admin(),
        Role::AdminAgent => t.role_admin_agent(),
        Role::SalesAgent => t.role_sales_agent(),
        Role::HelpdeskAgent => t.role_helpdesk_agent(),
        Role::BillingAdmin => t.role_billing_admin(),
        Role::UserManagementAdmin => t.role_user_management_admin(),
    }
}

/// How the partner's own account stands.
pub fn standing(t: T, standing: Standing) -> &'static str {
    match standing {
        Standing::Good => t.standing_good(),
        Standing::Blocked => t.standing_blocked(),
    }
}

/// The one word for what a customer is.
pub fn customer_type(t: T, is: CustomerType) -> &'static str {
    match is {
        CustomerType::Commercial => t.type_commercial(),
        CustomerType::Education => t.type_education(),
        CustomerType::Nonprofit => t.type_nonprofit(),
        CustomerType::GovernmentCommunityCloud => t.type_government(),
        CustomerType::StateOwnedEntity => t.type_state_owned(),
    }
}

/// Special qualifications, with what a state-owned customer is besides.
pub fn qualifications(t: T, of: Qualifications) -> String {
    let segment = match of.segment() {
        Segment::Commercial => t.qualification_none(),
        Segment::Education => t.type_education(),
        Segment::Nonprofit => t.type_nonprofit(),
        Segment::Government => t.type_government(),
    };
    match (of.state_owned(), of.segment()) {
        (false, _) => segment.into(),
        (true, Segment::Commercial) => t.type_state_owned().into(),
        (true, _) => format!("{} · {segment}", t.type_state_owned()),
    }
}

/// Whom an offer is made for.
pub fn segment(t: T, segment: Segment) -> &'static str {
    match segment {
        Segment::Commercial => t.segment_commercial(),
        Segment::Education => t.segment_education(),
        Segment::Nonprofit => t.segment_nonprofit(),
        Segment::Government => t.segment_government(),
    }
}

/// A relationship's name.
pub fn relationship(t: T, relationship: Relationship) -> &'static str {
    match relationship {
        Relationship::Reseller => t.relationship_reseller(),
        Relationship::Advisor => t.relationship_advisor(),
        Relationship::Syndication => t.relationship_syndication(),
        Relationship::MicrosoftSupport => t.relationship_microsoft_support(),
        Relationship::None => t.relationship_none(),
    }
}

/// A billing frequency's name.
pub fn cycle(t: T, cycle: BillingCycle) -> &'static str {
    match cycle {
        BillingCycle::Monthly => t.cycle_monthly(),
        BillingCycle::Annual => t.cycle_annual(),
        BillingCycle::None => t.cycle_trial(),
    }
}

/// The reason of a suspension.
pub fn reason(t: T, reason: SuspensionReason) -> &'static str {
    match reason {
        SuspensionReason::CustomerRequest => t.reason_customer_request(),
        SuspensionReason::NonPayment => t.reason_non_payment(),
        SuspensionReason::Fraud => t.reason_fraud(),
        SuspensionReason::NotStated => t.reason_not_stated(),
    }
}

/// Licenses with their word: "25 licenses".
pub fn licenses(t: T, quantity: Quantity) -> String {
    t.licenses(u64::from(quantity.get()))
}

/// The signs of look.md: which shape and colour a subscription's status has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// ● in use.
    Active,
    /// ◐ suspended.
    Suspended,
    /// ◑ cancelled.
    Cancelled,
    /// ○ gone.
    Deleted,
    /// ◇ a trial in use.
    Trial,
}

impl Sign {
    /// The sign of a subscription.
    pub fn of(held: &Subscription) -> Self {
        match &held.state {
            State::Active if held.is_trial() => Self::Trial,
            State::Active => Self::Active,
            State::Suspended(suspension) if suspension.intent == Intent::Cancel => Self::Cancelled,
            State::Suspended(_) => Self::Suspended,
            State::Deleted(_) => Self::Deleted,
        }
    }

    /// Its name in class names and in the sprite.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Cancelled => "cancelled",
            Self::Deleted => "deleted",
            Self::Trial => "trial",
        }
    }

    /// Its word.
    pub fn word(self, t: T) -> &'static str {
        match self {
            Self::Active => t.status_active(),
            Self::Suspended => t.status_suspended(),
            Self::Cancelled => t.status_cancelled(),
            Self::Deleted => t.status_deleted(),
            Self::Trial => t.status_trial(),
        }
    }
}

/// A bare status as its word.
pub fn status(t: T, status: Status) -> &'static str {
    match status {
        Status::Active => t.status_active(),
        Status::Suspended => t.status_suspended(),
        Status::Deleted => t.status_deleted(),
    }
}

/// Days within which a last day is shown as urgent (look.md, "Status").
pub const URGENT_DAYS: i64 = 14;

/// What becomes of a subscription next: "Auto renews on …", "Expires on …", with the days left
/// where something would be lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    /// The sentence.
    pub text: String,
    /// The last day, where something ends with it.
    pub last_day: Option<NaiveDate>,
    /// Days left to it.
    pub days_left: Option<i64>,
}

impl Outlook {
    /// What becomes of a subscription of the account, seen at the caller's moment.
    pub fn of(t: T, caller: &Caller, account: &CustomerAccount, held: &Subscription) -> Self {
        let ending = |last_day: NaiveDate, text: String| {
            let days_left = last_day.signed_duration_since(caller.now.date_naive()).num_days();
            Self { text, last_day: Some(last_day), days_left: Some(days_left) }
        };
        let plain = |text: String| Self { text, last_day: None, days_left: None };
        match &held.state {
            State::Suspended(suspension) => match account.expires_on(held, &caller.policy) {
                Some(until) if suspension.intent == Intent::Cancel => {
                    ending(until.0, t.outlook_deletes(&date(t, until.0)))
                }
                Some(until) => ending(until.0, t.outlook_expires(&date(t, until.0))),
                None => plain(String::new()),
            },
            State::Deleted(deleted) => {
                let day = date(t, deleted.at.date_naive());
                // Also where it was suspended when it ended.
                let is_trial = held.data_kept_until(&caller.policy).is_some();
                plain(if is_trial { t.outlook_trial_ended(&day) } else { t.outlook_deleted(&day) })
            }
            State::Active => match (&held.term, held.term.ends_on(), held.term.last_day()) {
                (Term::Paid { auto_renews: true, .. }, Some(next), _) => {
                    plain(t.outlook_renews(&date(t, next)))
                }
                (_, _, Some(last_day)) => ending(last_day, t.outlook_expires(&date(t, last_day))),
                _ => plain(t.outlook_open().into()),
            },
        }
    }

    /// Whether the last day is near.
    pub fn is_urgent(&self) -> bool {
        self.days_left.is_some_and(|days| days <= URGENT_DAYS)
    }
}

/// "12 days left", "last day".
pub fn days_left(t: T, days: i64) -> String {
    match u64::try_from(days) {
        Ok(0) => t.days_left_today().into(),
        Ok(days) => t.days_left(days),
        Err(_) => t.days_left_none().into(),
    }
}

/// What went wrong, in a sentence or two.
pub fn failure(t: T, failure: &Failure) -> String {
    match failure {
        Failure::Refused(why) => refusal(t, why),
        Failure::Changed(_) => t.failure_changed().into(),
        Failure::RequestIdReused => t.failure_request_reused().into(),
        Failure::Store(error) => t.failure_store(&error.to_string()),
        Failure::HeldBack(why) => why.clone(),
        Failure::NotAnswered(why) => not_answered(t, *why),
    }
}

/// Why the server gave no answer.
pub fn not_answered(t: T, why: NotAnswered) -> String {
    match why {
        NotAnswered::Network => t.failure_network().into(),
        NotAnswered::TimedOut => t.failure_timed_out().into(),
        NotAnswered::SignedOut => t.failure_signed_out().into(),
        NotAnswered::Busy(seconds) => t.failure_busy(&number(t, seconds)),
        NotAnswered::OtherVersion => t.failure_other_version().into(),
        NotAnswered::NotOurs => t.failure_not_ours().into(),
        NotAnswered::Forgotten => t.failure_forgotten().into(),
    }
}

/// Why somebody may not do something at all: the roles do not allow it, as `rules::permitted` says,
/// or the partner is blocked.
pub fn not_permitted(t: T, why: &Refusal) -> String {
    match why {
        // Said once for the whole view, by the panel that is one.
        Refusal::ViewOnly => String::new(),
        Refusal::PartnerBlocked => t.refusal_partner_blocked().into(),
        _ => t.refusal_role().into(),
    }
}

/// Why a rule refused, and what to do now.
pub fn refusal(t: T, why: &Refusal) -> String {
    match why {
        Refusal::RoleNotAllowed { .. } | Refusal::ViewOnly | Refusal::PartnerBlocked => {
            not_permitted(t, why)
        }
        Refusal::NoCommerceRelationship => t.refusal_no_relationship().into(),
        Refusal::CustomerNotFound => t.refusal_customer_not_found().into(),
        Refusal::SubscriptionNotFound => t.refusal_subscription_not_found().into(),
        Refusal::InvalidOfferId { offer } => t.refusal_offer_unknown(offer.as_str()),
        Refusal::WrongCloud { sold_in } => t.refusal_wrong_cloud(cloud(t, *sold_in)),
        Refusal::OfferNotInCountry { country }
        | Refusal::PartnerNotOnboardedInCountry { country, .. } => {
            t.refusal_country(&crate::format::country(t, *country))
        }
        Refusal::PartnerNotValidForOffer { needs } => {
            t.refusal_partner_not_authorized(segment(t, *needs))
        }
        Refusal::WrongSegment { made_for, .. } => t.refusal_segment(segment(t, *made_for)),
        Refusal::OfferNoLongerAvailable { last_order_on } => match last_order_on {
            Some(last) => t.refusal_withdrawn_since(&date(t, *last)),
            None => t.refusal_withdrawn().into(),
        },
        Refusal::CycleNotSupportedByOffer { asked } => match asked {
            BillingCycle::Monthly => t.refusal_not_monthly().into(),
            BillingCycle::Annual => t.refusal_not_annual().into(),
            BillingCycle::None => t.refusal_not_trial().into(),
        },
        Refusal::AddonNeedsBase => t.refusal_addon_needs_base().into(),
        Refusal::AddonNotForParent { .. } => t.refusal_addon_not_for_parent().into(),
        Refusal::ParentNotActive => t.refusal_parent_not_active().into(),
        Refusal::PaidOfferOwned { .. } => t.refusal_paid_owned().into(),
        Refusal::TrialAlreadyHad { limit, .. } => t.refusal_trial_had(u64::from(*limit)),
        Refusal::OfferUseLimitExceeded { limit, held, .. } => {
            t.refusal_limit(&held.to_string(), &limit.to_string())
        }
        Refusal::SuspendedReactivateInstead { limit, held, until, .. } => {
            t.refusal_reactivate(&date(t, until.0), &held.to_string(), &limit.to_string())
        }
        Refusal::QuantityZero => t.refusal_quantity_zero().into(),
        Refusal::QuantityNotWhole { asked } if asked.is_empty() => {
            t.refusal_quantity_empty().into()
        }
        Refusal::QuantityNotWhole { asked } => t.refusal_quantity_not_whole(asked),
        Refusal::QuantityOutOfRange { asked, min, max } => t.refusal_quantity_range(
            &number(t, asked.get()),
            &number(t, max.get()),
            &number(t, min.get()),
        ),
        Refusal::QuantityLockedWhileSuspended => t.refusal_quantity_locked().into(),
        Refusal::SeatsNotUpdatable { fixed } => t.refusal_quantity_fixed(&number(t, fixed.get())),
        Refusal::OfferUpdatesNotAllowed => t.refusal_offer_gone().into(),
        Refusal::SubscriptionDeleted => t.refusal_deleted().into(),
        Refusal::WindowClosed { last_day, .. } => t.refusal_window_closed(&date(t, *last_day)),
        Refusal::SuspendedByVendor => t.refusal_vendor().into(),
        Refusal::SubscriptionNotActive => t.refusal_not_active().into(),
        Refusal::StatusTransitionNotAllowed { status: from, .. } => {
            t.refusal_status(status(t, *from))
        }
        Refusal::ReasonMissing => t.refusal_reason_missing().into(),
        Refusal::TrialCannotBeSuspended => t.refusal_trial_suspend().into(),
        Refusal::ConversionsNotFound => t.refusal_no_conversion().into(),
        Refusal::OrderEmpty => t.refusal_order_empty().into(),
        Refusal::OrderNeedsSplit { .. } => t.refusal_order_split().into(),
        Refusal::CycleFixedByPolicy => t.refusal_cycle_fixed().into(),
        Refusal::QualificationNotInCloud { cloud: of } => t.refusal_no_qualification(cloud(t, *of)),
        Refusal::ActiveSubscriptionsRemain { subscriptions } => {
            t.refusal_active_remain(subscriptions.len() as u64)
        }
        Refusal::InvalidInput { field, value } => invalid(t, field, value),
        Refusal::DomainTaken => t.invalid_domain_taken().into(),
    }
}

fn invalid(t: T, field: &str, value: &str) -> String {
    match field {
        "companyName" => t.invalid_company_name().into(),
        "domain" => t.invalid_domain().into(),
        "country" => t.invalid_country().into(),
        "email" => t.invalid_email().into(),
        "state" => t.invalid_state().into(),
        "postalCode" if !value.is_empty() => t.invalid_postal_code().into(),
        "friendlyName" => t.invalid_nickname().into(),
        "suspensionNote" => t.invalid_note().into(),
        _ if value.is_empty() => t.invalid_empty().into(),
        _ => t.invalid_value(value),
    }
}
