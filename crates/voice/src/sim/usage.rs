//! What things cost at the provider: plausible figures, the same for the same call.

use serde_json::{Value, json};

/// Milliseconds of sound for one token, heard and spoken.
const HEARD_MS_PER_TOKEN: u64 = 100;
const SPOKEN_MS_PER_TOKEN: u64 = 50;
/// Tokens a minute of an account, and what is left of them.
const LIMIT: u64 = 15_000_000;

/// Tokens of a text.
fn text_tokens(text: &str) -> u64 {
    text.chars().count().div_ceil(4) as u64
}

/// Tokens in a conversation so far.
#[derive(Debug, Default)]
pub(super) struct Meter {
    instructions: u64,
    text: u64,
    audio: u64,
    /// What the last response read: the next one has it in the cache.
    cached: (u64, u64),
    spent: u64,
}

impl Meter {
    /// The session's instructions are read by each response.
    pub(super) fn instruct(&mut self, instructions: &str) {
        self.instructions = text_tokens(instructions);
    }

    /// Text entered the conversation.
    pub(super) fn read(&mut self, text: &str) {
        self.text += text_tokens(text);
    }

    /// Sound entered the conversation.
    pub(super) fn hear(&mut self, ms: u64) {
        self.audio += ms.div_ceil(HEARD_MS_PER_TOKEN);
    }

    /// `usage` of a response that said `text` in `spoken_ms` of sound, or wrote it.
    pub(super) fn response(&mut self, text: &str, spoken_ms: Option<u64>) -> Value {
        let (text_in, audio_in) = (self.instructions + self.text, self.audio);
        let (cached_text, cached_audio) = (self.cached.0.min(text_in), self.cached.1.min(audio_in));
        let (text_out, audio_out) = (text_tokens(text), spoken_ms.unwrap_or(0).div_ceil(SPOKEN_MS_PER_TOKEN));
        self.cached = (text_in, audio_in);
        self.text += text_out;
        self.audio += audio_out;
        let (input, output) = (text_in + audio_in, text_out + audio_out);
        self.spent += input + output;
        json!({
            "total_tokens": input + output, "input_tokens": input, "output_tokens": output,
            "input_token_details": {
                "text_tokens": text_in, "audio_tokens": audio_in, "image_tokens": 0,
                "cached_tokens": cached_text + cached_audio,
                "cached_tokens_details": {"text_tokens": cached_text, "audio_tokens": cached_audio, "image_tokens": 0}},
            "output_token_details": {"text_tokens": text_out, "audio_tokens": audio_out}})
    }

    /// `rate_limits` after a response.
    pub(super) fn limits(&self) -> Value {
        let remaining = LIMIT.saturating_sub(self.spent);
        json!([{"name": "tokens", "limit": LIMIT, "remaining": remaining, "reset_seconds": 0.002}])
    }
}

/// `usage` of a transcription: streaming models and Whisper count seconds, the others tokens.
pub(super) fn transcription(model: &str, seconds: u64, text: &str) -> Value {
    if model.contains("whisper") || model.contains("live") {
        return json!({"type": "duration", "seconds": seconds});
    }
    let (audio, output) = (seconds * 1_000 / HEARD_MS_PER_TOKEN, text_tokens(text));
    json!({"type": "tokens", "total_tokens": audio + output, "input_tokens": audio,
        "input_token_details": {"text_tokens": 0, "audio_tokens": audio}, "output_tokens": output})
}

#[cfg(test)]
mod tests {
    use super::{Meter, transcription};

    #[test]
    fn a_response_reads_what_came_before_and_the_next_one_has_it_cached() {
        let mut meter = Meter::default();
        meter.instruct("12345678");
        let first = meter.response("1234", Some(1_000));
        assert_eq!((&first["input_tokens"], &first["output_tokens"]), (&2.into(), &21.into()));
        assert_eq!(first["input_token_details"]["cached_tokens"], 0);
        meter.hear(2_000);
        let second = meter.response("1234", None);
        assert_eq!((&second["input_tokens"], &second["output_tokens"]), (&(3 + 40).into(), &1.into()));
        assert_eq!(second["input_token_details"]["cached_tokens"], 2);
        assert_eq!(second["total_tokens"], 44);
    }

    #[test]
    fn transcriptions_count_in_their_model_s_unit() {
        assert_eq!(transcription("gpt-realtime-whisper", 3, "x")["seconds"], 3);
        assert_eq!(transcription("gpt-transcribe", 3, "1234")["total_tokens"], 31);
    }
}
