//! The candidates of a position.

use super::{
    extract::{Body, Path, text},
    members::email_field,
    views::{CandidateRow, Items},
};
use crate::caller::{Caller, Recruiter};
use crate::error::Result;
use crate::ids::PositionId;
use crate::store::NewCandidate;
use axum::{Json, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

/// Who is to be interviewed.
#[derive(Deserialize, ToSchema)]
pub struct CandidateBody {
    name: String,
    email: String,
}

/// Lists a position's candidates, newest first.
#[utoipa::path(get, path = "/v1/positions/{id}/candidates", tag = "candidates", params(("id" = PositionId, Path)), responses((status = 200, body = Items<CandidateRow>)), security(("recruiter" = [])))]
pub async fn list_candidates(cx: Caller<Recruiter>, Path(id): Path<PositionId>) -> Result<Json<Items<CandidateRow>>> {
    let rows = cx
        .store
        .read(async |db| {
            db.position(&id).await?;
            db.applications(Some(&id)).await
        })
        .await?;
    Ok(Json(Items { items: rows.into_iter().map(|row| CandidateRow::new(row, cx.now)).collect() }))
}

/// Adds a candidate to a position.
#[utoipa::path(post, path = "/v1/positions/{id}/candidates", tag = "candidates", params(("id" = PositionId, Path)), request_body = CandidateBody, responses((status = 201, body = CandidateRow)), security(("recruiter" = [])))]
pub async fn add_candidate(
    cx: Caller<Recruiter>,
    Path(id): Path<PositionId>,
    Body(body): Body<CandidateBody>,
) -> Result<(StatusCode, Json<CandidateRow>)> {
    let new = NewCandidate {
        candidate: cx.id(),
        application: cx.id(),
        name: text("name", &body.name, 200)?,
        email: email_field(&body.email)?,
    };
    let row = cx
        .store
        .write(async |db| {
            db.position(&id).await?;
            db.add_candidate(&id, &new, cx.now).await?;
            db.application(&new.application).await
        })
        .await?;
    Ok((StatusCode::CREATED, Json(CandidateRow::new(row, cx.now))))
}
