//! Every way a request can end other than well, and its answer. One exhaustive match.

use crate::figures;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use subscription_api::{ErrorBody, RequestFault, answer, json::ReadError};
use subscription_rules::Refusal;
use subscription_usecases::{Failure, StoreError};

/// Why there is no answer of the kind asked for.
#[derive(Debug)]
pub(crate) enum Fault {
    /// A rule refused it.
    Refused(Refusal),
    /// The request itself is at fault, or we are.
    Request(RequestFault),
    /// Too many requests; the seconds to wait.
    TooMany(u64),
    /// Somebody else was first; the resource as it now is.
    Stale(Box<serde_json::Value>),
}

impl Fault {
    /// A request that cannot be read, in our own words.
    pub(crate) fn malformed(what: impl Into<String>) -> Self {
        Self::Request(RequestFault::Malformed { what: what.into(), field: None })
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<RequestFault> for Fault {
    fn from(fault: RequestFault) -> Self {
        Self::Request(fault)
    }
}

impl From<ReadError> for Fault {
    fn from(error: ReadError) -> Self {
        Self::Request(RequestFault::from(&error))
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => Self::Refused(refusal),
            // Handlers that know the subscription put its present state beside this.
            Failure::Changed(_) => Self::Request(RequestFault::EtagStale),
            Failure::RequestIdReused => Self::Request(RequestFault::RequestIdReused),
            Failure::Store(error) => error.into(),
            // We ask no other server, and there is no page around us.
            Failure::NotAnswered(_) | Failure::HeldBack(_) => Self::Request(RequestFault::Internal),
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale | StoreError::Unavailable(_) => {
                tracing::error!(%error, "the store does not answer");
                Self::Request(RequestFault::Unavailable)
            }
            StoreError::Damaged(_) => {
                tracing::error!(%error, "a kept record cannot be read");
                Self::Request(RequestFault::Internal)
            }
        }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let of = |fault: &RequestFault| (fault.answer().status, ErrorBody::from(fault));
        let (status, body) = match &self {
            Self::Refused(refusal) => (answer(refusal).status, ErrorBody::from(refusal)),
            Self::Request(fault) => of(fault),
            Self::Stale(_) => of(&RequestFault::EtagStale),
            Self::TooMany(_) => of(&RequestFault::TooManyRequests),
        };
        figures::refused(body.name.as_deref().unwrap_or_default());
        let wait = match &self {
            Self::TooMany(seconds) => Some(*seconds),
            _ if status == 503 => Some(1),
            _ => None,
        };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = if let Self::Stale(current) = self {
            // So that a screen can show base, mine and theirs (design.md §3).
            let mut whole = serde_json::to_value(&body).unwrap_or_default();
            if let Some(fields) = whole.as_object_mut() {
                fields.insert("current".into(), *current);
            }
            (status, Json(whole)).into_response()
        } else {
            (status, Json(body)).into_response()
        };
        if status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = wait {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
