//! Recognition (Moonshine tiny-en): English speech to text, pieces of at most 20 s.

use std::borrow::Cow;

use ort::session::{Session, SessionInputValue};
use ort::value::{DynValue, Tensor, TensorRef};

use super::assets::{self, Assets};
use super::{HEAR_RATE, SpeechError};

/// The longest piece the model was made for.
pub const LONGEST_PIECE_S: usize = 20;
const LAYERS: usize = 6;
const HEADS: usize = 8;
const HEAD_DIM: usize = 36;
const START: i64 = 1;
const END: i64 = 2;
/// On noise the model falls into loops; speech never needs more tokens than this.
const TOKENS_PER_SECOND: f32 = 6.5;
/// Without some silence in front a short first word is lost ("I led" becomes "Let").
const LEAD_IN: usize = HEAR_RATE as usize * 3 / 10;
const TAIL: usize = HEAR_RATE as usize / 10;
/// Below this the convolutions have nothing to work on, and no word fits in.
const SHORTEST: usize = HEAR_RATE as usize / 20;

/// The loaded model.
pub struct Recognizer {
    encoder: Session,
    decoder: Session,
    tokens: Vec<Vec<u8>>,
}

impl Recognizer {
    /// Loads the model.
    pub fn load(assets: &Assets) -> Result<Self, SpeechError> {
        let bytes = assets.read(assets::TOKENIZER)?;
        let tokens = read_tokens(&bytes).ok_or_else(|| SpeechError::Corrupt(assets.path(assets::TOKENIZER)))?;
        Ok(Self { encoder: assets.session(assets::ENCODER)?, decoder: assets.session(assets::DECODER)?, tokens })
    }

    /// The words of one piece of speech, 16 kHz mono; what is longer than 20 s is cut off.
    ///
    /// `wanted` is asked before each token: a speculation that is of no use any more stops with `None`.
    pub fn piece(&mut self, pcm: &[f32], wanted: &dyn Fn() -> bool) -> Result<Option<String>, SpeechError> {
        if pcm.len() < SHORTEST {
            return Ok(Some(String::new()));
        }
        let longest = LONGEST_PIECE_S * HEAR_RATE as usize;
        let mut padded = vec![0f32; LEAD_IN];
        padded.extend_from_slice(&pcm[..pcm.len().min(longest)]);
        padded.resize(padded.len() + TAIL, 0.0);
        let limit = (padded.len() as f32 / HEAR_RATE as f32 * TOKENS_PER_SECOND).ceil() as usize;
        let ids = self.decode(&padded, limit, wanted)?;
        Ok(ids.map(|ids| text_of(&self.tokens, &ids)))
    }

    fn decode(
        &mut self,
        pcm: &[f32],
        limit: usize,
        wanted: &dyn Fn() -> bool,
    ) -> Result<Option<Vec<i64>>, SpeechError> {
        // One entry a sample, for the encoder and, unchanged, for the decoder too.
        let ones = vec![1i64; pcm.len()];
        // A fresh view each time: `Value::clone` of this version of `ort` waits for ever on its own lock.
        let mask = || TensorRef::from_array_view(([1, pcm.len()], &ones[..]));
        let mut encoded = self.encoder.run(ort::inputs! {
            "input_values" => TensorRef::from_array_view(([1, pcm.len()], pcm))?,
            "attention_mask" => mask()?
        })?;
        let hidden = encoded.remove("last_hidden_state").ok_or_else(|| absent("last_hidden_state"))?;

        let mut cache = empty_cache()?;
        let mut ids = Vec::new();
        let mut id = [START];
        for step in 0..limit {
            if !wanted() {
                return Ok(None);
            }
            let cached = [step > 0];
            let mut inputs: Vec<(Cow<'_, str>, SessionInputValue<'_>)> = ort::inputs! {
                "input_ids" => TensorRef::from_array_view(([1usize, 1], &id[..]))?,
                "encoder_hidden_states" => &hidden,
                "encoder_attention_mask" => mask()?,
                "use_cache_branch" => TensorRef::from_array_view(([1usize], &cached[..]))?
            };
            for (name, value) in &cache {
                inputs.push((format!("past_key_values.{name}").into(), value.into()));
            }
            let mut out = self.decoder.run(inputs)?;
            let next = largest(out["logits"].try_extract_tensor::<f32>()?.1);
            for (name, value) in &mut cache {
                // The encoder's half is made by the first run only; later runs return it empty.
                if step == 0 || name.contains("decoder") {
                    let output = format!("present.{name}");
                    *value = out.remove(&output).ok_or_else(|| absent(&output))?;
                }
            }
            if next == END {
                break;
            }
            ids.push(next);
            id = [next];
        }
        Ok(Some(ids))
    }
}

/// Cache entries by name; the first run ignores what is in them.
fn empty_cache() -> Result<Vec<(String, DynValue)>, SpeechError> {
    let mut cache = Vec::with_capacity(LAYERS * 4);
    for layer in 0..LAYERS {
        for part in ["decoder.key", "decoder.value", "encoder.key", "encoder.value"] {
            let zero = Tensor::from_array(([1, HEADS, 1, HEAD_DIM], vec![0f32; HEADS * HEAD_DIM]))?;
            cache.push((format!("{layer}.{part}"), zero.into_dyn()));
        }
    }
    Ok(cache)
}

fn absent(output: &str) -> SpeechError {
    SpeechError::Inference(format!("the recognition model gave no {output}"))
}

fn text_of(tokens: &[Vec<u8>], ids: &[i64]) -> String {
    let mut bytes = Vec::new();
    for &id in ids {
        let token = usize::try_from(id).ok().and_then(|id| tokens.get(id)).map_or(&[][..], Vec::as_slice);
        let special = token.len() > 2 && token.starts_with(b"<") && token.ends_with(b">");
        if !special {
            bytes.extend_from_slice(token);
        }
    }
    String::from_utf8_lossy(&bytes).replace('\u{2581}', " ").trim().to_string()
}

/// A token is a length and its bytes; a length of 128 or more takes two bytes: low 7 bits, then the rest.
fn read_tokens(mut data: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut tokens = Vec::with_capacity(32_768);
    while let Some((&first, rest)) = data.split_first() {
        data = rest;
        let mut length = usize::from(first);
        if first >= 128 {
            let (&second, rest) = data.split_first()?;
            data = rest;
            length = length - 128 + 128 * usize::from(second);
        }
        tokens.push(data.get(..length)?.to_vec());
        data = &data[length..];
    }
    Some(tokens)
}

fn largest(logits: &[f32]) -> i64 {
    let best = logits.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
    best.map_or(END, |(i, _)| i as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_read_and_a_short_file_is_refused() {
        let mut data = vec![1, b'a', 0, 3];
        data.extend_from_slice("\u{2581}".as_bytes());
        data.extend_from_slice(&[128, 1]);
        data.extend_from_slice(&[b'x'; 128]);
        let tokens = read_tokens(&data);
        assert_eq!(tokens.as_ref().map(Vec::len), Some(4));
        assert_eq!(text_of(&tokens.unwrap_or_default(), &[2, 0, 99, -1]), "a");
        assert!(read_tokens(&data[..20]).is_none());
    }
}
