//! All routes in one list, each with its documentation.
//!
//! To add one: write the handler with `#[utoipa::path]` in the file of its resource and name it here. What it may do
//! is in its arguments: `Caller<Recruiter>`, `Caller<Candidate>`, `Caller<Appender>`, or `Anyone` with a rate limit.

mod extract;
mod health;
mod layers;
mod openapi;
mod respond;
pub mod serve;
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
