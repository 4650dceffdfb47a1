//! A provider that cannot recognize a recording: it is asked again, then the record says so.

use super::{sound::*, *};
use crate::stage::stage_configured;
use insights::{clock::Clock, commands::records};
use voice::sim::Fault;

async fn unheard_talk(extra: &str) -> (Stage, Talk) {
    let mut s = stage_configured(extra).await;
    s.on_openai().await;
    let mut talk = s.talk().await;
    s.server.app.clock.advance_ms(12_000);
    upload(&s, &talk.view, &room(12_000, &[(3_000, speech(2_000)), (8_000, speech(1_000))])).await;
    talk.end().await;
    (s, talk)
}

/// Each try is an hour after the one before.
async fn for_hours(s: &Stage, hours: usize) {
    for _ in 0..hours {
        s.server.app.clock.advance_ms(3_600_000);
        s.server.run_jobs().await;
    }
}

#[tokio::test]
async fn a_provider_that_is_down_for_hours_is_told_and_the_gap_is_shown() {
    for (fault, why) in [(Fault::broken(503), "could not be reached"), (Fault::no_quota(), "refused")] {
        let (mut s, talk) = unheard_talk("").await;
        for _ in 0..40 {
            s.provider.control.fail_next_recording(fault.clone());
        }
        for_hours(&s, 11).await;
        assert_eq!(said(&s.session(&talk.view).await), [], "it is tried again");
        for_hours(&s, 2).await;
        s.recruiter = s.server.recruiter().await;
        let voiced = ("voiced".to_owned(), String::new());
        assert_eq!(said(&s.session(&talk.view).await), [voiced.clone(), voiced]);
        let seen = completeness(&mut s, &talk.view).await;
        let reason = &seen["recovered"]["reasons"][0];
        assert_eq!(
            (&reason["code"], &seen["recovered"]["recovered_ms"]),
            (&json!("recovery_failed"), &json!(0)),
            "{seen}"
        );
        assert!(reason["words"].as_str().unwrap().contains(why), "{seen}");
        let told = records::odd(&s.server.app.store, &Clock::fake(s.server.app.now())).await.unwrap();
        assert!(told.iter().any(|line| line.contains("were not heard live and not recognized since")), "{told:?}");
        let text = s.recruiter.get(&format!("{}/transcript?format=text", path(&talk.view))).await.text;
        assert!(text.contains("[speech in the recording, not heard live, no words recovered]"), "{text}");
        checked(&mut s, &talk.view).await;
    }
}

#[tokio::test]
async fn sound_without_words_is_shown_as_that() {
    let (mut s, talk) = unheard_talk("").await;
    s.provider.control.add_recordings(["", "But this has words."]);
    for_hours(&s, 1).await;
    let expected = [("voiced", ""), ("recovered", "But this has words.")];
    let is = said(&s.session(&talk.view).await);
    assert_eq!(is.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect::<Vec<_>>(), expected);
    assert_eq!(completeness(&mut s, &talk.view).await["recovered"]["reasons"], json!([]));
}

#[tokio::test]
async fn a_day_whose_money_is_spent_is_waited_for() {
    let (mut s, talk) = unheard_talk("").await;
    s.provider.control.add_recordings(["First words.", "Second words."]);
    let app = &s.server.app;
    let (session, now) = (SessionId::parse(talk.view["session_id"].as_str().unwrap()).unwrap(), app.now());
    spend(&s, &session).await;
    for_hours(&s, 11).await;
    assert_eq!((recognized(&s), s.server.app.now().ms_since(now)), (0, 11 * 3_600_000));
    for_hours(&s, 1).await;
    s.recruiter = s.server.recruiter().await;
    assert_eq!((recognized(&s), said(&s.session(&talk.view).await).len()), (2, 2));
}

/// Spends the company's money of the day.
async fn spend(s: &Stage, session: &SessionId) {
    use insights::budget::{
        prices::Priced,
        usage::{Kind, Tokens, Usage},
    };
    let usage = Usage { kind: Kind::Response, subject: "dear".into(), tokens: Tokens::default(), sound_ms: 0 };
    let priced = Priced { micros: s.server.app.config.budget.day_dollars.micros(), is_known: true };
    let now = s.server.app.now();
    let spent = tenant(s).await;
    assert!(spent.write(async |db| db.add_usage(session, 1, (&usage, "m", priced), now).await).await.unwrap());
}
