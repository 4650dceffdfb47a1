//! The door to the talk: takes the page's offer, makes the call, and has the control channel open and configured
//! before the answer goes back. Session descriptions pass through byte for byte.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use interview::Timestamp;
use realtime_api::ClientEvent;
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use super::{
    chain::Chain,
    configure::configure,
    integrity::Guard,
    leg::Leg,
    meter::Meter,
    recorder::Instance,
    reserve::{Wish, release, reserve},
    seed,
    start::{claim, worker},
    translate::Translator,
    worker::Command,
};
use crate::{
    adapters::realtime::{Call, Realtime, error::RealtimeError, sdp, sdp::OfferProblem, sideband::Attach},
    app::App,
    budget::prices::Tariff,
    config::ProviderKind,
    error::{Code, Error, Result},
    ids::SessionId,
    provider::{
        Pick, Provider,
        session::{self, Ask},
    },
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

/// Makes a call for a session that has its consent. An earlier leg ends, its tab is told.
pub async fn connect(app: &Arc<App>, store: &TenantStore, session: &SessionId, offer: Bytes) -> Result<Connected> {
    sdp::check_offer(&offer).map_err(|problem| offer_error(&problem))?;
    let turn = app.hub.connecting(session);
    let _one_at_a_time = turn.lock().await;
    let provider = app.provider(store).await?;
    let plan = store.read(async |db| prepare(app, db, session, &provider).await).await?;
    reserve(app, store, session, plan.wish(&provider)).await?;
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
    let worker = worker(app, store, session).await?;
    take_over(&worker, plan.number).await?;
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
    worker.send(Command::Connected(Box::new(leg))).await.map_err(|_| over())?;
    Ok(Connected { answer: call.answer, leg: plan.number })
}

/// What the next leg will be.
struct LegPlan {
    number: i64,
    plan_ms: i64,
    ask: Ask,
    /// The candidate's pseudonym.
    person: String,
    /// What the provider is told of the legs before.
    seeds: Vec<ClientEvent>,
}

async fn prepare(app: &App, db: &mut Db, session: &SessionId, provider: &Provider) -> Result<LegPlan> {
    let row = db.session(session).await?;
    if row.state == "finished" {
        return Err(over());
    }
    let version = db.plan_version(&row.plan_version_id).await?;
    let last = db.legs(session).await?.pop();
    let number = last.as_ref().map_or(1, |leg| leg.number + 1);
    // One voice within a session, as long as one provider carries it.
    let kept = match last {
        Some(leg) if leg.provider != provider.kind => None,
        _ => db.session_voice(session).await?,
    };
    let voice = match kept {
        Some(voice) => voice,
        None if provider.kind != ProviderKind::Own => provider.settings.voice.clone(),
        None => {
            let owners = [version.id.as_str(), row.invitation_id.as_str()];
            let mut is_rendered = true;
            for owner in owners {
                let (done, total) = db.render_progress(owner).await?;
                is_rendered &= done == total;
            }
            let (plan_texts, _) = db.render_progress(version.id.as_str()).await?;
            if is_rendered && plan_texts > 0 { version.voice } else { app.config.voice.fast_voice.clone() }
        }
    };
    let plan_ms = i64::from(interview::plan::minutes(&version.plan)) * 60_000;
    let person = app.vault.pseudonym(db.tenant().as_str(), row.candidate_id.as_str());
    let seeds = seed::items(number, &row.position_title, &db.transcript(session).await?);
    Ok(LegPlan { number, plan_ms, ask: Ask { language: version.plan.language, voice }, person, seeds })
}

impl LegPlan {
    /// What is reserved: by the models that are tried first.
    fn wish(&self, provider: &Provider) -> Wish {
        let (model, transcription) = session::names(provider, Pick::default());
        let tariff = Tariff { is_own: provider.realtime.is_own(), model, transcription };
        Wish { leg: self.number, plan_ms: self.plan_ms, tariff }
    }
}

async fn take_over(worker: &mpsc::Sender<Command>, next: i64) -> Result<()> {
    let (done, wait) = oneshot::channel();
    worker.send(Command::TakeOver { next, done }).await.map_err(|_| over())?;
    // Late last words are no reason to keep the candidate waiting.
    let _ = timeout(TAKE_OVER_WITHIN, wait).await;
    Ok(())
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
        meter: Meter::start(app, store, session, plan.number),
        is_ready: false,
        guard: (!provider.realtime.is_own()).then(Guard::default),
        asked_to_move: None,
        repair: None,
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

fn over() -> Error {
    Error::new(Code::SessionOver, "This interview is over.")
}

fn offer_error(problem: &OfferProblem) -> Error {
    let code = match problem {
        OfferProblem::TooLong | OfferProblem::NotSdp | OfferProblem::Line(_) => Code::SdpInvalid,
        OfferProblem::NoAudio => Code::SdpWithoutAudio,
    };
    Error::new(code, format!("The call cannot be made: {problem}."))
}
