//! Everything that can be told to go wrong with a call.

use crate::support::{OFFER, Stage, interview, kinds};
use reqwest::Response;
use serde_json::{Value, json};
use std::time::Duration;
use voice::sim::{Fault, Script, What};

async fn stage() -> Stage {
    Stage::playing(Script::at_once([])).await
}

impl Stage {
    async fn faulty(&self, fault: Fault) -> reqwest::Result<Response> {
        self.control.fail_next(fault);
        self.offer(OFFER, interview("gpt-transcribe", false)).await
    }
}

#[tokio::test]
async fn refusals_have_their_status_and_code_and_only_the_next_call_fails() {
    let stage = stage().await;
    let rows = [
        (Fault::wrong_key(), 401, json!("invalid_api_key")),
        (Fault::wrong_region(), 403, json!("unsupported_country_region_territory")),
        (Fault::no_model(), 404, json!("model_not_found")),
        (Fault::no_quota(), 429, json!("insufficient_quota")),
        (Fault::too_fast(7), 429, json!("rate_limit_exceeded")),
        (Fault::broken(500), 500, Value::Null),
        (Fault::broken(503), 503, Value::Null),
    ];
    for (fault, status, code) in rows {
        let response = stage.faulty(fault.clone()).await.unwrap();
        let retry = response.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(retry, (fault == Fault::too_fast(7)).then(|| "7".to_owned()));
        assert_eq!(response.status().as_u16(), status, "{fault:?}");
        assert_eq!(response.json::<Value>().await.unwrap()["error"]["code"], code, "{fault:?}");
    }
    stage.call().await;
    let refused = |entry: &voice::sim::Entry| matches!(entry.what, What::Refused { .. });
    assert_eq!(stage.control.ledger().iter().filter(|entry| refused(entry)).count(), 7);
}

#[tokio::test]
async fn answers_that_are_none_arrive_as_they_are() {
    let stage = stage().await;
    let response = stage.faulty(Fault::JsonBody).await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["content-type"]),
        (200, &"application/json".parse().unwrap())
    );
    let response = stage.faulty(Fault::HtmlPage { status: 502 }).await.unwrap();
    assert_eq!(response.status().as_u16(), 502);
    assert!(response.text().await.unwrap().starts_with("<!DOCTYPE html>"));
    let response = stage.faulty(Fault::Redirect { to: "https://elsewhere.example/".into() }).await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["location"]),
        (302, &"https://elsewhere.example/".parse().unwrap())
    );
    let response = stage.faulty(Fault::LargeBody { bytes: 10_000_000 }).await.unwrap();
    assert_eq!((response.status().as_u16(), response.bytes().await.unwrap().len()), (201, 10_000_000));
}

#[tokio::test]
async fn answers_can_have_other_lines_other_mids_and_other_locations() {
    let stage = stage().await;
    let lines = |sdp: &str| -> Vec<String> {
        sdp.lines().filter(|line| line.starts_with("m=") || line.starts_with("a=mid:")).map(str::to_owned).collect()
    };
    let right = lines(&stage.offer(OFFER, interview("m", false)).await.unwrap().text().await.unwrap());
    assert_eq!((right[0].split(' ').next(), right[1].as_str()), (Some("m=audio"), "a=mid:0"));
    let turned = lines(&stage.faulty(Fault::OtherLines).await.unwrap().text().await.unwrap());
    assert_eq!(turned, [&right[2..], &right[..2]].concat());
    let mids = lines(&stage.faulty(Fault::OtherMids).await.unwrap().text().await.unwrap());
    assert_eq!((mids[1].as_str(), mids[3].as_str()), ("a=mid:x0", "a=mid:x1"));
    assert!(!stage.faulty(Fault::NoLocation).await.unwrap().headers().contains_key("location"));
    for value in ["https://elsewhere.example/v1/realtime/calls/{id}", "/v1/realtime/calls/1234"] {
        let response = stage.faulty(Fault::Location { value: value.into() }).await.unwrap();
        let location = response.headers()["location"].to_str().unwrap();
        let id = location.rsplit('/').next().unwrap();
        assert_eq!(location, value.replace("{id}", id));
        assert_eq!(id.starts_with("rtc_"), value.contains("{id}"));
    }
}

#[tokio::test]
async fn an_answer_can_be_slow_or_never_come_and_a_connection_can_close() {
    let stage = stage().await;
    let asked = std::time::Instant::now();
    assert_eq!(stage.faulty(Fault::Slow { ms: 300 }).await.unwrap().status().as_u16(), 201);
    assert!(asked.elapsed() >= Duration::from_millis(300));
    stage.control.fail_next(Fault::Hang);
    let call = stage.offer(OFFER, interview("m", false));
    tokio::select! {
        _ = call => panic!("an answer came"),
        _ = stage.control.wait(|entry| matches!(entry.what, What::Refused { status: 0, .. })) => {}
    }
    // Once on a connection that is open already, once on a new one.
    stage.offer(OFFER, interview("m", false)).await.unwrap().text().await.unwrap();
    let error = stage.faulty(Fault::CloseConnection).await.unwrap_err();
    assert!(error.is_request() && error.status().is_none(), "{error:?}");
    let fresh = reqwest::Client::new();
    stage.control.fail_next(Fault::CloseConnection);
    let error = fresh.get(stage.at("/healthz")).send().await.unwrap_err();
    assert!(error.is_request() || error.is_connect(), "{error:?}");
    assert_eq!(fresh.get(stage.at("/healthz")).send().await.unwrap().status().as_u16(), 200);
}

#[tokio::test]
async fn a_sideband_can_be_missing_close_at_once_stay_silent_or_refuse() {
    let stage = stage().await;
    let update =
        json!({"type": "session.update", "event_id": "e1", "session": {"type": "realtime", "instructions": "x"}});
    let made = async |fault: Fault| {
        stage.control.fail_next(fault);
        stage.call().await
    };
    let call = made(Fault::SidebandMissing).await;
    let refused = stage.open(&format!("/v1/realtime?call_id={call}"), &[("authorization", &stage.bearer())]).await;
    let (status, body) = refused.err().unwrap();
    assert_eq!((status, &body["error"]["code"]), (404, &json!("call_id_not_found")));

    let call = made(Fault::SidebandCloses { code: 1001, times: Some(2) }).await;
    assert_eq!(stage.sideband(&call).await.closed().await, Some(1001));
    assert_eq!(stage.sideband(&call).await.closed().await, Some(1001));
    let mut sideband = stage.sideband(&call).await;
    sideband.send(update.clone()).await;
    sideband.one("session.updated").await;

    let call = made(Fault::SidebandSilent).await;
    let mut sideband = stage.sideband(&call).await;
    sideband.send(update.clone()).await;
    sideband.say("Hello.").await;
    assert!(!kinds(&sideband.until("response.done").await).contains(&"session.updated"));

    let call = made(Fault::refused_update("unknown_parameter", "session.foo")).await;
    let mut sideband = stage.sideband(&call).await;
    sideband.send(update.clone()).await;
    let error = sideband.one("error").await["error"].clone();
    let expected = (&json!("e1"), &json!("unknown_parameter"), &json!("session.foo"));
    assert_eq!((&error["event_id"], &error["code"], &error["param"]), expected);
    sideband.send(update).await;
    sideband.one("session.updated").await;
}

#[tokio::test]
async fn a_call_that_cannot_be_hung_up_goes_on_until_it_can() {
    let stage = stage().await;
    let call = stage.call().await;
    let path = format!("/v1/realtime/calls/{call}/hangup");
    let hang_up = async || stage.http.post(stage.at(&path)).bearer_auth(stage.sim.key()).send().await.unwrap();
    assert!(stage.control.spoil(&call, Some(Fault::HangUpRefused { status: 500 })));
    assert_eq!((hang_up().await.status().as_u16(), stage.sim.live_calls()), (500, 1));
    assert!(stage.control.spoil(&call, None));
    assert_eq!(hang_up().await.status().as_u16(), 200);
    stage.control.wait(|entry| matches!(entry.what, What::Ended { code: 1000 })).await;
    assert_eq!((stage.sim.live_calls(), stage.control.spoil(&call, None)), (0, false));
}
