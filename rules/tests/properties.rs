//! What stays true whatever is done, and in whatever order (domain.md §3, §4, §8): random commands
//! on one account, random dates.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use subscription_rules::{
    Asked, BillingCycle, Change, CustomerAccount, Fact, FreeDays, Nickname, OwnershipLimit,
    Refusal, RetentionPolicy, Role, Standing, Status, Subscription, SubscriptionId, account_at,
    availability, choices, expires_on, next_due, rename,
};
use support::{Story, Tree, at, offer_id, offers, subscription_id};

/// Something that can be asked for. Subscriptions and offers by number, whatever there is.
#[derive(Debug, Clone)]
enum Command {
    Wait(i64),
    /// An offer, at a frequency and in a number that fit it or that are given.
    Order(usize, Option<(BillingCycle, u32)>),
    /// On a subscription: an add-on that fits it, or any offer in any number.
    AddOn(usize, Option<(usize, u32)>),
    Quantity(usize, u32),
    Rename(usize),
    Suspend(usize),
    Cancel(usize),
    Reactivate(usize),
    /// A trial as it can be converted, or any subscription to anything.
    Convert(usize, Option<(usize, BillingCycle, u32)>),
    ActAs(Role, Standing),
}

const MONTHLY: BillingCycle = BillingCycle::Monthly;
const ANNUAL: BillingCycle = BillingCycle::Annual;
const TRIAL: BillingCycle = BillingCycle::None;

/// Offers with a frequency and a number that fit. The limited ones come twice, to be reached.
const SOLD: &[(&str, BillingCycle, u32)] = &[
    (offers::BUSINESS_PREMIUM, MONTHLY, 300),
    (offers::BUSINESS_PREMIUM, ANNUAL, 10),
    (offers::WINDOWS_E3, ANNUAL, 10),
    (offers::WINDOWS_E3, MONTHLY, 10_000_000),
    (offers::E1, ANNUAL, 25),
    (offers::E3, MONTHLY, 25),
    (offers::CENTRAL, MONTHLY, 1),
    (offers::AZURE, MONTHLY, 1),
    (offers::E4, MONTHLY, 5),
    (offers::PREMIUM_TRIAL, TRIAL, 25),
    (offers::E3_TRIAL, TRIAL, 25),
    (offers::CE_TRIAL, TRIAL, 250),
    (offers::CENTRAL_TRIAL, TRIAL, 25),
    (offers::CENTRAL_TRIAL, TRIAL, 25),
    (offers::NONPROFIT_E1, MONTHLY, 1),
    (offers::PHONE, MONTHLY, 1),
];

fn cycle() -> impl Strategy<Value = BillingCycle> {
    prop::sample::select(vec![MONTHLY, ANNUAL, TRIAL])
}

fn count() -> impl Strategy<Value = u32> {
    prop::sample::select(vec![1, 2, 10, 25, 25, 25, 300, 301, 10_000_000, u32::MAX])
}

fn command() -> impl Strategy<Value = Command> {
    use Command::{
        ActAs, AddOn, Cancel, Convert, Order, Quantity, Reactivate, Rename, Suspend, Wait,
    };
    let which = || 0_usize..12;
    let offer = || 0..SOLD.len();
    let odd = prop::option::weighted::<std::ops::Range<usize>>;
    let role = prop_oneof![
        4 => Just(Role::AdminAgent),
        1 => prop::sample::select(Role::ALL.to_vec()),
    ];
    let standing = prop_oneof![4 => Just(Standing::Good), 1 => Just(Standing::Blocked)];
    prop_oneof![
        4 => prop_oneof![2 => 0_i64..40, 1 => 80_i64..125, 1 => Just(366)].prop_map(Wait),
        6 => (odd(0.2, offer()), offer(), cycle(), count()).prop_map(|(odd, offer, cycle, count)| {
            odd.map_or(Order(offer, None), |odd| Order(odd, Some((cycle, count))))
        }),
        5 => (which(), odd(0.2, offer()), count())
            .prop_map(|(which, odd, count)| AddOn(which, odd.map(|odd| (odd, count)))),
        2 => (which(), count()).prop_map(|(which, count)| Quantity(which, count)),
        1 => which().prop_map(Rename),
        4 => which().prop_map(Suspend),
        1 => which().prop_map(Cancel),
        5 => which().prop_map(Reactivate),
        3 => (which(), odd(0.2, offer()), cycle(), count()).prop_map(|(which, odd, cycle, count)| {
            Convert(which, odd.map(|odd| (odd, cycle, count)))
        }),
        1 => (role, standing).prop_map(|(role, standing)| ActAs(role, standing)),
    ]
}

fn commands() -> impl Strategy<Value = Vec<Command>> {
    prop::collection::vec(command(), 0..60)
}

/// Purchases around the alignment of 2018-02-21 and the ends of months.
fn start() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["2017-12-20", "2018-02-20", "2018-02-21", "2018-05-29", "2020-02-29"])
}

/// A tree of three, another base and two trials, before the commands begin.
fn begun(start: &str) -> Story {
    let mut story = Tree::at(start).story;
    let trial = story.buys(offers::PREMIUM_TRIAL, TRIAL, 25);
    story.adds(&trial, offers::AUDIO);
    story.buys(offers::BUSINESS_PREMIUM, ANNUAL, 300);
    story.buys(offers::CENTRAL_TRIAL, TRIAL, 25);
    story
}

fn nth<'a>(of: impl Iterator<Item = &'a Subscription>, which: usize) -> SubscriptionId {
    let all: Vec<_> = of.collect();
    let nth = all.get(which % all.len().max(1));
    nth.map_or_else(|| subscription_id("nothing"), |held| held.id.clone())
}

/// The one place that asks. Whether a command is accepted is not the point here.
fn ask(story: &mut Story, command: &Command) -> Result<Change, Refusal> {
    let held = |story: &Story, which| nth(story.account.subscriptions(), which);
    match *command {
        Command::Wait(days) => {
            story.comes_to(story.now + Duration::days(days));
            Ok(Change::default())
        }
        Command::ActAs(role, standing) => {
            story.desk.roles = role.into();
            story.desk.partner.standing = standing;
            Ok(Change::default())
        }
        Command::Order(offer, odd) => {
            let (offer, cycle, count) = SOLD[offer];
            let (cycle, count) = odd.unwrap_or((cycle, count));
            story.orders(offer, cycle, count).map(|(_, change)| change)
        }
        Command::AddOn(which, odd) => {
            let on = held(story, which);
            let fits = story.account.get(&on).and_then(|base| {
                story.desk.catalogue.add_ons_of(&base.offer).next().map(|add_on| add_on.id.clone())
            });
            let fits = fits.unwrap_or_else(|| offer_id(offers::PHONE));
            let (offer, count) =
                odd.map_or((fits.as_str(), 3), |(odd, count)| (SOLD[odd].0, count));
            story.orders_on(&on, offer, count).map(|(_, change)| change)
        }
        Command::Quantity(which, to) => story.sets_quantity(&held(story, which), to),
        Command::Rename(which) => {
            let (id, to) = (held(story, which), Nickname::parse("Head office").unwrap());
            story.keeps(rename(&story.context(), &story.account, &id, &to))
        }
        Command::Suspend(which) => story.suspends(&held(story, which)),
        Command::Cancel(which) => story.cancels(&held(story, which)),
        Command::Reactivate(which) => story.reactivates(&held(story, which)),
        Command::Convert(which, Some((target, cycle, count))) => {
            story.converts(&held(story, which), SOLD[target].0, cycle, count)
        }
        Command::Convert(which, None) => {
            let trials = story.account.subscriptions();
            let trial = nth(trials.filter(|held| held.is_trial() && held.is_held()), which);
            let offer =
                story.account.get(&trial).and_then(|held| story.desk.catalogue.get(&held.offer));
            let target = offer.and_then(|offer| offer.conversion_targets().first().cloned());
            let target = target.unwrap_or_else(|| offer_id(offers::E3));
            let cycle = if which % 2 == 0 { MONTHLY } else { ANNUAL };
            story.converts(&trial, target.as_str(), cycle, 25)
        }
    }
}

/// Runs the commands and looks at the account before and after each of them.
fn run(
    start: &str,
    commands: &[Command],
    mut look: impl FnMut(&CustomerAccount, &Story, &Result<Change, Refusal>) -> TestCaseResult,
) -> Result<Story, TestCaseError> {
    let mut story = begun(start);
    for command in commands {
        let before = story.account.clone();
        let got = ask(&mut story, command);
        look(&before, &story, &got)?;
    }
    Ok(story)
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    // The last years of the calendar are left out: what renews there never comes to an end.
    let last = NaiveDate::MAX - chrono::Months::new(36);
    let days = last.signed_duration_since(NaiveDate::MIN).num_days();
    prop_oneof![
        6 => (0_i64..40_000).prop_map(|days| support::day("1970-01-01") + Duration::days(days)),
        1 => Just(NaiveDate::MIN),
        1 => Just(last),
        1 => (0..days).prop_map(|days| NaiveDate::MIN + Duration::days(days)),
    ]
}

fn any_moment() -> impl Strategy<Value = DateTime<Utc>> {
    let seconds = 0_i64..86_400;
    (any_day(), seconds).prop_map(|(day, seconds)| {
        (day.and_time(chrono::NaiveTime::MIN) + Duration::seconds(seconds)).and_utc()
    })
}

fn day_of_this_era() -> impl Strategy<Value = NaiveDate> {
    (0_i64..80_000).prop_map(|days| support::day("1970-01-01") + Duration::days(days))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// S25, S27: with the same free days, a later suspension expires later.
    #[test]
    fn a_later_suspension_expires_later(
        a in day_of_this_era(), b in day_of_this_era(), gap in -50_i64..200,
    ) {
        let opened = support::day("2018-01-01");
        let free = FreeDays::between(opened, opened + Duration::days(gap));
        for policy in [RetentionPolicy::NINETY, RetentionPolicy::SIXTY] {
            let last_day = |on| expires_on(on, free, policy);
            prop_assert_eq!(a.cmp(&b), last_day(a).cmp(&last_day(b)));
        }
    }

    /// S25, S26: the window has 90 to 120 days (60 where it is 60), whatever month it falls in.
    #[test]
    fn the_window_is_counted_in_days(on in day_of_this_era(), gap in -50_i64..200) {
        let opened = support::day("2018-01-01");
        let free = FreeDays::between(opened, opened + Duration::days(gap));
        let days = |policy| expires_on(on, free, policy).0.signed_duration_since(on).num_days();
        prop_assert_eq!(days(RetentionPolicy::NINETY), 90 + gap.clamp(0, 30));
        prop_assert_eq!(days(RetentionPolicy::SIXTY), 60);
    }

    /// §3.2, §8 item 5: while it is suspended, nothing moves a subscription's date; an add-on's is
    /// never later than that of the suspended subscription above it (§3.3).
    #[test]
    fn a_suspended_date_never_moves(start in start(), commands in commands()) {
        run(start, &commands, |before, story, _| {
            for held in story.account.subscriptions() {
                let Some(now) = held.suspension() else { continue };
                let date = story.expires_on(&held.id);
                if let Some(parent) = &held.parent {
                    let above = story.expires_on(parent);
                    prop_assert!(above.is_none_or(|above| date <= Some(above)));
                }
                let Some(was) = before.get(&held.id) else { continue };
                let Some(then) = was.suspension() else { continue };
                prop_assert_eq!(then.at, now.at);
                if held.parent.is_none() {
                    prop_assert_eq!(before.expires_on(was, &story.desk.policy), date);
                }
            }
            Ok(())
        })?;
    }

    /// S4, §4: the limits hold after any sequence of accepted commands, for the number of
    /// subscriptions and for the licenses on each.
    #[test]
    fn the_limits_hold(start in start(), commands in commands()) {
        run(start, &commands, |_, story, _| {
            for offer in story.desk.catalogue.offers() {
                let (most, count) = match offer.limit {
                    OwnershipLimit::None => continue,
                    OwnershipLimit::Concurrent(most) => {
                        (most, story.account.held_of(&offer.id).count())
                    }
                    OwnershipLimit::Lifetime(most) => {
                        (most, story.account.ever_of(&offer.id).count())
                    }
                };
                prop_assert!(count <= usize::from(most.get()), "{} of {}", count, offer.name);
            }
            for held in story.account.subscriptions() {
                let offer = story.desk.catalogue.get(&held.offer).unwrap();
                prop_assert!(offer.quantity.check(held.quantity).is_ok(), "{:?}", held);
                prop_assert!(held.offer != offer_id(offers::AZURE) || held.quantity.get() == 1);
            }
            Ok(())
        })?;
    }

    /// §3.1: deleted is final: not a byte of it changes any more.
    #[test]
    fn deleted_is_final(start in start(), commands in commands()) {
        run(start, &commands, |before, story, _| {
            for gone in before.subscriptions().filter(|held| held.status() == Status::Deleted) {
                prop_assert_eq!(story.account.get(&gone.id), Some(gone));
            }
            Ok(())
        })?;
    }

    /// §3.3: whatever accepted commands and time make is an account, also after it was written down
    /// and read; so are the lines of the log.
    #[test]
    fn what_comes_about_can_be_kept(start in start(), commands in commands()) {
        let story = run(start, &commands, |_, _, got| {
            let facts = got.as_ref().map_or(&[][..], |change| &change.facts);
            for fact in facts {
                let json = serde_json::to_string(fact).unwrap();
                prop_assert_eq!(&serde_json::from_str::<Fact>(&json).unwrap(), fact);
            }
            if let Err(refusal) = got {
                let json = serde_json::to_string(refusal).unwrap();
                prop_assert_eq!(&serde_json::from_str::<Refusal>(&json).unwrap(), refusal);
            }
            Ok(())
        })?;
        let rows = story.account.subscriptions().cloned().collect::<Vec<_>>();
        let made = CustomerAccount::new(story.account.customer().clone(), rows);
        prop_assert_eq!(made.as_ref(), Ok(&story.account));
        let json = serde_json::to_string(&story.account).unwrap();
        let read: CustomerAccount = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(read, story.account);
    }

    /// §8 item 15: each row that changes has its line in the log and counts its revision up; a
    /// refusal changes nothing.
    #[test]
    fn every_change_leaves_a_trace(start in start(), commands in commands()) {
        run(start, &commands, |before, story, got| {
            let Ok(change) = got else {
                prop_assert_eq!(before, &story.account);
                return Ok(());
            };
            for row in &change.subscriptions {
                let logged = change.facts.iter().any(|fact| fact.subscription.as_ref() == Some(&row.id));
                prop_assert!(logged, "{:?}", row);
                let was = before.get(&row.id).map_or(0, |held| held.revision);
                prop_assert_eq!(row.revision, was + 1);
            }
            Ok(())
        })?;
    }

    /// W15, design.md §3: however often one looks in between, time brings the same.
    #[test]
    fn time_in_steps_is_time_at_once(
        start in start(), commands in commands(), steps in prop::collection::vec(0_i64..200, 0..6),
    ) {
        let story = run(start, &commands, |_, _, _| Ok(()))?;
        let (mut account, mut facts, mut now) = (story.account.clone(), Vec::new(), story.now);
        for days in steps {
            now += Duration::days(days);
            let (next, new) = account_at(&account, now, &story.desk.policy);
            account = next;
            facts.extend(new);
        }
        prop_assert_eq!((account, facts), account_at(&story.account, now, &story.desk.policy));
    }

    /// §3.3, T7, A9, §8 item 8: suspended and reactivated within the window, everything is as if
    /// it had not happened: what the cascade suspended is back, nothing else moved.
    #[test]
    fn reactivate_restores_exactly_what_the_cascade_suspended(
        apart in prop::collection::vec(0_usize..3, 0..3),
        root in 0_usize..3,
        wait in 0_i64..400,
        days in 0_i64..89,
    ) {
        let mut tree = Tree::at("2018-06-01");
        let ids = [tree.base.clone(), tree.add_on.clone(), tree.leaf.clone()];
        tree.story.comes_to(at("2018-06-01") + Duration::days(wait));
        for which in apart {
            tree.story.suspends(&ids[which]).unwrap();
        }
        prop_assume!(tree.story.status(&ids[root]) == Status::Active);
        let before = tree.story.account.clone();
        tree.story.suspends(&ids[root]).unwrap();
        let later = tree.story.now + Duration::days(days);
        tree.story.comes_to(later);
        tree.story.reactivates(&ids[root]).unwrap();
        let bare = |account: &CustomerAccount| {
            let rows = account.subscriptions().cloned();
            rows.map(|held| Subscription { revision: 0, ..held }).collect::<Vec<_>>()
        };
        let untouched = account_at(&before, later, &tree.story.desk.policy).0;
        prop_assert_eq!(bare(&tree.story.account), bare(&untouched));
    }
}

proptest! {
    // A calendar has many years to renew through, so these cases are fewer.
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases / 8,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Issue 2 §2: no decision panics on any input, with any clock, also one that goes back.
    #[test]
    fn no_decision_panics(
        start in start(),
        commands in prop::collection::vec((command(), prop::option::weighted(0.1, any_moment())), 0..40),
    ) {
        let mut story = begun(start);
        for (command, moment) in commands {
            // Decided at that moment, on an account that was not brought there.
            story.now = moment.unwrap_or(story.now);
            if let Command::Wait(days) = command {
                let now = story.now.checked_add_signed(Duration::days(days));
                story.now = now.unwrap_or(story.now);
            } else {
                drop(ask(&mut story, &command));
            }
            let context = story.context();
            for cycle in [MONTHLY, ANNUAL, TRIAL] {
                drop(availability(&context, &story.account, Asked::Catalogue(cycle)));
            }
            for held in story.account.subscriptions() {
                drop(availability(&context, &story.account, Asked::AddOn(&held.id)));
                drop(choices(&context, &story.account, held));
                let _ = story.account.would_expire_on(held, context.today(), context.policy);
                let _ = held.data_kept_until(context.policy);
            }
            let _ = story.account.next_expiry(context.policy);
            let _ = next_due(&story.account, context.policy);
        }
    }
}
