//! `[provider]`: who carries the interviews of companies that chose nothing themselves.

use super::ConfigError;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use utoipa::ToSchema;

/// Where OpenAI is.
pub const OPENAI_URL: &str = "https://api.openai.com";

/// Who carries a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ProviderKind {
    /// The voice engine in the box.
    #[default]
    Own,
    /// OpenAI Realtime, or a server that is its equal.
    OpenAi,
    /// Azure OpenAI: another path, another header, deployments for models.
    Azure,
}

impl ProviderKind {
    /// Every kind.
    pub const ALL: [ProviderKind; 3] = [ProviderKind::Own, ProviderKind::OpenAi, ProviderKind::Azure];

    /// As it is stored and configured.
    pub fn text(self) -> &'static str {
        match self {
            ProviderKind::Own => "own",
            ProviderKind::OpenAi => "openai",
            ProviderKind::Azure => "azure",
        }
    }

    /// As people know it.
    pub fn name(self) -> &'static str {
        match self {
            ProviderKind::Own => "the built-in voice engine",
            ProviderKind::OpenAi => "OpenAI",
            ProviderKind::Azure => "Azure OpenAI",
        }
    }

    /// Reads what [`ProviderKind::text`] writes.
    pub fn parse(text: &str) -> Option<ProviderKind> {
        ProviderKind::ALL.into_iter().find(|kind| kind.text() == text)
    }
}

/// What a provider other than our own engine is told, in all its calls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VoiceSettings {
    /// Models (on Azure: deployments) in the order in which they are tried.
    pub models: Vec<String>,
    /// The same for the candidate's words.
    pub transcriptions: Vec<String>,
    /// The interviewer's voice.
    pub voice: String,
    /// Languages that candidates may mix in beside the plan's, ISO 639-1.
    pub languages: Vec<String>,
    /// Words to expect: names, products, terms.
    pub vocabulary: Vec<String>,
}

/// `[provider]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderConfig {
    /// `own`, `openai`, `azure`; empty: by whether there is a key.
    pub kind: String,
    /// Base URL without a path; empty: OpenAI's.
    pub url: String,
    /// The key, or what OPENAI_API_KEY of the environment holds.
    pub key: SecretString,
    /// Models in the order in which they are tried.
    pub models: Vec<String>,
    /// Transcription models in the order in which they are tried.
    pub transcriptions: Vec<String>,
    /// The interviewer's voice.
    pub voice: String,
    /// Languages that candidates may mix in, ISO 639-1.
    pub languages: Vec<String>,
    /// Words to expect: names, products, terms.
    pub vocabulary: Vec<String>,
}

impl ProviderConfig {
    /// Who carries the interviews.
    pub fn chosen(&self) -> ProviderKind {
        match ProviderKind::parse(&self.kind) {
            Some(kind) => kind,
            None if self.key.expose_secret().is_empty() => ProviderKind::Own,
            None => ProviderKind::OpenAi,
        }
    }

    /// The base URL, without a slash at the end.
    pub fn base_url(&self) -> String {
        match self.url.trim_end_matches('/') {
            "" => OPENAI_URL.to_owned(),
            url => url.to_owned(),
        }
    }

    /// What the provider is told.
    pub fn settings(&self) -> VoiceSettings {
        VoiceSettings {
            models: self.models.clone(),
            transcriptions: self.transcriptions.clone(),
            voice: self.voice.clone(),
            languages: self.languages.clone(),
            vocabulary: self.vocabulary.clone(),
        }
    }

    /// What one field alone cannot say.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if !self.kind.is_empty() && ProviderKind::parse(&self.kind).is_none() {
            return Err(ConfigError::new("provider.kind", "must be own, openai, azure, or empty"));
        }
        check_url(&self.base_url(), true).map_err(|why| ConfigError::new("provider.url", why))?;
        let kind = self.chosen();
        if kind == ProviderKind::Azure && self.url.is_empty() {
            return Err(ConfigError::new("provider.url", "is needed with azure: https://<resource>.openai.azure.com"));
        }
        if kind != ProviderKind::Own && self.key.expose_secret().is_empty() {
            return Err(ConfigError::new("provider.key", "is needed, or OPENAI_API_KEY in the environment"));
        }
        for (key, list) in [("provider.models", &self.models), ("provider.transcriptions", &self.transcriptions)] {
            if list.is_empty() || list.iter().any(|name| name.trim().is_empty()) {
                return Err(ConfigError::new(key, "must name at least one model"));
            }
        }
        Ok(())
    }
}

/// Whether a key may be sent to this address: https to a named host, or this machine where `may_be_local`.
pub fn check_url(url: &str, may_be_local: bool) -> Result<(), String> {
    let (scheme, rest) = url.split_once("://").ok_or("must begin with https://")?;
    if rest.contains(['/', '?', '#', '@', ' ', '\\']) || rest.is_empty() || !rest.is_ascii() {
        return Err("must be https:// and a host, without a path".into());
    }
    let host = host(rest).ok_or("has no host that can be read")?;
    let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    let is_local = host == "localhost" || host.ends_with(".localhost") || address.is_some_and(|a| a.is_loopback());
    if is_local {
        return if may_be_local && (scheme == "http" || scheme == "https") {
            Ok(())
        } else {
            Err("must not lead to the server itself".into())
        };
    }
    if scheme != "https" {
        return Err("must begin with https://".into());
    }
    // Names are held by their certificate; a bare address could be anything inside the server's network. The last
    // label tells also the forms that a resolver reads as an address, such as 127.1 or 0x7f000001.
    let last = host.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    if address.is_some() || last.is_empty() || last.starts_with(|c: char| c.is_ascii_digit()) {
        return Err("must name a host, not an address".into());
    }
    Ok(())
}

fn host(authority: &str) -> Option<&str> {
    let host = match authority.strip_prefix('[') {
        Some(rest) => &authority[..rest.find(']')? + 2],
        None => authority.split(':').next()?,
    };
    let port = authority[host.len()..].strip_prefix(':');
    let is_port = match port {
        Some(port) => port.parse::<u16>().is_ok(),
        None => authority.len() == host.len(),
    };
    (is_port && !host.is_empty()).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::check_url;

    #[test]
    fn keys_go_only_to_named_hosts_over_tls() {
        for good in ["https://api.openai.com", "https://x.openai.azure.com:8443", "https://a-b.example"] {
            assert_eq!(check_url(good, false), Ok(()), "{good}");
        }
        for local in ["http://127.0.0.1:9000", "http://localhost:1", "https://[::1]:5"] {
            assert_eq!(check_url(local, true), Ok(()), "{local}");
            assert!(check_url(local, false).is_err(), "{local}");
        }
        for bad in [
            "",
            "api.openai.com",
            "http://api.openai.com",
            "ftp://api.openai.com",
            "https://",
            "https://api.openai.com/v1",
            "https://user@api.openai.com",
            "https://169.254.169.254",
            "https://10.0.0.1",
            "https://[fd00::1]",
            "https://0x7f000001",
            "https://127.1",
            "https://2130706433",
            "https://host:port",
            "https://ho st",
            "http://0.0.0.0",
            "https://öpenai.com",
        ] {
            assert!(check_url(bad, true).is_err(), "{bad}");
        }
    }
}
