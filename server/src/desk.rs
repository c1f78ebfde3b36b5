//! What every request needs: the store, the catalogue and the clock.

use crate::answers::Answers;
use crate::events::Events;
use crate::fault::Fault;
use crate::guests::Guests;
use crate::limit::{About, Limit};
use crate::partners::Partners;
use crate::sign_in::{ProviderOptions, SignIn};
use crate::store::AppStore;
use chrono::{DateTime, NaiveDate, SubsecRound, TimeDelta, Utc};
use metrics_exporter_prometheus::PrometheusHandle;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use subscription_api::RequestFault;
use subscription_rules::{Catalogue, Partner, PriceList};
use subscription_usecases::catalogue::{FileError, read_catalogue, read_prices};

/// The service's own things. Clones are the same desk, and cheap: every request has several.
#[derive(Debug, Clone)]
pub struct Desk(Arc<Things>);

/// What a desk has. Only the service itself looks inside.
#[derive(Debug, Clone)]
pub struct Things {
    pub(crate) store: AppStore,
    pub(crate) answers: Answers,
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) prices: Arc<PriceList>,
    /// Whether all that was to be loaded is there.
    pub(crate) ready: Arc<AtomicBool>,
    pub(crate) sign_in: SignIn,
    pub(crate) guests: Guests,
    /// Wakes whoever follows what changes.
    pub(crate) events: Events,
    /// None where nobody is held back.
    pub(crate) limit: Option<Limit<About>>,
    /// Shows the figures; none where nobody collects them.
    pub(crate) figures: Option<PrometheusHandle>,
    /// Where browsers find us, without a slash at the end.
    pub(crate) public_url: Arc<str>,
    /// What is known of the partners.
    pub(crate) partners: Arc<Partners>,
    /// How far the clock is ahead of the system's.
    ahead: TimeDelta,
}

impl Deref for Desk {
    type Target = Things;

    fn deref(&self) -> &Things {
        &self.0
    }
}

impl Desk {
    /// A desk over a store, with the project's own catalogue, which lets people sign in with demo
    /// tokens. It is not ready before [`Desk::open`].
    pub fn for_trying(store: AppStore) -> Result<Self, FileError> {
        Ok(Self(Arc::new(Things {
            store,
            answers: Answers::new(),
            catalogue: Arc::new(read_catalogue(include_str!("../../public/catalogue.json"))?),
            prices: Arc::new(read_prices(include_str!("../../public/prices.json"))?),
            ready: Arc::new(AtomicBool::new(false)),
            sign_in: SignIn::Demo,
            guests: Guests::through(Vec::new()),
            events: Events::new(),
            limit: None,
            figures: None,
            public_url: Arc::from(""),
            partners: Arc::default(),
            ahead: TimeDelta::zero(),
        })))
    }

    /// The desk's things, while it is being set up.
    fn things(&mut self) -> &mut Things {
        Arc::make_mut(&mut self.0)
    }

    /// People sign in at an OpenID Connect provider from now on, and come back to this address.
    /// What the listed proxies say of the address that a request comes from is believed.
    pub fn at_provider(
        mut self,
        options: ProviderOptions,
        public_url: &str,
        proxies: Vec<IpAddr>,
    ) -> Result<Self, String> {
        let things = self.things();
        things.guests = Guests::through(proxies);
        things.sign_in = SignIn::at(options)?;
        things.public_url = Arc::from(public_url.trim_end_matches('/'));
        Ok(self)
    }

    /// From now on a partner may send so many requests a minute, and as many about each customer.
    #[must_use]
    pub fn limited_to(mut self, requests: NonZeroU32) -> Self {
        self.things().limit = Some(Limit::per_minute(requests));
        self
    }

    /// From now on this is known of the partners.
    #[must_use]
    pub fn knowing(mut self, partners: Partners) -> Self {
        self.things().partners = Arc::new(partners);
        self
    }

    /// From now on `/metrics` shows what is counted.
    #[must_use]
    pub fn with_figures(mut self, figures: PrometheusHandle) -> Self {
        self.things().figures = Some(figures);
        self
    }

    /// For trying: as if the service had been started on this day.
    #[must_use]
    pub fn on_day(mut self, day: NaiveDate) -> Self {
        self.things().ahead = day - Utc::now().date_naive();
        self
    }

    /// The partner whose customers the demo's data are.
    pub fn demo_partner() -> Option<Partner> {
        crate::sign_in::partner(crate::sign_in::demo::PARTNER)
    }

    /// From now on it says that it is ready.
    pub fn open(&self) {
        self.ready.store(true, std::sync::atomic::Ordering::Release);
    }

    /// Whether requests can be answered: what was to be loaded is there, and the database answers.
    pub(crate) async fn is_ready(&self) -> Result<(), Fault> {
        if !self.ready.load(std::sync::atomic::Ordering::Acquire) {
            return Err(RequestFault::Unavailable.into());
        }
        Ok(self.store.reachable().await?)
    }

    /// The server's clock is the system's, unless a day was chosen for trying; nothing else reads
    /// it. It counts milliseconds: what is written down is then what clients are told.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(3) + self.ahead
    }
}
