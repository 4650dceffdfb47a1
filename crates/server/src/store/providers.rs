//! Who carries a company's calls, with the sealed key.

use super::Db;
use crate::{
    config::{ProviderKind, VoiceSettings},
    error::{Error, Result},
};
use interview::Timestamp;

/// A company's entry for one kind of provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderRow {
    /// Which.
    pub kind: ProviderKind,
    /// Base URL; empty: the usual one.
    pub url: String,
    /// The company's own key.
    pub key: Option<StoredKey>,
    /// What the provider is told.
    pub settings: VoiceSettings,
    /// Whether calls are made with it.
    pub is_chosen: bool,
}

/// A key that only the server's secret opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKey {
    /// See `Vault::seal`.
    pub sealed: String,
    /// Its last four characters.
    pub end: String,
    /// When it was entered.
    pub set_at: Timestamp,
}

type Columns = (String, String, Option<String>, Option<String>, Option<i64>, String, Option<i64>);

impl Db {
    /// The company's entries, at most one per kind.
    pub async fn voice_providers(&mut self) -> Result<Vec<ProviderRow>> {
        let query = self.query_as::<Columns>(
            "select kind, url, key_sealed, key_end, key_set_at, settings, chosen_at from voice_providers \
             where tenant_id = $1 order by kind",
        );
        query.fetch_all(self.on()).await?.into_iter().map(row).collect()
    }

    /// Writes an entry. Calls are made with it from now on, if it is the chosen one; no other is then.
    pub async fn save_voice_provider(&mut self, row: &ProviderRow, now: Timestamp) -> Result<()> {
        if row.is_chosen {
            self.use_default_provider().await?;
        }
        let settings = serde_json::to_string(&row.settings).map_err(Error::internal)?;
        let key = row.key.as_ref();
        self.query(
            "insert into voice_providers \
             (tenant_id, kind, url, key_sealed, key_end, key_set_at, settings, chosen_at, updated_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
             on conflict (tenant_id, kind) do update set url = excluded.url, key_sealed = excluded.key_sealed, \
             key_end = excluded.key_end, key_set_at = excluded.key_set_at, settings = excluded.settings, \
             chosen_at = excluded.chosen_at, updated_at = excluded.updated_at",
        )
        .bind(row.kind.text())
        .bind(row.url.as_str())
        .bind(key.map(|k| k.sealed.as_str()))
        .bind(key.map(|k| k.end.as_str()))
        .bind(key.map(|k| k.set_at.0))
        .bind(settings)
        .bind(row.is_chosen.then_some(now.0))
        .bind(now.0)
        .execute(self.on())
        .await?;
        Ok(())
    }

    /// Chooses none of the company's own: the installation's default counts.
    pub async fn use_default_provider(&mut self) -> Result<()> {
        self.query("update voice_providers set chosen_at = null where tenant_id = $1").execute(self.on()).await?;
        Ok(())
    }
}

fn row((kind, url, sealed, end, set_at, settings, chosen_at): Columns) -> Result<ProviderRow> {
    let unknown = || Error::internal(anyhow::anyhow!("a provider of an unknown kind is stored"));
    let key = sealed.zip(end).zip(set_at).map(|((sealed, end), at)| StoredKey { sealed, end, set_at: Timestamp(at) });
    Ok(ProviderRow {
        kind: ProviderKind::parse(&kind).ok_or_else(unknown)?,
        url,
        key,
        settings: serde_json::from_str(&settings).map_err(Error::internal)?,
        is_chosen: chosen_at.is_some(),
    })
}
