//! An engine with a language model: a scripted chat endpoint, the real voice, over WebSocket and WebRTC.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

mod engine_support;
#[expect(dead_code, reason = "these tests need only the folders")]
mod speech_support;

use std::sync::Arc;
use std::time::Instant;

use engine_support::{BEARER, KEY, LONG, Socket, at, call, engine, open, send, until};
use realtime_api::instructions::say_exactly;
use reqwest::Client;
use secrecy::SecretString;
use serde_json::{Value, json};
use testkit::chat::{FakeChat, Fault, Reply};
use tokio::time::timeout;
use voice::Engine;
use voice::media::peer::{Peer, PeerEvent};
use voice::think::{Chat, ChatConfig};

const FIRST: &str = "Thank you, Ann, that was a very clear answer.";
const SECOND: &str = "What did you learn from that project?";

async fn thinking_engine() -> (FakeChat, Engine) {
    let chat = FakeChat::start(&["fake"], Some("sk-chat")).await;
    let key = SecretString::from("sk-chat");
    let model = Chat::new(ChatConfig { key, ..ChatConfig::new(chat.base_url(), "fake") }).unwrap();
    let engine = engine(|config| config.model = Some(model)).await;
    (chat, engine)
}

fn session(turn_detection: &Value) -> Value {
    json!({"type": "session.update", "session": {"type": "realtime", "instructions": "You interview Ann.",
        "audio": {"input": {"transcription": {"model": "any"}, "turn_detection": turn_detection}}}})
}

/// A spoken text at 24 kHz, 16-bit samples as bytes.
async fn spoken(engine: &Engine, text: &str) -> Vec<u8> {
    let body = json!({"model": "m", "voice": "joe", "input": text});
    let request = Client::new().post(at(engine, "/v1/audio/speech")).bearer_auth(KEY).json(&body);
    request.send().await.unwrap().bytes().await.unwrap()[44..].to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_socket_a_spoken_turn_is_answered_in_sentences_and_calls() {
    use base64::Engine as _;
    let (chat, engine) = thinking_engine().await;
    chat.reply(Reply::says(&format!("{FIRST} {SECOND}")).calls("note_request", &json!({"about": "billing"})));
    let mut socket = open(&engine, "/v1/realtime?model=m", &[BEARER]).await.unwrap();
    let detection = json!({"type": "semantic_vad", "create_response": true, "interrupt_response": true});
    send(&mut socket, session(&detection)).await;
    until(&mut socket, "session.updated").await;
    let mut sound = spoken(&engine, "I moved our billing system to a new database.").await;
    sound.extend(vec![0; 48_000 * 3]);
    for piece in sound.chunks(9_600) {
        let audio = base64::engine::general_purpose::STANDARD.encode(piece);
        send(&mut socket, json!({"type": "input_audio_buffer.append", "audio": audio})).await;
    }
    let done = until(&mut socket, "response.done").await["response"].clone();
    assert_eq!(done["status"], "completed", "{done}");
    assert_eq!(done["output"][0]["content"][0]["transcript"], format!("{FIRST} {SECOND}"));
    assert_eq!((&done["output"][1]["name"], &done["usage"]["input_tokens"]), (&json!("note_request"), &json!(100)));
    let asked = chat.asked().remove(0);
    assert_eq!(asked["messages"][0], json!({"role": "system", "content": "You interview Ann."}));
    assert!(asked["messages"][1]["content"].as_str().unwrap().contains("billing"), "{asked}");

    let call_id = done["output"][1]["call_id"].clone();
    let output = json!({"type": "function_call_output", "call_id": call_id, "output": "noted"});
    send(&mut socket, json!({"type": "conversation.item.create", "item": output})).await;
    let text_only = json!({"type": "response.create", "response": {"output_modalities": ["text"]}});
    send(&mut socket, text_only.clone()).await;
    let done = until(&mut socket, "response.done").await["response"].clone();
    assert_eq!(done["output"][0]["content"][0]["text"], "I see. Please go on.", "{done}");
    assert_eq!(chat.asked()[1]["messages"][3]["content"], "noted");

    chat.reply(Reply::says("Well, I").fails(Fault::Disconnect));
    send(&mut socket, text_only.clone()).await;
    let failed = until(&mut socket, "response.done").await["response"].clone();
    assert_eq!((&failed["status"], &failed["output"][0]["status"]), (&json!("failed"), &json!("incomplete")));
    assert_eq!(failed["status_details"]["error"]["code"], "model_bad_stream");
    chat.reply(Reply::says("Well, I").fails(Fault::Stall));
    send(&mut socket, text_only).await;
    until(&mut socket, "response.output_text.delta").await;
    send(&mut socket, json!({"type": "response.cancel"})).await;
    assert_eq!(until(&mut socket, "response.done").await["response"]["status"], "cancelled");
    chat.hung_up(1).await;
    engine.stop().await;
}

/// What a peer hears from the first loud packet to the last: when it began, and its longest pause.
struct Listened {
    first: Instant,
    longest_pause_ms: u64,
}

/// Takes what was heard so far.
fn listened(peer: &mut Peer) -> Listened {
    let mut loud = Vec::new();
    while let Ok(event) = peer.events.try_recv() {
        if let PeerEvent::Heard(heard) = event
            && heard.level > 0.004
        {
            loud.push((heard.rtp_time, heard.at));
        }
    }
    let pauses = loud.windows(2).map(|pair| (pair[1].0 - pair[0].0) / 48 - 20);
    Listened { longest_pause_ms: pauses.max().unwrap(), first: loud[0].1 }
}

/// Waits until so many loud packets of 20 ms have arrived.
async fn listen_for(peer: &mut Peer, packets: usize) {
    let mut loud = 0;
    while loud < packets {
        let event = timeout(LONG, peer.events.recv()).await.unwrap().unwrap();
        loud += usize::from(matches!(event, PeerEvent::Heard(heard) if heard.level > 0.004));
    }
}

async fn call_with_sideband(engine: &Engine) -> (Peer, Socket) {
    let (peer, id) = call(engine).await;
    let mut sideband = open(engine, &format!("/v1/realtime?call_id={id}"), &[BEARER]).await.unwrap();
    let detection = json!({"type": "semantic_vad", "create_response": false, "interrupt_response": true});
    send(&mut sideband, session(&detection)).await;
    until(&mut sideband, "session.updated").await;
    (peer, sideband)
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_call_sentences_follow_each_other_as_in_one_clip() {
    let (chat, engine) = thinking_engine().await;
    let (mut peer, mut sideband) = call_with_sideband(&engine).await;
    let given = json!({"instructions": say_exactly(&format!("{FIRST} {SECOND}"))});
    send(&mut sideband, json!({"type": "response.create", "response": given})).await;
    until(&mut sideband, "output_audio_buffer.stopped").await;
    let in_one = listened(&mut peer);

    // The second sentence is thought of while the first is being said: its first word shows that the first is whole.
    let (begun, rest) = SECOND.split_at("What".len());
    chat.reply(Reply::says(&format!("{FIRST} {begun}")).waits().and(rest));
    let asked_at = Instant::now();
    send(&mut sideband, json!({"type": "response.create"})).await;
    let started = until(&mut sideband, "output_audio_buffer.started").await;
    chat.go_on();
    let done = until(&mut sideband, "response.done").await["response"].clone();
    assert_eq!((&done["status"], &done["id"]), (&json!("completed"), &started["response_id"]));
    until(&mut sideband, "output_audio_buffer.stopped").await;
    let in_two = listened(&mut peer);
    println!(
        "first sound {} ms after the request; longest pause {} ms, {} ms in one clip",
        in_two.first.duration_since(asked_at).as_millis(),
        in_two.longest_pause_ms,
        in_one.longest_pause_ms,
    );
    assert!(in_two.longest_pause_ms <= in_one.longest_pause_ms + 60, "a gap between the sentences");
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_speaks_in_the_middle_of_an_answer_stops_voice_and_model() {
    let (chat, engine) = thinking_engine().await;
    let (mut peer, mut sideband) = call_with_sideband(&engine).await;
    let sound = spoken(&engine, "Sorry, may I say something about that first?").await;
    let samples = sound.chunks_exact(2).map(|two| f32::from(i16::from_le_bytes([two[0], two[1]])) / 32_768.0);
    let sound: Arc<[f32]> = samples.collect();

    // The model has begun a third sentence when it is interrupted.
    let text = format!("{FIRST} {SECOND} And");
    chat.reply(Reply::says(&text).fails(Fault::Stall));
    send(&mut sideband, json!({"type": "response.create"})).await;
    listen_for(&mut peer, 60).await;
    peer.speak(sound);
    let truncated = until(&mut sideband, "conversation.item.truncated").await;
    let done = until(&mut sideband, "response.done").await["response"].clone();
    assert_eq!(done["status_details"], json!({"type": "cancelled", "reason": "turn_detected"}));
    assert_eq!(done["output"][0]["id"], truncated["item_id"]);
    let heard = done["output"][0]["content"][0]["transcript"].as_str().unwrap();
    println!("{} ms were heard: {} words", truncated["audio_end_ms"], heard.split(' ').count());
    assert!(text.starts_with(heard) && heard.len() < FIRST.len() + SECOND.len(), "{heard}");
    assert!(heard.split(' ').count() >= 3, "more than a second was heard");
    chat.hung_up(1).await;

    // The answer that was interrupted and the words that did it are the model's next question.
    until(&mut sideband, "conversation.item.input_audio_transcription.completed").await;
    send(&mut sideband, json!({"type": "response.create"})).await;
    until(&mut sideband, "output_audio_buffer.stopped").await;
    let asked = chat.asked().pop().unwrap();
    assert_eq!(asked["messages"][2], json!({"role": "assistant", "content": heard}));
    assert!(asked["messages"][3]["content"].as_str().unwrap().contains("something about that"), "{asked}");
    peer.close();
    while !matches!(timeout(LONG, peer.events.recv()).await.unwrap(), Some(PeerEvent::Closed) | None) {}
    engine.stop().await;
}
