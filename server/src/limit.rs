//! How many requests come from one side in a minute: from a partner and about each of its customers
//! (domain.md §2.6), or from an address (`guests.rs`).

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::Arc;
use subscription_rules::PartnerId;

/// So many in a minute for each key. Clones count together.
#[derive(Clone)]
pub(crate) struct Limit<K: Hash + Eq + Clone>(Arc<DefaultKeyedRateLimiter<K>>);

impl<K: Hash + Eq + Clone> std::fmt::Debug for Limit<K> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Limit").finish_non_exhaustive()
    }
}

impl<K: Hash + Eq + Clone> Limit<K> {
    pub(crate) fn per_minute(requests: NonZeroU32) -> Self {
        Self(Arc::new(RateLimiter::keyed(Quota::per_minute(requests))))
    }

    /// Counts a request; the seconds to wait if it is one too many.
    pub(crate) fn count(&self, key: &K) -> Result<(), u64> {
        let wait = self.0.check_key(key);
        wait.map_err(|late| late.wait_time_from(DefaultClock::default().now()).as_secs() + 1)
    }

    /// Forgets whoever has not asked for a while.
    pub(crate) fn forget_idle(&self) {
        self.0.retain_recent();
    }
}

/// A partner, and the customer that a request is about; none where it is about no one.
pub(crate) type About = (PartnerId, Option<String>);

/// The key of a request; identifiers are the same in either case.
fn about(partner: &PartnerId, customer: Option<&str>) -> About {
    (partner.clone(), customer.map(str::to_ascii_lowercase))
}

impl Limit<About> {
    /// Counts a request for the partner, and for the customer that it is about.
    pub(crate) fn count_about(
        &self,
        partner: &PartnerId,
        customer: Option<&str>,
    ) -> Result<(), u64> {
        self.count(&about(partner, None))?;
        if customer.is_some() { self.count(&about(partner, customer)) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_partner_and_each_customer_is_counted_by_itself() {
        let limit = Limit::per_minute(NonZeroU32::new(2).unwrap());
        let (one, two) = (PartnerId::parse("one").unwrap(), PartnerId::parse("two").unwrap());
        let of_one = |customer| limit.count(&about(&one, customer));
        assert_eq!(of_one(None), Ok(()));
        assert_eq!(of_one(None), Ok(()));
        let wait = of_one(None).unwrap_err();
        assert!((1..=60).contains(&wait), "{wait}");
        assert_eq!(limit.count(&about(&two, None)), Ok(()));
        assert_eq!(of_one(Some("customer")), Ok(()));
        assert_eq!(of_one(Some("CUSTOMER")), Ok(()));
        assert!(of_one(Some("customer")).is_err());
    }
}
