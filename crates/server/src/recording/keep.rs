//! Takes a chunk: judged, written durably, its row committed, and only then acknowledged.

use bytes::Bytes;
use interview::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    blobs::{BlobError, Key},
    parts, webm,
};
use crate::{
    app::App,
    error::{Code, Error, Result},
    ids::{AuditId, SessionId},
    jobs::{self, join_recording::JoinRecording},
    secrets::hex,
    store::{Keeping, Kept, NewChunk, Place, TenantStore},
};

/// The largest chunk in bytes; two seconds are some 10 kB.
pub const MOST_CHUNK: usize = 256 * 1024;
/// A recording that goes on after the session's end is joined again when nothing came for so long.
pub const QUIET_MS: i64 = 60_000;

/// Keeps a chunk. The answer is an acknowledgement of everything up to it.
pub async fn keep(
    app: &App,
    store: &TenantStore,
    session: &SessionId,
    (chunk, bytes): (&NewChunk, Bytes),
    now: Timestamp,
) -> Result<Kept> {
    check(chunk, &bytes)?;
    match self::store(app, store, session, (chunk, bytes), now).await? {
        Keeping::Kept(kept) => Ok(kept),
        Keeping::Refused(place) => Err(refuse(app, store, session, chunk, place, now).await),
    }
}

/// Stores a chunk that is as it should be, whoever recorded it.
pub async fn store(
    app: &App,
    store: &TenantStore,
    session: &SessionId,
    (chunk, bytes): (&NewChunk, Bytes),
    now: Timestamp,
) -> Result<Keeping> {
    let place = store
        .read(async |db| {
            if !db.consent(session).await?.is_some_and(|consent| consents(&consent.notice)) {
                return Err(Error::new(Code::ConsentRequired, "The candidate has not agreed to a recording."));
            }
            db.chunk_place(session, chunk).await
        })
        .await?;
    let durable = match place {
        Place::Next => {
            let place = (chunk.seq, chunk.sha256.as_str());
            Some(app.blobs.current().put(Key::chunk(store.tenant(), session, &chunk.segment, place), bytes).await?)
        }
        Place::Known => None,
        other => return Ok(Keeping::Refused(other)),
    };
    let at = if chunk.is_last { now } else { now.plus_ms(QUIET_MS) };
    let late = jobs::new(app, &JoinRecording { session: session.clone(), is_last: chunk.is_last }, at)?;
    // Another request for the same place may be quicker.
    store.keep_chunk(session, chunk, durable.as_ref(), (&late, now)).await
}

/// Until when more may come: none, if nothing is to come or there was a quiet time since the last chunk.
pub fn unsettled_until(segments: &[parts::Segment], now: Timestamp) -> Option<Timestamp> {
    let newest = segments.iter().flat_map(|segment| &segment.chunks).map(|chunk| chunk.received_at).max();
    let until = Timestamp(newest?).plus_ms(QUIET_MS);
    (until > now && !segments.iter().all(|segment| segment.is_closed)).then_some(until)
}

/// Sound is taken only from a candidate who agreed to a notice that speaks of it.
/// Whether the notice that somebody agreed to speaks of a recording.
pub fn consents(notice: &str) -> bool {
    serde_json::from_str::<Value>(notice).is_ok_and(|notice| notice["is_recorded"] == json!(true))
}

fn check(chunk: &NewChunk, bytes: &[u8]) -> Result<()> {
    let is_hex =
        chunk.segment.len() == 32 && chunk.segment.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if !is_hex {
        return Err(Error::invalid("segment", "This must be 32 hexadecimal digits in lower case."));
    }
    if chunk.seq < 1 {
        return Err(Error::invalid("seq", "This must be 1 or more."));
    }
    if hex(&Sha256::digest(bytes)) != chunk.sha256 {
        return Err(Error::new(
            Code::DigestMismatch,
            "The content is not the one that Content-Digest names. Send it again.",
        ));
    }
    if bytes.is_empty() && (!chunk.is_last || chunk.seq == 1) {
        return Err(Error::new(Code::AudioInvalid, "There is no sound in it."));
    }
    let is_right = match chunk.media_type {
        parts::WEBM => webm::read::is_webm(bytes),
        _ => bytes.get(4..8) == Some(b"ftyp"),
    };
    if chunk.seq == 1 && !is_right {
        let words = format!("The first chunk does not begin as {} does: this is no recording.", chunk.media_type);
        return Err(Error::new(Code::AudioInvalid, words));
    }
    Ok(())
}

async fn refuse(
    app: &App,
    store: &TenantStore,
    session: &SessionId,
    chunk: &NewChunk,
    place: Place,
    now: Timestamp,
) -> Error {
    let seq = chunk.seq;
    match place {
        Place::Gap { expected } => {
            Error::new(Code::Gap, format!("Chunks are missing before this: go on at {expected}."))
                .with("expected", expected)
        }
        Place::Full => Error::new(Code::TooLarge, "This session's recording has as many chunks as it may."),
        Place::Closed => Error::new(Code::SeqConflict, "This segment was ended before.").with("seq", seq),
        Place::Taken | Place::Next | Place::Known => {
            let audit: AuditId = app.id();
            let detail = json!({"segment": chunk.segment, "seq": seq});
            let noted = store
                .write(async |db| db.audit(&audit, now, "page", "recording_conflict", session.as_str(), &detail).await)
                .await;
            if let Err(error) = noted {
                tracing::error!(%session, %error, "a conflict in the recording is not in the audit trail");
            }
            Error::new(Code::SeqConflict, format!("Place {seq} holds another chunk.")).with("seq", seq)
        }
    }
}

impl From<BlobError> for Error {
    fn from(error: BlobError) -> Error {
        let words = "This cannot be stored right now. Keep it and send it again.";
        match error {
            BlobError::Full => Error::new(Code::DiskFull, words).retry_after(30).because(error),
            BlobError::Missing => Error::internal(error),
            BlobError::Failed(_) => Error::new(Code::StorageUnavailable, words).retry_after(5).because(error),
        }
    }
}
