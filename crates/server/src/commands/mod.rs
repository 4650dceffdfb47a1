//! What the subcommands do. Only here (and in `main`) are words for people printed.

pub mod doctor;
pub mod evidence;
pub mod records;
pub mod serve;
pub mod sim;
pub mod voice;

use crate::backup;
use crate::config::{Config, LogFormat};
use crate::error::Error;
use crate::store;
use anyhow::Context;
use std::{io::Write, os::unix::fs::DirBuilderExt, path::Path, process::ExitCode};
use tracing_subscriber::EnvFilter;

/// Prints lines for people; a closed pipe is no reason to stop.
pub fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Prints one line that says why a command failed.
pub fn complain(error: &anyhow::Error) {
    let text = format!("{error:#}").replace('\n', " ");
    let _ = writeln!(std::io::stderr().lock(), "insights: {text}");
}

/// Brings the database up to date.
pub async fn migrate(config: &Config) -> anyhow::Result<ExitCode> {
    data_dir(config)?;
    store::migrate(&config.owner_url()).await.map_err(plain)?;
    say("The database is up to date.");
    Ok(ExitCode::SUCCESS)
}

/// Copies the installation into a new folder.
pub async fn backup(config: &Config, to: &Path) -> anyhow::Result<ExitCode> {
    let list = backup::make(config, to).await?;
    say(&format!(
        "{} files are in {}. It holds the server's keys: guard it like the server.",
        list.files.len(),
        to.display()
    ));
    Ok(ExitCode::SUCCESS)
}

/// Puts a backup where the configuration has its data.
pub fn restore(config: &Config, from: &Path) -> anyhow::Result<ExitCode> {
    let list = backup::restore(config, from)?;
    say(&format!("{} files are back, each as it was. Start the server.", list.files.len()));
    Ok(ExitCode::SUCCESS)
}

/// Makes the data folder and proves that it can be written.
pub fn data_dir(config: &Config) -> anyhow::Result<()> {
    let dir = &config.server.data_dir;
    let name = dir.display();
    // Transcripts lie here: nobody else on this machine may read them.
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir);
    made.with_context(|| format!("the data folder {name} cannot be made (server.data_dir)"))?;
    let probe = dir.join(".probe");
    std::fs::write(&probe, b"probe")
        .with_context(|| format!("the data folder {name} cannot be written (server.data_dir)"))?;
    std::fs::remove_file(&probe).with_context(|| format!("the data folder {name} cannot be written (server.data_dir)"))
}

/// A server error as a line for the operator, who may see the cause.
#[expect(clippy::needless_pass_by_value, reason = "given to map_err")]
pub fn plain(error: Error) -> anyhow::Error {
    match error.cause() {
        Some(cause) if error.code() == crate::error::Code::Internal => anyhow::anyhow!("{cause:#}"),
        Some(cause) => anyhow::anyhow!("{} ({cause:#})", error.message()),
        None => anyhow::anyhow!("{}", error.message()),
    }
}

/// Starts the log, to the standard error.
pub fn start_log(config: &Config) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.log.level).context("configuration: log.level")?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match config.log.format {
        LogFormat::Text => log.with_ansi(false).init(),
        LogFormat::Json => log.json().init(),
    }
    Ok(())
}

/// Waits for SIGINT or SIGTERM.
async fn until_told() {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
}
