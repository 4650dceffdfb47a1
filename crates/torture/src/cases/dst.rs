//! The simulation as a case (T19), and the sweep over every operation.

use std::time::Instant;

use anyhow::Result;

use super::{Came, Case, Given};
use crate::{
    dst::{self, Findings},
    oracle::Verdict,
    report::{Mark, tell},
};

/// Clock skew, duplicates, reordering, replay, crashes: from seeds.
pub const SEEDS: Case = Case {
    name: "T19",
    title: "simulated network, disk and clocks (± 24 h), both ends, from seeds",
    run: |given| Box::pin(async move { seeds(given) }),
};

/// The n-th operation fails, for every n.
pub const SWEEP: Case = Case {
    name: "SWEEP",
    title: "the n-th operation of disk or network fails, for every n, in three ways",
    run: |given| Box::pin(async move { sweep(given) }),
};

fn seeds(given: Given) -> Result<Came> {
    let count = given.tier.pick(500, 10_000);
    let (mut rng, began) = (given.rng, Instant::now());
    let (mut findings, mut verdict, mut first) = (Findings::default(), Verdict::default(), None);
    let (mut simulated_ms, mut deaths, mut rows) = (0, 0, 0);
    for _ in 0..count {
        let seed = rng.draw() >> 16;
        let outcome = dst::run(seed);
        verdict.acked += outcome.acked;
        verdict.sessions += 1;
        (simulated_ms, deaths, rows) =
            (simulated_ms + outcome.simulated_ms, deaths + outcome.deaths, rows + outcome.rows);
        if !outcome.findings.is_clean() {
            tell(&format!("  seed {seed}: {:?}", outcome.findings));
            first = first.or(Some(seed));
            findings.plus(&outcome.findings);
        }
    }
    take(&mut verdict, &findings);
    let s = began.elapsed().as_secs_f64();
    let marks = vec![
        Mark::must("seeds", count, "≥ 10,000 at full marks", true),
        Mark::must("first bad seed", first.map_or("none".to_owned(), |seed| seed.to_string()), "none", first.is_none()),
        Mark::must("merges that depend on the order", findings.merge, "0", findings.merge == 0),
        Mark::must("rows of a replaced writer", findings.split_brain, "0", findings.split_brain == 0),
        Mark::must("entries on a device that never arrived", findings.lost_kept, "0", findings.lost_kept == 0),
        Mark::told("rows", rows),
        Mark::told("deaths of the server", deaths),
        Mark::told("seeds a minute", format!("{:.0}", f64::from(count) * 60.0 / s)),
        Mark::told("times real time", format!("{:.0}", simulated_ms as f64 / 1000.0 / s)),
    ];
    Ok(Came::Judged(verdict, marks))
}

fn sweep(given: Given) -> Result<Came> {
    let (mut rng, mut verdict, mut findings, mut points) = (given.rng, Verdict::default(), Findings::default(), 0);
    for _ in 0..given.tier.pick(1, 20) {
        let sweep = dst::sweep(rng.draw() >> 16);
        points += sweep.points;
        verdict.sessions += sweep.points;
        verdict.acked += sweep.acked;
        findings.plus(&sweep.findings);
        if let Some((number, strike)) = sweep.first {
            tell(&format!("  seed {}: operation {number}, {strike:?}: {:?}", sweep.seed, sweep.findings));
        }
    }
    take(&mut verdict, &findings);
    let marks = vec![
        Mark::must("places at which something failed", points, "≥ 200", points >= 200),
        Mark::must("rows of a replaced writer", findings.split_brain, "0", findings.split_brain == 0),
        Mark::must("entries on a device that never arrived", findings.lost_kept, "0", findings.lost_kept == 0),
    ];
    Ok(Came::Judged(verdict, marks))
}

fn take(verdict: &mut Verdict, findings: &Findings) {
    verdict.lost_acked += findings.lost_acked;
    verdict.dup += findings.dup;
    verdict.order_violations += findings.order_violations;
    verdict.digest_mismatch += findings.digest_mismatch;
    verdict.stuck += findings.stuck;
}
