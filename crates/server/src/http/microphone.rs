//! "Say a sentence and see it recognized": the microphone check before the talk. Nothing of it is stored.

use super::{candidate::session, extract::too_large};
use crate::caller::{Caller, Candidate};
use crate::error::{Code, Error, Result};
use crate::limits::Door;
use axum::{Json, body::Bytes, extract::rejection::BytesRejection};
use serde::Serialize;
use utoipa::ToSchema;

/// The largest recording.
pub const MOST_BYTES: usize = 2 * 1024 * 1024;
const MOST_SECONDS: u32 = 15;
/// Below this peak (of 1) nothing was said, or the microphone is muted.
const SILENT: f32 = 0.01;

/// What was heard.
#[derive(Serialize, ToSchema)]
pub struct Heard {
    /// The words; empty if there were none.
    text: String,
    /// The loudest sample, 0 to 1. Below 0.01 the microphone is silent.
    peak: f32,
}

/// Recognizes a sentence that the candidate said to try the microphone.
#[utoipa::path(post, path = "/v1/candidate/microphone", tag = "candidate", request_body(content = Vec<u8>, content_type = "audio/wav"), responses((status = 200, body = Heard)), security(("candidate" = [])))]
pub async fn check_microphone(
    cx: Caller<Candidate>,
    body: std::result::Result<Bytes, BytesRejection>,
) -> Result<Json<Heard>> {
    cx.app.limits.take(Door::Microphone, cx.address, cx.now)?;
    let wav = body.map_err(|e| too_large(&e))?;
    session(&cx).await?;
    let peak = peak(&wav)?;
    if peak < SILENT {
        return Ok(Json(Heard { text: String::new(), peak }));
    }
    let text = cx.app.engine.transcribe(wav).await?;
    Ok(Json(Heard { text, peak }))
}

/// The loudest sample, 0 to 1; refuses what is not a short recording.
fn peak(wav: &[u8]) -> Result<f32> {
    let bad = |why: &str| Error::new(Code::AudioInvalid, format!("The recording cannot be used: {why}."));
    let mut reader = hound::WavReader::new(wav).map_err(|_| bad("it is not a WAV file"))?;
    let spec = reader.spec();
    if reader.duration() > spec.sample_rate.saturating_mul(MOST_SECONDS) {
        return Err(bad("it is longer than 15 seconds"));
    }
    let cut_off = |_| bad("it is cut off");
    let mut peak = 0.0_f32;
    match spec.sample_format {
        hound::SampleFormat::Float => {
            for sample in reader.samples::<f32>() {
                peak = peak.max(sample.map_err(cut_off)?.abs());
            }
        }
        hound::SampleFormat::Int => {
            let full = (1_i64 << (spec.bits_per_sample.clamp(1, 32) - 1)) as f32;
            for sample in reader.samples::<i32>() {
                peak = peak.max(sample.map_err(cut_off)?.unsigned_abs() as f32 / full);
            }
        }
    }
    Ok(if peak.is_finite() { peak.min(1.0) } else { 0.0 })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn wav(seconds: u32, sample: i16) -> Vec<u8> {
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: 8_000,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut out = std::io::Cursor::new(Vec::new());
        let mut writer = hound::WavWriter::new(&mut out, spec).unwrap();
        for _ in 0..seconds * 8_000 {
            writer.write_sample(sample).unwrap();
        }
        writer.finalize().unwrap();
        out.into_inner()
    }

    #[test]
    fn recordings_are_measured_and_judged() {
        assert!((peak(&wav(1, -16_384)).unwrap() - 0.5).abs() < 1e-3);
        assert!(peak(&wav(1, 0)).unwrap() < SILENT);
        for (bad, why) in
            [(wav(16, 1), "15 seconds"), (b"RIFF".to_vec(), "not a WAV"), (wav(1, 1)[..8_000].to_vec(), "cut off")]
        {
            let error = peak(&bad).unwrap_err();
            assert_eq!(error.code(), Code::AudioInvalid);
            assert!(error.message().contains(why), "{}", error.message());
        }
    }
}
