//! Responses and what is heard of them: orders, interruption, sound on a socket.

use serde_json::{Value, json};
use voice::session::{Input, Output};
use voice::speech::EarEvent;

use crate::support::Session;

const BEGINNING: [&str; 4] =
    ["response.created", "response.output_item.added", "conversation.item.added", "response.content_part.added"];
const ENDING: [&str; 7] = [
    "response.output_audio.done",
    "response.output_audio_transcript.done",
    "response.content_part.done",
    "conversation.item.done",
    "response.output_item.done",
    "response.done",
    "rate_limits.updated",
];
const DELTA: &str = "response.output_audio_transcript.delta";

#[test]
fn a_spoken_text_has_the_recorded_order_on_a_call() {
    let mut session = Session::interview();
    let play = session.say("Hello Ann.");
    let created = session.last("response.created")["response"].clone();
    assert_eq!((&created["status"], &created["metadata"]["utterance"]), (&json!("in_progress"), &json!("7")));
    assert!(created["conversation_id"].as_str().unwrap().starts_with("conv_"));
    let mut beginning = BEGINNING.to_vec();
    beginning.push(DELTA);
    assert_eq!(session.kinds(), beginning);
    assert!(
        session.has_done(
            |o| matches!(o, Output::Render { voice, text, .. } if voice == "af_heart" && text == "Hello Ann.")
        )
    );
    session.rendered(play, 1_000);
    assert_eq!(session.kinds(), Vec::<String>::new(), "nothing is told until it is heard");
    session.take(Input::PlaybackStarted(play));
    assert!(session.has_done(|output| matches!(output, Output::Speaking(true))));
    let done = session.last("response.done")["response"].clone();
    assert_eq!(done["status"], "completed");
    assert_eq!(done["output"][0]["content"], json!([{"type": "output_audio", "transcript": "Hello Ann."}]));
    assert_eq!(done["metadata"]["utterance"], "7");
    let mut ending = vec!["output_audio_buffer.started"];
    ending.extend(ENDING);
    assert_eq!(session.kinds(), ending);
    session.take(Input::PlaybackEnded(play));
    assert!(session.has_done(|output| matches!(output, Output::Speaking(false))));
    assert_eq!(session.kinds(), ["output_audio_buffer.stopped"]);
}

#[test]
fn barge_in_while_the_voice_plays_says_what_was_heard() {
    let mut session = Session::interview();
    let play = session.say("A long question about your last project.");
    session.rendered(play, 5_000).take(Input::PlaybackStarted(play));
    let response = session.last("response.done")["response"].clone();
    session.kinds();
    session.ear(EarEvent::SpeechStarted { at_ms: 900 });
    assert!(session.has_done(|output| matches!(output, Output::StopPlayback)));
    session.take(Input::PlaybackStopped(play, 1_430));
    let truncated = session.last("conversation.item.truncated");
    assert_eq!((&truncated["item_id"], &truncated["audio_end_ms"]), (&response["output"][0]["id"], &json!(1_430)));
    assert_eq!(session.last("output_audio_buffer.cleared")["response_id"], response["id"]);
    assert_eq!(
        session.kinds(),
        ["input_audio_buffer.speech_started", "output_audio_buffer.cleared", "conversation.item.truncated"]
    );
    session.client(json!({"type": "conversation.item.retrieve", "item_id": response["output"][0]["id"]}));
    let item = &session.last("conversation.item.retrieved")["item"];
    assert_eq!(item["content"][0]["transcript"], Value::Null, "nobody knows which words were heard");
}

#[test]
fn barge_in_before_the_first_sound_cancels_the_response() {
    for is_rendered in [false, true] {
        let mut session = Session::interview();
        let play = session.say("Hello.");
        if is_rendered {
            session.rendered(play, 1_000);
        }
        session.kinds();
        session.ear(EarEvent::SpeechStarted { at_ms: 900 });
        if is_rendered {
            assert!(session.has_done(|output| matches!(output, Output::StopPlayback)));
            session.take(Input::PlaybackStopped(play, 0));
        }
        let done = session.last("response.done")["response"].clone();
        assert_eq!(done["status"], "cancelled");
        assert_eq!(done["status_details"], json!({"type": "cancelled", "reason": "turn_detected"}));
        assert_eq!(done["output"][0]["status"], "incomplete");
        let kinds = session.kinds();
        assert_eq!(kinds[0], "input_audio_buffer.speech_started");
        assert!(!kinds.iter().any(|kind| kind.starts_with("output_audio_buffer")));
        session.rendered(play, 1_000);
        assert_eq!(session.kinds(), Vec::<String>::new(), "a late clip is not played");
    }
}

#[test]
fn interruption_can_be_switched_off() {
    let mut session = Session::interview();
    session.client(json!({"type": "session.update", "session": {"type": "realtime", "audio": {"input": {
        "turn_detection": {"type": "semantic_vad", "create_response": false, "interrupt_response": false}}}}}));
    let play = session.say("Hello.");
    session.rendered(play, 1_000).take(Input::PlaybackStarted(play));
    session.ear(EarEvent::SpeechStarted { at_ms: 900 });
    assert!(!session.has_done(|output| matches!(output, Output::StopPlayback)));
}

#[test]
fn a_turn_is_answered_by_itself_only_if_the_session_wants_that() {
    let mut session = Session::call();
    session.turn(Some(Ok("Hello.".into())));
    let kinds = session.kinds();
    let committed = kinds.iter().position(|kind| kind == "conversation.item.done").unwrap();
    assert_eq!(kinds[committed + 1], "response.created");
    assert!(session.has_done(|o| matches!(o, Output::Render { text, .. } if text == voice::responder::NO_MODEL)));
    let mut session = Session::interview();
    session.turn(Some(Ok("Hello.".into())));
    assert!(!session.kinds().contains(&"response.created".to_owned()));
}

#[test]
fn one_response_at_a_time_but_any_number_out_of_band() {
    let mut session = Session::interview();
    let play = session.say("Hello.");
    let id = session.last("response.created")["response"]["id"].as_str().unwrap().to_owned();
    session.client(json!({"type": "response.create"}));
    let error = session.last("error")["error"].clone();
    assert_eq!(error["code"], "conversation_already_has_active_response");
    assert!(error["message"].as_str().unwrap().contains(&id));
    session.kinds();
    session
        .client(json!({"type": "response.create", "response": {"conversation": "none", "output_modalities": ["text"],
        "input": [], "metadata": {"purpose": "oob"}}}));
    let done = session.last("response.done")["response"].clone();
    assert_eq!((&done["conversation_id"], &done["metadata"]["purpose"]), (&Value::Null, &json!("oob")));
    let kinds = session.kinds();
    assert!(!kinds.iter().any(|kind| kind.starts_with("conversation.item")), "{kinds:?}");
    // Once it is heard, the next may come: it waits for its turn to play.
    session.rendered(play, 1_000).take(Input::PlaybackStarted(play));
    session.kinds();
    session.say("Next.");
    assert_eq!(session.kinds()[0], "response.created");
}

#[test]
fn cancel_and_clear_stop_what_they_name() {
    let mut session = Session::interview();
    session.say("Hello.");
    session.client(json!({"type": "response.cancel"}));
    let done = &session.last("response.done")["response"];
    assert_eq!(done["status_details"]["reason"], "client_cancelled");
    let play = session.say("Hello.");
    session.rendered(play, 1_000).take(Input::PlaybackStarted(play));
    session.client(json!({"type": "response.cancel"}));
    assert_eq!(session.last("error")["error"]["code"], "response_cancel_not_active");
    session.kinds();
    session.client(json!({"type": "output_audio_buffer.clear"}));
    assert!(session.has_done(|output| matches!(output, Output::StopPlayback)));
    session.take(Input::PlaybackStopped(play, 400));
    assert_eq!(session.kinds(), ["output_audio_buffer.cleared", "conversation.item.truncated"]);
}

#[test]
fn a_clip_that_cannot_be_made_fails_its_response() {
    let mut session = Session::interview();
    let play = session.say("Hello.");
    session.take(Input::Rendered { play, clip: Err("disk full".into()) });
    let done = &session.last("response.done")["response"];
    assert_eq!((&done["status"], &done["status_details"]["error"]["type"]), (&json!("failed"), &json!("server_error")));
    session.say("Again.");
    assert_eq!(session.last("response.created")["response"]["status"], "in_progress");
}

#[test]
fn a_text_turn_is_answered_in_text_when_asked_so() {
    let mut session = Session::socket();
    session.client(json!({"type": "conversation.item.create", "item":
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hello"}]}}));
    session.kinds();
    session.client(json!({"type": "response.create", "response": {"output_modalities": ["text"]}}));
    let text = session.last("response.output_text.done")["text"].clone();
    assert_eq!(text, voice::responder::NO_MODEL);
    let deltas: String = session.told.iter().filter_map(|(_, event)| event["delta"].as_str()).collect();
    assert_eq!(text, deltas);
    assert_eq!(session.last("response.done")["response"]["output"][0]["content"][0]["type"], "output_text");
}

#[test]
fn on_a_socket_sound_goes_out_in_events_and_the_client_says_what_was_heard() {
    let mut session = Session::socket();
    let play = session.say("Hello Ann.");
    session.kinds();
    session.rendered(play, 1_000);
    let item = session.last("response.done")["response"]["output"][0]["id"].clone();
    let bytes: usize =
        session.told.iter().filter_map(|(_, event)| event["delta"].as_str()).map(|d| d.len() / 4 * 3).sum();
    assert_eq!(bytes, 24_000 * 2);
    let kinds = session.kinds();
    assert_eq!(kinds[..5], ["response.output_audio.delta"; 5]);
    assert_eq!(kinds[5..], ENDING);
    let truncate = |ms: u64| json!({"type": "conversation.item.truncate", "item_id": item, "content_index": 0, "audio_end_ms": ms});
    session.client(truncate(1_001));
    assert_eq!(session.last("error")["error"]["param"], "audio_end_ms");
    session.client(truncate(300));
    assert_eq!(session.last("conversation.item.truncated")["audio_end_ms"], 300);
}

#[test]
fn the_voice_cannot_change_once_it_was_heard() {
    let mut session = Session::socket();
    let change =
        json!({"type": "session.update", "session": {"type": "realtime", "audio": {"output": {"voice": "cedar"}}}});
    session.client(change.clone());
    assert_eq!(session.last("session.updated")["session"]["audio"]["output"]["voice"], "cedar");
    let play = session.say("Hello.");
    assert!(session.has_done(|output| matches!(output, Output::Render { voice, .. } if voice == "am_michael")));
    session.rendered(play, 100);
    session.client(
        json!({"type": "session.update", "session": {"type": "realtime", "audio": {"output": {"voice": "marin"}}}}),
    );
    assert_eq!(session.last("error")["error"]["code"], "cannot_update_voice");
    session.kinds();
    session.client(change);
    assert_eq!(session.kinds(), ["session.updated"], "the same voice is no change");
}
