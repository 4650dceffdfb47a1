//! Voice activity (Silero): a speech probability for each window of 32 ms.

use ort::session::Session;
use ort::value::TensorRef;

use super::SpeechError;
use super::assets::{self, Assets};

/// Samples of one window at 16 kHz.
pub const WINDOW: usize = 512;
const CONTEXT: usize = 64;
const STATE: usize = 2 * 128;

/// What the model remembers of one call. The session is shared; this is not.
#[derive(Clone)]
pub struct VadMemory {
    state: Vec<f32>,
    context: [f32; CONTEXT],
}

impl Default for VadMemory {
    fn default() -> Self {
        Self { state: vec![0.0; STATE], context: [0.0; CONTEXT] }
    }
}

/// The loaded model.
pub struct Vad {
    session: Session,
}

impl Vad {
    /// Loads the model.
    pub fn load(assets: &Assets) -> Result<Self, SpeechError> {
        Ok(Self { session: assets.session(assets::VAD)? })
    }

    /// Speech probability of the next window of one call; windows follow one another without gaps.
    pub fn probability(&mut self, memory: &mut VadMemory, window: &[f32; WINDOW]) -> Result<f32, SpeechError> {
        let mut input = [0f32; CONTEXT + WINDOW];
        input[..CONTEXT].copy_from_slice(&memory.context);
        input[CONTEXT..].copy_from_slice(window);
        memory.context.copy_from_slice(&window[WINDOW - CONTEXT..]);
        let rate = [16_000i64];
        let scalar: [usize; 0] = [];
        let out = self.session.run(ort::inputs! {
            "input" => TensorRef::from_array_view(([1, CONTEXT + WINDOW], &input[..]))?,
            "state" => TensorRef::from_array_view(([2usize, 1, 128], &memory.state[..]))?,
            "sr" => TensorRef::from_array_view((scalar, &rate[..]))?
        })?;
        let probability = out["output"].try_extract_tensor::<f32>()?.1.first().copied().unwrap_or(0.0);
        memory.state.copy_from_slice(out["stateN"].try_extract_tensor::<f32>()?.1);
        Ok(probability)
    }
}
