//! Wakes whoever follows a partner's changes when the partner's chain of the log has grown. Only
//! that is told, not what is new: everybody reads that from the chain, so that a word that is lost
//! or comes twice does no harm.

use crate::desk::Desk;
use crate::store::AppStore;
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use subscription_rules::PartnerId;
use tokio::sync::{broadcast, watch};

/// Words that wait for a follower that is busy. One that misses some looks anyway.
const WAITING: usize = 256;

/// A follower that was told nothing looks by itself: the connection that brings word of other
/// servers may be lost, and another program may have sealed.
const AT_LATEST: Duration = Duration::from_secs(15);

/// As many follow one partner's changes at a time. A browser needs one; each reads the log whenever
/// it grows, with what everybody reads with.
pub(crate) const MOST: usize = 200;

/// How long to wait before other servers are listened to again.
const PAUSE: Duration = Duration::from_secs(2);

/// What tells the followers. Clones tell the same ones.
#[derive(Debug, Clone)]
pub(crate) struct Events {
    /// Whose chain has grown; none where it may be anybody's.
    grown: broadcast::Sender<Option<PartnerId>>,
    ended: watch::Sender<bool>,
    /// How many follow each partner's chain.
    following: Arc<Mutex<HashMap<PartnerId, usize>>>,
}

impl Events {
    pub(crate) fn new() -> Self {
        Self {
            grown: broadcast::Sender::new(WAITING),
            ended: watch::Sender::new(false),
            following: Arc::default(),
        }
    }

    /// The partner's chain has grown.
    pub(crate) fn grown(&self, partner: &str) {
        self.tell(PartnerId::parse(partner).ok());
    }

    /// Anybody's chain may have grown.
    pub(crate) fn all_grown(&self) {
        self.tell(None);
    }

    fn tell(&self, whose: Option<PartnerId>) {
        // It is no failure that nobody follows.
        let _followers = self.grown.send(whose);
    }

    /// The service is stopping: nobody follows any longer.
    pub(crate) fn end(&self) {
        self.ended.send_replace(true);
    }

    /// Waits until the service is stopping.
    pub(crate) fn ended(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut ended = self.ended.subscribe();
        // An error means that there is no service any more, which is the same.
        async move { drop(ended.wait_for(|ended| *ended).await) }
    }

    /// Follows a partner's chain. What grows from now on is told, so begin with this and read then.
    /// None where as many follow it as may.
    pub(crate) fn follow(&self, partner: PartnerId) -> Option<Follower> {
        let mut following = self.following.lock().unwrap_or_else(PoisonError::into_inner);
        let count = following.entry(partner.clone()).or_default();
        if *count >= MOST {
            return None;
        }
        *count += 1;
        let following = Arc::clone(&self.following);
        Some(Follower { grown: self.grown.subscribe(), partner, following })
    }
}

/// Somebody who follows a partner's chain.
#[derive(Debug)]
pub(crate) struct Follower {
    partner: PartnerId,
    grown: broadcast::Receiver<Option<PartnerId>>,
    following: Arc<Mutex<HashMap<PartnerId, usize>>>,
}

impl Drop for Follower {
    fn drop(&mut self) {
        let mut following = self.following.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = following.get_mut(&self.partner) {
            *count -= 1;
            if *count == 0 {
                following.remove(&self.partner);
            }
        }
    }
}

impl Follower {
    pub(crate) fn partner(&self) -> &PartnerId {
        &self.partner
    }

    /// Waits until it is time to look: the chain has grown, or may have.
    pub(crate) async fn grown(&mut self) {
        let told = async {
            loop {
                match self.grown.recv().await {
                    Ok(Some(other)) if other != self.partner => {}
                    // What was missed may have been ours.
                    Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => break,
                    Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
                }
            }
        };
        // Told or not, it is time.
        let _told = tokio::time::timeout(AT_LATEST, told).await;
    }
}

/// Hears what other servers on the same database seal, until the service stops. A file has one
/// server, whose sealer tells by itself.
pub(crate) async fn listen(desk: Desk) {
    let AppStore::Postgres(store) = &desk.store else { return };
    loop {
        if let Err(error) = store.hear_sealed(&desk.events).await {
            tracing::warn!(%error, "does not hear what other servers seal, and tries again");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    /// Whether a follower of `one` looks at once after something was told.
    fn looks(tell: impl FnOnce(&Events)) -> bool {
        let events = Events::new();
        let mut follower = events.follow(PartnerId::parse("one").unwrap()).unwrap();
        tell(&events);
        follower.grown().now_or_never().is_some()
    }

    #[tokio::test]
    async fn a_follower_looks_when_its_own_chain_has_grown_or_may_have() {
        let too_many = |events: &Events| (0..=WAITING).for_each(|_| events.grown("two"));
        assert!(looks(|events| events.grown("one")));
        assert!(looks(|events| events.grown("ONE")), "the same partner");
        assert!(looks(Events::all_grown));
        assert!(looks(too_many), "one of those that were missed may be its own");
        assert!(!looks(|events| events.grown("two")));
        assert!(!looks(|_| {}));
    }

    #[test]
    fn so_many_follow_a_partner_and_another_partner_is_another() {
        let events = Events::new();
        let follow = |partner| events.follow(PartnerId::parse(partner).unwrap());
        let mut followers: Vec<_> = (0..MOST).map(|_| follow("one").unwrap()).collect();
        assert!(follow("ONE").is_none(), "the same partner");
        assert!(follow("two").is_some());
        followers.pop();
        assert!(follow("one").is_some(), "one has gone");
    }

    #[test]
    fn who_comes_while_the_service_stops_is_told_too() {
        let events = Events::new();
        assert_eq!(events.ended().now_or_never(), None);
        events.end();
        assert_eq!(events.ended().now_or_never(), Some(()));
    }
}
