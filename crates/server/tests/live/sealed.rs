//! The seal of an interview: made when it is over, made anew when something comes later, and checked as anybody can.

use crate::{
    stage::{BREAD, SOUP, Stage, Talk, path, stage_configured},
    support::Answer,
};
use axum::{body::Body, http::Method};
use insights::evidence::{
    finding::Finding,
    statement::Outcome,
    verify::{Report, verify},
};
use serde_json::{Value, json};
use sqlx::{AnyConnection, Connection};
use testkit::postgres;

const PAGE: &str = "0123456789abcdef0123456789abcdef";

/// The same on both databases.
async fn on_both(test: impl AsyncFn(Stage)) {
    test(stage_configured("").await).await;
    let database = postgres::database().await;
    let (url, owner) = (&database.app_url, &database.owner_url);
    test(stage_configured(&format!("[database]\nurl = {url:?}\nowner_url = {owner:?}\n")).await).await;
}

/// An interview of two answers that is over; the items of its turns.
async fn held(s: &mut Stage) -> (Talk, Vec<(String, String)>) {
    let mut talk = s.talk_with_soup().await;
    s.provider.said_with("cook tomorrow").await;
    s.provider.answer(&talk.call, BREAD).await;
    assert_eq!(talk.watch.until("ended", |_| true).await["reason"], "completed");
    let session = s.session(&talk.view).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let turns = session["turns"].as_array().unwrap();
    let said = turns.iter().filter(|t| t["speaker"] == "candidate").map(|t| (text(&t["item"]), text(&t["text"])));
    let said = said.collect();
    (talk, said)
}

/// What a page saw of an answer.
fn saw(item: &str, words: &str) -> Value {
    let kind = "conversation.item.input_audio_transcription.completed";
    json!({"kind": kind, "leg": 1, "at_ms": 9, "body": {"type": kind, "item_id": item, "content_index": 0, "transcript": words}})
}

/// A page's last word.
fn fin(last_seq: i64) -> Value {
    json!({"kind": "fin", "leg": 1, "at_ms": 9, "body": {"type": "fin", "last_seq": last_seq}})
}

async fn append(s: &Stage, view: &Value, first_seq: i64, events: &[Value]) -> Answer {
    let body = json!({"instance": PAGE, "first_seq": first_seq, "events": events});
    let bearer = format!("Bearer {}", view["append_key"].as_str().unwrap());
    let headers = [("content-type", "application/json"), ("authorization", bearer.as_str())];
    let at = format!("/v1/s/{}/log", view["session_id"].as_str().unwrap());
    s.server.anyone().send(Method::POST, &at, &headers, Body::from(body.to_string())).await
}

async fn file(s: &mut Stage, view: &Value) -> String {
    let answer = s.recruiter.get(&format!("{}/evidence", path(view))).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
    answer.text
}

async fn checked(s: &mut Stage, view: &Value) -> Report {
    let key = s.server.app.seal_key.public();
    let report = verify(file(s, view).await.as_bytes(), Some(&key));
    assert_eq!(report.findings, []);
    report
}

async fn completeness(s: &mut Stage, view: &Value) -> Value {
    s.recruiter.get(&format!("{}/completeness", path(view))).await.expect(200)
}

/// How many revisions there are once the jobs that are due have run.
async fn revisions(s: &mut Stage, view: &Value) -> usize {
    s.server.run_jobs().await;
    completeness(s, view).await["revisions"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_page_that_tells_everything_has_the_interview_sealed_at_once() {
    on_both(async |mut s| {
        let (talk, said) = held(&mut s).await;
        s.recruiter.get(&format!("{}/evidence", path(&talk.view))).await.refused(409, "wrong_state");
        assert_eq!(completeness(&mut s, &talk.view).await["state"], "draining");
        assert_eq!(revisions(&mut s, &talk.view).await, 0, "the page has its time");
        append(&s, &talk.view, 1, &[saw(&said[0].0, &said[0].1), saw(&said[1].0, &said[1].1)]).await.expect(200);
        assert_eq!(revisions(&mut s, &talk.view).await, 0, "the page is not done");
        append(&s, &talk.view, 3, &[fin(3)]).await.expect(200);
        assert_eq!(revisions(&mut s, &talk.view).await, 1, "at once");
        let report = checked(&mut s, &talk.view).await;
        assert_eq!((report.revisions, report.outcome), (1, Some(Outcome::Complete)));
        assert!(report.rows > 20 && report.turns > 4, "{report:?}");
        let seen = completeness(&mut s, &talk.view).await;
        assert_eq!((&seen["state"], &seen["page"]["state"]), (&json!("complete"), &json!("complete")), "{seen}");
        assert_eq!((&seen["page"]["confirmed"], &seen["page"]["divergent"]), (&json!(2), &json!([])), "{seen}");
        // The seal that was owed anyway finds nothing new.
        s.server.app.clock.advance_ms(16_000);
        assert_eq!(revisions(&mut s, &talk.view).await, 1);
    })
    .await;
}

#[tokio::test]
async fn what_comes_after_the_seal_makes_another_revision() {
    on_both(async |mut s| {
        let (talk, said) = held(&mut s).await;
        s.server.app.clock.advance_ms(16_000);
        assert_eq!(revisions(&mut s, &talk.view).await, 1);
        let first = checked(&mut s, &talk.view).await;
        let seen = completeness(&mut s, &talk.view).await;
        assert_eq!((&seen["state"], &seen["page"]["state"]), (&json!("complete"), &json!("awaiting")), "{seen}");
        assert_eq!(s.session(&talk.view).await["completeness"], "complete", "our own record is the record");
        // One answer as we have it, one otherwise.
        let late = [saw(&said[0].0, SOUP), saw(&said[1].0, "I will bake Fred."), fin(3)];
        append(&s, &talk.view, 1, &late).await.expect(200);
        append(&s, &talk.view, 1, &late).await.expect(200);
        assert_eq!(revisions(&mut s, &talk.view).await, 2, "a repeat owes nothing");
        let second = checked(&mut s, &talk.view).await;
        assert_eq!((second.revisions, second.rows), (2, first.rows + 3));
        assert_ne!(second.root, first.root);
        let seen = completeness(&mut s, &talk.view).await;
        assert_eq!((&seen["state"], &seen["revisions"][0]["root"]), (&json!("amended"), &json!(first.root)), "{seen}");
        assert_eq!((&seen["root"], &seen["page"]["confirmed"]), (&json!(second.root), &json!(1)), "{seen}");
        let other = &seen["page"]["divergent"][0];
        assert_eq!((&other["item"], &other["page"]), (&json!(said[1].0), &json!("I will bake Fred.")), "{seen}");
        let session = s.session(&talk.view).await;
        assert_eq!(session["turns"].as_array().unwrap().len(), first.turns, "ours stays");
    })
    .await;
}

#[tokio::test]
async fn a_row_that_comes_while_the_seal_is_made_is_under_this_one_or_the_next() {
    on_both(async |mut s| {
        let (talk, said) = held(&mut s).await;
        s.server.app.clock.advance_ms(16_000);
        let late = [saw(&said[0].0, SOUP)];
        let (_, answer) = tokio::join!(s.server.run_jobs(), append(&s, &talk.view, 1, &late));
        answer.expect(200);
        s.server.app.clock.advance_ms(6_000);
        let revisions = revisions(&mut s, &talk.view).await;
        // Nothing is outside: that would be a finding.
        let report = checked(&mut s, &talk.view).await;
        assert!((1..=2).contains(&revisions) && report.revisions == revisions, "{report:?}");
        assert_eq!(completeness(&mut s, &talk.view).await["page"]["confirmed"], 1);
    })
    .await;
}

#[tokio::test]
async fn an_altered_file_is_named_by_row_and_turn() {
    let mut s = stage_configured("").await;
    let (talk, _) = held(&mut s).await;
    s.server.app.clock.advance_ms(16_000);
    s.server.run_jobs().await;
    let whole = file(&mut s, &talk.view).await;
    let edited = whole.replace("vegetable soup", "vegetable soap");
    assert_ne!(edited, whole);
    let findings = verify(edited.as_bytes(), None).findings;
    assert!(findings.iter().any(|f| matches!(f, Finding::Row { .. })), "{findings:?}");
    assert!(findings.iter().any(|f| matches!(f, Finding::Turn { .. })), "{findings:?}");
}

#[tokio::test]
async fn a_page_that_never_says_the_end_is_written_off_after_a_day() {
    let mut s = stage_configured("").await;
    let (talk, said) = held(&mut s).await;
    append(&s, &talk.view, 1, &[saw(&said[0].0, SOUP)]).await.expect(200);
    s.server.app.clock.advance_ms(24 * 3_600_000 - 1_000);
    s.server.run_jobs().await;
    assert_eq!(completeness(&mut s, &talk.view).await["page"]["state"], "awaiting");
    s.server.app.clock.advance_ms(2_000);
    s.server.run_jobs().await;
    // The recruiter's day is over too.
    s.recruiter = s.server.recruiter().await;
    let seen = completeness(&mut s, &talk.view).await;
    assert_eq!((&seen["state"], &seen["page"]["state"]), (&json!("complete"), &json!("written_off")), "{seen}");
    assert!(seen["page"]["words"].as_str().unwrap().contains("24 hours"), "{seen}");
    // Whatever comes even then is taken, and is part of the record.
    append(&s, &talk.view, 2, &[fin(2)]).await.expect(200);
    s.server.run_jobs().await;
    let seen = completeness(&mut s, &talk.view).await;
    assert_eq!((&seen["state"], &seen["page"]["state"]), (&json!("amended"), &json!("complete")), "{seen}");
}

/// As it was with sessions that were over before there were seals.
async fn forget_jobs(s: &Stage) {
    let mut owner = AnyConnection::connect(&s.server.app.config.owner_url()).await.unwrap();
    sqlx::query("delete from jobs").execute(&mut owner).await.unwrap();
    owner.close().await.unwrap();
}

#[tokio::test]
async fn an_interview_without_a_seal_gets_one_at_the_next_start() {
    let mut s = stage_configured("").await;
    let (talk, _) = held(&mut s).await;
    forget_jobs(&s).await;
    let server = s.server.again().await;
    insights::sessions::start::recover(&server.app).await.unwrap();
    s.go_on_at(server).await;
    s.server.app.clock.advance_ms(16_000);
    assert_eq!(revisions(&mut s, &talk.view).await, 1);
    assert_eq!(checked(&mut s, &talk.view).await.revisions, 1);
}
