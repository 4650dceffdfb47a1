//! Whether the process lives, and whether it can serve.

use crate::app::App;
use crate::error::{Code, Error, Result};
use axum::{Json, extract::State};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// The process answers.
#[derive(Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`.
    status: &'static str,
    /// Of the program.
    version: &'static str,
}

const OK: Health = Health { status: "ok", version: env!("CARGO_PKG_VERSION") };

/// Says that the process lives.
#[utoipa::path(get, path = "/healthz", operation_id = "health", tag = "server", responses((status = 200, body = Health)))]
pub async fn health() -> Json<Health> {
    Json(OK)
}

/// Says that the database answers and the server is not stopping.
#[utoipa::path(get, path = "/readyz", operation_id = "ready", tag = "server", responses((status = 200, body = Health)))]
pub async fn ready(State(app): State<Arc<App>>) -> Result<Json<Health>> {
    if app.stop.is_cancelled() {
        return Err(Error::new(Code::Stopping, "The server is stopping.").retry_after(5));
    }
    app.store.system("readiness").read(async |db| db.job_counts().await).await?;
    Ok(Json(OK))
}
