//! Looks for what nobody heard live, has it recognized and writes down what became of it. It can be cut off at any moment and
//! done again: what is written down is not looked at twice.

use std::{collections::BTreeSet, sync::Arc};

use interview::Timestamp;

use super::{
    known::is_known,
    recognizer::{Heard, Recognizer},
    sound::{self, Sound},
    unheard::{Known, Unheard, unheard},
    writer::Writer,
};
use crate::{
    adapters::realtime::error::RealtimeError,
    app::App,
    budget::day::Day,
    error::{Error, Result},
    evidence::{
        lines::{Row, Turn},
        recovered::{self, Span, SpanFailure, SpanOutcome},
    },
    ids::SessionId,
    recording::{
        began,
        blobs::{BlobError, Key},
        parts::{self, Part},
    },
    sessions::sealing,
    store::{LegRow, TenantStore, log::Source},
};

/// The kinds of the rows by which the provider told that somebody began to speak, and was done.
const TOLD: [&str; 2] = ["input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped"];
/// Spans that one job has recognized: it ends before its claim does.
const AT_ONCE: usize = 8;

/// What is left to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Healing {
    /// Nothing.
    Done,
    /// Go on.
    More,
    /// Go on then: the day's money is spent.
    Later(Timestamp),
}

/// What is known of a session before it is listened to.
struct Seen {
    turns: Vec<Turn>,
    timed: BTreeSet<String>,
    legs: Vec<LegRow>,
    spans: Vec<Span>,
    language: String,
    until_ms: i64,
}

/// Heals a session that is over and whose recording is joined. `is_last`: what cannot be recognized now is given up.
///
/// # Errors
/// Those of database, storage and provider; try again later.
pub async fn heal(app: &Arc<App>, store: &TenantStore, session: &SessionId, is_last: bool) -> Result<Healing> {
    let Some((seen, part)) = look(store, session).await? else { return Ok(Healing::Done) };
    let key = Key::part(store.tenant(), session, &part.sha256);
    let sound = Sound { blobs: app.blobs.current(), key, bytes: part.bytes.unsigned_abs() };
    let Some(found) = listen(&sound, &seen, part.start_ms).await? else {
        tracing::error!(%session, "the joined recording is gone; nothing can be recovered from it");
        return Ok(Healing::Done);
    };
    if !found.is_empty() {
        match recover(app, store, session, (&sound, part.start_ms), &seen, &found, is_last).await? {
            Healing::Done => {}
            other => return Ok(other),
        }
    }
    if !found.is_empty() || !seen.spans.is_empty() {
        sealing::seal(app, store, session).await?;
    }
    Ok(Healing::Done)
}

/// Reads a session, and the file that holds the candidate's side; none: there is nothing to listen to.
async fn look(store: &TenantStore, session: &SessionId) -> Result<Option<(Seen, Part)>> {
    let (row, seen, legs, joined, plan) = store
        .read(async |db| {
            let (row, seen) = (db.session(session).await?, sealing::snapshot(db, session).await?);
            let plan = db.plan_version(&row.plan_version_id).await?.plan;
            Ok((row, seen, db.legs(session).await?, db.recording(session).await?, plan))
        })
        .await?;
    let parts = joined.map(|joined| joined.parts).unwrap_or_default();
    let (Some(part), Some(begun), Some(ended)) = (candidates(parts), began::first_ready(&legs), row.ended_at) else {
        return Ok(None);
    };
    let spans = recovered::spans(&seen.rows).map_err(Error::internal)?;
    let until_ms = ended.ms_since(begun);
    let timed = timed(&seen.rows);
    Ok(Some((Seen { turns: seen.turns, timed, legs, spans, language: plan.language, until_ms }, part)))
}

/// Items of which both beginning and end were heard live. The times of others are those of a gap.
fn timed(rows: &[Row]) -> BTreeSet<String> {
    let ours = || rows.iter().filter(|row| row.source == Source::Sideband.letter());
    let [begun, done] = TOLD.map(|kind| -> BTreeSet<String> {
        ours().filter(|row| row.kind == kind).filter_map(|row| row.item.clone()).collect()
    });
    &begun & &done
}

/// The file with the candidate's side. What Safari records is not taken apart.
fn candidates(parts: Vec<Part>) -> Option<Part> {
    parts.into_iter().find(|part| part.media_type == parts::WEBM && part.side.is_candidate())
}

/// What nobody heard, in milliseconds of the session; none: the file is gone.
async fn listen(sound: &Sound, seen: &Seen, start_ms: i64) -> Result<Option<Vec<Unheard>>> {
    let mut stretches = match sound.stretches().await {
        Ok(stretches) => stretches,
        Err(error) if is_gone(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    for stretch in &mut stretches {
        stretch.shift(start_ms);
    }
    let done: Vec<(i64, i64)> = seen.spans.iter().map(|span| (span.start_ms, span.end_ms)).collect();
    let known = Known { turns: &seen.turns, timed: &seen.timed, done: &done, until_ms: seen.until_ms };
    Ok(Some(unheard(&stretches, known)))
}

fn is_gone(error: &Error) -> bool {
    matches!(error.cause().and_then(|cause| cause.downcast_ref()), Some(BlobError::Missing))
}

/// Has the next spans recognized.
async fn recover(
    app: &Arc<App>,
    store: &TenantStore,
    session: &SessionId,
    (sound, start_ms): (&Sound, i64),
    seen: &Seen,
    found: &[Unheard],
    is_last: bool,
) -> Result<Healing> {
    let mut writer = Writer::claim(app, store, session, &seen.turns, &seen.legs).await?;
    let mut recognizer = match Recognizer::of(app, store, &seen.language).await {
        Ok(recognizer) => recognizer,
        Err(error) if !is_last => return Err(error),
        Err(_) => {
            give_up(&mut writer, found, SpanFailure::Refused).await?;
            return Ok(Healing::Done);
        }
    };
    if let Some(at) = spent_until(app, store, &recognizer).await? {
        return Ok(Healing::Later(at));
    }
    let batch = &found[..found.len().min(AT_ONCE)];
    let places: Vec<(i64, i64)> = batch.iter().map(|span| (span.start_ms - start_ms, span.end_ms - start_ms)).collect();
    for (at, samples) in sound.cut(&places).await?.iter().enumerate() {
        match recognizer.recognize(sound::wav(samples)?).await {
            Ok(heard) => keep(&mut writer, &batch[at], heard, seen, &recognizer).await?,
            Err(error) if is_last => {
                tracing::error!(%session, spans = found.len() - at, %error, "speech of the recording is given up");
                give_up(&mut writer, &found[at..], failure(&error)).await?;
                return Ok(Healing::Done);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(if batch.len() < found.len() { Healing::More } else { Healing::Done })
}

/// When there is money again, if there is none now.
async fn spent_until(app: &App, store: &TenantStore, recognizer: &Recognizer) -> Result<Option<Timestamp>> {
    if recognizer.is_own() {
        return Ok(None);
    }
    let (now, limit) = (app.now(), app.config.budget.day_dollars.micros());
    let today = store.read(async |db| db.day_totals(Day::of(now), now).await).await?;
    Ok((today.spent_micros + today.held_micros >= limit).then(|| Day::of(now).end()))
}

async fn keep(
    writer: &mut Writer<'_>,
    place: &Unheard,
    heard: Heard,
    seen: &Seen,
    recognizer: &Recognizer,
) -> Result<()> {
    // No database holds NUL in text.
    let text = heard.text.replace('\0', "");
    let outcome = match () {
        () if text.trim().is_empty() => SpanOutcome::Wordless,
        () if is_known(&text, (place.start_ms, place.end_ms), &seen.turns, &seen.timed) => SpanOutcome::Known,
        () => SpanOutcome::Recovered,
    };
    let usage = recognizer.usage(&heard, place);
    let span = span(place, outcome, text, heard.model);
    writer.keep(&[span], Some(usage)).await
}

async fn give_up(writer: &mut Writer<'_>, places: &[Unheard], failure: SpanFailure) -> Result<()> {
    let failed = |place: &Unheard| Span {
        failure: Some(failure),
        ..span(place, SpanOutcome::Failed, String::new(), String::new())
    };
    writer.keep(&places.iter().map(failed).collect::<Vec<_>>(), None).await
}

fn span(place: &Unheard, outcome: SpanOutcome, text: String, model: String) -> Span {
    let Unheard { start_ms, end_ms, voiced_ms, ref beside } = *place;
    Span { start_ms, end_ms, voiced_ms, beside: beside.clone(), outcome, text, model, failure: None }
}

fn failure(error: &RealtimeError) -> SpanFailure {
    if error.is_final() { SpanFailure::Refused } else { SpanFailure::Unreachable }
}
