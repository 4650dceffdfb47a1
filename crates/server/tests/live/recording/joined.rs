//! The joined file: nothing encoded anew, everything in its place, and ranges of it.

use super::{
    CHROMIUM, Page, hex, on_both, over, play, recording,
    sound::{beeps, decode, is_in_place, packets},
};
use crate::stage::{Stage, path, stage_configured};
use insights::{ids::SessionId, recording::join};
use serde_json::{Value, json};
use std::fs;

/// What the chunks hold, one after the other, as they came.
pub fn original() -> Vec<u8> {
    CHROMIUM.concat()
}

/// Where the recorder's beeps are, from its own beginning.
pub fn original_beeps() -> Vec<i64> {
    let found = beeps(&decode(&original()));
    assert!(found.len() >= 8, "{found:?}");
    found
}

pub fn chunk_file(s: &Stage, view: &Value, seq: usize) -> std::path::PathBuf {
    let session = view["session_id"].as_str().unwrap();
    let root = s.server.app.config.server.data_dir.join("recordings");
    let tenant = fs::read_dir(root).unwrap().map(|d| d.unwrap().path()).find(|p| p.join(session).exists()).unwrap();
    tenant.join(session).join("0123456789abcdef0123456789abcdef").join(format!("{seq:06}-{}", hex(CHROMIUM[seq - 1])))
}

#[tokio::test]
async fn what_a_browser_recorded_plays_from_beginning_to_end() {
    on_both(async |mut s| {
        let mut talk = s.talk_with_soup().await;
        assert_eq!(recording(&mut s, &talk.view).await["phase"], "recording");
        let page = Page { offset_ms: 500, ..Page::of(&talk.view) };
        page.put_all(&s).await;
        over(&mut s, &mut talk).await;
        let told = recording(&mut s, &talk.view).await;
        assert_eq!(
            (&told["phase"], &told["state"], &told["reasons"]),
            (&json!("ready"), &json!("whole"), &json!([])),
            "{told}"
        );
        let part = &told["parts"][0];
        assert_eq!((&part["media_type"], &part["start_ms"]), (&json!("audio/webm"), &json!(0)), "{told}");
        let duration = part["duration_ms"].as_i64().unwrap();
        assert!((9_400..=9_560).contains(&duration), "{told}");
        // It began half a second after the session.
        assert_eq!((&part["gaps"][0]["start_ms"], part["gaps"].as_array().unwrap().len()), (&json!(0), 1), "{told}");

        let (status, headers, file) = play(&mut s, &talk.view, 0, None).await;
        assert_eq!((status, file.len() as i64), (200, part["bytes"].as_i64().unwrap()));
        assert_eq!(hex(&file), part["sha256"].as_str().unwrap());
        assert_eq!(headers["content-type"], "audio/webm");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["accept-ranges"], "bytes");
        assert!(headers["content-disposition"].to_str().unwrap().starts_with("inline; filename=\"recording-ses_"));
        let samples = decode(&file);
        assert!((samples.len() as i64 / 16 - duration).abs() <= 20);
        let found = beeps(&samples);
        assert!(found.len() >= 8 && is_in_place(&found, &original_beeps(), 540), "{found:?}");
        // Every packet of the recorder is there as it was.
        let (mine, theirs) = (packets(&file), packets(&original()));
        assert!(theirs.iter().all(|packet| mine.iter().any(|copy| copy.data == packet.data)));
        // Duration and cues, for players that seek.
        assert!(
            file.windows(2).any(|two| two == [0x44, 0x89])
                && file.windows(4).any(|four| four == [0x1c, 0x53, 0xbb, 0x6b])
        );
    })
    .await;
}

#[tokio::test]
async fn ranges_are_answered_as_players_ask() {
    let mut s = stage_configured("").await;
    let mut talk = s.talk_with_soup().await;
    Page::of(&talk.view).put_all(&s).await;
    over(&mut s, &mut talk).await;
    let (_, headers, file) = play(&mut s, &talk.view, 0, None).await;
    let length = file.len();
    for (range, from, to) in [("bytes=0-", 0, length), ("bytes=100-199", 100, 200), ("bytes=-7", length - 7, length)] {
        let (status, headers, part) = play(&mut s, &talk.view, 0, Some(range)).await;
        assert_eq!((status, &part[..]), (206, &file[from..to]), "{range}");
        assert_eq!(headers["content-range"], format!("bytes {from}-{}/{length}", to - 1).as_str());
        assert_eq!(headers["content-length"], (to - from).to_string().as_str());
    }
    let (status, outside, _) = play(&mut s, &talk.view, 0, Some("bytes=99999999-")).await;
    assert_eq!((status, outside["content-range"].to_str().unwrap()), (416, format!("bytes */{length}").as_str()));
    // Of another version nothing is continued.
    let url = format!("{}/recording/0", path(&talk.view));
    let tag = headers["etag"].to_str().unwrap().to_owned();
    for (known, status) in [(tag.as_str(), 206), ("\"other\"", 200)] {
        let (is, ..) = s.recruiter.bytes(&url, &[("range", "bytes=5-9"), ("if-range", known)]).await;
        assert_eq!(is, status, "{known}");
    }
    let (status, ..) = play(&mut s, &talk.view, 1, None).await;
    assert_eq!(status, 404);
    let (status, ..) = s.server.stranger().await.bytes(&url, &[]).await;
    assert_eq!(status, 404, "another company");
    // A file that somebody removed from the storage is told in words.
    let session = talk.view["session_id"].as_str().unwrap().to_owned();
    let parts = chunk_file(&s, &talk.view, 1).ancestors().nth(2).unwrap().join("parts");
    assert!(parts.to_string_lossy().contains(&session));
    fs::remove_dir_all(parts).unwrap();
    s.recruiter.get(&url).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_chunk_that_was_lost_is_a_gap_and_moves_nothing() {
    let mut s = stage_configured("").await;
    let mut talk = s.talk_with_soup().await;
    Page::of(&talk.view).put_all(&s).await;
    fs::remove_file(chunk_file(&s, &talk.view, 2)).unwrap();
    // Another one was altered on the disk.
    let altered = chunk_file(&s, &talk.view, 4);
    let mut bytes = fs::read(&altered).unwrap();
    bytes[100] ^= 1;
    fs::write(&altered, bytes).unwrap();
    over(&mut s, &mut talk).await;
    let told = recording(&mut s, &talk.view).await;
    let gaps = told["parts"][0]["gaps"].as_array().unwrap();
    assert_eq!(gaps.len(), 2, "{told}");
    for (gap, (from, to)) in gaps.iter().zip([(2_000, 4_150), (6_000, 8_250)]) {
        let (start, end) = (gap["start_ms"].as_i64().unwrap(), gap["end_ms"].as_i64().unwrap());
        assert!(start >= from - 150 && end <= to && end - start > 1_500, "{told}");
    }
    let (_, _, file) = play(&mut s, &talk.view, 0, None).await;
    let found = beeps(&decode(&file));
    assert!(found.len() >= 4 && is_in_place(&found, &original_beeps(), 40), "{found:?}");
}

#[tokio::test]
async fn several_recorders_become_one_file_and_the_last_one_counts_where_they_overlap() {
    let mut s = stage_configured("").await;
    let mut talk = s.talk_with_soup().await;
    let page = Page::of(&talk.view);
    // After a reload, 20 s later; and a second tab in the middle of that.
    for (letter, offset_ms) in [('a', 0), ('b', 20_000), ('c', 24_000)] {
        page.again(letter, offset_ms).put_all(&s).await;
    }
    // One that holds nothing that can be read.
    let noise = [&CHROMIUM[0][..4], &[0x42; 900]].concat();
    page.again('d', 60_000).put(&s, 1, &noise).await.expect(200);
    over(&mut s, &mut talk).await;
    let told = recording(&mut s, &talk.view).await;
    let part = &told["parts"][0];
    assert_eq!(part["gaps"].as_array().unwrap().len(), 1, "{told}");
    let (_, _, file) = play(&mut s, &talk.view, 0, None).await;
    let found = beeps(&decode(&file));
    let original = original_beeps();
    let within = |from: i64, to: i64| found.iter().copied().filter(|at| (from..to).contains(at)).collect::<Vec<_>>();
    assert!(within(9_200, 20_000).is_empty(), "{found:?}");
    assert!(is_in_place(&within(0, 9_200), &original, 40), "{found:?}");
    assert!(is_in_place(&within(20_000, 24_000), &original, 20_040), "{found:?}");
    assert!(is_in_place(&within(24_200, 33_000), &original, 24_040), "{found:?}");
    assert!(within(24_200, 33_000).len() >= 8, "{found:?}");
}

#[tokio::test]
async fn what_is_joined_again_after_a_death_is_the_same() {
    on_both(async |mut s| {
        let mut talk = s.talk_with_soup().await;
        Page::of(&talk.view).put_all(&s).await;
        // A join that died left its half file.
        let left = s.server.app.blobs.current().scratch();
        fs::create_dir_all(left.parent().unwrap()).unwrap();
        fs::write(&left, b"half").unwrap();
        over(&mut s, &mut talk).await;
        let first = recording(&mut s, &talk.view).await;
        let server = s.server.again().await;
        assert!(!left.exists(), "a new process tidies up");
        s.go_on_at(server).await;
        // As if the row had never been written: the file is made anew, to the byte.
        forget(&s).await;
        let session = SessionId::parse(talk.view["session_id"].as_str().unwrap()).unwrap();
        let tenant = s.server.app.store.system("test").read(async |db| db.tenants().await).await.unwrap().remove(0);
        join::join(&s.server.app, &s.server.app.store.tenant(&tenant), &session).await.unwrap();
        assert_eq!(recording(&mut s, &talk.view).await["parts"], first["parts"]);
    })
    .await;
}

/// Takes away what was joined.
async fn forget(s: &Stage) {
    use sqlx::{AnyConnection, Connection};
    let url = s.server.app.config.owner_url();
    let mut owner = AnyConnection::connect(&url).await.unwrap();
    let tenant = s.server.app.store.system("test").read(async |db| db.tenants().await).await.unwrap().remove(0);
    if url.starts_with("postgres") {
        let set = format!("set app.tenant = '{tenant}'");
        sqlx::raw_sql(sqlx::AssertSqlSafe(set)).execute(&mut owner).await.unwrap();
    }
    let gone = sqlx::query("delete from recordings").execute(&mut owner).await.unwrap();
    assert_eq!(gone.rows_affected(), 1);
    owner.close().await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_joined_is_kept_as_it_came() {
    let mut s = stage_configured("").await;
    let mut talk = s.talk_with_soup().await;
    let page = Page { media_type: "audio/mp4", offset_ms: 700, ..Page::of(&talk.view) };
    let pieces: [&[u8]; 2] = [b"\x00\x00\x00\x1cftypiso5 and the rest", b"moof and more"];
    for (seq, bytes) in (1..).zip(pieces) {
        page.put(&s, seq, bytes).await.expect(200);
    }
    over(&mut s, &mut talk).await;
    let told = recording(&mut s, &talk.view).await;
    let part = &told["parts"][0];
    assert_eq!((&part["media_type"], &part["start_ms"]), (&json!("audio/mp4"), &json!(700)), "{told}");
    let (status, headers, file) = play(&mut s, &talk.view, 0, None).await;
    assert_eq!((status, &headers["content-type"]), (200, &"audio/mp4".parse().unwrap()));
    assert_eq!(file, pieces.concat());
}

#[tokio::test]
async fn a_page_cannot_make_the_file_longer_than_the_talk() {
    let mut s = stage_configured("").await;
    let mut talk = s.talk_with_soup().await;
    let page = Page::of(&talk.view);
    page.again('a', 0).put_all(&s).await;
    page.again('b', 6 * 24 * 3_600_000).put_all(&s).await;
    // The first cluster of a third one is years away.
    let at = CHROMIUM[0].windows(6).position(|six| six == [0x1f, 0x43, 0xb6, 0x75, 0x01, 0xff]).unwrap();
    let stamp = at + CHROMIUM[0][at..].iter().position(|byte| *byte == 0xe7).unwrap();
    let years =
        [&CHROMIUM[0][..stamp], &[0xe7, 0x85, 0x7f, 0xff, 0xff, 0xff, 0xff], &CHROMIUM[0][stamp + 3..]].concat();
    page.again('c', 10_000).put(&s, 1, &years).await.expect(200);
    over(&mut s, &mut talk).await;
    let told = recording(&mut s, &talk.view).await;
    assert!(told["parts"][0]["duration_ms"].as_i64().unwrap() <= 61_000, "{told}");
    let (_, _, file) = play(&mut s, &talk.view, 0, None).await;
    assert!(is_in_place(&beeps(&decode(&file)), &original_beeps(), 40) || file.len() < 100_000);
}
