//! Deterministic simulation: pages with their outboxes, a network, a server with the real append rules, a disk and clocks, all
//! from one seed. The same seed gives the same run, byte for byte.

mod browser;
mod check;
mod cluster;
mod faults;
mod merge;
mod pages;
mod server;
mod sweep;
mod vectors;
mod world;

use crate::rng::Rng;

pub use check::Findings;
pub use faults::{Faults, Io, Strike};
pub use sweep::{Sweep, sweep};
pub use vectors::vectors;

/// What one run came to.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Its seed.
    pub seed: u64,
    /// What is wrong; empty: nothing.
    pub findings: Findings,
    /// Entries that a page was told are saved.
    pub acked: u64,
    /// Rows in the log at the end.
    pub rows: u64,
    /// Times the server died.
    pub deaths: u64,
    /// Disk and network operations.
    pub operations: u64,
    /// Simulated milliseconds.
    pub simulated_ms: i64,
    /// A fingerprint of everything that happened, in order.
    pub trace: u64,
}

/// Runs one seed with random faults.
pub fn run(seed: u64) -> Outcome {
    let mut rng = Rng::new(seed);
    let faults = Faults::random(&mut rng);
    let merge = merge::check(&mut rng.fork());
    let mut outcome = world::World::new(seed, rng, faults).run();
    outcome.findings.merge += merge;
    outcome
}
