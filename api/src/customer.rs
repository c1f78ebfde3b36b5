//! Customers as the vendor writes them: profiles, relationship, qualification (domain.md §2.4).

use crate::offer::Qualification;
#[cfg(not(target_arch = "wasm32"))]
use crate::resource::Other;
use crate::resource::{Attributes, Links, link};
use serde::{Deserialize, Serialize};
use subscription_rules::{self as rules, Contact, CustomerDraft, Qualifications, Segment};

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
    /// The contact's given name.
    pub first_name: String,
    /// The contact's family name.
    pub last_name: String,
    /// The contact's address.
    pub email: String,
    /// The company's name again.
    pub company_name: String,
    /// The billing address; its country is the customer's.
    pub default_address: Address,
    /// `objectType` is `CustomerBillingProfile`.
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
    /// Postal code.
    pub postal_code: String,
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

impl Customer {
    /// The customer with its billing profile, as when it is read by its ID.
    pub fn whole(of: &rules::Customer) -> Self {
        let billing_profile = Some(BillingProfile {
            first_name: of.contact.first_name.clone(),
            last_name: of.contact.last_name.clone(),
            email: of.contact.email.clone(),
            company_name: of.company_name.as_str().to_owned(),
            default_address: Address {
                country: of.country.as_str().to_owned(),
                city: of.address.city.clone(),
                state: of.address.state.clone(),
                address_line1: of.address.address_line1.clone(),
                postal_code: of.address.postal_code.clone(),
                ..Address::default()
            },
            attributes: Some(Attributes::of("CustomerBillingProfile")),
            ..BillingProfile::default()
        });
        Self { billing_profile, ..Self::listed(of) }
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
        let (contact, address) = billing.profile();
        let domain = self.company_profile.domain;
        CustomerDraft { company_name, domain, country, contact, address }
    }
}

impl BillingProfile {
    /// The contact and the address that a request asks for.
    pub fn profile(self) -> (Contact, rules::Address) {
        let address = self.default_address;
        let contact =
            Contact { first_name: self.first_name, last_name: self.last_name, email: self.email };
        let address = rules::Address {
            address_line1: address.address_line1,
            city: address.city,
            state: address.state,
            postal_code: address.postal_code,
        };
        (contact, address)
    }
}
