//! An OpenID Connect provider: what it says about itself, its keys, and whether a token is its own.

use super::person::{Claims, Person};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// How a provider is told, and what is believed of it.
#[derive(Debug, Clone)]
pub struct ProviderOptions {
    /// Its address, as its tokens name it.
    pub issuer: String,
    /// Our name there, for people who sign in on the screens.
    pub client_id: String,
    /// What proves that it is us, where the provider asks for it.
    pub client_secret: Option<String>,
    /// For whom the tokens of scripts are.
    pub audience: String,
    /// Which claims say what.
    pub claims: Claims,
}

/// What is believed at all: signatures by a key that only the provider has.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

/// By how much clocks may differ, in seconds.
const SKEW: u64 = 60;

/// How long keys are taken as they were read; one that is not among them is looked for at once.
const FRESH: Duration = Duration::from_mins(10);

/// How soon they may be asked for again, so that forged tokens cannot make us flood the provider.
const SOON: Duration = Duration::from_secs(1);

/// The provider does not answer longer than this: it is down.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a provider says about itself (OpenID Connect Discovery 1.0, §3).
#[derive(Debug, Clone, Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
}

struct Known {
    metadata: Metadata,
    keys: JwkSet,
    at: Instant,
}

/// A provider, asked when it is needed. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Provider {
    options: Arc<ProviderOptions>,
    client: reqwest::Client,
    state: Arc<RwLock<State>>,
    /// Whoever asks has it; the others need not.
    turn: Arc<Mutex<()>>,
}

/// What is known, and when the provider was last asked, whether or not it answered.
#[derive(Clone, Default)]
struct State {
    known: Option<Arc<Known>>,
    asked: Option<Instant>,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Provider").field("issuer", &self.options.issuer).finish_non_exhaustive()
    }
}

/// Why a token is not believed, or cannot be checked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotBelieved {
    /// It is not the provider's, not for us, or not valid now.
    #[error("the token is not valid")]
    Token,
    /// The provider does not answer, or not as it should.
    #[error("the provider does not answer: {0}")]
    Provider(String),
}

fn provider(error: impl std::fmt::Display) -> NotBelieved {
    NotBelieved::Provider(error.to_string())
}

/// Whether an address is `https`, or plain `http` on this machine: elsewhere others could read or
/// change what goes over it.
fn may_be_asked(address: &str) -> bool {
    address.starts_with("https://")
        || ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|here| {
            address.strip_prefix(here).is_some_and(|rest| {
                rest.is_empty() || rest.starts_with(':') || rest.starts_with('/')
            })
        })
}

impl Provider {
    pub(crate) fn new(options: ProviderOptions) -> Result<Self, String> {
        if !may_be_asked(&options.issuer) {
            return Err(format!("{} is no https address", options.issuer));
        }
        // What follows a redirect is not what the provider was named as.
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self { options: Arc::new(options), client, state: Arc::default(), turn: Arc::default() })
    }

    async fn get<T: serde::de::DeserializeOwned>(&self, address: &str) -> Result<T, NotBelieved> {
        if !may_be_asked(address) {
            return Err(provider(format!("{address} is no https address")));
        }
        let answer = self.client.get(address).send().await.map_err(provider)?;
        let answer = answer.error_for_status().map_err(provider)?;
        answer.json().await.map_err(provider)
    }

    async fn discover(&self) -> Result<Known, NotBelieved> {
        let issuer = self.options.issuer.trim_end_matches('/');
        let address = format!("{issuer}/.well-known/openid-configuration");
        let metadata: Metadata = self.get(&address).await?;
        if metadata.issuer.trim_end_matches('/') != issuer {
            return Err(provider(format!("it calls itself {}", metadata.issuer)));
        }
        let keys = self.get(&metadata.jwks_uri).await?;
        Ok(Known { metadata, keys, at: Instant::now() })
    }

    fn state(&self) -> State {
        // Nothing in it is ever half written.
        self.state.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks the provider, and notes that it was asked.
    async fn ask(&self) -> Result<Arc<Known>, NotBelieved> {
        let outcome = self.discover().await.map(Arc::new);
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.asked = Some(Instant::now());
        if let Ok(known) = &outcome {
            state.known = Some(Arc::clone(known));
        }
        outcome
    }

    /// What is known about the provider, asked again when it is old, or when what is looked for is
    /// not there. Whoever finds what is known waits for nobody: neither for a provider that does not
    /// answer, nor for forged tokens whose keys are looked for in vain.
    async fn known<T>(&self, read: impl Fn(&Known) -> Option<T>) -> Result<Option<T>, NotBelieved> {
        let State { known, asked } = self.state();
        let since = |at: Option<Instant>| at.map_or(Duration::MAX, |at| at.elapsed());
        if let Some(known) = &known
            && let Some(found) = read(known)
        {
            if known.at.elapsed() < FRESH {
                return Ok(Some(found));
            }
            // It was asked not long ago and had no answer: keys that were good a while ago are
            // better than nobody being let in, while somebody asks again.
            if since(asked) < FRESH {
                if since(asked) > PATIENCE
                    && let Ok(turn) = Arc::clone(&self.turn).try_lock_owned()
                {
                    let provider = self.clone();
                    tokio::spawn(async move {
                        let _turn = turn;
                        let _known = provider.ask().await;
                    });
                }
                return Ok(Some(found));
            }
        }
        let _turn = self.turn.lock().await;
        // Somebody else may have asked while this waited for its turn.
        let State { known, asked } = self.state();
        if since(asked) < SOON {
            let known = known.ok_or_else(|| provider("it did not answer a moment ago"))?;
            return Ok(read(&known));
        }
        match (self.ask().await, known) {
            (Ok(known), _) | (Err(_), Some(known)) => Ok(read(&known)),
            (Err(error), None) => Err(error),
        }
    }

    async fn metadata(&self) -> Result<Metadata, NotBelieved> {
        let known = self.known(|known| Some(known.metadata.clone())).await?;
        known.ok_or_else(|| provider("nothing is known about it"))
    }

    /// The claims of a token that the provider has signed for this audience.
    async fn claims(&self, token: &str, audience: &str) -> Result<Map<String, Value>, NotBelieved> {
        let header = decode_header(token).map_err(|_| NotBelieved::Token)?;
        if !ALGORITHMS.contains(&header.alg) {
            return Err(NotBelieved::Token);
        }
        let key = |known: &Known| match &header.kid {
            Some(id) => known.keys.find(id).cloned(),
            // A provider with one key need not name it.
            None => match &known.keys.keys[..] {
                [only] => Some(only.clone()),
                _ => None,
            },
        };
        let key = self.known(key).await?.ok_or(NotBelieved::Token)?;
        let key = DecodingKey::from_jwk(&key).map_err(|_| NotBelieved::Token)?;
        let mut validation = Validation::new(header.alg);
        validation.leeway = SKEW;
        validation.validate_nbf = true;
        validation.set_audience(&[audience]);
        let issuer = self.options.issuer.trim_end_matches('/');
        validation.set_issuer(&[issuer, &format!("{issuer}/")]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        let data = decode::<Map<String, Value>>(token, &key, &validation);
        Ok(data.map_err(|_| NotBelieved::Token)?.claims)
    }

    /// The person behind the token of a script.
    pub(crate) async fn bearer(&self, token: &str) -> Result<Person, NotBelieved> {
        let claims = self.claims(token, &self.options.audience).await?;
        // Where one audience stands for us and for the API, what a person signed in with would do as
        // well: it has the nonce of that sign-in, and is for us alone.
        if claims.contains_key("nonce") {
            return Err(NotBelieved::Token);
        }
        self.options.person(&claims)
    }

    /// Where a person signs in and comes back from.
    pub(crate) async fn authorization(
        &self,
        redirect: &str,
        state: &str,
        nonce: &str,
        challenge: &str,
    ) -> Result<String, NotBelieved> {
        let metadata = self.metadata().await?;
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.options.client_id)
            .append_pair("redirect_uri", redirect)
            .append_pair("scope", "openid profile email")
            .append_pair("state", state)
            .append_pair("nonce", nonce)
            .append_pair("code_challenge", challenge)
            .append_pair("code_challenge_method", "S256")
            .finish();
        let address = metadata.authorization_endpoint;
        let sign = if address.contains('?') { '&' } else { '?' };
        Ok(format!("{address}{sign}{query}"))
    }

    /// The person who came back with a code.
    pub(crate) async fn exchange(
        &self,
        code: &str,
        redirect: &str,
        nonce: &str,
        verifier: &str,
    ) -> Result<Person, NotBelieved> {
        #[derive(Deserialize)]
        struct Tokens {
            id_token: String,
        }
        /// RFC 6749 §5.2.
        #[derive(Deserialize, Default)]
        struct Refusal {
            error: String,
        }
        let metadata = self.metadata().await?;
        if !may_be_asked(&metadata.token_endpoint) {
            return Err(provider(format!("{} is no https address", metadata.token_endpoint)));
        }
        let options = &self.options;
        // With a secret, the name stands beside it.
        let named = options.client_secret.is_none().then_some(("client_id", &*options.client_id));
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", redirect)
            .append_pair("code_verifier", verifier)
            .extend_pairs(named)
            .finish();
        let mut request = self
            .client
            .post(&metadata.token_endpoint)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        if let Some(secret) = &options.client_secret {
            let encoded =
                |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            request = request.basic_auth(encoded(&options.client_id), Some(encoded(secret)));
        }
        let answer = request.send().await.map_err(provider)?;
        if answer.status().is_client_error() {
            let refusal: Refusal = answer.json().await.unwrap_or_default();
            return Err(match refusal.error.as_str() {
                // The code is not what it gave, or too old.
                "invalid_grant" => NotBelieved::Token,
                "" => provider("it refuses our request and does not say why"),
                // Such as invalid_client: our own name or secret. Nobody can sign in then.
                why => provider(format!("it refuses our request: {why}")),
            });
        }
        let answer = answer.error_for_status().map_err(provider)?;
        let tokens: Tokens = answer.json().await.map_err(provider)?;
        let claims = self.claims(&tokens.id_token, &options.client_id).await?;
        if claims.get("nonce").and_then(Value::as_str) != Some(nonce) {
            return Err(NotBelieved::Token);
        }
        options.person(&claims)
    }
}

impl ProviderOptions {
    /// The person of a token that is believed. What is missing in one is missing in all, so the log
    /// says what it is, and not whose.
    fn person(&self, claims: &Map<String, Value>) -> Result<Person, NotBelieved> {
        self.claims.person(claims).ok_or_else(|| {
            let Claims { partner, cloud, .. } = &self.claims;
            tracing::warn!(
                partner,
                cloud,
                "a token names no partner of ours: look at these claims"
            );
            NotBelieved::Token
        })
    }
}

#[cfg(test)]
mod tests {
    use super::may_be_asked;

    #[test]
    fn only_this_machine_is_asked_over_plain_http() {
        for address in ["https://id.example", "http://127.0.0.1:9000/x", "http://localhost/"] {
            assert!(may_be_asked(address), "{address}");
        }
        for address in ["http://id.example", "http://localhost.example", "ftp://127.0.0.1", ""] {
            assert!(!may_be_asked(address), "{address}");
        }
    }
}
