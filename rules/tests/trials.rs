//! Trials (domain.md §1.3: S9, T2, T5, T11, A16): every number of the table, and what becomes of
//! a trial that is converted, suspended or left alone.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use subscription_rules::{
    BillingCycle, Cloud, DeletedBecause, ExpiresOn, OfferId, Policy, Qualifications,
    RetentionPolicy, Segment, State, Status, SubscriptionId, Term,
};
use support::{Desk, Story, customer, day, name, offer_id, offers, outcome, told};

const NONE: BillingCycle = BillingCycle::None;
const MONTHLY: BillingCycle = BillingCycle::Monthly;
const ANNUAL: BillingCycle = BillingCycle::Annual;

fn of_segment(segment: Segment) -> Qualifications {
    Qualifications::new(segment, false).unwrap()
}

/// A story in which the customer is of a segment.
fn story_of(segment: Segment, when: &str) -> Story {
    let mut customer = customer();
    customer.qualifications = of_segment(segment);
    Story::of(Desk::new(), customer, when)
}

/// A trial bought on 1 June 2018.
fn trial(offer: &str, count: u32) -> (Story, SubscriptionId) {
    let mut story = Story::at("2018-06-01");
    let id = story.buys(offer, NONE, count);
    (story, id)
}

/// S9, §1.3 "Length": 30 days, 45 for a nonprofit trial; the day of opening is day 0, the last day
/// counts to 24:00 UTC, and it does not renew (§3.1).
#[test]
fn how_long_a_trial_runs() {
    for (offer, segment, opened, last_day) in [
        (offers::PREMIUM_TRIAL, Segment::Commercial, "2018-06-01", "2018-07-01"),
        (offers::E3_TRIAL, Segment::Commercial, "2018-01-31", "2018-03-02"),
        (offers::CE_TRIAL, Segment::Commercial, "2020-02-01", "2020-03-02"),
        (offers::NONPROFIT_TRIAL, Segment::Nonprofit, "2018-06-01", "2018-07-16"),
    ] {
        let mut story = story_of(segment, opened);
        let id = story.buys(offer, NONE, 25);
        let held = story.the(&id);
        assert_eq!(held.term, Term::Trial { last_day: day(last_day) }, "{offer}");
        assert_eq!(held.term.last_day(), Some(day(last_day)), "Expires on");
        assert_eq!(held.term.ends_on(), day(last_day).succ_opt(), "the wire's end is exclusive");
        assert_eq!(held.cycle(), NONE, "T2: billingCycle none");
        assert!(!held.term.auto_renews(), "T2: no auto-renew");
        let expiry = story.account.next_expiry(&story.desk.policy);
        assert_eq!(expiry, Some(day(last_day)), "§8 item 13: our list surfaces the end");
    }
}

/// §1.3 "Licences", T2: exactly 25, one trial 25 to 250.
#[test]
fn how_many_licenses_a_trial_has() {
    const OUT: &str = "QUANTITY_OUT_OF_RANGE";
    for (offer, count, expected) in [
        (offers::PREMIUM_TRIAL, 1, OUT),
        (offers::PREMIUM_TRIAL, 24, OUT),
        (offers::PREMIUM_TRIAL, 25, "ok"),
        (offers::PREMIUM_TRIAL, 26, OUT),
        (offers::CE_TRIAL, 24, OUT),
        (offers::CE_TRIAL, 25, "ok"),
        (offers::CE_TRIAL, 100, "ok"),
        (offers::CE_TRIAL, 250, "ok"),
        (offers::CE_TRIAL, 251, OUT),
    ] {
        let got = Story::at("2018-06-01").orders(offer, NONE, count);
        assert_eq!(outcome(&got), expected, "{offer} {count}");
    }
}

/// §1.3, T2, T3, §8 item 9: fixed while it is a trial, the adjustable one too.
#[test]
fn the_licenses_of_a_trial_are_fixed() {
    for (offer, to) in
        [(offers::PREMIUM_TRIAL, 24), (offers::CE_TRIAL, 26), (offers::CE_TRIAL, 250)]
    {
        let (mut story, id) = trial(offer, 25);
        assert_eq!(outcome(&story.sets_quantity(&id, to)), "SEATS_NOT_UPDATABLE", "{offer} {to}");
    }
}

/// §1.3 "How many": `Lifetime` 1, one exception 2; different trials may be combined. What has
/// ended still counts.
#[test]
fn how_often_a_trial_may_be_had() {
    for (offer, most) in [(offers::PREMIUM_TRIAL, 1), (offers::CENTRAL_TRIAL, 2)] {
        let mut story = Story::at("2018-01-01");
        for bought in 0..most {
            story.goes_to(&format!("2018-{:02}-01", 1 + 3 * bought));
            story.buys(offer, NONE, 25);
        }
        story.goes_to("2019-06-01");
        let gone = story.account.subscriptions().all(|held| held.status() == Status::Deleted);
        assert!(gone, "all have ended");
        let refusal = story.orders(offer, NONE, 25).unwrap_err();
        assert_eq!(name(&refusal), "TRIAL_ALREADY_HAD", "{offer}");
        assert_eq!(told(&refusal).1["limit"], most);
        story.buys(offers::E3_TRIAL, NONE, 25);
    }
}

/// §1.3 "How many": two of the exception at a time are allowed, a third is not.
#[test]
fn the_exception_may_be_had_twice_at_a_time() {
    let (mut story, _) = trial(offers::CENTRAL_TRIAL, 25);
    story.buys(offers::CENTRAL_TRIAL, NONE, 25);
    assert_eq!(outcome(&story.orders(offers::CENTRAL_TRIAL, NONE, 25)), "TRIAL_ALREADY_HAD");
}

/// §1.3 "Already owned", §4.2 step 7: not beside the paid offer, be it active or suspended; again
/// when that is deleted.
#[test]
fn no_trial_of_what_is_owned() {
    let mut story = Story::at("2018-06-01");
    let paid = story.buys(offers::BUSINESS_PREMIUM, MONTHLY, 5);
    assert_eq!(outcome(&story.orders(offers::PREMIUM_TRIAL, NONE, 25)), "PAID_OFFER_OWNED");
    story.suspends(&paid).unwrap();
    assert_eq!(outcome(&story.orders(offers::PREMIUM_TRIAL, NONE, 25)), "PAID_OFFER_OWNED");
    story.goes_to("2018-12-01");
    assert_eq!(story.status(&paid), Status::Deleted);
    assert_eq!(outcome(&story.orders(offers::PREMIUM_TRIAL, NONE, 25)), "ok");
}

/// §1.3 "Segments", T2: none for government and education; the nonprofit one for nonprofits only.
#[test]
fn trials_by_segment() {
    const WRONG: &str = "WRONG_SEGMENT";
    for (segment, offer, expected) in [
        (Segment::Commercial, offers::PREMIUM_TRIAL, "ok"),
        (Segment::Education, offers::PREMIUM_TRIAL, WRONG),
        (Segment::Government, offers::PREMIUM_TRIAL, WRONG),
        (Segment::Commercial, offers::NONPROFIT_TRIAL, WRONG),
        (Segment::Education, offers::NONPROFIT_TRIAL, WRONG),
        (Segment::Government, offers::NONPROFIT_TRIAL, WRONG),
        (Segment::Nonprofit, offers::NONPROFIT_TRIAL, "ok"),
    ] {
        let got = story_of(segment, "2018-06-01").orders(offer, NONE, 25);
        assert_eq!(outcome(&got), expected, "{segment:?} {offer}");
    }
}

/// S9, S12: a trial is reached under "Trial offer" only, and nothing else is.
#[test]
fn a_trial_is_no_billing_frequency() {
    const CYCLE: &str = "CYCLE_NOT_SUPPORTED_BY_OFFER";
    for (offer, cycle, expected) in [
        (offers::PREMIUM_TRIAL, NONE, "ok"),
        (offers::PREMIUM_TRIAL, MONTHLY, CYCLE),
        (offers::PREMIUM_TRIAL, ANNUAL, CYCLE),
        (offers::BUSINESS_PREMIUM, NONE, CYCLE),
    ] {
        let got = Story::at("2018-06-01").orders(offer, cycle, 25);
        assert_eq!(outcome(&got), expected, "{offer} {cycle:?}");
    }
}

/// §1.3 "Conversion", T5: same ID, new offer, paid from the day of conversion; the licenses and
/// the frequency are chosen then.
#[test]
fn a_converted_trial() {
    for (on, cycle, count, paid_from, renews, free) in [
        ("2018-06-01", ANNUAL, 25, "2018-06-01", "2019-06-01", 0),
        ("2018-06-20", ANNUAL, 3, "2018-06-20", "2019-06-20", 0),
        ("2018-06-20", MONTHLY, 300, "2018-06-20", "2019-06-20", 0),
        // Until its last day; bought on the 30th, a monthly one is first paid on the 1st (§1.2).
        ("2018-06-30", MONTHLY, 1, "2018-07-01", "2019-07-01", 1),
        ("2018-07-01T23:59:59Z", ANNUAL, 1, "2018-07-01", "2019-07-01", 0),
    ] {
        let (mut story, id) = trial(offers::PREMIUM_TRIAL, 25);
        story.goes_to(on);
        story.converts(&id, offers::BUSINESS_PREMIUM, cycle, count).unwrap();
        let held = story.the(&id);
        assert_eq!(held.offer, offer_id(offers::BUSINESS_PREMIUM), "{on}");
        let sold = story.desk.catalogue.get(&held.offer).unwrap().name.clone();
        assert_eq!(held.offer_name, sold, "{on}");
        assert_eq!(held.nickname.as_str(), &*sold, "{on}: named after the offer, so again");
        assert_eq!(held.quantity.get(), count, "{on}");
        assert_eq!(held.cycle(), cycle, "{on}");
        assert_eq!(held.opened_on, day(&on[..10]), "{on}: opened anew");
        let Term::Paid { anchor_on, ends_on, free_days, auto_renews, .. } = held.term else {
            panic!("{on}: paid")
        };
        assert_eq!((anchor_on, ends_on), (day(paid_from), day(renews)), "{on}");
        assert_eq!(free_days.get(), free, "{on}: a trial is no free billing period");
        assert!(auto_renews && !held.is_trial(), "{on}");
        assert_eq!(held.status(), Status::Active);
    }
}

/// T5: when a trial cannot be converted.
#[test]
fn what_a_conversion_needs() {
    const GONE: &str = "CONVERSIONS_NOT_FOUND";
    const RANGE: &str = "QUANTITY_OUT_OF_RANGE";
    const CYCLE: &str = "CYCLE_NOT_SUPPORTED_BY_OFFER";
    for (what, target, cycle, count, expected) in [
        ("its target", offers::BUSINESS_PREMIUM, MONTHLY, 1, "ok"),
        ("the target's most", offers::BUSINESS_PREMIUM, MONTHLY, 300, "ok"),
        ("more than the target's most", offers::BUSINESS_PREMIUM, MONTHLY, 301, RANGE),
        ("another offer", offers::E3, MONTHLY, 25, GONE),
        ("itself", offers::PREMIUM_TRIAL, NONE, 25, GONE),
        ("no such offer", "I-NONE", MONTHLY, 25, GONE),
        ("no frequency", offers::BUSINESS_PREMIUM, NONE, 25, CYCLE),
    ] {
        let (mut story, id) = trial(offers::PREMIUM_TRIAL, 25);
        assert_eq!(outcome(&story.converts(&id, target, cycle, count)), expected, "{what}");
    }
}

/// §1.3, T5, §8 item 13: only while the trial is active, and never by itself.
#[test]
fn only_an_active_trial_is_converted() {
    let convert = |story: &mut Story, id: &SubscriptionId| {
        outcome(&story.converts(id, offers::BUSINESS_PREMIUM, MONTHLY, 25))
    };
    let (mut story, id) = trial(offers::PREMIUM_TRIAL, 25);
    story.suspends(&id).unwrap();
    assert_eq!(convert(&mut story, &id), "SUBSCRIPTION_NOT_ACTIVE");
    let (mut story, id) = trial(offers::PREMIUM_TRIAL, 25);
    story.goes_to("2018-07-02T00:00:00Z");
    assert_eq!(convert(&mut story, &id), "SUBSCRIPTION_DELETED");
    let (mut story, id) = trial(offers::PREMIUM_TRIAL, 25);
    assert_eq!(convert(&mut story, &id), "ok");
    assert_eq!(convert(&mut story, &id), "CONVERSIONS_NOT_FOUND", "it is no trial any more");
}

/// T5: the target's own limit holds; the converted trial takes no second slot of it.
#[test]
fn the_targets_limit_holds() {
    let (mut story, id) = trial(offers::PREMIUM_TRIAL, 25);
    // Buying the paid offer beside a running trial is not forbidden; two are its limit.
    story.buys(offers::BUSINESS_PREMIUM, MONTHLY, 1);
    let second = story.buys(offers::BUSINESS_PREMIUM, MONTHLY, 1);
    let refusal = story.converts(&id, offers::BUSINESS_PREMIUM, MONTHLY, 25);
    assert_eq!(outcome(&refusal), "OFFER_USE_LIMIT_EXCEEDED");
    story.suspends(&second).unwrap();
    let refusal = story.converts(&id, offers::BUSINESS_PREMIUM, MONTHLY, 25);
    assert_eq!(outcome(&refusal), "SUSPENDED_REACTIVATE_INSTEAD");
}

/// T5, §4.2 step 8: the converted trial still counts for its lifetime limit.
#[test]
fn a_converted_trial_still_counts() {
    for (offer, target, more) in
        [(offers::E3_TRIAL, offers::E3, 0), (offers::CENTRAL_TRIAL, offers::CENTRAL, 1)]
    {
        let (mut story, id) = trial(offer, 25);
        story.converts(&id, target, ANNUAL, 25).unwrap();
        // Step 7 is out of the way once the paid one is deleted.
        story.suspends(&id).unwrap();
        story.goes_to("2019-01-01");
        assert_eq!(story.status(&id), Status::Deleted);
        for _ in 0..more {
            story.buys(offer, NONE, 25);
        }
        assert_eq!(outcome(&story.orders(offer, NONE, 25)), "TRIAL_ALREADY_HAD", "{offer}");
        assert_eq!(story.the(&id).converted_from, OfferId::parse(offer).ok());
    }
}

/// §1.3 "Expiry", T11, §3.1: unconverted it ends after its last day; its data is kept 90 days.
#[test]
fn an_unconverted_trial_ends() {
    for (offer, segment, last_moment, end, kept_until) in [
        (
            offers::PREMIUM_TRIAL,
            Segment::Commercial,
            "2018-07-01T23:59:59Z",
            "2018-07-02T00:00:00Z",
            "2018-09-29",
        ),
        (
            offers::NONPROFIT_TRIAL,
            Segment::Nonprofit,
            "2018-07-16T23:59:59Z",
            "2018-07-17T00:00:00Z",
            "2018-10-14",
        ),
    ] {
        let mut story = story_of(segment, "2018-06-01");
        let id = story.buys(offer, NONE, 25);
        story.goes_to(last_moment);
        assert_eq!(story.status(&id), Status::Active, "{offer}");
        assert_eq!(story.the(&id).data_kept_until(&story.desk.policy), None);
        story.goes_to(end);
        let State::Deleted(deleted) = &story.the(&id).state else { panic!("{offer}: ended") };
        assert_eq!(deleted.because, DeletedBecause::TrialEnded);
        assert_eq!(deleted.at, support::at(end));
        let kept = story.the(&id).data_kept_until(&story.desk.policy);
        assert_eq!(kept, Some(day(kept_until)), "{offer}: its end and 90 days");
        assert_eq!(outcome(&story.reactivates(&id)), "SUBSCRIPTION_DELETED", "{offer}");
    }
}

/// A16: a suspended trial shows the earlier of its own end and the window; reactivation works only
/// until then.
#[test]
fn a_suspended_trial_ends_with_the_trial() {
    for (when, expected) in
        [("2018-07-01T23:59:59Z", "ok"), ("2018-07-02T00:00:00Z", "WINDOW_CLOSED")]
    {
        let (mut story, id) = trial(offers::PREMIUM_TRIAL, 25);
        story.goes_to("2018-06-10");
        let told = story.suspends(&id).unwrap().effects.expires_on;
        assert_eq!(told, Some(ExpiresOn(day("2018-07-01"))));
        story.goes_to(when);
        assert_eq!(outcome(&story.reactivates(&id)), expected, "{when}");
    }
    let (mut story, id) = trial(offers::PREMIUM_TRIAL, 25);
    let short = RetentionPolicy { base_days: 10, longest_days: 10 };
    story.desk.policy = Policy { retention: short, ..Policy::OF_2018 };
    story.suspends(&id).unwrap();
    assert_eq!(story.expires_on(&id), Some(ExpiresOn(day("2018-06-11"))), "the window is earlier");
}

/// A16: reactivated, the trial's end has not moved.
#[test]
fn suspending_a_trial_extends_nothing() {
    let (mut story, id) = trial(offers::PREMIUM_TRIAL, 25);
    story.suspends(&id).unwrap();
    story.goes_to("2018-06-20");
    story.reactivates(&id).unwrap();
    assert_eq!(story.the(&id).term, Term::Trial { last_day: day("2018-07-01") });
}

/// A16: a switch of the policy forbids suspending trials.
#[test]
fn a_policy_may_forbid_suspending_trials() {
    let (mut story, id) = trial(offers::PREMIUM_TRIAL, 25);
    story.desk.policy.trial_suspends = false;
    assert_eq!(outcome(&story.suspends(&id)), "TRIAL_CANNOT_BE_SUSPENDED");
    assert_eq!(outcome(&story.cancels(&id)), "TRIAL_CANNOT_BE_SUSPENDED");
    let paid = story.buys(offers::E1, MONTHLY, 1);
    assert_eq!(outcome(&story.suspends(&paid)), "ok");
}

/// §1.4, T5: an add-on of a trial ends with it, and becomes paid with it.
#[test]
fn the_add_ons_of_a_trial_go_with_it() {
    let (mut story, id) = trial(offers::PREMIUM_TRIAL, 25);
    let add_on = story.adds(&id, offers::AUDIO);
    assert_eq!(story.the(&add_on).term, story.the(&id).term);
    story.goes_to("2018-06-20");
    let change = story.converts(&id, offers::BUSINESS_PREMIUM, ANNUAL, 25).unwrap();
    assert_eq!(change.effects.drawn_along, std::slice::from_ref(&add_on));
    assert_eq!(story.the(&add_on).cycle(), ANNUAL);
    assert_eq!(story.the(&add_on).opened_on, day("2018-06-20"), "opened anew with it");
    assert_eq!(story.the(&add_on).term.ends_on(), Some(day("2019-06-20")));

    let (mut story, id) = trial(offers::PREMIUM_TRIAL, 25);
    let add_on = story.adds(&id, offers::AUDIO);
    story.goes_to("2018-07-02T00:00:00Z");
    assert_eq!(story.status(&add_on), Status::Deleted);
}

/// §1.3 "Clouds": the same rules in sovereign clouds, by other offers; commercial ones are not
/// sold there.
#[test]
fn a_trial_belongs_to_its_cloud() {
    let mut customer = customer();
    customer.cloud = Cloud::Germany;
    customer.country = subscription_rules::Country::DE;
    let mut story = Story::of(Desk::new(), customer, "2018-06-01");
    assert_eq!(outcome(&story.orders(offers::PREMIUM_TRIAL, NONE, 25)), "WRONG_CLOUD");
}
