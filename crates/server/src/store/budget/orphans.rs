//! Calls that nobody looks after: found across companies, ended in each.

use interview::Timestamp;

use super::Outcome;
use crate::{
    error::Result,
    ids::{SessionId, TenantId},
    store::{Db, Engine, System, tx::Tx},
};

/// A call to be hung up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orphan {
    /// Of which session.
    pub session: SessionId,
    /// Its number there.
    pub leg: i64,
    /// The provider's id; `None`: the call was reserved, and nothing is known of it since.
    pub call_id: Option<String>,
    /// Whether the session is finished.
    pub is_finished: bool,
    /// When somebody last looked after it.
    pub lease_until: Timestamp,
}

impl Db {
    /// Calls whose lease ran out by `now`, and those of sessions that were finished by `sealed_by`.
    pub async fn orphans(&mut self, now: Timestamp, sealed_by: Timestamp) -> Result<Vec<Orphan>> {
        let query = self.query_as::<(String, i64, Option<String>, String, i64)>(
            "select r.session_id, r.leg, l.call_id, s.state, r.lease_until from reservations r \
             join sessions s on s.tenant_id = r.tenant_id and s.id = r.session_id \
             left join legs l on l.tenant_id = r.tenant_id and l.session_id = r.session_id and l.number = r.leg \
             where r.tenant_id = $1 and r.settled_at is null \
             and (r.lease_until <= $2 or (s.state = 'finished' and s.ended_at <= $3)) order by r.session_id, r.leg",
        );
        let rows = query.bind(now.0).bind(sealed_by.0).fetch_all(self.on()).await?;
        let orphan = |(session, leg, call_id, state, lease_until): (String, i64, Option<String>, String, i64)| Orphan {
            session: SessionId::stored(session),
            leg,
            call_id,
            is_finished: state == "finished",
            lease_until: Timestamp(lease_until),
        };
        Ok(rows.into_iter().map(orphan).collect())
    }
}

impl Db {
    /// Settles an orphan. False: somebody looks after it by now, or settled it before.
    pub async fn settle_orphan(&mut self, orphan: &Orphan, at: Timestamp, outcome: Outcome) -> Result<bool> {
        let query = self.query(
            "update reservations set lease_until = lease_until where tenant_id = $1 and session_id = $2 and leg = $3 \
             and settled_at is null and lease_until = $4",
        );
        let query = query.bind(orphan.session.as_str()).bind(orphan.leg).bind(orphan.lease_until.0);
        let is_still_one = query.execute(self.on()).await?.rows_affected() > 0;
        Ok(is_still_one && self.settle(&orphan.session, orphan.leg, at, outcome).await?)
    }

    /// Sessions of all companies that have a living call, with those of this transaction. `None` on PostgreSQL, where
    /// row security hides the others and transactions run beside each other: there it is counted after the commit.
    pub async fn live_sessions(&mut self, now: Timestamp) -> Result<Option<i64>> {
        if self.engine == Engine::Postgres {
            return Ok(None);
        }
        live_sessions(&mut self.tx, self.named, now).await.map(Some)
    }
}

async fn live_sessions(tx: &mut Tx, named: bool, now: Timestamp) -> Result<i64> {
    let (live,): (i64,) = sqlx::query_as(
        "select cast(count(*) as bigint) from (select distinct tenant_id, session_id from reservations \
         where settled_at is null and lease_until > $1) as live",
    )
    .persistent(named)
    .bind(now.0)
    .fetch_one(&mut **tx)
    .await?;
    Ok(live)
}

impl System {
    /// Companies that have a call that is not settled.
    pub async fn tenants_with_calls(&mut self) -> Result<Vec<TenantId>> {
        let rows: Vec<(String,)> =
            sqlx::query_as("select distinct tenant_id from reservations where settled_at is null order by tenant_id")
                .persistent(self.named)
                .fetch_all(&mut *self.tx)
                .await?;
        Ok(rows.into_iter().map(|(id,)| TenantId::stored(id)).collect())
    }

    /// Sessions of all companies that have a living call, committed by now.
    pub async fn live_sessions(&mut self, now: Timestamp) -> Result<i64> {
        live_sessions(&mut self.tx, self.named, now).await
    }
}
