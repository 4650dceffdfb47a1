//! The recording: chunks in, from the candidate's page; files out, to the recruiter's player.

use super::extract::{Path, Query, too_large};
use crate::caller::{Appender, Caller, Recruiter};
use crate::error::{Code, Error, Result};
use crate::evidence::reason::Reason;
use crate::ids::{AuditId, SessionId};
use crate::recording::{
    judge::RecordingState,
    keep::{self, MOST_CHUNK},
    parts::{self, Part, Side, Source},
    timeline::Gap,
};
use crate::secrets::hex;
use crate::sessions::sealing;
use crate::store::NewChunk;
use axum::{
    Json,
    body::Bytes,
    extract::{FromRequestParts, rejection::BytesRejection},
    http::{HeaderMap, header, request::Parts},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// No recorder runs longer: a week.
const MOST_MS: i64 = 7 * 24 * 3_600_000;

/// What a chunk is, beside its bytes.
#[derive(Deserialize, IntoParams)]
pub struct ChunkQuery {
    /// The leg during which the recorder was started.
    leg: i64,
    /// When the recorder was started: milliseconds since that leg was ready, by the page's own clock.
    offset_ms: i64,
    /// When the page got the chunk: milliseconds since the recorder was started.
    end_ms: i64,
    /// Whether nothing follows. Then the chunk may be empty.
    last: Option<bool>,
}

/// What is durable.
#[derive(Serialize, ToSchema)]
pub struct ChunkAck {
    /// Every chunk of the segment up to this place.
    acked: i64,
}

/// A body whose declared length is one that a chunk may have. Larger ones are refused before any of it is read.
pub struct Declared;

impl<S: Send + Sync> FromRequestParts<S> for Declared {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let length = parts.headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok());
        match length.map(str::parse::<u64>) {
            None => Ok(Declared),
            Some(Ok(bytes)) if bytes <= MOST_CHUNK as u64 => Ok(Declared),
            _ => Err(Error::new(Code::TooLarge, "A chunk has at most 256 KiB.")),
        }
    }
}

/// Keeps a chunk of the candidate's recording. Sending the same again is fine and acknowledged again.
#[utoipa::path(put, path = "/v1/s/{session}/recording/{segment}/{seq}", tag = "log", params(("session" = SessionId, Path), ("segment" = String, Path, description = "The page's id of this start of its recorder: 32 hexadecimal digits."), ("seq" = i64, Path, description = "The place, from 1."), ChunkQuery, ("content-digest" = String, Header, description = "RFC 9530: `sha-256=:…:`.")), request_body(content = Vec<u8>, content_type = "audio/webm"), responses((status = 200, body = ChunkAck)), security(("append" = [])))]
pub async fn keep_chunk(
    cx: Caller<Appender>,
    Path((session, segment, seq)): Path<(SessionId, String, i64)>,
    Query(query): Query<ChunkQuery>,
    _: Declared,
    headers: HeaderMap,
    body: std::result::Result<Bytes, BytesRejection>,
) -> Result<Json<ChunkAck>> {
    if session != cx.who.session {
        return Err(Error::not_found());
    }
    let media_type = media_type(&headers)?;
    let sha256 = digest(&headers)?;
    let bytes = body.map_err(|e| too_large(&e))?;
    for (field, value, least) in [("leg", query.leg, 1), ("offset_ms", query.offset_ms, 0), ("end_ms", query.end_ms, 0)]
    {
        if !(least..=MOST_MS).contains(&value) {
            return Err(Error::invalid(field, format!("This is {least} or more, and at most {MOST_MS}.")));
        }
    }
    let chunk = NewChunk {
        segment,
        seq,
        media_type,
        leg: query.leg,
        offset_ms: query.offset_ms,
        end_ms: query.end_ms,
        sha256,
        bytes: bytes.len() as i64,
        is_last: query.last == Some(true),
        side: Side::Candidate,
        source: Source::Page,
        position: 0,
    };
    let kept = keep::keep(&cx.app, &cx.store, &session, (&chunk, bytes), cx.now).await?;
    Ok(Json(ChunkAck { acked: kept.seq() }))
}

fn media_type(headers: &HeaderMap) -> Result<&'static str> {
    let sent = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let essence = sent.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let known = [parts::WEBM, parts::MP4].into_iter().find(|known| *known == essence);
    known.ok_or_else(|| Error::new(Code::WrongContentType, "A recording is audio/webm or audio/mp4."))
}

/// SHA-256 as hexadecimal, from `sha-256=:<base64>:`.
fn digest(headers: &HeaderMap) -> Result<String> {
    let wrong = || Error::invalid("content-digest", "This header must be sha-256=:<base64>: of the content.");
    let sent = headers.get("content-digest").and_then(|v| v.to_str().ok()).ok_or_else(wrong)?;
    let one = sent.split(',').find_map(|one| one.trim().strip_prefix("sha-256=")).ok_or_else(wrong)?;
    let text = one.strip_prefix(':').and_then(|rest| rest.strip_suffix(':')).ok_or_else(wrong)?;
    let bytes = STANDARD.decode(text).ok().filter(|bytes| bytes.len() == 32).ok_or_else(wrong)?;
    Ok(hex(&bytes))
}

/// How far a recording is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordingPhase {
    /// None was agreed to.
    Off,
    /// The interview goes on, or has not begun.
    Recording,
    /// The interview is over; the rest is awaited, or the files are being made.
    Joining,
    /// What came is there.
    Ready,
}

/// A file that plays.
#[derive(Serialize, ToSchema)]
pub struct PartView {
    /// Its number, from 0: see `GET /v1/sessions/{id}/recording/{part}`.
    part: usize,
    media_type: String,
    /// Where it begins, in milliseconds of the session, as all times here.
    start_ms: i64,
    duration_ms: i64,
    bytes: i64,
    /// Of its bytes, hexadecimal.
    sha256: String,
    /// Where nothing was recorded.
    gaps: Vec<Gap>,
    /// Whose voice it is.
    side: Side,
}

/// What there is of a recording.
#[derive(Serialize, ToSchema)]
pub struct Recording {
    phase: RecordingPhase,
    /// Whether it holds what the candidate said aloud; none while that cannot be said.
    state: Option<RecordingState>,
    /// Why it does not.
    reasons: Vec<Reason>,
    /// In order. One or more hold the candidate's voice; one the interviewer's, where our own engine carried the calls.
    parts: Vec<PartView>,
}

/// Tells what there is of a session's recording.
#[utoipa::path(get, path = "/v1/sessions/{id}/recording", tag = "sessions", params(("id" = SessionId, Path)), responses((status = 200, body = Recording)), security(("recruiter" = [])))]
pub async fn get_recording(cx: Caller<Recruiter>, Path(id): Path<SessionId>) -> Result<Json<Recording>> {
    let (row, seen, joined) = cx
        .store
        .read(async |db| Ok((db.session(&id).await?, sealing::snapshot(db, &id).await?, db.recording(&id).await?)))
        .await?;
    let is_over = row.state == "finished";
    let is_joined = joined.as_ref().map_or(0, |joined| joined.chunks) == parts::count(&seen.segments);
    let phase = match seen.recording {
        None => RecordingPhase::Off,
        Some(_) if !is_over => RecordingPhase::Recording,
        Some(_) if !is_joined || seen.seals.is_empty() => RecordingPhase::Joining,
        Some(_) => RecordingPhase::Ready,
    };
    let told = seen.recording.filter(|_| phase == RecordingPhase::Ready);
    let parts = joined.map(|joined| joined.parts).unwrap_or_default().into_iter().enumerate().map(part).collect();
    Ok(Json(Recording {
        phase,
        state: told.as_ref().map(|recorded| recorded.state),
        reasons: told.map(|recorded| recorded.reasons).unwrap_or_default(),
        parts,
    }))
}

fn part((part, is): (usize, Part)) -> PartView {
    let Part { media_type, start_ms, duration_ms, bytes, sha256, gaps, side } = is;
    PartView { part, media_type, start_ms, duration_ms, bytes, sha256, gaps, side }
}

/// Plays a file of a session's recording, or a range of it. The first time that somebody listens is noted in the audit trail.
#[utoipa::path(get, path = "/v1/sessions/{id}/recording/{part}", tag = "sessions", params(("id" = SessionId, Path), ("part" = usize, Path), ("range" = Option<String>, Header, description = "One range of bytes: `bytes=0-1023`.")), responses((status = 200, content_type = "audio/webm", body = Vec<u8>), (status = 206, content_type = "audio/webm", body = Vec<u8>)), security(("recruiter" = [])))]
pub async fn play_recording(
    cx: Caller<Recruiter>,
    Path((id, part)): Path<(SessionId, usize)>,
    headers: HeaderMap,
) -> Result<axum::response::Response> {
    let audit: AuditId = cx.id();
    let found = cx
        .store
        .read(async |db| {
            db.session(&id).await?;
            let mut parts = db.recording(&id).await?.map(|row| row.parts).unwrap_or_default();
            if part < parts.len() { Ok(parts.swap_remove(part)) } else { Err(Error::not_found()) }
        })
        .await?;
    let (actor, subject) = (cx.who.member.as_str(), id.as_str());
    // A player asks for the beginning first, and then for many a piece.
    if headers.get(header::RANGE).is_none_or(|range| range.as_bytes().starts_with(b"bytes=0-")) {
        cx.store.write(async |db| db.audit_once(&audit, cx.now, actor, "recording_played", subject).await).await?;
    }
    super::range::serve(&cx, &id, &found, &headers).await
}
