//! T1 and T2: pages that die in the middle of an answer, and pages that are loaded again and again. The page here is the outbox's
//! machine without a browser; `web/e2e/outbox.test.mjs` lets a real Chromium's renderer crash.

use std::time::Duration;

use anyhow::Result;

use super::{Came, Case, Given, crowd, judge, percentile, spread};
use crate::{
    report::Mark,
    rig::{Rig, Setup, fleet::Fleet, manner::Manner},
};

/// Pages die at random instants.
pub const CRASHES: Case = Case {
    name: "T1",
    title: "the page dies at a random instant; its candidate opens the link again (page without a browser)",
    run: |given| Box::pin(run(given, 5, 200, Duration::from_secs(3))),
};

/// Many loads in one interview.
pub const RELOADS: Case = Case {
    name: "T2",
    title: "reload storm: about ten loads in each interview (page without a browser)",
    run: |given| Box::pin(run(given, 2, 50, Duration::from_millis(1_200))),
};

async fn run(mut given: Given, smoke: usize, full: usize, every: Duration) -> Result<Came> {
    let mut rig = Rig::start(&Setup { questions: 8, pace: 0.1, ..Setup::default() }).await?;
    let manner = Manner { page_dies_every: Some(every), limit: Duration::from_secs(600), ..Manner::default() };
    let mut fleet = Fleet::new(&rig, manner, "reload", given.rng.fork());
    crowd(&mut fleet, given.tier.pick(smoke, full), 5).await?;
    let verdict = judge(&mut rig, &fleet.done).await?;
    let resumes: Vec<u64> = fleet.done.iter().flat_map(|one| one.resumes_ms.clone()).collect();
    let loads: u64 = fleet.done.iter().map(|one| one.browser.with_record(|r| r.pages.len() as u64)).sum();
    let legs: u64 = fleet.done.iter().map(|one| one.calls.len() as u64).sum();
    let calls = rig.provider.calls() as u64;
    let marks = vec![
        Mark::told("deaths of a page", resumes.len()),
        Mark::must("resumed, p50 / p95 / most", spread(&resumes), "p95 ≤ 5 s", percentile(&resumes, 95) <= 5_000),
        Mark::must(
            "calls",
            format!("{calls} for {loads} page loads and {legs} legs"),
            "≤ 1 a leg",
            calls <= loads.max(legs),
        ),
        Mark::must("lost_emitted", verdict.lost_emitted, "0", verdict.lost_emitted == 0),
        Mark::told("sealed as complete", format!("{} of {}", verdict.complete, verdict.sessions)),
    ];
    Ok(Came::Judged(verdict, marks))
}
