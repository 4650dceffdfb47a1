//! All routes in one list, each with its documentation.
//!
//! To add one: write the handler with `#[utoipa::path]` in the file of its resource and name it here. What it may do
//! is in its arguments: `Caller<Recruiter>`, `Caller<Candidate>`, `Caller<Appender>`, or `Anyone` with a rate limit.

mod candidates;
mod extract;
mod health;
mod home;
mod invitations;
mod layers;
mod members;
mod openapi;
mod plans;
mod positions;
mod respond;
pub mod serve;
mod sessions;
mod speech;
mod views;
mod web;

use crate::app::App;
use axum::{Json, Router, routing::get};
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
}

/// The API's description.
pub fn description() -> OpenApi {
    openapi::complete(operations().into_openapi())
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
