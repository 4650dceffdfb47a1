//! The recording's chunks and what was joined from them. A chunk is acknowledged by a [`Kept`], which needs the proof that
//! its bytes are durable and the proof that its row is.

mod engine;
mod joined;

use interview::Timestamp;

pub use engine::{EngineSegment, Unclosed};
pub use joined::RecordingRow;

use super::{Db, TenantStore, jobs::NewJob, tx::Committed};
use crate::{
    error::Result,
    ids::SessionId,
    recording::{
        blobs::Durable,
        parts::{Chunk, Segment, Side, Source},
    },
};

/// Segments that one session may have: a page begins one per load and per change of the microphone.
const MOST_SEGMENTS: i64 = 500;
/// Bytes that one session may have of pages, and as many of the engine: 18 hours at the rate that pages record with.
const MOST_BYTES: i64 = 256 << 20;

/// A chunk that wants to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewChunk {
    /// Of which recorder.
    pub segment: String,
    /// Its place, from 1.
    pub seq: i64,
    /// What it is; of a segment the first chunk's counts, as of the next two.
    pub media_type: &'static str,
    /// The leg from whose beginning `offset_ms` counts.
    pub leg: i64,
    /// When the recorder was started.
    pub offset_ms: i64,
    /// When the page got the chunk, since the recorder's start.
    pub end_ms: i64,
    /// Of its bytes, hexadecimal.
    pub sha256: String,
    /// How many bytes.
    pub bytes: i64,
    /// Nothing follows.
    pub is_last: bool,
    /// Whose voice.
    pub side: Side,
    /// Who recorded it.
    pub source: Source,
    /// Of the engine's: the number of the packet after the last one in it.
    pub position: i64,
}

/// What stands at a chunk's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Nothing, and it is the next one.
    Next,
    /// The same content.
    Known,
    /// Another content.
    Taken,
    /// Nothing, and chunks before it are missing: go on at `expected`.
    Gap {
        /// The place after the last one.
        expected: i64,
    },
    /// The segment was ended before.
    Closed,
    /// The session has as many segments or bytes as it may.
    Full,
}

/// What a transaction did with a chunk.
#[derive(Debug)]
pub enum Keeping {
    /// It is kept.
    Kept(Kept),
    /// It is not, because of this.
    Refused(Place),
}

/// Every chunk of the segment up to `seq` is durable: its bytes and its row. It is made from the proofs of both:
///
/// ```compile_fail,E0451
/// let kept = insights::store::Kept { seq: 1 };
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    seq: i64,
}

impl Kept {
    fn new(_: &Committed, seq: i64) -> Kept {
        Kept { seq }
    }

    /// The last durable chunk.
    pub fn seq(self) -> i64 {
        self.seq
    }
}

impl TenantStore {
    /// Keeps a chunk. `bytes`: the proof that they are durable; none where the chunk is known already. `late` is queued where
    /// the session is over: it has to be joined and sealed again.
    pub async fn keep_chunk(
        &self,
        session: &SessionId,
        chunk: &NewChunk,
        bytes: Option<&Durable>,
        (late, now): (&NewJob, Timestamp),
    ) -> Result<Keeping> {
        let (place, proof) = self
            .prove(async |db| {
                let is_over = db.lock_recording(session).await?;
                let place = db.chunk_place(session, chunk).await?;
                if place != Place::Next || bytes.is_none() {
                    return Ok(place);
                }
                db.add_chunk(session, chunk, now).await?;
                if is_over {
                    db.add_job(late, now).await?;
                }
                Ok(Place::Known)
            })
            .await?;
        Ok(match place {
            Place::Known => Keeping::Kept(Kept::new(&proof, chunk.seq)),
            other => Keeping::Refused(other),
        })
    }
}

impl Db {
    /// Locks a session's recording against being sealed or added to by others; tells whether the session is over.
    async fn lock_recording(&mut self, session: &SessionId) -> Result<bool> {
        let sql = self.engine.pick(
            "select state from sessions where tenant_id = $1 and id = $2",
            "select state from sessions where tenant_id = $1 and id = $2 for no key update",
        );
        Ok(self.query_as::<(String,)>(sql).bind(session.as_str()).fetch_one(self.on()).await?.0 == "finished")
    }

    /// What stands at a chunk's place.
    pub async fn chunk_place(&mut self, session: &SessionId, chunk: &NewChunk) -> Result<Place> {
        let query = self.query_as::<(i64, Option<i64>, String)>(
            "select last_seq, closed_at, source from recording_segments \
             where tenant_id = $1 and session_id = $2 and segment_id = $3",
        );
        let query = query.bind(session.as_str()).bind(chunk.segment.as_str());
        let segment = query.fetch_optional(self.on()).await?;
        let own = chunk.source.text();
        if segment.as_ref().is_some_and(|(_, _, source)| source != own) {
            // Whatever a page says, it adds nothing to what the engine told.
            return Ok(Place::Taken);
        }
        let (last, closed_at) = segment.map_or((0, None), |(last, closed_at, _)| (last, closed_at));
        if chunk.seq <= last {
            let query = self.query_as::<(String,)>(
                "select sha256 from recording_chunks \
                 where tenant_id = $1 and session_id = $2 and segment_id = $3 and seq = $4",
            );
            let query = query.bind(session.as_str()).bind(chunk.segment.as_str()).bind(chunk.seq);
            let known = query.fetch_optional(self.on()).await?;
            return Ok(if known.is_some_and(|(sha256,)| sha256 == chunk.sha256) { Place::Known } else { Place::Taken });
        }
        if closed_at.is_some() {
            return Ok(Place::Closed);
        }
        if chunk.seq > last + 1 {
            return Ok(Place::Gap { expected: last + 1 });
        }
        let query = self.query_as::<(i64, i64)>(
            "select cast(count(*) as bigint), cast(coalesce(sum(bytes), 0) as bigint) from recording_segments \
             where tenant_id = $1 and session_id = $2 and source = $3",
        );
        let (segments, bytes) = query.bind(session.as_str()).bind(own).fetch_one(self.on()).await?;
        let is_full = (last == 0 && segments >= MOST_SEGMENTS) || bytes + chunk.bytes > MOST_BYTES;
        Ok(if is_full { Place::Full } else { Place::Next })
    }

    async fn add_chunk(&mut self, session: &SessionId, chunk: &NewChunk, now: Timestamp) -> Result<()> {
        self.query(
            "insert into recording_segments (tenant_id, session_id, segment_id, media_type, leg, offset_ms, last_seq, \
             bytes, created_at, closed_at, side, source, position) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
             on conflict (tenant_id, session_id, segment_id) do update set last_seq = excluded.last_seq, \
             bytes = recording_segments.bytes + excluded.bytes, closed_at = excluded.closed_at, \
             position = excluded.position",
        )
        .bind(session.as_str())
        .bind(chunk.segment.as_str())
        .bind(chunk.media_type)
        .bind(chunk.leg)
        .bind(chunk.offset_ms)
        .bind(chunk.seq)
        .bind(chunk.bytes)
        .bind(now.0)
        .bind(chunk.is_last.then_some(now.0))
        .bind(chunk.side.text())
        .bind(chunk.source.text())
        .bind(chunk.position)
        .execute(self.on())
        .await?;
        self.query(
            "insert into recording_chunks (tenant_id, session_id, segment_id, seq, sha256, bytes, end_ms, received_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(session.as_str())
        .bind(chunk.segment.as_str())
        .bind(chunk.seq)
        .bind(chunk.sha256.as_str())
        .bind(chunk.bytes)
        .bind(chunk.end_ms)
        .bind(now.0)
        .execute(self.on())
        .await?;
        Ok(())
    }

    /// Every segment with its chunks: in the order of their ids' bytes, each in order.
    pub async fn recording_segments(&mut self, session: &SessionId) -> Result<Vec<Segment>> {
        type Columns = (String, String, i64, i64, Option<i64>, String, String);
        let query = self.query_as::<Columns>(
            "select segment_id, media_type, leg, offset_ms, closed_at, side, source from recording_segments \
             where tenant_id = $1 and session_id = $2",
        );
        let rows = query.bind(session.as_str()).fetch_all(self.on()).await?;
        let segment = |(segment, media_type, leg, offset_ms, closed_at, side, source): Columns| Segment {
            segment,
            media_type,
            leg,
            offset_ms,
            is_closed: closed_at.is_some(),
            side: Side::parse(&side),
            source: Source::parse(&source),
            chunks: Vec::new(),
        };
        let mut segments: Vec<Segment> = rows.into_iter().map(segment).collect();
        segments.sort_by(|a, b| a.segment.as_bytes().cmp(b.segment.as_bytes()));
        type Row = (String, i64, String, i64, i64, i64);
        let query = self.query_as::<Row>(
            "select segment_id, seq, sha256, bytes, end_ms, received_at from recording_chunks \
             where tenant_id = $1 and session_id = $2 order by segment_id, seq",
        );
        for (id, seq, sha256, bytes, end_ms, received_at) in query.bind(session.as_str()).fetch_all(self.on()).await? {
            let at = segments.binary_search_by(|s| s.segment.as_bytes().cmp(id.as_bytes()));
            if let Some(segment) = at.ok().and_then(|at| segments.get_mut(at)) {
                segment.chunks.push(Chunk { seq, sha256, bytes, end_ms, received_at });
            }
        }
        Ok(segments)
    }
}
