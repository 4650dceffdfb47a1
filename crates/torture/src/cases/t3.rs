//! T3: the page is closed for ever in the middle of an answer.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::{Came, Case, Given, crowd, judge, percentile, spread};
use crate::{
    report::Mark,
    rig::{
        Rig, Setup,
        attended::Attended,
        fleet::Fleet,
        manner::{Manner, number_in},
    },
};

/// The case.
pub const CASE: Case = Case {
    name: "T3",
    title: "the page is closed for ever in the middle of an answer; the recruiter ends the interview",
    run: |given| Box::pin(run(given)),
};

/// The recruiter reads what there is within this time.
const VISIBLE_MS: u64 = 180_000;

async fn run(mut given: Given) -> Result<Came> {
    let mut rig = Rig::start(&Setup { pace: 0.2, ..Setup::default() }).await?;
    let manner = Manner { leaves_after: Some(3), ..Manner::default() };
    let mut fleet = Fleet::new(&rig, manner, "t3", given.rng.fork());
    crowd(&mut fleet, given.tier.pick(6, 200), 6).await?;
    let mut visible = Vec::new();
    for one in &fleet.done {
        visible.extend(visible_after(&mut rig, one).await?);
        let session = one.session.as_deref().context("no session")?;
        rig.recruiter.end(session).await;
    }
    let (seen, all) = (visible.len(), fleet.done.len());
    let verdict = judge(&mut rig, &fleet.done).await?;
    let marks = vec![
        Mark::must("the last answer is there for the recruiter", format!("{seen} of {all}"), "all", seen == all),
        Mark::must("after, p50 / p95 / most", spread(&visible), "≤ 180 s", percentile(&visible, 100) <= VISIBLE_MS),
        Mark::must("lost_emitted", verdict.lost_emitted, "0", verdict.lost_emitted == 0),
    ];
    Ok(Came::Judged(verdict, marks))
}

/// How long it takes until the recruiter reads the last words that were said.
async fn visible_after(rig: &mut Rig, one: &Attended) -> Result<Option<u64>> {
    let session = one.session.as_deref().context("no session")?;
    let began = Instant::now();
    while began.elapsed() < Duration::from_millis(VISIBLE_MS) {
        let view = rig.recruiter.session(session).await?;
        let turns = view["turns"].as_array().into_iter().flatten();
        if turns.filter_map(|turn| number_in(turn["text"].as_str()?)).any(|number| number == 3) {
            return Ok(Some(began.elapsed().as_millis() as u64));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(None)
}
