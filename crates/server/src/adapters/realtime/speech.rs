//! Speech outside of calls: texts rendered ahead, the microphone check. Our own engine does it.

use bytes::Bytes;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use std::time::Duration;

use super::{Realtime, error::RealtimeError, wire::checked};

/// How long rendering or recognizing one text may take.
const SPEECH_TIMEOUT: Duration = Duration::from_secs(120);

/// How soon a rendered text is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// Somebody is waiting.
    Live,
    /// Ahead of time; must not disturb running calls.
    Background,
}

impl Realtime {
    /// Speaks `text` in `voice`: a WAV file.
    pub async fn speech(&self, voice: &str, text: &str, urgency: Urgency) -> Result<Bytes, RealtimeError> {
        let body = json!({"model": "tts-1", "voice": voice, "input": text, "response_format": "wav"});
        let mut request = self.post(&self.endpoint()?, "audio/speech").json(&body).timeout(SPEECH_TIMEOUT);
        if urgency == Urgency::Background {
            request = request.header("X-Urgency", "background");
        }
        Ok(checked(request.send().await?).await?.bytes().await?)
    }

    /// Recognizes the speech in a WAV file; silence is the empty text.
    pub async fn transcribe(&self, wav: Bytes) -> Result<String, RealtimeError> {
        // This door is a file upload in every client of the protocol: it needs a file name.
        let file = Part::bytes(wav.to_vec()).mime_str("audio/wav")?.file_name("speech.wav");
        let form = Form::new().part("file", file).text("model", "whisper-1").text("response_format", "json");
        let request = self.post(&self.endpoint()?, "audio/transcriptions").multipart(form);
        let body: Value = checked(request.timeout(SPEECH_TIMEOUT).send().await?).await?.json().await?;
        let text = body.get("text").and_then(Value::as_str);
        Ok(text.ok_or_else(|| RealtimeError::BadAnswer("no text".into()))?.trim().to_owned())
    }
}
