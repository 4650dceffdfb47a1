use crate::support::TestApp;
use axum::{body::Body, http::Method};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::timeout,
};

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

#[tokio::test]
async fn a_connection_on_which_nothing_comes_is_closed() {
    let t = TestApp::start_with("idle_seconds = 1\n").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = t.app.tasks.spawn(insights::http::serve::run(t.app.clone(), listener));
    let begun = ["", "GET /healthz HTTP/1.1\r\nhost: here\r\n", "GET /healthz HTTP/1.1\r\nhost: here\r\n\r\n"];
    for (begun, is_answered) in begun.into_iter().zip([false, false, true]) {
        let mut idle = TcpStream::connect(address).await.unwrap();
        idle.write_all(begun.as_bytes()).await.unwrap();
        let mut answer = String::new();
        timeout(Duration::from_secs(20), idle.read_to_string(&mut answer)).await.unwrap().unwrap();
        assert_eq!(answer.starts_with("HTTP/1.1 200"), is_answered, "{begun:?}: {answer}");
    }
    t.app.stop.cancel();
    server.await.unwrap().unwrap();
}
