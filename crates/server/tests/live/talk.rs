use crate::{OFFER, lines, offer, press, provider::Seen, said_by, stage};
use serde_json::json;

#[tokio::test]
async fn an_interview_is_held_and_every_word_is_in_the_transcript() {
    let mut s = stage().await;
    let (mut candidate, view) = s.candidate().await;
    let mut watch = candidate.events("/v1/candidate/events").await;
    let answer = offer(&mut candidate, OFFER).await;
    assert_eq!(answer.status.as_u16(), 201);
    assert_eq!(answer.text, OFFER.replace("o=- 1 ", "o=- 2 "), "the answer passes unchanged");
    let (call, sent) = s
        .provider
        .until(|seen| match seen {
            Seen::Call { id, offer, session } => {
                assert_eq!(session["audio"]["output"]["voice"], "joe", "nothing is rendered yet: the fast voice");
                Some((id.clone(), offer.clone()))
            }
            _ => None,
        })
        .await;
    assert_eq!(sent, OFFER.as_bytes(), "the offer passes unchanged");
    press(&mut candidate, 1, "ready").await.expect(204);

    s.provider.said_with("cook yesterday").await;
    s.provider.inner.speak(&call, "item_a1");
    s.provider.inner.words(&call, "item_a1", "I made a very good vegetable soup with my own stock, for six people.");
    s.provider.said_with("cook tomorrow").await;
    let shown = watch.until("turn", |turn| turn["item"] == "item_a1").await;
    assert_eq!(shown["text"], "I made a very good vegetable soup with my own stock, for six people.");

    s.provider.inner.speak(&call, "item_a2");
    s.provider.inner.words(&call, "item_a2", "Tomorrow I will bake bread because my neighbors are coming over.");
    s.provider.said_with("Goodbye, Kim").await;
    assert_eq!(watch.until("ended", |_| true).await["reason"], "completed");
    s.provider.until(|seen| (*seen == Seen::HungUp(call.clone())).then_some(())).await;

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
    let (mut candidate, view) = s.candidate().await;
    let call = s.connect(&mut candidate, 1).await;
    s.provider.said_with("cook yesterday").await;
    let provider = s.provider.inner.clone();
    provider.speak(&call, "item_a1");
    for _ in 0..3 {
        provider.words(&call, "item_a1", "I made a very good vegetable soup with my own stock, for six people.");
    }
    s.provider.said_with("cook tomorrow").await;
    provider.speak(&call, "item_a2");
    press(&mut candidate, 1, "end").await.expect(204);
    s.provider.said_with("Goodbye").await;
    // The last answer's words come after the goodbye.
    provider.words(&call, "item_a2", "Bread.");
    let mut watch = candidate.events("/v1/candidate/events").await;
    assert_eq!(watch.until("ended", |_| true).await["reason"], "candidate_ended");
    let session = s.session(&view).await;
    let answers = said_by(&session, "candidate");
    assert_eq!(answers, ["I made a very good vegetable soup with my own stock, for six people.", "Bread."]);
    assert_eq!(session["completeness"], "complete");
}

#[tokio::test]
async fn a_watcher_who_returns_gets_every_turn_once() {
    let mut s = stage().await;
    let (mut candidate, view) = s.candidate().await;
    let path = format!("/v1/sessions/{}/events", view["session_id"].as_str().unwrap());
    let mut early = s.recruiter.events(&path).await;
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
    let provider = s.provider.inner.clone();
    provider.speak(&call, "item_a1");
    provider.words(&call, "item_a1", "I made a very good vegetable soup with my own stock, for six people.");
    s.provider.said_with("cook tomorrow").await;
    press(&mut candidate, 1, "end").await.expect(204);
    let last = seen.last().unwrap().0;
    let mut late = s.recruiter.events(&format!("{path}?after={last}")).await;
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
