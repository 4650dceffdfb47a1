//! Answers that fail, or are longer than they may be.

use serde_json::{Value, json};
use voice::session::{Input, Output, Wire};
use voice::think::{Failure, Finish, Thought};

use super::calls::call;
use super::{speaking, whole};
use crate::support::Session;

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
