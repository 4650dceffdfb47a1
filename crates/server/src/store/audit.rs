//! The audit trail: who did what to which thing. Details hold ids and codes, never words of a candidate.

use super::Db;
use crate::error::Result;
use crate::ids::AuditId;
use interview::Timestamp;

impl Db {
    /// Adds an entry; `actor` and `subject` are ids.
    pub async fn audit(
        &mut self,
        id: &AuditId,
        at: Timestamp,
        actor: &str,
        action: &str,
        subject: &str,
        detail: &serde_json::Value,
    ) -> Result<()> {
        self.query(
            "insert into audit_events (tenant_id, id, at, actor, action, subject, detail) values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(id.as_str())
        .bind(at.0)
        .bind(actor)
        .bind(action)
        .bind(subject)
        .bind(detail.to_string())
        .execute(self.on())
        .await?;
        Ok(())
    }

    /// Adds an entry unless the actor has one for the same action and subject.
    pub async fn audit_once(
        &mut self,
        id: &AuditId,
        at: Timestamp,
        actor: &str,
        action: &str,
        subject: &str,
    ) -> Result<()> {
        self.query(
            "insert into audit_events (tenant_id, id, at, actor, action, subject, detail) \
             select $1, $2, $3, $4, $5, $6, '{}' where not exists (select 1 from audit_events \
             where tenant_id = $1 and actor = $4 and action = $5 and subject = $6)",
        )
        .bind(id.as_str())
        .bind(at.0)
        .bind(actor)
        .bind(action)
        .bind(subject)
        .execute(self.on())
        .await?;
        Ok(())
    }
}
