//! Every event of the protocol, as recorded shapes: read, written again, nothing lost.

#![expect(clippy::unwrap_used, reason = "tests")]

use realtime_api::{ClientEvent, ServerEvent};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

fn fixtures(side: &str) -> Vec<(String, Value)> {
    // At run time: a target folder shared by several clones may hold another clone's binary.
    let folder = Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("tests/fixtures");
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(side))
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            (path.file_name().unwrap().to_string_lossy().into_owned(), serde_json::from_str(&text).unwrap())
        })
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

#[test]
fn every_client_event_survives_a_round_trip() {
    let mut seen = BTreeSet::new();
    for (name, value) in fixtures("client.") {
        let event: ClientEvent = serde_json::from_value(value.clone()).unwrap();
        assert!(!matches!(event, ClientEvent::Other(_)), "{name} is known");
        assert_eq!(serde_json::to_value(&event).unwrap(), value, "{name}");
        seen.insert(event.kind().to_owned());
    }
    assert_eq!(seen, ClientEvent::TYPES.iter().map(|kind| (*kind).to_owned()).collect());
}

#[test]
fn every_server_event_survives_a_round_trip() {
    let mut seen = BTreeSet::new();
    for (name, value) in fixtures("server.") {
        let event: ServerEvent = serde_json::from_value(value.clone()).unwrap();
        assert!(!matches!(event, ServerEvent::Other(_)), "{name} is known");
        assert_eq!(serde_json::to_value(&event).unwrap(), value, "{name}");
        seen.insert(event.kind().to_owned());
    }
    assert_eq!(seen, ServerEvent::TYPES.iter().map(|kind| (*kind).to_owned()).collect());
}

/// Puts an unknown field into every object inside `value`.
fn salt(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(salt);
            fields.insert("x_new".into(), json!({"a": [1, null]}));
        }
        Value::Array(values) => values.iter_mut().for_each(salt),
        _ => {}
    }
}

#[test]
fn unknown_fields_survive_at_every_depth() {
    // Metadata is a map of text to text by definition, so it is left alone.
    let salted = |mut value: Value| {
        let metadata = value.pointer_mut("/response/metadata").map(Value::take);
        salt(&mut value);
        if let (Some(metadata), Some(place)) = (metadata, value.pointer_mut("/response/metadata")) {
            *place = metadata;
        }
        value
    };
    for (name, value) in fixtures("client.") {
        let value = salted(value);
        let event: ClientEvent = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_value(&event).unwrap(), value, "{name}");
    }
    for (name, value) in fixtures("server.") {
        let value = salted(value);
        let event: ServerEvent = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_value(&event).unwrap(), value, "{name}");
    }
}

#[test]
fn unknown_events_survive_a_round_trip() {
    let value = json!({"type": "response.dance", "event_id": "event_9", "steps": [1, 2, {"deep": null}]});
    let event: ServerEvent = serde_json::from_value(value.clone()).unwrap();
    assert_eq!((event.kind(), event.event_id()), ("response.dance", "event_9"));
    assert_eq!(serde_json::to_value(&event).unwrap(), value);
    let event: ClientEvent = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&event).unwrap(), value);
}

#[test]
fn an_update_tells_null_from_absent() {
    let parse = |text: &str| serde_json::from_str::<realtime_api::session::AudioInput>(text).unwrap();
    assert_eq!(parse("{}").turn_detection, None);
    assert_eq!(parse(r#"{"turn_detection":null}"#).turn_detection, Some(None));
    assert_eq!(serde_json::to_string(&parse(r#"{"turn_detection":null}"#)).unwrap(), r#"{"turn_detection":null}"#);
}

#[test]
fn what_is_not_an_event_is_an_error_that_says_why() {
    for (text, word) in [
        ("[]", "type"),
        ("{}", "type"),
        (r#"{"type":5}"#, "type"),
        (r#"{"type":"response.done","response":{"status":"completed"}}"#, "id"),
    ] {
        let error = serde_json::from_str::<ServerEvent>(text).unwrap_err().to_string();
        assert!(error.contains(word), "{text}: {error}");
    }
}
