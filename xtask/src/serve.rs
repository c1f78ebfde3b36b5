//! The development server: the finished site with the headers, the fallback and the packed files
//! that the real server has.

use crate::headers::{Kind, security};
use crate::site::{Answer, Ask, Site};
use anyhow::{Context, Result, anyhow, bail};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT_ENCODING, IF_NONE_MATCH};
use axum::http::{HeaderName, HeaderValue, Method, Response, StatusCode};
use axum::serve::ListenerExt;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, RwLock};
use std::thread::{self, JoinHandle};

/// The site being served; a new build is put in its place between two requests.
#[derive(Clone)]
pub struct Shown(Arc<RwLock<Arc<Site>>>);

impl Shown {
    /// Begins with a site.
    pub fn new(site: Site) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(site))))
    }

    /// Shows another build from the next request on.
    pub fn replace(&self, site: Site) {
        *self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(site);
    }

    fn now(&self) -> Arc<Site> {
        Arc::clone(&self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}

/// A server in a thread of its own, which lives as long as the command.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    thread: JoinHandle<Result<()>>,
}

impl Running {
    /// Serves until the process is ended.
    pub fn wait(self) -> Result<()> {
        self.thread.join().map_err(|_| anyhow!("the server stopped unexpectedly"))?
    }

    /// Its address as a browser takes it. `localhost`, because browsers trust that name as they
    /// trust https, and the service worker needs it.
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }
}

/// Starts to serve; port 0 is any free one. `framed_by` are the sites that may show the panel in a
/// frame.
pub fn start(shown: Shown, host: &str, port: u16, framed_by: &[String]) -> Result<Running> {
    let listener = match TcpListener::bind((host, port)) {
        Ok(listener) => listener,
        Err(why) if why.kind() == ErrorKind::AddrInUse => bail!(
            "Port {port} is taken, perhaps by another `cargo xtask run`.\nStop that one, or take \
             another port: cargo xtask run --port {}",
            port.checked_add(1).unwrap_or(8601)
        ),
        Err(why) if why.kind() == ErrorKind::PermissionDenied => {
            bail!("Port {port} needs an administrator. Take one above 1023: --port 8600")
        }
        Err(why) => return Err(why).with_context(|| format!("cannot listen on {host}:{port}")),
    };
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let framed_by: Arc<[String]> = framed_by.into();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
    let thread = thread::spawn(move || {
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            let app = Router::new().fallback(handle).with_state((shown, framed_by));
            // Headers and body are two pieces; the second is not to wait for the first's receipt.
            // On a connection that refuses this it does.
            let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
            axum::serve(listener, app).await?;
            Ok(())
        })
    });
    Ok(Running { address, thread })
}

async fn handle(
    State((shown, framed_by)): State<(Shown, Arc<[String]>)>,
    request: Request,
) -> Response<Body> {
    let header =
        |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let answer = match *request.method() {
        Method::GET | Method::HEAD => shown.now().answer(Ask {
            path: request.uri().path(),
            accept_encoding: header(ACCEPT_ENCODING).unwrap_or_default(),
            if_none_match: header(IF_NONE_MATCH).unwrap_or_default(),
        }),
        _ => Answer {
            status: 405,
            headers: vec![("allow", "GET, HEAD".to_owned())],
            body: Arc::from(&b""[..]),
        },
    };
    response(answer, &security(Kind::of(request.uri().path()), &framed_by))
}

fn response(answer: Answer, security: &[(&'static str, String)]) -> Response<Body> {
    let mut response = Response::new(Body::from(Bytes::from_owner(answer.body)));
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    for (name, value) in security {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}
