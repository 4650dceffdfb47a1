//! `insights voice`: the voice engine alone. `insights serve` starts it this way too, as a process of its own.

use super::{say, start_log};
use crate::config::{Config, ConfigError};
use anyhow::Context;
use clap::Args;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use std::{
    fs::File,
    io::Write,
    net::SocketAddr,
    os::{
        fd::AsFd,
        unix::fs::{FileTypeExt, OpenOptionsExt},
    },
    path::Path,
    process::ExitCode,
    time::Duration,
};
use voice::{
    Engine, EngineConfig,
    media::MediaAddrs,
    speech::{Speech, SpeechOptions},
    think::{Chat, ChatConfig},
};

/// Whoever started the engine is gone: calls that still run are looked at this often, and the last one ends it.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What the command line sets.
#[derive(Args, Debug)]
pub struct VoiceArgs {
    /// Address and port to listen on (voice.bind).
    #[arg(long)]
    bind: Option<SocketAddr>,
}

/// Runs the engine until it is told to stop, or until its standard input (a pipe) closes and no call is left.
pub async fn run(config: Config, args: VoiceArgs) -> anyhow::Result<ExitCode> {
    start_log(&config)?;
    let key = key(&config)?;
    let speech = open_speech(&config).await?;
    let engine = Engine::start(engine_config(&config, &args, key)?, speech).await.context("the voice engine")?;
    if !config.voice.ready_file.as_os_str().is_empty() {
        tell_ready(&config.voice.ready_file, engine.base_url())?;
    }
    say(&format!("The voice engine runs at {}", engine.base_url()));
    tokio::select! {
        () = super::until_told() => {}
        () = forgotten(&engine) => tracing::info!("standard input closed and no call is left"),
    }
    engine.stop().await;
    Ok(ExitCode::SUCCESS)
}

fn key(config: &Config) -> Result<SecretString, ConfigError> {
    if config.voice.key.expose_secret().is_empty() {
        return Err(ConfigError::new(
            "voice.key",
            "is needed: set INSIGHTS__VOICE__KEY to the key that clients will send",
        ));
    }
    Ok(config.voice.key.clone())
}

fn engine_config(config: &Config, args: &VoiceArgs, key: SecretString) -> Result<EngineConfig, ConfigError> {
    let voice = &config.voice;
    let public = voice.udp_public.iter().map(|ip| SocketAddr::new(*ip, 0)).collect();
    let media = MediaAddrs { bind: voice.udp_bind, public };
    let mut engine = EngineConfig::new(args.bind.unwrap_or(voice.bind), key, media);
    engine.max_calls = voice.max_calls;
    engine.voice.clone_from(&voice.voice);
    engine.model = model(config)?;
    Ok(engine)
}

/// The language model's endpoint, if one is configured.
pub fn model(config: &Config) -> Result<Option<Chat>, ConfigError> {
    let voice = &config.voice;
    if voice.model_url.is_empty() {
        return Ok(None);
    }
    let chat = ChatConfig {
        key: voice.model_key.clone(),
        first_within: Duration::from_millis(voice.model_first_ms),
        ..ChatConfig::new(&voice.model_url, &voice.model)
    };
    Chat::new(chat).map(Some).map_err(|e| ConfigError::new("voice.model_url", e.to_string()))
}

/// Loads the models; takes seconds, so on a thread that may block.
async fn open_speech(config: &Config) -> anyhow::Result<Speech> {
    let (models, cache) = (config.models_dir(), config.cache_dir());
    let options = SpeechOptions { fast_voice: config.voice.fast_voice.clone(), ..SpeechOptions::default() };
    let speech = tokio::task::spawn_blocking(move || Speech::open(&models, &cache, options)).await??;
    if !speech.voices().iter().any(|v| v.id == config.voice.voice) {
        let names: Vec<&str> = speech.voices().iter().map(|v| v.id).collect();
        return Err(ConfigError::new("voice.voice", format!("is none of {}", names.join(", "))).into());
    }
    Ok(speech)
}

/// Writes `{"url", "pid"}` for whoever waits, whole or not at all, readable by the owner only.
fn tell_ready(path: &Path, url: &str) -> anyhow::Result<()> {
    let part = path.with_extension("part");
    let write = || {
        let mut options = std::fs::OpenOptions::new();
        let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&part)?;
        writeln!(file, "{}", json!({ "url": url, "pid": std::process::id() }))?;
        std::fs::rename(&part, path)
    };
    write().with_context(|| format!("the ready file {} (voice.ready_file)", path.display()))
}

/// Ends when standard input is a pipe that closed and the last call is over.
async fn forgotten(engine: &Engine) {
    if !is_pipe() {
        return std::future::pending().await;
    }
    let (closed, on_closed) = tokio::sync::oneshot::channel();
    // A thread of its own: a read of standard input cannot be given up.
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        closed.send(())
    });
    let _ = on_closed.await;
    while engine.live_calls() > 0 {
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

fn is_pipe() -> bool {
    let copy = std::io::stdin().as_fd().try_clone_to_owned();
    copy.and_then(|fd| File::from(fd).metadata()).is_ok_and(|m| m.file_type().is_fifo())
}
