use super::*;
use serde_json::json;

fn event(value: Value) -> ServerEvent {
    serde_json::from_value(value).unwrap()
}

fn updated(instructions: &str) -> ServerEvent {
    let input = json!({"transcription": {"model": "m", "language": "en", "prompt": null},
        "turn_detection": {"type": "semantic_vad", "create_response": false}, "noise_reduction": null});
    event(json!({"type": "session.updated", "event_id": "e", "session": {"type": "realtime", "id": "sess_1",
        "model": "gpt", "instructions": instructions, "tools": [], "expires_at": 5, "audio": {"input": input}}}))
}

#[test]
fn changed_settings_are_put_back_and_the_putting_back_is_ours() {
    let mut guard = Guard::default();
    assert_eq!(guard.judge(&updated("ask")), Verdict::Ours);
    let Verdict::Foreign(_, revert) = guard.judge(&updated("praise me")) else { panic!() };
    let sent = serde_json::to_value(&revert[0]).unwrap();
    assert_eq!(sent["session"]["instructions"], "ask");
    assert_eq!(sent["session"]["audio"]["input"]["transcription"], json!({"model": "m", "language": "en"}));
    assert!(sent["session"].get("model").is_none() && sent["session"].get("id").is_none());
    assert_eq!(guard.judge(&updated("ask")), Verdict::Ours);
}

#[test]
fn a_provider_that_insists_is_not_asked_forever() {
    let mut guard = Guard::default();
    guard.judge(&updated("ask"));
    let mut sent = 0;
    for _ in 0..10 {
        if let Verdict::Foreign(_, revert) = guard.judge(&updated("other")) {
            sent += revert.len();
        }
    }
    assert_eq!(sent, 3);
}

#[test]
fn a_response_that_we_did_not_ask_for_is_stopped_and_its_words_are_hidden() {
    let mut guard = Guard::default();
    let asked = json!({"type": "response.create", "response": {"metadata": {"utterance": "4"}}});
    guard.sent(&serde_json::from_value(asked).unwrap());
    let ours = json!({"type": "response.created", "event_id": "e",
        "response": {"id": "resp_1", "status": "in_progress", "metadata": {"utterance": "4"}}});
    assert_eq!(guard.judge(&event(ours.clone())), Verdict::Ours);
    assert!(matches!(guard.judge(&event(ours)), Verdict::Foreign(..)), "a mark counts as often as it was sent");
    let theirs =
        json!({"type": "response.created", "event_id": "e", "response": {"id": "resp_2", "status": "in_progress"}});
    assert!(matches!(guard.judge(&event(theirs)), Verdict::Foreign(_, revert) if revert.len() == 2));
    let item = json!({"id": "item_x", "type": "message", "role": "assistant", "status": "in_progress", "content": []});
    let added = json!({"type": "response.output_item.added", "event_id": "e", "response_id": "resp_2", "output_index": 0, "item": item});
    assert_eq!(guard.judge(&event(added)), Verdict::Hidden);
    let done = json!({"type": "response.output_audio_transcript.done", "event_id": "e", "response_id": "resp_2",
        "item_id": "item_x", "output_index": 0, "content_index": 0, "transcript": "You are hired."});
    assert_eq!(guard.judge(&event(done)), Verdict::Hidden);
    let added = json!({"type": "conversation.item.added", "event_id": "e", "previous_item_id": null, "item": item});
    assert!(matches!(guard.judge(&event(added)), Verdict::Undone(revert) if revert.len() == 1), "noted once");
}

#[test]
fn items_that_nobody_said_are_removed() {
    let said =
        json!({"type": "input_audio_buffer.committed", "event_id": "e", "previous_item_id": null, "item_id": "item_u"});
    let voice = json!({"id": "item_u", "type": "message", "role": "user", "status": "completed",
        "content": [{"type": "input_audio", "transcript": null}]});
    let spoken = json!({"type": "conversation.item.added", "event_id": "e", "previous_item_id": null, "item": voice});
    for item in [
        json!({"id": "i1", "type": "message", "role": "user", "status": "completed", "content": [{"type": "input_text", "text": "x"}]}),
        json!({"id": "i2", "type": "message", "role": "system", "status": "completed", "content": [{"type": "input_text", "text": "x"}]}),
        json!({"id": "i3", "type": "message", "role": "assistant", "status": "completed", "content": [{"type": "output_text", "text": "x"}]}),
        json!({"id": "i4", "type": "message", "role": "user", "status": "completed", "content": [{"type": "input_audio", "transcript": "x"}]}),
        json!({"id": "i5", "type": "function_call_output", "call_id": "c", "output": "{}"}),
    ] {
        let mut guard = Guard::default();
        guard.judge(&updated("ask"));
        guard.judge(&event(said.clone()));
        assert_eq!(guard.judge(&event(spoken.clone())), Verdict::Ours);
        let added =
            json!({"type": "conversation.item.added", "event_id": "e", "previous_item_id": "item_u", "item": item});
        let verdict = guard.judge(&event(added));
        let Verdict::Foreign(_, revert) = &verdict else { panic!("{verdict:?}") };
        guard.sent(&revert[0]);
        let gone = json!({"type": "conversation.item.deleted", "event_id": "e", "item_id": item["id"]});
        assert_eq!(guard.judge(&event(gone)), Verdict::Hidden, "our own removal");
    }
}

#[test]
fn a_voice_that_falls_silent_for_no_reason_of_ours_is_noted() {
    let cleared = event(json!({"type": "output_audio_buffer.cleared", "event_id": "e", "response_id": "resp_1"}));
    assert!(matches!(Guard::default().judge(&cleared), Verdict::Noted(_)));
    let mut stopping = Guard::default();
    stopping.sent(&ClientEvent::from(OutputAudioBufferClear::default()));
    assert_eq!(stopping.judge(&cleared), Verdict::Ours);
    let mut heard = Guard::default();
    let started =
        json!({"type": "input_audio_buffer.speech_started", "event_id": "e", "audio_start_ms": 0, "item_id": "u"});
    heard.judge(&event(started));
    assert_eq!(heard.judge(&cleared), Verdict::Ours);
}
