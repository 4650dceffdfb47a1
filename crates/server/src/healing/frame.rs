//! What ten milliseconds of sound are like: how loud, and whether they have the pitch of a voice.

use std::collections::VecDeque;

/// Samples per second of the sound that is judged.
pub const RATE: u32 = 16_000;
/// Length of a frame.
pub const FRAME_MS: i64 = 10;
/// Samples of a frame.
pub const FRAME: usize = RATE as usize / 100;

/// The slow copy in which pitch is looked for: every fourth sample, smoothed.
const SLOWER: usize = 4;
const SLOW_RATE: usize = RATE as usize / SLOWER;
/// Pitches of human voices: 65 Hz to 400 Hz.
const LEAST_LAG: usize = SLOW_RATE / 400;
const MOST_LAG: usize = SLOW_RATE / 65;
/// Pitch is judged over 40 ms.
const WINDOW: usize = SLOW_RATE / 25;
/// How alike a period must be to the one before.
const ALIKE: f32 = 0.55;
/// Below this there is nothing, whatever the room is like; a quiet voice is 10 dB louder.
const NOTHING_DB: f32 = -58.0;
/// A voice is so much louder than the room.
const ABOVE_DB: f32 = 8.0;
/// The room is the quietest moment of the last three seconds, kept as minima of a quarter of a second.
const QUIETS: usize = 12;
const QUIET_FRAMES: usize = 25;
/// Corner of the high-pass: mains hum and rumble are below it.
const CORNER_HZ: f32 = 110.0;

/// One frame, judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// In dB below the loudest.
    pub level_db: f32,
    /// The voice's period in samples of 4 kHz; 0: there is no voice in it.
    pub lag: u16,
}

/// Judges frame by frame.
#[derive(Clone, Debug, Default)]
pub struct Judge {
    high_pass: [HighPass; 2],
    /// The last samples of the slow copy: a window and the longest period.
    slow: VecDeque<f32>,
    rests: VecDeque<f32>,
    quietest: Option<f32>,
    frames: usize,
}

/// A pole and a zero.
#[derive(Clone, Copy, Debug, Default)]
struct HighPass {
    last_in: f32,
    last_out: f32,
}

impl HighPass {
    fn next(&mut self, sample: f32) -> f32 {
        let keep = 1.0 / (1.0 + std::f32::consts::TAU * CORNER_HZ / RATE as f32);
        let out = keep * (self.last_out + sample - self.last_in);
        (self.last_in, self.last_out) = (sample, out);
        out
    }
}

impl Judge {
    /// Judges [`FRAME`] samples that follow those before.
    pub fn frame(&mut self, samples: &[f32]) -> Frame {
        let mut filtered = [0.0; FRAME];
        for (out, sample) in filtered.iter_mut().zip(samples) {
            // What is no number is no sound.
            let sample = if sample.is_finite() { *sample } else { 0.0 };
            *out = self.high_pass.iter_mut().fold(sample, |sample, pass| pass.next(sample));
        }
        for four in filtered.chunks_exact(SLOWER) {
            self.slow.push_back(four.iter().sum::<f32>() / SLOWER as f32);
        }
        while self.slow.len() > WINDOW + MOST_LAG {
            self.slow.pop_front();
        }
        let power = filtered.iter().map(|sample| sample * sample).sum::<f32>() / FRAME as f32;
        let level_db = 10.0 * (power + 1e-12).log10();
        let room_db = self.room(level_db);
        let is_loud = level_db > NOTHING_DB && level_db > room_db + ABOVE_DB;
        Frame { level_db, lag: if is_loud { self.lag() } else { 0 } }
    }

    /// How loud the room is, with this frame.
    fn room(&mut self, level_db: f32) -> f32 {
        self.quietest = Some(self.quietest.map_or(level_db, |known| known.min(level_db)));
        self.frames += 1;
        let least = self.rests.iter().copied().chain(self.quietest).fold(f32::INFINITY, f32::min);
        if self.frames.is_multiple_of(QUIET_FRAMES) {
            self.rests.extend(self.quietest.take());
            if self.rests.len() > QUIETS {
                self.rests.pop_front();
            }
        }
        least
    }

    /// The period at which the sound is most like itself; 0: at none it is alike enough.
    fn lag(&mut self) -> u16 {
        let slow = self.slow.make_contiguous();
        let Some(start) = slow.len().checked_sub(WINDOW) else { return 0 };
        let now = &slow[start..];
        let energy = |part: &[f32]| part.iter().map(|sample| sample * sample).sum::<f32>();
        let own = energy(now);
        let (mut best, mut at) = (ALIKE, 0);
        for lag in LEAST_LAG..=MOST_LAG.min(start) {
            let before = &slow[start - lag..start - lag + WINDOW];
            let alike = now.iter().zip(before).map(|(a, b)| a * b).sum::<f32>();
            let alike = alike / (own * energy(before)).sqrt().max(1e-12);
            // A multiple of the period is as alike: the shortest counts.
            if alike > best + 0.02 || (at == 0 && alike > best) {
                (best, at) = (alike, lag);
            }
        }
        at as u16
    }
}
