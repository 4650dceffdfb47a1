//! What calls cost, and when it is too much.

use crate::stage::{OFFER, SOUP, Stage, offer, path, said_by, stage, stage_configured};
use insights::{adapters::realtime::Endpoint, config::ProviderKind};
use serde_json::{Value, json};
use voice::sim::{Answer, Entry, What};

impl Stage {
    /// A response ended that used so many tokens of sound, half of what it heard seen before. False: the call is over.
    fn used(&self, call: &str, response: &str, audio_in: u64, audio_out: u64) -> bool {
        let cached = json!({"text_tokens": 0, "audio_tokens": audio_in / 2});
        let input = json!({"text_tokens": 0, "audio_tokens": audio_in, "cached_tokens": audio_in / 2, "cached_tokens_details": cached});
        let usage = json!({"total_tokens": audio_in + audio_out, "input_tokens": audio_in, "output_tokens": audio_out,
            "input_token_details": input, "output_token_details": {"text_tokens": 0, "audio_tokens": audio_out}});
        let done = json!({"id": response, "status": "completed", "output": [], "usage": usage});
        self.provider.control.emit(call, json!({"type": "response.done", "response": done}))
    }
}

#[tokio::test]
async fn what_the_provider_reports_is_priced_once_and_shown_by_call() {
    let mut s = stage().await;
    s.on_openai().await;
    let (mut candidate, view) = s.candidate().await;
    let call = s.call(&mut candidate, 1).await;
    for _ in 0..3 {
        assert!(s.used(&call, "resp_a", 1_000, 2_000));
    }
    s.provider.speak(&call, Answer::new(SOUP).lasting(6_000)).await;
    // 500 × $32 + 500 × $0.40 + 2000 × $64 for a million, and 6 s at $0.017 a minute.
    let micros = 16_000 + 200 + 128_000 + 1_700;
    let cost = s.cost_until(&view, |cost| cost["cost_micros"] == micros).await;
    let tokens = json!({"input": 1_000, "cached": 500, "output": 2_000});
    assert_eq!((&cost["tokens"], &cost["legs"][0]["tokens"], &cost["is_own"]), (&tokens, &tokens, &json!(false)));
    let _ = s.call(&mut candidate, 2).await;
    let cost = s.cost(&view).await;
    assert_eq!((&cost["legs"][0]["cost_micros"], &cost["legs"][1]["cost_micros"]), (&json!(micros), &json!(0)));
    let day = s.recruiter.get("/v1/usage?day=2026-03-01").await.expect(200);
    assert_eq!(
        (&day["cost_micros"], &day["legs"], &day["limit_micros"]),
        (&json!(micros), &json!(2), &json!(100_000_000))
    );
    assert_eq!(
        day["left_micros"].as_i64().unwrap(),
        100_000_000 - micros - day["held_micros"].as_i64().unwrap(),
        "{day}"
    );
    assert_eq!(s.recruiter.get("/v1/usage").await.expect(200), day, "today is that day");
    s.recruiter.get("/v1/usage?day=yesterday").await.refused(422, "invalid");
}

#[tokio::test]
async fn our_own_engine_costs_nothing() {
    let mut s = stage().await;
    let endpoint = Endpoint { kind: ProviderKind::Own, ..s.provider.endpoint() };
    s.server.app.engine.set_endpoint(Some(endpoint));
    let (mut candidate, view) = s.candidate().await;
    let call = s.call(&mut candidate, 1).await;
    assert!(s.used(&call, "resp_a", 1_000, 2_000));
    let cost = s.cost_until(&view, |cost| cost["tokens"]["output"] == 2_000).await;
    assert_eq!((&cost["is_own"], &cost["cost_micros"]), (&json!(true), &json!(0)));
    assert_eq!(s.recruiter.get("/v1/usage").await.expect(200)["held_micros"], 0);
}

#[tokio::test]
async fn spent_money_ends_the_call_and_the_link_goes_on_the_next_day() {
    let mut s = stage_configured("[budget]\nday_dollars = 2.0\n").await;
    let mut talk = s.talk_with_soup().await;
    let (call, view) = (&talk.call, &talk.view);
    s.provider.said_with("cook tomorrow").await;
    spend(&mut s, call, view).await;
    s.provider.hung_up(call).await;
    talk.watch.until("state", |state| state["session_state"] == "interrupted").await;
    let cost = s.cost(view).await;
    // Within the budget and 30 s: six responses.
    let micros = cost["cost_micros"].as_i64().unwrap();
    assert!((2_000_000..2_000_000 + 6 * 131_000).contains(&micros), "{micros}");
    // The leg's end is committed beside what the page is told.
    s.read_until(&path(view), |session| session["legs"][0]["end_reason"] == "budget_money").await;

    let refused = offer(&mut talk.candidate, OFFER).await;
    let wait_s: i64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    let error = refused.refused(402, "budget_money");
    assert!(error["message"].as_str().unwrap().contains("saved"), "{error}");
    assert_eq!(s.cost(view).await["refusals"][0]["code"], "budget_money");
    assert_eq!(s.recruiter.get("/v1/usage").await.expect(200)["left_micros"], 0);
    s.server.app.clock.advance_ms(wait_s * 1000);
    let mut again = s.candidate().await.0;
    s.connect(&mut again, 2).await;
    s.provider.said_with("cook tomorrow").await;
    assert_eq!(said_by(&s.session(view).await, "candidate"), [SOUP]);
}

/// Responses of 13 cents each, five seconds apart, until the call is over.
async fn spend(s: &mut Stage, call: &str, view: &Value) {
    let control = s.provider.control.clone();
    let is_end = |entry: &Entry| entry.call.as_deref() == Some(call) && matches!(entry.what, What::Ended { .. });
    let is_over = || control.ledger().iter().any(is_end);
    for spent in 1..25 {
        s.server.app.clock.advance_ms(5_000);
        let before = s.cost(view).await["cost_micros"].as_i64().unwrap();
        if is_over() || !s.used(call, &format!("resp_{spent}"), 100, 2_000) {
            return;
        }
        s.cost_until(view, |cost| cost["cost_micros"].as_i64() > Some(before) || is_over()).await;
    }
    panic!("the call goes on");
}

#[tokio::test]
async fn a_day_without_money_for_the_whole_plan_begins_no_interview_and_the_invitation_stays_good() {
    let mut s = stage_configured("[budget]\nday_dollars = 0.5\n").await;
    let (mut candidate, view) = s.candidate().await;
    offer(&mut candidate, OFFER).await.refused(402, "budget_money");
    assert_eq!(s.provider.calls().len(), 0);
    assert_eq!(candidate.get("/v1/candidate").await.expect(200)["status"], "ready");
    assert_eq!(s.session(&view).await["state"], "ready");
}
