//! Chunks that are not as they should be: each is refused with a code and words, and nothing of it is acknowledged.

use super::{CHROMIUM, Page, on_both};
use crate::stage::{BREAD, Stage, redeem, stage_configured};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use insights::recording::blobs::{BlobError, Blobs, Durable, Key};
use serde_json::json;
use std::{ops::Range, path::PathBuf, sync::Arc};

async fn page(s: &Stage) -> Page {
    Page::of(&s.candidate().await.1)
}

/// The place after the last durable chunk.
async fn next(s: &Stage, page: &Page) -> i64 {
    page.put(s, 999, CHROMIUM[1]).await.refused(409, "gap")["expected"].as_i64().unwrap()
}

#[tokio::test]
async fn chunks_are_kept_in_order_once_and_as_they_were() {
    on_both(async |s| {
        let page = page(&s).await;
        let gap = page.put(&s, 2, CHROMIUM[1]).await.refused(409, "gap");
        assert_eq!(gap["expected"], 1);
        for (seq, bytes) in (1..).zip(CHROMIUM) {
            assert_eq!(page.put(&s, seq, bytes).await.expect(200)["acked"], seq);
            // The answer was lost.
            assert_eq!(page.put(&s, seq, bytes).await.expect(200)["acked"], seq);
        }
        let taken = page.put(&s, 2, CHROMIUM[3]).await.refused(422, "seq_conflict");
        assert_eq!(taken["seq"], 2);
        assert_eq!(page.put(&s, 4, CHROMIUM[3]).await.expect(200)["acked"], 4, "an earlier one is known too");
        page.put(&s, 6, b"").await.expect(200);
        page.put(&s, 6, b"").await.expect(200);
        page.put(&s, 7, CHROMIUM[1]).await.refused(422, "seq_conflict");
        // Another process finds the same.
        let mut s = s;
        let server = s.server.again().await;
        s.go_on_at(server).await;
        page.put(&s, 5, CHROMIUM[4]).await.expect(200);
        page.put(&s, 5, CHROMIUM[1]).await.refused(422, "seq_conflict");
    })
    .await;
}

#[tokio::test]
async fn two_requests_for_one_place_agree() {
    on_both(async |s| {
        let page = page(&s).await;
        page.put(&s, 1, CHROMIUM[0]).await.expect(200);
        let (a, b, c) =
            tokio::join!(page.put(&s, 2, CHROMIUM[1]), page.put(&s, 2, CHROMIUM[1]), page.put(&s, 2, CHROMIUM[2]));
        let mut statuses = [a, b, c].map(|answer| answer.status.as_u16());
        statuses.sort_unstable();
        assert!(matches!(statuses, [200, 200, 422] | [200, 422, 422]), "{statuses:?}");
        assert_eq!(next(&s, &page).await, 3);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_chunk_is_refused_in_words() {
    on_both(async |s| {
        let page = page(&s).await;
        let good = CHROMIUM[0];
        for (bytes, why) in [
            (&b"<!doctype html><script>alert(1)</script>"[..], "html"),
            (b"RIFF\x24\x00\x00\x00WAVEfmt ", "WAV"),
            (b"\x1aE\xdf", "three bytes"),
            (b"PK\x03\x04", "zip"),
            (b"", "nothing"),
        ] {
            let refused = page.put(&s, 1, bytes).await.refused(422, "audio_invalid");
            assert!(!refused["message"].as_str().unwrap().is_empty(), "{why}");
        }
        // WebM that says it is MP4.
        let other = Page { media_type: "audio/mp4", ..page.clone() };
        other.put(&s, 1, good).await.refused(422, "audio_invalid");
        for media_type in ["video/webm", "text/html", "application/octet-stream", ""] {
            let other = Page { media_type, ..page.clone() };
            other.put(&s, 1, good).await.refused(415, "wrong_content_type");
        }
        for segment in ["..", "0123", &"G".repeat(32), &"A".repeat(32), "%2e%2e%2f%2e%2e%2fetc%2fpasswd"] {
            let other = Page { segment: segment.to_owned(), ..page.clone() };
            let answer = other.put(&s, 1, good).await;
            assert!([404, 422].contains(&answer.status.as_u16()), "{segment}: {}", answer.text);
        }
        for seq in [0, -1, i64::MIN] {
            let url = page.url(seq, 1, false);
            let headers = page.headers(good);
            let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
            page.request(&s, &url, &headers, good).await.refused(422, "invalid");
        }
        for query in [
            "leg=0&offset_ms=0&end_ms=1",
            "leg=1&offset_ms=-1&end_ms=1",
            "leg=1&offset_ms=0&end_ms=9223372036854775807",
        ] {
            let url = format!("{}/{}/1?{query}", page.path, page.segment);
            let headers = page.headers(good);
            let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
            page.request(&s, &url, &headers, good).await.refused(422, "invalid");
        }
        assert_eq!(next(&s, &page).await, 1, "nothing of it was kept");
    })
    .await;
}

#[tokio::test]
async fn the_digest_is_checked_before_anything_is_kept() {
    on_both(async |s| {
        let page = page(&s).await;
        let bearer = format!("Bearer {}", page.key);
        let send = async |digest: Option<&str>| {
            let mut headers = vec![("authorization", bearer.as_str()), ("content-type", "audio/webm")];
            headers.extend(digest.map(|digest| ("content-digest", digest)));
            page.request(&s, &page.url(1, 2_040, false), &headers, CHROMIUM[0]).await
        };
        send(None).await.refused(422, "invalid");
        for digest in ["", "sha-256=", "sha-256=:AA==:", "md5=:1B2M2Y8AsgTpgAmY7PhCfg==:", "sha-256=:%%%:"] {
            assert_eq!(send(Some(digest)).await.refused(422, "invalid")["field"], "content-digest");
        }
        send(Some(&super::digest(CHROMIUM[1]))).await.refused(422, "digest_mismatch");
        assert_eq!(next(&s, &page).await, 1);
        send(Some(&super::digest(CHROMIUM[0]))).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn what_is_too_large_is_refused_before_it_is_read() {
    let s = stage_configured("").await;
    let page = page(&s).await;
    let headers = page.headers(CHROMIUM[0]);
    let mut headers = headers.each_ref().map(|(name, value)| (*name, value.as_str())).to_vec();
    headers.push(("content-length", "10000000000"));
    page.request(&s, &page.url(1, 1, false), &headers, CHROMIUM[0]).await.refused(413, "too_large");
    // A length that lies is found out while it is read.
    let large = [CHROMIUM[0], &vec![0; 300 * 1024]].concat();
    page.put(&s, 1, &large).await.refused(413, "too_large");
    headers.pop();
    headers.push(("content-length", "many"));
    page.request(&s, &page.url(1, 1, false), &headers, CHROMIUM[0]).await.refused(413, "too_large");
    assert_eq!(next(&s, &page).await, 1);
}

#[tokio::test]
async fn only_the_sessions_own_key_may_add_and_only_what_was_agreed_to() {
    on_both(async |mut s| {
        let page = page(&s).await;
        let wrong = Page { key: "nobody's".into(), ..page.clone() };
        wrong.put(&s, 1, CHROMIUM[0]).await.refused(401, "sign_in_required");
        let elsewhere = Page { path: "/v1/s/ses_01J00000000000000000000000/recording".into(), ..page.clone() };
        elsewhere.put(&s, 1, CHROMIUM[0]).await.refused(404, "not_found");
        // The key admits to adding, not to listening.
        let url = format!("{}/recording", page.path.trim_end_matches("/recording").replace("/s/", "/sessions/"));
        let headers = page.headers(b"");
        let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        assert_eq!(s.server.anyone().bytes(&url, &headers).await.0, 401);

        // The recruiter switches it off: the notice changes, and what was agreed to before does not cover sound any more
        // once the new one is agreed to.
        let session = s.recruiter.get("/v1/sessions").await.expect(200)["items"][0].clone();
        let position = format!("/v1/positions/{}", session["position"]["id"].as_str().unwrap());
        let off = json!({"title": "Cook", "description": "", "competencies": [], "is_recorded": false});
        assert_eq!(s.recruiter.put(&position, off).await.expect(200)["is_recorded"], false);
        let mut candidate = s.server.anyone();
        let view = redeem(&mut candidate, &s.link).await.expect(200);
        assert_eq!((&view["status"], &view["notice"]["is_recorded"]), (&json!("welcome"), &json!(false)));
        assert_eq!(view["records_calls"], json!(false));
        assert!(view["notice"].to_string().contains("The sound itself is not stored."), "{view}");
        let version = json!({"version": view["notice"]["version"]});
        s.server.app.clock.advance_ms(1_000);
        candidate.post("/v1/candidate/consent", version).await.expect(200);
        page.put(&s, 1, CHROMIUM[0]).await.refused(403, "consent_required");
        // Left out, the switch stays.
        let rest = json!({"title": BREAD, "description": "", "competencies": []});
        assert_eq!(s.recruiter.put(&position, rest).await.expect(200)["is_recorded"], false);
    })
    .await;
}

/// A disk without room: what is there can be read.
pub struct Full(pub Arc<dyn Blobs>);

impl Blobs for Full {
    fn put(&self, _: Key, _: Bytes) -> BoxFuture<'_, Result<Durable, BlobError>> {
        Box::pin(async { Err(BlobError::Full) })
    }

    fn read(&self, key: Key, range: Range<u64>) -> BoxFuture<'_, Result<Bytes, BlobError>> {
        self.0.read(key, range)
    }

    fn take(&self, _: Key, _: PathBuf) -> BoxFuture<'_, Result<Durable, BlobError>> {
        Box::pin(async { Err(BlobError::Full) })
    }

    fn scratch(&self) -> PathBuf {
        self.0.scratch()
    }
}

#[tokio::test]
async fn a_full_disk_acknowledges_nothing_and_heals_when_there_is_room() {
    on_both(async |s| {
        let page = page(&s).await;
        page.put(&s, 1, CHROMIUM[0]).await.expect(200);
        let room = s.server.app.blobs.current();
        s.server.app.blobs.replace(Arc::new(Full(room.clone())));
        for _ in 0..2 {
            let answer = page.put(&s, 2, CHROMIUM[1]).await;
            assert_eq!(answer.headers["retry-after"], "30");
            answer.refused(503, "disk_full");
        }
        assert_eq!(next(&s, &page).await, 2);
        s.server.app.blobs.replace(room);
        page.put(&s, 2, CHROMIUM[1]).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_acknowledges_nothing() {
    let s = stage_configured("").await;
    let page = page(&s).await;
    // A file where the folder would be.
    let place = s.server.app.config.server.data_dir.join("recordings");
    std::fs::write(&place, b"").unwrap();
    let answer = page.put(&s, 1, CHROMIUM[0]).await;
    assert_eq!(answer.headers["retry-after"], "5");
    answer.refused(503, "storage_unavailable");
    std::fs::remove_file(&place).unwrap();
    page.put(&s, 1, CHROMIUM[0]).await.expect(200);
}
