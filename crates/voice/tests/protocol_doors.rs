//! The engine's doors over real HTTP, WebSockets and WebRTC, with the real models.

#![expect(clippy::unwrap_used, reason = "tests")]

mod engine_support;
#[expect(dead_code, reason = "these tests need only the folders")]
mod speech_support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use engine_support::{BEARER, KEY, LONG, Socket, at, call, engine, open, send, until};
use futures_util::StreamExt;
use realtime_api::instructions::say_exactly;
use reqwest::multipart::{Form, Part};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use voice::media::peer::{Caller, PeerEvent, PeerOptions};

/// Reads to the end, and returns the close code.
async fn close_code(socket: &mut Socket) -> u16 {
    loop {
        match timeout(LONG, socket.next()).await.unwrap() {
            Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
            Some(Ok(_)) => {}
            other => panic!("closed without a code: {other:?}"),
        }
    }
}

async fn refusal(request: RequestBuilder) -> (u16, String) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let body: Value = response.json().await.unwrap_or_default();
    (status, body["error"]["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_door_refuses_what_is_wrong_with_its_status_and_code() {
    let engine = engine(|_| {}).await;
    let http = Client::new();
    let post = |path: &str| http.post(at(&engine, path)).bearer_auth(KEY);
    let calls = || post("/v1/realtime/calls");
    let no_audio =
        "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n";
    let offer = Caller::new(PeerOptions::default()).await.unwrap().offer;
    let form = |session: &'static str| Form::new().text("sdp", offer.clone()).text("session", session);
    let sdp = |body: &str| calls().header("content-type", "application/sdp").body(body.to_owned());
    let speech = |body: Value| post("/v1/audio/speech").json(&body);
    let file = |bytes: &'static [u8]| Form::new().part("file", Part::bytes(bytes).file_name("a.wav"));
    let rows = [
        (http.post(at(&engine, "/v1/realtime/calls")), 401, "missing_api_key"),
        (http.post(at(&engine, "/v1/realtime/calls")).bearer_auth("sk-wrong"), 401, "invalid_api_key"),
        (http.get(at(&engine, "/v1/models")).bearer_auth("ek_unknown"), 401, "invalid_api_key"),
        (post("/v1/nothing"), 404, "unknown_url"),
        (http.get(at(&engine, "/v1/realtime/calls")).bearer_auth(KEY), 405, "method_not_supported"),
        (http.get(at(&engine, "/v1/models/gpt")).bearer_auth(KEY), 404, "model_not_found"),
        (calls().body("v=0"), 400, "invalid_content_type"),
        (sdp("hello"), 400, "invalid_offer"),
        (sdp(no_audio), 400, "invalid_offer"),
        (sdp(&"a".repeat(600_000)), 413, "invalid_body"),
        (sdp(&offer).header("openai-beta", "realtime=v1"), 400, "beta_api_shape_disabled"),
        (calls().multipart(Form::new().text("session", "{\"type\":\"realtime\"}")), 400, "missing_required_parameter"),
        (calls().multipart(form("{")), 400, "invalid_json"),
        (calls().multipart(form("{}")), 400, "missing_required_parameter"),
        (calls().multipart(form("{\"type\":\"realtime\",\"foo\":1}")), 400, "unknown_parameter"),
        (calls().multipart(form("{\"type\":\"realtime\"}").text("extra", "x")), 400, "unknown_parameter"),
        (post("/v1/realtime/calls/rtc_none/hangup"), 404, "call_id_not_found"),
        (post("/v1/realtime/client_secrets").json(&json!({"expires_after": {"seconds": 5}})), 400, "invalid_value"),
        (post("/v1/realtime/client_secrets").body("{"), 400, "invalid_json"),
        (post("/v1/realtime/client_secrets").json(&json!({"session": {"type": "x"}})), 400, "invalid_value"),
        (speech(json!({"input": "Hello.", "voice": "nobody"})), 400, "invalid_value"),
        (speech(json!({"input": "Hello.", "voice": "joe", "response_format": "mp3"})), 400, "invalid_value"),
        (speech(json!({"input": "", "voice": "joe"})), 400, "invalid_value"),
        (speech(json!({"voice": "joe"})), 400, "invalid_json"),
        (post("/v1/audio/transcriptions").multipart(Form::new().text("model", "m")), 400, "missing_required_parameter"),
        (post("/v1/audio/transcriptions").multipart(file(b"no wav")), 400, "invalid_value"),
        (post("/v1/audio/transcriptions").multipart(file(b"x").text("response_format", "srt")), 400, "invalid_value"),
    ];
    for (number, (request, status, code)) in rows.into_iter().enumerate() {
        assert_eq!(refusal(request).await, (status, code.to_owned()), "row {number}");
    }
    let refused = [
        ("/v1/realtime?model=m", ("authorization", "Bearer wrong"), 401, "invalid_api_key"),
        ("/v1/realtime?call_id=rtc_none", BEARER, 404, "call_id_not_found"),
        ("/v1/realtime", BEARER, 400, "missing_required_parameter"),
        ("/v1/realtime?model=m&call_id=rtc_x", BEARER, 400, "invalid_value"),
    ];
    for (path, header, status, code) in refused {
        let (got, body) = open(&engine, path, &[header]).await.map(|_| ()).unwrap_err();
        assert_eq!((got, &body["error"]["code"]), (status, &json!(code)), "{path}");
    }
    assert_eq!(engine.live_calls(), 0, "nothing that was refused takes room");
    let mut beta = open(&engine, "/v1/realtime?model=m", &[BEARER, ("openai-beta", "realtime=v1")]).await.unwrap();
    assert_eq!(until(&mut beta, "error").await["error"]["code"], "beta_api_shape_disabled");
    assert_eq!(close_code(&mut beta).await, 4000);
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_driven_by_its_sideband_and_ended_by_hangup() {
    let engine = engine(|config| config.max_calls = 1).await;
    let http = Client::new();
    let (mut peer, id) = call(&engine).await;
    let mut sideband = open(&engine, &format!("/v1/realtime?call_id={id}"), &[BEARER]).await.unwrap();

    let offer = Caller::new(PeerOptions::default()).await.unwrap().offer;
    let second = http.post(at(&engine, "/v1/realtime/calls")).bearer_auth(KEY);
    let full = second.header("content-type", "application/sdp").body(offer).send().await.unwrap();
    assert_eq!((full.status().as_u16(), full.headers()["retry-after"].to_str().unwrap()), (503, "5"));
    let load: Value = http.get(at(&engine, "/v1/load")).send().await.unwrap().json().await.unwrap();
    assert_eq!(load, json!({"live_calls": 1, "max_calls": 1}));

    let update = json!({"type": "session.update", "session": {"type": "realtime", "audio": {"input": {
        "transcription": {"model": "m"},
        "turn_detection": {"type": "semantic_vad", "create_response": false, "interrupt_response": true}}}}});
    send(&mut sideband, update).await;
    let first = timeout(LONG, sideband.next()).await.unwrap().unwrap().unwrap();
    assert!(first.to_text().unwrap().contains("session.updated"), "no session.created on a sideband");
    let text = "Hello Ann. Please tell me about your last project.";
    let response = json!({"instructions": say_exactly(text), "metadata": {"utterance": "1"}});
    send(&mut sideband, json!({"type": "response.create", "response": response})).await;
    let done = until(&mut sideband, "response.done").await;
    assert_eq!(done["response"]["status"], "completed");
    assert_eq!(done["response"]["output"][0]["content"][0]["transcript"], text);
    until(&mut sideband, "output_audio_buffer.stopped").await;

    let (mut kinds, mut loud) = (Vec::new(), 0);
    while let Ok(event) = peer.events.try_recv() {
        match event {
            PeerEvent::Text(text) => {
                let event: Value = serde_json::from_str(&text).unwrap();
                kinds.push(event["type"].as_str().unwrap().to_owned());
            }
            PeerEvent::Heard(heard) if heard.level > 0.01 => loud += 1,
            _ => {}
        }
    }
    assert_eq!(kinds[..2], ["session.created", "session.updated"]);
    assert!(kinds.contains(&"output_audio_buffer.started".to_owned()), "{kinds:?}");
    assert!(loud > 50, "{loud} loud packets are more than a second of voice");

    // A channel that comes back asks for what is in the conversation; this is ours, OpenAI has nothing like it.
    let mut again = open(&engine, &format!("/v1/realtime?call_id={id}&replay=items"), &[BEARER]).await.unwrap();
    let item = until(&mut again, "conversation.item.added").await;
    assert_eq!((&item["previous_item_id"], &item["item"]["content"][0]["transcript"]), (&Value::Null, &json!(text)));
    let wrong = open(&engine, &format!("/v1/realtime?call_id={id}&replay=all"), &[BEARER]).await;
    assert!(wrong.is_err(), "an unknown kind of replay is refused");

    let hangup = http.post(at(&engine, &format!("/v1/realtime/calls/{id}/hangup"))).bearer_auth(KEY);
    let ended = hangup.send().await.unwrap();
    assert_eq!((ended.status().as_u16(), ended.text().await.unwrap()), (200, String::new()));
    assert_eq!(close_code(&mut sideband).await, 1000);
    loop {
        match timeout(LONG, peer.events.recv()).await.unwrap() {
            Some(PeerEvent::Closed) | None => break,
            Some(_) => {}
        }
    }
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ephemeral_key_starts_sessions_until_it_ends() {
    let now_s = Arc::new(AtomicU64::new(1_000_000));
    let clock = Arc::clone(&now_s);
    let engine = engine(|config| {
        config.clock = Arc::new(move || UNIX_EPOCH + Duration::from_secs(clock.load(Ordering::Relaxed)));
    })
    .await;
    let body = json!({"expires_after": {"anchor": "created_at", "seconds": 60},
        "session": {"type": "realtime", "instructions": "Bound.", "audio": {"output": {"voice": "cedar"}}}});
    let request = Client::new().post(at(&engine, "/v1/realtime/client_secrets")).bearer_auth(KEY).json(&body);
    let secret: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!((&secret["expires_at"], &secret["session"]["expires_at"]), (&json!(1_000_060), &json!(0)));
    let key = secret["value"].as_str().unwrap();
    assert!(key.starts_with("ek_"));

    let protocols = format!("realtime, openai-insecure-api-key.{key}");
    let browser = [("sec-websocket-protocol", protocols.as_str())];
    let mut socket = open(&engine, "/v1/realtime?model=m", &browser).await.unwrap();
    let session = until(&mut socket, "session.created").await["session"].clone();
    assert_eq!((&session["instructions"], &session["audio"]["output"]["voice"]), (&json!("Bound."), &json!("cedar")));
    assert_eq!(session["model"], "m");

    let bearer = format!("Bearer {key}");
    let (status, body) =
        open(&engine, "/v1/realtime?call_id=rtc_x", &[("authorization", &bearer)]).await.map(|_| ()).unwrap_err();
    assert_eq!((status, &body["error"]["code"]), (404, &json!("call_id_not_found")));
    let more = Client::new().post(at(&engine, "/v1/realtime/client_secrets")).bearer_auth(key).json(&json!({}));
    assert_eq!(refusal(more).await.0, 401, "it cannot make others");

    now_s.store(1_000_060, Ordering::Relaxed);
    let (status, _) = open(&engine, "/v1/realtime?model=m", &browser).await.map(|_| ()).unwrap_err();
    assert_eq!(status, 401);
    send(&mut socket, json!({"type": "response.cancel"})).await;
    assert_eq!(
        until(&mut socket, "error").await["error"]["code"],
        "response_cancel_not_active",
        "the session lives on"
    );
    engine.stop().await;
    assert_eq!(close_code(&mut socket).await, 1001);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_lasts_too_long_is_told_and_closed() {
    let engine = engine(|config| config.max_session = Duration::from_millis(300)).await;
    let mut socket = open(&engine, "/v1/realtime?model=m", &[BEARER]).await.unwrap();
    assert_eq!(until(&mut socket, "error").await["error"]["code"], "session_expired");
    assert_eq!(close_code(&mut socket).await, 1001);
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_spoken_by_one_door_is_recognized_by_the_other() {
    let engine = engine(|_| {}).await;
    let http = Client::new();
    let body = json!({"model": "m", "voice": "joe", "input": "I moved our billing system to a new database."});
    let request = http.post(at(&engine, "/v1/audio/speech")).bearer_auth(KEY).json(&body);
    let response = request.send().await.unwrap();
    assert_eq!((response.headers()["content-type"].to_str().unwrap()), "audio/wav");
    assert_eq!((response.headers()["x-voice-used"].to_str().unwrap()), "joe");
    let wav = response.bytes().await.unwrap().to_vec();
    let form = Form::new().part("file", Part::bytes(wav).file_name("speech.wav")).text("model", "m");
    let request = http.post(at(&engine, "/v1/audio/transcriptions")).bearer_auth(KEY).multipart(form);
    let heard: Value = request.send().await.unwrap().json().await.unwrap();
    assert!(heard["text"].as_str().unwrap().contains("billing system"), "{heard}");
    assert_eq!(heard["usage"]["type"], "duration");
    engine.stop().await;
}
