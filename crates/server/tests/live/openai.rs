//! Whole interviews on OpenAI and Azure OpenAI, chosen by the company, through the public door.

use crate::{
    sim::{Offered, Provider},
    stage::{BREAD, OFFER, offer, press, said_by, stage},
};
use insights::sessions::start::recover;
use serde_json::{Value, json};
use voice::sim::{Fault, What};

#[tokio::test]
async fn an_interview_runs_on_openai_with_the_companys_key() {
    let mut s = stage().await;
    s.on_openai().await;
    let (mut candidate, view) = s.candidate().await;
    let mut watch = candidate.events("/v1/candidate/events").await;
    let answer = offer(&mut candidate, OFFER).await;
    let call = s.provider.control.wait_for_call().await;
    let (offered, session, answered) = s.provider.calls().remove(0);
    assert_eq!((answer.status.as_u16(), answer.text), (201, answered), "the answer is unchanged");
    assert_eq!(offered, OFFER, "the offer is unchanged, its last line break included");
    assert_eq!(session["model"], "gpt-realtime-2.1");
    assert_eq!(session["audio"]["output"]["voice"], "marin");
    assert_eq!(
        session["audio"]["input"],
        json!({"transcription": {"model": "gpt-realtime-whisper", "language": "en"},
            "noise_reduction": {"type": "near_field"},
            "turn_detection": {"type": "semantic_vad", "create_response": false, "interrupt_response": true}})
    );
    press(&mut candidate, 1, "ready").await.expect(204);
    for question in ["cook yesterday", "cook tomorrow"] {
        s.provider.said_with(question).await;
        s.provider.answer(&call, BREAD).await;
    }
    s.provider.said_with("Goodbye").await;
    watch.until("ended", |_| true).await;
    s.provider.hung_up(&call).await;
    let session = s.session(&view).await;
    assert_eq!(said_by(&session, "candidate"), [BREAD, BREAD]);
    assert_eq!(session["completeness"], "complete", "{session}");
}

#[tokio::test]
async fn a_call_is_found_again_where_it_was_made_although_the_company_changed_its_provider() {
    let mut s = stage().await;
    let own = Provider::start().await;
    s.on_openai().await;
    let (mut candidate, _) = s.candidate().await;
    let call = s.connect(&mut candidate, 1).await;
    s.provider.said_with("cook yesterday").await;
    s.choose(json!({"kind": "own"})).await;
    let server = s.server.again().await;
    server.app.engine.set_endpoint(Some(own.endpoint()));
    // The server before stops here: its control channel closes.
    s.server.app.stop.cancel();
    assert_eq!(recover(&server.app).await.unwrap(), 1);
    s.provider.attached(&call).await;
}

#[tokio::test]
async fn the_control_channel_is_open_and_configured_before_the_answer() {
    let mut s = stage().await;
    s.on_openai().await;
    let (mut candidate, _) = s.candidate().await;
    assert_eq!(offer(&mut candidate, OFFER).await.status.as_u16(), 201);
    // The answer is here, and nothing was awaited since.
    let ledger = s.provider.control.ledger();
    let is_attached = |what: &What| matches!(what, What::Attached { .. });
    let is_configured = |what: &What| match what {
        What::Server { event, .. } if event["type"] == "session.updated" => {
            let input = &event["session"]["audio"]["input"];
            input["turn_detection"]["create_response"] == false && input["transcription"]["model"].is_string()
        }
        _ => false,
    };
    assert_eq!(ledger.iter().filter(|entry| is_attached(&entry.what)).count(), 1);
    assert_eq!(ledger.iter().filter(|entry| is_configured(&entry.what)).count(), 1);
}

#[tokio::test]
async fn a_transcription_model_that_is_refused_on_the_control_channel_gives_way_to_the_next() {
    let mut s = stage().await;
    s.on_openai().await;
    let model = Fault::refused_update("invalid_value", "session.audio.input.transcription.model");
    s.provider.control.fail_next(model);
    let (mut candidate, _) = s.candidate().await;
    let call = s.call(&mut candidate, 1).await;
    s.provider.told("error").await;
    let session = s.provider.sent("session.update").await["session"].clone();
    let transcription = session["audio"]["input"]["transcription"].clone();
    assert_eq!(transcription, json!({"model": "gpt-transcribe", "languages": ["en"]}));
    let told = s.provider.told("session.updated").await["session"].clone();
    assert_eq!(told["audio"]["input"]["transcription"]["model"], "gpt-transcribe");
    press(&mut candidate, 1, "ready").await.expect(204);
    s.provider.said_with("cook yesterday").await;
    assert_eq!(s.provider.requests().iter().filter(|line| line.ends_with("/calls")).count(), 1, "{call}");
}

#[tokio::test]
async fn a_configuration_that_is_refused_ends_the_call_before_anything_is_said() {
    let mut s = stage().await;
    s.on_openai().await;
    s.provider.control.fail_next(Fault::refused_update("unknown_parameter", "session.audio.input.canary"));
    let (mut candidate, _) = s.candidate().await;
    let error = offer(&mut candidate, OFFER).await.refused(503, "engine_refused");
    assert!(!error.to_string().contains("canary"));
    let call = s.provider.control.wait_for_call().await;
    s.provider.hung_up(&call).await;
    let settings = s.recruiter.get("/v1/settings/voice").await.expect(200);
    assert!(settings["trouble"]["words"].as_str().unwrap().contains("session.audio.input.canary"), "{settings}");
    // The next try works, and the trouble is gone.
    s.connect(&mut candidate, 2).await;
    assert_eq!(s.recruiter.get("/v1/settings/voice").await.expect(200)["trouble"], Value::Null);
}

#[tokio::test]
async fn the_next_model_is_tried_where_one_is_not_to_be_had() {
    let mut s = stage().await;
    s.on_openai().await;
    s.provider.control.fail_next(Fault::refused(403, "model_not_found"));
    s.provider.control.fail_next(Fault::refused_session("invalid_value", "session.audio.input.transcription.model"));
    let (mut candidate, _) = s.candidate().await;
    s.connect(&mut candidate, 1).await;
    let offers = s.provider.offers();
    assert_eq!(offers.len(), 3);
    assert!(offers.iter().all(|request| request.body.contains(OFFER)));
    let (_, session, _) = s.provider.calls().remove(0);
    let transcription = &session["audio"]["input"]["transcription"]["model"];
    assert_eq!((&session["model"], transcription), (&json!("gpt-realtime-2.1-mini"), &json!("gpt-transcribe")));
    s.provider.said_with("cook yesterday").await;
}

#[tokio::test]
async fn the_candidate_is_a_pseudonym_that_stays_the_same() {
    let mut s = stage().await;
    s.on_openai().await;
    let (mut candidate, _) = s.candidate().await;
    for _ in 0..2 {
        s.provider.control.fail_next(Fault::broken(500));
        offer(&mut candidate, OFFER).await.refused(503, "engine_unavailable");
    }
    let name = |request: &Offered| {
        let text = format!("{:?} {}", request.headers, request.body);
        assert!(!text.contains("kim@example.com") && !text.contains("Kim") && !text.contains("can_"));
        request.headers["openai-safety-identifier"].clone()
    };
    let names: Vec<String> = s.provider.offers().iter().map(name).collect();
    assert_eq!(names.len(), 2, "a request that went out is not made again by itself");
    assert_eq!((names[0].len(), &names[0]), (64, &names[1]));
}
