//! The simulated provider: the order of events, what it answers to each client event, its faults and its ledger.

#![expect(clippy::unwrap_used, reason = "tests")]

mod answers;
mod faults;
mod load;
mod models;
mod order;
mod recordings;
mod support;
mod tools;
mod webrtc;
