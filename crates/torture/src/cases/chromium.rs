//! The cases that need a real Chromium: programs of `bench/chromium`, which hold the talks and count. In small they are the
//! browser tests of `make test`.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use tokio::process::Command;

use super::{Came, Case, Given, Tier};
use crate::{oracle::Verdict, report::Mark, rig::program::binary};

/// A laptop that sleeps.
pub const SLEEP: Case = Case {
    name: "T4",
    title: "a laptop sleeps until its call is lost, in Chromium",
    run: |given| Box::pin(run(given, "sleep.mjs", "web/e2e/sleep.test.mjs")),
};

/// Another network.
pub const ROUTE: Case = Case {
    name: "T5",
    title: "another address by another way, in Chromium between network namespaces",
    run: |given| Box::pin(run(given, "route.mjs", "web/e2e/route.test.mjs")),
};

/// No network for a while.
pub const OFFLINE: Case = Case {
    name: "T6",
    title: "five minutes without the server while the talk goes on, in Chromium",
    run: |given| Box::pin(run(given, "offline.mjs", "web/e2e/outbox.test.mjs, some seconds")),
};

/// A bad network.
pub const WEAK: Case = Case {
    name: "T7",
    title: "10 % loss each way, 300 ms there and back, 64 kbit/s up, in Chromium",
    run: |given| Box::pin(run(given, "weak.mjs", "web/e2e/weak.test.mjs")),
};

/// What such a program prints last.
#[derive(Deserialize)]
#[serde(untagged)]
enum Told {
    Skipped { skipped: String },
    Judged { verdict: Verdict, marks: Vec<Mark> },
}

async fn run(given: Given, program: &'static str, in_small: &'static str) -> Result<Came> {
    if given.tier == Tier::Smoke {
        return Ok(Came::Skipped(format!("in small it is a browser test: {in_small}")));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bench/chromium").join(program);
    let out = Command::new("node")
        .arg(path)
        .env("INSIGHTS_BIN", binary()?)
        .env("INSIGHTS__LOG__LEVEL", "error")
        .kill_on_drop(true)
        .output()
        .await
        .context("node")?;
    // `output` keeps both for itself.
    ensure!(out.status.success(), "{program} ended with {}: {}", out.status, String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout)?;
    let last = text.lines().last().context("it told nothing")?;
    match serde_json::from_str(last).with_context(|| format!("{program} told {last}"))? {
        Told::Skipped { skipped } => Ok(Came::Skipped(skipped)),
        Told::Judged { verdict, marks } => Ok(Came::Judged(verdict, marks)),
    }
}
