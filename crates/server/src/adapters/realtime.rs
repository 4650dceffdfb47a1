//! The voice provider: anything that speaks the OpenAI Realtime protocol under a base URL with a key.
//! Our own engine and OpenAI are reached by the same code. Session descriptions pass through byte for byte; the key
//! never leaves this module except in the `Authorization` header.

pub mod error;
pub mod sdp;
pub mod sideband;

use std::{
    sync::{Arc, RwLock},
    time::Duration,
};

use bytes::Bytes;
use reqwest::{
    RequestBuilder, Response, StatusCode,
    header::{ACCEPT, LOCATION, RETRY_AFTER},
    multipart::{Form, Part},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use error::RealtimeError;
use sideband::{Attach, Sideband};

/// How long the provider may take to answer an offer.
const CALL_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a hang-up may take; the provider ends calls without media by itself as well.
const HANG_UP_TIMEOUT: Duration = Duration::from_secs(5);
/// How long rendering or recognizing one text may take.
const SPEECH_TIMEOUT: Duration = Duration::from_secs(120);
/// The longest answer that can be a session description.
const MAX_ANSWER_BYTES: usize = 256 * 1024;

/// Where the provider is and with which key.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// `http(s)://host[:port]`, without a path.
    pub url: String,
    /// Bearer key.
    pub key: SecretString,
    /// Whether it is our own engine, which can keep pages from sending events on their data channel.
    pub is_own: bool,
}

/// The provider. Cheap to clone; all clones see a new endpoint (the engine moves when it is restarted).
#[derive(Clone, Debug)]
pub struct Realtime {
    http: reqwest::Client,
    endpoint: Arc<RwLock<Option<Endpoint>>>,
}

/// An accepted call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The provider's id, `rtc_…`.
    pub id: String,
    /// The answer, exactly as received.
    pub answer: Bytes,
}

/// How soon a rendered text is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// Somebody is waiting.
    Live,
    /// Ahead of time; must not disturb running calls.
    Background,
}

impl Realtime {
    /// A provider that is not there yet (`None`) or at `endpoint`.
    pub fn new(http: reqwest::Client, endpoint: Option<Endpoint>) -> Realtime {
        Realtime { http, endpoint: Arc::new(RwLock::new(endpoint)) }
    }

    /// Moves to another endpoint, for calls made from now on.
    pub fn set_endpoint(&self, endpoint: Option<Endpoint>) {
        *self.endpoint.write().unwrap_or_else(std::sync::PoisonError::into_inner) = endpoint;
    }

    /// Whether a language model is behind the calls: our own engine only says what it is told to say.
    pub fn has_model(&self) -> bool {
        self.endpoint().is_ok_and(|endpoint| !endpoint.is_own)
    }

    fn endpoint(&self) -> Result<Endpoint, RealtimeError> {
        let endpoint = self.endpoint.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        endpoint.clone().ok_or_else(|| RealtimeError::Unavailable("the voice engine is starting".into()))
    }

    /// Whether calls are made on our own engine.
    pub fn is_own(&self) -> bool {
        self.endpoint().is_ok_and(|endpoint| endpoint.is_own)
    }

    fn post(&self, endpoint: &Endpoint, path: &str) -> RequestBuilder {
        self.http
            .post(format!("{}{path}", endpoint.url.trim_end_matches('/')))
            .bearer_auth(endpoint.key.expose_secret())
    }

    /// Finds out whether the provider is there and takes our key.
    pub async fn check(&self) -> Result<(), RealtimeError> {
        let endpoint = self.endpoint()?;
        let url = format!("{}/v1/models", endpoint.url.trim_end_matches('/'));
        let request = self.http.get(url).bearer_auth(endpoint.key.expose_secret());
        checked(request.timeout(HANG_UP_TIMEOUT).send().await?).await.map(drop)
    }

    /// Sends the page's offer, unchanged, and returns the provider's answer, unchanged.
    pub async fn call(&self, offer: Bytes, session: &Value) -> Result<Call, RealtimeError> {
        let endpoint = self.endpoint()?;
        let form = Form::new()
            .part("sdp", part(offer.to_vec(), "application/sdp")?)
            .part("session", part(session.to_string().into_bytes(), "application/json")?);
        let path = if endpoint.is_own { "/v1/realtime/calls?client_events=none" } else { "/v1/realtime/calls" };
        let request = self.post(&endpoint, path).header(ACCEPT, "application/sdp").multipart(form);
        let response = checked(request.timeout(CALL_TIMEOUT).send().await?).await?;
        if response.status() != StatusCode::CREATED {
            return Err(RealtimeError::BadAnswer(format!("status {}, not 201", response.status().as_u16())));
        }
        let id = response.headers().get(LOCATION).and_then(|value| value.to_str().ok()).and_then(call_id);
        let id = id.ok_or_else(|| RealtimeError::BadAnswer("no call id in Location".into()))?;
        let answer = response.bytes().await?;
        if answer.len() > MAX_ANSWER_BYTES {
            return Err(RealtimeError::BadAnswer(format!("{} bytes", answer.len())));
        }
        sdp::check_answer(&offer, &answer).map_err(RealtimeError::BadAnswer)?;
        Ok(Call { id, answer })
    }

    /// Opens the control channel of a call, for the first time or again.
    pub async fn attach(&self, call_id: &str, attach: Attach) -> Result<Sideband, RealtimeError> {
        Sideband::open(&self.endpoint()?, call_id, attach).await
    }

    /// Ends a call. A call that is gone already is fine.
    pub async fn hang_up(&self, call_id: &str) -> Result<(), RealtimeError> {
        let request = self.post(&self.endpoint()?, &format!("/v1/realtime/calls/{call_id}/hangup"));
        match checked(request.timeout(HANG_UP_TIMEOUT).send().await?).await {
            Ok(_) | Err(RealtimeError::CallGone) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Speaks `text` in `voice`: a WAV file.
    pub async fn speech(&self, voice: &str, text: &str, urgency: Urgency) -> Result<Bytes, RealtimeError> {
        let body = json!({"model": "tts-1", "voice": voice, "input": text, "response_format": "wav"});
        let mut request = self.post(&self.endpoint()?, "/v1/audio/speech").json(&body).timeout(SPEECH_TIMEOUT);
        if urgency == Urgency::Background {
            request = request.header("X-Urgency", "background");
        }
        Ok(checked(request.send().await?).await?.bytes().await?)
    }

    /// Recognizes the speech in a WAV file; silence is the empty text.
    pub async fn transcribe(&self, wav: Bytes) -> Result<String, RealtimeError> {
        // This door is a file upload in every client of the protocol: it needs a file name.
        let file = part(wav.to_vec(), "audio/wav")?.file_name("speech.wav");
        let form = Form::new().part("file", file).text("model", "whisper-1").text("response_format", "json");
        let request = self.post(&self.endpoint()?, "/v1/audio/transcriptions").multipart(form);
        let body: Value = checked(request.timeout(SPEECH_TIMEOUT).send().await?).await?.json().await?;
        let text = body.get("text").and_then(Value::as_str);
        Ok(text.ok_or_else(|| RealtimeError::BadAnswer("no text".into()))?.trim().to_owned())
    }
}

fn part(body: Vec<u8>, kind: &str) -> Result<Part, RealtimeError> {
    Ok(Part::bytes(body).mime_str(kind)?)
}

/// The call id in a `Location` such as `/v1/realtime/calls/rtc_u2_E4xw?x=1`.
fn call_id(location: &str) -> Option<String> {
    let path = location.split(['?', '#']).next()?;
    let id = path.trim_end_matches('/').rsplit('/').next()?;
    let plain = id.starts_with("rtc_") && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    plain.then(|| id.to_owned())
}

/// Turns an error answer into its meaning.
async fn checked(response: Response) -> Result<Response, RealtimeError> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let retry_after_s = response.headers().get(RETRY_AFTER).and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
    let body = response.bytes().await.unwrap_or_default();
    Err(RealtimeError::from_answer(status.as_u16(), retry_after_s, &body))
}

#[cfg(test)]
mod tests {
    use super::call_id;

    #[test]
    fn the_call_id_is_the_last_segment_of_the_location() {
        for (location, id) in [
            ("/v1/realtime/calls/rtc_u2_E4xw9V7Wm6Bb", Some("rtc_u2_E4xw9V7Wm6Bb")),
            ("https://host/v1/realtime/calls/rtc_1?x=2", Some("rtc_1")),
            ("/v1/realtime/calls/rtc_1/", Some("rtc_1")),
            ("/v1/realtime/calls/", None),
            ("/v1/realtime/calls/rtc_a%2Fb", None),
            ("", None),
        ] {
            assert_eq!(call_id(location).as_deref(), id, "{location}");
        }
    }
}
