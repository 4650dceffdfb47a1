//! Mono audio: WAV in and out, resampling, and making a clip ready to play.

use std::io::Cursor;

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler as _};

use super::{SAY_RATE, SpeechError};

/// Reads a WAV file (8 to 32 bit whole numbers, or floats) as mono samples and their rate.
pub fn read_wav(bytes: &[u8]) -> Result<(Vec<f32>, u32), SpeechError> {
    let bad = |e: hound::Error| SpeechError::BadAudio(format!("not a readable WAV file: {e}"));
    let mut reader = hound::WavReader::new(Cursor::new(bytes)).map_err(bad)?;
    let spec = reader.spec();
    let channels = usize::from(spec.channels);
    if channels == 0 || !(1_000..=192_000).contains(&spec.sample_rate) {
        let (channels, rate) = (spec.channels, spec.sample_rate);
        return Err(SpeechError::BadAudio(format!("{channels} channels at {rate} Hz are not supported")));
    }
    // A recorder that streams leaves a wrong length behind: what can be read counts.
    let samples: Vec<f32> = match spec.sample_format {
        hound::SampleFormat::Float => reader.samples::<f32>().map_while(Result::ok).collect(),
        hound::SampleFormat::Int => {
            let scale = 1.0 / (1u64 << (spec.bits_per_sample.clamp(1, 32) - 1)) as f32;
            reader.samples::<i32>().map_while(Result::ok).map(|v| v as f32 * scale).collect()
        }
    };
    let finite = |v: f32| if v.is_finite() { v.clamp(-1.0, 1.0) } else { 0.0 };
    let mono = samples.chunks_exact(channels).map(|f| finite(f.iter().sum::<f32>() / channels as f32)).collect();
    Ok((mono, spec.sample_rate))
}

/// A 16-bit mono WAV file.
pub fn write_wav(pcm: &[f32], rate: u32) -> Vec<u8> {
    let data = (pcm.len() * 2) as u32;
    let mut out = Vec::with_capacity(44 + pcm.len() * 2);
    out.extend_from_slice(b"RIFF");
    out.extend_from_slice(&(36 + data).to_le_bytes());
    out.extend_from_slice(b"WAVEfmt ");
    out.extend_from_slice(&16u32.to_le_bytes());
    out.extend_from_slice(&1u16.to_le_bytes());
    out.extend_from_slice(&1u16.to_le_bytes());
    out.extend_from_slice(&rate.to_le_bytes());
    out.extend_from_slice(&(rate * 2).to_le_bytes());
    out.extend_from_slice(&2u16.to_le_bytes());
    out.extend_from_slice(&16u16.to_le_bytes());
    out.extend_from_slice(b"data");
    out.extend_from_slice(&data.to_le_bytes());
    out.extend(pcm.iter().flat_map(|v| to_i16(*v).to_le_bytes()));
    out
}

/// One sample as 16 bits.
pub fn to_i16(sample: f32) -> i16 {
    (sample.clamp(-1.0, 1.0) * 32_767.0).round() as i16
}

/// A whole recording at another rate.
pub fn resample(pcm: &[f32], from: u32, to: u32) -> Result<Vec<f32>, SpeechError> {
    if from == to || pcm.is_empty() {
        return Ok(pcm.to_vec());
    }
    let failed = |e: String| SpeechError::BadAudio(format!("cannot resample from {from} to {to} Hz: {e}"));
    let mut resampler =
        Fft::<f32>::new(from as usize, to as usize, 1024, 1, FixedSync::Input).map_err(|e| failed(e.to_string()))?;
    let input = InterleavedSlice::new(pcm, 1, pcm.len()).map_err(|e| failed(e.to_string()))?;
    let output = resampler.process_all(&input, pcm.len(), None).map_err(|e| failed(e.to_string()))?;
    Ok(output.take_data())
}

const FRAME: usize = SAY_RATE as usize / 200;
/// Active speech is brought to this root mean square (-20 dBFS) ...
const LOUDNESS: f32 = 0.1;
/// ... but no peak beyond this.
const PEAK: f32 = 0.9;
const QUIET: f32 = 0.01;

/// Makes voices sound alike at 24 kHz: long silences off the ends, one loudness, soft edges.
///
/// At most 20 ms of silence stay in front (it would be reply latency) and 100 ms behind.
pub fn finished(pcm: &[f32]) -> Vec<f32> {
    let levels: Vec<f32> =
        pcm.chunks(FRAME).map(|f| (f.iter().map(|v| v * v).sum::<f32>() / f.len() as f32).sqrt()).collect();
    let loudest = levels.iter().copied().fold(0.0, f32::max);
    if loudest < 1e-5 {
        return Vec::new();
    }
    let active = |level: &f32| *level > loudest * QUIET;
    let first = levels.iter().position(active).unwrap_or(0).saturating_sub(4);
    let last = (levels.iter().rposition(active).unwrap_or(0) + 1 + 20).min(levels.len());
    let mut out = pcm[first * FRAME..(last * FRAME).min(pcm.len())].to_vec();

    // Loudness of what is spoken, pauses left out.
    let spoken: Vec<f32> = levels.iter().copied().filter(|level| *level > loudest * 0.1).collect();
    let mean = (spoken.iter().map(|v| v * v).sum::<f32>() / spoken.len().max(1) as f32).sqrt();
    let peak = out.iter().fold(0f32, |m, v| m.max(v.abs()));
    let gain = (LOUDNESS / mean.max(1e-4)).min(PEAK / peak.max(1e-4));
    out.iter_mut().for_each(|v| *v *= gain);
    fade(&mut out);
    out
}

/// 5 ms in and out, so that no edge clicks.
fn fade(pcm: &mut [f32]) {
    let n = FRAME.min(pcm.len() / 2);
    let len = pcm.len();
    for i in 0..n {
        let gain = i as f32 / n as f32;
        pcm[i] *= gain;
        pcm[len - 1 - i] *= gain;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(rate: u32, ms: u32, level: f32) -> Vec<f32> {
        let n = rate * ms / 1000;
        (0..n).map(|i| level * (std::f32::consts::TAU * 300.0 * i as f32 / rate as f32).sin()).collect()
    }

    #[test]
    fn a_wav_file_comes_back_as_it_went_in() {
        let pcm = tone(24_000, 100, 0.5);
        let (back, rate) = read_wav(&write_wav(&pcm, 24_000)).expect("a file that was just written");
        assert_eq!((rate, back.len()), (24_000, pcm.len()));
        assert!(pcm.iter().zip(&back).all(|(a, b)| (a - b).abs() < 1e-4));
        assert!(matches!(read_wav(b"no wav"), Err(SpeechError::BadAudio(_))));
    }

    #[test]
    fn resampling_keeps_length_and_level() {
        for (from, to) in [(22_050, 24_000), (48_000, 16_000), (24_000, 16_000), (16_000, 48_000)] {
            let out = resample(&tone(from, 500, 0.5), from, to).expect("rates of this product");
            let expected = to as usize / 2;
            assert!(out.len().abs_diff(expected) <= 2, "{from} -> {to}: {} samples", out.len());
            let middle = &out[expected / 4..expected * 3 / 4];
            let peak = middle.iter().fold(0f32, |m, v| m.max(v.abs()));
            assert!((0.48..0.52).contains(&peak), "{from} -> {to}: {peak}");
        }
    }

    #[test]
    fn a_finished_clip_starts_at_once_and_is_as_loud_as_others() {
        let rms = |pcm: &[f32]| (pcm.iter().map(|v| v * v).sum::<f32>() / pcm.len() as f32).sqrt();
        for level in [0.02, 0.9] {
            let mut pcm = vec![0.0; 12_000];
            pcm.extend(tone(24_000, 1000, level));
            pcm.resize(pcm.len() + 24_000, 0.0);
            let out = finished(&pcm);
            let onset = out.iter().position(|v| v.abs() > 0.01).unwrap_or(usize::MAX);
            assert!(onset <= 24 * 30, "{onset}");
            assert!(out.len() < 24_000 + 24 * 150, "{}", out.len());
            assert!((0.08..0.12).contains(&rms(&out[2_400..20_000])));
        }
        assert!(finished(&[0.0; 5000]).is_empty());
        assert!(finished(&[]).is_empty());
    }
}
