//! What chunks were joined into.

use interview::Timestamp;

use crate::{
    error::Result,
    ids::SessionId,
    recording::{blobs::Durable, parts::Part},
    store::{Db, errors::unreadable},
};

/// What was joined, and from how many chunks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordingRow {
    /// How many.
    pub chunks: i64,
    /// The files.
    pub parts: Vec<Part>,
}

impl Db {
    /// What was joined so far.
    pub async fn recording(&mut self, session: &SessionId) -> Result<Option<RecordingRow>> {
        let query = self
            .query_as::<(i64, String)>("select chunks, parts from recordings where tenant_id = $1 and session_id = $2");
        let row = query.bind(session.as_str()).fetch_optional(self.on()).await?;
        row.map(|(chunks, parts)| Ok(RecordingRow { chunks, parts: serde_json::from_str(&parts).map_err(unreadable)? }))
            .transpose()
    }

    /// Keeps what was joined. The proofs: of each file, that its bytes are durable.
    pub async fn set_recording(
        &mut self,
        session: &SessionId,
        row: &RecordingRow,
        _: &[Durable],
        now: Timestamp,
    ) -> Result<()> {
        self.query(
            "insert into recordings (tenant_id, session_id, chunks, parts, joined_at) values ($1, $2, $3, $4, $5) \
             on conflict (tenant_id, session_id) do update set chunks = excluded.chunks, parts = excluded.parts, \
             joined_at = excluded.joined_at where recordings.chunks <= excluded.chunks",
        )
        .bind(session.as_str())
        .bind(row.chunks)
        .bind(serde_json::to_string(&row.parts).map_err(unreadable)?)
        .bind(now.0)
        .execute(self.on())
        .await?;
        Ok(())
    }
}
