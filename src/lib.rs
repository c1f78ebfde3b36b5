//! The screens of Subscription Desk, in the browser.

#![allow(clippy::needless_pass_by_value, reason = "a component is given its properties")]

mod app;
mod backend;
mod download;
mod elision;
mod event_words;
mod format;
mod history;
mod json;
mod later;
mod pages;
pub mod panel;
mod panic;
mod parts;
mod route;
mod sorted;
mod stage;
mod start;
mod texts;
mod view;
mod wait;
mod words;

pub use start::start;
