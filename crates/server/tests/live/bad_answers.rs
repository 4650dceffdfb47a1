//! What a provider can answer that is no answer of the Realtime API at all, byte by byte.

use crate::{
    refusals::refused,
    sim::KEY,
    stage::{OFFER, Stage, offer, stage},
    support::Client,
    wire::{Reply, Request, Wire, answer, error},
};
use serde_json::json;

/// A server whose company uses a provider that answers like this.
async fn with(reply: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> (Stage, Wire, Client) {
    let mut s = stage().await;
    let wire = Wire::start(reply).await;
    s.choose(json!({"kind": "openai", "url": wire.url, "key": KEY})).await;
    let (candidate, _) = s.candidate().await;
    (s, wire, candidate)
}

#[tokio::test]
async fn a_provider_that_closes_the_connection_is_not_asked_again_in_silence() {
    let (mut s, mut wire, mut candidate) = with(|_| Reply::Close).await;
    let (_, told) = refused(&mut s, &mut candidate, 503, "engine_unavailable").await;
    assert!(!told.is_empty());
    assert_eq!(wire.got().len(), 1);
    let again = offer(&mut candidate, OFFER).await;
    assert!(again.headers.contains_key("retry-after"));
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
