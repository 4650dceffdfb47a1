//! The session core against the behavior table and the recorded orders of the protocol. No models, no clock.

#![expect(clippy::unwrap_used, reason = "tests")]

mod any_order;
mod refusals;
mod responses;
mod sessions;
mod support;
mod thoughts;
mod turns;
