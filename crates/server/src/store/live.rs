//! A session's way from its first leg to its seal.

use interview::Timestamp;

use super::{Db, errors::unreadable, met};
use crate::{
    error::{Code, Error, Result},
    evidence::reason::Reason,
    ids::SessionId,
};

/// How a session ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// When.
    pub at: Timestamp,
    /// `completed`, `candidate_ended`, `recruiter_ended` or `abandoned`.
    pub reason: String,
    /// Why the transcript is not complete; empty: it is complete.
    pub reasons: Vec<Reason>,
}

impl Db {
    /// A leg began: the session is live, from its first leg on with one voice. Refused when it is finished.
    pub async fn session_live(&mut self, session: &SessionId, voice: &str, now: Timestamp) -> Result<()> {
        let query = self.query(
            "update sessions set state = 'live', started_at = coalesce(started_at, $3), voice = coalesce(voice, $4), \
             epoch = epoch + 1 where tenant_id = $1 and id = $2 and state <> 'finished'",
        );
        let done = query.bind(session.as_str()).bind(now.0).bind(voice).execute(self.on()).await?;
        met(&done).map_err(|_| Error::new(Code::SessionOver, "This interview is over."))
    }

    /// No leg is up since leg `number` ended; a later leg that is up already makes this void.
    pub async fn session_interrupted(&mut self, session: &SessionId, number: i64) -> Result<()> {
        self.query(
            "update sessions set state = 'interrupted' where tenant_id = $1 and id = $2 and state = 'live' \
             and not exists (select 1 from legs where tenant_id = $1 and session_id = $2 and number > $3)",
        )
        .bind(session.as_str())
        .bind(number)
        .execute(self.on())
        .await?;
        Ok(())
    }

    /// The first leg did not come up: the session has not begun.
    pub async fn session_not_begun(&mut self, session: &SessionId) -> Result<()> {
        self.query("update sessions set state = 'ready', started_at = null, voice = null where tenant_id = $1 and id = $2 and state = 'live'")
            .bind(session.as_str())
            .execute(self.on())
            .await?;
        Ok(())
    }

    /// Seals a session and its invitation; the first ending counts.
    pub async fn finish_session(&mut self, session: &SessionId, ending: &Ending) -> Result<()> {
        let completeness = if ending.reasons.is_empty() { "complete" } else { "incomplete" };
        self.query(
            "update sessions set state = 'finished', ended_at = $3, end_reason = $4, completeness = $5, reasons = $6 \
             where tenant_id = $1 and id = $2 and state <> 'finished'",
        )
        .bind(session.as_str())
        .bind(ending.at.0)
        .bind(ending.reason.as_str())
        .bind(completeness)
        .bind(serde_json::to_string(&ending.reasons).map_err(unreadable)?)
        .execute(self.on())
        .await?;
        self.query(
            "update invitations set finished_at = $3 where tenant_id = $1 and finished_at is null \
             and id = (select invitation_id from sessions where tenant_id = $1 and id = $2)",
        )
        .bind(session.as_str())
        .bind(ending.at.0)
        .execute(self.on())
        .await?;
        Ok(())
    }

    /// The voice that the session began with.
    pub async fn session_voice(&mut self, session: &SessionId) -> Result<Option<String>> {
        let query = self.query_as::<(Option<String>,)>("select voice from sessions where tenant_id = $1 and id = $2");
        Ok(query.bind(session.as_str()).fetch_one(self.on()).await?.0)
    }

    /// Why the transcript of a finished session is not complete.
    pub async fn session_reasons(&mut self, session: &SessionId) -> Result<Vec<Reason>> {
        let query = self.query_as::<(Option<String>,)>("select reasons from sessions where tenant_id = $1 and id = $2");
        let (stored,) = query.bind(session.as_str()).fetch_one(self.on()).await?;
        reasons(stored.as_deref())
    }

    /// Sessions that were going on when this process, or the one before it, stopped.
    pub async fn running_sessions(&mut self) -> Result<Vec<SessionId>> {
        let rows: Vec<(String,)> = self
            .query_as("select id from sessions where tenant_id = $1 and state in ('live', 'interrupted') order by id")
            .fetch_all(self.on())
            .await?;
        Ok(rows.into_iter().map(|(id,)| SessionId::stored(id)).collect())
    }
}

/// Reads stored reasons; older rows hold plain sentences.
pub(super) fn reasons(stored: Option<&str>) -> Result<Vec<Reason>> {
    let Some(stored) = stored else { return Ok(Vec::new()) };
    let each: Vec<&serde_json::value::RawValue> = serde_json::from_str(stored).map_err(unreadable)?;
    each.into_iter().map(|one| Reason::read(one.get()).map_err(unreadable)).collect()
}
