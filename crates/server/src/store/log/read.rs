//! Reading and claiming the log inside a transaction.

use std::collections::HashSet;

use interview::{Input, Timestamp};
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

/// The kind of the rows that hold a [`LoggedInput`].
pub const INPUT: &str = "input";
/// The kind of the rows that say, as a JSON string, what is missing or unproven.
pub const FLAW: &str = "flaw";

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

    /// Everything the interview was told so far, in order.
    pub async fn logged_inputs(&mut self, session: &SessionId) -> Result<Vec<LoggedInput>> {
        let bodies = self.sideband_bodies(session, INPUT).await?;
        bodies.iter().map(|(body,)| serde_json::from_str(body).map_err(unreadable)).collect()
    }

    /// What was noted as missing or unproven so far, in words.
    pub async fn logged_flaws(&mut self, session: &SessionId) -> Result<Vec<String>> {
        let bodies = self.sideband_bodies(session, FLAW).await?;
        bodies.iter().map(|(body,)| serde_json::from_str(body).map_err(unreadable)).collect()
    }

    /// Ids of all conversation items that our control channels reported.
    pub async fn logged_items(&mut self, session: &SessionId) -> Result<HashSet<String>> {
        let query = self.query_as::<(String,)>(
            "select distinct item_id from log_rows where tenant_id = $1 and session_id = $2 and source = 'S' \
             and item_id is not null",
        );
        let items = query.bind(session.as_str()).fetch_all(self.on()).await?;
        Ok(items.into_iter().map(|(item,)| item).collect())
    }

    async fn sideband_bodies(&mut self, session: &SessionId, kind: &'static str) -> Result<Vec<(String,)>> {
        let query = self.query_as(
            "select body from log_rows where tenant_id = $1 and session_id = $2 and source = 'S' and kind = $3 \
             order by leg, seq",
        );
        Ok(query.bind(session.as_str()).bind(kind).fetch_all(self.on()).await?)
    }
}
