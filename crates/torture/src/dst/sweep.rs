//! The sweep (SQLite's method): one run after the other, in which the first, the second, the third … operation of disk or network
//! fails, until a run passes that has no such operation any more.

use super::{
    Outcome,
    check::Findings,
    faults::{Faults, Strike},
    world::World,
};
use crate::rng::Rng;

/// What a sweep came to.
#[derive(Clone, Debug, Default)]
pub struct Sweep {
    /// Places at which something was made to fail.
    pub points: u64,
    /// The run's seed.
    pub seed: u64,
    /// Entries that a page was told are saved, in all runs.
    pub acked: u64,
    /// What was wrong in any of the runs.
    pub findings: Findings,
    /// The first run in which something was wrong: its operation and how that failed.
    pub first: Option<(u64, Strike)>,
}

/// Fails every operation of one seed's run in each way.
pub fn sweep(seed: u64) -> Sweep {
    let mut sweep = Sweep { seed, ..Sweep::default() };
    for strike in [Strike::Error, Strike::Kill, Strike::Power] {
        for number in 1.. {
            let outcome = struck(seed, number, strike);
            if outcome.operations < number {
                break;
            }
            sweep.points += 1;
            sweep.acked += outcome.acked;
            if !outcome.findings.is_clean() {
                sweep.first = sweep.first.or(Some((number, strike)));
                sweep.findings.plus(&outcome.findings);
            }
        }
    }
    sweep
}

fn struck(seed: u64, number: u64, strike: Strike) -> Outcome {
    World::new(seed, Rng::new(seed), Faults::only(Some((number, strike)))).run()
}
