//! The customer: who it is, what it qualifies for, and the partner's relationship with it
//! (domain.md S2, S11, §1.6, §2.4).

use crate::details::named_only;
use crate::letters::controls;
use crate::{
    Change, Cloud, Context, Country, CustomerAccount, CustomerId, Event, Permission,
    ProfileDetails, Refusal, Status,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The part of the market an offer is made for, and a customer belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Segment {
    /// No special qualification.
    Commercial,
    /// Qualified education users.
    Education,
    /// Registered in the nonprofit programme.
    Nonprofit,
    /// Government Community Cloud.
    Government,
}

/// What a customer qualifies for ("Special qualifications"): one segment, and whether it is owned
/// by a state. A state-owned nonprofit does not exist (domain.md §1.6, table of customer types).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawQualifications", into = "RawQualifications")]
pub struct Qualifications {
    segment: Segment,
    state_owned: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawQualifications {
    segment: Segment,
    #[serde(default)]
    state_owned: bool,
}

impl TryFrom<RawQualifications> for Qualifications {
    type Error = Refusal;
    fn try_from(raw: RawQualifications) -> Result<Self, Refusal> {
        Self::new(raw.segment, raw.state_owned)
    }
}

impl From<Qualifications> for RawQualifications {
    fn from(of: Qualifications) -> Self {
        Self { segment: of.segment, state_owned: of.state_owned }
    }
}

/// The one word for a customer's qualifications, as lists and filters show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CustomerType {
    /// No special qualification.
    Commercial,
    /// Education.
    Education,
    /// Nonprofit.
    Nonprofit,
    /// Government Community Cloud.
    GovernmentCommunityCloud,
    /// Owned by a state, whatever else it is.
    StateOwnedEntity,
}

impl Qualifications {
    /// No special qualification: a commercial customer.
    pub const NONE: Self = Self { segment: Segment::Commercial, state_owned: false };

    /// Every legal value, in the order in which a screen offers them.
    pub const ALL: [Self; 7] = [
        Self::NONE,
        Self { segment: Segment::Education, state_owned: false },
        Self { segment: Segment::Nonprofit, state_owned: false },
        Self { segment: Segment::Government, state_owned: false },
        Self { segment: Segment::Commercial, state_owned: true },
        Self { segment: Segment::Education, state_owned: true },
        Self { segment: Segment::Government, state_owned: true },
    ];

    /// A segment and whether the customer is state-owned.
    pub fn new(segment: Segment, state_owned: bool) -> Result<Self, Refusal> {
        if state_owned && segment == Segment::Nonprofit {
            return Err(Refusal::invalid("qualification", "stateOwnedNonprofit"));
        }
        Ok(Self { segment, state_owned })
    }

    /// The segment the customer belongs to.
    pub const fn segment(self) -> Segment {
        self.segment
    }

    /// Whether the customer is owned by a state.
    pub const fn state_owned(self) -> bool {
        self.state_owned
    }

    /// Whether an offer made for `segment` may be bought: government customers buy government
    /// offers only, everybody else buys commercial ones and those of the own segment
    /// (domain.md §1.6).
    pub fn may_buy(self, segment: Segment) -> bool {
        self.segment == segment
            || (segment == Segment::Commercial && self.segment != Segment::Government)
    }

    /// The one word for it.
    pub const fn customer_type(self) -> CustomerType {
        match self {
            Self { state_owned: true, .. } => CustomerType::StateOwnedEntity,
            Self { segment: Segment::Commercial, .. } => CustomerType::Commercial,
            Self { segment: Segment::Education, .. } => CustomerType::Education,
            Self { segment: Segment::Nonprofit, .. } => CustomerType::Nonprofit,
            Self { segment: Segment::Government, .. } => CustomerType::GovernmentCommunityCloud,
        }
    }
}

/// How the customer stands to the partner. Only a reseller sells (domain.md §1.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relationship {
    /// Sells to the customer.
    Reseller,
    /// Advises only.
    Advisor,
    /// Syndication.
    Syndication,
    /// The vendor's support.
    MicrosoftSupport,
    /// Removed, or not yet accepted.
    None,
}

macro_rules! text {
    ($($(#[$doc:meta])* $name:ident: $field:literal, $longest:literal, $accepts:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// Reads the text; spaces around it are dropped.
            pub fn parse(text: &str) -> Result<Self, Refusal> {
                let text = text.trim();
                let accepts: fn(&str) -> bool = $accepts;
                let fits = !text.is_empty() && text.chars().count() <= $longest;
                if fits && !text.chars().any(controls) && accepts(text) {
                    Ok(Self(text.into()))
                } else {
                    Err(Refusal::invalid($field, text))
                }
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = Refusal;
            fn try_from(text: String) -> Result<Self, Refusal> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0.into()
            }
        }
    )*};
}

text! {
    /// A company's name: 1 to 200 characters.
    CompanyName: "companyName", 200, |_| true;
    /// A primary domain such as `contoso.onmicrosoft.com`: labels of letters, digits and hyphens.
    Domain: "domain", 253, |text| {
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        text.contains('.') && text.split('.').all(label)
    };
}

/// The customer's contact person for billing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Contact {
    /// Given name, 1 to 50 characters.
    pub first_name: String,
    /// Family name, 1 to 50 characters.
    pub last_name: String,
    /// E-mail address.
    pub email: String,
}

/// The customer's billing address. Its country decides what may be sold there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Address {
    /// Street and number, 1 to 200 characters.
    pub address_line1: String,
    /// City.
    pub city: String,
    /// State, where the country asks for one.
    pub state: String,
    /// Postal code.
    pub postal_code: String,
}

/// A customer of the partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Customer {
    /// The customer's tenant.
    pub id: CustomerId,
    /// The company.
    pub company_name: CompanyName,
    /// Its primary domain.
    pub domain: Domain,
    /// The cloud it lives in, for good.
    pub cloud: Cloud,
    /// From the billing address.
    pub country: Country,
    /// What it qualifies for.
    pub qualifications: Qualifications,
    /// How the partner stands to it.
    pub relationship: Relationship,
    /// When the partner added it.
    pub created_at: DateTime<Utc>,
    /// Its contact person.
    #[serde(default)]
    pub contact: Contact,
    /// Its billing address.
    #[serde(default)]
    pub address: Address,
    /// The rest of its billing profile.
    #[serde(default, with = "named_only", skip_serializing_if = "ProfileDetails::is_empty")]
    pub details: ProfileDetails,
}

/// A customer as a form or a request gives it, before it is decided on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CustomerDraft {
    /// See [`CompanyName`].
    pub company_name: String,
    /// See [`Domain`].
    pub domain: String,
    /// Two letters.
    pub country: String,
    /// The contact person.
    pub contact: Contact,
    /// The billing address.
    pub address: Address,
    /// The rest of the billing profile; a form gives none.
    #[serde(with = "named_only", skip_serializing_if = "ProfileDetails::is_empty")]
    pub details: Box<ProfileDetails>,
}

/// The segment that every customer of a cloud has from the start: in the US Government cloud there
/// are only government bodies (domain.md §1.6).
const fn first_qualifications(cloud: Cloud) -> Qualifications {
    match cloud {
        Cloud::UsGovernment => Qualifications { segment: Segment::Government, state_owned: false },
        Cloud::Commercial | Cloud::Germany | Cloud::China => Qualifications::NONE,
    }
}

fn text_of(field: &'static str, text: &str, longest: usize) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > longest || text.chars().any(controls) {
        return Err(Refusal::invalid(field, text));
    }
    Ok(text.to_owned())
}

fn email_of(text: &str) -> Result<String, Refusal> {
    let text = text_of("email", text, 254)?;
    let (name, domain) = text.split_once('@').unwrap_or_default();
    if name.is_empty() || text.contains(' ') || Domain::parse(domain).is_err() {
        return Err(Refusal::invalid("email", &text));
    }
    Ok(text)
}

impl CustomerDraft {
    /// Every field that cannot stay as it is, in the order of the form; empty when the draft can
    /// become a customer of the cloud.
    pub fn problems(&self, cloud: Cloud) -> Vec<Refusal> {
        let country = Country::parse(&self.country).and_then(|country| {
            let country = country.known()?;
            if cloud.serves(country) {
                Ok(country)
            } else {
                Err(Refusal::PartnerNotOnboardedInCountry { country, cloud })
            }
        });
        let of_company = [
            CompanyName::parse(&self.company_name).map(drop),
            Domain::parse(&self.domain).map(drop),
            country.map(drop),
            text_of("firstName", &self.contact.first_name, 50).map(drop),
            text_of("lastName", &self.contact.last_name, 50).map(drop),
            email_of(&self.contact.email).map(drop),
        ];
        let of_address = self.address.checked(Country::parse(&self.country).ok());
        let all = of_company.into_iter().chain(of_address).filter_map(Result::err);
        all.chain(self.details.problems()).collect()
    }

    /// The billing profile as it is kept.
    fn trimmed(&self) -> (Contact, Address, ProfileDetails) {
        let trimmed = |text: &String| text.trim().to_owned();
        let contact = Contact {
            first_name: trimmed(&self.contact.first_name),
            last_name: trimmed(&self.contact.last_name),
            email: trimmed(&self.contact.email),
        };
        let address = Address {
            address_line1: trimmed(&self.address.address_line1),
            city: trimmed(&self.address.city),
            state: trimmed(&self.address.state).to_ascii_uppercase(),
            postal_code: trimmed(&self.address.postal_code),
        };
        (contact, address, self.details.trimmed())
    }
}

impl Address {
    /// Each field by itself, in the order of the form. A state and a postal code are those of the
    /// country, where it is known what it has (domain.md §2.3 "Country rules").
    fn checked(&self, country: Option<Country>) -> [Result<(), Refusal>; 4] {
        let state = self.state.trim();
        let is_state = country.is_none_or(|country| country.has_state(state));
        let code = text_of("postalCode", &self.postal_code, 20).and_then(|code| {
            let is_code =
                country.and_then(Country::postal_form).is_none_or(|form| form.takes(&code));
            if is_code { Ok(()) } else { Err(Refusal::invalid("postalCode", &code)) }
        });
        [
            text_of("addressLine1", &self.address_line1, 200).map(drop),
            text_of("city", &self.city, 100).map(drop),
            if is_state { Ok(()) } else { Err(Refusal::invalid("state", state)) },
            code,
        ]
    }
}

/// Every field of an address that no customer could have (domain.md §2.3, §2.4): the country is
/// none, a text is missing or too long, or the country has no such state or postal code.
pub fn address_problems(
    country: &str,
    address: &Address,
    details: &ProfileDetails,
) -> Vec<Refusal> {
    match Country::parse(country).and_then(Country::known) {
        Ok(country) => {
            let of_address = address.checked(Some(country)).into_iter().filter_map(Result::err);
            of_address.chain(details.problems()).collect()
        }
        Err(refusal) => vec![refusal],
    }
}

/// Whether somebody may add a customer at all: the role allows it, and the partner is not blocked
/// (domain.md §1.6, §1.7).
pub fn may_add_customer(context: &Context<'_>) -> Result<(), Refusal> {
    context.may(Permission::AddCustomer)?;
    context.partner_in_good_standing()
}

/// Adds a customer with a reseller relationship and no special qualification (design.md §5).
/// Refuses with the draft's first problem.
pub fn add_customer(
    context: &Context<'_>,
    id: CustomerId,
    draft: &CustomerDraft,
) -> Result<(CustomerAccount, Change), Refusal> {
    may_add_customer(context)?;
    let cloud = context.partner.cloud;
    if let Some(problem) = draft.problems(cloud).into_iter().next() {
        return Err(problem);
    }
    let (contact, address, details) = draft.trimmed();
    let customer = Customer {
        id,
        company_name: CompanyName::parse(&draft.company_name)?,
        domain: Domain::parse(&draft.domain)?,
        cloud,
        country: Country::parse(&draft.country)?,
        qualifications: first_qualifications(cloud),
        relationship: Relationship::Reseller,
        created_at: context.now,
        contact,
        address,
        details,
    };
    let mut change = Change::of_customer(customer.clone());
    change.note(context.now, Event::CustomerAdded);
    Ok((CustomerAccount::empty(customer), change))
}

/// Sets what the customer qualifies for (domain.md §1.7: admin roles; the feature exists in the
/// commercial cloud only, §1.6). Subscriptions it has stay as they are.
pub fn set_qualifications(
    context: &Context<'_>,
    account: &CustomerAccount,
    to: Qualifications,
) -> Result<Change, Refusal> {
    context.may(Permission::SetQualification)?;
    let customer = account.customer();
    if !customer.cloud.has_qualifications() {
        return Err(Refusal::QualificationNotInCloud { cloud: customer.cloud });
    }
    let from = customer.qualifications;
    if from == to {
        return Ok(Change::default());
    }
    let mut change = Change::of_customer(Customer { qualifications: to, ..customer.clone() });
    change.note(context.now, Event::QualificationSet { from, to });
    Ok(change)
}

/// Whether an address in this country must name a state (domain.md §2.3).
pub fn needs_state(country: Country) -> bool {
    !country.states().is_empty()
}

/// Sets the whole billing profile (domain.md §2.3 `PUT …/profiles/billing`). The country stays: it
/// decides what may be sold. Refuses with the first field that cannot stay.
pub fn set_billing_profile(
    context: &Context<'_>,
    account: &CustomerAccount,
    (contact, address, details): (&Contact, &Address, &ProfileDetails),
) -> Result<Change, Refusal> {
    context.may(Permission::AddCustomer)?;
    let customer = account.customer();
    let draft = CustomerDraft {
        company_name: customer.company_name.as_str().to_owned(),
        domain: customer.domain.as_str().to_owned(),
        country: customer.country.as_str().to_owned(),
        contact: contact.clone(),
        address: address.clone(),
        details: Box::new(details.clone()),
    };
    if let Some(problem) = draft.problems(customer.cloud).into_iter().next() {
        return Err(problem);
    }
    let (contact, address, details) = draft.trimmed();
    let held = (&customer.contact, &customer.address, &customer.details);
    if (&contact, &address, &details) == held {
        return Ok(Change::default());
    }
    let (from, to) = (customer.contact.email.clone(), contact.email.clone());
    let mut change =
        Change::of_customer(Customer { contact, address, details, ..customer.clone() });
    change.note(context.now, Event::BillingProfileSet { from, to });
    Ok(change)
}

/// Ends the reseller relationship; every active subscription must be suspended first
/// (domain.md §1.6, §8 item 19).
pub fn remove_relationship(
    context: &Context<'_>,
    account: &CustomerAccount,
) -> Result<Change, Refusal> {
    context.may(Permission::AddCustomer)?;
    let active = account.subscriptions().filter(|held| held.status() == Status::Active);
    let active = active.map(|held| held.id.clone()).collect::<Vec<_>>();
    if !active.is_empty() {
        return Err(Refusal::ActiveSubscriptionsRemain { subscriptions: active });
    }
    let customer = account.customer();
    if customer.relationship == Relationship::None {
        return Ok(Change::default());
    }
    let none = Relationship::None;
    let mut change = Change::of_customer(Customer { relationship: none, ..customer.clone() });
    change.note(context.now, Event::RelationshipRemoved);
    Ok(change)
}
