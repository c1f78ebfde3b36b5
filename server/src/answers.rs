//! Answers that were written before and need not be written again.

use axum::Json;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use quick_cache::sync::Cache;
use serde::Serialize;
use std::sync::Arc;
use subscription_rules::Customer;

/// Answers that are kept, each about a kilobyte.
const MOST: usize = 20_000;

/// Room for most answers, in bytes, so that none moves while it is written.
const USUALLY: usize = 1_536;

/// What was answered for a customer, by the address of its `Arc`. A customer that has changed is
/// another `Arc`.
#[derive(Debug, Clone)]
pub(crate) struct Answers(Arc<Cache<usize, Answer>>);

/// What was written of a customer. Holds the customer, so that no other one gets its address while
/// this is kept.
#[derive(Debug, Clone)]
struct Answer {
    of: Arc<Customer>,
    written: Bytes,
}

impl Answers {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Cache::new(MOST)))
    }

    /// What is answered of a customer; kept if the store keeps the customer too.
    pub(crate) fn of<T: Serialize>(
        &self,
        customer: &Arc<Customer>,
        made: impl FnOnce(&Customer) -> T,
    ) -> Response {
        let place = Arc::as_ptr(customer).addr();
        if let Some(answer) = self.0.get(&place).filter(|known| Arc::ptr_eq(&known.of, customer)) {
            return json(answer.written);
        }
        let value = made(customer);
        let mut written = Vec::with_capacity(USUALLY);
        if serde_json::to_writer(&mut written, &value).is_err() {
            // Says what is said where anything cannot be written.
            return Json(value).into_response();
        }
        if Arc::strong_count(customer) == 1 {
            return json(written.into());
        }
        written.shrink_to_fit();
        let (of, written) = (Arc::clone(customer), Bytes::from(written));
        self.0.insert(place, Answer { of, written: written.clone() });
        json(written)
    }
}

fn json(written: Bytes) -> Response {
    ([(CONTENT_TYPE, "application/json")], written).into_response()
}
