//! Reading and claiming the log inside a transaction.

use interview::{Input, Timestamp, ToolAnswer};
use serde::{Deserialize, Serialize};

use super::Source;
use crate::{
    error::Result,
    ids::SessionId,
    store::{Db, errors::unreadable},
};

/// An input as it is stored: what the interview was told, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedInput {
    /// The time it was handled at.
    pub at: Timestamp,
    /// What it was.
    pub input: Input,
}

/// A row of our control channels, as it is read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedRow {
    /// The leg during which it was written.
    pub leg: i64,
    /// [`INPUT`], [`FLAW`], [`INTEGRITY`], or the provider's event type.
    pub kind: String,
    /// JSON.
    pub body: String,
    /// When it was handled.
    pub at: Timestamp,
}

/// The kind of the rows that hold a [`LoggedInput`].
pub const INPUT: &str = "input";
/// The kind of the rows that hold a [`Reason`](crate::evidence::reason::Reason): what is missing or unproven.
pub const FLAW: &str = "flaw";
/// The kind of the rows that say, as a JSON string, what somebody else did to the call.
pub const INTEGRITY: &str = "integrity";
/// The kind of the rows that hold an [`interview::ToolAnswer`]: what a model asked for and whether it was done.
pub const TOOL: &str = "tool";

impl Db {
    /// Takes an instance over and returns its new epoch and last place. Writers with an older epoch are fenced out.
    pub async fn claim_instance(&mut self, session: &SessionId, instance: &str, source: Source) -> Result<(i64, i64)> {
        let query = self.query_as(
            "insert into log_cursors (tenant_id, session_id, instance_id, source, epoch, last_seq, head) \
             values ($1, $2, $3, $4, 1, 0, '') \
             on conflict (tenant_id, session_id, instance_id) do update set epoch = log_cursors.epoch + 1 \
             returning epoch, last_seq",
        );
        Ok(query.bind(session.as_str()).bind(instance).bind(source.letter()).fetch_one(self.on()).await?)
    }

    /// Everything that our control channels wrote so far, in order.
    pub async fn logged_rows(&mut self, session: &SessionId) -> Result<Vec<LoggedRow>> {
        let query = self.query_as::<(i64, String, String, i64)>(
            "select leg, kind, body, received_at from log_rows where tenant_id = $1 and session_id = $2 \
             and source = 'S' order by leg, seq",
        );
        let rows = query.bind(session.as_str()).fetch_all(self.on()).await?;
        let row = |(leg, kind, body, at)| LoggedRow { leg, kind, body, at: Timestamp(at) };
        Ok(rows.into_iter().map(row).collect())
    }

    /// What a model asked the interview to do so far, and what became of it.
    pub async fn logged_tools(&mut self, session: &SessionId) -> Result<Vec<ToolAnswer>> {
        let bodies = self.sideband_bodies(session, TOOL).await?;
        bodies.iter().map(|(body,)| serde_json::from_str(body).map_err(unreadable)).collect()
    }

    /// What somebody else did to the session's calls, in words, with its time.
    pub async fn logged_integrity(&mut self, session: &SessionId) -> Result<Vec<(Timestamp, String)>> {
        let query = self.query_as::<(String, i64)>(
            "select body, received_at from log_rows where tenant_id = $1 and session_id = $2 and source = 'S' \
             and kind = $3 order by leg, seq",
        );
        let rows = query.bind(session.as_str()).bind(INTEGRITY).fetch_all(self.on()).await?;
        let words = |(body, at): (String, i64)| Ok((Timestamp(at), serde_json::from_str(&body).map_err(unreadable)?));
        rows.into_iter().map(words).collect()
    }

    async fn sideband_bodies(&mut self, session: &SessionId, kind: &'static str) -> Result<Vec<(String,)>> {
        let query = self.query_as(
            "select body from log_rows where tenant_id = $1 and session_id = $2 and source = 'S' and kind = $3 \
             order by leg, seq",
        );
        Ok(query.bind(session.as_str()).bind(kind).fetch_all(self.on()).await?)
    }
}
