//! Candidates and their applications.

use super::{Db, InvitationRow, SessionRow, found};
use crate::error::{Error, Result};
use crate::ids::{ApplicationId, CandidateId, PositionId};
use interview::Timestamp;

/// What is needed to add a candidate to a position.
#[derive(Clone, Debug)]
pub struct NewCandidate {
    /// Id if the person is new here.
    pub candidate: CandidateId,
    /// Id of the application.
    pub application: ApplicationId,
    /// The person's name.
    pub name: String,
    /// The person's e-mail address.
    pub email: String,
}

/// A candidate for one position, with the newest invitation and session.
#[derive(Clone, Debug)]
pub struct ApplicationRow {
    /// Its id.
    pub id: ApplicationId,
    /// The person.
    pub candidate_id: CandidateId,
    /// The person's name.
    pub name: String,
    /// The person's e-mail address.
    pub email: String,
    /// The position.
    pub position_id: PositionId,
    /// The position's title.
    pub position_title: String,
    /// Whether interviews for the position are recorded.
    pub is_recorded: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// The newest invitation.
    pub invitation: Option<InvitationRow>,
    /// The newest session.
    pub session: Option<SessionRow>,
}

impl ApplicationRow {
    /// The name that the interviewer says: the first one.
    pub fn spoken_name(&self) -> &str {
        spoken_name(&self.name)
    }
}

/// How the interviewer says a name: its first part.
pub fn spoken_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}

type Tuple = (String, String, String, String, String, String, i64, Option<i64>);

const APPLICATIONS: &str = "select a.id, c.id, c.name, c.email, p.id, p.title, a.created_at, p.recording_off_at from applications a \
    join candidates c on c.tenant_id = a.tenant_id and c.id = a.candidate_id \
    join positions p on p.tenant_id = a.tenant_id and p.id = a.position_id where a.tenant_id = $1";

impl Db {
    /// Adds a candidate to a position. A person who is known by e-mail keeps the id; the same person twice in one
    /// position is refused.
    pub async fn add_candidate(&mut self, position: &PositionId, new: &NewCandidate, now: Timestamp) -> Result<()> {
        let key = new.email.to_lowercase();
        self.query(
            "insert into candidates (tenant_id, id, name, email, email_key, created_at) values ($1, $2, $3, $4, $5, $6) \
             on conflict (tenant_id, email_key) do nothing",
        )
        .bind(new.candidate.as_str())
        .bind(&new.name)
        .bind(&new.email)
        .bind(&key)
        .bind(now.0)
        .execute(self.on())
        .await?;
        let added = self
            .query(
                "insert into applications (tenant_id, id, position_id, candidate_id, created_at) \
                 select $1, $2, $3, id, $5 from candidates where tenant_id = $1 and email_key = $4 \
                 on conflict (tenant_id, position_id, candidate_id) do nothing",
            )
            .bind(new.application.as_str())
            .bind(position.as_str())
            .bind(&key)
            .bind(now.0)
            .execute(self.on())
            .await?;
        if added.rows_affected() == 0 {
            return Err(Error::invalid("email", "This person is a candidate for the position already."));
        }
        Ok(())
    }

    /// The candidates of one position, or of all, newest first.
    pub async fn applications(&mut self, position: Option<&PositionId>) -> Result<Vec<ApplicationRow>> {
        let tail = "order by a.created_at desc, a.id desc limit 500";
        let rows: Vec<Tuple> = match position {
            Some(id) => {
                let sql = super::dialect::built(format!("{APPLICATIONS} and a.position_id = $2 {tail}"));
                self.query_as(sql).bind(id.as_str()).fetch_all(self.on()).await?
            }
            None => self.query_as(super::dialect::built(format!("{APPLICATIONS} {tail}"))).fetch_all(self.on()).await?,
        };
        let mut out = Vec::with_capacity(rows.len());
        for row in rows {
            out.push(self.complete(row).await?);
        }
        Ok(out)
    }

    /// One application.
    pub async fn application(&mut self, id: &ApplicationId) -> Result<ApplicationRow> {
        let sql = super::dialect::built(format!("{APPLICATIONS} and a.id = $2"));
        let row: Option<Tuple> = self.query_as(sql).bind(id.as_str()).fetch_optional(self.on()).await?;
        self.complete(found(row)?).await
    }

    /// Whether the interviews of an application's position are recorded.
    pub async fn is_recorded(&mut self, id: &ApplicationId) -> Result<bool> {
        let query = self.query_as::<(Option<i64>,)>(
            "select p.recording_off_at from applications a \
             join positions p on p.tenant_id = a.tenant_id and p.id = a.position_id where a.tenant_id = $1 and a.id = $2",
        );
        let (off_at,) = found(query.bind(id.as_str()).fetch_optional(self.on()).await?)?;
        Ok(off_at.is_none())
    }

    async fn complete(&mut self, row: Tuple) -> Result<ApplicationRow> {
        let (id, candidate, name, email, position, title, created_at, recording_off_at) = row;
        let id = ApplicationId::stored(id);
        Ok(ApplicationRow {
            invitation: self.newest_invitation(&id).await?,
            session: self.newest_session_of(&id).await?,
            id,
            candidate_id: CandidateId::stored(candidate),
            name,
            email,
            position_id: PositionId::stored(position),
            position_title: title,
            is_recorded: recording_off_at.is_none(),
            created_at: Timestamp(created_at),
        })
    }
}
