//! What a customer's form may hold, and that a refusal says it.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on has failed")]

use subscription_rules::{Address, Cloud, Contact, CustomerDraft, Nickname, Note};

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
        (|draft, text| draft.address.postal_code = text, 20),
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
