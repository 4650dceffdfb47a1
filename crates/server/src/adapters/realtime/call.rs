//! Making a call: the page's offer out, the provider's answer back, both byte for byte.

use bytes::Bytes;
use reqwest::{
    RequestBuilder, Response, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, LOCATION},
};
use serde_json::{Value, json};
use std::time::Duration;

use super::{
    Endpoint, Realtime,
    error::RealtimeError,
    sdp,
    wire::{CallForm, checked, read, request_id},
};
use crate::config::ProviderKind;

/// How long the provider may take to answer an offer.
const CALL_TIMEOUT: Duration = Duration::from_secs(10);
/// Waits before a request that never reached the provider is made again.
const AGAIN_AFTER: [Duration; 2] = [Duration::from_millis(150), Duration::from_millis(600)];
/// The longest answer that can be a session description.
const MOST_OF_ANSWER: usize = 256 * 1024;
/// The longest answer to a request for a short-lived key.
const MOST_OF_SECRET: usize = 256 * 1024;
/// A short-lived key is used at once.
const SECRET_S: u64 = 60;
/// Who the candidate is towards the provider: a pseudonym.
const SAFETY: &str = "openai-safety-identifier";

/// An accepted call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The provider's id, `rtc_…`.
    pub id: String,
    /// The answer, exactly as received.
    pub answer: Bytes,
}

impl Realtime {
    /// Sends the page's offer, unchanged, and returns the provider's answer, unchanged. `person` is the candidate's
    /// pseudonym. Made again only where nothing reached the provider. A call whose answer cannot be used is hung up.
    /// `keeps_sound`: our own engine shall keep the call's sound for [`Realtime::sound`].
    pub async fn call(
        &self,
        offer: Bytes,
        session: &Value,
        person: &str,
        keeps_sound: bool,
    ) -> Result<Call, RealtimeError> {
        let endpoint = self.endpoint()?;
        // Our own engine can also keep the page from sending events on its data channel.
        let door = match endpoint.kind {
            ProviderKind::Own if keeps_sound => "realtime/calls?client_events=none&sound=keep",
            ProviderKind::Own => "realtime/calls?client_events=none",
            ProviderKind::OpenAi | ProviderKind::Azure => "realtime/calls",
        };
        let made = match endpoint.kind {
            ProviderKind::Azure => self.offer_by_secret(&endpoint, &offer, session, person).await,
            _ => self.offer_by_form((&endpoint, door), &offer, session, person).await,
        };
        let response = self.told(&endpoint, "call", made).await?;
        let number = request_id(response.headers());
        let call = self.accepted(&endpoint, &offer, response).await;
        call.inspect_err(|error| note(&endpoint, "call", &number, error))
    }

    async fn offer_by_form(
        &self,
        (endpoint, door): (&Endpoint, &str),
        offer: &[u8],
        session: &Value,
        person: &str,
    ) -> Result<Response, RealtimeError> {
        let form = CallForm::new(offer, &session.to_string());
        sent(|| {
            self.post(endpoint, door)
                .header(ACCEPT, "application/sdp")
                .header(CONTENT_TYPE, &form.content_type)
                .header(SAFETY, person)
                .body(form.body.clone())
                .timeout(CALL_TIMEOUT)
        })
        .await
    }

    /// Azure's documented way: a short-lived key that holds the session, then the bare offer with it. The key stays
    /// here; the control channel is opened with the lasting one.
    async fn offer_by_secret(
        &self,
        endpoint: &Endpoint,
        offer: &Bytes,
        session: &Value,
        person: &str,
    ) -> Result<Response, RealtimeError> {
        let secret = self.secret(endpoint, session, Some(person)).await?;
        sent(|| {
            self.http
                .post(endpoint.address("realtime/calls"))
                .bearer_auth(&secret)
                .header(ACCEPT, "application/sdp")
                .header(CONTENT_TYPE, "application/sdp")
                .body(offer.clone())
                .timeout(CALL_TIMEOUT)
        })
        .await
    }

    /// A short-lived key for a session. The provider checks the whole session for it, and it costs nothing.
    pub(super) async fn secret(
        &self,
        endpoint: &Endpoint,
        session: &Value,
        person: Option<&str>,
    ) -> Result<String, RealtimeError> {
        let body = json!({"expires_after": {"anchor": "created_at", "seconds": SECRET_S}, "session": session});
        let made = sent(|| {
            let request = self.post(endpoint, "realtime/client_secrets").json(&body).timeout(CALL_TIMEOUT);
            person.iter().fold(request, |request, person| request.header(SAFETY, *person))
        });
        let response = checked_with_number(endpoint, "client_secrets", made.await?).await?;
        let body = read(response, MOST_OF_SECRET).await?;
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        let value = body.get("value").and_then(Value::as_str);
        value.map(ToOwned::to_owned).ok_or_else(|| RealtimeError::BadAnswer("no short-lived key".into()))
    }

    async fn told(
        &self,
        endpoint: &Endpoint,
        what: &'static str,
        made: Result<Response, RealtimeError>,
    ) -> Result<Response, RealtimeError> {
        match made {
            Ok(response) => checked_with_number(endpoint, what, response).await,
            Err(error) => {
                note(endpoint, what, "", &error);
                Err(error)
            }
        }
    }

    async fn accepted(&self, endpoint: &Endpoint, offer: &[u8], response: Response) -> Result<Call, RealtimeError> {
        if response.status() != StatusCode::CREATED {
            return Err(RealtimeError::BadAnswer(format!("status {}, not 201", response.status().as_u16())));
        }
        let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        let location = location.ok_or_else(|| RealtimeError::BadAnswer("no Location".into()))?;
        let id = endpoint.call_id(location).map_err(|why| RealtimeError::BadAnswer(why.into()))?;
        let answer = match read(response, MOST_OF_ANSWER).await {
            Ok(answer) => sdp::check_answer(offer, &answer).map(|()| answer).map_err(RealtimeError::from),
            Err(error) => Err(error),
        };
        match answer {
            Ok(answer) => Ok(Call { id, answer }),
            Err(error) => {
                // The call is up and costs money; the provider ends it without media as well, but later.
                if let Err(error) = self.hang_up(&id).await {
                    tracing::warn!(%error, "a call that cannot be used could not be hung up");
                }
                Err(error)
            }
        }
    }
}

/// Sends a request; again where the connection did not come up, so that nothing can have been made.
pub(super) async fn sent(request: impl Fn() -> RequestBuilder) -> Result<Response, RealtimeError> {
    for wait in AGAIN_AFTER {
        match request().send().await {
            Err(error) if error.is_connect() && !error.is_timeout() => tokio::time::sleep(wait).await,
            other => return Ok(other?),
        }
    }
    Ok(request().send().await?)
}

pub(super) async fn checked_with_number(
    endpoint: &Endpoint,
    what: &'static str,
    response: Response,
) -> Result<Response, RealtimeError> {
    let number = request_id(response.headers());
    checked(response).await.inspect_err(|error| note(endpoint, what, &number, error))
}

/// The operator's line: what was asked, what came of it, and the number under which the provider knows the request.
pub(super) fn note(endpoint: &Endpoint, what: &'static str, number: &str, error: &RealtimeError) {
    let provider = endpoint.kind.text();
    tracing::warn!(provider, what, provider_request_id = number, %error, advice = error.advice(), "the voice provider");
}
