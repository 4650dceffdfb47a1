//! Interviews that play by themselves, with the simulator's ledger of what was truly said as the oracle.

use crate::stage::{BREAD, OFFER, SOUP, Stage, offer, path, press, said_by, stage_playing};
use serde_json::{Value, json};
use voice::sim::{Answer, Fault, Script, Transcript, What};

async fn playing(script: Script) -> Stage {
    let mut s = stage_playing(script).await;
    s.on_openai().await;
    s
}

fn soup_and_bread(first: Transcript, last: Transcript) -> Script {
    let answers = [
        Answer { to: "cook yesterday".into(), transcript: first, ..Answer::new(SOUP) },
        Answer { to: "cook tomorrow".into(), transcript: last, ..Answer::new(BREAD) },
    ];
    Script { answers: answers.into(), ..Script::at_once([]) }
}

#[tokio::test]
async fn what_was_truly_said_is_the_transcript_and_the_model_that_was_had_is_what_it_costs() {
    let mut s = playing(soup_and_bread(Transcript::Normal, Transcript::LateMs(1_500))).await;
    s.provider.control.fail_next(Fault::no_model());
    let (mut candidate, view) = s.candidate().await;
    let mut watch = candidate.events("/v1/candidate/events").await;
    assert_eq!(offer(&mut candidate, OFFER).await.status.as_u16(), 201, "the second model is had");
    press(&mut candidate, 1, "ready").await.expect(204);
    assert_eq!(watch.until("ended", |_| true).await["reason"], "completed");
    let session = s.session(&view).await;
    assert_eq!((&session["completeness"], &session["reasons"]), (&json!("complete"), &json!([])), "{session}");
    let truth: Vec<Value> =
        s.provider.control.ledger().iter().map(|entry| serde_json::to_value(entry).unwrap()).collect();
    let spoke: Vec<&str> = truth.iter().filter(|e| e["what"] == "spoke").map(|e| e["text"].as_str().unwrap()).collect();
    assert_eq!(spoke, [SOUP, BREAD]);
    assert_eq!(said_by(&session, "candidate"), spoke);
    let said: Vec<&str> = truth.iter().filter(|e| e["what"] == "said").map(|e| e["text"].as_str().unwrap()).collect();
    assert_eq!(said_by(&session, "interviewer"), said, "every line that was heard, once and in order");
    let cost = s.recruiter.get(&format!("{}/cost", path(&view))).await.expect(200);
    assert_eq!(cost["legs"][0]["model"], "gpt-realtime-2.1-mini", "{cost}");
    assert!(cost["cost_micros"].as_i64().unwrap() > 0, "{cost}");
}

#[tokio::test]
async fn a_channel_that_breaks_around_an_answer_loses_nothing() {
    // The words come before the break, within it, and after it.
    for late_ms in [0, 2, 5, 10, 20, 50] {
        let mut s = playing(soup_and_bread(Transcript::LateMs(late_ms), Transcript::Normal)).await;
        let mut talk = s.talk().await;
        s.provider.control.wait(|entry| matches!(entry.what, What::Spoke { .. })).await;
        assert!(s.provider.control.cut(&talk.call, 1006));
        assert_eq!(talk.watch.until("ended", |_| true).await["reason"], "completed", "late by {late_ms} ms");
        let session = s.session(&talk.view).await;
        assert_eq!(said_by(&session, "candidate"), [SOUP, BREAD], "late by {late_ms} ms: {session}");
    }
}
