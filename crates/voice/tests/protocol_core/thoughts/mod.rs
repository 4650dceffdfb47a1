//! Responses that a language model makes up: their orders, and several clips.

mod barge_in;
mod calls;
mod ends;

use std::sync::Arc;

use serde_json::json;
use voice::media::PlayId;
use voice::session::{Input, Output, RunId, Wire};
use voice::speech::EarEvent;
use voice::think::{Finish, Thought, Tokens};

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
