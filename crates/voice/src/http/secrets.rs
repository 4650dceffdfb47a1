//! `POST /v1/realtime/client_secrets`: keys that end soon, for callers that must not see the standard one.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use realtime_api::session::{ClientSecret, ClientSecretRequest};

use super::calls::{read_session, settings_for};
use super::keys::Standard;
use crate::engine::Doors;
use crate::error::ApiError;
use crate::session::{Ids, RandomIds};

/// Lifetime when none is asked for.
const DEFAULT_S: u64 = 600;
/// Lifetimes that can be asked for.
const ALLOWED_S: std::ops::RangeInclusive<u64> = 10..=7_200;

/// Makes an ephemeral key; sessions that it starts begin with the given session's settings.
pub(crate) async fn create(
    _caller: Standard,
    State(doors): State<Arc<Doors>>,
    body: Bytes,
) -> Result<Json<ClientSecret>, ApiError> {
    let body: &[u8] = if body.is_empty() { b"{}" } else { &body };
    let value: serde_json::Value = serde_json::from_slice(body).map_err(|error| {
        ApiError::invalid("invalid_json", format!("We could not parse the JSON body of your request ({error})."), None)
    })?;
    let session = value.get("session").cloned().map(read_session).transpose()?;
    let request: ClientSecretRequest = serde_json::from_value(value)
        .map_err(|error| ApiError::invalid("invalid_type", format!("Invalid body: {error}."), None))?;
    let seconds = request.expires_after.and_then(|after| after.seconds).unwrap_or(DEFAULT_S);
    if !ALLOWED_S.contains(&seconds) {
        let message = format!("Invalid 'expires_after.seconds': expected 10 to 7200, but got {seconds}.");
        return Err(ApiError::invalid("invalid_value", message, Some("expires_after.seconds")));
    }
    let settings = settings_for(&doors, None, session.clone())?;
    let now_s = doors.now_s();
    let expires_at = now_s + seconds;
    let value = format!("ek_{}", RandomIds.alnum(48));
    doors.keys.add(&value, expires_at, session, now_s);
    let session = settings.session(&format!("sess_{}", doors.new_suffix()), 0);
    Ok(Json(ClientSecret { value, expires_at, session, ..Default::default() }))
}
