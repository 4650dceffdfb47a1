//! The voice engine as a process of its own, `insights voice`, as `insights serve` starts and watches it.
//!
//! A crash of one does not take the other down. `serve` starts the engine, starts it again when it dies, and finds the
//! one of a server that was killed by the file it left: calls go on over a restart of the server. The engine in turn
//! leaves when its server is gone and no call is up.

use std::{
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use anyhow::Context;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, ChildStdin, Command},
    sync::oneshot,
    time::timeout,
};

use crate::{
    adapters::realtime::Endpoint,
    app::App,
    config::{LogFormat, ProviderKind},
    secrets,
};

/// The file in the data folder that tells the next server where the engine is; readable by its owner only.
const NOTE: &str = "voice.json";
/// The file in the data folder into which the engine writes where it is.
const READY_FILE: &str = "voice.ready.json";
/// Loading the models may take this long.
const READY_WITHIN: Duration = Duration::from_secs(60);
/// `serve` waits this long for the engine before it greets; longer, and it greets without.
const GREET_WITHIN: Duration = Duration::from_secs(20);
/// How often an engine that another server started is asked whether it lives.
const LOOK_EVERY: Duration = Duration::from_secs(2);
const BACKOFF_FIRST: Duration = Duration::from_millis(500);
const BACKOFF_MOST: Duration = Duration::from_secs(30);

/// What the engine writes into its ready file.
#[derive(Deserialize)]
struct Ready {
    url: String,
    pid: u32,
}

/// Where an engine is, for the server after this one.
#[derive(Serialize, Deserialize)]
struct Note {
    url: String,
    pid: u32,
    key: String,
}

impl Note {
    fn endpoint(&self) -> Endpoint {
        Endpoint { url: self.url.clone(), key: SecretString::from(self.key.clone()), kind: ProviderKind::Own }
    }
}

/// Writes the note whole or not at all.
fn leave_note(file: &Path, note: &Note) -> anyhow::Result<()> {
    let new = file.with_extension("new");
    let told = || format!("the file {} cannot be written", file.display());
    let mut out = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&new)
        .with_context(told)?;
    out.write_all(serde_json::to_string(note)?.as_bytes()).with_context(told)?;
    out.sync_all().with_context(told)?;
    std::fs::rename(&new, file).with_context(told)
}

/// Points the server at its engine: the configured one, or one that is started, watched and started again here.
/// Returns when it takes calls, or after some seconds.
pub async fn start(app: &Arc<App>) -> anyhow::Result<()> {
    if !app.config.voice.url.is_empty() {
        let (url, key) = (app.config.voice.url.clone(), app.config.voice.key.clone());
        let endpoint = Endpoint { url, key, kind: ProviderKind::Own };
        app.engine.set_endpoint(Some(endpoint));
        return Ok(());
    }
    let program = std::env::current_exe().context("this program's own file is not known")?;
    let (first, up) = oneshot::channel();
    app.tasks.spawn(supervise(app.clone(), program, first));
    // Without an answer in time the greeting comes first; the log says what the engine does.
    let _ = timeout(GREET_WITHIN, up).await;
    Ok(())
}

/// An engine that takes calls.
enum Running {
    /// Started here.
    Ours(Box<Child>, ChildStdin),
    /// Started by a server that is gone; known by its file.
    Found,
}

async fn supervise(app: Arc<App>, program: PathBuf, first: oneshot::Sender<()>) {
    let (mut first, mut backoff) = (Some(first), BACKOFF_FIRST);
    while !app.stop.is_cancelled() {
        match bring_up(&app, &program).await {
            Ok((ready, running)) => {
                app.engine.set_endpoint(Some(ready.endpoint()));
                tracing::info!(
                    pid = ready.pid,
                    found = matches!(running, Running::Found),
                    "the voice engine takes calls"
                );
                backoff = BACKOFF_FIRST;
                first.take();
                if watch(&app, running).await {
                    return;
                }
                app.engine.set_endpoint(None);
                tracing::error!("the voice engine is gone; starting it again");
            }
            Err(error) => {
                first.take();
                tracing::error!(
                    cause = format!("{error:#}"),
                    "the voice engine does not start; `insights doctor` says more"
                );
            }
        }
        tokio::select! {
            () = tokio::time::sleep(backoff) => {}
            () = app.stop.cancelled() => return,
        }
        backoff = (backoff * 2).min(BACKOFF_MOST);
    }
}

/// Finds the engine of an earlier server, or starts one.
async fn bring_up(app: &App, program: &Path) -> anyhow::Result<(Note, Running)> {
    let dir = std::path::absolute(&app.config.server.data_dir).context("the data folder has no absolute path")?;
    let (file, ready_file) = (dir.join(NOTE), dir.join(READY_FILE));
    if let Some(note) = read::<Note>(&file) {
        app.engine.set_endpoint(Some(note.endpoint()));
        if app.engine.check().await.is_ok() {
            return Ok((note, Running::Found));
        }
        app.engine.set_endpoint(None);
    }
    let key = match app.config.voice.key.expose_secret() {
        "" => secrets::new_secret(),
        key => key.to_owned(),
    };
    let mut child = command(app, program, &key, &ready_file)?.spawn().context("the voice engine cannot be started")?;
    let (input, output) = child.stdin.take().zip(child.stdout.take()).context("the voice engine has no pipes")?;
    let mut line = String::new();
    // Its first line comes once it takes calls; without one it has ended, and its own words are on standard error.
    let read_line = timeout(READY_WITHIN, BufReader::new(output).read_line(&mut line)).await;
    if !matches!(read_line, Ok(Ok(_))) || line.is_empty() {
        child.kill().await.context("the voice engine cannot be ended")?;
        anyhow::bail!("it ended or stayed silent before it took calls");
    }
    let Ready { url, pid } = read(&ready_file).context("it did not say where it is")?;
    let note = Note { url, pid, key };
    leave_note(&file, &note)?;
    Ok((note, Running::Ours(Box::new(child), input)))
}

fn read<T: serde::de::DeserializeOwned>(file: &Path) -> Option<T> {
    serde_json::from_str(&std::fs::read_to_string(file).ok()?).ok()
}

fn command(app: &App, program: &Path, key: &str, ready_file: &Path) -> anyhow::Result<Command> {
    let (voice, log) = (&app.config.voice, &app.config.log);
    let public: Vec<String> = voice.udp_public.iter().map(ToString::to_string).collect();
    let format = match log.format {
        LogFormat::Text => "text",
        LogFormat::Json => "json",
    };
    let absolute = |path: &Path| std::path::absolute(path).context("a folder has no absolute path");
    let mut command = Command::new(program);
    command
        .arg("voice")
        // Nobody else's key is any of its business.
        .env_remove("OPENAI_API_KEY")
        // The engine calls no provider, and a configuration that names one would want its key.
        .env("INSIGHTS__PROVIDER__KIND", "own")
        .env_remove("INSIGHTS__PROVIDER__KEY")
        .env("INSIGHTS__VOICE__KEY", key)
        .env("INSIGHTS__VOICE__URL", "")
        .env("INSIGHTS__VOICE__READY_FILE", ready_file)
        .env("INSIGHTS__VOICE__MODELS_DIR", absolute(&app.config.models_dir())?)
        .env("INSIGHTS__VOICE__CACHE_DIR", absolute(&app.config.cache_dir())?)
        .env("INSIGHTS__VOICE__BIND", voice.bind.to_string())
        .env("INSIGHTS__VOICE__UDP_BIND", voice.udp_bind.to_string())
        .env("INSIGHTS__VOICE__UDP_PUBLIC", public.join(","))
        .env("INSIGHTS__VOICE__VOICE", &voice.voice)
        .env("INSIGHTS__VOICE__FAST_VOICE", &voice.fast_voice)
        .env("INSIGHTS__VOICE__MAX_CALLS", voice.max_calls.to_string())
        .env("INSIGHTS__VOICE__MODEL_URL", &voice.model_url)
        .env("INSIGHTS__VOICE__MODEL", &voice.model)
        .env("INSIGHTS__VOICE__MODEL_KEY", voice.model_key.expose_secret())
        .env("INSIGHTS__VOICE__MODEL_FIRST_MS", voice.model_first_ms.to_string())
        .env("INSIGHTS__LOG__LEVEL", &log.level)
        .env("INSIGHTS__LOG__FORMAT", format)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    Ok(command)
}

/// Returns when the engine is gone (false) or the server stops (true). The end of its standard input tells the engine
/// that the server is gone: it leaves when no call is up, so a server that is back soon finds its calls.
async fn watch(app: &App, running: Running) -> bool {
    match running {
        Running::Ours(mut child, _input) => {
            tokio::select! {
                status = child.wait() => {
                    tracing::warn!(status = ?status.map(|s| s.code()), "the voice engine ended");
                    false
                }
                () = app.stop.cancelled() => true,
            }
        }
        Running::Found => loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => if app.engine.check().await.is_err() { return false },
                () = app.stop.cancelled() => return true,
            }
        },
    }
}
