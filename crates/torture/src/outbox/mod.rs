//! The page's outbox (`web/src/interview/outbox/core.ts`) in Rust, for simulation and for candidates without a browser.
//!
//! It is a model: the page runs TypeScript. What holds the two together is `testdata/append`, which both play
//! (`tests/vectors.rs` here, `vectors.test.ts` there); decision 6 says why. Milliseconds are of a clock that does not jump.

mod answer;
mod batch;
mod core;
mod device;
mod instance;
mod types;

pub use self::core::Outbox;
pub use answer::outcome;
pub use device::Device;
pub use instance::PATIENCE_MS;
pub use types::{Address, Effect, Entry, Event, Id, Keeping, Outcome, Post, Stored};
