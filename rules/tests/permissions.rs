//! Who may do what (domain.md §1.7): the decided matrix cell by cell, role groups, and the switch
//! by which billing admins suspend for non-payment.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use subscription_rules::{
    Action, Allowed, BillingCycle, CustomerDraft, CustomerId, Nickname, PERMISSIONS, Permission,
    Qualifications, Role, Roles, Segment, Suspend, SuspensionReason, add_customer, change_cycle,
    choices, permitted, reactivate, rename, set_qualifications, suspend,
};
use support::{Desk, Story, at, offers, outcome};

use Allowed::{No, NonPaymentByPolicy as Switch, Yes};
use Role::{AdminAgent, BillingAdmin, GlobalAdmin, HelpdeskAgent, SalesAgent, UserManagementAdmin};

/// domain.md §1.7. Columns: global admin, admin agent, sales agent, helpdesk agent, billing admin,
/// user management admin. The row "Add customer" is ours: the roles with customer management in
/// the table of 2018 (admin and sales agent), and the global admin.
#[rustfmt::skip]
const MATRIX: &[(&str, Permission, [Allowed; 6])] = &[
    ("View customers",             Permission::ViewCustomers,      [Yes, Yes, Yes, Yes, Yes, Yes]),
    ("View subscriptions, log",    Permission::ViewSubscriptions,  [Yes, Yes, Yes, Yes, Yes, No]),
    ("Add customer",               Permission::AddCustomer,        [Yes, Yes, Yes, No,  No,  No]),
    ("Create, quantity, convert",  Permission::Buy,                [Yes, Yes, Yes, No,  No,  No]),
    ("Suspend, reactivate",        Permission::Suspend,            [Yes, Yes, Yes, No,  Switch, No]),
    ("Cancel",                     Permission::Cancel,             [Yes, Yes, No,  No,  No,  No]),
    ("Change billing frequency",   Permission::ChangeBillingCycle, [Yes, Yes, No,  No,  Yes, No]),
    ("Edit friendly name",         Permission::Rename,             [Yes, Yes, Yes, Yes, No,  No]),
    ("Set customer qualification", Permission::SetQualification,   [Yes, Yes, No,  No,  No,  No]),
    ("Pin catalog offers",         Permission::PinOffers,          [Yes, Yes, Yes, No,  No,  No]),
];

const COLUMNS: [Role; 6] =
    [GlobalAdmin, AdminAgent, SalesAgent, HelpdeskAgent, BillingAdmin, UserManagementAdmin];

/// §1.7: the table in the code and what it decides, cell by cell.
#[test]
fn the_matrix() {
    assert_eq!(Role::ALL, COLUMNS);
    assert_eq!(PERMISSIONS.len(), MATRIX.len());
    for &(row, permission, cells) in MATRIX {
        assert!(PERMISSIONS.contains(&(permission, cells)), "{row}");
        for (role, cell) in COLUMNS.into_iter().zip(cells) {
            let expected = if cell == Yes { "ok" } else { "ROLE_NOT_ALLOWED" };
            assert_eq!(outcome(&permitted(role.into(), permission)), expected, "{row} {role:?}");
        }
    }
}

/// §1.7: at most one role of each group; groups combine.
#[test]
fn at_most_one_role_of_each_group() {
    let agent = |role| matches!(role, AdminAgent | SalesAgent | HelpdeskAgent);
    for one in COLUMNS {
        for other in COLUMNS {
            let fits = one == other || agent(one) != agent(other);
            let expected = if fits { "ok" } else { "INVALID_INPUT" };
            let got = Roles::new(&[one, other]);
            assert_eq!(outcome(&got), expected, "{one:?} {other:?}");
            if let Ok(roles) = got {
                assert!(COLUMNS.iter().all(|role| roles.has(*role) == [one, other].contains(role)));
            }
        }
    }
    assert_eq!(Roles::new(&[]).unwrap().iter().count(), 0);
    assert!(Roles::new(&[BillingAdmin, SalesAgent, HelpdeskAgent]).is_err());
}

/// §1.7: combined roles may do what either may.
#[test]
fn combined_roles_may_what_either_may() {
    for one in COLUMNS {
        for other in COLUMNS {
            let Ok(roles) = Roles::new(&[one, other]) else { continue };
            for &(row, permission, _) in MATRIX {
                let either = [one, other].map(|role| permitted(role.into(), permission).is_ok());
                let got = permitted(roles, permission).is_ok();
                assert_eq!(got, either.contains(&true), "{row} {one:?} {other:?}");
            }
        }
    }
}

/// Without any role nothing is possible.
#[test]
fn without_a_role_nothing_is_possible() {
    for &(row, permission, _) in MATRIX {
        assert_eq!(outcome(&permitted(Roles::default(), permission)), "ROLE_NOT_ALLOWED", "{row}");
    }
}

/// Where nothing can be changed, roles look and no more; what they could not see stays unseen, and
/// the narrowing is not written down with them.
#[test]
fn roles_that_only_look() {
    for &(row, permission, cells) in MATRIX {
        let looks = matches!(permission, Permission::ViewCustomers | Permission::ViewSubscriptions);
        for (role, cell) in COLUMNS.into_iter().zip(cells) {
            let expected = match (looks, cell) {
                (false, _) => "VIEW_ONLY",
                (true, Yes) => "ok",
                (true, _) => "ROLE_NOT_ALLOWED",
            };
            let narrowed = Roles::from(role).only_to_look();
            assert_eq!(outcome(&permitted(narrowed, permission)), expected, "{row} {role:?}");
        }
    }
    let written = serde_json::to_string(&Roles::from(AdminAgent).only_to_look()).unwrap();
    assert_eq!(written, r#"["admin_agent"]"#);
}

/// A billing admin whom the policy lets suspend for non-payment does not where nothing can be
/// changed, and nobody else does anything there.
#[test]
fn where_nothing_can_be_changed() {
    for role in COLUMNS {
        let mut story = Story::at("2018-06-01");
        story.desk.policy.billing_admin_suspends = true;
        let id = story.buys(offers::E3, BillingCycle::Monthly, 1);
        story.desk.roles = Roles::from(role).only_to_look();
        let ask = Suspend { reason: Some(SuspensionReason::NonPayment), note: None };
        let got = suspend(&story.context(), &story.account, &id, &ask);
        assert_eq!(outcome(&got), "VIEW_ONLY", "{role:?}");
        let offered = choices(&story.context(), &story.account, story.the(&id));
        let possible: Vec<_> = offered.iter().filter(|(_, may)| may.is_ok()).collect();
        assert!(possible.is_empty(), "{role:?}: {possible:?}");
    }
}

/// A role that comes from outside is checked like one made here.
#[test]
fn roles_from_outside_are_checked() {
    let read = |json: &str| serde_json::from_str::<Roles>(json).is_ok();
    assert!(read(r#"["global_admin", "sales_agent"]"#));
    assert!(!read(r#"["sales_agent", "admin_agent"]"#));
    assert!(!read(r#"["owner"]"#));
}

const FOR: [Option<SuspensionReason>; 4] = [
    Some(SuspensionReason::CustomerRequest),
    Some(SuspensionReason::NonPayment),
    Some(SuspensionReason::Fraud),
    None,
];

/// §1.7: billing admins suspend and reactivate for non-payment only, where the policy says so; off
/// by default.
#[test]
fn the_switch_of_the_billing_admin() {
    const NO: &str = "ROLE_NOT_ALLOWED";
    for (switch, expected) in [(false, [NO; 4]), (true, [NO, "ok", NO, NO])] {
        for (reason, expected) in FOR.into_iter().zip(expected) {
            let mut story = Story::at("2018-06-01");
            assert!(!story.desk.policy.billing_admin_suspends, "off by default");
            story.desk.policy.billing_admin_suspends = switch;
            let id = story.buys(offers::E3, BillingCycle::Monthly, 1);
            let ask = Suspend { reason, note: None };
            story.desk.roles = BillingAdmin.into();
            let got = suspend(&story.context(), &story.account, &id, &ask);
            assert_eq!(outcome(&got), expected, "suspend, {switch} {reason:?}");

            story.desk.roles = AdminAgent.into();
            story.keeps(suspend(&story.context(), &story.account, &id, &ask)).unwrap();
            story.desk.roles = BillingAdmin.into();
            let got = reactivate(&story.context(), &story.account, &id);
            assert_eq!(outcome(&got), expected, "reactivate, {switch} {reason:?}");
            assert_eq!(outcome(&story.cancels(&id)), NO, "cancel, {switch} {reason:?}");
        }
    }
}

/// §1.7: the screens offer "Suspend" to a billing admin only with the switch.
#[test]
fn what_a_billing_admin_is_offered() {
    for switch in [false, true] {
        let mut story = Story::at("2018-06-01");
        let id = story.buys(offers::E3, BillingCycle::Monthly, 1);
        story.desk.policy.billing_admin_suspends = switch;
        story.desk.roles = BillingAdmin.into();
        let offered = choices(&story.context(), &story.account, story.the(&id));
        let possible: Vec<_> =
            offered.iter().filter(|(_, may)| may.is_ok()).map(|(action, _)| *action).collect();
        let expected: &[Action] = if switch { &[Action::Suspend] } else { &[] };
        assert_eq!(possible, expected);
    }
}

fn draft() -> CustomerDraft {
    let json = r#"{
        "companyName": "Tailspin Toys", "domain": "tailspin.onmicrosoft.com", "country": "US",
        "contact": {"firstName": "Ada", "lastName": "Rossi", "email": "ada@tailspin.example"},
        "address": {"addressLine1": "1 Main St", "city": "Seattle", "state": "WA",
                    "postalCode": "98101"}
    }"#;
    serde_json::from_str(json).unwrap()
}

/// §1.7: the rows that are no commands on a subscription, through their functions.
#[test]
fn the_rows_beside_the_subscriptions() {
    const NO: &str = "ROLE_NOT_ALLOWED";
    const FIXED: &str = "CYCLE_FIXED_BY_POLICY";
    // Who may add a customer, set a qualification, change the frequency (fixed in April 2018).
    #[rustfmt::skip]
    let rows = [
        (GlobalAdmin,         "ok", "ok", FIXED),
        (AdminAgent,          "ok", "ok", FIXED),
        (SalesAgent,          "ok", NO,   NO),
        (HelpdeskAgent,       NO,   NO,   NO),
        (BillingAdmin,        NO,   NO,   FIXED),
        (UserManagementAdmin, NO,   NO,   NO),
    ];
    for (role, add, qualify, cycle) in rows {
        let mut desk = Desk::new();
        desk.roles = role.into();
        let context = desk.context(at("2018-06-01"));
        let id = CustomerId::parse("tailspin").unwrap();
        assert_eq!(outcome(&add_customer(&context, id, &draft())), add, "{role:?}");
        let account = Story::at("2018-06-01").account;
        let education = Qualifications::new(Segment::Education, false).unwrap();
        let got = set_qualifications(&context, &account, education);
        assert_eq!(outcome(&got), qualify, "{role:?}");
        if let Ok(change) = got {
            assert_eq!(account.with(&change).customer().qualifications, education);
        }
        assert_eq!(outcome(&change_cycle(&context)), cycle, "{role:?}");
    }
}

/// §1.7: a helpdesk agent renames, and does nothing else to a subscription.
#[test]
fn a_helpdesk_agent_renames() {
    let mut story = Story::at("2018-06-01");
    let id = story.buys(offers::E3, BillingCycle::Monthly, 1);
    story.desk.roles = HelpdeskAgent.into();
    let to = Nickname::parse("Head office").unwrap();
    story.keeps(rename(&story.context(), &story.account, &id, &to)).unwrap();
    assert_eq!(story.the(&id).nickname, to);
    let offered = choices(&story.context(), &story.account, story.the(&id));
    let possible: Vec<_> = offered.iter().filter(|(_, may)| may.is_ok()).collect();
    assert_eq!(possible, [&(Action::Rename, Ok(()))]);
}
