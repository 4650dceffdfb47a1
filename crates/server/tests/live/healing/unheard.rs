//! A transcription that fails: the gap stays, and the words come beside it.

use super::{sound::*, *};
use crate::stage::{BREAD, SOUP, stage_configured};
use insights::evidence::statement::Outcome;
use voice::sim::{Answer, Fault, Transcript};

/// A talk whose first answer's words failed, at 5 s, and whose second was heard, at 15 s; it is over after 20 s.
async fn talk(s: &mut Stage) -> Talk {
    s.on_openai().await;
    let mut talk = s.talk().await;
    s.server.app.clock.advance_ms(5_000);
    let item = s.provider.speak(&talk.call, Answer::new(SOUP).with(Transcript::Failed)).await;
    talk.watch.until("turn", |turn| turn["item"] == item).await;
    s.server.app.clock.advance_ms(10_000);
    let item = s.provider.answer(&talk.call, BREAD).await;
    talk.watch.until("turn", |turn| turn["item"] == item && turn["status"] == "final").await;
    s.server.app.clock.advance_ms(5_000);
    talk
}

fn voices() -> Vec<f32> {
    room(20_000, &[(4_600, speech(3_000)), (13_700, speech(1_600))])
}

#[tokio::test]
async fn words_that_failed_stand_beside_their_gap_and_everything_says_where_they_are_from() {
    crate::recording::on_both(async |mut s| {
        let mut talk = talk(&mut s).await;
        upload(&s, &talk.view, &voices()).await;
        s.provider.control.add_recordings([SOUP]);
        over(&mut s, &mut talk).await;
        let session = s.session(&talk.view).await;
        let expected = [("missing", ""), ("recovered", SOUP), ("final", BREAD)];
        let is: Vec<(String, String)> = said(&session);
        assert_eq!(is.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect::<Vec<_>>(), expected, "{session}");
        // What the device recorded makes nothing complete: the record says what was done.
        assert_eq!(session["completeness"], "incomplete");
        let seen = completeness(&mut s, &talk.view).await;
        assert_eq!(seen["reasons"][0]["code"], "words_recovered", "{seen}");
        assert_eq!((seen["reasons"].as_array().unwrap().len(), &seen["state"]), (1, &json!("amended")), "{seen}");
        let recovered = &seen["recovered"];
        assert_eq!((&recovered["spans"], &recovered["recovered_spans"]), (&json!(1), &json!(1)), "{seen}");
        assert!((1_500..3_200).contains(&recovered["recovered_ms"].as_i64().unwrap()), "{seen}");
        let sources: Vec<&str> =
            seen["sources"].as_array().unwrap().iter().map(|source| source["source"].as_str().unwrap()).collect();
        assert!(sources.contains(&"R"), "{seen}");
        let text = s.recruiter.get(&format!("{}/transcript?format=text", path(&talk.view))).await.text;
        assert!(
            text.contains("[not recognized]") && text.contains(&format!("{SOUP} [recovered from audio]")),
            "{text}"
        );
        let report = checked(&mut s, &talk.view).await;
        assert_eq!((report.revisions, report.outcome), (2, Some(Outcome::Incomplete)));
        assert_eq!(report.recovered.unwrap().recovered_spans, 1);
        assert_eq!(recording(&mut s, &talk.view).await["state"], "whole");
    })
    .await;
}

#[tokio::test]
async fn the_request_is_the_one_that_the_service_takes_and_is_paid_for() {
    let mut s = stage_configured("").await;
    let mut talk = talk(&mut s).await;
    upload(&s, &talk.view, &voices()).await;
    s.provider.control.fail_next_recording(Fault::no_model());
    over(&mut s, &mut talk).await;
    let ledger = s.provider.control.ledger();
    let fields = ledger.iter().find_map(|entry| match &entry.what {
        What::Recording { fields, file, sound_ms, .. } => Some((fields.clone(), file.clone(), *sound_ms)),
        _ => None,
    });
    let (fields, file, sound_ms) = fields.unwrap();
    // The model of the talk takes no files, the first that does was refused.
    assert_eq!((fields["model"].as_str(), fields["language"].as_str()), ("whisper-1", "en"), "{fields:?}");
    assert_eq!((fields["response_format"].as_str(), file.as_str()), ("json", "speech.wav"));
    assert!((2_800..4_000).contains(&sound_ms), "{sound_ms}");
    let is_keyed = |entry: &Entry| {
        matches!(&entry.what, What::Request { path, headers, .. }
            if path == "/v1/audio/transcriptions" && headers["authorization"] == "Bearer (standard)")
    };
    assert_eq!(ledger.iter().filter(|entry| is_keyed(entry)).count(), 2);
    assert!(!format!("{ledger:?}").contains(&format!("Bearer {KEY}")));
    let session = SessionId::parse(talk.view["session_id"].as_str().unwrap()).unwrap();
    let now = s.server.app.now();
    let spent = tenant(&s).await.read(async |db| db.leg_costs(&session, now).await).await.unwrap()[0].micros;
    let cost = s.recruiter.get(&format!("{}/cost", path(&talk.view))).await.expect(200);
    assert_eq!(cost["cost_micros"].as_i64(), Some(spent), "{cost}");
    assert!(spent > 0, "{cost}");
}

#[tokio::test]
async fn a_job_that_is_cut_off_or_done_twice_gives_the_same_rows() {
    crate::recording::on_both(async |mut s| {
        s.on_openai().await;
        let mut talk = s.talk().await;
        s.server.app.clock.advance_ms(30_000);
        let speeches = [(3_000, speech(2_000)), (9_000, speech(2_500)), (20_000, speech(1_500))];
        upload(&s, &talk.view, &room(30_000, &speeches)).await;
        s.provider.control.add_recordings(["First words here.", "Second words here.", "Third words here."]);
        // The second one fails in the middle of the job.
        for fault in [Fault::Slow { ms: 0 }, Fault::broken(500)] {
            s.provider.control.fail_next_recording(fault);
        }
        over(&mut s, &mut talk).await;
        assert_eq!(recognized(&s), 1);
        // What is exported meanwhile is what was sealed.
        assert_eq!(checked(&mut s, &talk.view).await.revisions, 1);
        s.server.app.clock.advance_ms(3_000);
        s.server.run_jobs().await;
        let session = s.session(&talk.view).await;
        let words = ["First words here.", "Second words here.", "Third words here."];
        assert_eq!(said(&session), words.map(|text| ("recovered".to_owned(), text.to_owned())), "{session}");
        assert_eq!((recognized(&s), checked(&mut s, &talk.view).await.revisions), (3, 2));
        for is_last in [false, true] {
            assert_eq!(again(&s, &talk.view, is_last).await.unwrap(), Healing::Done);
        }
        assert_eq!(s.session(&talk.view).await["turns"], session["turns"]);
        assert_eq!((recognized(&s), checked(&mut s, &talk.view).await.revisions), (3, 2));
    })
    .await;
}

#[tokio::test]
async fn what_was_heard_is_not_asked_again() {
    let mut s = stage_configured("").await;
    s.on_openai().await;
    let mut talk = s.talk().await;
    s.server.app.clock.advance_ms(5_000);
    let item = s.provider.answer(&talk.call, SOUP).await;
    talk.watch.until("turn", |turn| turn["item"] == item && turn["status"] == "final").await;
    s.server.app.clock.advance_ms(10_000);
    upload(&s, &talk.view, &room(15_000, &[(3_700, speech(1_600))])).await;
    over(&mut s, &mut talk).await;
    assert_eq!(recognized(&s), 0);
    let seen = completeness(&mut s, &talk.view).await;
    assert_eq!((&seen["state"], &seen["recovered"]), (&json!("complete"), &Value::Null), "{seen}");
}
