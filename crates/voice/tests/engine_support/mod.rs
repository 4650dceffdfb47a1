//! A running engine with the real models, and a client's hands: doors, sockets, a call.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use reqwest::Client;
use reqwest::multipart::{Form, Part};
use secrecy::SecretString;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error as WsError, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use voice::media::MediaAddrs;
use voice::media::peer::{Caller, Peer, PeerOptions};
use voice::speech::{Speech, SpeechOptions};
use voice::{Engine, EngineConfig};

use crate::speech_support::{kept_clips, models};

pub const KEY: &str = "sk-test";
pub const LONG: Duration = Duration::from_secs(60);

pub async fn engine(change: impl FnOnce(&mut EngineConfig)) -> Engine {
    // The HTTP client wants a provider even where it speaks no TLS; a second test in this process finds it there.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let options = SpeechOptions { live_threads: 1, ..SpeechOptions::default() };
    let speech = Speech::open(&models(), &kept_clips(), options).unwrap();
    let local: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let media = MediaAddrs { bind: local, public: Vec::new() };
    let mut config = EngineConfig::new(local, SecretString::from(KEY), media);
    config.voice = "joe".into();
    change(&mut config);
    Engine::start(config, speech).await.unwrap()
}

pub fn at(engine: &Engine, path: &str) -> String {
    format!("{}{path}", engine.base_url())
}

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Opens a WebSocket with headers; an error is the refusal of the handshake as status and JSON.
pub async fn open(engine: &Engine, path: &str, headers: &[(&'static str, &str)]) -> Result<Socket, (u16, Value)> {
    let url = at(engine, path).replacen("http", "ws", 1);
    let mut request = url.into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    match connect_async(request).await {
        Ok((socket, _)) => Ok(socket),
        Err(WsError::Http(response)) => {
            let body = response.body().as_deref().unwrap_or_default();
            Err((response.status().as_u16(), serde_json::from_slice(body).unwrap_or_default()))
        }
        Err(other) => panic!("{other}"),
    }
}

pub const BEARER: (&str, &str) = ("authorization", "Bearer sk-test");

/// Reads events up to one of this type, and returns it.
pub async fn until(socket: &mut Socket, kind: &str) -> Value {
    loop {
        let message = timeout(LONG, socket.next()).await.unwrap_or_else(|_| panic!("no {kind}")).unwrap().unwrap();
        let Message::Text(text) = message else { continue };
        let event: Value = serde_json::from_str(&text).unwrap();
        if event["type"] == kind {
            return event;
        }
    }
}

pub async fn send(socket: &mut Socket, event: Value) {
    socket.send(Message::text(event.to_string())).await.unwrap();
}

/// Makes a call by the unified interface; returns it with its id.
pub async fn call(engine: &Engine) -> (Peer, String) {
    call_asking(engine, "").await
}

/// The same with more in the address: `?…`.
pub async fn call_asking(engine: &Engine, query: &str) -> (Peer, String) {
    let caller = Caller::new(PeerOptions::default()).await.unwrap();
    let form = Form::new()
        .part("sdp", Part::text(caller.offer.clone()).mime_str("application/sdp").unwrap())
        .part("session", Part::text(r#"{"type":"realtime"}"#).mime_str("application/json").unwrap());
    let request =
        Client::new().post(at(engine, &format!("/v1/realtime/calls{query}"))).bearer_auth(KEY).multipart(form);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 201);
    let location = response.headers()["location"].to_str().unwrap().to_owned();
    let id = location.strip_prefix("/v1/realtime/calls/").unwrap().to_owned();
    let peer = caller.connect(&response.text().await.unwrap()).await.unwrap();
    (peer, id)
}
