//! The addresses of the screens, two ways: what is printed is parsed to the same screen, and
//! whatever is pasted gives a screen (design.md §4).
//!
//! Here and not in the root package, so that no Leptos is compiled for it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../src/route.rs"]
#[allow(dead_code, missing_docs, reason = "the screens use all of it")]
mod route;

use proptest::prelude::*;
use route::{ActivityFilter, CustomerFilter, Draft, OfferFilter, Route, StatusFilter, Step};
use subscription_rules::{BillingCycle, CustomerId, OfferId, SubscriptionId};

fn customer() -> CustomerId {
    CustomerId::parse("c-1").unwrap()
}

#[test]
fn each_screen_has_its_address() {
    let held = SubscriptionId::parse("s-1").unwrap();
    let cases = [
        (Route::home(), "/customers"),
        (Route::NewCustomer, "/customers/new"),
        (Route::customer(&customer()), "/customers/c-1"),
        (Route::Account(customer()), "/customers/c-1/account"),
        (Route::NewSubscription(customer(), Draft::default()), "/customers/c-1/subscriptions/new"),
        (Route::Subscription(customer(), held), "/customers/c-1/subscriptions/s-1"),
        (Route::Offers(OfferFilter::default()), "/offers"),
        (
            Route::Offers(OfferFilter { limited: true, ..OfferFilter::default() }),
            "/offers?limited=1",
        ),
        (Route::Activity(ActivityFilter::default()), "/activity"),
        (Route::Changes, "/changes"),
        (Route::Settings, "/settings"),
    ];
    for (route, address) in cases {
        assert_eq!(route.print(), address);
        assert_eq!(Route::parse(address), route, "{address}");
    }
    assert_eq!(Route::parse("/"), Route::home());
}

#[test]
fn a_hand_made_address_gives_something_sensible() {
    let frequency = |cycle| Draft { cycle, ..Draft::default() };
    let wizard = |draft| Route::NewSubscription(customer(), draft);
    let new = "/customers/c-1/subscriptions/new";
    let cases = [
        (format!("{new}?step=review"), wizard(frequency(None))),
        (format!("{new}?step=review&cycle=weekly"), wizard(frequency(None))),
        (
            format!("{new}?step=review&cycle=annual"),
            wizard(Draft {
                step: Step::Catalog,
                cycle: Some(BillingCycle::Annual),
                ..Draft::default()
            }),
        ),
        (
            format!("{new}?cycle=annual&lines=%20:1,nothing,:::"),
            wizard(frequency(Some(BillingCycle::Annual))),
        ),
        ("/customers?search=%".into(), search("%")),
        ("/customers?search=%E2%82".into(), search("\u{fffd}")),
        ("/customers?search=a+b%26c&search=second".into(), search("a b&c")),
        ("/customers/a%20b".into(), Route::NotFound("/customers/a%20b".into())),
        ("/customers/c-1/whatever".into(), Route::NotFound("/customers/c-1/whatever".into())),
        ("/activity?from=yesterday".into(), Route::Activity(ActivityFilter::default())),
        ("/activity?from=2018-02-30".into(), Route::Activity(ActivityFilter::default())),
        ("/activity?from=%2B201-06-01".into(), Route::Activity(ActivityFilter::default())),
        ("/activity?to=2018-6-1".into(), Route::Activity(ActivityFilter::default())),
    ];
    for (address, route) in cases {
        assert_eq!(Route::parse(&address), route, "{address}");
    }
}

fn search(text: &str) -> Route {
    Route::Customers(CustomerFilter { search: text.into(), descending: false })
}

#[test]
fn the_same_screen_with_another_query_is_the_same_screen() {
    assert!(search("a").same_screen(&search("b")));
    assert!(!Route::Settings.same_screen(&Route::NewCustomer));
    let other = CustomerId::parse("c-2").unwrap();
    assert!(!Route::customer(&customer()).same_screen(&Route::customer(&other)));
    assert!(Route::customer(&customer()).same_screen(&Route::parse("/customers/C-1?show=deleted")));
}

fn any_text() -> impl Strategy<Value = String> {
    proptest::collection::vec(any::<char>(), 0..20).prop_map(|chars| chars.into_iter().collect())
}

fn any_id() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(b"aB9-._".to_vec()), 1..20)
        .prop_map(|bytes| String::from_utf8(bytes).unwrap())
}

fn any_draft() -> impl Strategy<Value = Draft> {
    let cycle = proptest::sample::select(vec![
        BillingCycle::Monthly,
        BillingCycle::Annual,
        BillingCycle::None,
    ]);
    let step = proptest::sample::select(vec![Step::Frequency, Step::Catalog, Step::Review]);
    let instead = any::<Option<u64>>();
    (step, cycle, any_id(), any_text(), any_text(), any_text(), any::<bool>(), instead).prop_map(
        |(step, cycle, offer, quantity, category, search, all, instead)| Draft {
            step,
            cycle: Some(cycle),
            // Offers are compared in any case, and a comma is no part of a quantity.
            lines: vec![(OfferId::parse(&offer).unwrap(), quantity.replace(',', " "))],
            category,
            search,
            all,
            instead,
        },
    )
}

fn any_route() -> impl Strategy<Value = Route> {
    let customer = || any_id().prop_map(|id| CustomerId::parse(&id).unwrap());
    // "new" is the page that adds one.
    let customer = || customer().prop_filter("not the word new", |id| id.as_str() != "new");
    prop_oneof![
        (any_text(), any::<bool>()).prop_map(|(search, descending)| {
            Route::Customers(CustomerFilter { search, descending })
        }),
        (customer(), any::<[bool; 3]>()).prop_map(|(id, [active, suspended, deleted])| {
            Route::Customer(id, StatusFilter { active, suspended, deleted })
        }),
        (customer(), any_draft()).prop_map(|(id, draft)| Route::NewSubscription(id, draft)),
        (any::<bool>(), any_text(), any_text()).prop_map(|(limited, category, search)| {
            Route::Offers(OfferFilter { limited, category, search })
        }),
        (customer(), any_text()).prop_map(|(id, action)| {
            Route::Activity(ActivityFilter {
                from: chrono::NaiveDate::from_ymd_opt(2027, 2, 28),
                to: None,
                customer: Some(id),
                action,
            })
        }),
    ]
}

proptest! {
    #[test]
    fn what_is_printed_is_parsed_to_the_same(route in any_route()) {
        prop_assert_eq!(Route::parse(&route.print()), route);
    }

    #[test]
    fn whatever_is_pasted_gives_a_screen_with_an_address(text in any_text()) {
        let route = Route::parse(&format!("/{text}"));
        prop_assert_eq!(Route::parse(&route.print()), route);
    }
}
