//! `make mutants`: every seeded fault against what must catch it.

use std::{
    process::{Command, Stdio},
    sync::Mutex,
    thread,
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use insights::mutant::Mutant as Server;

use crate::{
    mutants::Mutant as Page,
    report::{MutantRow, Results, commit, tell, today},
};

/// What is run against a fault.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hunter {
    /// So many seeds of the simulation.
    Seeds,
    /// The shared cases of the append protocol.
    Vectors,
    /// A case of the rig, with the real binary.
    Case(&'static str),
}

impl Hunter {
    fn args(self) -> Vec<&'static str> {
        match self {
            Hunter::Seeds => vec!["dst", "--seeds", "400"],
            Hunter::Vectors => vec!["vectors"],
            Hunter::Case(name) => vec!["run", "--tier", "smoke", "--case", name],
        }
    }

    fn words(self) -> String {
        match self {
            Hunter::Seeds => "400 seeds of the simulation".to_owned(),
            Hunter::Vectors => "the cases of `testdata/append`".to_owned(),
            Hunter::Case(name) => format!("{name}, smoke"),
        }
    }
}

const RULES: &str = "the server's append rules";
const BINARY: &str = "the real binary";
const DISK: &str = "the simulated store";
const PAGE: &str = "the model of the outbox";

/// Name, what is broken, where, and who must catch it.
const ALL: [(&str, &str, &str, Hunter); 13] = [
    (Server::AckBeforeCommit.name(), "an append is acknowledged before its commit", BINARY, Hunter::Case("T11")),
    (Server::NoFsync.name(), "`synchronous = off`: no commit waits for the disk", BINARY, Hunter::Case("T12")),
    (Server::TokenBeforeAppend.name(), "who may no longer talk may no longer save", BINARY, Hunter::Case("T8")),
    (Server::CloseAtHangUp.name(), "the control channel closes with the talk", BINARY, Hunter::Case("T18")),
    (Server::HoleForgotten.name(), "what a lost control channel missed is no flaw", BINARY, Hunter::Case("T11b")),
    (Server::GapAccepted.name(), "a gap is closed over", RULES, Hunter::Vectors),
    (Server::ConflictAccepted.name(), "other content at a known place is a repeat", RULES, Hunter::Vectors),
    (Server::NoFencing.name(), "a writer that was replaced goes on", RULES, Hunter::Seeds),
    (Server::FailedCommitAcked.name(), "a failed commit is told as a success", DISK, Hunter::Seeds),
    (Server::DedupByText.name(), "the same words are taken for a repeat", DISK, Hunter::Seeds),
    (Server::OrderByWallClock.name(), "the log is read in the order of the clock", DISK, Hunter::Seeds),
    (Page::EraseBeforeAck.name(), "the page erases what it sent before it is acknowledged", PAGE, Hunter::Seeds),
    (Page::GiveUpWithoutKey.name(), "the page takes 401 or no answer for the last word", PAGE, Hunter::Seeds),
];

/// Runs at once: rigs mostly wait.
const AT_ONCE: usize = 3;

/// Runs every fault; true if all are caught, and the same runs find nothing without one.
///
/// # Errors
/// When a run cannot be started, or the build has no seeded faults.
pub fn hunt(record: bool) -> Result<bool> {
    ensure!(cfg!(feature = "mutants"), "this build has no seeded faults: run `make mutants`");
    let began = Instant::now();
    for hunter in [Hunter::Seeds, Hunter::Vectors] {
        let (is_clean, lines) = run("", hunter)?;
        ensure!(is_clean, "without any fault {} find something: {lines}", hunter.words());
    }
    let (next, rows) = (Mutex::new(0), Mutex::new(vec![None; ALL.len()]));
    let worker = || -> Result<()> {
        loop {
            let at = {
                let mut next = next.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                *next += 1;
                *next - 1
            };
            let Some((name, what, place, hunter)) = ALL.get(at) else { return Ok(()) };
            let (is_clean, lines) = run(name, *hunter)?;
            let found = if is_clean { String::new() } else { lines };
            tell(&format!("{} {name:<22} {what}: {found}", if is_clean { "LIVES " } else { "caught" }));
            let row = MutantRow {
                name: (*name).to_owned(),
                what: (*what).to_owned(),
                place: (*place).to_owned(),
                run: hunter.words(),
                found,
            };
            rows.lock().unwrap_or_else(std::sync::PoisonError::into_inner)[at] = Some(row);
        }
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().try_for_each(|one| one.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a run panicked"))))
    })?;
    let rows: Vec<MutantRow> = rows.into_inner().unwrap_or_default().into_iter().flatten().collect();
    let caught = rows.iter().filter(|row| !row.found.is_empty()).count();
    tell(&format!("{caught} of {} caught in {} s", ALL.len(), began.elapsed().as_secs()));
    if record {
        let mut results = Results::read()?;
        results.mutants_at = format!("{}, {}, {} s", today(), commit(), began.elapsed().as_secs());
        results.mutants = rows;
        results.write()?;
    }
    Ok(caught == ALL.len())
}

/// One run with one fault: whether nothing was found, and what was.
fn run(fault: &str, hunter: Hunter) -> Result<(bool, String)> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(hunter.args()).env("INSIGHTS_MUTANT", fault).env("TORTURE_PATIENCE_S", "25").stdin(Stdio::null());
    let out = command.output().context("a run cannot be started")?;
    let text = String::from_utf8_lossy(&out.stderr).into_owned();
    // A rig that does not come up has caught nothing.
    ensure!(!text.contains("the rig:"), "{fault}: {text}");
    Ok((out.status.success(), found(&text)))
}

/// What a run's lines say is wrong, in short.
fn found(text: &str) -> String {
    let zeros = text.lines().filter(|line| line.trim_start().starts_with("lost_acked="));
    let bad = zeros.flat_map(|line| line.split_whitespace().filter(|part| !part.ends_with("=0")).map(str::to_owned));
    let marks = text.lines().filter(|line| line.contains("NOT MET")).filter_map(|line| line.split("  (must").next());
    let seeds = text.lines().filter(|line| line.starts_with("seed ")).count();
    let first = text.lines().find(|line| line.starts_with("seed ") || line.starts_with("odd answer"));
    let mut parts: Vec<String> = bad.chain(marks.map(|mark| mark.trim().to_owned())).collect();
    if seeds > 0 {
        parts.push(format!("{seeds} seeds with findings"));
    }
    if let Some(first) = first {
        let figures = first.split(['{', '}']).nth(1).unwrap_or(first);
        let wrong = figures.split(", ").filter(|part| !part.trim_end().ends_with(": 0")).collect::<Vec<_>>();
        parts.push(format!("first: {}", wrong.join(", ").trim()));
    }
    parts.join("; ").replace('|', "/")
}
