//! The HTTP API through its router: what it gives, what it refuses, who may call.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod candidates;
mod isolation;
mod members;
mod openapi;
mod positions;
#[expect(dead_code, reason = "other suites use more of it")]
#[path = "../support/mod.rs"]
mod support;
mod web;
