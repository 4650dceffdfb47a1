//! T16: the provider refuses 30 % of the calls. T17: its hour is over in the middle of the talk.

use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use super::{Came, Case, Given, judge, spread};
use crate::{
    report::Mark,
    rig::{Rig, Setup, fleet::Fleet, manner::Manner},
};

/// Refused calls.
pub const CASE: Case = Case {
    name: "T16",
    title: "the provider refuses 30 % of the calls: 5xx, 429, no answer",
    run: |given| Box::pin(run(given)),
};

/// A short hour.
pub const HOUR: Case = Case {
    name: "T17",
    title: "the provider's hour (4 s here) is over in the middle of the talk",
    run: |given| Box::pin(hour(given)),
};

fn refusals() -> [Value; 4] {
    let refuse = |status: u16, code: &str, kind: &str| json!({"kind": "refuse", "status": status, "code": code, "param": null, "error_type": kind, "retry_after_s": null});
    [
        refuse(500, "server_error", "server_error"),
        refuse(503, "server_error", "server_error"),
        refuse(429, "rate_limit_exceeded", "rate_limit_error"),
        json!({"kind": "close_connection"}),
    ]
}

async fn run(mut given: Given) -> Result<Came> {
    let count = given.tier.pick(15, 300);
    let mut rig = Rig::start(&Setup { questions: 1, ..Setup::default() }).await?;
    let mut fleet = Fleet::new(&rig, Manner::default(), "t16", given.rng.fork());
    let (all, mut refused) = (refusals(), 0);
    for _ in 0..count {
        while fleet.talking() >= 3 {
            fleet.one().await;
        }
        while given.rng.chance(300)
            && let Some(refusal) = given.rng.pick(&all)
        {
            refused += u64::from(rig.provider.fail_next(refusal.clone()).await);
        }
        anyhow::ensure!(fleet.admit().await, "nobody can be invited");
    }
    fleet.all().await;
    let verdict = judge(&mut rig, &fleet.done).await?;
    let within = fleet.done.iter().filter(|one| one.tries.first().is_some_and(|tries| *tries <= 3)).count();
    let share = 100.0 * within as f64 / count as f64;
    let burned = fleet.done.iter().filter(|one| one.calls.is_empty()).count();
    let marks = vec![
        Mark::told("calls that were refused", refused),
        Mark::must("begun within three tries", format!("{within} of {count}"), "≥ 99 %", share >= 99.0),
        Mark::must("invitations that were used up", burned, "0", burned == 0),
    ];
    Ok(Came::Judged(verdict, marks))
}

async fn hour(mut given: Given) -> Result<Came> {
    let setup = Setup { questions: 8, pace: 0.1, session_s: Some(4), ..Setup::default() };
    let mut rig = Rig::start(&setup).await?;
    let manner = Manner { limit: Duration::from_secs(600), ..Manner::default() };
    let mut fleet = Fleet::new(&rig, manner, "t17", given.rng.fork());
    super::crowd(&mut fleet, given.tier.pick(4, 50), 5).await?;
    let verdict = judge(&mut rig, &fleet.done).await?;
    let legs: usize = fleet.done.iter().map(|one| one.calls.len()).sum();
    let gaps: Vec<u64> = fleet.done.iter().flat_map(|one| one.gaps_ms.clone()).collect();
    let p95 = super::percentile(&gaps, 95);
    let marks = vec![
        Mark::told("calls", legs),
        Mark::must("hours that ended", gaps.len(), "more than 0", !gaps.is_empty()),
        Mark::must("until the next call, p50 / p95 / most", spread(&gaps), "p95 ≤ 4 s", p95 <= 4_000),
        Mark::must("lost_emitted", verdict.lost_emitted, "0", verdict.lost_emitted == 0),
    ];
    Ok(Came::Judged(verdict, marks))
}
