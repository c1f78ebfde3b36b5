//! What an address has to look like in one country: `GET /v1/countryvalidationrules/{cc}`
//! (domain.md §2.3).

use crate::resource::Attributes;
#[cfg(not(target_arch = "wasm32"))]
use crate::resource::Other;
use serde::{Deserialize, Serialize};
use subscription_rules as rules;

/// The rules for the customer data of one country. The patterns are kept as the vendor writes them
/// and are not run here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "these are the vendor's own fields")]
pub struct CountryValidationRules {
    /// The country's two ISO letters.
    pub iso2_code: String,
    /// The culture proposed first, such as `en-US`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_culture: Option<String>,
    /// Whether an address must name a state.
    pub is_state_required: bool,
    /// The states that exist, by their codes.
    #[serde(default)]
    pub supported_states_list: Vec<String>,
    /// Languages of the customer, such as `en`.
    #[serde(default)]
    pub supported_languages_list: Vec<String>,
    /// Cultures of the customer, such as `en-US`.
    #[serde(default)]
    pub supported_cultures_list: Vec<String>,
    /// Whether an address must name a postal code.
    pub is_postal_code_required: bool,
    /// The whole postal code, as a pattern.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code_regex: Option<String>,
    /// Whether an address must name a city.
    pub is_city_required: bool,
    /// Whether there is a value-added tax number to give.
    #[serde(default)]
    pub is_vat_id_supported: bool,
    /// The whole telephone number, as a pattern.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_number_regex: Option<String>,
    /// Whether there is a tax number to give.
    #[serde(default)]
    pub is_tax_id_supported: bool,
    /// Whether the tax number may be left out.
    #[serde(default)]
    pub is_tax_id_optional: bool,
    /// Calling codes without the plus sign, such as `1`.
    #[serde(default)]
    pub country_calling_codes_list: Vec<String>,
    /// `objectType` is `CountryValidationRules`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
    /// What this version does not know.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(flatten)]
    #[cfg_attr(feature = "openapi", schema(ignore))]
    pub other: Other,
}

impl CountryValidationRules {
    /// What is held here of an address in a country; the vendor's patterns are not.
    pub fn of(country: rules::Country) -> Self {
        Self {
            iso2_code: country.as_str().to_owned(),
            is_state_required: rules::needs_state(country),
            is_postal_code_required: true,
            is_city_required: true,
            is_tax_id_optional: true,
            attributes: Some(Attributes::of("CountryValidationRules")),
            ..Self::default()
        }
    }
}
