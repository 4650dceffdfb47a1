//! Interviews played through the public API: the candidate says this, the interviewer says that.
#![expect(clippy::unwrap_used, reason = "tests")]

mod driver;
mod ends;
mod false_ends;
mod flow;
mod guided;
mod guided_faults;
mod legs;
mod loss;
mod requests;
mod time;
mod verbatim;
mod view;
