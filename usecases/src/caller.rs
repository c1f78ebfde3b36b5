//! Who asks, when, and on which catalogue.

use chrono::{DateTime, Utc};
use std::sync::Arc;
use subscription_rules::{Catalogue, Context, Partner, Policy, PriceList, Roles};

/// The person asking and all that a decision needs beside the customer. The clock comes in here:
/// the demo's can be moved, the server's is the system's, tests fix it.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The person's sign-in name, as the log shows it.
    pub user: String,
    /// The roles that person acts in.
    pub roles: Roles,
    /// The partner the person works for; every query carries it.
    pub partner: Partner,
    /// The moment of asking.
    pub now: DateTime<Utc>,
    /// The rules in force in the partner's cloud.
    pub policy: Policy,
    /// What is sold.
    pub catalogue: Arc<Catalogue>,
    /// What it costs.
    pub prices: Arc<PriceList>,
}

/// What is sold, and what it costs.
pub type Sold = (Arc<Catalogue>, Arc<PriceList>);

impl Caller {
    /// Somebody of a partner at a moment, under the rules that are in force there and then.
    pub fn at(
        now: DateTime<Utc>,
        user: String,
        roles: Roles,
        partner: Partner,
        (catalogue, prices): Sold,
    ) -> Self {
        let policy = Policy::of(partner.cloud, now.date_naive());
        Self { user, roles, partner, now, policy, catalogue, prices }
    }

    /// What `rules` looks at.
    pub fn context(&self) -> Context<'_> {
        Context {
            now: self.now,
            policy: &self.policy,
            partner: &self.partner,
            roles: self.roles,
            catalogue: &self.catalogue,
            prices: &self.prices,
        }
    }
}
