//! How complete a session's transcript is, who witnessed it, what interrupted it, and what sealed it: for the recruiter.

use super::extract::Path;
use crate::caller::{Caller, Recruiter};
use crate::clock::{Timestamp, api_ms};
use crate::error::{Error, Result};
use crate::evidence::{
    reason::Reason,
    recovered::Recovered,
    statement::Outcome,
    witness::{self, Witnessed},
};
use crate::ids::SessionId;
use crate::sessions::{
    faults::{self, Fault},
    sealing::{self, Snapshot},
};
use crate::store::SealRow;
use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// Where a session is on its way to its seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SealState {
    /// It has not ended.
    Live,
    /// It is over; the candidate's page may still tell its part.
    Draining,
    /// Sealed: every word is there.
    Complete,
    /// Sealed: words are missing or unproven.
    Incomplete,
    /// Sealed again, because something came later.
    Amended,
}

/// Whether the candidate's page has told everything that it saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PageState {
    /// It said that nothing comes after its last entry.
    Complete,
    /// It has not said so yet.
    Awaiting,
    /// It is waited for no longer.
    WrittenOff,
}

/// Words that the candidate's page heard differently. The server's are the transcript.
#[derive(Serialize, ToSchema)]
pub struct DivergentTurn {
    /// The turn's item.
    item: String,
    server: String,
    page: String,
}

/// The candidate's page as second witness.
#[derive(Serialize, ToSchema)]
pub struct PageWitness {
    state: PageState,
    /// The same in words.
    words: &'static str,
    /// Turns with the same words from both.
    confirmed: i64,
    /// Turns with other words.
    divergent: Vec<DivergentTurn>,
    /// Turns that only the server witnessed.
    server_only: i64,
    /// Items that only the page witnessed; they are in the log and not in the transcript.
    page_only: Vec<String>,
}

/// One writer of the log.
#[derive(Serialize, ToSchema)]
pub struct SourceView {
    /// `C`: the candidate's page; `S`: the server's own channel to the voice provider, which is the record; `R`: what was
    /// found in the recording afterwards.
    source: String,
    instance: String,
    /// Its rows.
    rows: i64,
}

/// One revision of the seal.
#[derive(Serialize, ToSchema)]
pub struct RevisionView {
    revision: i64,
    sealed_at: i64,
    outcome: Outcome,
    root: String,
    /// Ed25519, base64.
    signature: String,
    /// The public key that checks it.
    key: String,
}

/// Speech that nobody heard live, found in the candidate's recording after the interview.
#[derive(Serialize, ToSchema)]
pub struct RecoveredView {
    /// Stretches of speech.
    spans: i64,
    /// How long somebody speaks in them, in milliseconds.
    voiced_ms: i64,
    /// Stretches whose words were recovered.
    recovered_spans: i64,
    /// How long somebody speaks in those.
    recovered_ms: i64,
    /// Why others could not be recognized.
    reasons: Vec<Reason>,
}

impl From<Recovered> for RecoveredView {
    fn from(sum: Recovered) -> Self {
        let Recovered { spans, voiced_ms, recovered_spans, recovered_ms, reasons } = sum;
        RecoveredView { spans, voiced_ms, recovered_spans, recovered_ms, reasons }
    }
}

/// The report.
#[derive(Serialize, ToSchema)]
pub struct Completeness {
    state: SealState,
    /// Why the transcript is not complete.
    reasons: Vec<Reason>,
    /// The newest root; none before the first seal.
    root: Option<String>,
    /// In order; the last one holds.
    revisions: Vec<RevisionView>,
    sources: Vec<SourceView>,
    page: PageWitness,
    /// What was not heard live and was looked for in the recording; none: there was nothing.
    recovered: Option<RecoveredView>,
    /// What interrupted the talk, and by whose fault.
    interruptions: Vec<Fault>,
}

/// Reports how complete a session's transcript is, and how that is proven.
#[utoipa::path(get, path = "/v1/sessions/{id}/completeness", tag = "sessions", params(("id" = SessionId, Path)), responses((status = 200, body = Completeness)), security(("recruiter" = [])))]
pub async fn get_completeness(cx: Caller<Recruiter>, Path(id): Path<SessionId>) -> Result<Json<Completeness>> {
    let (is_over, seen, written_off, legs) = cx
        .store
        .read(async |db| {
            let is_over = db.session(&id).await?.state == "finished";
            let seen = sealing::snapshot(db, &id).await?;
            Ok((is_over, seen, db.page_written_off(&id).await?, db.legs(&id).await?))
        })
        .await?;
    let revisions = seen.seals.iter().map(revision).collect::<Result<Vec<_>>>()?;
    let state = state(is_over, &revisions);
    Ok(Json(Completeness {
        state,
        root: seen.seals.last().map(|seal| seal.root.clone()),
        revisions,
        sources: sources(&seen),
        page: page(witness::compare(&seen.rows), written_off),
        recovered: seen.recovered.map(RecoveredView::from),
        interruptions: faults::of(&legs),
        reasons: if is_over { seen.reasons } else { Vec::new() },
    }))
}

fn state(is_over: bool, revisions: &[RevisionView]) -> SealState {
    match (is_over, revisions) {
        (false, _) => SealState::Live,
        (true, []) => SealState::Draining,
        (true, [only]) if only.outcome == Outcome::Complete => SealState::Complete,
        (true, [_]) => SealState::Incomplete,
        (true, _) => SealState::Amended,
    }
}

fn revision(row: &SealRow) -> Result<RevisionView> {
    let statement = row.seal.read().map_err(Error::internal)?;
    Ok(RevisionView {
        revision: row.revision,
        sealed_at: api_ms(row.sealed_at),
        outcome: statement.outcome,
        root: row.root.clone(),
        signature: row.seal.signature.clone(),
        key: statement.key,
    })
}

fn sources(seen: &Snapshot) -> Vec<SourceView> {
    let writers = seen.rows.chunk_by(|a, b| a.instance == b.instance);
    let view = |rows: &[crate::evidence::lines::Row]| SourceView {
        source: rows[0].source.clone(),
        instance: rows[0].instance.clone(),
        rows: rows.len() as i64,
    };
    writers.map(view).collect()
}

fn page(seen: Witnessed, written_off: Option<Timestamp>) -> PageWitness {
    let (state, words) = if seen.is_whole() {
        (PageState::Complete, "The candidate’s page has told everything that it saw.")
    } else if written_off.is_some() {
        (
            PageState::WrittenOff,
            "The candidate’s page did not tell the rest within 24 hours. The server’s own record does not need it.",
        )
    } else {
        (
            PageState::Awaiting,
            "Awaiting the candidate’s device: its page has not told everything yet. The server’s own record does not need it.",
        )
    };
    let divergent = seen.divergent.into_iter();
    PageWitness {
        state,
        words,
        confirmed: seen.confirmed,
        divergent: divergent.map(|d| DivergentTurn { item: d.item, server: d.ours, page: d.pages }).collect(),
        server_only: seen.server_only,
        page_only: seen.page_only,
    }
}
