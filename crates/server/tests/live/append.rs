//! The cases of `testdata/append`, which the page's outbox plays too (`web/src/interview/outbox/vectors.test.ts`): every
//! request that arrives, through the router, on SQLite and on PostgreSQL.

use crate::{
    stage::{Stage, stage_configured},
    support::Answer,
};
use axum::{body::Body, http::Method};
use serde_json::{Value, json};
use sqlx::{AnyConnection, Connection};
use std::{fs, path::Path};
use testkit::postgres;

/// One server, one session, and the key to its log.
struct Log {
    stage: Stage,
    path: String,
    key: String,
}

impl Log {
    async fn open(config: &str) -> Log {
        let stage = stage_configured(config).await;
        let (_, view) = stage.candidate().await;
        let path = format!("/v1/s/{}/log", view["session_id"].as_str().unwrap());
        let key = view["append_key"].as_str().unwrap().to_owned();
        Log { stage, path, key }
    }

    async fn append(&self, key: &str, instance: &str, first_seq: i64, words: &[Value]) -> Answer {
        let event = |word: &Value| json!({"kind": "test", "leg": 1, "at_ms": 5, "body": {"word": word}});
        let events: Vec<Value> = words.iter().map(event).collect();
        let body = json!({"instance": instance, "first_seq": first_seq, "events": events});
        let bearer = format!("Bearer {key}");
        let headers = [("content-type", "application/json"), ("authorization", bearer.as_str())];
        self.stage.server.anyone().send(Method::POST, &self.path, &headers, Body::from(body.to_string())).await
    }

    /// Takes the table of rows away, or gives it back.
    async fn set_writable(&self, writable: bool) {
        let (from, to) = if writable { ("log_rows_away", "log_rows") } else { ("log_rows", "log_rows_away") };
        let mut owner = AnyConnection::connect(&self.stage.server.app.config.owner_url()).await.unwrap();
        let rename = format!("alter table {from} rename to {to}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(rename)).execute(&mut owner).await.unwrap();
        owner.close().await.unwrap();
    }

    /// Plays one case; its pages' instances are its own.
    async fn play(&self, name: &str, case: &Value, number: usize) {
        let instance = |letter: &Value| format!("{number:031x}{}", letter.as_str().unwrap());
        for (at, step) in case["steps"].as_array().unwrap().iter().enumerate() {
            let what = format!("{name}, step {at}: {step}");
            match step["do"].as_str().unwrap() {
                "post" if step.get("server").is_some() => {
                    let key = step["key"].as_str().unwrap_or(&self.key);
                    let (first, words) = (step["first_seq"].as_i64().unwrap(), step["words"].as_array().unwrap());
                    agrees(&self.append(key, &instance(&step["of"]), first, words).await, &step["server"], &what);
                }
                "elsewhere" => {
                    let (first, words) = (step["first_seq"].as_i64().unwrap(), step["words"].as_array().unwrap());
                    self.append(&self.key, &instance(&step["of"]), first, words).await.expect(200);
                }
                "database" => self.set_writable(step["up"].as_bool().unwrap()).await,
                "expect" => {
                    for (letter, last) in step["acked"].as_object().into_iter().flatten() {
                        self.has(&instance(&json!(letter)), last.as_i64().unwrap(), &what).await;
                    }
                }
                // A page's affairs, and requests that never arrive.
                _ => {}
            }
        }
    }

    /// Whether `last` is the instance's last row: nothing at the place behind it is no gap, at the next one it is.
    async fn has(&self, instance: &str, last: i64, what: &str) {
        let answer = self.append(&self.key, instance, last + 1, &[]).await.expect(200);
        assert_eq!(answer["acked"], last, "{what}");
        let gap = self.append(&self.key, instance, last + 2, &[]).await.refused(409, "gap");
        assert_eq!(gap["expected"], last + 1, "{what}");
    }
}

/// The answer has what the case says of it: the status, and each named field.
fn agrees(answer: &Answer, wanted: &Value, what: &str) {
    assert_eq!(i64::from(answer.status.as_u16()), wanted["status"].as_i64().unwrap(), "{what}: {}", answer.text);
    let body: Value = serde_json::from_str(&answer.text).unwrap();
    for (field, value) in wanted.as_object().unwrap() {
        match field.as_str() {
            "status" => {}
            "acked" => assert_eq!(&body["acked"], value, "{what}"),
            "retry_after_s" => assert_eq!(answer.headers["retry-after"], value.to_string().as_str(), "{what}"),
            _ => assert_eq!(&body["error"][field], value, "{what}"),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the folder of this run: a shared target folder may hold another clone's binary"
)]
fn cases() -> Vec<(String, Value)> {
    let folder = Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../../testdata/append");
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> = files.filter(|file| file.extension().is_some_and(|e| e == "json")).collect();
    files.sort();
    let name = |file: &Path| file.file_stem().unwrap().to_string_lossy().into_owned();
    let case = |file: &Path| serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    files.iter().map(|file| (name(file), case(file))).collect()
}

async fn play_all(config: &str) {
    let log = Log::open(config).await;
    let cases = cases();
    assert!(cases.len() >= 18, "the cases are where they were");
    for (number, (name, case)) in cases.iter().enumerate() {
        log.play(name, case, number).await;
    }
}

#[tokio::test]
async fn the_shared_cases_on_sqlite() {
    play_all("").await;
}

#[tokio::test]
async fn the_shared_cases_on_postgres() {
    let database = postgres::database().await;
    let (url, owner) = (&database.app_url, &database.owner_url);
    play_all(&format!("[database]\nurl = {url:?}\nowner_url = {owner:?}\n")).await;
}
