use crate::support::TestApp;
use insights::http;
use std::{fs, path::Path};

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the folder of this run: a shared target folder may hold another clone's binary"
)]
fn the_committed_description_is_fresh() {
    let path = Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../../docs/openapi.json");
    let committed = fs::read_to_string(path).unwrap();
    assert!(committed.trim_end() == http::description_json().unwrap(), "docs/openapi.json is stale: run `make api`");
}

#[test]
fn every_operation_has_a_summary_a_unique_name_and_an_error() {
    let api = serde_json::to_value(http::description()).unwrap();
    let mut names = Vec::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(operation["summary"].is_string(), "{method} {path} has no summary");
            assert!(operation["responses"]["default"].is_object(), "{method} {path} documents no error");
            names.push(operation["operationId"].as_str().unwrap().to_owned());
        }
    }
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[tokio::test]
async fn the_server_gives_its_own_description() {
    let t = TestApp::start().await;
    let given = t.anyone().get("/openapi.json").await.expect(200);
    assert_eq!(given, serde_json::to_value(http::description()).unwrap());
}
