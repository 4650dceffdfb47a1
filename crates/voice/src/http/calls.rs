//! `POST /v1/realtime/calls` and `…/hangup`: WebRTC calls, offer in, answer out.

use std::sync::Arc;

use axum::RequestExt;
use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use realtime_api::{Session, SessionKind};
use serde::Deserialize;
use serde_json::Value;

use super::keys::{Caller, Standard};
use crate::call::{Call, Command};
use crate::engine::Doors;
use crate::error::ApiError;
use crate::media::Keep;
use crate::senses::Senses;
use crate::session::{self, Settings, Wire};

/// The header of an interface that is gone.
pub(super) fn asks_for_beta(headers: &HeaderMap) -> bool {
    headers.get("openai-beta").is_some_and(|value| value == "realtime=v1")
}

/// What is said to a client of it.
pub(super) const BETA_IS_GONE: &str = "The Realtime Beta API is no longer supported. Please use the GA API: leave the \
                                       'OpenAI-Beta' header away.";

/// How a call is to be, beyond OpenAI's interface.
#[derive(Debug, Deserialize)]
pub(crate) struct CallQuery {
    client_events: Option<String>,
    sound: Option<String>,
}

impl CallQuery {
    /// `client_events=none`: the data channel only tells, the sideband alone controls.
    fn is_owner_heard(&self) -> Result<bool, ApiError> {
        match self.client_events.as_deref() {
            None | Some("all") => Ok(true),
            Some("none") => Ok(false),
            Some(_) => {
                let message = "Invalid 'client_events': supported values are 'all' and 'none'.";
                Err(ApiError::invalid("invalid_value", message, Some("client_events")))
            }
        }
    }

    /// `sound=keep`: the call's sound can be had by `GET …/sound`. A simulator has none to give.
    fn keeps(&self, senses: &Senses) -> Result<Keep, ApiError> {
        match self.sound.as_deref() {
            None => Ok(Keep::Nothing),
            Some("keep") if matches!(senses, Senses::Script(_)) => Ok(Keep::Nothing),
            Some("keep") => Ok(Keep::Sound),
            Some(_) => {
                let message = "Invalid 'sound': the supported value is 'keep'.";
                Err(ApiError::invalid("invalid_value", message, Some("sound")))
            }
        }
    }
}

/// Answers an offer and starts the call.
pub(crate) async fn create(
    caller: Caller,
    State(doors): State<Arc<Doors>>,
    Query(query): Query<CallQuery>,
    request: Request,
) -> Result<Response, ApiError> {
    let (is_owner_heard, keep) = (query.is_owner_heard()?, query.keeps(&doors.senses)?);
    if asks_for_beta(request.headers()) {
        return Err(ApiError::invalid("beta_api_shape_disabled", BETA_IS_GONE, None));
    }
    let (offer, asked) = read_body(request).await?;
    let session = asked.clone().map(read_session).transpose()?;
    let settings = settings_for(&doors, bound_session(caller), session)?;
    let room = doors.take_room()?;
    let (media, answer) = doors.media.accept(&offer, keep).await?;
    let suffix = doors.new_suffix();
    let id = format!("rtc_{suffix}");
    if let Some(tape) = &media.tape {
        doors.tapes.add(&id, Arc::clone(tape));
    }
    let actor = doors.start_session(Wire::WebRtc, &suffix, settings, is_owner_heard);
    let (call, handle) = Call::new(id.clone(), actor, media, room);
    doors.add_call(id.clone(), handle);
    let (keeper, name) = (Arc::clone(&doors), id.clone());
    doors.tasks.spawn(async move {
        let code = call.run(keeper.stop.clone()).await;
        keeper.remove_call(&name);
        keeper.senses.note_end(&name, code);
        // Not on the list of what must end in good order: it only waits.
        tokio::spawn(async move { keeper.tapes.forget(&name).await });
    });
    tracing::info!(call = %id, "call accepted");
    if let Senses::Script(stage) = &doors.senses {
        stage.note_call(&id, offer, asked, answer.clone());
    }
    let headers =
        [(header::LOCATION, format!("/v1/realtime/calls/{id}")), (header::CONTENT_TYPE, "application/sdp".to_owned())];
    Ok((StatusCode::CREATED, headers, answer).into_response())
}

/// Ends a call; its sidebands close.
pub(crate) async fn hang_up(
    _caller: Standard,
    State(doors): State<Arc<Doors>>,
    Path(id): Path<String>,
) -> Result<(), ApiError> {
    let call = doors.call(&id).ok_or_else(ApiError::no_call)?;
    if call.send(Command::HangUp).await { Ok(()) } else { Err(ApiError::no_call()) }
}

/// The session an ephemeral key was made for.
pub(super) fn bound_session(caller: Caller) -> Option<Session> {
    match caller {
        Caller::Standard => None,
        Caller::Ephemeral(session) => session.map(|session| *session),
    }
}

/// Checks a session as a client describes one.
pub(super) fn read_session(value: Value) -> Result<Session, ApiError> {
    session::check(&value, "session", &session::SESSION)?;
    serde_json::from_value(value)
        .map_err(|error| ApiError::invalid("invalid_type", format!("Invalid 'session': {error}."), Some("session")))
}

/// Defaults, then what the key was made for, then what this request asks for.
pub(super) fn settings_for(
    doors: &Doors,
    bound: Option<Session>,
    asked: Option<Session>,
) -> Result<Settings, ApiError> {
    let wanted: Vec<Session> = [bound, asked].into_iter().flatten().collect();
    let kind = wanted.last().map_or(SessionKind::Realtime, |session| session.kind.clone());
    let model = wanted
        .iter()
        .rev()
        .find_map(|session| session.model.clone())
        .unwrap_or_else(|| doors.senses.models()[0].to_owned());
    let settings = Settings::new(kind.clone(), &model, &doors.config.voice, doors.senses.voices());
    let mut settings = if doors.senses.has_speeds() { settings.at_any_speed() } else { settings };
    let usual = doors.senses.usual_session().filter(|session| session.kind == kind);
    for session in usual.into_iter().chain(wanted) {
        settings.update(session, false)?;
    }
    Ok(settings)
}

/// The offer, byte for byte, and the session: from a form with both, or from a bare offer.
async fn read_body(request: Request) -> Result<(String, Option<Value>), ApiError> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/sdp") {
        let body: Bytes = request.extract().await.map_err(unreadable)?;
        return Ok((text(&body, "the body")?, None));
    }
    if !kind.starts_with("multipart/form-data") {
        let message =
            "Send the offer as 'application/sdp', or as 'multipart/form-data' with the parts 'sdp' and 'session'.";
        return Err(ApiError::invalid("invalid_content_type", message, None));
    }
    let mut form = Multipart::from_request(request, &()).await.map_err(unreadable)?;
    let (mut offer, mut session) = (None, None);
    while let Some(part) = form.next_field().await.map_err(unreadable)? {
        let name = part.name().unwrap_or_default().to_owned();
        let body = part.bytes().await.map_err(unreadable)?;
        match name.as_str() {
            "sdp" => offer = Some(text(&body, "the part 'sdp'")?),
            "session" => {
                let value = serde_json::from_slice(&body).map_err(|error| {
                    ApiError::invalid(
                        "invalid_json",
                        format!("The part 'session' is not JSON ({error})."),
                        Some("session"),
                    )
                })?;
                session = Some(value);
            }
            other => {
                let message = format!("Unknown parameter: '{}'.", other.chars().take(64).collect::<String>());
                return Err(ApiError::invalid("unknown_parameter", message, None));
            }
        }
    }
    let missing = || ApiError::invalid("missing_required_parameter", "Missing required parameter: 'sdp'.", Some("sdp"));
    Ok((offer.ok_or_else(missing)?, session))
}

fn text(body: &[u8], what: &str) -> Result<String, ApiError> {
    let text = std::str::from_utf8(body);
    text.map(str::to_owned).map_err(|_| ApiError::invalid("invalid_offer", format!("In {what}: not UTF-8 text."), None))
}

/// A body that is too large or broken.
pub(super) fn unreadable(error: impl IntoResponse + std::fmt::Display) -> ApiError {
    let message = format!("The request's body cannot be read: {error}.");
    let status = error.into_response().status();
    ApiError::new(status, realtime_api::ErrorDetail::invalid("invalid_body", message, None))
}
