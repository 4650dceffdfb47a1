//! A running call in the ledger: what it used is written, its lease renewed, and what it and its day cost is summed up.

use interview::Timestamp;
use sqlx::FromRow as _;

use crate::{
    budget::{
        Hold, Running,
        prices::{Priced, Tariff},
        usage::Usage,
    },
    error::Result,
    ids::SessionId,
    store::{
        Db, Engine, TenantStore, dialect,
        script::{Ran, Script},
    },
};

/// A running call, renewed.
#[derive(Clone, Debug)]
pub struct Renewed {
    /// When it was reserved.
    pub reserved_at: Timestamp,
    /// By what it is priced.
    pub tariff: Tariff,
    /// What the ledger says of it.
    pub running: Running,
}

/// What a call used, by which model's prices, and its price.
pub type Used<'a> = (&'a Usage, &'a str, Priced);

/// What a call cost is the sum of its usages.
const SPEND: &str = "update reservations set spent_micros = (select cast(coalesce(sum(u.micros), 0) as bigint) from usages u \
     where u.tenant_id = $1 and u.session_id = $2 and u.leg = $3) where tenant_id = $1 and session_id = $2 and leg = $3";
const RENEW: &str = "update reservations set lease_until = $4 \
     where tenant_id = $1 and session_id = $2 and leg = $3 and settled_at is null \
     returning reserved_at, held_ms, held_micros, spent_micros, is_own, model, transcription";
/// Money of the day of a call that is spent, or held by a call that lives ($4: now).
const DAY: &str = "select cast(coalesce(sum(case when settled_at is null and lease_until > $4 \
     and held_micros > spent_micros then held_micros else spent_micros end), 0) as bigint) from reservations \
     where tenant_id = $1 and day = (select day from reservations where tenant_id = $1 and session_id = $2 and leg = $3)";

/// Telling a usage twice changes nothing.
fn add_usages(
    script: &mut Script,
    engine: Engine,
    (session, leg): (&SessionId, i64),
    used: &[Used<'_>],
    at: Timestamp,
) {
    let row = |(usage, model, priced): &Used<'_>| {
        let (t, known) = (usage.tokens, i64::from(priced.is_known));
        let tokens = (t.audio_in, t.audio_cached, t.text_in, t.text_cached, t.audio_out, t.text_out);
        (usage.kind.text(), usage.subject.clone(), (*model).to_owned(), known, tokens, usage.sound_ms, priced.micros)
    };
    let rows: Vec<_> = used.iter().map(row).collect();
    let sql = format!(
        "insert into usages (tenant_id, session_id, leg, kind, subject, model, is_known, audio_in, audio_cached, text_in, \
         text_cached, audio_out, text_out, sound_ms, micros, at) select $1, $3, cast($4 as bigint), value ->> 0, \
         value ->> 1, value ->> 2, cast(value ->> 3 as bigint), cast(value -> 4 ->> 0 as bigint), \
         cast(value -> 4 ->> 1 as bigint), cast(value -> 4 ->> 2 as bigint), cast(value -> 4 ->> 3 as bigint), \
         cast(value -> 4 ->> 4 as bigint), cast(value -> 4 ->> 5 as bigint), cast(value ->> 5 as bigint), \
         cast(value ->> 6 as bigint), cast($5 as bigint) from {} where true \
         on conflict (tenant_id, session_id, leg, kind, subject) do nothing",
        dialect::list(engine)
    );
    script.add(sql, [dialect::json(&rows).into(), session.as_str().into(), leg.into(), at.0.into()]);
    script.add(SPEND, [session.as_str().into(), leg.into()]);
}

/// Writes what was used, renews, and sums up.
fn renewal(
    mut script: Script,
    engine: Engine,
    call: (&SessionId, i64),
    used: &[Used<'_>],
    (until, now): (Timestamp, Timestamp),
) -> Script {
    if !used.is_empty() {
        add_usages(&mut script, engine, call, used, now);
    }
    let (session, leg) = (call.0.as_str(), call.1);
    script.add(RENEW, [session.into(), leg.into(), until.0.into()]);
    script.add(DAY, [session.into(), leg.into(), now.0.into()]);
    script
}

/// What the last two statements of a [`renewal`] found.
fn renewed(ran: &[Ran], now: Timestamp) -> Result<Option<Renewed>> {
    type Columns = (i64, i64, i64, i64, i64, String, String);
    let [.., call, day] = ran else { return Ok(None) };
    let Some(row) = call.rows.first() else { return Ok(None) };
    let (reserved_at, ms, micros, spent_micros, is_own, model, transcription) = Columns::from_row(row)?;
    let (committed_micros,) = day.rows.first().map_or(Ok((0,)), <(i64,)>::from_row)?;
    let reserved_at = Timestamp(reserved_at);
    let age_ms = now.ms_since(reserved_at);
    let running = Running { age_ms, hold: Hold { ms, micros }, spent_micros, committed_micros };
    Ok(Some(Renewed { reserved_at, tariff: Tariff { is_own: is_own != 0, model, transcription }, running }))
}

impl TenantStore {
    /// Adds what a call used, renews its lease until `until` and sums up what it and its day cost, in one transaction.
    /// `None`: the reservation is settled or was never made.
    pub async fn renew(
        &self,
        session: &SessionId,
        leg: i64,
        used: &[Used<'_>],
        (until, now): (Timestamp, Timestamp),
    ) -> Result<Option<Renewed>> {
        let engine = self.store.engine();
        let script = Script::new(engine, self.store.0.named, self.tenant.as_str());
        let script = renewal(script, engine, (session, leg), used, (until, now));
        let (tx, ran) = self.store.begin_with(&script).await?;
        tx.commit().await?;
        renewed(&ran, now)
    }
}

impl Db {
    /// As [`TenantStore::renew`], within a transaction.
    pub async fn renew(
        &mut self,
        session: &SessionId,
        leg: i64,
        used: &[Used<'_>],
        (until, now): (Timestamp, Timestamp),
    ) -> Result<Option<Renewed>> {
        let script = renewal(self.script(), self.engine, (session, leg), used, (until, now));
        renewed(&script.run_in(self.on()).await?, now)
    }

    /// Adds what a call used; telling it twice changes nothing. False: it was there.
    pub async fn add_usage(&mut self, session: &SessionId, leg: i64, used: Used<'_>, now: Timestamp) -> Result<bool> {
        let mut script = self.script();
        add_usages(&mut script, self.engine, (session, leg), &[used], now);
        let ran = script.run_in(self.on()).await?;
        Ok(ran.first().is_some_and(|added| added.changed > 0))
    }
}
