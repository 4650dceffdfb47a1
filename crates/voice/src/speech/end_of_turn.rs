//! End of turn (Smart Turn): how likely it is, by the sound of it, that the speaker has finished.

use ort::session::Session;
use ort::value::TensorRef;

use super::SpeechError;
use super::assets::{self, Assets};
use super::mel::{FRAMES, LogMel, MELS};

/// The loaded model.
pub struct EndOfTurn {
    session: Session,
    mel: LogMel,
}

impl EndOfTurn {
    /// Loads the model.
    pub fn load(assets: &Assets) -> Result<Self, SpeechError> {
        Ok(Self { session: assets.session(assets::END_OF_TURN)?, mel: LogMel::default() })
    }

    /// Probability 0..1 that the turn is finished; `pcm` is the turn so far at 16 kHz, its last pause included.
    pub fn probability(&mut self, pcm: &[f32]) -> Result<f32, SpeechError> {
        let features = self.mel.features(pcm);
        let out = self.session.run(ort::inputs! {
            "input_features" => TensorRef::from_array_view(([1, MELS, FRAMES], &features[..]))?
        })?;
        // The output is named `logits`, but a sigmoid has been applied already.
        Ok(out["logits"].try_extract_tensor::<f32>()?.1.first().copied().unwrap_or(0.0))
    }
}
