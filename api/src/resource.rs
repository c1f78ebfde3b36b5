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
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
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
    #[cfg_attr(feature = "openapi", schema(ignore))]
    pub other: Other,
}

/// A header that a link asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Header {
    /// The header's name.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// What a resource says about itself (domain.md §2.2).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
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
    #[cfg_attr(feature = "openapi", schema(ignore))]
    pub other: Other,
}

/// A link to read something, relative to `/v1`.
pub fn link(uri: String) -> Link {
    Link { uri: Some(uri), method: Some("GET".into()), ..Link::default() }
}

/// An `ETag` without its quotes and the mark of a weak one.
pub(crate) fn bare(etag: &str) -> &str {
    let etag = etag.trim();
    etag.strip_prefix("W/").unwrap_or(etag).trim_matches('"')
}

impl Attributes {
    /// Those of a resource of a type.
    pub fn of(object_type: &str) -> Self {
        Self { object_type: Some(object_type.to_owned()), ..Self::default() }
    }

    /// With the `ETag` of its state.
    #[must_use]
    pub fn with_etag(self, etag: String) -> Self {
        Self { etag: Some(etag), ..self }
    }
}

impl<T> Collection<T> {
    /// A whole list.
    pub fn of(items: Vec<T>) -> Self {
        Self {
            total_count: items.len() as u64,
            items,
            links: Links::new(),
            attributes: Some(Attributes::of("Collection")),
            #[cfg(not(target_arch = "wasm32"))]
            other: Other::new(),
        }
    }
}

/// A list as the API sends it (domain.md §2.2).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Collection<T> {
    /// The items of this answer, not of the whole list (design.md §5).
    pub total_count: u64,
    /// The items.
    pub items: Vec<T>,
    /// To itself and to the pages around it.
    #[serde(default = "Links::new", skip_serializing_if = "Links::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, Link>))]
    pub links: Links,
    /// `objectType` is `Collection`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
    /// What this version does not know.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(flatten)]
    #[cfg_attr(feature = "openapi", schema(ignore))]
    pub other: Other,
}
