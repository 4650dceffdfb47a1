//! The torture suite: whether anything that was acknowledged is ever lost, doubled, out of order or wrongly called complete.
//!
//! Two halves. [`dst`] runs both ends' cores on a simulated network, clock and disk, from a seed. [`rig`] runs the real binary,
//! kills it, fills its disk and takes its power, while candidates without a browser talk through its public door; each
//! file of [`cases`] is one case. [`oracle`] judges both by what was acknowledged and what was truly said.
#![warn(missing_docs)]

pub mod cases;
pub mod dst;
pub mod hunt;
pub mod mutants;
pub mod oracle;
pub mod outbox;
pub mod power;
pub mod report;
pub mod rig;
pub mod rng;
