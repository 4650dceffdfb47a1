//! What an event of the provider says about its usage: tokens of a response, tokens or time of a recognized turn.

use realtime_api::{ServerEvent, TranscriptionUsage, server};
use serde_json::Value;

/// More than this is a mistake of whoever counted.
const MOST: u64 = 1_000_000_000;

/// Tokens by kind; the cached ones are counted in those beside them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Sound into the model, cached or not.
    pub audio_in: i64,
    /// Of these, seen before.
    pub audio_cached: i64,
    /// Text into the model, cached or not.
    pub text_in: i64,
    /// Of these, seen before.
    pub text_cached: i64,
    /// Sound out of the model.
    pub audio_out: i64,
    /// Text out of the model.
    pub text_out: i64,
}

/// Which work was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A response of the model.
    Response,
    /// The recognition of a turn.
    Transcription,
}

impl Kind {
    /// The word in the ledger.
    pub fn text(self) -> &'static str {
        match self {
            Kind::Response => "response",
            Kind::Transcription => "transcription",
        }
    }
}

/// What one event reports; `(kind, subject)` is the same however often it comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Which work.
    pub kind: Kind,
    /// The provider's id of the response or item.
    pub subject: String,
    /// Tokens, as far as they were counted.
    pub tokens: Tokens,
    /// Time of sound, where it is counted by time.
    pub sound_ms: i64,
}

/// Reads the usage off an event. `None`: it reports none.
pub fn usage(event: &ServerEvent) -> Option<Usage> {
    match event {
        ServerEvent::ResponseDone(e) => response(e),
        ServerEvent::InputAudioTranscriptionCompleted(e) => {
            let (tokens, sound_ms) = transcription(e.usage.as_ref()?);
            let subject = format!("{}:{}", e.item_id, e.content_index);
            Some(Usage { kind: Kind::Transcription, subject, tokens, sound_ms })
        }
        _ => None,
    }
}

fn response(event: &server::ResponseDone) -> Option<Usage> {
    let (response, counted) = (&event.response, event.response.usage.as_ref()?);
    let input = counted.input_token_details.clone().unwrap_or_default();
    let output = counted.output_token_details.clone().unwrap_or_default();
    // What is not said to be text counts as sound, the dearer kind.
    let text_in = input.text_tokens.unwrap_or(0);
    let audio_in = input.audio_tokens.unwrap_or(0).max(counted.input_tokens.saturating_sub(text_in));
    let text_out = output.text_tokens.unwrap_or(0);
    let audio_out = output.audio_tokens.unwrap_or(0).max(counted.output_tokens.saturating_sub(text_out));
    let cached = input.cached_tokens.unwrap_or(0);
    let (text_cached, audio_cached) = match input.cached_tokens_details {
        Some(by_kind) => (by_kind.text_tokens.unwrap_or(0), by_kind.audio_tokens.unwrap_or(0)),
        // Text first: there is less to gain on it.
        None => (cached.min(text_in), cached.saturating_sub(text_in)),
    };
    let tokens = Tokens {
        audio_in: count(audio_in),
        audio_cached: count(audio_cached.min(audio_in)),
        text_in: count(text_in),
        text_cached: count(text_cached.min(text_in)),
        audio_out: count(audio_out),
        text_out: count(text_out),
    };
    Some(Usage { kind: Kind::Response, subject: response.id.clone(), tokens, sound_ms: 0 })
}

/// What the recognition of a recording used; where the provider does not say, its sound is counted.
pub fn of_recording(subject: String, counted: Option<&TranscriptionUsage>, sound_ms: i64) -> Usage {
    let (tokens, ms) = counted.map_or((Tokens::default(), 0), transcription);
    let sound_ms = if tokens == Tokens::default() && ms == 0 { sound_ms } else { ms };
    Usage { kind: Kind::Transcription, subject, tokens, sound_ms }
}

fn transcription(counted: &TranscriptionUsage) -> (Tokens, i64) {
    if let Some(seconds) = counted.seconds.as_ref().and_then(serde_json::Number::as_f64) {
        let ms = (seconds.clamp(0.0, 86_400.0) * 1000.0).ceil();
        return (Tokens::default(), ms as i64);
    }
    let number = |value: Option<&Value>| value.and_then(Value::as_u64).unwrap_or(0);
    let details = counted.extra.get("input_token_details");
    let text_in = number(details.and_then(|d| d.get("text_tokens")));
    let audio_in = number(details.and_then(|d| d.get("audio_tokens")));
    let audio_in = audio_in.max(number(counted.extra.get("input_tokens")).saturating_sub(text_in));
    let text_out = number(counted.extra.get("output_tokens"));
    let (audio_in, text_in, text_out) = (count(audio_in), count(text_in), count(text_out));
    (Tokens { audio_in, text_in, text_out, ..Tokens::default() }, 0)
}

fn count(tokens: u64) -> i64 {
    tokens.min(MOST) as i64
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(event: Value) -> Option<Usage> {
        usage(&serde_json::from_value(event).unwrap())
    }

    fn done(usage: &Value) -> Value {
        json!({"type": "response.done", "response": {"id": "resp_1", "status": "completed", "usage": usage}})
    }

    #[test]
    fn a_response_tells_its_tokens_by_kind() {
        let found = read(done(&json!({"total_tokens": 205, "input_tokens": 41, "output_tokens": 164,
            "input_token_details": {"text_tokens": 14, "audio_tokens": 27, "image_tokens": 0, "cached_tokens": 20,
                "cached_tokens_details": {"text_tokens": 10, "audio_tokens": 10, "image_tokens": 0}},
            "output_token_details": {"text_tokens": 28, "audio_tokens": 136}})));
        let tokens =
            Tokens { audio_in: 27, audio_cached: 10, text_in: 14, text_cached: 10, audio_out: 136, text_out: 28 };
        assert_eq!(found, Some(Usage { kind: Kind::Response, subject: "resp_1".into(), tokens, sound_ms: 0 }));
    }

    #[test]
    fn what_is_not_told_by_kind_counts_as_sound_and_nonsense_is_bounded() {
        let bare = read(done(&json!({"total_tokens": 30, "input_tokens": 20, "output_tokens": 10}))).unwrap();
        assert_eq!((bare.tokens.audio_in, bare.tokens.audio_out, bare.tokens.text_in), (20, 10, 0));
        let odd = read(done(&json!({"total_tokens": 1, "input_tokens": 5, "output_tokens": u64::MAX,
            "input_token_details": {"text_tokens": 2, "audio_tokens": 3, "cached_tokens": 900,
                "cached_tokens_details": {"text_tokens": 400, "audio_tokens": 500}}})));
        let tokens = odd.unwrap().tokens;
        assert_eq!((tokens.text_cached, tokens.audio_cached, tokens.audio_out), (2, 3, 1_000_000_000));
        assert_eq!(read(done(&Value::Null)), None);
    }

    #[test]
    fn a_recognized_turn_tells_its_time_or_its_tokens() {
        let completed = |usage: Value| {
            read(json!({"type": "conversation.item.input_audio_transcription.completed", "item_id": "item_1",
                "content_index": 0, "transcript": "Hi.", "usage": usage}))
        };
        let timed = completed(json!({"type": "duration", "seconds": 3.2})).unwrap();
        assert_eq!((timed.subject.as_str(), timed.sound_ms, timed.tokens), ("item_1:0", 3_200, Tokens::default()));
        let counted = completed(json!({"type": "tokens", "total_tokens": 22, "input_tokens": 13,
            "input_token_details": {"text_tokens": 0, "audio_tokens": 13}, "output_tokens": 9}));
        let tokens = Tokens { audio_in: 13, text_out: 9, ..Tokens::default() };
        assert_eq!(counted.unwrap().tokens, tokens);
        assert_eq!(completed(Value::Null), None);
        assert!(completed(json!({"type": "duration", "seconds": -4})).unwrap().sound_ms == 0);
    }
}
