//! A provider of the Realtime protocol without models: it plays a script, fails as told, and writes down what was true.
//!
//! Requests, events and their order are those of the session core that the engine uses, with OpenAI's quirks on top
//! (recorded traffic, 2026): an unreliable `previous_item_id` in `conversation.item.done`, padded deltas, figures in
//! `response.done`, late, failed, empty and missing transcriptions. Calls are WebRTC, or have no media at all
//! ([`SimConfig::media`]): then hundreds of them run at once.
//!
//! [`Control`] steers it in process; the control door (`/sim/…`, on a port of its own) does the same over HTTP.

mod acting;
mod asked;
mod barren;
mod candidate;
mod control;
mod control_http;
mod door;
mod fault;
mod gate;
mod ledger;
mod loudness;
mod play;
mod recording;
mod script;
mod stage;
mod tell;
mod tool;
mod usage;
mod words;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::{Router, middleware};
use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::config::EngineConfig;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::media::{Lines, Media, MediaAddrs};
use crate::senses::Senses;
use crate::session::MAX_SESSION_MS;
use door::Door;
use gate::{Cutter, Gate};
use ledger::Ledger;

pub use control::Control;
pub use fault::Fault;
pub use ledger::{Entry, What};
pub use script::{Answer, Fate, Reply, Script, ToolCall, Transcript};

pub(crate) use control::Direction;
pub(crate) use play::Play;
pub(crate) use recording::Upload;
pub(crate) use stage::{MODELS, Stage, VOICES};

/// The key of a simulator that was given none.
pub const KEY: &str = "sk-simulated";

/// What a simulator is started with.
#[derive(Debug, Clone)]
pub struct SimConfig {
    /// Where the provider's HTTP and WebSockets arrive; port 0 takes a free one.
    pub bind: SocketAddr,
    /// Where the control door is; `None`: control in process only. Whoever reaches it commands the simulator.
    pub control_bind: Option<SocketAddr>,
    /// The standard key.
    pub key: String,
    /// Where calls arrive; `None`: calls have no media and are connected at once.
    pub media: Option<MediaAddrs>,
    /// The script of calls until another is set.
    pub script: Script,
    /// The longest session; OpenAI's is an hour.
    pub max_session: Duration,
    /// Calls and WebSocket sessions at once.
    pub max_calls: usize,
    /// The ledger is appended to this file as JSON lines.
    pub ledger_file: Option<PathBuf>,
    /// Whether the ledger holds client and server events; without them it is small enough for long load.
    pub has_events_in_ledger: bool,
}

impl Default for SimConfig {
    /// On free ports of this machine, without media, without a script.
    fn default() -> Self {
        Self {
            bind: (Ipv4Addr::LOCALHOST, 0).into(),
            control_bind: None,
            key: KEY.into(),
            media: None,
            script: Script::default(),
            max_session: Duration::from_millis(MAX_SESSION_MS),
            max_calls: 10_000,
            ledger_file: None,
            has_events_in_ledger: true,
        }
    }
}

/// Why a simulator cannot start.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    /// The provider's part cannot start.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The ledger's file cannot be opened.
    #[error("the ledger's file cannot be opened: {0}")]
    Ledger(std::io::Error),
    /// The control door's address cannot be used.
    #[error("the control door cannot listen on {0}: {1}")]
    Control(SocketAddr, std::io::Error),
}

/// A running simulator. Dropping it stops it without waiting.
pub struct Simulator {
    engine: Engine,
    control: Control,
    control_url: Option<String>,
    key: String,
    stop: CancellationToken,
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Simulator {
    /// Binds everything and opens the doors.
    pub async fn start(config: SimConfig) -> Result<Self, SimError> {
        let ledger =
            Ledger::open(config.ledger_file.as_deref(), config.has_events_in_ledger).map_err(SimError::Ledger)?;
        let stage = Arc::new(Stage::new(ledger, config.script.clone(), config.media.is_some()));
        let lines = match config.media.clone() {
            Some(addrs) => {
                let address = addrs.bind;
                let media = Media::bind(addrs).await;
                Lines::Rtc(media.map_err(|source| EngineError::Media { address, source })?)
            }
            None => Lines::Silent,
        };
        let key = SecretString::from(config.key.clone());
        let door = Door { stage: Arc::clone(&stage), key: key.clone() };
        let senses = Senses::Script(Arc::clone(&stage));
        let engine = Engine::open(engine_config(&config, key), senses, lines, |listener, router, stop| {
            serve(Gate::new(listener, Arc::clone(&stage)), router, door, stop)
        });
        let engine = engine.await?;
        let control = Control::new(Arc::clone(&stage), Arc::clone(engine.doors()));
        let stop = CancellationToken::new();
        let control_url = match config.control_bind {
            Some(address) => Some(open_control(address, &control, stop.clone()).await?),
            None => None,
        };
        Ok(Self { engine, control, control_url, key: config.key, stop })
    }

    /// `http://host:port`, without a path.
    pub fn base_url(&self) -> &str {
        self.engine.base_url()
    }

    /// The standard key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// `http://host:port/sim`, if there is a control door.
    pub fn control_url(&self) -> Option<&str> {
        self.control_url.as_deref()
    }

    /// Steers the simulator; each clone looks through the ledger on its own.
    pub fn control(&self) -> Control {
        self.control.clone()
    }

    /// Sessions that run now.
    pub fn live_calls(&self) -> usize {
        self.engine.live_calls()
    }

    /// Ends every call in good order, then the doors.
    pub async fn stop(self) {
        self.stop.cancel();
        let Self { engine, .. } = &self;
        engine.doors().stop.cancel();
        engine.doors().tasks.close();
        engine.doors().tasks.wait().await;
    }
}

fn engine_config(config: &SimConfig, key: SecretString) -> EngineConfig {
    let nowhere = MediaAddrs { bind: config.bind, public: Vec::new() };
    let media = config.media.clone().unwrap_or(nowhere);
    let mut engine = EngineConfig::new(config.bind, key, media);
    engine.max_calls = config.max_calls;
    engine.max_session = config.max_session;
    engine.voice = VOICES[0].id.into();
    engine
}

fn serve(gate: Gate, router: Router, door: Door, stop: CancellationToken) -> JoinHandle<()> {
    let router = router.layer(middleware::from_fn_with_state(door, door::pass));
    let service = router.into_make_service_with_connect_info::<Cutter>();
    tokio::spawn(async move {
        // Requests that hang on purpose would outlast any orderly end.
        tokio::select! {
            served = axum::serve(gate, service) => {
                if let Err(error) = served {
                    tracing::error!(%error, "the simulator's HTTP server ended");
                }
            }
            () = stop.cancelled() => {}
        }
    })
}

async fn open_control(address: SocketAddr, control: &Control, stop: CancellationToken) -> Result<String, SimError> {
    let bad_bind = |error| SimError::Control(address, error);
    let listener = TcpListener::bind(address).await.map_err(bad_bind)?;
    let address = listener.local_addr().map_err(bad_bind)?;
    let router = control_http::router(control.clone());
    tokio::spawn(async move {
        tokio::select! {
            served = axum::serve(listener, router) => {
                if let Err(error) = served {
                    tracing::error!(%error, "the control door ended");
                }
            }
            () = stop.cancelled() => {}
        }
    });
    Ok(format!("http://{address}/sim"))
}
