//! The engine as a whole: its doors, its calls, its orderly stop.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;
use tokio::time::{Duration, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::actor::Actor;
use crate::call::CallHandle;
use crate::config::EngineConfig;
use crate::error::{ApiError, EngineError};
use crate::http;
use crate::http::keys::Keys;
use crate::http::sound::Tapes;
use crate::media::{Lines, Media};
use crate::senses::Senses;
use crate::session::{Ids, RandomIds, Settings, Setup, Wire, resolve_voice};
use crate::speech::Speech;

/// How long calls may take to end in good order.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// What every door needs.
pub(crate) struct Doors {
    pub(crate) config: EngineConfig,
    pub(crate) senses: Senses,
    pub(crate) media: Lines,
    pub(crate) keys: Keys,
    pub(crate) tapes: Tapes,
    pub(crate) stop: CancellationToken,
    pub(crate) tasks: TaskTracker,
    calls: Mutex<HashMap<String, CallHandle>>,
    room: Arc<Semaphore>,
    next_sideband: AtomicU64,
}

impl Doors {
    /// Seconds since the Unix epoch.
    pub(crate) fn now_s(&self) -> u64 {
        (self.config.clock)().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
    }

    /// Room for one more session, or 503.
    pub(crate) fn take_room(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        Arc::clone(&self.room).try_acquire_owned().map_err(|_| ApiError::full(self.config.max_calls))
    }

    /// Sessions that run now.
    pub(crate) fn live_calls(&self) -> usize {
        self.config.max_calls - self.room.available_permits()
    }

    /// The call with this id, if it runs.
    pub(crate) fn call(&self, id: &str) -> Option<CallHandle> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    pub(crate) fn add_call(&self, id: String, call: CallHandle) {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).insert(id, call);
    }

    pub(crate) fn remove_call(&self, id: &str) {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    pub(crate) fn next_sideband(&self) -> u64 {
        self.next_sideband.fetch_add(1, Ordering::Relaxed)
    }

    /// Starts the session core of a call or a socket; `suffix` names both the session and its call.
    pub(crate) fn start_session(&self, wire: Wire, suffix: &str, settings: Settings, is_owner_heard: bool) -> Actor {
        let setup = Setup {
            wire,
            session_id: format!("sess_{suffix}"),
            settings,
            started_at_s: self.now_s(),
            max_ms: self.config.max_session.as_millis() as u64,
            has_model: self.config.model.is_some(),
            is_owner_heard,
        };
        let mind = self.senses.mind(wire, suffix);
        Actor::new(setup, Box::new(RandomIds), mind, self.config.model.clone(), &self.tasks)
    }

    /// A new name for a call or a socket.
    pub(crate) fn new_suffix(&self) -> String {
        RandomIds.alnum(24)
    }
}

/// A running engine. Dropping it stops it without waiting.
pub struct Engine {
    base_url: String,
    address: SocketAddr,
    doors: Arc<Doors>,
    server: Option<JoinHandle<()>>,
}

impl Engine {
    /// Binds both addresses and opens the doors.
    pub async fn start(config: EngineConfig, speech: Speech) -> Result<Self, EngineError> {
        let bind = config.media.bind;
        let media =
            Media::bind(config.media.clone()).await.map_err(|source| EngineError::Media { address: bind, source })?;
        Self::open(config, Senses::Models(speech), Lines::Rtc(media), |listener, router, stop| {
            tokio::spawn(async move {
                let served = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await;
                if let Err(error) = served {
                    tracing::error!(%error, "the engine's HTTP server ended");
                }
            })
        })
        .await
    }

    /// Opens the doors of an engine with these senses; `serve` starts its HTTP server.
    pub(crate) async fn open(
        config: EngineConfig,
        senses: Senses,
        media: Lines,
        serve: impl FnOnce(TcpListener, Router, CancellationToken) -> JoinHandle<()>,
    ) -> Result<Self, EngineError> {
        use secrecy::ExposeSecret;
        if config.key.expose_secret().is_empty() {
            return Err(EngineError::NoKey);
        }
        if resolve_voice(&config.voice, senses.voices()).is_none() {
            let known: Vec<_> = senses.voices().iter().map(|voice| voice.id).collect();
            return Err(EngineError::Voice(config.voice, known.join(", ")));
        }
        let bind = config.bind;
        let bad_bind = |source| EngineError::Bind { address: bind, source };
        let listener = TcpListener::bind(bind).await.map_err(bad_bind)?;
        let address = listener.local_addr().map_err(bad_bind)?;
        let stop = CancellationToken::new();
        let doors = Arc::new(Doors {
            room: Arc::new(Semaphore::new(config.max_calls)),
            config,
            senses,
            media,
            keys: Keys::default(),
            tapes: Tapes::default(),
            stop: stop.clone(),
            tasks: TaskTracker::new(),
            calls: Mutex::default(),
            next_sideband: AtomicU64::new(1),
        });
        let server = serve(listener, http::router(Arc::clone(&doors)), stop);
        tracing::info!(%address, "voice engine ready");
        Ok(Self { base_url: format!("http://{address}"), address, doors, server: Some(server) })
    }

    /// What the doors share.
    pub(crate) fn doors(&self) -> &Arc<Doors> {
        &self.doors
    }

    /// `http://host:port`, without a path.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Where HTTP arrives.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Sessions that run now.
    pub fn live_calls(&self) -> usize {
        self.doors.live_calls()
    }

    /// Ends every call in good order, then the doors; returns when all are gone or after some seconds.
    pub async fn stop(mut self) {
        self.doors.stop.cancel();
        self.doors.tasks.close();
        if timeout(STOP_TIMEOUT, self.doors.tasks.wait()).await.is_err() {
            tracing::warn!("some calls did not end in time");
        }
        self.doors.media.close();
        if let Some(server) = self.server.take()
            && timeout(STOP_TIMEOUT, server).await.is_err()
        {
            tracing::warn!("some connections did not end in time");
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.doors.stop.cancel();
    }
}
