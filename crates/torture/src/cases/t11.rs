//! T11: `kill -9` of the server under load.

use anyhow::Result;

use super::{Came, Case, Given, judge, percentile, spread};
use crate::{
    report::Mark,
    rig::{
        Rig, Setup,
        candidate::{Attended, Manner},
        fleet::{StormPlan, storm},
    },
};

/// The case.
pub const CASE: Case = Case {
    name: "T11",
    title: "`kill -9` of the server every 0.2–5 s while candidates talk",
    run: |given| Box::pin(run(given)),
};

async fn run(mut given: Given) -> Result<Came> {
    let mut rig = Rig::start(&Setup::default()).await?;
    let tier = given.tier;
    let plan = StormPlan {
        kills: tier.pick(20, 1_000),
        acked: tier.pick(300, 100_000),
        sessions: tier.pick(8, 50),
        every_ms: tier.pick((200, 2_500), (200, 5_000)),
        manner: Manner { limit: std::time::Duration::from_secs(900), ..Manner::default() },
    };
    let (attended, storm) = storm(&mut rig, &plan, &mut given.rng).await?;
    let verdict = judge(&mut rig, &attended).await?;
    let outages = outages(&attended);
    let share = 100.0 * verdict.lost_emitted as f64 / verdict.emitted.max(1) as f64;
    let marks = vec![
        Mark::must("kills", storm.kills, &format!("≥ {}", plan.kills), storm.kills >= plan.kills),
        Mark::must("acknowledged", verdict.acked, &format!("≥ {}", plan.acked), verdict.acked >= plan.acked),
        Mark::told(
            "lost_emitted (told while no server was there)",
            format!("{} of {} ({share:.2} %)", verdict.lost_emitted, verdict.emitted),
        ),
        Mark::told("only in the page's copy", verdict.page_only),
        Mark::told("sealed as complete", format!("{} of {}", verdict.complete, verdict.sessions)),
        Mark::told("start after a kill, p50 / p95 / most", spread(&storm.starts_ms)),
        Mark::told("a page's outage, p50 / p95 / most", spread(&outages)),
        Mark::told("kills a minute", format!("{:.0}", storm.kills as f64 * 60.0 / storm.lasted.as_secs_f64())),
    ];
    // A page's outage reaches over several kills here; the mark is for one, so it is judged where kills are rare.
    let _ = percentile(&outages, 95);
    Ok(Came::Judged(verdict, marks))
}

/// From the first try that brought nothing to the next acknowledgement, of all pages.
pub(super) fn outages(attended: &[Attended]) -> Vec<u64> {
    attended.iter().flat_map(|one| one.browser.with_record(|record| record.outages_ms.clone())).collect()
}
