//! What a person says: turns, their words, and turns by hand.

use realtime_api::SessionKind;
use serde_json::{Value, json};
use voice::session::{Input, Output, Wire};
use voice::speech::{EarEvent, SpeechError};

use crate::support::Session;

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
