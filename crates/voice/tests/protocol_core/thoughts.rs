//! Responses that a language model makes up: orders, several clips, interruption, calls, failures.

use std::sync::Arc;

use serde_json::{Value, json};
use voice::media::PlayId;
use voice::session::{Input, Output, RunId, Wire};
use voice::speech::EarEvent;
use voice::think::{CallPiece, Failure, Finish, Thought, Tokens};

use crate::support::Session;

const BEGUN: [&str; 3] = ["response.output_item.added", "conversation.item.added", "response.content_part.added"];
const DELTA: &str = "response.output_audio_transcript.delta";
const MESSAGE_DONE: [&str; 5] = [
    "response.output_audio.done",
    "response.output_audio_transcript.done",
    "response.content_part.done",
    "conversation.item.done",
    "response.output_item.done",
];
const DONE: [&str; 2] = ["response.done", "rate_limits.updated"];

fn whole() -> Thought {
    Thought::End(Finish::Whole)
}

/// A call with a running answer: its first sentence is rendered and plays.
fn speaking(text: &str) -> (Session, RunId, PlayId) {
    let mut session = Session::thinking(Wire::WebRtc);
    let (run, _) = session.asks(json!({}));
    session.words(run, text);
    let (play, _) = session.renderings()[0].clone();
    session.rendered(play, 1_000).take(Input::PlaybackStarted(play));
    (session, run, play)
}

#[test]
fn two_sentences_are_spoken_as_they_come_in_the_recorded_order() {
    let mut session = Session::thinking(Wire::WebRtc);
    let (run, request) = session.asks(json!({"metadata": {"utterance": "3"}}));
    assert_eq!(request.messages[0], json!({"role": "system", "content": "You interview."}));
    assert_eq!(session.kinds(), ["response.created"]);
    session.words(run, " \n").words(run, "Thank").words(run, " you,");
    assert_eq!(session.kinds(), [&BEGUN[..], &[DELTA, DELTA]].concat());
    assert_eq!(session.renderings(), []);
    session.words(run, " Ann. ").words(run, "What");
    let (first, text) = session.renderings()[0].clone();
    assert_eq!(text, "Thank you, Ann.");
    assert!(session.has_done(|o| matches!(o, Output::Render { is_passing: true, voice, .. } if voice == "af_heart")));
    session.rendered(first, 1_000).take(Input::PlaybackStarted(first));
    assert_eq!(session.kinds(), [DELTA, DELTA, "output_audio_buffer.started"]);
    session.words(run, " next?\n").thought(run, Thought::Usage(Tokens { input: 9, cached: 4, output: 7 }));
    session.thought(run, whole());
    assert_eq!(session.kinds(), [DELTA], "generation lasts until all of it is rendered");
    let (second, text) = session.renderings()[1].clone();
    assert_eq!(text, "What next?");
    session.rendered(second, 500);
    assert_eq!(session.played(), [(first, 1_000), (second, 760)], "a pause, then the next sentence");
    let done = session.last("response.done")["response"].clone();
    assert_eq!((&done["status"], &done["metadata"]["utterance"]), (&json!("completed"), &json!("3")));
    let text = "Thank you, Ann. What next?";
    assert_eq!(done["output"][0]["content"], json!([{"type": "output_audio", "transcript": text}]));
    assert_eq!((&done["usage"]["total_tokens"], &done["usage"]["input_tokens"]), (&json!(16), &json!(9)));
    assert_eq!(done["usage"]["input_token_details"]["cached_tokens"], 4);
    assert_eq!(session.kinds(), [&MESSAGE_DONE[..], &DONE].concat());
    session.take(Input::PlaybackEnded(first)).take(Input::PlaybackStarted(second));
    assert_eq!(session.kinds(), Vec::<String>::new(), "one playback, however many clips");
    session.take(Input::PlaybackEnded(second));
    assert_eq!(session.kinds(), ["output_audio_buffer.stopped"]);
    assert!(session.has_done(|output| matches!(output, Output::Speaking(false))));
    assert!(!session.has_done(|output| matches!(output, Output::StopThinking(_))), "it ended by itself");
}

#[test]
fn clips_are_played_in_order_however_they_are_made_and_a_late_one_without_a_pause() {
    let mut session = Session::thinking(Wire::WebRtc);
    let (run, _) = session.asks(json!({}));
    session.words(run, "One. Two. Three. Four.\n");
    let plays: Vec<PlayId> = session.renderings().iter().map(|(play, _)| *play).collect();
    assert_eq!(plays.len(), 2, "two are made at once");
    session.rendered(plays[1], 300);
    assert_eq!(session.played(), [], "the first is still missing");
    session.rendered(plays[0], 400).take(Input::PlaybackStarted(plays[0])).take(Input::PlaybackEnded(plays[0]));
    session.take(Input::PlaybackEnded(plays[1]));
    let third = session.renderings()[2].0;
    session.rendered(third, 500);
    assert_eq!(session.played(), [(plays[0], 400), (plays[1], 560), (third, 500)], "after a silence there is no pause");
    session.kinds();
    session.take(Input::PlaybackEnded(third));
    assert_eq!(session.kinds(), Vec::<String>::new(), "it goes on");
}

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

fn call(index: usize, name: Option<&str>, arguments: &str) -> Thought {
    let id = name.map(|_| format!("call_{index}"));
    Thought::Call(CallPiece { index, id, name: name.map(str::to_owned), arguments: arguments.into() })
}

const CALL: [&str; 6] = [
    "response.output_item.added",
    "conversation.item.added",
    "response.function_call_arguments.delta",
    "response.function_call_arguments.done",
    "conversation.item.done",
    "response.output_item.done",
];

#[test]
fn calls_are_told_after_the_words_and_answered_in_the_next_question() {
    let tool = json!({"type": "function", "name": "next_question", "parameters": {"type": "object"}});
    let (mut session, run, _) = speaking("Good.\n");
    session.kinds();
    session.thought(run, call(0, Some("next_question"), "{\"n\":")).thought(run, call(0, None, "2}"));
    session.thought(run, call(1, Some("note"), "")).thought(run, whole());
    assert_eq!(session.kinds(), [&MESSAGE_DONE[..], &CALL, &CALL, &DONE].concat());
    session.client(json!({"type": "conversation.item.create", "item":
        {"type": "function_call_output", "call_id": "call_0", "output": "{\"ok\":true}"}}));
    let (_, request) = session.asks(json!({"tools": [tool], "tool_choice": "required"}));
    assert_eq!(request.tool_choice, Some(json!("required")));
    assert_eq!(request.tools[0]["function"]["name"], "next_question");
    let calls = &request.messages[2]["tool_calls"];
    assert_eq!(calls[0]["function"], json!({"name": "next_question", "arguments": "{\"n\":2}"}));
    assert_eq!(request.messages[3], json!({"role": "tool", "tool_call_id": "call_0", "content": "{\"ok\":true}"}));

    let (run, _) = session.question().unwrap();
    session.kinds();
    session.thought(run, call(0, Some("next_question"), "")).thought(run, whole());
    let done = session.last("response.done")["response"].clone();
    assert_eq!((&done["output"][0]["type"], &done["output"][0]["arguments"]), (&json!("function_call"), &json!("{}")));
    assert_ne!(done["output"][0]["call_id"], "call_0", "ids are used once");
    assert_eq!(session.kinds(), [&CALL[..], &DONE].concat(), "no message, no sound");
}

#[test]
fn every_failure_ends_the_response_with_its_code_and_the_next_one_can_come() {
    for (why, kind, code) in [
        (Failure::Unreachable, "server_error", json!("model_unreachable")),
        (Failure::Slow, "server_error", json!("model_timeout")),
        (Failure::Key, "server_error", json!("model_key_refused")),
        (Failure::Model, "server_error", json!("model_not_found")),
        (Failure::Busy, "rate_limit_exceeded", json!("rate_limit_exceeded")),
        (Failure::Garbled, "server_error", json!("model_bad_stream")),
    ] {
        let mut session = Session::thinking(Wire::WebRtc);
        let (run, _) = session.asks(json!({}));
        session.thought(run, Thought::Failed(why));
        let done = session.last("response.done")["response"].clone();
        assert_eq!((&done["status"], &done["output"]), (&json!("failed"), &json!([])));
        let error = &done["status_details"]["error"];
        assert_eq!((&error["type"], &error["code"]), (&json!(kind), &code));
        session.kinds();
        let play = session.say("So, the next question.");
        session.rendered(play, 500).take(Input::PlaybackStarted(play));
        assert_eq!(session.last("response.done")["response"]["status"], "completed");
    }
    for empty in [whole(), call(0, None, "{}")] {
        let mut session = Session::thinking(Wire::WebRtc);
        let (run, _) = session.asks(json!({}));
        session.words(run, "  \n").thought(run, empty).thought(run, whole());
        let error = &session.last("response.done")["response"]["status_details"]["error"];
        assert!(["model_empty", "model_bad_stream"].contains(&error["code"].as_str().unwrap()));
    }
}

#[test]
fn a_failure_in_the_middle_lets_the_spoken_sentence_end() {
    let (mut session, run, play) = speaking("I see. And then");
    session.kinds();
    session.thought(run, Thought::Failed(Failure::Garbled));
    let done = session.last("response.done")["response"].clone();
    assert_eq!((&done["status"], &done["output"][0]["status"]), (&json!("failed"), &json!("incomplete")));
    assert_eq!(done["output"][0]["content"][0]["transcript"], "I see.");
    let fallback = session.say("So, the next question.");
    session.rendered(fallback, 500).kinds();
    session.take(Input::PlaybackEnded(play)).take(Input::PlaybackStarted(fallback));
    assert_eq!(session.kinds()[..2], ["output_audio_buffer.stopped", "output_audio_buffer.started"]);

    let (mut session, run, play) = speaking("I see. And then");
    session.take(Input::PlaybackEnded(play)).kinds();
    session.thought(run, Thought::Failed(Failure::Slow));
    assert_eq!(session.kinds().last().unwrap(), "output_audio_buffer.stopped", "nothing played any more");

    let mut session = Session::thinking(Wire::WebRtc);
    let (run, _) = session.asks(json!({}));
    session.words(run, "One. Two. Three");
    let plays = session.renderings();
    session.take(Input::Rendered { play: plays[0].0, clip: Err("no".into()) });
    let error = session.last("response.done")["response"]["status_details"]["error"].clone();
    assert_eq!((&error["type"], &error["code"]), (&json!("server_error"), &Value::Null));
    assert!(session.has_done(|output| matches!(output, Output::StopThinking(id) if *id == run)));
    session.rendered(plays[1].0, 500);
    assert_eq!(session.played(), []);
}

#[test]
fn limits_cut_an_answer_and_say_so() {
    let status = |session: &Session| {
        let done = session.last("response.done")["response"].clone();
        (done["status"].as_str().unwrap().to_owned(), done["status_details"]["reason"].as_str().unwrap().to_owned())
    };
    let cut = ("incomplete".to_owned(), "max_output_tokens".to_owned());
    for finish in [Finish::Length, Finish::Filter] {
        let mut session = Session::thinking(Wire::WebSocket);
        let (run, request) = session.asks(json!({"max_output_tokens": 12, "output_modalities": ["text"]}));
        assert_eq!(request.max_tokens, Some(12));
        session.words(run, "One and").thought(run, Thought::End(finish));
        let reason = if finish == Finish::Length { &cut.1 } else { "content_filter" };
        assert_eq!(status(&session), (cut.0.clone(), reason.to_owned()));
        assert_eq!(session.last("response.done")["response"]["output"][0]["status"], "incomplete");
    }
    // Endpoints that do not keep to it are stopped.
    let mut session = Session::thinking(Wire::WebSocket);
    let (run, _) = session.asks(json!({"max_output_tokens": 3, "output_modalities": ["text"]}));
    session.words(run, "a ").words(run, "b ").words(run, "c ").words(run, "d ").words(run, "e ");
    assert_eq!(status(&session), cut);
    assert_eq!(session.last("response.output_text.done")["text"], "a b c");
    assert!(session.has_done(|output| matches!(output, Output::StopThinking(id) if *id == run)));
    let mut session = Session::thinking(Wire::WebSocket);
    let (run, _) = session.asks(json!({"output_modalities": ["text"]}));
    for _ in 0..50 {
        session.words(run, &"word ".repeat(20));
    }
    assert_eq!(status(&session), cut);
    let text = session.last("response.output_text.done")["text"].as_str().unwrap();
    assert!((3_900..=4_096).contains(&text.len()));
}

#[test]
fn on_a_socket_every_sentence_is_sent_as_it_is_made() {
    let mut session = Session::thinking(Wire::WebSocket);
    let (run, _) = session.asks(json!({}));
    session.words(run, "One. Two.\n");
    let plays = session.renderings();
    session.kinds();
    session.rendered(plays[0].0, 400);
    assert_eq!(session.kinds(), ["response.output_audio.delta"; 2]);
    session.thought(run, whole()).rendered(plays[1].0, 140);
    let item = session.last("response.done")["response"]["output"][0]["id"].clone();
    assert_eq!(session.kinds(), [&["response.output_audio.delta"; 2][..], &MESSAGE_DONE, &DONE].concat());
    session.client(
        json!({"type": "conversation.item.truncate", "item_id": item, "content_index": 0, "audio_end_ms": 400}),
    );
    assert_eq!(session.last("conversation.item.truncated")["audio_end_ms"], 400);
    let (_, request) = session.asks(json!({}));
    assert_eq!(request.messages[2]["content"], "One.");
}

#[test]
fn a_turn_is_answered_by_itself_once_its_words_are_known() {
    let turn = |session: &mut Session, text| {
        session.ear(EarEvent::SpeechStarted { at_ms: 1_460 }).ear(EarEvent::SpeechStopped { at_ms: 4_256 });
        let pcm: Arc<[f32]> = vec![0.1; 16_000].into();
        session.ear(EarEvent::TurnEnded { start_ms: 1_460, end_ms: 4_256, pcm, text });
    };
    let answering = || {
        let mut session = Session::thinking(Wire::WebRtc);
        session.client(json!({"type": "session.update", "session": {"type": "realtime", "audio": {"input": {
            "transcription": null, "turn_detection": {"type": "semantic_vad", "create_response": true}}}}}));
        session.kinds();
        session
    };
    let mut session = answering();
    turn(&mut session, Some(Ok("I moved the billing.".into())));
    let (_, request) = session.question().unwrap();
    assert_eq!(request.messages[1]["content"], "I moved the billing.", "known although they are not told");

    let mut session = answering();
    turn(&mut session, None);
    assert_eq!(session.kinds().last().unwrap(), "response.created");
    assert!(session.question().is_none(), "the words are being recognized");
    session.ear(EarEvent::TurnText { start_ms: 1_460, text: Ok("Late.".into()) });
    assert_eq!(session.question().unwrap().1.messages[1]["content"], "Late.");

    let mut session = answering();
    turn(&mut session, None);
    session.now_ms += 4_999;
    session.take(Input::Tick);
    assert!(session.question().is_none());
    session.now_ms = session.core.wake_at_ms();
    session.take(Input::Tick);
    assert_eq!(session.question().unwrap().1.messages[1]["content"], "(inaudible)");
}

#[test]
fn given_texts_are_still_said_word_for_word() {
    let mut session = Session::thinking(Wire::WebRtc);
    let play = session.say("Mr. Ray. One. Two.");
    assert!(session.question().is_none());
    assert_eq!(session.renderings(), [(play, "Mr. Ray. One. Two.".to_owned())], "one clip, as it was rendered ahead");
    assert!(session.has_done(|output| matches!(output, Output::Render { is_passing: false, .. })));
}
