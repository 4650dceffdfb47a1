//! Sound on the wire of a WebSocket session: base64 of 16-bit PCM or G.711, and the rates in between.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Samples a second of a wire format.
pub(super) fn rate_of(format: &str) -> u32 {
    if format == "audio/pcm" { 24_000 } else { 8_000 }
}

/// Decodes base64 sound; returns its rate with it. An error says what is wrong with the text.
pub(super) fn from_base64(text: &str, format: &str) -> Result<(u32, Vec<f32>), String> {
    let bytes = STANDARD.decode(text).map_err(|error| format!("not base64 ({error})"))?;
    let samples = match format {
        "audio/pcmu" => bytes.iter().map(|byte| from_ulaw(*byte)).collect(),
        "audio/pcma" => bytes.iter().map(|byte| from_alaw(*byte)).collect(),
        _ if bytes.len() % 2 != 0 => return Err("16-bit samples need an even number of bytes".into()),
        _ => bytes.chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]])).collect::<Vec<_>>(),
    };
    Ok((rate_of(format), samples.into_iter().map(|sample| f32::from(sample) / 32_768.0).collect()))
}

/// Encodes sound of the format's own rate.
pub(super) fn to_base64(pcm: &[f32], format: &str) -> String {
    let samples = pcm.iter().map(|sample| (sample.clamp(-1.0, 1.0) * 32_767.0).round() as i16);
    let bytes: Vec<u8> = match format {
        "audio/pcmu" => samples.map(to_ulaw).collect(),
        "audio/pcma" => samples.map(to_alaw).collect(),
        _ => samples.flat_map(i16::to_le_bytes).collect(),
    };
    STANDARD.encode(bytes)
}

/// A clip (24 kHz) at the rate of a wire format.
pub(super) fn for_client(clip: &[f32], format: &str) -> Vec<f32> {
    match rate_of(format) {
        24_000 => clip.to_vec(),
        rate => Resampler::new(24_000, rate).all(clip),
    }
}

fn from_ulaw(byte: u8) -> i16 {
    let byte = !byte;
    let magnitude = ((i32::from(byte & 0x0f) << 3) + 0x84) << ((byte & 0x70) >> 4);
    let sample = magnitude - 0x84;
    (if byte & 0x80 == 0 { sample } else { -sample }) as i16
}

fn to_ulaw(sample: i16) -> u8 {
    let sign = if sample < 0 { 0x80 } else { 0 };
    let magnitude = i32::from(sample).abs().min(32_635) + 0x84;
    let exponent = (31 - magnitude.leading_zeros() as i32 - 7).clamp(0, 7);
    let mantissa = (magnitude >> (exponent + 3)) & 0x0f;
    !(sign | (exponent << 4) as u8 | mantissa as u8)
}

fn from_alaw(byte: u8) -> i16 {
    let byte = byte ^ 0x55;
    let (exponent, mantissa) = (i32::from((byte & 0x70) >> 4), i32::from(byte & 0x0f) << 4);
    let magnitude = if exponent == 0 { mantissa + 8 } else { (mantissa + 0x108) << (exponent - 1) };
    (if byte & 0x80 == 0 { -magnitude } else { magnitude }) as i16
}

fn to_alaw(sample: i16) -> u8 {
    let sign = if sample < 0 { 0 } else { 0x80 };
    let magnitude = if sample < 0 { -i32::from(sample) - 1 } else { i32::from(sample) } >> 4;
    let exponent = (31 - (magnitude | 1).leading_zeros() as i32 - 4).max(0);
    let byte = if exponent == 0 { magnitude } else { (exponent + 1) << 4 | ((magnitude >> exponent) & 0x0f) };
    (byte as u8 | sign) ^ 0x55
}

/// Half the filter's length, in samples of the slower rate.
const HALF_TAPS: usize = 16;

/// Changes the rate of a running stream by a ratio of small whole numbers; state is kept between pieces.
#[derive(Debug)]
pub struct Resampler {
    up: usize,
    down: usize,
    taps: Vec<f32>,
    history: Vec<f32>,
    phase: usize,
}

impl Resampler {
    /// From one rate to another.
    pub fn new(from: u32, to: u32) -> Self {
        let divisor = gcd(from, to);
        let (up, down) = ((to / divisor) as usize, (from / divisor) as usize);
        let slower = up.max(down);
        let half = HALF_TAPS * slower;
        let taps = (0..=2 * half).map(|i| up as f32 * lowpass(i as f64 - half as f64, slower as f64, half as f64));
        let taps: Vec<f32> = taps.collect();
        // The stream starts in silence; the filter's own delay is skipped so that the first output is the first input.
        let history = vec![0.0; taps.len() / up + 1];
        let mut resampler = Self { up, down, taps, history, phase: 0 };
        resampler.phase = (resampler.history.len()) * up + half;
        resampler
    }

    /// The next piece. What still needs sound to come is held back.
    pub fn push(&mut self, pcm: &[f32]) -> Vec<f32> {
        self.history.extend_from_slice(pcm);
        let end = self.history.len() * self.up;
        let mut out = Vec::with_capacity(pcm.len() * self.up / self.down + 1);
        while self.phase < end {
            out.push(self.at(self.phase));
            self.phase += self.down;
        }
        let keep = self.taps.len() / self.up + 1;
        let drop = (self.phase / self.up).min(self.history.len()).saturating_sub(keep);
        self.history.drain(..drop);
        self.phase -= drop * self.up;
        out
    }

    /// A whole sound, to its end.
    pub fn all(mut self, pcm: &[f32]) -> Vec<f32> {
        let mut out = self.push(pcm);
        out.extend(self.push(&vec![0.0; HALF_TAPS * self.up.max(self.down) / self.up + 1]));
        out.truncate(pcm.len() * self.up / self.down);
        out
    }

    /// The filter's output at a position on the fine grid: inputs lie on its multiples of `up`.
    fn at(&self, position: usize) -> f32 {
        let newest = position / self.up;
        let first_tap = position % self.up;
        let taps = self.taps.iter().skip(first_tap).step_by(self.up);
        taps.zip(self.history[..=newest].iter().rev()).map(|(tap, sample)| tap * sample).sum()
    }
}

/// A windowed sinc that passes what the slower rate can hold.
fn lowpass(offset: f64, slower: f64, half: f64) -> f32 {
    let cutoff = 0.92 / slower;
    let x = std::f64::consts::PI * offset * cutoff;
    let sinc = if offset == 0.0 { 1.0 } else { x.sin() / x };
    let window = 0.5 + 0.5 * (std::f64::consts::PI * offset / (half + 1.0)).cos();
    (cutoff * sinc * window) as f32
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{Resampler, from_base64, to_base64};

    fn tone(hz: f32, rate: u32, len: usize) -> Vec<f32> {
        (0..len).map(|i| 0.5 * (std::f32::consts::TAU * hz * i as f32 / rate as f32).sin()).collect()
    }

    #[test]
    fn a_tone_keeps_its_place_and_height_through_every_change_of_rate() {
        for (from, to) in [(24_000, 16_000), (16_000, 24_000), (8_000, 16_000), (24_000, 8_000), (16_000, 16_000)] {
            let out = Resampler::new(from, to).all(&tone(440.0, from, from as usize));
            assert_eq!(out.len(), to as usize);
            let wanted = tone(440.0, to, to as usize);
            let worst =
                out[100..out.len() - 100].iter().zip(&wanted[100..]).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(worst < 0.01, "{from} -> {to}: {worst}");
        }
    }

    #[test]
    fn a_stream_in_pieces_is_the_stream_as_a_whole() {
        let sound = tone(700.0, 24_000, 5_000);
        let whole = Resampler::new(24_000, 16_000).push(&sound);
        let mut pieces = Resampler::new(24_000, 16_000);
        let joined: Vec<f32> = sound.chunks(37).flat_map(|piece| pieces.push(piece)).collect();
        assert_eq!(joined, whole);
    }

    #[test]
    fn what_the_slower_rate_cannot_hold_is_gone() {
        let out = Resampler::new(24_000, 16_000).all(&tone(10_500.0, 24_000, 24_000));
        assert!(out[200..15_000].iter().all(|sample| sample.abs() < 0.02));
    }

    #[test]
    fn every_format_comes_back_as_it_went() {
        for (format, error) in [("audio/pcm", 0.0001), ("audio/pcmu", 0.03), ("audio/pcma", 0.03)] {
            let sound = tone(300.0, 8_000, 800);
            let (_, back) = from_base64(&to_base64(&sound, format), format).unwrap();
            assert!(sound.iter().zip(&back).all(|(a, b)| (a - b).abs() <= error), "{format}");
        }
    }

    #[test]
    fn bad_sound_says_what_is_wrong() {
        assert!(from_base64("%%%", "audio/pcm").unwrap_err().contains("base64"));
        assert!(from_base64("AAAA", "audio/pcm").unwrap_err().contains("even"));
    }
}
