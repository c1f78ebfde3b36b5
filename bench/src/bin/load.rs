//! Sends requests over many connections and measures. It can do what general tools cannot: go on
//! from an answer, as a client does that suspends with the `ETag` it was given.
//!
//! `load ADDRESS KIND CONNECTIONS SECONDS CUSTOMERS [RATE]`, with KIND one of hello, read, list,
//! order, suspend. Prints `requests rate p50 p99 refused`: the rate in a second, the times in
//! microseconds.
#![expect(clippy::print_stdout, reason = "it says what it measured")]

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const OFFER: &str = "796B6B5F-613C-4E24-A17C-EBA730D49C02";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Hello,
    Read,
    List,
    Order,
    Suspend,
}

impl Kind {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "hello" => Self::Hello,
            "read" => Self::Read,
            "list" => Self::List,
            "order" => Self::Order,
            "suspend" => Self::Suspend,
            _ => return None,
        })
    }
}

/// A connection that sends one request after the other.
struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// A status with the body.
struct Answer {
    status: u16,
    body: Vec<u8>,
}

impl Connection {
    async fn ask(&mut self, request: &str) -> Outcome<Answer> {
        self.stream.write_all(request.as_bytes()).await?;
        self.buffer.clear();
        let head = loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end + 4;
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the connection was closed".into());
            }
        };
        let text = std::str::from_utf8(&self.buffer[..head])?;
        let status = text.get(9..12).ok_or("no status")?.parse()?;
        let length = text.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>())
        });
        let whole = head + length.ok_or("no length")??;
        while self.buffer.len() < whole {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the connection was closed".into());
            }
        }
        Ok(Answer { status, body: self.buffer[head..whole].to_vec() })
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

/// The `ETag` in an answer, without its quotes.
fn etag(body: &[u8]) -> Option<String> {
    let at = find(body, b"\"etag\":\"")? + 8;
    let end = body.get(at..)?.iter().position(|byte| *byte == b'"')?;
    String::from_utf8(body.get(at..at + end)?.to_vec()).ok()
}

fn request(verb: &str, path: &str, more: &str, body: &str) -> String {
    format!(
        "{verb} {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer demo:admin_agent\r\n{more}\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn customer(number: u64) -> String {
    format!("/v1/customers/00000000-0000-4000-8000-{number:012}")
}

/// What one connection does, from request to request.
struct Client {
    kind: Kind,
    number: u64,
    connections: u64,
    customers: u64,
    count: u64,
    run: u128,
    /// The `ETag` of the subscription that was suspended last; it is reactivated next.
    suspended: Option<(String, String)>,
}

impl Client {
    /// A customer of this connection's own, a different one each time.
    fn own(&self) -> u64 {
        let each = (self.customers / self.connections).max(1);
        let scattered = self.count.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33;
        (self.number * each + scattered % each) % self.customers
    }

    async fn next(&mut self, connection: &mut Connection) -> Outcome<u16> {
        self.count += 1;
        let whose = self.own();
        let made = match self.kind {
            Kind::Hello => request("GET", "/", "", ""),
            Kind::Read => request("GET", &customer(whose), "", ""),
            Kind::List => request(
                "GET",
                &format!("/v1/customers?size=40&startAt=Company%20{whose:07}"),
                "",
                "",
            ),
            Kind::Order => {
                let more =
                    format!("ms-requestid: {:x}-{}-{}\r\n", self.run, self.number, self.count);
                let body = format!(
                    "{{\"lineItems\":[{{\"lineItemNumber\":0,\"offerId\":\"{OFFER}\",\"quantity\":25}}]}}"
                );
                request("POST", &format!("{}/orders", customer(whose)), &more, &body)
            }
            Kind::Suspend => return self.suspend(connection, whose).await,
        };
        Ok(connection.ask(&made).await?.status)
    }

    /// Suspends one and reactivates it the next time, each with the `ETag` that was given.
    async fn suspend(&mut self, connection: &mut Connection, whose: u64) -> Outcome<u16> {
        let (path, etag_before, status) = if let Some((path, etag)) = self.suspended.take() {
            (path, etag, "active")
        } else {
            let path =
                format!("{}/subscriptions/{whose:08x}-0000-4000-8001-{:012}", customer(whose), 0);
            let answer = connection.ask(&request("GET", &path, "", "")).await?;
            (path, etag(&answer.body).ok_or("no ETag")?, "suspended")
        };
        let more = format!("if-match: {etag_before}\r\n");
        let body = format!("{{\"status\":\"{status}\"}}");
        let answer = connection.ask(&request("PATCH", &path, &more, &body)).await?;
        if status == "suspended"
            && let Some(etag) = etag(&answer.body)
        {
            self.suspended = Some((path, etag));
        }
        Ok(answer.status)
    }
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [address, kind, connections, seconds, customers, rest @ ..] = &words[..] else {
        return Err("load ADDRESS KIND CONNECTIONS SECONDS CUSTOMERS [RATE]".into());
    };
    let kind = Kind::parse(kind).ok_or("hello, read, list, order or suspend?")?;
    let (connections, customers): (u64, u64) = (connections.parse()?, customers.parse()?);
    let lasts = Duration::from_secs(seconds.parse()?);
    let rate: Option<f64> = rest.first().map(|rate| rate.parse()).transpose()?;
    let refused = Arc::new(AtomicU64::new(0));
    let started = Instant::now();
    let run = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_micros();
    let mut tasks = JoinSet::new();
    for number in 0..connections {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let mut connection = Connection { stream, buffer: Vec::with_capacity(1 << 16) };
        let refused = Arc::clone(&refused);
        let mut client =
            Client { kind, number, connections, customers, count: 0, run, suspended: None };
        #[expect(clippy::cast_precision_loss, reason = "a few hundred connections")]
        let between = rate.map(|rate| Duration::from_secs_f64(connections as f64 / rate));
        tasks.spawn(async move {
            let mut times = Vec::new();
            // Each connection has its own moment, or all of them would ask at once and then rest.
            #[expect(clippy::cast_precision_loss, reason = "a few hundred connections")]
            let part = number as f64 / connections as f64;
            let mut next = Instant::now() + between.unwrap_or_default().mul_f64(part);
            while started.elapsed() < lasts {
                // At a given rate the time counts from when the request was due, so that one that
                // had to wait for the one before is not made to look quick.
                let asked = match between {
                    Some(between) => {
                        tokio::time::sleep_until(next.into()).await;
                        let due = next;
                        next += between;
                        due
                    }
                    None => Instant::now(),
                };
                let status = client.next(&mut connection).await?;
                times.push(u64::try_from(asked.elapsed().as_micros()).unwrap_or(u64::MAX));
                if !(200..300).contains(&status) {
                    refused.fetch_add(1, Ordering::Relaxed);
                }
            }
            Ok::<_, Box<dyn Error + Send + Sync>>(times)
        });
    }
    let mut times = Vec::new();
    while let Some(done) = tasks.join_next().await {
        times.extend(done??);
    }
    let took = started.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or_default();
    #[expect(clippy::cast_precision_loss, reason = "a figure to look at")]
    let a_second = times.len() as f64 / took;
    let refused = refused.load(Ordering::Relaxed);
    println!("{} {a_second:.0} {} {} {refused}", times.len(), at(50), at(99));
    Ok(())
}
