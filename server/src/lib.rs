//! The service: the vendor's API over HTTP, on a database, with the same rules as the browser.
//!
//! A handler translates and nothing more: from a request to a use case, and from its outcome to an
//! answer (design.md §2).

mod answers;
mod audit;
mod call;
mod connections;
mod desk;
mod due;
mod events;
mod fault;
mod figures;
mod guests;
mod limit;
pub mod log;
mod openapi;
pub mod options;
mod partners;
mod routes;
mod screens;
mod serve;
pub mod sign_in;
mod site;
pub mod store;
mod world;

pub use audit::{Finding, verify as verify_audit};
pub use desk::Desk;
pub use figures::install as install_figures;
pub use partners::Partners;
pub use serve::{Site, Stop, serve};
pub use world::load as load_demo;
