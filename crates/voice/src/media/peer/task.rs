//! The task of one peer: its socket, its stack, its mouth.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use str0m::channel::ChannelId;
use str0m::format::Codec;
use str0m::media::{MediaData, Mid, Pt};
use str0m::net::{Protocol, Receive};
use str0m::{Event, IceConnectionState, Input, Output, Rtc};
use tokio::net::UdpSocket;
use tokio::sync::{mpsc, oneshot};

use super::{Heard, PEER_RATE, PeerEvent};
use crate::media::PlayId;
use crate::media::call::{send, send_last_packets};
use crate::media::opus::{Decoder, OpusError};
use crate::media::playback::{Due, Lateness, Playback, Sound};

/// A microphone loses nothing when the machine stalls: up to 2 s are caught up.
const LATENESS: Lateness = Lateness { catch_up_slots: 100, is_continuous: true };
/// How soon a text that the data channel refused is tried again.
const CHANNEL_RETRY: Duration = Duration::from_millis(20);
const MAX_DATAGRAM: usize = 2_000;

pub(super) enum Command {
    Speak(u64, Arc<[f32]>),
    Hush,
    Text(String),
    Close,
    Vanish,
}

/// Samples shared without a copy.
struct Shared(Arc<[f32]>);

impl AsRef<[f32]> for Shared {
    fn as_ref(&self) -> &[f32] {
        &self.0
    }
}

pub(super) struct PeerTask {
    rtc: Rtc,
    rtc_deadline: Instant,
    socket: UdpSocket,
    local: SocketAddr,
    events: mpsc::UnboundedSender<PeerEvent>,
    connected: Option<oneshot::Sender<()>>,
    mid: Mid,
    opus: Option<Pt>,
    channel: Option<ChannelId>,
    texts: VecDeque<String>,
    playback: Playback,
    decoder: Decoder,
}

impl PeerTask {
    pub(super) fn new(
        (rtc, mid): (Rtc, Mid),
        socket: UdpSocket,
        local: SocketAddr,
        events: mpsc::UnboundedSender<PeerEvent>,
        connected: oneshot::Sender<()>,
    ) -> Result<Self, OpusError> {
        let now = Instant::now();
        Ok(Self {
            rtc,
            rtc_deadline: now,
            socket,
            local,
            events,
            connected: Some(connected),
            mid,
            opus: None,
            channel: None,
            texts: VecDeque::new(),
            playback: Playback::new(PEER_RATE, LATENESS, now)?,
            decoder: Decoder::new(PEER_RATE)?,
        })
    }

    /// Runs until the call is over or the [`super::Peer`] is dropped.
    pub(super) async fn run(mut self, mut commands: mpsc::UnboundedReceiver<Command>) {
        let mut buffer = vec![0; MAX_DATAGRAM];
        while self.rtc.is_alive() {
            let deadline = self.deadline();
            tokio::select! {
                biased;
                command = commands.recv() => match command {
                    Some(Command::Speak(speech, pcm)) => {
                        let sound: Sound = Arc::new(Shared(pcm));
                        self.playback.play(PlayId(speech), sound);
                    }
                    Some(Command::Hush) => self.hush(),
                    Some(Command::Text(text)) => self.texts.push_back(text),
                    Some(Command::Vanish) => return,
                    Some(Command::Close) | None => self.close(),
                },
                received = self.socket.recv_from(&mut buffer) => {
                    if let Ok((len, source)) = received {
                        self.receive(&buffer[..len], source);
                    }
                }
                () = tokio::time::sleep_until(deadline.into()) => {}
            }
            self.tick();
        }
        let _ = self.events.send(PeerEvent::Closed);
    }

    fn deadline(&self) -> Instant {
        let sound = self.playback.deadline().filter(|_| self.can_speak());
        sound.map_or(self.rtc_deadline, |due| due.min(self.rtc_deadline))
    }

    fn can_speak(&self) -> bool {
        self.connected.is_none() && self.opus.is_some()
    }

    fn receive(&mut self, datagram: &[u8], source: SocketAddr) {
        let Ok(contents) = datagram.try_into() else { return };
        let receive = Receive { proto: Protocol::Udp, source, destination: self.local, contents };
        if self.rtc.handle_input(Input::Receive(Instant::now(), receive)).is_err() {
            self.rtc.disconnect();
        }
        self.drain();
    }

    fn tick(&mut self) {
        let now = Instant::now();
        if self.rtc_deadline <= now && self.rtc.handle_input(Input::Timeout(now)).is_err() {
            self.rtc.disconnect();
        }
        self.drain();
        self.write_texts();
        if self.can_speak() {
            self.speak(now);
        }
    }

    fn drain(&mut self) {
        while self.rtc.is_alive() {
            match self.rtc.poll_output() {
                Ok(Output::Timeout(at)) => {
                    self.rtc_deadline = at;
                    return;
                }
                Ok(Output::Transmit(packet)) => {
                    let _ = self.socket.try_send_to(&packet.contents, packet.destination);
                }
                Ok(Output::Event(event)) => self.on_event(event),
                Err(_) => self.rtc.disconnect(),
            }
        }
    }

    fn on_event(&mut self, event: Event) {
        match event {
            Event::Connected => {
                self.opus = self.opus_type();
                // Nobody waits any more when the limit was over: then this task ends with the dropped handle.
                let _ = self.connected.take().map(|connected| connected.send(()));
            }
            Event::IceConnectionStateChange(IceConnectionState::Disconnected) => self.rtc.disconnect(),
            Event::MediaData(data) => self.on_sound(&data),
            Event::ChannelOpen(id, _) => {
                self.channel = Some(id);
                self.tell(PeerEvent::ChannelOpen);
            }
            Event::ChannelData(data) if !data.binary => {
                if let Ok(text) = String::from_utf8(data.data) {
                    self.tell(PeerEvent::Text(text));
                }
            }
            _ => {}
        }
    }

    fn opus_type(&mut self) -> Option<Pt> {
        let writer = self.rtc.writer(self.mid)?;
        let opus = writer.payload_params().find(|params| params.spec().codec == Codec::Opus)?;
        Some(opus.pt())
    }

    fn on_sound(&mut self, data: &MediaData) {
        let Ok(pcm) = self.decoder.decode(&data.data) else { return };
        let level = (pcm.iter().map(|sample| sample * sample).sum::<f32>() / pcm.len().max(1) as f32).sqrt();
        self.tell(PeerEvent::Heard(Heard { at: data.network_time, rtp_time: data.time.numer(), pcm, level }));
    }

    fn write_texts(&mut self) {
        let Some(id) = self.channel else { return };
        while let Some(text) = self.texts.front() {
            let Some(mut channel) = self.rtc.channel(id) else { return };
            if !channel.write(false, text.as_bytes()).unwrap_or(false) {
                self.rtc_deadline = self.rtc_deadline.min(Instant::now() + CHANNEL_RETRY);
                return;
            }
            self.texts.pop_front();
            self.drain();
        }
    }

    fn speak(&mut self, now: Instant) {
        let Some(opus) = self.opus else { return };
        loop {
            match self.playback.next(now) {
                Ok(Some(Due::Started(PlayId(speech)))) => self.tell(PeerEvent::SpeechStarted { speech, at: now }),
                Ok(Some(Due::Ended(PlayId(speech)))) => self.tell(PeerEvent::SpeechEnded { speech, at: now }),
                Ok(Some(Due::Frame(frame))) => {
                    send(&mut self.rtc, self.mid, opus, frame);
                    self.drain();
                }
                Ok(None) | Err(_) => return,
            }
        }
    }

    fn hush(&mut self) {
        let at = Instant::now();
        for (PlayId(speech), _) in self.playback.stop() {
            self.tell(PeerEvent::SpeechEnded { speech, at });
        }
    }

    fn close(&mut self) {
        if self.rtc.close().is_ok() && self.rtc.handle_input(Input::Timeout(Instant::now())).is_ok() {
            send_last_packets(&mut self.rtc, &self.socket);
        }
        self.rtc.disconnect();
    }

    fn tell(&self, event: PeerEvent) {
        // A dropped receiver ends this task through the command channel.
        let _ = self.events.send(event);
    }
}
