//! How many requests a partner may send, and how many about one customer (domain.md §2.6).

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::num::NonZeroU32;
use std::sync::Arc;
use subscription_rules::PartnerId;

/// So many in a minute for each partner, and as many again for each of its customers. Clones count
/// together.
#[derive(Clone)]
pub(crate) struct Limit {
    counts: Arc<DefaultKeyedRateLimiter<(PartnerId, String)>>,
}

impl std::fmt::Debug for Limit {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Limit").finish_non_exhaustive()
    }
}

impl Limit {
    pub(crate) fn per_minute(requests: NonZeroU32) -> Self {
        Self { counts: Arc::new(RateLimiter::keyed(Quota::per_minute(requests))) }
    }

    /// Counts a request; the seconds to wait if it is one too many. `customer` is empty for what is
    /// about none.
    pub(crate) fn count(&self, partner: &PartnerId, customer: &str) -> Result<(), u64> {
        let key = (partner.clone(), customer.to_ascii_lowercase());
        self.counts.check_key(&key).map_err(|late| {
            let wait = late.wait_time_from(DefaultClock::default().now());
            wait.as_secs() + 1
        })
    }

    /// Forgets whoever has not asked for a while.
    pub(crate) fn forget_idle(&self) {
        self.counts.retain_recent();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_partner_and_each_customer_is_counted_by_itself() {
        let limit = Limit::per_minute(NonZeroU32::new(2).unwrap());
        let (one, two) = (PartnerId::parse("one").unwrap(), PartnerId::parse("two").unwrap());
        assert_eq!(limit.count(&one, ""), Ok(()));
        assert_eq!(limit.count(&one, ""), Ok(()));
        let wait = limit.count(&one, "").unwrap_err();
        assert!((1..=60).contains(&wait), "{wait}");
        assert_eq!(limit.count(&two, ""), Ok(()));
        assert_eq!(limit.count(&one, "customer"), Ok(()));
        assert_eq!(limit.count(&one, "CUSTOMER"), Ok(()));
        assert!(limit.count(&one, "customer").is_err());
    }
}
