//! Bringing a session's worker to life: from nothing, or from its log after a crash.

use std::sync::Arc;

use interview::{Script, plan::Plan};
use tokio::sync::mpsc;

use super::{
    closing::Left,
    leg::Leg,
    meter::Meter,
    reattach::{Lost, reattach},
    recorder::{Desk, Instance, Recorder},
    replay::replay,
    sealing,
    step::word,
    worker::{Command, MAILBOX, Worker},
};
use crate::{
    app::App,
    config::ProviderKind,
    error::Result,
    evidence::reason::Reason,
    ids::SessionId,
    recording::listen,
    store::{
        Db, Engine, LegRow, SessionRow, TenantStore, TurnRow, Unclosed,
        log::{LoggedRow, Source},
        spoken_name,
    },
};

/// What the store knows of a session.
struct Known {
    script: Script,
    rows: Vec<LoggedRow>,
    turns: Vec<TurnRow>,
    last_leg: Option<LegRow>,
    /// Earlier legs that were not closed.
    unclosed: Vec<i64>,
}

/// Returns the worker of a session; starts it if it does not run. `fresh`: the script of a session that never had a
/// leg, and that gets none meanwhile; without it the store is asked.
pub async fn worker(
    app: &Arc<App>,
    store: &TenantStore,
    session: &SessionId,
    fresh: Option<Script>,
) -> Result<mpsc::Sender<Command>> {
    if let Some(running) = app.hub.worker(session).filter(|w| !w.is_closed()) {
        return Ok(running);
    }
    let (own, commands) = mpsc::channel(MAILBOX);
    let (counts, is_new) = app.hub.claim(session, own.clone());
    if !is_new {
        return Ok(counts);
    }
    let known = match fresh {
        Some(script) => Ok(Known { script, rows: Vec::new(), turns: Vec::new(), last_leg: None, unclosed: Vec::new() }),
        None => store.read(async |db| know(db, session).await).await,
    };
    let built = match known {
        Ok(known) => build(app, store, session, known, (&own, commands)).await,
        Err(error) => Err(error),
    };
    match built {
        Ok(worker) => {
            app.tasks.spawn(worker.run());
            Ok(own)
        }
        Err(error) => {
            app.hub.release(session);
            Err(error)
        }
    }
}

/// Takes up every session that was going on when the process before this one stopped.
pub async fn recover(app: &Arc<App>) -> Result<usize> {
    let system = app.store.system("take up running sessions");
    if app.store.engine() == Engine::Sqlite {
        // Nobody else runs jobs here: whoever claimed one is dead.
        system.write(async |db| db.release_jobs().await).await?;
    }
    let tenants = system.read(async |db| db.tenants().await).await?;
    let mut count = 0;
    for tenant in tenants {
        let store = app.store.tenant(&tenant);
        for session in store.read(async |db| db.running_sessions().await).await? {
            worker(app, &store, &session, None).await?;
            count += 1;
        }
        sealing::owe_all(app, &store).await?;
        for Unclosed { session, leg, call: id, started_at } in store.read(async |db| db.unclosed_sound().await).await? {
            let realtime = app.engine.clone();
            listen::listen(app, &store, &listen::Call { session, leg, started_at, id, realtime });
        }
    }
    Ok(count)
}

async fn build(
    app: &Arc<App>,
    store: &TenantStore,
    session: &SessionId,
    known: Known,
    (own, commands): (&mpsc::Sender<Command>, mpsc::Receiver<Command>),
) -> Result<Worker> {
    let instance = match &known.last_leg {
        Some(leg) => Some(store.write(async |db| claim(db, session, leg.number, &leg.instance).await).await?),
        None => None,
    };
    let replayed = replay(known.script, &known.rows)?;
    let desk = Desk {
        tenant: store.tenant().clone(),
        session: session.clone(),
        appender: app.appender.clone(),
        hub: app.hub.clone(),
        turn_seq: known.turns.iter().map(|row| row.seq).max().unwrap_or_default(),
        items: known.turns.iter().map(|row| row.turn.item.clone()).collect(),
        worker: own.downgrade(),
    };
    let mut worker = Worker {
        app: app.clone(),
        store: store.clone(),
        session: session.clone(),
        interview: replayed.interview,
        recorder: Recorder::start(desk),
        commands,
        own: own.downgrade(),
        leg: None,
        instance: instance.clone(),
        wake: replayed.wake,
        closing: 0,
        takeover: None,
        saved: known.turns.len() as i64,
        page_away: None,
        no_leg: Some(app.now()),
        ending: replayed.ended.map(word),
        fault: None,
        integrity: 0,
        kept_together: None,
        must_leave: false,
    };
    if let (Some(leg), Some(instance)) = (known.last_leg.filter(|leg| leg.ended_at.is_none()), instance) {
        let realtime = app.realtime_of(store, leg.provider).await.unwrap_or_else(|error| {
            tracing::error!(%session, leg = leg.number, ?error, "there is no way to this call any more");
            app.engine.nowhere()
        });
        let guard = (!realtime.is_own()).then_some(replayed.guard);
        if leg.provider == ProviderKind::Own {
            let (session, id, realtime) = (session.clone(), leg.call_id.clone(), realtime.clone());
            let call = listen::Call { session, leg: leg.number, started_at: leg.started_at, id, realtime };
            listen::listen(app, store, &call);
        }
        worker.take_up(Leg {
            instance,
            realtime,
            call_id: leg.call_id,
            translator: replayed.translator,
            chain: replayed.chain,
            sideband: None,
            early: Vec::new(),
            since: leg.started_at,
            meter: Meter::start(app, store, session, leg.number, app.now()),
            // Not by the leg's row: it may know what the interview was never told.
            is_ready: replayed.ready == Some(leg.number),
            guard,
            asked_to_move: None,
            repair: None,
            left: leg.end_reason,
        });
    }
    for leg in known.unclosed {
        worker.give_up(leg);
    }
    Ok(worker)
}

impl Worker {
    /// Holds a call that was up when the process before this one stopped, and opens its control channel again.
    fn take_up(&mut self, mut leg: Leg) {
        leg.chain.interrupted();
        self.no_leg = None;
        let task = reattach(leg.realtime.clone(), leg.call_id.clone(), leg.number(), self.own.clone(), Lost::Before);
        self.leg = Some(leg);
        self.app.tasks.spawn(task);
    }

    /// Ends an earlier call whose last words were waited for when the process before this one died: there may have been more.
    fn give_up(&mut self, leg: i64) {
        self.closing += 1;
        self.note_flaw(&Reason::channel_gap(leg));
        self.note_leg_end(Left { leg, at: self.app.now(), why: "lease_lost".to_owned() });
    }
}

/// Takes a leg's log instance over.
pub async fn claim(db: &mut Db, session: &SessionId, leg: i64, id: &str) -> Result<Arc<Instance>> {
    let (epoch, last_seq) = db.claim_instance(session, id, Source::Sideband).await?;
    Ok(Arc::new(Instance { id: id.to_owned(), leg, epoch, last_seq }))
}

async fn know(db: &mut Db, session: &SessionId) -> Result<Known> {
    let row = db.session(session).await?;
    let version = db.plan_version(&row.plan_version_id).await?;
    let mut legs = db.legs(session).await?;
    let last_leg = legs.pop();
    Ok(Known {
        script: script(db, &row, version.plan).await?,
        rows: db.logged_rows(session).await?,
        turns: db.transcript(session).await?,
        last_leg,
        unclosed: legs.into_iter().filter(|leg| leg.ended_at.is_none()).map(|leg| leg.number).collect(),
    })
}

/// What the interviewer says and to whom.
pub async fn script(db: &mut Db, row: &SessionRow, plan: Plan) -> Result<Script> {
    let company = db.own_tenant().await?.name;
    let candidate = spoken_name(&row.candidate_name).to_owned();
    Ok(Script { plan, company, position: row.position_title.clone(), candidate })
}
