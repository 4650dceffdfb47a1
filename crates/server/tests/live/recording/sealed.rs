//! The recording as evidence: what was sealed cannot be exchanged, and what comes later makes a revision.

use super::{CHROMIUM, Page, bad_chunks::Full, on_both, over, play, recording};
use crate::stage::{Stage, path, stage_configured};
use insights::{
    backup,
    evidence::{reason::ReasonCode, statement::Outcome, verify::verify},
    recording::judge::RecordingState,
};
use serde_json::{Value, json};
use std::sync::Arc;
use testkit::TempDir;

async fn file(s: &mut Stage, view: &Value) -> String {
    let answer = s.recruiter.get(&format!("{}/evidence", path(view))).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
    answer.text
}

async fn completeness(s: &mut Stage, view: &Value) -> Value {
    s.recruiter.get(&format!("{}/completeness", path(view))).await.expect(200)
}

#[tokio::test]
async fn a_recording_that_was_exchanged_is_found() {
    on_both(async |mut s| {
        let mut talk = s.talk_with_soup().await;
        Page::of(&talk.view).put_all(&s).await;
        over(&mut s, &mut talk).await;
        let whole = file(&mut s, &talk.view).await;
        let report = verify(whole.as_bytes(), Some(&s.server.app.seal_key.public()));
        assert_eq!(report.findings, []);
        let recorded = report.recording.unwrap();
        assert_eq!((recorded.state, recorded.segments.len(), recorded.chunks), (RecordingState::Whole, 1, 6));
        let (_, _, sound) = play(&mut s, &talk.view, 0, None).await;
        assert_eq!(recorded.parts[0].sha256, super::hex(&sound));

        let other = super::hex(b"other sound");
        let chunk = whole.replacen(&super::hex(CHROMIUM[2]), &other, 1);
        let said: Vec<String> = verify(chunk.as_bytes(), None).findings.iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].starts_with("the list of chunks of the recording's segment 0123"), "{said:?}");
        let joined = whole.replacen(&recorded.parts[0].sha256, &other, 1);
        assert!(!verify(joined.as_bytes(), None).findings.is_empty());
        let without: String =
            whole.lines().filter(|line| !line.starts_with("{\"segment\"")).map(|l| format!("{l}\n")).collect();
        let said: Vec<String> = verify(without.as_bytes(), None).findings.iter().map(ToString::to_string).collect();
        assert!(said.iter().any(|words| words.starts_with("the recording is not the sealed one")), "{said:?}");
    })
    .await;
}

#[tokio::test]
async fn a_missing_recording_is_told_and_makes_no_transcript_incomplete() {
    let mut s = stage_configured("").await;
    let mut talk = s.talk_with_soup().await;
    over(&mut s, &mut talk).await;
    let told = recording(&mut s, &talk.view).await;
    assert_eq!(
        (&told["phase"], &told["state"], &told["parts"]),
        (&json!("ready"), &json!("missing"), &json!([])),
        "{told}"
    );
    assert_eq!(told["reasons"][0]["code"], "recording_missing", "{told}");
    let report = verify(file(&mut s, &talk.view).await.as_bytes(), None);
    assert_eq!((report.findings.len(), report.outcome), (0, Some(Outcome::Complete)));
    assert_eq!(report.recording.unwrap().state, RecordingState::Missing);
    assert_eq!(completeness(&mut s, &talk.view).await["reasons"], json!([]));
}

#[tokio::test]
async fn sound_that_comes_after_the_seal_is_joined_and_sealed_again() {
    on_both(async |mut s| {
        let mut talk = s.talk_with_soup().await;
        let page = Page::of(&talk.view);
        for (seq, bytes) in (1..).zip(&CHROMIUM[..2]) {
            page.put(&s, seq, bytes).await.expect(200);
        }
        over(&mut s, &mut talk).await;
        let early = recording(&mut s, &talk.view).await;
        for (seq, bytes) in (3..).zip(&CHROMIUM[2..]) {
            page.put(&s, seq, bytes).await.expect(200);
        }
        s.server.run_jobs().await;
        assert_eq!(completeness(&mut s, &talk.view).await["revisions"].as_array().unwrap().len(), 1, "more may come");
        // What is exported meanwhile is what was sealed.
        assert_eq!(verify(file(&mut s, &talk.view).await.as_bytes(), None).findings, []);
        s.server.app.clock.advance_ms(61_000);
        s.server.run_jobs().await;
        let seen = completeness(&mut s, &talk.view).await;
        assert_eq!((&seen["state"], seen["revisions"].as_array().unwrap().len()), (&json!("amended"), 2), "{seen}");
        // The last one has it done at once.
        page.put(&s, 6, b"").await.expect(200);
        s.server.run_jobs().await;
        let seen = completeness(&mut s, &talk.view).await;
        assert_eq!(seen["revisions"].as_array().unwrap().len(), 3, "{seen}");
        let late = recording(&mut s, &talk.view).await;
        let long = |told: &Value| told["parts"][0]["duration_ms"].as_i64().unwrap();
        assert!(long(&early) < 5_000 && long(&late) > 8_500, "{early} {late}");
        let report = verify(file(&mut s, &talk.view).await.as_bytes(), Some(&s.server.app.seal_key.public()));
        assert_eq!((report.findings, report.revisions), (vec![], 3));
    })
    .await;
}

#[tokio::test]
async fn a_join_without_room_keeps_no_words_waiting_and_is_made_up_for() {
    on_both(async |mut s| {
        let mut talk = s.talk_with_soup().await;
        let page = Page::of(&talk.view);
        page.put(&s, 1, CHROMIUM[0]).await.expect(200);
        let room = s.server.app.blobs.current();
        s.server.app.blobs.replace(Arc::new(Full(room.clone())));
        over(&mut s, &mut talk).await;
        let report = verify(file(&mut s, &talk.view).await.as_bytes(), None);
        assert_eq!((report.findings.len(), report.outcome), (0, Some(Outcome::Complete)));
        assert_eq!(report.recording.unwrap().reasons[0].code, ReasonCode::RecordingUnjoined);
        assert_eq!(recording(&mut s, &talk.view).await["phase"], "joining");
        s.server.app.blobs.replace(room);
        s.server.app.clock.advance_ms(61_000);
        s.server.run_jobs().await;
        let told = recording(&mut s, &talk.view).await;
        assert_eq!((&told["phase"], &told["state"]), (&json!("ready"), &json!("whole")), "{told}");
        assert_eq!(completeness(&mut s, &talk.view).await["revisions"].as_array().unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_backup_holds_the_sound() {
    let mut s = stage_configured("").await;
    let mut talk = s.talk_with_soup().await;
    Page::of(&talk.view).put_all(&s).await;
    over(&mut s, &mut talk).await;
    let dir = TempDir::new();
    let folder = dir.path().join("backup");
    // What is half written is no part of it.
    let half = s.server.app.blobs.current().scratch();
    std::fs::create_dir_all(half.parent().unwrap()).unwrap();
    std::fs::write(&half, b"half").unwrap();
    let made = backup::make(&s.server.app.config, &folder).await.unwrap();
    let sounds = made.files.iter().filter(|file| file.path.starts_with("files/recordings")).count();
    assert_eq!(sounds, 7, "five chunks, an empty one, and the file: {made:?}");
    let mut config = s.server.app.config.clone();
    config.server.data_dir = dir.path().join("data");
    backup::restore(&config, &folder).unwrap();
    let (_, _, sound) = play(&mut s, &talk.view, 0, None).await;
    let entry = made.files.iter().find(|file| file.sha256 == super::hex(&sound)).unwrap();
    let back = config.server.data_dir.join(entry.path.strip_prefix("files").unwrap());
    assert_eq!(std::fs::read(back).unwrap(), sound);
}
