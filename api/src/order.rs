//! Orders as the vendor writes them (domain.md §2.4, §2.8).

use crate::moment;
use crate::offer::BillingCycle;
#[cfg(not(target_arch = "wasm32"))]
use crate::resource::Other;
use crate::resource::{Attributes, Links, link};
use serde::{Deserialize, Deserializer, Serialize};
use subscription_rules::{self as rules, Context, CustomerAccount, OrderId};

/// An order: one billing cycle, one or more lines (domain.md §2.4).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Order {
    /// A GUID in old data, any word in newer data.
    pub id: String,
    /// Whose.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reference_customer_id: String,
    /// One for all lines; a request without it means monthly.
    #[serde(deserialize_with = "cycle", skip_serializing_if = "Option::is_none")]
    pub billing_cycle: Option<BillingCycle>,
    /// What is bought.
    pub line_items: Vec<OrderLineItem>,
    /// In what it is charged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency_code: Option<String>,
    /// When it was placed.
    #[serde(deserialize_with = "moment::read", skip_serializing_if = "Option::is_none")]
    pub creation_date: Option<chrono::DateTime<chrono::Utc>>,
    /// `completed`, `pending`, `cancelled` or `unknown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// To itself and to its provisioning.
    #[serde(skip_serializing_if = "Links::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, crate::Link>))]
    pub links: Links,
    /// `objectType` is `Order`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
    /// What this version does not know.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(flatten)]
    #[cfg_attr(feature = "openapi", schema(ignore))]
    pub other: Other,
}

/// A line of an order (domain.md §2.4).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct OrderLineItem {
    /// From 0.
    pub line_item_number: u32,
    /// What.
    pub offer_id: String,
    /// The subscription it made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscription_id: Option<String>,
    /// The subscription an add-on is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_subscription_id: Option<String>,
    /// The partner's name for the subscription.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub friendly_name: Option<String>,
    /// The indirect reseller, who is none here (domain.md §2.4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner_id_on_record: Option<String>,
    /// How many, as it was written: the rules say whether it is a quantity.
    pub quantity: serde_json::Value,
    /// To the subscription it made.
    #[serde(skip_serializing_if = "Links::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, crate::Link>))]
    pub links: Links,
    /// What this version does not know.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(flatten)]
    #[cfg_attr(feature = "openapi", schema(ignore))]
    pub other: Other,
}

impl Order {
    /// A placed order. Names come from the subscriptions as they are now called.
    pub fn of(order: &rules::Order, account: &CustomerAccount, context: &Context<'_>) -> Self {
        let customer = &account.customer().id;
        let own = format!("/customers/{customer}/orders/{}", order.id);
        let line = |(place, line): (usize, &rules::OrderLine)| {
            let made = account.get(&line.subscription);
            let to = format!("/customers/{customer}/subscriptions/{}", line.subscription);
            OrderLineItem {
                line_item_number: u32::try_from(place).unwrap_or(u32::MAX),
                offer_id: line.offer.as_str().to_owned(),
                subscription_id: Some(line.subscription.as_str().to_owned()),
                parent_subscription_id: made
                    .and_then(|made| made.parent.as_ref())
                    .map(|parent| parent.as_str().to_owned()),
                friendly_name: made.and_then(|made| named(line, made, context)),
                quantity: line.quantity.get().into(),
                links: Links::from([("subscription".into(), link(to))]),
                ..OrderLineItem::default()
            }
        };
        Self {
            id: order.id.as_str().to_owned(),
            reference_customer_id: customer.as_str().to_owned(),
            billing_cycle: Some(order.cycle.into()),
            line_items: order.lines.iter().enumerate().map(line).collect(),
            currency_code: Some(context.partner.currency.as_str().to_owned()),
            creation_date: Some(moment::written(order.created_at)),
            // Provisioning is done when the order is (design.md §5).
            status: Some("completed".into()),
            links: Links::from([
                ("provisioningStatus".into(), link(format!("{own}/provisioningstatus"))),
                ("self".into(), link(own)),
            ]),
            attributes: Some(Attributes::of("Order")),
            ..Self::default()
        }
    }
}

/// The partner's name for what a line made. Where it is the offer's own, it is that of the offer
/// that was ordered, which a trial has no more once it is converted.
fn named(
    line: &rules::OrderLine,
    made: &rules::Subscription,
    context: &Context<'_>,
) -> Option<String> {
    let is_of_partner = made.nickname.as_str() != &*made.offer_name;
    if is_of_partner || made.offer == line.offer {
        return Some(made.nickname.as_str().to_owned());
    }
    context.catalogue.get(&line.offer).map(|ordered| ordered.name.to_string())
}

/// The order that a subscription belongs to for the vendor, where an add-on joins the order of what
/// it hangs under (domain.md §2.3). Ours stay as they were placed, and an add-on has its own.
pub fn order_of<'a>(held: &'a rules::Subscription, account: &'a CustomerAccount) -> &'a OrderId {
    let mut base = held;
    while let Some(above) = account.parent_of(base) {
        base = above;
    }
    &base.order
}

/// Placed orders, oldest first, as the vendor has them: each with the add-ons that were bought on
/// it since. So whoever looks at an order before asking for an add-on again finds the first one.
///
/// An add-on whose base has no order that is kept is in its own.
pub fn with_add_ons(placed: Vec<rules::Order>, account: &CustomerAccount) -> Vec<rules::Order> {
    let mut whole: Vec<rules::Order> = Vec::with_capacity(placed.len());
    for order in placed {
        let made = order.lines.first().and_then(|line| account.get(&line.subscription));
        let joins = made.map(|made| order_of(made, account)).filter(|joins| **joins != order.id);
        match joins.and_then(|joins| whole.iter_mut().find(|base| base.id == *joins)) {
            Some(base) => base.lines.extend(order.lines),
            None => whole.push(order),
        }
    }
    whole
}

impl From<rules::BillingCycle> for BillingCycle {
    fn from(cycle: rules::BillingCycle) -> Self {
        match cycle {
            rules::BillingCycle::Monthly => Self::Monthly,
            rules::BillingCycle::Annual => Self::Annual,
            rules::BillingCycle::None => Self::None,
        }
    }
}

/// The cycle that a request names. The vendor's clients write `unknown` where none was set
/// (domain.md §2.4).
pub(crate) fn cycle<'de, D: Deserializer<'de>>(from: D) -> Result<Option<BillingCycle>, D::Error> {
    let is_set = |cycle: &BillingCycle| !cycle.as_str().eq_ignore_ascii_case("unknown");
    Ok(Option::deserialize(from)?.filter(is_set))
}

impl BillingCycle {
    /// The cycle to decide on; `None` for one that did not exist in 2018.
    pub const fn known(&self) -> Option<rules::BillingCycle> {
        match self {
            Self::Monthly => Some(rules::BillingCycle::Monthly),
            Self::Annual => Some(rules::BillingCycle::Annual),
            Self::None => Some(rules::BillingCycle::None),
            Self::OneTime | Self::Other(_) => None,
        }
    }
}
