//! T11: `kill -9` of the server under load. And T20, of which this product has one part: a new version under load.

use std::time::Duration;

use anyhow::Result;

use super::{Came, Case, Given, judge, spread};
use crate::{
    oracle::Verdict,
    report::Mark,
    rig::{
        Rig, Setup,
        attended::Attended,
        fleet::{Blow, Storm, StormPlan, storm},
        manner::Manner,
        patience,
    },
};

/// The case.
pub const CASE: Case = Case {
    name: "T11",
    title: "`kill -9` of the server every 0.2–5 s while candidates talk",
    run: |given| Box::pin(kills(given, false)),
};

/// The same, and who is not answered goes on talking: what is said while nobody listens must not be called complete.
pub const TALKERS: Case = Case {
    name: "T11b",
    title: "`kill -9`, up to 6 s without a server, and candidates who go on talking meanwhile",
    run: |given| Box::pin(kills(given, true)),
};

/// A restart in good order, again and again.
pub const DEPLOY: Case = Case {
    name: "T20",
    title: "deploy after deploy while candidates talk (the product has no webhooks and no uploads)",
    run: |given| Box::pin(deploys(given)),
};

async fn kills(mut given: Given, go_on: bool) -> Result<Came> {
    let mut rig = Rig::start(&Setup::default()).await?;
    let tier = given.tier;
    let plan = StormPlan {
        kills: tier.pick(20, if go_on { 300 } else { 1_000 }),
        acked: tier.pick(300, if go_on { 10_000 } else { 100_000 }),
        sessions: tier.pick(8, 50),
        every_ms: tier.pick((200, 2_500), (200, 5_000)),
        away_ms: if go_on { 6_000 } else { 0 },
        manner: if go_on { Manner { restless: Duration::from_millis(1_500), ..patient() } } else { patient() },
        blow: Blow::Kill,
    };
    let (attended, storm) = storm(&mut rig, &plan, &mut given.rng).await?;
    let verdict = judge(&mut rig, &attended).await?;
    Ok(Came::Judged(verdict, marks("kills", &plan, &verdict, &attended, &storm)))
}

async fn deploys(mut given: Given) -> Result<Came> {
    let mut rig = Rig::start(&Setup::default()).await?;
    let tier = given.tier;
    let plan = StormPlan {
        kills: tier.pick(5, 100),
        acked: tier.pick(100, 5_000),
        sessions: tier.pick(6, 30),
        every_ms: tier.pick((1_000, 2_500), (2_000, 20_000)),
        away_ms: 0,
        manner: patient(),
        blow: Blow::Deploy,
    };
    let (attended, storm) = storm(&mut rig, &plan, &mut given.rng).await?;
    let verdict = judge(&mut rig, &attended).await?;
    Ok(Came::Judged(verdict, marks("deploys", &plan, &verdict, &attended, &storm)))
}

/// Somebody who sits a storm out.
pub(super) fn patient() -> Manner {
    Manner { limit: 3 * patience(), ..Manner::default() }
}

/// The marks of every storm; `blows`: what its blows are called.
pub(super) fn marks(
    blows: &str,
    plan: &StormPlan,
    verdict: &Verdict,
    attended: &[Attended],
    storm: &Storm,
) -> Vec<Mark> {
    let share = 100.0 * verdict.lost_emitted as f64 / verdict.emitted.max(1) as f64;
    let lost = format!("{} of {} ({share:.2} %)", verdict.lost_emitted, verdict.emitted);
    let outages: Vec<u64> =
        attended.iter().flat_map(|one| one.browser.with_record(|record| record.outages_ms.clone())).collect();
    vec![
        Mark::must(blows, storm.kills, &format!("≥ {}", plan.kills), storm.kills >= plan.kills),
        Mark::must("acknowledged", verdict.acked, &format!("≥ {}", plan.acked), verdict.acked >= plan.acked),
        Mark::told("lost_emitted (told while no server was there)", lost),
        Mark::told("said and nowhere", format!("{} of {}", verdict.lost_said, verdict.said)),
        Mark::told("only in the page's copy", verdict.page_only),
        Mark::told("sealed as complete", format!("{} of {}", verdict.complete, verdict.sessions)),
        Mark::told("start, p50 / p95 / most", spread(&storm.starts_ms)),
        Mark::told("a page's outage, p50 / p95 / most", spread(&outages)),
        Mark::told("a minute", format!("{:.0}", storm.kills as f64 * 60.0 / storm.lasted.as_secs_f64())),
    ]
}
