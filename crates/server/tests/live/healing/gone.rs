//! Page and control channel are gone while the candidate talks: only the recording has it.

use super::{sound::*, *};
use crate::stage::{BREAD, SOUP, stage_configured};
use voice::sim::{Answer, Fault};

#[tokio::test]
async fn what_was_said_while_nobody_listened_is_recovered_and_what_was_fetched_is_not_told_twice() {
    let mut s = stage_configured("").await;
    s.on_openai().await;
    let mut talk = s.talk().await;
    let control = s.provider.control.clone();
    assert!(control.spoil(&talk.call, Some(Fault::SidebandCloses { code: 1006, times: None })));
    assert!(control.cut(&talk.call, 1006));
    s.server.app.clock.advance_ms(4_000);
    s.provider.speak(&talk.call, Answer::new(SOUP)).await;
    s.provider.speak(&talk.call, Answer::new(BREAD)).await;
    s.server.app.clock.advance_ms(16_000);
    assert!(control.spoil(&talk.call, None));
    // The newest answer is fetched; when in the gap it was said is not known. The one before it is known to nobody.
    talk.watch.until("turn", |turn| turn["text"] == BREAD).await;
    s.server.app.clock.advance_ms(4_000);
    upload(&s, &talk.view, &room(24_000, &[(4_000, speech(4_000)), (11_000, speech(3_000))])).await;
    control.add_recordings([SOUP, BREAD]);
    over(&mut s, &mut talk).await;
    let session = s.session(&talk.view).await;
    let mut is = said(&session);
    is.sort();
    let expected = [("final".to_owned(), BREAD.to_owned()), ("recovered".to_owned(), SOUP.to_owned())];
    assert_eq!(is, expected, "{session}");
    let seen = completeness(&mut s, &talk.view).await;
    assert_eq!((&seen["page"]["confirmed"], &seen["recovered"]["spans"]), (&json!(0), &json!(1)), "{seen}");
    let codes: Vec<&Value> = seen["reasons"].as_array().unwrap().iter().map(|reason| &reason["code"]).collect();
    assert_eq!(codes, [&json!("channel_gap")], "it is still not proven what the interviewer said meanwhile");
    checked(&mut s, &talk.view).await;
}

#[tokio::test]
async fn nearly_every_second_of_speech_that_nobody_heard_is_recovered() {
    let (mut spoken, mut recovered) = (0, 0);
    for seed in 1..=5_i64 {
        let mut s = stage_configured("").await;
        s.on_openai().await;
        let mut talk = s.talk().await;
        // Speech of one to six seconds, pauses of half a second to four.
        let (mut voices, mut at, mut dice) = (Vec::new(), 700 + seed * 37, seed);
        let mut next = |most: i64| {
            dice = (dice * 1_103_515_245 + 12_345) % 2_147_483_648;
            dice / 65_536 % most
        };
        while at < 50_000 {
            let long = 1_000 + next(5_000);
            voices.push((at, speech(long)));
            at += long + 500 + next(3_500);
        }
        let words: Vec<String> = (0..40).map(|n| format!("Nobody heard sentence {n} of talk {seed}.")).collect();
        s.provider.control.add_recordings(words.iter().map(String::as_str));
        s.server.app.clock.advance_ms(60_000);
        upload(&s, &talk.view, &room(60_000, &voices)).await;
        over(&mut s, &mut talk).await;
        let session = s.session(&talk.view).await;
        let spans: Vec<(i64, i64)> = session["turns"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|turn| turn["status"] == "recovered")
            .map(|turn| (turn["started_ms"].as_i64().unwrap(), turn["ended_ms"].as_i64().unwrap()))
            .collect();
        for (from, voice) in &voices {
            let to = from + voice.len() as i64 * 1_000 / RATE as i64;
            spoken += to - from;
            recovered += spans.iter().map(|(a, b)| ((*b).min(to) - (*a).max(*from)).max(0)).sum::<i64>();
        }
    }
    let share = recovered as f64 / spoken as f64;
    eprintln!("recovered {recovered} of {spoken} ms of speech: {:.2} %", share * 100.0);
    assert!(share >= 0.99, "{share}");
}
