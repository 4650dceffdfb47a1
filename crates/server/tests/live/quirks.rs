//! What users of the Realtime API report, played by the simulator: none of it costs a word.

use crate::stage::{BREAD, SOUP, Stage, Talk, press, said_by, stage, stage_playing};
use serde_json::{Value, json};
use voice::sim::{Answer, Reply, Script, Transcript};

/// Codes of `error` events after which a session goes on.
const HARMLESS: [(&str, &str); 12] = [
    ("invalid_request_error", "conversation_already_has_active_response"),
    ("invalid_request_error", "response_cancel_not_active"),
    ("invalid_request_error", "input_audio_buffer_commit_empty"),
    ("invalid_request_error", "item_retrieve_invalid_item_id"),
    ("invalid_request_error", "item_truncate_invalid_item_id"),
    ("invalid_request_error", "item_delete_invalid_item_id"),
    ("invalid_request_error", "cannot_update_voice"),
    ("invalid_request_error", "missing_required_parameter"),
    ("invalid_request_error", "unknown_parameter"),
    ("invalid_request_error", "invalid_value"),
    ("invalid_request_error", "invalid_event"),
    ("rate_limit_error", "rate_limit_exceeded"),
];

async fn on_openai(script: Script) -> Stage {
    let mut s = stage_playing(script).await;
    s.on_openai().await;
    s
}

/// One answer and the end: it alone is what the candidate said, and nothing is missing.
async fn answers_and_ends(s: &mut Stage, mut talk: Talk) {
    s.provider.answer(&talk.call, SOUP).await;
    s.provider.said_with("cook tomorrow").await;
    talk.end().await;
    let session = s.session(&talk.view).await;
    assert_eq!(said_by(&session, "candidate"), [SOUP]);
    assert_eq!((&session["completeness"], &session["reasons"]), (&json!("complete"), &json!([])), "{session}");
}

#[tokio::test]
async fn error_events_without_a_consequence_change_nothing() {
    let mut s = stage().await;
    let talk = s.talk().await;
    let codes = HARMLESS.iter().map(|(kind, code)| (*kind, json!(code)));
    for (kind, code) in codes.chain([("server_error", Value::Null)]) {
        let error = json!({"type": kind, "code": code, "message": "Sorry.", "param": null, "event_id": null});
        assert!(s.provider.control.emit(&talk.call, json!({"type": "error", "error": error})));
    }
    answers_and_ends(&mut s, talk).await;
}

#[tokio::test]
async fn a_control_channel_that_closes_with_whatever_code_is_opened_again_while_the_call_lives() {
    let mut s = stage().await;
    let talk = s.talk().await;
    for code in [1000, 1001, 1006, 1011, 4000] {
        assert!(s.provider.control.cut(&talk.call, code));
        s.provider.attached(&talk.call).await;
        s.provider.unmarked().await;
    }
    answers_and_ends(&mut s, talk).await;
}

#[tokio::test]
async fn words_of_the_plan_that_fail_or_never_come_are_said_again() {
    let codes = ["server_error", "rate_limit_exceeded", "inference_rate_limit_exceeded"];
    for instead in codes.map(Reply::failure).into_iter().chain([Reply::silence()]) {
        let is_silent = instead == Reply::silence();
        let mut s = on_openai(Script { instead: [instead].into(), ..Script::at_once([]) }).await;
        let (mut candidate, view) = s.candidate().await;
        let mut watch = candidate.events("/v1/candidate/events").await;
        let call = s.connect(&mut candidate, 1).await;
        if is_silent {
            s.provider.told("response.created").await;
            s.server.app.clock.advance_ms(15_001);
            s.provider.sent("response.cancel").await;
        } else {
            assert_eq!(s.provider.told("response.done").await["response"]["status"], "failed");
            // Events are taken in order: once this sound is known, so is the failure.
            s.provider.speak(&call, Answer::new("(a cough)").with(Transcript::Empty)).await;
            watch.until("state", |state| state["speaker"] == "candidate").await;
        }
        s.server.app.clock.advance_ms(1_001);
        s.provider.said_with("I am an AI interviewer").await;
        s.provider.said_with("cook yesterday").await;
        s.provider.answer(&call, SOUP).await;
        s.provider.said_with("cook tomorrow").await;
        assert_eq!(said_by(&s.session(&view).await, "candidate"), [SOUP]);
    }
}

#[tokio::test]
async fn an_answer_whose_words_fail_is_named_as_missing() {
    // OpenAI's own failure, and Azure's for a transcription model without a deployment.
    for is_azure in [false, true] {
        let mut s = on_openai(Script::at_once([])).await;
        let mut talk = s.talk().await;
        if is_azure {
            let item = s.provider.mumble(&talk.call, SOUP).await;
            let kind = "conversation.item.input_audio_transcription.failed";
            let error =
                json!({"type": "invalid_request_error", "code": "DeploymentNotFound", "message": "No.", "param": null});
            let failed = json!({"type": kind, "item_id": item, "content_index": 0, "error": error});
            assert!(s.provider.control.emit(&talk.call, failed));
        } else {
            s.provider.speak(&talk.call, Answer::new(SOUP).with(Transcript::Failed)).await;
        }
        let item = talk.watch.until("turn", |turn| turn["speaker"] == "candidate").await;
        assert_eq!(item["text"], "", "{item}");
        talk.end().await;
        let session = s.session(&talk.view).await;
        assert_eq!(session["completeness"], "incomplete", "{session}");
    }
}

#[tokio::test]
async fn noise_that_has_no_words_is_no_answer() {
    let mut s = on_openai(Script::at_once([])).await;
    let talk = s.talk().await;
    s.provider.speak(&talk.call, Answer::new("(a door)").with(Transcript::Empty)).await;
    answers_and_ends(&mut s, talk).await;
}

#[tokio::test]
async fn words_that_come_in_another_order_stand_in_the_order_in_which_they_were_said() {
    let mut s = on_openai(Script::at_once([])).await;
    let mut talk = s.talk().await;
    let first = s.provider.mumble(&talk.call, SOUP).await;
    talk.watch.until("state", |state| state["speaker"] == "candidate").await;
    s.server.app.clock.advance_ms(1_000);
    let second = s.provider.mumble(&talk.call, BREAD).await;
    assert!(s.provider.control.words(&talk.call, &second, BREAD));
    assert!(s.provider.control.words(&talk.call, &first, SOUP));
    s.provider.said_with("cook tomorrow").await;
    talk.end().await;
    assert_eq!(said_by(&s.session(&talk.view).await, "candidate"), [SOUP, BREAD]);
}

#[tokio::test]
async fn what_was_heard_before_an_interruption_stays_although_the_provider_forgets_its_text() {
    let mut s = on_openai(Script::at_once([])).await;
    let mut talk = s.talk().await;
    let item = s.provider.mumble(&talk.call, SOUP).await;
    assert!(s.provider.control.set_pace(&talk.call, 1_000.0));
    assert!(s.provider.control.words(&talk.call, &item, SOUP));
    s.provider.control.wait_for_words("").await;
    assert!(s.provider.control.set_pace(&talk.call, 0.0));
    s.provider.speak(&talk.call, Answer::new(BREAD).cutting_in_at(1_000)).await;
    let cut = talk.watch.until("turn", |turn| turn["cut"] == true).await;
    assert!(!cut["text"].as_str().unwrap().is_empty(), "{cut}");
    let item = cut["item"].as_str().unwrap().to_owned();
    // The provider holds nothing of it any more; a control channel that comes back learns nothing else.
    assert!(s.provider.control.cut(&talk.call, 1006));
    s.provider.unmarked().await;
    let retrieve = json!({"type": "conversation.item.retrieve", "item_id": item});
    assert!(s.provider.control.from_page(&talk.call, &retrieve));
    let held = s.provider.told("conversation.item.retrieved").await;
    assert_eq!(held["item"]["content"][0]["transcript"], Value::Null);
    press(&mut talk.candidate, 1, "end").await.expect(204);
    talk.watch.until("ended", |_| true).await;
    let session = s.session(&talk.view).await;
    let kept = session["turns"].as_array().unwrap().iter().find(|turn| turn["item"] == item.as_str()).unwrap();
    assert_eq!(kept["text"], cut["text"]);
}
