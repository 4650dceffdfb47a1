//! Speech outside of calls. Our own engine renders texts ahead and checks microphones; recordings are recognized by whoever
//! carries the calls.

use bytes::Bytes;
use realtime_api::TranscriptionUsage;
use reqwest::{
    header::{CONTENT_TYPE, HeaderMap, HeaderValue},
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use std::time::Duration;

use super::{
    Realtime,
    call::{checked_with_number, note, sent},
    error::RealtimeError,
    wire::{checked, read},
};

/// How long rendering one text may take.
const SPEECH_TIMEOUT: Duration = Duration::from_secs(120);
/// How long recognizing one recording may take.
const RECOGNIZE_TIMEOUT: Duration = Duration::from_secs(60);
/// The longest answer with words that is read.
const MOST_OF_WORDS: usize = 1 << 20;

/// How soon a rendered text is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// Somebody is waiting.
    Live,
    /// Ahead of time; must not disturb running calls.
    Background,
}

/// How a recording is to be recognized.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognition {
    /// The provider's name of the model; on Azure, of the deployment.
    pub model: String,
    /// What the model takes beside the sound, such as `language`.
    pub hints: Vec<(&'static str, String)>,
}

/// What was recognized.
#[derive(Clone, Debug, PartialEq)]
pub struct Recognized {
    /// The words.
    pub text: String,
    /// What it used, if it said so.
    pub usage: Option<TranscriptionUsage>,
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

    /// Recognizes the speech in a WAV file; silence is the empty text. For our own engine, which needs no more.
    pub async fn transcribe(&self, wav: Bytes) -> Result<String, RealtimeError> {
        let recognition = Recognition { model: "whisper-1".to_owned(), hints: Vec::new() };
        Ok(self.recognize(wav, &recognition).await?.text)
    }

    /// Recognizes the speech in a WAV file with this model; silence is the empty text. Made again only where nothing reached
    /// the provider.
    ///
    /// # Errors
    /// The typed refusals of the provider; [`RealtimeError::Model`] where it does not have this one.
    pub async fn recognize(&self, wav: Bytes, recognition: &Recognition) -> Result<Recognized, RealtimeError> {
        let endpoint = self.endpoint()?;
        let what = "transcriptions";
        let made = sent(|| {
            let request = self.post(&endpoint, "audio/transcriptions").timeout(RECOGNIZE_TIMEOUT);
            request.multipart(form(&wav, recognition))
        });
        let made = made.await.inspect_err(|error| note(&endpoint, what, "", error))?;
        let response = checked_with_number(&endpoint, what, made).await?;
        let body = read(response, MOST_OF_WORDS).await?;
        let body: Value = serde_json::from_slice(&body).map_err(|_| RealtimeError::BadAnswer("no JSON".into()))?;
        let text = body.get("text").and_then(Value::as_str);
        let text = text.ok_or_else(|| RealtimeError::BadAnswer("no text".into()))?.trim().to_owned();
        // Usage that cannot be read is estimated by whoever counts.
        let usage = body.get("usage").and_then(|usage| serde_json::from_value(usage.clone()).ok());
        Ok(Recognized { text, usage })
    }
}

/// This door is a file upload in every client of the protocol: it needs a file name.
fn form(wav: &Bytes, recognition: &Recognition) -> Form {
    let mut kind = HeaderMap::new();
    kind.insert(CONTENT_TYPE, HeaderValue::from_static("audio/wav"));
    let file = Part::stream(wav.clone()).headers(kind).file_name("speech.wav");
    let form = Form::new().part("file", file).text("model", recognition.model.clone()).text("response_format", "json");
    recognition.hints.iter().fold(form, |form, (name, value)| form.text(*name, value.clone()))
}
