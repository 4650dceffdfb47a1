//! Reads defaults, file and environment into one table, then checks what fields say about each other.

use super::{Config, ConfigError, MailKind, MailSecurity, VoiceConfig};
use std::path::{Path, PathBuf};
use toml::{Table, Value};

const DEFAULTS: &str = include_str!("../../config.default.toml");
const PREFIX: &str = "INSIGHTS__";
/// The variable in which everybody keeps this key; `provider.key` wins over it.
const OPENAI_KEY: &str = "OPENAI_API_KEY";

/// A shorter `server.secret` could be guessed.
const SHORTEST_SECRET: usize = 32;

/// Loads the configuration of this process.
#[expect(clippy::disallowed_methods, reason = "this is the configuration")]
pub fn load(file: Option<&Path>) -> Result<Config, ConfigError> {
    load_from(file, std::env::vars().filter(|(name, _)| name.starts_with(PREFIX) || name == OPENAI_KEY))
}

/// `INSIGHTS_MODELS`, or `~/.cache/insights/models`.
#[expect(clippy::disallowed_methods, reason = "this is the configuration")]
pub(super) fn models_dir_of_environment() -> PathBuf {
    match (std::env::var_os("INSIGHTS_MODELS"), std::env::var_os("HOME")) {
        (Some(dir), _) if !dir.is_empty() => PathBuf::from(dir),
        (_, home) => PathBuf::from(home.unwrap_or_default()).join(".cache/insights/models"),
    }
}

/// Loads from the given file and variables, so that tests need no environment.
fn load_from(file: Option<&Path>, env: impl Iterator<Item = (String, String)>) -> Result<Config, ConfigError> {
    let mut table: Table =
        toml::from_str(DEFAULTS).map_err(|e| ConfigError::new("config.default.toml", e.to_string()))?;
    if let Some(path) = file {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|e| ConfigError::new(&name, e.to_string()))?;
        let overlay: Table = toml::from_str(&text).map_err(|e| ConfigError::new(&name, e.to_string()))?;
        merge(&mut table, overlay, &name)?;
    }
    let mut openai_key = None;
    for (name, value) in env {
        if name == OPENAI_KEY {
            openai_key = Some(value.trim().to_owned()).filter(|key| !key.is_empty());
        } else {
            set(&mut table, &name, value)?;
        }
    }
    if let (Some(key), Some(slot)) = (openai_key, table.get_mut("provider").and_then(|p| p.get_mut("key")))
        && slot.as_str() == Some("")
    {
        *slot = Value::String(key);
    }
    let config: Config = serde_path_to_error::deserialize(Value::Table(table)).map_err(|e| {
        let key = e.path().to_string();
        ConfigError::new(&key, e.into_inner().message())
    })?;
    check(&config)?;
    Ok(config)
}

fn merge(table: &mut Table, overlay: Table, file: &str) -> Result<(), ConfigError> {
    for (section, values) in overlay {
        let Some(Value::Table(known)) = table.get_mut(&section) else {
            return Err(ConfigError::new(&section, format!("{file} has a section that does not exist")));
        };
        let Value::Table(values) = values else {
            return Err(ConfigError::new(&section, format!("in {file} this is a section, written [{section}]")));
        };
        for (key, value) in values {
            if !known.contains_key(&key) {
                return Err(ConfigError::new(
                    &format!("{section}.{key}"),
                    format!("{file} sets a key that does not exist"),
                ));
            }
            known.insert(key, value);
        }
    }
    Ok(())
}

/// Sets one key from a variable; its text is read as the default's type.
fn set(table: &mut Table, name: &str, value: String) -> Result<(), ConfigError> {
    let key = name.trim_start_matches(PREFIX).to_lowercase().replace("__", ".");
    let unknown = || ConfigError::new(&key, format!("the variable {name} sets a key that does not exist"));
    let (section, leaf) = key.split_once('.').ok_or_else(unknown)?;
    let slot = table.get_mut(section).and_then(|s| s.get_mut(leaf)).ok_or_else(unknown)?;
    let wrong = |what: &str| ConfigError::new(&key, format!("the variable {name} must be {what}"));
    *slot = match slot {
        Value::Integer(_) => Value::Integer(value.trim().parse().map_err(|_| wrong("a whole number"))?),
        Value::Boolean(_) => Value::Boolean(value.trim().parse().map_err(|_| wrong("true or false"))?),
        Value::Float(_) => Value::Float(value.trim().parse().map_err(|_| wrong("a number"))?),
        Value::Array(_) => Value::Array(
            value.split(',').map(str::trim).filter(|v| !v.is_empty()).map(|v| Value::String(v.into())).collect(),
        ),
        _ => Value::String(value),
    };
    Ok(())
}

/// What one field alone cannot say.
fn check(config: &Config) -> Result<(), ConfigError> {
    let url = &config.server.public_url;
    if !url.is_empty() && !url.starts_with("https://") && !url.starts_with("http://") {
        return Err(ConfigError::new("server.public_url", "must begin with https:// or http://"));
    }
    if !(1..=3_600).contains(&config.server.idle_seconds) {
        return Err(ConfigError::new("server.idle_seconds", "must be 1 to 3600"));
    }
    let database = &config.database;
    for (key, url) in [("database.url", &database.url), ("database.owner_url", &database.owner_url)] {
        if !url.is_empty() && !["sqlite:", "postgres:", "postgresql:"].iter().any(|p| url.starts_with(p)) {
            return Err(ConfigError::new(key, "must begin with sqlite: or postgres:"));
        }
    }
    if database.connections == 0 {
        return Err(ConfigError::new("database.connections", "must be at least 1"));
    }
    let voice = &config.voice;
    if !voice.url.is_empty() {
        if !voice.url.starts_with("http://") && !voice.url.starts_with("https://") {
            return Err(ConfigError::new("voice.url", "must begin with https:// or http://"));
        }
        if secrecy::ExposeSecret::expose_secret(&voice.key).is_empty() {
            return Err(ConfigError::new("voice.key", "is needed with voice.url"));
        }
    }
    if voice.max_calls == 0 {
        return Err(ConfigError::new("voice.max_calls", "must be at least 1"));
    }
    for (key, name) in [("voice.voice", &voice.voice), ("voice.fast_voice", &voice.fast_voice)] {
        if name.trim().is_empty() {
            return Err(ConfigError::new(key, "must name a voice"));
        }
    }
    check_model(voice)?;
    config.provider.check()?;
    let secret = secrecy::ExposeSecret::expose_secret(&config.server.secret);
    if !secret.is_empty() && secret.len() < SHORTEST_SECRET {
        return Err(ConfigError::new("server.secret", format!("must have at least {SHORTEST_SECRET} characters")));
    }
    let mail = &config.mail;
    if mail.kind == MailKind::Smtp && mail.host.is_empty() {
        return Err(ConfigError::new("mail.host", "is needed with mail.kind = \"smtp\""));
    }
    let local = ["localhost", "127.0.0.1", "::1"].contains(&mail.host.as_str());
    if mail.kind == MailKind::Smtp && mail.security == MailSecurity::None && !local {
        return Err(ConfigError::new("mail.security", "\"none\" is allowed only towards this machine"));
    }
    for (key, value) in
        [("tenant.name", &config.tenant.name), ("tenant.recruiter_email", &config.tenant.recruiter_email)]
    {
        if value.trim().is_empty() {
            return Err(ConfigError::new(key, "must not be empty"));
        }
    }
    super::budget::check(config)
}

fn check_model(voice: &VoiceConfig) -> Result<(), ConfigError> {
    match (voice.model_url.is_empty(), voice.model.trim().is_empty()) {
        (true, true) => return Ok(()),
        (false, true) => return Err(ConfigError::new("voice.model", "is needed with voice.model_url")),
        (true, false) => return Err(ConfigError::new("voice.model_url", "is needed with voice.model")),
        (false, false) => {}
    }
    if !voice.model_url.starts_with("http://") && !voice.model_url.starts_with("https://") {
        return Err(ConfigError::new("voice.model_url", "must begin with https:// or http://"));
    }
    if !(500..=30_000).contains(&voice.model_first_ms) {
        return Err(ConfigError::new("voice.model_first_ms", "must be between 500 and 30000"));
    }
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn from_env(vars: &[(&str, &str)]) -> Result<Config, ConfigError> {
        load_from(None, vars.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
    }

    #[test]
    fn the_defaults_load_and_variables_win() {
        let config = from_env(&[]).unwrap();
        assert_eq!(config.public_url(), "http://127.0.0.1:8080");
        assert_eq!(config.database_url(), "sqlite://data/insights.db?mode=rwc");
        let config =
            from_env(&[("INSIGHTS__VOICE__UDP_PUBLIC", "10.0.0.1, ::1"), ("INSIGHTS__VOICE__MAX_CALLS", "3")]).unwrap();
        assert_eq!((config.voice.udp_public.len(), config.voice.max_calls), (2, 3));
    }

    #[test]
    fn a_key_in_the_environment_chooses_openai() {
        use crate::config::ProviderKind;
        use secrecy::ExposeSecret;
        assert_eq!(from_env(&[]).unwrap().provider.chosen(), ProviderKind::Own);
        assert_eq!(from_env(&[("OPENAI_API_KEY", " ")]).unwrap().provider.chosen(), ProviderKind::Own);
        let config = from_env(&[("OPENAI_API_KEY", "sk-env\n")]).unwrap().provider;
        assert_eq!((config.chosen(), config.key.expose_secret()), (ProviderKind::OpenAi, "sk-env"));
        assert_eq!(config.base_url(), "https://api.openai.com");
        let config = from_env(&[("OPENAI_API_KEY", "sk-env"), ("INSIGHTS__PROVIDER__KEY", "sk-own")]).unwrap().provider;
        assert_eq!(config.key.expose_secret(), "sk-own");
        let config = from_env(&[("OPENAI_API_KEY", "sk-env"), ("INSIGHTS__PROVIDER__KIND", "own")]).unwrap().provider;
        assert_eq!(config.chosen(), ProviderKind::Own);
    }

    #[test]
    fn a_refusal_names_the_key() {
        for (vars, key) in [
            (&[("INSIGHTS__SERVER__BIND", "nowhere")][..], "server.bind"),
            (&[("INSIGHTS__SERVER__BINDD", "x")][..], "server.bindd"),
            (&[("INSIGHTS__DATABASE__URL", "mysql://x")][..], "database.url"),
            (&[("INSIGHTS__VOICE__URL", "https://api.openai.com")][..], "voice.key"),
            (&[("INSIGHTS__VOICE__MAX_CALLS", "many")][..], "voice.max_calls"),
            (&[("INSIGHTS__VOICE__MODEL_URL", "http://127.0.0.1:11434")][..], "voice.model"),
            (&[("INSIGHTS__VOICE__MODEL", "qwen3")][..], "voice.model_url"),
            (&[("INSIGHTS__VOICE__MODEL", "m"), ("INSIGHTS__VOICE__MODEL_URL", "localhost")][..], "voice.model_url"),
            (&[("INSIGHTS__PROVIDER__KIND", "parrot")][..], "provider.kind"),
            (&[("INSIGHTS__PROVIDER__KIND", "openai")][..], "provider.key"),
            (&[("INSIGHTS__PROVIDER__KIND", "azure"), ("OPENAI_API_KEY", "k")][..], "provider.url"),
            (&[("INSIGHTS__PROVIDER__URL", "http://example.com")][..], "provider.url"),
            (&[("INSIGHTS__PROVIDER__MODELS", "")][..], "provider.models"),
            (&[("INSIGHTS__SERVER__SECRET", "short")][..], "server.secret"),
            (&[("INSIGHTS__MAIL__KIND", "pigeon")][..], "mail.kind"),
            (&[("INSIGHTS__MAIL__KIND", "smtp")][..], "mail.host"),
            (&[("INSIGHTS__SERVER__PUBLIC_URL", "ftp://x")][..], "server.public_url"),
            (&[("INSIGHTS__SERVER__IDLE_SECONDS", "0")][..], "server.idle_seconds"),
            (&[("INSIGHTS__BUDGET__LEGS", "0")][..], "budget.legs"),
            (&[("INSIGHTS__BUDGET__DAY_DOLLARS", "-1")][..], "budget.day_dollars"),
            (&[("INSIGHTS__BUDGET__DAY_DOLLARS", "much")][..], "budget.day_dollars"),
        ] {
            assert_eq!(from_env(vars).unwrap_err().key, key);
        }
    }
}
