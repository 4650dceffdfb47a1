//! How fast each model is on this machine: processing time per second of audio, one thread.

use std::path::Path;
use std::time::{Duration, Instant};

use super::assets::Assets;
use super::end_of_turn::EndOfTurn;
use super::phonemes::Phonemes;
use super::recognize::Recognizer;
use super::synthesize::{Kokoro, Piper, Voice, text_to_clip};
use super::vad::{Vad, VadMemory, WINDOW};
use super::{HEAR_RATE, SAY_RATE, SpeechError, audio};

/// One model's speed.
#[derive(Clone, Debug)]
pub struct Speed {
    /// The model and what it did.
    pub what: &'static str,
    /// Time to load it.
    pub load: Duration,
    /// Seconds of audio that it heard or made.
    pub audio_s: f32,
    /// Time that took.
    pub took: Duration,
}

impl Speed {
    /// Processing time per second of audio; below 1 is faster than real time.
    pub fn real_time_factor(&self) -> f32 {
        self.took.as_secs_f32() / self.audio_s.max(0.001)
    }
}

/// Two sentences of an interview.
pub const SAMPLE: &str =
    "I led a small team that moved our billing system to a new database. We finished two weeks early and lost no data.";

/// Measures every model once; `best_voice` also measures the slow one.
pub fn all(models: &Path, best_voice: bool) -> Result<Vec<Speed>, SpeechError> {
    let assets = Assets::open(models)?;
    let phonemes = Phonemes::load(&assets)?;
    let mut speeds = Vec::new();
    let (speed, clip) = speak("fast voice (Piper)", "joe", &phonemes, || Piper::load(&assets))?;
    speeds.push(speed);
    if best_voice {
        speeds.push(speak("best voice (Kokoro)", "af_heart", &phonemes, || Kokoro::load(&assets))?.0);
    }
    let heard = audio::resample(&clip, SAY_RATE, HEAR_RATE)?;
    let (mut vad, load) = timed(|| Vad::load(&assets))?;
    speeds.push(hear("voice activity (Silero)", load, &heard, |pcm| {
        let mut memory = VadMemory::default();
        for chunk in pcm.as_chunks::<WINDOW>().0 {
            vad.probability(&mut memory, chunk)?;
        }
        Ok(())
    })?);
    let (mut end_of_turn, load) = timed(|| EndOfTurn::load(&assets))?;
    let eight_s = &heard[heard.len().saturating_sub(8 * HEAR_RATE as usize)..];
    speeds.push(hear("end of turn (Smart Turn)", load, eight_s, |pcm| end_of_turn.probability(pcm).map(drop))?);
    let (mut recognizer, load) = timed(|| Recognizer::load(&assets))?;
    let recognize = |pcm: &[f32]| recognizer.piece(pcm, &|| true).map(drop);
    speeds.push(hear("recognition (Moonshine)", load, &heard, recognize)?);
    Ok(speeds)
}

fn timed<T>(work: impl FnOnce() -> Result<T, SpeechError>) -> Result<(T, Duration), SpeechError> {
    let start = Instant::now();
    let result = work()?;
    Ok((result, start.elapsed()))
}

fn speak<V: Voice>(
    what: &'static str,
    voice: &str,
    phonemes: &Phonemes,
    load: impl FnOnce() -> Result<V, SpeechError>,
) -> Result<(Speed, Vec<f32>), SpeechError> {
    let (mut model, load) = timed(load)?;
    let (clip, took) = timed(|| text_to_clip(&mut model, voice, SAMPLE, phonemes, || {}))?;
    let audio_s = clip.len() as f32 / SAY_RATE as f32;
    Ok((Speed { what, load, audio_s, took }, clip))
}

fn hear(
    what: &'static str,
    load: Duration,
    pcm: &[f32],
    work: impl FnOnce(&[f32]) -> Result<(), SpeechError>,
) -> Result<Speed, SpeechError> {
    let ((), took) = timed(|| work(pcm))?;
    Ok(Speed { what, load, audio_s: pcm.len() as f32 / HEAR_RATE as f32, took })
}
