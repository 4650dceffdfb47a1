//! T14: PostgreSQL crashes and comes back, and the wire to it breaks after a COMMIT, so that nobody knows whether it was made.

use std::{sync::atomic::Ordering, time::Duration};

use anyhow::{Result, ensure};

use super::{Came, Case, Given, judge, t11::patient};
use crate::{
    report::Mark,
    rig::{
        Rig, Setup,
        fleet::Fleet,
        postgres::{Cluster, Wire},
        program::{Dir, ServerOptions},
    },
};

/// The case.
pub const CASE: Case = Case {
    name: "T14",
    title: "PostgreSQL: immediate restart, and sockets that break after COMMIT",
    run: |given| Box::pin(run(given)),
};

/// Of a thousand COMMITs so many are not answered.
const CUT_PER_MILLE: u32 = 30;

async fn run(mut given: Given) -> Result<Came> {
    let dir = Dir::new()?;
    let cluster = match Cluster::start(&dir) {
        Ok(cluster) => cluster,
        Err(error) => return Ok(Came::Skipped(format!("{error:#}"))),
    };
    let wire = Wire::lay(cluster.port).await?;
    let url = |user: &str, port: u16| format!("postgres://{user}@127.0.0.1:{port}/insights?sslmode=disable");
    let env = vec![
        ("INSIGHTS__DATABASE__URL".to_owned(), url("app", wire.port)),
        ("INSIGHTS__DATABASE__OWNER_URL".to_owned(), url("insights_owner", cluster.port)),
    ];
    let server = ServerOptions { env, ..ServerOptions::default() };
    let mut rig = Rig::start(&Setup { server, ..Setup::default() }).await?;
    let (restarts, at_once) = (given.tier.pick(4, 300), given.tier.pick(5, 20));
    let mut fleet = Fleet::new(&rig, patient(), "t14", given.rng.fork());
    for _ in 0..at_once {
        ensure!(fleet.admit().await, "nobody can be invited");
    }
    wire.per_mille.store(CUT_PER_MILLE, Ordering::Relaxed);
    for _ in 0..restarts {
        tokio::time::sleep(Duration::from_millis(given.rng.range(800, 3_000) as u64)).await;
        tokio::task::block_in_place(|| cluster.crash())?;
        fleet.collect();
        while fleet.talking() < at_once && fleet.admit().await {}
    }
    wire.per_mille.store(0, Ordering::Relaxed);
    fleet.all().await;
    let verdict = judge(&mut rig, &fleet.done).await?;
    let cuts = wire.cuts.load(Ordering::Relaxed);
    let (good, busy) = (fleet.answers(200), fleet.answers(503));
    let share = 100.0 * busy as f64 / (good + busy).max(1) as f64;
    let marks = vec![
        Mark::told("immediate restarts", restarts),
        Mark::must("sockets cut after COMMIT", cuts, "more than 0", cuts > 0),
        Mark::told("appends answered 503", format!("{busy} of {} ({share:.1} %)", good + busy)),
        Mark::must("lost_emitted", verdict.lost_emitted, "0", verdict.lost_emitted == 0),
        Mark::told("sealed as complete", format!("{} of {}", verdict.complete, verdict.sessions)),
    ];
    drop(rig);
    Ok(Came::Judged(verdict, marks))
}
