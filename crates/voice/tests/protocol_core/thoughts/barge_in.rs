//! A person or a client who stops an answer in the middle.

use serde_json::json;
use voice::session::{Input, Output, Wire};
use voice::speech::EarEvent;

use super::{speaking, whole};
use crate::support::Session;

#[test]
fn barge_in_in_the_middle_stops_everything_and_keeps_what_was_heard() {
    let (mut session, run, first) = speaking("I see. And what did you learn from all that? Then");
    let second = session.renderings()[1].0;
    session.rendered(second, 2_000).take(Input::PlaybackEnded(first)).kinds();
    session.ear(EarEvent::SpeechStarted { at_ms: 900 });
    assert!(session.has_done(|output| matches!(output, Output::StopPlayback)));
    assert!(session.has_done(|output| matches!(output, Output::StopThinking(id) if *id == run)));
    session.words(run, " more. And more.").thought(run, whole());
    session.take(Input::PlaybackStopped(second, 1_200));
    assert_eq!(session.last("conversation.item.truncated")["audio_end_ms"], 2_200, "over both clips");
    let done = session.last("response.done")["response"].clone();
    assert_eq!(done["status_details"], json!({"type": "cancelled", "reason": "turn_detected"}));
    assert_eq!(done["output"][0]["status"], "incomplete");
    assert_eq!(done["output"][0]["content"][0]["transcript"], "I see. And what did you");
    assert_eq!(
        session.kinds(),
        [
            "input_audio_buffer.speech_started",
            "output_audio_buffer.cleared",
            "conversation.item.truncated",
            "conversation.item.done",
            "response.output_item.done",
            "response.done",
            "rate_limits.updated"
        ]
    );
    let (_, request) = session.asks(json!({}));
    assert_eq!(request.messages[2], json!({"role": "assistant", "content": "I see. And what did you"}));
}

#[test]
fn barge_in_after_generation_truncates_and_the_model_learns_what_was_heard() {
    let (mut session, run, play) = speaking("What did you learn from all that?\n");
    session.thought(run, whole());
    assert_eq!(session.last("response.done")["response"]["status"], "completed");
    session.kinds();
    session.ear(EarEvent::SpeechStarted { at_ms: 900 }).take(Input::PlaybackStopped(play, 500));
    assert_eq!(session.kinds()[1..], ["output_audio_buffer.cleared", "conversation.item.truncated"]);
    let (_, request) = session.asks(json!({}));
    assert_eq!(request.messages[2]["content"], "What did you");
}

#[test]
fn barge_in_between_two_clips_needs_no_word_from_the_mouth() {
    let (mut session, _, play) = speaking("I see. And");
    session.take(Input::PlaybackEnded(play)).kinds();
    session.ear(EarEvent::SpeechStarted { at_ms: 900 });
    assert!(!session.has_done(|output| matches!(output, Output::StopPlayback)), "nothing plays");
    assert_eq!(session.last("conversation.item.truncated")["audio_end_ms"], 1_000);
    assert_eq!(session.last("response.done")["response"]["output"][0]["content"][0]["transcript"], "I see.");
    assert!(session.has_done(|output| matches!(output, Output::Speaking(false))));
    // The mouth's last word and the stop may cross on their way.
    let (mut session, _, play) = speaking("I see. And");
    session.ear(EarEvent::SpeechStarted { at_ms: 900 }).take(Input::PlaybackEnded(play));
    assert_eq!(session.last("conversation.item.truncated")["audio_end_ms"], 1_000);
}

#[test]
fn cancel_ends_generation_and_clear_ends_sound() {
    let (mut session, run, play) = speaking("I see. And then what");
    session.kinds();
    session.client(json!({"type": "response.cancel"}));
    assert!(session.has_done(|output| matches!(output, Output::StopThinking(id) if *id == run)));
    assert!(!session.has_done(|output| matches!(output, Output::StopPlayback)));
    let done = session.last("response.done")["response"].clone();
    assert_eq!(done["status_details"]["reason"], "client_cancelled");
    assert_eq!(done["output"][0]["content"][0]["transcript"], "I see.", "what will have been heard");
    session.kinds();
    session.client(json!({"type": "output_audio_buffer.clear"})).take(Input::PlaybackStopped(play, 300));
    assert_eq!(session.kinds(), ["output_audio_buffer.cleared", "conversation.item.truncated"]);

    let mut session = Session::thinking(Wire::WebRtc);
    session.asks(json!({}));
    session.client(json!({"type": "response.cancel"}));
    let done = session.last("response.done")["response"].clone();
    assert_eq!((&done["status"], &done["output"]), (&json!("cancelled"), &json!([])), "nothing had begun");
    assert!(session.has_done(|output| matches!(output, Output::StopThinking(_))));
}
