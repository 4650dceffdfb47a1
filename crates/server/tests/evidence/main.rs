//! The evidence file: what was altered is named, and no edit is ever accepted silently.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod edits;
mod fields;
mod judged;
mod sample;
