//! Hundreds of calls at once.

use crate::support::Stage;
use futures_util::future::join_all;
use voice::sim::{Entry, Script, SimConfig, What};

const CALLS: usize = 300;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_hundred_calls_talk_at_once_and_each_has_its_own_words() {
    let script = Script::at_once(["My first answer is short.", "My second answer is a little longer than that."]);
    let stage = Stage::with(SimConfig { script, ..SimConfig::default() }).await;
    let began = std::time::Instant::now();
    let talks = (0..CALLS).map(|number| {
        let stage = &stage;
        async move {
            let call = stage.call().await;
            let mut sideband = stage.sideband(&call).await;
            for question in ["first", "second"] {
                sideband.say(&format!("Question {question} of call {number}?")).await;
                let done = sideband.one("conversation.item.input_audio_transcription.completed").await;
                assert!(done["transcript"].as_str().unwrap().contains(question));
            }
            stage.control.end(&call);
            sideband.closed().await;
        }
    });
    join_all(talks).await;
    let took = began.elapsed();
    let ledger = stage.control.ledger();
    let count = |wanted: fn(&What) -> bool| ledger.iter().filter(|entry| wanted(&entry.what)).count();
    assert_eq!(count(|what| matches!(what, What::Call { .. })), CALLS);
    assert_eq!(count(|what| matches!(what, What::Said { is_cut: false, .. })), 2 * CALLS);
    assert_eq!(count(|what| matches!(what, What::Spoke { .. })), 2 * CALLS);
    assert_eq!(count(|what| matches!(what, What::Ended { code: 1000 })), CALLS);
    assert!(ledger.iter().map(|entry| entry.seq).eq(1..=ledger.len() as u64), "no gap");
    assert!(took.as_secs() < 60, "{CALLS} calls took {took:?}");
}

#[tokio::test]
async fn the_ledger_is_kept_as_a_file_and_told_at_the_control_door() {
    let file = std::env::temp_dir().join(format!("insights-sim-{}.jsonl", std::process::id()));
    let local = Some("127.0.0.1:0".parse().unwrap());
    let config = SimConfig { control_bind: local, ledger_file: Some(file.clone()), ..SimConfig::default() };
    let stage = Stage::with(config).await;
    let door = |path: &str| format!("{}{path}", stage.sim.control_url().unwrap());
    let post = async |path: &str, body: &str| {
        let request = stage.http.post(door(path)).header("content-type", "application/json");
        request.body(body.to_owned()).send().await.unwrap().status().as_u16()
    };
    let script = "{\"answers\": [{\"text\": \"Late.\", \"transcript\": {\"late_ms\": 5}}], \"pace\": 0}";
    assert_eq!(post("/script", script).await, 204);
    assert_eq!(post("/script", "{\"answer\": []}").await, 422);
    assert_eq!(post("/faults", "{\"kind\": \"refuse\", \"status\": 503, \"retry_after_s\": 7}").await, 204);
    let refused = stage.offer(crate::support::OFFER, crate::support::interview("m", false)).await.unwrap();
    assert_eq!((refused.status().as_u16(), refused.headers()["retry-after"].to_str().unwrap()), (503, "7"));
    let call = stage.call().await;
    let mut sideband = stage.sideband(&call).await;
    assert_eq!(post(&format!("/calls/{call}/speak"), "{\"text\": \"By door.\"}").await, 204);
    let completed = sideband.one("conversation.item.input_audio_transcription.completed").await;
    assert_eq!(completed["transcript"], "By door.");
    assert_eq!(post(&format!("/calls/{call}/cut"), "{\"code\": 1001}").await, 204);
    assert_eq!(sideband.closed().await, Some(1001));
    assert_eq!(post(&format!("/calls/{call}/end"), "").await, 204);
    stage.control.wait(|entry| matches!(entry.what, What::Ended { .. })).await;
    assert_eq!(post(&format!("/calls/{call}/end"), "").await, 404);

    let told = stage.http.get(door("/ledger?after=1&wait_ms=1000")).send().await.unwrap();
    let told: serde_json::Value = told.json().await.unwrap();
    let told: Vec<Entry> = serde_json::from_value(told["entries"].clone()).unwrap();
    let kept = std::fs::read_to_string(&file).unwrap();
    let kept: Vec<Entry> = kept.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(kept[1..], told, "and nothing is lost on the way through JSON");
    assert!(!std::fs::read_to_string(&file).unwrap().contains(stage.sim.key()), "no key");
    std::fs::remove_file(&file).unwrap();
}
