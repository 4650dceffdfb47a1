//! How many calls, and for how long.

use crate::stage::{OFFER, SOUP, offer, press, said_by, split, stage, stage_configured};
use serde_json::{Value, json};
use voice::sim::{Entry, Fault, What};

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
    for _ in 1..8 {
        s.provider.control.wait(|entry| matches!(entry.what, What::Ended { .. })).await;
    }
    let ledger = s.provider.control.ledger();
    assert_eq!((s.provider.calls().len(), s.provider.sim.live_calls(), most_at_once(&ledger)), (8, 1, 1));
    let session = s.session(&view).await;
    let open = session["legs"].as_array().unwrap().iter().filter(|leg| leg["ended_at"].is_null()).count();
    assert_eq!((&session["state"], open), (&json!("live"), 1));
    let cost = s.cost(&view).await;
    assert_eq!((&cost["refusals"][0]["code"], &cost["refusals"][0]["times"]), (&json!("budget_legs"), &json!(92)));
}

/// The most calls that were up at once; one that is told to end counts no more.
fn most_at_once(ledger: &[Entry]) -> usize {
    let (mut up, mut most) = (0, 0);
    for entry in ledger {
        match &entry.what {
            What::Call { .. } => up += 1,
            What::Request { path, .. } if path.ends_with("/hangup") => up -= 1,
            _ => {}
        }
        most = most.max(up);
    }
    most
}

#[tokio::test]
async fn used_up_minutes_end_the_interview_with_what_was_said() {
    let mut s = stage_configured("[budget]\nminutes = 2\n").await;
    let mut talk = s.talk_with_soup().await;
    s.server.app.clock.advance_ms(119_000);
    // Commands are taken in order: whatever the time before brought about is done when this one is answered.
    press(&mut talk.candidate, 1, "moment").await.expect(204);
    assert_eq!(s.provider.sim.live_calls(), 1, "the minutes are not over yet");
    s.hung_up_after(&talk.call, 2).await;
    assert_eq!(talk.watch.until("ended", |_| true).await["reason"], "budget_minutes");
    let session = s.session(&talk.view).await;
    assert_eq!(said_by(&session, "candidate"), [SOUP]);
    assert_eq!((&session["end_reason"], &session["completeness"]), (&json!("budget_minutes"), &json!("incomplete")));
    assert_eq!(session["reasons"][0], "The 2 minutes of this invitation were used up before the end.");
    assert_eq!(session["legs"][0]["end_reason"], "budget_minutes");
    assert_eq!(talk.candidate.get("/v1/candidate").await.expect(200)["end_reason"], "budget_minutes");
    offer(&mut talk.candidate, OFFER).await.refused(410, "session_over");
    s.settled().await;
    assert_eq!(s.cost(&talk.view).await["used_ms"], 121_000);
}

#[tokio::test]
async fn a_refused_start_takes_nothing_over_and_a_failed_one_counts_for_nothing() {
    let mut s = stage_configured("[budget]\nlegs = 1\n").await;
    let (mut candidate, view) = s.candidate().await;
    s.provider.control.fail_next(Fault::full(7));
    offer(&mut candidate, OFFER).await.refused(503, "engine_full");
    let call = s.connect(&mut candidate, 1).await;
    let (mut second, _) = s.candidate().await;
    offer(&mut second, OFFER).await.refused(409, "budget_legs");
    s.provider.said_with("cook yesterday").await;
    s.provider.answer(&call, SOUP).await;
    s.provider.said_with("cook tomorrow").await;
    assert_eq!((s.session(&view).await["state"].clone(), s.provider.sim.live_calls()), (json!("live"), 1));
}

#[tokio::test]
async fn a_company_and_the_whole_server_have_a_most_of_calls_at_once() {
    for (config, status, code) in [("live_per_tenant = 1", 429, "busy_tenant"), ("live = 1", 503, "engine_full")] {
        let mut s = stage_configured(&format!("[budget]\n{config}\n")).await;
        let (mut first, _) = s.candidate().await;
        s.connect(&mut first, 1).await;
        let positions = s.recruiter.get("/v1/positions").await.expect(200);
        let cook = positions["items"].as_array().unwrap().iter().find(|p| p["title"] == "Cook").unwrap()["id"].clone();
        let lee = json!({"name": "Lee", "email": "lee@example.com"});
        let path = format!("/v1/positions/{}/candidates", cook.as_str().unwrap());
        let row = s.recruiter.post(&path, lee).await.expect(201);
        let path = format!("/v1/applications/{}/invitations", row["application_id"].as_str().unwrap());
        let invited = s.recruiter.post(&path, json!({})).await.expect(201);
        let link = std::mem::replace(&mut s.link, split(invited["link"].as_str().unwrap()));
        let (mut other, _) = s.candidate().await;
        let refused = offer(&mut other, OFFER).await;
        assert!(refused.headers.contains_key("retry-after"));
        refused.refused(status, code);
        // Taking one's own talk over needs no second place.
        s.link = link;
        let call = s.connect(&mut first, 2).await;
        press(&mut first, 2, "end").await.expect(204);
        s.provider.hung_up(&call).await;
        let mut watch = first.events("/v1/candidate/events").await;
        watch.until("ended", |_| true).await;
        s.settled().await;
        assert_eq!(offer(&mut other, OFFER).await.status.as_u16(), 201);
    }
}
