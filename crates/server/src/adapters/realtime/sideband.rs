//! The control channel of one call: a WebSocket beside the candidate's media. Everything that becomes transcript
//! arrives here.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::{
    net::TcpStream,
    sync::mpsc,
    time::{Instant, MissedTickBehavior, interval, timeout},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_with_config,
    tungstenite::{self, Message, client::IntoClientRequest, http::HeaderValue, protocol::WebSocketConfig},
};

use super::{Endpoint, error::RealtimeError};
use crate::config::ProviderKind;

const OPEN_TIMEOUT: Duration = Duration::from_secs(10);
/// Pings keep middleboxes open; a channel without any frame for three of them is dead.
const PING_EVERY: Duration = Duration::from_secs(10);
const DEAD_AFTER: Duration = Duration::from_secs(30);
/// Frames waiting in each direction. Full means that the reader is stuck: the socket then waits, nothing is dropped.
const QUEUE: usize = 512;
/// Bytes read or written at once.
const BUFFER: usize = 4 * 1024;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Whether a channel is the first of its call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attach {
    /// Nothing was said yet.
    First,
    /// The one before was lost.
    Again,
}

/// An open control channel. Dropping it closes the socket; the call itself goes on.
#[derive(Debug)]
pub struct Sideband {
    /// Frames to send, JSON text. Closed when the channel is.
    pub to_provider: mpsc::Sender<String>,
    /// Frames received, JSON text, in order; `None` once the channel is closed.
    pub from_provider: mpsc::Receiver<String>,
}

impl Sideband {
    /// Opens the channel of `call_id`. [`RealtimeError::CallGone`] when there is no such call.
    pub async fn open(endpoint: &Endpoint, call_id: &str, attach: Attach) -> Result<Sideband, RealtimeError> {
        // Our own engine tells a channel that comes back what is in the conversation.
        let is_replayed = endpoint.kind == ProviderKind::Own && attach == Attach::Again;
        let replay = if is_replayed { "&replay=items" } else { "" };
        let request = format!("{}{replay}", endpoint.sideband(call_id)).into_client_request();
        let mut request = request.map_err(|e| RealtimeError::BadAnswer(e.to_string()))?;
        let (name, value) = endpoint.credential();
        let no_key = |_| RealtimeError::Key { status: 0, code: "the key has characters that no header takes".into() };
        request.headers_mut().insert(name, HeaderValue::try_from(value).map_err(no_key)?);
        let (socket, _) = timeout(OPEN_TIMEOUT, connect_async_with_config(request, Some(config()), false))
            .await
            .map_err(|_| RealtimeError::Timeout)??;
        let (to_provider, outgoing) = mpsc::channel(QUEUE);
        let (incoming, from_provider) = mpsc::channel(QUEUE);
        #[expect(clippy::disallowed_methods, reason = "ends with its channels")]
        tokio::spawn(pump(socket, outgoing, incoming));
        Ok(Sideband { to_provider, from_provider })
    }
}

/// Small buffers: there is a channel for each live interview, and most of its frames are short.
fn config() -> WebSocketConfig {
    WebSocketConfig::default().read_buffer_size(BUFFER).write_buffer_size(BUFFER)
}

/// Moves frames both ways until either side is gone.
#[expect(clippy::disallowed_methods, reason = "a socket is alive or dead by the monotonic clock")]
async fn pump(mut socket: Socket, mut outgoing: mpsc::Receiver<String>, incoming: mpsc::Sender<String>) {
    let mut pings = interval(PING_EVERY);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last_frame = Instant::now();
    loop {
        tokio::select! {
            frame = socket.next() => {
                last_frame = Instant::now();
                match frame {
                    Some(Ok(Message::Text(text))) => {
                        if incoming.send(text.to_string()).await.is_err() { break }
                    }
                    Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                    Some(Ok(_)) => {}
                }
            }
            text = outgoing.recv() => match text {
                Some(text) => if socket.send(Message::text(text)).await.is_err() { break },
                None => break,
            },
            _ = pings.tick() => {
                let dead = last_frame.elapsed() > DEAD_AFTER;
                if dead || socket.send(Message::Ping(Vec::new().into())).await.is_err() { break }
            }
        }
    }
    // Best effort: the peer may be gone already.
    let _ = timeout(Duration::from_secs(1), socket.close(None)).await;
}

impl From<tungstenite::Error> for RealtimeError {
    fn from(error: tungstenite::Error) -> Self {
        match error {
            tungstenite::Error::Http(answer) => {
                let body = answer.body().as_deref().unwrap_or_default();
                RealtimeError::from_answer(answer.status().as_u16(), None, body).about_call()
            }
            other => RealtimeError::Unavailable(other.to_string()),
        }
    }
}
