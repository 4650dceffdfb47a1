//! Doors: the hash of a secret (or of an e-mail address) leads to a company and one of its rows.
//!
//! They are asked before the company is known, so they are read through `store.system(..)`.

use super::{Db, System};
use crate::error::Result;
use crate::ids::TenantId;
use interview::Timestamp;

/// What a secret opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoorKind {
    /// A one-time sign-in link → member.
    SignInLink,
    /// The operator's token file → member.
    Operator,
    /// A recruiter's cookie → member.
    MemberSession,
    /// An e-mail address → member.
    Email,
    /// An invitation's id → invitation (its secret is compared there).
    Invitation,
    /// A candidate's cookie → invitation.
    CandidateSession,
    /// An append key → session.
    Append,
}

impl DoorKind {
    fn text(self) -> &'static str {
        match self {
            DoorKind::SignInLink => "sign_in_link",
            DoorKind::Operator => "operator",
            DoorKind::MemberSession => "member_session",
            DoorKind::Email => "email",
            DoorKind::Invitation => "invitation",
            DoorKind::CandidateSession => "candidate_session",
            DoorKind::Append => "append",
        }
    }
}

/// Where a door leads.
#[derive(Clone, Debug)]
pub struct DoorTarget {
    /// The company.
    pub tenant: TenantId,
    /// The id of the row there.
    pub target: String,
}

impl Db {
    /// Opens a door into this company; `false` if that door is there already and stays as it is.
    pub async fn add_door(
        &mut self,
        kind: DoorKind,
        hash: &str,
        target: &str,
        expires_at: Option<Timestamp>,
    ) -> Result<bool> {
        let added = self
            .query(
                "insert into doors (tenant_id, kind, hash, target_id, expires_at) values ($1, $2, $3, $4, $5) \
             on conflict (kind, hash) do nothing",
            )
            .bind(kind.text())
            .bind(hash)
            .bind(target)
            .bind(expires_at.map(|t| t.0))
            .execute(self.on())
            .await?;
        Ok(added.rows_affected() > 0)
    }

    /// Closes every door of a kind that leads to `target`.
    pub async fn close_doors(&mut self, kind: DoorKind, target: &str) -> Result<()> {
        self.query("delete from doors where tenant_id = $1 and kind = $2 and target_id = $3")
            .bind(kind.text())
            .bind(target)
            .execute(self.on())
            .await?;
        Ok(())
    }

    /// Closes one door.
    pub async fn close_door(&mut self, kind: DoorKind, hash: &str) -> Result<()> {
        self.query("delete from doors where tenant_id = $1 and kind = $2 and hash = $3")
            .bind(kind.text())
            .bind(hash)
            .execute(self.on())
            .await?;
        Ok(())
    }
}

impl System {
    /// Where the door leads, unless it is unknown or past its time.
    pub async fn door(&mut self, kind: DoorKind, hash: &str, now: Timestamp) -> Result<Option<DoorTarget>> {
        let row: Option<(String, String)> = sqlx::query_as(
            "select tenant_id, target_id from doors where kind = $1 and hash = $2 and (expires_at is null or expires_at > $3)",
        )
        .persistent(self.named)
        .bind(kind.text())
        .bind(hash)
        .bind(now.0)
        .fetch_optional(&mut *self.tx)
        .await?;
        Ok(row.map(|(tenant, target)| DoorTarget { tenant: TenantId::stored(tenant), target }))
    }
}
