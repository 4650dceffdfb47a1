//! The bug that this product began with: transcripts of invited candidates were lost with their cookie, their link or
//! their tab.

use crate::stage::{BREAD, OFFER, SOUP, Stage, after_a_death, offer, press, redeem, said_by, split, stage};
use insights::{
    clock::Timestamp,
    ids::ApplicationId,
    invite::{Terms, invite},
    sessions::start::recover,
};
use serde_json::json;
use sqlx::{AnyConnection, Connection};

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

    let talk = s.talk().await;
    let (call, view) = (talk.call, talk.view);
    app.clock.advance_ms(4_000);
    // Cookies and storage are wiped, the link is past its time, the tab is killed; the sound goes on for a moment.
    drop((talk.watch, talk.candidate));
    s.provider.answer(&call, SOUP).await;
    s.provider.said_with("cook tomorrow").await;
    let item = s.provider.mumble(&call, "And tomorrow").await;
    assert!(s.provider.control.set_pace(&call, 1_000.0), "what is said from now on plays on");
    assert!(s.provider.control.words(&call, &item, "And tomorrow"));
    let mut watch = s.watch(&view).await;
    watch.until("turn", |turn| turn["text"] == "And tomorrow").await;
    assert!(s.provider.control.end(&call));
    watch.until("state", |state| state["session_state"] == "interrupted").await;
    let session = s.session(&view).await;
    assert_eq!(said_by(&session, "candidate"), [SOUP, "And tomorrow"]);

    // The same link goes on, although it is past its time: the talk has begun.
    let mut again = s.server.anyone();
    let resumed = redeem(&mut again, &s.link).await.expect(200);
    assert_eq!((&resumed["status"], &resumed["session_id"]), (&json!("interrupted"), &view["session_id"]));
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
    let talk = async |s: &mut Stage| {
        let mut talk = s.talk_with_soup().await;
        s.provider.said_with("cook tomorrow").await;
        talk.watch.until("turn", |turn| turn["text"].as_str().unwrap().contains("cook tomorrow")).await;
        (talk.candidate, talk.view, talk.call)
    };
    after_a_death(talk, async |mut s, (candidate, view, call)| {
        assert_eq!(recover(&s.server.app).await.unwrap(), 1);
        let session = s.session(&view).await;
        assert_eq!(said_by(&session, "candidate"), [SOUP], "the acknowledged turn is there");
        // The call is still up: the control channel is opened again, and what was said meanwhile is found out.
        s.provider.unmarked().await;
        let mut candidate = candidate.moved_to(&s.server);
        let mut watch = candidate.events("/v1/candidate/events").await;
        s.provider.answer(&call, BREAD).await;
        s.provider.said_with("Goodbye").await;
        watch.until("ended", |_| true).await;
        let session = s.session(&view).await;
        assert_eq!(said_by(&session, "candidate").len(), 2, "{session}");
        let asked = said_by(&session, "interviewer").iter().filter(|line| line.contains("cook tomorrow")).count();
        assert_eq!(asked, 1, "nothing is said twice: {session}");
        assert_eq!(session["legs"].as_array().unwrap().len(), 1);
        press(&mut candidate, 1, "repeat").await.refused(410, "session_over");
        offer(&mut candidate, OFFER).await.refused(410, "session_over");
    });
}

/// All inputs of interviews that are in the log.
async fn inputs(s: &Stage) -> Vec<String> {
    let mut owner = AnyConnection::connect(&s.server.app.config.owner_url()).await.unwrap();
    let rows: Vec<(String,)> = sqlx::query_as("select body from log_rows where kind = 'input' order by seq")
        .fetch_all(&mut owner)
        .await
        .unwrap();
    owner.close().await.unwrap();
    rows.into_iter().map(|(body,)| body).collect()
}

#[tokio::test]
async fn a_button_that_was_taken_is_in_the_log() {
    let mut s = stage().await;
    let (mut candidate, _) = s.candidate().await;
    s.call(&mut candidate, 1).await;
    press(&mut candidate, 1, "ready").await.expect(204);
    assert!(inputs(&s).await.iter().any(|body| body.contains("leg_ready")));
    press(&mut candidate, 1, "pause").await.expect(204);
    assert!(inputs(&s).await.iter().any(|body| body.contains("pause")));
}

#[test]
fn a_server_that_dies_between_a_page_s_report_and_its_log_asks_for_the_report_again() {
    let talk = async |s: &mut Stage| {
        let (mut candidate, _) = s.candidate().await;
        let call = s.call(&mut candidate, 1).await;
        // The leg's row was written, the log's was not.
        let mut owner = AnyConnection::connect(&s.server.app.config.owner_url()).await.unwrap();
        sqlx::query("update legs set ready_at = 1").execute(&mut owner).await.unwrap();
        owner.close().await.unwrap();
        (candidate, call)
    };
    after_a_death(talk, async |s, (candidate, call)| {
        insights::sessions::start::recover(&s.server.app).await.unwrap();
        s.provider.attached(&call).await;
        let mut candidate = candidate.moved_to(&s.server);
        press(&mut candidate, 1, "ready").await.expect(204);
        s.provider.said_with("cook yesterday").await;
    });
}
