//! Connections: taken, given to the service, and closed when the service is to stop.

use crate::routes::meant;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tower_service::Service;

/// A client that has begun a request sends its head within this time, or is sent away.
const HEAD: Duration = Duration::from_secs(30);

/// How long to wait when no connection can be taken, as when there are too many already.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves until told to stop. Then requests that are running are finished, for at most as long as
/// one may take: a client that does not read its answer holds nobody up.
pub(crate) async fn serve(
    listener: TcpListener,
    app: Router,
    stop: impl Future<Output = ()>,
    longest: Duration,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD);
    let running = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            taken = taken(&listener) => taken,
            () = &mut stop => break,
        };
        let app = app.clone();
        let served = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            if let Some(address) = meant(request.uri()) {
                *request.uri_mut() = address;
            }
            request.extensions_mut().insert(ConnectInfo(peer));
            app.clone().call(request)
        });
        let connection = running.watch(http.serve_connection(TokioIo::new(stream), served));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                // A client that goes away in the middle is nothing to mend here.
                tracing::debug!(%error, "a connection broke off");
            }
        });
    }
    // Nobody is let in any more while the others finish.
    drop(listener);
    if tokio::time::timeout(longest, running.shutdown()).await.is_err() {
        tracing::warn!("some clients did not take their answers and are left");
    }
}

/// The next connection.
async fn taken(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // A file goes out in pieces: without this the last one waits for the client to
                // confirm the first, which it does 40 ms later.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "a connection stays slow");
                }
                return (stream, peer);
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be taken");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Whether the connection alone is at fault, which is gone before it was taken.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
