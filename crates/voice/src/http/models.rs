//! Small questions: which models, how much load, alive or not.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use realtime_api::ErrorDetail;
use serde_json::{Value, json};

use super::keys::Caller;
use crate::engine::Doors;
use crate::error::ApiError;

fn model(id: &str) -> Value {
    json!({"id": id, "object": "model", "created": 0, "owned_by": "insights"})
}

/// `GET /v1/models`. Any other model name is accepted where one is asked for, and served by this one.
pub(crate) async fn list(_caller: Caller, State(doors): State<Arc<Doors>>) -> Json<Value> {
    let models: Vec<Value> = doors.senses.models().iter().map(|id| model(id)).collect();
    Json(json!({"object": "list", "data": models}))
}

/// `GET /v1/models/{id}`
pub(crate) async fn one(
    _caller: Caller,
    State(doors): State<Arc<Doors>>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    if doors.senses.models().contains(&id.as_str()) {
        return Ok(Json(model(&id)));
    }
    let message = format!("There is no model of that name; there is '{}'.", doors.senses.models()[0]);
    Err(ApiError::new(StatusCode::NOT_FOUND, ErrorDetail::invalid("model_not_found", message, Some("model"))))
}

/// `GET /v1/load`: how many sessions run, and how many may.
pub(crate) async fn load(State(doors): State<Arc<Doors>>) -> Json<Value> {
    Json(json!({"live_calls": doors.live_calls(), "max_calls": doors.config.max_calls}))
}

/// `GET /healthz`
pub(crate) async fn health() -> &'static str {
    "ok"
}
