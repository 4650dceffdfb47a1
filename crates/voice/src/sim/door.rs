//! In front of the provider's doors: writes requests down and lets the faulty ones fail.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::ws::{CloseFrame, Message, WebSocketUpgrade};
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use tokio::time::{Duration, sleep};

use super::Fault;
use super::gate::Cutter;
use super::ledger::What;
use super::stage::Stage;
use crate::session::{Ids, RandomIds};

/// Bodies of offers that are read: far more than any offer.
const MAX_BODY: usize = 16 * 1024 * 1024;

/// What the layer knows.
#[derive(Clone)]
pub(super) struct Door {
    pub(super) stage: Arc<Stage>,
    pub(super) key: SecretString,
}

/// Lets a request through, or not.
pub(super) async fn pass(
    State(door): State<Door>,
    ConnectInfo(cutter): ConnectInfo<Cutter>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let is_post = request.method() == "POST";
    let is_call = is_post && request.uri().path() == "/v1/realtime/calls";
    let is_recording = is_post && request.uri().path() == "/v1/audio/transcriptions";
    let (mut parts, body) = request.into_parts();
    let (body, copy) = copied(body, is_call).await;
    door.stage.ledger.note(
        None,
        What::Request {
            method: parts.method.to_string(),
            path: path.clone(),
            headers: door.headers(&parts.headers),
            body: String::from_utf8_lossy(&copy).into_owned(),
        },
    );
    let mut response = if is_call || is_recording {
        let fault = if is_call { door.stage.take_fault() } else { door.stage.take_recording_fault() };
        door.call(fault, Request::from_parts(parts, body), next, &cutter).await
    } else {
        let spoiled = match (sideband_of(&path), hung_up(&path)) {
            (Some(call), _) => door.sideband(&call, &mut parts).await,
            (_, Some(call)) => door.hang_up(call),
            _ => None,
        };
        match spoiled {
            Some(response) => response,
            None => next.run(Request::from_parts(parts, body)).await,
        }
    };
    if let status @ 400.. = response.status().as_u16() {
        door.stage.ledger.note(None, What::Refused { path, status });
    }
    let id = format!("req_{}", RandomIds.hex(32));
    response.headers_mut().extend(HeaderValue::from_str(&id).ok().map(|id| (REQUEST_ID, id)));
    response
}

const REQUEST_ID: header::HeaderName = header::HeaderName::from_static("x-request-id");

async fn copied(body: Body, is_wanted: bool) -> (Body, Bytes) {
    if !is_wanted {
        return (body, Bytes::new());
    }
    let bytes = to_bytes(body, MAX_BODY).await.unwrap_or_default();
    (Body::from(bytes.clone()), bytes)
}

/// The call of a sideband's path.
fn sideband_of(path: &str) -> Option<String> {
    let query = path.strip_prefix("/v1/realtime?")?;
    query.split('&').find_map(|pair| pair.strip_prefix("call_id=")).map(str::to_owned)
}

/// The call that is to be hung up.
fn hung_up(path: &str) -> Option<&str> {
    path.strip_prefix("/v1/realtime/calls/")?.strip_suffix("/hangup")
}

impl Door {
    /// Headers for the ledger: what kind of key came, never the key.
    fn headers(&self, headers: &HeaderMap) -> BTreeMap<String, String> {
        let shown = |name: &header::HeaderName, value: &HeaderValue| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            match name.as_str() {
                "authorization" => self.kind_of_key(&value),
                "sec-websocket-protocol" => "(hidden)".into(),
                _ => value,
            }
        };
        headers.iter().map(|(name, value)| (name.as_str().to_owned(), shown(name, value))).collect()
    }

    fn kind_of_key(&self, value: &str) -> String {
        let (scheme, key) = value.split_once(' ').unwrap_or((value, ""));
        let kind = match key {
            key if key == self.key.expose_secret() => "standard",
            key if key.starts_with("ek_") => "ephemeral",
            _ => "unknown",
        };
        format!("{scheme} ({kind})")
    }

    async fn call(&self, fault: Option<Fault>, request: Request, next: Next, cutter: &Cutter) -> Response {
        let path = request.uri().path().to_owned();
        let no_answer = || What::Refused { path: path.clone(), status: 0 };
        match fault {
            Some(Fault::Refuse { status, code, param, error_type, retry_after_s }) => {
                refusal(status, &error_type, (code.as_deref(), param.as_deref()), retry_after_s)
            }
            Some(Fault::JsonBody) => Json(json!({"id": "chatcmpl_1", "object": "chat.completion"})).into_response(),
            Some(Fault::HtmlPage { status }) => {
                let page = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>cloud</body></html>";
                (status_of(status), Html(page)).into_response()
            }
            Some(Fault::Redirect { to }) => (StatusCode::FOUND, [(header::LOCATION, to)]).into_response(),
            Some(Fault::LargeBody { bytes }) => {
                let headers = [(header::LOCATION, "/v1/realtime/calls/rtc_large")];
                (StatusCode::CREATED, headers, vec![b'a'; bytes]).into_response()
            }
            Some(Fault::Hang) => {
                self.stage.ledger.note(None, no_answer());
                std::future::pending().await
            }
            Some(Fault::CloseConnection) => {
                self.stage.ledger.note(None, no_answer());
                cutter.cut();
                std::future::pending().await
            }
            Some(Fault::Slow { ms }) => {
                sleep(Duration::from_millis(ms)).await;
                as_provider(next.run(request).await)
            }
            fault => self.answer(fault, as_provider(next.run(request).await)).await,
        }
    }

    /// Spoils an answer, or the sideband of its call.
    async fn answer(&self, fault: Option<Fault>, mut response: Response) -> Response {
        let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
        let Some(id) = location.and_then(|path| path.rsplit('/').next()).map(str::to_owned) else { return response };
        match fault {
            Some(Fault::NoLocation) => drop(response.headers_mut().remove(header::LOCATION)),
            Some(Fault::Location { value }) => {
                if let Ok(value) = HeaderValue::from_str(&value.replace("{id}", &id)) {
                    response.headers_mut().insert(header::LOCATION, value);
                }
            }
            Some(Fault::OtherLines) => response = edited(response, lines_turned_round).await,
            Some(Fault::OtherMids) => response = edited(response, |sdp| sdp.replace("a=mid:", "a=mid:x")).await,
            Some(fault) if fault.is_of_call() => self.stage.spoil_call(&id, Some(fault)),
            _ => {}
        }
        response
    }

    /// A hang-up that fails; `None`: it does not.
    fn hang_up(&self, call: &str) -> Option<Response> {
        match self.stage.call_fault(call)? {
            Fault::HangUpRefused { status } => Some(refusal(status, "server_error", (None, None), None)),
            _ => None,
        }
    }

    /// A sideband that fails; `None`: it does not.
    async fn sideband(&self, call: &str, parts: &mut Parts) -> Option<Response> {
        if self.stage.call_fault(call) == Some(Fault::SidebandMissing) {
            return Some(refusal(404, "invalid_request_error", (Some("call_id_not_found"), Some("")), None));
        }
        let code = self.stage.closes_sideband(call)?;
        let upgrade = WebSocketUpgrade::from_request_parts(parts, &()).await.ok()?;
        Some(upgrade.on_upgrade(move |mut socket| async move {
            if code != 1006 {
                let frame = CloseFrame { code, reason: "".into() };
                // The client may be gone already.
                let _ = socket.send(Message::Close(Some(frame))).await;
            }
        }))
    }
}

/// OpenAI calls its answers plain text.
fn as_provider(mut response: Response) -> Response {
    if response.status() == StatusCode::CREATED {
        let kind = HeaderValue::from_static("text/plain; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    response
}

fn status_of(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn refusal(
    status: u16,
    kind: &str,
    (code, param): (Option<&str>, Option<&str>),
    retry_after_s: Option<u64>,
) -> Response {
    let message = "The simulator refuses this request, as it was told to.";
    let body = json!({"error": {"message": message, "type": kind, "param": param, "code": code}});
    let mut response = (status_of(status), Json(body)).into_response();
    if let Some(seconds) = retry_after_s {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

async fn edited(response: Response, edit: impl FnOnce(&str) -> String) -> Response {
    let (mut parts, body) = response.into_parts();
    let sdp = to_bytes(body, MAX_BODY).await.unwrap_or_default();
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(edit(&String::from_utf8_lossy(&sdp))))
}

/// The sections of an answer in the opposite order.
fn lines_turned_round(sdp: &str) -> String {
    let mut sections: Vec<&str> = sdp.trim_end().split("\r\nm=").collect();
    sections[1..].reverse();
    sections.join("\r\nm=") + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::lines_turned_round;

    #[test]
    fn sections_change_places_and_keep_their_lines() {
        let sdp = "v=0\r\na=m=no\r\nm=audio 9\r\na=mid:0\r\nm=application 9\r\na=mid:1\r\n";
        let turned = "v=0\r\na=m=no\r\nm=application 9\r\na=mid:1\r\nm=audio 9\r\na=mid:0\r\n";
        assert_eq!(lines_turned_round(sdp), turned);
    }
}
