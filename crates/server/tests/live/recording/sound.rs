//! Listens to a file: where the beeps of Chromium's fake microphone are.

use insights::recording::{
    opus,
    webm::read::{Packet, Reader},
};
use voice::media::opus::Decoder;

const RATE: usize = 16_000;
/// Louder than this is a beep.
const LOUD: f32 = 0.05;

/// The packets of a file.
pub fn packets(file: &[u8]) -> Vec<Packet> {
    let mut reader = Reader::default();
    reader.push(file);
    let mut all = Vec::new();
    while let Some(packet) = reader.packet().unwrap() {
        all.push(packet);
    }
    all
}

/// What a file sounds like, sample by sample from its beginning. Panics where packets do not follow each other.
pub fn decode(file: &[u8]) -> Vec<f32> {
    let (mut decoder, mut samples, mut until_us) = (Decoder::new(RATE as u32).unwrap(), Vec::new(), 0);
    for packet in packets(file) {
        // Times stand in milliseconds.
        assert!((packet.at_us - until_us).abs() <= 1_000, "{} after {until_us}", packet.at_us);
        let long_us = opus::duration_us(&packet.data).unwrap();
        let sound = decoder.decode(&packet.data).unwrap();
        assert_eq!(sound.len() as i64, long_us * RATE as i64 / 1_000_000);
        samples.extend(sound);
        until_us += long_us;
    }
    samples
}

/// When beeps begin, in milliseconds.
pub fn beeps(samples: &[f32]) -> Vec<i64> {
    let (mut all, mut quiet) = (Vec::new(), RATE);
    for (at, sample) in samples.iter().enumerate() {
        if sample.abs() < LOUD {
            quiet += 1;
            continue;
        }
        // A beep's own zero crossings are no end of it.
        if quiet > RATE / 10 {
            all.push((at * 1_000 / RATE) as i64);
        }
        quiet = 0;
    }
    all
}

/// Whether each beep of the one is where one of the other is, moved by `by_ms`; within 80 ms.
pub fn is_in_place(beeps: &[i64], of: &[i64], by_ms: i64) -> bool {
    beeps.iter().all(|at| of.iter().any(|original| (original + by_ms - at).abs() <= 80))
}
