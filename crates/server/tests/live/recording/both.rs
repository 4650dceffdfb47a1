//! Both voices, on our own engine: the server reads them itself, whatever the candidate's page records.

use super::{
    CHROMIUM, Page,
    bad_chunks::Full,
    front::{Front, Noted, Track},
    hex,
    joined::{chunk_file, original, original_beeps},
    on_both, over, play, recording,
    sound::{beeps, decode, is_in_place, packets},
};
use crate::stage::{Stage, Talk, path, stage, stage_configured};
use insights::{evidence::verify::verify, ids::SessionId, recording::judge::RecordingState, sessions::start};
use serde_json::{Value, json};
use std::{fs, sync::Arc, time::Duration};

/// What Chromium recorded, as packets of a call.
fn track() -> Track {
    (0..).zip(packets(&original())).collect()
}

/// The same as an interviewer speaks: three seconds, five seconds of silence, and the rest.
fn sentences() -> Track {
    let mut track = track();
    for (_, packet) in track.iter_mut().skip(50) {
        packet.at_us += 5_000_000;
    }
    track
}

/// The server's engine is one that keeps sound.
async fn front(s: &Stage) -> Front {
    let front = Front::start(s.provider.sim.base_url()).await;
    s.server.app.engine.set_endpoint(Some(front.endpoint()));
    front
}

/// Ends a talk on an engine that has told everything.
async fn end(s: &mut Stage, front: &Front, talk: &mut Talk) {
    front.keep(|kept| kept.is_over = true);
    front.both_gone().await;
    over(s, talk).await;
}

/// Waits until something of so many sides is stored.
async fn until_stored(s: &Stage, view: &Value, sides: usize) {
    let store = &s.server.app.store;
    let tenant = store.system("test").read(async |db| db.tenants().await).await.unwrap().remove(0);
    let session = SessionId::parse(view["session_id"].as_str().unwrap()).unwrap();
    let wait = async {
        let stored =
            async || store.tenant(&tenant).read(async |db| db.recording_segments(&session).await).await.unwrap();
        while stored().await.len() < sides {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), wait).await.unwrap();
}

async fn evidence(s: &mut Stage, view: &Value) -> String {
    s.recruiter.get(&format!("{}/evidence", path(view))).await.text
}

/// Whether a file has each of these packets once, in order.
fn has_all(file: &[u8], track: &Track) -> bool {
    let file: Vec<Vec<u8>> = packets(file).into_iter().map(|packet| packet.data).collect();
    let wanted: Vec<Vec<u8>> = track.iter().map(|(_, packet)| packet.data.clone()).collect();
    let held: Vec<&Vec<u8>> = file.iter().filter(|data| wanted.contains(data)).collect();
    held.len() == wanted.len() && held.into_iter().eq(&wanted)
}

/// The gaps of a candidate who is first heard so late, in microseconds.
async fn gaps_before(late_us: i64) -> Value {
    let mut s = stage().await;
    let front = front(&s).await;
    let mut talk = s.talk_with_soup().await;
    let mut late = track();
    for (_, packet) in &mut late {
        packet.at_us += late_us;
    }
    front.keep(|kept| (kept.input, kept.output) = (late, sentences()));
    end(&mut s, &front, &mut talk).await;
    recording(&mut s, &talk.view).await["parts"][0]["gaps"].take()
}

#[tokio::test]
async fn before_the_first_sound_is_no_gap_unless_it_is_long() {
    assert_eq!(gaps_before(600_000).await, json!([]));
    let gaps = gaps_before(3_000_000).await;
    assert_eq!((gaps.as_array().unwrap().len(), &gaps[0]["start_ms"]), (1, &json!(0)), "{gaps}");
}

#[tokio::test]
async fn without_a_recorder_in_the_page_both_voices_are_there() {
    on_both(async |mut s| {
        let front = front(&s).await;
        let mut talk = s.talk_with_soup().await;
        front.keep(|kept| (kept.input, kept.output) = (track(), sentences()));
        end(&mut s, &front, &mut talk).await;
        let told = recording(&mut s, &talk.view).await;
        assert_eq!((&told["phase"], &told["state"], &told["reasons"]), (&json!("ready"), &json!("whole"), &json!([])));
        let sides: Vec<&str> = told["parts"].as_array().unwrap().iter().map(|p| p["side"].as_str().unwrap()).collect();
        assert_eq!(sides, ["candidate", "interviewer"], "{told}");
        assert!(
            told["parts"].as_array().unwrap().iter().all(|part| part["gaps"] == json!([])),
            "silence is no gap: {told}"
        );
        let (_, _, candidate) = play(&mut s, &talk.view, 0, None).await;
        let (_, headers, interviewer) = play(&mut s, &talk.view, 1, None).await;
        assert!(headers["content-disposition"].to_str().unwrap().ends_with("-interviewer.webm\""));
        assert!(has_all(&candidate, &track()) && has_all(&interviewer, &sentences()), "packets as they were");
        assert!(is_in_place(&beeps(&decode(&candidate)), &original_beeps(), 0));
        let (early, late): (Vec<i64>, Vec<i64>) = beeps(&decode(&interviewer)).into_iter().partition(|at| *at < 5_000);
        assert!(!early.is_empty() && is_in_place(&early, &original_beeps(), 0), "{early:?}");
        assert!(!late.is_empty() && is_in_place(&late, &original_beeps(), 5_000), "{late:?}");

        let file = evidence(&mut s, &talk.view).await;
        assert!(file.starts_with(r#"{"bundle":{"format":"interview-insights-evidence","version":3"#), "{file}");
        let report = verify(file.as_bytes(), Some(&s.server.app.seal_key.public()));
        assert_eq!((report.findings, report.recording.unwrap().state), (vec![], RecordingState::Whole));
        // A side that is exchanged for the other is found.
        let other = file.replace(r#""side":"interviewer""#, r#""side":"candidate""#);
        assert!(!verify(other.as_bytes(), None).findings.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_server_that_comes_back_reads_on_where_it_was() {
    on_both(async |mut s| {
        let front = front(&s).await;
        let mut talk = s.talk_with_soup().await;
        for _ in 0..2 {
            assert!(matches!(front.noted().await, Noted::Asked(_, 0)));
        }
        s.provider.said_with("cook tomorrow").await;
        talk.watch.until("turn", |turn| turn["text"].as_str().unwrap().contains("cook tomorrow")).await;
        let half = |track: Track| track.into_iter().take(60).collect::<Track>();
        front.keep(|kept| (kept.input, kept.output) = (half(track()), half(sentences())));
        until_stored(&s, &talk.view, 2).await;
        s.server.app.stop.cancel();
        s.server.app.tasks.close();
        s.server.app.tasks.wait().await;
        front.both_gone().await;
        let again = s.server.again().await;
        s.go_on_at(again).await;
        s.server.app.engine.set_endpoint(Some(front.endpoint()));
        front.keep(|kept| (kept.input, kept.output) = (track(), sentences()));
        start::recover(&s.server.app).await.unwrap();
        let mut from = Vec::new();
        for _ in 0..2 {
            let Noted::Asked(side, first) = front.noted().await else { panic!("both sides are asked for") };
            from.push((side, first));
        }
        from.sort();
        assert!(
            from[0].0 == "input" && (30..60).contains(&from[0].1) && from[1].1 > 0,
            "not what is stored already: {from:?}"
        );
        s.provider.unmarked().await;
        talk.candidate = talk.candidate.moved_to(&s.server);
        talk.watch = talk.candidate.events("/v1/candidate/events").await;
        end(&mut s, &front, &mut talk).await;
        for (part, track) in [(0, track()), (1, sentences())] {
            let (_, _, file) = play(&mut s, &talk.view, part, None).await;
            assert!(has_all(&file, &track), "part {part}: everything once");
        }
    })
    .await;
}

#[tokio::test]
async fn what_the_page_has_not_is_taken_from_the_engine() {
    let mut s = stage_configured("").await;
    let front = front(&s).await;
    let mut talk = s.talk_with_soup().await;
    // It thinks that it began 160 ms later than it did.
    let page = Page { offset_ms: 120, ..Page::of(&talk.view) };
    page.put_all(&s).await;
    fs::remove_file(chunk_file(&s, &talk.view, 3)).unwrap();
    front.keep(|kept| kept.input = track());
    end(&mut s, &front, &mut talk).await;
    let told = recording(&mut s, &talk.view).await;
    assert_eq!((&told["parts"][0]["gaps"], told["parts"].as_array().unwrap().len()), (&json!([]), 1), "{told}");
    let (_, _, file) = play(&mut s, &talk.view, 0, None).await;
    let found = beeps(&decode(&file));
    assert_eq!(found.len(), original_beeps().len(), "nothing twice, nothing lost: {found:?}");
    assert!(is_in_place(&found, &original_beeps(), 0), "where the engine heard it: {found:?}");
}

#[tokio::test]
async fn a_storage_without_room_costs_nothing_while_the_engine_remembers() {
    let mut s = stage_configured("").await;
    let front = front(&s).await;
    let room = s.server.app.blobs.current();
    s.server.app.blobs.replace(Arc::new(Full(room.clone())));
    let mut talk = s.talk_with_soup().await;
    front.keep(|kept| (kept.input, kept.output, kept.is_over) = (track(), sentences(), true));
    // The interview goes on meanwhile.
    talk.end().await;
    s.server.app.blobs.replace(room);
    front.both_gone().await;
    s.server.app.clock.advance_ms(16_000);
    s.server.run_jobs().await;
    let (_, _, file) = play(&mut s, &talk.view, 1, None).await;
    assert!(has_all(&file, &sentences()));
}

#[tokio::test]
async fn what_was_too_old_to_be_had_is_a_gap() {
    let mut s = stage_configured("").await;
    let front = front(&s).await;
    let mut talk = s.talk_with_soup().await;
    front.keep(|kept| kept.output = sentences().into_iter().take(50).collect());
    until_stored(&s, &talk.view, 1).await;
    let late = sentences().into_iter().skip(60).map(|(number, packet)| (number + 500, packet));
    front.keep(|kept| kept.output.extend(late));
    end(&mut s, &front, &mut talk).await;
    let told = recording(&mut s, &talk.view).await;
    assert_eq!((&told["state"], &told["parts"][0]["side"]), (&json!("missing"), &json!("interviewer")), "{told}");
    let gap = &told["parts"][0]["gaps"][0];
    let (from, to) = (gap["start_ms"].as_i64().unwrap(), gap["end_ms"].as_i64().unwrap());
    assert!((2_900..3_100).contains(&from) && (8_500..8_700).contains(&to), "{told}");
}

#[tokio::test]
async fn an_engine_that_has_nothing_or_refuses_disturbs_nobody() {
    for refuses in [("404 Not Found", "call_id_not_found"), ("401 Unauthorized", "invalid_api_key")] {
        let mut s = stage_configured("").await;
        let front = front(&s).await;
        front.keep(|kept| kept.refuses = Some(refuses));
        let mut talk = s.talk_with_soup().await;
        front.both_gone().await;
        over(&mut s, &mut talk).await;
        let told = recording(&mut s, &talk.view).await;
        assert_eq!((&told["state"], &told["parts"]), (&json!("missing"), &json!([])), "{told}");
        assert_eq!(s.session(&talk.view).await["completeness"], "complete");
    }
}

#[tokio::test]
async fn a_page_cannot_speak_for_the_engine() {
    let mut s = stage_configured("").await;
    let front = front(&s).await;
    let mut talk = s.talk_with_soup().await;
    front.keep(|kept| kept.output = sentences().into_iter().take(120).collect());
    until_stored(&s, &talk.view, 1).await;
    let segment = hex(format!("{}/interviewer", talk.call).as_bytes())[..32].to_owned();
    let page = Page { segment, ..Page::of(&talk.view) };
    for seq in [1, 2] {
        page.put(&s, seq, CHROMIUM[0]).await.refused(422, "seq_conflict");
    }
    end(&mut s, &front, &mut talk).await;
    let (_, _, file) = play(&mut s, &talk.view, 0, None).await;
    assert!(has_all(&file, &sentences().into_iter().take(120).collect()));
}
