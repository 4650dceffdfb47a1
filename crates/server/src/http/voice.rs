//! Settings of the company: who carries its interviews, with which key, and what the provider is told. Admins only. A key
//! goes in and never comes out again.

mod check;
mod view;

use super::extract::Body;
use crate::adapters::realtime::Endpoint;
use crate::caller::{Caller, Recruiter};
use crate::config::{ProviderKind, VoiceSettings};
use crate::error::{Code, Error, Result};
use crate::ids::AuditId;
use crate::limits::Door;
use crate::provider::{self, Provider, probe::probe};
use crate::store::{ProviderRow, StoredKey};
use axum::Json;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use view::{VoiceView, view};

/// What is to be used. What is left out stays.
#[derive(Deserialize, ToSchema)]
pub struct VoiceBody {
    /// Null or left out: as installed; the rest is then ignored.
    kind: Option<ProviderKind>,
    /// `https://` and a host; empty: the usual one. A new one needs the key again.
    url: Option<String>,
    /// A new key; left out: the one that is kept.
    #[schema(value_type = Option<String>)]
    key: Option<SecretString>,
    settings: Option<VoiceSettings>,
}

/// Whose key is to be forgotten.
#[derive(Deserialize, ToSchema)]
pub struct ForgetBody {
    kind: ProviderKind,
}

/// What a try of the settings found.
#[derive(Serialize, ToSchema)]
pub struct VoiceVerdict {
    /// Whether interviews would run.
    ok: bool,
    /// What was found, and what to do if it is not well.
    words: String,
}

/// Shows who carries the interviews.
#[utoipa::path(get, path = "/v1/settings/voice", tag = "settings", responses((status = 200, body = VoiceView)), security(("recruiter" = [])))]
pub async fn get_voice(cx: Caller<Recruiter>) -> Result<Json<VoiceView>> {
    admin(&cx).await?;
    let rows = cx.store.read(async |db| db.voice_providers().await).await?;
    Ok(Json(view(&cx, &rows)))
}

/// Changes who carries the interviews that begin from now on.
#[utoipa::path(put, path = "/v1/settings/voice", tag = "settings", request_body = VoiceBody, responses((status = 200, body = VoiceView)), security(("recruiter" = [])))]
pub async fn put_voice(cx: Caller<Recruiter>, Body(body): Body<VoiceBody>) -> Result<Json<VoiceView>> {
    admin(&cx).await?;
    let (audit, who, now): (AuditId, _, _) = (cx.id(), cx.who.member.as_str(), cx.now);
    let rows = cx
        .store
        .write(async |db| {
            let rows = db.voice_providers().await?;
            let subject = body.kind.map_or("installed", ProviderKind::text);
            let mut detail = json!({});
            match body.kind {
                None => db.use_default_provider().await?,
                Some(kind) => {
                    let before = rows.iter().find(|row| row.kind == kind);
                    let row = wanted(&cx, before, kind, &body)?;
                    detail = changes(before, &row);
                    db.save_voice_provider(&row, now).await?;
                }
            }
            db.audit(&audit, now, who, "change_voice_provider", subject, &detail).await?;
            db.voice_providers().await
        })
        .await?;
    cx.app.troubles.clear(cx.store.tenant());
    Ok(Json(view(&cx, &rows)))
}

/// Tries settings without keeping them: asks the provider whether interviews would run. What is left out is taken from
/// what is kept.
#[utoipa::path(post, path = "/v1/settings/voice/test", tag = "settings", request_body = VoiceBody, responses((status = 200, body = VoiceVerdict)), security(("recruiter" = [])))]
pub async fn test_voice(cx: Caller<Recruiter>, Body(body): Body<VoiceBody>) -> Result<Json<VoiceVerdict>> {
    admin(&cx).await?;
    cx.app.limits.take(Door::ProviderTest, cx.address, cx.now)?;
    let rows = cx.store.read(async |db| db.voice_providers().await).await?;
    let kind = body.kind.unwrap_or(cx.app.config.provider.chosen());
    let own = body.kind.is_some().then(|| rows.iter().find(|row| row.kind == kind)).flatten();
    let provider = match kind {
        ProviderKind::Own => {
            let (realtime, settings) = (cx.app.engine.clone(), cx.app.config.provider.settings());
            Provider { realtime, kind, settings }
        }
        _ if body.kind.is_none() => as_installed(&cx, kind)?,
        _ => tried(&cx, &wanted(&cx, own, kind, &body)?)?,
    };
    let verdict = probe(&provider).await;
    Ok(Json(VoiceVerdict { ok: verdict.is_well, words: verdict.words }))
}

/// Forgets the key that is kept for a provider. If interviews ran on it, they run as installed from now on.
#[utoipa::path(post, path = "/v1/settings/voice/forget", tag = "settings", request_body = ForgetBody, responses((status = 200, body = VoiceView)), security(("recruiter" = [])))]
pub async fn forget_voice_key(cx: Caller<Recruiter>, Body(body): Body<ForgetBody>) -> Result<Json<VoiceView>> {
    admin(&cx).await?;
    let (audit, who, now): (AuditId, _, _) = (cx.id(), cx.who.member.as_str(), cx.now);
    let rows = cx
        .store
        .write(async |db| {
            let row = db.voice_providers().await?.into_iter().find(|row| row.kind == body.kind);
            if let Some(row) = row.filter(|row| row.key.is_some()) {
                db.save_voice_provider(&ProviderRow { key: None, is_chosen: false, ..row }, now).await?;
                let detail = json!({ "key": "removed" });
                db.audit(&audit, now, who, "change_voice_provider", body.kind.text(), &detail).await?;
            }
            db.voice_providers().await
        })
        .await?;
    Ok(Json(view(&cx, &rows)))
}

async fn admin(cx: &Caller<Recruiter>) -> Result<()> {
    let who = cx.who.member.as_str();
    let member = cx.store.read(async |db| db.member(who).await).await?;
    if member.role == "admin" {
        return Ok(());
    }
    Err(Error::new(Code::Forbidden, "Only an admin of the company may see and change this."))
}

/// The row as the body wants it, with the key sealed.
fn wanted(
    cx: &Caller<Recruiter>,
    before: Option<&ProviderRow>,
    kind: ProviderKind,
    body: &VoiceBody,
) -> Result<ProviderRow> {
    let url = match &body.url {
        Some(url) => check::url(kind, url, !cx.app.config.is_https())?,
        None => before.map(|row| row.url.clone()).unwrap_or_default(),
    };
    let settings = match &body.settings {
        Some(settings) => check::settings(settings)?,
        None => before.map_or_else(|| cx.app.config.provider.settings(), |row| row.settings.clone()),
    };
    let kept = before.and_then(|row| row.key.clone());
    let key = match body.key.as_ref().map(|key| key.expose_secret().trim()) {
        Some(key) => Some(sealed(cx, kind, check::key(key)?)?),
        // Whoever may change the address must not have the kept key sent to it.
        None if kept.is_some() && before.is_some_and(|row| row.url != url) => {
            return Err(Error::invalid(
                "key",
                "The address is new. Enter the key again: the kept one is for the old address.",
            ));
        }
        None => kept,
    };
    if kind != ProviderKind::Own && key.is_none() && !url.is_empty() {
        return Err(Error::invalid("key", "An address of your own needs a key of your own. Enter it."));
    }
    let has_way = key.is_some() || provider::installed(&cx.app.config.provider, kind).is_some();
    if kind != ProviderKind::Own && !has_way {
        return Err(Error::invalid("key", "Enter the key."));
    }
    if kind == ProviderKind::Azure && key.is_some() && url.is_empty() {
        return Err(Error::invalid("url", "Enter the address of your resource: https://<name>.openai.azure.com"));
    }
    Ok(ProviderRow { kind, url, key, settings, is_chosen: true })
}

fn sealed(cx: &Caller<Recruiter>, kind: ProviderKind, key: &str) -> Result<StoredKey> {
    let sealed = cx.app.vault.seal(&provider::owner(&cx.store, kind), &SecretString::from(key));
    Ok(StoredKey { sealed: sealed.map_err(Error::internal)?, end: key[key.len() - 4..].to_owned(), set_at: cx.now })
}

/// The way that these settings would take.
fn tried(cx: &Caller<Recruiter>, row: &ProviderRow) -> Result<Provider> {
    let Some(key) = &row.key else {
        return as_installed(cx, row.kind).map(|p| Provider { settings: row.settings.clone(), ..p });
    };
    let key = cx.app.vault.unseal(&provider::owner(&cx.store, row.kind), &key.sealed);
    let lost = |_| Error::invalid("key", "The kept key cannot be opened any more. Enter it again.");
    let endpoint = Endpoint { url: provider::base_url(&row.url), key: key.map_err(lost)?, kind: row.kind };
    Ok(Provider { realtime: cx.app.engine.at(endpoint), kind: row.kind, settings: row.settings.clone() })
}

fn as_installed(cx: &Caller<Recruiter>, kind: ProviderKind) -> Result<Provider> {
    let config = &cx.app.config.provider;
    let endpoint = provider::installed(config, kind).ok_or_else(|| Error::invalid("key", "Enter the key."))?;
    Ok(Provider { realtime: cx.app.engine.at(endpoint), kind, settings: config.settings() })
}

/// What changed, for the audit trail: never the key.
fn changes(before: Option<&ProviderRow>, after: &ProviderRow) -> serde_json::Value {
    let end = |row: &ProviderRow| row.key.as_ref().map(|key| key.sealed.clone());
    let key = match (before.and_then(end), end(after)) {
        (before, after) if before == after => "kept",
        (_, None) => "removed",
        (_, Some(_)) => "set",
    };
    json!({ "url": after.url, "key": key, "models": after.settings.models, "transcriptions": after.settings.transcriptions })
}
