//! Customers as the vendor writes them: profiles, relationship, qualification (domain.md §2.4).

use crate::offer::Qualification;
#[cfg(not(target_arch = "wasm32"))]
use crate::resource::Other;
use crate::resource::{Attributes, Links, link};
use serde::{Deserialize, Serialize};
use subscription_rules::{
    self as rules, Contact, CustomerDraft, ProfileDetails, Qualifications, Relationship, Segment,
};

/// A customer of the partner (domain.md §2.4).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Customer {
    /// The tenant, "Microsoft ID".
    pub id: String,
    /// Who it is.
    pub company_profile: CompanyProfile,
    /// Where its bills go; only when it is read by its ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_profile: Option<BillingProfile>,
    /// `reseller`, `advisor`, `syndication`, `microsoft_support` or `none`.
    pub relationship_to_partner: String,
    /// Whether the partner's administrators act as the customer's own, which is so while it resells
    /// to it (domain.md A10); only when it is read by its ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_delegated_access: Option<bool>,
    /// What a list shows beside it (design.md §5); ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<Summary>,
    /// To itself.
    #[serde(skip_serializing_if = "Links::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, crate::Link>))]
    pub links: Links,
    /// `objectType` is `Customer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
    /// What this version does not know.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(flatten)]
    #[cfg_attr(feature = "openapi", schema(ignore))]
    pub other: Other,
}

/// Who a customer is (domain.md §2.4 `CustomerCompanyProfile`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct CompanyProfile {
    /// The tenant again.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tenant_id: String,
    /// The primary domain.
    pub domain: String,
    /// The company's name.
    pub company_name: String,
    /// The one address that is known, which is where its bills go; only when it is read by its ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// The contact's address; only when it is read by its ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// `objectType` is `CustomerCompanyProfile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
    /// What this version does not know.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(flatten)]
    #[cfg_attr(feature = "openapi", schema(ignore))]
    pub other: Other,
}

/// Where a customer's bills go (domain.md §2.4 `CustomerBillingProfile`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct BillingProfile {
    /// A customer has one, so it is the customer's ID.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// The contact's given name; without it that of the address.
    pub first_name: String,
    /// The contact's family name; without it that of the address.
    pub last_name: String,
    /// The contact's address.
    pub email: String,
    /// Such as `en-US`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub culture: String,
    /// Such as `en`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub language: String,
    /// The company's name again.
    pub company_name: String,
    /// The billing address; its country is the customer's.
    pub default_address: Address,
    /// `objectType` is `CustomerBillingProfile`; `etag` is that of the profile alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
    /// What this version does not know.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(flatten)]
    #[cfg_attr(feature = "openapi", schema(ignore))]
    pub other: Other,
}

/// A postal address (domain.md §2.4 `Address`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Address {
    /// Two letters.
    pub country: String,
    /// City.
    pub city: String,
    /// State, where there is one.
    pub state: String,
    /// Street and number.
    pub address_line1: String,
    /// What the first line has no room for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub address_line2: String,
    /// Postal code.
    pub postal_code: String,
    /// The contact's given name again; the profile's own counts where both are sent.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub first_name: String,
    /// The contact's family name again; the profile's own counts where both are sent.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub last_name: String,
    /// The contact's telephone number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub phone_number: String,
    /// What this version does not know.
    #[cfg(not(target_arch = "wasm32"))]
    #[serde(flatten)]
    #[cfg_attr(feature = "openapi", schema(ignore))]
    pub other: Other,
}

/// What a list of customers shows (design.md §5).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Active subscriptions, add-ons included.
    pub active: u32,
    /// Suspended ones.
    pub suspended: u32,
    /// The next day on which something is lost unless somebody acts.
    pub next_expires_on: Option<chrono::NaiveDate>,
    /// The one word for its qualifications, as [`qualification`] writes it.
    #[serde(rename = "type")]
    pub kind: String,
}

/// A customer's qualification in the vendor's one word. Who is owned by a state is that before
/// anything else (domain.md §1.6).
pub const fn qualification(of: Qualifications) -> Qualification {
    match (of.state_owned(), of.segment()) {
        (true, _) => Qualification::StateOwnedEntity,
        (false, Segment::Commercial) => Qualification::None,
        (false, Segment::Education) => Qualification::Education,
        (false, Segment::Nonprofit) => Qualification::Nonprofit,
        (false, Segment::Government) => Qualification::GovernmentCommunityCloud,
    }
}

/// The qualifications that a word of the vendor's asks for; `None` for a word that is not known.
pub fn qualifications(word: &Qualification) -> Option<Qualifications> {
    let of = |segment, state_owned| Qualifications::new(segment, state_owned).ok();
    match word {
        Qualification::None => Some(Qualifications::NONE),
        Qualification::Education => of(Segment::Education, false),
        Qualification::Nonprofit => of(Segment::Nonprofit, false),
        Qualification::GovernmentCommunityCloud => of(Segment::Government, false),
        Qualification::StateOwnedEntity => of(Segment::Commercial, true),
        Qualification::Other(_) => None,
    }
}

/// The `ETag` of a customer's billing profile: made from the profile, so that nothing else that
/// happens to the customer makes it stale.
pub fn profile_etag(of: &rules::Customer) -> String {
    let (contact, address, details) = (&of.contact, &of.address, &of.details);
    let texts = [
        &contact.first_name,
        &contact.last_name,
        &contact.email,
        &address.address_line1,
        &details.address_line2,
        &address.city,
        &address.state,
        &address.postal_code,
        &details.phone_number,
        &details.culture,
        &details.language,
    ];
    // FNV-1a over 64 bits: the same on every server. No text has the byte that ends each.
    let bytes = texts.into_iter().flat_map(|text| text.bytes().chain([0xff]));
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{}.{hash:016x}", of.id.as_str().to_ascii_lowercase())
}

/// Whether an `ETag`, quoted, weak or bare, is that of the customer's billing profile.
pub fn is_profile_etag(etag: &str, of: &rules::Customer) -> bool {
    crate::resource::bare(etag).eq_ignore_ascii_case(&profile_etag(of))
}

impl Customer {
    /// The customer with its profiles, as when it is read by its ID.
    pub fn whole(of: &rules::Customer) -> Self {
        let mut whole = Self::listed(of);
        let profile = BillingProfile::of(of);
        whole.company_profile.address = Some(profile.default_address.clone());
        whole.company_profile.email = Some(profile.email.clone());
        whole.allow_delegated_access = Some(of.relationship == Relationship::Reseller);
        whole.billing_profile = Some(profile);
        whole
    }

    /// The customer as a list has it.
    pub fn listed(of: &rules::Customer) -> Self {
        Self {
            id: of.id.as_str().to_owned(),
            company_profile: CompanyProfile {
                tenant_id: of.id.as_str().to_owned(),
                domain: of.domain.as_str().to_owned(),
                company_name: of.company_name.as_str().to_owned(),
                attributes: Some(Attributes::of("CustomerCompanyProfile")),
                ..CompanyProfile::default()
            },
            relationship_to_partner: crate::error::word(&of.relationship),
            links: Links::from([("self".into(), link(format!("/customers/{}", of.id)))]),
            attributes: Some(Attributes::of("Customer")),
            ..Self::default()
        }
    }

    /// What a request to add a customer asks for. The rules say what of it cannot stay.
    pub fn draft(self) -> CustomerDraft {
        let billing = self.billing_profile.unwrap_or_default();
        let company = self.company_profile.company_name;
        let company_name = if company.is_empty() { billing.company_name.clone() } else { company };
        let country = billing.default_address.country.clone();
        let (contact, address, details) = billing.profile();
        let domain = self.company_profile.domain;
        CustomerDraft {
            company_name,
            domain,
            country,
            contact,
            address,
            details: Box::new(details),
        }
    }
}

impl BillingProfile {
    /// Where a customer's bills go.
    pub fn of(of: &rules::Customer) -> Self {
        let (contact, details) = (&of.contact, &of.details);
        let default_address = Address {
            country: of.country.as_str().to_owned(),
            city: of.address.city.clone(),
            state: of.address.state.clone(),
            address_line1: of.address.address_line1.clone(),
            address_line2: details.address_line2.clone(),
            postal_code: of.address.postal_code.clone(),
            first_name: contact.first_name.clone(),
            last_name: contact.last_name.clone(),
            phone_number: details.phone_number.clone(),
            ..Address::default()
        };
        Self {
            id: of.id.as_str().to_owned(),
            first_name: contact.first_name.clone(),
            last_name: contact.last_name.clone(),
            email: contact.email.clone(),
            culture: details.culture.clone(),
            language: details.language.clone(),
            company_name: of.company_name.as_str().to_owned(),
            default_address,
            attributes: Some(Attributes::of("CustomerBillingProfile").with_etag(profile_etag(of))),
            ..Self::default()
        }
    }

    /// The profile that a request asks for. In the vendor's samples the names stand in the address
    /// alone.
    pub fn profile(self) -> (Contact, rules::Address, ProfileDetails) {
        let address = self.default_address;
        let name = |own: String, of_address: &str| {
            if own.trim().is_empty() { of_address.to_owned() } else { own }
        };
        let contact = Contact {
            first_name: name(self.first_name, &address.first_name),
            last_name: name(self.last_name, &address.last_name),
            email: self.email,
        };
        let (address, beside) = address.parts();
        (
            contact,
            address,
            ProfileDetails { culture: self.culture, language: self.language, ..beside },
        )
    }
}

impl Address {
    /// The address as the rules have it, and what they keep beside it.
    pub fn parts(self) -> (rules::Address, ProfileDetails) {
        let address = rules::Address {
            address_line1: self.address_line1,
            city: self.city,
            state: self.state,
            postal_code: self.postal_code,
        };
        let (address_line2, phone_number) = (self.address_line2, self.phone_number);
        (address, ProfileDetails { address_line2, phone_number, ..ProfileDetails::default() })
    }
}

/// What the vendor answers to an address to be checked (the form of 2021; a script of 2018 looks at
/// the status of the answer alone).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AddressValidation {
    /// What was sent.
    pub original_address: Address,
    /// None: nobody here knows the streets.
    pub suggested_addresses: Vec<Address>,
    /// `NotValidated`, the vendor's word for an address that was not looked up.
    pub status: String,
    /// What was looked at.
    pub validation_message: String,
}

impl AddressValidation {
    /// Of an address that a customer may have.
    pub fn of(address: Address) -> Self {
        Self {
            original_address: address,
            suggested_addresses: Vec::new(),
            status: "NotValidated".into(),
            validation_message: "It is written as its country wants it. Whether there is such a \
                                 place was not looked up."
                .into(),
        }
    }
}
