//! Makes seals: the first once the session is over and the candidate's page has told its part, or has had its time; another
//! one whenever something comes later.

use std::sync::Arc;

use interview::Timestamp;

use crate::{
    app::App,
    clock::api_ms,
    error::{Error, Result},
    evidence::{
        judge,
        lines::{self, About, Consent, Leg, Row, Turn},
        reason::Reason,
        recorded::Recorded,
        recovered::{self, Recovered},
        statement::{Facts, Seal, Statement},
        witness,
    },
    ids::{AuditId, SessionId},
    jobs::{self, seal_session::SealSession, write_off_page::WriteOffPage},
    recording::{keep, parts::Segment},
    store::{CursorRow, Db, LegRow, SealRow, TenantStore, live::Ending},
};

/// A page that knows the end has this long to tell the rest before the seal is made without it.
pub const DRAIN_MS: i64 = 15_000;
/// After so long the rest of a page is waited for no longer.
pub const WRITE_OFF_MS: i64 = 24 * 3_600_000;
/// Rows that arrive in the middle of a sealing make it begin again, so often.
const MOST_TRIES: usize = 5;

/// Everything that a seal covers, as one snapshot.
pub struct Snapshot {
    /// The log by writer.
    pub rows: Vec<Row>,
    /// The transcript.
    pub turns: Vec<Turn>,
    /// The calls.
    pub legs: Vec<Leg>,
    /// Why the transcript is not complete.
    pub reasons: Vec<Reason>,
    /// The recording's segments.
    pub segments: Vec<Segment>,
    /// What the record says of the recording.
    pub recording: Option<Recorded>,
    /// What was not heard live and found in it.
    pub recovered: Option<Recovered>,
    /// The revisions so far.
    pub seals: Vec<SealRow>,
    cursors: Vec<CursorRow>,
}

/// Reads a session as a seal sees it.
pub async fn snapshot(db: &mut Db, session: &SessionId) -> Result<Snapshot> {
    let rows = db.evidence_rows(session).await?;
    let turns: Vec<Turn> = db.transcript(session).await?.into_iter().map(Turn::from).collect();
    let legs: Vec<Leg> = db.legs(session).await?.into_iter().map(leg).collect();
    let mut reasons = judge::reasons(&rows, &turns, &legs).map_err(Error::internal)?;
    if legs.is_empty() {
        reasons.push(Reason::not_begun());
    }
    let (cursors, seals) = (db.cursors(session).await?, db.seals(session).await?);
    let segments = db.recording_segments(session).await?;
    let files = db.recording(session).await?.map(|row| row.parts).unwrap_or_default();
    let is_agreed = db.consent(session).await?.is_some_and(|consent| keep::consents(&consent.notice));
    let recording = Recorded::of(is_agreed, &segments, &files, &turns);
    let recovered = Recovered::of(&recovered::spans(&rows).map_err(Error::internal)?);
    Ok(Snapshot { rows, turns, legs, reasons, segments, recording, recovered, seals, cursors })
}

/// Finishes a session: it is over for everybody, and a seal is owed.
pub async fn finish(app: &App, db: &mut Db, session: &SessionId, ending: &Ending) -> Result<()> {
    db.finish_session(session, ending).await?;
    owe(app, db, session, ending.at.plus_ms(DRAIN_MS)).await?;
    let write_off = WriteOffPage { session: session.clone() };
    jobs::enqueue_at(db, app, &write_off, ending.at.plus_ms(WRITE_OFF_MS)).await
}

/// Owes a session a seal, from `at` on.
pub async fn owe(app: &App, db: &mut Db, session: &SessionId, at: Timestamp) -> Result<()> {
    jobs::enqueue_once(db, app, &SealSession { session: session.clone() }, at).await
}

/// Owes a seal to finished sessions that have none, such as those of a time before there were seals.
pub async fn owe_all(app: &App, store: &TenantStore) -> Result<usize> {
    let sessions = store.read(async |db| db.unsealed_sessions().await).await?;
    let now = app.now();
    if !sessions.is_empty() {
        store
            .write(async |db| {
                for session in &sessions {
                    owe(app, db, session, now.plus_ms(DRAIN_MS)).await?;
                }
                Ok(())
            })
            .await?;
    }
    Ok(sessions.len())
}

/// Whether the first seal may wait: the page, or the recording, is about to tell the rest, and its time is not over.
pub async fn may_wait(app: &App, store: &TenantStore, session: &SessionId) -> Result<bool> {
    let (row, seen) = store.read(async |db| Ok((db.session(session).await?, snapshot(db, session).await?))).await?;
    let is_drained = row.ended_at.is_none_or(|at| at.plus_ms(DRAIN_MS) <= app.now());
    let is_told = witness::compare(&seen.rows).is_whole() && seen.segments.iter().all(|segment| segment.is_closed);
    Ok(seen.seals.is_empty() && !is_drained && !is_told)
}

/// Seals what is there now; nothing happens if all of it is sealed. Returns the newest revision.
pub async fn seal(app: &Arc<App>, store: &TenantStore, session: &SessionId) -> Result<i64> {
    for _ in 0..MOST_TRIES {
        let (about, seen) =
            store.read(async |db| Ok((about(db, session).await?, snapshot(db, session).await?))).await?;
        let Some((row, statement)) = next(app, session, about, &seen)? else {
            return Ok(seen.seals.last().map_or(0, |seal| seal.revision));
        };
        let audit: AuditId = app.id();
        let is_kept = store
            .write(async |db| {
                // Whoever appends or seals meanwhile waits here, so what was read is still so, or it is read again.
                let revision = db.lock_seal(session).await?;
                let is_same = db.cursors(session).await? == seen.cursors
                    && db.recording_segments(session).await? == seen.segments;
                if revision + 1 != row.revision || !is_same {
                    return Ok(false);
                }
                db.add_seal(&row, &statement, session).await?;
                if row.revision > 1 {
                    let detail = serde_json::json!({"revision": row.revision, "root": row.root});
                    db.audit(&audit, row.sealed_at, "server", "transcript_amended", session.as_str(), &detail).await?;
                }
                Ok(true)
            })
            .await?;
        if is_kept {
            tracing::info!(%session, revision = row.revision, reasons = statement.reasons.len(), "sealed");
            return Ok(row.revision);
        }
    }
    Err(Error::internal(anyhow::anyhow!("rows arrive faster than they can be sealed")))
}

/// The revision that what was seen makes necessary.
fn next(app: &App, session: &SessionId, about: String, seen: &Snapshot) -> Result<Option<(SealRow, Statement)>> {
    let last = seen.seals.last();
    let previous = last.map(|row| row.seal.read()).transpose().map_err(Error::internal)?;
    let first_about = seen.seals.first().and_then(|row| row.about.clone());
    let about = first_about.unwrap_or(about);
    let facts = Facts {
        session: session.as_str(),
        previous: previous.as_ref(),
        previous_text: last.map(|row| row.seal.statement.as_str()),
        at: app.now().0,
        reasons: seen.reasons.clone(),
        about: &about,
        rows: &seen.rows,
        turns: &seen.turns,
        witnessed: witness::compare(&seen.rows),
        recording: seen.recording.clone(),
        recovered: seen.recovered.clone(),
    };
    let (statement, seal): (Statement, Seal) = facts.seal(&app.seal_key);
    if previous.is_some_and(|previous| previous.root == statement.root) {
        return Ok(None);
    }
    let row = SealRow {
        revision: statement.revision,
        sealed_at: app.now(),
        root: statement.root.clone(),
        seal,
        about: last.is_none().then_some(about),
    };
    Ok(Some((row, statement)))
}

/// What the interview was, as text.
async fn about(db: &mut Db, session: &SessionId) -> Result<String> {
    let row = db.session(session).await?;
    if row.state != "finished" {
        return Err(Error::internal(anyhow::anyhow!("a session that goes on cannot be sealed")));
    }
    let version = db.plan_version(&row.plan_version_id).await?;
    let consent = match db.consent(session).await? {
        Some(consent) => Some(Consent {
            version: consent.version,
            accepted_at: consent.accepted_at.0,
            notice: serde_json::from_str(&consent.notice).map_err(Error::internal)?,
        }),
        None => None,
    };
    Ok(lines::text(&About {
        session: session.to_string(),
        candidate: row.candidate_id.to_string(),
        position: row.position_id.to_string(),
        plan_version: row.plan_version_id.to_string(),
        plan_number: row.plan_number,
        plan: serde_json::to_value(&version.plan).map_err(Error::internal)?,
        started_at: row.started_at.map(|at| at.0),
        ended_at: row.ended_at.map(|at| at.0),
        end_reason: row.end_reason,
        consent,
        legs: db.legs(session).await?.into_iter().map(leg).collect(),
    }))
}

fn leg(row: LegRow) -> Leg {
    Leg {
        number: row.number,
        provider: row.provider.text().to_owned(),
        call: row.call_id,
        instance: row.instance,
        started_at: row.started_at.0,
        ended_at: row.ended_at.map(|at| at.0),
        end_reason: row.end_reason,
    }
}

/// Gives up waiting for the rest of the candidate's page, unless it came.
pub async fn write_off_page(app: &App, store: &TenantStore, session: &SessionId) -> Result<()> {
    let rows = store.read(async |db| db.evidence_rows(session).await).await?;
    let seen = witness::compare(&rows);
    if seen.is_whole() {
        return Ok(());
    }
    let (audit, now): (AuditId, _) = (app.id(), app.now());
    let detail = serde_json::json!({"reason": "the page did not say that it is done within 24 h",
        "pages": seen.pages.len(), "at": api_ms(now)});
    store
        .write(async |db| {
            if db.write_off_page(session, now).await? {
                db.audit(&audit, now, "server", "page_written_off", session.as_str(), &detail).await?;
            }
            Ok(())
        })
        .await
}
