//! Positions and their competencies.

use super::{
    extract::{Body, Path, optional_text, text},
    views::Items,
};
use crate::caller::{Caller, Recruiter};
use crate::clock::api_ms;
use crate::error::{Error, Result};
use crate::ids::PositionId;
use crate::{starter, store};
use axum::{Json, http::StatusCode};
use interview::plan::Competency;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const MOST_COMPETENCIES: usize = 30;
const MOST_ANCHORS: usize = 10;

/// A position in a list.
#[derive(Serialize, ToSchema)]
pub struct PositionRow {
    id: PositionId,
    title: String,
    /// Candidates in all.
    candidates: i64,
    /// Candidates whose interview is over.
    finished: i64,
    published_version: Option<i64>,
    created_at: i64,
}

/// A position.
#[derive(Serialize, ToSchema)]
pub struct Position {
    id: PositionId,
    title: String,
    description: String,
    competencies: Vec<Competency>,
    /// Whether interviews are recorded; candidates are told.
    is_recorded: bool,
    published_version: Option<i64>,
    created_at: i64,
}

impl From<store::PositionRow> for Position {
    fn from(row: store::PositionRow) -> Self {
        Position {
            id: row.id,
            title: row.title,
            description: row.description,
            competencies: row.competencies,
            is_recorded: row.is_recorded,
            published_version: row.published_version,
            created_at: api_ms(row.created_at),
        }
    }
}

/// What a new position needs.
#[derive(Deserialize, ToSchema)]
pub struct NewPosition {
    title: String,
    description: Option<String>,
}

/// A position as it shall be.
#[derive(Deserialize, ToSchema)]
pub struct PositionPut {
    title: String,
    description: String,
    competencies: Vec<Competency>,
    /// Whether interviews are recorded; left out: as it was.
    is_recorded: Option<bool>,
}

/// Lists positions, newest first.
#[utoipa::path(get, path = "/v1/positions", tag = "positions", responses((status = 200, body = Items<PositionRow>)), security(("recruiter" = [])))]
pub async fn list_positions(cx: Caller<Recruiter>) -> Result<Json<Items<PositionRow>>> {
    let rows = cx.store.read(async |db| db.positions().await).await?;
    let items = rows.into_iter().map(|row| PositionRow {
        id: row.id,
        title: row.title,
        candidates: row.candidates,
        finished: row.finished,
        published_version: row.published_version,
        created_at: api_ms(row.created_at),
    });
    Ok(Json(Items { items: items.collect() }))
}

/// Creates a position with a plan to start from.
#[utoipa::path(post, path = "/v1/positions", tag = "positions", request_body = NewPosition, responses((status = 201, body = Position)), security(("recruiter" = [])))]
pub async fn create_position(
    cx: Caller<Recruiter>,
    Body(new): Body<NewPosition>,
) -> Result<(StatusCode, Json<Position>)> {
    let title = text("title", &new.title, 200)?;
    let description = optional_text("description", new.description.as_deref().unwrap_or_default(), 10_000)?;
    let id: PositionId = cx.id();
    let row = cx
        .store
        .write(async |db| {
            db.add_position(&id, &title, &description, cx.now).await?;
            db.save_plan_draft(&id, &starter::plan(), cx.now).await?;
            db.position(&id).await
        })
        .await?;
    Ok((StatusCode::CREATED, Json(row.into())))
}

/// Gives one position.
#[utoipa::path(get, path = "/v1/positions/{id}", tag = "positions", params(("id" = PositionId, Path)), responses((status = 200, body = Position)), security(("recruiter" = [])))]
pub async fn get_position(cx: Caller<Recruiter>, Path(id): Path<PositionId>) -> Result<Json<Position>> {
    let row = cx.store.read(async |db| db.position(&id).await).await?;
    Ok(Json(row.into()))
}

/// Replaces title, description and competencies, and whether interviews are recorded.
#[utoipa::path(put, path = "/v1/positions/{id}", tag = "positions", params(("id" = PositionId, Path)), request_body = PositionPut, responses((status = 200, body = Position)), security(("recruiter" = [])))]
pub async fn put_position(
    cx: Caller<Recruiter>,
    Path(id): Path<PositionId>,
    Body(put): Body<PositionPut>,
) -> Result<Json<Position>> {
    let title = text("title", &put.title, 200)?;
    let description = optional_text("description", &put.description, 10_000)?;
    check_competencies(&put.competencies)?;
    let row = cx
        .store
        .write(async |db| {
            let is_recorded = match put.is_recorded {
                Some(is_recorded) => is_recorded,
                None => db.position(&id).await?.is_recorded,
            };
            let rest = (put.competencies.as_slice(), is_recorded);
            db.save_position(&id, &title, &description, rest, cx.now).await?;
            db.position(&id).await
        })
        .await?;
    Ok(Json(row.into()))
}

/// Refuses what cannot be stored; what only blocks publishing is told with the plan.
fn check_competencies(all: &[Competency]) -> Result<()> {
    if all.len() > MOST_COMPETENCIES {
        return Err(Error::invalid("competencies", format!("At most {MOST_COMPETENCIES} competencies are possible.")));
    }
    for (i, c) in all.iter().enumerate() {
        let at = |field: &str| format!("competencies[{i}].{field}");
        text(&at("id"), &c.id, 100)?;
        if all[..i].iter().any(|other| other.id == c.id) {
            return Err(Error::invalid(at("id"), "Another competency has this id."));
        }
        optional_text(&at("name"), &c.name, 200)?;
        optional_text(&at("description"), &c.description, 5_000)?;
        if c.anchors.len() > MOST_ANCHORS {
            return Err(Error::invalid(at("anchors"), format!("At most {MOST_ANCHORS} anchors are possible.")));
        }
        for (k, anchor) in c.anchors.iter().enumerate() {
            if !(1..=5).contains(&anchor.level) {
                return Err(Error::invalid(at(&format!("anchors[{k}].level")), "A level is 1 to 5."));
            }
            optional_text(&at(&format!("anchors[{k}].text")), &anchor.text, 2_000)?;
        }
    }
    Ok(())
}
