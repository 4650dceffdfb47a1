//! The interview plan of a position: one draft, and published versions that never change.

use super::{
    extract::{Body, Path, optional_text},
    views::Items,
};
use crate::caller::{Caller, Recruiter};
use crate::clock::api_ms;
use crate::error::{Code, Error, Result};
use crate::ids::{AuditId, PlanVersionId, PositionId};
use crate::jobs::{self, render_plan::RenderPlan};
use crate::starter;
use crate::store::{Db, PlanVersionRow, PositionRow};
use axum::{Json, http::StatusCode};
use interview::{
    Line, Script, Timestamp,
    plan::{self, Plan, Problem},
};
use serde::Serialize;
use utoipa::ToSchema;

/// A text that a draft may have; what is longer than a question may be only blocks publishing.
const LONGEST_TEXT: usize = 10_000;
const MOST_QUESTIONS: usize = 100;

/// The draft, what blocks its publishing, and what the interviewer would say.
#[derive(Serialize, ToSchema)]
pub struct PlanDraft {
    plan: Plan,
    problems: Vec<Problem>,
    /// How long the interview takes at most, as candidates are told.
    minutes: u32,
    /// Every text that does not name the candidate, in speaking order.
    utterances: Vec<Line>,
    published_version: Option<i64>,
    /// Whether it differs from the published version.
    changed: bool,
    saved_at: i64,
}

/// A published plan.
#[derive(Serialize, ToSchema)]
pub struct PlanVersion {
    id: PlanVersionId,
    number: i64,
    plan: Plan,
    minutes: i64,
    published_at: i64,
    rendering: Rendering,
}

/// How far the rendering of a plan's texts is.
#[derive(Serialize, ToSchema)]
pub struct Rendering {
    voice: String,
    done: i64,
    total: i64,
}

/// Gives the draft.
#[utoipa::path(get, path = "/v1/positions/{id}/plan", tag = "plans", params(("id" = PositionId, Path)), responses((status = 200, body = PlanDraft)), security(("recruiter" = [])))]
pub async fn get_plan(cx: Caller<Recruiter>, Path(id): Path<PositionId>) -> Result<Json<PlanDraft>> {
    Ok(Json(cx.store.read(async |db| draft(db, &id).await).await?))
}

/// Saves the draft; it may be incomplete.
#[utoipa::path(put, path = "/v1/positions/{id}/plan", tag = "plans", params(("id" = PositionId, Path)), request_body = Plan, responses((status = 200, body = PlanDraft)), security(("recruiter" = [])))]
pub async fn put_plan(
    cx: Caller<Recruiter>,
    Path(id): Path<PositionId>,
    Body(plan): Body<Plan>,
) -> Result<Json<PlanDraft>> {
    check_size(&plan)?;
    let saved = cx
        .store
        .write(async |db| {
            db.position(&id).await?;
            db.save_plan_draft(&id, &plan, cx.now).await?;
            draft(db, &id).await
        })
        .await?;
    Ok(Json(saved))
}

/// Publishes the draft as the next version and starts to render its texts.
#[utoipa::path(post, path = "/v1/positions/{id}/plan/publish", tag = "plans", params(("id" = PositionId, Path)), responses((status = 201, body = PlanVersion)), security(("recruiter" = [])))]
pub async fn publish_plan(
    cx: Caller<Recruiter>,
    Path(id): Path<PositionId>,
) -> Result<(StatusCode, Json<PlanVersion>)> {
    let (version, audit): (PlanVersionId, AuditId) = (cx.id(), cx.id());
    let voice = cx.app.config.voice.voice.clone();
    let published = cx
        .store
        .write(async |db| {
            let position = db.position(&id).await?;
            let plan = stored_plan(db, &id).await?.0;
            refuse_incomplete(&plan, &position)?;
            let row = PlanVersionRow {
                id: version.clone(),
                position_id: id.clone(),
                number: position.published_version.unwrap_or(0) + 1,
                minutes: plan::minutes(&plan).into(),
                plan,
                competencies: position.competencies,
                voice: voice.clone(),
                published_at: cx.now,
            };
            db.add_plan_version(&row, &cx.who.member).await?;
            let company = db.own_tenant().await?.name;
            let texts = Script::plan_utterances(&row.plan, &company, &position.title);
            let texts: Vec<String> = texts.into_iter().map(|line| line.text).collect();
            db.add_renders(version.as_str(), &voice, &texts).await?;
            jobs::enqueue(db, &cx.app, &RenderPlan { owner: version.as_str().to_owned() }).await?;
            let detail = serde_json::json!({ "position": id.as_str(), "number": row.number });
            db.audit(&audit, cx.now, cx.who.member.as_str(), "plan_publish", version.as_str(), &detail).await?;
            view(db, row).await
        })
        .await?;
    jobs::wake(&cx.app);
    Ok((StatusCode::CREATED, Json(published)))
}

/// Lists the published versions, newest first, with the progress of their rendering.
#[utoipa::path(get, path = "/v1/positions/{id}/plan/versions", tag = "plans", params(("id" = PositionId, Path)), responses((status = 200, body = Items<PlanVersion>)), security(("recruiter" = [])))]
pub async fn list_plan_versions(cx: Caller<Recruiter>, Path(id): Path<PositionId>) -> Result<Json<Items<PlanVersion>>> {
    let items = cx
        .store
        .read(async |db| {
            db.position(&id).await?;
            let mut items = Vec::new();
            for row in db.plan_versions(&id).await? {
                items.push(view(db, row).await?);
            }
            Ok(items)
        })
        .await?;
    Ok(Json(Items { items }))
}

async fn view(db: &mut Db, row: PlanVersionRow) -> Result<PlanVersion> {
    let (done, total) = db.render_progress(row.id.as_str()).await?;
    Ok(PlanVersion {
        id: row.id,
        number: row.number,
        plan: row.plan,
        minutes: row.minutes,
        published_at: api_ms(row.published_at),
        rendering: Rendering { voice: row.voice, done, total },
    })
}

async fn stored_plan(db: &mut Db, id: &PositionId) -> Result<(Plan, Timestamp)> {
    Ok(match db.plan_draft(id).await? {
        Some(row) => (row.plan, row.saved_at),
        None => (starter::plan(), Timestamp(0)),
    })
}

async fn draft(db: &mut Db, id: &PositionId) -> Result<PlanDraft> {
    let position = db.position(id).await?;
    let company = db.own_tenant().await?.name;
    let (plan, saved_at) = stored_plan(db, id).await?;
    let published = db.newest_plan_version(id).await?;
    let changed = published.is_none_or(|v| v.plan != plan || v.competencies != position.competencies);
    Ok(PlanDraft {
        problems: plan::problems(&plan, &position.competencies),
        minutes: plan::minutes(&plan),
        utterances: Script::plan_utterances(&plan, &company, &position.title),
        plan,
        published_version: position.published_version,
        changed,
        saved_at: api_ms(saved_at),
    })
}

fn refuse_incomplete(plan: &Plan, position: &PositionRow) -> Result<()> {
    let problems = plan::problems(plan, &position.competencies);
    let Some(first) = problems.first() else { return Ok(()) };
    let message = format!("The plan cannot be published yet: {} Problems: {}.", first.message, problems.len());
    let list = serde_json::to_value(&problems).map_err(|e| Error::internal(anyhow::Error::new(e)))?;
    Err(Error::new(Code::PlanIncomplete, message).field(first.path.clone()).with("problems", list))
}

/// Refuses what is too large to keep even as a draft.
fn check_size(plan: &Plan) -> Result<()> {
    optional_text("language", &plan.language, 35)?;
    optional_text("greeting", &plan.greeting, LONGEST_TEXT)?;
    optional_text("closing", &plan.closing, LONGEST_TEXT)?;
    if plan.questions.len() > MOST_QUESTIONS {
        return Err(Error::invalid("questions", format!("At most {MOST_QUESTIONS} questions are possible.")));
    }
    for (i, q) in plan.questions.iter().enumerate() {
        optional_text(&format!("questions[{i}].id"), &q.id, 100)?;
        optional_text(&format!("questions[{i}].text"), &q.text, LONGEST_TEXT)?;
        if q.probes.len() > 20 {
            return Err(Error::invalid(format!("questions[{i}].probes"), "At most 20 probes are possible."));
        }
        for (k, probe) in q.probes.iter().enumerate() {
            optional_text(&format!("questions[{i}].probes[{k}].text"), &probe.text, LONGEST_TEXT)?;
        }
    }
    Ok(())
}
