//! What a provider refuses. Each time: a code and plain words for the candidate, an invitation that stays good, words for
//! the recruiter, a line for the operator.

use crate::{
    sim::KEY,
    stage::{OFFER, Stage, offer, redeem, stage},
    support::Client,
};
use serde_json::{Value, json};
use voice::sim::Fault;

/// A server whose company uses OpenAI, where the next calls fail like this.
async fn failing(faults: impl IntoIterator<Item = Fault>) -> (Stage, Client) {
    let mut s = stage().await;
    s.on_openai().await;
    let (candidate, _) = s.candidate().await;
    faults.into_iter().for_each(|fault| s.provider.control.fail_next(fault));
    (s, candidate)
}

/// Offers a call, expects a refusal, and checks what holds for every one.
pub async fn refused(s: &mut Stage, candidate: &mut Client, status: u16, code: &str) -> (Value, String) {
    let error = offer(candidate, OFFER).await.refused(status, code);
    let message = error["message"].as_str().unwrap();
    for secret in [KEY, "canary", "simulator", "a=mid", "127.0.0.1"] {
        assert!(!message.contains(secret), "{message}");
    }
    let view = redeem(candidate, &s.link).await.expect(200);
    assert_eq!(view["status"], "ready", "the invitation stays good: {view}");
    let settings = s.recruiter.get("/v1/settings/voice").await.expect(200);
    let words = settings["trouble"]["words"].as_str().unwrap_or_default().to_owned();
    (error, words)
}

/// How often a call was asked for.
fn tries(s: &Stage) -> usize {
    s.provider.requests().iter().filter(|line| *line == "POST /v1/realtime/calls").count()
}

#[tokio::test]
async fn what_somebody_must_change_is_told_to_whom_it_concerns() {
    for (status, code, words) in [
        (401, "invalid_api_key", "does not know this key"),
        (403, "missing_scope", "may not do this"),
        (403, "unsupported_country_region_territory", "does not serve the country"),
        (403, "model_not_found", "None of the models"),
        (404, "model_not_found", "None of the models"),
        (429, "insufficient_quota", "no credit left"),
        (429, "credit_balance_exhausted", "no credit left"),
        (429, "billing_hard_limit_reached", "no credit left"),
        (429, "project_spend_limit_exceeded", "no credit left"),
        (403, "account_deactivated", "no credit left"),
        (400, "unknown_parameter", "unknown_parameter"),
        (400, "invalid_value", "invalid_value"),
        (400, "missing_required_parameter", "missing_required_parameter"),
        (400, "beta_api_shape_disabled", "beta_api_shape_disabled"),
    ] {
        let most = if code == "model_not_found" { 2 } else { 1 };
        let (mut s, mut candidate) = failing(vec![Fault::refused(status, code); most]).await;
        let (error, told) = refused(&mut s, &mut candidate, 503, "engine_refused").await;
        assert!(error["message"].as_str().unwrap().contains("Your invitation stays good"), "{error}");
        assert!(told.contains(words), "{code}: {told}");
        assert_eq!(tries(&s), most, "{code}");
    }
}

#[tokio::test]
async fn no_credit_is_known_by_its_type_where_there_is_no_code() {
    let (error_type, code, param) = ("insufficient_quota".to_owned(), None, None);
    let fault = Fault::Refuse { status: 429, code, param, error_type, retry_after_s: None };
    let (mut s, mut candidate) = failing([fault]).await;
    let (_, told) = refused(&mut s, &mut candidate, 503, "engine_refused").await;
    assert!(told.contains("no credit left"), "{told}");
}

#[tokio::test]
async fn what_passes_is_told_with_a_time_and_not_tried_again_in_silence() {
    for (fault, code) in [
        (Fault::refused(429, "rate_limit_exceeded"), "engine_full"),
        (Fault::refused(429, "inference_rate_limit_exceeded"), "engine_full"),
        (Fault::full(7), "engine_full"),
        (Fault::HtmlPage { status: 502 }, "engine_unavailable"),
        (Fault::broken(500), "engine_unavailable"),
    ] {
        let (mut s, mut candidate) = failing([fault.clone(), fault]).await;
        let (_, told) = refused(&mut s, &mut candidate, 503, code).await;
        assert!(!told.is_empty());
        assert_eq!(tries(&s), 1, "{code}");
        let again = offer(&mut candidate, OFFER).await;
        assert!(again.headers.contains_key("retry-after"), "{code}");
    }
}

#[tokio::test]
async fn a_provider_that_is_down_is_tried_again_and_then_given_up() {
    let (mut s, mut candidate) = failing([]).await;
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    s.choose(json!({"kind": "openai", "url": url, "key": KEY})).await;
    let (error, told) = refused(&mut s, &mut candidate, 503, "engine_unavailable").await;
    assert!(error["message"].as_str().unwrap().contains("cannot be reached"), "{error}");
    assert!(told.contains("cannot be reached"), "{told}");
}

#[tokio::test]
async fn a_provider_that_hangs_is_given_up_in_time() {
    let (mut s, mut candidate) = failing([Fault::Hang]).await;
    let within = std::time::Duration::from_secs(15);
    let answer = tokio::time::timeout(within, refused(&mut s, &mut candidate, 503, "engine_unavailable"));
    let (error, _) = answer.await.expect("an answer in time");
    assert!(error["message"].as_str().unwrap().contains("too long"), "{error}");
    assert_eq!(tries(&s), 1, "it may have made a call: never a second one by itself");
}

#[tokio::test]
async fn an_offer_that_it_does_not_take_is_the_browsers_matter() {
    let (mut s, mut candidate) = failing([Fault::refused(400, "invalid_offer")]).await;
    let (error, _) = refused(&mut s, &mut candidate, 400, "sdp_invalid").await;
    assert!(error["message"].as_str().unwrap().contains("browser"), "{error}");
    assert_eq!(tries(&s), 1);
}

#[tokio::test]
async fn a_control_channel_that_does_not_open_ends_the_call() {
    let (mut s, mut candidate) = failing([Fault::SidebandMissing]).await;
    offer(&mut candidate, OFFER).await.refused(503, "engine_unavailable");
    let call = s.provider.control.wait_for_call().await;
    s.provider.hung_up(&call).await;
    assert_eq!(s.provider.requests().last().unwrap(), &format!("POST /v1/realtime/calls/{call}/hangup"));
    let view = redeem(&mut candidate, &s.link).await.expect(200);
    assert_eq!(view["status"], "ready");
    let _ = s.recruiter.get("/v1/home").await.expect(200);
}
