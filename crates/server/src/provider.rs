//! Which provider carries a company's calls, with which key, and what it is told.

pub mod probe;
pub mod recording;
pub mod session;
mod troubles;

pub use troubles::{Trouble, Troubles};

use bytes::Bytes;
use secrecy::ExposeSecret;

use crate::{
    adapters::realtime::{
        Call, Endpoint, Realtime,
        error::{RealtimeError, Which},
    },
    app::App,
    config::{OPENAI_URL, ProviderConfig, ProviderKind, VoiceSettings},
    error::{Code, Error, Result},
    store::{Db, ProviderRow, TenantStore},
};
use session::Ask;

/// Who carries a company's calls.
#[derive(Clone, Debug)]
pub struct Provider {
    /// The way there.
    pub realtime: Realtime,
    /// Who it is.
    pub kind: ProviderKind,
    /// What it is told; of no meaning for our own engine.
    pub settings: VoiceSettings,
}

/// Which of the models is in use: their places in the settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pick {
    /// Place of the model that speaks.
    pub model: usize,
    /// Place of the model that writes the candidate's words down.
    pub transcription: usize,
}

impl Pick {
    /// The next choice after one of the two was refused; `None` after the last.
    pub fn after(mut self, refused: Which, settings: &VoiceSettings) -> Option<Pick> {
        let (place, list) = match refused {
            Which::Model => (&mut self.model, &settings.models),
            Which::Transcription => (&mut self.transcription, &settings.transcriptions),
        };
        *place += 1;
        (*place < list.len()).then_some(self)
    }
}

impl Provider {
    /// Makes a call with the first models that the provider has for our key. `person` is the candidate's pseudonym.
    pub async fn call(
        &self,
        offer: Bytes,
        ask: &Ask,
        person: &str,
    ) -> std::result::Result<(Call, Pick), RealtimeError> {
        let mut pick = Pick::default();
        loop {
            let session = session::of_call(self, pick, ask);
            match self.realtime.call(offer.clone(), &session, person, ask.keeps_sound).await {
                Ok(call) => return Ok((call, pick)),
                Err(RealtimeError::Model { which, code }) => {
                    let next = pick.after(which, &self.settings);
                    pick = next.ok_or(RealtimeError::Model { which, code })?;
                    tracing::warn!(provider = self.kind.text(), %which, "a model is refused; trying the next one");
                }
                Err(error) => return Err(error),
            }
        }
    }
}

impl App {
    /// Who carries this company's calls from now on: its own choice, or the installation's.
    pub async fn provider(&self, store: &TenantStore) -> Result<Provider> {
        let rows = store.read_one(async |db| db.voice_providers().await).await?;
        self.provider_of(store, &rows)
    }

    /// As [`App::provider`], with the company's rows at hand.
    pub fn provider_of(&self, store: &TenantStore, rows: &[ProviderRow]) -> Result<Provider> {
        let row = chosen(rows);
        let kind = self.chosen_of(rows);
        let settings = row.map_or_else(|| self.config.provider.settings(), |row| row.settings.clone());
        Ok(Provider { realtime: self.way(store, kind, row)?, kind, settings })
    }

    /// Which provider carries this company's calls from now on.
    pub async fn chosen_provider(&self, db: &mut Db) -> Result<ProviderKind> {
        Ok(self.chosen_of(&db.voice_providers().await?))
    }

    /// As [`App::chosen_provider`], with the company's rows at hand.
    pub fn chosen_of(&self, rows: &[ProviderRow]) -> ProviderKind {
        chosen(rows).map_or(self.config.provider.chosen(), |row| row.kind)
    }

    /// The way to the provider that carries a call made earlier.
    pub async fn realtime_of(&self, store: &TenantStore, kind: ProviderKind) -> Result<Realtime> {
        let rows = store.read(async |db| db.voice_providers().await).await?;
        self.way(store, kind, rows.iter().find(|row| row.kind == kind))
    }

    /// The company's own key goes to the company's address, the installation's only to the installation's.
    fn way(&self, store: &TenantStore, kind: ProviderKind, row: Option<&ProviderRow>) -> Result<Realtime> {
        if kind == ProviderKind::Own {
            return Ok(self.engine.clone());
        }
        if let Some((row, stored)) = row.and_then(|row| Some((row, row.key.as_ref()?))) {
            let key = self.vault.unseal(&owner(store, kind), &stored.sealed).map_err(|e| refused().because(e))?;
            return Ok(self.engine.at(Endpoint { url: base_url(&row.url), key, kind }));
        }
        let endpoint = installed(&self.config.provider, kind);
        endpoint.map(|endpoint| self.engine.at(endpoint)).ok_or_else(|| {
            refused().because(anyhow::anyhow!("no key is entered for {}: see Settings, Voice", kind.name()))
        })
    }
}

fn chosen(rows: &[ProviderRow]) -> Option<&ProviderRow> {
    rows.iter().find(|row| row.is_chosen)
}

/// The installation's own way to a kind of provider, if it has one.
pub fn installed(config: &ProviderConfig, kind: ProviderKind) -> Option<Endpoint> {
    let has_it = kind != ProviderKind::Own && config.chosen() == kind && !config.key.expose_secret().is_empty();
    has_it.then(|| Endpoint { url: config.base_url(), key: config.key.clone(), kind })
}

/// Whose sealed key it is.
pub fn owner(store: &TenantStore, kind: ProviderKind) -> String {
    format!("{}/{}", store.tenant(), kind.text())
}

/// The base URL as entered, or the usual one.
pub fn base_url(entered: &str) -> String {
    if entered.is_empty() { OPENAI_URL.to_owned() } else { entered.trim_end_matches('/').to_owned() }
}

fn refused() -> Error {
    Error::new(
        Code::EngineRefused,
        "The interview cannot start until the people who invited you change a setting. Your invitation stays good and \
         nothing is lost. Please tell them, and try again later.",
    )
}
