//! One call inside the media task: protocol stack, mouth, ear and data channel.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use realtime_api::sound::SoundSide;
use str0m::format::Codec;
use str0m::media::{Frequency, MediaData, MediaTime, Mid, Pt};
use str0m::{Event, IceConnectionState, Input, Output, Rtc};
use tokio::net::UdpSocket;
use tokio::sync::mpsc;

use super::arrival::Arrival;
use super::inbound::Inbound;
use super::net::Command;
use super::opus::{OpusError, TICKS_PER_FRAME};
use super::playback::{Due, Frame, Lateness, Playback};
use super::tape::Tape;
use super::texts::{Texts, Written};
use super::{CloseReason, HEARD_RATE, Limits, MediaEvent, PLAYED_RATE};

/// Slots caught up in a burst after a stall of the machine (100 ms); beyond, speech pauses and goes on.
const LATENESS: Lateness = Lateness { catch_up_slots: 5, is_continuous: false };
/// Room in the event queue that sound must leave to everything else.
const RESERVE: usize = 128;
/// How soon a full data channel is tried again, where no acknowledgement wakes us before.
const CHANNEL_RETRY: Duration = Duration::from_millis(50);
/// Microseconds of a frame that we send: its place on the call's grid is its time.
const FRAME_US: u64 = 20_000;

/// A call; dropped when it is over.
pub(super) struct Call {
    key: usize,
    rtc: Rtc,
    rtc_deadline: Instant,
    events: mpsc::Sender<MediaEvent>,
    limits: Limits,
    live: Arc<AtomicUsize>,
    since: Instant,
    heard_at: Instant,
    is_connected: bool,
    is_over: bool,
    is_abandoned: bool,
    line: Option<(Mid, Pt)>,
    texts: Texts,
    playback: Playback,
    inbound: Inbound,
    /// Where the call's sound is kept, with the peer's clock; none: nobody asked for it.
    tape: Option<(Arc<Tape>, Arrival)>,
    lost_events: u32,
}

impl Call {
    pub(super) fn new(
        key: usize,
        rtc: Rtc,
        events: mpsc::Sender<MediaEvent>,
        limits: Limits,
        live: Arc<AtomicUsize>,
        now: Instant,
    ) -> Result<Self, OpusError> {
        let playback = Playback::new(PLAYED_RATE, LATENESS, now)?;
        let inbound = Inbound::new(HEARD_RATE)?;
        live.fetch_add(1, Ordering::AcqRel);
        Ok(Self {
            key,
            rtc,
            rtc_deadline: now,
            events,
            limits,
            live,
            since: now,
            heard_at: now,
            is_connected: false,
            is_over: false,
            is_abandoned: false,
            line: None,
            texts: Texts::default(),
            playback,
            inbound,
            tape: None,
            lost_events: 0,
        })
    }

    /// Keeps the call's sound on `tape`, whose origin is the call's start.
    pub(super) fn taped(mut self, tape: Option<Arc<Tape>>) -> Self {
        self.tape = tape.map(|tape| (tape, Arrival::new(self.since)));
        self
    }

    pub(super) fn key(&self) -> usize {
        self.key
    }

    pub(super) fn is_alive(&self) -> bool {
        !self.is_over
    }

    pub(super) fn accepts(&self, input: &Input<'_>) -> bool {
        self.rtc.accepts(input)
    }

    /// When [`Call::tick`] is next needed.
    pub(super) fn deadline(&self) -> Instant {
        if self.is_abandoned {
            return self.since;
        }
        let mut next = self.rtc_deadline.min(self.limit().0);
        if let Some(due) = self.playback.deadline().filter(|_| self.is_connected && self.line.is_some()) {
            next = next.min(due);
        }
        next
    }

    /// The nearest limit and what it means.
    fn limit(&self) -> (Instant, CloseReason) {
        let total = (self.since + self.limits.total, CloseReason::TooLong);
        let quiet = if self.is_connected {
            (self.heard_at + self.limits.silence, CloseReason::Silent)
        } else {
            (self.since + self.limits.connect, CloseReason::NeverConnected)
        };
        if total.0 < quiet.0 { total } else { quiet }
    }

    pub(super) fn obey(&mut self, command: Command, now: Instant, socket: &UdpSocket) {
        match command {
            Command::Play(id, sound) => self.playback.play(id, sound),
            Command::Stop => self.stop_playing(),
            Command::SendText(text) => {
                if !self.texts.push(self.key, text) {
                    return self.close(CloseReason::NotKeepingUp, now, socket);
                }
            }
            Command::Close => return self.close(CloseReason::Requested, now, socket),
        }
        self.tick(now, socket);
    }

    pub(super) fn receive(&mut self, input: Input<'_>, now: Instant, socket: &UdpSocket) {
        self.heard_at = now;
        if let Err(error) = self.rtc.handle_input(input) {
            tracing::warn!(call = self.key, %error, "a datagram ended the call");
            return self.finish(CloseReason::Failed);
        }
        self.drain(socket);
        self.write_texts(socket);
    }

    /// Does what is due: limits, the stack's timers, waiting texts, sound.
    pub(super) fn tick(&mut self, now: Instant, socket: &UdpSocket) {
        if self.is_abandoned || self.events.is_closed() {
            return self.close(CloseReason::NotKeepingUp, now, socket);
        }
        let (limit, reason) = self.limit();
        if limit <= now {
            return self.close(reason, now, socket);
        }
        if self.rtc_deadline <= now {
            if let Err(error) = self.rtc.handle_input(Input::Timeout(now)) {
                tracing::warn!(call = self.key, %error, "a timer ended the call");
                return self.finish(CloseReason::Failed);
            }
            self.drain(socket);
        }
        self.write_texts(socket);
        self.speak(now, socket);
    }

    /// Says goodbye to the peer and ends the call.
    pub(super) fn close(&mut self, reason: CloseReason, now: Instant, socket: &UdpSocket) {
        if self.is_over {
            return;
        }
        if self.rtc.close().is_ok() && self.rtc.handle_input(Input::Timeout(now)).is_ok() {
            send_last_packets(&mut self.rtc, socket);
        }
        self.finish(reason);
    }

    fn finish(&mut self, reason: CloseReason) {
        if self.is_over {
            return;
        }
        self.stop_playing();
        self.tell(MediaEvent::Closed { reason });
        self.is_over = true;
        tracing::info!(call = self.key, ?reason, seconds = self.since.elapsed().as_secs(), "call over");
    }

    fn stop_playing(&mut self) {
        for (id, played_ms) in self.playback.stop() {
            self.tell(MediaEvent::PlaybackStopped { id, played_ms });
        }
    }

    /// Sends what the stack has to send and takes what it has to say.
    fn drain(&mut self, socket: &UdpSocket) {
        while self.rtc.is_alive() && !self.is_over {
            match self.rtc.poll_output() {
                Ok(Output::Timeout(at)) => {
                    self.rtc_deadline = at;
                    return;
                }
                Ok(Output::Transmit(packet)) => {
                    // A full socket buffer is a lost packet, which every part above can bear.
                    let _ = socket.try_send_to(&packet.contents, packet.destination);
                }
                Ok(Output::Event(event)) => self.on_event(event),
                Err(error) => {
                    tracing::warn!(call = self.key, %error, "the protocol stack gave up");
                    return self.finish(CloseReason::Failed);
                }
            }
        }
        self.finish(CloseReason::PeerClosed);
    }

    fn on_event(&mut self, event: Event) {
        match event {
            Event::Connected => {
                self.is_connected = true;
                self.tell(MediaEvent::Connected);
            }
            Event::IceConnectionStateChange(IceConnectionState::Disconnected) => self.finish(CloseReason::Disconnected),
            Event::MediaAdded(added) => self.line = self.line.or_else(|| self.opus_line(added.mid)),
            Event::MediaData(data) => self.on_sound(&data),
            Event::ChannelOpen(id, label) if self.texts.open(id) => self.tell(MediaEvent::ChannelOpen { label }),
            Event::ChannelData(data) if !data.binary && self.texts.is(data.id) => match String::from_utf8(data.data) {
                Ok(text) => self.tell(MediaEvent::ChannelText(text)),
                Err(_) => tracing::warn!(call = self.key, "a channel message is not UTF-8"),
            },
            Event::ChannelClose(id) => self.texts.close(id),
            _ => {}
        }
    }

    fn opus_line(&mut self, mid: Mid) -> Option<(Mid, Pt)> {
        let writer = self.rtc.writer(mid)?;
        let opus = writer.payload_params().find(|params| params.spec().codec == Codec::Opus)?.pt();
        Some((mid, opus))
    }

    fn on_sound(&mut self, data: &MediaData) {
        match self.inbound.take(data.time.numer(), &data.data) {
            Ok(pcm) if pcm.is_empty() => {}
            Ok(pcm) => {
                if let Some((tape, arrival)) = &mut self.tape {
                    let long_us = self.inbound.last_long_us();
                    let at_us = arrival.time_us(data.time.numer(), long_us, data.network_time);
                    tape.add(SoundSide::Input, at_us, Arc::clone(&data.data));
                }
                self.tell(MediaEvent::Pcm(pcm));
            }
            Err(error) => tracing::debug!(call = self.key, %error, "an audio packet could not be decoded"),
        }
    }

    fn write_texts(&mut self, socket: &UdpSocket) {
        loop {
            let written = self.texts.write_one(self.key, &mut self.rtc);
            if written == Written::Nothing {
                return;
            }
            self.drain(socket);
            if written == Written::Full {
                self.rtc_deadline = self.rtc_deadline.min(Instant::now() + CHANNEL_RETRY);
                return;
            }
        }
    }

    fn speak(&mut self, now: Instant, socket: &UdpSocket) {
        let Some((mid, pt)) = self.line.filter(|_| self.is_connected) else { return };
        loop {
            match self.playback.next(now) {
                Ok(None) => return,
                Ok(Some(Due::Started(id))) => self.tell(MediaEvent::PlaybackStarted { id }),
                Ok(Some(Due::Ended(id))) => self.tell(MediaEvent::PlaybackEnded { id }),
                Ok(Some(Due::Frame(frame))) => {
                    if let Some((tape, _)) = &self.tape {
                        let at_us = (frame.rtp_time / TICKS_PER_FRAME * FRAME_US) as i64;
                        tape.add(SoundSide::Output, at_us, Arc::clone(&frame.packet));
                    }
                    send(&mut self.rtc, mid, pt, frame);
                    self.drain(socket);
                }
                Err(error) => {
                    tracing::warn!(call = self.key, %error, "a clip could not be encoded");
                    return self.stop_playing();
                }
            }
        }
    }

    /// Queues an event without waiting. Sound gives way first; a session that leaves no room at all loses the call.
    fn tell(&mut self, event: MediaEvent) {
        if self.is_over {
            return;
        }
        if matches!(event, MediaEvent::Pcm(_)) && self.events.capacity() <= RESERVE {
            self.lost_events += 1;
            if self.lost_events == 1 {
                tracing::warn!(call = self.key, "sound is not taken in time and is lost");
            }
            return;
        }
        if self.events.try_send(event).is_err() && !self.is_abandoned {
            tracing::warn!(call = self.key, "nobody takes the events of this call");
            self.is_abandoned = true;
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        if let Some((tape, _)) = &self.tape {
            tape.end(Instant::now());
        }
        self.live.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Lets a stack that is closing say so to the peer.
pub(super) fn send_last_packets(rtc: &mut Rtc, socket: &UdpSocket) {
    loop {
        match rtc.poll_output() {
            Ok(Output::Transmit(packet)) => {
                let _ = socket.try_send_to(&packet.contents, packet.destination);
            }
            Ok(Output::Event(_)) => {}
            Ok(Output::Timeout(_)) | Err(_) => return,
        }
    }
}

/// Hands one frame to the stack.
pub(super) fn send(rtc: &mut Rtc, mid: Mid, pt: Pt, frame: Frame) {
    let time = MediaTime::new(frame.rtp_time, Frequency::FORTY_EIGHT_KHZ);
    let Some(writer) = rtc.writer(mid) else { return };
    if let Err(error) = writer.start_of_talkspurt(frame.is_talkspurt).write(pt, frame.due, time, frame.packet) {
        tracing::debug!(%error, "a frame was not taken");
    }
}
