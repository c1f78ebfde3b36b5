//! Which offers a customer may buy, and every reason why not (domain.md §4.2).
//!
//! The reasons come in the decided order and the first one leads. "Has as many as it may" and
//! "has one that can be reactivated instead" are told apart (S13, S14).

use crate::{
    BillingCycle, Context, CustomerAccount, ExpiresOn, Offer, OfferKind, OwnershipLimit, Refusal,
    Relationship, Segment, Standing, Status, Subscription, SubscriptionId, SuspendedBy, Trigger,
};

/// Where the question comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked<'a> {
    /// The catalogue, after a billing frequency was chosen (S8).
    Catalogue(BillingCycle),
    /// The page of a subscription (S18).
    AddOn(&'a SubscriptionId),
    /// A trial of the account that is to become this offer, at a frequency (T5).
    Conversion(&'a SubscriptionId, BillingCycle),
}

/// A suspended subscription that can be had back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reactivatable {
    /// Which.
    pub subscription: SubscriptionId,
    /// The last day to do so.
    pub until: ExpiresOn,
}

/// Whether a customer may buy an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Availability<'a> {
    /// The offer.
    pub offer: &'a Offer,
    /// Why not, in the order of domain.md §4.2; empty when it may.
    pub reasons: Vec<Refusal>,
    /// How many more the customer may have; `None` without a limit.
    pub remaining: Option<u16>,
    /// A suspended subscription of the offer that can be reactivated instead, also while the
    /// offer is still available (domain.md §4.2, last paragraph).
    pub reactivate: Option<Reactivatable>,
}

impl Availability<'_> {
    /// Whether it can be bought.
    pub const fn is_available(&self) -> bool {
        self.reasons.is_empty()
    }

    /// The reason to show.
    pub fn leading(&self) -> Option<&Refusal> {
        self.reasons.first()
    }
}

/// The availability of every offer of the catalogue, in its order. `account` is the account at the
/// context's moment.
pub fn availability<'a>(
    context: &'a Context<'_>,
    account: &CustomerAccount,
    asked: Asked<'_>,
) -> Vec<Availability<'a>> {
    let offers = context.catalogue.offers().iter();
    offers.map(|offer| availability_of(context, account, offer, asked)).collect()
}

/// The availability of one offer. `account` is the account at the context's moment.
pub fn availability_of<'a>(
    context: &Context<'_>,
    account: &CustomerAccount,
    offer: &'a Offer,
    asked: Asked<'_>,
) -> Availability<'a> {
    let mut reasons = Vec::new();
    market(account, offer, &mut reasons);
    partner(context, account, offer, &mut reasons);
    segment(account, offer, &mut reasons);
    if !offer.available || offer.last_order_on.is_some_and(|last| last < context.today()) {
        reasons.push(Refusal::OfferNoLongerAvailable { last_order_on: offer.last_order_on });
    }
    frequency(account, offer, asked, &mut reasons);
    add_on(account, offer, asked, &mut reasons);
    trial(account, offer, &mut reasons);
    let reactivate = reactivatable(context, account, offer);
    let remaining = limit(account, offer, asked, reactivate.as_ref(), &mut reasons);
    Availability { offer, reasons, remaining, reactivate }
}

/// Step 1: the customer's cloud and country.
fn market(account: &CustomerAccount, offer: &Offer, reasons: &mut Vec<Refusal>) {
    let customer = account.customer();
    if offer.cloud != customer.cloud {
        reasons.push(Refusal::WrongCloud { sold_in: offer.cloud });
    }
    let elsewhere = offer.country.is_some_and(|only| only != customer.country);
    if elsewhere || !offer.cloud.serves(customer.country) {
        reasons.push(Refusal::OfferNotInCountry { country: customer.country });
    }
}

/// Step 2: the partner's relationship, standing and qualifications.
fn partner(
    context: &Context<'_>,
    account: &CustomerAccount,
    offer: &Offer,
    reasons: &mut Vec<Refusal>,
) {
    if account.customer().relationship != Relationship::Reseller {
        reasons.push(Refusal::NoCommerceRelationship);
    }
    if context.partner.standing == Standing::Blocked {
        reasons.push(Refusal::PartnerBlocked);
    }
    if offer.partner_must_qualify && !context.partner.qualifications.covers(offer.segment) {
        reasons.push(Refusal::PartnerNotValidForOffer { needs: offer.segment });
    }
}

/// Step 3: the customer's segment. Commercial trials are not for education and government
/// (domain.md §1.3, T2).
fn segment(account: &CustomerAccount, offer: &Offer, reasons: &mut Vec<Refusal>) {
    let is = account.customer().qualifications;
    let no_trials = matches!(is.segment(), Segment::Education | Segment::Government);
    if !is.may_buy(offer.segment) || (offer.is_trial() && no_trials) {
        let (customer, made_for) = (is.customer_type(), offer.segment);
        reasons.push(Refusal::WrongSegment { customer, made_for });
    }
}

/// Step 5: the frequency. An add-on takes its base's, so there is nothing to ask.
fn frequency(
    account: &CustomerAccount,
    offer: &Offer,
    asked: Asked<'_>,
    reasons: &mut Vec<Refusal>,
) {
    let cycle = match asked {
        Asked::Catalogue(cycle) | Asked::Conversion(_, cycle) => cycle,
        Asked::AddOn(base) => match account.get(base).map(Subscription::cycle) {
            None | Some(BillingCycle::None) => return,
            Some(billed) => billed,
        },
    };
    if !offer.sold_at(cycle) {
        reasons.push(Refusal::CycleNotSupportedByOffer { asked: cycle });
    }
}

/// Step 6: an add-on is bought on an active subscription of one of its prerequisites, at any
/// depth, and nothing else is.
fn add_on(account: &CustomerAccount, offer: &Offer, asked: Asked<'_>, reasons: &mut Vec<Refusal>) {
    let Asked::AddOn(parent) = asked else {
        if offer.is_add_on() {
            reasons.push(Refusal::AddonNeedsBase);
        }
        return;
    };
    let Some(parent) = account.get(parent) else {
        reasons.push(Refusal::SubscriptionNotFound);
        return;
    };
    if let Err(refusal) = parent.status().after(Trigger::BuyAddOn) {
        reasons.push(refusal);
    }
    if !offer.prerequisites().contains(&parent.offer) {
        reasons.push(Refusal::AddonNotForParent { add_on: offer.id.clone() });
    }
}

/// Step 7: no trial of what the customer already pays for (domain.md §1.3).
fn trial(account: &CustomerAccount, offer: &Offer, reasons: &mut Vec<Refusal>) {
    let OfferKind::Trial { converts_to, .. } = &offer.kind else { return };
    let owned = converts_to.iter().find_map(|paid| account.held_of(paid).next());
    if let Some(owned) = owned {
        reasons.push(Refusal::PaidOfferOwned { subscription: owned.id.clone() });
    }
}

/// Step 8: how many the customer may have. Gives how many remain.
fn limit(
    account: &CustomerAccount,
    offer: &Offer,
    asked: Asked<'_>,
    reactivate: Option<&Reactivatable>,
    reasons: &mut Vec<Refusal>,
) -> Option<u16> {
    let converted = match asked {
        Asked::Conversion(trial, _) => Some(trial),
        Asked::Catalogue(_) | Asked::AddOn(_) => None,
    };
    // The trial that is being converted takes no second slot.
    let counts = |held: &&Subscription| Some(&held.id) != converted;
    let (most, counted): (_, Vec<&Subscription>) = match offer.limit {
        OwnershipLimit::None => return None,
        OwnershipLimit::Concurrent(most) => {
            (most.get(), account.held_of(&offer.id).filter(counts).collect())
        }
        OwnershipLimit::Lifetime(most) => {
            (most.get(), account.ever_of(&offer.id).filter(counts).collect())
        }
    };
    let held = u16::try_from(counted.len()).unwrap_or(u16::MAX);
    if held >= most {
        reasons.push(match (reactivate, offer.limit) {
            (Some(suspended), _) => Refusal::SuspendedReactivateInstead {
                limit: most,
                held,
                subscription: suspended.subscription.clone(),
                until: suspended.until,
            },
            (None, OwnershipLimit::Lifetime(_)) => {
                Refusal::TrialAlreadyHad { limit: most, subscriptions: ids(&counted) }
            }
            (None, _) => {
                let subscriptions = ids(&counted);
                Refusal::OfferUseLimitExceeded { limit: most, held, subscriptions }
            }
        });
    }
    Some(most.saturating_sub(held))
}

fn ids(of: &[&Subscription]) -> Vec<SubscriptionId> {
    of.iter().map(|held| held.id.clone()).collect()
}

/// The suspended subscription of the offer with the latest last day, unless only the vendor can
/// reactivate it or it hangs under something suspended.
fn reactivatable(
    context: &Context<'_>,
    account: &CustomerAccount,
    offer: &Offer,
) -> Option<Reactivatable> {
    let suspended = account.held_of(&offer.id).filter(|held| {
        let by_partner = held.suspension().is_some_and(|why| why.by == SuspendedBy::Partner);
        let parent = account.parent_of(held);
        let over = held.term.last_day().is_some_and(|last| last < context.today());
        by_partner
            && (held.term.auto_renews() || !over)
            && parent.is_none_or(|parent| parent.status() == Status::Active)
    });
    let dated = suspended.filter_map(|held| {
        let until = held.back_until(account.expires_on(held, context.policy)?);
        Some(Reactivatable { subscription: held.id.clone(), until })
    });
    dated.max_by_key(|each| each.until)
}
