//! What candidates agreed to, with the text that they saw.

use interview::Timestamp;

use super::Db;
use crate::{
    error::Result,
    ids::{ConsentId, SessionId},
};

/// A recorded consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentRow {
    /// Version of the notice.
    pub version: String,
    /// The notice as it was shown (JSON).
    pub notice: String,
    /// When it was accepted.
    pub accepted_at: Timestamp,
}

impl Db {
    /// Records a consent.
    pub async fn add_consent(&mut self, id: &ConsentId, session: &SessionId, consent: &ConsentRow) -> Result<()> {
        let query = self.query(
            "insert into consents (tenant_id, id, session_id, notice_version, notice, accepted_at) \
             values ($1, $2, $3, $4, $5, $6)",
        );
        let query = query.bind(id.as_str()).bind(session.as_str());
        let query = query.bind(consent.version.as_str()).bind(consent.notice.as_str()).bind(consent.accepted_at.0);
        query.execute(self.on()).await?;
        Ok(())
    }

    /// The latest consent of a session.
    pub async fn consent(&mut self, session: &SessionId) -> Result<Option<ConsentRow>> {
        let query = self.query_as::<(String, String, i64)>(
            "select notice_version, notice, accepted_at from consents where tenant_id = $1 and session_id = $2 \
             order by accepted_at desc limit 1",
        );
        let row = query.bind(session.as_str()).fetch_optional(self.on()).await?;
        Ok(row.map(|(version, notice, at)| ConsentRow { version, notice, accepted_at: Timestamp(at) }))
    }
}
