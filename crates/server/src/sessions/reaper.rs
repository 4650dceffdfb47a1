//! Ends calls that nobody looks after: those whose lease ran out, and those of sealed sessions.

use std::sync::Arc;

use super::{hub::State, start::worker, timer};
use crate::{
    adapters::realtime::Realtime,
    app::App,
    error::Result,
    store::{
        TenantStore,
        budget::{Orphan, Outcome},
    },
};

/// How often it looks.
pub const EVERY_MS: i64 = 30_000;
/// The worker that seals a session has hung up before; what is up so long after is an orphan.
const SEALED_FOR_MS: i64 = 20_000;
/// A provider that does not answer is asked again for so long; it ends every call within the hour.
const GIVE_UP_MS: i64 = 70 * 60_000;

/// Looks now and every 30 s until the server stops.
pub async fn run_forever(app: Arc<App>) {
    loop {
        if let Err(error) = reap(&app).await {
            tracing::error!(%error, "lost calls cannot be looked for");
        }
        let next = app.now().plus_ms(EVERY_MS);
        tokio::select! {
            () = app.stop.cancelled() => return,
            () = timer::reached(&app.clock, Some(next)) => {}
        }
    }
}

/// Looks once, in every company; returns how many calls it ended.
pub async fn reap(app: &Arc<App>) -> Result<usize> {
    let tenants = app.store.system("find companies with calls").read(async |db| db.tenants_with_calls().await).await?;
    let mut ended = 0;
    for tenant in tenants {
        let store = app.store.tenant(&tenant);
        let (now, sealed_by) = (app.now(), app.now().plus_ms(-SEALED_FOR_MS));
        for orphan in store.read(async |db| db.orphans(now, sealed_by).await).await? {
            // A worker of this process renews by itself, also after a pause of the whole machine.
            let holds = |state: State| state.leg == orphan.leg && state.session_state == "live";
            let is_held =
                app.hub.worker(&orphan.session).is_some() && app.hub.state(&orphan.session).is_some_and(holds);
            if !is_held && end(app, &store, &orphan).await? {
                ended += 1;
            }
        }
    }
    Ok(ended)
}

/// Hangs one call up and settles it. False: not now, or somebody else did.
async fn end(app: &Arc<App>, store: &TenantStore, orphan: &Orphan) -> Result<bool> {
    let (now, session, leg) = (app.now(), &orphan.session, orphan.leg);
    if let Some(call_id) = &orphan.call_id
        && let Err(error) = way(app, store, orphan).await?.hang_up(call_id).await
    {
        tracing::warn!(%session, leg, %error, "a lost call could not be hung up");
        if now.ms_since(orphan.lease_until) < GIVE_UP_MS {
            return Ok(false);
        }
    }
    let outcome = if orphan.call_id.is_some() { Outcome::Expired } else { Outcome::Released };
    let is_mine = store
        .write(async |db| {
            // A candidate who came back meanwhile may have made the call that this one was to be.
            let is_mine = db.settle_orphan(orphan, now, outcome).await?;
            if is_mine {
                db.end_leg(session, leg, now, "lease_lost").await?;
                db.session_interrupted(session, leg).await?;
            }
            Ok(is_mine)
        })
        .await?;
    if is_mine {
        tracing::warn!(%session, leg, "a lost call is ended");
    }
    if is_mine && orphan.call_id.is_some() && !orphan.is_finished {
        // Somebody must wait for the candidate, and seal the session if nobody comes.
        worker(app, store, session, None).await?;
    }
    Ok(is_mine)
}

/// The way to the provider that carries a call, whatever the company uses by now.
async fn way(app: &App, store: &TenantStore, orphan: &Orphan) -> Result<Realtime> {
    let legs = store.read(async |db| db.legs(&orphan.session).await).await?;
    let provider = legs.iter().find(|leg| leg.number == orphan.leg).map(|leg| leg.provider).unwrap_or_default();
    Ok(app.realtime_of(store, provider).await.unwrap_or_else(|error| {
        tracing::error!(session = %orphan.session, leg = orphan.leg, ?error, "there is no way to this call any more");
        app.engine.nowhere()
    }))
}
