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

/// What was answered when a customer was asked for. An answer belongs to the very customer that it
/// was made of: the store has another one once it has changed.
#[derive(Debug, Clone)]
pub(crate) struct Answers(Arc<Cache<usize, Answer>>);

/// What was written of a customer, which it keeps in its place: no other one can come to lie there.
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
        match serde_json::to_vec(&value) {
            Ok(written) => {
                let written = Bytes::from(written);
                if Arc::strong_count(customer) > 1 {
                    let of = Arc::clone(customer);
                    self.0.insert(place, Answer { of, written: written.clone() });
                }
                json(written)
            }
            // Says what is said where anything cannot be written.
            Err(_) => Json(value).into_response(),
        }
    }
}

fn json(written: Bytes) -> Response {
    ([(CONTENT_TYPE, "application/json")], written).into_response()
}
