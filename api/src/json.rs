//! Reading what others write: a byte-order mark is dropped and keys are taken in any case
//! (domain.md §2.2, §8 item 20).
//!
//! The keys are put right once, on the tree, so that no shape needs a second spelling. A known
//! field is found whatever its case; an unknown key in `PascalCase` becomes `camelCase`, since the
//! vendor's documents write requests so and answers the other way. Values are left alone.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Why a text could not be read. The display is our own wording and may be shown; the parser's
/// words are in the source, for the log.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is not JSON, or not UTF-8.
    #[error("this is not JSON: see line {line}, column {column}")]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// The column in bytes, from 1; 0 at the very end of the line before.
        column: usize,
        /// What the parser says.
        source: serde_json::Error,
    },
    /// One object has a field twice in different case, and nothing says which one is meant.
    #[error("{0:?} is given twice")]
    SameKey(String),
    /// It is JSON, but a field is missing or holds another type.
    #[error("this JSON has a missing field, or one of another type than expected")]
    Shape(#[source] serde_json::Error),
}

/// Reads a body or a file.
pub fn read<T: DeserializeOwned>(text: &[u8]) -> Result<T, ReadError> {
    serde_json::from_value(tree(text)?).map_err(ReadError::Shape)
}

/// Reads the tree alone, with its keys put right.
pub fn tree(text: &[u8]) -> Result<Value, ReadError> {
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    let tree = serde_json::from_slice(text).map_err(|source| ReadError::Syntax {
        line: source.line(),
        column: source.column(),
        source,
    })?;
    keys_put_right(tree)
}

// As deep as the parser lets a tree be, which is 128 levels.
fn keys_put_right(tree: Value) -> Result<Value, ReadError> {
    match tree {
        Value::Object(fields) => {
            let mut right = Map::with_capacity(fields.len());
            for (key, value) in fields {
                let key = spelled(&key).into_owned();
                if right.contains_key(&key) {
                    return Err(ReadError::SameKey(key));
                }
                right.insert(key, keys_put_right(value)?);
            }
            Ok(Value::Object(right))
        }
        Value::Array(items) => items.into_iter().map(keys_put_right).collect(),
        leaf => Ok(leaf),
    }
}

/// The key as our shapes spell it.
fn spelled(key: &str) -> Cow<'_, str> {
    match FIELDS.iter().find(|field| field.eq_ignore_ascii_case(key)) {
        Some(field) => Cow::Borrowed(field),
        None => camel_case(key),
    }
}

/// `FriendlyName` → `friendlyName`, `URLPath` → `urlPath`, `ID` → `id`.
fn camel_case(key: &str) -> Cow<'_, str> {
    let capitals = key.bytes().take_while(u8::is_ascii_uppercase).count();
    let lowered = match capitals {
        0 => return Cow::Borrowed(key),
        1 => 1,
        all if all == key.len() => all,
        // The last capital begins the next word.
        more => more - 1,
    };
    let (head, tail) = key.split_at(lowered);
    Cow::Owned(head.to_ascii_lowercase() + tail)
}

/// Every field of the shapes of this crate, and the relations of links. Tests read each shape with
/// its keys in upper case, so a forgotten one shows.
#[rustfmt::skip]
const FIELDS: &[&str] = &[
    // every resource
    "attributes", "etag", "headers", "items", "key", "links", "method", "next", "objectType",
    "previous", "self", "totalCount", "uri", "value",
    // offers
    "acquisitionType", "actions", "billing", "category", "conversionTargetOffers", "country",
    "description", "hasAddOns", "id", "isAddOn", "isAutoRenewable", "isAvailableForPurchase",
    "isInternal", "isMicrosoftProduct", "isTrial", "learnMore", "limit", "limitUnitOfMeasure",
    "locale", "maximumQuantity", "minimumQuantity", "name", "prerequisiteOffers", "product", "rank",
    "reselleeQualifications", "resellerQualifications", "salesGroupId", "supportedBillingCycles",
    "supportedCatalogTypes", "term", "termUnitOfMeasure", "unit", "unitType",
    "upgradeTargetOffers",
    // customers
    "addressLine1", "billingProfile", "city", "companyName", "companyProfile", "defaultAddress",
    "domain", "email", "firstName", "lastName", "postalCode", "qualification",
    "relationshipToPartner", "state", "summary", "tenantId",
    // orders
    "billingCycle", "creationDate", "currencyCode", "friendlyName", "lineItemNumber", "lineItems",
    "offerId", "parentSubscriptionId", "quantity", "referenceCustomerId", "status",
    "subscriptionId",
    // subscriptions
    "allowedActions", "assignedQuantity", "autoRenewEnabled", "billingType", "commitmentEndDate",
    "contractType", "effectiveStartDate", "endDate", "freeDays", "offerName", "orderId",
    "retention", "skuId", "suspensionIntent", "suspensionNote", "suspensionReasons",
    "targetOfferId",
    // country rules
    "countryCallingCodesList", "defaultCulture", "isCityRequired", "isPostalCodeRequired",
    "isStateRequired", "isTaxIdOptional", "isTaxIdSupported", "isVatIdSupported", "iso2Code",
    "phoneNumberRegex", "postalCodeRegex", "supportedCulturesList", "supportedLanguagesList",
    "supportedStatesList",
    // errors
    "code", "data", "field", "source",
];

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_are_put_right_and_values_are_not() {
        let cases = [
            (r#"{"IsTrial":true}"#, json!({"isTrial": true})),
            (r#"{"istrial":true}"#, json!({"isTrial": true})),
            (r#"{"ISTRIAL":true}"#, json!({"isTrial": true})),
            (r#"{"FriendlyThing":"Head Office"}"#, json!({"friendlyThing": "Head Office"})),
            (r#"{"URLPath":1,"IP":2,"x-Note":3}"#, json!({"urlPath": 1, "ip": 2, "x-Note": 3})),
            (r#"{"Items":[{"Id":"A"},"B"]}"#, json!({"items": [{"id": "A"}, "B"]})),
            (r#"{"Größe":1,"Ä":2,"":3}"#, json!({"größe": 1, "Ä": 2, "": 3})),
        ];
        for (text, expected) in cases {
            assert_eq!(tree(text.as_bytes()).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_dropped_once() {
        assert_eq!(tree(b"\xEF\xBB\xBF[1]").unwrap(), json!([1]));
        assert!(tree(b"\xEF\xBB\xBF\xEF\xBB\xBF[1]").is_err());
    }

    #[test]
    fn what_cannot_be_read_is_told_apart_and_nothing_panics() {
        let deep = "[".repeat(100_000);
        for text in ["", "{", "[1,]", "nul", "{\"a\":1}x", "\u{feff}", "\"\\ud800\"", &deep] {
            let read = tree(text.as_bytes());
            assert!(matches!(read, Err(ReadError::Syntax { .. })), "{text:.40}: {read:?}");
        }
        assert!(matches!(tree(b"\xFF\xFE{\0}\0"), Err(ReadError::Syntax { .. })), "UTF-16");
        let twice = tree(br#"{"Id":"1","id":"2"}"#);
        assert!(matches!(twice, Err(ReadError::SameKey(key)) if key == "id"));
        let shape = read::<Vec<u32>>(b"[1.5]").unwrap_err();
        assert!(matches!(shape, ReadError::Shape(_)));
    }

    #[test]
    fn the_parsers_own_words_are_in_the_source_only() {
        let shown = read::<crate::Offer>(b"{}").unwrap_err().to_string();
        assert_eq!(shown, "this JSON has a missing field, or one of another type than expected");
    }
}
