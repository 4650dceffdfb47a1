use crate::support::{Client, TestApp};
use axum::{body::Body, http::Method};
use serde_json::{Value, json};

async fn new_position(client: &mut Client) -> String {
    let position = client.post("/v1/positions", json!({ "title": " Baker " })).await.expect(201);
    assert_eq!((&position["title"], &position["published_version"]), (&json!("Baker"), &Value::Null));
    position["id"].as_str().unwrap().to_owned()
}

/// A competency with so many anchors.
fn competency(anchors: usize) -> Value {
    let anchors: Vec<Value> =
        (1..=anchors).map(|level| json!({ "level": level, "text": format!("Level {level}") })).collect();
    json!({ "id": "care", "name": "Care", "description": "Looks after things.", "anchors": anchors })
}

fn plan(text: &str) -> Value {
    json!({
        "language": "en", "greeting": "Hello {candidate}.", "closing": "Goodbye.",
        "questions": [{ "id": "q1", "kind": "behavioral", "text": text, "competency_id": "care", "time_limit_s": 60,
                        "max_probes": 1, "probes": [{ "when": "no_result", "text": "What came of it?" }] }],
    })
}

#[tokio::test]
async fn a_new_position_has_a_plan_to_start_from_that_is_not_publishable_yet() {
    let t = TestApp::start().await;
    let mut recruiter = t.recruiter().await;
    let id = new_position(&mut recruiter).await;
    let draft = recruiter.get(&format!("/v1/positions/{id}/plan")).await.expect(200);
    assert!(draft["plan"]["greeting"].as_str().unwrap().contains("{candidate}"), "{draft}");
    assert_eq!(draft["changed"], true);
    let error =
        recruiter.post(&format!("/v1/positions/{id}/plan/publish"), json!({})).await.refused(422, "plan_incomplete");
    assert_eq!(error["field"], error["problems"][0]["path"]);
    assert!(error["problems"][0]["path"].as_str().unwrap().starts_with("questions"), "{error}");
}

#[tokio::test]
async fn publishing_makes_an_immutable_version_and_the_draft_stays_editable() {
    let t = TestApp::start().await;
    let mut recruiter = t.recruiter().await;
    let id = new_position(&mut recruiter).await;
    let (plan_url, publish) = (format!("/v1/positions/{id}/plan"), format!("/v1/positions/{id}/plan/publish"));
    let position = json!({ "title": "Baker", "description": "Bread.", "competencies": [competency(3)] });
    recruiter.put(&format!("/v1/positions/{id}"), position).await.expect(200);
    let draft = recruiter.put(&plan_url, plan("Tell me about a time you baked.")).await.expect(200);
    assert_eq!(draft["problems"], json!([]));
    let spoken: Vec<&str> =
        draft["utterances"].as_array().unwrap().iter().map(|u| u["text"].as_str().unwrap()).collect();
    assert!(spoken.contains(&"Tell me about a time you baked."), "{spoken:?}");
    assert!(spoken.iter().all(|text| !text.contains('{')), "{spoken:?}");

    let first = recruiter.post(&publish, json!({})).await.expect(201);
    assert_eq!((&first["number"], &first["rendering"]["done"]), (&json!(1), &json!(0)));
    assert_eq!(first["rendering"]["total"].as_u64().unwrap() as usize, spoken.len());
    assert_eq!(recruiter.get(&plan_url).await.expect(200)["changed"], false);

    recruiter.put(&plan_url, plan("Another question?")).await.expect(200);
    assert_eq!(recruiter.get(&plan_url).await.expect(200)["changed"], true);
    recruiter.post(&publish, json!({})).await.expect(201);
    let versions = recruiter.get(&format!("/v1/positions/{id}/plan/versions")).await.expect(200);
    let numbers: Vec<(i64, &str)> = versions["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| (v["number"].as_i64().unwrap(), v["plan"]["questions"][0]["text"].as_str().unwrap()))
        .collect();
    assert_eq!(numbers, [(2, "Another question?"), (1, "Tell me about a time you baked.")]);
    assert_eq!(recruiter.get(&format!("/v1/positions/{id}")).await.expect(200)["published_version"], 2);
}

#[tokio::test]
async fn a_plan_without_anchors_cannot_be_published() {
    let t = TestApp::start().await;
    let mut recruiter = t.recruiter().await;
    let id = new_position(&mut recruiter).await;
    let position = json!({ "title": "Baker", "description": "", "competencies": [competency(2)] });
    recruiter.put(&format!("/v1/positions/{id}"), position).await.expect(200);
    recruiter.put(&format!("/v1/positions/{id}/plan"), plan("What do you do?")).await.expect(200);
    let error =
        recruiter.post(&format!("/v1/positions/{id}/plan/publish"), json!({})).await.refused(422, "plan_incomplete");
    assert_eq!(error["field"], "competencies[0].anchors");
}

#[tokio::test]
async fn bad_input_is_refused_by_the_name_of_its_field() {
    let t = TestApp::start().await;
    let mut recruiter = t.recruiter().await;
    let id = new_position(&mut recruiter).await;
    let (position, plan_url) = (format!("/v1/positions/{id}"), format!("/v1/positions/{id}/plan"));
    let field = |e: Value| e["field"].as_str().unwrap_or_default().to_owned();

    let huge = recruiter.put(&plan_url, plan(&"x".repeat(200_000))).await.refused(422, "invalid");
    assert_eq!(field(huge), "questions[0].text");
    let e = recruiter.put(&plan_url, json!({ "greeting": "Hi", "closing": "Bye", "questions": [{ "id": "q" }] })).await;
    assert_eq!(field(e.refused(422, "invalid_json")), "questions[0]");
    let mut wrong = plan("Fine?");
    wrong["questions"][0]["kind"] = json!("trick");
    assert_eq!(field(recruiter.put(&plan_url, wrong).await.refused(422, "invalid_json")), "questions[0].kind");
    let e = recruiter.post("/v1/positions", json!({ "title": "  " })).await.refused(422, "invalid");
    assert_eq!(field(e), "title");
    let e = recruiter.post("/v1/positions", json!({ "title": "a\u{0}b" })).await.refused(422, "invalid");
    assert_eq!(field(e), "title");
    let twice = json!({ "title": "B", "description": "", "competencies": [competency(3), competency(3)] });
    assert_eq!(field(recruiter.put(&position, twice).await.refused(422, "invalid")), "competencies[1].id");

    let json_header = [("content-type", "application/json")];
    let answer = recruiter.send(Method::POST, "/v1/positions", &json_header, Body::from("{\"title\":")).await;
    answer.refused(422, "invalid_json");
    let answer = recruiter.send(Method::POST, "/v1/positions", &json_header, Body::from(vec![b' '; 2 << 20])).await;
    answer.refused(413, "too_large");
    recruiter.send(Method::POST, "/v1/positions", &[], Body::from("{}")).await.refused(415, "wrong_content_type");
    recruiter.get("/v1/positions/pos_nonsense").await.refused(404, "not_found");
    recruiter.send(Method::DELETE, "/v1/positions", &[], Body::empty()).await.refused(405, "wrong_method");
    recruiter.get("/v1/no/such/thing").await.refused(404, "not_found");
}
