//! Clips to paced Opus frames. Sans-IO: time is an argument, packets come out.
//!
//! Frames sit on a grid of 20 ms slots counted from the start of the call, and the RTP time of a frame is its slot. So RTP
//! time follows the wall clock through silences; were it frozen there, the receiver's jitter buffer would take the next
//! clip for late and keep about a second of delay for the rest of the call.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::PlayId;
use super::opus::{Encoder, OpusError, TICKS_PER_FRAME};
use crate::speech::Clip;

/// Length of a slot.
const SLOT: Duration = Duration::from_millis(20);
/// Silent frames after a clip, so that the receiver's concealment does not go on humming.
const TAIL_FRAMES: u8 = 3;

/// Samples that several calls may play at once without a copy.
pub(super) type Sound = Arc<dyn AsRef<[f32]> + Send + Sync>;

impl AsRef<[f32]> for Clip {
    fn as_ref(&self) -> &[f32] {
        &self.pcm
    }
}

/// What to do when frames are due that could not be sent in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lateness {
    /// Up to this many slots are caught up in a burst; beyond, the rest of the clip is shifted to now.
    pub(super) catch_up_slots: u64,
    /// Whether silence is sent between clips, as a microphone does.
    pub(super) is_continuous: bool,
}

/// What [`Playback::next`] found due.
#[derive(Debug, PartialEq)]
pub(super) enum Due {
    /// The first frame of this clip comes next.
    Started(PlayId),
    /// An Opus packet to send now.
    Frame(Frame),
    /// The last frame of this clip has had its 20 ms.
    Ended(PlayId),
}

/// One packet with its place in time.
#[derive(Debug, PartialEq)]
pub(super) struct Frame {
    /// Encoded 20 ms.
    pub(super) packet: Arc<[u8]>,
    /// When it was due.
    pub(super) due: Instant,
    /// RTP time in 48 kHz ticks.
    pub(super) rtp_time: u64,
    /// First frame after a silence.
    pub(super) is_talkspurt: bool,
}

struct Playing {
    id: PlayId,
    sound: Sound,
    sent: usize,
    is_announced: bool,
}

/// The mouth of one call.
pub(super) struct Playback {
    encoder: Encoder,
    silence: Arc<[u8]>,
    lateness: Lateness,
    origin: Instant,
    next_slot: u64,
    is_idle: bool,
    tail: u8,
    fade_from: Option<Vec<f32>>,
    playing: Option<Playing>,
    waiting: VecDeque<(PlayId, Sound)>,
}

impl Playback {
    /// Starts the grid at `now`. Samples have the given rate.
    pub(super) fn new(rate: u32, lateness: Lateness, now: Instant) -> Result<Self, OpusError> {
        let mut quiet = Encoder::new(rate)?;
        let silence = quiet.encode(&vec![0.0; quiet.frame()])?.into();
        let encoder = Encoder::new(rate)?;
        Ok(Self {
            encoder,
            silence,
            lateness,
            origin: now,
            next_slot: 0,
            is_idle: true,
            tail: 0,
            fade_from: None,
            playing: None,
            waiting: VecDeque::new(),
        })
    }

    /// Plays a clip after those that wait.
    pub(super) fn play(&mut self, id: PlayId, sound: Sound) {
        self.waiting.push_back((id, sound));
    }

    /// Cuts everything: the clip that plays with the milliseconds sent, then those that waited with 0.
    pub(super) fn stop(&mut self) -> Vec<(PlayId, u64)> {
        let mut stopped = Vec::new();
        if let Some(playing) = self.playing.take() {
            let frame = self.encoder.frame();
            let sound = (*playing.sound).as_ref();
            let rest = &sound[(playing.sent * frame).min(sound.len())..];
            self.fade_from = playing.is_announced.then(|| rest[..frame.min(rest.len())].to_vec());
            self.tail = TAIL_FRAMES;
            stopped.push((playing.id, playing.sent as u64 * SLOT.as_millis() as u64));
        }
        stopped.extend(self.waiting.drain(..).map(|(id, _)| (id, 0)));
        stopped
    }

    /// When [`Playback::next`] has something to do; none when there is nothing to play.
    pub(super) fn deadline(&self) -> Option<Instant> {
        if self.is_idle && !self.has_sound() && !self.lateness.is_continuous {
            return None;
        }
        // What starts out of silence starts at once, in the slot that is running.
        Some(if self.is_idle && self.has_sound() { self.origin } else { self.time_of(self.next_slot) })
    }

    /// The next thing due at `now`; call until it returns none.
    pub(super) fn next(&mut self, now: Instant) -> Result<Option<Due>, OpusError> {
        if self.deadline().is_none_or(|due| due > now) {
            return Ok(None);
        }
        self.take_slot(now);
        if let Some(playing) = &self.playing
            && playing.sent * self.encoder.frame() >= (*playing.sound).as_ref().len()
        {
            let id = playing.id;
            self.playing = None;
            self.tail = TAIL_FRAMES;
            return Ok(Some(Due::Ended(id)));
        }
        if self.playing.is_none() && self.fade_from.is_none() {
            self.playing =
                self.waiting.pop_front().map(|(id, sound)| Playing { id, sound, sent: 0, is_announced: false });
        }
        if let Some(playing) = self.playing.as_mut().filter(|playing| !playing.is_announced) {
            playing.is_announced = true;
            return Ok(Some(Due::Started(playing.id)));
        }
        self.frame().map(|frame| frame.map(Due::Frame))
    }

    /// Encodes what belongs into the next slot; none when the mouth closes.
    fn frame(&mut self) -> Result<Option<Frame>, OpusError> {
        let packet = if let Some(pcm) = self.fade_from.take() {
            self.encode(&faded(&pcm))?
        } else if let Some(playing) = &mut self.playing {
            let frame = self.encoder.frame();
            let sound = Arc::clone(&playing.sound);
            let pcm = (*sound).as_ref();
            let from = playing.sent * frame;
            playing.sent += 1;
            self.encode(&pcm[from..(from + frame).min(pcm.len())])?
        } else if self.tail > 0 {
            self.tail -= 1;
            self.encode(&[])?
        } else if self.lateness.is_continuous {
            Arc::clone(&self.silence)
        } else {
            self.is_idle = true;
            return Ok(None);
        };
        let slot = self.next_slot;
        self.next_slot += 1;
        let is_talkspurt = std::mem::take(&mut self.is_idle);
        Ok(Some(Frame { packet, due: self.time_of(slot), rtp_time: slot * TICKS_PER_FRAME, is_talkspurt }))
    }

    /// Encodes up to one frame, filled up with silence.
    fn encode(&mut self, pcm: &[f32]) -> Result<Arc<[u8]>, OpusError> {
        let mut frame = vec![0.0; self.encoder.frame()];
        frame[..pcm.len()].copy_from_slice(pcm);
        self.encoder.encode(&frame).map(Arc::from)
    }

    /// Moves the next slot up to now: after a silence, or when too late to catch up.
    fn take_slot(&mut self, now: Instant) {
        let current = (now.saturating_duration_since(self.origin).as_nanos() / SLOT.as_nanos()) as u64;
        if self.is_idle || current > self.next_slot + self.lateness.catch_up_slots {
            self.next_slot = self.next_slot.max(current);
        }
    }

    fn has_sound(&self) -> bool {
        self.playing.is_some() || self.fade_from.is_some() || !self.waiting.is_empty()
    }

    fn time_of(&self, slot: u64) -> Instant {
        self.origin + SLOT * u32::try_from(slot).unwrap_or(u32::MAX)
    }
}

/// The same samples going down to nothing, so that a cut does not click.
fn faded(pcm: &[f32]) -> Vec<f32> {
    let len = pcm.len().max(1) as f32;
    pcm.iter().enumerate().map(|(i, sample)| sample * (1.0 - i as f32 / len)).collect()
}

#[cfg(test)]
#[path = "playback_tests.rs"]
mod tests;
