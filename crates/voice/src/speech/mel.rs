//! Whisper's log-mel spectrogram of 8 s of audio, which the end-of-turn model reads.

use std::f64::consts::PI;
use std::sync::Arc;

use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};

const RATE: usize = 16_000;
const LEN: usize = 8 * RATE;
const N_FFT: usize = 400;
const HOP: usize = 160;
const BINS: usize = N_FFT / 2 + 1;
/// Bands of the spectrogram.
pub const MELS: usize = 80;
/// Frames of the spectrogram.
pub const FRAMES: usize = LEN / HOP;

/// One triangle filter: its first bin and its weights.
struct Filter {
    first: usize,
    weights: Vec<f64>,
}

/// Tables made once.
pub struct LogMel {
    fft: Arc<dyn Fft<f64>>,
    window: Vec<f64>,
    filters: Vec<Filter>,
}

impl Default for LogMel {
    fn default() -> Self {
        // Periodic Hann.
        let window = (0..N_FFT).map(|i| 0.5 - 0.5 * (2.0 * PI * i as f64 / N_FFT as f64).cos()).collect();
        Self { fft: FftPlanner::new().plan_fft_forward(N_FFT), window, filters: filters() }
    }
}

impl LogMel {
    /// Row-major 80 × 800 features of the last 8 s; shorter audio gets silence in front.
    pub fn features(&self, pcm: &[f32]) -> Vec<f32> {
        let audio = normalized(pcm);
        let mut out = vec![0f64; MELS * FRAMES];
        let mut buffer = vec![Complex::new(0.0, 0.0); N_FFT];
        let mut scratch = vec![Complex::new(0.0, 0.0); self.fft.get_inplace_scratch_len()];
        let mut power = [0f64; BINS];
        let mut loudest = f64::MIN;
        for frame in 0..FRAMES {
            let first = (frame * HOP) as isize - (N_FFT / 2) as isize;
            for (k, value) in buffer.iter_mut().enumerate() {
                *value = Complex::new(audio[reflected(first + k as isize)] * self.window[k], 0.0);
            }
            self.fft.process_with_scratch(&mut buffer, &mut scratch);
            for (p, value) in power.iter_mut().zip(&buffer) {
                *p = value.norm_sqr();
            }
            for (mel, filter) in self.filters.iter().enumerate() {
                let bins = &power[filter.first..][..filter.weights.len()];
                let energy: f64 = filter.weights.iter().zip(bins).map(|(w, p)| w * p).sum();
                let value = energy.max(1e-10).log10();
                loudest = loudest.max(value);
                out[mel * FRAMES + frame] = value;
            }
        }
        out.iter().map(|v| ((v.max(loudest - 8.0) + 4.0) / 4.0) as f32).collect()
    }
}

/// Exactly 8 s with mean 0 and variance 1, the padding included.
fn normalized(pcm: &[f32]) -> Vec<f64> {
    let pcm = &pcm[pcm.len().saturating_sub(LEN)..];
    let mut audio = vec![0f64; LEN - pcm.len()];
    audio.extend(pcm.iter().map(|&v| f64::from(v)));
    let mean = audio.iter().sum::<f64>() / LEN as f64;
    let variance = audio.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / LEN as f64;
    let scale = 1.0 / (variance + 1e-7).sqrt();
    audio.iter().map(|v| (v - mean) * scale).collect()
}

/// Index into the audio with its ends reflected.
fn reflected(i: isize) -> usize {
    let i = i.unsigned_abs();
    if i >= LEN { 2 * (LEN - 1) - i } else { i }
}

/// Slaney-scale triangles over 0..8 kHz, each of unit area.
fn filters() -> Vec<Filter> {
    let log_step = 6.4f64.ln() / 27.0;
    let to_mel = |hz: f64| if hz < 1000.0 { 3.0 * hz / 200.0 } else { 15.0 + (hz / 1000.0).ln() / log_step };
    let to_hz = |mel: f64| if mel < 15.0 { 200.0 * mel / 3.0 } else { 1000.0 * (log_step * (mel - 15.0)).exp() };
    let top = to_mel(RATE as f64 / 2.0);
    let edges: Vec<f64> = (0..MELS + 2).map(|i| to_hz(top * i as f64 / (MELS + 1) as f64)).collect();
    let triangle = |m: usize| {
        let (low, middle, high) = (edges[m], edges[m + 1], edges[m + 2]);
        let weight = |bin: usize| {
            let hz = bin as f64 * RATE as f64 / N_FFT as f64;
            ((hz - low) / (middle - low)).min((high - hz) / (high - middle)).max(0.0) * 2.0 / (high - low)
        };
        let bins: Vec<usize> = (0..BINS).filter(|&bin| weight(bin) > 0.0).collect();
        Filter { first: bins.first().copied().unwrap_or(0), weights: bins.iter().map(|&bin| weight(bin)).collect() }
    };
    (0..MELS).map(triangle).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_lights_its_band_and_silence_pads_the_front() {
        let tone: Vec<f32> = (0..RATE).map(|i| (2.0 * PI * 1000.0 * i as f64 / RATE as f64).sin() as f32).collect();
        let features = LogMel::default().features(&tone);
        assert_eq!(features.len(), MELS * FRAMES);
        let at = |mel: usize, frame: usize| features[mel * FRAMES + frame];
        let loudest = (0..MELS).max_by(|&a, &b| at(a, 790).total_cmp(&at(b, 790)));
        // 1 kHz is mel 15 of 45.2 on this scale: band 26 of 80.
        assert!(loudest.is_some_and(|mel| (25..=27).contains(&mel)), "{loudest:?}");
        assert!(at(26, 790) > at(26, 100) + 1.0);
    }
}
