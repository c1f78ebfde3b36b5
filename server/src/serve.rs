//! The service as a whole: addresses, headers, limits, and how it stops.

use crate::audit::sealer;
use crate::desk::Desk;
use crate::fault::Fault;
use crate::screens::Security;
use crate::{connections, due, events, figures, routes, screens};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::time::{Duration, Instant};
use subscription_api::RequestFault;
use subscription_usecases::{RequestId, record};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate, SizeAbove};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// What is served beside the API, and who may use it from elsewhere.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// The folder with the built screens.
    pub screens: PathBuf,
    /// Sites that may show the panel in a frame (`/embed`).
    pub frame_ancestors: Vec<String>,
    /// Sites whose pages may call the API with a token of their own.
    pub cors_origins: Vec<String>,
}

/// Lets pages of the listed sites call the API with a bearer token. Never with our cookie, which
/// is for our own pages.
fn cors(origins: &[String]) -> CorsLayer {
    let origins = origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
    let origins: Vec<HeaderValue> = origins.collect();
    let name = HeaderName::from_static;
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin, request| {
            request.uri.path().starts_with("/v1/") && origins.contains(origin)
        }))
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            REQUEST,
            CORRELATION,
            name("ms-continuationtoken"),
            name("last-event-id"),
            name(record::FORM),
        ])
        .expose_headers([header::RETRY_AFTER, REQUEST, CORRELATION, name(record::FORM)])
        .max_age(Duration::from_mins(10))
}

/// Ends when the service is to stop.
pub type Stop = Pin<Box<dyn Future<Output = ()> + Send>>;

/// No request takes longer; a client that waits knows by then that it can repeat.
const LONGEST: Duration = Duration::from_secs(30);

/// Serves until told to stop; requests that are running then are finished, and followers sent away.
pub async fn serve(listener: TcpListener, desk: Desk, site: &Site, stop: Stop) {
    let jobs = [
        kept_up("due", &desk, due::forever),
        kept_up("sealer", &desk, sealer::forever),
        kept_up("listener", &desk, events::listen),
        kept_up("figures", &desk, figures::forever),
    ];
    let events = desk.events.clone();
    let stop = async move {
        stop.await;
        events.end();
    };
    let large = DefaultPredicate::new().and(SizeAbove::new(1_024));
    // Put on together: each time something is put on by itself, every request has one more box.
    let of_api = ServiceBuilder::new()
        .layer(middleware::from_fn(held))
        .layer(CompressionLayer::new().compress_when(large));
    let of_all = ServiceBuilder::new()
        .layer(middleware::from_fn_with_state(Security::of(site), told))
        .layer(cors(&site.cors_origins))
        .layer(CatchPanicLayer::custom(|_panic: Box<dyn std::any::Any + Send>| {
            Fault::from(RequestFault::Internal).into_response()
        }));
    let api = routes::all().layer(of_api).with_state(desk);
    let app = api.merge(screens::screens(&site.screens)).layer(of_all);
    connections::serve(listener, app, stop, LONGEST).await;
    for job in jobs {
        job.abort();
    }
}

/// How long to wait before a job that broke off begins again.
const AGAIN: Duration = Duration::from_secs(1);

/// Runs a job for as long as the service runs, also after a mistake of ours in it.
fn kept_up<F>(name: &'static str, desk: &Desk, job: fn(Desk) -> F) -> JoinHandle<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    let desk = desk.clone();
    tokio::spawn(async move {
        // With the task around it goes the one inside.
        let mut jobs = JoinSet::new();
        loop {
            jobs.spawn(job(desk.clone()));
            match jobs.join_next().await {
                Some(Err(error)) if error.is_panic() => {
                    tracing::error!(%error, name, "a job broke off and begins again");
                    tokio::time::sleep(AGAIN).await;
                }
                _ => return,
            }
        }
    })
}

/// No request of ours has a longer head: a token, a cookie, a filter and a few names.
const LONGEST_HEAD: usize = 32 << 10;

/// Keeps a request of the API within bounds: one whose head is longer than any needs is refused,
/// and one that takes too long is answered in our words.
async fn held(request: Request, next: Next) -> Response {
    let lines = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
    let address = request.uri().path_and_query().map_or(0, |address| address.as_str().len());
    let fault = |fault| Fault::from(fault).into_response();
    if lines.sum::<usize>() + address > LONGEST_HEAD {
        return fault(RequestFault::HeadTooLarge);
    }
    let answer = tokio::time::timeout(LONGEST, next.run(request)).await;
    let mut response = answer.unwrap_or_else(|_| fault(RequestFault::TimedOut));
    // Answers of the API belong to one person and one moment.
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

const REQUEST: HeaderName = HeaderName::from_static("ms-requestid");
const CORRELATION: HeaderName = HeaderName::from_static("ms-correlationid");

/// The header's value, or a new one; only what an identifier looks like is echoed and logged.
fn identified(request: &Request, name: &HeaderName) -> HeaderValue {
    let is_identifier =
        |value: &&HeaderValue| value.to_str().is_ok_and(|text| RequestId::parse(text).is_ok());
    let given = request.headers().get(name).filter(is_identifier);
    given.cloned().unwrap_or_else(|| {
        HeaderValue::from_str(&uuid::Uuid::new_v4().to_string())
            .unwrap_or_else(|_| HeaderValue::from_static("none"))
    })
}

/// What every answer has: the security headers, and the request and correlation IDs, which the log
/// has too (domain.md §2.2). A request without an ID is carried out under the one that the answer
/// names, so that it can be repeated. Of an address the log has the path alone: no query, no body,
/// no token.
async fn told(State(security): State<Security>, mut request: Request, next: Next) -> Response {
    let (asked, correlation) = (identified(&request, &REQUEST), identified(&request, &CORRELATION));
    request.headers_mut().entry(REQUEST).or_insert_with(|| asked.clone());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let started = Instant::now();
    let mut response = next.run(request).await;
    let took = started.elapsed();
    figures::answered(method.as_str(), route.as_ref(), response.status().as_u16(), took);
    tracing::info!(
        %method, path, status = response.status().as_u16(),
        microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        request = asked.to_str().unwrap_or_default(),
        correlation = correlation.to_str().unwrap_or_default(),
    );
    security.put_on(&path, response.headers_mut());
    response.headers_mut().insert(REQUEST, asked);
    response.headers_mut().insert(CORRELATION, correlation);
    response
}
