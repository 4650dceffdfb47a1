//! The ledger of calls: reserved before a call is made, renewed while it runs, settled when it is over.

mod orphans;
mod report;
mod running;

pub use orphans::Orphan;
pub use report::{DayTotals, LegCost, RefusalRow};
pub use running::{Renewed, Used};

use interview::Timestamp;

use super::{Db, Engine, dialect};
use crate::{
    budget::{Hold, Totals, day::Day, prices::Tariff},
    error::Result,
    ids::SessionId,
};

/// A call that is about to be made.
#[derive(Clone, Debug)]
pub struct Reservation {
    /// Of which session.
    pub session: SessionId,
    /// Its number there.
    pub leg: i64,
    /// When it is made.
    pub at: Timestamp,
    /// Taken for lost after this.
    pub lease_until: Timestamp,
    /// By what it is priced.
    pub tariff: Tariff,
    /// What is set aside.
    pub hold: Hold,
}

/// How a reservation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The call was hung up.
    Settled,
    /// The call was lost, and hung up by whoever found it.
    Expired,
    /// The call never came up; it counts for nothing.
    Released,
}

impl Outcome {
    fn text(self) -> &'static str {
        match self {
            Outcome::Settled => "settled",
            Outcome::Expired => "expired",
            Outcome::Released => "released",
        }
    }
}

/// Money of a day ($2) that is spent, or held by a call that lives ($4: now) of another session than $3.
const COMMITTED: &str = "select cast(coalesce(sum(case when settled_at is null and lease_until > $4 and session_id <> $3 \
     and held_micros > spent_micros then held_micros else spent_micros end), 0) as bigint) as micros \
     from reservations where tenant_id = $1 and day = $2";

impl Db {
    /// Makes every other judgment about this company's calls wait until this transaction is over.
    pub async fn lock_ledger(&mut self) -> Result<()> {
        if self.engine == Engine::Sqlite {
            return Ok(()); // It has one writer at a time anyway.
        }
        self.query(
            "insert into ledgers (tenant_id, entries) values ($1, 1) \
             on conflict (tenant_id) do update set entries = ledgers.entries + 1",
        )
        .execute(self.on())
        .await?;
        Ok(())
    }

    /// What counts for a new call of a session: not as one of its calls one that we lost ourselves. A call that it takes over holds no money any more, and no place.
    pub async fn budget_totals(&mut self, session: &SessionId, leg: i64, now: Timestamp) -> Result<Totals> {
        let sql = dialect::built(format!(
            "select own.legs, own.ms, others.live, day.micros from \
             (select cast(coalesce(sum(case when outcome = 'expired' then 0 else 1 end), 0) as bigint) as legs, cast(coalesce(sum(case when settled_at is not null then used_ms \
             when lease_until < $4 then (lease_until - reserved_at) / 1000 else ($4 - reserved_at) / 1000 end), 0) as bigint) as ms \
             from reservations where tenant_id = $1 and session_id = $3 and leg <> $5 and coalesce(outcome, '') <> 'released') own, \
             (select cast(count(distinct session_id) as bigint) as live from reservations \
             where tenant_id = $1 and session_id <> $3 and settled_at is null and lease_until > $4) others, ({COMMITTED}) day"
        ));
        let query = self.query_as::<(i64, i64, i64, i64)>(sql).bind(Day::of(now).0).bind(session.as_str()).bind(now.0);
        let (legs, used_ms, others_live, committed_micros) = query.bind(leg).fetch_one(self.on()).await?;
        Ok(Totals { legs, used_ms, others_live, committed_micros })
    }

    /// Reserves a call. False: somebody else is making this very call.
    pub async fn add_reservation(&mut self, new: &Reservation) -> Result<bool> {
        let query = self.query(
            "insert into reservations (tenant_id, session_id, leg, day, is_own, model, transcription, reserved_at, \
             lease_until, held_ms, held_micros, spent_micros) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0) \
             on conflict (tenant_id, session_id, leg) do update set day = excluded.day, is_own = excluded.is_own, \
             model = excluded.model, transcription = excluded.transcription, reserved_at = excluded.reserved_at, \
             lease_until = excluded.lease_until, held_ms = excluded.held_ms, held_micros = excluded.held_micros, \
             settled_at = null, used_ms = null, outcome = null \
             where reservations.outcome = 'released' \
             or (reservations.settled_at is null and reservations.lease_until <= excluded.reserved_at)",
        );
        let query = query.bind(new.session.as_str()).bind(new.leg).bind(Day::of(new.at).0);
        let query = query.bind(i64::from(new.tariff.is_own)).bind(new.tariff.model.as_str());
        let query = query.bind(new.tariff.transcription.as_str()).bind(new.at.0).bind(new.lease_until.0);
        let done = query.bind(new.hold.ms).bind(new.hold.micros).execute(self.on()).await?;
        Ok(done.rows_affected() > 0)
    }

    /// Prices a call by the models that it got, which need not be those that were tried first.
    pub async fn reprice(&mut self, session: &SessionId, leg: i64, model: String, transcription: String) -> Result<()> {
        let query = self.query(
            "update reservations set model = $4, transcription = $5 \
             where tenant_id = $1 and session_id = $2 and leg = $3 and settled_at is null",
        );
        query.bind(session.as_str()).bind(leg).bind(model).bind(transcription).execute(self.on()).await?;
        Ok(())
    }

    /// Sets a call's lease, if it is not settled.
    pub async fn lease(&mut self, session: &SessionId, leg: i64, until: Timestamp) -> Result<()> {
        let query = self.query(
            "update reservations set lease_until = $4 \
             where tenant_id = $1 and session_id = $2 and leg = $3 and settled_at is null",
        );
        query.bind(session.as_str()).bind(leg).bind(until.0).execute(self.on()).await?;
        Ok(())
    }

    /// Ends a reservation; the first end counts. False: it had ended before.
    pub async fn settle(&mut self, session: &SessionId, leg: i64, at: Timestamp, outcome: Outcome) -> Result<bool> {
        let query = self.query(
            "update reservations set settled_at = $4, outcome = $5, \
             used_ms = case when $5 = 'released' or $4 < reserved_at then 0 else ($4 - reserved_at) / 1000 end \
             where tenant_id = $1 and session_id = $2 and leg = $3 and settled_at is null",
        );
        let query = query.bind(session.as_str()).bind(leg).bind(at.0).bind(outcome.text());
        Ok(query.execute(self.on()).await?.rows_affected() > 0)
    }

    /// Notes that a start was refused, for the recruiter.
    pub async fn add_refusal(&mut self, session: &SessionId, code: &str, now: Timestamp) -> Result<()> {
        let query = self.query(
            "insert into refusals (tenant_id, session_id, code, times, last_at) values ($1, $2, $3, 1, $4) \
             on conflict (tenant_id, session_id, code) \
             do update set times = refusals.times + 1, last_at = excluded.last_at",
        );
        query.bind(session.as_str()).bind(code.to_owned()).bind(now.0).execute(self.on()).await?;
        Ok(())
    }
}
