//! `insights rehearse`: simulated candidates talk with a running server through the same public door as a browser.
//!
//! A recruiter's part makes position, plan and invitations ([`recruiter`]); each candidate then redeems its link, consents,
//! connects over WebRTC and answers what it hears ([`candidate`], with its turn taking in [`mind`]). What is printed comes
//! from the candidate's own event stream and its own sound; nothing is read from inside the server.
#![expect(clippy::disallowed_methods, reason = "plays the other side: a client in real time")]

mod answers;
mod args;
mod candidate;
mod door;
mod feed;
mod mind;
mod print;
mod recruiter;
mod report;
mod sse;
mod witness;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};

pub use args::RehearseArgs;

use crate::config::Config;
use crate::secrets;
use answers::{Answer, Source};
use candidate::Brief;
use door::Door;
use mind::Manner;
use print::Printer;
use recruiter::{NAME, PlanFile, Recruiter};
use report::Report;

/// The operator's token, written by the server's first start.
const TOKEN_FILE: &str = "operator.token";

/// Rehearses and says by the exit code whether every interview ended complete.
pub async fn run(args: RehearseArgs, config: &Config) -> Result<ExitCode> {
    let printer = Printer { quiet: args.quiet };
    let base = args.url.clone().unwrap_or_else(|| config.public_url());
    let door = Door::new(door::client()?, &base);
    let sources = answers::sources(args.answers.as_deref())?;
    let needs_recruiter = args.invitation.is_empty() || sources.iter().any(|source| matches!(source, Source::Text(_)));
    let mut recruiter = match sign_in(&args, config, &door).await {
        Ok(recruiter) => Some(recruiter),
        Err(error) if needs_recruiter => return Err(error),
        Err(_) => None,
    };
    let answers = spoken(&args, sources, recruiter.as_mut(), printer).await?;
    let links = match &recruiter {
        Some(_) if args.invitation.is_empty() => invitations(&args, recruiter.as_mut(), printer).await?,
        _ => args.invitation.clone(),
    };
    let manner = Manner { think: Duration::from_millis(args.think_ms), barges_in: args.barge_in };
    let limit = Duration::from_secs(args.limit_s);
    let briefs = links.into_iter().zip(1..).map(|(link, number)| Brief {
        number,
        link,
        answers: Arc::clone(&answers),
        manner,
        limit,
        printer,
    });
    let reports = attend_all(briefs.collect(), &door, recruiter.as_mut()).await;
    report::summary(&reports).iter().for_each(|line| printer.summary(line));
    let all_complete = reports.iter().all(Report::is_complete);
    Ok(if all_complete { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn sign_in(args: &RehearseArgs, config: &Config, door: &Door) -> Result<Recruiter> {
    let token = match &args.token {
        Some(token) => token.clone(),
        None => operator_token(&config.server.data_dir)?,
    };
    Recruiter::sign_in(door.clone(), &token).await
}

fn operator_token(data_dir: &Path) -> Result<String> {
    let file = data_dir.join(TOKEN_FILE);
    let token = std::fs::read_to_string(&file).with_context(|| {
        format!(
            "no recruiter can sign in: {} cannot be read. Run this where the server runs and with its configuration, or give \
             --token, or --invitation with recorded answers",
            file.display()
        )
    })?;
    Ok(token.trim().to_owned())
}

/// Reads recordings and has texts synthesized.
async fn spoken(
    args: &RehearseArgs,
    sources: Vec<Source>,
    mut recruiter: Option<&mut Recruiter>,
    printer: Printer,
) -> Result<Arc<[Answer]>> {
    printer.progress(&format!("preparing {} answers", sources.len()));
    let mut answers = Vec::new();
    for source in sources {
        let (wav, text) = match source {
            Source::Wav(file, text) => (std::fs::read(&file).with_context(|| file.display().to_string())?, text),
            Source::Text(text) => {
                let recruiter = recruiter.as_mut().context("texts are synthesized by the server, for a recruiter")?;
                (recruiter.speech(&args.voice, &text).await?, Some(text))
            }
        };
        answers.push(Answer::from_wav(&wav, text)?);
    }
    Ok(answers.into())
}

/// Publishes the plan and invites every candidate.
async fn invitations(args: &RehearseArgs, recruiter: Option<&mut Recruiter>, printer: Printer) -> Result<Vec<String>> {
    let recruiter = recruiter.context("nobody is signed in to invite")?;
    let plan = PlanFile::read(args.plan.as_deref())?.named();
    let position = recruiter.publish(&plan).await?;
    let run = secrets::hex(&secrets::random::<4>());
    let mut links = Vec::new();
    for number in 1..=args.candidates {
        let (name, email) = (format!("{NAME} Rehearsal {number}"), format!("rehearsal-{run}-{number}@example.com"));
        links.push(recruiter.invite(&position, &name, &email).await?);
    }
    printer.progress("waiting for the interviewer's voice");
    let (done, total) = recruiter.rendered(&position).await?;
    printer.progress(&format!("{done} of {total} utterances are rendered; {} candidates go in", links.len()));
    Ok(links)
}

/// Lets all candidates talk at once.
async fn attend_all(briefs: Vec<Brief>, door: &Door, mut recruiter: Option<&mut Recruiter>) -> Vec<Report> {
    let talks: Vec<_> = briefs
        .into_iter()
        .map(|brief| {
            let door = door.clone();
            tokio::spawn(async move { candidate::attend(&brief, door).await })
        })
        .collect();
    let mut reports = Vec::new();
    for talk in talks {
        let result = talk.await.map_err(anyhow::Error::from).and_then(|outcome| outcome);
        let mut report = match result {
            Ok(outcome) => Report { outcome: Some(outcome), ..Report::default() },
            Err(error) => Report { error: Some(format!("{error:#}")), ..Report::default() },
        };
        let session = report.outcome.as_ref().and_then(|outcome| outcome.session.clone());
        if let (Some(recruiter), Some(session)) = (recruiter.as_deref_mut(), session) {
            report.completeness = recruiter.completeness(&session).await.ok();
        }
        reports.push(report);
    }
    reports
}
