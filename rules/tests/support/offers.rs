//! Offers of domain.md §7 with their real identifiers and limits.

use subscription_rules::{
    BillingCycles, Charging, Cloud, Country, Offer, OfferKind, OwnershipLimit, QuantityRange,
    SalesGroup, Segment,
};

use super::{offer_id, quantity};
use std::num::NonZeroU16;

pub const BUSINESS_PREMIUM: &str = "031C9E47-4802-4248-838E-778FB1D2CC05";
pub const E1: &str = "91FD106F-4B2C-4938-95AC-F54F74E9A239";
pub const E3: &str = "796B6B5F-613C-4E24-A17C-EBA730D49C02";
pub const WINDOWS_E3: &str = "39504991-553B-48C2-BDF4-EA47F93BF784";
pub const CE_PLAN: &str = "BB30B486-53BE-4ECF-BB85-6F50979F0579";
pub const CENTRAL: &str = "30E97275-FAD8-48D4-BC0A-81840365C119";
pub const ACCOUNTANT: &str = "88F9EB8A-0636-45E8-A601-553E0A48AA9E";
pub const AZURE: &str = "MS-AZR-0145P";
pub const PREMIUM_TRIAL: &str = "C0BD2E08-11AC-4836-BDC7-3712E744922F";
pub const E3_TRIAL: &str = "32B23C88-949F-4E5B-B500-A87EEC676B80";
pub const CE_TRIAL: &str = "F7D11014-C85B-485C-96F8-AE7280BAFBD9";
pub const CENTRAL_TRIAL: &str = "EB5BC29F-C744-4D36-8042-68BC11114EDA";
pub const NONPROFIT_TRIAL: &str = "7D08A5D6-D44A-4729-B49C-D748A9BF8BDF";
pub const NONPROFIT_PREMIUM: &str = "12FA4FD4-8283-42F1-9876-321C98C74962";
pub const NONPROFIT_E1: &str = "83DCA3B9-3D6C-4547-8C5F-BA1F69B130F8";
pub const DONATION: &str = "32EC2B89-752D-4A77-B842-5B99F7D00EAF";
pub const AUDIO: &str = "C94271D8-B431-4A25-A3C5-A57737A1C909";
pub const PHONE: &str = "4260988E-990D-479C-AE7B-F01CE8E1BB4D";
pub const CALLING: &str = "0F598EFE-F330-4D79-B79F-C9480BB7CE3E";
pub const E4: &str = "I-E4";
pub const FACULTY: &str = "I-EDU-E3F";
pub const GOVERNMENT_E3: &str = "I-GOV-E3";
pub const AZURE_GOVERNMENT: &str = "I-AZ-GOV";
pub const GERMAN_PREMIUM: &str = "I-DE-BP";
pub const ANNUAL_ONLY: &str = "I-AONLY";
pub const MONTHLY_ONLY: &str = "I-MONLY";

/// An offer as most are: a commercial base, 1 to 10,000,000, both frequencies, no limit.
pub fn plain(id: &str, name: &str) -> Offer {
    Offer {
        id: offer_id(id),
        name: name.into(),
        cloud: Cloud::Commercial,
        country: None,
        category: None,
        kind: OfferKind::Base,
        segment: Segment::Commercial,
        partner_must_qualify: false,
        quantity: range(1, 10_000_000),
        limit: OwnershipLimit::None,
        cycles: BillingCycles::BOTH,
        charging: Charging::License,
        auto_renews: true,
        available: true,
        last_order_on: None,
        sales_group: SalesGroup("Default".into()),
        unit: "Licenses".into(),
        product: 0,
        illustrative: false,
    }
}

pub fn range(min: u32, max: u32) -> QuantityRange {
    QuantityRange::new(quantity(min), quantity(max)).unwrap()
}

pub fn concurrent(most: u16) -> OwnershipLimit {
    OwnershipLimit::Concurrent(NonZeroU16::new(most).unwrap())
}

pub fn lifetime(most: u16) -> OwnershipLimit {
    OwnershipLimit::Lifetime(NonZeroU16::new(most).unwrap())
}

fn trial(id: &str, name: &str, days: u16, converts_to: &[&str]) -> Offer {
    let converts_to = converts_to.iter().map(|id| offer_id(id)).collect();
    Offer {
        kind: OfferKind::Trial { days, converts_to },
        quantity: range(25, 25),
        limit: lifetime(1),
        cycles: BillingCycles::default(),
        auto_renews: false,
        sales_group: SalesGroup(format!("Trial-{id}").into()),
        ..plain(id, name)
    }
}

fn add_on(id: &str, name: &str, prerequisites: &[&str]) -> Offer {
    let prerequisites = prerequisites.iter().map(|id| offer_id(id)).collect();
    Offer { kind: OfferKind::AddOn { prerequisites }, ..plain(id, name) }
}

fn usage(id: &str, name: &str) -> Offer {
    Offer {
        charging: Charging::Usage,
        cycles: BillingCycles { monthly: true, annual: false },
        auto_renews: false,
        quantity: range(1, 999_999_999),
        sales_group: SalesGroup("Azure".into()),
        ..plain(id, name)
    }
}

fn small(id: &str, name: &str) -> Offer {
    Offer { quantity: range(1, 300), limit: concurrent(2), ..plain(id, name) }
}

/// The catalogue of the tests.
pub fn all() -> Vec<Offer> {
    let mut all = bases();
    all.extend(trials());
    all.extend(special());
    all.extend([
        add_on(AUDIO, "Audio Conferencing", &[BUSINESS_PREMIUM, E1, E3, PREMIUM_TRIAL]),
        add_on(PHONE, "Phone System", &[E1, E3, E3_TRIAL]),
        add_on(CALLING, "Domestic Calling Plan", &[PHONE]),
    ]);
    all
}

fn bases() -> Vec<Offer> {
    let monthly = BillingCycles { monthly: true, annual: false };
    let annual = BillingCycles { monthly: false, annual: true };
    vec![
        small(BUSINESS_PREMIUM, "Office 365 Business Premium"),
        plain(E1, "Office 365 Enterprise E1"),
        plain(E3, "Office 365 Enterprise E3"),
        Offer { limit: concurrent(2), ..plain(WINDOWS_E3, "Windows 10 Enterprise E3") },
        plain(CE_PLAN, "Dynamics 365 Customer Engagement Plan Tier 1 (1-99 users)"),
        plain(CENTRAL, "Dynamics 365 Business Central Premium"),
        Offer {
            quantity: range(1, 1),
            ..plain(ACCOUNTANT, "Dynamics 365 Business Central External Accountant")
        },
        usage(AZURE, "Microsoft Azure"),
        Offer { cycles: annual, ..small(ANNUAL_ONLY, "Office 365 Business (annual only)") },
        Offer {
            cycles: monthly,
            ..plain(MONTHLY_ONLY, "Project Online Essentials (monthly only)")
        },
        Offer { auto_renews: false, cycles: monthly, ..plain(E4, "Office 365 Enterprise E4") },
    ]
}

fn trials() -> Vec<Offer> {
    let nonprofit = "Office 365 Business Premium (Nonprofit Staff Pricing) Trial";
    vec![
        trial(PREMIUM_TRIAL, "Office 365 Business Premium Trial", 30, &[BUSINESS_PREMIUM]),
        trial(E3_TRIAL, "Office 365 Enterprise E3 Trial", 30, &[E3]),
        Offer {
            quantity: range(25, 250),
            ..trial(CE_TRIAL, "Dynamics 365 Customer Engagement Plan Trial", 30, &[CE_PLAN])
        },
        Offer {
            limit: lifetime(2),
            ..trial(CENTRAL_TRIAL, "Dynamics 365 Business Central Premium Trial", 30, &[CENTRAL])
        },
        Offer {
            segment: Segment::Nonprofit,
            ..trial(NONPROFIT_TRIAL, nonprofit, 45, &[NONPROFIT_PREMIUM])
        },
    ]
}

/// Offers for other segments and clouds.
fn special() -> Vec<Offer> {
    let nonprofit = |offer| Offer { segment: Segment::Nonprofit, ..offer };
    vec![
        nonprofit(small(NONPROFIT_PREMIUM, "Office 365 Business Premium (Nonprofit)")),
        nonprofit(Offer {
            quantity: range(1, 2000),
            limit: concurrent(1),
            ..plain(NONPROFIT_E1, "Office 365 Enterprise E1 (Nonprofit Staff Pricing)")
        }),
        nonprofit(Offer {
            quantity: range(1, 50),
            ..plain(DONATION, "Enterprise Mobility + Security E3 (50 Seat Donation)")
        }),
        Offer {
            segment: Segment::Education,
            partner_must_qualify: true,
            ..plain(FACULTY, "Office 365 Education E3 for Faculty")
        },
        Offer {
            segment: Segment::Government,
            ..plain(GOVERNMENT_E3, "Office 365 Enterprise E3 (Government Pricing)")
        },
        Offer {
            cloud: Cloud::UsGovernment,
            country: Some(Country::US),
            segment: Segment::Government,
            ..usage(AZURE_GOVERNMENT, "Azure Government")
        },
        Offer {
            cloud: Cloud::Germany,
            limit: concurrent(1),
            ..small(GERMAN_PREMIUM, "Office 365 Business Premium (Germany)")
        },
    ]
}
