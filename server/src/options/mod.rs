//! What the command line and the environment say.

#![expect(clippy::doc_markdown, reason = "these comments are the text of --help")]

mod config;

use crate::partners::{Partners, billing_day, named};
use crate::sign_in::{Claims, ProviderOptions};
use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;
use subscription_rules::{BillingDay, PartnerId};
use tracing_subscriber::filter::LevelFilter;

/// Serves the Partner Center v1 API of Subscription Desk, and its screens.
#[derive(Debug, Parser)]
#[command(name = "subscription-desk-server", version, args_override_self = true)]
pub struct Options {
    /// Where to listen.
    #[arg(long, env = "DESK_LISTEN", default_value = "127.0.0.1:8700")]
    pub listen: SocketAddr,
    /// Where the data is: `sqlite:FILE`, or `postgres://user:password@host/name`, which several
    /// servers can share.
    #[arg(
        long,
        env = "DESK_DATABASE",
        hide_env_values = true,
        default_value = "sqlite:desk.sqlite",
        global = true
    )]
    pub database: Database,
    /// A file of these options, a line each: `listen = "127.0.0.1:8700"`. What stands in the
    /// environment wins over it, what stands on the command line over both.
    #[arg(long, env = "DESK_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What the log holds, a JSON line each on the standard error: `info` has a line for each
    /// request, the others do not, but `debug`.
    #[arg(long, env = "DESK_LOG", value_enum, default_value_t = Log::Info)]
    pub log: Log,
    /// How people sign in. `demo` believes the token `demo:<role>[@partner[.cloud]]` and listens
    /// on this machine only; `oidc` asks an OpenID Connect provider.
    #[arg(long, env = "DESK_AUTH", value_enum)]
    pub auth: Option<Auth>,
    /// Where browsers find the desk, such as https://desk.example. With `--auth oidc` people come
    /// back to `/sign-in/done` there.
    #[arg(long, env = "DESK_PUBLIC_URL", value_parser = origin)]
    pub public_url: Option<String>,
    /// The provider's address, as its tokens name it.
    #[arg(long, env = "DESK_OIDC_ISSUER", value_name = "URL")]
    pub oidc_issuer: Option<String>,
    /// Our name at the provider.
    #[arg(long, env = "DESK_OIDC_CLIENT_ID", value_name = "ID")]
    pub oidc_client_id: Option<String>,
    /// What proves to the provider that it is us. Better in the environment or the file: others on
    /// the machine can see the command line.
    #[arg(long, env = "DESK_OIDC_CLIENT_SECRET", value_name = "SECRET", hide_env_values = true)]
    pub oidc_client_secret: Option<String>,
    /// For whom the bearer tokens of scripts must be.
    #[arg(long, env = "DESK_OIDC_AUDIENCE", default_value = "subscription-desk")]
    pub oidc_audience: String,
    /// The claim that names the partner. A token without it reaches nothing.
    #[arg(long, env = "DESK_OIDC_PARTNER_CLAIM", default_value = "partner")]
    pub oidc_partner_claim: String,
    /// The claim that names the cloud: commercial, us_government or germany.
    #[arg(long, env = "DESK_OIDC_CLOUD_CLAIM", default_value = "cloud")]
    pub oidc_cloud_claim: String,
    /// The claim that holds the roles: admin_agent, sales_agent, helpdesk_agent, global_admin,
    /// billing_admin, user_management_admin.
    #[arg(long, env = "DESK_OIDC_ROLES_CLAIM", default_value = "roles")]
    pub oidc_roles_claim: String,
    /// A partner whose own account is blocked, so that it may do nothing that creates a charge; may
    /// be given several times, as the next two: `contoso`, or `contoso.germany` in another cloud.
    #[arg(long, env = "DESK_BLOCKED_PARTNER", value_name = "ID", value_parser = named,
          value_delimiter = ',')]
    pub blocked_partner: Vec<PartnerId>,
    /// A partner that is an authorised education seller. With `--auth oidc` nobody else may sell to
    /// schools.
    #[arg(long, env = "DESK_EDUCATION_PARTNER", value_name = "ID", value_parser = named,
          value_delimiter = ',')]
    pub education_partner: Vec<PartnerId>,
    /// The day of the month on which a partner is invoiced, such as contoso=28; usually 15.
    #[arg(long, env = "DESK_BILLING_DAY", value_name = "ID=DAY", value_parser = billing_day,
          value_delimiter = ',')]
    pub billing_day: Vec<(PartnerId, BillingDay)>,
    /// The address of a proxy in front of the service, whose `X-Forwarded-For` is believed; may be
    /// given several times. Whoever is not signed in is counted by address.
    #[arg(long, env = "DESK_TRUSTED_PROXY", value_name = "IP", value_delimiter = ',')]
    pub trusted_proxy: Vec<IpAddr>,
    /// How many requests a minute one partner may send, and how many about one customer: a number
    /// or `off`. Usually 500; off under `--auth demo`.
    #[arg(long, env = "DESK_RATE_LIMIT", value_name = "N|off")]
    pub rate_limit: Option<RateLimit>,
    /// A site that may show the panel in a frame, such as https://portal.example; may be given
    /// several times.
    #[arg(long, env = "DESK_FRAME_ANCESTOR", value_name = "ORIGIN", value_parser = origin,
          value_delimiter = ',')]
    pub frame_ancestor: Vec<String>,
    /// A site whose pages may call the API with a bearer token; may be given several times.
    #[arg(long, env = "DESK_CORS_ORIGIN", value_name = "ORIGIN", value_parser = origin,
          value_delimiter = ',')]
    pub cors_origin: Vec<String>,
    /// The folder with the built screens.
    #[arg(long, env = "DESK_SCREENS", default_value = "dist")]
    pub screens: PathBuf,
    /// Loads the demo's customers into an empty database; loading that was broken off goes on.
    #[arg(long, env = "DESK_DEMO_DATA")]
    pub demo_data: bool,
    /// How many generated customers `--demo-data` loads beside those with a story.
    #[arg(long, env = "DESK_DEMO_CUSTOMERS", default_value_t = 200,
          value_parser = clap::value_parser!(u32).range(0..=100_000))]
    pub demo_customers: u32,
    /// For trying, under `--auth demo`: serve as if today were this day, such as 2027-07-19.
    #[arg(long, env = "DESK_DEMO_DAY")]
    pub demo_day: Option<chrono::NaiveDate>,
    /// What to do instead of serving.
    #[command(subcommand)]
    pub instead: Option<Instead>,
}

/// What to do instead of serving.
#[derive(Debug, Subcommand)]
pub enum Instead {
    /// Copies the database, which may be in use, to a new file.
    Backup {
        /// The new file.
        to: PathBuf,
    },
    /// Looks for damage in the database: SQLite's own check, then every account is read.
    Check,
    /// Follows the chain of every partner's log, and tells where an entry was altered, dropped or
    /// moved.
    VerifyAudit,
}

/// How many requests a partner may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateLimit {
    /// As many as it likes.
    Off,
    /// So many a minute.
    PerMinute(NonZeroU32),
}

/// What the vendor allows (domain.md §2.6).
const USUAL_LIMIT: NonZeroU32 = NonZeroU32::MIN.saturating_add(499);

impl std::str::FromStr for RateLimit {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if text.eq_ignore_ascii_case("off") {
            return Ok(Self::Off);
        }
        let number = text.parse().map(Self::PerMinute);
        number.map_err(|_| "write a number of requests a minute, or off".into())
    }
}

/// What the log holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Log {
    /// What went wrong.
    Error,
    /// And what may go wrong.
    Warn,
    /// And each request.
    Info,
    /// And what the libraries do.
    Debug,
}

impl Log {
    /// What is let through.
    pub fn filter(self) -> LevelFilter {
        match self {
            Self::Error => LevelFilter::ERROR,
            Self::Warn => LevelFilter::WARN,
            Self::Info => LevelFilter::INFO,
            Self::Debug => LevelFilter::DEBUG,
        }
    }
}

/// How people sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Auth {
    /// With a token that names the role, for trying.
    Demo,
    /// At an OpenID Connect provider.
    Oidc,
}

/// The scheme and host of an address, as browsers name them in `Origin`.
fn origin(text: &str) -> Result<String, String> {
    let address = text.trim_end_matches('/');
    let host = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains('/') => Ok(address.to_ascii_lowercase()),
        _ => Err("write scheme and host alone, such as https://desk.example".into()),
    }
}

impl Options {
    /// What is said on the command line, in the environment and in the file.
    pub fn read() -> Result<Self, clap::Error> {
        let words: Vec<OsString> = std::env::args_os().collect();
        let with_file = config::words(&words, &Self::command())
            .map_err(|why| Self::command().error(clap::error::ErrorKind::ValueValidation, why))?;
        let options = Self::try_parse_from(with_file)?;
        options.check()?;
        Ok(options)
    }

    /// What no single option can know.
    fn check(&self) -> Result<(), clap::Error> {
        let wrong = |why: &str| {
            Err(Self::command().error(clap::error::ErrorKind::MissingRequiredArgument, why))
        };
        if self.instead.is_some() {
            return Ok(());
        }
        match self.auth {
            None => wrong("say how people sign in: --auth demo to try, --auth oidc to work"),
            Some(Auth::Demo) if !self.listen.ip().is_loopback() => wrong(
                "--auth demo believes everybody, so it listens on this machine only: \
                 use --listen 127.0.0.1:8700",
            ),
            Some(Auth::Oidc) if self.demo_day.is_some() || self.demo_data => {
                wrong("--demo-day and --demo-data are for trying: use --auth demo")
            }
            Some(Auth::Oidc) if self.provider().is_none() => {
                wrong("--auth oidc needs --oidc-issuer, --oidc-client-id and --public-url")
            }
            Some(Auth::Demo | Auth::Oidc) => Ok(()),
        }
    }

    /// How many requests a minute a partner may send; none when nobody counts.
    pub fn requests_a_minute(&self) -> Option<NonZeroU32> {
        match (self.rate_limit, self.auth) {
            (Some(RateLimit::PerMinute(requests)), _) => Some(requests),
            (Some(RateLimit::Off), _) | (None, Some(Auth::Demo)) => None,
            (None, _) => Some(USUAL_LIMIT),
        }
    }

    /// What is said of the partners.
    pub fn partners(&self) -> Partners {
        Partners {
            blocked: self.blocked_partner.clone(),
            education: self.education_partner.clone(),
            billing_days: self.billing_day.clone(),
        }
    }

    /// The provider and our own address, as far as they are said.
    pub fn provider(&self) -> Option<(ProviderOptions, &str)> {
        let options = ProviderOptions {
            issuer: self.oidc_issuer.clone()?,
            client_id: self.oidc_client_id.clone()?,
            client_secret: self.oidc_client_secret.clone(),
            audience: self.oidc_audience.clone(),
            claims: Claims {
                partner: self.oidc_partner_claim.clone(),
                cloud: self.oidc_cloud_claim.clone(),
                roles: self.oidc_roles_claim.clone(),
            },
        };
        Some((options, self.public_url.as_deref()?))
    }
}

/// Where the data is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// In a SQLite file.
    Sqlite(PathBuf),
    /// On a PostgreSQL server, by its address.
    Postgres(String),
}

impl std::str::FromStr for Database {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        match text.strip_prefix("sqlite:") {
            Some(file) if !file.is_empty() => Ok(Self::Sqlite(file.into())),
            // What was written may hold a password.
            _ => Err("this is no database: write sqlite:FILE or postgres://user@host/name".into()),
        }
    }
}
