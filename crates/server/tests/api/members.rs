use crate::support::{DAY_MS, TestApp};
use axum::{body::Body, http::Method};
use insights::first_start;
use serde_json::json;

#[tokio::test]
async fn a_sign_in_link_works_once() {
    let t = TestApp::start().await;
    let link = first_start::prepare(&t.app).await.unwrap().sign_in;
    let token = link.split_once("/signin#").unwrap().1.to_owned();
    let mut recruiter = t.from("10.1.1.1:1000");
    let me = recruiter.post("/v1/sign-in/link", json!({ "token": token })).await.expect(200);
    assert_eq!(me["tenant"]["name"], "Demo company");
    assert_eq!(me["has_password"], false);
    assert_eq!(recruiter.get("/v1/me").await.expect(200), me);
    t.anyone().post("/v1/sign-in/link", json!({ "token": token })).await.refused(401, "link_invalid");

    recruiter.post("/v1/sign-out", json!({})).await.expect(204);
    recruiter.get("/v1/me").await.refused(401, "sign_in_required");
}

#[tokio::test]
async fn a_sign_in_link_expires_after_a_day_and_a_sign_in_after_a_week() {
    let t = TestApp::start().await;
    let link = first_start::prepare(&t.app).await.unwrap().sign_in;
    let token = link.split_once('#').unwrap().1.to_owned();
    let mut recruiter = t.recruiter().await;
    t.app.clock.advance_ms(DAY_MS);
    t.anyone().post("/v1/sign-in/link", json!({ "token": token })).await.refused(401, "link_invalid");
    recruiter.get("/v1/me").await.expect(200);
    t.app.clock.advance_ms(6 * DAY_MS);
    recruiter.get("/v1/me").await.refused(401, "sign_in_required");
}

#[tokio::test]
async fn the_operators_token_works_again_and_again_but_only_from_this_machine() {
    let t = TestApp::start().await;
    t.recruiter().await;
    t.recruiter().await;
    let token = std::fs::read_to_string(t.app.config.server.data_dir.join("operator.token")).unwrap();
    t.from("10.1.1.1:1000").post("/v1/sign-in/link", json!({ "token": token })).await.refused(401, "link_invalid");
}

#[tokio::test]
async fn a_password_signs_in_and_a_new_one_signs_others_out() {
    let t = TestApp::start().await;
    let mut recruiter = t.recruiter().await;
    let error = recruiter.put("/v1/me", json!({ "password": "short" })).await.refused(422, "invalid");
    assert_eq!(error["field"], "password");
    let me =
        recruiter.put("/v1/me", json!({ "email": "Ada@Example.com", "password": "correct horse" })).await.expect(200);
    assert_eq!(me["has_password"], true);

    let mut other = t.anyone();
    let sign_in = |email: &str, password: &str| json!({ "email": email, "password": password });
    other.post("/v1/sign-in", sign_in("ada@example.com", "wrong horse!")).await.refused(401, "sign_in_wrong");
    other.post("/v1/sign-in", sign_in("nobody@example.com", "correct horse")).await.refused(401, "sign_in_wrong");
    other.post("/v1/sign-in", sign_in("recruiter@example.com", "correct horse")).await.refused(401, "sign_in_wrong");
    other.post("/v1/sign-in", sign_in(" ada@example.COM ", "correct horse")).await.expect(200);
    other.get("/v1/me").await.expect(200);

    recruiter.put("/v1/me", json!({ "password": "another horse" })).await.expect(200);
    other.get("/v1/me").await.refused(401, "sign_in_required");
    recruiter.get("/v1/me").await.expect(200);
}

#[tokio::test]
async fn two_members_cannot_sign_in_by_the_same_address() {
    let t = TestApp::start().await;
    let mut stranger = t.stranger().await;
    let error = stranger.put("/v1/me", json!({ "email": "recruiter@example.com" })).await.refused(422, "invalid");
    assert_eq!(error["field"], "email");
    assert_eq!(stranger.get("/v1/me").await.expect(200)["member"]["email"], "stranger@elsewhere.example");
}

#[tokio::test]
async fn guessing_is_slowed_down_per_address() {
    let t = TestApp::start().await;
    let mut guesser = t.from("10.9.9.9:1000");
    for _ in 0..10 {
        guesser.post("/v1/sign-in/link", json!({ "token": "x" })).await.refused(401, "link_invalid");
    }
    let answer = guesser.post("/v1/sign-in/link", json!({ "token": "x" })).await;
    assert_eq!(answer.headers["retry-after"], "7");
    answer.refused(429, "too_many_requests");
    t.from("10.9.9.8:1000").post("/v1/sign-in/link", json!({ "token": "x" })).await.refused(401, "link_invalid");
    t.app.clock.advance_ms(7_000);
    guesser.post("/v1/sign-in/link", json!({ "token": "x" })).await.refused(401, "link_invalid");
}

#[tokio::test]
async fn a_page_of_another_origin_cannot_change_anything() {
    let t = TestApp::start().await;
    let mut recruiter = t.recruiter().await;
    let json = ("content-type", "application/json");
    let body = || Body::from(json!({ "title": "X" }).to_string());
    for origin in ["https://evil.example", "null", "http://127.0.0.1:9"] {
        let answer = recruiter.send(Method::POST, "/v1/positions", &[json, ("origin", origin)], body()).await;
        answer.refused(403, "foreign_origin");
    }
    let own = ("origin", "http://127.0.0.1:8080");
    recruiter.send(Method::POST, "/v1/positions", &[json, own], body()).await.expect(201);
}

#[tokio::test]
async fn cookies_on_https_are_secure_and_bound_to_the_host() {
    let t = TestApp::start_with("public_url = \"https://interviews.example.com\"").await;
    let token = std::fs::read_to_string(t.app.config.server.data_dir.join("operator.token")).unwrap();
    let answer = t.anyone().post("/v1/sign-in/link", json!({ "token": token })).await;
    let cookie = answer.headers["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.starts_with("__Host-insights="), "{cookie}");
    for part in ["; Path=/", "; HttpOnly", "; Secure", "; SameSite=Lax"] {
        assert!(cookie.contains(part), "{cookie}");
    }
}
