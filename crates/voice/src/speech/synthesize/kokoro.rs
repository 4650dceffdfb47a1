//! The best voices (Kokoro): slower than real time on a small machine, so made ahead.

use std::collections::HashMap;

use ort::session::Session;
use ort::value::TensorRef;

use super::Voice;
use crate::speech::SpeechError;
use crate::speech::assets::Assets;
use crate::speech::assets::KOKORO;
use crate::speech::phonemes::Alphabet;

const STYLE: usize = 256;
const STYLES: usize = 510;
const PAD: i64 = 0;

/// The loaded model and the styles of the voices used so far.
pub struct Kokoro {
    session: Session,
    ids: HashMap<char, i64>,
    styles: HashMap<String, Vec<f32>>,
    assets: Assets,
}

impl Kokoro {
    /// Loads the model.
    pub fn load(assets: &Assets) -> Result<Self, SpeechError> {
        let session = assets.session(KOKORO)?;
        Ok(Self { session, ids: vocabulary(), styles: HashMap::new(), assets: assets.clone() })
    }

    fn load_style(&mut self, voice: &str) -> Result<(), SpeechError> {
        if self.styles.contains_key(voice) {
            return Ok(());
        }
        let target = format!("kokoro/voices/{voice}.bin");
        let bytes = self.assets.read(&target)?;
        if bytes.len() != STYLES * STYLE * 4 {
            return Err(SpeechError::Corrupt(self.assets.path(&target)));
        }
        let style = bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        self.styles.insert(voice.to_string(), style);
        Ok(())
    }
}

impl Voice for Kokoro {
    const ALPHABET: Alphabet = Alphabet::Kokoro;
    const RATE: u32 = 24_000;
    const LONGEST: usize = 400;

    fn speak(&mut self, voice: &str, sounds: &str) -> Result<Vec<f32>, SpeechError> {
        self.load_style(voice)?;
        let mut ids: Vec<i64> = sounds.chars().filter_map(|sound| self.ids.get(&sound).copied()).collect();
        ids.truncate(STYLES - 1);
        // The style depends on the length without the two pads.
        let styles = self.styles.get(voice).map_or(&[][..], Vec::as_slice);
        let style = styles.get(ids.len() * STYLE..(ids.len() + 1) * STYLE).unwrap_or_default();
        ids.insert(0, PAD);
        ids.push(PAD);
        let speed = [1f32];
        let out = self.session.run(ort::inputs! {
            "tokens" => TensorRef::from_array_view(([1, ids.len()], &ids[..]))?,
            "style" => TensorRef::from_array_view(([1, STYLE], style))?,
            "speed" => TensorRef::from_array_view(([1usize], &speed[..]))?
        })?;
        Ok(out["audio"].try_extract_tensor::<f32>()?.1.to_vec())
    }
}

/// Kokoro v1.0's numbers of sounds, as runs of consecutive numbers.
fn vocabulary() -> HashMap<char, i64> {
    const RUNS: &[(i64, &str)] = &[
        (1, ";:,.!?"),
        (9, "—…\"()“” \u{303}ʣʥʦʨᵝ\u{ab67}AI"),
        (31, "O"),
        (33, "Q"),
        (35, "ST"),
        (39, "W"),
        (41, "Yᵊabcdef"),
        (50, "hijklmnopqrstuvwxyzɑɐɒæ"),
        (75, "βɔɕç"),
        (80, "ɖðʤə"),
        (85, "ɚɛɜ"),
        (90, "ɟ"),
        (92, "ɡ"),
        (99, "ɥ"),
        (101, "ɨɪʝ"),
        (110, "ɯɰŋɳɲɴø"),
        (118, "ɸθœ"),
        (123, "ɹ"),
        (125, "ɾɻ"),
        (128, "ʁɽʂʃʈʧ"),
        (135, "ʊʋ"),
        (138, "ʌɣɤ"),
        (142, "χʎ"),
        (147, "ʒʔ"),
        (156, "ˈˌː"),
        (162, "ʰ"),
        (164, "ʲ"),
        (169, "↓"),
        (171, "→↗↘"),
        (177, "ᵻ"),
    ];
    let run = |(first, sounds): &(i64, &'static str)| {
        let first = *first;
        sounds.chars().enumerate().map(move |(i, sound)| (sound, first + i as i64))
    };
    RUNS.iter().flat_map(run).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vocabulary_has_every_number_once() {
        let ids = vocabulary();
        let mut numbers: Vec<i64> = ids.values().copied().collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!((ids.len(), numbers.len()), (114, 114));
        assert_eq!((ids[&' '], ids[&'ə'], ids[&'ˈ'], ids[&'ᵻ']), (16, 83, 156, 177));
    }
}
