//! Events in the order of recorded traffic.

use crate::support::{Stage, kinds};
use serde_json::{Value, json};
use voice::sim::{Answer, Entry, Script, Transcript, What};

const SAID: &str = "Tell me about a project that you led.";
const ANSWER: &str = "I led the move of our billing to a new database last year.";

/// Without the repetitions of deltas.
fn steps(events: &[Value]) -> Vec<&str> {
    let mut steps = kinds(events);
    steps.dedup();
    steps
}

#[tokio::test]
async fn an_utterance_and_its_answer_come_in_the_recorded_order() {
    let stage = Stage::playing(Script { answers: [Answer::new(ANSWER)].into(), pace: 0.05, ..Script::default() }).await;
    let call = stage.call().await;
    let mut sideband = stage.sideband(&call).await;
    sideband.say(SAID).await;
    let events = sideband.until("output_audio_buffer.stopped").await;
    let expected = [
        "response.created",
        "response.output_item.added",
        "conversation.item.added",
        "response.content_part.added",
        "response.output_audio_transcript.delta",
        "output_audio_buffer.started",
        "response.output_audio.done",
        "response.output_audio_transcript.done",
        "response.content_part.done",
        "conversation.item.done",
        "response.output_item.done",
        "response.done",
        "rate_limits.updated",
        "output_audio_buffer.stopped",
    ];
    assert_eq!(steps(&events), expected, "no session.created on a sideband either");

    let events = sideband.until("conversation.item.input_audio_transcription.completed").await;
    let expected = [
        "input_audio_buffer.speech_started",
        "conversation.item.input_audio_transcription.delta",
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
        "conversation.item.added",
        "conversation.item.done",
        "conversation.item.input_audio_transcription.completed",
    ];
    assert_eq!(steps(&events), expected);
    let last = events.last().unwrap();
    assert_eq!((&last["transcript"], &last["usage"]["type"]), (&json!(ANSWER), &json!("duration")));
    let stopped = events.iter().find(|event| event["type"] == "input_audio_buffer.speech_stopped").unwrap();
    let length_ms = stopped["audio_end_ms"].as_u64().unwrap() - events[0]["audio_start_ms"].as_u64().unwrap();
    assert_eq!(length_ms, ANSWER.len() as u64 * 60, "sound is as long as it is, however fast it is played");
}

#[tokio::test]
async fn a_turn_that_is_answered_by_itself_is_one_chain_of_items() {
    let stage = Stage::playing(Script::default()).await;
    stage
        .control
        .set_script(Script { replies: [voice::sim::Reply::say("And why was that?")].into(), ..Script::at_once([]) });
    let call = stage.call_with("gpt-transcribe", true).await;
    let mut sideband = stage.sideband(&call).await;
    for text in ["One.", "Two."] {
        stage.control.speak(&call, Answer::new(text).with(Transcript::Burst));
        let events = sideband.until("output_audio_buffer.stopped").await;
        let done = events.iter().find(|event| event["type"] == "response.done").unwrap();
        assert_eq!(done["response"]["output"][0]["content"][0]["transcript"], "And why was that?");
    }
    let ledger = stage.control.ledger();
    let events: Vec<&Value> = ledger
        .iter()
        .filter_map(|entry| match &entry.what {
            What::Server { event, .. } => Some(event),
            _ => None,
        })
        .collect();
    let of = |kind: &'static str| events.iter().copied().filter(move |event| event["type"] == kind).cloned();
    let added: Vec<Value> = of("conversation.item.added").collect();
    assert_eq!(added.len(), 4);
    for pair in added.windows(2) {
        assert_eq!(pair[1]["previous_item_id"], pair[0]["item"]["id"]);
    }
    let unreliable: Vec<Value> = of("conversation.item.done").map(|event| event["previous_item_id"].clone()).collect();
    assert_eq!(unreliable[0..2], [Value::Null, Value::Null], "the first item is no predecessor here");
    assert_eq!(unreliable[2..], [added[2]["previous_item_id"].clone(), added[3]["previous_item_id"].clone()]);
    let usage: Vec<Value> = of("response.done").map(|event| event["response"]["usage"].clone()).collect();
    assert!(usage[0]["total_tokens"].as_u64() < usage[1]["total_tokens"].as_u64(), "{usage:?}");
    assert!(usage[1]["input_token_details"]["cached_tokens"].as_u64() > Some(0), "{usage:?}");
    let completed: Vec<Value> = of("conversation.item.input_audio_transcription.completed").collect();
    assert_eq!(completed[0]["usage"]["type"], "tokens");
    assert_eq!(completed[0]["languages"], json!([{"code": "en"}]));
}

#[tokio::test]
async fn an_interruption_cuts_the_voice_and_empties_its_text() {
    let stage = Stage::playing(Script::default()).await;
    let call = stage.call().await;
    let mut sideband = stage.sideband(&call).await;
    sideband.say(&SAID.repeat(4)).await;
    let done = sideband.one("response.done").await;
    let item = done["response"]["output"][0]["id"].clone();
    stage.control.speak(&call, Answer::new("Wait.").lasting(100));
    let events = sideband.until("conversation.item.truncated").await;
    assert_eq!(
        kinds(&events)[1..],
        ["input_audio_buffer.speech_started", "output_audio_buffer.cleared", "conversation.item.truncated"],
        "after rate_limits.updated"
    );
    assert_eq!(events.last().unwrap()["item_id"], item);
    sideband.send(json!({"type": "conversation.item.retrieve", "item_id": item})).await;
    let retrieved = sideband.one("conversation.item.retrieved").await;
    assert_eq!(retrieved["item"]["content"][0]["transcript"], Value::Null);
    let said = stage.control.wait(|entry| matches!(entry.what, What::Said { .. })).await;
    let What::Said { text, played_ms, is_cut, .. } = said.what else { unreachable!("it was waited for") };
    assert!(is_cut && text == SAID.repeat(4) && played_ms < 9_000, "{played_ms} ms");

    // Speech lasts as long as one likes, models do not get slower by it, and the cut is where the script says.
    assert!(stage.control.set_pace(&call, 1_000.0));
    sideband.say(SAID).await;
    sideband.one("output_audio_buffer.started").await;
    assert!(stage.control.set_pace(&call, 0.0));
    stage.control.speak(&call, Answer::new("Wait.").cutting_in_at(1_430));
    assert_eq!(sideband.one("conversation.item.truncated").await["audio_end_ms"], 1_430);
}

#[tokio::test]
async fn every_turn_ends_as_its_script_says() {
    let fates = [Transcript::Normal, Transcript::Burst, Transcript::Failed, Transcript::Empty, Transcript::LateMs(300)];
    let answers = fates.iter().map(|fate| Answer::new("One two three four five.").with(*fate)).collect();
    let stage = Stage::playing(Script { answers, ..Script::at_once([]) }).await;
    let call = stage.call().await;
    let mut sideband = stage.sideband(&call).await;
    for fate in fates {
        sideband.say(SAID).await;
        sideband.one("input_audio_buffer.committed").await;
        let events = match fate {
            Transcript::Failed => sideband.until("conversation.item.input_audio_transcription.failed").await,
            _ => sideband.until("conversation.item.input_audio_transcription.completed").await,
        };
        let last = events.last().unwrap();
        match fate {
            Transcript::Failed => assert_eq!(last["error"]["type"], "server_error"),
            Transcript::Empty => assert_eq!(last["transcript"], ""),
            _ => assert_eq!(last["transcript"], "One two three four five."),
        }
        let deltas = events.iter().filter(|event| event["type"].as_str().unwrap().ends_with("transcription.delta"));
        assert_eq!(deltas.count(), if fate == Transcript::Burst { 5 } else { 0 }, "after the turn's end, {fate:?}");
    }
    stage.control.speak(&call, Answer::new("Lost.").with(Transcript::Never));
    let spoke = stage.control.wait(|entry| matches!(&entry.what, What::Spoke { text, .. } if text == "Lost.")).await;
    let What::Spoke { item, .. } = spoke.what else { unreachable!("it was waited for") };
    stage.control.words(&call, &item, "Lost and found.");
    let late = sideband.one("conversation.item.input_audio_transcription.completed").await;
    assert_eq!((&late["item_id"], &late["transcript"]), (&json!(item), &json!("Lost and found.")));
}

#[tokio::test]
async fn withheld_events_never_arrive() {
    let withhold = vec!["response.created".to_owned(), "rate_limits.updated".to_owned()];
    let stage = Stage::playing(Script { withhold, ..Script::at_once([]) }).await;
    let call = stage.call().await;
    let mut sideband = stage.sideband(&call).await;
    sideband.say(SAID).await;
    let events = sideband.until("output_audio_buffer.stopped").await;
    assert_eq!(kinds(&events)[0], "response.output_item.added");
    assert!(kinds(&events).contains(&"response.done") && !kinds(&events).contains(&"rate_limits.updated"));
}

#[tokio::test]
async fn the_candidate_waits_for_the_utterance_that_is_answered() {
    let answer = Answer { to: "yesterday".into(), after_ms: 1, ..Answer::new("Soup.") };
    let stage = Stage::playing(Script { answers: [answer].into(), ..Script::at_once([]) }).await;
    let call = stage.call().await;
    let mut sideband = stage.sideband(&call).await;
    sideband.say("Hello.").await;
    sideband.one("output_audio_buffer.stopped").await;
    sideband.say("What did you cook yesterday?").await;
    let events = sideband.until("input_audio_buffer.speech_started").await;
    assert!(kinds(&events).contains(&"response.done"), "not before the second utterance");
    let text = |entry: &voice::sim::Entry| match &entry.what {
        What::Saying { text } | What::Spoke { text, .. } => Some(text.clone()),
        _ => None,
    };
    stage.control.wait(|entry| text(entry).is_some_and(|text| text == "Soup.")).await;
    let told: Vec<String> = stage.control.ledger().iter().filter_map(text).collect();
    assert_eq!(told, ["Hello.", "What did you cook yesterday?", "Soup."]);
}

#[tokio::test]
async fn a_turn_that_a_client_ends_goes_on_with_the_rest_where_the_candidate_does() {
    for (kind, told) in [
        ("input_audio_buffer.commit", "input_audio_buffer.committed"),
        ("input_audio_buffer.clear", "input_audio_buffer.cleared"),
    ] {
        let stage = Stage::playing(Script { pace: 0.1, ..Script::default() }).await;
        let call = stage.call().await;
        let mut sideband = stage.sideband(&call).await;
        stage.control.speak(&call, Answer::new(ANSWER).going_on());
        sideband.one("conversation.item.input_audio_transcription.delta").await;
        sideband.send(json!({"type": kind})).await;
        let events = sideband.until(told).await;
        assert!(!kinds(&events).contains(&"input_audio_buffer.speech_stopped"), "nobody fell silent");
        sideband.one("input_audio_buffer.speech_started").await;
        let mut parts = Vec::new();
        while parts.len() < 2 {
            let is_part = |entry: &Entry| matches!(entry.what, What::Spoke { .. } | What::Thrown { .. });
            match stage.control.wait(is_part).await.what {
                What::Spoke { text, .. } | What::Thrown { text } => parts.push(text),
                _ => unreachable!("it was waited for"),
            }
        }
        assert_eq!(parts.join(" "), ANSWER, "{kind}");
    }
}
