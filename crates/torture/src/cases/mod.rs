//! The cases: one file each, and what they share.

mod chromium;
mod dst;
mod skipped;
mod t1;
mod t10;
mod t11;
mod t12;
mod t14;
mod t15;
mod t16;
mod t18;
mod t3;
mod t8;
mod t9;

use std::{future::Future, pin::Pin, time::Instant};

use anyhow::Result;
use clap::ValueEnum;

use crate::{
    oracle::{self, Verdict},
    report::{CaseReport, Mark, commit, today},
    rig::{Rig, attended::Attended, fleet::Fleet},
    rng::Rng,
};

/// How much of everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Tier {
    /// About a twentieth: some minutes altogether, inside `make test`.
    Smoke,
    /// The marks of the plan: hours.
    Full,
}

impl Tier {
    /// One of two numbers.
    pub fn pick<T>(self, smoke: T, full: T) -> T {
        match self {
            Tier::Smoke => smoke,
            Tier::Full => full,
        }
    }
}

/// What a case is given.
pub struct Given {
    /// How much.
    pub tier: Tier,
    /// Its randomness.
    pub rng: Rng,
}

/// What a case came to: judged, or why it cannot be run here.
pub enum Came {
    /// The common zeros and marks of its own.
    Judged(Verdict, Vec<Mark>),
    /// Not on this machine, or not at this tier.
    Skipped(String),
}

type Running = Pin<Box<dyn Future<Output = Result<Came>>>>;

/// A case.
pub struct Case {
    /// T1 … T20, DST.
    pub name: &'static str,
    /// In a few words.
    pub title: &'static str,
    run: fn(Given) -> Running,
}

/// All of them: the simulation, then those that take longest.
pub const ALL: &[Case] = &[
    dst::SEEDS,
    dst::SWEEP,
    t18::CASE,
    t15::SLOW,
    t11::CASE,
    t11::TALKERS,
    t12::CASE,
    t14::CASE,
    t1::RELOADS,
    t15::FULL,
    t11::DEPLOY,
    t16::HOUR,
    t10::CASE,
    t3::CASE,
    t1::CRASHES,
    t16::CASE,
    t8::CASE,
    t9::CASE,
    chromium::SLEEP,
    chromium::ROUTE,
    chromium::OFFLINE,
    chromium::WEAK,
    skipped::UNHEARD,
    skipped::WORKER,
];

/// Runs one case; whatever goes wrong in the rig itself is a failure, too.
pub async fn run(case: &Case, tier: Tier, seed: u64) -> CaseReport {
    let began = Instant::now();
    let tier_name = tier.pick("smoke", "full");
    let base = CaseReport {
        case: case.name.to_owned(),
        title: case.title.to_owned(),
        tier: tier_name.to_owned(),
        seed,
        date: today(),
        commit: commit(),
        ..CaseReport::default()
    };
    // Each case has its own numbers, whichever run before it.
    let name: u64 = case.name.bytes().fold(0, |sum, byte| sum * 256 + u64::from(byte));
    let came = (case.run)(Given { tier, rng: Rng::new(seed ^ name) }).await;
    let seconds = began.elapsed().as_secs();
    match came {
        Ok(Came::Judged(verdict, marks)) => CaseReport { verdict, marks, seconds, ..base },
        Ok(Came::Skipped(why)) => CaseReport { skipped: Some(why), seconds, ..base },
        Err(error) => {
            let marks = vec![Mark::must("the rig", format!("{error:#}"), "whole", false)];
            CaseReport { marks, seconds, ..base }
        }
    }
}

/// Judges everybody by the common oracle.
pub(crate) async fn judge(rig: &mut Rig, attended: &[Attended]) -> Result<Verdict> {
    oracle::judge(attended, &rig.provider, &mut rig.recruiter).await
}

/// A recruiter whose server is too busy tries so often to invite somebody.
const TRIES: usize = 5;

/// Lets so many candidates be interviewed, a few at once.
pub(crate) async fn crowd(fleet: &mut Fleet, count: usize, at_once: usize) -> Result<()> {
    for _ in 0..count {
        while fleet.talking() >= at_once {
            fleet.one().await;
        }
        let mut tries = 1;
        while !fleet.admit().await {
            anyhow::ensure!(tries < TRIES, "nobody can be invited");
            tries += 1;
        }
    }
    fleet.all().await;
    Ok(())
}

/// The value that so many percent do not exceed; 0 of none.
pub(crate) fn percentile(values: &[u64], percent: usize) -> u64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let at = (sorted.len() * percent).div_ceil(100).max(1) - 1;
    sorted.get(at).copied().unwrap_or(0)
}

/// `p50 / p95 / most`, in milliseconds.
pub(crate) fn spread(values: &[u64]) -> String {
    let most = values.iter().max().copied().unwrap_or(0);
    format!("{} / {} / {most} ms", percentile(values, 50), percentile(values, 95))
}
