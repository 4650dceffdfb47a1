//! *Test* and the doctor: what a provider is asked before anybody talks.

use crate::{
    sim::KEY,
    stage::stage,
    wire::{Reply, Request, Wire, answer, error},
};
use serde_json::{Value, json};

/// A provider that knows the key, lists models, and has no `gpt-realtime-2.1`.
fn lists(request: &Request) -> Reply {
    if !request.has(&format!("Bearer {KEY}")) && !request.has(&format!("api-key: {KEY}")) {
        return error("401 Unauthorized", "invalid_api_key");
    }
    match request.line.as_str() {
        "GET /v1/models" => answer(
            "200 OK",
            "content-type: application/json\r\n",
            br#"{"data":[{"id":"gpt-realtime-2.1-mini","shutdown_date":"2028-05-01"}]}"#,
        ),
        line if line.ends_with("/client_secrets") && request.has(r#""model":"gpt-realtime-2.1","#) => {
            error("403 Forbidden", "model_not_found")
        }
        line if line.ends_with("/client_secrets") => answer("200 OK", "", br#"{"value":"ek_unused"}"#),
        _ => error("404 Not Found", ""),
    }
}

#[tokio::test]
async fn a_test_says_in_words_what_is_right_and_what_is_wrong() {
    let mut s = stage().await;
    let mut wire = Wire::start(lists).await;
    let mut test = async |body: Value| s.recruiter.post("/v1/settings/voice/test", body).await.expect(200);
    let good = test(json!({"kind": "openai", "url": wire.url, "key": KEY})).await;
    assert_eq!(good["ok"], true);
    let words = good["words"].as_str().unwrap();
    for part in
        ["The key works", "run on gpt-realtime-2.1-mini", "gpt-realtime-2.1 is not to be had", "ends on 2028-05-01"]
    {
        assert!(words.contains(part), "{words}");
    }
    let lines: Vec<String> = wire.got().into_iter().map(|request| request.line).collect();
    assert_eq!(lines.iter().filter(|line| line.ends_with("/calls")).count(), 0, "no call is made: {lines:?}");
    let azure = test(json!({"kind": "azure", "url": wire.url, "key": KEY})).await;
    assert_eq!(azure["ok"], true, "{azure}");
    assert!(wire.got().iter().all(|request| request.line == "POST /openai/v1/realtime/client_secrets"));
    let wrong = test(json!({"kind": "openai", "url": wire.url, "key": "sk-canary-of-nobody"})).await;
    assert_eq!(
        (&wrong["ok"], wrong["words"].as_str().unwrap()),
        (&json!(false), "The provider does not know this key. Enter it again, whole.")
    );
    let nobody = test(json!({"kind": "openai", "url": "http://127.0.0.1:1", "key": KEY})).await;
    assert!(nobody["words"].as_str().unwrap().contains("cannot be reached"), "{nobody}");
    let own = test(json!({})).await;
    assert_eq!(own["ok"], true, "the simulator stands in for the engine: {own}");
    s.server.app.engine.set_endpoint(None);
    let own = test(json!({})).await;
    assert_eq!(own["ok"], false, "the engine does not run: {own}");
    // Nothing of it was kept.
    assert_eq!(s.recruiter.get("/v1/settings/voice").await.expect(200)["kind"], Value::Null);
}

#[tokio::test]
async fn the_doctor_asks_the_provider() {
    use insights::commands::doctor;
    let wire = Wire::start(lists).await;
    let config = |key: &str| {
        let dir = testkit::TempDir::new();
        let file = dir.path().join("c.toml");
        std::fs::write(&file, format!("[provider]\nkind = \"openai\"\nkey = {key:?}\nurl = {:?}\n", wire.url)).unwrap();
        insights::config::load(Some(&file)).unwrap()
    };
    let code = async |key: &str| format!("{:?}", doctor::provider(&config(key)).await.unwrap());
    assert_eq!(code(KEY).await, format!("{:?}", std::process::ExitCode::SUCCESS));
    assert_eq!(code("wrong-key").await, format!("{:?}", std::process::ExitCode::FAILURE));
}
