//! Everything that a provider can answer instead of a call. Each time: a code and plain words for the candidate, an
//! invitation that stays good, words for the recruiter, a line for the operator.

use crate::{
    OFFER, Stage, offer,
    openai::KEY,
    redeem, stage,
    support::Client,
    wire::{Reply, Request, Wire, answer, created, error},
};
use serde_json::{Value, json};

/// A server whose company uses a provider that answers like this.
async fn with(reply: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> (Stage, Wire, Client) {
    let mut s = stage().await;
    let wire = Wire::start(reply).await;
    s.choose(json!({"kind": "openai", "url": wire.url, "key": KEY})).await;
    let (candidate, _) = s.candidate().await;
    (s, wire, candidate)
}

/// Offers a call, expects a refusal, and checks what holds for every one.
async fn refused(s: &mut Stage, candidate: &mut Client, status: u16, code: &str) -> (Value, String) {
    let error = offer(candidate, OFFER).await.refused(status, code);
    let message = error["message"].as_str().unwrap();
    for secret in [KEY, "canary", "a=mid", "127.0.0.1"] {
        assert!(!message.contains(secret), "{message}");
    }
    let view = redeem(candidate, &s.link).await.expect(200);
    assert_eq!(view["status"], "ready", "the invitation stays good: {view}");
    let settings = s.recruiter.get("/v1/settings/voice").await.expect(200);
    let words = settings["trouble"]["words"].as_str().unwrap_or_default().to_owned();
    (error, words)
}

#[tokio::test]
async fn what_somebody_must_change_is_told_to_whom_it_concerns() {
    for (status, code, words) in [
        ("401 Unauthorized", "invalid_api_key", "does not know this key"),
        ("403 Forbidden", "missing_scope", "may not do this"),
        ("403 Forbidden", "unsupported_country_region_territory", "does not serve the country"),
        ("403 Forbidden", "model_not_found", "None of the models"),
        ("404 Not Found", "model_not_found", "None of the models"),
        ("429 Too Many Requests", "insufficient_quota", "no credit left"),
        ("429 Too Many Requests", "credit_balance_exhausted", "no credit left"),
        ("429 Too Many Requests", "billing_hard_limit_reached", "no credit left"),
        ("429 Too Many Requests", "project_spend_limit_exceeded", "no credit left"),
        ("403 Forbidden", "account_deactivated", "no credit left"),
        ("400 Bad Request", "unknown_parameter", "unknown_parameter"),
        ("400 Bad Request", "invalid_value", "invalid_value"),
        ("400 Bad Request", "missing_required_parameter", "missing_required_parameter"),
        ("400 Bad Request", "beta_api_shape_disabled", "beta_api_shape_disabled"),
    ] {
        let (mut s, mut wire, mut candidate) = with(move |_| error(status, code)).await;
        let (error, told) = refused(&mut s, &mut candidate, 503, "engine_refused").await;
        assert!(error["message"].as_str().unwrap().contains("Your invitation stays good"), "{error}");
        assert!(told.contains(words), "{code}: {told}");
        let tries = if code == "model_not_found" { 2 } else { 1 };
        assert_eq!(wire.got().len(), tries, "{code}");
    }
}

#[tokio::test]
async fn what_passes_is_told_with_a_time_and_not_tried_again_in_silence() {
    let rate = |code: &'static str| move || error("429 Too Many Requests", code);
    let busy = || answer("503 Service Unavailable", "retry-after: 7\r\n", b"{}");
    let html = || answer("502 Bad Gateway", "content-type: text/html\r\n", b"<html>canary</html>");
    let inside = || error("500 Internal Server Error", "");
    type Answers = Box<dyn Fn() -> Reply + Send + Sync>;
    let cases: Vec<(Answers, &str)> = vec![
        (Box::new(rate("rate_limit_exceeded")), "engine_full"),
        (Box::new(rate("inference_rate_limit_exceeded")), "engine_full"),
        (Box::new(busy), "engine_full"),
        (Box::new(html), "engine_unavailable"),
        (Box::new(inside), "engine_unavailable"),
        (Box::new(|| Reply::Close), "engine_unavailable"),
    ];
    for (reply, code) in cases {
        let (mut s, mut wire, mut candidate) = with(move |_| reply()).await;
        let (_, told) = refused(&mut s, &mut candidate, 503, code).await;
        assert!(!told.is_empty());
        assert_eq!(wire.got().len(), 1, "{code}");
        let again = offer(&mut candidate, OFFER).await;
        assert!(again.headers.contains_key("retry-after"), "{code}");
    }
}

#[tokio::test]
async fn a_provider_that_is_down_is_tried_again_and_then_given_up() {
    let (mut s, wire, mut candidate) = with(|_| Reply::Close).await;
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", nobody.local_addr().unwrap());
    drop((nobody, wire));
    s.choose(json!({"kind": "openai", "url": url, "key": KEY})).await;
    let (error, told) = refused(&mut s, &mut candidate, 503, "engine_unavailable").await;
    assert!(error["message"].as_str().unwrap().contains("cannot be reached"), "{error}");
    assert!(told.contains("cannot be reached"), "{told}");
}

#[tokio::test]
async fn a_provider_that_hangs_is_given_up_in_time() {
    let (mut s, mut wire, mut candidate) = with(|_| Reply::Hang).await;
    let within = std::time::Duration::from_secs(15);
    let answer = tokio::time::timeout(within, refused(&mut s, &mut candidate, 503, "engine_unavailable"));
    let (error, _) = answer.await.expect("an answer in time");
    assert!(error["message"].as_str().unwrap().contains("too long"), "{error}");
    assert_eq!(wire.got().len(), 1, "it may have made a call: never a second one by itself");
}

#[tokio::test]
async fn an_offer_that_it_does_not_take_is_the_browsers_matter() {
    let (mut s, mut wire, mut candidate) = with(|_| error("400 Bad Request", "invalid_offer")).await;
    let (error, _) = refused(&mut s, &mut candidate, 400, "sdp_invalid").await;
    assert!(error["message"].as_str().unwrap().contains("browser"), "{error}");
    assert_eq!(wire.got().len(), 1);
}

#[tokio::test]
async fn answers_that_are_none_are_refused_without_a_call_left_behind() {
    const PLACE: &str = "location: /v1/realtime/calls/rtc_w1\r\n";
    let swapped = OFFER.replace("m=audio", "m=video");
    let one = OFFER.split("m=application").next().unwrap().to_owned();
    let cases: Vec<(&str, String, Vec<u8>, bool)> = vec![
        // What is answered, with which headers and body, and whether a call is known that must be hung up.
        ("200 OK", "content-type: application/json\r\n".into(), br#"{"sdp":"v=0","session_id":"x"}"#.into(), false),
        ("200 OK", PLACE.into(), OFFER.into(), false),
        ("200 OK", "content-type: text/html\r\n".into(), b"<!doctype html>".into(), false),
        ("302 Found", "location: https://elsewhere.example/\r\n".into(), vec![], false),
        ("201 Created", String::new(), OFFER.into(), false),
        ("201 Created", "location: https://elsewhere.example/v1/realtime/calls/rtc_w1\r\n".into(), OFFER.into(), false),
        ("201 Created", "location: /v1/realtime/calls/\r\n".into(), OFFER.into(), false),
        ("201 Created", PLACE.into(), br#"{"sdp":"v=0"}"#.into(), true),
        ("201 Created", PLACE.into(), b"<html>".into(), true),
        ("201 Created", PLACE.into(), vec![], true),
        ("201 Created", PLACE.into(), swapped.into(), true),
        ("201 Created", PLACE.into(), one.into(), true),
        ("201 Created", PLACE.into(), vec![b'v'; 10 << 20], true),
    ];
    for (status, headers, body, has_call) in cases {
        let shown = format!("{status} {headers:?} {} bytes", body.len());
        let (mut s, mut wire, mut candidate) = with(move |request| match request.line.as_str() {
            "POST /v1/realtime/calls" => answer(status, &headers, &body),
            "POST /v1/realtime/calls/rtc_w1/hangup" => answer("200 OK", "", b""),
            _ => error("404 Not Found", ""),
        })
        .await;
        let (_, told) = refused(&mut s, &mut candidate, 503, "engine_unavailable").await;
        assert!(told.contains("not the Realtime API"), "{shown}: {told}");
        let lines: Vec<String> = wire.got().into_iter().map(|request| request.line).collect();
        let hung_up = lines.iter().any(|line| line.ends_with("/hangup"));
        assert_eq!((lines.len(), hung_up), (1 + usize::from(has_call), has_call), "{shown}: {lines:?}");
    }
}

#[tokio::test]
async fn a_redirect_is_never_followed() {
    let mut elsewhere = Wire::start(|_: &Request| Reply::Close).await;
    let place = format!("location: {}/v1/realtime/calls\r\n", elsewhere.url);
    for status in ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let place = place.clone();
        let (mut s, _wire, mut candidate) = with(move |_| answer(status, &place, b"")).await;
        refused(&mut s, &mut candidate, 503, "engine_unavailable").await;
    }
    assert!(elsewhere.got().is_empty(), "nobody else saw the key or the offer");
}

#[tokio::test]
async fn an_endless_answer_is_not_read() {
    let head = "HTTP/1.1 201 Created\r\nlocation: /v1/realtime/calls/rtc_w1\r\ncontent-length: 10000000\r\n\r\n";
    let unsaid = "HTTP/1.1 500 Oh\r\ntransfer-encoding: identity\r\nconnection: close\r\n\r\n";
    for head in [head, unsaid] {
        let (mut s, _wire, mut candidate) = with(move |request| match request.line.as_str() {
            "POST /v1/realtime/calls" => Reply::Endless(head.to_owned()),
            _ => answer("200 OK", "", b""),
        })
        .await;
        refused(&mut s, &mut candidate, 503, "engine_unavailable").await;
    }
}

#[tokio::test]
async fn a_location_on_the_same_host_may_be_whole_and_the_content_type_does_not_matter() {
    for kind in ["text/plain; charset=utf-8", "application/sdp", "text/html"] {
        let (_s, mut wire, mut candidate) = with(move |request| {
            if request.line != "POST /v1/realtime/calls" {
                return error("404 Not Found", "call_id_not_found");
            }
            let text = String::from_utf8_lossy(&request.bytes).into_owned();
            let host = text.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned();
            let headers = format!("content-type: {kind}\r\nlocation: http://{host}/v1/realtime/calls/rtc_w1?x=1\r\n");
            answer("201 Created", &headers, &request.offer())
        })
        .await;
        offer(&mut candidate, OFFER).await;
        let lines: Vec<String> = wire.got().into_iter().map(|request| request.line).collect();
        assert_eq!(lines[1], "GET /v1/realtime?call_id=rtc_w1", "the call counts: its control channel is opened");
    }
}

#[tokio::test]
async fn a_control_channel_that_does_not_open_ends_the_call() {
    let (mut s, mut wire, mut candidate) = with(|request| match request.line.as_str() {
        "POST /v1/realtime/calls" => created(&request.offer()),
        "POST /v1/realtime/calls/rtc_w1/hangup" => answer("200 OK", "", b""),
        _ => error("404 Not Found", "call_id_not_found"),
    })
    .await;
    offer(&mut candidate, OFFER).await.refused(503, "engine_unavailable");
    let lines: Vec<String> = wire.got().into_iter().map(|request| request.line).collect();
    assert_eq!(lines.last().unwrap(), "POST /v1/realtime/calls/rtc_w1/hangup");
    let view = redeem(&mut candidate, &s.link).await.expect(200);
    assert_eq!(view["status"], "ready");
    let _ = s.recruiter.get("/v1/home").await.expect(200);
}
