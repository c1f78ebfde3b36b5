//! Who of the customer's own people may do what in each state (domain.md §3.1: S22, S23, A10,
//! §8 item 16).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use subscription_rules::{Access, BillingCycle, Person, Policy, Subscription};
use support::{Story, offers};

/// domain.md §3.1: what is looked at, whether it is a trial, when, and for users and then for
/// administrators: sign in, use the service, reach the data.
type Row = (&'static str, bool, &'static str, [bool; 3], [bool; 3]);

const ALL: [bool; 3] = [true, true, true];
const DATA: [bool; 3] = [true, false, true];
const NOTHING: [bool; 3] = [false, false, false];

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("active",                     false, "active",    ALL,     ALL),
    ("active trial",               true,  "active",    ALL,     ALL),
    ("suspended",                  false, "suspended", NOTHING, DATA),
    ("cancelled (A1)",             false, "cancelled", NOTHING, DATA),
    ("suspended trial",            true,  "suspended", NOTHING, DATA),
    ("deleted after its window",   false, "window",    NOTHING, NOTHING),
    // "Expiry message at sign-in" for users; administrators as for suspended.
    ("trial past its end",         true,  "ended",     NOTHING, DATA),
    // Its end, 1 July, + 90 days is 29 September.
    ("trial past its data",        true,  "data gone", NOTHING, NOTHING),
];

fn held(trial: bool, how: &str) -> (Subscription, chrono::DateTime<chrono::Utc>) {
    let mut story = Story::at("2018-06-01");
    let id = if trial {
        story.buys(offers::E3_TRIAL, BillingCycle::None, 25)
    } else {
        story.buys(offers::E3, BillingCycle::Monthly, 1)
    };
    match how {
        "suspended" | "window" => drop(story.suspends(&id).unwrap()),
        "cancelled" => drop(story.cancels(&id).unwrap()),
        _ => {}
    }
    match how {
        "window" => story.goes_to("2018-12-01"),
        "ended" => story.goes_to("2018-07-02T00:00:00Z"),
        "data gone" => story.goes_to("2018-09-30T00:00:00Z"),
        _ => {}
    }
    (story.the(&id).clone(), story.now)
}

/// S22, S23, A10: the table of §3.1 through what really happens to a subscription.
#[test]
fn who_may_do_what_in_each_state() {
    for &(what, trial, how, users, administrators) in ROWS {
        let (held, now) = held(trial, how);
        for (person, expected) in [(Person::User, users), (Person::Administrator, administrators)] {
            let Access { sign_in, use_service, reach_data } =
                Access::of(&held, person, now, &Policy::OF_2018);
            assert_eq!([sign_in, use_service, reach_data], expected, "{what}, {person:?}");
        }
    }
}

/// S22, S23: the exported table has every status for both classes of people, once.
#[test]
fn the_table_is_complete() {
    for status in subscription_rules::Status::ALL {
        for person in [Person::User, Person::Administrator] {
            let rows = subscription_rules::ACCESS.iter();
            let count = rows.filter(|row| (row.0, row.1, row.2) == (status, false, person)).count();
            assert_eq!(count, 1, "{status} {person:?}");
        }
    }
}
