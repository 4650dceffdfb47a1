//! `insights verify`: checks an evidence file, without database or network. `insights key`: the public key of the seals.

use super::say;
use crate::{
    config::Config,
    evidence::{
        finding::Finding,
        key::{PublicKey, SealKey},
        statement::Outcome,
        verify::{Report, verify},
    },
    recording::judge::RecordingState,
    secrets::hex,
};
use anyhow::Context;
use clap::Args;
use sha2::{Digest, Sha256};
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
    /// A file of sound that must be the recording, as the recruiter downloaded it; may be given several times.
    #[arg(long, value_name = "FILE")]
    recording: Vec<PathBuf>,
}

/// Checks a file and says what it found.
pub fn check(args: &VerifyArgs) -> anyhow::Result<ExitCode> {
    let key = args.key.as_deref().map(PublicKey::parse).transpose().context("--key")?;
    let file = std::fs::read(&args.file).with_context(|| format!("the file {}", args.file.display()))?;
    let mut report = verify(&file, key.as_ref());
    for sound in &args.recording {
        let bytes = std::fs::read(sound).with_context(|| format!("the file {}", sound.display()))?;
        let parts = report.recording.iter().flat_map(|recorded| &recorded.parts);
        if !parts.into_iter().any(|part| part.sha256 == hex(&Sha256::digest(&bytes))) {
            report.findings.push(Finding::Sound { name: sound.display().to_string() });
        }
    }
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
    tell_recording(report);
    for note in &report.notes {
        say(&format!("note     {note}"));
    }
}

fn tell_recording(report: &Report) {
    let Some(recorded) = &report.recording else { return };
    let (segments, chunks) = (recorded.segments.len(), recorded.chunks);
    let state = match recorded.state {
        RecordingState::Whole => "holds everything that the candidate said aloud",
        RecordingState::Partial => "does not hold everything that the candidate said aloud",
        RecordingState::Missing => "is missing",
        RecordingState::Nothing => "is empty: nothing was said aloud",
    };
    say(&format!("sound    the recording {state} ({segments} segments, {chunks} chunks)"));
    for part in &recorded.parts {
        let (side, ms, bytes) = (part.side.text(), part.duration_ms, part.bytes);
        say(&format!("  - {side}: {ms} ms, {bytes} bytes, SHA-256 {}", part.sha256));
    }
    for reason in &recorded.reasons {
        say(&format!("  - {}", reason.words));
    }
    let Some(recovered) = &report.recovered else { return };
    say(&format!("healed   {}", recovered.words()));
    for reason in &recovered.reasons {
        say(&format!("  - {}", reason.words));
    }
}

/// Prints the public key of this installation's seals.
pub fn print_key(config: &Config) -> anyhow::Result<ExitCode> {
    super::data_dir(config)?;
    say(&SealKey::open(config)?.public().to_string());
    Ok(ExitCode::SUCCESS)
}
