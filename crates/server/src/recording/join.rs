//! Joins what came into files that play: packets are copied, nothing is encoded anew. It can be cut off at any moment and done
//! again; the same chunks give the same bytes.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    sync::Arc,
};

use super::{
    align::lateness_us,
    began::{begin_ms, first_ready},
    blobs::{BlobError, Durable, Key},
    parts::{self, Part, Segment, Side, Source},
    reading::{Shelf, Survey},
    scratch::Scratch,
    timeline::{Gap, Piece, Span, Timeline, holes, pieces},
    webm::read::Packet,
};
use crate::{
    app::App,
    error::{Error, Result},
    ids::SessionId,
    jobs::{self, heal_session::HealSession},
    store::{LegRow, RecordingRow, TenantStore},
};

/// A recorder that is stopped after the server's end of the talk may have this much more.
const SLACK_MS: i64 = 60_000;
/// A browser's first sound may come so long after its page was ready.
const FIRST_SOUND_MS: i64 = 1_000;

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
    let shelf = Shelf {
        blobs: app.blobs.current(),
        tenant: store.tenant().clone(),
        session: session.clone(),
        most_us: (first_ready(&legs).map_or(0, |at| until.ms_since(at).max(0)) + SLACK_MS) * 1_000,
    };
    let (mut all, mut proofs) = (Vec::new(), Vec::new());
    for made in (Work { shelf, legs }).make(&segments).await? {
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

/// A gap at the session's start, where our own engine read the call from its first packet on, is none: nothing was sent yet.
fn after_the_first_sound(mut gaps: Vec<Gap>, readable: &[Read<'_>], spans: &[Span]) -> Vec<Gap> {
    let first = spans.iter().min_by_key(|span| span.piece.from_us).and_then(|span| readable.get(span.piece.of?));
    let is_read = first.is_some_and(|(segment, _)| segment.source == Source::Engine);
    gaps.retain(|gap| !(is_read && gap.start_ms == 0 && gap.end_ms <= FIRST_SOUND_MS));
    gaps
}

struct Work {
    shelf: Shelf,
    legs: Vec<LegRow>,
}

/// A segment with what is in it.
type Read<'a> = (&'a Segment, Survey);

impl Work {
    async fn make(&self, segments: &[Segment]) -> Result<Vec<(Part, Durable)>> {
        let mut made = Vec::new();
        let (webm, others): (Vec<&Segment>, Vec<&Segment>) =
            segments.iter().partition(|segment| segment.media_type == parts::WEBM);
        let (candidates, interviewers) = webm.into_iter().partition(|segment| segment.side.is_candidate());
        let candidates = self.aligned(self.read(candidates).await?).await?;
        let spans = candidate_spans(&candidates, &others, |segment| begin_ms(&self.legs, segment) * 1_000);
        made.extend(self.joined(Side::Candidate, &candidates, &spans).await?);
        for segment in others {
            made.push(self.as_it_came(segment).await?);
        }
        let interviewers = self.read(interviewers).await?;
        let spans: Vec<Span> =
            interviewers.iter().enumerate().map(|(of, (_, survey))| Span::of(Some(of), survey.whole(), 0)).collect();
        made.extend(self.joined(Side::Interviewer, &interviewers, &spans).await?);
        Ok(made)
    }

    /// Those of the segments in which there is something.
    async fn read<'a>(&self, segments: Vec<&'a Segment>) -> Result<Vec<Read<'a>>> {
        let mut readable = Vec::new();
        for segment in segments {
            if let Some(survey) = self.shelf.survey(segment, begin_ms(&self.legs, segment) * 1_000).await? {
                readable.push((segment, survey));
            }
        }
        Ok(readable)
    }

    /// Puts what pages recorded where the engine heard the same: a page knows less well when its recorder began to hear.
    async fn aligned<'a>(&self, readable: Vec<Read<'a>>) -> Result<Vec<Read<'a>>> {
        let (engine, pages): (Vec<_>, Vec<_>) =
            readable.into_iter().partition(|(segment, _)| segment.source == Source::Engine);
        let mut heard = Vec::new();
        for (segment, survey) in engine.iter().filter(|_| !pages.is_empty()) {
            heard.extend(self.shelf.beats((segment, survey)).await?);
        }
        heard.sort_unstable();
        let mut all = engine;
        for (segment, survey) in pages {
            let (from_us, to_us) = survey.whole();
            // One that heard nothing of the engine's calls is left where it is.
            let near: Vec<_> = heard.iter().filter(|beat| (from_us..to_us).contains(&beat.0)).copied().collect();
            let beats = if near.is_empty() { Vec::new() } else { self.shelf.beats((segment, &survey)).await? };
            let late_us = lateness_us(&beats, &near).unwrap_or(0);
            all.push((segment, survey.earlier(late_us)));
        }
        Ok(all)
    }

    /// One side as one file.
    async fn joined(&self, side: Side, readable: &[Read<'_>], spans: &[Span]) -> Result<Option<(Part, Durable)>> {
        let Some(channels) = readable.iter().map(|(_, survey)| survey.channels).max() else { return Ok(None) };
        let scratch = Scratch::new(self.shelf.blobs.scratch());
        let file = BufWriter::new(scratch.create().map_err(failed)?);
        let mut timeline = Timeline::new(file, channels).map_err(failed)?;
        for piece in pieces(spans) {
            if let Some((segment, survey)) = piece.of.and_then(|of| readable.get(of)) {
                self.copy((segment, survey), piece, &mut timeline).await?;
            }
        }
        let joined = timeline.finish().map_err(failed)?;
        joined.out.into_inner().map_err(|error| failed(error.into_error()))?;
        let gaps = match side {
            Side::Candidate => after_the_first_sound(joined.gaps, readable, spans),
            // The engine sends nothing while nobody speaks: that is no gap.
            Side::Interviewer => {
                holes(readable.iter().flat_map(|(_, survey)| &survey.covered).copied(), joined.duration_ms)
            }
        };
        let sha256 = scratch.sha256().map_err(failed)?;
        let durable = self.keep(&scratch, &sha256).await?;
        let part = Part {
            media_type: parts::WEBM.to_owned(),
            start_ms: 0,
            duration_ms: joined.duration_ms,
            bytes: joined.bytes as i64,
            sha256,
            gaps,
            side,
        };
        Ok(Some((part, durable)))
    }

    /// Copies a piece of a segment.
    async fn copy(
        &self,
        (segment, survey): (&Segment, &Survey),
        piece: Piece,
        timeline: &mut Timeline<BufWriter<File>>,
    ) -> Result<()> {
        let chunks = Shelf::chunks_of(segment, survey, (piece.from_us, piece.to_us));
        self.shelf
            .packets(segment, chunks, |packet, _| {
                let at_us = survey.clock.session_us(packet.at_us);
                if (piece.from_us..piece.to_us).contains(&at_us) && (0..self.shelf.most_us).contains(&at_us) {
                    timeline.packet(&Packet { at_us, data: packet.data }).map_err(failed)?;
                }
                Ok(())
            })
            .await?;
        Ok(())
    }

    /// A segment of MP4, chunk after chunk: a browser plays it, and nothing here takes it apart.
    async fn as_it_came(&self, segment: &Segment) -> Result<(Part, Durable)> {
        let scratch = Scratch::new(self.shelf.blobs.scratch());
        let mut file = scratch.create().map_err(failed)?;
        let (mut bytes, mut end_ms, mut gaps) = (0, 0, Vec::new());
        let start_ms = begin_ms(&self.legs, segment);
        for (place, chunk) in segment.chunks.iter().enumerate() {
            match self.shelf.chunk(segment, place).await? {
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
        let durable = self.keep(&scratch, &sha256).await?;
        let (media_type, side) = (segment.media_type.clone(), segment.side);
        Ok((Part { media_type, start_ms, duration_ms: end_ms, bytes, sha256, gaps, side }, durable))
    }

    async fn keep(&self, scratch: &Scratch, sha256: &str) -> Result<Durable> {
        let Shelf { blobs, tenant, session, .. } = &self.shelf;
        Ok(blobs.take(Key::part(tenant, session, sha256), scratch.path()).await?)
    }
}

/// Where the candidate's side is taken from: a page's recorder, and what the engine kept where no page has anything.
fn candidate_spans(readable: &[Read<'_>], others: &[&Segment], begin_us: impl Fn(&Segment) -> i64) -> Vec<Span> {
    let has_engine = readable.iter().any(|(segment, _)| segment.source == Source::Engine);
    let mut spans = Vec::new();
    for (of, (segment, survey)) in readable.iter().enumerate() {
        let whole = survey.whole();
        match segment.source {
            Source::Engine => spans.push(Span { is_filling: true, ..Span::of(Some(of), whole, whole.0) }),
            Source::Page if has_engine => {
                spans.extend(survey.stretches.iter().map(|stretch| Span::of(Some(of), *stretch, whole.0)));
            }
            Source::Page => spans.push(Span::of(Some(of), whole, whole.0)),
        }
    }
    // What is a file of its own needs no filling.
    for segment in others {
        let from_us = begin_us(segment);
        let end_us = segment.chunks.last().map_or(0, |chunk| chunk.end_ms * 1_000);
        spans.push(Span::of(None, (from_us, from_us + end_us), i64::MIN));
    }
    spans
}

fn failed(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => BlobError::Full.into(),
        _ => BlobError::Failed(error).into(),
    }
}
