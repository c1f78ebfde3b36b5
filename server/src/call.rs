//! A request, taken apart once: who asks, the parts of the address, the query and the body. No
//! framework text reaches a client, because no other extractor is used.

use crate::desk::Desk;
use crate::fault::Fault;
use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use futures_util::StreamExt;
use serde::{Deserialize, de::DeserializeOwned};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use subscription_api::{RequestFault, json};
use subscription_rules::{CustomerId, OfferId, OrderId, Quantity, Refusal, SubscriptionId};
use subscription_usecases::{Ask, Caller, RequestId};

/// No request needs more.
const LONGEST_BODY: usize = 1 << 20;

/// No client that means well sends more before it reads the answer.
const MOST_DROPPED: usize = 32 << 20;

/// A request of somebody who is signed in.
pub(crate) struct Call {
    pub caller: Caller,
    params: Vec<(String, String)>,
    query: Vec<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
}

impl FromRequest<Desk> for Call {
    type Rejection = Fault;

    async fn from_request(request: Request, desk: &Desk) -> Result<Self, Fault> {
        let (mut parts, body) = request.into_parts();
        let caller = desk.signed_in(&parts).await?;
        let params = RawPathParams::from_request_parts(&mut parts, desk)
            .await
            .map_err(|_| Fault::malformed("the address is not UTF-8"))?;
        let params = params.iter().map(|(name, value)| (name.to_owned(), bare(value).to_owned()));
        let params: Vec<(String, String)> = params.collect();
        if let Some(limit) = &desk.limit {
            let customer = params.iter().find(|(name, _)| name == "customer");
            let customer = customer.map(|(_, customer)| customer.as_str());
            let counted = limit.count_about(&caller.partner.id, customer);
            counted.map_err(Fault::TooMany)?;
        }
        let query = pairs(parts.uri.query().unwrap_or_default());
        let body = whole(body).await?;
        if !body.is_empty() {
            if is_encoded(&parts.headers) {
                return Err(RequestFault::BodyEncoded.into());
            }
            if !takes_json(&parts.headers) {
                return Err(RequestFault::NotJson.into());
            }
        }
        Ok(Self { caller, params, query, uri: parts.uri, headers: parts.headers, body })
    }
}

/// The whole body, if it is not longer than any request needs. What is beyond is read and dropped,
/// up to a bound: a client that is still sending would otherwise see a broken connection in the
/// place of the reason.
async fn whole(body: Body) -> Result<Bytes, Fault> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let mut kept = Vec::new();
    let mut length = 0_usize;
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| Fault::malformed("the body broke off"))?;
        length = length.saturating_add(piece.len());
        if length <= LONGEST_BODY {
            kept.extend_from_slice(&piece);
        } else if length > MOST_DROPPED {
            break;
        }
    }
    if length > LONGEST_BODY { Err(RequestFault::BodyTooLarge.into()) } else { Ok(kept.into()) }
}

/// What a list is narrowed to (domain.md §2.3, §2.6). Each list knows its own fields.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Filter {
    pub field: String,
    pub value: String,
    pub operator: String,
}

/// A body without a type is taken for JSON: it is all we read.
fn takes_json(headers: &HeaderMap) -> bool {
    let Some(given) = headers.get(header::CONTENT_TYPE) else { return true };
    let given = given.to_str().unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

/// Whether the body is compressed, which none has to be that is short enough to be read.
fn is_encoded(headers: &HeaderMap) -> bool {
    let given = headers.get(header::CONTENT_ENCODING).map(HeaderValue::as_bytes);
    given.is_some_and(|given| !given.is_empty() && !given.eq_ignore_ascii_case(b"identity"))
}

/// An identifier without the braces that .NET can write around one.
pub(crate) fn bare(id: &str) -> &str {
    id.strip_prefix('{').and_then(|id| id.strip_suffix('}')).unwrap_or(id)
}

/// The address at the other end of the connection.
pub(crate) fn peer(parts: &Parts) -> IpAddr {
    let found = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    found.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip())
}

/// The word of a cookie.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).into_iter();
    let mut all = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(';'));
    all.find_map(|one| one.trim().split_once('=').filter(|(of, _)| *of == name).map(|(_, w)| w))
}

/// The pairs of a query, decoded.
pub(crate) fn pairs(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

impl Call {
    pub(crate) fn param(&self, name: &str) -> &str {
        let found = self.params.iter().find(|(of, _)| of == name);
        found.map_or("", |(_, value)| value)
    }

    /// The path that was asked for, as links have it: below `/v1`.
    pub(crate) fn path(&self) -> &str {
        let path = self.uri.path();
        path.strip_prefix("/v1").unwrap_or(path)
    }

    /// The address that was asked for, as links have it, with its query as it came.
    pub(crate) fn address(&self) -> String {
        match self.uri.query() {
            Some(query) => format!("{}?{query}", self.path()),
            None => self.path().to_owned(),
        }
    }

    /// A value of the query; names are the same in either case.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(of, _)| of.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The query as it came, but for one value: what a link to another page of the same list has.
    pub(crate) fn query_without(&self, name: &str) -> String {
        let others = self.query.iter().filter(|(of, _)| !of.eq_ignore_ascii_case(name));
        form_urlencoded::Serializer::new(String::new()).extend_pairs(others).finish()
    }

    /// Adds to the query what it lacks.
    pub(crate) fn complete(&mut self, mut others: Vec<(String, String)>) {
        others.retain(|(name, _)| self.query(name).is_none());
        self.query.append(&mut others);
    }

    /// A number of the query.
    pub(crate) fn number<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, Fault> {
        let read = |text: &str| {
            let what = format!("{name} is {text:?} instead of a number");
            text.parse().map_err(|_| Fault::malformed(what))
        };
        self.query(name).filter(|text| !text.is_empty()).map(read).transpose()
    }

    /// The filter of the query.
    pub(crate) fn filter(&self) -> Result<Option<Filter>, Fault> {
        let text = self.query("filter").filter(|text| !text.trim().is_empty());
        Ok(text.map(|text| json::read(text.as_bytes())).transpose()?)
    }

    /// A header's text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// What cannot be an identifier is the identifier of nobody.
    pub(crate) fn customer(&self) -> Result<CustomerId, Fault> {
        CustomerId::parse(self.param("customer")).map_err(|_| Refusal::CustomerNotFound.into())
    }

    pub(crate) fn subscription(&self) -> Result<SubscriptionId, Fault> {
        let read = SubscriptionId::parse(self.param("subscription"));
        read.map_err(|_| Refusal::SubscriptionNotFound.into())
    }

    pub(crate) fn order(&self) -> Result<OrderId, Fault> {
        OrderId::parse(self.param("order")).map_err(|_| RequestFault::OrderNotFound.into())
    }

    pub(crate) fn offer(&self) -> Result<OfferId, Fault> {
        offer(self.param("offer"))
    }

    /// The body as a shape.
    pub(crate) fn body<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        Ok(json::read(&self.body)?)
    }

    /// How the write is asked for. Without a request ID it gets one of its own, and repeating it
    /// is not safe (domain.md §2.2).
    pub(crate) fn ask(&self) -> Result<Ask, Fault> {
        let request = match self.header("ms-requestid").map(|id| bare(id.trim())) {
            Some(id) if !id.is_empty() => RequestId::parse(id),
            _ => RequestId::parse(&uuid::Uuid::new_v4().to_string()),
        };
        let request = request.map_err(|why| Fault::malformed(format!("MS-RequestId: {why}")))?;
        let validate_only = match self.query("validateOnly") {
            None => false,
            Some(word) if word.eq_ignore_ascii_case("false") => false,
            Some(word) if word.eq_ignore_ascii_case("true") => true,
            Some(other) => {
                let what = format!("validateOnly is {other:?} instead of true or false");
                return Err(Fault::malformed(what));
            }
        };
        Ok(Ask { request, validate_only, revision: None })
    }
}

/// An offer by what stands in a request.
pub(crate) fn offer(text: &str) -> Result<OfferId, Fault> {
    OfferId::parse(text).map_err(|_| Fault::malformed(format!("{text:?} is no offer ID")))
}

/// A quantity by what stands in a request: the rules read it as they read what is typed. JSON does
/// not tell 10 from `10.0` and `1e1`, and a whole number that none can hold is beyond every limit.
pub(crate) fn quantity(value: &serde_json::Value) -> Result<Quantity, Fault> {
    let number = match value {
        serde_json::Value::Number(number) => number,
        serde_json::Value::Null => return Err(Fault::malformed("quantity is missing")),
        other => return Err(Fault::malformed(format!("quantity is {other} instead of a number"))),
    };
    let written = number.to_string();
    let asked = written.strip_suffix(".0").unwrap_or(&written);
    match Quantity::parse(asked) {
        Err(Refusal::QuantityNotWhole { .. }) if is_whole(number) => {
            if asked.starts_with('-') {
                return Err(Refusal::QuantityZero.into());
            }
            Err(RequestFault::QuantityTooLarge(asked.chars().take(24).collect()).into())
        }
        read => Ok(read?),
    }
}

fn is_whole(number: &serde_json::Number) -> bool {
    number.as_f64().is_some_and(|number| number.fract() == 0.0)
}
