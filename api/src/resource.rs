//! What every Partner Center resource has in common: links, attributes, and the collection around
//! a list (domain.md §2.2).

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Fields that this version does not know. They are kept on native only, where a resource may be
/// written back whole; the browser sends just what it changed (design.md §7).
#[cfg(not(target_arch = "wasm32"))]
pub type Other = serde_json::Map<String, serde_json::Value>;

/// Links by their relation: `self`, `next`, `previous`, `learnMore`, `offer` and so on.
pub type Links = BTreeMap<String, Link>;

/// One link (domain.md §2.2).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    /// Where it leads, most often relative to `/v1`. Recorded `learnMore` links may lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    /// The HTTP method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Headers to send along, such as the continuation token of a next page.
    #[serde(default)]
    pub headers: Vec<Header>,
    /// What this version does not know.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(flatten)]
    pub other: Other,
}

/// A header that a link asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Header {
    /// The header's name.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// What a resource says about itself (domain.md §2.2).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attributes {
    /// The state it was read in, where it can be changed; sent back as `If-Match`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// The type's name, such as `Offer` or `Collection`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object_type: Option<String>,
    /// What this version does not know.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(flatten)]
    pub other: Other,
}

/// A list as the API sends it (domain.md §2.2).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Collection<T> {
    /// The items of this answer, not of the whole list (design.md §5).
    pub total_count: u64,
    /// The items.
    pub items: Vec<T>,
    /// To itself and to the pages around it.
    #[serde(default = "Links::new", skip_serializing_if = "Links::is_empty")]
    pub links: Links,
    /// `objectType` is `Collection`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
    /// What this version does not know.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(flatten)]
    pub other: Other,
}
