//! What the provider answers to each thing a client does.

use std::time::Duration;

use crate::support::{Stage, Talk, kinds};
use serde_json::{Value, json};
use voice::sim::{Answer, Script, SimConfig, What};

/// Sends an event and returns the error that names it.
async fn error_of(talk: &mut Talk, mut event: Value) -> Value {
    event["event_id"] = "mine".into();
    talk.send(event).await;
    let error = talk.one("error").await["error"].clone();
    assert_eq!(error["event_id"], "mine");
    error
}

#[tokio::test]
async fn the_owner_is_told_the_session_and_every_update_whole() {
    let stage = Stage::playing(Script::default()).await;
    let mut talk = stage.session().await;
    let session = talk.next().await["session"].clone();
    assert_eq!(session["audio"]["input"]["transcription"], Value::Null, "no words by default");
    assert_eq!(session["audio"]["input"]["turn_detection"]["silence_duration_ms"], 200);
    talk.send(json!({"type": "session.update", "session": {"type": "realtime",
        "audio": {"input": {"transcription": {"model": "gpt-transcribe"}}, "output": {"speed": 1.2}}}}))
        .await;
    let session = talk.one("session.updated").await["session"].clone();
    let transcription = json!({"model": "gpt-transcribe", "language": null, "prompt": null});
    assert_eq!(session["audio"]["input"]["transcription"], transcription);
    assert_eq!(session["audio"]["output"]["speed"], 1.2);
}

#[tokio::test]
async fn what_is_wrong_is_named_and_changes_nothing() {
    let stage = Stage::playing(Script::default()).await;
    let mut talk = stage.session().await;
    talk.one("session.created").await;
    let update = |session: Value| json!({"type": "session.update", "session": session});
    let item = |kind: &str| json!({"type": kind, "item_id": "item_none", "content_index": 0, "audio_end_ms": 0});
    let plain = |kind: &str| json!({"type": kind, "item_id": "item_none"});
    let rows = [
        (update(json!({"instructions": "x"})), "missing_required_parameter", json!("session.type")),
        (update(json!({"type": "realtime", "foo": 1})), "unknown_parameter", json!("session.foo")),
        (json!({"type": "session.dance"}), "invalid_value", json!("type")),
        (json!({"session": {}}), "invalid_event", Value::Null),
        (json!({"type": "input_audio_buffer.commit"}), "input_audio_buffer_commit_empty", Value::Null),
        (json!({"type": "response.cancel"}), "response_cancel_not_active", Value::Null),
        (plain("conversation.item.retrieve"), "item_retrieve_invalid_item_id", json!("item_id")),
        (item("conversation.item.truncate"), "item_truncate_invalid_item_id", json!("item_id")),
        (plain("conversation.item.delete"), "item_delete_invalid_item_id", json!("item_id")),
    ];
    for (event, code, param) in rows {
        let error = error_of(&mut talk, event.clone()).await;
        assert_eq!((&error["code"], &error["param"]), (&json!(code), &param), "{event}");
    }
    talk.send_text("{").await;
    assert_eq!(talk.one("error").await["error"]["type"], "invalid_request_error");
    talk.send(update(json!({"type": "realtime", "instructions": "", "foo": 1}))).await;
    talk.one("error").await;
    talk.send(update(json!({"type": "realtime"}))).await;
    let session = talk.one("session.updated").await["session"].clone();
    assert_eq!(session["instructions"], "", "the whole update was refused");
}

#[tokio::test]
async fn a_second_response_waits_for_the_first_and_a_cut_has_its_length() {
    let stage = Stage::playing(Script::default()).await;
    let call = stage.call().await;
    let mut sideband = stage.sideband(&call).await;
    sideband.say("A first sentence, said in real time.").await;
    let created = sideband.one("response.created").await;
    let error = error_of(&mut sideband, json!({"type": "response.create"})).await;
    assert_eq!(error["code"], "conversation_already_has_active_response");
    assert!(error["message"].as_str().unwrap().contains(created["response"]["id"].as_str().unwrap()), "{error}");
    let done = sideband.one("response.done").await;
    let item = done["response"]["output"][0]["id"].clone();
    let beyond = json!({"type": "conversation.item.truncate", "item_id": item, "content_index": 0,
        "audio_end_ms": 3_600_000});
    assert_eq!(error_of(&mut sideband, beyond).await["param"], "audio_end_ms");
    sideband.send(json!({"type": "output_audio_buffer.clear"})).await;
    assert_eq!(sideband.one("output_audio_buffer.cleared").await["response_id"], created["response"]["id"]);
    sideband.say("Another.").await;
    sideband.one("response.created").await;
    sideband.send(json!({"type": "response.cancel"})).await;
    let done = sideband.one("response.done").await;
    assert_eq!(
        (&done["response"]["status"], &done["response"]["status_details"]["reason"]),
        (&json!("cancelled"), &json!("client_cancelled"))
    );
}

#[tokio::test]
async fn every_client_event_of_the_page_is_obeyed_and_seen_on_the_sideband() {
    let stage = Stage::playing(Script::at_once([])).await;
    let call = stage.call().await;
    let mut sideband = stage.sideband(&call).await;
    let events = [
        (
            json!({"type": "session.update", "session": {"type": "realtime", "instructions": "Obey me."}}),
            "session.updated",
        ),
        (
            json!({"type": "conversation.item.create", "item": {"type": "message", "role": "user", "id": "item_mine",
            "content": [{"type": "input_text", "text": "Rate me well."}]}}),
            "conversation.item.done",
        ),
        (json!({"type": "response.create"}), "response.done"),
        (json!({"type": "conversation.item.delete", "item_id": "item_mine"}), "conversation.item.deleted"),
        (json!({"type": "input_audio_buffer.clear"}), "input_audio_buffer.cleared"),
    ];
    for (event, effect) in events {
        assert!(stage.control.from_page(&call, &event));
        let seen = sideband.one(effect).await;
        if effect == "session.updated" {
            assert_eq!(seen["session"]["instructions"], "Obey me.");
        }
    }
    let owner = |entry: &voice::sim::Entry| matches!(&entry.what, What::Client { from, .. } if from == "owner");
    assert_eq!(stage.control.ledger().iter().filter(|entry| owner(entry)).count(), 5);
}

#[tokio::test]
async fn the_doors_refuse_what_openai_refuses() {
    let stage = Stage::playing(Script::default()).await;
    let bearer = stage.bearer();
    let key = ("authorization", bearer.as_str());
    let refused = stage.open("/v1/realtime?call_id=rtc_none", &[key]).await.err().unwrap();
    assert_eq!((refused.0, &refused.1["error"]["code"]), (404, &json!("call_id_not_found")));
    let refused = stage.open("/v1/realtime?model=m", &[("authorization", "Bearer sk-wrong")]).await.err().unwrap();
    assert_eq!((refused.0, &refused.1["error"]["code"]), (401, &json!("invalid_api_key")));
    let mut beta = stage.open("/v1/realtime?model=m", &[key, ("openai-beta", "realtime=v1")]).await.unwrap();
    assert_eq!(beta.one("error").await["error"]["code"], "beta_api_shape_disabled");
    assert_eq!(beta.closed().await, Some(4000));

    let call = stage.call().await;
    let secret = stage.http.post(stage.at("/v1/realtime/client_secrets")).bearer_auth(stage.sim.key());
    let secret: Value =
        secret.json(&json!({"session": {"type": "realtime"}})).send().await.unwrap().json().await.unwrap();
    let ephemeral = format!("Bearer {}", secret["value"].as_str().unwrap());
    let path = format!("/v1/realtime?call_id={call}");
    let refused = stage.open(&path, &[("authorization", &ephemeral)]).await.err().unwrap();
    assert_eq!((refused.0, &refused.1["error"]["code"]), (404, &json!("call_id_not_found")));

    let no_audio =
        "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n";
    let response = stage.offer(no_audio, json!({"type": "realtime"})).await.unwrap();
    let (status, body) = (response.status().as_u16(), response.json::<Value>().await.unwrap());
    assert_eq!((status, &body["error"]["code"]), (400, &json!("invalid_offer")));
}

#[tokio::test]
async fn a_hang_up_closes_the_sidebands_and_ends_the_call() {
    let stage = Stage::playing(Script::default()).await;
    let call = stage.call().await;
    let mut sideband = stage.sideband(&call).await;
    let hang_up =
        || stage.http.post(stage.at(&format!("/v1/realtime/calls/{call}/hangup"))).bearer_auth(stage.sim.key());
    let response = hang_up().send().await.unwrap();
    assert_eq!((response.status().as_u16(), response.text().await.unwrap()), (200, String::new()));
    assert_eq!(sideband.closed().await, Some(1000));
    stage.control.wait(|entry| matches!(entry.what, What::Ended { code: 1000 })).await;
    assert_eq!(hang_up().send().await.unwrap().status().as_u16(), 404);
}

#[tokio::test]
async fn a_session_ends_with_its_hour_or_when_it_is_told_to() {
    let config = SimConfig { max_session: Duration::from_millis(300), ..SimConfig::default() };
    let stage = Stage::with(config).await;
    let mut talk = stage.session().await;
    assert_eq!(talk.one("error").await["error"]["code"], "session_expired");
    assert_eq!(talk.closed().await, Some(1001));

    let stage = Stage::playing(Script::default()).await;
    let call = stage.call().await;
    let mut sideband = stage.sideband(&call).await;
    assert!(stage.control.expire(&call));
    assert_eq!(sideband.one("error").await["error"]["code"], "session_expired");
    assert_eq!(sideband.closed().await, Some(1001));
    stage.control.wait(|entry| matches!(entry.what, What::Ended { code: 1001 })).await;
}

#[tokio::test]
async fn a_cut_sideband_can_be_opened_again_and_an_ended_call_cannot() {
    let stage = Stage::playing(Script::at_once([])).await;
    let call = stage.call().await;
    for code in [1000, 1001] {
        let mut sideband = stage.sideband(&call).await;
        assert!(stage.control.cut(&call, code));
        assert_eq!(sideband.closed().await, Some(code));
    }
    let mut sideband = stage.sideband(&call).await;
    assert!(stage.control.cut(&call, 1006));
    assert_eq!(sideband.closed().await, None, "gone without a word");
    let mut sideband = stage.sideband(&call).await;
    assert!(stage.control.emit(
        &call,
        json!({"type": "error", "event_id": "event_1", "error":
        {"type": "server_error", "code": null, "message": "Sorry.", "param": null}})
    ));
    assert_eq!(sideband.one("error").await["event_id"], "event_1");
    assert!(stage.control.end(&call));
    assert_eq!(sideband.closed().await, Some(1000));
    stage.control.wait(|entry| matches!(entry.what, What::Ended { .. })).await;
    assert!(!stage.control.speak(&call, Answer::new("Hello?")));
}

#[tokio::test]
async fn turns_committed_by_hand_have_the_script_s_words() {
    let stage = Stage::playing(Script::at_once(["By hand.", "By ear."])).await;
    let mut talk = stage.session().await;
    let input = |detection: Value| {
        json!({"type": "session.update", "session": {"type": "realtime", "audio": {"input": {
        "transcription": {"model": "gpt-transcribe"}, "turn_detection": detection}}}})
    };
    talk.send(input(Value::Null)).await;
    let tone = tone(1_000);
    talk.send(json!({"type": "input_audio_buffer.append", "audio": tone})).await;
    talk.send(json!({"type": "input_audio_buffer.commit"})).await;
    let completed = talk.one("conversation.item.input_audio_transcription.completed").await;
    assert_eq!(completed["transcript"], "By hand.");
    talk.send(input(json!({"type": "server_vad", "create_response": false}))).await;
    talk.send(json!({"type": "input_audio_buffer.append", "audio": tone})).await;
    talk.send(json!({"type": "input_audio_buffer.append", "audio": silence(1_000)})).await;
    let events = talk.until("conversation.item.input_audio_transcription.completed").await;
    assert!(kinds(&events).contains(&"input_audio_buffer.speech_started"));
    assert_eq!(events.last().unwrap()["transcript"], "By ear.");
}

fn tone(ms: usize) -> String {
    base64((0..ms * 24).map(|i| if i / 50 % 2 == 0 { 6_000 } else { -6_000 }))
}

fn silence(ms: usize) -> String {
    base64((0..ms * 24).map(|_| 0))
}

fn base64(samples: impl Iterator<Item = i16>) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(samples.flat_map(i16::to_le_bytes).collect::<Vec<_>>())
}
