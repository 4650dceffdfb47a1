//! One WebSocket session: sound comes in events and goes out in events, faster than it plays.

use std::collections::VecDeque;
use std::future::ready;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::stream::SplitSink;
use futures_util::{SinkExt, StreamExt};
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::{Duration, Instant, interval, timeout};
use tokio_util::sync::CancellationToken;

use crate::actor::{Act, Actor};
use crate::call::{CallHandle, Command, ToSocket};
use crate::session::{Input, Origin};

/// The largest frame: an append of 15 MiB, as base64.
pub(crate) const MAX_FRAME: usize = 21 * 1024 * 1024;
/// A client that does not take a frame for so long is gone.
const SEND_TIMEOUT: Duration = Duration::from_secs(20);

/// A client that sends nothing at all, not even the answer to a ping, for so long is gone.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(60);
const PING_EVERY: Duration = Duration::from_secs(20);
/// Samples that the ear gets at once: between two pieces the session does whatever else there is.
const PIECE: usize = 16_000 / 5;

/// Stands for a connection that broke.
const NO_CLOSE_FRAME: u16 = 1006;

/// One WebSocket session.
pub(crate) struct SocketSession {
    id: String,
    actor: Actor,
    /// Sound that the ear has not had yet.
    unheard: VecDeque<Vec<f32>>,
    /// Given back when the session is over.
    _room: OwnedSemaphorePermit,
}

impl SocketSession {
    /// A session that has not begun.
    pub(crate) fn new(id: String, actor: Actor, room: OwnedSemaphorePermit) -> Self {
        Self { id, actor, unheard: VecDeque::new(), _room: room }
    }

    /// Runs the session to its end; returns its close code.
    pub(crate) async fn run(mut self, socket: WebSocket, stop: CancellationToken) -> u16 {
        let (mut sink, mut frames) = socket.split();
        let mut pings = interval(PING_EVERY);
        let mut last_frame = Instant::now();
        let (code, reason) = loop {
            if let Err(end) = self.act(&mut sink).await {
                break end;
            }
            let is_behind = !self.unheard.is_empty();
            tokio::select! {
                biased;
                () = stop.cancelled() => break (1001, "The engine is stopping."),
                input = self.actor.inside() => self.actor.take(input),
                // Waits for room in the ear, and meanwhile reads no frame: a client that sends a recording at once is
                // held back, not cut short.
                () = ready(()), if is_behind => {
                    if let Some(piece) = self.unheard.pop_front() {
                        self.actor.hear_all(&piece).await;
                    }
                }
                frame = frames.next(), if !is_behind => {
                    last_frame = Instant::now();
                    match read(frame) {
                        Frame::Text(text) => self.actor.take(Input::Frame { from: Origin::Owner, text }),
                        Frame::Nothing => {}
                        Frame::End => break (1000, ""),
                    }
                }
                _ = pings.tick() => {
                    if last_frame.elapsed() > SILENCE_TIMEOUT || sink.send(Message::Ping(Default::default())).await.is_err() {
                        break (1001, "");
                    }
                }
            }
        };
        close(&mut sink, code, reason).await;
        tracing::info!(session = %self.id, code, "session over");
        code
    }

    async fn act(&mut self, sink: &mut SplitSink<WebSocket, Message>) -> Result<(), (u16, &'static str)> {
        while let Some(act) = self.actor.next_act() {
            match act {
                Act::Text(_, text) => send(sink, text).await?,
                Act::Hear(pcm) => self.unheard.extend(pcm.chunks(PIECE).map(<[f32]>::to_vec)),
                Act::Close(code, reason) => return Err((code, reason)),
                Act::Play(..) | Act::StopPlayback => {}
            }
        }
        Ok(())
    }
}

/// Runs one sideband socket until it or its call ends.
pub(crate) async fn run_sideband(
    socket: WebSocket,
    number: u64,
    call: CallHandle,
    mut events: mpsc::Receiver<ToSocket>,
) {
    let (mut sink, mut frames) = socket.split();
    let (code, reason) = loop {
        tokio::select! {
            event = events.recv() => match event {
                Some(ToSocket::Text(text)) => {
                    if let Err(end) = send(&mut sink, text).await {
                        break end;
                    }
                }
                Some(ToSocket::Close(code, reason)) => break (code, reason),
                None => break (1000, ""),
            },
            frame = frames.next() => match read(frame) {
                Frame::Text(text) => {
                    if !call.send(Command::Frame(number, text)).await {
                        break (1000, "");
                    }
                }
                Frame::Nothing => {}
                Frame::End => break (1000, ""),
            },
        }
    };
    close(&mut sink, code, reason).await;
    call.send(Command::Detach(number)).await;
}

/// Says why, then closes: for a client of the interface that is gone.
pub(crate) async fn refuse(socket: WebSocket, error: String, code: u16, reason: &'static str) {
    let (mut sink, _) = socket.split();
    if send(&mut sink, error).await.is_ok() {
        close(&mut sink, code, reason).await;
    }
}

/// What a frame means to a session.
enum Frame {
    Text(String),
    Nothing,
    End,
}

/// Binary frames are read as text, as the protocol has no others.
fn read(frame: Option<Result<Message, axum::Error>>) -> Frame {
    match frame {
        Some(Ok(Message::Text(text))) => Frame::Text(text.to_string()),
        Some(Ok(Message::Binary(bytes))) => Frame::Text(String::from_utf8_lossy(&bytes).into_owned()),
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Frame::Nothing,
        Some(Ok(Message::Close(_)) | Err(_)) | None => Frame::End,
    }
}

async fn send(sink: &mut SplitSink<WebSocket, Message>, text: String) -> Result<(), (u16, &'static str)> {
    match timeout(SEND_TIMEOUT, sink.send(Message::text(text))).await {
        Ok(Ok(())) => Ok(()),
        _ => Err((1001, "")),
    }
}

/// Closes with a code; 1006, which cannot be sent, closes without a word.
async fn close(sink: &mut SplitSink<WebSocket, Message>, code: u16, reason: &'static str) {
    if code == NO_CLOSE_FRAME {
        return;
    }
    let frame = CloseFrame { code, reason: reason.into() };
    // The other side may be gone already.
    let _ = timeout(SEND_TIMEOUT, sink.send(Message::Close(Some(frame)))).await;
    let _ = timeout(SEND_TIMEOUT, sink.close()).await;
}
