//! What calls may cost: whatever a page does or a process leaves undone, a call ends when its budget or its lease does.

use crate::{OFFER, Stage, offer, press, provider::Seen, said_by, stage, stage_configured};
use insights::sessions::reaper;
use serde_json::{Value, json};
use std::sync::{Arc, atomic::Ordering};

const SOUP: &str = "I made a very good vegetable soup with my own stock, for six people.";

impl Stage {
    /// What the recruiter reads, once it is as wanted: some of it is written beside the talk.
    async fn read_until(&mut self, path: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        let search = async {
            loop {
                let found = self.recruiter.get(path).await.expect(200);
                if is_it(&found) {
                    return found;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), search).await.expect("it is so within 20 s")
    }

    async fn cost_until(&mut self, view: &Value, is_it: impl Fn(&Value) -> bool) -> Value {
        self.read_until(&format!("/v1/sessions/{}/cost", view["session_id"].as_str().unwrap()), is_it).await
    }

    async fn cost(&mut self, view: &Value) -> Value {
        self.cost_until(view, |_| true).await
    }

    /// Waits until no call counts as running.
    async fn settled(&mut self) {
        self.read_until("/v1/usage", |day| day["live"] == 0).await;
    }

    /// Moves the clock and waits until the call is hung up: at this time of the clock, which then stands.
    async fn hung_up_after(&mut self, call: &str, seconds: i64) {
        self.server.app.clock.advance_ms(seconds * 1000);
        let hung_up = Seen::HungUp(call.to_owned());
        self.provider.until(|seen| (*seen == hung_up).then_some(())).await;
    }
}

#[expect(clippy::disallowed_methods, reason = "awaited below")]
#[tokio::test]
async fn two_hundred_offers_at_once_make_one_live_call_and_eight_in_all() {
    let mut s = stage().await;
    let (mut pages, mut view) = (Vec::new(), Value::Null);
    for n in 0..200 {
        // Twenty pages from each of ten networks, of which each may start ten within ten minutes.
        let (client, seen) = s.candidate_at(&format!("10.0.0.{}:5000", n / 20)).await;
        pages.push(client);
        view = seen;
    }
    let offers = pages.into_iter().map(|mut page| tokio::spawn(async move { offer(&mut page, OFFER).await }));
    let offers: Vec<_> = offers.collect();
    let (mut made, mut refused) = (0, 0);
    for answer in offers {
        let answer = answer.await.unwrap();
        match answer.status.as_u16() {
            201 => made += 1,
            409 => {
                answer.refused(409, "budget_legs");
                refused += 1;
            }
            429 => drop(answer.refused(429, "too_many_starts")),
            _ => panic!("{} {}", answer.status, answer.text),
        }
    }
    assert_eq!((made, refused), (8, 92), "a hundred came through the door");
    let provider = s.provider.inner.clone();
    assert_eq!((provider.all_calls(), provider.open_calls(), provider.most.load(Ordering::SeqCst)), (8, 1, 1));
    let session = s.session(&view).await;
    let open = session["legs"].as_array().unwrap().iter().filter(|leg| leg["ended_at"].is_null()).count();
    assert_eq!((&session["state"], open), (&json!("live"), 1));
    let cost = s.cost(&view).await;
    assert_eq!((&cost["refusals"][0]["code"], &cost["refusals"][0]["times"]), (&json!("budget_legs"), &json!(92)));
}

#[tokio::test]
async fn what_the_provider_reports_is_priced_once_and_shown_by_call() {
    let mut s = stage().await;
    let (mut candidate, view) = s.candidate().await;
    let call = s.connect(&mut candidate, 1).await;
    let provider = s.provider.inner.clone();
    for _ in 0..3 {
        provider.used(&call, "resp_a", 1_000, 2_000);
    }
    let heard = json!({"type": "conversation.item.input_audio_transcription.completed", "item_id": "item_a1",
        "content_index": 0, "transcript": SOUP, "usage": {"type": "duration", "seconds": 6}});
    provider.speak(&call, "item_a1");
    provider.emit(&call, heard);
    // 500 × $32 + 500 × $0.40 + 2000 × $64 for a million, and 6 s at $0.017 a minute.
    let micros = 16_000 + 200 + 128_000 + 1_700;
    let cost = s.cost_until(&view, |cost| cost["cost_micros"] == micros).await;
    let tokens = json!({"input": 1_000, "cached": 500, "output": 2_000});
    assert_eq!((&cost["tokens"], &cost["legs"][0]["tokens"], &cost["is_own"]), (&tokens, &tokens, &json!(false)));
    let _ = s.connect(&mut candidate, 2).await;
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
    let endpoint = insights::adapters::realtime::Endpoint {
        kind: insights::config::ProviderKind::Own,
        ..s.provider.endpoint.clone()
    };
    s.server.app.engine.set_endpoint(Some(endpoint));
    let (mut candidate, view) = s.candidate().await;
    let call = s.connect(&mut candidate, 1).await;
    s.provider.inner.used(&call, "resp_a", 1_000, 2_000);
    let cost = s.cost_until(&view, |cost| cost["tokens"]["output"] == 2_000).await;
    assert_eq!((&cost["is_own"], &cost["cost_micros"]), (&json!(true), &json!(0)));
    assert_eq!(s.recruiter.get("/v1/usage").await.expect(200)["held_micros"], 0);
}

#[tokio::test]
async fn used_up_minutes_end_the_interview_with_what_was_said() {
    let mut s = stage_configured("[budget]\nminutes = 2\n").await;
    let (mut candidate, view) = s.candidate().await;
    let mut watch = candidate.events("/v1/candidate/events").await;
    let call = s.connect(&mut candidate, 1).await;
    s.provider.said_with("cook yesterday").await;
    s.provider.inner.speak(&call, "item_a1");
    s.provider.inner.words(&call, "item_a1", SOUP);
    watch.until("turn", |turn| turn["item"] == "item_a1").await;
    s.server.app.clock.advance_ms(119_000);
    // Commands are taken in order: whatever the time before brought about is done when this one is answered.
    press(&mut candidate, 1, "moment").await.expect(204);
    assert_eq!(s.provider.inner.open_calls(), 1, "the minutes are not over yet");
    s.hung_up_after(&call, 2).await;
    assert_eq!(watch.until("ended", |_| true).await["reason"], "budget_minutes");
    let session = s.session(&view).await;
    assert_eq!(said_by(&session, "candidate"), [SOUP]);
    assert_eq!((&session["end_reason"], &session["completeness"]), (&json!("budget_minutes"), &json!("incomplete")));
    assert_eq!(session["reasons"][0], "The 2 minutes of this invitation were used up before the end.");
    assert_eq!(session["legs"][0]["end_reason"], "budget_minutes");
    assert_eq!(candidate.get("/v1/candidate").await.expect(200)["end_reason"], "budget_minutes");
    offer(&mut candidate, OFFER).await.refused(410, "session_over");
    s.settled().await;
    assert_eq!(s.cost(&view).await["used_ms"], 121_000);
}

#[tokio::test]
async fn spent_money_ends_the_call_and_the_link_goes_on_the_next_day() {
    let mut s = stage_configured("[budget]\nday_dollars = 2.0\n").await;
    let (mut candidate, view) = s.candidate().await;
    let mut watch = candidate.events("/v1/candidate/events").await;
    let call = s.connect(&mut candidate, 1).await;
    s.provider.said_with("cook yesterday").await;
    s.provider.inner.speak(&call, "item_a1");
    s.provider.inner.words(&call, "item_a1", SOUP);
    watch.until("turn", |turn| turn["item"] == "item_a1").await;
    // Each response costs 13 cents.
    let (provider, clock) = (s.provider.inner.clone(), s.server.app.clone());
    let mut spent = 0;
    while provider.open_calls() > 0 {
        clock.clock.advance_ms(5_000);
        spent += 1;
        let before = s.cost(&view).await["cost_micros"].as_i64().unwrap();
        if !provider.used(&call, &format!("resp_{spent}"), 100, 2_000) {
            break;
        }
        let is_over = provider.clone();
        s.cost_until(&view, |cost| cost["cost_micros"].as_i64() > Some(before) || is_over.open_calls() == 0).await;
        assert!(spent < 25, "the call goes on at {before} micro-dollars");
    }
    s.provider.until(|seen| (*seen == Seen::HungUp(call.clone())).then_some(())).await;
    watch.until("state", |state| state["session_state"] == "interrupted").await;
    let cost = s.cost(&view).await;
    // Within the budget and 30 s: six responses.
    let micros = cost["cost_micros"].as_i64().unwrap();
    assert!((2_000_000..2_000_000 + 6 * 131_000).contains(&micros), "{micros}");
    // The leg's end is committed beside what the page is told.
    let path = format!("/v1/sessions/{}", view["session_id"].as_str().unwrap());
    s.read_until(&path, |session| session["legs"][0]["end_reason"] == "budget_money").await;

    let refused = offer(&mut candidate, OFFER).await;
    let wait_s: i64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    let error = refused.refused(402, "budget_money");
    assert!(error["message"].as_str().unwrap().contains("saved"), "{error}");
    assert_eq!(s.cost(&view).await["refusals"][0]["code"], "budget_money");
    assert_eq!(s.recruiter.get("/v1/usage").await.expect(200)["left_micros"], 0);
    s.server.app.clock.advance_ms(wait_s * 1000);
    let mut again = s.candidate().await.0;
    s.connect(&mut again, 2).await;
    s.provider.said_with("cook tomorrow").await;
    assert_eq!(said_by(&s.session(&view).await, "candidate"), [SOUP]);
}

#[tokio::test]
async fn a_day_without_money_for_the_whole_plan_begins_no_interview_and_the_invitation_stays_good() {
    let mut s = stage_configured("[budget]\nday_dollars = 0.5\n").await;
    let (mut candidate, view) = s.candidate().await;
    offer(&mut candidate, OFFER).await.refused(402, "budget_money");
    assert_eq!(s.provider.inner.all_calls(), 0);
    assert_eq!(candidate.get("/v1/candidate").await.expect(200)["status"], "ready");
    assert_eq!(s.session(&view).await["state"], "ready");
}

#[tokio::test]
async fn a_refused_start_takes_nothing_over_and_a_failed_one_counts_for_nothing() {
    let mut s = stage_configured("[budget]\nlegs = 1\n").await;
    let (mut candidate, view) = s.candidate().await;
    s.provider.inner.is_full.store(true, Ordering::SeqCst);
    offer(&mut candidate, OFFER).await.refused(503, "engine_full");
    s.provider.inner.is_full.store(false, Ordering::SeqCst);
    let call = s.connect(&mut candidate, 1).await;
    let (mut second, _) = s.candidate().await;
    offer(&mut second, OFFER).await.refused(409, "budget_legs");
    s.provider.said_with("cook yesterday").await;
    s.provider.inner.speak(&call, "item_a1");
    s.provider.inner.words(&call, "item_a1", SOUP);
    s.provider.said_with("cook tomorrow").await;
    assert_eq!((s.session(&view).await["state"].clone(), s.provider.inner.open_calls()), (json!("live"), 1));
}

#[tokio::test]
async fn a_company_and_the_whole_server_have_a_most_of_calls_at_once() {
    for (config, status, code) in [("live_per_tenant = 1", 429, "busy_tenant"), ("live = 1", 503, "engine_full")] {
        let mut s = stage_configured(&format!("[budget]\n{config}\n")).await;
        let (mut first, _) = s.candidate().await;
        let call = s.connect(&mut first, 1).await;
        let positions = s.recruiter.get("/v1/positions").await.expect(200);
        let cook = positions["items"].as_array().unwrap().iter().find(|p| p["title"] == "Cook").unwrap()["id"].clone();
        let lee = json!({"name": "Lee", "email": "lee@example.com"});
        let path = format!("/v1/positions/{}/candidates", cook.as_str().unwrap());
        let row = s.recruiter.post(&path, lee).await.expect(201);
        let path = format!("/v1/applications/{}/invitations", row["application_id"].as_str().unwrap());
        let invited = s.recruiter.post(&path, json!({})).await.expect(201);
        let link = std::mem::replace(&mut s.link, crate::split(invited["link"].as_str().unwrap()));
        let (mut other, _) = s.candidate().await;
        let refused = offer(&mut other, OFFER).await;
        assert!(refused.headers.contains_key("retry-after"));
        refused.refused(status, code);
        // Taking one's own talk over needs no second place.
        s.link = link;
        s.connect(&mut first, 2).await;
        press(&mut first, 2, "end").await.expect(204);
        s.provider.until(|seen| matches!(seen, Seen::HungUp(id) if *id != call).then_some(())).await;
        let mut watch = first.events("/v1/candidate/events").await;
        watch.until("ended", |_| true).await;
        s.settled().await;
        assert_eq!(offer(&mut other, OFFER).await.status.as_u16(), 201);
    }
}

#[tokio::test]
async fn a_page_that_dies_right_after_its_start_leaves_no_call() {
    let mut s = stage().await;
    let (mut candidate, view) = s.candidate().await;
    assert_eq!(offer(&mut candidate, OFFER).await.status.as_u16(), 201);
    // Once this is answered, the call is known to its worker; then the page dies.
    press(&mut candidate, 1, "moment").await.expect(204);
    drop(candidate);
    let call = s
        .provider
        .until(|seen| match seen {
            Seen::Call { id, .. } => Some(id.clone()),
            _ => None,
        })
        .await;
    s.hung_up_after(&call, 61).await;
    s.settled().await;
    let cost = s.cost(&view).await;
    assert_eq!((cost["legs"].as_array().unwrap().len(), &cost["used_ms"]), (1, &json!(61_000)));
}

#[test]
fn the_calls_of_a_dead_process_are_hung_up_by_another_one() {
    let provider_runtime = tokio::runtime::Runtime::new().unwrap();
    let dying = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let provider = provider_runtime.block_on(crate::Provider::start());
    let (mut stage, candidate, view, call) = dying.block_on(async move {
        let mut stage = stage().await;
        stage.provider = provider;
        stage.server.app.engine.set_endpoint(Some(stage.provider.endpoint.clone()));
        let (mut candidate, view) = stage.candidate().await;
        let call = stage.connect(&mut candidate, 1).await;
        stage.provider.said_with("cook yesterday").await;
        (stage, candidate, view, call)
    });
    dying.shutdown_background();

    provider_runtime.block_on(async move {
        stage.server = stage.server.again().await;
        let app = stage.server.app.clone();
        app.engine.set_endpoint(Some(stage.provider.endpoint.clone()));
        stage.recruiter = stage.recruiter.moved_to(&stage.server);
        assert_eq!(reaper::reap(&app).await.unwrap(), 0, "the lease lives on for a while");
        app.clock.advance_ms(31_000);
        app.tasks.spawn(reaper::run_forever(app.clone()));
        stage.hung_up_after(&call, 0).await;
        let path = format!("/v1/sessions/{}", view["session_id"].as_str().unwrap());
        let session = stage.read_until(&path, |session| !session["legs"][0]["ended_at"].is_null()).await;
        assert_eq!(stage.cost(&view).await["used_ms"], 31_000);
        assert_eq!(
            (&session["state"], &session["legs"][0]["end_reason"]),
            (&json!("interrupted"), &json!("lease_lost"))
        );
        let mut candidate = candidate.moved_to(&stage.server);
        stage.connect(&mut candidate, 2).await;
        stage.provider.said_with("cook yesterday").await;
        assert_eq!(stage.provider.inner.open_calls(), 1);
    });
}

#[tokio::test]
async fn a_call_that_could_not_be_hung_up_is_hung_up_later_also_when_its_session_is_sealed() {
    let mut s = stage().await;
    let (mut candidate, view) = s.candidate().await;
    let mut watch = candidate.events("/v1/candidate/events").await;
    let call = s.connect(&mut candidate, 1).await;
    s.provider.said_with("cook yesterday").await;
    s.provider.inner.keeps_calls.store(true, Ordering::SeqCst);
    press(&mut candidate, 1, "end").await.expect(204);
    watch.until("ended", |_| true).await;
    let app: Arc<_> = s.server.app.clone();
    app.clock.advance_ms(21_000);
    assert_eq!(reaper::reap(&app).await.unwrap(), 0, "the provider still refuses");
    s.provider.inner.keeps_calls.store(false, Ordering::SeqCst);
    assert_eq!(reaper::reap(&app).await.unwrap(), 1);
    s.provider.until(|seen| (*seen == Seen::HungUp(call.clone())).then_some(())).await;
    assert_eq!((reaper::reap(&app).await.unwrap(), s.provider.inner.open_calls()), (0, 0));
    let session = s.session(&view).await;
    assert_eq!((&session["state"], &session["end_reason"]), (&json!("finished"), &json!("candidate_ended")));
}
