//! Calls without media, for simulated load: clips take their time, nobody hears them.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::net::{Command, ToLoop};
use super::offer::{self, OfferError};
use super::{CallControl, CallMedia, CloseReason, EVENTS, MediaEvent, PlayId, mirror};

/// Samples a second of clips that nobody hears.
const RATE: u64 = 1_000;

/// Checks an offer, mirrors it, and starts a call that is connected already.
pub(super) fn accept(offer: &str) -> Result<(CallMedia, String), OfferError> {
    offer::check(offer)?;
    let (to_session, events) = mpsc::channel(EVENTS);
    let (to_loop, commands) = mpsc::unbounded_channel();
    let call = Silent { events: to_session, playing: None, waiting: VecDeque::new() };
    tokio::spawn(call.run(commands));
    let control = CallControl { key: 0, to_loop };
    Ok((CallMedia { events, tape: None, control }, mirror::answer(offer)))
}

struct Silent {
    events: mpsc::Sender<MediaEvent>,
    /// What plays, and since when to when.
    playing: Option<(PlayId, Instant, Instant)>,
    waiting: VecDeque<(PlayId, Duration)>,
}

impl Silent {
    /// Runs until the call is closed or its session gone.
    async fn run(mut self, mut commands: mpsc::UnboundedReceiver<ToLoop>) {
        let mut is_open = self.tell(MediaEvent::Connected).await;
        while is_open {
            let end = self.playing.map(|(_, _, end)| end);
            is_open = tokio::select! {
                command = commands.recv() => match command {
                    Some(ToLoop::Do(_, command)) => self.obey(command).await,
                    Some(ToLoop::Add(_)) => true,
                    Some(ToLoop::CloseAll) | None => self.obey(Command::Close).await,
                },
                () = sleep_until(end.unwrap_or_else(Instant::now)), if end.is_some() => self.next().await,
                () = self.events.closed() => false,
            };
        }
    }

    async fn obey(&mut self, command: Command) -> bool {
        match command {
            Command::Play(id, sound) => {
                let ms = (*sound).as_ref().len() as u64 * 1_000 / RATE;
                self.waiting.push_back((id, Duration::from_millis(ms)));
                self.playing.is_some() || self.start().await
            }
            Command::Stop => self.stop().await,
            Command::SendText(_) => true,
            Command::Close => {
                self.stop().await;
                self.tell(MediaEvent::Closed { reason: CloseReason::Requested }).await;
                false
            }
        }
    }

    async fn start(&mut self) -> bool {
        let Some((id, length)) = self.waiting.pop_front() else { return true };
        let now = Instant::now();
        self.playing = Some((id, now, now + length));
        self.tell(MediaEvent::PlaybackStarted { id }).await
    }

    /// The clip that plays is at its end.
    async fn next(&mut self) -> bool {
        let Some((id, ..)) = self.playing.take() else { return true };
        self.tell(MediaEvent::PlaybackEnded { id }).await && self.start().await
    }

    async fn stop(&mut self) -> bool {
        let playing = self.playing.take().map(|(id, since, _)| (id, since.elapsed().as_millis() as u64));
        let stopped: Vec<_> = playing.into_iter().chain(self.waiting.drain(..).map(|(id, _)| (id, 0))).collect();
        for (id, played_ms) in stopped {
            if !self.tell(MediaEvent::PlaybackStopped { id, played_ms }).await {
                return false;
            }
        }
        true
    }

    /// `false`: nobody listens any more.
    async fn tell(&self, event: MediaEvent) -> bool {
        self.events.send(event).await.is_ok()
    }
}
