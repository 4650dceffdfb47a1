//! `insights doctor`: looks at everything a start needs and says in one line each what is wrong and what to do.

use super::{data_dir, plain, records, say};
use crate::adapters::{self, realtime::Realtime};
use crate::clock::Clock;
use crate::config::Config;
use crate::damage;
use crate::provider::{self, Provider, probe};
use crate::store::{Engine, Store};
use std::process::ExitCode;

/// Checks all; fails if anything is wrong.
pub async fn run(config: &Config) -> anyhow::Result<ExitCode> {
    let mut is_well = true;
    for (what, outcome) in [
        ("data folder", data_dir(config).map(|()| config.server.data_dir.display().to_string())),
        ("database", database(config).await),
        ("port", port(config).await),
        ("models", models(config).await),
        ("language model", language_model(config).await),
    ] {
        match outcome {
            Ok(fine) => say(&format!("ok       {what}: {fine}")),
            Err(error) => {
                is_well = false;
                say(&format!("problem  {what}: {}", format!("{error:#}").replace('\n', "; ")));
            }
        }
    }
    // Not a fault of the installation: they are told, and the check still succeeds.
    for line in records(config).await.unwrap_or_default() {
        say(&format!("look at  {line}"));
    }
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Finished interviews that are not whole, and why. Without a database there are none; what is wrong with it is told above.
async fn records(config: &Config) -> anyhow::Result<Vec<String>> {
    if is_new(config) {
        return Ok(Vec::new());
    }
    let store = Store::open(&config.database_url(), 1).await.map_err(plain)?;
    let odd = records::odd(&store, &Clock::System).await;
    store.close().await;
    odd
}

/// Whether the first start is still to come.
fn is_new(config: &Config) -> bool {
    let is_file = Engine::of(&config.database_url()) == Some(Engine::Sqlite);
    is_file && config.database.url.is_empty() && !config.server.data_dir.join("insights.db").exists()
}

/// Asks the configured voice provider whether interviews would run: its key, its models, the whole session.
pub async fn provider(config: &Config) -> anyhow::Result<ExitCode> {
    let kind = config.provider.chosen();
    let Some(endpoint) = provider::installed(&config.provider, kind) else {
        let engine = kind.name();
        say(&format!("ok       provider: {engine} carries the interviews; no key is set, so nothing was asked"));
        return Ok(ExitCode::SUCCESS);
    };
    let place = endpoint.url.clone();
    let realtime = Realtime::new(adapters::http_client()?, Some(endpoint));
    let found = probe::probe(&Provider { realtime, kind, settings: config.provider.settings() }).await;
    let head = if found.is_well { "ok      " } else { "problem " };
    say(&format!("{head} provider: {} at {place}: {}", kind.name(), found.words));
    Ok(if found.is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn database(config: &Config) -> anyhow::Result<String> {
    let url = config.database_url();
    if is_new(config) {
        return Ok("not there yet; the first start makes it".to_owned());
    }
    let store = Store::open(&url, 1).await.map_err(plain)?;
    store.check_schema().await.map_err(plain)?;
    // A write proves that nobody holds the database locked; it queues nothing and changes nothing.
    let (waiting, failed) = store.system("doctor").write(async |db| db.job_counts().await).await.map_err(plain)?;
    let damage = damage::look(&store, &url).await.map_err(plain)?;
    store.close().await;
    if let Some((what, sessions)) = damage.lines().split_first() {
        return Err(anyhow::anyhow!("{}", [std::slice::from_ref(what), sessions].concat().join("\n")));
    }
    Ok(format!("whole, and answers; jobs waiting {waiting}, set aside {failed}"))
}

async fn port(config: &Config) -> anyhow::Result<String> {
    let bind = config.server.bind;
    match tokio::net::TcpListener::bind(bind).await {
        Ok(_) => Ok(format!("{bind} is free")),
        Err(e) => Err(anyhow::anyhow!("{bind} cannot be listened on ({e}): stop the other program or set server.bind")),
    }
}

/// Asks the chat endpoint for its list of models.
async fn language_model(config: &Config) -> anyhow::Result<String> {
    let Some(chat) = super::voice::model(config)? else {
        return Ok("none (voice.model_url): the engine says only what it is told to".to_owned());
    };
    let url = &config.voice.model_url;
    chat.check().await.map_err(|e| anyhow::anyhow!("the endpoint at {url} (voice.model_url): {e}"))?;
    Ok(format!("{} at {url}", chat.model()))
}

/// Compares the models of the own voice engine with their lock.
pub async fn models(config: &Config) -> anyhow::Result<String> {
    if !config.voice.url.is_empty() {
        return Ok(format!("not needed: the voice engine is at {}", config.voice.url));
    }
    let dir = config.models_dir();
    let folder = dir.clone();
    let problems = tokio::task::spawn_blocking(move || voice::speech::Speech::check(&folder)).await?;
    if problems.is_empty() {
        return Ok(format!("whole, in {}", dir.display()));
    }
    let lines: Vec<String> = problems.iter().map(|p| p.error.to_string()).collect();
    Err(anyhow::anyhow!("{}", lines.join("; ")))
}
