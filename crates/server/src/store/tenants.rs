//! Companies.

use super::{Db, System};
use crate::error::Result;
use crate::ids::TenantId;
use interview::Timestamp;

/// A company.
#[derive(Clone, Debug)]
pub struct TenantRow {
    /// Its id.
    pub id: TenantId,
    /// Its name, as candidates see it.
    pub name: String,
    /// Whom candidates may write to.
    pub contact_email: String,
}

impl Db {
    /// Adds the company of this handle.
    pub async fn add_tenant(&mut self, name: &str, contact_email: &str, now: Timestamp) -> Result<()> {
        self.query("insert into tenants (tenant_id, name, contact_email, created_at) values ($1, $2, $3, $4)")
            .bind(name)
            .bind(contact_email)
            .bind(now.0)
            .execute(self.on())
            .await?;
        Ok(())
    }

    /// The company of this handle.
    pub async fn own_tenant(&mut self) -> Result<TenantRow> {
        let (name, contact_email): (String, String) =
            self.query_as("select name, contact_email from tenants where tenant_id = $1").fetch_one(self.on()).await?;
        Ok(TenantRow { id: self.tenant.clone(), name, contact_email })
    }
}

impl System {
    /// All companies, oldest first.
    pub async fn tenants(&mut self) -> Result<Vec<TenantId>> {
        let rows: Vec<(String,)> = sqlx::query_as("select tenant_id from tenants order by created_at, tenant_id")
            .persistent(self.named)
            .fetch_all(&mut *self.tx)
            .await?;
        Ok(rows.into_iter().map(|(id,)| TenantId::stored(id)).collect())
    }
}
