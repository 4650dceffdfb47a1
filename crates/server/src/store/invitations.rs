//! Invitations and the candidates' cookies. A link's secret is here as its SHA-256 only.

use super::Db;
use crate::error::Result;
use crate::ids::{ApplicationId, InvitationId, PlanVersionId, SessionId};
use interview::Timestamp;

/// An invitation.
#[derive(Clone, Debug)]
pub struct InvitationRow {
    /// Its id, the first part of the link.
    pub id: InvitationId,
    /// Whom it admits to what.
    pub application_id: ApplicationId,
    /// The plan that will be followed.
    pub plan_version_id: PlanVersionId,
    /// SHA-256 of the link's second part.
    pub secret_hash: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Not before.
    pub opens_at: Option<Timestamp>,
    /// Not after.
    pub expires_at: Timestamp,
    /// When it was withdrawn.
    pub revoked_at: Option<Timestamp>,
    /// When its interview ended.
    pub finished_at: Option<Timestamp>,
    /// When it was mailed.
    pub sent_at: Option<Timestamp>,
}

/// What an invitation can be at a time. Finished wins: whoever was here sees the receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvitationState {
    /// Admits its candidate.
    Open,
    /// Past its time.
    Expired,
    /// Withdrawn.
    Revoked,
    /// The interview took place.
    Finished,
    /// Opens later.
    NotYetOpen,
}

impl InvitationRow {
    /// What the invitation is now.
    pub fn state(&self, now: Timestamp) -> InvitationState {
        if self.finished_at.is_some() {
            InvitationState::Finished
        } else if self.revoked_at.is_some() {
            InvitationState::Revoked
        } else if self.expires_at.0 <= now.0 {
            InvitationState::Expired
        } else if self.opens_at.is_some_and(|at| at.0 > now.0) {
            InvitationState::NotYetOpen
        } else {
            InvitationState::Open
        }
    }
}

/// What is needed to invite.
#[derive(Clone, Debug)]
pub struct NewInvitation {
    /// Its id.
    pub id: InvitationId,
    /// Whom it admits to what.
    pub application_id: ApplicationId,
    /// The plan that will be followed.
    pub plan_version_id: PlanVersionId,
    /// SHA-256 of the secret.
    pub secret_hash: String,
    /// Not before.
    pub opens_at: Option<Timestamp>,
    /// Not after.
    pub expires_at: Timestamp,
}

type Tuple = (String, String, String, String, i64, Option<i64>, i64, Option<i64>, Option<i64>, Option<i64>);

fn invitation(row: Tuple) -> InvitationRow {
    let (id, application, version, secret_hash, created_at, opens_at, expires_at, revoked_at, finished_at, sent_at) =
        row;
    InvitationRow {
        id: InvitationId::stored(id),
        application_id: ApplicationId::stored(application),
        plan_version_id: PlanVersionId::stored(version),
        secret_hash,
        created_at: Timestamp(created_at),
        opens_at: opens_at.map(Timestamp),
        expires_at: Timestamp(expires_at),
        revoked_at: revoked_at.map(Timestamp),
        finished_at: finished_at.map(Timestamp),
        sent_at: sent_at.map(Timestamp),
    }
}

impl Db {
    /// Adds an invitation and withdraws the application's earlier ones that are still open.
    pub async fn add_invitation(&mut self, new: &NewInvitation, now: Timestamp) -> Result<()> {
        self.query(
            "update invitations set revoked_at = $3 where tenant_id = $1 and application_id = $2 \
             and revoked_at is null and finished_at is null",
        )
        .bind(new.application_id.as_str())
        .bind(now.0)
        .execute(self.on())
        .await?;
        self.query(
            "insert into invitations (tenant_id, id, application_id, plan_version_id, secret_hash, created_at, opens_at, expires_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(new.id.as_str())
        .bind(new.application_id.as_str())
        .bind(new.plan_version_id.as_str())
        .bind(&new.secret_hash)
        .bind(now.0)
        .bind(new.opens_at.map(|t| t.0))
        .bind(new.expires_at.0)
        .execute(self.on())
        .await?;
        Ok(())
    }

    /// One invitation.
    pub async fn invitation(&mut self, id: &InvitationId) -> Result<InvitationRow> {
        let row: Tuple = self
            .query_as(
                "select id, application_id, plan_version_id, secret_hash, created_at, opens_at, expires_at, revoked_at, finished_at, sent_at \
                 from invitations where tenant_id = $1 and id = $2",
            )
            .bind(id.as_str())
            .fetch_one(self.on())
            .await?;
        Ok(invitation(row))
    }

    /// The application's newest invitation.
    pub(super) async fn newest_invitation(&mut self, application: &ApplicationId) -> Result<Option<InvitationRow>> {
        let row: Option<Tuple> = self
            .query_as(
                "select id, application_id, plan_version_id, secret_hash, created_at, opens_at, expires_at, revoked_at, finished_at, sent_at \
                 from invitations where tenant_id = $1 and application_id = $2 order by created_at desc, case when revoked_at is null then 0 else 1 end, id desc limit 1",
            )
            .bind(application.as_str())
            .fetch_optional(self.on())
            .await?;
        Ok(row.map(invitation))
    }

    /// Withdraws an invitation; one that is withdrawn or finished stays as it is.
    pub async fn revoke_invitation(&mut self, id: &InvitationId, now: Timestamp) -> Result<()> {
        self.query("update invitations set revoked_at = $3 where tenant_id = $1 and id = $2 and revoked_at is null and finished_at is null")
            .bind(id.as_str())
            .bind(now.0)
            .execute(self.on())
            .await?;
        Ok(())
    }

    /// Notes that the invitation's interview took place.
    pub async fn finish_invitation(&mut self, id: &InvitationId, now: Timestamp) -> Result<()> {
        self.query("update invitations set finished_at = $3 where tenant_id = $1 and id = $2 and finished_at is null")
            .bind(id.as_str())
            .bind(now.0)
            .execute(self.on())
            .await?;
        Ok(())
    }

    /// Notes that the invitation was mailed.
    pub async fn invitation_sent(&mut self, id: &InvitationId, now: Timestamp) -> Result<()> {
        self.query("update invitations set sent_at = $3 where tenant_id = $1 and id = $2")
            .bind(id.as_str())
            .bind(now.0)
            .execute(self.on())
            .await?;
        Ok(())
    }

    /// Adds a candidate's cookie by its hash.
    pub async fn add_candidate_session(
        &mut self,
        hash: &str,
        invitation: &InvitationId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<()> {
        self.query(
            "insert into candidate_sessions (tenant_id, id, invitation_id, created_at, expires_at) values ($1, $2, $3, $4, $5)",
        )
        .bind(hash)
        .bind(invitation.as_str())
        .bind(now.0)
        .bind(expires_at.0)
        .execute(self.on())
        .await?;
        Ok(())
    }

    /// The invitation behind a candidate's cookie and its session, unless the cookie ended or is past its time.
    pub async fn invitation_of_cookie(
        &mut self,
        hash: &str,
        now: Timestamp,
    ) -> Result<Option<(InvitationId, Option<SessionId>)>> {
        let query = self.query_as::<(String, Option<String>)>(
            "select c.invitation_id, s.id from candidate_sessions c \
             left join sessions s on s.tenant_id = c.tenant_id and s.invitation_id = c.invitation_id \
             where c.tenant_id = $1 and c.id = $2 and c.ended_at is null and c.expires_at > $3",
        );
        let row = query.bind(hash).bind(now.0).fetch_optional(self.on()).await?;
        Ok(row.map(|(invitation, session)| (InvitationId::stored(invitation), session.map(SessionId::stored))))
    }
}
