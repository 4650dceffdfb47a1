use crate::stage::{BREAD, OFFER, SOUP, lines, offer, path, press, said_by, stage};
use serde_json::json;

#[tokio::test]
async fn an_interview_is_held_and_every_word_is_in_the_transcript() {
    let mut s = stage().await;
    let (mut candidate, view) = s.candidate().await;
    let mut watch = candidate.events("/v1/candidate/events").await;
    let answer = offer(&mut candidate, OFFER).await;
    assert_eq!(answer.status.as_u16(), 201);
    let call = s.provider.control.wait_for_call().await;
    let (offered, session, answered) = s.provider.calls().remove(0);
    assert_eq!(answer.text, answered, "the answer passes unchanged");
    assert_eq!(session["audio"]["output"]["voice"], "joe", "nothing is rendered yet: the fast voice");
    assert_eq!(offered, OFFER, "the offer passes unchanged");
    press(&mut candidate, 1, "ready").await.expect(204);

    s.provider.said_with("cook yesterday").await;
    let item = s.provider.answer(&call, SOUP).await;
    s.provider.said_with("cook tomorrow").await;
    let shown = watch.until("turn", |turn| turn["item"] == item).await;
    assert_eq!(shown["text"], SOUP);

    s.provider.answer(&call, BREAD).await;
    s.provider.said_with("Goodbye, Kim").await;
    assert_eq!(watch.until("ended", |_| true).await["reason"], "completed");
    s.provider.hung_up(&call).await;

    let session = s.session(&view).await;
    assert_eq!((&session["state"], &session["completeness"]), (&json!("finished"), &json!("complete")));
    assert_eq!(said_by(&session, "candidate").len(), 2);
    let spoken = lines(&session);
    let at = |part: &str| spoken.iter().position(|(_, text)| text.contains(part)).unwrap();
    assert!(
        at("yesterday") < at("soup") && at("soup") < at("tomorrow?") && at("tomorrow?") < at("bread"),
        "{spoken:?}"
    );
    let status = candidate.get("/v1/candidate").await.expect(200)["status"].clone();
    assert_eq!(status, "finished");
    let own = candidate.get("/v1/candidate/transcript?format=text").await;
    assert!(own.text.contains("Candidate: Tomorrow I will bake bread"), "{}", own.text);
}

#[tokio::test]
async fn late_and_repeated_words_change_nothing_but_their_own_turn() {
    let mut s = stage().await;
    let mut talk = s.talk().await;
    let item = s.provider.mumble(&talk.call, SOUP).await;
    for _ in 0..3 {
        assert!(s.provider.control.words(&talk.call, &item, SOUP));
    }
    s.provider.said_with("cook tomorrow").await;
    let item = s.provider.mumble(&talk.call, "Bread.").await;
    press(&mut talk.candidate, 1, "end").await.expect(204);
    s.provider.said_with("Goodbye").await;
    // The last answer's words come after the goodbye.
    assert!(s.provider.control.words(&talk.call, &item, "Bread."));
    assert_eq!(talk.watch.until("ended", |_| true).await["reason"], "candidate_ended");
    let session = s.session(&talk.view).await;
    assert_eq!(said_by(&session, "candidate"), [SOUP, "Bread."]);
    assert_eq!(session["completeness"], "complete");
}

#[tokio::test]
async fn a_watcher_who_returns_gets_every_turn_once() {
    let mut s = stage().await;
    let (mut candidate, view) = s.candidate().await;
    let mut early = s.watch(&view).await;
    let call = s.connect(&mut candidate, 1).await;
    s.provider.said_with("cook yesterday").await;
    let mut seen = Vec::new();
    while !seen.iter().any(|(_, text): &(i64, String)| text.contains("yesterday")) {
        let (event, data, id) = early.next().await;
        if event == "turn" {
            seen.push((id.unwrap(), data["text"].as_str().unwrap().to_owned()));
        }
    }
    drop(early);
    s.provider.answer(&call, SOUP).await;
    s.provider.said_with("cook tomorrow").await;
    press(&mut candidate, 1, "end").await.expect(204);
    let last = seen.last().unwrap().0;
    let mut late = s.recruiter.events(&format!("{}/events?after={last}", path(&view))).await;
    loop {
        let (event, data, id) = late.next().await;
        match event.as_str() {
            "turn" => seen.push((id.unwrap(), data["text"].as_str().unwrap().to_owned())),
            "ended" => break,
            _ => {}
        }
    }
    let seqs: Vec<i64> = seen.iter().map(|(seq, _)| *seq).collect();
    assert!(seqs.windows(2).all(|pair| pair[0] < pair[1]), "{seqs:?}");
    let session = s.session(&view).await;
    for (_, text) in lines(&session) {
        assert!(seen.iter().any(|(_, told)| *told == text), "{text}");
    }
}
