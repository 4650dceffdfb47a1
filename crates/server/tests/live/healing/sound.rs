//! Makes recordings: voices, rooms, and the file of a browser's recorder around them.

use insights::recording::webm::write::Muxer;
use std::io::Cursor;
use voice::media::opus::Encoder;

pub const RATE: usize = 16_000;
/// Length of the packets.
const PACKET_US: i64 = 20_000;

/// Silence of so many milliseconds.
pub fn silence(ms: i64) -> Vec<f32> {
    vec![0.0; ms as usize * RATE / 1_000]
}

/// Like somebody who speaks: a pitch that bends, harmonics, four syllables a second.
pub fn speech(ms: i64) -> Vec<f32> {
    let mut phase = 0.0_f32;
    let sample = |n: usize| {
        let t = n as f32 / RATE as f32;
        phase += std::f32::consts::TAU * (140.0 + 28.0 * (t * 2.3).sin() + 10.0 * (t * 6.1).sin()) / RATE as f32;
        let syllable = (std::f32::consts::PI * t * 4.0).sin().abs().powf(1.5);
        0.2 * syllable * (1..9).map(|n| (phase * n as f32).sin() / n as f32).sum::<f32>()
    };
    (0..ms as usize * RATE / 1_000).map(sample).collect()
}

/// A quiet room with these voices in it, each from its millisecond on.
pub fn room(long_ms: i64, voices: &[(i64, Vec<f32>)]) -> Vec<f32> {
    let mut seed = 11_u32;
    let mut all = silence(long_ms);
    for sample in &mut all {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *sample = (seed >> 8) as f32 / (1 << 24) as f32 * 0.002 - 0.001;
    }
    for (from_ms, voice) in voices {
        let from = *from_ms as usize * RATE / 1_000;
        all[from..].iter_mut().zip(voice).for_each(|(sample, voice)| *sample += voice);
    }
    all
}

/// As a browser's recorder gives it: Opus in WebM.
pub fn webm(samples: &[f32]) -> Vec<u8> {
    let mut encoder = Encoder::new(RATE as u32).unwrap();
    let mut muxer = Muxer::new(Cursor::new(Vec::new()), 1).unwrap();
    let mut at_us = 0;
    for frame in samples.chunks_exact(encoder.frame()) {
        muxer.packet(at_us, &encoder.encode(frame).unwrap()).unwrap();
        at_us += PACKET_US;
    }
    muxer.finish(at_us).unwrap().0.into_inner()
}
