//! What the command line and the environment say.

use clap::{Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Serves the Partner Center v1 API of Subscription Desk, and its screens.
#[derive(Debug, Parser)]
#[command(name = "subscription-desk-server", version)]
pub struct Options {
    /// Where to listen.
    #[arg(long, env = "DESK_LISTEN", default_value = "127.0.0.1:8700")]
    pub listen: SocketAddr,
    /// Where the data is: `sqlite:FILE`, or `postgres://user:password@host/name`, which several
    /// servers can share.
    #[arg(long, env = "DESK_DATABASE", default_value = "sqlite:desk.sqlite", global = true)]
    pub database: Database,
    /// How people sign in. `demo` believes the token `demo:<role>[@partner[.cloud]]` and listens
    /// on this machine only.
    #[arg(long, env = "DESK_AUTH", value_enum)]
    pub auth: Option<Auth>,
    /// The folder with the built screens.
    #[arg(long, env = "DESK_SCREENS", default_value = "dist")]
    pub screens: PathBuf,
    /// Loads the demo's customers into an empty database.
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
}

/// How people sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Auth {
    /// With a token that names the role, for trying.
    Demo,
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
