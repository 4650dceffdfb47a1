//! All routes in one list, each with its documentation.
//!
//! To add one: write the handler with `#[utoipa::path]` in the file of its resource and name it here. What it may do
//! is in its arguments: `Caller<Recruiter>`, `Caller<Candidate>`, `Caller<Appender>`, or `Anyone` with a rate limit.

mod candidate;
mod candidate_view;
mod candidates;
mod completeness;
mod connect;
mod cost;
mod events;
mod evidence;
mod extract;
mod health;
mod home;
mod invitations;
mod layers;
mod log;
mod members;
mod microphone;
mod openapi;
mod plans;
mod positions;
mod range;
mod recording;
mod respond;
pub mod serve;
mod sessions;
mod speech;
mod transcript;
mod views;
mod voice;
mod web;

use crate::app::App;
use axum::{Json, Router, extract::DefaultBodyLimit, routing::get};
use std::sync::Arc;
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Every operation of the API.
fn operations() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::with_openapi(openapi::head())
        .routes(routes!(health::health))
        .routes(routes!(health::ready))
        .routes(routes!(members::sign_in_by_link))
        .routes(routes!(members::sign_in))
        .routes(routes!(members::sign_out))
        .routes(routes!(members::get_me, members::put_me))
        .routes(routes!(voice::get_voice, voice::put_voice))
        .routes(routes!(voice::test_voice))
        .routes(routes!(voice::forget_voice_key))
        .routes(routes!(home::home))
        .routes(routes!(positions::list_positions, positions::create_position))
        .routes(routes!(positions::get_position, positions::put_position))
        .routes(routes!(plans::get_plan, plans::put_plan))
        .routes(routes!(plans::publish_plan))
        .routes(routes!(plans::list_plan_versions))
        .routes(routes!(speech::speak))
        .routes(routes!(candidates::list_candidates, candidates::add_candidate))
        .routes(routes!(invitations::invite))
        .routes(routes!(invitations::revoke_invitation))
        .routes(routes!(sessions::list_sessions))
        .routes(routes!(sessions::get_session))
        .routes(routes!(cost::get_session_cost))
        .routes(routes!(cost::get_usage))
        .routes(routes!(events::end_session))
        .routes(routes!(events::watch_session))
        .routes(routes!(transcript::download_transcript))
        .routes(routes!(completeness::get_completeness))
        .routes(routes!(recording::get_recording))
        .routes(routes!(recording::play_recording))
        .routes(routes!(evidence::download_evidence))
        .routes(routes!(candidate::redeem))
        .routes(routes!(candidate::get_candidate))
        .routes(routes!(candidate::consent))
        .routes(routes!(candidate::control))
        .routes(routes!(connect::connect))
        .routes(routes!(events::watch_own_session))
        .routes(routes!(transcript::download_own_transcript))
        .routes(routes!(log::append))
        .merge(
            OpenApiRouter::new()
                .routes(routes!(microphone::check_microphone))
                .layer(DefaultBodyLimit::max(microphone::MOST_BYTES)),
        )
        .merge(
            OpenApiRouter::new()
                .routes(routes!(recording::keep_chunk))
                .layer(DefaultBodyLimit::max(crate::recording::keep::MOST_CHUNK)),
        )
}

/// The API's description.
pub fn description() -> OpenApi {
    openapi::complete(operations().into_openapi())
}

/// The API's description as it is committed: pretty-printed, so that changes can be read.
pub fn description_json() -> serde_json::Result<String> {
    serde_json::to_string_pretty(&description())
}

/// The whole server as one router: API, its description, the web app.
pub fn router(app: &Arc<App>) -> Router {
    let (routes, document) = operations().split_for_parts();
    let document = Arc::new(openapi::complete(document));
    let routes = routes
        .route("/openapi.json", get(async move || Json((*document).clone())))
        .route("/v1/{*path}", axum::routing::any(respond::no_such_address))
        .fallback(web::serve)
        .method_not_allowed_fallback(respond::wrong_method)
        .with_state(app.clone());
    layers::wrap(routes, app)
}
