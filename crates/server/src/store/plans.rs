//! Interview plans: one draft per position, and versions that never change.

use super::{Db, errors::unreadable};
use crate::error::Result;
use crate::ids::{MemberId, PlanVersionId, PositionId};
use interview::{
    Timestamp,
    plan::{Competency, Plan},
};

/// The draft of a position's plan.
#[derive(Clone, Debug)]
pub struct PlanRow {
    /// As it was saved last.
    pub plan: Plan,
    /// When that was.
    pub saved_at: Timestamp,
}

/// A published plan.
#[derive(Clone, Debug)]
pub struct PlanVersionRow {
    /// Its id.
    pub id: PlanVersionId,
    /// Of which position.
    pub position_id: PositionId,
    /// 1, 2, 3, … within the position.
    pub number: i64,
    /// The plan.
    pub plan: Plan,
    /// What was measured then.
    pub competencies: Vec<Competency>,
    /// What candidates are told.
    pub minutes: i64,
    /// The interviewer's voice.
    pub voice: String,
    /// When it was published.
    pub published_at: Timestamp,
}

type Tuple = (String, String, i64, String, String, i64, String, i64);

fn version((id, position, number, plan, competencies, minutes, voice, at): Tuple) -> Result<PlanVersionRow> {
    Ok(PlanVersionRow {
        id: PlanVersionId::stored(id),
        position_id: PositionId::stored(position),
        number,
        plan: serde_json::from_str(&plan).map_err(unreadable)?,
        competencies: serde_json::from_str(&competencies).map_err(unreadable)?,
        minutes,
        voice,
        published_at: Timestamp(at),
    })
}

impl Db {
    /// The draft, if one was ever saved.
    pub async fn plan_draft(&mut self, position: &PositionId) -> Result<Option<PlanRow>> {
        let row: Option<(String, i64)> = self
            .query_as("select plan, saved_at from plans where tenant_id = $1 and position_id = $2")
            .bind(position.as_str())
            .fetch_optional(self.on())
            .await?;
        let Some((plan, saved_at)) = row else { return Ok(None) };
        Ok(Some(PlanRow { plan: serde_json::from_str(&plan).map_err(unreadable)?, saved_at: Timestamp(saved_at) }))
    }

    /// Saves the draft.
    pub async fn save_plan_draft(&mut self, position: &PositionId, plan: &Plan, now: Timestamp) -> Result<()> {
        self.query(
            "insert into plans (tenant_id, position_id, plan, saved_at) values ($1, $2, $3, $4) \
             on conflict (tenant_id, position_id) do update set plan = excluded.plan, saved_at = excluded.saved_at",
        )
        .bind(position.as_str())
        .bind(serde_json::to_string(plan).map_err(unreadable)?)
        .bind(now.0)
        .execute(self.on())
        .await?;
        Ok(())
    }

    /// Adds a version with the next number.
    pub async fn add_plan_version(&mut self, v: &PlanVersionRow, by: &MemberId) -> Result<()> {
        self.query(
            "insert into plan_versions (tenant_id, id, position_id, number, plan, competencies, minutes, voice, published_at, published_by) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(v.id.as_str())
        .bind(v.position_id.as_str())
        .bind(v.number)
        .bind(serde_json::to_string(&v.plan).map_err(unreadable)?)
        .bind(serde_json::to_string(&v.competencies).map_err(unreadable)?)
        .bind(v.minutes)
        .bind(&v.voice)
        .bind(v.published_at.0)
        .bind(by.as_str())
        .execute(self.on())
        .await?;
        Ok(())
    }

    /// All versions of a position, newest first.
    pub async fn plan_versions(&mut self, position: &PositionId) -> Result<Vec<PlanVersionRow>> {
        let rows: Vec<Tuple> = self
            .query_as(
                "select id, position_id, number, plan, competencies, minutes, voice, published_at from plan_versions \
                 where tenant_id = $1 and position_id = $2 order by number desc",
            )
            .bind(position.as_str())
            .fetch_all(self.on())
            .await?;
        rows.into_iter().map(version).collect()
    }

    /// One version.
    pub async fn plan_version(&mut self, id: &PlanVersionId) -> Result<PlanVersionRow> {
        let row: Tuple = self
            .query_as(
                "select id, position_id, number, plan, competencies, minutes, voice, published_at from plan_versions \
                 where tenant_id = $1 and id = $2",
            )
            .bind(id.as_str())
            .fetch_one(self.on())
            .await?;
        version(row)
    }

    /// The newest version of a position, if any was published.
    pub async fn newest_plan_version(&mut self, position: &PositionId) -> Result<Option<PlanVersionRow>> {
        let row: Option<Tuple> = self
            .query_as(
                "select id, position_id, number, plan, competencies, minutes, voice, published_at from plan_versions \
                 where tenant_id = $1 and position_id = $2 order by number desc limit 1",
            )
            .bind(position.as_str())
            .fetch_optional(self.on())
            .await?;
        row.map(version).transpose()
    }
}
