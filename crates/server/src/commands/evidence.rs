//! `insights verify`: checks an evidence file, without database or network. `insights key`: the public key of the seals.

use super::say;
use crate::{
    config::Config,
    evidence::{
        key::{PublicKey, SealKey},
        statement::Outcome,
        verify::{Report, verify},
    },
};
use anyhow::Context;
use clap::Args;
use std::{path::PathBuf, process::ExitCode};

/// Findings that are printed one by one.
const MOST_SHOWN: usize = 20;

/// What the command line sets.
#[derive(Args, Debug)]
pub struct VerifyArgs {
    /// The file, as the recruiter downloaded it.
    #[arg(value_name = "BUNDLE")]
    file: PathBuf,
    /// The public key that must have sealed it (`insights key` prints it on the server).
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
}

/// Checks a file and says what it found.
pub fn check(args: &VerifyArgs) -> anyhow::Result<ExitCode> {
    let key = args.key.as_deref().map(PublicKey::parse).transpose().context("--key")?;
    let file = std::fs::read(&args.file).with_context(|| format!("the file {}", args.file.display()))?;
    let report = verify(&file, key.as_ref());
    if report.findings.is_empty() {
        tell_good(&report, key.is_some());
        return Ok(ExitCode::SUCCESS);
    }
    say(&format!("ALTERED  {} is not what was sealed:", args.file.display()));
    for finding in report.findings.iter().take(MOST_SHOWN) {
        say(&format!("  - {finding}"));
    }
    if report.findings.len() > MOST_SHOWN {
        say(&format!("  and {} more", report.findings.len() - MOST_SHOWN));
    }
    Ok(ExitCode::FAILURE)
}

fn tell_good(report: &Report, is_key_known: bool) {
    let (session, rows, turns, revisions) = (&report.session, report.rows, report.turns, report.revisions);
    say(&format!("ok       {session}: {rows} rows, {turns} turns, revision {revisions}, nothing was altered"));
    say(&format!("root     {}", report.root));
    let note = if is_key_known { "as asked for" } else { "compare it with the server's, or pass it as --key" };
    say(&format!("key      {} ({note})", report.key));
    match report.outcome {
        Some(Outcome::Complete) => say("says     the transcript is complete"),
        _ => say("says     the transcript is not provably complete:"),
    }
    for reason in &report.reasons {
        say(&format!("  - {}", reason.words));
    }
    for note in &report.notes {
        say(&format!("note     {note}"));
    }
}

/// Prints the public key of this installation's seals.
pub fn print_key(config: &Config) -> anyhow::Result<ExitCode> {
    super::data_dir(config)?;
    say(&SealKey::open(config)?.public().to_string());
    Ok(ExitCode::SUCCESS)
}
