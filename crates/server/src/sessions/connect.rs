//! The door to the talk: takes the page's offer, makes the call, and has the control channel open and configured
//! before the answer goes back. Session descriptions pass through byte for byte.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use interview::Timestamp;
use realtime_api::{
    ClientEvent, ServerEvent, Session, TurnDetection, TurnDetectionKind,
    client::SessionUpdate,
    session::{Audio, AudioInput, AudioOutput, Transcription, Voice},
};
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use super::{
    chain::Chain,
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
    adapters::realtime::{
        Call,
        error::RealtimeError,
        sdp,
        sdp::OfferProblem,
        sideband::{Attach, Sideband},
    },
    app::App,
    budget::prices::Tariff,
    error::{Code, Error, Result},
    ids::SessionId,
    secrets,
    store::{Db, LegRow, TenantStore},
};

/// The words that any provider of the protocol takes for its default models.
const MODEL: &str = "gpt-realtime";
const TRANSCRIPTION: &str = "gpt-4o-transcribe";
/// The provider must accept the configuration within this time.
const CONFIGURE_WITHIN: Duration = Duration::from_secs(5);
/// The last words of a leg that is taken over are waited for this long; afterwards they come in beside the new leg.
const TAKE_OVER_WITHIN: Duration = Duration::from_secs(3);
/// Our event id of the configuration.
const CONFIGURE: &str = "configure";

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
    sdp::check_offer(&offer).map_err(offer_error)?;
    let turn = app.hub.connecting(session);
    let _one_at_a_time = turn.lock().await;
    let plan = store.read(async |db| prepare(app, db, session).await).await?;
    reserve(app, store, session, plan.wish(app)).await?;
    let mut is_up = false;
    let made = make(app, store, session, (offer, &plan), &mut is_up).await;
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
    (offer, plan): (Bytes, &LegPlan),
    is_up: &mut bool,
) -> Result<Connected> {
    let worker = worker(app, store, session).await?;
    take_over(&worker, plan.number).await?;
    let call = app.realtime.call(offer, &plan.session_json()).await?;
    *is_up = true;
    let result = open(app, store, session, plan, &call).await;
    let leg = match result {
        Ok(leg) => leg,
        Err(error) => {
            *is_up = !give_back(app, store, session, &call, plan.number).await;
            return Err(error);
        }
    };
    worker.send(Command::Connected(Box::new(leg))).await.map_err(|_| over())?;
    Ok(Connected { answer: call.answer, leg: plan.number })
}

/// What the next leg will be.
struct LegPlan {
    number: i64,
    plan_ms: i64,
    voice: String,
    language: String,
    /// What the provider is told of the legs before.
    seeds: Vec<ClientEvent>,
}

async fn prepare(app: &App, db: &mut Db, session: &SessionId) -> Result<LegPlan> {
    let row = db.session(session).await?;
    if row.state == "finished" {
        return Err(over());
    }
    let version = db.plan_version(&row.plan_version_id).await?;
    let number = db.legs(session).await?.last().map_or(1, |leg| leg.number + 1);
    let voice = match db.session_voice(session).await? {
        Some(voice) => voice,
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
    let seeds = seed::items(number, &row.position_title, &db.transcript(session).await?);
    Ok(LegPlan { number, plan_ms, voice, language: version.plan.language, seeds })
}

impl LegPlan {
    fn wish(&self, app: &App) -> Wish {
        let (model, transcription) = (MODEL.to_owned(), TRANSCRIPTION.to_owned());
        let tariff = Tariff { is_own: app.realtime.is_own(), model, transcription };
        Wish { leg: self.number, plan_ms: self.plan_ms, tariff }
    }

    fn session(&self) -> Session {
        let transcription = Transcription {
            model: Some(Some(TRANSCRIPTION.to_owned())),
            language: Some(Some(self.language.clone())),
            ..Transcription::default()
        };
        let turn_detection = TurnDetection {
            kind: TurnDetectionKind::SemanticVad,
            create_response: Some(false),
            interrupt_response: Some(true),
            ..TurnDetection::default()
        };
        let input = AudioInput {
            transcription: Some(Some(transcription)),
            turn_detection: Some(Some(turn_detection)),
            ..AudioInput::default()
        };
        let output = AudioOutput { voice: Some(Voice::Name(self.voice.clone())), ..AudioOutput::default() };
        Session {
            audio: Some(Audio { input: Some(input), output: Some(output), ..Audio::default() }),
            ..Session::default()
        }
    }

    fn session_json(&self) -> serde_json::Value {
        let session = Session { model: Some(MODEL.to_owned()), ..self.session() };
        serde_json::to_value(session).unwrap_or_default()
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
async fn open(app: &Arc<App>, store: &TenantStore, session: &SessionId, plan: &LegPlan, call: &Call) -> Result<Leg> {
    let now = app.now();
    let instance = store.write(async |db| commit_leg(db, session, plan, call, now).await).await?;
    let mut sideband = app.realtime.attach(&call.id, Attach::First).await?;
    let configured = timeout(CONFIGURE_WITHIN, configure(&mut sideband, plan.session())).await;
    let early = configured.unwrap_or(Err(RealtimeError::Timeout))?;
    let mut leg = Leg {
        instance,
        call_id: call.id.clone(),
        translator: Translator::default(),
        chain: Chain::default(),
        sideband: Some(sideband),
        early,
        since: now,
        meter: Meter::start(app, store, session, plan.number),
        is_ready: false,
        guard: (!app.realtime.is_own()).then(Guard::default),
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
    call: &Call,
    now: Timestamp,
) -> Result<Arc<Instance>> {
    let id = secrets::hex(&secrets::random::<16>());
    let leg = LegRow {
        number: plan.number,
        call_id: call.id.clone(),
        instance: id.clone(),
        started_at: now,
        ready_at: None,
        ended_at: None,
        end_reason: None,
    };
    db.session_live(session, &plan.voice, now).await?;
    db.add_leg(session, &leg).await?;
    claim(db, session, plan.number, &id).await
}

/// Sends the configuration and waits until it is in force; returns what arrived before.
async fn configure(sideband: &mut Sideband, session: Session) -> std::result::Result<Vec<String>, RealtimeError> {
    let update = SessionUpdate { event_id: CONFIGURE.to_owned(), session, ..SessionUpdate::default() };
    let text = serde_json::to_string(&ClientEvent::from(update));
    let text = text.map_err(|e| RealtimeError::BadAnswer(e.to_string()))?;
    let closed = || RealtimeError::Unavailable("the control channel closed".to_owned());
    sideband.to_provider.send(text).await.map_err(|_| closed())?;
    let mut early = Vec::new();
    loop {
        let frame = sideband.from_provider.recv().await.ok_or_else(closed)?;
        match serde_json::from_str(&frame) {
            Ok(ServerEvent::SessionUpdated(_)) => {
                // Kept as well: whoever goes on with the call after us must know how it was configured.
                early.push(frame);
                return Ok(early);
            }
            Ok(ServerEvent::ErrorEvent(e)) if e.error.event_id == Some(Some(CONFIGURE.to_owned())) => {
                let code = e.error.code.unwrap_or_default();
                return Err(RealtimeError::BadAnswer(format!("the configuration was refused: {code}")));
            }
            _ => early.push(frame),
        }
    }
}

/// Undoes a call whose leg did not come up. The invitation stays good. False: the call could not be hung up.
async fn give_back(app: &App, store: &TenantStore, session: &SessionId, call: &Call, number: i64) -> bool {
    let hung_up = app.realtime.hang_up(&call.id).await;
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

fn offer_error(problem: OfferProblem) -> Error {
    let code = match problem {
        OfferProblem::TooLong | OfferProblem::NotSdp => Code::SdpInvalid,
        OfferProblem::NoAudio => Code::SdpWithoutAudio,
    };
    Error::new(code, format!("The call cannot be made: {problem}."))
}
