//! Reads the segments of a recording back: what packets they hold, and where those belong on the session's clock.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::{
    align::Beat,
    blobs::{BlobError, Blobs, Key},
    clock::RecorderClock,
    opus,
    parts::{Segment, Source},
    timeline::LEAST_GAP_MS,
    webm::read::{Packet, Reader},
};
use crate::{
    error::Result,
    ids::{SessionId, TenantId},
    secrets::hex,
};

/// Stretches of one segment that are told apart; a page with more holes is taken as if it had none beyond.
const MOST_STRETCHES: usize = 64;

/// What a segment's bytes turned out to hold, on the session's clock in microseconds.
#[derive(Clone, Debug)]
pub(super) struct Survey {
    pub(super) clock: RecorderClock,
    pub(super) channels: u8,
    /// Where there are packets, in order; what is between two of them is at least [`LEAST_GAP_MS`] long.
    pub(super) stretches: Vec<(i64, i64)>,
    /// Of the engine's: what its chunks cover. Where there are no packets in it, nothing was sent.
    pub(super) covered: Vec<(i64, i64)>,
}

impl Survey {
    /// The same, so much earlier.
    pub(super) fn earlier(self, by_us: i64) -> Survey {
        let stretches = self.stretches.into_iter().map(|(from, to)| (from - by_us, to - by_us)).collect();
        Survey { clock: self.clock.earlier(by_us), stretches, ..self }
    }

    /// From the first packet to the end of the last one.
    pub(super) fn whole(&self) -> (i64, i64) {
        let first = self.stretches.first().map_or(0, |stretch| stretch.0);
        (first, self.stretches.last().map_or(first, |stretch| stretch.1))
    }
}

/// Where a session's chunks lie.
pub(super) struct Shelf {
    pub(super) blobs: Arc<dyn Blobs>,
    pub(super) tenant: TenantId,
    pub(super) session: SessionId,
    /// No sound of the session can be later: whatever a page says, a file is not made longer than the talk was.
    pub(super) most_us: i64,
}

impl Shelf {
    /// Reads a segment to know where it belongs: its recorder began at `begin_us` of the session. None: there is nothing in it
    /// that can be joined.
    pub(super) async fn survey(&self, segment: &Segment, begin_us: i64) -> Result<Option<Survey>> {
        let (mut first, mut stretches, mut read): (_, Vec<(i64, i64)>, _) = (None, Vec::new(), BTreeSet::new());
        // What the page had got when: the end of each chunk's last packet.
        let mut ends: BTreeMap<usize, i64> = BTreeMap::new();
        let channels = self
            .packets(segment, 0..segment.chunks.len(), |packet, chunk| {
                let Some(long_us) = opus::duration_us(&packet.data) else { return Ok(()) };
                let zero = *first.get_or_insert(packet.at_us);
                if segment.source == Source::Page && !(0..self.most_us).contains(&(packet.at_us - zero)) {
                    return Ok(());
                }
                let end = packet.at_us + long_us;
                let is_full = stretches.len() >= MOST_STRETCHES;
                match stretches.last_mut() {
                    Some(last) if is_full || packet.at_us - last.1 < LEAST_GAP_MS * 1_000 => last.1 = last.1.max(end),
                    _ => stretches.push((packet.at_us, end)),
                }
                let known = ends.values().next_back().map_or(0, |end| end + zero);
                ends.insert(chunk, end.max(known) - zero);
                read.insert(chunk);
                Ok(())
            })
            .await?;
        let (Some(first), Some(channels)) = (first, channels) else { return Ok(None) };
        let clock = match segment.source {
            // Its times are the call's own.
            Source::Engine => RecorderClock::of(begin_us, 0, &[]),
            Source::Page => {
                if ends.len() > 1 {
                    // The last one is given at once, the others with the next sound: it would make the clock look fast.
                    ends.pop_last();
                }
                let seen: Vec<_> =
                    ends.into_iter().map(|(chunk, end)| (end, segment.chunks[chunk].end_ms * 1_000 - end)).collect();
                RecorderClock::of(begin_us, first, &seen)
            }
        };
        let here = |(from, to): (i64, i64)| (clock.session_us(from), clock.session_us(to));
        let ends_us: Vec<i64> = segment.chunks.iter().map(|chunk| chunk.end_ms * 1_000).collect();
        let before = |chunk: usize| chunk.checked_sub(1).map_or(0, |before| ends_us[before]);
        let covered = read.into_iter().map(|chunk| here((before(chunk), ends_us[chunk]))).collect();
        let stretches = stretches.into_iter().map(here).collect();
        Ok(Some(Survey { clock, channels, stretches, covered }))
    }

    /// When each packet of a segment is, and its size.
    pub(super) async fn beats(&self, (segment, survey): (&Segment, &Survey)) -> Result<Vec<Beat>> {
        let mut beats = Vec::new();
        self.packets(segment, 0..segment.chunks.len(), |packet, _| {
            if let Some(long_us) = opus::duration_us(&packet.data) {
                beats.push((survey.clock.session_us(packet.at_us), long_us, packet.data.len()));
            }
            Ok(())
        })
        .await?;
        Ok(beats)
    }

    /// The chunks that may hold sound of a stretch of the session.
    pub(super) fn chunks_of(segment: &Segment, survey: &Survey, (from_us, to_us): (i64, i64)) -> Range<usize> {
        if segment.source == Source::Page {
            // Its later chunks cannot be read without the first.
            return 0..segment.chunks.len();
        }
        let zero_us = survey.clock.session_us(0);
        let end_us = |chunk: &super::parts::Chunk| zero_us + chunk.end_ms * 1_000;
        let first = segment.chunks.partition_point(|chunk| end_us(chunk) < from_us);
        let last = segment.chunks.partition_point(|chunk| end_us(chunk) < to_us);
        first..(last + 2).min(segment.chunks.len())
    }

    /// Gives every packet that can be read to `use_it`, with the place of its chunk in the list. Chunks that are not what they
    /// were are left out. Returns the channels, where that became known.
    pub(super) async fn packets(
        &self,
        segment: &Segment,
        places: Range<usize>,
        mut use_it: impl FnMut(Packet, usize) -> Result<()>,
    ) -> Result<Option<u8>> {
        let (mut reader, mut channels) = (Reader::default(), None);
        for place in places {
            let chunk = &segment.chunks[place];
            if segment.source == Source::Engine {
                // Each of its chunks is a file of its own.
                reader = Reader::default();
            }
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
            channels = reader.channels().or(channels);
        }
        Ok(channels)
    }

    /// A chunk's bytes; none: they are gone, or not what was acknowledged.
    pub(super) async fn chunk(&self, segment: &Segment, place: usize) -> Result<Option<Bytes>> {
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
}
