//! The checklist for seed data (domain.md §7), item by item.

use crate::{CATALOGUE, CLOUDS, day, midnight, starts, world};
use chrono::{NaiveDate, TimeDelta};
use std::sync::{Arc, LazyLock};
use subscription_rules::{
    Action, Asked, BillingCycle, Cause, Charging, Cloud, Context, CustomerAccount, CustomerType,
    DeletedBecause, ExpiresOn, Intent, OfferId, Policy, PriceList, Refusal, Relationship, Role,
    Roles, Segment, Standing, State, Status, Subscription, SuspendedBy, account_at,
    availability_of, choices,
};
use subscription_usecases::catalogue::read_prices;
use subscription_usecases::demo::{World, WorldSettings};

static PRICES: LazyLock<PriceList> =
    LazyLock::new(|| read_prices(include_str!("../../../public/prices.json")).unwrap());

const START: NaiveDate = NaiveDate::from_ymd_opt(2026, 7, 15).unwrap();

struct Story {
    world: World,
    account: CustomerAccount,
    policy: Policy,
}

fn told(cloud: Cloud, name: &str) -> Story {
    let world = world(1, 200, START, cloud);
    let found = world.starting_with(name);
    let [range] = &found[..] else { panic!("{name}: {found:?}") };
    let customer = world.customer(range.start).unwrap();
    assert_eq!(customer.company_name.as_str(), name);
    let account = world.account(&customer.id).unwrap();
    assert!(world.story_ids().contains(&customer.id));
    Story { world, account, policy: Policy::of(cloud, START) }
}

impl Story {
    fn only(&self, status: Status) -> &Subscription {
        let mut held = self.account.subscriptions().filter(|held| held.status() == status);
        let only = held.next().unwrap();
        assert_eq!(held.next(), None);
        only
    }

    fn until(&self, held: &Subscription) -> NaiveDate {
        self.account.expires_on(held, &self.policy).unwrap().0
    }

    fn with_context<T>(&self, ask: impl FnOnce(&Context<'_>) -> T) -> T {
        ask(&Context {
            now: midnight(START),
            policy: &self.policy,
            partner: self.world.partner(),
            roles: Roles::from(Role::AdminAgent),
            catalogue: &CATALOGUE,
            prices: &PRICES,
        })
    }

    /// Why one more of an offer cannot be bought.
    fn refusal(&self, offer: &OfferId) -> Option<Refusal> {
        let offer = CATALOGUE.get(offer).unwrap();
        let cycle = if offer.is_trial() { BillingCycle::None } else { BillingCycle::Monthly };
        let asked = Asked::Catalogue(cycle);
        self.with_context(|context| {
            availability_of(context, &self.account, offer, asked).leading().cloned()
        })
    }

    fn can(&self, held: &Subscription, action: Action) -> Result<(), Refusal> {
        let choices = self.with_context(|context| choices(context, &self.account, held));
        choices.into_iter().find(|(choice, _)| *choice == action).unwrap().1
    }
}

fn days(count: i64) -> NaiveDate {
    START + TimeDelta::days(count)
}

#[test]
fn one_is_suspended_with_a_gap_of_14_days_bought_before_alignment() {
    for (cloud, name) in [(Cloud::Commercial, "Adatum Corporation"), (Cloud::Germany, "Adatum AG")]
    {
        let story = told(cloud, name);
        let held = story.only(Status::Suspended);
        assert_eq!(held.term.free_days().get(), 14);
        assert!(held.opened_on < day(2018, 2, 21) && held.cycle() == BillingCycle::Monthly);
        assert_eq!(story.until(held), days(104 - 20));
    }
}

#[test]
fn one_is_suspended_with_a_gap_of_30_days_bought_before_alignment() {
    for (cloud, name) in
        [(Cloud::Commercial, "Northwind Traders"), (Cloud::Germany, "Northwind Handels GmbH")]
    {
        let story = told(cloud, name);
        let held = story.only(Status::Suspended);
        assert_eq!(held.term.free_days().get(), 30);
        assert!(held.opened_on < day(2018, 2, 21));
        assert_eq!(story.until(held), days(120 - 35));
    }
}

#[test]
fn one_is_suspended_by_the_vendor() {
    for (cloud, name) in [
        (Cloud::Commercial, "Litware, Inc."),
        (Cloud::UsGovernment, "Litware Port Authority"),
        (Cloud::Germany, "Litware Software GmbH"),
    ] {
        let story = told(cloud, name);
        let held = story.only(Status::Suspended);
        assert_eq!(held.suspension().unwrap().by, SuspendedBy::Vendor);
        assert_eq!(story.can(held, Action::Reactivate), Err(Refusal::SuspendedByVendor));
    }
}

#[test]
fn one_is_cancelled() {
    for (cloud, name) in [
        (Cloud::Commercial, "Proseware Ltd"),
        (Cloud::UsGovernment, "Proseware County Library"),
        (Cloud::Germany, "Proseware Verlag GmbH"),
    ] {
        let story = told(cloud, name);
        let held = story.only(Status::Suspended);
        assert_eq!(held.suspension().unwrap().intent, Intent::Cancel);
        assert_eq!(story.can(held, Action::Reactivate), Ok(()));
    }
}

#[test]
fn there_is_an_ordinary_customer_in_each_cloud() {
    for (cloud, name) in [
        (Cloud::Commercial, "Contoso Ltd"),
        (Cloud::UsGovernment, "Contoso County"),
        (Cloud::Germany, "Contoso Deutschland GmbH"),
    ] {
        let story = told(cloud, name);
        assert!(story.account.count(Status::Active) > 0);
        let government = story.account.customer().qualifications.segment() == Segment::Government;
        assert_eq!(government, cloud == Cloud::UsGovernment);
    }
}

#[test]
fn there_is_an_education_a_nonprofit_a_government_and_a_state_owned_customer() {
    for (name, is) in [
        ("School of Fine Art", CustomerType::Education),
        ("Graphic Design Institute", CustomerType::Nonprofit),
        ("Woodgrove County", CustomerType::GovernmentCommunityCloud),
        ("City Power & Light", CustomerType::StateOwnedEntity),
    ] {
        let story = told(Cloud::Commercial, name);
        assert_eq!(story.account.customer().qualifications.customer_type(), is);
        assert!(story.account.count(Status::Active) > 1);
    }
    let world = world(1, 0, START, Cloud::Commercial);
    assert!(world.partner().qualifications.education);
}

#[test]
fn one_has_a_suspended_and_an_active_one_of_a_limit_2_offer() {
    let story = told(Cloud::Commercial, "Wingtip Toys");
    let held = story.only(Status::Suspended);
    assert_eq!(story.only(Status::Active).offer, held.offer);
    let refusal = story.refusal(&held.offer);
    let expected = Refusal::SuspendedReactivateInstead {
        limit: 2,
        held: 2,
        subscription: held.id.clone(),
        until: ExpiresOn(days(40)),
    };
    assert_eq!(refusal, Some(expected));
}

#[test]
fn one_has_a_single_suspended_limit_1_offer() {
    for (cloud, name) in
        [(Cloud::Commercial, "Lucerne Relief Fund"), (Cloud::Germany, "Wingtip Spielwaren GmbH")]
    {
        let story = told(cloud, name);
        let held = story.only(Status::Suspended);
        assert_eq!(story.account.subscriptions().len(), 1);
        let refusal = story.refusal(&held.offer);
        assert!(matches!(refusal, Some(Refusal::SuspendedReactivateInstead { limit: 1, .. })));
    }
}

#[test]
fn one_has_a_trial_ending_tomorrow() {
    for (cloud, name) in
        [(Cloud::Commercial, "Tailspin Toys"), (Cloud::Germany, "Tailspin Modellbau KG")]
    {
        let story = told(cloud, name);
        let trial = story.account.subscriptions().find(|held| held.is_trial()).unwrap();
        assert_eq!((trial.status(), trial.term.last_day()), (Status::Active, Some(days(1))));
        assert_eq!(story.can(trial, Action::Convert), Ok(()));
    }
}

#[test]
fn one_has_an_expired_trial() {
    for (cloud, name) in
        [(Cloud::Commercial, "Trey Research"), (Cloud::Germany, "Trey Forschung AG")]
    {
        let story = told(cloud, name);
        let trial = story.only(Status::Deleted);
        assert!(trial.is_trial());
        assert!(trial.data_kept_until(&story.policy).unwrap() > START);
        let refusal = story.refusal(&trial.offer);
        assert!(matches!(refusal, Some(Refusal::TrialAlreadyHad { limit: 1, .. })), "{refusal:?}");
    }
}

#[test]
fn one_has_a_base_and_add_ons_at_two_levels_suspended_by_cascade() {
    let story = told(Cloud::Commercial, "Woodgrove Bank");
    let suspended = |held: &&Subscription| held.status() == Status::Suspended;
    let held: Vec<_> = story.account.subscriptions().filter(suspended).collect();
    let [base, add_on, below] = &held[..] else { panic!("{held:?}") };
    assert_eq!(add_on.parent, Some(base.id.clone()));
    assert_eq!(below.parent, Some(add_on.id.clone()));
    for drawn in [add_on, below] {
        assert_eq!(drawn.suspension().unwrap().cause, Cause::Cascade(base.id.clone()));
        assert_eq!(drawn.suspension().unwrap().at, base.suspension().unwrap().at);
    }
    assert_eq!(story.can(add_on, Action::Reactivate), Err(Refusal::ParentNotActive));
    assert_eq!(story.can(base, Action::Reactivate), Ok(()));
}

#[test]
fn one_expires_on_a_day_because_its_offer_is_retired() {
    let story = told(Cloud::Commercial, "Consolidated Messenger");
    let held = story.account.subscriptions().find(|held| held.offer.as_str() == "I-E4");
    let held = held.unwrap();
    assert_eq!((held.status(), held.term.auto_renews()), (Status::Active, false));
    assert_eq!(held.term.ends_on(), Some(days(40)));
    assert_eq!(story.account.next_expiry(&story.policy), Some(days(39)));
}

#[test]
fn one_is_on_the_last_day_of_its_window() {
    for (cloud, name) in [
        (Cloud::Commercial, "Alpine Ski House"),
        (Cloud::UsGovernment, "Alpine Township Fire District"),
        (Cloud::Germany, "Alpine Ski House Tirol"),
    ] {
        let story = told(cloud, name);
        let held = story.only(Status::Suspended);
        assert_eq!(story.until(held), START);
        assert_eq!(story.can(held, Action::Reactivate), Ok(()));
        let (tomorrow, _) = account_at(&story.account, midnight(days(1)), &story.policy);
        assert_eq!(tomorrow.get(&held.id).unwrap().status(), Status::Deleted);
    }
}

#[test]
fn the_last_day_is_the_start_day_whatever_day_that_is() {
    for nth in 0..400 {
        let start = day(2018, 6, 1) + TimeDelta::days(nth * 13);
        let world = world(1, 0, start, Cloud::Commercial);
        for (name, left) in [("alpine ski house", 0), ("fabrikam gmbh", 12)] {
            let place = world.place_of(name);
            let account = world.account(&world.customer(place).unwrap().id).unwrap();
            let mut held = account.subscriptions();
            let held = held.find(|held| held.status() == Status::Suspended).unwrap();
            let until = account.expires_on(held, &Policy::of(Cloud::Commercial, start)).unwrap();
            assert_eq!(until.0, start + TimeDelta::days(left), "{name}");
        }
    }
}

#[test]
fn one_is_deleted() {
    for (cloud, name) in [
        (Cloud::Commercial, "Fourth Coffee"),
        (Cloud::UsGovernment, "Fourth Street Parks"),
        (Cloud::Germany, "Fourth Coffee Wien"),
    ] {
        let story = told(cloud, name);
        let held = story.only(Status::Deleted);
        let State::Deleted(deleted) = &held.state else { panic!("{held:?}") };
        assert_eq!(deleted.because, DeletedBecause::WindowEnded);
        assert_eq!(deleted.at, midnight(days(90 - 130 + 1)));
    }
}

#[test]
fn one_has_no_subscriptions() {
    for (cloud, name) in [
        (Cloud::Commercial, "Southridge Video"),
        (Cloud::UsGovernment, "Southridge School District"),
        (Cloud::Germany, "Southridge Video GmbH"),
    ] {
        assert_eq!(told(cloud, name).account.subscriptions().next(), None);
    }
}

#[test]
fn one_has_about_sixty_subscriptions() {
    for start in starts() {
        let world = world(1, 10, start, Cloud::Commercial);
        let place = world.place_of("humongous insurance");
        let account = world.account(&world.customer(place).unwrap().id).unwrap();
        let count = account.subscriptions().len();
        assert!((50..=60).contains(&count), "{count}");
        assert!(account.count(Status::Active) > 30);
    }
}

#[test]
fn one_has_more_licenses_assigned_than_a_plausible_reduction_leaves() {
    let story = told(Cloud::Commercial, "The Phone Company");
    let held = &story.account.subscriptions().next().unwrap();
    assert_eq!((held.quantity.get(), held.assigned), (40, Some(38)));
}

#[test]
fn one_has_no_reseller_relationship() {
    for (cloud, name) in [
        (Cloud::Commercial, "Lucerne Publishing"),
        (Cloud::UsGovernment, "Lucerne Water District"),
        (Cloud::Germany, "Lucerne Verlag AG"),
    ] {
        assert_ne!(told(cloud, name).account.customer().relationship, Relationship::Reseller);
    }
}

#[test]
fn one_is_billed_annually_and_one_by_usage() {
    let annual = told(Cloud::Commercial, "Coho Vineyard & Winery");
    let held = annual.account.subscriptions().collect::<Vec<_>>();
    assert!(held.len() == 2 && held.iter().all(|held| held.cycle() == BillingCycle::Annual));
    let usage = told(Cloud::Commercial, "Blue Yonder Airlines");
    assert_eq!(usage.only(Status::Active).charging, Charging::Usage);
}

#[test]
fn one_holds_the_same_offer_at_both_frequencies() {
    let story = told(Cloud::Commercial, "Wide World Importers");
    let held = story.account.subscriptions().collect::<Vec<_>>();
    assert_eq!(held[0].offer, held[1].offer);
    assert_ne!(held[0].cycle(), held[1].cycle());
}

#[test]
fn one_renews_tomorrow() {
    for start in starts() {
        let world = world(1, 0, start, Cloud::Commercial);
        let place = world.place_of("margie's travel");
        let account = world.account(&world.customer(place).unwrap().id).unwrap();
        let tomorrow = start + TimeDelta::days(1);
        assert_eq!(
            account.subscriptions().next().unwrap().term.ends_on(),
            Some(tomorrow),
            "{start}"
        );
    }
}

#[test]
fn fabrikam_looks_as_in_the_sketch() {
    let story = told(Cloud::Commercial, "Fabrikam GmbH");
    let customer = story.account.customer();
    assert_eq!(customer.domain.as_str(), "fabrikam.onmicrosoft.com");
    assert_eq!(customer.country.as_str(), "DE");
    assert_eq!(customer.qualifications.customer_type(), CustomerType::Commercial);
    let counts = Status::ALL.map(|status| story.account.count(status));
    assert_eq!(counts, [4, 1, 2]);
    let premium = &story.account.subscriptions().next().unwrap();
    assert_eq!(premium.quantity.get(), 12);
    assert_eq!(premium.term.ends_on(), Some(day(2027, 2, 15)));
    assert_eq!(story.until(story.only(Status::Suspended)), days(12));
}

#[test]
fn the_partner_can_be_in_bad_standing() {
    for cloud in CLOUDS {
        let settings = WorldSettings { seed: 1, size: 1, start: START, cloud };
        let world = World::new(settings, Standing::Blocked, Arc::clone(&CATALOGUE));
        assert_eq!(world.partner().standing, Standing::Blocked);
        assert_eq!(world.partner().cloud, cloud);
        assert_eq!(u8::from(world.partner().billing_day), 15);
    }
}
