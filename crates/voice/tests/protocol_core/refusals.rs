//! What is wrong with a client's event, and who is told.

use realtime_api::SessionKind;
use realtime_api::instructions::say_exactly;
use serde_json::{Value, json};
use voice::session::{Audience, Input, Origin, Wire};

use crate::support::Session;

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
