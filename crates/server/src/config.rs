//! The configuration: compiled-in defaults, then a file, then the environment. Checked once, at start.
//!
//! The only place that reads the environment for the server. Every refusal names the key.

mod budget;
mod load;
mod provider;

use crate::budget::prices::Prices;
pub use budget::BudgetConfig;
pub use load::load;
pub use provider::{OPENAI_URL, ProviderConfig, ProviderKind, VoiceSettings, check_url};
use secrecy::SecretString;
use serde::Deserialize;
use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

/// A value that cannot be taken, named by its key.
#[derive(Debug, thiserror::Error)]
#[error("configuration: {key}: {why}")]
pub struct ConfigError {
    /// `server.bind`, or the file's path.
    pub key: String,
    /// What is wrong and what would be right.
    pub why: String,
}

impl ConfigError {
    pub(crate) fn new(key: &str, why: impl Into<String>) -> ConfigError {
        ConfigError { key: key.to_owned(), why: why.into() }
    }
}

/// Everything that can be set.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Listening, address, folder.
    pub server: ServerConfig,
    /// The company of the first start.
    pub tenant: TenantConfig,
    /// Where rows live.
    pub database: DatabaseConfig,
    /// The voice engine.
    pub voice: VoiceConfig,
    /// Who carries the interviews.
    pub provider: ProviderConfig,
    /// Outgoing mail.
    pub mail: MailConfig,
    /// What calls may cost.
    pub budget: BudgetConfig,
    /// What a provider's models cost.
    pub prices: Prices,
    /// What is logged, and how.
    pub log: LogConfig,
}

/// `[server]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerConfig {
    /// Address and port to listen on.
    pub bind: SocketAddr,
    /// The address people see; empty: `http://` and `bind`.
    pub public_url: String,
    /// A connection on which no request comes is closed after so many seconds.
    pub idle_seconds: u64,
    /// Folder of the database and of all files.
    pub data_dir: PathBuf,
    /// Seals what is stored of others' keys; empty: `<data_dir>/server.key`, made at the first start.
    pub secret: SecretString,
}

/// `[tenant]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantConfig {
    /// Name of the company.
    pub name: String,
    /// Name of the first recruiter.
    pub recruiter_name: String,
    /// E-mail of the first recruiter.
    pub recruiter_email: String,
    /// Whom candidates may write to.
    pub contact_email: String,
}

/// `[database]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseConfig {
    /// Empty: SQLite in the data folder.
    pub url: String,
    /// The owning role, for migrations on PostgreSQL; empty: `url`.
    pub owner_url: String,
    /// Pool size.
    pub connections: u32,
}

/// `[voice]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoiceConfig {
    /// Base URL of an engine; empty: `serve` starts one.
    pub url: String,
    /// The engine's key; empty: made at start.
    pub key: SecretString,
    /// Folder of the models; empty: see `Config::models_dir`.
    pub models_dir: PathBuf,
    /// Folder of rendered speech; empty: `<data_dir>/renders`.
    pub cache_dir: PathBuf,
    /// Where the engine listens for the server.
    pub bind: SocketAddr,
    /// Where the engine tells its URL once it is ready; empty: nowhere.
    pub ready_file: PathBuf,
    /// Where the engine receives media.
    pub udp_bind: SocketAddr,
    /// Addresses that candidates reach it on.
    pub udp_public: Vec<IpAddr>,
    /// The interviewer's voice.
    pub voice: String,
    /// The voice for text that was not rendered ahead.
    pub fast_voice: String,
    /// Calls at once.
    pub max_calls: usize,
    /// Base URL of a chat endpoint; empty: no language model.
    pub model_url: String,
    /// The language model's name there.
    pub model: String,
    /// The chat endpoint's key; empty: none.
    pub model_key: SecretString,
    /// How long the model's first words may take, in milliseconds.
    pub model_first_ms: u64,
}

/// `[mail]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailConfig {
    /// Folder or SMTP.
    pub kind: MailKind,
    /// Where `.eml` files go; empty: `<data_dir>/mail`.
    pub folder: PathBuf,
    /// Who sends.
    pub from: String,
    /// SMTP host.
    pub host: String,
    /// SMTP port.
    pub port: u16,
    /// How the connection is protected.
    pub security: MailSecurity,
    /// SMTP name, or empty.
    pub username: String,
    /// SMTP password, or empty.
    pub password: SecretString,
}

/// Where mail goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    /// `.eml` files in a folder.
    Folder,
    /// An SMTP server.
    Smtp,
}

/// How the SMTP connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailSecurity {
    /// Plain first, then TLS, required.
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// None.
    None,
}

/// `[log]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// Text or JSON lines.
    pub format: LogFormat,
    /// Filter, as in RUST_LOG.
    pub level: String,
}

/// The shape of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

impl Config {
    /// The database's URL: as given, or SQLite in the data folder.
    pub fn database_url(&self) -> String {
        match self.database.url.as_str() {
            "" => format!("sqlite://{}?mode=rwc", self.server.data_dir.join("insights.db").display()),
            url => url.to_owned(),
        }
    }

    /// The URL that migrations run on.
    pub fn owner_url(&self) -> String {
        match self.database.owner_url.as_str() {
            "" => self.database_url(),
            url => url.to_owned(),
        }
    }

    /// The address people see, without a slash at the end.
    pub fn public_url(&self) -> String {
        match self.server.public_url.as_str() {
            "" => format!("http://{}", self.server.bind),
            url => url.trim_end_matches('/').to_owned(),
        }
    }

    /// Whether people come by https, so that cookies may be `Secure` and carry `__Host-`.
    pub fn is_https(&self) -> bool {
        self.server.public_url.starts_with("https://")
    }

    /// Where mail is written.
    pub fn mail_folder(&self) -> PathBuf {
        or_in(&self.mail.folder, &self.server.data_dir, "mail")
    }

    /// Where rendered speech is kept.
    pub fn cache_dir(&self) -> PathBuf {
        or_in(&self.voice.cache_dir, &self.server.data_dir, "renders")
    }

    /// Where the models are.
    pub fn models_dir(&self) -> PathBuf {
        if !self.voice.models_dir.as_os_str().is_empty() {
            return self.voice.models_dir.clone();
        }
        load::models_dir_of_environment()
    }
}

fn or_in(folder: &Path, base: &Path, name: &str) -> PathBuf {
    if folder.as_os_str().is_empty() { base.join(name) } else { folder.to_owned() }
}
