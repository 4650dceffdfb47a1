//! Joins what came into files that play: packets are copied, nothing is encoded anew. It can be cut off at any moment and done
//! again; the same chunks give the same bytes.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufWriter, Write},
    sync::Arc,
};

use interview::Timestamp;
use sha2::{Digest, Sha256};

use super::{
    blobs::{BlobError, Blobs, Durable, Key},
    clock::RecorderClock,
    opus,
    parts::{self, Part, Segment},
    scratch::Scratch,
    timeline::{Gap, Piece, Timeline, pieces},
    webm::read::{Packet, Reader},
};
use crate::{
    app::App,
    error::{Error, Result},
    ids::{SessionId, TenantId},
    jobs::{self, heal_session::HealSession},
    secrets::hex,
    store::{LegRow, RecordingRow, TenantStore},
};

/// A recorder that is stopped after the server's end of the talk may have this much more.
const SLACK_MS: i64 = 60_000;

/// Joins what is there; nothing happens if it was joined before. Gives the files.
pub async fn join(app: &Arc<App>, store: &TenantStore, session: &SessionId) -> Result<Vec<Part>> {
    let (row, segments, legs, known) = store
        .read(async |db| {
            let (row, known) = (db.session(session).await?, db.recording(session).await?);
            Ok((row, db.recording_segments(session).await?, db.legs(session).await?, known))
        })
        .await?;
    let chunks = parts::count(&segments);
    if let Some(known) = known.filter(|known| known.chunks == chunks) {
        return Ok(known.parts);
    }
    if chunks == 0 {
        return Ok(Vec::new());
    }
    let until = row.ended_at.unwrap_or(app.now());
    let work = Work {
        blobs: app.blobs.current(),
        tenant: store.tenant().clone(),
        session: session.clone(),
        most_us: (first_ready(&legs).map_or(0, |at| until.ms_since(at).max(0)) + SLACK_MS) * 1_000,
    };
    let (mut all, mut proofs) = (Vec::new(), Vec::new());
    for made in work.make(&segments, &legs).await? {
        all.push(made.0);
        proofs.push(made.1);
    }
    let row = RecordingRow { chunks, parts: all };
    store
        .write(async |db| {
            db.set_recording(session, &row, &proofs, app.now()).await?;
            // What nobody heard live is looked for in it.
            jobs::enqueue(db, app, &HealSession { session: session.clone() }).await
        })
        .await?;
    tracing::info!(%session, chunks, parts = row.parts.len(), "the recording is joined");
    Ok(row.parts)
}

fn ready_at(leg: &LegRow) -> Timestamp {
    leg.ready_at.unwrap_or(leg.started_at)
}

/// When the session's clock began.
pub fn first_ready(legs: &[LegRow]) -> Option<Timestamp> {
    legs.iter().find(|leg| leg.ready_at.is_some()).or(legs.first()).map(ready_at)
}

/// Where the session's clock stands when a leg is ready, from which a page counts.
pub fn ready_ms(legs: &[LegRow], number: i64) -> i64 {
    let first = first_ready(legs);
    let own = legs.iter().find(|leg| leg.number == number).map(ready_at).or(first);
    first.zip(own).map_or(0, |(first, own)| own.ms_since(first).max(0))
}

/// What a segment's bytes turned out to hold.
#[derive(Clone, Copy, Debug)]
struct Survey {
    clock: RecorderClock,
    /// The first packet, on the session's clock.
    from_us: i64,
    /// The end of the last one.
    to_us: i64,
    channels: u8,
}

struct Work {
    blobs: Arc<dyn Blobs>,
    tenant: TenantId,
    session: SessionId,
    /// No sound of the session can be later: whatever a page says, a file is not made longer than the talk was.
    most_us: i64,
}

impl Work {
    async fn make(&self, segments: &[Segment], legs: &[LegRow]) -> Result<Vec<(Part, Durable)>> {
        let mut made = Vec::new();
        let webm: Vec<&Segment> = segments.iter().filter(|segment| segment.media_type == parts::WEBM).collect();
        if let Some(part) = self.joined(&webm, legs).await? {
            made.push(part);
        }
        for segment in segments.iter().filter(|segment| segment.media_type != parts::WEBM) {
            if let Some(part) = self.as_it_came(segment, legs).await? {
                made.push(part);
            }
        }
        Ok(made)
    }

    /// All segments of WebM as one file.
    async fn joined(&self, segments: &[&Segment], legs: &[LegRow]) -> Result<Option<(Part, Durable)>> {
        let mut readable = Vec::new();
        for segment in segments {
            if let Some(survey) = self.survey(segment, legs).await? {
                readable.push((*segment, survey));
            }
        }
        let spans: Vec<(i64, i64)> = readable.iter().map(|(_, survey)| (survey.from_us, survey.to_us)).collect();
        let Some(channels) = readable.iter().map(|(_, survey)| survey.channels).max() else { return Ok(None) };
        let scratch = Scratch::new(self.blobs.scratch());
        let file = BufWriter::new(scratch.create().map_err(failed)?);
        let mut timeline = Timeline::new(file, channels).map_err(failed)?;
        for piece in pieces(&spans) {
            let (segment, survey) = readable[piece.of];
            self.copy(segment, survey, piece, &mut timeline).await?;
        }
        let joined = timeline.finish().map_err(failed)?;
        joined.out.into_inner().map_err(|error| failed(error.into_error()))?;
        let sha256 = scratch.sha256().map_err(failed)?;
        let durable = self.blobs.take(Key::part(&self.tenant, &self.session, &sha256), scratch.path()).await?;
        let part = Part {
            media_type: parts::WEBM.to_owned(),
            start_ms: 0,
            duration_ms: joined.duration_ms,
            bytes: joined.bytes as i64,
            sha256,
            gaps: joined.gaps,
        };
        Ok(Some((part, durable)))
    }

    /// Copies a piece of a segment.
    async fn copy(
        &self,
        segment: &Segment,
        survey: Survey,
        piece: Piece,
        timeline: &mut Timeline<BufWriter<File>>,
    ) -> Result<()> {
        self.packets(segment, |packet, _| {
            let at_us = survey.clock.session_us(packet.at_us);
            if (piece.from_us..piece.to_us).contains(&at_us) && (0..self.most_us).contains(&at_us) {
                timeline.packet(&Packet { at_us, data: packet.data }).map_err(failed)?;
            }
            Ok(())
        })
        .await?;
        Ok(())
    }

    /// Reads a segment to know where it belongs; none: there is nothing in it that can be joined.
    async fn survey(&self, segment: &Segment, legs: &[LegRow]) -> Result<Option<Survey>> {
        let (mut first, mut end) = (None, 0);
        // What the page had got when: the end of each chunk's last packet.
        let mut ends: BTreeMap<usize, i64> = BTreeMap::new();
        let reader = self
            .packets(segment, |packet, chunk| {
                let Some(long_us) = opus::duration_us(&packet.data) else { return Ok(()) };
                let zero = *first.get_or_insert(packet.at_us);
                if !(0..self.most_us).contains(&(packet.at_us - zero)) {
                    return Ok(());
                }
                end = end.max(packet.at_us + long_us);
                ends.insert(chunk, end - zero);
                Ok(())
            })
            .await?;
        let (Some(first), Some(channels)) = (first, reader.channels()) else { return Ok(None) };
        if ends.len() > 1 {
            // The last one is given at once, the others with the next sound: it would make the clock look fast.
            ends.pop_last();
        }
        let seen: Vec<_> =
            ends.into_iter().map(|(chunk, end)| (end, segment.chunks[chunk].end_ms * 1_000 - end)).collect();
        let begin_us = (ready_ms(legs, segment.leg) + segment.offset_ms) * 1_000;
        let clock = RecorderClock::of(begin_us, first, &seen);
        Ok(Some(Survey { clock, from_us: clock.session_us(first), to_us: clock.session_us(end), channels }))
    }

    /// Gives every packet that can be read to `use_it`, with the place of its chunk in the list. Chunks that are not what they
    /// were are left out.
    async fn packets(&self, segment: &Segment, mut use_it: impl FnMut(Packet, usize) -> Result<()>) -> Result<Reader> {
        let mut reader = Reader::default();
        for (place, chunk) in segment.chunks.iter().enumerate() {
            match self.chunk(segment, place).await? {
                Some(bytes) => reader.push(&bytes),
                None => {
                    let next = segment.chunks.get(place + 1).map_or(chunk.end_ms, |next| next.end_ms);
                    reader.lose((chunk.end_ms * 1_000, next * 1_000));
                    continue;
                }
            }
            loop {
                match reader.packet() {
                    Ok(Some(packet)) => use_it(packet, place)?,
                    Ok(None) => break,
                    Err(why) => {
                        tracing::warn!(session = %self.session, seq = chunk.seq, %why, "sound cannot be read");
                        reader.skip();
                    }
                }
            }
        }
        Ok(reader)
    }

    /// A chunk's bytes; none: they are gone, or not what was acknowledged.
    async fn chunk(&self, segment: &Segment, place: usize) -> Result<Option<bytes::Bytes>> {
        let chunk = &segment.chunks[place];
        let key = Key::chunk(&self.tenant, &self.session, &segment.segment, (chunk.seq, &chunk.sha256));
        let bytes = match self.blobs.read(key, 0..chunk.bytes.unsigned_abs()).await {
            Ok(bytes) => Some(bytes),
            Err(BlobError::Missing) => None,
            Err(error) => return Err(error.into()),
        };
        let whole = bytes.filter(|bytes| hex(&Sha256::digest(bytes)) == chunk.sha256);
        if whole.is_none() {
            tracing::error!(session = %self.session, seq = chunk.seq, "a chunk of the recording is lost or altered");
        }
        Ok(whole)
    }

    /// A segment of MP4, chunk after chunk: a browser plays it, and nothing here takes it apart.
    async fn as_it_came(&self, segment: &Segment, legs: &[LegRow]) -> Result<Option<(Part, Durable)>> {
        let scratch = Scratch::new(self.blobs.scratch());
        let mut file = scratch.create().map_err(failed)?;
        let (mut bytes, mut end_ms, mut gaps) = (0, 0, Vec::new());
        let start_ms = ready_ms(legs, segment.leg) + segment.offset_ms;
        for (place, chunk) in segment.chunks.iter().enumerate() {
            match self.chunk(segment, place).await? {
                Some(content) => {
                    file.write_all(&content).map_err(failed)?;
                    bytes += content.len() as i64;
                }
                // The end is not reached without it either: MP4 says where its fragments belong.
                None => gaps.push(Gap { start_ms: start_ms + end_ms, end_ms: start_ms + chunk.end_ms }),
            }
            end_ms = chunk.end_ms;
        }
        drop(file);
        let sha256 = scratch.sha256().map_err(failed)?;
        let durable = self.blobs.take(Key::part(&self.tenant, &self.session, &sha256), scratch.path()).await?;
        let media_type = segment.media_type.clone();
        Ok(Some((Part { media_type, start_ms, duration_ms: end_ms, bytes, sha256, gaps }, durable)))
    }
}

fn failed(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => BlobError::Full.into(),
        _ => BlobError::Failed(error).into(),
    }
}
