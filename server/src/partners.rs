//! What the programme knows of a partner and no token says (domain.md §1.6): whether its own account
//! is blocked, what it is authorised for, when it is invoiced.

use crate::desk::Desk;
use crate::sign_in::{self, SignIn};
use subscription_rules::{BillingDay, Partner, PartnerId, Standing};

/// What is known of the partners, as whoever runs the service says it.
#[derive(Debug, Clone, Default)]
pub struct Partners {
    /// Those that may do nothing that creates a charge: overdue, abuse, or credit used up (A23).
    pub blocked: Vec<PartnerId>,
    /// Authorised education sellers.
    pub education: Vec<PartnerId>,
    /// The days of the month on which partners are invoiced, where it is not the usual one.
    pub billing_days: Vec<(PartnerId, BillingDay)>,
}

/// The partner that somebody means by an ID: `contoso`, or `contoso.germany` for another cloud.
pub(crate) fn named(id: &str) -> Result<PartnerId, String> {
    let partner = sign_in::partner(id.trim()).map(|partner| partner.id);
    partner.ok_or_else(|| "write a partner's ID, such as contoso or contoso.germany".into())
}

/// A partner and its day: `contoso=15`.
pub(crate) fn billing_day(text: &str) -> Result<(PartnerId, BillingDay), String> {
    let told = text.split_once('=').and_then(|(id, day)| {
        let day = BillingDay::try_from(day.trim().parse::<u8>().ok()?).ok()?;
        Some((named(id).ok()?, day))
    });
    told.ok_or_else(|| "write a partner and a day from 1 to 31, such as contoso=15".into())
}

impl Desk {
    /// The partner of an ID, with what is known of it. Nobody is an authorised education seller
    /// without being told so, but for trying.
    pub(crate) fn partner(&self, id: &str) -> Option<Partner> {
        let mut partner = sign_in::partner(id)?;
        let Partners { blocked, education, billing_days } = &*self.partners;
        if blocked.contains(&partner.id) {
            partner.standing = Standing::Blocked;
        }
        if let SignIn::Provider(_) = self.sign_in {
            partner.qualifications.education = education.contains(&partner.id);
        }
        let day = billing_days.iter().find(|(of, _)| *of == partner.id);
        partner.billing_day = day.map_or(partner.billing_day, |(_, day)| *day);
        Some(partner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign_in::{Claims, ProviderOptions};
    use crate::store::AppStore;
    use crate::store::sqlite::SqliteStore;

    #[test]
    fn with_a_provider_only_those_that_are_listed_sell_to_schools() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("desk.sqlite")).unwrap();
        let trying = Desk::for_trying(AppStore::Sqlite(store)).unwrap();
        let provider = ProviderOptions {
            issuer: "https://id.example".into(),
            client_id: "desk".into(),
            client_secret: None,
            audience: "desk".into(),
            claims: Claims { partner: "p".into(), cloud: "c".into(), roles: "r".into() },
        };
        let known = Partners { education: vec![named("contoso").unwrap()], ..Partners::default() };
        let working = trying.clone().at_provider(provider, "https://desk.example", Vec::new());
        let working = working.unwrap().knowing(known);
        let sells = |desk: &Desk, id| desk.partner(id).unwrap().qualifications.education;
        assert!(sells(&trying, "fabrikam"));
        assert!(sells(&working, "contoso") && !sells(&working, "fabrikam"));
        assert!(!sells(&working, "contoso.germany"), "another cloud, another account");
    }

    #[test]
    fn what_is_no_partner_or_no_day_is_refused() {
        assert_eq!(named("Contoso"), named(" contoso.commercial "), "the same partner");
        assert_ne!(named("contoso"), named("contoso.germany"), "another cloud, another account");
        assert!(named("contoso.mars").unwrap_err().contains("such as contoso"));
        let day = BillingDay::try_from(28).unwrap();
        assert_eq!(billing_day("contoso=28"), Ok((named("contoso").unwrap(), day)));
        for wrong in ["contoso", "contoso=", "contoso=0", "contoso=32", "contoso=-1", "=3", "a b=3"]
        {
            assert!(billing_day(wrong).unwrap_err().contains("from 1 to 31"), "{wrong}");
        }
    }
}
