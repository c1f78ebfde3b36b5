//! Reading what others write: a byte-order mark is dropped, keys are taken in any case, and a field
//! that is null was left out (domain.md §2.2, §8 item 20).
//!
//! The keys are put right once, on the tree, so that no shape needs a second spelling. A known
//! field is found whatever its case; an unknown key in `PascalCase` becomes `camelCase`, since the
//! vendor's documents write requests so and answers the other way. The vendor's own clients write
//! every field, as null where nothing was set, so no shape means anything by null. Other values are
//! left alone.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Why a text could not be read. The display is our own wording and may be shown; the parser's
/// words are in the source, for the log.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is in another encoding.
    #[error("this is not UTF-8: see byte {at}")]
    NotUtf8 {
        /// The first byte that cannot be, from 1.
        at: usize,
    },
    /// It is not JSON.
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
    #[error("{}", misshapen(*field))]
    Shape {
        /// The field with the value that cannot be, where it has a name of ours.
        field: Option<&'static str>,
        /// What the parser says.
        source: serde_json::Error,
    },
}

fn misshapen(field: Option<&'static str>) -> String {
    match field {
        Some(field) => format!("{field} has a value of another type, or one that lacks a field"),
        None => "this JSON has a missing field, or one of another type than expected".to_owned(),
    }
}

/// Reads a body or a file.
pub fn read<T: DeserializeOwned>(text: &[u8]) -> Result<T, ReadError> {
    let tree = tree(text)?;
    T::deserialize(&tree).map_err(|source| {
        let is_short = text.len() <= LONGEST_SEARCHED;
        ReadError::Shape { field: is_short.then(|| at_fault::<T>(&tree)).flatten(), source }
    })
}

/// No body that somebody wrote is longer. With a line for each field, what is deep would grow to a
/// hundred times its length.
const LONGEST_SEARCHED: usize = 64 << 10;

/// The field whose value cannot be read.
///
/// The parser only knows lines. So the tree is written with a line for each field and read again:
/// the field stands where that breaks off, or above, no further in.
fn at_fault<T: DeserializeOwned>(tree: &Value) -> Option<&'static str> {
    let text = serde_json::to_string_pretty(tree).ok()?;
    let broken = serde_json::from_str::<T>(&text).err()?.line();
    let above: Vec<&str> = text.lines().take(broken).collect();
    let mut furthest_in = None;
    for line in above.into_iter().rev() {
        let written = line.trim_start();
        let indent = line.len() - written.len();
        if indent > *furthest_in.get_or_insert(indent) {
            continue;
        }
        let Some((key, _)) = written.split_once("\": ") else { continue };
        let is_it = |field: &&&str| key.strip_prefix('"') == Some(field);
        if let Some(field) = FIELDS.iter().find(is_it) {
            return Some(field);
        }
        // A name of the client's, such as a link's relation: the field is around it.
        furthest_in = indent.checked_sub(1);
    }
    None
}

/// Reads the tree alone, with its keys put right.
pub fn tree(text: &[u8]) -> Result<Value, ReadError> {
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    let text = std::str::from_utf8(text)
        .map_err(|error| ReadError::NotUtf8 { at: error.valid_up_to() + 1 })?;
    let tree = serde_json::from_str(text).map_err(|source| ReadError::Syntax {
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
            for (key, value) in fields.into_iter().filter(|(_, value)| !value.is_null()) {
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
    "address", "addressLine1", "addressLine2", "allowDelegatedAccess", "billingProfile", "city",
    "companyName", "companyProfile", "culture", "defaultAddress", "domain", "email", "firstName",
    "language", "lastName", "phoneNumber", "postalCode", "qualification", "relationshipToPartner",
    "state", "summary", "tenantId",
    // orders
    "billingCycle", "creationDate", "currencyCode", "friendlyName", "lineItemNumber", "lineItems",
    "offerId", "parentSubscriptionId", "partnerIdOnRecord", "quantity", "referenceCustomerId",
    "status", "subscriptionId",
    // subscriptions
    "allowedActions", "assignedQuantity", "autoRenewEnabled", "billingType", "commitmentEndDate",
    "contractType", "effectiveStartDate", "endDate", "freeDays", "offerName", "orderId", "partnerId",
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
            (r#"{"Id":null,"Links":{"Self":null}}"#, json!({"links": {}})),
            (r#"{"Items":[null],"x":[{"y":null}]}"#, json!({"items": [null], "x": [{}]})),
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
        for (text, at) in [(&b"\xFF\xFE{\0}\0"[..], 1), (b"{\"a\":\"\xE4\"}", 7)] {
            let read = tree(text);
            assert!(matches!(read, Err(ReadError::NotUtf8 { at: byte }) if byte == at), "{read:?}");
        }
        let twice = tree(br#"{"Id":"1","id":"2"}"#);
        assert!(matches!(twice, Err(ReadError::SameKey(key)) if key == "id"));
        let shape = read::<Vec<u32>>(b"[1.5]").unwrap_err();
        assert!(matches!(shape, ReadError::Shape { .. }));
    }

    #[test]
    fn a_field_of_another_type_is_named() {
        let cases = [
            (r#"{"billingCycle":"annual","lineItems":7}"#, Some("lineItems")),
            (r#"{"LineItems":[{"OfferId":"x","LineItemNumber":-1}]}"#, Some("lineItemNumber")),
            (r#"{"id":"x","lineItems":[{"offerId":"\": x"},7]}"#, Some("lineItems")),
            (r#"{"lineItems":[null]}"#, Some("lineItems")),
            (r#"{"lineItems":[],"creationDate":"soon"}"#, Some("creationDate")),
            (r#"{"links":{"self":{},"status":{"headers":[{"key":"x"}]}}}"#, Some("headers")),
            (r#"{"links":{"self":{},"ours":7}}"#, Some("links")),
            (r#"{"id":"x","status":{}}"#, Some("status")),
            ("7", None),
        ];
        for (text, at) in cases {
            match read::<crate::Order>(text.as_bytes()) {
                Err(ReadError::Shape { field, .. }) => assert_eq!(field, at, "{text}"),
                read => panic!("{text}: {read:?}"),
            }
        }
    }

    #[test]
    fn the_parsers_own_words_are_in_the_source_only() {
        let shown = read::<crate::Offer>(b"{}").unwrap_err().to_string();
        assert_eq!(shown, "this JSON has a missing field, or one of another type than expected");
    }
}
