//! The fast voice (Piper): several times faster than real time on one core.

use std::collections::HashMap;

use ort::session::Session;
use ort::value::TensorRef;
use serde::Deserialize;

use super::Voice;
use crate::speech::SpeechError;
use crate::speech::assets::{self, Assets};
use crate::speech::phonemes::Alphabet;

const START: i64 = 1;
const PAD: i64 = 0;
const END: i64 = 2;

/// The part of the voice's description that speaking needs.
#[derive(Deserialize)]
struct Config {
    phoneme_id_map: HashMap<String, Vec<i64>>,
    inference: Scales,
}

#[derive(Deserialize)]
struct Scales {
    noise_scale: f32,
    length_scale: f32,
    noise_w: f32,
}

/// The loaded voice.
pub struct Piper {
    session: Session,
    ids: HashMap<char, i64>,
    scales: [f32; 3],
}

impl Piper {
    /// Loads the voice.
    pub fn load(assets: &Assets) -> Result<Self, SpeechError> {
        let config: Config = serde_json::from_slice(&assets.read(assets::PIPER_CONFIG)?)
            .map_err(|e| SpeechError::Load { file: assets.path(assets::PIPER_CONFIG), reason: e.to_string() })?;
        let id = |(sound, ids): (&String, &Vec<i64>)| Some((sound.chars().next()?, *ids.first()?));
        let Scales { noise_scale, length_scale, noise_w } = config.inference;
        Ok(Self {
            session: assets.session(assets::PIPER)?,
            ids: config.phoneme_id_map.iter().filter_map(id).collect(),
            scales: [noise_scale, length_scale, noise_w],
        })
    }
}

impl Voice for Piper {
    const ALPHABET: Alphabet = Alphabet::Piper;
    const RATE: u32 = 22_050;
    const LONGEST: usize = 400;

    fn speak(&mut self, _voice: &str, sounds: &str) -> Result<Vec<f32>, SpeechError> {
        let mut ids = vec![START, PAD];
        ids.extend(sounds.chars().filter_map(|sound| self.ids.get(&sound)).flat_map(|&id| [id, PAD]));
        ids.push(END);
        let length = [ids.len() as i64];
        let out = self.session.run(ort::inputs! {
            "input" => TensorRef::from_array_view(([1, ids.len()], &ids[..]))?,
            "input_lengths" => TensorRef::from_array_view(([1usize], &length[..]))?,
            "scales" => TensorRef::from_array_view(([3usize], &self.scales[..]))?
        })?;
        Ok(out["output"].try_extract_tensor::<f32>()?.1.to_vec())
    }
}
