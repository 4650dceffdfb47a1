//! `insights serve`: database, voice engine, jobs, HTTP; and an orderly stop.

use super::{data_dir, doctor, plain, say, start_log};
use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::first_start::{self, Welcome};
use crate::store::{self, Engine, Store};
use crate::{damage, http, jobs, sessions, voice_process};
use anyhow::Context;
use std::{process::ExitCode, sync::Arc, time::Duration};
use tokio::net::TcpListener;

/// Work that is under way gets this long once the server stops.
const LAST_WORK: Duration = Duration::from_secs(10);

/// Serves until SIGINT or SIGTERM.
pub async fn run(mut config: Config) -> anyhow::Result<ExitCode> {
    start_log(&config)?;
    data_dir(&config)?;
    let bind = config.server.bind;
    let listener = TcpListener::bind(bind)
        .await
        .with_context(|| format!("cannot listen on {bind}: is another program using the port? Set server.bind"))?;
    config.server.bind = listener.local_addr()?;
    let store = open_store(&config).await?;
    let app = App::new(config, store, Clock::System)?;
    stop_when_told(&app);
    let welcome = first_start::prepare(&app).await.map_err(plain)?;
    voice_process::start(&app).await?;
    if app.engine.check().await.is_err() {
        // Broken models are no passing trouble: say which, and stop.
        doctor::models(&app.config).await?;
    }
    let recovered = sessions::start::recover(&app).await.map_err(plain)?;
    if recovered > 0 {
        tracing::info!(recovered, "interviews go on after a restart");
    }
    app.tasks.spawn(tell_damage(app.clone()));
    app.tasks.spawn(jobs::run_forever(app.clone()));
    app.tasks.spawn(sessions::reaper::run_forever(app.clone()));
    greet(&app, &welcome);
    http::serve::run(app.clone(), listener).await.context("the server stopped")?;
    finish(&app).await;
    Ok(ExitCode::SUCCESS)
}

#[expect(clippy::disallowed_methods, reason = "waits for a signal; nothing waits for it")]
fn stop_when_told(app: &Arc<App>) {
    let stop = app.stop.clone();
    tokio::spawn(async move {
        super::until_told().await;
        stop.cancel();
    });
}

/// Opens the database; SQLite and a given owner are migrated at once, otherwise the schema must fit.
pub async fn open_store(config: &Config) -> anyhow::Result<Store> {
    let url = config.database_url();
    if Engine::of(&url) == Some(Engine::Sqlite) || !config.database.owner_url.is_empty() {
        store::migrate(&config.owner_url()).await.map_err(plain).context("the database")?;
    }
    let store = Store::open(&url, config.database.connections).await.map_err(plain).context("the database")?;
    store.check_schema().await.map_err(plain)?;
    Ok(store)
}

/// Looks for damage beside everything else: a large file takes a while.
async fn tell_damage(app: Arc<App>) {
    match damage::look(&app.store, &app.config.database_url()).await {
        Ok(damage) => damage.lines().iter().for_each(|line| tracing::error!("{line}")),
        Err(error) => tracing::error!(%error, "the database cannot be looked over for damage"),
    }
}

fn greet(app: &App, welcome: &Welcome) {
    let url = app.config.public_url();
    say(&format!("\nInterview Insights runs at {url}\n\n  Sign in (once, within a day):  {}", welcome.sign_in));
    if let Some(link) = &welcome.invitation {
        say(&format!("  Be interviewed (demo):         {link}"));
    }
    say("\nCtrl-C stops it.");
}

async fn finish(app: &Arc<App>) {
    app.stop.cancel();
    app.tasks.close();
    if tokio::time::timeout(LAST_WORK, app.tasks.wait()).await.is_err() {
        tracing::warn!("work was left behind; it goes on at the next start");
    }
    app.store.close().await;
}
