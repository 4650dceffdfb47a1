//! Sounds for tests.

use interview::{Speaker, TurnKind, TurnStatus};

use super::frame::RATE;
use crate::evidence::lines::Turn;

/// Noise that is the same every time.
pub struct Noise(pub u32);

impl Noise {
    pub fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as f32 / (1 << 23) as f32 - 1.0
    }
}

/// A sound of this length, by its time in seconds.
pub fn sound(ms: usize, at: impl FnMut(f32) -> f32) -> Vec<f32> {
    (0..ms * RATE as usize / 1_000).map(|n| n as f32 / RATE as f32).map(at).collect()
}

pub fn silence(ms: usize) -> Vec<f32> {
    vec![0.0; ms * RATE as usize / 1_000]
}

/// Like somebody who speaks four syllables a second: a pitch that bends, harmonics, rise and fall.
pub fn speech(ms: usize, loud: f32) -> Vec<f32> {
    let mut phase = 0.0_f32;
    sound(ms, |t| {
        let pitch = 130.0 + 25.0 * (t * 2.1).sin() + 12.0 * (t * 5.3).sin();
        phase += std::f32::consts::TAU * pitch / RATE as f32;
        let syllable = (std::f32::consts::PI * t * 4.0).sin().abs().powf(1.5);
        let voice: f32 = (1..9).map(|n| (phase * n as f32).sin() / n as f32).sum();
        loud * syllable * voice
    })
}

/// Adds a room of this loudness.
pub fn room(samples: &mut [f32], loud: f32) {
    let mut noise = Noise(7);
    for sample in samples {
        *sample += loud * noise.next();
    }
}

/// Something that the candidate said.
pub fn turn(item: &str, status: TurnStatus, started_ms: i64, ended_ms: i64) -> Turn {
    Turn {
        item: item.into(),
        seq: 1,
        leg: 1,
        speaker: Speaker::Candidate,
        kind: TurnKind::Answer,
        question: Some(0),
        text: "Words.".into(),
        planned: None,
        status,
        cut: false,
        started_ms,
        ended_ms,
    }
}
