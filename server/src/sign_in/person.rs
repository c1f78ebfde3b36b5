//! A person who is signed in, and what a token says about one.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use subscription_rules::{Cloud, PartnerId, Role, Roles};

/// Who is signed in. Kept with a sign-in by cookie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Person {
    /// The name that the log shows.
    pub user: String,
    /// What the person may do.
    pub roles: Roles,
    /// Whom the person works for, in its cloud.
    pub partner: PartnerId,
}

/// Which claims of a token say what.
#[derive(Debug, Clone)]
pub struct Claims {
    /// The partner.
    pub partner: String,
    /// The cloud; a token without it is of the commercial one.
    pub cloud: String,
    /// The roles: a word, or a list of them.
    pub roles: String,
}

/// The first of these that a token has is the person's name.
const NAMES: [&str; 4] = ["preferred_username", "email", "upn", "sub"];

/// The cloud as claims and addresses spell it.
pub(super) fn cloud(name: &str) -> Option<Cloud> {
    Cloud::OFFERED.into_iter().find(|cloud| cloud.word() == name)
}

impl Claims {
    /// The person that a token is about. A token that names no partner is nobody here.
    pub(super) fn person(&self, token: &Map<String, Value>) -> Option<Person> {
        let text = |name: &str| token.get(name).and_then(Value::as_str);
        let name = text(&self.partner)?;
        // A dot would make the partner of one cloud look like that of another.
        if name.contains('.') {
            return None;
        }
        let in_cloud = text(&self.cloud).unwrap_or("commercial");
        cloud(in_cloud)?;
        let (partner, ..) = super::split_partner_id(&format!("{name}.{in_cloud}"))?;
        let user = NAMES.iter().find_map(|name| text(name))?;
        Some(Person { user: user.to_owned(), roles: self.roles(token), partner })
    }

    /// The roles that are ours; a provider has others too. Two of one group are none, because
    /// nobody can say which is meant (domain.md §1.7).
    fn roles(&self, token: &Map<String, Value>) -> Roles {
        let words: Vec<&str> = match token.get(&self.roles) {
            Some(Value::String(word)) => word.split([' ', ',']).collect(),
            Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let role = |word: &&str| serde_json::from_value::<Role>(Value::from(*word)).ok();
        let roles: Vec<Role> = words.iter().filter_map(role).collect();
        Roles::new(&roles).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn person(token: &Value) -> Option<Person> {
        let claims = Claims { partner: "tid".into(), cloud: "cloud".into(), roles: "roles".into() };
        claims.person(token.as_object().unwrap())
    }

    #[test]
    fn partner_cloud_and_roles_come_from_the_claims() {
        let token = json!({"sub": "1", "email": "kim@a.example", "tid": "Contoso", "cloud": "germany",
                           "roles": ["admin_agent", "something_else"]});
        let found = person(&token).unwrap();
        assert_eq!(found.partner.as_str(), "contoso.germany");
        assert_eq!(found.user, "kim@a.example");
        assert_eq!(found.roles, Roles::from(Role::AdminAgent));
        let words = person(&json!({"sub": "1", "tid": "a", "roles": "sales_agent billing_admin"}));
        let both = Roles::new(&[Role::SalesAgent, Role::BillingAdmin]).unwrap();
        assert_eq!(words.unwrap().roles, both);
    }

    #[test]
    fn without_a_partner_of_its_own_a_token_is_nobodys() {
        for token in [
            json!({"sub": "1", "roles": ["admin_agent"]}),
            json!({"sub": "1", "tid": "", "roles": ["admin_agent"]}),
            json!({"sub": "1", "tid": "contoso.germany"}),
            json!({"sub": "1", "tid": "contoso", "cloud": "mars"}),
            json!({"tid": "contoso"}),
        ] {
            assert_eq!(person(&token), None, "{token}");
        }
    }

    #[test]
    fn two_roles_of_one_group_are_none() {
        let token = json!({"sub": "1", "tid": "a", "roles": ["admin_agent", "sales_agent"]});
        assert_eq!(person(&token).unwrap().roles, Roles::default());
    }
}
