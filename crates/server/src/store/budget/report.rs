//! What calls cost, as a recruiter reads it.

use interview::Timestamp;

use crate::{
    budget::{day::Day, usage::Tokens},
    error::Result,
    ids::SessionId,
    store::Db,
};

/// What one call cost so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegCost {
    /// Its number.
    pub leg: i64,
    /// Our own engine: nothing is paid.
    pub is_own: bool,
    /// The model that spoke.
    pub model: String,
    /// Whether every model in it has a price.
    pub is_known: bool,
    /// How long it took, or takes until now.
    pub used_ms: i64,
    /// In micro-dollars.
    pub micros: i64,
    /// Of its responses and recognized turns.
    pub tokens: Tokens,
}

/// A start that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalRow {
    /// The code that the page got.
    pub code: String,
    /// How often.
    pub times: i64,
    /// When last.
    pub last_at: Timestamp,
}

/// A company's day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayTotals {
    /// Micro-dollars spent.
    pub spent_micros: i64,
    /// Micro-dollars held for calls that run, beyond what they spent.
    pub held_micros: i64,
    /// How long the day's calls took so far.
    pub used_ms: i64,
    /// Calls that came up.
    pub legs: i64,
    /// Calls that run now, of any day.
    pub live: i64,
}

impl Db {
    /// What each call of a session cost.
    pub async fn leg_costs(&mut self, session: &SessionId, now: Timestamp) -> Result<Vec<LegCost>> {
        type Columns = (i64, i64, String, i64, i64);
        let query = self.query_as::<Columns>(
            "select leg, is_own, model, coalesce(used_ms, ($3 - reserved_at) / 1000), spent_micros from reservations \
             where tenant_id = $1 and session_id = $2 and coalesce(outcome, '') <> 'released' order by leg",
        );
        let rows = query.bind(session.as_str()).bind(now.0).fetch_all(self.on()).await?;
        let mut legs: Vec<LegCost> = rows
            .into_iter()
            .map(|(leg, is_own, model, used_ms, micros)| LegCost {
                leg,
                is_own: is_own != 0,
                model,
                is_known: true,
                used_ms: used_ms.max(0),
                micros,
                tokens: Tokens::default(),
            })
            .collect();
        self.add_tokens(session, &mut legs).await?;
        Ok(legs)
    }

    async fn add_tokens(&mut self, session: &SessionId, legs: &mut [LegCost]) -> Result<()> {
        let query = self.query_as::<(i64, i64, i64, i64, i64, i64, i64, i64)>(
            "select leg, cast(min(is_known) as bigint), cast(sum(audio_in) as bigint), cast(sum(audio_cached) as bigint), \
             cast(sum(text_in) as bigint), cast(sum(text_cached) as bigint), cast(sum(audio_out) as bigint), \
             cast(sum(text_out) as bigint) from usages where tenant_id = $1 and session_id = $2 group by leg",
        );
        for (number, is_known, audio_in, audio_cached, text_in, text_cached, audio_out, text_out) in
            query.bind(session.as_str()).fetch_all(self.on()).await?
        {
            if let Some(leg) = legs.iter_mut().find(|leg| leg.leg == number) {
                leg.is_known = is_known != 0;
                leg.tokens = Tokens { audio_in, audio_cached, text_in, text_cached, audio_out, text_out };
            }
        }
        Ok(())
    }

    /// Starts of a session that were refused, the last first.
    pub async fn refusals(&mut self, session: &SessionId) -> Result<Vec<RefusalRow>> {
        let query = self.query_as::<(String, i64, i64)>(
            "select code, times, last_at from refusals where tenant_id = $1 and session_id = $2 order by last_at desc, code",
        );
        let rows = query.bind(session.as_str()).fetch_all(self.on()).await?;
        let row = |(code, times, last_at)| RefusalRow { code, times, last_at: Timestamp(last_at) };
        Ok(rows.into_iter().map(row).collect())
    }

    /// What a day cost so far.
    pub async fn day_totals(&mut self, day: Day, now: Timestamp) -> Result<DayTotals> {
        let query = self.query_as::<(i64, i64, i64, i64, i64)>(
            "select cast(coalesce(sum(case when day = $2 then spent_micros else 0 end), 0) as bigint), \
             cast(coalesce(sum(case when day = $2 and settled_at is null and lease_until > $3 and held_micros > spent_micros \
             then held_micros - spent_micros else 0 end), 0) as bigint), \
             cast(coalesce(sum(case when day = $2 then coalesce(used_ms, ($3 - reserved_at) / 1000) else 0 end), 0) as bigint), \
             cast(count(case when day = $2 and coalesce(outcome, '') <> 'released' then 1 end) as bigint), \
             cast(count(case when settled_at is null and lease_until > $3 then 1 end) as bigint) \
             from reservations where tenant_id = $1 and (day = $2 or settled_at is null)",
        );
        let (spent_micros, held_micros, used_ms, legs, live) =
            query.bind(day.0).bind(now.0).fetch_one(self.on()).await?;
        Ok(DayTotals { spent_micros, held_micros, used_ms, legs, live })
    }
}
