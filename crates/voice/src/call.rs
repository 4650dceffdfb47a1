//! One WebRTC call: the session between its media, its data channel and its sidebands.

use std::collections::HashMap;

use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio_util::sync::CancellationToken;

use crate::actor::{Act, Actor};
use crate::media::{CallControl, CallMedia, MediaEvent};
use crate::session::{Audience, Input, Origin};
use crate::sim::Direction;

/// Commands that may wait for one call.
const COMMANDS: usize = 256;
/// Events that may wait for one sideband; one that is further behind is cut off.
const SIDEBAND_EVENTS: usize = 2_048;

/// What a sideband's socket has to send.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ToSocket {
    /// An event.
    Text(String),
    /// The end.
    Close(u16, &'static str),
}

/// Whether a sideband is told the conversation's items from before it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Replay {
    /// As at OpenAI: only what happens from now on.
    None,
    /// Each item first, as `conversation.item.added`.
    Items,
}

/// What can be asked of a running call.
pub(crate) enum Command {
    /// A sideband has come; it may want the items that are there already.
    Attach(u64, mpsc::Sender<ToSocket>, Replay),
    /// A sideband sent a text.
    Frame(u64, String),
    /// A sideband has gone.
    Detach(u64),
    /// The call shall end.
    HangUp,
    /// A simulator's sidebands shall close with this code; the call goes on.
    Cut(u16),
    /// A simulator's session shall be over as after its longest time.
    Expire,
    /// Something a simulator's control door wants of the session.
    Direct(Direction),
}

/// A handle to a running call.
#[derive(Clone)]
pub(crate) struct CallHandle {
    commands: mpsc::Sender<Command>,
}

impl CallHandle {
    /// Attaches a sideband: events for it come out of the receiver. `None`: the call is over.
    pub(crate) async fn attach(&self, number: u64, replay: Replay) -> Option<mpsc::Receiver<ToSocket>> {
        let (to_socket, events) = mpsc::channel(SIDEBAND_EVENTS);
        self.send(Command::Attach(number, to_socket, replay)).await.then_some(events)
    }

    /// Sends a command without waiting; `false`: the call is over, or too busy.
    pub(crate) fn tell(&self, command: Command) -> bool {
        self.commands.try_send(command).is_ok()
    }

    /// Sends a command; `false`: the call is over.
    pub(crate) async fn send(&self, command: Command) -> bool {
        self.commands.send(command).await.is_ok()
    }
}

/// One call.
pub(crate) struct Call {
    id: String,
    actor: Actor,
    events: mpsc::Receiver<MediaEvent>,
    media: CallControl,
    commands: mpsc::Receiver<Command>,
    sidebands: HashMap<u64, mpsc::Sender<ToSocket>>,
    _room: OwnedSemaphorePermit,
}

impl Call {
    /// Joins a session with the media of an accepted offer. `room` is given back when the call is over.
    pub(crate) fn new(id: String, actor: Actor, media: CallMedia, room: OwnedSemaphorePermit) -> (Self, CallHandle) {
        let (to_call, commands) = mpsc::channel(COMMANDS);
        let control = media.control();
        let events = media.events;
        let sidebands = HashMap::new();
        let call = Self { id, actor, events, media: control, commands, sidebands, _room: room };
        (call, CallHandle { commands: to_call })
    }

    /// Runs the call to its end; returns the close code of its sidebands.
    pub(crate) async fn run(mut self, stop: CancellationToken) -> u16 {
        let (code, reason) = loop {
            if let Some(end) = self.act() {
                break end;
            }
            tokio::select! {
                () = stop.cancelled() => break (1001, "The engine is stopping."),
                event = self.events.recv() => match event {
                    Some(MediaEvent::Closed { reason }) => {
                        tracing::info!(call = %self.id, ?reason, "media ended");
                        break (1000, "");
                    }
                    Some(event) => self.on_media(event),
                    None => break (1000, ""),
                },
                command = self.commands.recv() => match command {
                    Some(Command::HangUp) | None => break (1000, ""),
                    Some(command) => self.on_command(command),
                },
                input = self.actor.inside() => self.actor.take(input),
            }
        };
        self.media.close();
        self.close_sidebands(code, reason);
        tracing::info!(call = %self.id, code, "call over");
        code
    }

    fn on_media(&mut self, event: MediaEvent) {
        match event {
            MediaEvent::Pcm(pcm) => {
                self.actor.hear(&pcm);
                self.actor.take(Input::Sound(pcm));
            }
            MediaEvent::ChannelText(text) => self.actor.take(Input::Frame { from: Origin::Owner, text }),
            MediaEvent::PlaybackStarted { id } => self.actor.take(Input::PlaybackStarted(id)),
            MediaEvent::PlaybackEnded { id } => self.actor.take(Input::PlaybackEnded(id)),
            MediaEvent::PlaybackStopped { id, played_ms } => self.actor.take(Input::PlaybackStopped(id, played_ms)),
            MediaEvent::Connected => tracing::info!(call = %self.id, "media connected"),
            MediaEvent::ChannelOpen { .. } | MediaEvent::Closed { .. } => {}
        }
    }

    fn on_command(&mut self, command: Command) {
        match command {
            Command::Attach(number, to_socket, replay) => {
                tracing::info!(call = %self.id, sideband = number, "sideband attached");
                self.sidebands.insert(number, to_socket);
                if replay == Replay::Items {
                    self.actor.take(Input::Replay(Origin::Sideband(number)));
                }
            }
            Command::Frame(number, text) => self.actor.take(Input::Frame { from: Origin::Sideband(number), text }),
            Command::Detach(number) => drop(self.sidebands.remove(&number)),
            Command::HangUp => {}
            Command::Cut(code) => self.close_sidebands(code, ""),
            Command::Expire => self.actor.expire(),
            Command::Direct(direction) => self.actor.direct(direction),
        }
    }

    fn close_sidebands(&mut self, code: u16, reason: &'static str) {
        for (_, sideband) in self.sidebands.drain() {
            // A sideband that is full or gone learns the end from its closed channel.
            let _ = sideband.try_send(ToSocket::Close(code, reason));
        }
    }

    /// Does what the session wants; returns how the call ends, if it does.
    fn act(&mut self) -> Option<(u16, &'static str)> {
        while let Some(act) = self.actor.next_act() {
            match act {
                Act::Text(to, text) => self.send(to, text),
                Act::Play(id, clip) => self.media.play(id, clip),
                Act::StopPlayback => self.media.stop(),
                Act::Hear(_) => {}
                Act::Close(code, reason) => return Some((code, reason)),
            }
        }
        None
    }

    fn send(&mut self, to: Audience, text: String) {
        let wanted = |number: &u64| to == Audience::All || to == Audience::Only(Origin::Sideband(*number));
        let id = &self.id;
        self.sidebands.retain(|number, sideband| {
            let is_alive = !wanted(number) || sideband.try_send(ToSocket::Text(text.clone())).is_ok();
            if !is_alive {
                tracing::warn!(call = %id, sideband = number, "sideband cut off: gone or too far behind");
            }
            is_alive
        });
        if matches!(to, Audience::All | Audience::Only(Origin::Owner)) {
            self.media.send_text(text);
        }
    }
}
