//! Positions with their competencies.

use super::{Db, errors::unreadable};
use crate::error::Result;
use crate::ids::PositionId;
use interview::{Timestamp, plan::Competency};

/// A job to be filled.
#[derive(Clone, Debug)]
pub struct PositionRow {
    /// Its id.
    pub id: PositionId,
    /// As candidates see it.
    pub title: String,
    /// For recruiters.
    pub description: String,
    /// What is measured.
    pub competencies: Vec<Competency>,
    /// Whether interviews are recorded.
    pub is_recorded: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// Applications, of them those with a finished session.
    pub candidates: i64,
    /// Applications with a finished session.
    pub finished: i64,
    /// Number of the newest published plan.
    pub published_version: Option<i64>,
}

type Tuple = (String, String, String, String, i64, i64, i64, Option<i64>, Option<i64>);

fn position(
    (id, title, description, competencies, created_at, candidates, finished, published, recording_off_at): Tuple,
) -> Result<PositionRow> {
    Ok(PositionRow {
        id: PositionId::stored(id),
        title,
        description,
        competencies: serde_json::from_str(&competencies).map_err(unreadable)?,
        is_recorded: recording_off_at.is_none(),
        created_at: Timestamp(created_at),
        candidates,
        finished,
        published_version: published,
    })
}

const POSITIONS: &str = "select p.id, p.title, p.description, p.competencies, p.created_at, \
    (select cast(count(*) as bigint) from applications a where a.tenant_id = p.tenant_id and a.position_id = p.id), \
    (select cast(count(distinct s.application_id) as bigint) from sessions s join applications a \
       on a.tenant_id = s.tenant_id and a.id = s.application_id \
       where s.tenant_id = p.tenant_id and a.position_id = p.id and s.ended_at is not null), \
    (select cast(max(v.number) as bigint) from plan_versions v where v.tenant_id = p.tenant_id and v.position_id = p.id), \
    p.recording_off_at from positions p where p.tenant_id = $1";

impl Db {
    /// Adds a position without competencies.
    pub async fn add_position(
        &mut self,
        id: &PositionId,
        title: &str,
        description: &str,
        now: Timestamp,
    ) -> Result<()> {
        self.query(
            "insert into positions (tenant_id, id, title, description, competencies, created_at, updated_at) \
             values ($1, $2, $3, $4, '[]', $5, $5)",
        )
        .bind(id.as_str())
        .bind(title)
        .bind(description)
        .bind(now.0)
        .execute(self.on())
        .await?;
        Ok(())
    }

    /// All positions, newest first.
    pub async fn positions(&mut self) -> Result<Vec<PositionRow>> {
        let sql = super::dialect::built(format!("{POSITIONS} order by p.created_at desc, p.id desc"));
        let rows: Vec<Tuple> = self.query_as(sql).fetch_all(self.on()).await?;
        rows.into_iter().map(position).collect()
    }

    /// One position.
    pub async fn position(&mut self, id: &PositionId) -> Result<PositionRow> {
        let sql = super::dialect::built(format!("{POSITIONS} and p.id = $2"));
        let row: Tuple = self.query_as(sql).bind(id.as_str()).fetch_one(self.on()).await?;
        position(row)
    }

    /// Saves title, description, competencies, and whether interviews are recorded.
    pub async fn save_position(
        &mut self,
        id: &PositionId,
        title: &str,
        description: &str,
        (competencies, is_recorded): (&[Competency], bool),
        now: Timestamp,
    ) -> Result<()> {
        let competencies = serde_json::to_string(competencies).map_err(unreadable)?;
        let saved = self
            .query("update positions set title = $3, description = $4, competencies = $5, updated_at = $6, recording_off_at = $7 where tenant_id = $1 and id = $2")
            .bind(id.as_str())
            .bind(title)
            .bind(description)
            .bind(competencies)
            .bind(now.0)
            .bind((!is_recorded).then_some(now.0))
            .execute(self.on())
            .await?;
        super::met(&saved)
    }
}
