//! The service as a whole: addresses, headers, limits, and how it stops.

use crate::audit::sealer;
use crate::call::bare;
use crate::desk::Desk;
use crate::fault::Fault;
use crate::screens::Security;
use crate::{connections, due, events, figures, routes, screens};
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt as _;
use std::future::Future;
use std::mem;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use subscription_api::RequestFault;
use subscription_usecases::{RequestId, record};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};
use tower::{ServiceBuilder, layer::layer_fn};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate, SizeAbove};
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_service::Service;

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
///
/// Where none is listed there is nothing to say, and no request has to carry it.
fn cors(origins: &[String]) -> Option<CorsLayer> {
    if origins.is_empty() {
        return None;
    }
    let origins = origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
    let origins: Vec<HeaderValue> = origins.collect();
    let name = HeaderName::from_static;
    let cors = CorsLayer::new()
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
            name("x-locale"),
            name("ms-contract-version"),
            name("ms-partnercenter-application"),
            name("ms-continuationtoken"),
            name("last-event-id"),
            name(record::FORM),
        ])
        .expose_headers([
            header::LOCATION,
            header::RETRY_AFTER,
            REQUEST,
            CORRELATION,
            name(record::FORM),
        ])
        .max_age(Duration::from_mins(10));
    Some(cors)
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
    // Answers of the API belong to one person and one moment, whatever the framework says of them.
    let of_api = ServiceBuilder::new()
        .layer(SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, NOT_KEPT))
        .layer(CompressionLayer::new().compress_when(large));
    let security = Security::of(site);
    let of_all = ServiceBuilder::new()
        .layer(layer_fn(move |inner| Told { inner, security: security.clone() }))
        .option_layer(cors(&site.cors_origins));
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

/// Whether a request's head is longer than any needs.
fn is_too_long(request: &Request) -> bool {
    let lines = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
    let address = request.uri().path_and_query().map_or(0, |address| address.as_str().len());
    lines.sum::<usize>() + address > LONGEST_HEAD
}

const REQUEST: HeaderName = HeaderName::from_static("ms-requestid");
const NOT_KEPT: HeaderValue = HeaderValue::from_static("no-store");
/// What the framework says of JSON.
const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// JSON is always in UTF-8, but not every client knows: Windows PowerShell reads what names no
/// letters as ISO 8859-1, and a resource that it sends back would have others than were read.
const JSON_IN_UTF_8: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const CORRELATION: HeaderName = HeaderName::from_static("ms-correlationid");

/// The header's value, or a new one; only what an identifier looks like is echoed and logged.
fn identified(request: &Request, name: &HeaderName) -> HeaderValue {
    let given = request.headers().get(name).and_then(|value| value.to_str().ok()).map(bare);
    let given = given.filter(|text| RequestId::parse(text).is_ok());
    let new = || HeaderValue::from_str(&uuid::Uuid::new_v4().to_string());
    let value = given.map_or_else(new, HeaderValue::from_str);
    value.unwrap_or_else(|_| HeaderValue::from_static("none"))
}

/// What every request goes through and every answer has. A service of our own: what is put on as a
/// function has two more boxes for each request.
#[derive(Clone)]
struct Told<S> {
    inner: S,
    security: Security,
}

impl<S> Service<Request> for Told<S>
where
    S: Service<Request, Response: IntoResponse, Future: Send> + Clone + Send + 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // The one that was asked whether it is ready is the one that is called.
        let next = self.inner.clone();
        let inner = mem::replace(&mut self.inner, next);
        Box::pin(told(self.security.clone(), request, inner))
    }
}

/// Keeps a request within bounds: one whose head is longer than any needs is refused, and one that
/// takes too long or meets a mistake of ours is answered in our words. Every answer has the
/// security headers, and the request and correlation IDs, which the log has too (domain.md §2.2). A
/// request without an ID is carried out under the one that the answer names, so that it can be
/// repeated. Of an address the log has the path alone: no query, no body, no token.
async fn told<S>(
    security: Security,
    mut request: Request,
    mut inner: S,
) -> Result<Response, S::Error>
where
    S: Service<Request, Response: IntoResponse>,
{
    let (asked, correlation) = (identified(&request, &REQUEST), identified(&request, &CORRELATION));
    let is_empty =
        |given: &HeaderValue| given.to_str().is_ok_and(|text| bare(text.trim()).is_empty());
    if request.headers().get(REQUEST).is_none_or(is_empty) {
        request.headers_mut().insert(REQUEST, asked.clone());
    }
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let started = Instant::now();
    let fault = |fault| Fault::from(fault).into_response();
    let mut response = if is_too_long(&request) {
        fault(RequestFault::HeadTooLarge)
    } else {
        let answer = AssertUnwindSafe(async { inner.call(request).await }).catch_unwind();
        match tokio::time::timeout(LONGEST, answer).await {
            Ok(Ok(response)) => response?.into_response(),
            // The panic itself was told where it happened.
            Ok(Err(_panic)) => fault(RequestFault::Internal),
            Err(_) => fault(RequestFault::TimedOut),
        }
    };
    let took = started.elapsed();
    figures::answered(&method, route.as_ref(), response.status().as_u16(), took);
    tracing::info!(
        method = method.as_str(),
        path,
        status = response.status().as_u16(),
        microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        request = asked.to_str().unwrap_or_default(),
        correlation = correlation.to_str().unwrap_or_default(),
    );
    let headers = response.headers_mut();
    if headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == JSON) {
        headers.insert(header::CONTENT_TYPE, JSON_IN_UTF_8);
    }
    security.put_on(&path, headers);
    // Files say what they allow.
    headers.entry(header::CACHE_CONTROL).or_insert(NOT_KEPT);
    headers.insert(REQUEST, asked);
    headers.insert(CORRELATION, correlation);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;
    use axum::http::StatusCode;
    use serde_json::Value;
    use tower::service_fn;

    /// The answer of a service, through what every answer goes through: its status, what it says of
    /// caching, and the code of a fault.
    async fn answer<F>(request: Request, inner: fn(Request) -> F) -> (StatusCode, String, Value)
    where
        F: Future<Output = Result<Response, std::convert::Infallible>> + Send + 'static,
    {
        let security = Security::of(&Site::default());
        let mut told = Told { inner: service_fn(inner), security };
        let response = told.call(request).await.unwrap();
        let headers = response.headers();
        assert!(headers.contains_key("content-security-policy"), "{headers:?}");
        assert!(headers.contains_key(REQUEST) && headers.contains_key(CORRELATION), "{headers:?}");
        let caching = headers[header::CACHE_CONTROL].to_str().unwrap().to_owned();
        let status = response.status();
        let body = to_bytes(response.into_body(), 10_000).await.unwrap();
        let said: Value = serde_json::from_slice(&body).unwrap_or_default();
        (status, caching, said["name"].clone())
    }

    fn request(header: &str) -> Request {
        Request::builder()
            .uri("/v1/me")
            .header("x", header)
            .body(axum::body::Body::empty())
            .unwrap()
    }

    async fn nothing(_: Request) -> Result<Response, std::convert::Infallible> {
        Ok("".into_response())
    }

    #[tokio::test]
    async fn an_answer_is_kept_by_nobody_unless_it_says_otherwise() {
        async fn file(_: Request) -> Result<Response, std::convert::Infallible> {
            Ok(([(header::CACHE_CONTROL, "max-age=60")], "").into_response())
        }
        let (status, caching, _) = answer(request(""), nothing).await;
        assert_eq!((status, &*caching), (StatusCode::OK, "no-store"));
        assert_eq!(answer(request(""), file).await.1, "max-age=60");
    }

    #[tokio::test]
    async fn a_mistake_of_ours_is_answered_in_our_words() {
        async fn broken(_: Request) -> Result<Response, std::convert::Infallible> {
            panic!("a mistake")
        }
        let (status, caching, name) = answer(request(""), broken).await;
        assert_eq!((status, &*caching), (StatusCode::INTERNAL_SERVER_ERROR, "no-store"));
        assert_eq!(name, "INTERNAL");
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_longer_than_the_longest() {
        async fn stuck(_: Request) -> Result<Response, std::convert::Infallible> {
            std::future::pending().await
        }
        let (status, _, name) = answer(request(""), stuck).await;
        assert_eq!((status, name), (StatusCode::GATEWAY_TIMEOUT, "TIMED_OUT".into()));
    }

    #[tokio::test]
    async fn a_head_that_is_too_long_is_refused() {
        let (status, ..) = answer(request(&"x".repeat(LONGEST_HEAD - 200)), nothing).await;
        assert_eq!(status, StatusCode::OK);
        let (status, _, name) = answer(request(&"x".repeat(LONGEST_HEAD)), nothing).await;
        assert_eq!(status, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
        assert_eq!(name, "HEAD_TOO_LARGE");
    }
}
