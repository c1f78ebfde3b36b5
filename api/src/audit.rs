//! The audit log as the vendor writes it (domain.md §2.4 `AuditRecord`).

use crate::error::word;
use serde::{Deserialize, Serialize};
use subscription_rules::{CustomerId, Event, Fact, Intent};

/// One thing that was done.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct AuditRecord {
    /// The partner.
    pub partner_id: String,
    /// Whose account.
    pub customer_id: String,
    /// The company's name then.
    pub customer_name: String,
    /// Who did it, by sign-in name; `system` for what time brought.
    pub user_principal_name: String,
    /// `customer`, `order` or `subscription`.
    pub resource_type: String,
    /// The subscription, where it is about one; ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// Before, as JSON in a string.
    pub resource_old_value: String,
    /// After, as JSON in a string.
    pub resource_new_value: String,
    /// What was done.
    pub operation_type: String,
    /// When.
    pub operation_date: Option<chrono::DateTime<chrono::Utc>>,
    /// `succeeded`: only what was done is logged.
    pub operation_status: String,
    /// What an order bought, as the vendor has it; ours are the subscription whose change drew this
    /// one along, the reason and the note.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub customized_data: Vec<Pair>,
}

/// A key with its value (domain.md §2.4).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pair {
    /// Its name.
    pub key: String,
    /// What it is.
    pub value: String,
}

impl AuditRecord {
    /// A line of the log. The names are those of then; the subscription's is empty where it is
    /// about the customer itself.
    pub fn of(
        fact: &Fact,
        customer: &CustomerId,
        (customer_name, subscription_name): (&str, &str),
        user: &str,
    ) -> Self {
        let told = Told::of(fact, subscription_name);
        let drawn = fact.cause.as_ref().map(|by| ("CausedBy", by.as_str().to_owned()));
        let pairs = told.more.into_iter().chain(drawn);
        Self {
            partner_id: String::new(),
            customer_id: customer.as_str().to_owned(),
            customer_name: customer_name.to_owned(),
            user_principal_name: user.to_owned(),
            resource_type: resource_type(&fact.event).to_owned(),
            resource_id: fact.subscription.as_ref().map(|id| id.as_str().to_owned()),
            resource_old_value: told.before.to_string(),
            resource_new_value: told.after.to_string(),
            operation_type: told.operation.to_owned(),
            operation_date: Some(fact.at),
            operation_status: "succeeded".into(),
            customized_data: pairs.map(|(key, value)| Pair { key: key.into(), value }).collect(),
        }
    }
}

/// What an event is about, in the vendor's word (domain.md §2.4).
pub const fn resource_type(event: &Event) -> &'static str {
    match event {
        Event::CustomerAdded
        | Event::BillingProfileSet { .. }
        | Event::QualificationSet { .. }
        | Event::RelationshipRemoved => "customer",
        Event::Created { .. } => "order",
        Event::QuantityChanged { .. }
        | Event::Renamed { .. }
        | Event::Suspended { .. }
        | Event::IntentChanged { .. }
        | Event::Reactivated { .. }
        | Event::Converted { .. }
        | Event::Renewed { .. }
        | Event::Deleted { .. } => "subscription",
    }
}

/// An event in the vendor's words.
struct Told {
    operation: &'static str,
    before: serde_json::Value,
    after: serde_json::Value,
    more: Vec<(&'static str, String)>,
}

impl Told {
    /// Suspend, reactivate, quantity and rename are all `update_subscription`: old and new value
    /// tell them apart (domain.md §2.4).
    fn of(fact: &Fact, name: &str) -> Self {
        use serde_json::json;
        let other = |operation, before, after| Self { operation, before, after, more: Vec::new() };
        let updated = |before, after| other("update_subscription", before, after);
        match &fact.event {
            Event::CustomerAdded => other("add_customer", json!({}), json!({})),
            Event::BillingProfileSet { from, to } => {
                let told = |email| json!({ "email": email });
                other("update_customer_billing_profile", told(from), told(to))
            }
            Event::QualificationSet { from, to } => {
                let told = |of| json!({ "qualification": crate::qualification(of).as_str() });
                other("update_customer_qualification", told(*from), told(*to))
            }
            Event::RelationshipRemoved => other(
                "remove_partner_customer_relationship",
                json!({ "relationshipToPartner": "reseller" }),
                json!({ "relationshipToPartner": "none" }),
            ),
            Event::Created { offer, quantity, cycle, order } => {
                let made = fact.subscription.as_ref().map(|id| id.as_str().to_owned());
                let keys = [
                    ("OrderId", Some(order.as_str().to_owned())),
                    ("BillingCycle", Some(word(cycle))),
                    ("OfferId-0", Some(offer.as_str().to_owned())),
                    ("SubscriptionId-0", made),
                    ("SubscriptionName-0", (!name.is_empty()).then(|| name.to_owned())),
                    ("Quantity-0", Some(quantity.to_string())),
                ];
                let known = keys.into_iter().filter_map(|(key, value)| Some((key, value?)));
                Self {
                    more: known.collect(),
                    ..other(
                        "create_order",
                        json!({}),
                        json!({ "offerId": offer, "quantity": quantity, "status": "active" }),
                    )
                }
            }
            Event::QuantityChanged { from, to } => {
                updated(json!({ "quantity": from }), json!({ "quantity": to }))
            }
            Event::Renamed { from, to } => {
                updated(json!({ "friendlyName": from }), json!({ "friendlyName": to }))
            }
            Event::Suspended { reason, note, intent, expires_on } => {
                let intent = match intent {
                    Intent::Hold => "hold",
                    Intent::Cancel => "cancel",
                };
                let note = note.as_ref().map(|note| ("SuspensionNote", note.as_str().to_owned()));
                let reason = ("SuspensionReason", word(reason));
                Self {
                    more: std::iter::once(reason).chain(note).collect(),
                    ..updated(
                        json!({ "status": "active" }),
                        json!({
                            "status": "suspended", "suspensionIntent": intent,
                            "expiresOn": expires_on.0,
                        }),
                    )
                }
            }
            Event::IntentChanged { from, to } => {
                let told = |of| json!({ "status": "suspended", "suspensionIntent": word(of) });
                updated(told(from), told(to))
            }
            Event::Reactivated { would_have_expired_on } => updated(
                json!({ "status": "suspended", "expiresOn": would_have_expired_on.0 }),
                json!({ "status": "active" }),
            ),
            Event::Converted { from, to, quantity, cycle } => other(
                "convert_trial_subscription",
                json!({ "offerId": from }),
                json!({ "offerId": to, "quantity": quantity, "billingCycle": word(cycle) }),
            ),
            Event::Renewed { from, to } => {
                updated(json!({ "commitmentEndDate": from }), json!({ "commitmentEndDate": to }))
            }
            Event::Deleted { from, because } => updated(
                json!({ "status": word(from) }),
                json!({ "status": "deleted", "because": word(because) }),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use subscription_rules::{BillingCycle, OfferId, OrderId, Quantity, SubscriptionId};

    /// domain.md §2.4: the keys of an order's record.
    #[test]
    fn an_order_names_what_it_bought() {
        let created = Event::Created {
            offer: OfferId::parse("OFFER-1").unwrap(),
            quantity: Quantity::try_from(4).unwrap(),
            cycle: BillingCycle::Annual,
            order: OrderId::parse("ORDER-1").unwrap(),
        };
        let subscription = Some(SubscriptionId::parse("S-1").unwrap());
        let fact =
            Fact { at: chrono::DateTime::UNIX_EPOCH, subscription, cause: None, event: created };
        let customer = CustomerId::parse("C-1").unwrap();
        let record = AuditRecord::of(&fact, &customer, ("Company", "Head office"), "dana");
        let said = (&*record.resource_type, &*record.operation_type, &*record.customer_name);
        assert_eq!(said, ("order", "create_order", "Company"));
        let pairs = record.customized_data.iter().map(|pair| (&*pair.key, &*pair.value));
        let expected = [
            ("OrderId", "ORDER-1"),
            ("BillingCycle", "annual"),
            ("OfferId-0", "OFFER-1"),
            ("SubscriptionId-0", "S-1"),
            ("SubscriptionName-0", "Head office"),
            ("Quantity-0", "4"),
        ];
        assert_eq!(pairs.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_record_of_the_customer_names_no_subscription() {
        let (at, event) = (chrono::DateTime::UNIX_EPOCH, Event::CustomerAdded);
        let fact = Fact { at, subscription: None, cause: None, event };
        let customer = CustomerId::parse("C-1").unwrap();
        let record = AuditRecord::of(&fact, &customer, ("Company", ""), "dana");
        assert_eq!((&*record.resource_type, record.customized_data), ("customer", Vec::new()));
    }
}
