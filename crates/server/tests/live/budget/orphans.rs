//! Calls that nobody looks after any more.

use crate::stage::{OFFER, Stage, after_a_death, offer, path, press, stage};
use insights::sessions::reaper;
use serde_json::json;
use voice::sim::Fault;

#[tokio::test]
async fn a_page_that_dies_right_after_its_start_leaves_no_call() {
    let mut s = stage().await;
    let (mut candidate, view) = s.candidate().await;
    assert_eq!(offer(&mut candidate, OFFER).await.status.as_u16(), 201);
    // Once this is answered, the call is known to its worker; then the page dies.
    press(&mut candidate, 1, "moment").await.expect(204);
    drop(candidate);
    let call = s.provider.control.wait_for_call().await;
    s.hung_up_after(&call, 61).await;
    s.settled().await;
    let cost = s.cost(&view).await;
    assert_eq!((cost["legs"].as_array().unwrap().len(), &cost["used_ms"]), (1, &json!(61_000)));
}

#[test]
fn the_calls_of_a_dead_process_are_hung_up_by_another_one() {
    let talk = async |s: &mut Stage| {
        let (mut candidate, view) = s.candidate().await;
        let call = s.connect(&mut candidate, 1).await;
        s.provider.said_with("cook yesterday").await;
        (candidate, view, call)
    };
    after_a_death(talk, async |mut s, (candidate, view, call)| {
        let app = s.server.app.clone();
        assert_eq!(reaper::reap(&app).await.unwrap(), 0, "the lease lives on for a while");
        app.clock.advance_ms(31_000);
        app.tasks.spawn(reaper::run_forever(app.clone()));
        s.hung_up_after(&call, 0).await;
        let session = s.read_until(&path(&view), |session| !session["legs"][0]["ended_at"].is_null()).await;
        assert_eq!(s.cost(&view).await["used_ms"], 31_000);
        assert_eq!(
            (&session["state"], &session["legs"][0]["end_reason"]),
            (&json!("interrupted"), &json!("lease_lost"))
        );
        let mut candidate = candidate.moved_to(&s.server);
        s.connect(&mut candidate, 2).await;
        s.provider.said_with("cook yesterday").await;
        assert_eq!(s.provider.sim.live_calls(), 1);
    });
}

#[tokio::test]
async fn a_call_that_could_not_be_hung_up_is_hung_up_later_also_when_its_session_is_sealed() {
    let mut s = stage().await;
    let mut talk = s.talk().await;
    let control = s.provider.control.clone();
    assert!(control.spoil(&talk.call, Some(Fault::HangUpRefused { status: 500 })));
    talk.end().await;
    let app = s.server.app.clone();
    app.clock.advance_ms(21_000);
    assert_eq!(reaper::reap(&app).await.unwrap(), 0, "the provider still refuses");
    assert!(control.spoil(&talk.call, None));
    assert_eq!(reaper::reap(&app).await.unwrap(), 1);
    s.provider.hung_up(&talk.call).await;
    assert_eq!((reaper::reap(&app).await.unwrap(), s.provider.sim.live_calls()), (0, 0));
    let session = s.session(&talk.view).await;
    assert_eq!((&session["state"], &session["end_reason"]), (&json!("finished"), &json!("candidate_ended")));
}
