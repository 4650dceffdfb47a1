//! The door to the talk: takes the page's offer, makes the call, and has the control channel open and configured
//! before the answer goes back. Session descriptions pass through byte for byte.

use std::{net::IpAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use interview::{StageName, Timestamp};
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use super::{
    admission::may_talk,
    chain::Chain,
    configure::configure,
    integrity::Guard,
    leg::Leg,
    leg_plan::LegPlan,
    meter::Meter,
    recorder::Instance,
    reserve::{confirm, release, reserve},
    start::{claim, worker},
    translate::Translator,
    worker::Command,
};
use crate::{
    adapters::realtime::{Call, Realtime, error::RealtimeError, sdp, sdp::OfferProblem, sideband::Attach},
    app::App,
    budget::{LEASE_MS, RENEW_MS},
    config::ProviderKind,
    error::{Code, Error, Result},
    ids::{InvitationId, SessionId},
    provider::{Pick, Provider, session},
    recording::listen,
    secrets,
    store::{Db, LegRow, TenantStore},
};

/// The provider must accept the configuration within this time.
const CONFIGURE_WITHIN: Duration = Duration::from_secs(5);
/// The last words of a leg that is taken over are waited for this long; afterwards they come in beside the new leg.
const TAKE_OVER_WITHIN: Duration = Duration::from_secs(3);

/// A leg that is up.
#[derive(Debug)]
pub struct Connected {
    /// The provider's answer, unchanged.
    pub answer: Bytes,
    /// The leg's number.
    pub leg: i64,
}

/// A page that wants to talk.
#[derive(Debug)]
pub struct Wanted {
    /// By which invitation.
    pub invitation: InvitationId,
    /// The invitation's session.
    pub session: SessionId,
    /// Where the page is.
    pub address: IpAddr,
    /// Its offer.
    pub offer: Bytes,
}

/// Makes a call for a candidate who may talk. An earlier leg ends, its tab is told.
pub async fn connect(app: &Arc<App>, store: &TenantStore, wanted: Wanted) -> Result<Connected> {
    let Wanted { invitation, session, address, offer } = wanted;
    let session = &session;
    sdp::check_offer(&offer).map_err(|problem| offer_error(&problem))?;
    let turn = app.hub.connecting(session);
    let _one_at_a_time = turn.lock().await;
    let read = async |db: &mut Db| {
        let known = db.voice_providers().await?;
        let allowed = may_talk(db, &invitation, app.chosen_of(&known), app.now()).await?;
        let provider = app.provider_of(store, &known)?;
        let plan = LegPlan::prepare(app, db, allowed, &provider).await?;
        Ok((provider, plan))
    };
    let (provider, plan) = store.read(read).await?;
    app.limits.start(app.config.budget.starts_per_address, address, app.now())?;
    let reserved = store.write(async |db| reserve(app, db, session, plan.wish(&provider)).await).await;
    confirm(app, store, session, plan.number, reserved).await?;
    let mut is_up = false;
    let made = make(app, store, session, (offer, &plan, &provider), &mut is_up).await;
    if made.is_err() && !is_up {
        release(app, store, session, plan.number).await;
    }
    made
}

/// Makes a call that is reserved. `is_up`: whether the provider has a call that somebody must still hang up.
async fn make(
    app: &Arc<App>,
    store: &TenantStore,
    session: &SessionId,
    (offer, plan, provider): (Bytes, &LegPlan, &Provider),
    is_up: &mut bool,
) -> Result<Connected> {
    let worker = worker(app, store, session, plan.script.clone()).await?;
    take_over(app, session, &worker, plan.number).await?;
    let made = provider.call(offer, &plan.ask, &plan.person).await;
    let (call, pick) = made.inspect_err(|error| app.troubles.note(store.tenant(), app.now(), error))?;
    *is_up = true;
    let leg = match open(app, store, session, plan, provider, (&call, pick)).await {
        Ok(leg) => leg,
        Err(error) => {
            *is_up = !give_back(app, store, session, (&provider.realtime, &call), plan.number).await;
            return Err(error);
        }
    };
    app.troubles.clear(store.tenant());
    worker.send(Command::Connected(Box::new(leg))).await.map_err(|_| left())?;
    Ok(Connected { answer: call.answer, leg: plan.number })
}

async fn take_over(app: &App, session: &SessionId, worker: &mpsc::Sender<Command>, next: i64) -> Result<()> {
    let (done, wait) = oneshot::channel();
    worker.send(Command::TakeOver { next, done }).await.map_err(|_| left())?;
    match timeout(TAKE_OVER_WITHIN, wait).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => Err(left()),
        // That it is over is not in the log yet.
        Err(_) if app.hub.state(session).is_some_and(|state| state.view.stage == StageName::Ended) => Err(left()),
        // Late last words are no reason to keep the candidate waiting.
        Err(_) => Ok(()),
    }
}

/// Commits the leg, then opens and configures its control channel.
async fn open(
    app: &Arc<App>,
    store: &TenantStore,
    session: &SessionId,
    plan: &LegPlan,
    provider: &Provider,
    (call, pick): (&Call, Pick),
) -> Result<Leg> {
    let now = app.now();
    let commit = async |db: &mut Db| {
        if pick != Pick::default() {
            let (model, transcription) = session::names(provider, pick);
            db.reprice(session, plan.number, model, transcription).await?;
        }
        commit_leg(db, session, plan, (provider.kind, call), now).await
    };
    let instance = store.write(commit).await?;
    if plan.ask.keeps_sound && provider.realtime.is_own() {
        let (session, leg, id) = (session.clone(), plan.number, call.id.clone());
        let realtime = provider.realtime.clone();
        listen::listen(app, store, &listen::Call { session, leg, started_at: now, id, realtime });
    }
    let note = |error: &RealtimeError| app.troubles.note(store.tenant(), now, error);
    let mut sideband = provider.realtime.attach(&call.id, Attach::First).await.inspect_err(note)?;
    let configured = timeout(CONFIGURE_WITHIN, configure(&mut sideband, provider, pick, &plan.ask)).await;
    let early = configured.unwrap_or(Err(RealtimeError::Timeout)).inspect_err(note)?;
    let mut leg = Leg {
        instance,
        realtime: provider.realtime.clone(),
        call_id: call.id.clone(),
        translator: Translator::default(),
        chain: Chain::default(),
        sideband: Some(sideband),
        early,
        since: now,
        meter: Meter::start(app, store, session, plan.number, now.plus_ms(RENEW_MS)),
        is_ready: false,
        guard: (!provider.realtime.is_own()).then(Guard::default),
        asked_to_move: None,
        repair: None,
        left: None,
    };
    for seed in &plan.seeds {
        leg.send(seed);
    }
    Ok(leg)
}

async fn commit_leg(
    db: &mut Db,
    session: &SessionId,
    plan: &LegPlan,
    (provider, call): (ProviderKind, &Call),
    now: Timestamp,
) -> Result<Arc<Instance>> {
    let id = secrets::hex(&secrets::random::<16>());
    let leg = LegRow {
        number: plan.number,
        provider,
        call_id: call.id.clone(),
        instance: id.clone(),
        started_at: now,
        ready_at: None,
        ended_at: None,
        end_reason: None,
    };
    // It is up: from now on its lease is as short as that of every other.
    db.lease(session, plan.number, now.plus_ms(LEASE_MS)).await?;
    db.session_live(session, &plan.ask.voice, now).await?;
    db.add_leg(session, &leg).await?;
    claim(db, session, plan.number, &id).await
}

/// Undoes a call whose leg did not come up. The invitation stays good. False: the call could not be hung up.
async fn give_back(
    app: &App,
    store: &TenantStore,
    session: &SessionId,
    (realtime, call): (&Realtime, &Call),
    number: i64,
) -> bool {
    let hung_up = realtime.hang_up(&call.id).await;
    if let Err(error) = &hung_up {
        tracing::warn!(%session, leg = number, %error, "a call that failed could not be hung up");
    }
    let now = app.now();
    let done = store
        .write(async |db| {
            db.end_leg(session, number, now, "failed").await?;
            if number == 1 {
                db.session_not_begun(session).await
            } else {
                db.session_interrupted(session, number).await
            }
        })
        .await;
    if let Err(error) = done {
        tracing::error!(%session, leg = number, %error, "the end of a leg is not noted");
    }
    hung_up.is_ok()
}

/// The worker left meanwhile. The next try learns why: the server stops, another one holds the session, or it is over.
fn left() -> Error {
    Error::new(Code::Stopping, "The interview is being taken up again. Try again in a moment.").retry_after(1)
}

/// Nothing can be said any more.
pub fn over() -> Error {
    Error::new(Code::SessionOver, "This interview is over.")
}

fn offer_error(problem: &OfferProblem) -> Error {
    let code = match problem {
        OfferProblem::TooLong | OfferProblem::NotSdp | OfferProblem::Line(_) => Code::SdpInvalid,
        OfferProblem::NoAudio => Code::SdpWithoutAudio,
    };
    Error::new(code, format!("The call cannot be made: {problem}."))
}
