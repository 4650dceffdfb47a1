//! The recording through the public door: chunks in, whatever a page sends; a file that plays out.

mod bad_chunks;
mod both;
mod front;
mod joined;
mod sealed;
mod sound;

use crate::{
    stage::{Stage, Talk, path, stage_configured},
    support::Answer,
};
use axum::{
    body::Body,
    http::{HeaderMap, Method},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use sha2::{Digest, Sha256};
use testkit::postgres;

/// What Chromium recorded (`testdata/recording`).
pub const CHROMIUM: [&[u8]; 5] = [
    include_bytes!("../../../../../testdata/recording/chromium-0.webm"),
    include_bytes!("../../../../../testdata/recording/chromium-1.webm"),
    include_bytes!("../../../../../testdata/recording/chromium-2.webm"),
    include_bytes!("../../../../../testdata/recording/chromium-3.webm"),
    include_bytes!("../../../../../testdata/recording/chromium-4.webm"),
];
/// When the page got them from its recorder.
pub const ENDS_MS: [i64; 5] = [2_040, 4_080, 6_119, 8_155, 9_002];

/// A page's recorder, and what it may do.
#[derive(Clone)]
pub struct Page {
    pub path: String,
    pub key: String,
    pub segment: String,
    pub media_type: &'static str,
    pub offset_ms: i64,
}

impl Page {
    pub fn of(view: &Value) -> Page {
        Page {
            path: format!("/v1/s/{}/recording", view["session_id"].as_str().unwrap()),
            key: view["append_key"].as_str().unwrap().to_owned(),
            segment: "0123456789abcdef0123456789abcdef".to_owned(),
            media_type: "audio/webm;codecs=opus",
            offset_ms: 0,
        }
    }

    /// Another start of the recorder.
    pub fn again(&self, letter: char, offset_ms: i64) -> Page {
        Page { segment: letter.to_string().repeat(32), offset_ms, ..self.clone() }
    }

    pub fn url(&self, seq: i64, end_ms: i64, is_last: bool) -> String {
        let (path, segment, offset_ms) = (&self.path, &self.segment, self.offset_ms);
        format!("{path}/{segment}/{seq}?leg=1&offset_ms={offset_ms}&end_ms={end_ms}&last={is_last}")
    }

    /// A request with whatever headers; those of a good one are [`Page::headers`].
    pub async fn request(&self, s: &Stage, url: &str, headers: &[(&str, &str)], bytes: &[u8]) -> Answer {
        s.server.anyone().send(Method::PUT, url, headers, Body::from(bytes.to_vec())).await
    }

    pub fn headers(&self, bytes: &[u8]) -> [(&'static str, String); 3] {
        [
            ("authorization", format!("Bearer {}", self.key)),
            ("content-type", self.media_type.to_owned()),
            ("content-digest", digest(bytes)),
        ]
    }

    /// Sends a chunk as it should be.
    pub async fn put(&self, s: &Stage, seq: i64, bytes: &[u8]) -> Answer {
        let headers = self.headers(bytes);
        let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        let end_ms = ENDS_MS.get(seq as usize - 1).copied().unwrap_or(ENDS_MS[4]);
        self.request(s, &self.url(seq, end_ms, bytes.is_empty()), &headers, bytes).await
    }

    /// Sends everything that Chromium recorded, and that nothing follows.
    pub async fn put_all(&self, s: &Stage) {
        for (seq, bytes) in (1..).zip(CHROMIUM) {
            assert_eq!(self.put(s, seq, bytes).await.expect(200)["acked"], seq);
        }
        self.put(s, 6, b"").await.expect(200);
    }
}

pub fn digest(bytes: &[u8]) -> String {
    format!("sha-256=:{}:", STANDARD.encode(Sha256::digest(bytes)))
}

pub fn hex(bytes: &[u8]) -> String {
    insights::secrets::hex(&Sha256::digest(bytes))
}

/// The same on both databases.
pub async fn on_both(test: impl AsyncFn(Stage)) {
    test(stage_configured("").await).await;
    let database = postgres::database().await;
    let (url, owner) = (&database.app_url, &database.owner_url);
    test(stage_configured(&format!("[database]\nurl = {url:?}\nowner_url = {owner:?}\n")).await).await;
}

/// Ends a talk and lets the jobs make what is to be made.
pub async fn over(s: &mut Stage, talk: &mut Talk) {
    talk.end().await;
    s.server.app.clock.advance_ms(16_000);
    s.server.run_jobs().await;
}

/// What the recruiter is told of the recording.
pub async fn recording(s: &mut Stage, view: &Value) -> Value {
    s.recruiter.get(&format!("{}/recording", path(view))).await.expect(200)
}

/// The bytes of a part, or of a range of it, with status and headers.
pub async fn play(s: &mut Stage, view: &Value, part: usize, range: Option<&str>) -> (u16, HeaderMap, Vec<u8>) {
    let headers: Vec<(&str, &str)> = range.map(|range| ("range", range)).into_iter().collect();
    let url = format!("{}/recording/{part}", path(view));
    s.recruiter.bytes(&url, &headers).await
}
