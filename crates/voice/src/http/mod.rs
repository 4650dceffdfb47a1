//! The HTTP and WebSocket doors, by the paths and shapes of OpenAI's API.

mod audio;
mod calls;
pub(crate) mod keys;
mod models;
mod realtime;
mod secrets;
pub(crate) mod sound;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use realtime_api::ErrorDetail;

use crate::engine::Doors;
use crate::error::ApiError;

/// Bodies of calls and secrets: an offer and a session.
const SMALL_BODY: usize = 512 * 1024;
/// Bodies with a recording, OpenAI's limit.
const AUDIO_BODY: usize = 25 * 1024 * 1024;

/// Everything the engine answers.
pub(crate) fn router(doors: Arc<Doors>) -> Router {
    Router::new()
        .route("/v1/realtime/calls", post(calls::create))
        .route("/v1/realtime/calls/{id}/hangup", post(calls::hang_up))
        .route("/v1/realtime/calls/{id}/sound", get(sound::listen))
        .route("/v1/realtime/client_secrets", post(secrets::create))
        .route("/v1/realtime", get(realtime::open))
        .route("/v1/audio/speech", post(audio::speak))
        .layer(DefaultBodyLimit::max(SMALL_BODY))
        .route("/v1/audio/transcriptions", post(audio::transcribe).layer(DefaultBodyLimit::max(AUDIO_BODY)))
        .route("/v1/models", get(models::list))
        .route("/v1/models/{id}", get(models::one))
        .route("/v1/load", get(models::load))
        .route("/healthz", get(models::health))
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn(across_origins))
        .with_state(doors)
}

async fn unknown(request: Request) -> ApiError {
    let message = format!("Invalid URL ({} {})", request.method(), request.uri().path());
    ApiError::new(StatusCode::NOT_FOUND, ErrorDetail::invalid("unknown_url", message, None))
}

async fn wrong_method(request: Request) -> ApiError {
    let message = format!("Method {} is not supported at {}.", request.method(), request.uri().path());
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, ErrorDetail::invalid("method_not_supported", message, None))
}

/// Lets pages of any origin in, as OpenAI does: a key is needed anyway, and cookies mean nothing here.
async fn across_origins(request: Request, next: Next) -> Response {
    let is_preflight = request.method() == Method::OPTIONS;
    let mut response = if is_preflight { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("Location, Retry-After"));
    if is_preflight {
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*, Authorization"));
    }
    response
}
