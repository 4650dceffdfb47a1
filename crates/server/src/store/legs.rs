//! Legs: one call at the provider each, chained within a session.

use interview::Timestamp;

use super::{Db, met};
use crate::{config::ProviderKind, error::Result, ids::SessionId};

/// One call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegRow {
    /// From 1.
    pub number: i64,
    /// Who carries it.
    pub provider: ProviderKind,
    /// The provider's id of the call.
    pub call_id: String,
    /// The log instance that our control channel writes during it.
    pub instance: String,
    /// When the provider answered the offer.
    pub started_at: Timestamp,
    /// When the page reported that it is connected.
    pub ready_at: Option<Timestamp>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// Why; known before the end itself, for as long as last words are waited for.
    pub end_reason: Option<String>,
}

type Columns = (i64, String, String, i64, Option<i64>, Option<i64>, Option<String>, String);

impl Db {
    /// Records a call. A number that is there already is refused: two connects raced, and this one lost.
    pub async fn add_leg(&mut self, session: &SessionId, leg: &LegRow) -> Result<()> {
        let query = self.query(
            "insert into legs (tenant_id, session_id, number, call_id, instance_id, started_at, provider) \
             values ($1, $2, $3, $4, $5, $6, $7)",
        );
        let query = query.bind(session.as_str()).bind(leg.number).bind(leg.call_id.as_str());
        let query = query.bind(leg.instance.as_str()).bind(leg.started_at.0).bind(leg.provider.text());
        query.execute(self.on()).await?;
        Ok(())
    }

    /// Marks a leg as connected; the first time counts.
    pub async fn leg_ready(&mut self, session: &SessionId, number: i64, at: Timestamp) -> Result<()> {
        let query = self.query(
            "update legs set ready_at = coalesce(ready_at, $4) where tenant_id = $1 and session_id = $2 and number = $3",
        );
        met(&query.bind(session.as_str()).bind(number).bind(at.0).execute(self.on()).await?)
    }

    /// Gives a leg up; it ends once its last words are in.
    pub async fn leave_leg(&mut self, session: &SessionId, number: i64, reason: &str) -> Result<()> {
        let query = self.query(
            "update legs set end_reason = coalesce(end_reason, $4) \
             where tenant_id = $1 and session_id = $2 and number = $3 and ended_at is null",
        );
        query.bind(session.as_str()).bind(number).bind(reason).execute(self.on()).await?;
        Ok(())
    }

    /// Ends a leg; the first reason counts.
    pub async fn end_leg(&mut self, session: &SessionId, number: i64, at: Timestamp, reason: &str) -> Result<()> {
        let query = self.query(
            "update legs set ended_at = $4, end_reason = coalesce(end_reason, $5) \
             where tenant_id = $1 and session_id = $2 and number = $3 and ended_at is null",
        );
        let query = query.bind(session.as_str()).bind(number).bind(at.0).bind(reason);
        query.execute(self.on()).await?;
        Ok(())
    }

    /// All legs of a session, in order.
    pub async fn legs(&mut self, session: &SessionId) -> Result<Vec<LegRow>> {
        let query = self.query_as::<Columns>(
            "select number, call_id, instance_id, started_at, ready_at, ended_at, end_reason, provider from legs \
             where tenant_id = $1 and session_id = $2 order by number",
        );
        let rows = query.bind(session.as_str()).fetch_all(self.on()).await?;
        Ok(rows.into_iter().map(leg).collect())
    }
}

fn leg((number, call_id, instance, started_at, ready_at, ended_at, end_reason, provider): Columns) -> LegRow {
    LegRow {
        number,
        provider: ProviderKind::parse(&provider).unwrap_or_default(),
        call_id,
        instance,
        started_at: Timestamp(started_at),
        ready_at: ready_at.map(Timestamp),
        ended_at: ended_at.map(Timestamp),
        end_reason,
    }
}
