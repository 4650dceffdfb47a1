//! T18: words that come late, a control channel that is refused, that is cut, and both at once.

use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use super::{Came, Case, Given, judge};
use crate::{
    oracle::Verdict,
    report::Mark,
    rig::{Rig, Setup, fleet::Fleet, manner::Manner, provider::fault},
};

/// The case.
pub const CASE: Case = Case {
    name: "T18",
    title: "late words after the end; control channel refused, cut, and both",
    run: |given| Box::pin(run(given)),
};

async fn run(mut given: Given) -> Result<Came> {
    let count = given.tier.pick(5, 100);
    let mut rig = Rig::start(&Setup { questions: 4, ..Setup::default() }).await?;
    let (mut sum, mut marks) = (Verdict::default(), Vec::new());
    for trouble in [Trouble::LateWords, Trouble::NoChannel, Trouble::Cut, Trouble::Both] {
        let verdict = suffer(&mut rig, trouble, count, &mut given).await?;
        let lost = format!("{} of {}", verdict.lost_emitted, verdict.emitted);
        // What is told while the channel is cut is told to nobody: only the newest item can be asked for.
        let (mark, is_met) = match trouble {
            Trouble::LateWords | Trouble::NoChannel | Trouble::Cut => ("0", verdict.lost_emitted == 0),
            Trouble::Both => ("", true),
        };
        marks.push(Mark::must(&format!("lost_emitted, {}", trouble.words()), lost, mark, is_met));
        if trouble == Trouble::LateWords {
            let lost = format!("{} of {}", verdict.lost_said, verdict.said);
            marks.push(Mark::must("said and nowhere, late words", lost, "0", verdict.lost_said == 0));
        }
        marks.push(Mark::told(
            &format!("complete, {}", trouble.words()),
            format!("{} of {}", verdict.complete, verdict.sessions),
        ));
        sum.plus(&verdict);
    }
    Ok(Came::Judged(sum, marks))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Trouble {
    LateWords,
    NoChannel,
    Cut,
    Both,
}

impl Trouble {
    fn words(self) -> &'static str {
        match self {
            Trouble::LateWords => "late words",
            Trouble::NoChannel => "channel refused",
            Trouble::Cut => "channel cut",
            Trouble::Both => "channel cut and page dead",
        }
    }

    fn manner(self) -> Manner {
        let late = |ms: u64| json!({"late_ms": ms});
        let usual = Manner { limit: Duration::from_secs(240), ..Manner::default() };
        match self {
            Trouble::LateWords => Manner { transcript: late(6_000), ends_after: Some(2), ..usual },
            Trouble::NoChannel | Trouble::Cut => usual,
            Trouble::Both => Manner { page_dies_every: Some(Duration::from_secs(2)), ..usual },
        }
    }
}

async fn suffer(rig: &mut Rig, trouble: Trouble, count: usize, given: &mut Given) -> Result<Verdict> {
    let mut fleet = Fleet::new(rig, trouble.manner(), &format!("t18-{}", trouble as u8), given.rng.fork());
    for _ in 0..count {
        while fleet.talking() >= 5 {
            fleet.one().await;
        }
        if trouble == Trouble::NoChannel {
            rig.provider.fail_next(fault("sideband_missing")).await;
        }
        fleet.admit().await;
    }
    while fleet.talking() > 0 {
        if matches!(trouble, Trouble::Cut | Trouble::Both) {
            cut_one(rig, given).await;
        }
        tokio::time::sleep(Duration::from_millis(400)).await;
        fleet.collect();
    }
    judge(rig, &fleet.done).await
}

/// Cuts the control channel of a call that is up.
async fn cut_one(rig: &Rig, given: &mut Given) {
    let live = rig.provider.live_calls();
    if let Some(call) = given.rng.pick(&live) {
        let code: Value = json!({"code": 1006});
        rig.provider.command(&format!("calls/{call}/cut"), &code).await;
    }
}
