//! What an engine is started with.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use secrecy::SecretString;

use crate::media::MediaAddrs;
use crate::session::MAX_SESSION_MS;
use crate::think::Chat;

/// The name under which this engine is a model.
pub const MODEL: &str = "insights-voice";

/// Reads the wall clock.
pub type WallClock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// What an engine is started with.
#[derive(Clone)]
pub struct EngineConfig {
    /// Where HTTP and WebSockets arrive; port 0 takes a free one.
    pub bind: SocketAddr,
    /// The standard key. Whoever has it may do everything.
    pub key: SecretString,
    /// Where calls arrive.
    pub media: MediaAddrs,
    /// Calls and WebSocket sessions at once; one more is refused with 503.
    pub max_calls: usize,
    /// Voice of sessions that do not ask for one.
    pub voice: String,
    /// How long a session may last.
    pub max_session: Duration,
    /// The language model that makes up answers; none: only given texts are spoken.
    pub model: Option<Chat>,
    /// The wall clock, for expiry times on the wire.
    pub clock: WallClock,
}

impl EngineConfig {
    /// The usual limits: 8 calls, 60 minutes, the best voice, no language model, the system's clock.
    pub fn new(bind: SocketAddr, key: SecretString, media: MediaAddrs) -> Self {
        Self {
            bind,
            key,
            media,
            max_calls: 8,
            voice: "af_heart".into(),
            max_session: Duration::from_millis(MAX_SESSION_MS),
            model: None,
            #[expect(clippy::disallowed_methods, reason = "the one place where the clock comes from")]
            clock: Arc::new(SystemTime::now),
        }
    }
}
