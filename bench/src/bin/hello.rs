//! The least that an axum service can do: the measure for everything the real one does more.
#![expect(clippy::print_stdout, reason = "it says where it is")]

use axum::Router;
use axum::routing::any;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    axum::serve(listener, Router::new().fallback(any(async || "hello"))).await
}
