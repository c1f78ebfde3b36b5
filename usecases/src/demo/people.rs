//! Who the demo's customers are: contact person, billing address, domain.

use super::dice::Dice;
use super::names::DOMAIN_END;
use crate::lower_case;
use chrono::{DateTime, Utc};
use subscription_rules::{
    Address, Cloud, CompanyName, Contact, Country, Customer, CustomerId, Domain, ProfileDetails,
    Qualifications, Relationship,
};

const FIRST_NAMES: [&str; 16] = [
    "Aisha", "Bruno", "Clara", "Daniel", "Elena", "Felix", "Grace", "Hugo", "Ines", "Jonas",
    "Karen", "Luca", "Maya", "Noah", "Olivia", "Paul",
];
const LAST_NAMES: [&str; 16] = [
    "Abrams", "Berger", "Costa", "Dupont", "Ek", "Fischer", "Greene", "Hansen", "Ito", "Jansen",
    "Keller", "Lombardi", "Moreno", "Novak", "Porter", "Quinn",
];

struct Place {
    country: &'static str,
    city: &'static str,
    state: &'static str,
    postal_code: &'static str,
    street: &'static str,
}

const fn place(
    country: &'static str,
    city: &'static str,
    state: &'static str,
    postal_code: &'static str,
    street: &'static str,
) -> Place {
    Place { country, city, state, postal_code, street }
}

const PLACES: &[Place] = &[
    place("US", "Madison", "WI", "53703", "State Street"),
    place("US", "Portland", "OR", "97204", "Alder Street"),
    place("US", "Austin", "TX", "78701", "Congress Avenue"),
    place("US", "Columbus", "OH", "43215", "High Street"),
    place("US", "Denver", "CO", "80202", "Market Street"),
    place("US", "Albany", "NY", "12207", "Broadway"),
    place("DE", "Hamburg", "", "20095", "Kirchenallee"),
    place("DE", "Stuttgart", "", "70173", "Marktplatz"),
    place("AT", "Linz", "", "4020", "Landstrasse"),
    place("CH", "Bern", "", "3011", "Marktgasse"),
    place("GB", "Leeds", "", "LS1 5AB", "Park Row"),
    place("IT", "Torino", "", "10121", "Via Roma"),
    place("FR", "Lyon", "", "69002", "Rue de la Paix"),
    place("ES", "Valencia", "", "46002", "Calle Mayor"),
    place("NL", "Utrecht", "", "3511", "Oudegracht"),
    place("SE", "Uppsala", "", "753 10", "Kungsgatan"),
    place("JP", "Nagoya", "", "460-0002", "Marunouchi"),
];

/// Who a customer is, in the demo's own words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Profile<'a> {
    pub(super) name: &'a str,
    pub(super) domain: &'a str,
    pub(super) country: &'a str,
    pub(super) cloud: Cloud,
    pub(super) is: Qualifications,
    pub(super) relationship: Relationship,
    pub(super) created_at: DateTime<Utc>,
}

impl Profile<'_> {
    /// The customer. `None` for words that none can have; a test reads them all.
    pub(super) fn customer(&self, id: CustomerId, dice: &mut Dice) -> Option<Customer> {
        let of_country = PLACES.iter().filter(|place| place.country == self.country);
        let of_country: Vec<&Place> = of_country.collect();
        let place = dice.pick(&of_country)?;
        let (first, last) = (dice.pick(&FIRST_NAMES)?, dice.pick(&LAST_NAMES)?);
        let number = (dice.below(190) + 1).to_string();
        let email = lower_case(&[first, ".", last, "@", self.domain].concat());
        Some(Customer {
            id,
            company_name: CompanyName::parse(self.name).ok()?,
            domain: Domain::parse(self.domain).ok()?,
            cloud: self.cloud,
            country: Country::parse(self.country).ok()?,
            qualifications: self.is,
            relationship: self.relationship,
            created_at: self.created_at,
            contact: Contact { first_name: first.into(), last_name: last.into(), email },
            address: Address {
                address_line1: if place.country == "US" || place.country == "GB" {
                    [&number, " ", place.street].concat()
                } else {
                    [place.street, " ", &number].concat()
                },
                city: place.city.into(),
                state: place.state.into(),
                postal_code: place.postal_code.into(),
            },
            details: ProfileDetails::default(),
        })
    }
}

/// The primary domain with this label.
pub(super) fn domain(label: &str) -> String {
    [label, DOMAIN_END].concat()
}
