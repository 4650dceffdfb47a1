//! T15: the disk is full, and the disk is slow.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

use super::{Came, Case, Given, crowd, judge};
use crate::{
    power::Power,
    report::Mark,
    rig::{
        Rig, Setup,
        fleet::Fleet,
        manner::Manner,
        program::{Dir, ServerOptions},
    },
};

/// A full disk.
pub const FULL: Case = Case {
    name: "T15",
    title: "the disk (64 MiB) is full while candidates talk, and then has room again",
    run: |given| Box::pin(full(given)),
};

/// A slow disk.
pub const SLOW: Case =
    Case { name: "T15b", title: "each fsync takes 2 s while candidates talk", run: |given| Box::pin(slow(given)) };

/// A file system of 64 MiB; unmounted when dropped.
struct Small(PathBuf);

impl Small {
    fn mount(dir: &Dir) -> Result<Small> {
        let place = dir.path().join("small");
        fs::create_dir_all(&place)?;
        let mut mount = Command::new("mount");
        let done = mount.args(["-t", "tmpfs", "-o", "size=64m", "tmpfs"]).arg(&place).output()?;
        ensure!(done.status.success(), "mount: {}", String::from_utf8_lossy(&done.stderr).trim());
        Ok(Small(place))
    }

    /// Takes all the room there is.
    fn fill(&self) -> Result<()> {
        let mut file = fs::File::create(self.0.join("filler"))?;
        let block = vec![0; 64 * 1024];
        loop {
            match std::io::Write::write(&mut file, &block) {
                Ok(0) | Err(_) => return Ok(()),
                Ok(_) => {}
            }
        }
    }

    fn make_room(&self) -> Result<()> {
        fs::remove_file(self.0.join("filler")).context("the filler")
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        // Whoever still holds a file there loses it later.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

async fn full(mut given: Given) -> Result<Came> {
    let dir = Dir::new()?;
    let small = match Small::mount(&dir) {
        Ok(small) => small,
        Err(error) => return Ok(Came::Skipped(format!("{error:#}"))),
    };
    let server = ServerOptions { data: Some(data_in(&small.0)), ..ServerOptions::default() };
    let mut rig = Rig::start(&Setup { questions: 20, pace: 0.1, server, ..Setup::default() }).await?;
    let manner = Manner { limit: Duration::from_secs(600), ..Manner::default() };
    let mut fleet = Fleet::new(&rig, manner, "t15", given.rng.fork());
    // What a whole interview needs is not what a full disk costs.
    crowd(&mut fleet, 1, 1).await?;
    let idle = rig.server.rss_kib();
    for _ in 0..5 {
        ensure!(fleet.admit().await, "nobody can be invited");
    }
    let (mut recoveries, mut refused, mut rss) = (Vec::new(), 0, 0);
    for _ in 0..given.tier.pick(2, 30) {
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        small.fill()?;
        refused += pressed(&fleet, Duration::from_secs(5)).await;
        rss = rss.max(rig.server.rss_kib());
        small.make_room()?;
        let began = Instant::now();
        while probe(&mut rig).await != 200 && began.elapsed() < Duration::from_secs(60) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        recoveries.push(began.elapsed().as_millis() as u64);
        if fleet.talking() < 5 {
            fleet.collect();
            fleet.admit().await;
        }
    }
    fleet.all().await;
    let verdict = judge(&mut rig, &fleet.done).await?;
    let worst = super::percentile(&recoveries, 100);
    let marks = vec![
        Mark::must("appends that were refused while it was full", refused, "more than 0", refused > 0),
        Mark::must("until it saves again by itself", super::spread(&recoveries), "≤ 30 s", worst <= 30_000),
        Mark::must("memory after one interview and most", format!("{idle} and {rss} KiB"), "≤ 2 ×", rss <= 2 * idle),
    ];
    drop(rig);
    Ok(Came::Judged(verdict, marks))
}

fn data_in(small: &Path) -> PathBuf {
    small.join("data")
}

/// Waits so long; how many appends were answered with 503 meanwhile.
async fn pressed(fleet: &Fleet, during: Duration) -> u64 {
    let before = fleet.answers(503);
    tokio::time::sleep(during).await;
    fleet.answers(503) - before
}

/// Whether the server can write: the recruiter changes something.
async fn probe(rig: &mut Rig) -> u16 {
    let title = serde_json::json!({"title": "Probe"});
    let made = rig.recruiter.door().json(reqwest::Method::POST, "/v1/positions", &title).await;
    if made.status == 201 { 200 } else { made.status }
}

async fn slow(mut given: Given) -> Result<Came> {
    let dir = Dir::new()?;
    let power = match Power::new(&dir) {
        Ok(power) => power,
        Err(error) => return Ok(Came::Skipped(format!("{error:#}"))),
    };
    let server = ServerOptions { data: Some(power.data().to_owned()), env: power.env() };
    let mut rig = Rig::start(&Setup { questions: 1, server, ..Setup::default() }).await?;
    rig.server.stop().await?;
    rig.server.set_env("TORTURE_SYNC_MS", Some("2000"));
    rig.server.start().await?;
    let idle = rig.server.rss_kib();
    let manner = Manner { limit: Duration::from_secs(900), ..Manner::default() };
    let mut fleet = Fleet::new(&rig, manner, "t15b", given.rng.fork());
    crowd(&mut fleet, given.tier.pick(2, 30), 30).await?;
    let rss = rig.server.rss_kib();
    let verdict = judge(&mut rig, &fleet.done).await?;
    let marks = vec![
        Mark::must("memory, idle and at the end", format!("{idle} and {rss} KiB"), "≤ 2 ×", rss <= 2 * idle),
        Mark::told("sealed as complete", format!("{} of {}", verdict.complete, verdict.sessions)),
        Mark::must("lost_emitted", verdict.lost_emitted, "0", verdict.lost_emitted == 0),
    ];
    Ok(Came::Judged(verdict, marks))
}
