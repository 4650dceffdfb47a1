//! The bug that this product began with: transcripts of invited candidates were lost with their cookie, their link or
//! their tab.

use crate::{OFFER, offer, press, redeem, said_by, split, stage};
use insights::{
    clock::Timestamp,
    ids::ApplicationId,
    invite::{Terms, invite},
    sessions::start::recover,
};
use serde_json::json;
use std::sync::atomic::Ordering;

const SOUP: &str = "I made a very good vegetable soup with my own stock, for six people.";

#[tokio::test]
async fn cookies_wiped_link_expired_tab_killed_and_everything_said_is_in_the_transcript() {
    let mut s = stage().await;
    let app = s.server.app.clone();
    // A link that expires within the talk.
    let application = ApplicationId::parse(&s.application).unwrap();
    let terms = Terms { opens_at: None, expires_at: Timestamp(app.now().0 + 3_000_000), send_mail: false };
    let tenant = app.store.system("test").read(async |db| db.tenants().await).await.unwrap().remove(0);
    let made = app.store.tenant(&tenant).write(async |db| invite(db, &app, &application, &terms).await).await.unwrap();
    s.link = split(&made.1);

    let (mut candidate, view) = s.candidate().await;
    let page = candidate.events("/v1/candidate/events").await;
    let call = s.connect(&mut candidate, 1).await;
    s.provider.said_with("cook yesterday").await;
    app.clock.advance_ms(4_000);
    // Cookies and storage are wiped, the link is past its time, the tab is killed; the sound goes on for a moment.
    drop(page);
    drop(candidate);
    let provider = s.provider.inner.clone();
    provider.speak(&call, "item_a1");
    provider.words(&call, "item_a1", SOUP);
    s.provider.said_with("cook tomorrow").await;
    provider
        .emit(&call, json!({"type": "input_audio_buffer.speech_started", "audio_start_ms": 0, "item_id": "item_a2"}));
    provider.emit(
        &call,
        json!({"type": "input_audio_buffer.committed", "previous_item_id": "item_a1", "item_id": "item_a2"}),
    );
    provider.plays_on.store(true, Ordering::SeqCst);
    provider.words(&call, "item_a2", "And tomorrow");
    let path = format!("/v1/sessions/{}/events", view["session_id"].as_str().unwrap());
    let mut watch = s.recruiter.events(&path).await;
    watch.until("turn", |turn| turn["text"] == "And tomorrow").await;
    provider.end(&call);
    watch.until("state", |state| state["session_state"] == "interrupted").await;
    let session = s.session(&view).await;
    assert_eq!(said_by(&session, "candidate"), [SOUP, "And tomorrow"]);

    // The same link goes on, although it is past its time: the talk has begun.
    let mut again = s.server.anyone();
    let resumed = redeem(&mut again, &s.link).await.expect(200);
    assert_eq!((&resumed["status"], &resumed["session_id"]), (&json!("interrupted"), &view["session_id"]));
    provider.plays_on.store(false, Ordering::SeqCst);
    let next = s.connect(&mut again, 2).await;
    s.provider.said_with("Goodbye").await;
    assert_ne!(call, next);
    watch.until("ended", |_| true).await;
    let session = s.session(&view).await;
    assert_eq!(said_by(&session, "candidate"), [SOUP, "And tomorrow"]);
    assert_eq!(session["completeness"], "complete", "{session}");
}

#[test]
fn a_killed_server_loses_no_acknowledged_turn_and_the_talk_goes_on() {
    let provider_runtime = tokio::runtime::Runtime::new().unwrap();
    let server_runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let provider = provider_runtime.block_on(crate::Provider::start());
    // Everything of the server runs on a runtime of its own, which then dies without a word.
    let (mut stage, mut candidate, view, call) = server_runtime.block_on(async move {
        let mut stage = stage().await;
        stage.provider = provider;
        stage.server.app.engine.set_endpoint(Some(stage.provider.endpoint.clone()));
        let (mut candidate, view) = stage.candidate().await;
        let mut watch = candidate.events("/v1/candidate/events").await;
        let call = stage.connect(&mut candidate, 1).await;
        stage.provider.said_with("cook yesterday").await;
        stage.provider.inner.speak(&call, "item_a1");
        stage.provider.inner.words(&call, "item_a1", SOUP);
        watch.until("turn", |turn| turn["item"] == "item_a1").await;
        stage.provider.said_with("cook tomorrow").await;
        watch.until("turn", |turn| turn["text"].as_str().unwrap().contains("cook tomorrow")).await;
        (stage, candidate, view, call)
    });
    server_runtime.shutdown_background();

    provider_runtime.block_on(async move {
        let server = stage.server.again().await;
        server.app.engine.set_endpoint(Some(stage.provider.endpoint.clone()));
        stage.recruiter = stage.recruiter.moved_to(&server);
        assert_eq!(recover(&server.app).await.unwrap(), 1);
        let session = stage.session(&view).await;
        assert_eq!(said_by(&session, "candidate"), [SOUP], "the acknowledged turn is there");
        // The call is still up: the control channel is opened again, and what was said meanwhile is found out.
        let mark = |seen: &crate::provider::Seen| match seen {
            crate::provider::Seen::Deleted(item) if item.starts_with("insights_mark_") => Some(()),
            _ => None,
        };
        stage.provider.until(mark).await;
        candidate = candidate.moved_to(&server);
        let mut watch = candidate.events("/v1/candidate/events").await;
        stage.provider.inner.speak(&call, "item_a2");
        stage.provider.inner.words(
            &call,
            "item_a2",
            "I will bake bread because my neighbors are coming over for dinner.",
        );
        stage.provider.said_with("Goodbye").await;
        watch.until("ended", |_| true).await;
        let session = stage.session(&view).await;
        assert_eq!(said_by(&session, "candidate").len(), 2, "{session}");
        let asked = said_by(&session, "interviewer").iter().filter(|line| line.contains("cook tomorrow")).count();
        assert_eq!(asked, 1, "nothing is said twice: {session}");
        assert_eq!(session["legs"].as_array().unwrap().len(), 1);
        press(&mut candidate, 1, "repeat").await.refused(410, "session_over");
        offer(&mut candidate, OFFER).await.refused(410, "session_over");
    });
}
