//! What a customer's form may hold, and that a refusal says it.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on has failed")]

use subscription_rules::{
    Address, Cloud, Contact, Country, CustomerDraft, Nickname, Note, ProfileDetails,
    address_problems,
};

fn draft() -> CustomerDraft {
    CustomerDraft {
        company_name: "Wingtip Toys".into(),
        domain: "wingtiptoys.onmicrosoft.com".into(),
        country: "US".into(),
        contact: Contact {
            first_name: "Kim".into(),
            last_name: "Akers".into(),
            email: "kim@wingtiptoys.com".into(),
        },
        address: Address {
            address_line1: "1 Main Street".into(),
            city: "Redmond".into(),
            state: "WA".into(),
            postal_code: "98052".into(),
        },
        ..CustomerDraft::default()
    }
}

/// Puts a text into a field.
type Hold = fn(&mut CustomerDraft, String);

/// What is said when a field holds a text.
fn said(hold: Hold, text: String) -> Vec<String> {
    let mut draft = draft();
    hold(&mut draft, text);
    draft.problems(Cloud::Commercial).iter().map(ToString::to_string).collect()
}

#[test]
fn a_refusal_says_how_long_a_text_may_be() {
    let fields: [(Hold, usize); 6] = [
        (|draft, text| draft.company_name = text, 200),
        (|draft, text| draft.contact.first_name = text, 50),
        (|draft, text| draft.contact.last_name = text, 50),
        (|draft, text| draft.address.address_line1 = text, 200),
        (|draft, text| draft.address.city = text, 100),
        // Of a country that does not say how it writes its codes.
        (|draft, text| (draft.country, draft.address.postal_code) = ("JP".into(), text), 20),
    ];
    for (hold, longest) in fields {
        assert_eq!(said(hold, "ü".repeat(longest)), [""; 0], "{longest}");
        for wrong in [String::new(), "ü".repeat(longest + 1)] {
            let said = said(hold, wrong);
            assert!(
                said.len() == 1 && said[0].ends_with(&format!("1 to {longest} characters")),
                "{said:?}"
            );
        }
    }
    let nickname = Nickname::parse(&"ü".repeat(121)).unwrap_err().to_string();
    assert!(nickname.ends_with("1 to 120 characters"), "{nickname}");
    let note = Note::parse(&"ü".repeat(501)).unwrap_err().to_string();
    assert!(note.ends_with("at most 500 characters"), "{note}");
    assert!(Nickname::parse(&"ü".repeat(120)).is_ok() && Note::parse(&"ü".repeat(500)).is_ok());
}

#[test]
fn a_refusal_gives_an_example_that_is_taken() {
    let fields: [Hold; 4] = [
        |draft, text| draft.domain = text,
        |draft, text| draft.contact.email = text,
        |draft, text| draft.address.state = text,
        |draft, text| draft.country = text,
    ];
    for hold in fields {
        let said_of_it = said(hold, "not one of these".into());
        let example = said_of_it[0].rsplit_once("such as ").unwrap().1.to_owned();
        assert_eq!(said(hold, example), [""; 0], "{said_of_it:?}");
    }
}

/// domain.md §2.4: `addressLine2` 0–200.
#[test]
fn what_no_form_shows_may_be_missing_and_is_refused_when_too_long() {
    let fields: [(Hold, &str, usize); 4] = [
        (|draft, text| draft.details.address_line2 = text, "addressLine2", 200),
        (|draft, text| draft.details.phone_number = text, "phoneNumber", 50),
        (|draft, text| draft.details.culture = text, "culture", 50),
        (|draft, text| draft.details.language = text, "language", 50),
    ];
    for (hold, field, longest) in fields {
        for right in [String::new(), "ü".repeat(longest)] {
            assert_eq!(said(hold, right), [""; 0], "{field}");
        }
        for wrong in ["ü".repeat(longest + 1), "two\nlines".into(), "abc\u{202e}cba".into()] {
            let said = said(hold, wrong);
            let whole = said.len() == 1 && said[0].starts_with(&format!("{field} cannot be"));
            assert!(
                whole && said[0].ends_with(&format!("at most {longest} characters")),
                "{said:?}"
            );
        }
    }
}

/// Which field of an address is refused, if any.
fn refused(country: &str, state: &str, postal_code: &str) -> Option<String> {
    let address =
        Address { state: state.into(), postal_code: postal_code.into(), ..draft().address };
    let problem = address_problems(country, &address, &ProfileDetails::default());
    let problem = serde_json::to_value(problem.first()?).unwrap();
    Some(problem["INVALID_INPUT"]["field"].as_str().unwrap().to_owned())
}

#[test]
fn an_address_is_in_a_country_in_one_of_its_states_under_one_of_its_codes() {
    #[rustfmt::skip]
    let cases = [
        // country, state, postal code, refused
        ("US", "WA",  "98052",      None),
        ("us", " wa", " 98052 ",    None),
        ("US", "DC",  "20500-0003", None),
        ("US", "XX",  "98052",      Some("state")),
        ("US", "",    "98052",      Some("state")),
        ("US", "PR",  "98052",      Some("state")),
        ("US", "WA",  "abc",        Some("postalCode")),
        ("US", "WA",  "9805",       Some("postalCode")),
        ("US", "WA",  "98052-",     Some("postalCode")),
        ("US", "WA",  "98052-83001", Some("postalCode")),
        ("US", "WA",  "980520003",  Some("postalCode")),
        ("US", "WA",  "९८०५२",      Some("postalCode")),
        ("US", "WA",  "",           Some("postalCode")),
        ("DE", "",    "20095",      None),
        ("DE", "",    "2009",       Some("postalCode")),
        ("CH", "",    "3011",       None),
        ("GB", "",    "LS1 5AB",    None),
        ("JP", "",    "460-0002",   None),
        ("ZZ", "",    "1",          Some("country")),
        ("",   "",    "1",          Some("country")),
        ("USA", "WA", "98052",      Some("country")),
    ];
    for (country, state, code, field) in cases {
        assert_eq!(refused(country, state, code).as_deref(), field, "{country} {state} {code}");
    }
}

/// ISO 3166-1 has 249 countries.
#[test]
fn there_are_249_countries_each_once_and_by_their_letters() {
    let all: Vec<Country> = Country::all().collect();
    assert_eq!(all.len(), 249);
    assert!(all.is_sorted_by(|one, next| one < next));
    for (letters, is_one) in [("US", true), ("IT", true), ("ZZ", false), ("UK", false)] {
        assert_eq!(Country::parse(letters).unwrap().known().is_ok(), is_one, "{letters}");
    }
}

/// What a server keeps is JSON with names; what it kept before there were details is read, and a
/// customer without any is kept as before.
#[test]
fn details_are_kept_in_json_and_take_no_room_where_there_are_none() {
    let mut draft = draft();
    let plain = serde_json::to_value(&draft).unwrap();
    assert_eq!(plain.get("details"), None);
    assert_eq!(serde_json::from_value::<CustomerDraft>(plain).unwrap(), draft);
    draft.details.phone_number = "4255550101".into();
    let written = serde_json::to_value(&draft).unwrap();
    assert_eq!(written["details"], serde_json::json!({ "phoneNumber": "4255550101" }));
    assert_eq!(serde_json::from_value::<CustomerDraft>(written).unwrap(), draft);
}
