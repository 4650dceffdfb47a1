//! The recording of an interview: chunks of sound that the candidate's page uploads as it records, and that the server reads
//! from our own engine ([`listen`]), kept durably as they come ([`keep`]), joined without encoding anything anew into one file
//! per side on the session's clock ([`join`]), and judged.
//!
//! `webm`, `opus` and `timeline` are without IO; where bytes lie is an adapter's affair ([`blobs`]).

mod align;
pub mod began;
pub mod blobs;
pub mod clock;
pub mod join;
pub mod judge;
pub mod keep;
pub mod listen;
pub mod opus;
pub mod parts;
mod pending;
mod reading;
mod scratch;
pub mod timeline;
pub mod webm;
