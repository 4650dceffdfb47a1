use crate::support::TestApp;
use axum::{body::Body, http::Method};

#[tokio::test]
async fn every_answer_carries_the_browser_policy() {
    let t = TestApp::start().await;
    let mut anyone = t.anyone();
    for path in ["/", "/i", "/healthz", "/v1/me", "/v1/nothing", "/assets/none.js"] {
        let answer = anyone.get(path).await;
        let header = |name: &str| answer.headers.get(name).map(|v| v.to_str().unwrap()).unwrap_or_default();
        assert!(header("content-security-policy").starts_with("default-src 'none'; script-src 'self';"), "{path}");
        assert!(header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
        assert!(header("permissions-policy").starts_with("microphone=(self)"), "{path}");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert!(header("x-request-id").starts_with("req_"), "{path}");
    }
}

#[tokio::test]
async fn a_file_that_is_not_there_is_not_found() {
    let t = TestApp::start().await;
    let mut anyone = t.anyone();
    anyone.get("/assets/none.js").await.refused(404, "not_found");
    anyone.get("/favicon.png").await.refused(404, "not_found");
    anyone.get("/assets/../config.toml").await.refused(404, "not_found");
    anyone.send(Method::POST, "/", &[], Body::empty()).await.refused(404, "not_found");
}

#[tokio::test]
async fn health_is_told_until_the_server_stops() {
    let t = TestApp::start().await;
    let mut anyone = t.anyone();
    anyone.get("/healthz").await.expect(200);
    anyone.get("/readyz").await.expect(200);
    t.app.stop.cancel();
    anyone.get("/healthz").await.expect(200);
    anyone.get("/readyz").await.refused(503, "stopping");
}
