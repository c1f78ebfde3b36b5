//! Subscriptions as the vendor writes them, with the fields we add (domain.md §2.4, §2.5, §2.8;
//! design.md §5).

use crate::error::word;
use crate::moment;
use crate::offer::BillingCycle;
use crate::order::{cycle, order_of};
#[cfg(not(target_arch = "wasm32"))]
use crate::resource::Other;
use crate::resource::{Attributes, Links, link};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use subscription_rules::{
    self as rules, Charging, Context, CustomerAccount, ExpiresOn, SubscriptionId, Term, choices,
};

/// A subscription. In a request each field may be missing and is then left alone (design.md §5).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Subscription {
    /// Kept for life.
    pub id: Option<String>,
    /// What was bought.
    pub offer_id: Option<String>,
    /// Its name when it was bought.
    pub offer_name: Option<String>,
    /// The partner's name for it.
    pub friendly_name: Option<String>,
    /// Licenses; as it was written, the rules say whether it is a quantity.
    pub quantity: Option<serde_json::Value>,
    /// What is counted.
    pub unit_type: Option<String>,
    /// What an add-on hangs under.
    pub parent_subscription_id: Option<String>,
    /// When it was bought.
    #[serde(deserialize_with = "moment::read")]
    pub creation_date: Option<DateTime<Utc>>,
    /// Midnight of the start day.
    #[serde(deserialize_with = "moment::read")]
    pub effective_start_date: Option<DateTime<Utc>>,
    /// The end of the term, exclusive; far away where there is none.
    #[serde(deserialize_with = "moment::read")]
    pub commitment_end_date: Option<DateTime<Utc>>,
    /// `active`, `suspended` or `deleted`.
    pub status: Option<String>,
    /// Whether it renews by itself.
    pub auto_renew_enabled: Option<bool>,
    /// `license` or `usage`.
    pub billing_type: Option<String>,
    /// How often it is billed.
    #[serde(deserialize_with = "cycle")]
    pub billing_cycle: Option<BillingCycle>,
    /// `customer_request`, `non_payment`, `fraud`, `not_stated`.
    pub suspension_reasons: Option<Vec<String>>,
    /// What was written beside the reason; ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspension_note: Option<String>,
    /// `hold` or `cancel`, while suspended; ours (domain.md A1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspension_intent: Option<String>,
    /// `subscription`.
    pub contract_type: Option<String>,
    /// The order that made it; that of its base, where it is an add-on.
    pub order_id: Option<String>,
    /// The indirect reseller, who is none here (domain.md §2.4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner_id: Option<String>,
    /// Whether it is a trial.
    pub is_trial: Option<bool>,
    /// The running window, while suspended, and that of an ended trial's data; ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention: Option<Retention>,
    /// Days before the first paid period, kept for life; ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free_days: Option<u16>,
    /// Licenses given to users; null when unknown; ours.
    pub assigned_quantity: Option<u32>,
    /// What the caller can do with it now; ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_actions: Option<Vec<String>>,
    /// To itself, its offer and what it hangs under.
    #[serde(skip_serializing_if = "Links::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, crate::Link>))]
    pub links: Links,
    /// `objectType` is `Subscription`; with the `ETag`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
    /// What this version does not know.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(flatten)]
    #[cfg_attr(feature = "openapi", schema(ignore))]
    pub other: Other,
}

/// How long a suspended subscription can be had back (domain.md §3.4), or the data of an ended
/// trial is kept (domain.md §3.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Retention {
    /// The rule that gave the days: `90_to_120_days` or `60_days`.
    #[serde(default)]
    pub rule: String,
    /// The days from the suspension, or from the trial's last day, to the last one.
    pub window_days: i64,
    /// The UTC day of the suspension, day 0; none where a trial has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspended_on: Option<NaiveDate>,
    /// The last day to reactivate it, or on which the data is there, to 24:00 UTC (S27).
    pub expires_on: NaiveDate,
    /// Days from today to that day; below 0 once a trial's data is gone.
    pub days_left: i64,
}

impl Retention {
    /// The window that runs at the context's moment, if one does.
    fn of(
        held: &rules::Subscription,
        account: &CustomerAccount,
        context: &Context<'_>,
    ) -> Option<Self> {
        let suspended_on = held.suspension().map(|suspension| suspension.at.date_naive());
        let (begins_on, until) = match suspended_on {
            Some(day) => (day, account.expires_on(held, context.policy)?),
            None => (held.term.last_day()?, ExpiresOn(held.data_kept_until(context.policy)?)),
        };
        Some(Self {
            rule: context.policy.retention.word(),
            window_days: (until.0 - begins_on).num_days(),
            suspended_on,
            expires_on: until.0,
            days_left: until.days_left(context.now),
        })
    }
}

/// The `ETag` of a subscription's state. It belongs to one subscription (domain.md §2.5).
pub fn etag(of: &rules::Subscription) -> String {
    format!("{}.{}", of.id.as_str().to_ascii_lowercase(), of.revision)
}

/// The revision that an `ETag` stands for, quoted, weak or bare; `None` when it is none of this
/// subscription's.
pub fn revision(etag: &str, of: &SubscriptionId) -> Option<u32> {
    let (id, revision) = crate::resource::bare(etag).rsplit_once('.')?;
    if id.eq_ignore_ascii_case(of.as_str()) { revision.parse().ok() } else { None }
}

/// Stands for "never" where the vendor wants a date (domain.md §2.4).
fn never() -> Option<DateTime<Utc>> {
    NaiveDate::from_ymd_opt(9999, 12, 31).map(midnight)
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

/// The end of the term as the vendor gives it.
fn ends(held: &rules::Subscription) -> Option<DateTime<Utc>> {
    held.term.ends_on().map(midnight).or_else(never)
}

impl Subscription {
    /// A subscription as it stands at the context's moment.
    pub fn of(
        held: &rules::Subscription,
        account: &CustomerAccount,
        context: &Context<'_>,
    ) -> Self {
        let (customer, country) = (&account.customer().id, account.customer().country);
        let id = |id: &SubscriptionId| id.as_str().to_owned();
        let subscriptions = format!("/customers/{customer}/subscriptions");
        let mut links = Links::from([
            ("offer".into(), link(format!("/offers/{}?country={country}", held.offer))),
            ("self".into(), link(format!("{subscriptions}/{}", held.id))),
        ]);
        if let Some(parent) = &held.parent {
            links.insert("parentSubscription".into(), link(format!("{subscriptions}/{parent}")));
        }
        let suspension = held.suspension();
        let possible = choices(context, account, held).into_iter();
        let possible = possible.filter(|(_, may)| may.is_ok()).map(|(action, _)| word(&action));
        let usage = held.charging == Charging::Usage;
        Self {
            id: Some(id(&held.id)),
            offer_id: Some(held.offer.as_str().to_owned()),
            offer_name: Some(held.offer_name.to_string()),
            friendly_name: Some(held.nickname.as_str().to_owned()),
            quantity: Some(held.quantity.get().into()),
            unit_type: Some(if usage { "Usage-based" } else { "Licenses" }.into()),
            parent_subscription_id: held.parent.as_ref().map(id),
            creation_date: Some(moment::written(held.created_at)),
            effective_start_date: Some(midnight(held.opened_on)),
            commitment_end_date: ends(held),
            status: Some(word(&held.status())),
            // Usage goes on without an end, so there is nothing to renew (domain.md §4.1).
            auto_renew_enabled: Some(held.term != Term::Open && held.term.auto_renews()),
            billing_type: Some(if usage { "usage" } else { "license" }.into()),
            billing_cycle: Some(held.cycle().into()),
            suspension_reasons: Some(
                suspension.map(|suspension| word(&suspension.reason)).into_iter().collect(),
            ),
            suspension_note: suspension
                .and_then(|suspension| suspension.note.as_ref())
                .map(|note| note.as_str().to_owned()),
            suspension_intent: suspension.map(|suspension| word(&suspension.intent)),
            contract_type: Some("subscription".into()),
            order_id: Some(order_of(held, account).as_str().to_owned()),
            is_trial: Some(held.is_trial()),
            retention: Retention::of(held, account, context),
            free_days: match &held.term {
                Term::Paid { free_days, .. } => Some(free_days.get()),
                Term::Trial { .. } | Term::Open => None,
            },
            assigned_quantity: held.assigned,
            allowed_actions: Some(possible.collect()),
            links,
            attributes: Some(Attributes::of("Subscription").with_etag(etag(held))),
            ..Self::default()
        }
    }

    /// The first field that we compute and a request gives another value (design.md §5): the name
    /// of the field on the wire.
    ///
    /// What the same state shows differently to another person (`allowedActions`) or on another day
    /// (the days left) is none: a resource may be sent back as it was read.
    pub fn changes_read_only(&self, now: &Self) -> Option<&'static str> {
        fn differs<T: PartialEq>(asked: Option<&T>, now: Option<&T>) -> bool {
            asked.is_some() && asked != now
        }
        let moved = |asked: Option<DateTime<Utc>>, now: Option<DateTime<Utc>>| {
            asked.is_some_and(|asked| !now.is_some_and(|now| moment::is_same(asked, now)))
        };
        // Identifiers and words are the same in either case.
        let folded = |asked: &Option<String>, now: &Option<String>| {
            let fold = |text: &Option<String>| text.as_ref().map(|text| text.to_ascii_lowercase());
            differs(fold(asked).as_ref(), fold(now).as_ref())
        };
        let window = |of: &Self| {
            let window = of.retention.as_ref();
            window.map(|window| (window.window_days, window.suspended_on, window.expires_on))
        };
        let fields = [
            ("billingCycle", differs(self.billing_cycle.as_ref(), now.billing_cycle.as_ref())),
            ("id", folded(&self.id, &now.id)),
            ("offerId", folded(&self.offer_id, &now.offer_id)),
            ("offerName", differs(self.offer_name.as_ref(), now.offer_name.as_ref())),
            ("orderId", folded(&self.order_id, &now.order_id)),
            (
                "parentSubscriptionId",
                folded(&self.parent_subscription_id, &now.parent_subscription_id),
            ),
            (
                "autoRenewEnabled",
                differs(self.auto_renew_enabled.as_ref(), now.auto_renew_enabled.as_ref()),
            ),
            ("isTrial", differs(self.is_trial.as_ref(), now.is_trial.as_ref())),
            ("unitType", folded(&self.unit_type, &now.unit_type)),
            ("billingType", folded(&self.billing_type, &now.billing_type)),
            ("contractType", folded(&self.contract_type, &now.contract_type)),
            ("creationDate", moved(self.creation_date, now.creation_date)),
            ("effectiveStartDate", moved(self.effective_start_date, now.effective_start_date)),
            ("commitmentEndDate", moved(self.commitment_end_date, now.commitment_end_date)),
            ("freeDays", differs(self.free_days.as_ref(), now.free_days.as_ref())),
            (
                "assignedQuantity",
                differs(self.assigned_quantity.as_ref(), now.assigned_quantity.as_ref()),
            ),
            (
                "retention",
                // One that has ended meanwhile asks for nothing.
                now.retention.is_some() && differs(window(self).as_ref(), window(now).as_ref()),
            ),
        ];
        fields.into_iter().find(|(_, differs)| *differs).map(|(field, _)| field)
    }
}

/// Whether what was bought is there (domain.md §2.4 `SubscriptionProvisioningStatus`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ProvisioningStatus {
    /// What was bought: the offer.
    pub sku_id: String,
    /// `success`: provisioning is done when the order is (design.md §5).
    pub status: String,
    /// Licenses.
    pub quantity: u32,
    /// The end of the term, exclusive; far away where there is none.
    pub end_date: Option<DateTime<Utc>>,
    /// `objectType` is `SubscriptionProvisioningStatus`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
}

impl From<&rules::Subscription> for ProvisioningStatus {
    fn from(held: &rules::Subscription) -> Self {
        Self {
            sku_id: held.offer.as_str().to_owned(),
            status: "success".into(),
            quantity: held.quantity.get(),
            end_date: ends(held),
            attributes: Some(Attributes::of("SubscriptionProvisioningStatus")),
        }
    }
}

/// What a trial can become, or what it became (domain.md §2.4).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Conversion {
    /// The trial.
    pub offer_id: String,
    /// The paid offer.
    pub target_offer_id: String,
    /// The subscription's order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// Licenses; the trial's by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<serde_json::Value>,
    /// How it will be billed; monthly by default.
    #[serde(deserialize_with = "cycle", skip_serializing_if = "Option::is_none")]
    pub billing_cycle: Option<BillingCycle>,
    /// `objectType` is `Conversion`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
    /// What this version does not know.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(flatten)]
    #[cfg_attr(feature = "openapi", schema(ignore))]
    pub other: Other,
}

/// What a conversion came to; the subscription keeps its ID (domain.md §2.4).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ConversionResult {
    /// The subscription, as before.
    pub subscription_id: String,
    /// The trial it was.
    pub offer_id: String,
    /// The offer it is now.
    pub target_offer_id: String,
    /// `objectType` is `ConversionResult`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
}
