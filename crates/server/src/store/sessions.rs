//! Sessions: one candidate's sitting. Its legs, log and turns have files of their own.

use super::{Db, found};
use crate::error::Result;
use crate::ids::{ApplicationId, CandidateId, InvitationId, PlanVersionId, PositionId, SessionId};
use interview::Timestamp;

/// A session with the names around it.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// Its id.
    pub id: SessionId,
    /// `ready`, `live`, `interrupted` or `finished`.
    pub state: String,
    /// `open`, `complete` or `incomplete`.
    pub completeness: String,
    /// The invitation that admitted the candidate.
    pub invitation_id: InvitationId,
    /// The plan that is followed.
    pub plan_version_id: PlanVersionId,
    /// The number of that plan.
    pub plan_number: i64,
    /// The person.
    pub candidate_id: CandidateId,
    /// The person's name.
    pub candidate_name: String,
    /// The position.
    pub position_id: PositionId,
    /// The position's title.
    pub position_title: String,
    /// When the row was made.
    pub created_at: Timestamp,
    /// When the first leg began.
    pub started_at: Option<Timestamp>,
    /// When it ended for good.
    pub ended_at: Option<Timestamp>,
    /// Why it ended.
    pub end_reason: Option<String>,
    /// Entries of the transcript.
    pub turns: i64,
}

/// What is needed to make a session.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// Whose sitting.
    pub application_id: ApplicationId,
    /// By which invitation.
    pub invitation_id: InvitationId,
    /// By which plan.
    pub plan_version_id: PlanVersionId,
}

/// Which sessions to list.
#[derive(Clone, Debug, Default)]
pub struct SessionFilter {
    /// Only those in this state.
    pub state: Option<String>,
}

type Tuple = (
    (String, String, String, String, String, i64),
    (String, String, String, String),
    (i64, Option<i64>, Option<i64>, Option<String>, i64),
);

const SESSIONS: &str = "select s.id, s.state, s.completeness, s.invitation_id, s.plan_version_id, v.number, \
    c.id, c.name, p.id, p.title, s.created_at, s.started_at, s.ended_at, s.end_reason, \
    (select cast(count(*) as bigint) from turns t where t.tenant_id = s.tenant_id and t.session_id = s.id) \
    from sessions s \
    join plan_versions v on v.tenant_id = s.tenant_id and v.id = s.plan_version_id \
    join applications a on a.tenant_id = s.tenant_id and a.id = s.application_id \
    join candidates c on c.tenant_id = a.tenant_id and c.id = a.candidate_id \
    join positions p on p.tenant_id = a.tenant_id and p.id = a.position_id where s.tenant_id = $1";

/// The columns of `SESSIONS`, in its order.
struct Columns(Tuple);

impl<'r> sqlx::FromRow<'r, sqlx::any::AnyRow> for Columns {
    fn from_row(r: &'r sqlx::any::AnyRow) -> sqlx::Result<Self> {
        use sqlx::Row;
        Ok(Columns((
            (r.try_get(0)?, r.try_get(1)?, r.try_get(2)?, r.try_get(3)?, r.try_get(4)?, r.try_get(5)?),
            (r.try_get(6)?, r.try_get(7)?, r.try_get(8)?, r.try_get(9)?),
            (r.try_get(10)?, r.try_get(11)?, r.try_get(12)?, r.try_get(13)?, r.try_get(14)?),
        )))
    }
}

fn session(Columns(row): Columns) -> SessionRow {
    let (
        (id, state, completeness, invitation, version, plan_number),
        (candidate, candidate_name, position, position_title),
        (created_at, started_at, ended_at, end_reason, turns),
    ) = row;
    SessionRow {
        id: SessionId::stored(id),
        state,
        completeness,
        invitation_id: InvitationId::stored(invitation),
        plan_version_id: PlanVersionId::stored(version),
        plan_number,
        candidate_id: CandidateId::stored(candidate),
        candidate_name,
        position_id: PositionId::stored(position),
        position_title,
        created_at: Timestamp(created_at),
        started_at: started_at.map(Timestamp),
        ended_at: ended_at.map(Timestamp),
        end_reason,
        turns,
    }
}

impl Db {
    /// Adds a session in state `ready`; a second one for the same invitation changes nothing.
    pub async fn add_session(&mut self, new: &NewSession, now: Timestamp) -> Result<()> {
        self.query(
            "insert into sessions (tenant_id, id, application_id, invitation_id, plan_version_id, state, completeness, epoch, created_at) \
             values ($1, $2, $3, $4, $5, 'ready', 'open', 0, $6) on conflict (tenant_id, invitation_id) do nothing",
        )
        .bind(new.id.as_str())
        .bind(new.application_id.as_str())
        .bind(new.invitation_id.as_str())
        .bind(new.plan_version_id.as_str())
        .bind(now.0)
        .execute(self.on())
        .await?;
        Ok(())
    }

    /// One session.
    pub async fn session(&mut self, id: &SessionId) -> Result<SessionRow> {
        let sql = super::dialect::built(format!("{SESSIONS} and s.id = $2"));
        Ok(session(found(self.query_as(sql).bind(id.as_str()).fetch_optional(self.on()).await?)?))
    }

    /// The session of an invitation, if it was made.
    pub async fn session_of_invitation(&mut self, id: &InvitationId) -> Result<Option<SessionRow>> {
        let sql = super::dialect::built(format!("{SESSIONS} and s.invitation_id = $2"));
        Ok(self.query_as(sql).bind(id.as_str()).fetch_optional(self.on()).await?.map(session))
    }

    /// The application's newest session.
    pub(super) async fn newest_session_of(&mut self, id: &ApplicationId) -> Result<Option<SessionRow>> {
        let sql = super::dialect::built(format!(
            "{SESSIONS} and s.application_id = $2 order by s.created_at desc, s.id desc limit 1"
        ));
        Ok(self.query_as(sql).bind(id.as_str()).fetch_optional(self.on()).await?.map(session))
    }

    /// Sessions, newest first.
    pub async fn sessions(&mut self, filter: &SessionFilter) -> Result<Vec<SessionRow>> {
        let tail = "order by s.created_at desc, s.id desc limit 500";
        let rows = match &filter.state {
            Some(state) => {
                let sql = super::dialect::built(format!("{SESSIONS} and s.state = $2 {tail}"));
                self.query_as(sql).bind(state.clone()).fetch_all(self.on()).await?
            }
            None => self.query_as(super::dialect::built(format!("{SESSIONS} {tail}"))).fetch_all(self.on()).await?,
        };
        Ok(rows.into_iter().map(session).collect())
    }
}
