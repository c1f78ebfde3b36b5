//! Starts the service, or copies or checks its database.

use std::process::ExitCode;
use subscription_desk_server::log::Lines;
use subscription_desk_server::options::{Auth, Database, Instead, Options};
use subscription_desk_server::store::AppStore;
use subscription_desk_server::store::postgres::PostgresStore;
use subscription_desk_server::store::sqlite::SqliteStore;
use subscription_desk_server::{Desk, Site, install_figures, load_demo, serve, verify_audit};
use tokio::net::TcpListener;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Requests make and drop many small values; the system's allocator takes twice as long for it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Outcome = Result<(), Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::read().unwrap_or_else(|error| error.exit());
    let (lines, _written_at_the_end) = match Lines::to(std::io::stderr()) {
        Ok(log) => log,
        Err(error) => {
            say(&format!("subscription-desk-server: no log can be written: {error}"));
            return ExitCode::FAILURE;
        }
    };
    tracing_subscriber::registry().with(options.log.filter()).with(lines).init();
    match run(options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("subscription-desk-server: {error}"));
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "a command speaks to whoever started it")]
fn say(line: &str) {
    eprintln!("{line}");
}

async fn run(options: Options) -> Outcome {
    let Some(instead) = &options.instead else { return start(options).await };
    let file = || match &options.database {
        Database::Sqlite(file) => Ok(file),
        Database::Postgres(_) => Err("PostgreSQL has its own tools: pg_dump and pg_amcheck"),
    };
    match instead {
        Instead::VerifyAudit => verify(&open_beside(&options.database).await?).await,
        Instead::Backup { to } => {
            SqliteStore::back_up(file()?, to)?;
            say(&format!("Copied to {}.", to.display()));
            Ok(())
        }
        Instead::Check => {
            let found = SqliteStore::check(file()?)?;
            for line in &found {
                say(line);
            }
            if found.is_empty() {
                say("Nothing is wrong.");
                Ok(())
            } else {
                Err(format!("{} things are wrong", found.len()).into())
            }
        }
    }
}

/// The store, beside the service that is on it.
async fn open_beside(database: &Database) -> subscription_usecases::Result<AppStore> {
    Ok(match database {
        Database::Sqlite(file) => AppStore::Sqlite(SqliteStore::open_beside(file)?),
        Database::Postgres(address) => {
            AppStore::Postgres(PostgresStore::open_beside(address).await?)
        }
    })
}

/// The store of a service.
async fn open_to_serve(database: &Database) -> subscription_usecases::Result<AppStore> {
    match database {
        Database::Sqlite(file) => Ok(AppStore::Sqlite(SqliteStore::open_alone(file)?)),
        Database::Postgres(address) => Ok(AppStore::Postgres(PostgresStore::open(address).await?)),
    }
}

async fn verify(store: &AppStore) -> Outcome {
    let (followed, found) = verify_audit(store).await?;
    for finding in &found {
        say(&finding.to_string());
    }
    say(&format!("Followed {followed} entries."));
    if found.is_empty() { Ok(()) } else { Err(format!("{} chains are broken", found.len()).into()) }
}

async fn start(options: Options) -> Outcome {
    let mut desk = Desk::for_trying(open_to_serve(&options.database).await?)?;
    desk = desk.knowing(options.partners());
    if let Some(day) = options.demo_day {
        desk = desk.on_day(day);
    }
    if options.auth == Some(Auth::Oidc)
        && let Some((provider, public_url)) = options.provider()
    {
        desk = desk.at_provider(provider, public_url, options.trusted_proxy.clone())?;
    }
    if let Some(requests) = options.requests_a_minute() {
        desk = desk.limited_to(requests);
    }
    desk = desk.with_figures(install_figures()?);
    let listener = TcpListener::bind(options.listen)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", options.listen))?;
    say(&format!("Subscription Desk listens on http://{}/", listener.local_addr()?));
    let loading = desk.clone();
    let (demo, size) = (options.demo_data, options.demo_customers);
    tokio::spawn(async move {
        if demo {
            match load_demo(&loading, size).await {
                Ok(0) => {}
                Ok(count) => say(&format!("Loaded {count} demo customers.")),
                Err(error) => {
                    tracing::error!(%error, "the demo's data could not be loaded");
                    return;
                }
            }
        }
        loading.open();
    });
    let served = Site {
        screens: options.screens,
        frame_ancestors: options.frame_ancestor,
        cors_origins: options.cors_origin,
    };
    serve(listener, desk, &served, Box::pin(told_to_stop())).await;
    Ok(())
}

/// Ends at Ctrl+C or SIGTERM.
async fn told_to_stop() {
    let terminated = async {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            match signal(SignalKind::terminate()) {
                Ok(mut told) => {
                    told.recv().await;
                }
                Err(_) => std::future::pending().await,
            }
        }
        #[cfg(not(unix))]
        std::future::pending::<()>().await;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}
