//! What an address has to look like in one country: `GET /v1/countryvalidationrules/{cc}`
//! (domain.md §2.3).

use crate::resource::Attributes;
#[cfg(not(target_arch = "wasm32"))]
use crate::resource::Other;
use serde::{Deserialize, Serialize};
use subscription_rules::{self as rules, PostalForm};

/// The rules for the customer data of one country. The patterns are for scripts and are not run
/// here: the postal code is held against the form that its pattern is made from.
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

/// What is certain of a country beside what the rules hold an address against: its calling code,
/// and the cultures in which its customers are written to, the one proposed first at the front.
#[rustfmt::skip]
const KNOWN: &[(&str, &str, &[&str])] = &[
    ("AE", "971", &["ar-AE"]), ("AR", "54", &["es-AR"]),  ("AT", "43", &["de-AT"]),
    ("AU", "61", &["en-AU"]),  ("BE", "32", &["nl-BE", "fr-BE"]), ("BG", "359", &["bg-BG"]),
    ("BR", "55", &["pt-BR"]),  ("CA", "1", &["en-CA", "fr-CA"]),
    ("CH", "41", &["de-CH", "fr-CH", "it-CH"]), ("CL", "56", &["es-CL"]),
    ("CN", "86", &["zh-CN"]),  ("CO", "57", &["es-CO"]),  ("CY", "357", &["el-CY"]),
    ("CZ", "420", &["cs-CZ"]), ("DE", "49", &["de-DE"]),  ("DK", "45", &["da-DK"]),
    ("EE", "372", &["et-EE"]), ("EG", "20", &["ar-EG"]),  ("ES", "34", &["es-ES"]),
    ("FI", "358", &["fi-FI"]), ("FR", "33", &["fr-FR"]),  ("GB", "44", &["en-GB"]),
    ("GR", "30", &["el-GR"]),  ("HR", "385", &["hr-HR"]), ("HU", "36", &["hu-HU"]),
    ("ID", "62", &["id-ID"]),  ("IE", "353", &["en-IE"]), ("IL", "972", &["he-IL"]),
    ("IN", "91", &["en-IN"]),  ("IS", "354", &["is-IS"]), ("IT", "39", &["it-IT"]),
    ("JP", "81", &["ja-JP"]),  ("KR", "82", &["ko-KR"]),  ("LI", "423", &["de-LI"]),
    ("LT", "370", &["lt-LT"]), ("LU", "352", &["fr-LU"]), ("LV", "371", &["lv-LV"]),
    ("MT", "356", &["mt-MT"]), ("MX", "52", &["es-MX"]),  ("NL", "31", &["nl-NL"]),
    ("NO", "47", &["nb-NO"]),  ("NZ", "64", &["en-NZ"]),  ("PE", "51", &["es-PE"]),
    ("PL", "48", &["pl-PL"]),  ("PT", "351", &["pt-PT"]), ("RO", "40", &["ro-RO"]),
    ("SA", "966", &["ar-SA"]), ("SE", "46", &["sv-SE"]),  ("SG", "65", &["en-SG"]),
    ("SI", "386", &["sl-SI"]), ("SK", "421", &["sk-SK"]), ("TH", "66", &["th-TH"]),
    ("TR", "90", &["tr-TR"]),  ("TW", "886", &["zh-TW"]), ("UA", "380", &["uk-UA"]),
    ("US", "1", &["en-US", "es-US"]), ("VN", "84", &["vi-VN"]), ("ZA", "27", &["en-ZA"]),
];

/// A telephone number in the United States, as the vendor has it.
const US_PHONE: &str = r"^(1[ \-\/\.]?)?(\((\d{3})\)|(\d{3}))[ \-\/\.]?(\d{3})[ \-\/\.]?(\d{4})$";

/// A form in the vendor's way of writing it.
fn pattern(form: PostalForm) -> String {
    let run = |run: &[u8]| match run {
        [b'#', ..] => format!("\\d{{{}}}", run.len()),
        literally => String::from_utf8_lossy(literally).into_owned(),
    };
    let of = |form: &str| form.as_bytes().chunk_by(u8::eq).map(run).collect::<String>();
    let more = form.more.map(|more| format!("({})?", of(more)));
    format!("^{}{}$", of(form.whole), more.unwrap_or_default())
}

impl CountryValidationRules {
    /// What an address in a country is held against here, and what else is certain of the country.
    pub fn of(country: rules::Country) -> Self {
        let known = KNOWN.iter().find(|(letters, ..)| *letters == country.as_str());
        let cultures = known.map_or(&[][..], |(_, _, cultures)| *cultures);
        let language = |culture: &&str| culture.split('-').next().unwrap_or_default().to_owned();
        let is_us = country == rules::Country::US;
        Self {
            iso2_code: country.as_str().to_owned(),
            default_culture: cultures.first().map(ToString::to_string),
            is_state_required: rules::needs_state(country),
            supported_states_list: country.states().iter().map(ToString::to_string).collect(),
            supported_languages_list: cultures.iter().map(language).collect(),
            supported_cultures_list: cultures.iter().map(ToString::to_string).collect(),
            is_postal_code_required: true,
            postal_code_regex: country.postal_form().map(pattern),
            is_city_required: true,
            phone_number_regex: is_us.then(|| US_PHONE.to_owned()),
            is_tax_id_supported: is_us,
            is_tax_id_optional: true,
            country_calling_codes_list: known
                .iter()
                .map(|(_, code, _)| (*code).to_owned())
                .collect(),
            attributes: Some(Attributes::of("CountryValidationRules")),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What scripts are told a postal code looks like is what a customer is refused by.
    #[test]
    fn a_form_is_told_as_a_pattern() {
        let told = |country: &str| {
            CountryValidationRules::of(rules::Country::parse(country).unwrap()).postal_code_regex
        };
        assert_eq!(told("US").as_deref(), Some(r"^\d{5}(-\d{4})?$"));
        assert_eq!(told("CH").as_deref(), Some(r"^\d{4}$"));
        assert_eq!(told("GB"), None);
    }

    #[test]
    fn every_known_country_is_one_and_stands_there_once() {
        let letters: Vec<&str> = KNOWN.iter().map(|(country, ..)| *country).collect();
        assert!(letters.is_sorted_by(|one, next| one < next));
        for (country, _, cultures) in KNOWN {
            let known = rules::Country::parse(country).and_then(rules::Country::known);
            assert!(known.is_ok(), "{country}");
            let of_it = |culture: &&str| culture.ends_with(&format!("-{country}"));
            assert!(!cultures.is_empty() && cultures.iter().all(of_it), "{country}");
        }
    }
}
