//! What is shown of the settings: everything but the keys.

use crate::caller::{Caller, Recruiter};
use crate::clock::api_ms;
use crate::config::{ProviderKind, VoiceSettings};
use crate::provider;
use crate::store::ProviderRow;
use serde::Serialize;
use utoipa::ToSchema;

/// Who carries the company's interviews.
#[derive(Serialize, ToSchema)]
pub struct VoiceView {
    /// The company's choice; null: as installed.
    kind: Option<ProviderKind>,
    /// What the installation uses where nothing is chosen.
    installed: ProviderKind,
    /// The providers that take settings.
    providers: Vec<ProviderView>,
    /// What the provider last refused, until a call works again.
    trouble: Option<TroubleView>,
}

/// One provider and what is kept for it.
#[derive(Serialize, ToSchema)]
pub struct ProviderView {
    kind: ProviderKind,
    /// Base URL; empty: the usual one.
    url: String,
    /// The company's own key: never itself, only how it ends.
    key: Option<KeyView>,
    /// Without an own key: whether the installation's is used.
    has_installed_key: bool,
    settings: VoiceSettings,
}

/// Enough of a key to tell it from others.
#[derive(Serialize, ToSchema)]
pub struct KeyView {
    /// Its last four characters.
    end: String,
    /// When it was entered.
    set_at: i64,
}

/// What a provider refused.
#[derive(Serialize, ToSchema)]
pub struct TroubleView {
    at: i64,
    /// What is wrong and what to do.
    words: String,
}

/// What the company has chosen and entered.
pub fn view(cx: &Caller<Recruiter>, rows: &[ProviderRow]) -> VoiceView {
    let config = &cx.app.config.provider;
    let provider = |kind: ProviderKind| {
        let row = rows.iter().find(|row| row.kind == kind);
        let key = row.and_then(|row| row.key.as_ref());
        ProviderView {
            kind,
            url: row.map(|row| row.url.clone()).unwrap_or_default(),
            key: key.map(|key| KeyView { end: key.end.clone(), set_at: api_ms(key.set_at) }),
            has_installed_key: key.is_none() && provider::installed(config, kind).is_some(),
            settings: row.map_or_else(|| config.settings(), |row| row.settings.clone()),
        }
    };
    let trouble = cx.app.troubles.of(cx.store.tenant());
    VoiceView {
        kind: rows.iter().find(|row| row.is_chosen).map(|row| row.kind),
        installed: config.chosen(),
        providers: vec![provider(ProviderKind::OpenAi), provider(ProviderKind::Azure)],
        trouble: trouble.map(|t| TroubleView { at: api_ms(t.at), words: t.words }),
    }
}
