//! The service: the vendor's API over HTTP, on a database, with the same rules as the browser.
//!
//! A handler translates and nothing more: from a request to a use case, and from its outcome to an
//! answer (design.md §2).

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        reason = "a test that cannot go on has failed"
    )
)]

pub mod sqlite;
