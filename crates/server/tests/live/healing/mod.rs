//! Words that nobody heard live come out of the recording, and everything says so.

mod giving_up;
mod gone;
mod real_voice;
mod sound;
mod unheard;

use crate::{
    recording::{Page, over, recording},
    sim::KEY,
    stage::{Stage, Talk, path},
};
use insights::{
    evidence::verify::{Report, verify},
    healing::heal::{Healing, heal},
    ids::SessionId,
    store::TenantStore,
};
use serde_json::{Value, json};
use voice::sim::{Entry, What};

/// Uploads a sound that began with the talk, as one chunk and its end.
async fn upload(s: &Stage, view: &Value, samples: &[f32]) {
    let page = Page::of(view);
    let end_ms = (samples.len() / (sound::RATE / 1_000)) as i64;
    for (seq, bytes) in [(1, sound::webm(samples)), (2, Vec::new())] {
        let headers = page.headers(&bytes);
        let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        let url = page.url(seq, end_ms, bytes.is_empty());
        assert_eq!(page.request(s, &url, &headers, &bytes).await.expect(200)["acked"], seq);
    }
}

/// What the recruiter is told of the record.
async fn completeness(s: &mut Stage, view: &Value) -> Value {
    s.recruiter.get(&format!("{}/completeness", path(view))).await.expect(200)
}

/// The evidence file, checked: nothing in it is odd.
async fn checked(s: &mut Stage, view: &Value) -> Report {
    let answer = s.recruiter.get(&format!("{}/evidence", path(view))).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
    let report = verify(answer.text.as_bytes(), Some(&s.server.app.seal_key.public()));
    assert_eq!(report.findings, []);
    report
}

/// What the candidate said, as `(status, text)`.
fn said(session: &Value) -> Vec<(String, String)> {
    let turns = session["turns"].as_array().unwrap().iter().filter(|turn| turn["speaker"] == "candidate");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    turns.map(|turn| (text(&turn["status"]), text(&turn["text"]))).collect()
}

/// How often the provider was asked for the words of a recording and gave some.
fn recognized(s: &Stage) -> usize {
    s.provider.control.ledger().iter().filter(|entry| matches!(entry.what, What::Recording { .. })).count()
}

/// Does the job once more.
async fn again(s: &Stage, view: &Value, is_last: bool) -> insights::error::Result<Healing> {
    let session = SessionId::parse(view["session_id"].as_str().unwrap()).unwrap();
    heal(&s.server.app, &tenant(s).await, &session, is_last).await
}

async fn tenant(s: &Stage) -> TenantStore {
    let tenants = s.server.app.store.system("test").read(async |db| db.tenants().await).await.unwrap();
    s.server.app.store.tenant(&tenants[0])
}
