//! Whole interviews on OpenAI and Azure OpenAI, chosen by the company, through the public door.

use crate::{
    OFFER, Stage, offer, press,
    provider::Seen,
    stage,
    wire::{Reply, Request, Wire, created, error},
};
use insights::sessions::start::recover;
use serde_json::{Value, json};

pub const KEY: &str = "key-of-the-test";

impl Stage {
    /// The company chooses a provider.
    pub async fn choose(&mut self, body: Value) -> Value {
        self.recruiter.put("/v1/settings/voice", body).await.expect(200)
    }

    /// The scripted provider, as OpenAI.
    pub async fn on_openai(&mut self) {
        let url = self.provider.endpoint.url.clone();
        self.choose(json!({"kind": "openai", "url": url, "key": KEY})).await;
        self.server.app.engine.set_endpoint(None);
    }
}

const BREAD: &str = "I baked bread because my neighbors were coming over for dinner, and as a result nothing was left.";

#[tokio::test]
async fn an_interview_runs_on_openai_with_the_companys_key() {
    let mut s = stage().await;
    s.on_openai().await;
    let (mut candidate, view) = s.candidate().await;
    let mut watch = candidate.events("/v1/candidate/events").await;
    let answer = offer(&mut candidate, OFFER).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (201, OFFER.replace("o=- 1 ", "o=- 2 ").as_str()));
    let (call, offer, session) = s
        .provider
        .until(|seen| match seen {
            Seen::Call { id, offer, session } => Some((id.clone(), offer.clone(), session.clone())),
            _ => None,
        })
        .await;
    assert_eq!(offer, OFFER.as_bytes(), "the offer is unchanged, its last line break included");
    assert_eq!(session["model"], "gpt-realtime-2.1");
    assert_eq!(session["audio"]["output"]["voice"], "marin");
    assert_eq!(
        session["audio"]["input"],
        json!({"transcription": {"model": "gpt-realtime-whisper", "language": "en"},
            "noise_reduction": {"type": "near_field"},
            "turn_detection": {"type": "semantic_vad", "create_response": false, "interrupt_response": true}})
    );
    press(&mut candidate, 1, "ready").await.expect(204);
    for (item, question) in [("item_a1", "cook yesterday"), ("item_a2", "cook tomorrow")] {
        s.provider.said_with(question).await;
        s.provider.inner.speak(&call, item);
        s.provider.inner.words(&call, item, BREAD);
    }
    s.provider.said_with("Goodbye").await;
    watch.until("ended", |_| true).await;
    s.provider.until(|seen| (*seen == Seen::HungUp(call.clone())).then_some(())).await;
    let session = s.session(&view).await;
    assert_eq!(crate::said_by(&session, "candidate"), [BREAD, BREAD]);
    assert_eq!(session["completeness"], "complete", "{session}");
}

#[tokio::test]
async fn a_call_is_found_again_where_it_was_made_although_the_company_changed_its_provider() {
    let mut s = stage().await;
    let own = crate::Provider::start().await;
    s.on_openai().await;
    let (mut candidate, _) = s.candidate().await;
    let call = s.connect(&mut candidate, 1).await;
    s.provider.said_with("cook yesterday").await;
    s.choose(json!({"kind": "own"})).await;
    let server = s.server.again().await;
    server.app.engine.set_endpoint(Some(own.endpoint.clone()));
    // The server before stops here: its control channel closes.
    s.server.app.stop.cancel();
    assert_eq!(recover(&server.app).await.unwrap(), 1);
    let attached = s.provider.until(|seen| match seen {
        Seen::Attached(id) => Some(id.clone()),
        _ => None,
    });
    assert_eq!(attached.await, call);
}

fn refusal(code: &str, param: &str) -> Value {
    json!({"type": "invalid_request_error", "code": code, "message": "canary", "param": param})
}

#[tokio::test]
async fn the_control_channel_is_open_and_configured_before_the_answer() {
    let mut s = stage().await;
    s.on_openai().await;
    let (mut candidate, _) = s.candidate().await;
    assert_eq!(offer(&mut candidate, OFFER).await.status.as_u16(), 201);
    // The answer is here, and nothing was awaited since.
    assert_eq!(s.provider.inner.listeners("rtc_1"), 1);
}

#[tokio::test]
async fn a_transcription_model_that_is_refused_on_the_control_channel_gives_way_to_the_next() {
    let mut s = stage().await;
    s.on_openai().await;
    let model = refusal("invalid_value", "session.audio.input.transcription.model");
    s.provider.inner.refusals.lock().unwrap().push(model);
    let (mut candidate, _) = s.candidate().await;
    s.connect(&mut candidate, 1).await;
    let session = s.provider.until(|seen| match seen {
        Seen::Configured(session) => Some(session.clone()),
        _ => None,
    });
    let transcription = session.await["audio"]["input"]["transcription"].clone();
    assert_eq!(transcription, json!({"model": "gpt-transcribe", "languages": ["en"]}));
    s.provider.said_with("cook yesterday").await;
}

#[tokio::test]
async fn a_configuration_that_is_refused_ends_the_call_before_anything_is_said() {
    let mut s = stage().await;
    s.on_openai().await;
    s.provider.inner.refusals.lock().unwrap().push(refusal("unknown_parameter", "session.audio.input.mood"));
    let (mut candidate, _) = s.candidate().await;
    let error = offer(&mut candidate, OFFER).await.refused(503, "engine_refused");
    assert!(!error.to_string().contains("canary"));
    s.provider.until(|seen| matches!(seen, Seen::HungUp(_)).then_some(())).await;
    let settings = s.recruiter.get("/v1/settings/voice").await.expect(200);
    assert!(settings["trouble"]["words"].as_str().unwrap().contains("session.audio.input.mood"), "{settings}");
    // The next try works, and the trouble is gone.
    s.connect(&mut candidate, 2).await;
    assert_eq!(s.recruiter.get("/v1/settings/voice").await.expect(200)["trouble"], Value::Null);
}

#[tokio::test]
async fn the_next_model_is_tried_where_one_is_not_to_be_had() {
    let mut s = stage().await;
    let mut wire = Wire::start(|request: &Request| {
        if request.line != "POST /v1/realtime/calls" {
            return error("404 Not Found", "call_id_not_found");
        }
        let is_first_model = request.has(r#""model":"gpt-realtime-2.1","#);
        let is_first_transcription = request.has(r#""model":"gpt-realtime-whisper""#);
        match (is_first_model, is_first_transcription) {
            (true, _) => error("403 Forbidden", "model_not_found"),
            (_, true) => crate::wire::answer(
                "400 Bad Request",
                "",
                br#"{"error":{"code":"invalid_value","param":"session.audio.input.transcription.model"}}"#,
            ),
            _ => created(&request.offer()),
        }
    })
    .await;
    s.choose(json!({"kind": "openai", "url": wire.url, "key": KEY})).await;
    let (mut candidate, _) = s.candidate().await;
    offer(&mut candidate, OFFER).await;
    let got = wire.got();
    let calls: Vec<&Request> = got.iter().filter(|r| r.line == "POST /v1/realtime/calls").collect();
    assert_eq!(calls.len(), 3);
    assert!(calls[2].has(r#""model":"gpt-realtime-2.1-mini""#) && calls[2].has(r#""model":"gpt-transcribe""#));
    assert!(calls.iter().all(|call| call.offer() == OFFER.as_bytes()));
}

#[tokio::test]
async fn the_candidate_is_a_pseudonym_that_stays_the_same() {
    let mut s = stage().await;
    let mut wire = Wire::start(|_: &Request| Reply::Close).await;
    s.choose(json!({"kind": "openai", "url": wire.url, "key": KEY})).await;
    let (mut candidate, _) = s.candidate().await;
    for _ in 0..2 {
        offer(&mut candidate, OFFER).await.refused(503, "engine_unavailable");
    }
    let names: Vec<String> = wire
        .got()
        .iter()
        .map(|request| {
            let text = String::from_utf8_lossy(&request.bytes).into_owned();
            assert!(!text.contains("kim@example.com") && !text.contains("Kim") && !text.contains("can_"));
            text.lines().find_map(|l| l.strip_prefix("openai-safety-identifier: ")).unwrap().to_owned()
        })
        .collect();
    assert_eq!(names.len(), 2, "a request that went out is not made again by itself");
    assert_eq!((names[0].len(), &names[0]), (64, &names[1]));
}
