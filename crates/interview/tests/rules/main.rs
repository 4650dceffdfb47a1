//! Plans, scripts, merge, exports and word error rate, by example.
#![expect(clippy::unwrap_used, reason = "tests")]

mod export;
mod guide;
mod plan;
mod script;
mod transcript;
mod wer;
