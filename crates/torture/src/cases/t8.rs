//! T8, the bug that this product was rebuilt for: everything that lets a candidate in expires in the middle of the interview. The
//! right to save outlives the right to talk.

use anyhow::Result;

use super::{Came, Case, Given, crowd, judge};
use crate::{
    report::Mark,
    rig::{Rig, Setup, fleet::Fleet, manner::Manner},
};

/// The case.
pub const CASE: Case = Case {
    name: "T8",
    title: "cookie deleted and invitation revoked in the middle of the interview",
    run: |given| Box::pin(run(given)),
};

async fn run(mut given: Given) -> Result<Came> {
    let count = given.tier.pick(6, 100);
    let mut rig = Rig::start(&Setup::default()).await?;
    let manner = Manner { loses_everything_after: Some(2), ..Manner::default() };
    let mut fleet = Fleet::new(&rig, manner, "t8", given.rng.fork());
    crowd(&mut fleet, count, 5).await?;
    let verdict = judge(&mut rig, &fleet.done).await?;
    let saved = fleet.done.iter().filter(|one| one.is_saved).count() as u64;
    let whole = verdict.complete;
    let of = verdict.sessions;
    Ok(Came::Judged(
        verdict,
        vec![
            Mark::must("complete transcripts", format!("{whole} of {of}"), "all", whole == of),
            Mark::must("pages that could save everything", format!("{saved} of {of}"), "all", saved == of),
            Mark::must("lost_emitted", verdict.lost_emitted, "0", verdict.lost_emitted == 0),
        ],
    ))
}
