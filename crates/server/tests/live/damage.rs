//! A page of the database file goes bad: the interviews that stand on it are named, and all others are served.

use crate::stage::{SOUP, Stage, path, said_by, split, stage};
use axum::http::Method;
use insights::damage::look;
use serde_json::json;
use std::{fs, path::Path};

/// Another candidate, whose page logged a long text, all of it `letter`. Gives the session.
async fn long(s: &mut Stage, letter: char) -> String {
    let positions = s.recruiter.get("/v1/positions").await.expect(200);
    let url = format!("/v1/positions/{}/candidates", positions["items"][0]["id"].as_str().unwrap());
    let row = s.recruiter.post(&url, json!({"name": "Ada Roy", "email": "ada@example.com"})).await.expect(201);
    let url = format!("/v1/applications/{}/invitations", row["application_id"].as_str().unwrap());
    let invited = s.recruiter.post(&url, json!({})).await.expect(201);
    s.link = split(invited["link"].as_str().unwrap());
    let (mut client, view) = s.candidate().await;
    let session = view["session_id"].as_str().unwrap().to_owned();
    let event = json!({"kind": "test", "leg": 1, "at_ms": 5, "body": {"text": letter.to_string().repeat(60_000)}});
    let body = json!({"instance": "0".repeat(32), "first_seq": 1, "events": [event]});
    let bearer = format!("Bearer {}", view["append_key"].as_str().unwrap());
    let headers = [("content-type", "application/json"), ("authorization", bearer.as_str())];
    client.send(Method::POST, &format!("/v1/s/{session}/log"), &headers, body.to_string().into()).await.expect(200);
    session
}

/// Overwrites the first page of the file that holds nothing but `letter` behind its head.
fn spoil(file: &Path, letter: u8) {
    let mut bytes = fs::read(file).unwrap();
    let page = bytes.chunks_mut(4096).find(|page| page[4..].iter().all(|byte| *byte == letter)).unwrap();
    page.fill(0xff);
    fs::write(file, bytes).unwrap();
}

#[tokio::test]
async fn what_stands_on_a_bad_page_is_named_and_the_rest_is_served() {
    let mut s = stage().await;
    let mut talk = s.talk_with_soup().await;
    talk.end().await;
    let touched = long(&mut s, 'z').await;
    let config = s.server.app.config.clone();
    let all_well = look(&s.server.app.store, &config.database_url()).await.unwrap();
    assert_eq!(all_well.lines(), Vec::<String>::new());

    s.server.app.store.close().await;
    spoil(&config.server.data_dir.join("insights.db"), b'z');
    let server = s.server.again().await;
    s.go_on_at(server).await;
    let damage = look(&s.server.app.store, &config.database_url()).await.unwrap();
    let named: Vec<_> = damage.sessions.iter().map(|(session, _)| session.to_string()).collect();
    assert_eq!(named, [touched]);
    assert!(damage.lines()[0].contains("insights restore"), "{damage:?}");
    let session = s.recruiter.get(&path(&talk.view)).await.expect(200);
    assert_eq!(said_by(&session, "candidate"), [SOUP]);
}
