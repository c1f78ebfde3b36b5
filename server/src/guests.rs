//! Whoever is not signed in: known by the address alone, and held back when too many come from one.
//! Otherwise anybody could fill the database with sign-ins that were begun, or try token after
//! token.

use crate::fault::Fault;
use crate::limit::Limit;
use axum::http::HeaderMap;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;

/// Sign-ins that are begun or fail, from one address in a minute. An office behind one address
/// signs in slower than that.
const A_MINUTE: NonZeroU32 = NonZeroU32::MIN.saturating_add(59);

/// The guests of a service. Clones count together.
#[derive(Debug, Clone)]
pub(crate) struct Guests {
    counts: Limit<IpAddr>,
    proxies: Arc<[IpAddr]>,
}

impl Guests {
    /// Those that come by themselves or through one of these proxies.
    pub(crate) fn through(proxies: Vec<IpAddr>) -> Self {
        let proxies = proxies.into_iter().map(|proxy| proxy.to_canonical()).collect();
        Self { counts: Limit::per_minute(A_MINUTE), proxies }
    }

    /// Whose address it is: what the proxies that are listed say, from the last one back, and what
    /// nobody listed says is not believed.
    fn address(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let told = headers.get_all("x-forwarded-for").into_iter();
        let told = told.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
        let told: Vec<Option<IpAddr>> = told.map(|one| one.trim().parse().ok()).collect();
        // One that listens on both kinds of addresses sees the shorter ones inside longer ones.
        let mut address = peer.to_canonical();
        for before in told.into_iter().rev() {
            match before {
                Some(before) if self.proxies.contains(&address) => address = before.to_canonical(),
                _ => break,
            }
        }
        address
    }

    /// Counts a guest; refuses one too many with the seconds to wait.
    pub(crate) fn count(&self, peer: IpAddr, headers: &HeaderMap) -> Result<(), Fault> {
        self.counts.count(&side(self.address(peer, headers))).map_err(Fault::TooMany)
    }

    /// Forgets whoever has not come for a while.
    pub(crate) fn forget_idle(&self) {
        self.counts.forget_idle();
    }
}

/// Who is counted as one: with IPv6 everybody has 2⁶⁴ addresses, which begin alike.
fn side(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => Ipv6Addr::from_bits(six.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    fn address(proxies: &[&str], peer: &str, told: &'static str) -> String {
        let parse = |address: &str| address.parse().unwrap();
        let guests = Guests::through(proxies.iter().map(|proxy| parse(proxy)).collect());
        let name = HeaderName::from_static("x-forwarded-for");
        let headers = HeaderMap::from_iter([(name, HeaderValue::from_static(told))]);
        guests.address(parse(peer), &headers).to_string()
    }

    #[test]
    fn one_side_is_an_address_or_the_half_of_one_that_a_network_is_given() {
        let side = |address: &str| side(address.parse().unwrap()).to_string();
        assert_eq!(side("1.2.3.4"), "1.2.3.4");
        assert_eq!(side("2001:db8:1:2:3:4:5:6"), side("2001:db8:1:2::9"));
        assert_ne!(side("2001:db8:1:2::9"), side("2001:db8:1:3::9"));
    }

    #[test]
    fn only_listed_proxies_say_who_comes() {
        let cases = [
            (&[][..], "10.0.0.1", "1.2.3.4", "10.0.0.1"),
            (&["10.0.0.1"][..], "10.0.0.1", "1.2.3.4", "1.2.3.4"),
            (&["10.0.0.1"][..], "10.0.0.9", "1.2.3.4", "10.0.0.9"),
            // What stands further left was said by whoever came, and may be a lie.
            (&["10.0.0.1"][..], "10.0.0.1", "9.9.9.9, 1.2.3.4", "1.2.3.4"),
            (&["10.0.0.1", "10.0.0.2"][..], "10.0.0.1", "9.9.9.9, 1.2.3.4, 10.0.0.2", "1.2.3.4"),
            (&["10.0.0.1"][..], "10.0.0.1", "nonsense", "10.0.0.1"),
            (&["::1"][..], "::1", "2001:db8::7", "2001:db8::7"),
            (&["10.0.0.1"][..], "::ffff:10.0.0.1", "::ffff:1.2.3.4", "1.2.3.4"),
        ];
        for (proxies, peer, told, is) in cases {
            assert_eq!(address(proxies, peer, told), is, "{proxies:?} {peer} {told}");
        }
    }
}
