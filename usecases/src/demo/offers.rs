//! The offers that the demo's customers hold, and which of them suit whom.

use subscription_rules::{Catalogue, Cloud, Offer, OfferKind, Qualifications, Segment};

pub(super) const BUSINESS_PREMIUM: &str = "031C9E47-4802-4248-838E-778FB1D2CC05";
pub(super) const M365_BUSINESS: &str = "61795CAB-2ABD-43F6-88E9-C9ADAE5746E0";
pub(super) const E3: &str = "796B6B5F-613C-4E24-A17C-EBA730D49C02";
pub(super) const ESSENTIALS: &str = "BD938F12-058F-4927-BBA3-AE36B1D2501C";
pub(super) const EXCHANGE: &str = "195416C1-3447-423A-B37B-EE59A99A19C4";
pub(super) const E1: &str = "91FD106F-4B2C-4938-95AC-F54F74E9A239";
pub(super) const EMS_E3: &str = "79C29AF7-3CD0-4A6F-B182-A81E31DEC84E";
pub(super) const POWER_BI: &str = "800F4F3B-CFE1-42C1-9CEA-675512810488";
pub(super) const WINDOWS_E3: &str = "39504991-553B-48C2-BDF4-EA47F93BF784";
pub(super) const O365_BUSINESS: &str = "5C9FD4CC-EDCE-44A8-8E91-07DF09744609";
pub(super) const PROJECT: &str = "A56BAA74-D4E3-49FD-B228-CA0B62D08BAD";
pub(super) const VISIO: &str = "B4D4B7F4-4089-43B6-9C44-DE97B760FB11";
pub(super) const AZURE: &str = "MS-AZR-0145P";
pub(super) const E5: &str = "A044B16A-1861-4308-8086-A3A3B506FAC2";
pub(super) const M365_E3: &str = "2B3B8D2D-10AA-4BE4-B5FD-7F2FEB0C3091";
pub(super) const AZURE_AD: &str = "16C9F982-A827-4003-A88E-E75DF1927F27";
pub(super) const INTUNE: &str = "51E95709-DC35-4780-9040-22278CB7C0E1";
pub(super) const SALES: &str = "F28514F0-6516-4EF9-8222-1C605A05D245";
pub(super) const PRO_PLUS: &str = "BE57FF4C-100C-4F1F-B82D-F1C5AB63A665";
pub(super) const E4: &str = "I-E4";
pub(super) const FACULTY: &str = "I-EDU-E3F";
pub(super) const STUDENTS: &str = "I-EDU-E3S";
pub(super) const MINECRAFT: &str = "EE10CBD2-7A12-45DE-BE11-0C2C7C6EEEB1";
pub(super) const NONPROFIT_PREMIUM: &str = "12FA4FD4-8283-42F1-9876-321C98C74962";
pub(super) const NONPROFIT_E1: &str = "83DCA3B9-3D6C-4547-8C5F-BA1F69B130F8";
pub(super) const NONPROFIT_E3: &str = "D27F14DF-AECE-49BD-B769-D4E28A24963E";
pub(super) const NONPROFIT_EMS: &str = "32EC2B89-752D-4A77-B842-5B99F7D00EAF";
pub(super) const GOVERNMENT_E3: &str = "I-GOV-E3";
pub(super) const RIGHTS: &str = "E60E0348-1710-484B-992A-32B294D4CDE1";
pub(super) const AZURE_GOVERNMENT: &str = "I-AZ-GOV";
pub(super) const GERMAN_PREMIUM: &str = "I-DE-BP";
pub(super) const GERMAN_E3: &str = "I-DE-E3";
pub(super) const GERMAN_AZURE: &str = "I-AZ-DE";
pub(super) const PREMIUM_TRIAL: &str = "C0BD2E08-11AC-4836-BDC7-3712E744922F";
pub(super) const E3_TRIAL: &str = "32B23C88-949F-4E5B-B500-A87EEC676B80";
pub(super) const NONPROFIT_TRIAL: &str = "7D08A5D6-D44A-4729-B49C-D748A9BF8BDF";
pub(super) const GERMAN_TRIAL: &str = "I-DE-E3T";
pub(super) const AUDIO: &str = "C94271D8-B431-4A25-A3C5-A57737A1C909";
pub(super) const ARCHIVING: &str = "2828BE95-46BA-4F91-B2FD-0BEF192ECF60";
pub(super) const PHONE: &str = "4260988E-990D-479C-AE7B-F01CE8E1BB4D";
pub(super) const CALLING: &str = "0F598EFE-F330-4D79-B79F-C9480BB7CE3E";
pub(super) const THREATS: &str = "A2706F86-868D-4048-989B-0C69E5C76B63";
pub(super) const STORAGE: &str = "53FC25F7-6639-4F78-BB44-3C2DFEC3ED40";
pub(super) const GERMAN_ARCHIVING: &str = "I-DE-EOA";

/// What generated customers buy, the commonest first.
#[rustfmt::skip]
const SOLD: &[&str] = &[
    BUSINESS_PREMIUM, M365_BUSINESS, E3, ESSENTIALS, EXCHANGE, E1, EMS_E3, POWER_BI, WINDOWS_E3,
    O365_BUSINESS, PROJECT, VISIO, AZURE, E5, M365_E3, AZURE_AD, INTUNE, SALES, PRO_PLUS,
    FACULTY, STUDENTS, MINECRAFT,
    NONPROFIT_PREMIUM, NONPROFIT_E1, NONPROFIT_E3, NONPROFIT_EMS,
    GOVERNMENT_E3, RIGHTS, AZURE_GOVERNMENT,
    GERMAN_PREMIUM, GERMAN_E3, GERMAN_AZURE,
    PREMIUM_TRIAL, E3_TRIAL, NONPROFIT_TRIAL, GERMAN_TRIAL,
    AUDIO, ARCHIVING, PHONE, CALLING, THREATS, STORAGE, GERMAN_ARCHIVING,
];

/// What suits the customers of one segment, as places in the catalogue.
#[derive(Debug, Default)]
pub(super) struct Menu {
    /// Paid offers: those made for the segment first, then the commonest.
    pub(super) bases: Vec<usize>,
    /// How many of them are made for the segment.
    own: usize,
    /// Trials.
    pub(super) trials: Vec<usize>,
    /// For an offer, the add-ons it can carry.
    add_ons: Vec<(usize, Vec<usize>)>,
}

impl Menu {
    pub(super) fn of(catalogue: &Catalogue, cloud: Cloud, segment: Segment) -> Self {
        let Ok(is) = Qualifications::new(segment, false) else { return Self::default() };
        let offers = catalogue.offers();
        let mut menu = Self::default();
        for id in SOLD {
            let found = offers.iter().enumerate().find(|(_, offer)| offer.id.as_str() == *id);
            let Some((place, offer)) = found else { continue };
            if offer.cloud != cloud || !offer.available || !is.may_buy(offer.segment) {
                continue;
            }
            match offer.kind {
                OfferKind::Base if offer.segment == segment => {
                    menu.bases.insert(menu.own, place);
                    menu.own += 1;
                }
                OfferKind::Base => menu.bases.push(place),
                OfferKind::Trial { .. } => menu.trials.push(place),
                OfferKind::AddOn { .. } => menu.add_on(place, offer, offers),
            }
        }
        // Trials are for neither (domain.md §1.3, T2).
        if matches!(segment, Segment::Education | Segment::Government) {
            menu.trials.clear();
        }
        menu
    }

    fn add_on(&mut self, place: usize, add_on: &Offer, offers: &[Offer]) {
        for id in add_on.prerequisites() {
            let Some(base) = offers.iter().position(|offer| offer.id == *id) else { continue };
            match self.add_ons.iter_mut().find(|(carrier, _)| *carrier == base) {
                Some((_, carried)) => carried.push(place),
                None => self.add_ons.push((base, vec![place])),
            }
        }
    }

    /// The add-ons that a subscription of the offer at a place can carry.
    pub(super) fn add_ons_of(&self, offer: usize) -> &[usize] {
        let found = self.add_ons.iter().find(|(base, _)| *base == offer);
        found.map_or(&[], |(_, carried)| carried)
    }
}
