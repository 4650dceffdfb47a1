//! A client of the simulator: sockets, offers, and what came back.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use realtime_api::ServerEvent;
use realtime_api::instructions::say_exactly;
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error as WsError, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use voice::sim::{Control, Script, SimConfig, Simulator};

const LONG: Duration = Duration::from_secs(20);

/// An offer of Chromium, shortened: audio and a data channel, no candidates.
pub const OFFER: &str = "v=0\r\no=- 5 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\na=msid-semantic: WMS\r\n\
    m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:TTTT\r\na=ice-pwd:0123456789abcdef01234567\r\n\
    a=fingerprint:sha-256 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF\r\n\
    a=setup:actpass\r\na=mid:0\r\na=sendrecv\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n\
    a=fmtp:111 minptime=10;useinbandfec=1\r\na=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\na=rtpmap:9 G722/8000\r\n\
    a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:13 CN/8000\r\n\
    m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:TTTT\r\n\
    a=ice-pwd:0123456789abcdef01234567\r\na=setup:actpass\r\na=mid:1\r\na=sctp-port:5000\r\n";

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A simulator and somebody who calls it.
pub struct Stage {
    pub sim: Simulator,
    pub control: Control,
    pub http: Client,
}

impl Stage {
    pub async fn with(config: SimConfig) -> Self {
        // The HTTP client wants a provider even where it speaks no TLS; a second test in this process finds it there.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let sim = Simulator::start(config).await.unwrap();
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(LONG).build().unwrap();
        Self { control: sim.control(), sim, http }
    }

    /// Without media, playing this script.
    pub async fn playing(script: Script) -> Self {
        Self::with(SimConfig { script, ..SimConfig::default() }).await
    }

    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.sim.base_url())
    }

    /// Offers a call with the standard key.
    pub async fn offer(&self, offer: &str, session: Value) -> reqwest::Result<Response> {
        let part = |text: String, kind| Part::text(text).mime_str(kind).unwrap();
        let form = Form::new()
            .part("sdp", part(offer.to_owned(), "application/sdp"))
            .part("session", part(session.to_string(), "application/json"));
        self.http.post(self.at("/v1/realtime/calls")).bearer_auth(self.sim.key()).multipart(form).send().await
    }

    /// A call as an interview makes it: turns found, words told, no answer by itself.
    pub async fn call(&self) -> String {
        self.call_with("gpt-realtime-whisper", false).await
    }

    pub async fn call_with(&self, transcription: &str, creates_responses: bool) -> String {
        let session = interview(transcription, creates_responses);
        let response = self.offer(OFFER, session).await.unwrap();
        let status = response.status().as_u16();
        let location = response.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(status, 201, "{}", response.text().await.unwrap());
        let location = location.unwrap();
        location.strip_prefix("/v1/realtime/calls/").unwrap().to_owned()
    }

    /// Opens a WebSocket; an error is the refusal of the handshake as status and JSON.
    pub async fn open(&self, path: &str, headers: &[(&'static str, &str)]) -> Result<Talk, (u16, Value)> {
        let mut request = self.at(path).replacen("http", "ws", 1).into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Talk { socket }),
            Err(WsError::Http(response)) => {
                let body = response.body().as_deref().unwrap_or_default();
                Err((response.status().as_u16(), serde_json::from_slice(body).unwrap_or_default()))
            }
            Err(other) => panic!("{other}"),
        }
    }

    pub fn bearer(&self) -> String {
        format!("Bearer {}", self.sim.key())
    }

    /// Opens a call's sideband.
    pub async fn sideband(&self, call: &str) -> Talk {
        let path = format!("/v1/realtime?call_id={call}");
        self.open(&path, &[("authorization", &self.bearer())]).await.unwrap()
    }

    /// Opens a WebSocket session.
    pub async fn session(&self) -> Talk {
        self.open("/v1/realtime?model=gpt-realtime-2.1", &[("authorization", &self.bearer())]).await.unwrap()
    }
}

/// A session as an interview asks for it.
pub fn interview(transcription: &str, creates_responses: bool) -> Value {
    json!({"type": "realtime", "model": "gpt-realtime-2.1", "audio": {
        "input": {"transcription": {"model": transcription},
            "turn_detection": {"type": "semantic_vad", "create_response": creates_responses, "interrupt_response": true}},
        "output": {"voice": "marin"}}})
}

/// An open WebSocket.
pub struct Talk {
    socket: Socket,
}

impl Talk {
    pub async fn send(&mut self, event: Value) {
        self.send_text(&event.to_string()).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    pub async fn say(&mut self, text: &str) {
        self.send(json!({"type": "response.create", "response": {"instructions": say_exactly(text)}})).await;
    }

    /// The next event, which the types of the protocol must know.
    pub async fn next(&mut self) -> Value {
        loop {
            let message = timeout(LONG, self.socket.next()).await.expect("an event within 20 s").unwrap().unwrap();
            let Message::Text(text) = message else { continue };
            let event: ServerEvent = serde_json::from_str(&text).unwrap();
            assert!(!matches!(event, ServerEvent::Other(_)), "{text}");
            return serde_json::from_str(&text).unwrap();
        }
    }

    /// Events up to one of this type, that one included.
    pub async fn until(&mut self, kind: &str) -> Vec<Value> {
        let mut events = Vec::new();
        loop {
            events.push(self.next().await);
            if events.last().unwrap()["type"] == kind {
                return events;
            }
        }
    }

    /// The next event of this type.
    pub async fn one(&mut self, kind: &str) -> Value {
        self.until(kind).await.pop().unwrap()
    }

    /// Reads to the end: the close code, or none.
    pub async fn closed(&mut self) -> Option<u16> {
        loop {
            match timeout(LONG, self.socket.next()).await.expect("an end within 20 s") {
                Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    }
}

/// The types of events, in order.
pub fn kinds(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().unwrap()).collect()
}
