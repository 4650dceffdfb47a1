//! The session core against the behavior table and the recorded orders of the protocol. No models, no clock.

#![expect(clippy::unwrap_used, reason = "tests")]

mod any_order;
mod responses;
mod support;
mod thoughts;

use realtime_api::SessionKind;
use realtime_api::instructions::say_exactly;
use serde_json::{Value, json};
use support::Session;
use voice::session::{Audience, Input, MAX_SESSION_MS, Origin, Output, Wire};
use voice::speech::{EarEvent, SpeechError};
use voice::turn::TurnDetection;

#[test]
fn a_session_begins_with_session_created_for_its_owner() {
    let session = Session::call();
    assert_eq!(session.told.len(), 1);
    let (to, event) = &session.told[0];
    assert_eq!((*to, &event["type"]), (Audience::Only(Origin::Owner), &json!("session.created")));
    assert_eq!(event["session"]["expires_at"], 1_003_600);
    assert_eq!(event["session"]["audio"]["input"]["transcription"], Value::Null);
    assert_eq!(event["session"]["audio"]["input"]["turn_detection"]["type"], "server_vad");
    assert!(session.has_done(|output| matches!(output, Output::Listen(TurnDetection::Silence { .. }))));
}

/// Rows of the behavior table that end in an error event: what is sent, the code, the param.
#[test]
fn every_refusal_has_its_code_and_names_its_field() {
    let update = |session: Value| json!({"type": "session.update", "session": session, "event_id": "c7"});
    let item = |item: Value| json!({"type": "conversation.item.create", "item": item, "event_id": "c7"});
    let message = |role: &str, content: Value| json!({"type": "message", "role": role, "content": content});
    let rows = [
        (update(json!({"instructions": "x"})), "missing_required_parameter", "session.type"),
        (update(json!({"type": "realtime", "foo": 1})), "unknown_parameter", "session.foo"),
        (
            update(json!({"type": "realtime", "audio": {"input": {"bar": 1}}})),
            "unknown_parameter",
            "session.audio.input.bar",
        ),
        (update(json!({"type": "realtime", "audio": "loud"})), "invalid_type", "session.audio"),
        (update(json!({"type": "transcription"})), "invalid_value", "session.type"),
        (
            update(json!({"type": "realtime", "audio": {"output": {"voice": "nobody"}}})),
            "invalid_value",
            "session.audio.output.voice",
        ),
        (
            update(json!({"type": "realtime", "audio": {"output": {"speed": 1.2}}})),
            "invalid_value",
            "session.audio.output.speed",
        ),
        (
            update(json!({"type": "realtime", "audio": {"input": {"turn_detection": {"type": "psychic"}}}})),
            "invalid_value",
            "session.audio.input.turn_detection.type",
        ),
        (
            update(
                json!({"type": "realtime", "audio": {"input": {"turn_detection": {"type": "server_vad", "threshold": 3}}}}),
            ),
            "invalid_value",
            "session.audio.input.turn_detection.threshold",
        ),
        (json!({"type": "session.update", "event_id": "c7"}), "missing_required_parameter", "session"),
        (json!({"type": "session.dance", "event_id": "c7"}), "invalid_value", "type"),
        (json!({"type": "input_audio_buffer.append", "audio": "%%", "event_id": "c7"}), "invalid_value", "audio"),
        (json!({"type": "output_audio_buffer.clear", "event_id": "c7"}), "invalid_value", "type"),
        (
            json!({"type": "conversation.item.retrieve", "item_id": "item_x", "event_id": "c7"}),
            "item_retrieve_invalid_item_id",
            "item_id",
        ),
        (
            json!({"type": "conversation.item.delete", "item_id": "item_x", "event_id": "c7"}),
            "item_delete_invalid_item_id",
            "item_id",
        ),
        (
            json!({"type": "conversation.item.truncate", "item_id": "item_x", "content_index": 0, "audio_end_ms": 1, "event_id": "c7"}),
            "item_truncate_invalid_item_id",
            "item_id",
        ),
        (item(json!({"type": "message", "content": []})), "missing_required_parameter", "item.role"),
        (
            item(message("assistant", json!([{"type": "input_text", "text": "x"}]))),
            "invalid_value",
            "item.content[0].type",
        ),
        (item(json!({"type": "poem"})), "invalid_value", "item.type"),
        (
            item(json!({"type": "message", "id": "x".repeat(33), "role": "user", "content": []})),
            "string_above_max_length",
            "item.id",
        ),
        (
            json!({"type": "conversation.item.create", "previous_item_id": "nowhere", "event_id": "c7", "item": message("user", json!([]))}),
            "invalid_value",
            "previous_item_id",
        ),
        (
            json!({"type": "response.create", "event_id": "c7", "response": {"metadata": {"a": 1}}}),
            "invalid_type",
            "response.metadata.a",
        ),
        (
            json!({"type": "response.create", "event_id": "c7", "response": {"instructions": say_exactly(&"x".repeat(5_000))}}),
            "invalid_value",
            "response.instructions",
        ),
    ];
    for (sent, code, param) in rows {
        let mut session = Session::socket();
        let before = session.core.session();
        session.told.clear();
        session.client(sent.clone());
        let error = &session.last("error")["error"];
        assert_eq!((&error["code"], &error["param"]), (&json!(code), &json!(param)), "{sent}: {error}");
        assert_eq!((&error["type"], &error["event_id"]), (&json!("invalid_request_error"), &json!("c7")), "{sent}");
        assert_eq!(session.told.len(), 1, "{sent}: nothing but the error");
        assert_eq!(session.core.session(), before, "{sent}: nothing changes");
    }
}

#[test]
fn refusals_without_a_field_have_their_codes_and_words() {
    for (sent, code, words) in [
        ("{\"event_id\":\"c1\"}", "invalid_event", "The 'type' field is missing."),
        ("hello", "invalid_json", "not JSON"),
        ("{\"type\":\"input_audio_buffer.commit\"}", "input_audio_buffer_commit_empty", "buffer too small"),
        (
            "{\"type\":\"response.cancel\"}",
            "response_cancel_not_active",
            "Cancellation failed: no active response found",
        ),
        ("{\"type\":\"session.dance\"}", "invalid_value", "'response.create'"),
    ] {
        let mut session = Session::socket();
        session.take(Input::Frame { from: Origin::Owner, text: sent.into() });
        let error = &session.last("error")["error"];
        assert_eq!(error["code"], code, "{sent}");
        assert!(error["message"].as_str().unwrap().contains(words), "{sent}: {error}");
    }
}

#[test]
fn a_page_that_only_listens_changes_nothing_but_the_sideband_does() {
    let mut session = Session::with(Wire::WebRtc, SessionKind::Realtime, false);
    let update = json!({"type": "session.update", "session": {"type": "realtime", "instructions": "Be quiet."}});
    session.kinds();
    session.client(update.clone());
    assert_eq!(session.last("error")["error"]["code"], "client_events_not_allowed");
    session.take(Input::Frame { from: Origin::Sideband(1), text: update.to_string() });
    assert_eq!(session.kinds(), ["error", "session.updated"]);
}

#[test]
fn errors_go_only_to_who_made_them() {
    let mut session = Session::call();
    session.take(Input::Frame { from: Origin::Sideband(3), text: json!({"type": "response.cancel"}).to_string() });
    assert_eq!(session.told.last().unwrap().0, Audience::Only(Origin::Sideband(3)));
}

#[test]
fn an_update_changes_what_it_names_and_the_whole_session_is_answered() {
    let mut session = Session::call();
    session.client(json!({"type": "session.update", "session": {"type": "realtime", "instructions": "Be brief.",
        "audio": {"input": {"transcription": {"model": "m"}, "turn_detection": {"type": "semantic_vad", "eagerness": "low"}},
                  "output": {"voice": "marin"}}}}));
    let (to, updated) = session.told.last().unwrap().clone();
    assert_eq!((to, &updated["type"]), (Audience::All, &json!("session.updated")));
    let told = &updated["session"];
    assert_eq!(told["instructions"], "Be brief.");
    assert_eq!(told["audio"]["input"]["transcription"], json!({"model": "m", "language": null, "prompt": null}));
    assert_eq!(told["audio"]["input"]["turn_detection"]["interrupt_response"], true);
    assert_eq!(told["audio"]["input"]["format"]["rate"], 24_000);
    assert_eq!(told["audio"]["output"]["voice"], "marin");
    assert_eq!(told["model"], "test-model");
    session.client(json!({"type": "session.update", "session": {"type": "realtime",
        "audio": {"input": {"turn_detection": null}}, "tools": [], "instructions": ""}}));
    let told = &session.last("session.updated")["session"];
    assert_eq!(told["audio"]["input"]["turn_detection"], Value::Null);
    assert_eq!(told["audio"]["input"]["transcription"]["model"], "m");
    assert_eq!(told["instructions"], "");
    assert!(session.has_done(|output| matches!(output, Output::Listen(TurnDetection::Manual))));
}

#[test]
fn a_user_turn_has_the_recorded_order_and_links() {
    let mut session = Session::interview();
    session.turn(Some(Ok("Hello, my name is Ann.".into())));
    let item = session.last("input_audio_buffer.speech_started")["item_id"].clone();
    for kind in ["input_audio_buffer.speech_stopped", "input_audio_buffer.committed"] {
        assert_eq!(session.last(kind)["item_id"], item);
    }
    let added = session.last("conversation.item.added");
    assert_eq!((&added["item"]["id"], &added["previous_item_id"]), (&item, &Value::Null));
    assert_eq!(added["item"]["content"], json!([{"type": "input_audio", "transcript": null}]));
    let completed = session.last("conversation.item.input_audio_transcription.completed");
    assert_eq!((&completed["item_id"], &completed["transcript"]), (&item, &json!("Hello, my name is Ann.")));
    assert_eq!(completed["usage"], json!({"type": "duration", "seconds": 3}));
    let deltas: String = session.told.iter().filter_map(|(_, event)| event["delta"].as_str()).collect();
    assert_eq!(deltas, " Hello my name is", "a word is told when the next one is there");
    assert_eq!(
        session.kinds(),
        [
            "input_audio_buffer.speech_started",
            "conversation.item.input_audio_transcription.delta",
            "conversation.item.input_audio_transcription.delta",
            "input_audio_buffer.speech_stopped",
            "input_audio_buffer.committed",
            "conversation.item.added",
            "conversation.item.done",
            "conversation.item.input_audio_transcription.completed",
        ]
    );
    session.turn(None);
    let second = session.last("conversation.item.added").clone();
    assert_eq!(second["previous_item_id"], item);
    session.ear(EarEvent::TurnText { start_ms: 1_460, text: Err(SpeechError::Stopped) });
    let failed = session.last("conversation.item.input_audio_transcription.failed");
    assert_eq!((&failed["item_id"], &failed["error"]["type"]), (&second["item"]["id"], &json!("server_error")));
}

#[test]
fn the_retrieved_turn_has_its_words_and_sound() {
    let mut session = Session::interview();
    session.turn(Some(Ok("Yes.".into())));
    let id = session.last("conversation.item.added")["item"]["id"].clone();
    session.client(json!({"type": "conversation.item.retrieve", "item_id": id}));
    let content = &session.last("conversation.item.retrieved")["item"]["content"][0];
    assert_eq!(content["transcript"], "Yes.");
    assert_eq!(content["audio"].as_str().unwrap().len(), (2_796 * 24 * 2usize).div_ceil(3) * 4);
}

#[test]
fn without_transcription_no_words_are_told() {
    let mut session = Session::call();
    session.turn(Some(Ok("Hello.".into())));
    assert!(!session.kinds().iter().any(|kind| kind.contains("transcription")));
}

#[test]
fn items_can_be_put_anywhere_and_taken_away() {
    let mut session = Session::call();
    let item = |id: &str| json!({"type": "message", "id": id, "role": "user", "content": [{"type": "input_text", "text": id}]});
    session.client(json!({"type": "conversation.item.create", "item": item("a")}));
    assert_eq!(session.last("conversation.item.added")["previous_item_id"], Value::Null);
    session.client(json!({"type": "conversation.item.create", "item": item("c")}));
    assert_eq!(session.last("conversation.item.added")["previous_item_id"], "a");
    session.client(json!({"type": "conversation.item.create", "item": item("b"), "previous_item_id": "a"}));
    assert_eq!(session.last("conversation.item.added")["previous_item_id"], "a");
    session.client(json!({"type": "conversation.item.create", "item": item("0"), "previous_item_id": "root"}));
    assert_eq!(session.last("conversation.item.added")["previous_item_id"], Value::Null);
    session.client(json!({"type": "conversation.item.create", "item": item("a")}));
    assert_eq!(session.last("error")["error"]["param"], "item.id");
    session.client(json!({"type": "conversation.item.delete", "item_id": "c"}));
    assert_eq!(session.last("conversation.item.deleted")["item_id"], "c");
    session.client(json!({"type": "conversation.item.create", "item": item("d")}));
    assert_eq!(session.last("conversation.item.added")["previous_item_id"], "b");
    session
        .client(json!({"type": "conversation.item.truncate", "item_id": "a", "content_index": 0, "audio_end_ms": 0}));
    assert_eq!(session.last("error")["error"]["param"], "item_id");
}

#[test]
fn turns_by_hand_are_committed_recognized_and_not_answered() {
    let mut session = Session::socket();
    session.client(json!({"type": "session.update", "session": {"type": "realtime", "audio": {"input":
        {"turn_detection": null, "transcription": {"model": "m"}}}}}));
    let half_a_second = "AAAA".repeat(24_000 / 3);
    session.client(json!({"type": "input_audio_buffer.append", "audio": half_a_second}));
    assert!(session.has_done(|output| matches!(output, Output::Hear(pcm) if pcm.len() > 7_900)));
    session.kinds();
    session.client(json!({"type": "input_audio_buffer.commit"}));
    let item = session.last("input_audio_buffer.committed")["item_id"].as_str().unwrap().to_owned();
    assert!(session.has_done(|output| matches!(output, Output::Recognize { sound, .. } if sound.len() > 7_900)));
    session.take(Input::Recognized { item, text: Ok("Hello.".into()) });
    assert_eq!(
        session.kinds(),
        [
            "input_audio_buffer.committed",
            "conversation.item.added",
            "conversation.item.done",
            "conversation.item.input_audio_transcription.completed"
        ]
    );
    session.client(json!({"type": "input_audio_buffer.append", "audio": half_a_second}));
    session.client(json!({"type": "input_audio_buffer.clear"}));
    session.client(json!({"type": "input_audio_buffer.commit"}));
    assert_eq!(session.kinds(), ["input_audio_buffer.cleared", "error"]);
}

#[test]
fn a_transcription_session_never_answers() {
    let mut session = Session::start(Wire::WebSocket, SessionKind::Transcription);
    assert_eq!(session.last("session.created")["session"]["object"], "realtime.transcription_session");
    session.client(json!({"type": "session.update", "session": {"type": "transcription",
        "audio": {"input": {"transcription": {"model": "m"}}}}}));
    session.turn(Some(Ok("Hello.".into())));
    assert_eq!(session.last("conversation.item.input_audio_transcription.completed")["transcript"], "Hello.");
    assert!(session.rendering().is_none());
    session.client(json!({"type": "response.create"}));
    assert_eq!(session.last("error")["error"]["param"], "type");
}

#[test]
fn a_silent_person_is_prompted_when_the_session_asks_for_that() {
    let mut session = Session::call();
    session.client(json!({"type": "session.update", "session": {"type": "realtime", "audio": {"input":
        {"turn_detection": {"type": "server_vad", "idle_timeout_ms": 6_000}}}}}));
    let play = session.say("Hello?");
    session.rendered(play, 1_000).take(Input::PlaybackStarted(play));
    session.now_ms = 1_000;
    session.take(Input::PlaybackEnded(play));
    assert_eq!(session.core.wake_at_ms(), 7_000);
    session.now_ms = 6_999;
    session.kinds();
    session.take(Input::Tick);
    assert_eq!(session.kinds(), Vec::<String>::new());
    session.now_ms = 7_000;
    session.take(Input::Tick);
    let kinds = session.kinds();
    assert_eq!(kinds[0], "input_audio_buffer.timeout_triggered");
    assert!(kinds.contains(&"response.created".to_owned()));
}

#[test]
fn a_session_ends_at_its_maximum_and_says_so() {
    let mut session = Session::call();
    assert_eq!(session.core.wake_at_ms(), MAX_SESSION_MS);
    session.now_ms = MAX_SESSION_MS;
    session.kinds();
    session.take(Input::Tick);
    assert_eq!(session.last("error")["error"]["code"], "session_expired");
    assert_eq!(session.told.last().unwrap().0, Audience::All);
    assert!(session.has_done(|output| matches!(output, Output::Close { code: 1001, .. })));
    session.kinds();
    session.client(json!({"type": "response.create"}));
    assert_eq!(session.kinds(), Vec::<String>::new(), "nothing follows the end");
}
