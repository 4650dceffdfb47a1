//! How far the server has come with what our own engine keeps of a call's sound.

use interview::Timestamp;

use super::Db;
use crate::{error::Result, ids::SessionId};

/// One side of a call as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineSegment {
    /// The last chunk's place.
    pub last_seq: i64,
    /// The last chunk's end, in milliseconds of the call.
    pub end_ms: i64,
    /// The number of the next packet.
    pub position: i64,
    /// Where the call's clock begins, after its leg did.
    pub offset_ms: i64,
    /// Whether nothing follows.
    pub is_closed: bool,
}

/// A call that is over and whose sound was not read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unclosed {
    /// Whose.
    pub session: SessionId,
    /// Which leg.
    pub leg: i64,
    /// The engine's id.
    pub call: String,
    /// When the leg began.
    pub started_at: Timestamp,
}

impl Db {
    /// How far a segment is; none: nothing of it is stored.
    pub async fn engine_segment(&mut self, session: &SessionId, segment: &str) -> Result<Option<EngineSegment>> {
        let query = self.query_as::<(i64, i64, i64, i64, Option<i64>)>(
            "select s.last_seq, c.end_ms, s.position, s.offset_ms, s.closed_at from recording_segments s \
             join recording_chunks c on c.tenant_id = s.tenant_id and c.session_id = s.session_id \
             and c.segment_id = s.segment_id and c.seq = s.last_seq \
             where s.tenant_id = $1 and s.session_id = $2 and s.segment_id = $3 and s.source = 'engine'",
        );
        let row = query.bind(session.as_str()).bind(segment).fetch_optional(self.on()).await?;
        Ok(row.map(|(last_seq, end_ms, position, offset_ms, closed_at)| EngineSegment {
            last_seq,
            end_ms,
            position,
            offset_ms,
            is_closed: closed_at.is_some(),
        }))
    }

    /// Calls that ended while nobody read their sound.
    pub async fn unclosed_sound(&mut self) -> Result<Vec<Unclosed>> {
        let query = self.query_as::<(String, i64, String, i64)>(
            "select distinct l.session_id, l.number, l.call_id, l.started_at from recording_segments s \
             join legs l on l.tenant_id = s.tenant_id and l.session_id = s.session_id and l.number = s.leg \
             where s.tenant_id = $1 and s.source = 'engine' and s.closed_at is null and l.ended_at is not null",
        );
        let rows = query.fetch_all(self.on()).await?;
        let call = |(session, leg, call, started_at)| Unclosed {
            session: SessionId::stored(session),
            leg,
            call,
            started_at: Timestamp(started_at),
        };
        Ok(rows.into_iter().map(call).collect())
    }
}
