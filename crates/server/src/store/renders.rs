//! Which texts are to be synthesized ahead, and which are done.

use super::Db;
use crate::error::Result;
use crate::secrets;
use interview::Timestamp;

impl Db {
    /// Notes texts that `owner` (a plan version or an invitation) will need in `voice`; known ones stay as they are.
    pub async fn add_renders(&mut self, owner: &str, voice: &str, texts: &[String]) -> Result<()> {
        for text in texts {
            self.query(
                "insert into renders (tenant_id, owner_id, text_hash, voice, text) values ($1, $2, $3, $4, $5) \
                 on conflict (tenant_id, owner_id, text_hash) do nothing",
            )
            .bind(owner)
            .bind(secrets::hash(text))
            .bind(voice)
            .bind(text)
            .execute(self.on())
            .await?;
        }
        Ok(())
    }

    /// Texts of `owner` that are not done yet, with their voice: `(voice, text)`.
    pub async fn renders_left(&mut self, owner: &str) -> Result<Vec<(String, String)>> {
        Ok(self
            .query_as("select voice, text from renders where tenant_id = $1 and owner_id = $2 and rendered_at is null order by text_hash")
            .bind(owner)
            .fetch_all(self.on())
            .await?)
    }

    /// Notes that a text is done.
    pub async fn render_done(&mut self, owner: &str, text: &str, now: Timestamp) -> Result<()> {
        self.query("update renders set rendered_at = $4, failed_at = null where tenant_id = $1 and owner_id = $2 and text_hash = $3")
            .bind(owner)
            .bind(secrets::hash(text))
            .bind(now.0)
            .execute(self.on())
            .await?;
        Ok(())
    }

    /// How far it is: `(done, total)`.
    pub async fn render_progress(&mut self, owner: &str) -> Result<(i64, i64)> {
        Ok(self
            .query_as(
                "select cast(count(rendered_at) as bigint), cast(count(*) as bigint) from renders where tenant_id = $1 and owner_id = $2",
            )
            .bind(owner)
            .fetch_one(self.on())
            .await?)
    }
}
