//! `GET /v1/realtime`: WebSocket sessions (`?model=`, `?intent=transcription`) and sidebands (`?call_id=`).

use std::sync::Arc;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use realtime_api::server::ErrorEvent;
use realtime_api::{ErrorDetail, ServerEvent, Session, SessionKind};
use serde::Deserialize;

use super::calls::{BETA_IS_GONE, asks_for_beta, bound_session, settings_for, unreadable};
use super::keys::Caller;
use crate::actor::to_text;
use crate::call::Replay;
use crate::engine::Doors;
use crate::error::ApiError;
use crate::senses::Senses;
use crate::session::Wire;
use crate::sim::What;
use crate::websocket::{MAX_FRAME, SocketSession, refuse, run_sideband};

/// What a client asks for; exactly one of these.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    model: Option<String>,
    intent: Option<String>,
    call_id: Option<String>,
    replay: Option<String>,
}

/// Reads `replay=items`, which is ours: a sideband that comes back is told what it may have missed.
fn replay(wanted: Option<&str>) -> Result<Replay, ApiError> {
    match wanted {
        None => Ok(Replay::None),
        Some("items") => Ok(Replay::Items),
        Some(_) => {
            let message = "Invalid 'replay': the supported value is 'items'.";
            Err(ApiError::invalid("invalid_value", message, Some("replay")))
        }
    }
}

/// Opens a session or a sideband. Every refusal is an HTTP answer to the handshake.
pub(crate) async fn open(
    caller: Caller,
    State(doors): State<Arc<Doors>>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    let upgrade = upgrade.map_err(unreadable)?;
    let upgrade = upgrade.protocols(["realtime"]).max_message_size(MAX_FRAME).max_frame_size(MAX_FRAME);
    if asks_for_beta(&headers) {
        return Ok(refuse_beta(upgrade));
    }
    match (wanted.model, wanted.intent.as_deref(), wanted.call_id) {
        (None, None, Some(call_id)) => {
            open_sideband(&doors, &caller, &call_id, replay(wanted.replay.as_deref())?, upgrade).await
        }
        (Some(model), None, None) => {
            let asked = Session { model: Some(model), ..Session::default() };
            open_session(&doors, caller, asked, upgrade)
        }
        (None, Some("transcription"), None) => {
            open_session(&doors, caller, Session { kind: SessionKind::Transcription, ..Session::default() }, upgrade)
        }
        (None, Some(_), None) => {
            let message = "Invalid value. Supported values are: 'transcription'.";
            Err(ApiError::invalid("invalid_value", message, Some("intent")))
        }
        (None, None, None) => {
            let message = "Missing required parameter: 'model' (or 'call_id', or 'intent').";
            Err(ApiError::invalid("missing_required_parameter", message, Some("model")))
        }
        _ => {
            let message = "The parameters 'model', 'intent' and 'call_id' exclude each other.";
            Err(ApiError::invalid("invalid_value", message, Some("model")))
        }
    }
}

fn open_session(
    doors: &Arc<Doors>,
    caller: Caller,
    asked: Session,
    upgrade: WebSocketUpgrade,
) -> Result<Response, ApiError> {
    // A key made for another kind of session brings nothing into this one.
    let bound = bound_session(caller).filter(|bound| bound.kind == asked.kind);
    let settings = settings_for(doors, bound, Some(asked))?;
    let room = doors.take_room()?;
    let id = doors.new_suffix();
    let actor = doors.start_session(Wire::WebSocket, &id, settings, true);
    let session = SocketSession::new(id.clone(), actor, room);
    let doors = Arc::clone(doors);
    Ok(upgrade.on_upgrade(move |socket| {
        let tracker = doors.tasks.clone();
        tracker.track_future(async move {
            let code = session.run(socket, doors.stop.clone()).await;
            doors.senses.note_end(&format!("sess_{id}"), code);
        })
    }))
}

async fn open_sideband(
    doors: &Arc<Doors>,
    caller: &Caller,
    call_id: &str,
    replay: Replay,
    upgrade: WebSocketUpgrade,
) -> Result<Response, ApiError> {
    // As at OpenAI, an ephemeral key does not find the call.
    let call = doors.call(call_id).filter(|_| matches!(caller, Caller::Standard)).ok_or_else(ApiError::no_call)?;
    // Nor does OpenAI tell again what was before.
    let replay = if matches!(doors.senses, Senses::Script(_)) { Replay::None } else { replay };
    let number = doors.next_sideband();
    // Attached before the handshake is answered: nothing that happens from now on is missed.
    let events = call.attach(number, replay).await.ok_or_else(ApiError::no_call)?;
    if let Senses::Script(stage) = &doors.senses {
        stage.ledger.note(Some(call_id), What::Attached { sideband: number });
    }
    let tracker = doors.tasks.clone();
    Ok(upgrade.on_upgrade(move |socket| tracker.track_future(run_sideband(socket, number, call, events))))
}

fn refuse_beta(upgrade: WebSocketUpgrade) -> Response {
    let error = ErrorDetail::invalid("beta_api_shape_disabled", BETA_IS_GONE, None);
    let event = ServerEvent::from(ErrorEvent { error, event_id: "event_beta".into(), ..Default::default() });
    upgrade.on_upgrade(move |socket| async move {
        if let Some(text) = to_text(&event) {
            refuse(socket, text, 4000, "invalid_request_error.beta_api_shape_disabled").await;
        }
    })
}
